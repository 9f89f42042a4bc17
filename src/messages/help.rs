//! The help of every command and argument. A test in `tests/it` shows that none lacks its words.

use super::{Lang, help_desk};

/// Returns the layout of a help page.
pub fn template(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "{about}\n\nUsage: {usage}\n\n{all-args}{after-help}",
        Lang::Id => "{about}\n\nCara pakai: {usage}\n\n{all-args}{after-help}",
    }
}

/// Returns the heading over the list of commands.
pub fn commands_heading(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Commands",
        Lang::Id => "Perintah",
    }
}

/// Returns the placeholder for a command in a usage line.
pub fn command_word(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "COMMAND",
        Lang::Id => "PERINTAH",
    }
}

/// Returns the heading over positional arguments.
pub fn arguments_heading(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Arguments",
        Lang::Id => "Argumen",
    }
}

/// Returns the heading over options.
pub fn options_heading(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Options",
        Lang::Id => "Pilihan",
    }
}

/// Says what a command does; the empty path is `cetak` itself.
pub fn about(lang: Lang, path: &str) -> &'static str {
    match lang {
        Lang::En => about_en(path),
        Lang::Id => about_id(path),
    }
}

fn about_en(path: &str) -> &'static str {
    match path {
        "" => "Runs the KTP-el print jobs of a civil registration office: import, reconcile, report, batch",
        "init" => "Makes an office home: settings, store, inbox and outbox",
        "import" => "Imports registrations, a queue export, or results",
        "import links" => "Imports exports of the registration link (CSV, TSV, xlsx, xls, ods)",
        "import queue" => "Imports a print-queue export: the whole queue at one moment",
        "import results" => "Imports batch files whose result column is filled in",
        "reconcile" => "Shows every open application: where it stands, whose move it is, what to do next",
        "stuck" => "Shows the open applications that have waited longer than N days, oldest first",
        "status" => "Answers for one person: where, whose move, since when, what next, when the card can be expected",
        "batch" => "Plans a day's print batches and writes their files",
        "batch list" => "Shows the batches that still wait for results",
        "batch reassign" => "Gives the cards without an answer to another operator",
        "batch release" => "Returns the cards without an answer to the pool",
        "review" => "Asks about near matches and identity doubts, one by one, or in a sheet",
        "decide" => "Decides whether a registration and a queue entry are one person; recorded",
        "printed" => "Records cards printed at the counter, in no batch: each uses a blank and closes its application",
        "handover" => "Records that printed cards were collected; refuses what is not printed or was collected before",
        "notify" => "Writes messages for the citizens whose move it is: collect, fill in the link, come to record",
        "destroy" => "Keeps account of spoiled and surrendered cards until they are destroyed",
        "destroy list" => "Shows the spoiled and surrendered cards that are not destroyed yet",
        "destroy record" => "Records that they were destroyed, with witnesses, and writes the record to be signed",
        "expedite" => "Puts an application before every class; recorded",
        "blanks" => "Keeps the ledger of empty cards",
        "blanks add" => "Records blanks that arrived",
        "blanks count" => "Records a count: this is how many there are",
        "blanks damaged" => "Records blanks that were damaged on arrival, or later without a card",
        "blanks returned" => "Records blanks that were given back or on to another office",
        "blanks report" => "Shows the ledger line by line, whether it balances, and for how long the blanks are enough",
        "forecast" => "Shows how the backlog develops, day by day, with the operators, blanks and calendar given",
        "report" => "Writes one page for the head of the office: numbers, plots and lists, without names (HTML)",
        "nightly" => "Does the whole night: inbox, reconciliation, stuck list, batches, outbox, backup",
        "log" => "Shows who did what",
        "check" => "Checks the books, the store and the files for the operators",
        "backup" => "Makes a verified copy of the store",
        "restore" => "Puts a backup in the place of the store; the present one is kept aside",
        "completions" => "Writes completions for a shell",
        "man" => "Writes man pages",
        _ => "",
    }
}

