//! What a command fails with by its own rules: what is wrong, what state was left, and the command that cures it.

use super::Lang;
use super::blanks::BlanksFailure;
use super::counter::CounterFailure;
use super::destroy::DestroyFailure;
use super::notify::NotifyFailure;
use chrono::NaiveDate;
use std::fmt;

/// A failure of a command. Nothing was changed, unless a text says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the texts below say what each is
pub enum Failure {
    PastDate {
        date: NaiveDate,
        today: NaiveDate,
    },
    BadDate {
        text: String,
    },
    NoOperators,
    UnknownOperator {
        name: String,
        known: Vec<String>,
    },
    BadCapacity {
        text: String,
    },
    UnknownBatch {
        batch: String,
    },
    NothingOpen {
        batch: String,
    },
    SameOperator {
        batch: String,
        operator: String,
    },
    OperatorFull {
        operator: String,
        date: NaiveDate,
        free: u32,
        cards: u32,
    },
    OperatorAway {
        operator: String,
        date: NaiveDate,
    },
    IssuedInQueue {
        batch: String,
        cards: u32,
    },
    BadNik {
        masked: String,
    },
    NoApplication {
        masked: String,
    },
    NotOpenApplication {
        masked: String,
        category: &'static str,
    },
    EmptyReason,
    Counter(CounterFailure),
    Blanks(BlanksFailure),
    Destroy(DestroyFailure),
    Notify(NotifyFailure),
    UnknownCategory {
        text: String,
        known: Vec<&'static str>,
    },
    HomeExists {
        dir: String,
    },
    NotAFolder {
        dir: String,
    },
    NoStore {
        path: String,
    },
    XlsxNeedsFile,
    BadMap {
        text: String,
    },
    BadEncoding {
        text: String,
    },
    BadDelimiter {
        text: String,
    },
    BadDateOrder {
        text: String,
    },
    SnapshotOlder {
        newest: String,
        taken_at: String,
    },
    SnapshotShrinks {
        left: u64,
        present: u64,
    },
    SnapshotTimeUnknown {
        file: String,
    },
    NoRows {
        file: String,
    },
    OutsideCalendar {
        day: NaiveDate,
        first: i32,
        last: i32,
    },
    BackupBroken {
        path: String,
        detail: String,
    },
    FileExists {
        path: String,
    },
    OwnFile {
        path: String,
    },
    UnknownInOutbox {
        batches: Vec<String>,
    },
}

impl Failure {
    /// Tells whether the command was used or set up wrongly (exit code 2), rather than refused (1).
    pub fn is_usage(&self) -> bool {
        if let Self::Destroy(failure) = self {
            return failure.is_usage();
        }
        matches!(
            self,
            Self::PastDate { .. }
                | Self::BadDate { .. }
                | Self::NoOperators
                | Self::UnknownOperator { .. }
                | Self::BadCapacity { .. }
                | Self::BadNik { .. }
                | Self::EmptyReason
                | Self::UnknownCategory { .. }
                | Self::NoStore { .. }
                | Self::XlsxNeedsFile
                | Self::OwnFile { .. }
                | Self::BadMap { .. }
                | Self::BadEncoding { .. }
                | Self::BadDelimiter { .. }
                | Self::BadDateOrder { .. }
                | Self::OutsideCalendar { .. }
                | Self::Notify(_)
        )
    }

