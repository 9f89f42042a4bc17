//! The bytes of the four exports, row by row, as the programs write them that an office gets them from.

use super::chance::Purpose;
use super::people::Person;
use super::town::{FormRow, Night, Slot, Status, Town, Writing};
use super::words;
use chrono::{Datelike, Days, NaiveDate};
use std::fs::File;
use std::io::{BufWriter, Result, Write};
use std::path::{Path, PathBuf};

/// The first day of the data.
const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(2021, 3, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
const DAYS: u64 = 150;

/// Where the exports of a night stand in a folder: the form's, the queue's.
pub fn paths(folder: &Path, night: Night) -> [PathBuf; 2] {
    let number = night as u8 + 1;
    ["links", "queue"].map(|kind| folder.join(format!("{kind}-{number}.csv")))
}

/// Writes the exports of both nights.
pub fn write_all(town: &Town, folder: &Path) -> Result<()> {
    let pen = Pen::new(town);
    for night in [Night::First, Night::Second] {
        let [links, queue] = paths(folder, night);
        let mut out = BufWriter::with_capacity(1 << 20, File::create(links)?);
        pen.links(&mut out, night)?;
        out.flush()?;
        let mut out = BufWriter::with_capacity(1 << 20, File::create(queue)?);
        pen.queue(&mut out, night)?;
        out.flush()?;
    }
    Ok(())
}

/// Writes rows.
pub struct Pen<'a> {
    town: &'a Town,
    /// Every day as the form and as the queue write it.
    days: Vec<(String, String)>,
}

impl<'a> Pen<'a> {
    pub fn new(town: &'a Town) -> Self {
        let days = (0..DAYS)
            .filter_map(|day| FIRST_DAY.checked_add_days(Days::new(day)))
            .map(|day| {
                let (year, month, day) = (day.year(), day.month(), day.day());
                (
                    format!("{day:02}/{month:02}/{year}"),
                    format!("{year}-{month:02}-{day:02}"),
                )
            })
            .collect();
        Self { town, days }
    }

    /// Writes the form's export of a night; the second one begins with the bytes of the first.
    pub fn links(&self, out: &mut impl Write, night: Night) -> Result<()> {
        out.write_all(b"Timestamp,Nama Lengkap,NIK,Nomor KK,No. HP (WhatsApp),Kecamatan,Kelurahan,Alasan Cetak\n")?;
        (0..self.town.form_rows(night)).try_for_each(|row| self.link(out, row))
    }

    /// Writes the snapshot of a night.
    pub fn queue(&self, out: &mut impl Write, night: Night) -> Result<()> {
        out.write_all(b"NO_PERMOHONAN,NIK,NAMA_LGKP,TGL_LHR,NAMA_KEC,NAMA_KEL,STATUS,TGL_STATUS\n")?;
        for place in 0..self.town.slots(night) {
            match self.town.slot(place, night) {
                None => {}
                Some(Slot::Entry(person) | Slot::Copy(person)) => self.entry(out, person, night)?,
                Some(Slot::Unusable(id)) => self.cut_entry(out, id)?,
            }
        }
        Ok(())
    }

    fn link(&self, out: &mut impl Write, row: u64) -> Result<()> {
        match self.town.form_row(row) {
            FormRow::Copy(of) => self.link(out, of),
            FormRow::Unusable => self.unusable_link(out, row),
            FormRow::Registration { person: id, writing } => {
                let person = self.town.person(id);
                self.moment(out, row)?;
                out.write_all(b",")?;
                self.name(out, row, &person, writing)?;
                out.write_all(b",")?;
                self.nik(out, row, id, &person, writing)?;
                write!(out, ",{},0860{:08},", person.card, person.phone)?;
                capitalised(out, person.district)?;
                writeln!(out, ",Kelurahan {},{}", person.village, self.reason(row))
            }
        }
    }

    fn moment(&self, out: &mut impl Write, row: u64) -> Result<()> {
        let (day, [hour, minute, second]) = clock(self.town.submitted_at(row));
        let day = self.days.get(day).map_or("", |(form, _)| form);
        write!(out, "{day} {hour:02}:{minute:02}:{second:02}")
    }

