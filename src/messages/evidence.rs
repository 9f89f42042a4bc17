//! The words of evidence.
use super::Lang;
use crate::domain::near_match::Evidence;
/// x
pub fn words(lang: Lang, evidence: Evidence) -> String {
    match evidence {
        Evidence::SameFamilyCard => lang.pick("KK sama", "same family card").to_owned(),
    }
}
