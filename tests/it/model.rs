//! An independent model of an office (PRODUCT sections 3 to 7): plain, slow, obvious, and without a line of the library.
//!
//! It is told the same files and commands as the binary, and says what every answer has to be. It compares no names:
//! the people of the scenario have the same name on both sides.

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime, Weekday};
use std::collections::{BTreeMap, BTreeSet};

/// A local time of the office.
pub type Time = NaiveDateTime;

/// Reads a day.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Reads a local time, `2021-07-05T22:00`.
pub fn time(text: &str) -> Time {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

/// One operator of the settings.
#[derive(Clone, Debug)]
pub struct Operator {
    pub name: &'static str,
    pub capacity: usize,
    /// First and last day of each absence.
    pub away: Vec<(NaiveDate, NaiveDate)>,
}

/// The settings that the model knows.
#[derive(Clone, Debug)]
pub struct Settings {
    pub require_registration: bool,
    pub reprint_needs_queue: bool,
    pub promote_after_days: i64,
    pub reserve_percent: usize,
    pub stuck_days: i64,
    /// Words of a reason, by class.
    pub classes: Vec<Vec<&'static str>>,
    pub operators: Vec<Operator>,
    /// Holidays and the office's own closing days.
    pub closed: Vec<NaiveDate>,
}

impl Settings {
    pub fn works_on(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.closed.contains(&day)
    }

    /// The next working day that has not begun at half past seven.
    pub fn next_batch_day(&self, now: Time) -> NaiveDate {
        let begun = now.time() >= time("2021-01-01T07:30").time();
        let mut day = if begun {
            now.date() + Duration::days(1)
        } else {
            now.date()
        };
        while !self.works_on(day) {
            day += Duration::days(1);
        }
        day
    }

    pub fn working_days(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        let (mut day, mut count) = (from, 0);
        while day < to {
            day += Duration::days(1);
            count += i64::from(self.works_on(day));
        }
        count
    }

    fn class(&self, reason: &str) -> usize {
        let reason = reason.to_lowercase();
        let has = |words: &Vec<&str>| words.iter().any(|word| reason.contains(word));
        self.classes.iter().position(has).unwrap_or(self.classes.len())
    }
}

/// One row of a link export: its cells, and the time that they mean.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkRow {
    /// None where the timestamp cannot be read.
    pub at: Option<Time>,
    pub nik: String,
    pub kk: String,
    pub name: String,
    pub phone: String,
    pub district: String,
    pub village: String,
    pub reason: String,
    /// A cell too many.
    pub too_long: bool,
}

/// One row of a queue export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueRow {
    pub nik: String,
    pub name: String,
    pub kk: String,
    pub birth: NaiveDate,
    pub district: String,
    pub village: String,
    /// As written.
    pub status_text: String,
    /// The canonical name that it means.
    pub status: String,
    pub at: Option<Time>,
    pub alive: bool,
    pub moved: bool,
}

/// The buckets of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub rows: u64,
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub held: u64,
    pub rejected: u64,
    pub left: u64,
}

/// What became of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Printed,
    Spoiled,
    NotPrinted,
}

impl Answer {
    pub fn word(self) -> &'static str {
        match self {
            Self::Printed => "printed",
            Self::Spoiled => "spoiled",
            Self::NotPrinted => "not_printed",
        }
    }
}

/// Where a card stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardState {
    Open,
    Answered(Answer, Time),
    Withdrawn,
}

/// A card in a batch.
#[derive(Clone, Debug)]
pub struct Card {
    pub batch: String,
    pub operator: String,
    pub date: NaiveDate,
    pub nik: String,
    pub state: CardState,
    /// A reprint: the time of the registration that asked.
    pub reprint: Option<Time>,
    pub ready_since: Time,
    pub asked: bool,
    /// The status date of the entry that it is printed for.
    pub entry_at: Option<Time>,
}

/// A queue entry over time.
#[derive(Clone, Debug)]
pub struct Entry {
    pub row: QueueRow,
    pub present: bool,
    pub first_seen: Time,
    /// When the present status and date were first seen.
    pub status_seen: Time,
    /// Every status date with its status.
    pub dates: Vec<(String, Time)>,
}