    /// Returns the reason of a row.
    fn reason(&self, row: u64) -> &'static str {
        words::REASONS[reason_number(self.town, row)]
    }

    fn name(&self, out: &mut impl Write, row: u64, person: &Person, writing: Writing) -> Result<()> {
        let [given, middle, family] = person.names;
        let spelling = match writing {
            Writing::Another => {
                let another = self.town.chance.pick(Purpose::Spelling, row, &words::ANOTHER);
                return capitalised(out, another);
            }
            Writing::Spelled => self.town.chance.below(Purpose::Spelling, row, 5),
            Writing::Plain | Writing::Mistyped | Writing::Damaged => u64::MAX,
        };
        match spelling {
            0 if given == "MUHAMMAD" => out.write_all(b"Moch.")?,
            1 => {
                out.write_all(b"Hj. ")?;
                capitalised(out, given)?;
            }
            2 => out.write_all(given.to_lowercase().as_bytes())?,
            _ => capitalised(out, given)?,
        }
        // One name left out is still the same person.
        if !middle.is_empty() && spelling != 3 {
            out.write_all(b" ")?;
            capitalised(out, middle)?;
        }
        out.write_all(b" ")?;
        match spelling {
            0 | 4 => swapped_inside(out, family),
            _ => capitalised(out, family),
        }
    }

    fn nik(&self, out: &mut impl Write, row: u64, id: u64, person: &Person, writing: Writing) -> Result<()> {
        let nik = person.nik;
        match writing {
            Writing::Plain | Writing::Spelled | Writing::Another => write!(out, "{nik}"),
            Writing::Mistyped => write!(out, "{}", self.town.people.mistyped(id, nik)),
            // Where a script looks for the date of birth there are digits still: it may not expect damage.
            Writing::Damaged => match self.town.chance.below(Purpose::Damage, row, 6) {
                // What a spreadsheet makes of it.
                0 | 1 => write!(out, "\"1,{:014}E+15\"", nik / 10 % 100_000_000_000_000),
                2 => write!(out, "{}", nik / 10),
                3 => write!(out, "{nik}{}", nik % 10),
                4 => write!(out, "{}O{:02}", nik / 1_000, nik % 100),
                _ => Ok(()),
            },
        }
    }

    fn unusable_link(&self, out: &mut impl Write, row: u64) -> Result<()> {
        if row.is_multiple_of(2) {
            self.moment(out, row)?;
            writeln!(out, ",,,,,Sako,Kelurahan 1,Hilang")
        } else {
            writeln!(out, "kemarin sore,Intan Pertiwi Ginting,,,,Sako,Kelurahan 1,Hilang")
        }
    }

    fn entry(&self, out: &mut impl Write, id: u64, night: Night) -> Result<()> {
        let (person, Some((entry, _))) = (self.town.person(id), self.town.entry(id, night)) else {
            return Ok(());
        };
        write!(out, "P{id:09},{},", person.nik)?;
        self.entry_tail(out, &person, entry.status, entry.status_at)
    }

    /// Writes an entry whose NIK lost its last digit: by its NIK it is nobody's.
    fn cut_entry(&self, out: &mut impl Write, id: u64) -> Result<()> {
        let person = self.town.person(id);
        write!(out, "P{id:09},{},", person.nik / 10)?;
        self.entry_tail(out, &person, Status::Ready, 1)
    }

    fn entry_tail(&self, out: &mut impl Write, person: &Person, status: Status, at: u64) -> Result<()> {
        let [given, middle, family] = person.names;
        let space = if middle.is_empty() { "" } else { " " };
        let (day, month, year) = person.born;
        let status = match status {
            Status::Ready => "PRINT_READY_RECORD",
            Status::Sent => "SENT_FOR_ENROLLMENT",
            Status::Duplicate => "DUPLICATE_RECORD",
            Status::Printed => "CARD_PRINTED",
        };
        write!(
            out,
            "{given}{space}{middle} {family},{day:02}-{month:02}-{year},{}",
            person.district
        )?;
        let (on, [hour, minute, second]) = clock(at);
        let on = self.days.get(on).map_or("", |(_, queue)| queue);
        writeln!(
            out,
            ",KELURAHAN {},{status},{on} {hour:02}:{minute:02}:{second:02}",
            person.village
        )
    }
}

