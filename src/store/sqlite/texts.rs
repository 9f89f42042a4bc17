//! Texts that many rows share, kept once: districts, villages, reasons, statuses.

use super::blocks::{Cell, WordHash};
use super::fault::{Outcome, unreadable};
use crate::domain::record_status::RecordStatus;
use crate::domain::text::Text;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension};
use std::cell::{Ref, RefCell};
use std::collections::HashMap;
use std::sync::OnceLock;

/// So many different texts are shared; further ones stand in their rows, so that memory stays bounded.
const SHARED_LIMIT: usize = 50_000;

/// Longer texts are not worth sharing.
const LENGTH_LIMIT_BYTES: usize = 120;

/// A shared text as a parameter.
#[derive(Clone, Copy)]
pub(super) enum TextCell<'a> {
    /// No text.
    Empty,
    /// The number of a shared text.
    Shared(i64),
    /// The text itself.
    Own(&'a str),
}

impl ToSql for TextCell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Empty => ValueRef::Null,
            Self::Shared(id) => ValueRef::Integer(*id),
            Self::Own(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

/// The shared texts as one transaction knows them; ids of a transaction that was taken back must not survive it.
pub(super) struct Texts<'c> {
    connection: &'c Connection,
    known: RefCell<KnownTexts>,
}

/// The texts in memory.
#[derive(Default)]
pub(super) struct KnownTexts {
    by_id: Vec<Option<Shared>>,
    by_content: HashMap<Text, i64, WordHash>,
    /// Whether every stored text is in memory.
    whole: bool,
}

#[derive(Clone)]
struct Shared {
    content: Text,
    status: OnceLock<RecordStatus>,
}

impl Shared {
    #[inline]
    fn status(&self) -> RecordStatus {
        self.status.get_or_init(|| RecordStatus::parse(&self.content)).clone()
    }
}

/// Every shared text, while nobody writes.
#[derive(Clone, Copy)]
pub(super) struct AllTexts<'t>(&'t KnownTexts);

impl AllTexts<'_> {
    /// Reads a cell of a block back into text.
    #[inline]
    pub(super) fn text(&self, cell: Cell<'_>) -> Outcome<Option<Text>> {
        Ok(match cell {
            Cell::Empty => None,
            Cell::Number(id) => Some(self.shared(id)?.content.clone()),
            Cell::Text(text) => Some(text.into()),
        })
    }

    /// Reads a cell of a block back into a record status.
    #[inline]
    pub(super) fn status(&self, cell: Cell<'_>) -> Outcome<RecordStatus> {
        match cell {
            Cell::Empty => Err(unreadable("status")),
            Cell::Number(id) => Ok(self.shared(id)?.status()),
            Cell::Text(text) => Ok(RecordStatus::parse(text)),
        }
    }

    #[inline]
    fn shared(&self, id: u64) -> Outcome<&Shared> {
        let shared = usize::try_from(id).ok().and_then(|id| self.0.by_id.get(id));
        shared.and_then(Option::as_ref).ok_or_else(|| unreadable("shared text"))
    }
}

impl<'c> Texts<'c> {
    /// Starts without any text in memory.
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self {
            connection,
            known: RefCell::default(),
        }
    }

    /// Takes every stored text into memory, before many rows are read or written.
    pub(super) fn load(&self) -> Outcome<()> {
        if self.known.borrow().whole {
            return Ok(());
        }
        let mut known = self.known.borrow_mut();
        let mut statement = self.connection.prepare("SELECT id, content FROM shared_text")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            known.keep(row.get(0)?, row.get_ref(1)?.as_str()?.into())?;
        }
        known.whole = true;
        Ok(())
    }

    /// Gives the cell of a text, and shares the text if it is new.
    pub(super) fn cell<'a>(&self, text: Option<&'a str>) -> Outcome<TextCell<'a>> {
        let Some(text) = text else { return Ok(TextCell::Empty) };
        if let Some(id) = self.known.borrow().by_content.get(text) {
            return Ok(TextCell::Shared(*id));
        }
        self.load()?;
        let mut known = self.known.borrow_mut();
        if let Some(id) = known.by_content.get(text) {
            return Ok(TextCell::Shared(*id));
        }
        if known.by_content.len() >= SHARED_LIMIT || text.len() > LENGTH_LIMIT_BYTES {
            return Ok(TextCell::Own(text));
        }
        self.connection
            .execute("INSERT INTO shared_text (content) VALUES (?1)", [text])?;
        let id = self.connection.last_insert_rowid();
        known.keep(id, text.into())?;
        Ok(TextCell::Shared(id))
    }

    /// Gives the cell of a text in a block, and shares the text if it is new.
    #[inline]
    pub(super) fn block_cell<'a>(&self, text: Option<&'a str>) -> Outcome<Cell<'a>> {
        Ok(match self.cell(text)? {
            TextCell::Empty => Cell::Empty,
            TextCell::Shared(id) => Cell::Number(id.cast_unsigned()),
            TextCell::Own(text) => Cell::Text(text),
        })
    }

    /// Gives every stored text at once, for a pass over many rows.
    pub(super) fn all(&self) -> Outcome<Ref<'_, KnownTexts>> {
        self.load()?;
        Ok(self.known.borrow())
    }

    /// Reads a cell back into text.
    pub(super) fn read(&self, cell: ValueRef<'_>) -> Outcome<Option<Text>> {
        match cell {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(id) => self.with(id, |shared| Some(shared.content.clone())),
            cell => Ok(Some(cell.as_str()?.into())),
        }
    }

    /// Reads a cell back into a record status.
    pub(super) fn read_status(&self, cell: ValueRef<'_>) -> Outcome<RecordStatus> {
        match cell {
            ValueRef::Integer(id) => self.with(id, Shared::status),
            cell => Ok(RecordStatus::parse(cell.as_str()?)),
        }
    }

    fn with<T>(&self, id: i64, take: impl Fn(&Shared) -> T) -> Outcome<T> {
        let index = index(id)?;
        if let Some(Some(shared)) = self.known.borrow().by_id.get(index) {
            return Ok(take(shared));
        }
        let sql = "SELECT content FROM shared_text WHERE id = ?1";
        let content: Option<String> = self.connection.query_row(sql, [id], |row| row.get(0)).optional()?;
        let content = content.ok_or_else(|| unreadable("shared text"))?;
        let mut known = self.known.borrow_mut();
        known.keep(id, content.into())?;
        let shared = known.by_id.get(index).and_then(Option::as_ref);
        shared.map(take).ok_or_else(|| unreadable("shared text"))
    }
}

impl KnownTexts {
    /// Lends the texts to whoever reads rows.
    pub(super) fn lend(&self) -> AllTexts<'_> {
        AllTexts(self)
    }

    fn keep(&mut self, id: i64, content: Text) -> Outcome<()> {
        let index = index(id)?;
        if self.by_id.len() <= index {
            self.by_id.resize(index + 1, None);
        }
        self.by_content.insert(content.clone(), id);
        self.by_id[index] = Some(Shared {
            content,
            status: OnceLock::new(),
        });
        Ok(())
    }
}

/// The place of an id in memory; a number beyond any that is ever given is damage.
fn index(id: i64) -> Outcome<usize> {
    let index = usize::try_from(id).ok().filter(|index| *index <= 2 * SHARED_LIMIT);
    index.ok_or_else(|| unreadable("shared text"))
}