    /// Says what is wrong.
    pub fn text(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.text_en(),
            Lang::Id => self.text_id(),
        }
    }

    fn text_en(&self) -> String {
        match self {
            Self::Counter(failure) => failure.text(Lang::En),
            Self::Blanks(failure) => failure.text(Lang::En),
            Self::Destroy(failure) => failure.text(Lang::En),
            Self::Notify(failure) => failure.text(Lang::En),
            Self::PastDate { date, today } => format!("{date} is in the past (today is {today}); nothing was planned"),
            Self::BadDate { text } => format!("{text} is no date or time"),
            Self::NoOperators => "no operators are set up, so nobody can print".into(),
            Self::UnknownOperator { name, known } => format!("no operator {name}; known: {}", known.join(", ")),
            Self::BadCapacity { text } => format!("{text} is not NAME=CARDS"),
            Self::UnknownBatch { batch } => format!("no batch {batch}"),
            Self::NothingOpen { batch } => format!("batch {batch} has no card without an answer; nothing was changed"),
            Self::SameOperator { batch, operator } => format!("batch {batch} is {operator}'s already"),
            Self::OperatorFull {
                operator,
                date,
                free,
                cards,
            } => {
                format!("{operator} has room for {free} more cards on {date}, not for {cards}; nothing was changed")
            }
            Self::OperatorAway { operator, date } => format!("{operator} is away on {date}; nothing was changed"),
            Self::IssuedInQueue { batch, cards } => {
                format!(
                    "the queue says that {cards} cards of batch {batch} were issued; released, they could be printed twice; nothing was changed"
                )
            }
            Self::BadNik { masked } => format!("{masked} is no NIK of 16 digits"),
            Self::NoApplication { masked } => format!("nothing is known of NIK {masked}"),
            Self::NotOpenApplication { masked, category } => {
                format!("NIK {masked} waits for no print: {category}; nothing was changed")
            }
            Self::EmptyReason => "a reason is needed; it goes into the log".into(),
            Self::UnknownCategory { text, known } => format!("no category {text}; known: {}", known.join(", ")),
            Self::HomeExists { dir } => format!("{dir} has a cetak.toml or a store already; nothing was changed"),
            Self::NotAFolder { dir } => format!("{dir} is not a folder"),
            Self::NoStore { path } => format!("there is no store at {path}"),
            Self::XlsxNeedsFile => "xlsx is not written to a terminal".into(),
            Self::BadMap { text } => format!("{text} is not FIELD=HEADER"),
            Self::BadEncoding { text } => format!("no encoding {text}"),
            Self::BadDelimiter { text } => format!("no delimiter {text}"),
            Self::BadDateOrder { text } => format!("{text} is no order of dates: dmy or mdy"),
            Self::SnapshotOlder { newest, taken_at } => {
                format!("this snapshot ({taken_at}) is older than the newest known ({newest}); nothing was changed")
            }
            Self::SnapshotShrinks { left, present } => {
                format!(
                    "{left} of {present} entries would leave the queue; the export looks cut off; nothing was changed"
                )
            }
            Self::SnapshotTimeUnknown { file } => format!("{file}: the snapshot's time cannot be told"),
            Self::NoRows { file } => format!("{file} has no data rows; nothing was changed"),
            Self::OutsideCalendar { day, first, last } => {
                format!("{day} lies outside the calendar, which covers {first} to {last}")
            }
            Self::BackupBroken { path, detail } => format!("{path} is no good backup ({detail}); nothing was changed"),
            Self::FileExists { path } => format!("{path} exists already; nothing was changed"),
            Self::OwnFile { path } => format!("{path} is a file that the home lives on; nothing was written"),
            Self::UnknownInOutbox { batches } => unknown_in_outbox(Lang::En, batches),
        }
    }

    fn text_id(&self) -> String {
        match self {
            Self::Counter(failure) => failure.text(Lang::Id),
            Self::Blanks(failure) => failure.text(Lang::Id),
            Self::Destroy(failure) => failure.text(Lang::Id),
            Self::Notify(failure) => failure.text(Lang::Id),
            Self::PastDate { date, today } => format!("{date} sudah lewat (hari ini {today}); tidak direncanakan"),
            Self::BadDate { text } => format!("{text} bukan tanggal atau waktu"),
            Self::NoOperators => "belum ada operator, jadi tidak ada yang dapat mencetak".into(),
            Self::UnknownOperator { name, known } => {
                format!("tidak ada operator {name}; yang dikenal: {}", known.join(", "))
            }
            Self::BadCapacity { text } => format!("{text} bukan NAMA=JUMLAH"),
            Self::UnknownBatch { batch } => format!("tidak ada daftar cetak {batch}"),
            Self::NothingOpen { batch } => format!("{batch} sudah ada hasilnya; tidak ada yang diubah"),
            Self::SameOperator { batch, operator } => format!("daftar cetak {batch} memang milik {operator}"),
            Self::OperatorFull {
                operator,
                date,
                free,
                cards,
            } => {
                format!("{operator} hanya sanggup {free} keping lagi, bukan {cards} ({date}); tidak ada yang diubah")
            }
            Self::OperatorAway { operator, date } => {
                format!("{operator} tidak masuk {date}; tidak ada yang diubah")
            }
            Self::IssuedInQueue { batch, cards } => {
                format!(
                    "antrean menyatakan {cards} keping di {batch} sudah terbit; bila dilepas bisa tercetak dua kali; tidak ada yang diubah"
                )
            }
            Self::BadNik { masked } => format!("{masked} bukan NIK 16 angka"),
            Self::NoApplication { masked } => format!("tidak ada data tentang NIK {masked}"),
            Self::NotOpenApplication { masked, category } => {
                format!("NIK {masked} tidak menunggu cetak: {category}; tidak ada yang diubah")
            }
            Self::EmptyReason => "alasan wajib diisi; alasan itu dicatat".into(),
            Self::UnknownCategory { text, known } => {
                format!("tidak ada kategori {text}; ada: {}", known.join(", "))
            }
            Self::HomeExists { dir } => format!("{dir} sudah menjadi rumah kantor; tidak ada yang diubah"),
            Self::NotAFolder { dir } => format!("{dir} bukan folder"),
            Self::NoStore { path } => format!("tidak ada penyimpanan di {path}"),
            Self::XlsxNeedsFile => "xlsx tidak ditulis ke layar".into(),
            Self::BadMap { text } => format!("{text} bukan ISIAN=JUDUL"),
            Self::BadEncoding { text } => format!("tidak ada pengodean {text}"),
            Self::BadDelimiter { text } => format!("tidak ada pemisah {text}"),
            Self::BadDateOrder { text } => format!("{text} bukan urutan tanggal: dmy atau mdy"),
            Self::SnapshotOlder { newest, taken_at } => {
                format!(
                    "potret antrean ini ({taken_at}) lebih tua daripada yang terbaru ({newest}); tidak ada yang diubah"
                )
            }
            Self::SnapshotShrinks { left, present } => {
                format!(
                    "{left} dari {present} entri akan keluar dari antrean; ekspornya tampak terpotong; tidak ada yang diubah"
                )
            }
            Self::SnapshotTimeUnknown { file } => format!("{file}: waktu potretnya tidak diketahui"),
            Self::NoRows { file } => format!("{file} tidak berisi baris data; tidak ada yang diubah"),
            Self::OutsideCalendar { day, first, last } => format!("{day} di luar kalender ({first} sampai {last})"),
            Self::BackupBroken { path, detail } => format!("{path} rusak ({detail}); tidak ada yang diubah"),
            Self::FileExists { path } => format!("{path} sudah ada; tidak ada yang diubah"),
            Self::OwnFile { path } => format!("{path} berkas milik rumah kantor sendiri; tidak ada yang ditulis"),
            Self::UnknownInOutbox { batches } => unknown_in_outbox(Lang::Id, batches),
        }
    }

    /// Names what cures it.
    pub fn hint(&self, lang: Lang) -> Option<String> {
        let (en, id) = match self {
            Self::NoOperators => (
                "add an [[operator]] with name and capacity to cetak.toml".to_owned(),
                "tambahkan [[operator]] dengan name dan capacity di cetak.toml".to_owned(),
            ),
            Self::UnknownBatch { .. } | Self::NothingOpen { .. } => (
                "cetak batch list shows the open ones".to_owned(),
                "cetak batch list menampilkan yang terbuka".to_owned(),
            ),
            Self::IssuedInQueue { batch, .. } => (
                format!(
                    "bring the results of {batch} (cetak import results), or release with --force if no card exists"
                ),
                format!(
                    "masukkan hasil cetak {batch} (cetak import results), atau lepas dengan --force bila kepingnya tidak ada"
                ),
            ),
            Self::HomeExists { .. } => (
                "use it with --home, or give another folder".to_owned(),
                "pakai dengan --home, atau beri folder lain".to_owned(),
            ),
            Self::NoStore { .. } => (
                "in a new home cetak init makes one; if it is gone, bring a backup back: cetak restore backups/FILE"
                    .to_owned(),
                "di rumah baru cetak init membuatnya; bila hilang, pulihkan cadangan: cetak restore backups/BERKAS"
                    .to_owned(),
            ),
            Self::XlsxNeedsFile => ("add --output FILE".to_owned(), "tambahkan --output BERKAS".to_owned()),
            Self::Counter(failure) => return failure.hint(lang),
            Self::Blanks(failure) => return Some(failure.hint(lang)),
            Self::Destroy(failure) => return failure.hint(lang),
            Self::Notify(failure) => return Some(failure.hint(lang)),
            Self::SnapshotShrinks { .. } => (
                "export the whole queue again; if it really shrank: --accept-shrink; if the file is a part: --partial"
                    .to_owned(),
                "ekspor ulang seluruh antrean; bila memang menyusut: --accept-shrink; bila hanya sebagian: --partial"
                    .to_owned(),
            ),
            Self::SnapshotTimeUnknown { .. } => (
                "say it with --taken-at".to_owned(),
                "sebutkan dengan --taken-at".to_owned(),
            ),
            Self::BadDate { .. } => (
                "write 2021-07-22 or 2021-07-22T22:00".to_owned(),
                "tulis 2021-07-22 atau 2021-07-22T22:00".to_owned(),
            ),
            Self::OutsideCalendar { .. } => (
                "add the year's holidays to a file and name it in [office] holidays".to_owned(),
                "tambahkan hari libur tahun itu ke berkas dan sebutkan di [office] holidays".to_owned(),
            ),
            Self::OperatorFull { .. } => (
                "choose another operator, or top up another day".to_owned(),
                "pilih operator lain, atau tambah di hari lain".to_owned(),
            ),
            _ => return None,
        };
        Some(lang.pick(id, en))
    }
}

fn unknown_in_outbox(lang: Lang, batches: &[String]) -> String {
    let names = batches.join(", ");
    lang.pick(
        format!("outbox berisi daftar cetak yang tidak dikenal penyimpanan ({names}); kepingnya bisa tercetak dua kali; tidak ada yang direncanakan"),
        format!("the outbox holds batches that the store does not know ({names}); their cards could be printed twice; nothing was planned"),
    )
}

impl fmt::Display for Failure {
    /// English, for chains of causes; the screen asks for `text`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text_en())
    }
}

impl std::error::Error for Failure {}
