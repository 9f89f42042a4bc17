//! A made-up town: people, what they fill in, and what the population system shows of them night after night.
//!
//! Deterministic by its seed. Names are made of syllables, NIK serials are 9000 and above: nobody is real.

use crate::model::{LinkRow, QueueRow, Time, day, time};
use chrono::{Datelike, Duration, NaiveDate};

/// A small generator of numbers; the same seed gives the same town.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `sides`.
    pub fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }

    /// Whether a chance of so many in a hundred comes true.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }
}

/// What the queue shows from a night on; no status: it has left.
#[derive(Clone, Debug)]
pub struct Step {
    pub from: NaiveDate,
    pub status: Option<(&'static str, &'static str)>,
    pub at: Option<Time>,
}

/// What happens in the queue once we printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// Shown as printed after a lag, then gone.
    Leaves,
    /// Stays PRINT_READY for ever: the system never hears of it.
    Lags,
    /// Gone, then back with a new status date and a new registration.
    ReturnsNew,
    /// Gone, then back with the old row.
    ReturnsOld,
}

/// One person.
#[derive(Clone, Debug)]
pub struct Person {
    pub nik: String,
    pub name: String,
    pub kk: String,
    pub phone: String,
    pub district: &'static str,
    pub village: String,
    pub birth: NaiveDate,
    /// When the link was filled in, and why a card is wanted.
    pub forms: Vec<(Time, &'static str)>,
    pub steps: Vec<Step>,
    pub alive: bool,
    pub moved: bool,
    pub after: After,
    pub lag: i64,
    /// The day on which a card was physically printed.
    pub printed_on: Option<NaiveDate>,
}

const DISTRICTS: [&str; 6] = [
    "ILIR BARAT I",
    "ILIR TIMUR II",
    "KALIDONI",
    "PLAJU",
    "SEBERANG ULU I",
    "SUKARAMI",
];

const HEADS: [&str; 14] = [
    "BA", "CI", "DU", "FE", "GO", "HA", "JI", "KU", "LE", "MO", "NA", "PI", "RU", "TE",
];
const TAILS: [&str; 12] = [
    "RANGGA", "LISTYO", "MUKTI", "NDARA", "SAKTI", "WENDRA", "YOLA", "ZEFANI", "KOMALA", "PUTRO", "VIANTI", "HARJA",
];

/// Statuses that do not print, with a spelling that means the same.
const BLOCKING: [(&str, &str); 13] = [
    ("UNREGISTERED", "BELUM REKAM"),
    ("UNDER_AGE", "UNDER_AGE"),
    ("BIO_CAPTURED", "bio captured"),
    ("PROCESSING", "PRO"),
    ("SENT_FOR_ENROLLMENT", "SFE"),
    ("RECEIVED_AT_CENTRAL", "Received At Central"),
    ("ENROLL_FAILURE_AT_CENTRAL", "EFAC"),
    ("SEARCH_FAILURE_AT_CENTRAL", "SEARCH_FAILURE_AT_CENTRAL"),
    ("ADJUDICATE_RECORD", "ADJ"),
    ("REQUEST_VALIDATION", "REQUEST VALIDATION"),
    ("DUPLICATE_RECORD", "DUPLICATE ONE TO MANY"),
    ("SENT_FOR_CARD_PRINTING", "SFCP"),
    ("MENUNGGU SURAT CAMAT", "MENUNGGU SURAT CAMAT"),
];

const PRINT_READY: [(&str, &str); 4] = [
    ("PRINT_READY_RECORD", "PRINT_READY_RECORD"),
    ("PRINT_READY_RECORD", "PRR"),
    ("PRINT_READY_RECORD", "Siap Cetak"),
    ("PRINT_READY_RECORD", "print ready record"),
];

const ISSUED: (&str, &str) = ("CARD_ISSUED", "CI");

const REASONS: [&str; 6] = ["Pemula", "Hilang", "Rusak", "Perubahan Data", "", "Pindah Datang"];

/// The town.
pub struct World {
    pub people: Vec<Person>,
    /// Rows that no person stands behind: damaged numbers, unusable rows.
    pub stray_rows: Vec<(Time, LinkRow)>,
    dice: Dice,
    count: u64,
}

impl World {
    pub fn new(seed: u64) -> Self {
        Self {
            people: Vec::new(),
            stray_rows: Vec::new(),
            dice: Dice::new(seed),
            count: 0,
        }
    }

