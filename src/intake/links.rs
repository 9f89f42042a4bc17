//! Exports of the registration link: rows to registrations.
//!
//! Such an export is cumulative, so a file that begins with the bytes of one read before is read from the start of
//! that one's last record on.

use crate::domain::nik::{NikFlaw, NikReading};
use crate::domain::registration::{Registration, RowKey};
use crate::domain::text::Text;
use crate::intake::delivery::{EarlierFile, Item};
use crate::intake::error::{ImportKind, IntakeError};
use crate::intake::fields;
use crate::intake::headers::Field;
use crate::intake::layout::Layout;
use crate::intake::moments::Moments;
use crate::intake::options::ReadOptions;
use crate::intake::passes::{Passes, Reading, changed};
use crate::intake::people::{cell, numbers, optional, phone, text};
use crate::intake::report::{FileReport, RejectCode, RowWarnings};
use crate::intake::row_key::KeyMaker;
use crate::intake::rows::Row;
use crate::intake::source::Source;
use crate::intake::spellings::Spellings;
use crate::intake::survey::Decisions;
use crate::intake::table::Table;
use crate::intake::timestamps::Stamp;

/// What is handed over for each data row of a link export.
pub type LinkItem = Item<Registration>;

/// Reads a link export; `earlier` are files imported before with which this one may begin (open the source with
/// their lengths, so that their hashes can be compared).
///
/// # Errors
/// Says why the file as a whole cannot be read; then rows handed over already must be forgotten.
pub fn read_links(
    source: &Source,
    options: &ReadOptions,
    earlier: &[EarlierFile],
    sink: &mut dyn FnMut(LinkItem) -> anyhow::Result<()>,
) -> Result<FileReport, IntakeError> {
    let sink = &mut |heap: &mut Vec<_>| heap.drain(..).try_for_each(&mut *sink);
    let done = read_links_as(source, options, earlier, Passes::Two, |row| row, sink)?;
    done.ok_or_else(|| changed(source))
}

/// Reads a link export, and makes of each registration what is wanted of it, on either core. None, never after two passes: the
/// columns as a whole say otherwise than their beginning did; what was handed over must be forgotten, and the file read
/// again in two passes.
///
/// # Errors
/// Those of [`read_links`].
pub fn read_links_as<U: Send>(
    source: &Source,
    options: &ReadOptions,
    earlier: &[EarlierFile],
    passes: Passes,
    make: impl Fn(Registration) -> U + Sync,
    sink: &mut dyn FnMut(&mut Vec<Item<U>>) -> anyhow::Result<()>,
) -> Result<Option<FileReport>, IntakeError> {
    let table = &Table::open(source, ImportKind::Links, options)?;
    let reading = Reading {
        table,
        times: &[Field::SubmittedAt],
        options,
        earlier,
        passes,
        lines: None,
    };
    let make = &make;
    let reader = |decisions: Decisions, _| {
        let mut reader = LinkReader {
            layout: table.layout(),
            last_digit_lost: decisions.last_digit_lost,
            moments: Moments::new(decisions.order, options.zone),
            districts: Spellings::new(),
            keys: KeyMaker::default(),
        };
        move |row: &Row<'_>, stamp: Option<Stamp>| {
            let (registration, warnings) = reader.read(row, stamp)?;
            Ok((make(registration), warnings))
        }
    };
    reading.run(reader, &mut |heap| sink(&mut heap.items))
}

struct LinkReader<'t> {
    layout: &'t Layout,
    last_digit_lost: bool,
    moments: Moments,
    districts: Spellings<Option<Text>>,
    keys: KeyMaker,
}

