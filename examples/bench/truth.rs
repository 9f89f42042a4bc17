//! What a night must come to, worked out from the town itself and not from its files.
//!
//! The rules are those of PRODUCT sections 3, 5 and 7, in the few lines that the town's people need; nothing of the
//! tool is used, so that a mistake in it shows.

use super::files::reason_number;
use super::town::{FormRow, Night, Slot, Status, Town, Writing};
use std::collections::BTreeMap;

/// How many cards may be planned a night: twenty operators of five hundred.
pub const CAPACITY: usize = 10_000;
/// Longer than so many days is stuck.
pub const STUCK_DAYS: u64 = 130;
/// Days from the first of March to 21 July 2021.
const FIRST_NIGHT_DAY: u64 = 142;
const NEVER: u64 = u64::MAX;

/// The buckets of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    pub rows: u64,
    pub added: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub held: u64,
    pub rejected: u64,
    pub left: u64,
}

/// What a night must come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Truth {
    pub links: Rows,
    pub queue: Rows,
    /// Applications by category, those of the night's cards as `assigned`.
    pub counts: BTreeMap<&'static str, u64>,
    pub stuck: u64,
    /// The NIKs of the night's cards, ascending.
    pub cards: Vec<u64>,
}

/// What somebody asked for so far.
#[derive(Clone, Copy)]
struct Asked {
    /// First registration.
    first_at: u64,
    /// First registration that asks for a reprint after the card was issued.
    reprint_at: u64,
}

/// Works out both nights.
pub fn both(town: &Town) -> [Truth; 2] {
    let nothing = Asked {
        first_at: NEVER,
        reprint_at: NEVER,
    };
    let mut asked = vec![nothing; index(town.everybody())];
    let mut assigned = BTreeMap::new();
    [Night::First, Night::Second].map(|night| {
        let mut truth = Truth::default();
        let mut tally = Tally {
            night,
            truth: &mut truth,
            ready: Vec::new(),
        };
        tally.form(town, &mut asked);
        tally.queue(town);
        tally.applications(town, &asked, &assigned);
        tally.plan(&mut assigned);
        truth
    })
}

struct Tally<'a> {
    night: Night,
    truth: &'a mut Truth,
    /// Waiting since, NIK, number of those whose card can be printed.
    ready: Vec<(u64, u64, u64)>,
}

impl Tally<'_> {
    fn form(&mut self, town: &Town, asked: &mut [Asked]) {
        let known = match self.night {
            Night::First => 0,
            Night::Second => town.form_rows(Night::First),
        };
        for row in 0..town.form_rows(self.night) {
            let is_known = row < known;
            let found = town.form_row(row);
            let rows = &mut self.truth.links;
            rows.rows += 1;
            match found {
                FormRow::Unusable => rows.rejected += 1,
                FormRow::Registration { .. } if is_known => rows.unchanged += 1,
                FormRow::Copy(_) => rows.unchanged += 1,
                FormRow::Registration {
                    writing: Writing::Damaged,
                    ..
                } => rows.held += 1,
                FormRow::Registration { .. } => rows.added += 1,
            }
            let FormRow::Registration { person, writing } = found else {
                continue;
            };
            let at = town.submitted_at(row);
            match writing {
                Writing::Damaged => self.open("unreadable_nik", at),
                Writing::Mistyped => self.open("near_match", at),
                Writing::Plain | Writing::Spelled | Writing::Another if !is_known => {
                    note(town, &mut asked[index(person)], (person, row, at));
                }
                Writing::Plain | Writing::Spelled | Writing::Another => {}
            }
        }
    }

    fn queue(&mut self, town: &Town) {
        let (night, rows) = (self.night, &mut self.truth.queue);
        for place in 0..town.slots(night) {
            let before = (night == Night::Second && place < town.slots(Night::First))
                .then(|| town.slot(place, Night::First))
                .flatten();
            let now = town.slot(place, night);
            rows.rows += u64::from(now.is_some());
            match now {
                None => rows.left += u64::from(matches!(before, Some(Slot::Entry(_)))),
                Some(Slot::Unusable(_)) => rows.rejected += 1,
                Some(Slot::Copy(_)) => rows.unchanged += 1,
                Some(Slot::Entry(_)) if before.is_none() => rows.added += 1,
                Some(Slot::Entry(person)) => {
                    let status = |night| town.entry(person, night).map(|(entry, _)| entry.status);
                    let is_same = status(Night::First) == status(Night::Second);
                    rows.unchanged += u64::from(is_same);
                    rows.changed += u64::from(!is_same);
                }
            }
        }
    }

    fn applications(&mut self, town: &Town, asked: &[Asked], assigned: &BTreeMap<u64, u64>) {
        let night = self.night;
        for (person, asked) in (0..).zip(asked) {
            if let Some(since) = assigned.get(&person) {
                self.open("assigned", *since);
                continue;
            }
            let Some((entry, is_listed)) = town.entry(person, night) else {
                if asked.first_at != NEVER {
                    self.open("not_in_queue", asked.first_at);
                }
                continue;
            };
            let is_registered = asked.first_at != NEVER;
            let since = asked.first_at.min(entry.first_at);
            if !is_listed {
                if is_registered {
                    self.open("not_in_queue", since);
                }
                continue;
            }
            let is_under_age = is_under_age(town, person, night);
            if is_registered && town.first_writing(person) == Some(Writing::Another) {
                self.open("check_identity", since);
            } else if entry.status == Status::Printed && asked.reprint_at == NEVER {
                if is_registered {
                    self.open("already_issued", since);
                } else {
                    *self.truth.counts.entry("already_issued").or_default() += 1;
                }
            } else if is_under_age {
                let reprint = (entry.status == Status::Printed).then_some(asked.reprint_at);
                self.open("blocked", reprint.unwrap_or(since));
            } else if entry.status == Status::Printed {
                self.ready
                    .push((asked.reprint_at, town.people.number(person).0, person));
            } else if entry.status != Status::Ready {
                self.open("blocked", since);
            } else if !is_registered {
                self.open("not_registered", since);
            } else {
                self.ready.push((since, town.people.number(person).0, person));
            }
        }
    }

    /// Gives the cards to those who wait longest.
    fn plan(&mut self, assigned: &mut BTreeMap<u64, u64>) {
        let mut ready = std::mem::take(&mut self.ready);
        ready.sort_unstable();
        for (place, (since, nik, person)) in ready.into_iter().enumerate() {
            if place < CAPACITY {
                self.open("assigned", since);
                self.truth.cards.push(nik);
                assigned.insert(person, since);
            } else {
                self.open("ready", since);
            }
        }
        self.truth.cards.sort_unstable();
    }

    /// Counts an open application.
    fn open(&mut self, category: &'static str, since: u64) {
        *self.truth.counts.entry(category).or_default() += 1;
        let today = FIRST_NIGHT_DAY + u64::from(self.night == Night::Second);
        self.truth.stuck += u64::from(today.saturating_sub(since / 86_400) > STUCK_DAYS);
    }
}

