//! Makes people, and puts them down where an office meets them: in the form, in a spreadsheet, in the print queue.
//!
//! Knows what a well-behaved row looks like; what goes wrong with rows is `troubles`'.

use super::names::{DISTRICTS, ELSEWHERE, MEN, MEN_SECOND, WOMEN, WOMEN_SECOND};
use super::random::Chance;
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use std::collections::BTreeSet;

/// The day of the README's night.
pub const TONIGHT: NaiveDate = july(22);
/// Everything that happens today has happened by this time.
const LAST_HOUR: u32 = 15;
/// The first export of the form, and with the other one the second.
pub const FORM_EXPORTS: [NaiveDate; 2] = [july(20), TONIGHT];
/// The two snapshots of the queue.
pub const SNAPSHOTS: [NaiveDate; 2] = [july(21), TONIGHT];

const fn july(day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(2021, 7, day) {
        Some(day) => day,
        None => NaiveDate::MIN,
    }
}

/// Somebody who does not exist.
#[derive(Clone)]
pub struct Person {
    pub nik: String,
    pub kk: String,
    /// As the population system writes it, in capitals.
    pub name: String,
    pub birth: NaiveDate,
    pub district: &'static str,
    pub village: &'static str,
    pub rt_rw: String,
    pub phone: String,
    pub email: String,
}

/// A row of the form, or of the spreadsheet of a kelurahan.
#[derive(Clone)]
pub struct Registration {
    pub at: NaiveDateTime,
    /// What the time column says where it is not the time.
    pub time_cell: Option<&'static str>,
    pub name: String,
    pub nik: String,
    pub kk: String,
    pub phone: String,
    pub district: String,
    pub village: String,
    pub rt_rw: String,
    pub reason: String,
    pub email: String,
}

/// A row of the print queue.
#[derive(Clone)]
pub struct Entry {
    pub person: Person,
    pub status: &'static str,
    pub since: NaiveDateTime,
    /// What the second snapshot says instead.
    pub later: Option<(&'static str, NaiveDateTime)>,
    pub request_no: String,
    pub alive: bool,
    pub moved: bool,
    /// No longer in the second snapshot.
    pub left: bool,
}

/// Everybody and everything.
pub struct Town {
    pub chance: Chance,
    pub form: Vec<Registration>,
    pub sheet: Vec<Registration>,
    pub queue: Vec<Entry>,
    made: u32,
    names: BTreeSet<String>,
}

impl Town {
    /// Starts an empty town.
    pub fn new(seed: u64) -> Self {
        let chance = Chance::new(seed);
        Self {
            chance,
            form: Vec::new(),
            sheet: Vec::new(),
            queue: Vec::new(),
            made: 0,
            names: BTreeSet::new(),
        }
    }

    /// Makes an adult.
    pub fn adult(&mut self) -> Person {
        self.person(18, 68)
    }

    /// Makes somebody of so many years.
    pub fn person(&mut self, least_years: i64, greatest_years: i64) -> Person {
        let woman = self.chance.percent(50);
        let name = self.name(woman, &[0, 0, 0, 1, 2]);
        self.named(woman, name, (least_years, greatest_years))
    }

    /// Makes an adult with a first and a second name.
    pub fn plain_adult(&mut self, woman: bool) -> Person {
        let name = self.name(woman, &[0]);
        self.named(woman, name, (18, 68))
    }

    /// Serial numbers of 9000 and more are given to nobody.
    fn named(&mut self, woman: bool, name: String, (least_years, greatest_years): (i64, i64)) -> Person {
        self.made += 1;
        assert!(self.made < 1_000, "the serials 9000 to 9999 are used up");
        let age_days = self.chance.between(least_years * 366, greatest_years * 365 + 300);
        let birth = TONIGHT - TimeDelta::days(age_days);
        let (code, district, villages) = self.chance.pick(&DISTRICTS);
        let first_code = match self.chance.below(100) {
            0..4 => self.chance.pick(&ELSEWHERE),
            4..14 => 167_100 + self.chance.pick(&DISTRICTS).0,
            _ => 167_100 + code,
        };
        let day = birth.day() + if woman { 40 } else { 0 };
        let given = name.split(' ').next_back().unwrap_or_default().to_lowercase();
        Person {
            nik: format!("{first_code}{day:02}{}{}", birth.format("%m%y"), 9_000 + self.made),
            kk: self.family_card(code),
            birth,
            district,
            village: self.chance.pick(&villages),
            rt_rw: format!("{:03}/{:03}", self.chance.between(1, 48), self.chance.between(1, 14)),
            phone: self.phone(),
            email: if self.chance.percent(60) {
                format!("{given}.{}@example.com", 9_000 + self.made)
            } else {
                String::new()
            },
            name,
        }
    }

