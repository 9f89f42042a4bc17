//! Two names, one a line, folded, compared and searched for.
#![no_main]

use cetak::domain::name::{Closeness, NameQuery, NameVerdict, compare, fold, same_person};
use cetak_fuzz::{Memory, memory};
use libfuzzer_sys::fuzz_target;

#[global_allocator]
static MEMORY: Memory = memory();

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (one, other) = text.split_once('\n').unwrap_or((&text, ""));
    let (folded, other_folded) = (fold(one), fold(other));
    let found = compare(&folded, &other_folded);
    assert_eq!(found, compare(&folded, &other_folded));
    assert!(
        found.slips <= found.shared_words && found.short_slips <= found.slips,
        "{found:?}"
    );
    let back = compare(&other_folded, &folded);
    // A name is itself, in whatever case.
    assert!(same_person(one, one).is_same());
    assert!(same_person(one, &one.to_ascii_uppercase()).is_same(), "{one:?}");
    // Unless it is made of initials and titles alone.
    let itself = compare(&folded, &fold(one));
    assert!(itself.shared_words == 0 || itself.verdict.is_same(), "{one:?}");
    if found.verdict == NameVerdict::Same(cetak::domain::name::NameAgreement::Equal) {
        assert!(back.verdict.is_same(), "{one:?} | {other:?}");
    }
    if let Some(query) = NameQuery::new(one) {
        for closeness in [Closeness::Spelled, Closeness::Mistyped] {
            let (first, second) = (
                query.search(closeness).finds(other),
                query.search(closeness).finds(other),
            );
            assert_eq!(first, second);
        }
    }
});
