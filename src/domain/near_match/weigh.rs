//! Weighs what speaks for one entry and one seeker. Rules by kind of evidence, not a sum of weights: a sum proposes every
//! twin, who shares card, birth date and address. What counts most is that both names are one person's.

use super::damage::{Digits, Relation, Written, relation, unlike};
use super::{Evidence, places};
use crate::domain::name::{self, FoldedName, NameAgreement, NameComparison, NameVerdict};
use crate::domain::text::Text;

/// A seeker, prepared once.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) written: Written,
    pub(super) name: Text,
    pub(super) card: Option<u64>,
    pub(super) card_digits: Option<Digits>,
    pub(super) district: u64,
    pub(super) village: u64,
}

/// An entry, prepared as far as needed.
pub(super) struct Entry<'a> {
    pub(super) nik: u64,
    pub(super) digits: Digits,
    pub(super) card: Option<u64>,
    pub(super) name: &'a str,
    pub(super) district: Option<&'a str>,
    pub(super) village: Option<&'a str>,
}

/// How the family cards relate.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Card {
    /// The two cells were filled in the wrong way round.
    BothSwapped,
    /// The card's cell holds the entry's NIK.
    HoldsNik,
    Same,
    /// The NIK cell holds the entry's card number.
    InNikCell,
    Mistyped,
    Unknown,
    Other,
}

impl Prepared {
    fn has_card_in_nik_cell(&self, entry: &Entry<'_>) -> bool {
        let Written::Whole(digits) = &self.written else {
            return false;
        };
        entry.card.is_some() && digits.number() == entry.card && entry.card != Some(entry.nik)
    }

    fn card_relation(&self, entry: &Entry<'_>) -> Card {
        let written = if let Written::Whole(digits) = &self.written {
            digits.number()
        } else {
            None
        };
        let in_nik_cell = written.is_some() && written == entry.card && written != Some(entry.nik);
        let holds_nik = self.card == Some(entry.nik);
        match (in_nik_cell, holds_nik) {
            (true, true) => Card::BothSwapped,
            (_, true) => Card::HoldsNik,
            (true, _) => Card::InNikCell,
            _ if self.card.is_some() && self.card == entry.card => Card::Same,
            _ => self.compare_cards(entry),
        }
    }

    fn compare_cards(&self, entry: &Entry<'_>) -> Card {
        let (Some(written), Some(number)) = (&self.card_digits, entry.card) else {
            return Card::Unknown;
        };
        let card = Digits::of_number(number);
        match relation(&Written::Whole(*written), &card) {
            Relation::Damaged(Evidence::DateOrder | Evidence::DigitsShifted) => Card::Other,
            Relation::Damaged(_) => Card::Mistyped,
            _ => Card::Other,
        }
    }
}

/// A proposal's weight: score in thousandths, and the reasons.
pub(super) struct Weighed {
    pub(super) score_permille: u16,
    pub(super) evidence: Vec<Evidence>,
}

/// Weighs an entry for a seeker; `folded` keeps the entry's folded name for the next seeker.
pub(super) fn weigh(seeker: &Prepared, entry: &Entry<'_>, folded: &mut Option<FoldedName>) -> Option<Weighed> {
    let card = seeker.card_relation(entry);
    // A card's number in the NIK cell is no other NIK: the cell says nothing of one.
    let number = if seeker.has_card_in_nik_cell(entry) {
        Relation::Silent
    } else {
        relation(&seeker.written, &entry.digits)
    };
    if !numbers_can_do(number, card) {
        return None;
    }
    let queued = folded.get_or_insert_with(|| name::fold(entry.name));
    let registered = &name::fold(&seeker.name);
    if needs_whole_names(number, card) && !name::may_be_whole(registered, queued) {
        return None;
    }
    let names = name::compare(registered, queued);
    let NameVerdict::Same(agreement) = names.verdict else {
        return None;
    };
    let same_village = same_place(seeker.village, entry.village);
    let same_district = same_place(seeker.district, entry.district);
    let is_neighbour = same_village == Some(true) && same_district != Some(false);
    let is_doubtful = card == Card::Other && may_be_a_namesakes(number, &seeker.written);
    if !is_enough(number, card, &names, is_neighbour) || is_doubtful && !(is_neighbour && is_whole(&names)) {
        return None;
    }
    let mut evidence: Vec<Evidence> = number_evidence(number, card)
        .or_else(|| Some(unlike(&seeker.written, &entry.digits)))
        .into_iter()
        .chain(card_evidence(card))
        .collect();
    evidence.push(match agreement {
        NameAgreement::Equal => Evidence::SameName,
        NameAgreement::Spelling => Evidence::NameSpelledOtherwise,
        NameAgreement::ShortForm => Evidence::NameShortened,
        NameAgreement::Slip => Evidence::NameMistyped,
    });
    evidence.extend((same_village == Some(true)).then_some(Evidence::SameVillage));
    evidence.extend((same_village == Some(false)).then_some(Evidence::OtherVillage));
    evidence.extend((same_district == Some(false)).then_some(Evidence::OtherDistrict));
    let places = u16::from(same_village == Some(true)) * 20 + u16::from(same_district == Some(true)) * 10;
    let score = number_score(number) + card_score(card) + name_score(agreement, &names) + places;
    Some(Weighed {
        score_permille: score.min(999),
        evidence,
    })
}