impl LinkReader<'_> {
    fn read(&mut self, row: &Row<'_>, stamp: Option<Stamp>) -> Result<(Registration, RowWarnings), RejectCode> {
        let layout = self.layout;
        let submitted = stamp.and_then(|stamp| self.moments.read(&stamp));
        let name = text(row, layout, Field::Name);
        let Some((submitted_at, on)) = submitted else {
            let nik = NikReading::read(fields::unescape(cell(row, layout, Field::Nik)));
            let is_nobody = name.is_empty() && nik.is_none();
            return Err(if is_nobody {
                RejectCode::NoNikAndNoName
            } else {
                RejectCode::UnreadableTimestamp
            });
        };
        let numbers = numbers(row, layout, self.last_digit_lost, on);
        let nik = match numbers.nik {
            Some(nik) => nik,
            None if name.is_empty() => return Err(RejectCode::NoNikAndNoName),
            None => NikReading::Held {
                text: String::new(),
                flaw: NikFlaw::Missing,
            },
        };
        let mut registration = Registration {
            row_key: RowKey([0; 16]),
            nik,
            name: name.into(),
            submitted_at,
            kk: numbers.kk,
            phone: phone(cell(row, layout, Field::Phone)),
            district: self
                .districts
                .read(cell(row, layout, Field::District), fields::district),
            village: optional(row, layout, Field::Village),
            rt_rw: rt_rw(row, layout),
            reason: optional(row, layout, Field::Reason),
            email: optional(row, layout, Field::Email),
        };
        registration.row_key = self.keys.key(&registration, numbers.birth_date, row, layout);
        Ok((registration, numbers.warnings))
    }
}

