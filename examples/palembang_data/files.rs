//! The bytes of the files, as the programs write them that the office gets them from.

use super::town::{Entry, FORM_EXPORTS, Registration, SNAPSHOTS, Town};
use chrono::NaiveDate;

/// A file of the example office: its path in the home, its bytes.
pub type HomeFile = (String, Vec<u8>);

/// Writes every file of the inbox.
pub fn all(town: &Town) -> Vec<HomeFile> {
    let form = |day: NaiveDate| (format!("inbox/links/formulir-{day}.csv"), google_form(&town.form, day));
    let snapshot = |day: NaiveDate| (format!("inbox/queue/antrean-{day}.csv"), queue_export(&town.queue, day));
    let mut files: Vec<HomeFile> = FORM_EXPORTS.into_iter().map(form).collect();
    files.push((
        "inbox/links/kelurahan-plaju-ilir.csv".to_owned(),
        spreadsheet(&town.sheet),
    ));
    files.extend(SNAPSHOTS.into_iter().map(snapshot));
    files
}

/// Google's export: everything since the form was opened; CRLF between records and nothing after the last.
fn google_form(rows: &[Registration], until: NaiveDate) -> Vec<u8> {
    let mut text = String::from(
        "Timestamp,Nama Lengkap (sesuai KTP/KK),NIK,Nomor KK,No. HP (WhatsApp),Kecamatan,Kelurahan,RT/RW,Alasan Cetak,\
         Email Address",
    );
    for row in rows.iter().filter(|row| row.at.date() <= until) {
        let at = row.at.format("%Y/%m/%d %-I:%M:%S %p GMT+7").to_string();
        let cells = [
            &at,
            &row.name,
            &row.nik,
            &row.kk,
            &row.phone,
            &row.district,
            &row.village,
            &row.rt_rw,
            &row.reason,
            &row.email,
        ];
        text.push_str("\r\n");
        text.push_str(&cells.map(|cell| quoted(cell, ',')).join(","));
    }
    text.into_bytes()
}

/// What a kelurahan keeps in a spreadsheet and saves as CSV: a title above the header, semicolons, Windows-1252, and
/// the zeros in front of telephone numbers gone.
fn spreadsheet(rows: &[Registration]) -> Vec<u8> {
    let mut text = String::from("DAFTAR PERMOHONAN CETAK KTP-EL KELURAHAN PLAJU ILIR;;;;;;;;;\r\n;;;;;;;;;\r\n");
    text.push_str("No;Tanggal Daftar;Nama Pemohon;NIK;No KK;No HP;Kecamatan;Kelurahan;RT/RW;Keperluan\r\n");
    for (index, row) in rows.iter().enumerate() {
        let at = row
            .time_cell
            .map_or_else(|| row.at.format("%d/%m/%Y %H:%M").to_string(), str::to_owned);
        let number = (index + 1).to_string();
        let cells = [
            &number,
            &at,
            &row.name,
            &row.nik,
            &row.kk,
            &row.phone,
            &row.district,
            &row.village,
            &row.rt_rw,
            &row.reason,
        ];
        text.push_str(&cells.map(|cell| cell.as_str()).join(";"));
        text.push_str("\r\n");
    }
    text.chars().map(windows_1252).collect()
}

fn windows_1252(sign: char) -> u8 {
    match sign {
        '\u{2019}' => 0x92,
        _ => u8::try_from(sign).unwrap_or(b'?'),
    }
}

/// The population system's export: the whole queue at the moment.
fn queue_export(entries: &[Entry], day: NaiveDate) -> Vec<u8> {
    let mut text = String::from(
        "NO_PERMOHONAN,NIK,NO_KK,NAMA_LGKP,TGL_LHR,NAMA_KEC,NAMA_KEL,EKTP_CURRENT_STATUS_CODE,EKTP_UPDATED_DATE,\
         STAT_HIDUP,FLAG_PINDAH\r\n",
    );
    let second = day == SNAPSHOTS[1];
    for entry in entries
        .iter()
        .filter(|entry| entry.since.date() <= day && !(second && entry.left))
    {
        let person = &entry.person;
        let (status, since) = entry.later.filter(|_| second).unwrap_or((entry.status, entry.since));
        let cells = [
            entry.request_no.clone(),
            person.nik.clone(),
            person.kk.clone(),
            person.name.clone(),
            person.birth.format("%d-%m-%Y").to_string(),
            person.district.to_uppercase(),
            person.village.to_uppercase(),
            status.to_owned(),
            since.format("%d-%m-%Y %H:%M:%S").to_string(),
            String::from(if entry.alive { "1" } else { "0" }),
            String::from(if entry.moved { "Y" } else { "T" }),
        ];
        text.push_str(&cells.map(|cell| quoted(&cell, ',')).join(","));
        text.push_str("\r\n");
    }
    text.into_bytes()
}

fn quoted(cell: &str, delimiter: char) -> String {
    if cell.contains([delimiter, '"', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