/// Tells from the numbers alone whether comparing names can lead to a proposal.
fn numbers_can_do(number: Relation, card: Card) -> bool {
    match card {
        Card::BothSwapped | Card::HoldsNik | Card::Same | Card::InNikCell => true,
        Card::Mistyped => number != Relation::Other,
        Card::Unknown => matches!(
            number,
            Relation::Damaged(_) | Relation::Partly(_) | Relation::FitsFar(_)
        ),
        Card::Other => matches!(number, Relation::Damaged(_) | Relation::Partly(_)),
    }
}

/// Tells whether, where the numbers say this much, `is_enough` only if every word has its partner without a slip. Most
/// whom the numbers lead to are neighbours of the same day of birth.
fn needs_whole_names(number: Relation, card: Card) -> bool {
    match (number, card) {
        (_, Card::BothSwapped | Card::HoldsNik) => false,
        (Relation::Partly(Evidence::NextSerial), _) => true,
        (Relation::Partly(evidence), Card::Same | Card::InNikCell) => evidence == Evidence::OtherSerial,
        (Relation::Partly(Evidence::OtherDistrictCode), _) | (_, Card::Mistyped) => false,
        (Relation::Partly(_), _) => true,
        (Relation::FitsFar(_), Card::Unknown) => true,
        _ => false,
    }
}

/// The rules: how much the names must agree where the numbers say this much.
fn is_enough(number: Relation, card: Card, names: &NameComparison, is_neighbour: bool) -> bool {
    let is_full = names.registered_only_words + names.queued_only_words == 0;
    let is_clean = names.slips == 0;
    let is_long = names.shared_words >= 2;
    match card {
        Card::BothSwapped | Card::HoldsNik => return true,
        Card::Same | Card::InNikCell => {}
        Card::Mistyped | Card::Unknown | Card::Other => {
            return is_enough_without_card(number, card, names, is_neighbour);
        }
    }
    match number {
        // A twin has the next serial, the same card, date and address, and often a name one letter away.
        Relation::Partly(Evidence::OtherSerial | Evidence::NextSerial) => is_clean && is_full,
        Relation::Damaged(_) => names.short_slips == 0 || is_long,
        // Within a family district and serial are often the same: that is no damage yet.
        Relation::Partly(Evidence::OtherBirthDate) => names.short_slips == 0 && is_full && (is_clean || is_long),
        Relation::Partly(_) => names.short_slips == 0 && names.registered_only_words == 0,
        // From here on a brother's, sister's or child's name must be ruled out: people leave words out, they add none.
        _ if names.registered_only_words > 0 || names.short_slips > 0 => false,
        Relation::FitsFar(_) | Relation::Fits(_) | Relation::Silent => true,
        Relation::Other => is_full && (is_clean || is_long),
    }
}

/// Tells whether the written NIK may be right, and a namesake's of about the same birth date: it could be somebody's,
/// and many pairs of people are as near.
fn may_be_a_namesakes(number: Relation, written: &Written) -> bool {
    let is_wide = matches!(
        number,
        Relation::Damaged(Evidence::OneDigitWrong | Evidence::DigitsSwapped | Evidence::OtherYear)
    );
    is_wide && matches!(written, Written::Whole(digits) if digits.may_be_a_nik())
}

/// Tells whether every word has its partner, and none of the short ones by a slip.
fn is_whole(names: &NameComparison) -> bool {
    names.registered_only_words + names.queued_only_words == 0 && names.short_slips == 0
}

fn is_enough_without_card(number: Relation, card: Card, names: &NameComparison, is_neighbour: bool) -> bool {
    let is_full = names.registered_only_words + names.queued_only_words == 0;
    let is_clean = names.slips == 0;
    let is_long = names.shared_words >= 2;
    match (number, card) {
        (Relation::Damaged(Evidence::SameNumber), _) => true,
        (Relation::Partly(Evidence::NextSerial), Card::Mistyped) => is_clean && is_full,
        (Relation::Partly(Evidence::NextSerial), _) => is_clean && is_full && (is_long || is_neighbour),
        (Relation::Damaged(_), Card::Mistyped) => true,
        (Relation::Damaged(_), Card::Other) => (is_long || is_neighbour) && names.registered_only_words == 0,
        (Relation::Damaged(_), _) => is_long || is_neighbour,
        (Relation::Partly(_), Card::Mistyped) => is_long || is_full && is_clean,
        (Relation::Partly(Evidence::OtherDistrictCode), _) => is_long && is_clean && names.registered_only_words == 0,
        (Relation::Partly(Evidence::OtherSerial), _) => is_long && is_full && is_clean,
        (Relation::Partly(_), _) => is_long && is_full && is_clean && is_neighbour,
        (Relation::FitsFar(_), Card::Unknown) => is_long && is_full && is_clean && is_neighbour,
        (Relation::FitsFar(_) | Relation::Fits(_) | Relation::Silent, Card::Mistyped) => {
            (is_full || is_long) && names.short_slips == 0 && is_neighbour
        }
        _ => false,
    }
}

