//! Who stands where: every row of the form and every place in the queue, on two nights, made from its number alone.
//!
//! People are numbered. Whoever fills in the form has the number of the row that did it first; then come those who
//! stand in the queue without having filled it in, then those whose entry is new on the second night.

use super::chance::{Chance, Purpose, Shuffle};
use super::people::{Group, People, Person};

const DAY_SECONDS: u64 = 86_400;
/// Registrations of the first night come in from the first of March 2021 to the evening of 21 July.
const FORM_SECONDS: u64 = 142 * DAY_SECONDS + 20 * 3_600;
/// Those of the second from the next morning on, for fourteen hours.
const SECOND_MORNING: u64 = 143 * DAY_SECONDS + 6 * 3_600;
const SECOND_SECONDS: u64 = 14 * 3_600;
/// Entries got their status in this time.
const STATUS_DAYS: u64 = 140;
/// A tenth of a permille.
const WHOLE: u64 = 10_000;

/// Which of the two nights.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Night {
    First,
    Second,
}

/// How somebody's name and NIK stand on a row of the form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Writing {
    /// As the population system has them.
    Plain,
    /// The name in another spelling.
    Spelled,
    /// Another person's name.
    Another,
    /// The NIK with a slip.
    Mistyped,
    /// The NIK damaged for all to see.
    Damaged,
}

/// What a row of the first night's form is for.
enum RowKind {
    First(Writing),
    /// Somebody registers once more.
    Again,
    Copy,
    Unusable,
}

/// A row of the form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FormRow {
    /// Somebody registers.
    Registration { person: u64, writing: Writing },
    /// The bytes of an earlier row.
    Copy(u64),
    /// Nothing can be made of it.
    Unusable,
}

/// A place in the queue's export.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Slot {
    /// Somebody's entry.
    Entry(u64),
    /// The bytes of somebody's entry once more.
    Copy(u64),
    /// An entry whose NIK lost a digit.
    Unusable(u64),
}

/// Record statuses that occur.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    Ready,
    Sent,
    Duplicate,
    Printed,
}

/// An entry as a snapshot shows it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub status: Status,
    /// When it got its first status, in seconds since the first of March.
    pub first_at: u64,
    /// When it got the one that it has.
    pub status_at: u64,
}

/// The office of a seed and a size.
pub struct Town {
    pub chance: Chance,
    pub people: People,
    /// Rows of the first night's form, and of its queue.
    pub rows: u64,
    /// New rows and entries of the second night.
    pub new: u64,
    /// Places in the queue of those who are not on the form.
    unregistered: u64,
    order: Shuffle,
}

impl Town {
    /// Lays out an office of so many rows, at least a thousand.
    pub fn new(seed: u64, rows: u64) -> Self {
        let chance = Chance::new(seed);
        let mut town = Self {
            chance,
            people: People::new(chance),
            rows,
            new: (rows / 200).max(4),
            unregistered: 0,
            order: chance.shuffle(Purpose::Order, 1),
        };
        let registered = (0..rows).filter(|id| town.is_queued_registrant(*id)).count();
        town.unregistered = rows.saturating_sub(u64::try_from(registered).unwrap_or(0));
        town.order = chance.shuffle(Purpose::Order, town.rows + town.unregistered);
        town
    }

    /// Returns how many people could be meant by numbers, new ones of the second night included.
    pub fn everybody(&self) -> u64 {
        self.rows + self.unregistered + self.new
    }

    /// Returns the rows that the form has on a night.
    pub fn form_rows(&self, night: Night) -> u64 {
        match night {
            Night::First => self.rows,
            Night::Second => self.rows + self.new,
        }
    }

    /// Returns what a row of the form is.
    pub fn form_row(&self, row: u64) -> FormRow {
        let registration = |person, writing| FormRow::Registration { person, writing };
        if row >= self.rows {
            let new = row - self.rows;
            let person = match new % 4 {
                0 => self.clean_row_before(row),
                3 => self.rows + self.unregistered + new,
                _ => self.unregistered_near(self.chance.below(Purpose::Second, row, self.unregistered)),
            };
            return registration(person, Writing::Plain);
        }
        match self.kind(row) {
            RowKind::First(writing) => registration(row, writing),
            RowKind::Again => registration(self.clean_row_before(row), Writing::Plain),
            RowKind::Copy => FormRow::Copy(self.clean_row_before(row)),
            RowKind::Unusable => FormRow::Unusable,
        }
    }

    fn kind(&self, row: u64) -> RowKind {
        match self.chance.below(Purpose::RowKind, row, WHOLE) {
            _ if row == 0 => RowKind::First(Writing::Plain),
            0..500 => RowKind::Again,
            500..510 => RowKind::Copy,
            510..515 => RowKind::Unusable,
            515..615 => RowKind::First(Writing::Damaged),
            615..665 => RowKind::First(Writing::Mistyped),
            665..695 => RowKind::First(Writing::Another),
            695..995 => RowKind::First(Writing::Spelled),
            _ => RowKind::First(Writing::Plain),
        }
    }

    /// Finds an earlier row of the first night with which somebody registered for the first time, without any damage.
    fn clean_row_before(&self, row: u64) -> u64 {
        let mut target = self.chance.below(Purpose::RowTarget, row, row.clamp(1, self.rows));
        while !matches!(self.kind(target), RowKind::First(Writing::Plain | Writing::Spelled)) {
            target -= 1;
        }
        target
    }