impl Entry {
    fn status_time(&self) -> Time {
        self.row.at.unwrap_or(self.status_seen)
    }
}

/// What an application must look like. `None` in `queued_at` and `ready_since`: the contract does not say.
#[derive(Clone, Debug)]
pub struct App {
    pub nik: String,
    pub category: &'static str,
    pub owner: &'static str,
    pub registrations: usize,
    pub registered_at: Option<Time>,
    pub queued_at: Option<Option<Time>>,
    pub waiting_since: Time,
    pub ready_since: Option<Option<Time>>,
    pub status: Option<String>,
    pub batch: Option<String>,
    pub name: String,
    pub district: String,
    pub reason: String,
    pub village: String,
    pub expedited: bool,
    pub spoiled_before: bool,
    pub reprint: Option<Time>,
    pub printed_at: Option<Time>,
    /// The 17th birthday that it waits for.
    pub of_age: Option<NaiveDate>,
}

impl App {
    pub fn is_open(&self) -> bool {
        match self.category {
            "collected" | "printed" => false,
            "already_issued" => self.registrations > 0,
            _ => true,
        }
    }

    pub fn days(&self, as_of: Time) -> i64 {
        (as_of.date() - self.waiting_since.date()).num_days().max(0)
    }
}

/// A movement of the ledger of blanks, with how many cards had been used before it.
#[derive(Clone, Copy, Debug)]
enum Blanks {
    Added(usize),
    Counted(usize, usize),
}

/// The facts of the office.
#[derive(Clone, Debug)]
pub struct Model {
    pub settings: Settings,
    pub registrations: BTreeSet<LinkRow>,
    pub held: BTreeSet<LinkRow>,
    by_nik: BTreeMap<String, Vec<LinkRow>>,
    pub entries: BTreeMap<String, Entry>,
    pub cards: Vec<Card>,
    pub walk_ins: Vec<(String, Time)>,
    pub expedited: Vec<(String, Time)>,
    ledger: Vec<Blanks>,
    used: usize,
    used_at_start: usize,
}

/// Whether a status prints, and whose move it is.
pub fn status_rule(status: &str) -> (&'static str, &'static str) {
    match status {
        "UNREGISTERED" => ("no", "citizen"),
        "UNDER_AGE" => ("no", "none"),
        "SENT_FOR_ENROLLMENT" | "RECEIVED_AT_CENTRAL" | "REQUEST_VALIDATION" => ("no", "centre"),
        "PRINT_READY_RECORD" => ("yes", "office"),
        "CARD_PRINTED" | "CARD_SHIPPED" | "CARD_ISSUED" => ("reprint", "citizen"),
        _ => ("no", "office"),
    }
}

fn asks_for_reprint(reason: &str) -> bool {
    let reason = reason.to_lowercase();
    ["hilang", "rusak", "perubahan data", "pindah datang"]
        .iter()
        .any(|word| reason.contains(word))
}

fn is_trusted(nik: &str) -> bool {
    let all_same = nik.bytes().all(|byte| nik.starts_with(byte as char));
    nik.len() == 16 && nik.bytes().all(|byte| byte.is_ascii_digit()) && !nik.starts_with('0') && !all_same
}

