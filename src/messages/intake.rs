//! The sentences of `import`: why a file is refused, why a row is rejected, and what was recognised.

use super::Lang;
use super::number::grouped;

/// A column that is missing, with the headers that come nearest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingColumn {
    /// The field's word.
    pub field: &'static str,
    /// The nearest headers, best first.
    pub nearest: Vec<String>,
}

/// Says that required columns were not found.
pub fn missing_columns(lang: Lang, missing: &[MissingColumn], headers: &[String]) -> String {
    let seen = headers.join(", ");
    let describe = |column: &MissingColumn| match column.nearest.is_empty() {
        true => column.field.to_owned(),
        false => {
            let nearest = column.nearest.join(", ");
            let field = column.field;
            lang.pick(
                format!("{field} (yang paling mirip: {nearest})"),
                format!("{field} (nearest: {nearest})"),
            )
        }
    };
    let fields = missing.iter().map(describe).collect::<Vec<_>>().join("; ");
    lang.pick(
        format!("tidak ada kolom untuk {fields}; judul yang ada: {seen}"),
        format!("no column for {fields}; headers seen: {seen}"),
    )
}

/// Says how a column can be named by hand.
pub fn map_hint(lang: Lang, field: &str, kind: &str) -> String {
    lang.pick(
        format!("sebutkan dengan --map {field}=\"JUDUL\", atau di [columns.{kind}] pada cetak.toml"),
        format!("name it with --map {field}=\"HEADER\", or in [columns.{kind}] of cetak.toml"),
    )
}

/// Says that several headers fit one column.
pub fn ambiguous_column(lang: Lang, field: &str, headers: &[String]) -> String {
    let headers = headers.join(", ");
    lang.pick(
        format!("beberapa kolom cocok untuk {field}: {headers}"),
        format!("several columns fit {field}: {headers}"),
    )
}

/// Says that a header named by hand is not there.
pub fn mapped_header_missing(lang: Lang, field: &str, header: &str, headers: &[String]) -> String {
    let seen = headers.join(", ");
    lang.pick(
        format!("tidak ada judul \"{header}\" untuk {field}; judul yang ada: {seen}"),
        format!("no header \"{header}\" for {field}; headers seen: {seen}"),
    )
}

/// Says that a field named by hand does not exist.
pub fn unknown_field(lang: Lang, field: &str, known: &[&str]) -> String {
    let known = known.join(", ");
    lang.pick(
        format!("tidak ada isian {field}; yang dikenal: {known}"),
        format!("no field {field}; known: {known}"),
    )
}

/// Says that the file belongs to another import.
pub fn wrong_kind(lang: Lang, looks_like: &str) -> String {
    let what = super::nightly::kind(lang, looks_like);
    lang.pick(
        format!("berkas ini tampak seperti berkas {what}"),
        format!("this looks like a file of {what}"),
    )
}

/// Names the right import.
pub fn wrong_kind_hint(lang: Lang, looks_like: &str) -> String {
    lang.pick(
        format!("impor dengan: cetak import {looks_like} BERKAS (inbox/{looks_like})"),
        format!("import it with: cetak import {looks_like} FILE (inbox/{looks_like})"),
    )
}

/// Asks whether the day or the month comes first.
pub fn date_order(lang: Lang, header: &str, line: u64, example: &str, contradictory: bool) -> String {
    match contradictory {
        true => lang.pick(
            format!("baris {line}: kolom {header} memuat urutan hari-bulan dan bulan-hari sekaligus, misalnya {example}"),
            format!("line {line}: column {header} has day-month and month-day mixed, for example {example}"),
        ),
        false => lang.pick(
            format!("baris {line}: apakah {example} di kolom {header} hari-bulan atau bulan-hari? berkas ini tidak menunjukkannya"),
            format!("line {line}: is {example} in column {header} day-month or month-day? this file does not tell"),
        ),
    }
}

/// Names what answers that question.
pub fn date_order_hint(lang: Lang) -> String {
    lang.pick(
        "--date-order dmy (hari dahulu) atau mdy, atau date_order = \"dmy\" di [office] pada cetak.toml",
        "--date-order dmy (day first) or mdy, or date_order = \"dmy\" in [office] of cetak.toml",
    )
    .to_owned()
}

