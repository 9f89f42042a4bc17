//! Which header stands for which field: the aliases, and how a header is compared with them.
//!
//! Knows words only; [`crate::intake::layout`] makes the columns of a file of it.

use crate::intake::aliases;
use crate::intake::error::ImportKind;
use std::sync::OnceLock;

/// What a column may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // each is the field of the domain that bears its name
pub enum Field {
    Nik,
    Name,
    SubmittedAt,
    Status,
    Kk,
    Phone,
    District,
    Village,
    RtRw,
    Rt,
    Rw,
    Reason,
    Email,
    BirthDate,
    RequestNo,
    StatusDate,
    CreatedDate,
    DistrictCode,
    VillageCode,
    Alive,
    Moved,
    Batch,
    Seq,
    Result,
    Note,
    PrintedAt,
    Operator,
}

/// How many fields there are.
pub const FIELD_COUNT: usize = 27;

/// How closely a header fits an alias; smaller is closer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The whole header is the alias.
    Exact,
    /// The header without its parentheses is the alias.
    WithoutParentheses,
    /// The alias stands among other words.
    Among,
    /// The alias stands in the parentheses.
    InParentheses,
}

impl Field {
    /// Every field.
    pub const ALL: [Self; FIELD_COUNT] = [
        Self::Nik,
        Self::Name,
        Self::SubmittedAt,
        Self::Status,
        Self::Kk,
        Self::Phone,
        Self::District,
        Self::Village,
        Self::RtRw,
        Self::Rt,
        Self::Rw,
        Self::Reason,
        Self::Email,
        Self::BirthDate,
        Self::RequestNo,
        Self::StatusDate,
        Self::CreatedDate,
        Self::DistrictCode,
        Self::VillageCode,
        Self::Alive,
        Self::Moved,
        Self::Batch,
        Self::Seq,
        Self::Result,
        Self::Note,
        Self::PrintedAt,
        Self::Operator,
    ];

