//! What can be wrong with `cetak.toml`, in words.

use super::Lang;

pub use super::settings_file::template;

/// What was found instead of, or asked for, in a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingType {
    /// Text in quotes.
    Text,
    /// A whole number.
    Integer,
    /// A number with a fraction.
    Float,
    /// `true` or `false`.
    Boolean,
    /// A date or a time without quotes.
    Datetime,
    /// `[ ... ]`.
    List,
    /// A section.
    Table,
}

/// Why a setting is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingFault {
    /// The file is no TOML; the parser's own words.
    Syntax(String),
    /// Nobody knows the key.
    UnknownKey {
        /// The nearest key that is known, with its section where it belongs elsewhere.
        nearest: Option<String>,
    },
    /// The value has another type.
    WrongType {
        /// What was asked for.
        expected: SettingType,
        /// What stands there.
        found: SettingType,
    },
    /// A word that is none of these.
    NotOneOf {
        /// What stands there.
        text: String,
        /// What may stand there.
        allowed: &'static [&'static str],
    },
    /// A number outside its range.
    OutOfRange {
        /// The least value.
        least: u32,
        /// The greatest value.
        greatest: u32,
    },
    /// No date `YYYY-MM-DD`.
    NotADate(String),
    /// No time `HH:MM`.
    NotATime(String),
    /// A span that ends before it begins.
    ReversedSpan(String),
    /// Nothing where something must stand.
    Empty,
    /// Text longer than this many characters.
    TooLong(usize),
    /// Control characters in the text.
    ControlCharacters,
    /// Not the four digits of a region.
    NotARegionCode(String),
    /// A key that must be there is missing.
    Missing(&'static str),
    /// `[operator]` where `[[operator]]` is meant.
    OneBracket,
    /// Two operators of one name.
    OperatorTwice(String),
    /// Two sections for one record status.
    StatusTwice(String),
    /// A place in a text that nobody can fill.
    UnknownPlace {
        /// What stands between the braces.
        word: String,
        /// What may stand there.
        allowed: Vec<&'static str>,
    },
    /// A brace that opens or closes nothing.
    LoneBrace,
    /// More of them than this.
    TooMany(usize),
}

/// Names what cures wrong settings.
pub fn hint(lang: Lang) -> &'static str {
    lang.pick(
        "betulkan baris itu; `cetak init FOLDER-BARU` menulis berkas contoh yang menjelaskan setiap kunci",
        "mend that line; `cetak init NEW-FOLDER` writes a file that explains every key",
    )
}

impl SettingFault {
    /// Says what is wrong.
    pub fn words(&self, lang: Lang) -> String {
        match lang {
            Lang::Id => self.in_indonesian(),
            Lang::En => self.in_english(),
        }
    }

    fn in_english(&self) -> String {
        match self {
            Self::Syntax(words) => format!("not valid TOML: {words}"),
            Self::UnknownKey { nearest: Some(nearest) } => format!("unknown key; did you mean {nearest}?"),
            Self::UnknownKey { nearest: None } => "unknown key".into(),
            Self::WrongType { expected, found } => {
                format!("expected {}, found {}", expected.in_english(), found.in_english())
            }
            Self::NotOneOf { text, allowed } => format!("\"{text}\" is none of: {}", allowed.join(", ")),
            Self::OutOfRange { least, greatest } => format!("must lie between {least} and {greatest}"),
            Self::NotADate(text) => format!("\"{text}\" is not a date such as 2021-07-22"),
            Self::NotATime(text) => format!("\"{text}\" is not a time such as 07:30"),
            Self::ReversedSpan(text) => format!("\"{text}\" ends before it begins"),
            Self::Empty => "must not be empty".into(),
            Self::TooLong(most) => format!("longer than {most} characters"),
            Self::ControlCharacters => "has control characters in it".into(),
            Self::NotARegionCode(text) => format!("\"{text}\" is not a region code of four digits such as 1671"),
            Self::Missing(key) => format!("the key {key} is missing"),
            Self::OneBracket => "write [[operator]] with two brackets, once for each operator".into(),
            Self::OperatorTwice(name) => format!("there are two operators named \"{name}\""),
            Self::StatusTwice(name) => format!("there are two sections for the status {name}"),
            Self::UnknownPlace { word, allowed } => {
                format!("{{{word}}} is no place to be filled; known: {}", places(allowed))
            }
            Self::LoneBrace => "a brace without its partner; write {{ for a brace".into(),
            Self::TooMany(most) => format!("more than {most} of them"),
        }
    }

    fn in_indonesian(&self) -> String {
        match self {
            Self::Syntax(words) => format!("bukan TOML yang sah: {words}"),
            Self::UnknownKey { nearest: Some(nearest) } => format!("kunci tidak dikenal; maksudnya {nearest}?"),
            Self::UnknownKey { nearest: None } => "kunci tidak dikenal".into(),
            Self::WrongType { expected, found } => {
                format!(
                    "seharusnya {}, tertulis {}",
                    expected.in_indonesian(),
                    found.in_indonesian()
                )
            }
            Self::NotOneOf { text, allowed } => format!("\"{text}\" bukan salah satu dari: {}", allowed.join(", ")),
            Self::OutOfRange { least, greatest } => format!("harus antara {least} dan {greatest}"),
            Self::NotADate(text) => format!("\"{text}\" bukan tanggal seperti 2021-07-22"),
            Self::NotATime(text) => format!("\"{text}\" bukan jam seperti 07:30"),
            Self::ReversedSpan(text) => format!("\"{text}\" berakhir sebelum dimulai"),
            Self::Empty => "tidak boleh kosong".into(),
            Self::TooLong(most) => format!("lebih panjang dari {most} huruf"),
            Self::ControlCharacters => "berisi karakter kendali".into(),
            Self::NotARegionCode(text) => format!("\"{text}\" bukan kode wilayah empat angka seperti 1671"),
            Self::Missing(key) => format!("kunci {key} tidak ada"),
            Self::OneBracket => "tulis [[operator]] dengan dua kurung siku, satu untuk tiap operator".into(),
            Self::OperatorTwice(name) => format!("ada dua operator bernama \"{name}\""),
            Self::StatusTwice(name) => format!("ada dua bagian untuk status {name}"),
            Self::UnknownPlace { word, allowed } => {
                format!("{{{word}}} tidak dikenal; yang dapat diisi: {}", places(allowed))
            }
            Self::LoneBrace => "kurung kurawal tanpa pasangan; tulis {{ untuk satu kurung".into(),
            Self::TooMany(most) => format!("lebih dari {most}"),
        }
    }
}

fn places(words: &[&str]) -> String {
    let braced: Vec<String> = words.iter().map(|word| format!("{{{word}}}")).collect();
    braced.join(" ")
}

impl SettingType {
    fn in_english(self) -> &'static str {
        match self {
            Self::Text => "text in quotes",
            Self::Integer => "a whole number",
            Self::Float => "a number with a fraction",
            Self::Boolean => "true or false",
            Self::Datetime => "a date or time",
            Self::List => "a list in [ ]",
            Self::Table => "a section",
        }
    }

    fn in_indonesian(self) -> &'static str {
        match self {
            Self::Text => "teks di antara tanda kutip",
            Self::Integer => "bilangan bulat",
            Self::Float => "bilangan pecahan",
            Self::Boolean => "true atau false",
            Self::Datetime => "tanggal atau jam",
            Self::List => "daftar di dalam [ ]",
            Self::Table => "bagian",
        }
    }
}
