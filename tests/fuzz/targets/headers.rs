//! Headers, one a line: which column is what.
#![no_main]

use cetak::intake::error::{ImportKind, IntakeError};
use cetak::intake::headers::{Field, HeaderWords, field_of, nearest, words_of};
use cetak::intake::layout::Layout;
use cetak_fuzz::{Memory, memory};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;

#[global_allocator]
static MEMORY: Memory = memory();

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let headers: Vec<String> = text.split('\n').take(1000).map(str::to_owned).collect();
    for kind in [ImportKind::Links, ImportKind::Queue, ImportKind::Results] {
        match Layout::find(kind, &headers, 1, &[]) {
            Ok(layout) => check(kind, &headers, &layout),
            Err(IntakeError::MissingColumns { fields, candidates, .. }) => {
                assert!(!fields.is_empty() && candidates.len() == fields.len());
                assert!(
                    candidates
                        .iter()
                        .flat_map(|(_, near)| near)
                        .all(|header| headers.contains(header))
                );
            }
            Err(IntakeError::AmbiguousColumn { headers, .. }) => assert!(headers.len() > 1),
            Err(IntakeError::WrongKind { asked, looks_like }) => assert_ne!(asked, looks_like),
            Err(other) => panic!("{other:?}"),
        }
    }
    for header in &headers {
        let words = HeaderWords::of(header);
        assert_eq!(words.folded(), HeaderWords::of(header).folded());
        let _ = (words_of(header), field_of(ImportKind::Links, &words));
    }
    let _ = nearest(Field::Nik, &headers);
});

fn check(kind: ImportKind, headers: &[String], layout: &Layout) {
    assert_eq!(layout.width(), headers.len());
    let places: Vec<usize> = Field::of(kind)
        .iter()
        .filter_map(|field| layout.index(*field))
        .collect();
    assert!(places.iter().all(|place| *place < headers.len()));
    let distinct: BTreeSet<usize> = places.iter().copied().collect();
    assert_eq!(distinct.len(), places.len(), "one column is two fields: {headers:?}");
    assert!(Field::required(kind).iter().all(|field| layout.index(*field).is_some()));
    assert!(
        layout
            .others()
            .iter()
            .all(|(place, _)| !distinct.contains(&usize::from(*place)))
    );
}