    /// Returns the word of settings, options, JSON and rejects files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Nik => "nik",
            Self::Name => "name",
            Self::SubmittedAt => "submitted_at",
            Self::Status => "status",
            Self::Kk => "kk",
            Self::Phone => "phone",
            Self::District => "district",
            Self::Village => "village",
            Self::RtRw => "rt_rw",
            Self::Rt => "rt",
            Self::Rw => "rw",
            Self::Reason => "reason",
            Self::Email => "email",
            Self::BirthDate => "birth_date",
            Self::RequestNo => "request_no",
            Self::StatusDate => "status_date",
            Self::CreatedDate => "created_date",
            Self::DistrictCode => "district_code",
            Self::VillageCode => "village_code",
            Self::Alive => "alive",
            Self::Moved => "moved",
            Self::Batch => "batch",
            Self::Seq => "seq",
            Self::Result => "result",
            Self::Note => "note",
            Self::PrintedAt => "printed_at",
            Self::Operator => "operator",
        }
    }

    /// Reads the word of a setting; a few other words for the same are known.
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_lowercase().replace('-', "_");
        match word.as_str() {
            "timestamp" | "time" => Some(Self::SubmittedAt),
            "status_at" => Some(Self::StatusDate),
            _ => Self::ALL.into_iter().find(|field| field.code() == word),
        }
    }

    /// Returns the fields of an import, the required ones first.
    pub fn of(kind: ImportKind) -> &'static [Self] {
        use Field::*;
        match kind {
            ImportKind::Links => &[
                Nik,
                Name,
                SubmittedAt,
                Kk,
                Phone,
                District,
                Village,
                RtRw,
                Rt,
                Rw,
                Reason,
                Email,
                BirthDate,
            ],
            ImportKind::Queue => &[
                Nik,
                Name,
                Status,
                RequestNo,
                StatusDate,
                CreatedDate,
                BirthDate,
                Kk,
                District,
                DistrictCode,
                Village,
                VillageCode,
                Reason,
                Phone,
                Alive,
                Moved,
            ],
            ImportKind::Results => &[Nik, Result, Batch, Seq, Name, Note, PrintedAt, Operator],
        }
    }

    /// Returns the fields without which an import is impossible.
    pub fn required(kind: ImportKind) -> &'static [Self] {
        match kind {
            ImportKind::Links => &[Self::Nik, Self::Name, Self::SubmittedAt],
            ImportKind::Queue => &[Self::Nik, Self::Name, Self::Status],
            ImportKind::Results => &[Self::Nik, Self::Result],
        }
    }

    /// Returns the aliases, in the form of [`words_of`].
    fn aliases(self) -> impl Iterator<Item = &'static str> {
        static TABLE: OnceLock<Vec<Vec<&'static str>>> = OnceLock::new();
        let table = TABLE.get_or_init(|| Self::ALL.map(|field| aliases::of(field).split('|').collect()).to_vec());
        table.get(self as usize).into_iter().flatten().copied()
    }

    /// Tells whether the column says something about the person, so that another person's column will not do.
    fn is_personal(self) -> bool {
        matches!(self, Self::Nik | Self::Name | Self::Kk | Self::BirthDate)
    }

    /// Says how closely a header fits, and with how many letters of alias; none if it does not.
    fn fit(self, header: &HeaderWords) -> Option<(Fit, usize)> {
        let longest = |fit, words: &str, among: fn(&str, &str) -> bool| {
            let best = self
                .aliases()
                .filter(|alias| among(words, alias))
                .map(|alias| alias.len())
                .max();
            best.map(|length| (fit, length))
        };
        let found = longest(Fit::Exact, &header.all, equal_words)
            .or_else(|| longest(Fit::WithoutParentheses, &header.outside, equal_words));
        if found.is_some() {
            return found;
        }
        if self.is_personal() && header.is_of_another_person() || self.asks_something_else(header) {
            return None;
        }
        longest(Fit::Among, &header.outside, contains_words)
            .or_else(|| longest(Fit::InParentheses, &header.inside, contains_words))
    }

    /// Words that turn a column into another one, however much of an alias stands in it.
    fn asks_something_else(self, header: &HeaderWords) -> bool {
        let any = |words: &[&str]| words.iter().any(|word| contains_words(&header.all, word));
        match self {
            Self::Name => any(&[
                "jalan",
                "rt",
                "rw",
                "provinsi",
                "prop",
                "kabupaten",
                "kab",
                "kota",
                "sekolah",
                "instansi",
                "file",
                "agama",
                "pekerjaan",
                "akun",
                "dusun",
                "lingkungan",
            ]),
            Self::Nik | Self::Kk => any(&[
                "foto", "scan", "upload", "unggah", "file", "lampiran", "status", "alamat",
            ]),
            Self::SubmittedAt => any(&[
                "lahir",
                "lhr",
                "updated",
                "created",
                "update",
                "status",
                "berlaku",
                "ambil",
                "pengambilan",
                "perekaman",
                "rekam",
                "pindah",
                "cetak",
            ]),
            Self::Status => any(&[
                "kawin",
                "perkawinan",
                "pernikahan",
                "nikah",
                "hubungan",
                "hidup",
                "pindah",
                "pekerjaan",
            ]),
            Self::Reason => any(&["nomor", "no", "tanggal", "tgl", "nama", "status", "waktu"]),
            Self::Alive | Self::Moved => any(&["tanggal", "tgl", "alasan", "alamat", "daerah", "reason", "date"]),
            Self::District | Self::Village => any(&["kode", "asal", "sebelumnya", "lama", "tujuan"]),
            _ => false,
        }
    }
}

/// A header in comparable form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderWords {
    all: String,
    outside: String,
    inside: String,
}

impl HeaderWords {
    /// Folds a header: lower case, punctuation and spacing levelled, parentheses set apart.
    pub fn of(header: &str) -> Self {
        let (mut outside, mut inside, mut depth) = (String::new(), String::new(), 0_u32);
        for sign in header.chars() {
            match sign {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth = depth.saturating_sub(1),
                _ if depth > 0 => inside.push(sign),
                _ => outside.push(sign),
            }
            if matches!(sign, '(' | ')' | '[' | ']' | '{' | '}') {
                outside.push(' ');
                inside.push(' ');
            }
        }
        Self {
            all: words_of(header),
            outside: words_of(&outside),
            inside: words_of(&inside),
        }
    }