fn about_id(path: &str) -> &'static str {
    match path {
        "" => "Mengelola pencetakan KTP-el di Disdukcapil: impor, pencocokan, laporan, daftar cetak",
        "init" => "Membuat rumah kantor: pengaturan, penyimpanan, inbox, dan outbox",
        "import" => "Mengimpor pendaftaran, ekspor antrean, atau hasil cetak",
        "import links" => "Mengimpor ekspor tautan pendaftaran (CSV, TSV, xlsx, xls, ods)",
        "import queue" => "Mengimpor ekspor antrean cetak: seluruh antrean pada satu saat",
        "import results" => "Mengimpor berkas daftar cetak yang kolom result-nya sudah diisi",
        "reconcile" => "Menampilkan setiap permohonan terbuka: di mana, giliran siapa, langkah berikutnya",
        "stuck" => "Menampilkan permohonan terbuka yang menunggu lebih dari N hari, yang terlama dahulu",
        "status" => {
            "Menjawab untuk satu orang: di mana, giliran siapa, sejak kapan, langkah berikutnya, kapan KTP jadi"
        }
        "batch" => "Merencanakan daftar cetak satu hari dan menulis berkasnya",
        "batch list" => "Menampilkan daftar cetak yang masih menunggu hasil",
        "batch reassign" => "Memindahkan keping yang belum ada hasilnya ke operator lain",
        "batch release" => "Mengembalikan keping yang belum ada hasilnya ke antrean",
        "review" => "Menanyakan yang mirip dan yang identitasnya diragukan, satu per satu atau lewat lembar kerja",
        "decide" => "Memutuskan apakah pendaftaran dan entri antrean milik orang yang sama; dicatat",
        "printed" => {
            "Mencatat KTP yang dicetak di tempat, di luar daftar cetak: memakai blangko dan menutup permohonannya"
        }
        "handover" => "Mencatat penyerahan KTP yang sudah dicetak; menolak yang belum dicetak atau sudah diserahkan",
        "notify" => "Menulis pesan untuk warga yang mendapat giliran: ambil KTP, isi tautan, datang merekam",
        "destroy" => "Mengurus KTP rusak dan KTP lama yang diserahkan sampai dimusnahkan",
        "destroy list" => "Menampilkan KTP rusak dan KTP lama yang belum dimusnahkan",
        "destroy record" => "Mencatat pemusnahannya, dengan saksi, dan menulis berita acaranya",
        "expedite" => "Mendahulukan satu permohonan di atas semua kelas; dicatat",
        "blanks" => "Mengelola buku persediaan blangko",
        "blanks add" => "Mencatat blangko yang masuk",
        "blanks count" => "Mencatat hasil hitung fisik blangko",
        "blanks damaged" => "Mencatat blangko yang rusak saat diterima, atau rusak tanpa dicetak",
        "blanks returned" => "Mencatat blangko yang dikembalikan atau diserahkan ke kantor lain",
        "blanks report" => "Menampilkan buku blangko baris demi baris, cocok atau tidak, dan cukup untuk berapa hari",
        "forecast" => "Menampilkan perkembangan tunggakan hari demi hari menurut operator, blangko, dan kalender",
        "report" => "Menulis satu halaman untuk kepala dinas: angka, grafik, dan daftar, tanpa nama (HTML)",
        "nightly" => {
            "Menjalankan seluruh pekerjaan malam: inbox, pencocokan, daftar tertahan, daftar cetak, outbox, cadangan"
        }
        "log" => "Menampilkan siapa melakukan apa",
        "check" => "Memeriksa pembukuan, penyimpanan, dan berkas untuk operator",
        "backup" => "Membuat salinan penyimpanan yang sudah diperiksa",
        "restore" => "Memasang cadangan sebagai penyimpanan; yang sekarang disisihkan",
        "completions" => "Menulis pelengkap perintah untuk shell",
        "man" => "Menulis halaman man",
        _ => "",
    }
}

