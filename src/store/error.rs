//! What can go wrong in a store, as callers and exit codes need to tell it apart. The sentences are in `messages`.

use std::fmt;
use std::path::PathBuf;

/// A fault of the store.
#[derive(Debug)]
pub enum StoreError {
    /// There is no store at this path.
    Missing(PathBuf),
    /// Something stands already where a store or a backup was to be made.
    Exists(PathBuf),
    /// The file is a database, but not a store of `cetak`.
    NotAStore(PathBuf),
    /// A newer version wrote the store.
    Newer {
        /// The layout that was found.
        found: i64,
        /// The newest layout that this version knows.
        known: i64,
    },
    /// The store is damaged: pages, or cells that no version ever wrote.
    Damaged(String),
    /// Another process holds the store for longer than the given wait.
    Busy,
    /// The disk or the quota is full.
    Full,
    /// The store, its folder or its disk cannot be written.
    ReadOnly,
    /// The disk or the operating system failed.
    Io(String),
    /// A rule of the store refuses the write; the text names it.
    Refused(String),
    /// What was to be changed is not there.
    Unknown(String),
    /// Any other fault of the engine.
    Engine(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "no store at {}", path.display()),
            Self::Exists(path) => write!(f, "{} exists", path.display()),
            Self::NotAStore(path) => write!(f, "{} is no store of cetak", path.display()),
            Self::Newer { found, known } => write!(f, "store has layout {found}, newest known is {known}"),
            Self::Damaged(detail) => write!(f, "store is damaged: {detail}"),
            Self::Busy => f.write_str("store is busy"),
            Self::Full => f.write_str("disk is full"),
            Self::ReadOnly => f.write_str("store is read-only"),
            Self::Io(detail) => write!(f, "disk failed: {detail}"),
            Self::Refused(rule) => write!(f, "store refused the write: {rule}"),
            Self::Unknown(what) => write!(f, "not in the store: {what}"),
            Self::Engine(detail) => write!(f, "store failed: {detail}"),
        }
    }
}

impl std::error::Error for StoreError {}

/// The file at which a store failed, as the context of its [`StoreError`]: the store's own, or the copy that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreFile(pub PathBuf);

impl fmt::Display for StoreFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.display())
    }
}

impl StoreFile {
    /// Says of a fault of the store where it was; any other stays as it is.
    pub fn tell(self, error: anyhow::Error) -> anyhow::Error {
        if error.is::<StoreError>() && !error.is::<Self>() {
            error.context(self)
        } else {
            error
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full,
            ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Self::ReadOnly,
            _ => Self::Io(error.to_string()),
        }
    }
}
