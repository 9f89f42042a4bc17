//! Exports of the print queue: rows to queue entries, and the time of a snapshot from the name of its file.
//!
//! An entry is known by its NIK, so a row whose NIK cannot be trusted is no entry: it is rejected, not held.

use crate::domain::moment::{Moment, Zone};
use crate::domain::nik::{self, NikFlaw, NikReading};
use crate::domain::queue::{QueueRow, Trace};
use crate::domain::record_status::RecordStatus;
use crate::domain::region;
use crate::domain::text::Text;
use crate::intake::date_order::OrderHint;
use crate::intake::delivery::{Heap, Item, Sink};
use crate::intake::error::{ImportKind, IntakeError};
use crate::intake::fields;
use crate::intake::headers::Field;
use crate::intake::layout::Layout;
use crate::intake::moments::Moments;
use crate::intake::options::ReadOptions;
use crate::intake::passes::{Passes, Reading, changed};
use crate::intake::people::{cell, numbers, optional, phone, text};
use crate::intake::report::{FileReport, RejectCode, RowWarnings, WarningKind};
use crate::intake::rows::Row;
use crate::intake::source::Source;
use crate::intake::spellings::Spellings;
use crate::intake::survey::{Decisions, last_digit_is_zero, time_text};
use crate::intake::table::Table;
use crate::intake::timestamps::Stamp;
use crate::intake::traces::{Hint, KnownTraces, Tracer};
use chrono::{Datelike, NaiveDate, NaiveTime};

/// What is handed over for each data row of a queue export.
pub type QueueItem = Item<QueueRow>;

/// The date of the status; where it is blank, the date of the record stands for it.
const TIMES: [Field; 2] = [Field::StatusDate, Field::CreatedDate];

/// Reads a queue export; `on` is the day of the run, for rows without a date of their own.
///
/// # Errors
/// Says why the file as a whole cannot be read; then rows handed over already must be forgotten.
pub fn read_queue(
    source: &Source,
    options: &ReadOptions,
    on: NaiveDate,
    sink: &mut dyn FnMut(QueueItem) -> anyhow::Result<()>,
) -> Result<FileReport, IntakeError> {
    let sink = &mut |heap: &mut Heap<_>| heap.items.drain(..).try_for_each(&mut *sink);
    let known = &KnownTraces::default();
    let done = read_queue_as(source, options, on, (Passes::Two, known), |row, _| row, sink)?;
    done.ok_or_else(|| changed(source))
}

/// Reads a queue export, and makes of each row and of the trace that its line leaves what is wanted of it, on either core.
/// Rows whose lines are known are not read: of each its line and the number of the trace are handed over. None, never after
/// two passes, which read every row: the columns as a whole say otherwise than their beginning did; what was handed over
/// must be forgotten, and the file read again in two passes.
///
/// # Errors
/// Those of [`read_queue`].
pub fn read_queue_as<U: Send>(
    source: &Source,
    options: &ReadOptions,
    on: NaiveDate,
    (passes, known): (Passes, &KnownTraces),
    make: impl Fn(QueueRow, Option<Trace>) -> U + Sync,
    sink: Sink<'_, U>,
) -> Result<Option<FileReport>, IntakeError> {
    let table = &Table::open(source, ImportKind::Queue, options)?;
    let reading = Reading {
        table,
        times: &TIMES,
        options,
        earlier: &[],
        passes,
        lines: Some((known, on.year())),
    };
    let make = &make;
    let reader = |decisions: Decisions, tracer| {
        let mut reader = QueueReader {
            layout: table.layout(),
            office: options.office.as_deref().unwrap_or(""),
            last_digit_lost: decisions.last_digit_lost,
            on,
            tracer,
            moments: Moments::new(decisions.order, options.zone),
            statuses: Spellings::new(),
            districts: Spellings::new(),
        };
        move |row: &Row<'_>, stamp: Option<Stamp>| {
            let (record, trace, warnings) = reader.read(row, stamp)?;
            Ok((make(record, trace), warnings))
        }
    };
    reading.run(reader, sink)
}

/// A row, the trace of its line where that leaves one, and what a person should know of it.
type ReadRow = (QueueRow, Option<Trace>, RowWarnings);

struct QueueReader<'t> {
    layout: &'t Layout,
    office: &'t str,
    last_digit_lost: bool,
    on: NaiveDate,
    tracer: Option<Tracer>,
    moments: Moments,
    statuses: Spellings<Option<RecordStatus>>,
    districts: Spellings<Option<Text>>,
}