    /// Returns how somebody registered who did on the first night.
    pub fn first_writing(&self, person: u64) -> Option<Writing> {
        match (person < self.rows).then(|| self.kind(person)) {
            Some(RowKind::First(writing)) => Some(writing),
            _ => None,
        }
    }

    /// Returns the moment of a row of the form, in seconds since the first of March; they never run backwards.
    pub fn submitted_at(&self, row: u64) -> u64 {
        let spread = |place: u64, count: u64, seconds: u64| {
            let slot = place * seconds / count;
            let width = (place + 1) * seconds / count - slot;
            slot + self.chance.below(Purpose::Moment, row, width.max(1))
        };
        match row.checked_sub(self.rows) {
            None => spread(row, self.rows, FORM_SECONDS),
            Some(new) => SECOND_MORNING + spread(new, self.new, SECOND_SECONDS),
        }
    }

    /// Returns how many places the queue of a night has, some of which may be empty.
    pub fn slots(&self, night: Night) -> u64 {
        self.rows + self.unregistered + if night == Night::Second { self.new } else { 0 }
    }

    /// Returns what stands at a place in the queue.
    pub fn slot(&self, place: u64, night: Night) -> Option<Slot> {
        let known = self.rows + self.unregistered;
        let id = if place < known { self.order.at(place) } else { place };
        let slot = if id < self.rows {
            self.is_queued_registrant(id).then_some(Slot::Entry(id))?
        } else if id < known {
            self.unregistered_slot(id - self.rows)
        } else {
            Slot::Entry(id)
        };
        match slot {
            Slot::Entry(person) | Slot::Copy(person) if !self.is_listed(person, night) => None,
            slot => Some(slot),
        }
    }

    fn is_queued_registrant(&self, id: u64) -> bool {
        match self.first_writing(id) {
            None => false,
            // Whoever mistypes is to be found.
            Some(Writing::Mistyped) => true,
            Some(_) => self.chance.below(Purpose::Queue, id, 100) < 87,
        }
    }

    fn unregistered_slot(&self, place: u64) -> Slot {
        match self.chance.below(Purpose::SlotKind, place, WHOLE) {
            0..50 => {
                Slot::Copy(self.unregistered_near(self.chance.below(Purpose::SlotTarget, place, self.unregistered)))
            }
            50..75 => Slot::Unusable(self.rows + place),
            _ => Slot::Entry(self.rows + place),
        }
    }

    /// Finds somebody with an entry who is not on the first night's form.
    fn unregistered_near(&self, place: u64) -> u64 {
        let mut place = place;
        while self.chance.below(Purpose::SlotKind, place, WHOLE) < 75 {
            place = (place + 1) % self.unregistered;
        }
        self.rows + place
    }

    fn is_listed(&self, person: u64, night: Night) -> bool {
        night == Night::First || !self.leaves(person)
    }

    /// Tells whether an entry is gone on the second night.
    fn leaves(&self, person: u64) -> bool {
        person < self.rows + self.unregistered
            && self.first_writing(person) != Some(Writing::Mistyped)
            && self.chance.below(Purpose::Leaving, person, 200) == 0
    }

    /// Returns whether somebody has, or had, an entry by a night.
    fn has_entry(&self, person: u64, night: Night) -> bool {
        match person.checked_sub(self.rows) {
            None => self.is_queued_registrant(person),
            Some(place) if place < self.unregistered => self.unregistered_slot(place) == Slot::Entry(person),
            Some(_) => night == Night::Second,
        }
    }

    /// Returns somebody's entry, and whether the night's snapshot lists it.
    pub fn entry(&self, person: u64, night: Night) -> Option<(Entry, bool)> {
        if !self.has_entry(person, night) {
            return None;
        }
        let is_new = person >= self.rows + self.unregistered;
        // Never midnight, which would mean a day without a time.
        let second = self.chance.below(Purpose::Since, person, STATUS_DAYS * DAY_SECONDS / 2) * 2 + 1;
        let first_at = if is_new {
            SECOND_MORNING + second % SECOND_SECONDS
        } else {
            second
        };
        let mut entry = Entry {
            status: self.first_status(person),
            first_at,
            status_at: first_at,
        };
        let moves = entry.status == Status::Sent && self.chance.below(Purpose::Change, person, 16) == 0;
        if night == Night::Second && !is_new && moves {
            entry.status = Status::Ready;
            entry.status_at = SECOND_MORNING + second % SECOND_SECONDS;
        }
        Some((entry, self.is_listed(person, night)))
    }

    fn first_status(&self, person: u64) -> Status {
        match self.chance.below(Purpose::Status, person, 100) {
            0..93 => Status::Ready,
            93..97 => Status::Sent,
            97..99 => Status::Duplicate,
            _ => Status::Printed,
        }
    }

    /// Returns somebody.
    pub fn person(&self, id: u64) -> Person {
        let writing = self.first_writing(id);
        let group = if writing == Some(Writing::Mistyped) {
            Group::Mistyped
        } else if writing.is_some() && !self.is_queued_registrant(id) {
            Group::Unqueued
        } else if self.leaves(id) && self.has_entry(id, Night::First) {
            Group::Leaving
        } else {
            Group::Most
        };
        self.people.person(id, group)
    }
}
