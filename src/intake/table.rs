//! A file opened as a table: its form, its columns, and its rows, as often as they are wanted.
//!
//! Recognises encoding, delimiter, preamble and header together: the line that reads best as a header shows how the
//! file is cut. Knows nothing of what cells mean.

use crate::intake::encoding::Encoding;
use crate::intake::error::{ImportKind, IntakeError, Limit};
use crate::intake::hands::Passage;
use crate::intake::headers::Field;
use crate::intake::hex::hex;
use crate::intake::layout::{self, HeaderScore, Layout, MAX_COLUMNS};
use crate::intake::options::{Dialect, DialectChoice, Pace, ReadOptions};
use crate::intake::records::Records;
use crate::intake::rows::{Cut, Met, Place, Row, Rows};
use crate::intake::sheet::Sheet;
use crate::intake::source::{Container, HEAD_BYTES, Source};
use crate::intake::spreadsheet;
use crate::intake::stretch::Form;
use crate::intake::traces::Recall;
use sha2::{Digest, Sha256};
use std::io::{self, Read};
use std::ops::ControlFlow;

/// In how many rows from the top the header is looked for.
const HEADER_ROWS: usize = 30;

/// How many rows are handed on at once, where a file is read in one go.
const ROWS_IN_A_PART: usize = 4096;

/// How many bytes of a large file are its beginning.
const BEGINNING_BYTES: u64 = 1024 * 1024;

/// How much of a file is gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// The first of many rows.
    Beginning,
    /// All rows.
    All,
}

/// The signs that may stand between cells, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Raised when reading changes such that the same file would give other records, or warn of others: lines and files that
/// are known from before are read anew then.
pub(crate) const READING_VERSION: u32 = 1;

/// A file opened as a table.
pub struct Table<'s> {
    source: &'s Source,
    kind: ImportKind,
    dialect: Dialect,
    layout: Layout,
    header: Header,
    sheet: Option<Sheet>,
}

/// Where the header stands, and where the first data row can start.
#[derive(Clone, Debug)]
struct Header {
    cells: Vec<String>,
    line: u64,
    body: Place,
    records_before_body: usize,
}

impl<'s> Table<'s> {
    /// Opens a file for an import.
    ///
    /// # Errors
    /// Says why the file as a whole cannot be read.
    pub fn open(source: &'s Source, kind: ImportKind, options: &ReadOptions) -> Result<Self, IntakeError> {
        let (dialect, header, sheet) = match source.container()? {
            Container::Text => {
                let (dialect, header) = open_text(source, kind, options)?;
                (dialect, header, None)
            }
            container => {
                let (sheet, header) = choose_sheet(source, container, kind, options)?;
                let dialect = Dialect::Sheet {
                    name: sheet.name().to_owned(),
                    preamble_lines: header.line - 1,
                };
                (dialect, header, Some(sheet))
            }
        };
        if header.cells.len() > MAX_COLUMNS {
            let found = header.cells.len() as u64;
            return Err(IntakeError::TooLarge {
                limit: Limit::Columns,
                allowed: MAX_COLUMNS as u64,
                found,
            });
        }
        let layout = Layout::find(kind, &header.cells, header.line, &options.columns)?;
        Ok(Self {
            source,
            kind,
            dialect,
            layout,
            header,
            sheet,
        })
    }

