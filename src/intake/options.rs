//! What a reader is told: the office, and what a person decided about the file.

use crate::domain::moment::Zone;
use crate::intake::encoding::Encoding;
use crate::intake::layout::ColumnChoice;
use crate::intake::timestamps::DateOrder;

/// What a reader is told beside the file.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// The zone of times that name none.
    pub zone: Zone,
    /// The first four digits of the office's region code, where set.
    pub office: Option<String>,
    /// The order of day and month for files that do not tell.
    pub date_order: Option<DateOrder>,
    /// What a person decided about the form of the file.
    pub dialect: DialectChoice,
    /// Columns that a person named.
    pub columns: Vec<ColumnChoice>,
    /// In which steps large files are gone through.
    pub pace: Pace,
}

/// In which steps a large file is gone through; what comes out does not depend on it.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How many bytes are worked on at once.
    pub stretch_bytes: usize,
    /// Whether a second thread helps.
    pub helper: bool,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            stretch_bytes: 256 * 1024,
            helper: true,
        }
    }
}

impl ReadOptions {
    /// Makes options that leave everything to recognition.
    pub fn new(zone: Zone) -> Self {
        Self {
            zone,
            office: None,
            date_order: None,
            dialect: DialectChoice::default(),
            columns: Vec::new(),
            pace: Pace::default(),
        }
    }
}

/// What overrides the recognition of a text file's form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DialectChoice {
    /// The encoding.
    pub encoding: Option<Encoding>,
    /// The sign between cells.
    pub delimiter: Option<u8>,
    /// How many lines (rows of a sheet) stand above the header.
    pub preamble_lines: Option<u64>,
    /// The name of the sheet.
    pub sheet: Option<String>,
}

/// The form of a file, as recognised or decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Delimited text.
    Text {
        /// The encoding.
        encoding: Encoding,
        /// The sign between cells.
        delimiter: u8,
        /// How many lines stand above the header.
        preamble_lines: u64,
    },
    /// A spreadsheet.
    Sheet {
        /// The name of the sheet.
        name: String,
        /// How many rows stand above the header.
        preamble_lines: u64,
    },
}
