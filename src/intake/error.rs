//! Why a file as a whole is refused, as data; `messages` has the words.

use crate::intake::encoding::Encoding;
use crate::intake::headers::Field;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Which import reads the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImportKind {
    /// Registrations.
    Links,
    /// A print-queue export.
    Queue,
    /// Results of batches.
    Results,
}

impl ImportKind {
    /// Returns the word of the command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Links => "links",
            Self::Queue => "queue",
            Self::Results => "results",
        }
    }
}

/// What a path is, where a file was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAFile {
    /// A folder.
    Folder,
    /// A named pipe.
    Pipe,
    /// A device or a socket.
    Device,
    /// A link in the inbox that leads out of it.
    LinkOutside,
}

/// What a file that is no table looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LooksLike {
    /// PDF.
    Pdf,
    /// A picture.
    Image,
    /// A web page, often saved under the name of a spreadsheet.
    Html,
    /// XML.
    Xml,
    /// An archive that is no spreadsheet.
    Archive,
    /// A text document of an office suite.
    Document,
    /// A spreadsheet under a password.
    Encrypted,
    /// Anything else that is not text.
    Binary,
}

/// Which limit a file exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Columns of a table.
    Columns,
    /// Cells of a spreadsheet.
    Cells,
    /// Bytes of a spreadsheet once unpacked.
    UnpackedBytes,
    /// Bytes of a spreadsheet file.
    FileBytes,
}

/// Why the order of day and month cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateOrderQuestion {
    /// The header of the column.
    pub header: String,
    /// A cell that can be read both ways.
    pub example: String,
    /// The line of that cell.
    pub line: u64,
    /// Whether some cells prove one order and some the other.
    pub contradictory: bool,
}

/// Why a file as a whole cannot be read. Nothing of it was used.
#[derive(Debug)]
pub enum IntakeError {
    /// The path is not a regular file.
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is.
        found: NotAFile,
    },
    /// Opening or reading failed.
    Io {
        /// The path.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The file changed while it was read.
    Changed {
        /// The path.
        path: PathBuf,
    },
    /// The file has no bytes, or nothing but blank lines.
    Empty,
    /// The file is something else than a table.
    NotATable {
        /// What it looks like.
        looks_like: LooksLike,
    },
    /// The file exceeds a limit.
    TooLarge {
        /// Which.
        limit: Limit,
        /// Its value, inclusive.
        allowed: u64,
        /// What was found or declared.
        found: u64,
    },
    /// A spreadsheet that its library cannot read.
    BrokenSpreadsheet {
        /// The library's words.
        detail: String,
    },
    /// Required columns that no header stands for.
    MissingColumns {
        /// The import.
        kind: ImportKind,
        /// The fields, in the order of their importance.
        fields: Vec<Field>,
        /// The headers seen.
        headers: Vec<String>,
        /// The line of the header.
        line: u64,
        /// For each missing field the nearest headers, best first.
        candidates: Vec<(Field, Vec<String>)>,
    },
    /// Two or more headers fit one required column equally well.
    AmbiguousColumn {
        /// The import.
        kind: ImportKind,
        /// The field.
        field: Field,
        /// The headers.
        headers: Vec<String>,
    },
    /// A mapping given on the command line names a header that the file lacks.
    MappedHeaderMissing {
        /// The field.
        field: Field,
        /// The header asked for.
        header: String,
        /// The headers seen.
        headers: Vec<String>,
    },
    /// A mapping names a field that this import does not have.
    UnknownField {
        /// The import.
        kind: ImportKind,
        /// The word given.
        field: String,
        /// The words known.
        known: Vec<&'static str>,
    },
    /// The file belongs to another import.
    WrongKind {
        /// The import asked for.
        asked: ImportKind,
        /// The import that it looks made for.
        looks_like: ImportKind,
    },
    /// Day and month cannot be told apart, and no setting decides.
    DateOrder(DateOrderQuestion),
    /// The encoding asked for does not fit the file.
    WrongEncoding {
        /// The encoding asked for.
        asked: Encoding,
    },
    /// The receiver of the rows gave up.
    Sink(anyhow::Error),
}

impl IntakeError {
    /// Returns the stable code of the reason.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAFile { .. } => "not_a_file",
            Self::Io { .. } => "unreadable_file",
            Self::Changed { .. } => "changed_while_read",
            Self::Empty => "empty_file",
            Self::NotATable { .. } => "not_a_table",
            Self::TooLarge { .. } => "too_large",
            Self::BrokenSpreadsheet { .. } => "broken_spreadsheet",
            Self::MissingColumns { .. } => "missing_columns",
            Self::AmbiguousColumn { .. } => "ambiguous_column",
            Self::MappedHeaderMissing { .. } => "mapped_header_missing",
            Self::UnknownField { .. } => "unknown_field",
            Self::WrongKind { .. } => "wrong_kind",
            Self::DateOrder(_) => "date_order",
            Self::WrongEncoding { .. } => "wrong_encoding",
            Self::Sink(_) => "sink",
        }
    }
}

impl fmt::Display for IntakeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for IntakeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Sink(error) => Some(error.as_ref()),
            _ => None,
        }
    }
}