    /// Returns the file.
    pub fn source(&self) -> &'s Source {
        self.source
    }

    /// Returns the form of the file.
    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// Returns the columns.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Returns the line of the header.
    pub fn header_line(&self) -> u64 {
        self.header.line
    }

    /// Tells whether a row is the header once more, as in files that were put together.
    pub fn is_header(&self, row: &Row<'_>) -> bool {
        row.len() >= self.header.cells.len()
            && self
                .header
                .cells
                .iter()
                .enumerate()
                .all(|(index, header)| row.bytes(index) == header.as_bytes())
    }

    /// Tells whether the text stands in the file byte for byte as it is read, so that an offset in one is an offset
    /// in the other.
    pub fn is_raw(&self) -> bool {
        matches!(
            self.dialect,
            Dialect::Text {
                encoding: Encoding::Utf8,
                ..
            }
        ) && self.source.census().invalid == 0
    }

    /// Tells whether some bytes of a UTF-8 file are none, and are replaced.
    pub fn mends_text(&self) -> bool {
        matches!(
            self.dialect,
            Dialect::Text {
                encoding: Encoding::Utf8,
                ..
            }
        ) && self.source.census().invalid > 0
    }

    /// Returns how the data rows can be gone through in stretches, from the first one or from `from` on; none where the
    /// text does not stand in the file as it is read.
    fn passage<'p>(
        &'p self,
        from: Option<Place>,
        pace: Pace,
        extent: Extent,
        recall: Option<Recall<'p>>,
    ) -> Option<Passage<'p>> {
        let Dialect::Text { delimiter, .. } = self.dialect else {
            return None;
        };
        let form = Form {
            delimiter,
            width: self.layout.width(),
            may_have_nul: self.source.census().nul > 0,
        };
        let from = from.unwrap_or(self.header.body);
        self.is_raw().then_some(Passage {
            source: self.source,
            form,
            from,
            pace,
            limit_bytes: match extent {
                Extent::Beginning => BEGINNING_BYTES,
                Extent::All => u64::MAX,
            },
            recall,
        })
    }

    /// Reads the data rows, from the first one or from `from` on (only where [`Table::is_raw`]).
    ///
    /// # Errors
    /// Fails when the file cannot be read, or changed.
    fn rows(&self, from: Option<Place>) -> Result<Box<dyn Rows + '_>, IntakeError> {
        let Dialect::Text {
            encoding, delimiter, ..
        } = self.dialect
        else {
            let sheet = self.sheet.as_ref().ok_or(IntakeError::Empty)?;
            return Ok(Box::new(sheet.rows(self.header.body.line, self.layout.width())));
        };
        if encoding == Encoding::Utf8 {
            let start = from.unwrap_or(self.header.body);
            let mut records = Records::new(self.source.reader_at(start.offset)?, delimiter, start);
            records.expect_width(self.layout.width());
            records.mend_text(self.mends_text());
            records.watch_for_nul(self.source.census().nul > 0);
            return Ok(Box::new(records));
        }
        let mark = encoding.mark_bytes(self.source.head());
        let text = encoding.decode(self.source.reader_at(mark)?);
        let mut records = Records::new(text, delimiter, Place { line: 1, offset: mark });
        for _ in 0..self.header.records_before_body {
            self.or_io(records.next_row().map(|_| ()))?;
        }
        records.expect_width(self.layout.width());
        Ok(Box::new(records))
    }

    /// Goes through the data rows, from the first one or from `from` on (only where [`Table::is_raw`]): `hand` makes what
    /// takes a row into a part, one for each thread, where `recall` knows lines without their cells; `join` empties the
    /// parts in their order, with the number of lines that go before those of the part. Returns whether a quote stands
    /// open at the end of the file.
    ///
    /// # Errors
    /// Fails when the file cannot be read, or changed, and where `join` does.
    pub(crate) fn go_through<P, H>(
        &self,
        from: Option<Place>,
        pace: Pace,
        extent: Extent,
        recall: Option<Recall<'_>>,
        hand: impl Fn() -> H + Sync,
        mut join: impl FnMut(&mut P, u64) -> Result<(), IntakeError>,
    ) -> Result<bool, IntakeError>
    where
        P: Default + Send,
        H: FnMut(&mut P, Met<'_>),
    {
        self.source.verify_unchanged()?;
        if let Some(passage) = self.passage(from, pace, extent, recall) {
            return passage.run(hand, join);
        }
        let (mut rows, mut hand, mut is_over) = (self.rows(from)?, hand(), false);
        let mut part = P::default();
        while !is_over {
            for _ in 0..ROWS_IN_A_PART {
                match self.or_io(rows.next_row())? {
                    Some(cut) => hand(&mut part, Met::Cut(cut)),
                    None => is_over = true,
                }
            }
            join(&mut part, 0)?;
            is_over |= extent == Extent::Beginning;
        }
        Ok(rows.depends_on_end())
    }

    /// Names the file in an error of reading.
    pub fn or_io<T>(&self, result: io::Result<T>) -> Result<T, IntakeError> {
        result.map_err(|source| IntakeError::Io {
            path: self.source.path().to_owned(),
            source,
        })
    }

    /// Returns a fingerprint of all that reading depends on beside the bytes.
    pub fn reading(&self, options: &ReadOptions) -> String {
        let mut text = format!("{READING_VERSION}\n{}\n{:?}\n", self.kind.code(), self.dialect);
        text += &format!("{:?}\n{:?}\n{:?}\n", options.zone, options.office, options.date_order);
        for (field, header) in self.layout.found() {
            text += &format!("{}={:?}={header}\n", field.code(), self.layout.index(field));
        }
        for header in self.layout.headers() {
            text += &format!("{header:?}\n");
        }
        hex(&Sha256::digest(text.as_bytes())[..16])
    }
}