    /// A family card was issued on some day of the last years; its serial counts down, so that none is used twice.
    fn family_card(&mut self, district: u32) -> String {
        let issued = TONIGHT - TimeDelta::days(self.chance.between(400, 4_500));
        format!(
            "{}{}{}",
            167_100 + district,
            issued.format("%d%m%y"),
            10_000 - self.made
        )
    }

    /// Makes a name that nobody has yet: two words, a third behind them, or a common one before them.
    fn name(&mut self, woman: bool, shapes: &[u8]) -> String {
        let (firsts, seconds): (&[&str], &[&str]) = if woman {
            (&WOMEN, &WOMEN_SECOND)
        } else {
            (&MEN, &MEN_SECOND)
        };
        loop {
            let (first, second) = (self.chance.pick(firsts), self.chance.pick(seconds));
            let name = match self.chance.pick(shapes) {
                0 => format!("{first} {second}"),
                1 => format!("{first} {} {second}", self.chance.pick(firsts)),
                _ if woman => format!("Siti {first} {second}"),
                _ => format!("Muhammad {first} {second}"),
            };
            if self.names.insert(name.clone()) {
                return name.to_uppercase();
            }
        }
    }

    /// Numbers of a prefix that no operator has.
    pub fn phone(&mut self) -> String {
        let (middle, end) = (self.chance.between(1_000, 9_999), self.chance.between(1_000, 9_999));
        match self.chance.below(10) {
            0 => format!("+62 860-{middle}-{end}"),
            1 => format!("62860{middle}{end}"),
            2 => format!("0860 {middle} {end}"),
            _ => format!("0860{middle}{end}"),
        }
    }

    /// A moment when people fill in forms: more often lately than long ago.
    pub fn asked(&mut self) -> NaiveDateTime {
        let draws = if self.chance.percent(20) { 1 } else { 6 };
        let days = (0..draws).map(|_| self.chance.below(25)).min().unwrap_or(0);
        self.moment(u64::try_from(days).unwrap_or(0))
    }

    /// A moment so many days ago, between half past six and the evening.
    pub fn moment(&mut self, days_ago: u64) -> NaiveDateTime {
        let last = if days_ago == 0 { LAST_HOUR } else { 21 };
        let second = self.chance.between(6 * 3_600 + 1_800, i64::from(last) * 3_600 - 1);
        (TONIGHT - Days::new(days_ago)).and_time(NaiveTime::MIN) + TimeDelta::seconds(second)
    }

    /// The moment at which the office's system set a status: some days before a registration, seldom after it.
    pub fn entered(&mut self, asked: NaiveDateTime) -> NaiveDateTime {
        let ago = (TONIGHT - asked.date()).num_days();
        let shift = if self.chance.percent(20) {
            -self.chance.between(1, 4)
        } else {
            self.chance.between(0, 9)
        };
        self.moment(u64::try_from((ago + shift).max(0)).unwrap_or(0))
    }

    /// Writes a name as people do.
    pub fn as_written(&mut self, name: &str) -> String {
        match self.chance.below(10) {
            0..2 => name.to_owned(),
            2 => name.to_lowercase(),
            _ => capitalised(name),
        }
    }

    /// Makes the row that somebody without mistakes fills in.
    pub fn filled_in(&mut self, person: &Person, at: NaiveDateTime, reason: &str) -> Registration {
        Registration {
            at,
            time_cell: None,
            name: self.as_written(&person.name),
            nik: person.nik.clone(),
            kk: person.kk.clone(),
            phone: person.phone.clone(),
            district: person.district.to_owned(),
            village: person.village.to_owned(),
            rt_rw: person.rt_rw.clone(),
            reason: reason.to_owned(),
            email: person.email.clone(),
        }
    }

    /// Fills in the form, without mistakes.
    pub fn register(&mut self, person: &Person, at: NaiveDateTime, reason: &str) -> &mut Registration {
        let row = self.filled_in(person, at, reason);
        self.form.push(row);
        let last = self.form.len() - 1;
        &mut self.form[last]
    }

    /// Puts somebody into the print queue.
    pub fn enqueue(&mut self, person: &Person, status: &'static str, since: NaiveDateTime) -> &mut Entry {
        let number = self.queue.len() + 1;
        self.queue.push(Entry {
            person: person.clone(),
            status,
            since,
            later: None,
            request_no: format!("PLG-{}-{number:04}", since.format("%y%m%d")),
            alive: true,
            moved: false,
            left: false,
        });
        let last = self.queue.len() - 1;
        &mut self.queue[last]
    }
}

/// `SITI AMINAH` becomes `Siti Aminah`.
pub fn capitalised(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_string() + &letters.as_str().to_lowercase())
            .unwrap_or_default()
    };
    name.split(' ').map(word).collect::<Vec<_>>().join(" ")
}