/// Says what a path is instead of a file.
pub fn not_a_file(lang: Lang, what: &str) -> String {
    let name = match what {
        "folder" => lang.pick("folder", "a folder"),
        "pipe" => lang.pick("pipa", "a pipe"),
        "link" => lang.pick("tautan ke luar kotak masuk", "a link that leads out of the inbox"),
        _ => lang.pick("perangkat", "a device"),
    };
    lang.pick(
        format!("ini {name}, bukan berkas"),
        format!("this is {name}, not a file"),
    )
}

/// Says what a file is instead of a table.
pub fn not_a_table(lang: Lang, what: &str) -> String {
    let name = match what {
        "pdf" => lang.pick("PDF", "a PDF"),
        "image" => lang.pick("gambar", "a picture"),
        "html" => lang.pick("halaman web", "a web page"),
        "xml" => lang.pick("XML", "XML"),
        "archive" => lang.pick("arsip", "an archive"),
        "document" => lang.pick("dokumen", "a text document"),
        "encrypted" => lang.pick("lembar kerja dengan kata sandi", "a spreadsheet under a password"),
        _ => lang.pick("data biner", "binary data"),
    };
    lang.pick(
        format!("ini {name}, bukan tabel"),
        format!("this is {name}, not a table"),
    )
}

/// Says that the file is empty.
pub fn empty(lang: Lang) -> &'static str {
    lang.pick("berkas kosong", "the file is empty")
}

/// Says that the file changed while it was read.
pub fn changed(lang: Lang) -> &'static str {
    lang.pick(
        "berkas berubah saat dibaca; coba lagi setelah selesai disalin",
        "the file changed while it was read; try again once it is copied",
    )
}

/// Says which limit a file exceeds.
pub fn too_large(lang: Lang, limit: &str, allowed: u64, found: u64) -> String {
    let what = match limit {
        "columns" => lang.pick("kolom", "columns"),
        "cells" => lang.pick("sel", "cells"),
        "unpacked_bytes" => lang.pick("bita setelah dibuka", "bytes once unpacked"),
        _ => lang.pick("bita", "bytes"),
    };
    let (allowed, found) = (grouped(lang, allowed), grouped(lang, found));
    lang.pick(
        format!("terlalu besar: {found} {what}, batasnya {allowed}"),
        format!("too large: {found} {what}, the limit is {allowed}"),
    )
}

/// Says that a spreadsheet is broken.
pub fn broken_spreadsheet(lang: Lang, detail: &str) -> String {
    lang.pick(
        format!("lembar kerja rusak ({detail})"),
        format!("the spreadsheet is broken ({detail})"),
    )
}

/// Says that the encoding asked for does not fit.
pub fn wrong_encoding(lang: Lang, asked: &str) -> String {
    lang.pick(format!("berkas ini bukan {asked}"), format!("this file is not {asked}"))
}

/// Says that the file cannot be opened or read.
pub fn unreadable(lang: Lang) -> &'static str {
    lang.pick("tidak dapat dibaca", "cannot be read")
}

/// Adds that nothing of a refused file was used.
pub fn nothing_changed(lang: Lang) -> &'static str {
    lang.pick("tidak ada isinya yang dipakai", "nothing of it was used")
}