    /// The people who are known before the first night.
    pub fn settle(&mut self, people: usize) {
        for _ in 0..people {
            let born = day("2021-06-10") + Duration::days(self.dice.below(17) as i64);
            self.arrive(born);
        }
    }

    /// A person comes into the office's sight around `today`.
    pub fn arrive(&mut self, today: NaiveDate) {
        let mut person = self.person();
        let story = self.dice.below(24);
        let (ready, reason) = (*self.dice.pick(&PRINT_READY), *self.dice.pick(&REASONS));
        let status_at = self.moment(today);
        let step = |from: NaiveDate, status, at| Step {
            from,
            status: Some(status),
            at: Some(at),
        };
        let queued = step(today, ready, status_at);
        match story {
            0..=7 => {
                person.steps.push(queued);
                let shift = self.dice.below(7) as i64 - 3;
                self.register(&mut person, today + Duration::days(shift), reason);
            }
            8 => person.steps.push(Step { at: None, ..queued }),
            9 => {
                person.steps.push(queued);
                if self.dice.chance(60) {
                    self.register(&mut person, today + Duration::days(9), reason);
                }
            }
            10 => self.register(&mut person, today, reason),
            11 => {
                self.register(&mut person, today, "Pemula");
                person
                    .steps
                    .push(step(today + Duration::days(5), ready, status_at + Duration::days(4)));
            }
            12 | 13 => self.progress(&mut person, today, ready),
            14 | 15 => {
                let status = BLOCKING[(self.count % BLOCKING.len() as u64) as usize];
                person.steps.push(step(today, status, status_at));
                self.register(&mut person, today, reason);
            }
            16 => self.gone(&mut person, queued, reason),
            17 => self.young(&mut person, queued),
            18 | 19 => self.issued(&mut person, today),
            20 => {
                self.register(&mut person, today - Duration::days(2), reason);
                person.steps.push(queued);
                person.steps.push(Step {
                    from: today + Duration::days(6),
                    status: None,
                    at: None,
                });
            }
            21 => {
                person.steps.push(queued);
                person.steps.push(Step {
                    from: today + Duration::days(4),
                    status: None,
                    at: None,
                });
            }
            22 => {
                person.steps.push(queued);
                for repeat in 0..3 {
                    self.register(&mut person, today + Duration::days(repeat), reason);
                }
            }
            _ => self.stray(today),
        }
        self.people.push(person);
    }

    /// Recorded, sent, perhaps ready; each status with its date.
    fn progress(&mut self, person: &mut Person, today: NaiveDate, ready: (&'static str, &'static str)) {
        let start = self.moment(today);
        let step = |days: i64, status| Step {
            from: today + Duration::days(days),
            status: Some(status),
            at: Some(start + Duration::days(days)),
        };
        person.steps.push(step(0, ("BIO_CAPTURED", "SUDAH REKAM")));
        person
            .steps
            .push(step(3, ("SENT_FOR_ENROLLMENT", "Sent For Enrollment")));
        if self.dice.chance(60) {
            person.steps.push(step(8, ready));
        }
        if self.dice.chance(80) {
            self.register(person, today + Duration::days(1), "Pemula");
        }
    }

    /// Dead or moved away, whatever the status.
    fn gone(&mut self, person: &mut Person, queued: Step, reason: &'static str) {
        (person.alive, person.moved) = if self.dice.chance(50) {
            (false, false)
        } else {
            (true, true)
        };
        let status = match self.dice.below(3) {
            0 => queued.status,
            1 => Some(("SENT_FOR_ENROLLMENT", "SFE")),
            _ => Some(ISSUED),
        };
        let from = queued.from;
        person.steps.push(Step { status, ..queued });
        self.register(person, from + Duration::days(1), reason);
    }