fn open_text(source: &Source, kind: ImportKind, options: &ReadOptions) -> Result<(Dialect, Header), IntakeError> {
    let choice = &options.dialect;
    let recognised = Encoding::recognise(source.head(), source.census()).unwrap_or(Encoding::Windows1252);
    let encoding = choice.encoding.unwrap_or(recognised);
    if encoding == Encoding::Utf8 && source.census().invalid > 0 && recognised != Encoding::Utf8 {
        return Err(IntakeError::WrongEncoding { asked: encoding });
    }
    let mark = encoding.mark_bytes(source.head());
    let raw = source.head().get(mark as usize..).unwrap_or(b"");
    let mut text = Vec::new();
    let decoded = encoding.decode(raw).read_to_end(&mut text);
    decoded.map_err(|error| IntakeError::Io {
        path: source.path().to_owned(),
        source: error,
    })?;
    let is_whole = source.bytes() <= HEAD_BYTES as u64;
    let separator = separator_line(&text);
    let mut best: Option<(Rating, u8, Header)> = None;
    for delimiter in delimiters(choice, separator) {
        let start = Place { line: 1, offset: mark };
        let skip_lines = choice.preamble_lines.unwrap_or(u64::from(separator.is_some()));
        let found = best_header(
            &mut Records::new(text.as_slice(), delimiter, start),
            kind,
            options,
            skip_lines,
        );
        let found = found.map_err(|error| IntakeError::Io {
            path: source.path().to_owned(),
            source: error,
        })?;
        if let Some((rating, header)) = found
            && best.as_ref().is_none_or(|(known, ..)| rating > *known)
        {
            best = Some((rating, delimiter, header));
        }
        if best.as_ref().is_some_and(|(rating, ..)| rating.is_complete(kind)) {
            break;
        }
    }
    let (_, delimiter, header) = best.ok_or(IntakeError::Empty)?;
    if !is_whole && header.body.offset - mark >= text.len() as u64 {
        return Err(IntakeError::TooLarge {
            limit: Limit::Columns,
            allowed: MAX_COLUMNS as u64,
            found: source.bytes(),
        });
    }
    Ok((
        Dialect::Text {
            encoding,
            delimiter,
            preamble_lines: header.line - 1,
        },
        header,
    ))
}

/// Returns the delimiters to try: the one decided, the one the file states, or all.
fn delimiters(choice: &DialectChoice, separator: Option<u8>) -> Vec<u8> {
    match choice.delimiter.or(separator) {
        Some(delimiter) => vec![delimiter],
        None => DELIMITERS.to_vec(),
    }
}

/// Reads the `sep=;` line that tells Excel how a file is cut.
fn separator_line(text: &[u8]) -> Option<u8> {
    let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let rest = line
        .get(..4)
        .filter(|start| start.eq_ignore_ascii_case(b"sep="))
        .map(|_| &line[4..])?;
    rest.first()
        .copied()
        .filter(|byte| DELIMITERS.contains(byte) || byte.is_ascii_punctuation() && *byte != b'"')
}

/// How well a row reads as a header; greater is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rating {
    own: HeaderScore,
    other: usize,
    /// Whether the row is cut at all, so that a file without any known header is still cut sensibly.
    is_cut: bool,
}

