//! Spreadsheets: the XML of an xlsx and of an ods in sound archives, and whole files as they are.
//!
//! The first byte tells which; parts of an xlsx stand between bytes 0xFF: sheet, shared texts, styles, workbook.
#![no_main]

use cetak_fuzz::{Memory, memory, read_with_all};
use libfuzzer_sys::fuzz_target;
use std::io::{Cursor, Write};
use zip::write::{SimpleFileOptions, ZipWriter};

#[global_allocator]
static MEMORY: Memory = memory();

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else {
        return;
    };
    match kind {
        b'x' => read_with_all(&xlsx(rest)),
        b'o' => read_with_all(&ods(rest)),
        _ => read_with_all(rest),
    }
});

const TYPES: &[u8] =
    br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const ROOT: &[u8] = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &[u8] = br#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &[u8] = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const MANIFEST: &[u8] = br#"<?xml version="1.0"?><manifest:manifest xmlns:manifest="m"/>"#;
const KIND: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        out.start_file(*name, stored).expect("memory");
        out.write_all(bytes).expect("memory");
    }
    out.finish().expect("memory").into_inner()
}

fn xlsx(bytes: &[u8]) -> Vec<u8> {
    let mut parts = bytes.split(|byte| *byte == 0xFF);
    let mut part = |usual: &'static [u8]| parts.next().filter(|part| !part.is_empty()).unwrap_or(usual).to_vec();
    let [sheet, texts, styles, book] = [&b""[..], b"", b"", BOOK].map(&mut part);
    let mut files = vec![
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", book.as_slice()),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/worksheets/sheet1.xml", sheet.as_slice()),
    ];
    for (name, part) in [("xl/sharedStrings.xml", &texts), ("xl/styles.xml", &styles)] {
        if !part.is_empty() {
            files.push((name, part));
        }
    }
    archive(&files)
}

fn ods(bytes: &[u8]) -> Vec<u8> {
    archive(&[
        ("mimetype", KIND),
        ("META-INF/manifest.xml", MANIFEST),
        ("content.xml", bytes),
    ])
}