/// Gives examples for the foot of a help page.
pub fn examples(lang: Lang, path: &str) -> Option<String> {
    let lines = match path {
        "" => "cetak init palembang\ncetak nightly --home palembang\ncetak stuck --days 7",
        "init" => "cetak init\ncetak init /srv/cetak/palembang",
        "import links" => {
            "cetak import links inbox/links/*.csv\ncetak import links form.xlsx --dry-run\ncetak import links form.csv --map nik=\"Nomor Induk\" --date-order dmy"
        }
        "import queue" => {
            "cetak import queue antrean-2021-07-21.csv\ncetak import queue a.csv b.csv --taken-at 2021-07-21T20:00"
        }
        "import results" => {
            "cetak import results outbox/2021-07-22/batch-ibrahim.csv\ncetak import results loket.csv --walk-in"
        }
        "reconcile" => {
            "cetak reconcile\ncetak reconcile --category check_identity\ncetak reconcile --all --format csv --output semua.csv"
        }
        "stuck" => {
            "cetak stuck --days 7\ncetak stuck --days 7 --category printed\ncetak stuck --days 3 --working-days --exit-code"
        }
        "batch" => {
            "cetak batch\ncetak batch --date 2021-07-22 --away ibrahim --blanks 800\ncetak batch --top-up\ncetak batch reassign 2021-07-22-ibrahim --to yusuf"
        }
        "status" => "cetak status 1671094107959001\ncetak status moch rizki\ncetak status 081234567890",
        "batch reassign" => "cetak batch reassign 2021-07-22-ibrahim --to yusuf",
        "batch release" => "cetak batch release 2021-07-22-ibrahim",
        "review" => "cetak review\ncetak review --export tinjau.xlsx\ncetak review --apply tinjau.xlsx",
        "decide" => {
            "cetak decide 1671094107959001 different --reason \"NIK ibunya\"\ncetak decide 1671094107959010 same --queue-nik 1671094107959001 --reason \"KK diperiksa\"\ncetak decide 1671094107959001 --withdraw --reason \"salah orang\""
        }
        "printed" => "cetak printed 1671094107959001 --operator ibrahim --reason \"warga hendak berangkat\"",
        "handover" => {
            "cetak handover 1671094107959001\ncetak handover 1671094107959001 --by \"Siti Aminah\" --relation ibu --old-card\ncetak handover --file diambil.txt --format csv --output penyerahan.csv\ncetak handover --list --output tanda-terima.html"
        }
        "notify" => {
            "cetak notify --dry-run --format table\ncetak notify --output pesan.csv\ncetak notify --only collect --limit 200 --output pesan.csv"
        }
        "destroy record" => {
            "cetak destroy record --witness \"Rina Wati\" --witness \"Andi Saputra\" --place \"halaman kantor\"\ncetak destroy record --witness \"Rina Wati\" --place kantor --date 2021-07-23 --output berita-acara.html"
        }
        "destroy list" => {
            "cetak destroy list\ncetak destroy list --format xlsx --output musnah.xlsx\ncetak destroy list --record 3 --output berita-acara.html"
        }
        "expedite" => "cetak expedite 1671094107959001 --reason \"rujukan rumah sakit\"",
        "blanks" => {
            "cetak blanks add 2000\ncetak blanks damaged 3 --note \"basah\"\ncetak blanks count 1480\ncetak blanks report"
        }
        "forecast" => "cetak forecast\ncetak forecast --days 60 --format xlsx --output perkiraan.xlsx",
        "report" => "cetak report\ncetak report --output laporan.html --lang id",
        "nightly" => "cetak nightly --home /srv/cetak/palembang\ncetak nightly --as-of 2021-07-22T22:00 --format json",
        "check" => "cetak check\ncetak check --format json",
        "backup" => "cetak backup\ncetak backup /media/usb/cetak.db",
        "restore" => "cetak restore backups/cetak-2021-07-22T220000.db",
        "completions" => "cetak completions bash > /etc/bash_completion.d/cetak",
        "man" => "cetak man /usr/local/share/man/man1",
        _ => return None,
    };
    let heading = match lang {
        Lang::En => "Examples",
        Lang::Id => "Contoh",
    };
    let indented: Vec<String> = lines.lines().map(|line| format!("  {line}")).collect();
    Some(format!("{heading}:\n{}", indented.join("\n")))
}

/// Says what an argument is for. The same word means the same in every command; `path` tells the few that differ.
pub fn argument(lang: Lang, path: &str, id: &str) -> &'static str {
    let (en, id) = words(path, id);
    match lang {
        Lang::En => en,
        Lang::Id => id,
    }
}