impl Rating {
    fn is_complete(&self, kind: ImportKind) -> bool {
        self.own.required == Field::required(kind).len()
    }
}

fn rate(kind: ImportKind, cells: &[String], options: &ReadOptions) -> Rating {
    // A row of a million cells is refused anyhow; its first thousand say whether it is the header.
    let cells = &cells[..cells.len().min(MAX_COLUMNS)];
    let kinds = [ImportKind::Links, ImportKind::Queue, ImportKind::Results]
        .into_iter()
        .filter(|other| *other != kind);
    let others = kinds
        .map(|other| layout::score(other, cells, &[]))
        .map(|score| score.required + score.optional);
    let own = layout::score(kind, cells, &options.columns);
    // Two fields that no other row has are a header; one may be a word of a title.
    let own = if own.required + own.optional < 2 && cells.len() > 2 {
        HeaderScore::default()
    } else {
        own
    };
    Rating {
        own,
        other: others.max().unwrap_or(0),
        is_cut: cells.len() > 1,
    }
}

/// Finds the row that reads best as a header among the first; the first of equals.
fn best_header(
    records: &mut Records<&[u8]>,
    kind: ImportKind,
    options: &ReadOptions,
    skip_lines: u64,
) -> io::Result<Option<(Rating, Header)>> {
    let mut best: Option<(Rating, Header)> = None;
    let is_decided = options.dialect.preamble_lines.is_some();
    for count in 1..=HEADER_ROWS {
        let Some(Cut::Whole(row) | Cut::Broken(row, _)) = records.next_row()? else {
            break;
        };
        let (line, cells) = (row.place.line, row.to_cells());
        if line <= skip_lines {
            continue;
        }
        let rating = rate(kind, &cells, options);
        if best.as_ref().is_none_or(|(known, _)| rating > *known) {
            best = Some((
                rating,
                Header {
                    cells,
                    line,
                    body: records.here(),
                    records_before_body: count,
                },
            ));
        }
        // The first row that has all that is needed is the header; what follows is data.
        if is_decided || rating.is_complete(kind) {
            break;
        }
    }
    Ok(best)
}

/// Chooses the sheet with the best header, the first of equals, and that header; stops at the first that has all.
fn choose_sheet(
    source: &Source,
    container: Container,
    kind: ImportKind,
    options: &ReadOptions,
) -> Result<(Sheet, Header), IntakeError> {
    let wanted = options.dialect.sheet.as_deref();
    let mut best: Option<(Rating, Sheet, Header)> = None;
    spreadsheet::read(source, container, &mut |sheet| {
        if wanted.is_some_and(|wanted| !wanted.trim().eq_ignore_ascii_case(sheet.name().trim())) {
            return ControlFlow::Continue(());
        }
        if let Some((rating, header)) = best_sheet_header(&sheet, kind, options)
            && best.as_ref().is_none_or(|(known, ..)| rating > *known)
        {
            best = Some((rating, sheet, header));
        }
        match &best {
            Some((rating, ..)) if rating.is_complete(kind) => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    })?;
    best.map(|(_, sheet, header)| (sheet, header)).ok_or(IntakeError::Empty)
}

fn best_sheet_header(sheet: &Sheet, kind: ImportKind, options: &ReadOptions) -> Option<(Rating, Header)> {
    let decided = options.dialect.preamble_lines;
    let mut best: Option<(Rating, Header)> = None;
    for (line, mut cells) in sheet.first_rows(HEADER_ROWS) {
        if line <= decided.unwrap_or(0) {
            continue;
        }
        let named = cells
            .iter()
            .rposition(|cell| !cell.trim().is_empty())
            .map_or(0, |last| last + 1);
        cells.truncate(named);
        let rating = rate(kind, &cells, options);
        if best.as_ref().is_none_or(|(known, _)| rating > *known) {
            let body = Place {
                line: line + 1,
                offset: 0,
            };
            best = Some((
                rating,
                Header {
                    cells,
                    line,
                    body,
                    records_before_body: 0,
                },
            ));
        }
        if decided.is_some() || rating.is_complete(kind) {
            break;
        }
    }
    best
}
