//! The help of the commands of the counter and the desk; `help` has the rest.

use super::help::shared_words;

/// What the commands of the desk take, where the same word means something else elsewhere.
pub(super) fn words(path: &str, id: &str) -> (&'static str, &'static str) {
    match (path, id) {
        ("handover", "file") => (
            "NIKs, one a line; - is standard input (a barcode reader). The good ones are recorded, the refused ones listed (exit code 3)",
            "NIK, satu per baris; - berarti masukan standar (pembaca kode batang). Yang baik dicatat, yang ditolak ditampilkan (kode keluar 3)",
        ),
        ("handover", "list") => (
            "Print the receipt lists per village instead: a table, xlsx, or HTML for A4 with --output FILE.html",
            "Cetak daftar tanda terima per kelurahan: tabel, xlsx, atau HTML untuk A4 dengan --output BERKAS.html",
        ),
        ("blanks returned", "blanks") => ("How many blanks were returned", "Berapa blangko yang dikembalikan"),
        ("blanks damaged", "blanks") => ("How many blanks are damaged", "Berapa blangko yang rusak"),
        ("notify", "limit") => (
            "Tell at most N; the rest is left for another run",
            "Paling banyak N warga; sisanya untuk kali berikutnya",
        ),
        ("notify", "format") => (
            "csv (the default), xlsx or json; table only with --dry-run",
            "csv (bawaan), xlsx, atau json; table hanya dengan --dry-run",
        ),
        ("notify", "dry_run") => (
            "Show who would be told and record nothing",
            "Tampilkan siapa yang akan diberi tahu tanpa mencatat apa pun",
        ),
        ("destroy list", "record") => (
            "Write the record of this number once more instead: HTML or xlsx by the name of --output",
            "Tulis lagi berita acara bernomor ini: HTML atau xlsx menurut nama --output",
        ),
        ("destroy record", "date") => (
            "The day of the destruction (default: today); what was spoiled later is left out",
            "Hari pemusnahan (bawaan: hari ini); yang rusak sesudahnya tidak ikut",
        ),
        ("destroy record", "output") => (
            "FILE.html or FILE.xlsx (default: both, in outbox/DATE)",
            "BERKAS.html atau BERKAS.xlsx (bawaan: keduanya, di outbox/TANGGAL)",
        ),
        _ => shared_words(id),
    }
}

/// What only the commands of the counter and the desk take.
pub(super) fn own_words(id: &str) -> (&'static str, &'static str) {
    match id {
        "words" => (
            "A NIK, a part of the name (every word must occur), a phone or a request number; several NIKs are listed",
            "NIK, bagian nama (semua kata harus ada), nomor HP, atau nomor permohonan; beberapa NIK ditampilkan sebagai daftar",
        ),
        "by" => (
            "Who collects, if not the owner",
            "Siapa yang mengambil, bila bukan pemiliknya",
        ),
        "relation" => (
            "The collector's relation to the owner (somebody of the same family card)",
            "Hubungan pengambil dengan pemilik (anggota KK yang sama)",
        ),
        "only" => (
            "Only collect, register or record (may be repeated)",
            "Hanya collect (ambil), register (isi tautan), atau record (rekam); boleh diulang",
        ),
        "again" => (
            "Write the messages of the last run once more, as far as it is still their move",
            "Tulis lagi pesan dari pemberitahuan terakhir, bagi yang masih gilirannya",
        ),
        "witness" => ("Who saw it (may be repeated)", "Saksinya (boleh diulang)"),
        "place" => ("Where it was done", "Tempat pemusnahan"),
        "old_card" => ("The old card was surrendered", "KTP lama diserahkan kembali"),
        _ => ("", ""),
    }
}
