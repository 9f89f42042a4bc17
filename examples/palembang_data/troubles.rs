//! Who lives in the example office's town, and what is wrong with each group of them: one function a group.

use super::names::{REASONS, REPRINTS, SPELLINGS, TITLES};
use super::town::{Person, Registration, TONIGHT, Town, capitalised};
use chrono::{Days, NaiveTime, TimeDelta};

/// Statuses that block, with how many of each are registered and how many are not; some under an alias, as offices
/// type them.
const BLOCKING: [(&str, usize, usize); 20] = [
    ("BIO_CAPTURED", 4, 5),
    ("SUDAH REKAM", 2, 1),
    ("PROCESSING", 3, 4),
    ("SENT_FOR_ENROLLMENT", 6, 12),
    ("SFE", 2, 1),
    ("RECEIVED_AT_CENTRAL", 3, 4),
    ("ENROLL_FAILURE_AT_CENTRAL", 3, 3),
    ("EFAR", 2, 1),
    ("SEARCH_FAILURE_AT_CENTRAL", 2, 2),
    ("ADJUDICATE_RECORD", 3, 3),
    ("REQUEST_VALIDATION", 2, 2),
    ("DUPLICATE_RECORD", 2, 2),
    ("DUPLICATE ONE TO MANY", 1, 1),
    ("SENT_FOR_CARD_PRINTING", 3, 4),
    ("UNREGISTERED", 3, 3),
    ("BELUM REKAM", 1, 1),
    ("ENROLL_FAILURE_AT_REGIONAL", 1, 1),
    ("Sent For Enrollment", 1, 1),
    ("DUP", 1, 0),
    ("MENUNGGU VERIFIKASI KECAMATAN", 2, 1),
];

/// Fills the town.
pub fn fill(town: &mut Town) {
    ready(town);
    spellings(town);
    odd_signs(town);
    twice_registered(town);
    issued(town);
    reprints(town);
    blocked(town);
    under_age(town);
    dead_or_moved(town);
    parents_nik(town);
    typing_errors(town);
    swapped_columns(town);
    damaged_in_the_form(town);
    not_in_queue(town);
    left_the_queue(town);
    not_registered(town);
    listed_twice(town);
    birth_date_corrected(town);
    kelurahan_sheet(town);
    town.form.sort_by_key(|row| row.at);
    town.queue
        .sort_by(|one, other| (one.since, &one.request_no).cmp(&(other.since, &other.request_no)));
}

/// Registers somebody whose card can be printed, and returns them.
fn ready_one(town: &mut Town) -> Person {
    let reason = town.chance.pick(&REASONS);
    let person = if reason.starts_with("Pemula") {
        town.person(17, 19)
    } else {
        town.adult()
    };
    make_ready(town, &person, reason);
    person
}

fn make_ready(town: &mut Town, person: &Person, reason: &str) {
    let asked = town.asked();
    let since = town.entered(asked);
    let status = if town.chance.percent(6) {
        "PRR"
    } else {
        "PRINT_READY_RECORD"
    };
    town.enqueue(person, status, since);
    town.register(person, asked, reason);
}

fn ready(town: &mut Town) {
    for _ in 0..212 {
        ready_one(town);
    }
}

/// The same person, written otherwise: a short form, a title, an old spelling.
fn spellings(town: &mut Town) {
    let prefixed = SPELLINGS.map(|(woman, full, written)| (woman, format!("{full} "), format!("{written} "), ""));
    let titled = TITLES.map(|(woman, before, behind)| (woman, String::new(), before.to_owned(), behind));
    for (woman, full, before, behind) in prefixed.into_iter().chain(titled) {
        let person = town.plain_adult(woman);
        make_ready(town, &person, "Perubahan data");
        let written = format!("{before}{}{behind}", capitalised(&person.name));
        rename(town, &person, format!("{full}{}", person.name), written);
    }
}