fn words(path: &str, id: &str) -> (&'static str, &'static str) {
    match (path, id) {
        ("batch" | "batch list", "date") => (
            "The day of printing (default: the next working day that has not begun)",
            "Hari cetak (bawaan: hari kerja berikutnya yang belum mulai)",
        ),
        ("blanks add", "blanks") => ("How many blanks arrived", "Berapa blangko yang masuk"),
        ("blanks count", "blanks") => ("How many blanks there are", "Berapa blangko yang ada"),
        ("batch", "blanks") => (
            "Blanks at hand for that day, instead of the ledger's number",
            "Blangko yang tersedia untuk hari itu, menggantikan angka buku",
        ),
        ("reconcile", "category") => (
            "Only this category (may be repeated)",
            "Hanya kategori ini (boleh diulang)",
        ),
        ("stuck", "category") => (
            "Only this category; printed: cards that nobody collects, from the day of the print",
            "Hanya kategori ini; printed: KTP jadi yang belum diambil, sejak hari cetak",
        ),
        ("printed" | "handover", "nik") => (
            "The NIKs; where one is refused nothing is recorded (exit code 1)",
            "NIK-NIK-nya; bila satu ditolak tidak ada yang dicatat (kode keluar 1)",
        ),
        ("forecast", "days") => (
            "So many days from the next one on (default: 30)",
            "Sekian hari mulai yang berikutnya (bawaan: 30)",
        ),
        ("report", "output") => (
            "Write to this file (default: outbox/DATE/report.html of the next day of printing)",
            "Tulis ke berkas ini (bawaan: outbox/TANGGAL/report.html hari cetak berikutnya)",
        ),
        ("printed", "force") => (
            "Even if the NIK is unknown and a known one is only a slip away",
            "Walaupun NIK-nya tidak dikenal dan ada NIK dikenal yang hanya berbeda sedikit",
        ),
        ("printed", "operator") => ("Who printed", "Siapa yang mencetak"),
        ("backup", "file") => (
            "Where to (default: backups/ in the home)",
            "Tujuan (bawaan: backups/ di rumah kantor)",
        ),
        ("nightly", "format") => ("table or json", "table atau json"),
        ("restore", "file") => ("The backup", "Berkas cadangan"),
        ("batch release" | "batch reassign", "reason") => ("Why, for the log", "Alasannya, untuk catatan"),
        ("decide" | "review", _) => deciding_words(path, id),
        _ => help_desk::words(path, id),
    }
}

/// What deciding takes.
fn deciding_words(path: &str, id: &str) -> (&'static str, &'static str) {
    match (path, id) {
        ("decide", "force") => (
            "Even if the names are different people's",
            "Walaupun namanya milik orang yang berbeda",
        ),
        ("review", "reason") => (
            "Why, for every decision of this run that gives no reason of its own",
            "Alasan bagi setiap keputusan yang tidak menyebut alasan sendiri",
        ),
        ("decide", "nik") => (
            "The NIK as registered, or the cell as lists hold it",
            "NIK yang didaftarkan, atau isian sebagaimana tertulis di daftar",
        ),
        ("decide", "name") => (
            "The registered name, where several share the NIK",
            "Nama yang didaftarkan, bila beberapa memakai NIK yang sama",
        ),
        ("decide", "reason") => ("Why; it goes into the log", "Alasannya; masuk ke catatan"),
        _ => shared_words(id),
    }
}

/// The options that most commands take.
pub(super) fn shared_words(id: &str) -> (&'static str, &'static str) {
    match id {
        "help" => ("Show this help", "Tampilkan bantuan ini"),
        "version" => ("Show the version", "Tampilkan versi"),
        "home" => (
            "The office home (else CETAK_HOME, else this folder if it has a cetak.toml)",
            "Rumah kantor (atau CETAK_HOME, atau folder ini bila ada cetak.toml)",
        ),
        "as_of" => (
            "The run's moment: a day (its end) or a time; default: now",
            "Saat acuan: tanggal (akhir hari) atau waktu; bawaan: sekarang",
        ),
        "lang" => ("Language: id or en", "Bahasa: id atau en"),
        "color" => ("Colours: auto, always or never", "Warna: auto, always, atau never"),
        "quiet" => ("Print results and errors only", "Hanya hasil dan kesalahan"),
        "verbose" => ("Say more on standard error", "Keterangan lebih banyak"),
        "wait" => (
            "Wait so many seconds for another cetak to end",
            "Tunggu sekian detik sampai cetak lain selesai",
        ),
        "reveal" => ("Show NIK, KK and phone whole", "Tampilkan NIK, KK, dan telepon utuh"),
        "format" => ("table, csv, json or xlsx", "table, csv, json, atau xlsx"),
        "output" => (
            "Write to this file, readable by its owner only",
            "Tulis ke berkas ini, hanya terbaca pemiliknya",
        ),
        "dir" => ("The folder", "Foldernya"),
        "files" => (
            "The files; - is standard input",
            "Berkas-berkasnya; - berarti masukan standar",
        ),
        "dry_run" => (
            "Show the same numbers and change nothing",
            "Tampilkan angka yang sama tanpa mengubah apa pun",
        ),
        _ => file_words(id),
    }
}

