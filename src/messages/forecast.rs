//! The sentences of `forecast`.

use super::Lang;
use super::answer::shortage;
use super::nightly::long_day;
use super::number::{applications, cards, grouped};
use crate::domain::forecast::Shortage;
use chrono::NaiveDate;

/// Titles the list of days.
pub fn title(lang: Lang, days: u32) -> String {
    match lang {
        Lang::En => format!("The next {days} days"),
        Lang::Id => format!("Perkiraan {days} hari ke depan"),
    }
}

/// Names what kind of day it is.
pub fn working(lang: Lang, is_working: bool) -> &'static str {
    match is_working {
        true => lang.pick("kerja", "working"),
        false => lang.pick("tutup", "closed"),
    }
}

/// Says what is there to begin with.
pub fn beginning(lang: Lang, ready: u64, open_cards: u64, blanks: Option<u64>) -> String {
    let (ready, open) = (applications(lang, ready), cards(lang, open_cards));
    let blanks = match blanks {
        Some(blanks) => {
            let blanks = grouped(lang, blanks);
            lang.pick(
                format!("{blanks} blangko masih dapat direncanakan"),
                format!("{blanks} blanks can still be planned"),
            )
        }
        None => lang
            .pick(
                "blangko tidak dihitung, jadi tidak membatasi",
                "blanks are not counted, so they set no limit",
            )
            .to_owned(),
    };
    lang.pick(
        format!("Siap cetak dan belum direncanakan: {ready}; sudah di daftar cetak: {open}; {blanks}."),
        format!("Ready and not planned: {ready}; in batches: {open}; {blanks}."),
    )
}

/// Says at what pace applications become ready.
pub fn pace(lang: Lang, arrivals: u64, days: u32) -> String {
    let arrivals = grouped(lang, arrivals);
    lang.pick(
        format!("Laju: dalam {days} hari terakhir {arrivals} permohonan menjadi siap; seterusnya dianggap sama."),
        format!("Pace: {arrivals} became ready in the last {days} days; it is taken to go on like that."),
    )
}

/// What is changed in a forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    AsItIs,
    /// One more operator, who prints so many cards a day.
    OneMoreOperator(u64),
    /// So many more blanks.
    MoreBlanks(u64),
}

impl Change {
    /// Returns the word for data.
    pub fn code(self) -> &'static str {
        match self {
            Self::AsItIs => "as_it_is",
            Self::OneMoreOperator(_) => "one_more_operator",
            Self::MoreBlanks(_) => "more_blanks",
        }
    }
}

/// Names a change.
pub fn change(lang: Lang, change: Change) -> String {
    match change {
        Change::AsItIs => lang.pick("Seperti sekarang", "As it is").to_owned(),
        Change::OneMoreOperator(capacity) => {
            let cards = cards(lang, capacity);
            lang.pick(
                format!("Dengan satu operator lagi ({cards} sehari)"),
                format!("With one more operator ({cards} a day)"),
            )
        }
        Change::MoreBlanks(count) => {
            let count = grouped(lang, count);
            lang.pick(
                format!("Dengan {count} blangko lagi"),
                format!("With {count} more blanks"),
            )
        }
    }
}

/// Says when today's backlog is gone, or what is lacking.
pub fn gone(lang: Lang, gone: Result<NaiveDate, Shortage>) -> String {
    match gone {
        Ok(day) => {
            let day = long_day(lang, day);
            lang.pick(
                format!("tunggakan hari ini habis {day}"),
                format!("today's backlog is gone on {day}"),
            )
        }
        Err(Shortage::Calendar) => lang
            .pick(
                "tunggakan hari ini belum habis dalam jangka itu",
                "today's backlog is not gone within these days",
            )
            .to_owned(),
        Err(lacking) => {
            let lacking = shortage(lang, lacking);
            lang.pick(
                format!("tunggakan hari ini belum habis dalam jangka itu: {lacking}"),
                format!("today's backlog is not gone within these days: {lacking}"),
            )
        }
    }
}

/// Says what a change brings: when today's backlog is gone, and what is left at the end.
pub fn outcome(lang: Lang, what: Change, when: Result<NaiveDate, Shortage>, ready_at_end: u64) -> String {
    let (what, when, left) = (change(lang, what), gone(lang, when), grouped(lang, ready_at_end));
    lang.pick(
        format!("{what}: {when}; pada akhirnya {left} siap dan belum dicetak."),
        format!("{what}: {when}; {left} ready at the end."),
    )
}

/// Says that nobody waits who could be printed, and what is left at the end.
pub fn no_backlog(lang: Lang, ready_at_end: u64) -> String {
    let left = grouped(lang, ready_at_end);
    lang.pick(
        format!("Hari ini tidak ada tunggakan; pada akhirnya {left} siap dan belum dicetak."),
        format!("There is no backlog today; {left} ready at the end."),
    )
}

/// Says from when blanks set the limit.
pub fn blanks_short(lang: Lang, day: NaiveDate) -> String {
    let day = long_day(lang, day);
    lang.pick(
        format!("Mulai {day} blangko tidak cukup untuk semua yang dapat dicetak operator."),
        format!("From {day} on there are fewer blanks than the operators could print."),
    )
}

/// Says that the calendar ends before the days asked for.
pub fn calendar_ends(lang: Lang, last: NaiveDate) -> String {
    let day = long_day(lang, last);
    lang.pick(
        format!("Kalender hanya sampai {day}; perkiraan berakhir di situ."),
        format!("The calendar ends with {day}, and so does the forecast."),
    )
}
