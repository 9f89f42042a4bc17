//! Text files of every kind, through every reader; then resumed, and their rejects read back.
#![no_main]

use cetak::intake::rejects::{RejectNote, reject_header, reject_row};
use cetak_fuzz::{Memory, Read, as_earlier, links, memory, read_with_all};
use libfuzzer_sys::fuzz_target;

#[global_allocator]
static MEMORY: Memory = memory();

fuzz_target!(|bytes: &[u8]| {
    read_with_all(bytes);
    let Ok(whole) = links(bytes, &[]) else { return };
    // Each costs as much as all readers together, so that one of them is looked at.
    match bytes.len() % 2 {
        0 => resume(bytes, &whole),
        _ => read_rejects_back(&whole),
    }
});

/// A file read from the end of an earlier one on gives what it gives when read whole.
fn resume(bytes: &[u8], whole: &Read<cetak::domain::registration::Registration>) {
    for cut in [bytes.len() / 3, bytes.len() / 2, bytes.len().saturating_sub(1)] {
        let Ok(early) = links(&bytes[..cut], &[]) else { continue };
        let resumed = links(bytes, &[as_earlier(&early.report)]).expect("it was read whole");
        let mut report = resumed.report.clone();
        let skipped = report.skipped.take();
        assert_eq!(report, whole.report, "cut at {cut}");
        let line = skipped.map_or(0, |skipped| skipped.line);
        let later = whole.rows.iter().filter(|row| row.0 >= line);
        assert!(resumed.rows.iter().eq(later), "cut at {cut}");
        let later = whole.rejects.iter().filter(|reject| reject.line >= line);
        assert!(resumed.rejects.iter().eq(later), "cut at {cut}");
    }
}

/// A rejects file is read with the same columns, and every row of it is still one row.
fn read_rejects_back(whole: &Read<cetak::domain::registration::Registration>) {
    if whole.rejects.is_empty() {
        return;
    }
    let headers = &whole.report.headers;
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(reject_header(headers)).expect("memory");
    for reject in &whole.rejects {
        let note = RejectNote {
            file: "a.csv",
            line: reject.line,
            field: reject.field.as_deref(),
            code: reject.code.code(),
            reason: "why",
        };
        let row = reject_row(headers, &reject.cells, note);
        writer.write_record(row).expect("as wide as the header");
    }
    let rejects = writer.into_inner().expect("memory");
    let again = match links(&rejects, &[]) {
        Ok(again) => again,
        // Without its sound rows a file may not tell the order of day and month, and an odd header may read otherwise.
        Err(_) => return,
    };
    if reject_header(&again.report.headers) != reject_header(headers) {
        return;
    }
    assert_eq!(
        again.report.rows,
        whole.rejects.len() as u64,
        "every rejected row is one row of the rejects file"
    );
}