/// Names the damage; `None` where the number is not explained by any.
fn number_evidence(number: Relation, card: Card) -> Option<Evidence> {
    match (number, card) {
        (_, Card::BothSwapped) => Some(Evidence::NikAndCardSwapped),
        (_, Card::HoldsNik) => Some(Evidence::NikInCardCell),
        (_, Card::InNikCell) => Some(Evidence::CardInNikCell),
        (Relation::Damaged(e) | Relation::Partly(e) | Relation::FitsFar(e) | Relation::Fits(e), _) => Some(e),
        (Relation::Silent | Relation::Other, _) => None,
    }
}

fn card_evidence(card: Card) -> Option<Evidence> {
    match card {
        Card::Same => Some(Evidence::SameFamilyCard),
        Card::Mistyped => Some(Evidence::FamilyCardMistyped),
        Card::Unknown => Some(Evidence::FamilyCardUnknown),
        Card::Other => Some(Evidence::OtherFamilyCard),
        Card::BothSwapped | Card::HoldsNik | Card::InNikCell => None,
    }
}

fn number_score(number: Relation) -> u16 {
    match number {
        Relation::Damaged(_) => 390,
        Relation::Partly(Evidence::NextSerial) => 380,
        Relation::Partly(_) => 300,
        Relation::FitsFar(_) => 280,
        Relation::Fits(_) => 250,
        Relation::Silent => 200,
        Relation::Other => 100,
    }
}

fn card_score(card: Card) -> u16 {
    match card {
        Card::BothSwapped => 650,
        Card::HoldsNik => 500,
        Card::Same | Card::InNikCell => 350,
        Card::Mistyped => 260,
        Card::Unknown => 150,
        Card::Other => 80,
    }
}

fn name_score(agreement: NameAgreement, names: &NameComparison) -> u16 {
    let of_agreement = match agreement {
        NameAgreement::Equal => 220,
        NameAgreement::Spelling => 210,
        NameAgreement::ShortForm => 170,
        NameAgreement::Slip => 150,
    };
    of_agreement - 10 * u16::from((names.registered_only_words + names.queued_only_words).min(4))
}

/// Compares a seeker's place key with an entry's; `None` where one of them says nothing.
fn same_place(seeker: u64, entry: Option<&str>) -> Option<bool> {
    let entry = places::key(entry?);
    (seeker != 0 && entry != 0).then_some(seeker == entry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::name::NameConflict;

    #[test]
    fn whole_names_are_asked_for_only_where_no_others_are_enough() {
        use Evidence as E;
        let numbers = [
            Relation::Damaged(E::SameNumber),
            Relation::Damaged(E::OneDigitWrong),
            Relation::Partly(E::NextSerial),
            Relation::Partly(E::OtherSerial),
            Relation::Partly(E::OtherBirthDate),
            Relation::Partly(E::OtherDistrictCode),
            Relation::Partly(E::TwoDigitsWrong),
            Relation::FitsFar(E::SurvivingDigits),
            Relation::Fits(E::SurvivingDigits),
            Relation::Silent,
            Relation::Other,
        ];
        let cards = [
            Card::BothSwapped,
            Card::HoldsNik,
            Card::Same,
            Card::InNikCell,
            Card::Mistyped,
            Card::Unknown,
            Card::Other,
        ];
        let mut needing = 0;
        for (number, card) in numbers.iter().flat_map(|number| cards.map(|card| (*number, card))) {
            let mut is_ever_enough = false;
            for (slips, left_over) in [(1, 0), (0, 1), (2, 1)] {
                for (shared_words, is_neighbour) in [(1, false), (1, true), (3, false), (3, true)] {
                    for (short_slips, is_registered) in [(0, false), (slips, true), (0, true), (slips, false)] {
                        let names = NameComparison {
                            verdict: NameVerdict::Different(NameConflict::NothingShared),
                            shared_words,
                            slips,
                            short_slips,
                            registered_only_words: if is_registered { left_over } else { 0 },
                            queued_only_words: if is_registered { 0 } else { left_over },
                        };
                        is_ever_enough |= is_enough(number, card, &names, is_neighbour);
                    }
                }
            }
            let needs_whole = needs_whole_names(number, card);
            assert!(!(needs_whole && is_ever_enough));
            needing += u32::from(needs_whole);
        }
        assert_eq!(needing, 14);
        assert!(needs_whole_names(Relation::Partly(E::OtherSerial), Card::Other));
    }
}