impl QueueReader<'_> {
    fn read(&mut self, row: &Row<'_>, stamp: Option<Stamp>) -> Result<ReadRow, RejectCode> {
        let layout = self.layout;
        let status_at = stamp.and_then(|stamp| self.moments.read(&stamp));
        let on = status_at.map_or(self.on, |(_, day)| day.max(self.on));
        let status_at = status_at.map(|(moment, _)| moment);
        let numbers = numbers(row, layout, self.last_digit_lost, on);
        let mut warnings = numbers.warnings;
        let name = text(row, layout, Field::Name);
        let nik = match numbers.nik {
            Some(NikReading::Trusted(nik)) => nik,
            Some(NikReading::Held { flaw, .. }) => return Err(RejectCode::Nik(flaw)),
            None if name.is_empty() => return Err(RejectCode::NoNikAndNoName),
            None => return Err(RejectCode::Nik(NikFlaw::Missing)),
        };
        let status = self
            .statuses
            .read(cell(row, layout, Field::Status), status)
            .ok_or(RejectCode::MissingStatus)?;
        if status.is_unknown() {
            warnings.add(WarningKind::UnknownStatus);
        }
        let is_written = |field: &Field| !time_text(cell(row, layout, *field)).is_empty();
        if status_at.is_none() && TIMES.iter().any(is_written) {
            warnings.add(WarningKind::UnreadableStatusDate);
        }
        let alive = flag(row, layout, Field::Alive, fields::alive, &mut warnings);
        let moved = flag(row, layout, Field::Moved, fields::moved, &mut warnings);
        let record = QueueRow {
            nik,
            name: name.into(),
            status,
            status_at,
            request_no: optional(row, layout, Field::RequestNo),
            birth_date: numbers.birth_date,
            kk: numbers.kk,
            district: self.district(row),
            village: optional(row, layout, Field::Village).or_else(|| optional(row, layout, Field::VillageCode)),
            reason: optional(row, layout, Field::Reason),
            phone: phone(cell(row, layout, Field::Phone)),
            alive,
            moved,
        };
        // A warning must be given every night.
        let trace = match warnings.is_empty() {
            true => self.trace(row, stamp, &record, on),
            false => None,
        };
        Ok((record, trace, warnings))
    }

    /// Returns the trace of a line that says the same on every day of the year of `on`.
    fn trace(&self, row: &Row<'_>, stamp: Option<Stamp>, record: &QueueRow, on: NaiveDate) -> Option<Trace> {
        let (tracer, line) = (self.tracer?, row.line()?);
        let ends_in_zero = last_digit_is_zero(cell(row, self.layout, Field::Nik))?;
        let order = OrderHint::of(stamp.as_ref());
        nik::hold_all_year(record.nik, record.kk.as_ref(), record.birth_date, on.year())
            .then(|| tracer.trace(line, Hint { order, ends_in_zero }))
            .flatten()
    }

    /// The district as written, or the code that stands for it.
    fn district(&mut self, row: &Row<'_>) -> Option<Text> {
        let (layout, office) = (self.layout, self.office);
        let written = [Field::District, Field::DistrictCode]
            .map(|field| cell(row, layout, field))
            .into_iter()
            .find(|cell| !cell.is_empty() && !fields::text(cell).is_empty())?;
        self.districts.read(written, |cell| district(office, cell))
    }
}

/// Reads a record status; none where the cell is blank.
fn status(cell: &str) -> Option<RecordStatus> {
    let text = fields::text(cell);
    (!text.is_empty()).then(|| RecordStatus::parse(&text))
}

/// Reads a district; a code becomes the name, so that no district is counted twice.
fn district(office: &str, cell: &str) -> Option<Text> {
    let written = fields::text(cell);
    if !written.as_bytes().first()?.is_ascii_digit() {
        return fields::district(&written);
    }
    let name = region::district_by_local_code(office, &written);
    Some(name.map_or_else(|| Text::from(&*written), Text::from))
}

fn flag(
    row: &Row<'_>,
    layout: &Layout,
    field: Field,
    read: fn(&str) -> Option<bool>,
    warnings: &mut RowWarnings,
) -> Option<bool> {
    let cell = cell(row, layout, field);
    if cell.is_empty() {
        return None;
    }
    let flag = read(cell);
    if flag.is_none() && !fields::text(cell).is_empty() {
        warnings.add(WarningKind::UnreadableFlag);
    }
    flag
}