/// Returns which of the reasons a row gives; 0 is the only one that asks for no other card.
pub fn reason_number(town: &Town, row: u64) -> usize {
    usize::try_from(town.chance.below(Purpose::Reason, row, 5)).unwrap_or(0)
}

/// Splits seconds since the first day into the day and hour, minute, second.
fn clock(at: u64) -> (usize, [u64; 3]) {
    let day = usize::try_from(at / 86_400).unwrap_or(usize::MAX);
    (day, [at / 3_600 % 24, at / 60 % 60, at % 60])
}

/// `ILIR BARAT DUA` becomes `Ilir Barat Dua`.
fn capitalised(out: &mut impl Write, text: &str) -> Result<()> {
    let mut is_first = true;
    let mut room = [0_u8; 64];
    let length = text.len().min(room.len());
    for (to, from) in room.iter_mut().zip(text.bytes()) {
        *to = if is_first { from } else { from.to_ascii_lowercase() };
        is_first = !from.is_ascii_alphabetic();
    }
    out.write_all(&room[..length])
}

/// Writes a word with its fourth and fifth letter swapped.
fn swapped_inside(out: &mut impl Write, word: &str) -> Result<()> {
    let mut letters = word.to_lowercase().into_bytes();
    letters[..1].make_ascii_uppercase();
    letters.swap(3, 4);
    out.write_all(&letters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cetak::domain::name::same_person;
    use std::collections::BTreeSet;

    fn written(seed: u64, night: Night) -> [Vec<u8>; 2] {
        let town = Town::new(seed, 1_000);
        let pen = Pen::new(&town);
        let [mut links, mut queue] = [Vec::new(), Vec::new()];
        pen.links(&mut links, night).unwrap();
        pen.queue(&mut queue, night).unwrap();
        [links, queue]
    }

    #[test]
    fn the_same_seed_makes_the_same_bytes() {
        for night in [Night::First, Night::Second] {
            assert!(written(5, night) == written(5, night));
            assert!(written(5, night) != written(6, night));
        }
        // On every machine, and in ten years: FNV-1a of all four.
        let all = [Night::First, Night::Second]
            .map(|night| written(5, night).concat())
            .concat();
        let fingerprint = all.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        assert_eq!(fingerprint, 0x9b6d_50e5_2502_4f0b);
    }

    #[test]
    fn the_second_form_begins_with_the_bytes_of_the_first() {
        let [[first, _], [second, _]] = [Night::First, Night::Second].map(|night| written(5, night));
        assert!(second.len() > first.len() && second.starts_with(&first));
    }

    #[test]
    fn rows_are_as_long_as_those_of_an_office() {
        for file in written(5, Night::First) {
            let each = file.len() / 1_000;
            assert!((110..135).contains(&each), "{each}");
            assert_eq!(file.iter().filter(|byte| **byte == b'\n').count(), 1_001);
        }
    }

    #[test]
    fn an_entry_stands_in_the_queue_once_or_word_for_word_twice() {
        for night in [Night::First, Night::Second] {
            let [_, queue] = written(5, night);
            let lines: BTreeSet<&[u8]> = queue.split(|byte| *byte == b'\n').collect();
            let nik = |line: &&[u8]| line.split(|byte| *byte == b',').nth(1).map(<[u8]>::to_vec);
            let niks: BTreeSet<_> = lines.iter().map(nik).collect();
            assert_eq!(lines.len(), niks.len());
        }
    }

    #[test]
    fn other_spellings_are_the_same_person_and_others_are_not() {
        let town = Town::new(5, 20_000);
        let pen = Pen::new(&town);
        let (mut spelled, mut another) = (0, 0);
        for id in 0..town.rows {
            let expected = match town.first_writing(id) {
                Some(Writing::Spelled) => {
                    spelled += 1;
                    true
                }
                Some(Writing::Another) => {
                    another += 1;
                    false
                }
                _ => continue,
            };
            let person = town.person(id);
            let mut name = Vec::new();
            let writing = if expected { Writing::Spelled } else { Writing::Another };
            pen.name(&mut name, id, &person, writing).unwrap();
            let (name, queued) = (String::from_utf8(name).unwrap(), person.names.join(" "));
            assert_eq!(same_person(&name, &queued).is_same(), expected, "{name} | {queued}");
        }
        assert!(spelled > 500 && another > 40, "{spelled} {another}");
    }
}