/// Changes the name of whoever was put down last, in the queue and in the form.
fn rename(town: &mut Town, person: &Person, queued: String, written: String) {
    if let Some(entry) = town.queue.iter_mut().rfind(|entry| entry.person.nik == person.nik) {
        entry.person.name = queued;
    }
    if let Some(row) = last_row(town, person) {
        row.name = written;
    }
}

fn last_row<'a>(town: &'a mut Town, person: &Person) -> Option<&'a mut Registration> {
    town.form.iter_mut().rfind(|row| row.nik == person.nik)
}

/// Signs that a form lets through: a formula, a smiley, text that runs backwards, digits of other alphabets.
fn odd_signs(town: &mut Town) {
    let name = |change: fn(&str) -> String| move |row: &mut Registration| row.name = change(&row.name);
    let nik = |change: fn(&str) -> String| move |row: &mut Registration| row.nik = change(&row.nik);
    odd(
        town,
        name(|name| format!("=HYPERLINK(\"http://hadiah.invalid/\",\"{name}\")")),
    );
    odd(town, name(|name| format!("{name} \u{1F338}")));
    odd(town, name(|name| format!("\u{202E}{name}\u{202C}")));
    odd(town, name(|name| format!("{name}\u{1B}[31m")));
    odd(town, name(|name| format!("  {}  ", name.replace(' ', "   "))));
    odd(town, nik(|nik| format!("'{nik}")));
    odd(town, nik(|nik| format!("=\"{nik}\"")));
    odd(
        town,
        nik(|nik| format!("{}\u{A0}{}.{}-{}", &nik[..4], &nik[4..6], &nik[6..12], &nik[12..])),
    );
    odd(town, nik(|nik| format!("\u{200B}{nik}\u{FEFF}")));
    odd(town, nik(|nik| nik.chars().map(full_width).collect()));
}

fn odd(town: &mut Town, change: impl Fn(&mut Registration)) {
    let person = ready_one(town);
    if let Some(row) = last_row(town, &person) {
        change(row);
    }
}

fn full_width(digit: char) -> char {
    char::from_u32(u32::from(digit) - u32::from('0') + 0xFF10).unwrap_or(digit)
}

/// Asking twice costs nobody their place and gains nobody one; the newest telephone number counts.
fn twice_registered(town: &mut Town) {
    for times in [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3] {
        let person = ready_one(town);
        let Some(mut row) = last_row(town, &person).cloned() else {
            continue;
        };
        for _ in 0..times {
            let latest = TimeDelta::hours(15) + TimeDelta::minutes(town.chance.between(1, 50));
            let next = row.at + TimeDelta::days(town.chance.between(1, 4));
            row.at = next.min(TONIGHT.and_time(NaiveTime::MIN) + latest);
            row.phone = town.phone();
            row.name = town.as_written(&person.name);
            town.form.push(row.clone());
        }
    }
}

/// The card exists, and nobody gave a reason for another one; most of them do not even ask.
fn issued(town: &mut Town) {
    const STATUSES: [&str; 4] = ["CARD_ISSUED", "CARD_PRINTED", "CARD_SHIPPED", "SUDAH CETAK"];
    for index in 0..52 {
        let person = town.adult();
        let days_ago = town.chance.between(2, 40).unsigned_abs();
        let since = town.moment(days_ago);
        town.enqueue(&person, STATUSES[index % 4], since);
        if index < 9 {
            let asked = town.asked();
            let reason = town
                .chance
                .pick(&["Pemula / KTP baru", "", "belum jadi juga, sudah lama"]);
            town.register(&person, asked, reason);
        }
    }
}

/// The card was issued, then lost or damaged or out of date, and the form says so.
fn reprints(town: &mut Town) {
    for _ in 0..15 {
        let person = town.adult();
        let asked = town.asked();
        let before = town.chance.between(30, 1_400);
        let reason = town.chance.pick(&REPRINTS);
        town.enqueue(&person, "CARD_ISSUED", asked - TimeDelta::days(before));
        town.register(&person, asked, reason);
    }
}