/// What an import is told about its files.
fn file_words(id: &str) -> (&'static str, &'static str) {
    match id {
        "encoding" => (
            "utf-8, utf-16 or windows-1252, where it is not recognised",
            "utf-8, utf-16, atau windows-1252, bila tidak dikenali",
        ),
        "delimiter" => (
            "comma, semicolon or tab, where it is not recognised",
            "comma, semicolon, atau tab, bila tidak dikenali",
        ),
        "preamble" => (
            "Lines above the header, where they are not recognised",
            "Jumlah baris di atas judul kolom, bila tidak dikenali",
        ),
        "map" => (
            "Which header is which field: nik=\"Nomor Induk\"",
            "Judul kolom untuk suatu isian: nik=\"Nomor Induk\"",
        ),
        "date_order" => ("Day or month first: dmy or mdy", "Hari atau bulan dahulu: dmy atau mdy"),
        "partial" => (
            "The file is only a part of the queue: nothing leaves",
            "Berkas hanya sebagian antrean: tidak ada yang keluar",
        ),
        "accept_shrink" => (
            "Accept that many entries leave the queue",
            "Terima bahwa banyak entri keluar dari antrean",
        ),
        "taken_at" => ("The snapshot's time", "Waktu potret antrean"),
        "walk_in" => (
            "Take rows without a batch as walk-in prints",
            "Baris tanpa daftar cetak adalah cetak di tempat",
        ),
        "correct" => (
            "Let a result replace an earlier one; recorded",
            "Hasil boleh menggantikan hasil terdahulu; dicatat",
        ),
        _ => own_words(id),
    }
}

/// What only one or two commands take.
fn own_words(id: &str) -> (&'static str, &'static str) {
    match id {
        "all" => ("Closed applications too", "Termasuk permohonan yang sudah selesai"),
        "days" => (
            "Longer than so many days (default: stuck_days in cetak.toml)",
            "Lebih dari sekian hari (bawaan: stuck_days di cetak.toml)",
        ),
        "working_days" => ("Count working days", "Hitung hari kerja"),
        "exit_code" => (
            "End with 3 where the list is not empty",
            "Berakhir dengan 3 bila daftar tidak kosong",
        ),
        "away" => (
            "This operator is away that day (may be repeated)",
            "Operator ini tidak masuk hari itu (boleh diulang)",
        ),
        "capacity" => (
            "Another capacity that day: NAME=N (may be repeated)",
            "Kapasitas lain hari itu: NAMA=N (boleh diulang)",
        ),
        "top_up" => (
            "Plan what has become ready since, in further batches",
            "Rencanakan yang menjadi siap sejak itu, dalam daftar tambahan",
        ),
        "batch" => (
            "The batch, as batch list names it",
            "Daftar cetak, seperti disebut batch list",
        ),
        "to" => ("The operator who takes over", "Operator yang mengambil alih"),
        "force" => (
            "Even if the queue says that cards of it were issued",
            "Walaupun antrean menyatakan kepingnya sudah terbit",
        ),
        "nik" => ("The NIK", "NIK-nya"),
        "reason" => ("Why", "Alasannya"),
        "note" => ("A remark", "Keterangan"),
        "verdict" => (
            "same, different, or married (under 17, but may have a card)",
            "same (orang yang sama), different (berbeda), atau married (belum 17, sudah menikah)",
        ),
        "queue_nik" => (
            "The queue entry (default: the one of the same NIK, else the one proposed)",
            "Entri antrean (bawaan: yang NIK-nya sama, atau yang diusulkan)",
        ),
        "export" => (
            "Write the questions to this sheet (xlsx, or csv by its name)",
            "Tulis pertanyaannya ke lembar ini (xlsx, atau csv menurut namanya)",
        ),
        "apply" => (
            "Take the decisions of a sheet that was filled in",
            "Terapkan keputusan dari lembar yang sudah diisi",
        ),
        "withdraw" => (
            "Take the newest decision back instead",
            "Tarik kembali keputusan terakhir",
        ),
        "limit" => ("Only the newest N", "Hanya N terbaru"),
        "shell" => (
            "bash, zsh, fish, elvish or powershell",
            "bash, zsh, fish, elvish, atau powershell",
        ),
        _ => help_desk::own_words(id),
    }
}