/// RT and RW, whether they stand in one column or in two.
fn rt_rw(row: &Row<'_>, layout: &Layout) -> Option<Text> {
    if let Some(both) = optional(row, layout, Field::RtRw) {
        return Some(both);
    }
    let rt = optional(row, layout, Field::Rt);
    let rw = optional(row, layout, Field::Rw);
    match (rt, rw) {
        (Some(rt), Some(rw)) => Some(format!("{rt}/{rw}").into()),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::nik::Nik;
    use crate::intake::error::LooksLike;
    use crate::intake::testing::{Read, gather, options, source, source_with, wib};
    use crate::intake::timestamps::DateOrder;

    fn read(text: &str) -> Read<Registration> {
        read_bytes(text.as_bytes()).unwrap()
    }

    fn read_bytes(bytes: &[u8]) -> Result<Read<Registration>, IntakeError> {
        read_with(bytes, &options())
    }

    fn read_with(bytes: &[u8], options: &ReadOptions) -> Result<Read<Registration>, IntakeError> {
        gather(|sink| read_links(&source(bytes), options, &[], sink))
    }

    fn nik(text: &str) -> NikReading {
        NikReading::Trusted(Nik::parse(text).unwrap())
    }

    const FORM: &str = "Timestamp,Nama Lengkap,NIK,Nomor KK,No. HP (WhatsApp),Kecamatan,Kelurahan,Alasan Cetak\n";

    #[test]
    fn a_google_form_export() {
        let text = format!(
            "{FORM}2021/07/21 9:05:12 AM GMT+7,Siti  Nuraini,1671094107959001,1671092204109005,+62 812-1234-5678,\
             Ilir Barat I,Bukit Lama,\"Hilang, dicuri\"\n"
        );
        let read = read(&text);
        let (line, row, warnings) = &read.rows[0];
        assert_eq!((*line, row.name.as_str()), (2, "Siti Nuraini"));
        assert_eq!(row.nik, nik("1671094107959001"));
        assert_eq!(row.submitted_at.iso(wib()), "2021-07-21T09:05:12+07:00");
        assert_eq!(row.kk.as_ref().map(|kk| kk.digits()), Some("1671092204109005"));
        assert_eq!(row.phone.as_ref().map(|phone| phone.as_str()), Some("081212345678"));
        assert_eq!(row.reason.as_deref(), Some("Hilang, dicuri"));
        assert!(warnings.is_empty(), "{:?}", warnings.iter().collect::<Vec<_>>());
        assert!(read.rejects.is_empty() && read.report.warnings.is_empty());
    }

    #[test]
    fn every_row_ends_in_one_bucket() {
        let text = format!(
            "{FORM}\
             2021-07-21 09:00,Ani Lestari,\"1,67105E+15\",,,,,\n\
             2021-07-21 09:01,Budi Santoso,,,,,,\n\
             2021-07-21 09:02,,1671094107959001,,,,,\n\
             2021-07-21 09:03,,,,0812,,,\n\
             kemarin,Cici,1671094107959002,,,,,\n\
             2021-07-21 09:05,Dedi,1671094107959003,,\n\
             ,,,,,,,\n\
             \n\
             2021-07-21 09:06,\"Eka,1671094107959004,,,,,\n\
             2021-07-21 09:07,Fitri,1671 0941 0795 9005,,,,,\n"
        );
        let read = read(&text);
        let rows: Vec<_> = read
            .rows
            .iter()
            .map(|(line, row, _)| (*line, row.nik.clone()))
            .collect();
        let held = |text: &str, flaw| NikReading::Held {
            text: text.to_owned(),
            flaw,
        };
        assert_eq!(rows.len(), 4);
        assert!(matches!(
            &rows[0],
            (
                2,
                NikReading::Held {
                    flaw: NikFlaw::Scientific,
                    ..
                }
            )
        ));
        assert_eq!(rows[1], (3, held("", NikFlaw::Missing)));
        assert_eq!(rows[2], (4, nik("1671094107959001")));
        assert_eq!(rows[3], (11, nik("1671094107959005")));
        assert_eq!(
            read.reject_codes(),
            [
                (5, "no_nik_and_no_name"),
                (6, "unreadable_timestamp"),
                (7, "wrong_field_count"),
                (10, "unclosed_quote")
            ]
        );
        assert_eq!(read.rejects[1].field.as_deref(), Some("Timestamp"));
        assert_eq!(read.rejects[1].cells[..3], ["kemarin", "Cici", "1671094107959002"]);
    }

    #[test]
    fn one_row_is_one_row_whatever_the_file() {
        let comma = "Timestamp,Nama,NIK,Keterangan\n21/07/2021 09.05.12,Siti,1671094107959001,a  b\n";
        let other =
            "sep=;\nKeterangan;NIK;Nama;Timestamp;Baru\na b;'1671-0941-0795-9001; Siti ;2021-07-21T02:05:12Z;\n";
        let utf16: Vec<u8> = other.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let key = |bytes: &[u8]| read_bytes(bytes).unwrap().rows[0].1.row_key;
        assert_eq!(key(comma.as_bytes()), key(other.as_bytes()));
        assert_eq!(key(comma.as_bytes()), key(&utf16));
        assert_eq!(key(comma.as_bytes()), key(comma.replace('\n', "\r").as_bytes()));
        assert_ne!(key(comma.as_bytes()), key(comma.replace("a  b", "a c").as_bytes()));
    }

    #[test]
    fn titles_above_the_header_are_a_preamble() {
        let text = "REKAP PENDAFTARAN, DISDUKCAPIL\n\nTanggal;21 Juli 2021\nTimestamp;NIK;Nama\n\
                    2021-07-21;1671094107959001;Siti\n";
        let read = read(text);
        assert_eq!((read.report.header_line, read.rows[0].0), (4, 5));
        let mut options = options();
        options.dialect.preamble_lines = Some(3);
        options.dialect.delimiter = Some(b';');
        assert_eq!(read_with(text.as_bytes(), &options).unwrap().rows.len(), 1);
        options.dialect.preamble_lines = Some(0);
        assert!(matches!(
            read_with(text.as_bytes(), &options),
            Err(IntakeError::MissingColumns { line: 1, .. })
        ));
    }

    #[test]
    fn niks_that_went_through_a_spreadsheet_are_held() {
        let row = |n: u32| format!("2021-07-21 09:{n:02},Warga {n},1671094107959{n:02}0\n");
        let text = format!("Timestamp,Nama,NIK\n{}", (0..20).map(row).collect::<String>());
        let read = read(&text);
        assert!(read.report.last_digit_lost, "{text}");
        assert!(read.rows.iter().all(|(_, row, _)| {
            matches!(
                row.nik,
                NikReading::Held {
                    flaw: NikFlaw::LastDigitLost,
                    ..
                }
            )
        }));
        assert_eq!(read.warning_codes(), [("last_digit_lost", 20)]);
        // The same row in a sound file is trusted, and known as the same row.
        let alone = text.lines().take(2).collect::<Vec<_>>().join("\n");
        let alone = read_bytes(alone.as_bytes()).unwrap();
        assert!(alone.rows[0].1.trusted_nik().is_some());
        assert_eq!(alone.rows[0].1.row_key, read.rows[0].1.row_key);
    }

    #[test]
    fn the_order_of_day_and_month_is_asked_for_only_where_it_matters() {
        let open = "Timestamp,Nama,NIK\n05/06/2021 09:00,Siti,1671094107959001\n";
        let error = read_bytes(open.as_bytes()).unwrap_err();
        let IntakeError::DateOrder(question) = error else {
            panic!("{error:?}")
        };
        assert_eq!((question.line, question.header.as_str()), (2, "Timestamp"));
        let mut options = options();
        for (order, expected) in [(DateOrder::Dmy, "2021-06-05"), (DateOrder::Mdy, "2021-05-06")] {
            options.date_order = Some(order);
            let read = read_with(open.as_bytes(), &options).unwrap();
            assert_eq!(read.rows[0].1.submitted_at.day(wib()).to_string(), expected);
        }
    }

    #[test]
    fn swapped_numbers_are_put_right() {
        // In the KK column stands a woman's number, in the NIK column a date of issue.
        let read = read("Timestamp,Nama,NIK,Nomor KK\n2021-07-21,Siti,1671092204109005,1671094107959001\n");
        let (_, row, warnings) = &read.rows[0];
        assert_eq!(row.nik, nik("1671094107959001"));
        assert_eq!(row.kk.as_ref().map(|kk| kk.digits()), Some("1671092204109005"));
        assert_eq!(
            warnings.iter().map(|kind| kind.code()).collect::<Vec<_>>(),
            ["swapped_nik_kk"]
        );
    }

    #[test]
    fn files_that_are_no_tables_are_named() {
        let looks = |bytes: &[u8]| match source_with(bytes, &[]).and_then(|_| read_bytes(bytes)) {
            Err(IntakeError::NotATable { looks_like }) => Some(looks_like),
            Err(IntakeError::Empty) => None,
            other => panic!("{other:?}"),
        };
        assert_eq!(looks(b"%PDF-1.4 ..."), Some(LooksLike::Pdf));
        assert_eq!(looks(b"\n <HTML><table>"), Some(LooksLike::Html));
        assert_eq!(looks(b"\x89PNG\r\n\x1a\n"), Some(LooksLike::Image));
        assert_eq!(
            looks(&(0..=255).cycle().take(9000).collect::<Vec<u8>>()),
            Some(LooksLike::Binary)
        );
        assert_eq!(looks(b""), None);
        assert_eq!(looks(b"\n\n  \n"), None);
    }

    #[test]
    fn files_put_together_have_their_header_twice() {
        let one = "Timestamp,Nama,NIK\n2021-07-21,Siti,1671094107959001\n";
        let read = read(&one.repeat(2));
        assert_eq!((read.rows.len(), read.rows[1].0), (2, 4));
        assert_eq!(read.warning_codes(), [("repeated_header", 1)]);
    }

    #[test]
    fn a_mended_rejects_file_brings_every_row_in() {
        use crate::intake::rejects::{RejectNote, reject_header, reject_row};
        let text =
            "Timestamp,Nama,NIK,Catatan\n2021-07-21,Siti,1671094107959001,=1+1\nkemarin,Budi,1671090107959002,-\n";
        let first = read(text);
        let headers = &first.report.headers;
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(reject_header(headers)).unwrap();
        for reject in &first.rejects {
            let (field, code) = (reject.field.as_deref(), reject.code.code());
            let note = RejectNote {
                file: "a.csv",
                line: reject.line,
                field,
                code,
                reason: "=x",
            };
            writer.write_record(reject_row(headers, &reject.cells, note)).unwrap();
        }
        let rejects = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        assert!(rejects.contains("'-"), "{rejects}");
        assert_eq!(read(&rejects).reject_codes(), [(2, "unreadable_timestamp")]);
        let mended = read(&rejects.replace("kemarin", "2021-07-21"));
        let whole = read(&text.replace("kemarin", "2021-07-21"));
        assert_eq!(mended.rows[0].1, whole.rows[1].1);
        assert_eq!(reject_header(&mended.report.headers), reject_header(headers));
    }

    #[test]
    fn a_longer_export_is_read_from_the_last_record_on() {
        let row = |n: u32| {
            format!(
                "{:02}/07/2021 09.05,\"Warga\n{n}\",16710901079590{:02}\n",
                n % 28 + 1,
                n % 90 + 1
            )
        };
        let mut text = String::from("Timestamp,Nama,NIK\n");
        (0..14).for_each(|n| text += &row(n));
        text += "kemarin,Rusak,1671090107959003\n";
        text += row(14).trim_end();
        let early = text.clone();
        text.push('\n');
        (15..20).for_each(|n| text += &row(n));
        let first = read(&early);
        let earlier = first.as_earlier();
        let again = |bytes: &[u8], earlier: &[EarlierFile]| {
            let lengths: Vec<u64> = earlier.iter().map(|file| file.bytes).collect();
            let source = source_with(bytes, &lengths).unwrap();
            gather(|sink| read_links(&source, &options(), earlier, sink)).unwrap()
        };
        let (whole, resumed) = (
            again(text.as_bytes(), &[]),
            again(text.as_bytes(), std::slice::from_ref(&earlier)),
        );
        let skipped = resumed.report.skipped.unwrap();
        assert_eq!((skipped.rows, skipped.rejected, skipped.line), (15, 1, 31));
        assert_eq!(resumed.rows[..], whole.rows[14..]);
        let mut report = resumed.report.clone();
        report.skipped = None;
        assert_eq!(report, whole.report);
        // Other bytes, other settings, or other decisions: read whole.
        let other = text.replacen("Warga", "Warge", 1);
        assert_eq!(
            again(other.as_bytes(), std::slice::from_ref(&earlier)).report.skipped,
            None
        );
        let changed = EarlierFile {
            reading: "x".into(),
            ..earlier.clone()
        };
        assert_eq!(again(text.as_bytes(), &[changed]).report.skipped, None);
        // Three times over: from the longest.
        let longest = [earlier, whole.as_earlier()];
        text += &row(21);
        assert_eq!(
            again(text.as_bytes(), &longest)
                .report
                .skipped
                .map(|skipped| skipped.earlier),
            Some(1)
        );
    }

    #[test]
    fn one_pass_is_enough_where_the_beginning_speaks_for_the_rest() {
        let row = |n: usize, time: &str| format!("{time},Warga {n},16710901079590{:02}\n", n % 90 + 1);
        let head = "Timestamp,Nama,NIK\n";
        let early: String = (0..40_000).map(|n| row(n, "05/06/2021 09:00:00")).collect();
        let month_first = early.clone() + &(0..10).map(|n| row(n, "06/21/2021 09:00:00")).collect::<String>();
        let day_first = early.clone() + &(0..10).map(|n| row(n, "21/06/2021 09:00:00")).collect::<String>();
        let options = ReadOptions::new(wib());
        let read = |text: &str| {
            let source = source(format!("{head}{text}").as_bytes());
            let mut days = std::collections::BTreeSet::new();
            let make = |row: Registration| row.submitted_at.day(wib());
            let outcome = read_links_as(&source, &options, &[], Passes::One, make, &mut |heap| {
                days.extend(heap.iter().filter_map(|item| match item {
                    Item::Row { record, .. } => Some(record.to_string()),
                    Item::Rejected(_) => None,
                }));
                Ok(())
            });
            (outcome, days.into_iter().collect::<Vec<_>>())
        };
        let (outcome, days) = read(&day_first);
        assert_eq!(outcome.unwrap().unwrap().rows, 40_010);
        assert_eq!(days, ["2021-06-05", "2021-06-21"]);
        // The end says otherwise: nothing of it may be kept.
        assert!(read(&month_first).0.unwrap().is_none());
        // Nothing tells: it is asked as after two passes.
        assert!(matches!(read(&early).0, Err(IntakeError::DateOrder(_))));
    }

    #[test]
    fn an_export_that_ended_within_a_quote_is_read_whole() {
        let early = "Timestamp,Nama,NIK\n2021-07-20,Ani,1671094107959001\n2021-07-21,\"Siti\n";
        let first = read(early);
        assert_eq!(first.reject_codes(), [(3, "unclosed_quote")]);
        assert_eq!(first.report.resume, None);
    }

    #[test]
    fn an_export_whose_last_line_tells_what_a_quote_meant_is_read_whole() {
        let early = "Timestamp,Nama,NIK\n2021-07-20,\"Ani\nLeitars\",1671094107959001,16710941079";
        let whole = format!("{early},59002\n");
        // As far as it is there, the last line is a row by itself.
        let first = read(early);
        assert_eq!(first.reject_codes()[0], (2, "unclosed_quote"));
        assert_eq!(first.report.resume, None);
        assert_eq!(read(&whole).reject_codes(), [(2, "wrong_field_count")]);
    }
}