    /// Returns the whole header, folded.
    pub fn folded(&self) -> &str {
        &self.all
    }

    fn is_of_another_person(&self) -> bool {
        const OTHERS: [&str; 22] = [
            "ibu",
            "ayah",
            "bapak",
            "pelapor",
            "kepala",
            "suami",
            "istri",
            "isteri",
            "anak",
            "saksi",
            "wali",
            "kuasa",
            "ketua",
            "petugas",
            "operator",
            "pengambil",
            "pengurus",
            "orang tua",
            "orangtua",
            "penanggung jawab",
            "lurah",
            "camat",
        ];
        // "Nama Bapak/Ibu" is how a form addresses its reader.
        if contains_words(&self.outside, "bapak ibu") || contains_words(&self.outside, "ibu bapak") {
            return false;
        }
        OTHERS.iter().any(|word| contains_words(&self.outside, word))
    }
}

/// Folds text to lower-case words of letters and digits, one space between.
pub fn words_of(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for sign in text.chars() {
        if sign.is_alphanumeric() {
            words.extend(sign.to_lowercase());
        } else if !matches!(sign, '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\'' | '’')
            && !words.is_empty()
            && !words.ends_with(' ')
        {
            words.push(' ');
        }
    }
    words.truncate(words.trim_end().len());
    words
}

/// Tells whether two folded texts are equal, spacing ignored (`NOKK`, `n.i.k.`).
fn equal_words(one: &str, other: &str) -> bool {
    // Most differ at once.
    one.as_bytes().first() == other.as_bytes().first()
        && one
            .bytes()
            .filter(|byte| *byte != b' ')
            .eq(other.bytes().filter(|byte| *byte != b' '))
}

/// Tells whether `wanted` stands in `words` as whole words, side by side.
fn contains_words(words: &str, wanted: &str) -> bool {
    let (words, wanted) = (words.as_bytes(), wanted.as_bytes());
    let mut at = 0;
    while at + wanted.len() <= words.len() {
        let end = at + wanted.len();
        if words[at..end] == *wanted && (end == words.len() || words[end] == b' ') {
            return true;
        }
        match words[at..].iter().position(|byte| *byte == b' ') {
            Some(space) => at += space + 1,
            None => return false,
        }
    }
    false
}

/// Says which field of an import a header stands for, and how closely it fits.
///
/// A header stands for one field at most: the closest, then the one with the longest alias.
pub fn field_of(kind: ImportKind, header: &HeaderWords) -> Option<(Field, Fit)> {
    let fits = Field::of(kind)
        .iter()
        .filter_map(|field| field.fit(header).map(|(fit, length)| (fit, length, *field)));
    fits.min_by_key(|(fit, length, field)| (*fit, std::cmp::Reverse(*length), *field))
        .map(|(fit, _, field)| (field, fit))
}

/// Up to which length a header is compared with what it may be a slip of.
const LONGEST_LIKENESS_BYTES: usize = 200;