fn blocked(town: &mut Town) {
    for (status, registered, others) in BLOCKING {
        for index in 0..registered + others {
            let person = town.adult();
            // Half of what waits for the centre has waited longer than the centre is given.
            let days_ago = town
                .chance
                .between(1, if index % 2 == 0 { 12 } else { 32 })
                .unsigned_abs();
            let since = town.moment(days_ago);
            let packed = town.moment(0);
            let entry = town.enqueue(&person, status, since);
            if status == "PROCESSING" && index % 3 == 0 {
                entry.later = Some(("SENT_FOR_ENROLLMENT", packed));
            }
            if index < registered {
                let asked = town.asked();
                town.register(&person, asked, "Pemula / KTP baru");
            }
        }
    }
}

/// Recorded before the birthday, as schools arrange it: no card yet.
fn under_age(town: &mut Town) {
    for index in 0..8 {
        let person = town.person(15, 16);
        let asked = town.asked();
        let status = if index < 3 { "UNDER_AGE" } else { "PRINT_READY_RECORD" };
        let since = town.entered(asked);
        town.enqueue(&person, status, since);
        if index % 2 == 0 {
            town.register(&person, asked, "Pemula / KTP baru");
        }
    }
}

fn dead_or_moved(town: &mut Town) {
    for index in 0..8 {
        let person = ready_one(town);
        if let Some(entry) = town.queue.iter_mut().rfind(|entry| entry.person.nik == person.nik) {
            (entry.alive, entry.moved) = (index % 2 == 0, index % 2 == 0);
        }
    }
}

/// A child's card is asked for under the number of its parent, whose card is in the queue.
fn parents_nik(town: &mut Town) {
    for _ in 0..5 {
        let parent = town.person(40, 60);
        let asked = town.asked();
        let since = town.entered(asked);
        town.enqueue(&parent, "PRINT_READY_RECORD", since);
        let child = Person {
            nik: parent.nik,
            kk: parent.kk,
            ..town.person(17, 18)
        };
        town.register(&child, asked, "Pemula / KTP baru");
    }
}

/// One digit wrong, or two neighbours swapped; the family card and the name are right.
fn typing_errors(town: &mut Town) {
    for index in 0..12 {
        let person = ready_one(town);
        let Some(row) = last_row(town, &person) else { continue };
        let place = [15, 13, 14, 6, 8, 10][index % 6];
        let mut digits: Vec<u8> = person.nik.bytes().collect();
        if index % 2 == 0 || digits[place] == digits[place - 1] {
            digits[place] = b'0' + (digits[place] - b'0' + 3) % 10;
        } else if place != 13 {
            digits.swap(place, place - 1);
        } else {
            digits.swap(place, place + 1);
        }
        row.nik = digits.into_iter().map(char::from).collect();
    }
}

fn swapped_columns(town: &mut Town) {
    for _ in 0..4 {
        let person = ready_one(town);
        if let Some(row) = last_row(town, &person) {
            std::mem::swap(&mut row.nik, &mut row.kk);
        }
    }
}

/// Numbers that are none: kept, never guessed.
fn damaged_in_the_form(town: &mut Town) {
    let damages: [fn(&str) -> String; 12] = [
        |nik| nik[..15].to_owned(),
        |nik| format!("{}{}", &nik[..9], &nik[10..]),
        |nik| format!("{nik}1"),
        |nik| format!("{}{}", &nik[..12], &nik[11..]),
        |nik| nik.replace('0', "O"),
        |nik| nik.replacen('1', "l", 2),
        |nik| nik.replacen('1', "I", 1),
        |_| "2147483647".to_owned(),
        |_| "1111111111111111".to_owned(),
        |nik| format!("0{}", &nik[1..]),
        |_| "belum punya".to_owned(),
        |_| String::new(),
    ];
    for damage in damages {
        let person = ready_one(town);
        if let Some(row) = last_row(town, &person) {
            row.nik = damage(&person.nik);
        }
    }
}

