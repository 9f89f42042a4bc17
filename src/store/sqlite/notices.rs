//! Who was told what, and in which state.

use super::cells::{Cells, nik_cell};
use super::fault::{Outcome, unreadable};
use super::step::Step;
use crate::domain::notices::{Notice, NoticeKind};
use rusqlite::{Row, params};

/// Records notices.
pub(super) fn add(step: &Step<'_>, notices: &[Notice]) -> Outcome<()> {
    let sql = "INSERT INTO notice (nik, kind, since, told_at, run) VALUES (?1, ?2, ?3, ?4, ?5)";
    let mut insert = step.connection.prepare(sql)?;
    for notice in notices {
        insert.execute(params![
            nik_cell(notice.nik),
            notice.kind.code(),
            notice.since.seconds(),
            notice.told_at.seconds(),
            notice.run,
        ])?;
    }
    Ok(())
}

/// Returns every notice by NIK, kind and state.
pub(super) fn all(step: &Step<'_>) -> Outcome<Vec<Notice>> {
    let sql = "SELECT nik, kind, since, told_at, run FROM notice ORDER BY nik, kind, since";
    step.connection.prepare(sql)?.query_and_then([], notice)?.collect()
}

fn notice(row: &Row<'_>) -> Outcome<Notice> {
    let mut cells = Cells::of(row);
    Ok(Notice {
        nik: cells.nik()?,
        kind: NoticeKind::from_code(cells.str()?).ok_or_else(|| unreadable("kind of notice"))?,
        since: cells.moment()?,
        told_at: cells.moment()?,
        run: cells.small()?,
    })
}
