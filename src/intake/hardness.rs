//! Files that lie: a table of damaged ones with the buckets that each must give, and random damage to good ones,
//! after which nothing may panic and every row must still be counted.

use crate::domain::nik::NikReading;
use crate::domain::queue::{QueueRow, Trace};
use crate::intake::delivery::{Heap, Item};
use crate::intake::error::IntakeError;
use crate::intake::links::{LinkItem, read_links, read_links_as};
use crate::intake::options::{Pace, ReadOptions};
use crate::intake::passes::Passes;
use crate::intake::queue::{QueueItem, read_queue, read_queue_as};
use crate::intake::report::{FileReport, RowWarnings};
use crate::intake::results::read_results;
use crate::intake::rows::KnownRow;
use crate::intake::testing::{Read, gather, options, source_with};
use crate::intake::testing_sheets::{inline, ods, raw_xlsx, xls};
use crate::intake::traces::KnownTraces;
use chrono::NaiveDate;

/// Reads bytes as links; `rows/held/rejected` or the code of the refusal.
fn links(bytes: &[u8]) -> String {
    let source = match source_with(bytes, &[]) {
        Ok(source) => source,
        Err(error) => return error.code().to_owned(),
    };
    match gather(|sink| read_links(&source, &options(), &[], sink)) {
        Ok(read) => {
            let held = read
                .rows
                .iter()
                .filter(|row| matches!(row.1.nik, NikReading::Held { .. }))
                .count();
            format!("{}/{held}/{}", read.report.rows, read.rejects.len())
        }
        Err(error) => error.code().to_owned(),
    }
}

const HEAD: &str = "Timestamp,Nama,NIK\n";
const ANI: &str = "2021-07-21 09:00,Ani,1671094107959001\n";
const BUDI: &str = "2021-07-21 09:01,Budi,1671090107959002\n";

