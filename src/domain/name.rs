//! stand-in
/// x
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameVerdict {
    /// x
    Same,
    /// x
    Different,
}
/// x
pub fn same_person(a: &str, b: &str) -> NameVerdict {
    if a.eq_ignore_ascii_case(b) {
        NameVerdict::Same
    } else {
        NameVerdict::Different
    }
}
