//! The papers of the scenario: exports and result files, and the inbox that they lie in.

use super::{Play, Returning};
use crate::harness::csv_text;
use crate::model::{Answer, Counts, LinkRow, QueueRow, Time};
use chrono::{Datelike, Duration, NaiveDate};
use std::collections::BTreeMap;

/// Batch, NIK and answer of one card.
pub(super) type ResultCells = (String, String, Option<Answer>);

impl Play {
    /// The evening's link export, sometimes in two overlapping halves.
    pub(super) fn put_links(&mut self, tonight: NaiveDate) {
        let rows = self.world.links(tonight.and_hms_opt(20, 0, 0).unwrap());
        let split = tonight.day().is_multiple_of(5);
        let parts: Vec<(String, &[LinkRow])> = match split {
            true => {
                let (low, high) = (rows.len() / 3, rows.len() * 2 / 3);
                vec![
                    (format!("b-{tonight}.csv"), &rows[..high]),
                    (format!("a-{tonight}.csv"), &rows[low..]),
                ]
            }
            false => vec![("pendaftaran.csv".to_owned(), &rows[..])],
        };
        let mut parts: Vec<(String, Vec<LinkRow>)> =
            parts.into_iter().map(|(name, rows)| (name, rows.to_vec())).collect();
        parts.sort_by(|one, other| one.0.cmp(&other.0));
        for (name, rows) in parts {
            let zone = if self.zone == "+07:00" { "GMT+7" } else { "GMT+8" };
            let text = links_csv(&rows, zone);
            let counts = self.model.links(&rows);
            self.put("links", &name, &text, counts);
        }
    }

    pub(super) fn put_queue(&mut self, tonight: NaiveDate) {
        let mut rows = self.world.queue(tonight);
        if tonight.day() % 7 == 3 {
            let dated = rows.iter().filter(|row| row.at.is_some()).nth(3);
            let mut older = dated.unwrap().clone();
            older.at = older.at.map(|at| at - Duration::days(1));
            older.status_text = "PRO".to_owned();
            older.status = "PROCESSING".to_owned();
            rows.push(older);
        }
        if tonight.day() % 9 == 4 {
            let mut damaged = rows[5].clone();
            damaged.nik.truncate(14);
            damaged.name = "TANPA NOMOR".to_owned();
            rows.insert(2, damaged);
        }
        let text = queue_csv(&rows);
        let counts = self.model.queue(&rows, tonight.and_hms_opt(21, 0, 0).unwrap());
        self.put(
            "queue",
            &format!("antrean_{}_2100.csv", tonight.format("%Y%m%d")),
            &text,
            counts,
        );
    }

    /// An export that was cut off: refused, so that it does not empty the queue.
    pub(super) fn put_truncated_queue(&mut self, tonight: NaiveDate) -> String {
        let rows = self.world.queue(tonight);
        let path = format!("inbox/queue/antrean_{}_2130.csv", tonight.format("%Y%m%d"));
        self.office.put(&path, &queue_csv(&rows[..rows.len() / 2]));
        path
    }

    pub(super) fn put_results(&mut self, tonight: NaiveDate, as_of: Time) {
        let (mut due, later): (Vec<Returning>, Vec<Returning>) = std::mem::take(&mut self.returning)
            .into_iter()
            .partition(|file| file.on <= tonight);
        self.returning = later;
        due.sort_by(|one, other| one.file.cmp(&other.file));
        for returning in due {
            let (text, rows) = match self.dice.chance(50) {
                true => self.filled_in(&returning.rows, tonight.day().is_multiple_of(2)),
                false => (results_csv(&returning.rows), returning.rows),
            };
            let counts = self.model.results(&rows, as_of, false);
            self.put("results", &returning.file, &text, counts);
        }
    }

