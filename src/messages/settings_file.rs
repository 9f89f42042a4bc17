//! The `cetak.toml` that `init` writes: every key explained. Lines that begin `#word` are settings left out; lines that
//! begin `# ` explain.

use super::Lang;

/// Returns the file in one language.
pub fn template(lang: Lang) -> &'static str {
    match lang {
        Lang::Id => INDONESIAN,
        Lang::En => ENGLISH,
    }
}

const INDONESIAN: &str = r#"# Pengaturan cetak. Semua baris boleh dihapus; yang tertulis di sini adalah nilai bawaannya.
# Baris yang diawali # tanpa spasi di belakangnya adalah contoh: hapus tanda # untuk memakainya,
# juga pada baris [[...]] di atasnya.

# Bahasa layar: "id" atau "en". Tanpa baris ini, mengikuti bahasa komputer.
#lang = "id"

[office]
# Nama kantor, seperti yang tercetak di daftar dan laporan.
#name = "Disdukcapil Kota Palembang"
# Empat angka pertama kode wilayah kantor ini.
#code = "1671"
# Zona waktu: Asia/Jakarta atau WIB, Asia/Makassar atau WITA, Asia/Jayapura atau WIT.
timezone = "Asia/Jakarta"
# Hari kerja: mon tue wed thu fri sat sun.
week = ["mon", "tue", "wed", "thu", "fri"]
# Hari tutup kantor sendiri, selain libur nasional dan cuti bersama.
closed = []
# Berkas CSV date,name,kind yang menambah tahun pada kalender bawaan (2020 sampai 2027)
# atau mengganti satu tahun seluruhnya. Letaknya dihitung dari folder ini.
#holidays = "holidays.csv"
# Jam mulai kerja. Daftar cetak dibuat untuk hari kerja berikutnya yang belum dimulai.
workday_starts = "07:30"
# Urutan tanggal, hanya untuk berkas yang tidak menunjukkannya sendiri:
# "dmy" (22/07/2021) atau "mdy" (07/22/2021).
#date_order = "dmy"

[rules]
# Tanpa mengisi tautan pendaftaran, tidak ada yang dicetak.
require_registration = true
# Permohonan disebut macet bila menunggu lebih lama dari sekian hari.
stuck_days = 7
# Setelah menunggu sekian hari, permohonan masuk kelas pertama, apa pun alasannya.
promote_after_days = 14
# Cetak ulang (hilang, rusak, ...) hanya bila NIK ada di antrean. Isi false bila di kantor ini
# permintaan cetak ulang tidak muncul di antrean.
reprint_needs_queue = true
# Persen blangko yang disisihkan untuk keping rusak.
spoil_reserve_percent = 0
# Alasan menurut kelas, dari yang pertama; alasan lain menyusul. Tanpa baris ini: satu kelas.
#first_classes = [["pemula"], ["hilang", "rusak"]]

# Operator: siapa yang mencetak. Satu bagian [[operator]] untuk tiap orang dan mesinnya.
# Tanpa operator, daftar cetak tidak dapat dibuat.
#[[operator]]
# Nama harus berbeda; huruf besar dan kecil dianggap sama.
#name = "ibrahim"
# Keping sehari, paling banyak 5000; tanpa baris ini 500.
#capacity = 500
# Tanggal tidak masuk: satu hari, atau dari..sampai.
#away = ["2021-07-22", "2021-07-26..2021-07-30"]

[blanks]
# Peringatan bila blangko tinggal kurang dari ini.
#reorder_level = 2000

[notify]
# Pesan untuk warga (cetak notify): ambil KTP, isi tautan, datang merekam. Yang dapat diisi:
# {name} {nik} (disamarkan) {office} {district} {village} {since} (sejak kapan gilirannya).
#collect = "Yth. {name}, KTP-el Anda sudah dapat diambil di {office}, loket 3."
#register = "Yth. {name}, isi formulir di bit.ly/ktp-kota agar KTP-el Anda dapat dicetak."
#record = "Yth. {name}, datanglah ke {office} untuk perekaman KTP-el."

[backup]
# Salinan penyimpanan (satu tiap malam, sudah diperiksa) disimpan sekian hari, di backups.
keep_days = 14
# Folder kedua untuk salinan yang sama, di cakram lain atau folder jaringan. Harus sudah ada; bila
# tidak terjangkau, cetak nightly menyebutnya dan berakhir dengan kode 3.
#folder = "/mnt/cadangan/cetak"