    /// Under 17, some with the birthday in these weeks.
    fn young(&mut self, person: &mut Person, queued: Step) {
        let turns = day("2021-06-25") + Duration::days(self.dice.below(60) as i64);
        person.birth = turns.with_year(turns.year() - 17).unwrap();
        person.nik = nik(person.birth, self.count);
        let from = queued.from;
        person.steps.push(queued);
        self.register(person, from, "Pemula");
    }

    /// The card exists already; some ask for another one.
    fn issued(&mut self, person: &mut Person, today: NaiveDate) {
        let at = self.moment(today);
        person.steps.push(Step {
            from: today,
            status: Some(ISSUED),
            at: Some(at),
        });
        match self.dice.below(5) {
            0 => {}
            1 => self.register(person, today + Duration::days(2), "Pemula"),
            2 => self.register(person, today - Duration::days(4), "Hilang"),
            3 => {
                self.register(person, today - Duration::days(4), "");
                self.register(person, today + Duration::days(3), "KTP rusak");
            }
            _ => self.register(person, today + Duration::days(2), "Hilang"),
        }
    }

    /// A row that cannot be used, or whose number cannot be trusted.
    fn stray(&mut self, today: NaiveDate) {
        let person = self.person();
        let at = self.moment(today);
        let mut row = person.form(at, "Pemula");
        match self.dice.below(7) {
            0 => row.nik = "1,67105E+15".to_owned(),
            1 => row.nik = "2147483647".to_owned(),
            2 => row.nik.truncate(15),
            3 => row.nik.push('7'),
            4 => (row.nik, row.name) = (String::new(), String::new()),
            5 => row.at = None,
            _ => row.too_long = true,
        }
        self.stray_rows.push((at, row));
    }

    /// The link is filled in at any hour, before the office opens and after midnight too.
    fn register(&mut self, person: &mut Person, on: NaiveDate, reason: &'static str) {
        let at = on.and_hms_opt(0, 0, 0).unwrap() + Duration::seconds(self.dice.below(86_400) as i64);
        person.forms.push((at, reason));
    }

    /// A moment in office hours.
    fn moment(&mut self, on: NaiveDate) -> Time {
        on.and_hms_opt(8, 0, 0).unwrap() + Duration::seconds(self.dice.below(36_000) as i64)
    }

    fn person(&mut self) -> Person {
        self.count += 1;
        let count = self.count;
        let birth = day("1960-01-01") + Duration::days(self.dice.below(14_000) as i64);
        let syllables = [count % 14, (count / 14) % 14, (count / 3) % 14, (count * 5) % 14];
        let first: String = syllables[..3].iter().map(|index| HEADS[*index as usize]).collect();
        let second = TAILS[(count * 7 % 12) as usize];
        let district = *self.dice.pick(&DISTRICTS);
        let after = [
            After::Leaves,
            After::Leaves,
            After::Lags,
            After::ReturnsNew,
            After::ReturnsOld,
        ];
        Person {
            nik: nik(birth, count),
            name: format!("{first} {second}{}", HEADS[syllables[3] as usize]),
            kk: format!("16710{}0508{:02}{:04}", count % 9, 10 + count % 9, 1 + count % 8000),
            phone: format!("0812{:08}", 34_000_000 + count * 7919 % 9_000_000),
            district,
            village: format!("KELURAHAN {}", [" SATU", " DUA", " TIGA"][(count % 3) as usize].trim()),
            birth,
            forms: Vec::new(),
            steps: Vec::new(),
            alive: true,
            moved: false,
            after: *self.dice.pick(&after),
            lag: 1 + self.dice.below(4) as i64,
            printed_on: None,
        }
    }