    /// The batch file itself with its last columns filled in by hand, perhaps saved by a spreadsheet with semicolons.
    fn filled_in(&self, rows: &[ResultCells], semicolons: bool) -> (String, Vec<ResultCells>) {
        let (batch, answers) = (
            &rows[0].0,
            rows.iter().map(|row| (&row.1, row.2)).collect::<BTreeMap<_, _>>(),
        );
        let (date, operator) = batch.split_at(10);
        // A batch that was handed on has no file any more.
        let path = self.office.home().join(format!("outbox/{date}/batch{operator}.csv"));
        let Ok(file) = std::fs::read(path) else {
            return (results_csv(rows), rows.to_vec());
        };
        let text = String::from_utf8(file).unwrap();
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let mut table = vec![reader.headers().unwrap().iter().map(str::to_owned).collect::<Vec<_>>()];
        let mut told = Vec::new();
        for record in reader.records() {
            let mut cells: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
            let answer = answers.get(&cells[2]).copied().flatten();
            let word = match answer {
                Some(Answer::Printed) => "cetak",
                Some(Answer::Spoiled) => "RUSAK",
                Some(Answer::NotPrinted) => "gagal",
                None => "",
            };
            (cells[11], cells[12]) = (word.to_owned(), note(answer).to_owned());
            told.push((batch.clone(), cells[2].clone(), answer));
            table.push(cells);
        }
        let text = csv_text(&table);
        (
            if semicolons {
                text.replace("\",\"", "\";\"")
            } else {
                text
            },
            told,
        )
    }

    pub(super) fn put(&mut self, kind: &str, name: &str, text: &str, counts: Counts) {
        let path = format!("inbox/{kind}/{name}");
        self.office.put(&path, text);
        self.inbox.insert(path, counts);
    }

    /// Somebody clears the inbox now and then; most files of the last days stay, and are known by their content.
    pub(super) fn tidy_inbox(&mut self, tonight: NaiveDate) {
        let recent: Vec<String> = (0..3)
            .map(|days| (tonight - Duration::days(days)).to_string())
            .collect();
        let stays = |path: &String| {
            let dashless = path.replace('-', "");
            path.ends_with("pendaftaran.csv") || recent.iter().any(|day| dashless.contains(&day.replace('-', "")))
        };
        let gone: Vec<String> = self.inbox.keys().filter(|path| !stays(path)).cloned().collect();
        for path in gone {
            std::fs::remove_file(self.office.home().join(&path)).unwrap();
            self.inbox.remove(&path);
        }
    }
}

pub(super) fn words(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

/// A link export as a Google Form writes it.
pub fn links_csv(rows: &[LinkRow], zone: &str) -> String {
    let header = [
        "Timestamp",
        "NIK (16 digit)",
        "Nomor KK",
        "Nama Lengkap",
        "No. HP / WA",
        "Kecamatan",
        "Kelurahan",
        "Alasan",
    ];
    let mut table = vec![words(&header)];
    for row in rows {
        let stamp = |at: Time| format!("{} {zone}", at.format("%Y/%m/%d %-I:%M:%S %p"));
        let at = row.at.map_or("kemarin sore".to_owned(), stamp);
        let mut cells = words(&[
            &at,
            &row.nik,
            &row.kk,
            &row.name,
            &row.phone,
            &row.district,
            &row.village,
            &row.reason,
        ]);
        cells.extend(row.too_long.then(|| "sel berlebih".to_owned()));
        table.push(cells);
    }
    csv_text(&table)
}

/// A queue export in the population system's columns.
pub fn queue_csv(rows: &[QueueRow]) -> String {
    let header = [
        "NIK",
        "NAMA_LGKP",
        "TGL_LHR",
        "NO_KK",
        "NAMA_KEC",
        "NAMA_KEL",
        "EKTP_CURRENT_STATUS_CODE",
        "EKTP_UPDATED_DATE",
        "STAT_HIDUP",
        "FLAG_PINDAH",
    ];
    let mut table = vec![words(&header)];
    for row in rows {
        let at = row
            .at
            .map_or(String::new(), |at| at.format("%Y-%m-%d %H:%M:%S").to_string());
        let (alive, moved) = (if row.alive { "1" } else { "0" }, if row.moved { "Y" } else { "T" });
        let birth = row.birth.to_string();
        table.push(words(&[
            &row.nik,
            &row.name,
            &birth,
            &row.kk,
            &row.district,
            &row.village,
            &row.status_text,
            &at,
            alive,
            moved,
        ]));
    }
    csv_text(&table)
}

/// What an operator writes beside an answer.
fn note(answer: Option<Answer>) -> &'static str {
    match answer {
        Some(Answer::Spoiled) => "pita macet",
        Some(Answer::NotPrinted) => "listrik padam",
        _ => "",
    }
}

pub(super) fn results_csv(rows: &[ResultCells]) -> String {
    let mut table = vec![words(&["batch", "nik", "result", "note"])];
    for (batch, nik, answer) in rows {
        table.push(words(&[batch, nik, answer.map_or("", Answer::word), note(*answer)]));
    }
    csv_text(&table)
}