# Arti status rekaman di kantor ini, bila lain dari bawaan. Juga untuk status yang belum dikenal.
#[status.SENT_FOR_ENROLLMENT]
# true, false, atau "reprint_only" (hanya cetak ulang).
#printable = false
# Giliran siapa: citizen (warga), office (kantor), centre (pusat), none (tidak ada).
#owner = "centre"
# Apa yang harus dilakukan, dengan kata-kata sendiri.
#action = "tunggu jawaban pusat"
# Setelah sekian hari tanpa jawaban pusat, giliran kantor.
#expected_days = 14

# Judul kolom yang tidak dikenali sendiri. Juga [columns.queue] dan [columns.results].
#[columns.links]
#nik = "Nomor Induk (lihat KK)"
"#;

const ENGLISH: &str = r#"# Settings of cetak. Every line may be deleted; the values that stand here are the defaults.
# A line that begins with # and no space after it is an example: take the # away to use it,
# from the [[...]] line above it as well.

# The language of the screens: "id" or "en". Without this line, the computer's own.
#lang = "en"

[office]
# The name of the office, as on lists and reports.
#name = "Disdukcapil Kota Palembang"
# The first four digits of the office's region code.
#code = "1671"
# Time zone: Asia/Jakarta or WIB, Asia/Makassar or WITA, Asia/Jayapura or WIT.
timezone = "Asia/Jakarta"
# Working days: mon tue wed thu fri sat sun.
week = ["mon", "tue", "wed", "thu", "fri"]
# The office's own closing days, beside national holidays and cuti bersama.
closed = []
# A CSV file date,name,kind that adds years to the built-in calendar (2020 to 2027)
# or replaces one whole year. Its place is counted from this folder.
#holidays = "holidays.csv"
# When work begins. Batches are made for the next working day that has not begun.
workday_starts = "07:30"
# The order of dates, only for files that cannot tell by themselves:
# "dmy" (22/07/2021) or "mdy" (07/22/2021).
#date_order = "dmy"

[rules]
# Without the registration link nothing is printed.
require_registration = true
# An application is stuck when it has waited longer than so many days.
stuck_days = 7
# After so many days an application is in the first class, whatever its reason.
promote_after_days = 14
# A reprint (lost, damaged, ...) only where the NIK is in the queue. Set false where
# this office's reprints never appear in the queue.
reprint_needs_queue = true
# Percent of the blanks kept back for spoiled cards.
spoil_reserve_percent = 0
# Reasons by class, first to last; the rest come after. Without this line: one class.
#first_classes = [["pemula"], ["hilang", "rusak"]]

# Operators: who prints. One [[operator]] for each person and printer.
# Without operators no batch can be made.
#[[operator]]
# Names must differ; capital and small letters are the same.
#name = "ibrahim"
# Cards a day, at most 5000; without this line 500.
#capacity = 500
# Days away: one day, or from..to.
#away = ["2021-07-22", "2021-07-26..2021-07-30"]

[blanks]
# Warns when fewer blanks than this are left.
#reorder_level = 2000

[notify]
# What citizens are told (cetak notify): collect, fill in the link, come to record. Filled in:
# {name} {nik} (masked) {office} {district} {village} {since} (since when it is their move).
#collect = "Dear {name}, your KTP-el can be collected at {office}, counter 3."
#register = "Dear {name}, please fill in the form at bit.ly/ktp-city, so that your KTP-el can be printed."
#record = "Dear {name}, please come to {office} to be recorded for the KTP-el."

[backup]
# Copies of the store (one a night, verified) are kept so many days, in backups.
keep_days = 14
# A second folder for the same copies, on another disk or a network folder. It must be there; where it
# cannot be reached, cetak nightly says so and ends with code 3.
#folder = "/mnt/backup/cetak"

# What a record status means here, where it differs. Also for a status that is not known yet.
#[status.SENT_FOR_ENROLLMENT]
# true, false, or "reprint_only".
#printable = false
# Whose move it is: citizen, office, centre, none.
#owner = "centre"
# What to do, in your own words.
#action = "wait for the centre"
# After so many days of silence of the centre it is the office's move.
#expected_days = 14

# Column headers that are not recognised by themselves. Also [columns.queue] and [columns.results].
#[columns.links]
#nik = "Nomor Induk (lihat KK)"
"#;
