//! Why a run cannot begin, and with which exit code it ends.

use crate::config::ConfigError;
use crate::exit::Exit;
use crate::messages::Lang;
use crate::messages::settings::hint;
use crate::messages::setup::SetupFault;
use std::fmt;
use std::path::PathBuf;

/// Why a context cannot be built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContextError {
    /// The home, its lock, or what was asked for.
    Setup(SetupFault),
    /// The settings.
    Config {
        /// `cetak.toml`, with its folder.
        file: PathBuf,
        /// What is wrong, and where.
        error: ConfigError,
    },
}

impl ContextError {
    /// Says what is wrong.
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::Setup(fault) => fault.words(lang),
            Self::Config { file, error } => format!("{}:{}", file.display(), error.words(lang)),
        }
    }

    /// Names what cures it.
    pub fn hint(&self, lang: Lang) -> Option<String> {
        match self {
            Self::Setup(fault) => Some(fault.hint(lang)),
            Self::Config { .. } => Some(hint(lang).to_owned()),
        }
    }
}

impl ContextError {
    /// Tells how the run ends.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Setup(fault) => Exit::from(fault),
            Self::Config { .. } => Exit::Usage,
        }
    }
}

impl From<SetupFault> for ContextError {
    fn from(fault: SetupFault) -> Self {
        Self::Setup(fault)
    }
}

impl fmt::Display for ContextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Lang::En))
    }
}

impl std::error::Error for ContextError {}