/// Says why a row was rejected.
pub fn reject_reason(lang: Lang, code: &str) -> &'static str {
    let (id, en) = match code {
        "wrong_field_count" => (
            "jumlah isian tidak sama dengan judul kolom",
            "not as many fields as the header",
        ),
        "unclosed_quote" => ("tanda kutip tidak ditutup", "a quote is not closed"),
        "field_too_long" => ("isian terlalu panjang", "a field is too long"),
        "nul_byte" => ("ada bita NUL", "NUL bytes in the row"),
        "no_nik_and_no_name" => ("tanpa NIK dan tanpa nama", "neither a NIK nor a name"),
        "unreadable_timestamp" => (
            "waktu pendaftaran tidak terbaca",
            "the time of submission cannot be read",
        ),
        "nik_missing" => ("NIK tidak diisi", "no NIK"),
        "nik_wrong_length" => ("NIK tidak 16 angka", "NIK does not have 16 digits"),
        "nik_scientific" => ("NIK dibulatkan oleh lembar kerja", "a spreadsheet rounded the NIK"),
        "nik_placeholder" => ("2147483647 bukan NIK", "2147483647 is no NIK"),
        "nik_same_digits" => ("NIK berisi satu angka yang diulang", "NIK is one digit repeated"),
        "nik_leading_zero" => ("NIK diawali 0", "NIK starts with 0"),
        "nik_letters" => ("ada huruf di dalam NIK", "letters stand in the NIK"),
        "nik_last_digit_lost" => (
            "angka terakhir NIK hilang (disimpan sebagai angka)",
            "the last digit of the NIK is lost (saved as a number)",
        ),
        "nik_not_trusted" => ("NIK tidak dapat dipercaya", "the NIK cannot be trusted"),
        "missing_name" => ("nama tidak diisi", "no name"),
        "missing_status" => ("status tidak diisi", "no record status"),
        "unknown_result" => (
            "hasil tidak dikenal: tulis printed, spoiled, atau not_printed",
            "unknown result: write printed, spoiled or not_printed",
        ),
        _ => return result_reason(lang, code),
    };
    lang.pick(id, en)
}

/// Says why a row of a result file was rejected.
fn result_reason(lang: Lang, code: &str) -> &'static str {
    let (id, en) = match code {
        "no_card" => ("tidak ada daftar cetak dan NIK", "neither a batch nor a NIK"),
        "no_batch" => (
            "tidak menyebut daftar cetak; untuk cetak di tempat pakai --walk-in",
            "names no batch; for walk-in prints use --walk-in",
        ),
        "unknown_batch" => ("daftar cetak tidak dikenal", "no such batch"),
        "not_in_batch" => (
            "kartu ini tidak ada di daftar cetak itu",
            "this card is not in that batch",
        ),
        "card_withdrawn" => (
            "kartu ini sudah ditarik dari daftar itu; bila benar tercetak, impor dengan --correct",
            "the card was taken out of that batch; if it was printed after all, import with --correct",
        ),
        "open_in_other_batch" => (
            "kartu ini terbuka di daftar cetak lain",
            "the card is open in another batch",
        ),
        "contradicts_earlier_result" => (
            "bertentangan dengan hasil terdahulu; untuk menggantinya pakai --correct",
            "contradicts an earlier result; to replace it use --correct",
        ),
        "walk_in_not_printed" => (
            "cetak di tempat hanya dicatat bila printed",
            "a walk-in row must say printed",
        ),
        "other_name" => (
            "nama ini bukan nama pemilik NIK itu",
            "this is not the name of who has that NIK",
        ),
        "already_printed" => ("kartu ini sudah tercetak", "the card was printed already"),
        other => return super::review::row_reason(lang, other),
    };
    lang.pick(id, en)
}

/// Says what a warning means.
pub fn warning(lang: Lang, code: &str) -> String {
    let (id, en) = match code {
        "unknown_region" => ("kode wilayah tidak dikenal", "unknown region code"),
        "former_region" => ("kode wilayah lama", "a former region code"),
        "birth_date_differs" => ("tanggal lahir berbeda dari NIK", "birth date differs from the NIK's"),
        "serial_zero" => ("nomor urut NIK 0000", "serial 0000"),
        "nik_looks_like_kk" => ("NIK tampak seperti nomor KK", "the NIK looks like a KK number"),
        "swapped_nik_kk" => (
            "NIK dan KK tertukar, sudah dibetulkan",
            "NIK and KK were swapped, put right",
        ),
        "repeated_in_snapshot" => (
            "NIK berulang dalam satu potret; yang terbaru dipakai",
            "NIK repeated in the snapshot; the newest counts",
        ),
        "last_digit_lost" => (
            "NIK disimpan sebagai angka: angka terakhir setiap NIK hilang",
            "NIKs were saved as numbers: the last digit of every one is lost",
        ),
        "impossible_date" => ("tanggal di dalam NIK tidak mungkin", "an impossible date in the NIK"),
        "unknown_status" => ("status rekaman tidak dikenal", "unknown record status"),
        "unreadable_status_date" => ("tanggal status tidak terbaca", "the status date cannot be read"),
        "unreadable_birth_date" => ("tanggal lahir tidak terbaca", "the birth date cannot be read"),
        other => return other.replace('_', " "),
    };
    lang.pick(id, en).to_owned()
}