fn index(person: u64) -> usize {
    usize::try_from(person).unwrap_or(usize::MAX)
}

/// Notes a registration of somebody.
fn note(town: &Town, asked: &mut Asked, (person, row, at): (u64, u64, u64)) {
    asked.first_at = asked.first_at.min(at);
    let issued_at = town
        .entry(person, Night::Second)
        .filter(|(entry, _)| entry.status == Status::Printed)
        .map(|(entry, _)| entry.status_at);
    if issued_at.is_some_and(|issued| at > issued) && reason_number(town, row) != 0 {
        asked.reprint_at = asked.reprint_at.min(at);
    }
}

/// Tells whether somebody is not yet seventeen on the day of a night.
fn is_under_age(town: &Town, person: u64, night: Night) -> bool {
    let (day, month, year) = town.people.number(person).1;
    let today = match night {
        Night::First => 21,
        Night::Second => 22,
    };
    (year + 17, month, day) > (2021, 7, today)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(rows: &Rows) -> u64 {
        rows.added + rows.changed + rows.unchanged + rows.held + rows.rejected
    }

    #[test]
    fn the_truth_adds_up() {
        let town = Town::new(5, 1_000);
        let [first, second] = both(&town);
        for truth in [&first, &second] {
            assert_eq!(truth.links.rows, sum(&truth.links));
            assert_eq!(truth.queue.rows, sum(&truth.queue));
            assert!(truth.stuck > 50);
        }
        assert_eq!((first.links.rows, first.queue.rows), (1_000, 1_000));
        assert_eq!(second.links.rows, 1_000 + town.new);
        assert_eq!(second.queue.rows, 1_000 + town.new - gone(&town));
        assert_eq!(second.links.rejected, first.links.rejected);
        let assigned = |truth: &Truth| truth.counts["assigned"];
        let cards = |truth: &Truth| u64::try_from(truth.cards.len()).unwrap();
        assert_eq!(assigned(&first), cards(&first));
        assert_eq!(assigned(&second), cards(&first) + cards(&second));
        assert!(second.cards.iter().all(|nik| first.cards.binary_search(nik).is_err()));
    }

    /// Rows of the first queue that the second has no more, copies included.
    fn gone(town: &Town) -> u64 {
        let places = 0..town.slots(Night::First);
        let is_gone =
            |place: &u64| town.slot(*place, Night::First).is_some() && town.slot(*place, Night::Second).is_none();
        u64::try_from(places.filter(is_gone).count()).unwrap()
    }

    #[test]
    fn everybody_stands_in_one_category() {
        let town = Town::new(5, 20_000);
        let [first, second] = both(&town);
        let is_listed = |id: &u64| town.entry(*id, Night::First).is_some_and(|(_, is_listed)| is_listed);
        let listed = (0..town.everybody()).filter(is_listed).count();
        let outside = ["not_in_queue", "near_match", "unreadable_nik"].map(|category| first.counts[category]);
        let all: u64 = first.counts.values().sum();
        assert_eq!(all - outside.iter().sum::<u64>(), u64::try_from(listed).unwrap());
        // More are ready than can be planned on the first night, fewer on the second.
        assert_eq!(first.cards.len(), CAPACITY);
        assert!(second.cards.len() >= usize::try_from(first.counts["ready"]).unwrap() * 9 / 10);
        assert_eq!(second.counts.get("ready"), None);
    }
}