/// Returns the headers that come nearest to a field's aliases, best first.
pub fn nearest(field: Field, headers: &[String]) -> Vec<String> {
    let mut scored: Vec<(f64, usize)> = Vec::new();
    for (index, header) in headers.iter().enumerate() {
        // Nobody meant a whole paragraph, and comparing one takes long.
        if header.len() > LONGEST_LIKENESS_BYTES {
            continue;
        }
        let words = HeaderWords::of(header);
        let closeness = |alias: &str| {
            let shared = if contains_words(&words.all, alias) { 0.3 } else { 0.0 };
            strsim::jaro_winkler(&words.all, alias) + shared
        };
        let best = field.aliases().map(closeness).fold(0.0, f64::max);
        if best >= 0.75 && !words.all.is_empty() {
            scored.push((best, index));
        }
    }
    scored.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    scored
        .into_iter()
        .take(3)
        .map(|(_, index)| headers[index].clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: ImportKind, header: &str) -> Option<Field> {
        field_of(kind, &HeaderWords::of(header)).map(|(field, _)| field)
    }

    #[test]
    fn link_headers() {
        use Field::*;
        let table = [
            ("Timestamp", Some(SubmittedAt)),
            ("Cap waktu", Some(SubmittedAt)),
            ("NIK", Some(Nik)),
            (" n i k ", Some(Nik)),
            ("N.I.K.", Some(Nik)),
            ("NAMALENGKAP", Some(Name)),
            ("NOKK", Some(Kk)),
            ("NIK (16 digit sesuai KK)", Some(Nik)),
            ("Masukkan NIK Anda", Some(Nik)),
            ("Nomor Induk Kependudukan (NIK)", Some(Nik)),
            ("16 digit (NIK)", Some(Nik)),
            ("NIK Pelapor", None),
            ("NIK Ibu Kandung", None),
            ("Foto NIK", None),
            ("Nomor Induk", None),
            ("Nama Lengkap (sesuai KK)", Some(Name)),
            ("NAMA_LENGKAP", Some(Name)),
            ("Nama Bapak/Ibu", Some(Name)),
            ("Nama Ibu", None),
            ("Nama Kepala Keluarga", None),
            ("Nama Kelurahan", Some(Village)),
            ("Nama Kecamatan", Some(District)),
            ("Kelurahan/Desa", Some(Village)),
            ("Nomor KK", Some(Kk)),
            ("No. KK (Kartu Keluarga)", Some(Kk)),
            ("Nomor Kartu Keluarga (16 digit)", Some(Kk)),
            ("No. HP (WhatsApp)", Some(Phone)),
            ("Nomor HP/WA yang aktif", Some(Phone)),
            ("Alamat Email", Some(Email)),
            ("Email Address", Some(Email)),
            ("Alamat", None),
            ("RT/RW", Some(RtRw)),
            ("RT", Some(Rt)),
            ("Alasan Cetak", Some(Reason)),
            ("Alasan permohonan cetak KTP-el", Some(Reason)),
            ("Tanggal Lahir", Some(BirthDate)),
            ("Tempat/Tanggal Lahir", Some(BirthDate)),
            ("Tanggal Pengambilan", None),
        ];
        for (header, expected) in table {
            assert_eq!(read(ImportKind::Links, header), expected, "{header}");
        }
    }

    #[test]
    fn headers_of_the_population_system() {
        use Field::*;
        let table = [
            ("NIK", Nik),
            ("NAMA_LGKP", Name),
            ("TGL_LHR", BirthDate),
            ("NO_KK", Kk),
            ("NAMA_KEC", District),
            ("NAMA_KEL", Village),
            ("NO_KEC", DistrictCode),
            ("NO_KEL", VillageCode),
            ("EKTP_CURRENT_STATUS_CODE", Status),
            ("CURRENT_STATUS_CODE_EKTP", Status),
            ("EKTP_CREATED_DATE", CreatedDate),
            ("EKTP_UPDATED_DATE", StatusDate),
            ("SMS_PHONE", Phone),
            ("STAT_HIDUP", Alive),
            ("FLAG_PINDAH", Moved),
            ("STATUS", Status),
            ("TGL_STATUS", StatusDate),
            ("NO_PERMOHONAN", RequestNo),
            ("ALASAN", Reason),
        ];
        for (header, expected) in table {
            assert_eq!(read(ImportKind::Queue, header), Some(expected), "{header}");
        }
        assert_eq!(read(ImportKind::Queue, "STATUS_KAWIN"), None);
    }

    #[test]
    fn headers_of_a_batch_file() {
        use Field::*;
        let header =
            "batch,seq,nik,name,birth_date,district,village,request_no,reason,waiting_since,days_waiting,result,note";
        let read: Vec<_> = header
            .split(',')
            .filter_map(|header| read(ImportKind::Results, header))
            .collect();
        assert_eq!(read, [Batch, Seq, Nik, Name, Result, Note]);
    }

    #[test]
    fn nearest_headers_are_named_for_a_missing_column() {
        let headers = ["Nomor Induk".to_owned(), "Nama".to_owned(), "Alamat".to_owned()];
        assert_eq!(
            nearest(Field::Nik, &headers).first().map(String::as_str),
            Some("Nomor Induk")
        );
    }
}
