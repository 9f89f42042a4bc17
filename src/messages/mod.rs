//! Every sentence that a person reads, in Indonesian and English: an enum and a `match` a language, so that a missing
//! text does not compile. Knows the words of the domain; decides nothing.

pub mod answer;
pub mod batch;
pub mod blanks;
pub mod check;
pub mod columns;
pub mod counter;
pub mod decide;
pub mod desk;
pub mod destroy;
pub mod evidence;
pub mod exits;
pub mod failure;
pub mod forecast;
pub mod help;
mod help_desk;
pub mod intake;
pub mod nightly;
pub mod notify;
pub mod number;
pub mod reconcile;
pub mod report;
pub mod review;
pub mod settings;
pub mod settings_file;
pub mod setup;
pub mod small;
pub mod statuses;
pub mod store;
pub mod terms;
pub mod usage;

pub use failure::Failure;

/// A language of the screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lang {
    /// Indonesian.
    Id,
    /// English.
    En,
}

impl Lang {
    /// Both, in the order of the settings' explanation.
    pub const ALL: [Self; 2] = [Self::Id, Self::En];

    /// Picks the Indonesian or the English one; neither can be missing.
    pub fn pick<T>(self, id: T, en: T) -> T {
        match self {
            Self::Id => id,
            Self::En => en,
        }
    }

    /// Returns the word of the settings and of `--lang`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::En => "en",
        }
    }

    /// Finds a language by its word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// Reads a locale such as `id_ID.UTF-8`; `id*` is Indonesian, anything else English.
    pub fn from_locale(locale: &str) -> Self {
        match locale.get(..2) {
            Some(start) if start.eq_ignore_ascii_case("id") => Self::Id,
            _ => Self::En,
        }
    }
}