/// Checks that each file gives its buckets, and names all that do not.
fn check(files: &[(&str, impl AsRef<[u8]>, &str)]) {
    let wrong = files.iter().filter_map(|(name, bytes, expected)| {
        let found = links(bytes.as_ref());
        (found != *expected).then(|| format!("{name}: {found}, not {expected}"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
#[rustfmt::skip] // one file a line
fn lines_and_separators() {
    let good = format!("{HEAD}{ANI}{BUDI}");
    check(&[
        ("whole", good.clone(), "2/0/0"),
        ("nothing", String::new(), "empty_file"),
        ("blank lines only", "\n\r\n \n".into(), "empty_file"),
        ("header only", HEAD.into(), "0/0/0"),
        ("header without a line end", HEAD.trim().into(), "0/0/0"),
        ("no line end at the end", good.trim_end().into(), "2/0/0"),
        ("CRLF", good.replace('\n', "\r\n"), "2/0/0"),
        ("bare CR", good.replace('\n', "\r"), "2/0/0"),
        ("mixed line ends", format!("{HEAD}{}{BUDI}", ANI.replace('\n', "\r\n")), "2/0/0"),
        ("blank lines between", good.replace('\n', "\n\n\n"), "2/0/0"),
        ("rows of separators", format!("{HEAD},,\n{ANI},,\n{BUDI}"), "2/0/0"),
        ("semicolons", good.replace(',', ";"), "2/0/0"),
        ("tabs", good.replace(',', "\t"), "2/0/0"),
        ("pipes", good.replace(',', "|"), "2/0/0"),
        ("sep line", format!("sep=;\n{}", good.replace(',', ";")), "2/0/0"),
        ("sep line in quotes", format!("\"sep=,\"\n{good}"), "2/0/0"),
        ("sep line of another sign", format!("sep=^\n{}", good.replace(',', "^")), "2/0/0"),
        ("title above", format!("REKAP JULI\n\n{good}"), "2/0/0"),
        ("title with commas", format!("REKAP, NIK, 2021\n{good}"), "2/0/0"),
        ("title with an open quote", format!("\"REKAP\n{good}"), "2/0/0"),
        ("trailing separators", good.replace('\n', ",,\n"), "2/0/0"),
        ("trailing separators in rows only", format!("{HEAD}{}{BUDI}", ANI.replace('\n', ",,\n")), "2/0/0"),
        ("one cell too many", format!("{HEAD}{}{BUDI}", ANI.replace('\n', ",x\n")), "2/0/1"),
        ("one cell too few", format!("{HEAD}2021-07-21,Ani\n{BUDI}"), "2/0/1"),
        ("a line of prose", format!("{HEAD}{ANI}Jumlah: 1\n{BUDI}"), "3/0/1"),
        ("header twice", format!("{good}{good}"), "4/0/0"),
    ]);
}

#[test]
#[rustfmt::skip] // one file a line
fn quotes_and_cells() {
    check(&[
        ("quoted", format!("{HEAD}\"2021-07-21\",\"Ani\",\"1671094107959001\"\n{BUDI}"), "2/0/0"),
        ("quoted line break", format!("{HEAD}2021-07-21,\"Ani\nLestari\",1671094107959001\n{BUDI}"), "2/0/0"),
        ("escaped quotes", format!("{HEAD}2021-07-21,\"Ani \"\"A\"\"\",1671094107959001\n{BUDI}"), "2/0/0"),
        ("quote open in a name", format!("{HEAD}2021-07-21,\"Ani,1671094107959001\n{BUDI}"), "2/0/1"),
        ("quote open at the end", format!("{HEAD}{BUDI}2021-07-21,Ani,\"1671094107959001"), "2/0/1"),
        ("quote open at the start", format!("{HEAD}\"{ANI}{BUDI}"), "2/0/1"),
        ("quotes open in two rows", format!("{HEAD}2021-07-21,\"Ani,1\n2021-07-21,\"Budi,2\n{BUDI}"), "3/0/2"),
        ("quote inside a name", format!("{HEAD}2021-07-21,Ani \"A\" L,1671094107959001\n{BUDI}"), "2/0/0"),
        ("text after a quote", format!("{HEAD}2021-07-21,\"Ani\" L,1671094107959001\n{BUDI}"), "2/0/0"),
        ("single quotes", format!("{HEAD}2021-07-21,'Ani','1671094107959001\n"), "1/0/0"),
        ("NUL in a name", format!("{HEAD}2021-07-21,A\0ni,1671094107959001\n{BUDI}"), "2/0/1"),
        ("escape sequence in a name", format!("{HEAD}2021-07-21,\u{1B}[31mAni,1671094107959001\n"), "1/0/0"),
        ("five megabytes", format!("{HEAD}2021-07-21,{},1\n{BUDI}", "x".repeat(5 << 20)), "2/0/1"),
        ("five megabytes in quotes", format!("{HEAD}2021-07-21,\"{}\",1\n{BUDI}", "x".repeat(5 << 20)), "2/0/1"),
        ("two hundred kilobytes", format!("{HEAD}2021-07-21,{},1\n{BUDI}", "x".repeat(200_000)), "2/0/1"),
    ]);
}

#[test]
#[rustfmt::skip] // one file a line
fn niks_times_and_headers() {
    let nik = |nik: &str| format!("{HEAD}2021-07-21,Ani,{nik}\n");
    let time = |time: &str| format!("{HEAD}{time},Ani,1671094107959001\n");
    check(&[
        ("scientific", nik("\"1,67109E+15\""), "1/1/0"),
        ("scientific with a point", nik("1.67109E+15"), "1/1/0"),
        ("15 digits", nik("167109410795900"), "1/1/0"),
        ("17 digits", nik("16710941079590011"), "1/1/0"),
        ("largest 32-bit number", nik("2147483647"), "1/1/0"),
        ("same digits", nik("1111111111111111"), "1/1/0"),
        ("village number", nik("0671094107959001"), "1/1/0"),
        ("letter O", nik("16710941O7959001"), "1/1/0"),
        ("no NIK", nik(""), "1/1/0"),
        ("NIK of dashes", nik("-"), "1/1/0"),
        ("spaced NIK", nik("1671 0941 0795 9001"), "1/0/0"),
        ("dotted NIK", nik("167109.410795.9001"), "1/0/0"),
        ("NIK as a formula", nik("\"=\"\"1671094107959001\"\"\""), "1/0/0"),
        ("full-width NIK", nik("１６７１０９４１０７９５９００１"), "1/0/0"),
        ("NIK with a zero-width space", nik("1671094107\u{200B}959001"), "1/0/0"),
        ("no time", time(""), "1/0/1"),
        ("time in words", time("kemarin"), "1/0/1"),
        ("no such day", time("31/02/2021"), "1/0/1"),
        ("serial number", time("\"44398,3786\""), "1/0/0"),
        ("open order", time("05/06/2021"), "date_order"),
        ("order in contradiction", format!("{}21/05/2021,B,1671094107959001\n", time("05/21/2021")), "date_order"),
        ("no header at all", format!("{ANI}{BUDI}"), "missing_columns"),
        ("two NIK columns", "Timestamp,Nama,NIK,NIK\n2021-07-21,Ani,1,1\n".into(), "ambiguous_column"),
        ("a queue", "NIK,NAMA_LGKP,CURRENT_STATUS_CODE\n1671094107959001,ANI,PRR\n".into(), "wrong_kind"),
        ("too many columns", format!("Timestamp,Nama,NIK{}\n", ",x".repeat(2000)), "too_large"),
    ]);
}

#[test]
#[rustfmt::skip] // one file a line
fn encodings_and_files_that_are_no_tables() {
    let good = format!("{HEAD}{ANI}{BUDI}");
    let utf16 = |text: &str, big: bool| -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    check(&[
        ("BOM", [b"\xEF\xBB\xBF", good.as_bytes()].concat(), "2/0/0"),
        ("Windows-1252", good.replace("Ani", "Ren#e").replace('#', "\u{1}").into_bytes(), "2/0/0"),
        ("UTF-16 LE with BOM", [b"\xFF\xFE".as_slice(), &utf16(&good, false)].concat(), "2/0/0"),
        ("UTF-16 BE with BOM", [b"\xFE\xFF".as_slice(), &utf16(&good, true)].concat(), "2/0/0"),
        ("UTF-16 LE", utf16(&good, false), "2/0/0"),
        ("UTF-16 BE", utf16(&good, true), "2/0/0"),
        ("UTF-16 cut in a character", utf16(&good, false)[1..].to_vec(), "missing_columns"),
        ("one broken character", [ b"Timestamp,Nama,NIK\n2021-07-21,R\xE9n\xC3\xA9 \xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9,1\n".as_slice(), BUDI.as_bytes(), ] .concat(), "2/1/0"),
        ("PDF", b"%PDF-1.7\n1 0 obj".to_vec(), "not_a_table"),
        ("HTML", b"<html><body><table><tr><td>NIK</td></tr></table>".to_vec(), "not_a_table"),
        ("noise", (0..=255_u8) .cycle() .map(|byte| byte.wrapping_mul(31)) .take(5000) .collect(), "not_a_table"),
        ("zeros", vec![0; 5000], "not_a_table"),
        ("million-column header", [b"Timestamp,Nama,NIK".as_slice(), &b",x".repeat(1_000_000)].concat(), "too_large"),
        ("one line without end", b"x".repeat(3 << 20), "too_large"),
    ]);
}

/// A small generator with a seed, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides.max(1)
    }

    /// Damages bytes in one to six places.
    fn damage(&mut self, bytes: &mut Vec<u8>) {
        const PIECES: [&[u8]; 14] = [
            b"\"",
            b"\"\"",
            b",",
            b";",
            b"\n",
            b"\r",
            b"\r\n",
            b"\0",
            b"\xFF",
            b"\xC3",
            b"=\"",
            b"'",
            b"9",
            b"\xE2\x80\x8B",
        ];
        for _ in 0..=self.roll(6) {
            let at = self.roll(bytes.len() + 1);
            let end = (at + self.roll(40)).min(bytes.len());
            match self.roll(5) {
                0 if at < bytes.len() => bytes[at] = self.roll(256) as u8,
                1 => drop(bytes.drain(at..end)),
                2 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
                3 if self.roll(4) == 0 => bytes.truncate(at),
                _ => drop(bytes.splice(at..at, PIECES[self.roll(PIECES.len())].to_vec())),
            }
        }
    }
}

/// Reads bytes with every reader; `gather` checks that every row was counted.
fn read_with_all(bytes: &[u8]) -> usize {
    let Ok(source) = source_with(bytes, &[]) else { return 0 };
    let on = NaiveDate::from_ymd_opt(2021, 7, 22).unwrap();
    let mut read = 0;
    read += in_any_pace(|options| gather(|sink| read_links(&source, options, &[], sink)));
    read += in_any_pace(|options| gather(|sink| read_queue(&source, options, on, sink)));
    let links = |sink: &mut dyn FnMut(LinkItem) -> anyhow::Result<()>| {
        let sink = &mut |heap: &mut Vec<_>| heap.drain(..).try_for_each(&mut *sink);
        read_links_as(&source, &options(), &[], Passes::One, |row| row, sink)
    };
    one_pass_is_enough(gather(|sink| read_links(&source, &options(), &[], sink)), links);
    let queue = |sink: &mut dyn FnMut(QueueItem) -> anyhow::Result<()>| {
        let sink = &mut |heap: &mut Heap<_>| heap.items.drain(..).try_for_each(&mut *sink);
        let passes = (Passes::One, &KnownTraces::default());
        read_queue_as(&source, &options(), on, passes, |row, _| row, sink)
    };
    one_pass_is_enough(gather(|sink| read_queue(&source, &options(), on, sink)), queue);
    read += in_any_pace(|options| gather(|sink| read_results(&source, options, sink)));
    read
}

/// Checks that one pass comes to what two come to, unless it says that it is not enough.
fn one_pass_is_enough<T: std::fmt::Debug>(
    two: Result<Read<T>, IntakeError>,
    one: impl FnOnce(&mut dyn FnMut(Item<T>) -> anyhow::Result<()>) -> Result<Option<FileReport>, IntakeError>,
) {
    let mut was_enough = true;
    let one = gather(|sink| {
        one(sink)?.ok_or_else(|| {
            was_enough = false;
            IntakeError::Empty
        })
    });
    if was_enough {
        assert_eq!(format!("{one:?}"), format!("{two:?}"));
    }
}

/// Reads in small stretches and in one go, which must come to the same; returns 1 where the file was read.
fn in_any_pace<T: std::fmt::Debug>(read: impl Fn(&ReadOptions) -> Result<T, IntakeError>) -> usize {
    let whole = Pace {
        stretch_bytes: 1 << 20,
        helper: false,
    };
    let in_one_go = ReadOptions {
        pace: whole,
        ..options()
    };
    let (one, other) = (read(&options()), read(&in_one_go));
    assert_eq!(format!("{one:?}"), format!("{other:?}"));
    usize::from(one.is_ok())
}

#[test]
fn random_damage_to_text_never_panics_and_loses_no_row() {
    let link = "sep=,\n\"Timestamp\",\"Nama, lengkap\",NIK,Nomor KK,Tanggal Lahir\r\n\
                \"2021/07/21 9:05:12 AM GMT+7\",\"Siti \"\"S\"\"\nAyu\",1671094107959001,1671092204109005,01/07/1995\r\n\
                21/07/2021 09.05,Budi,\"1,67E+15\",,\r\n44398.5,Cici,'1671094107959003,x,2\r\n";
    let queue = "NIK;NAMA_LGKP;CURRENT_STATUS_CODE;TGL_STATUS;NO_KEC;STAT_HIDUP\n\
                 1671094107959001;SITI;PRR;21-07-2021;09;1\n1671094107959002;BUDI;SFE;20 Juli 2021;xx;?\n";
    let results =
        "batch\tseq\tnik\tname\tresult\tnote\nB1\t1\t1671094107959001\tSITI\tcetak\t\nB1\t2\t\tBUDI\trusak\tx\n";
    let mut dice = Dice(20_210_721);
    let mut read = 0;
    for round in 0..450 {
        let mut bytes = [link, queue, results][round % 3].as_bytes().to_vec();
        if round % 10 == 9 {
            bytes = String::from_utf8_lossy(&bytes)
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect();
        }
        dice.damage(&mut bytes);
        read += read_with_all(&bytes);
    }
    assert!(read > 150, "hardly any file was read: {read}");
}

/// What a pass hands over, each known line with what it said when it was read.
fn read_recalling(bytes: &[u8], known: &[(QueueRow, Option<Trace>)]) -> Option<(Read<QueueRow>, Vec<Option<Trace>>)> {
    let source = source_with(bytes, &[]).ok()?;
    let on = NaiveDate::from_ymd_opt(2021, 7, 22)?;
    let traces = KnownTraces::new(known.iter().map(|(_, trace)| *trace));
    let (mut rows, mut rejects, mut left) = (Vec::new(), Vec::new(), Vec::new());
    let mut sink = |heap: &mut Heap<(QueueRow, Option<Trace>)>| {
        for item in heap.items.drain(..) {
            match item {
                Item::Row { line, record, warnings } => {
                    left.push(record.1);
                    rows.push((line, record.0, warnings));
                }
                Item::Rejected(reject) => rejects.push(reject),
            }
        }
        let said = |row: &KnownRow| (row.line, known[row.number as usize].0.clone(), RowWarnings::default());
        rows.extend(heap.known.iter().map(said));
        Ok(())
    };
    let passes = (Passes::One, &traces);
    let report = read_queue_as(&source, &options(), on, passes, |row, trace| (row, trace), &mut sink).ok()??;
    assert_eq!(report.rows as usize, rows.len() + rejects.len());
    rows.sort_by_key(|(line, ..)| *line);
    Some((Read { rows, rejects, report }, left))
}

/// Whatever became of the lines around them, a line that is known is no other one.
#[test]
fn known_lines_say_what_they_would_if_they_were_read() {
    let header = "NIK,NAMA_LGKP,NO_KK,TGL_LHR,CURRENT_STATUS_CODE,TGL_STATUS,CATATAN\n";
    let row = |number: u64| {
        let name = ["SITI", "\"BUDI\"", "NUR'AINI", "RENÉ", " IDA", "\"A,\nB\""][number as usize % 6];
        let born = ["10-07-1995", "", "11-07-1995", "1995-07-10"][number as usize % 4];
        let at = ["2021-07-20", "05-06-2021", "21-07-2021", "07-07-2021", "", "kemarin"][number as usize / 2 % 6];
        let card = ["", "1671092204109005", "1671090404129001"][number as usize % 3];
        format!("{},{name},{card},{born},PRR,{at},\n", 1_671_091_007_959_000 + number)
    };
    let intact = header.to_owned() + &(0..36).map(row).collect::<String>();
    let (read, traces) = read_recalling(intact.as_bytes(), &[]).unwrap();
    let known: Vec<_> = read.rows.into_iter().map(|(_, row, _)| row).zip(traces).collect();
    let traced = |name: &str| {
        let named = known.iter().filter(|(row, trace)| row.name == name && trace.is_some());
        named.count()
    };
    assert!(traced("SITI") > 0 && traced("BUDI") > 0 && traced("NUR'AINI") > 0);
    assert!(known.iter().any(|(row, _)| row.name == "A, B"));
    assert_eq!(traced("A, B"), 0, "a record of two lines");
    let mut dice = Dice(20_210_722);
    let (mut same, mut recalled) = (0, 0);
    for _ in 0..600 {
        let mut bytes = intact.as_bytes().to_vec();
        dice.damage(&mut bytes);
        let Some((expected, _)) = read_recalling(&bytes, &[]) else {
            continue;
        };
        // None: the file is read again, and every line of it.
        let Some((mut found, left)) = read_recalling(&bytes, &known) else {
            continue;
        };
        recalled += expected.rows.len() - left.len();
        found.report.resume.clone_from(&expected.report.resume);
        assert_eq!(format!("{found:?}"), format!("{expected:?}"));
        same += 1;
    }
    assert!(same > 100 && recalled > 1000, "{same} {recalled}");
}

#[test]
fn random_damage_to_spreadsheets_never_panics() {
    let header = inline("A1", "Timestamp") + &inline("B1", "Nama") + &inline("C1", "NIK");
    let row =
        r#"<c r="A2" t="n"><v>44398.5</v></c>"#.to_owned() + &inline("B2", "Siti") + &inline("C2", "1671094107959001");
    let rows = format!(r#"<row r="1">{header}</row><row r="2">{row}</row>"#);
    let cell = |text: &str| {
        format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
    };
    let line = |cells: [&str; 3]| format!("<table:table-row>{}</table:table-row>", cells.map(cell).concat());
    let table = line(["Timestamp", "Nama", "NIK"]) + &line(["2021-07-21", "Siti", "1671094107959001"]);
    let old = xls(&[
        (0, 0, "Timestamp"),
        (0, 1, "Nama"),
        (0, 2, "NIK"),
        (1, 0, "2021-07-21"),
        (1, 1, "Siti"),
    ]);
    let mut dice = Dice(44_398);
    let mut read = 0;
    for round in 0..240 {
        let bytes = match round % 6 {
            // Damage within the XML of a sound archive, and damage to the archive itself.
            0 | 1 => {
                let mut xml = [rows.as_str(), &table][round % 6].as_bytes().to_vec();
                dice.damage(&mut xml);
                let xml = String::from_utf8_lossy(&xml).into_owned();
                if round % 6 == 0 { raw_xlsx(&xml, &[]) } else { ods(&xml) }
            }
            kind => {
                let mut bytes = match kind {
                    2 => raw_xlsx(&rows, &[]),
                    3 => ods(&table),
                    _ => old.clone(),
                };
                dice.damage(&mut bytes);
                bytes
            }
        };
        read += read_with_all(&bytes);
    }
    assert!(read > 10, "hardly any file was read: {read}");
}
