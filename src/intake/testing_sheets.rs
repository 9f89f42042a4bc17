//! Spreadsheets made by hand for the tests: each as small as its library lets it be, and as wrong as a test wants it.

use std::io::Write;

/// Packs texts into an archive.
pub fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        out.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(text.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

const TYPES: &str =
    r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

const ROOT: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

/// A minimal xlsx with these rows of XML in its only sheet, and further parts.
pub fn raw_xlsx(rows: &str, extra: &[(&str, &str)]) -> Vec<u8> {
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:ALL1048576"/><sheetData>{rows}</sheetData></worksheet>"#
    );
    let mut files = vec![
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/worksheets/sheet1.xml", sheet.as_str()),
    ];
    files.extend_from_slice(extra);
    archive(&files)
}

/// A cell of XML with its text inside.
pub fn inline(place: &str, text: &str) -> String {
    format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

/// A minimal ods with these rows of XML in its only sheet.
pub fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="Form">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    archive(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        (
            "META-INF/manifest.xml",
            r#"<?xml version="1.0"?><manifest:manifest xmlns:manifest="m"/>"#,
        ),
        ("content.xml", &content),
    ])
}

/// An old Excel file of one sheet, made by hand: a compound file with one stream.
pub fn xls(cells: &[(u16, u16, &str)]) -> Vec<u8> {
    fn record(out: &mut Vec<u8>, kind: u16, data: &[u8]) {
        out.extend(kind.to_le_bytes());
        out.extend((data.len() as u16).to_le_bytes());
        out.extend(data);
    }
    let bof = |kind: u16| [0x0600_u16, kind, 0, 1997, 0, 0, 6, 0].map(u16::to_le_bytes).concat();
    let mut book = Vec::new();
    record(&mut book, 0x0809, &bof(5));
    let place = book.len() + 4;
    record(&mut book, 0x0085, &[&[0; 6][..], &[4, 0], b"Form"].concat());
    record(&mut book, 0x000A, &[]);
    let start = (book.len() as u32).to_le_bytes();
    book[place..place + 4].copy_from_slice(&start);
    record(&mut book, 0x0809, &bof(0x10));
    for (row, column, text) in cells {
        let head = [*row, *column, 0, text.len() as u16].map(u16::to_le_bytes).concat();
        record(&mut book, 0x0204, &[&head[..], &[0], text.as_bytes()].concat());
    }
    record(&mut book, 0x000A, &[]);
    book.resize(book.len().max(4096).next_multiple_of(512), 0);
    let sectors = (book.len() / 512) as u32;
    let mut file = vec![0; 512];
    file[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    let mut put = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
    for (at, value) in [(24, 0x3E_u16), (26, 3), (28, 0xFFFE), (30, 9), (32, 6)] {
        put(at, &value.to_le_bytes());
    }
    for (at, value) in [(44, 1_u32), (48, 1), (56, 4096), (60, 0xFFFF_FFFE), (68, 0xFFFF_FFFE)] {
        put(at, &value.to_le_bytes());
    }
    put(76, &[&[0; 4][..], &[0xFF; 108 * 4]].concat());
    let mut table = vec![0xFFFF_FFFD_u32, 0xFFFF_FFFE];
    table.extend((0..sectors).map(|at| if at + 1 == sectors { 0xFFFF_FFFE } else { at + 3 }));
    table.resize(128, 0xFFFF_FFFF);
    file.extend(table.into_iter().flat_map(u32::to_le_bytes));
    for (name, kind, first, size) in [
        ("Root Entry", 5_u8, 0xFFFF_FFFE_u32, 0),
        ("Workbook", 2, 2, book.len() as u32),
    ] {
        let mut entry = vec![0; 128];
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry[..name.len()].copy_from_slice(&name);
        entry[64..66].copy_from_slice(&(name.len() as u16 + 2).to_le_bytes());
        entry[66] = kind;
        entry[68..80].fill(0xFF);
        entry[116..120].copy_from_slice(&first.to_le_bytes());
        entry[120..124].copy_from_slice(&size.to_le_bytes());
        file.extend(entry);
    }
    file.resize(512 * 3, 0);
    file.extend(book);
    file
}