    /// A card was physically printed: the system will hear of it, sooner or later.
    pub fn print(&mut self, nik: &str, on: NaiveDate) {
        let Some(index) = self.people.iter().position(|person| person.nik == nik) else {
            panic!("who is {nik}?")
        };
        let back = on + Duration::days(self.people[index].lag + 9);
        let at = self.moment(back) + Duration::hours(10);
        let person = &mut self.people[index];
        let is_first = person.printed_on.is_none() && person.steps.iter().all(|step| step.status != Some(ISSUED));
        if person.printed_on.is_none() {
            person.printed_on = Some(on);
        }
        if is_first && person.after == After::ReturnsNew {
            person.forms.push((at.max(time("2021-06-01T00:00")), "Rusak"));
        }
    }

    /// The link export as of an evening: every row since the beginning.
    pub fn links(&self, until: Time) -> Vec<LinkRow> {
        let mut rows = self.stray_rows.clone();
        for person in &self.people {
            rows.extend(person.forms.iter().map(|(at, reason)| (*at, person.form(*at, reason))));
        }
        rows.retain(|(at, _)| *at <= until);
        rows.sort();
        rows.into_iter().map(|(_, row)| row).collect()
    }

    /// The queue as the system shows it on an evening.
    pub fn queue(&self, tonight: NaiveDate) -> Vec<QueueRow> {
        self.people
            .iter()
            .filter_map(|person| person.queue_row(tonight))
            .collect()
    }
}

impl Person {
    /// A row of the link; names are written in the citizen's own case.
    pub fn form(&self, at: Time, reason: &str) -> LinkRow {
        LinkRow {
            at: Some(at),
            nik: self.nik.clone(),
            kk: self.kk.clone(),
            name: title_case(&self.name),
            phone: self.phone.clone(),
            district: self.district.to_owned(),
            village: self.village.clone(),
            reason: reason.to_owned(),
            too_long: false,
        }
    }

    fn queue_row(&self, tonight: NaiveDate) -> Option<QueueRow> {
        let step = self.steps.iter().rev().find(|step| step.from <= tonight)?;
        let (status, at) = self.after_print(step, tonight)?;
        Some(QueueRow {
            nik: self.nik.clone(),
            name: self.name.clone(),
            kk: self.kk.clone(),
            birth: self.birth,
            district: self.district.to_owned(),
            village: self.village.clone(),
            status_text: status.1.to_owned(),
            status: status.0.to_owned(),
            at,
            alive: self.alive,
            moved: self.moved,
        })
    }

    /// What the system shows once the card exists.
    fn after_print(&self, step: &Step, tonight: NaiveDate) -> Option<((&'static str, &'static str), Option<Time>)> {
        let base = step.status.map(|status| (status, step.at));
        let Some(printed) = self.printed_on.filter(|_| step.status != Some(ISSUED)) else {
            return base;
        };
        let days = (tonight - printed).num_days() - self.lag;
        match (self.after, days) {
            (After::Lags, _) | (_, ..0) => base,
            (_, 0..=4) => Some((("CARD_PRINTED", "CP"), printed.and_hms_opt(15, 0, 0))),
            (After::Leaves, _) | (_, 5..=6) => None,
            (After::ReturnsOld, _) => base,
            _ => {
                let at = (printed + Duration::days(self.lag + 7)).and_hms_opt(9, 0, 0);
                Some((PRINT_READY[0], at))
            }
        }
    }
}

/// A number of somebody who does not exist: the serial is 9000 or above.
fn nik(birth: NaiveDate, count: u64) -> String {
    let woman = if count.is_multiple_of(2) { 40 } else { 0 };
    let district = 1 + count % 18;
    let (day, month, year) = (birth.day() + woman, birth.month(), birth.year() % 100);
    format!("1671{district:02}{day:02}{month:02}{year:02}{:04}", 9000 + count % 1000)
}

fn title_case(name: &str) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at(1);
        format!("{first}{}", rest.to_lowercase())
    };
    name.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