/// Asked for, but never recorded, or recorded somewhere else.
fn not_in_queue(town: &mut Town) {
    for index in 0..38 {
        let person = if index % 3 == 0 {
            town.person(17, 18)
        } else {
            town.adult()
        };
        let asked = town.asked();
        let reason = town.chance.pick(&REASONS);
        let row = town.register(&person, asked, reason);
        if index == 0 {
            // A district that no table knows is a doubt, never a refusal.
            row.nik.replace_range(4..6, "99");
        }
    }
}

/// In the first snapshot and not in the second: printed elsewhere, or cancelled.
fn left_the_queue(town: &mut Town) {
    for index in 0..17 {
        let person = town.adult();
        let days_ago = town.chance.between(4, 20).unsigned_abs();
        let since = town.moment(days_ago);
        town.enqueue(&person, "PRINT_READY_RECORD", since).left = true;
        if index < 8 {
            let asked = town.moment(days_ago - 1);
            town.register(&person, asked, "Perubahan data");
        }
    }
}

fn not_registered(town: &mut Town) {
    for _ in 0..118 {
        let person = town.adult();
        let asked = town.asked();
        let since = town.entered(asked);
        town.enqueue(&person, "PRINT_READY_RECORD", since);
    }
}

/// One number, two rows in one snapshot: the newest status counts.
fn listed_twice(town: &mut Town) {
    for _ in 0..3 {
        let person = ready_one(town);
        if let Some(entry) = town.queue.iter().rfind(|entry| entry.person.nik == person.nik).cloned() {
            let since = entry.since - Days::new(6);
            town.enqueue(&person, "SENT_FOR_ENROLLMENT", since).request_no = entry.request_no;
        }
    }
}

/// A number keeps the birth date it was made with, when the date is corrected later.
fn birth_date_corrected(town: &mut Town) {
    for _ in 0..2 {
        let person = ready_one(town);
        if let Some(entry) = town.queue.iter_mut().rfind(|entry| entry.person.nik == person.nik) {
            entry.person.birth = entry.person.birth + Days::new(31);
        }
    }
}

/// The list that one kelurahan keeps in a spreadsheet, and what a spreadsheet and a hand do to it.
fn kelurahan_sheet(town: &mut Town) {
    for index in 0..38_u32 {
        let person = Person {
            district: "Plaju",
            village: "Plaju Ilir",
            ..town.adult()
        };
        let days_ago = u64::from(10 - index / 4);
        let at = town.moment(days_ago);
        if index % 5 != 4 {
            let since = town.entered(at);
            town.enqueue(&person, "PRINT_READY_RECORD", since);
        }
        let reason = town.chance.pick(&["Perubahan data", "Hilang", "Rusak"]);
        let mut row = town.filled_in(&person, at, reason);
        row.phone = row
            .phone
            .replace(['+', ' ', '-'], "")
            .trim_start_matches('0')
            .to_owned();
        if index % 4 == 1 {
            (row.nik, row.kk) = (as_number(&row.nik), as_number(&row.kk));
        }
        match index {
            6 => row.time_cell = Some("kemarin sore"),
            14 => row.name = format!("Nur\u{2019}{}", capitalised(&person.name).to_lowercase()),
            19 => row.name = format!("\"{}", row.name),
            23 => row.rt_rw = "012/004; depan masjid".to_owned(),
            _ => {}
        }
        town.sheet.push(row);
    }
    let mut empty = town.sheet[0].clone();
    for cell in [
        &mut empty.name,
        &mut empty.nik,
        &mut empty.kk,
        &mut empty.phone,
        &mut empty.rt_rw,
        &mut empty.reason,
    ] {
        cell.clear();
    }
    town.sheet.push(empty);
    town.sheet.sort_by_key(|row| row.at);
}

/// What a spreadsheet makes of sixteen digits: `1,67109E+15`.
fn as_number(digits: &str) -> String {
    let rounded = digits[..7]
        .parse::<u32>()
        .map_or(0, |seven| (seven + 5) / 10)
        .to_string();
    format!("{},{}E+15", &rounded[..1], &rounded[1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_rounds_what_it_drops() {
        assert_eq!(as_number("1671094107959001"), "1,67109E+15");
        assert_eq!(as_number("1671097707959001"), "1,67110E+15");
    }
}