/// Reads the time of a snapshot from its file's name: `2021-07-21`, `20210721`, `21-07-2021`, also with a time
/// (`_2200`, `22.00`, `22-00-15`); a date alone is the end of that day.
pub fn taken_at_from_name(name: &str, zone: Zone) -> Option<Moment> {
    let bytes = name.as_bytes();
    let is_start = |at: usize| bytes[at].is_ascii_digit() && (at == 0 || !bytes[at - 1].is_ascii_digit());
    for start in (0..bytes.len()).filter(|at| is_start(*at)) {
        let Some((day, end)) = date_at(bytes, start) else {
            continue;
        };
        return Some(match time_at(bytes, end) {
            Some(time) => Moment::at(day.and_time(time), zone),
            None => Moment::end_of(day, zone),
        });
    }
    None
}

/// Reads a run of digits; returns its value, its length and where it ends.
fn digits_at(bytes: &[u8], start: usize) -> (u32, usize, usize) {
    let length = bytes[start.min(bytes.len())..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let digits = bytes.iter().skip(start).take(length.min(9));
    (
        digits.fold(0, |value, byte| value * 10 + u32::from(byte - b'0')),
        length,
        start + length,
    )
}

fn date_at(bytes: &[u8], start: usize) -> Option<(NaiveDate, usize)> {
    let date = |year: u32, month, day| {
        let year = i32::try_from(year).ok().filter(|year| (2000..=2099).contains(year))?;
        NaiveDate::from_ymd_opt(year, month, day)
    };
    let (first, length, end) = digits_at(bytes, start);
    match length {
        8 => {
            let day_first = || date(first % 10_000, first / 10_000 % 100, first / 1_000_000);
            Some((
                date(first / 10_000, first / 100 % 100, first % 100).or_else(day_first)?,
                end,
            ))
        }
        1 | 2 | 4 => {
            let separator = *bytes
                .get(end)
                .filter(|byte| matches!(byte, b'-' | b'_' | b'.' | b' '))?;
            let (month, month_length, middle) = digits_at(bytes, end + 1);
            if !(1..=2).contains(&month_length) || bytes.get(middle) != Some(&separator) {
                return None;
            }
            let (last, last_length, end) = digits_at(bytes, middle + 1);
            let found = match (length, last_length) {
                (4, 1 | 2) => date(first, month, last),
                (1 | 2, 4) => date(last, month, first),
                _ => None,
            };
            Some((found?, end))
        }
        _ => None,
    }
}

/// Reads a time that follows the date at once.
fn time_at(bytes: &[u8], end: usize) -> Option<NaiveTime> {
    bytes
        .get(end)
        .filter(|byte| matches!(byte, b'-' | b'_' | b'.' | b' ' | b'T' | b't'))?;
    let (first, length, end) = digits_at(bytes, end + 1);
    match length {
        4 => NaiveTime::from_hms_opt(first / 100, first % 100, 0),
        6 => NaiveTime::from_hms_opt(first / 10_000, first / 100 % 100, first % 100),
        2 => {
            bytes
                .get(end)
                .filter(|byte| matches!(byte, b'-' | b'_' | b'.' | b':'))?;
            let (minute, minute_length, end) = digits_at(bytes, end + 1);
            if minute_length != 2 {
                return None;
            }
            let (second, second_length, _) = digits_at(bytes, end + 1);
            NaiveTime::from_hms_opt(first, minute, if second_length == 2 { second } else { 0 })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::testing::{Read, gather, options, source, wib};

    fn read(text: &str) -> Read<QueueRow> {
        let on = NaiveDate::from_ymd_opt(2021, 7, 22).unwrap();
        gather(|sink| read_queue(&source(text.as_bytes()), &options(), on, sink)).unwrap()
    }

    const SIAK: &str = "NO_PERMOHONAN;NIK;NO_KK;NAMA_LGKP;TGL_LHR;NO_KEC;NAMA_KEC;NO_KEL;EKTP_CURRENT_STATUS_CODE;\
                        EKTP_CREATED_DATE;EKTP_UPDATED_DATE;SMS_PHONE;STAT_HIDUP;FLAG_PINDAH\n";

    #[test]
    fn an_export_of_the_population_system() {
        let text = format!(
            "{SIAK}P1;1671094107959001;1671092204109005;SITI NURAINI;01-07-1995;09;;1001;PRINT_READY_RECORD;\
             01-07-2021;21-07-2021 09:05:12;+6281212345678;1;N\n"
        );
        let read = read(&text);
        let (line, row, warnings) = &read.rows[0];
        assert_eq!(
            (*line, row.name.as_str(), row.nik.as_u64()),
            (2, "SITI NURAINI", 1_671_094_107_959_001)
        );
        assert_eq!(row.status, RecordStatus::PrintReadyRecord);
        assert_eq!(
            row.status_at.map(|at| at.iso(wib())).as_deref(),
            Some("2021-07-21T09:05:12+07:00")
        );
        assert_eq!(row.birth_date, NaiveDate::from_ymd_opt(1995, 7, 1));
        assert_eq!(row.request_no.as_deref(), Some("P1"));
        assert_eq!(row.village.as_deref(), Some("1001"));
        assert_eq!((row.alive, row.moved), (Some(true), Some(false)));
        assert!(
            row.district.as_deref().is_some_and(|name| !name.starts_with('0')),
            "{:?}",
            row.district
        );
        assert!(warnings.is_empty(), "{:?}", warnings.iter().collect::<Vec<_>>());
    }

    #[test]
    fn an_entry_needs_a_nik_and_a_status() {
        let text = "NIK,Nama,Status,Tgl Status\n\
                    167109410795900,Ani,PRR,2021-07-21\n\
                    ,Budi,PRR,2021-07-21\n\
                    1671094107959001,Cici,,2021-07-21\n\
                    ,,PRR,2021-07-21\n\
                    1671094107959002,Dedi,Tunggu Kurir,kemarin\n\
                    1671094107959003,,SFE,\n";
        let read = read(text);
        assert_eq!(
            read.reject_codes(),
            [
                (2, "nik_wrong_length"),
                (3, "nik_missing"),
                (4, "missing_status"),
                (5, "no_nik_and_no_name")
            ]
        );
        assert_eq!(read.rows[0].1.status, RecordStatus::Unknown("Tunggu Kurir".into()));
        assert_eq!(read.rows[0].1.status_at, None);
        let codes = read.warning_codes();
        assert!(
            codes.contains(&("unknown_status", 1)) && codes.contains(&("unreadable_status_date", 1)),
            "{codes:?}"
        );
        assert_eq!(read.rows[1].1.name, "");
    }

    #[test]
    fn the_date_of_the_record_stands_for_a_blank_date_of_the_status() {
        let text = format!("{SIAK};1671094107959001;;SITI;;;;;PRR;20-07-2021;;;;\n");
        let at = read(&text).rows[0].1.status_at;
        assert_eq!(at.map(|at| at.day(wib()).to_string()).as_deref(), Some("2021-07-20"));
    }

    #[test]
    fn the_name_of_a_file_tells_when_its_snapshot_was_taken() {
        let table = [
            ("antrean-2021-07-21.csv", Some("2021-07-21T23:59:59+07:00")),
            ("antrean_20210721.xlsx", Some("2021-07-21T23:59:59+07:00")),
            ("ANTREAN 21-07-2021.csv", Some("2021-07-21T23:59:59+07:00")),
            ("21.07.2021.csv", Some("2021-07-21T23:59:59+07:00")),
            ("21072021.csv", Some("2021-07-21T23:59:59+07:00")),
            ("queue_2021-07-21_2200.csv", Some("2021-07-21T22:00:00+07:00")),
            ("queue 2021-07-21 22.00.csv", Some("2021-07-21T22:00:00+07:00")),
            ("queue-20210721-220015.csv", Some("2021-07-21T22:00:15+07:00")),
            ("queue-2021-07-21T22-00-15.csv", Some("2021-07-21T22:00:15+07:00")),
            ("kec-09-2021-07-21.csv", Some("2021-07-21T23:59:59+07:00")),
            ("antrean-31-02-2021.csv", None),
            ("antrean-1671094107959001.csv", None),
            ("antrean-3.csv", None),
            ("", None),
            ("é2021-07-21", Some("2021-07-21T23:59:59+07:00")),
        ];
        for (name, expected) in table {
            assert_eq!(
                taken_at_from_name(name, wib()).map(|at| at.iso(wib())).as_deref(),
                expected,
                "{name}"
            );
        }
    }
}