/// Says that a dry run changed nothing.
pub fn dry_run(lang: Lang) -> &'static str {
    lang.pick(
        "Hanya percobaan: tidak ada yang dicatat.",
        "A dry run: nothing was recorded.",
    )
}

/// Says where the rejected rows stand.
pub fn rejects_at(lang: Lang, path: &str) -> String {
    lang.pick(
        format!("baris yang ditolak: {path} (betulkan, lalu impor berkas itu)"),
        format!("rejected rows: {path} (mend them, then import that file)"),
    )
}

/// Says why a file cannot be read; what is rare, in the system's own words.
pub fn io_cause(lang: Lang, error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    let (id, en) = match error.kind() {
        ErrorKind::NotFound => ("berkasnya tidak ada", "there is no such file"),
        ErrorKind::PermissionDenied => ("tidak boleh dibaca oleh pengguna ini", "this user may not read it"),
        ErrorKind::IsADirectory => ("itu folder, bukan berkas", "it is a folder, not a file"),
        _ => return error.to_string(),
    };
    lang.pick(id, en).to_owned()
}

/// Names what to do about a file that cannot be read.
pub fn io_hint(lang: Lang) -> &'static str {
    lang.pick(
        "periksa apakah berkasnya ada dan boleh dibaca; bila disknya rusak, ambil lagi dari asalnya, lalu impor lagi",
        "see that it is there and may be read; from a broken disk fetch it anew, then import it again",
    )
}

/// Says how many rows a warning is about, and where the first stands.
pub fn warned(lang: Lang, file: &str, code: &str, count: u64, example_line: Option<u64>) -> String {
    let (what, rows) = (
        warning(lang, code),
        super::number::counted(lang, count, "baris", "row", "rows"),
    );
    let place = example_line.map(|line| format!(":{line}")).unwrap_or_default();
    format!("{file}{place}: {what} ({rows})")
}

/// Titles the list of imported files.
pub fn title(lang: Lang) -> &'static str {
    lang.pick("Berkas yang diimpor", "Imported files")
}

/// Says what was recognised of a text file.
pub fn text_form(lang: Lang, encoding: &str, delimiter: u8, preamble_lines: u64) -> String {
    let sign = match delimiter {
        b',' => lang.pick("koma", "comma"),
        b';' => lang.pick("titik koma", "semicolon"),
        b'\t' => lang.pick("tab", "tab"),
        _ => lang.pick("garis tegak", "bar"),
    };
    lang.pick(
        format!("dibaca sebagai {encoding}, pemisah {sign}, {preamble_lines} baris di atas judul kolom"),
        format!("read as {encoding}, divided by {sign}, {preamble_lines} lines above the header"),
    )
}

/// Says what was recognised of a spreadsheet.
pub fn sheet_form(lang: Lang, sheet: &str, preamble_lines: u64) -> String {
    lang.pick(
        format!("dibaca dari lembar {sheet}, {preamble_lines} baris di atas judul kolom"),
        format!("read from the sheet {sheet}, {preamble_lines} rows above the header"),
    )
}

/// Says which header was taken for which field.
pub fn columns_found(lang: Lang, file: &str, columns: &str) -> String {
    lang.pick(format!("{file}: kolom {columns}"), format!("{file}: columns {columns}"))
}

/// Warns of a snapshot from the future: every true one after it would be refused as older.
pub fn snapshot_in_future(lang: Lang, taken_at: &str) -> String {
    lang.pick(
        format!(
            "potret antrean ini bertanggal {taken_at}, di masa depan; potret sesudahnya akan ditolak sebagai lebih tua"
        ),
        format!("this snapshot is dated {taken_at}, in the future; those after it will be refused as older"),
    )
}