impl Model {
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            registrations: BTreeSet::new(),
            held: BTreeSet::new(),
            by_nik: BTreeMap::new(),
            entries: BTreeMap::new(),
            cards: Vec::new(),
            walk_ins: Vec::new(),
            expedited: Vec::new(),
            ledger: Vec::new(),
            used: 0,
            used_at_start: 0,
        }
    }

    /// A link export comes in.
    pub fn links(&mut self, rows: &[LinkRow]) -> Counts {
        let mut counts = Counts {
            rows: rows.len() as u64,
            ..Counts::default()
        };
        for row in rows {
            let unusable = row.too_long || row.at.is_none() || (row.nik.is_empty() && row.name.is_empty());
            let known = self.registrations.contains(row) || self.held.contains(row);
            if unusable {
                counts.rejected += 1;
            } else if known {
                counts.unchanged += 1;
            } else if is_trusted(&row.nik) {
                counts.added += 1;
                self.registrations.insert(row.clone());
                self.by_nik.entry(row.nik.clone()).or_default().push(row.clone());
            } else {
                counts.held += 1;
                self.held.insert(row.clone());
            }
        }
        counts
    }

    /// A snapshot of the queue comes in.
    pub fn queue(&mut self, rows: &[QueueRow], taken_at: Time) -> Counts {
        self.snapshot(rows, taken_at, false)
    }

    /// A part of the queue comes in: nothing leaves.
    pub fn partial_queue(&mut self, rows: &[QueueRow], taken_at: Time) -> Counts {
        self.snapshot(rows, taken_at, true)
    }

    fn snapshot(&mut self, rows: &[QueueRow], taken_at: Time, partial: bool) -> Counts {
        let mut counts = Counts {
            rows: rows.len() as u64,
            ..Counts::default()
        };
        let mut newest: BTreeMap<String, QueueRow> = BTreeMap::new();
        for row in rows {
            if !is_trusted(&row.nik) {
                counts.rejected += 1;
                continue;
            }
            let earlier = newest.get(&row.nik).cloned();
            counts.unchanged += u64::from(earlier.is_some());
            if earlier.is_none_or(|known| known.at <= row.at) {
                newest.insert(row.nik.clone(), row.clone());
            }
        }
        for (nik, entry) in &mut self.entries {
            if !partial && entry.present && !newest.contains_key(nik) {
                entry.present = false;
                counts.left += 1;
            }
        }
        for (nik, row) in newest {
            match self.entries.get_mut(&nik) {
                None => {
                    counts.added += 1;
                    let dates = row.at.iter().map(|at| (row.status.clone(), *at)).collect();
                    let entry = Entry {
                        row,
                        present: true,
                        first_seen: taken_at,
                        status_seen: taken_at,
                        dates,
                    };
                    self.entries.insert(nik, entry);
                }
                Some(entry) if entry.present && entry.row == row => counts.unchanged += 1,
                Some(entry) => {
                    counts.changed += 1;
                    if (&entry.row.status, entry.row.at) != (&row.status, row.at) {
                        entry.status_seen = taken_at;
                    }
                    entry.dates.extend(row.at.map(|at| (row.status.clone(), at)));
                    entry.present = true;
                    entry.row = row;
                }
            }
        }
        counts
    }

    /// A result file comes in: batch, NIK, answer. One that comes back late was still printed on the batch's day.
    pub fn results(&mut self, rows: &[(String, String, Option<Answer>)], as_of: Time, correct: bool) -> Counts {
        let mut counts = Counts {
            rows: rows.len() as u64,
            ..Counts::default()
        };
        let printed = |date: NaiveDate| as_of.min(date.and_hms_opt(23, 59, 59).unwrap());
        for (batch, nik, answer) in rows {
            let mut used = 0;
            let card = self
                .cards
                .iter_mut()
                .find(|card| &card.batch == batch && &card.nik == nik);
            let bucket = match (card, answer) {
                (None, _) => &mut counts.rejected,
                (Some(card), None) if card.state == CardState::Open && !card.asked => {
                    card.asked = true;
                    &mut counts.held
                }
                (Some(_), None) => &mut counts.unchanged,
                (Some(card), Some(answer)) => match card.state {
                    CardState::Open => {
                        card.state = CardState::Answered(*answer, printed(card.date));
                        used = usize::from(*answer != Answer::NotPrinted);
                        &mut counts.added
                    }
                    CardState::Answered(known, _) if known == *answer => &mut counts.unchanged,
                    CardState::Answered(known, _) if correct => {
                        assert!(
                            known != Answer::NotPrinted && *answer != Answer::NotPrinted,
                            "blanks stay out of it"
                        );
                        card.state = CardState::Answered(*answer, printed(card.date));
                        &mut counts.changed
                    }
                    _ => &mut counts.rejected,
                },
            };
            *bucket += 1;
            self.used += used;
        }
        counts
    }

    /// A card is printed at the counter.
    pub fn walk_in(&mut self, nik: &str, at: Time) {
        self.walk_ins.push((nik.to_owned(), at));
        self.used += 1;
    }

    /// Blanks arrive.
    pub fn add_blanks(&mut self, count: usize) {
        if self.ledger.is_empty() {
            self.used_at_start = self.used;
        }
        self.ledger.push(Blanks::Added(count));
    }

    /// Somebody counts the blanks.
    pub fn count_blanks(&mut self, count: usize) {
        self.ledger.push(Blanks::Counted(count, self.used));
    }

    /// Blanks on hand; none where nobody ever counted or added any.
    pub fn blanks(&self) -> Option<usize> {
        if self.ledger.is_empty() {
            return None;
        }
        let (mut stock, mut used_before) = (0, self.used_at_start);
        for movement in &self.ledger {
            match movement {
                Blanks::Added(more) => stock += more,
                Blanks::Counted(counted, used) => (stock, used_before) = (*counted, *used),
            }
        }
        Some(stock.saturating_sub(self.used - used_before))
    }

    pub fn open_cards(&self) -> usize {
        self.cards.iter().filter(|card| card.state == CardState::Open).count()
    }

    /// When a card of this NIK was printed last.
    fn printed_at(&self, nik: &str) -> Vec<Time> {
        let cards = self
            .cards
            .iter()
            .filter(|card| card.nik == nik)
            .filter_map(|card| match card.state {
                CardState::Answered(Answer::Printed, at) => Some(at),
                _ => None,
            });
        let mut prints: Vec<Time> = cards.collect();
        prints.extend(self.walk_ins.iter().filter(|(who, _)| who == nik).map(|(_, at)| *at));
        prints.sort();
        prints
    }

    /// Every application.
    pub fn applications(&self, as_of: Time) -> Vec<App> {
        let mut niks: BTreeSet<&String> = self.entries.keys().collect();
        niks.extend(self.by_nik.keys());
        let mut all: Vec<App> = niks
            .into_iter()
            .filter_map(|nik| self.application(nik, as_of))
            .collect();
        all.extend(self.held.iter().map(|row| self.unreadable(row)));
        all
    }

    fn unreadable(&self, row: &LinkRow) -> App {
        let at = row.at.unwrap();
        App {
            nik: row.nik.clone(),
            category: "unreadable_nik",
            owner: "office",
            registrations: 1,
            registered_at: Some(at),
            queued_at: Some(None),
            waiting_since: at,
            ready_since: Some(None),
            status: None,
            batch: None,
            name: row.name.clone(),
            district: row.district.clone(),
            reason: row.reason.clone(),
            village: row.village.clone(),
            expedited: false,
            spoiled_before: false,
            reprint: None,
            printed_at: None,
            of_age: None,
        }
    }

    /// The application of one NIK: the first rule that fits.
    pub fn application(&self, nik: &str, as_of: Time) -> Option<App> {
        let known = self.entries.get(nik);
        let entry = known.filter(|entry| entry.present);
        let prints = self.printed_at(nik);
        let last_print = prints.last().copied();
        let mut rows: Vec<&LinkRow> = self.by_nik.get(nik).into_iter().flatten().collect();
        rows.sort();
        let card = self
            .cards
            .iter()
            .rev()
            .find(|card| card.nik == nik && card.state == CardState::Open);
        if let Some(card) = card {
            rows.retain(|row| last_print.is_none_or(|end| row.at > Some(end)));
            rows.retain(|row| card.reprint.is_none_or(|asked| row.at >= Some(asked)));
            let mut app = self.draft(nik, known, &rows, last_print, card.reprint, as_of);
            (app.category, app.owner, app.batch) = ("assigned", "office", Some(card.batch.clone()));
            app.ready_since = Some(Some(card.ready_since));
            return Some(app);
        }
        let newer = entry.is_some_and(|entry| {
            status_rule(&entry.row.status).0 == "yes" && last_print.is_none_or(|print| entry.row.at > Some(print))
        });
        if let (Some(print), false) = (last_print, newer) {
            let before = prints.iter().rev().nth(1).copied();
            let answered = CardState::Answered(Answer::Printed, print);
            let card = self
                .cards
                .iter()
                .rev()
                .find(|card| card.nik == nik && card.state == answered);
            let reprint = card.and_then(|card| card.reprint);
            rows.retain(|row| before.is_none_or(|end| row.at > Some(end)));
            rows.retain(|row| reprint.is_none_or(|asked| row.at >= Some(asked)));
            let mut app = self.draft(nik, known, &rows, before, reprint, as_of);
            (app.category, app.owner, app.printed_at) = ("printed", "citizen", Some(print));
            app.batch = card.map(|card| card.batch.clone());
            app.ready_since = None;
            return Some(app);
        }
        rows.retain(|row| last_print.is_none_or(|end| row.at > Some(end)));
        match entry {
            Some(entry) => Some(self.in_queue(nik, entry, rows, last_print, as_of)),
            None if rows.is_empty() => None,
            None => Some(self.not_in_queue(nik, known, rows, last_print, as_of)),
        }
    }

    fn in_queue(&self, nik: &str, entry: &Entry, rows: Vec<&LinkRow>, closed: Option<Time>, as_of: Time) -> App {
        let (prints, owner) = status_rule(&entry.row.status);
        let mut app = self.draft(nik, Some(entry), &rows, closed, None, as_of);
        if prints == "reprint" {
            let issued = entry.status_time();
            let asking = rows
                .iter()
                .find(|row| row.at > Some(issued) && asks_for_reprint(&row.reason))
                .copied();
            let Some(asking) = asking else {
                (app.category, app.owner) = ("already_issued", "citizen");
                return app;
            };
            let since: Vec<&LinkRow> = rows.iter().filter(|row| row.at >= asking.at).copied().collect();
            app = self.draft(nik, Some(entry), &since, closed, asking.at, as_of);
            app.reason.clone_from(&asking.reason);
            if self.bar(&mut app, Some(entry), as_of) {
                return app;
            }
            (app.category, app.owner, app.ready_since) = ("ready", "office", Some(asking.at));
            return app;
        }
        if self.bar(&mut app, Some(entry), as_of) {
            return app;
        }
        if prints == "no" {
            (app.category, app.owner) = ("blocked", owner);
            let age = (as_of.date() - entry.status_time().date()).num_days();
            if owner == "centre" && age > 14 {
                app.owner = "office";
            }
            return app;
        }
        if rows.is_empty() && self.settings.require_registration {
            (app.category, app.owner) = ("not_registered", "citizen");
            return app;
        }
        (app.category, app.owner) = ("ready", "office");
        app.ready_since = Some(app.registered_at.max(Some(entry.status_time())));
        app
    }

    fn not_in_queue(
        &self,
        nik: &str,
        known: Option<&Entry>,
        rows: Vec<&LinkRow>,
        closed: Option<Time>,
        as_of: Time,
    ) -> App {
        let asking = rows.iter().find(|row| asks_for_reprint(&row.reason)).copied();
        if let (Some(asking), false) = (asking, self.settings.reprint_needs_queue) {
            let since: Vec<&LinkRow> = rows.iter().filter(|row| row.at >= asking.at).copied().collect();
            let mut app = self.draft(nik, None, &since, closed, asking.at, as_of);
            app.reason.clone_from(&asking.reason);
            if !self.bar(&mut app, None, as_of) {
                (app.category, app.owner, app.ready_since) = ("ready", "office", Some(asking.at));
            }
            return app;
        }
        let mut app = self.draft(nik, known, &rows, closed, None, as_of);
        (app.category, app.owner) = ("not_in_queue", "office");
        app
    }

    /// No card whatever the status: dead, moved away, under 17.
    fn bar(&self, app: &mut App, entry: Option<&Entry>, as_of: Time) -> bool {
        let gone = entry.is_some_and(|entry| !entry.row.alive || entry.row.moved);
        let birth = entry.map(|entry| entry.row.birth);
        let of_age = birth.and_then(|birth| birth.with_year(birth.year() + 17));
        let young = of_age.filter(|day| as_of.date() < *day);
        if gone || young.is_some() {
            (app.category, app.owner) = ("blocked", "none");
            app.of_age = young.filter(|_| !gone);
            return true;
        }
        false
    }

    /// What does not depend on the category.
    fn draft(
        &self,
        nik: &str,
        entry: Option<&Entry>,
        rows: &[&LinkRow],
        closed: Option<Time>,
        reprint: Option<Time>,
        as_of: Time,
    ) -> App {
        let registered_at = rows.first().and_then(|row| row.at);
        let present = entry.filter(|entry| entry.present);
        let first_of_entry = entry.and_then(|entry| match closed {
            None => Some(entry.dates.iter().map(|(_, at)| *at).min().unwrap_or(entry.first_seen)),
            Some(end) => {
                let printable = entry
                    .dates
                    .iter()
                    .filter(|(status, _)| status_rule(status).0 != "reprint");
                printable.map(|(_, at)| *at).filter(|at| *at > end).min()
            }
        });
        let earliest = registered_at.into_iter().chain(first_of_entry).min();
        let since = reprint.or(earliest).or(closed).unwrap_or(as_of);
        let newest = rows.last();
        let live = |at: &Time| closed.is_none_or(|end| *at > end);
        let spoiled = |card: &&Card| match card.state {
            CardState::Answered(Answer::Spoiled, at) => live(&at),
            _ => false,
        };
        App {
            nik: nik.to_owned(),
            category: "",
            owner: "",
            registrations: rows.len(),
            registered_at,
            queued_at: present.filter(|_| reprint.is_none()).map(|_| first_of_entry),
            waiting_since: since,
            ready_since: Some(None),
            status: present.map(|entry| entry.row.status.clone()),
            batch: None,
            name: entry
                .map(|e| e.row.name.clone())
                .or(newest.map(|r| r.name.clone()))
                .unwrap_or_default(),
            district: entry
                .map(|e| e.row.district.clone())
                .or(newest.map(|r| r.district.clone()))
                .unwrap_or_default(),
            village: entry
                .map(|e| e.row.village.clone())
                .or(newest.map(|r| r.village.clone()))
                .unwrap_or_default(),
            reason: rows
                .iter()
                .map(|row| row.reason.clone())
                .find(|reason| !reason.is_empty())
                .unwrap_or_default(),
            expedited: self.expedited.iter().any(|(who, at)| who == nik && live(at)),
            spoiled_before: self
                .cards
                .iter()
                .filter(|card| card.nik == nik)
                .any(|card| spoiled(&card)),
            reprint,
            printed_at: None,
            of_age: None,
        }
    }

    /// Capacity of each operator on a day.
    pub fn capacities(&self, date: NaiveDate, away: &[&str], own: &[(&str, usize)]) -> Vec<(String, usize)> {
        let capacity = |operator: &Operator| {
            let absent = operator.away.iter().any(|(from, to)| (*from..=*to).contains(&date));
            if absent || away.contains(&operator.name) {
                return 0;
            }
            own.iter()
                .find(|(name, _)| *name == operator.name)
                .map_or(operator.capacity, |(_, cards)| *cards)
        };
        self.settings
            .operators
            .iter()
            .map(|operator| (operator.name.to_owned(), capacity(operator)))
            .collect()
    }

    /// Cards that an operator has on a day.
    pub fn taken(&self, date: NaiveDate, operator: &str) -> usize {
        let own = |card: &&Card| card.date == date && card.operator == operator && card.state != CardState::Withdrawn;
        self.cards.iter().filter(own).count()
    }

    /// How many cards the blanks allow.
    pub fn allowed(&self, given: Option<(usize, usize)>) -> usize {
        let kept = |stock: usize| stock * (100 - self.settings.reserve_percent) / 100;
        match (given, self.blanks()) {
            (Some((given, open)), _) => kept(given).saturating_sub(open),
            (None, Some(stock)) => kept(stock).saturating_sub(self.open_cards()),
            (None, None) => usize::MAX,
        }
    }

    /// Those who are ready, in the order in which they are chosen.
    pub fn ready(&self, as_of: Time) -> Vec<App> {
        let mut ready: Vec<App> = self
            .applications(as_of)
            .into_iter()
            .filter(|app| app.category == "ready")
            .collect();
        let class = |app: &App| match app.days(as_of) > self.settings.promote_after_days {
            true => 0,
            false => self.settings.class(&app.reason),
        };
        ready.sort_by_key(|app| {
            (
                !app.expedited,
                class(app),
                !app.spoiled_before,
                app.waiting_since,
                app.nik.clone(),
            )
        });
        ready
    }
}
