//! A second set of made-up people for names and near matches: other names, spellings, damage and relatives than in
//! `tests/linkage`, so that nothing is tuned to that set alone. Grown from a seed; prints the figures and holds them.

#![allow(clippy::unwrap_used)] // the helpers of a test may stop it

use cetak::domain::moment::Moment;
use cetak::domain::name;
use cetak::domain::near_match::{QueueSide, RegisteredSide, Search};
use cetak::domain::nik::{KkNumber, Nik, NikFlaw, NikReading};
use cetak::domain::registration::{Registration, RowKey};
use std::collections::{HashMap, HashSet};

const MEN: &[&str] = &[
    "SUTRISNO|SOETRISNO|SUTRISNA",
    "SUGENG|SOEGENG",
    "WAGIMAN",
    "TUKIMAN",
    "PAIJO|PAIDJO",
    "ASEP|ASEF",
    "UJANG|OEDJANG|UDJANG",
    "CECEP",
    "DADANG",
    "PARULIAN",
    "TUMPAL",
    "HOTMAN",
    "WAYAN",
    "KETUT",
    "NYOMAN",
    "YOHANES|JOHANES|YOHANNES",
    "FRANSISKUS|FRANCISCUS|FRANSISCUS",
    "AGUSTINUS|AGUSTINOES",
    "STEFANUS|STEPHANUS|STEVANUS",
    "ABDURRAHMAN|ABDUL RAHMAN|ABDURAHMAN|ABD. ROHMAN",
    "SYAMSUDDIN|SAMSUDIN|SYAMSUDIN|SAMSUDDIN",
    "FATHURROHMAN|FATKHUROHMAN|FATURROHMAN|FATHUR ROHMAN",
    "SYARIFUDDIN|SARIFUDIN|SYARIPUDIN",
    "MUKHLIS|MUHLIS|MUCHLIS",
    "SOLIHIN|SHOLIHIN|SOLIKHIN",
    "THAMRIN|TAMRIN",
    "HAFIZ|HAFIDZ|HAFIDH|HAPIZ",
    "GHOZALI|GOZALI|GHAZALI",
    "YUDHISTIRA|YUDISTIRA|JUDISTIRA",
    "TRIYONO|TRIONO|TRIJONO",
    "HARJONO|HARDJONO",
    "MULYADI|MULIADI|MOELJADI",
    "DENI|DENNY|DENY",
    "HERI|HERRY|HERY",
    "FEBRI|PEBRI|FEBRY",
    "TEGUH|TEGOEH",
    "ZAKARIA|JAKARIA|ZAKARIYA",
    "HAMZAH|HAMZA|HAMSAH",
    "MUHAMMAD|MOH.|MUH|MOCHAMMAD|M.|MHD",
    "ABDUL|ABD.|ABD",
    "BASUKI|BASOEKI",
    "SATRIO|SATRIYO",
];
const WOMEN: &[&str] = &[
    "SUMARNI|SOEMARNI",
    "PAINEM",
    "NGATINI",
    "LILIS",
    "EUIS",
    "NINING",
    "ROSMAIDA",
    "MADE",
    "KRISTINA|CHRISTINA|CRISTINA",
    "THERESIA|TERESIA",
    "CHOIRUNNISA|KHOIRUNISA|KHAIRUNNISA|CHAIRUNISA",
    "ZULAIKHA|JULAIKA|ZULAIHA|ZULEKHA",
    "FARIDAH|PARIDA|FARIDA",
    "MAIMUNAH|MAEMUNAH|MAIMUNA",
    "KHOLIFAH|HOLIPAH|CHOLIFAH",
    "AZIZAH|AZIJAH|AJIZAH",
    "ROSYIDAH|ROSIDAH|ROSYIDA",
    "RACHMAWATI|RAHMAWATI|RAKHMAWATI",
    "NURJANAH|NURJANNAH|NUR JANAH|NURDJANAH",
    "EVI|EVY|EFI",
    "VIVI|FIFI",
    "YENI|YENNY|JENI",
    "ENDANG",
    "WIWIK|WIWIEK",
    "ERNAWATI|ERNA WATI",
    "KOMARIAH|QOMARIAH|KOMARIYAH",
    "TITIK|TITIEK",
    "SITI|ST.|STI",
    "TITIN",
    "MURNIATI|MOERNIATI|MURNIYATI",
    "HASNAH|HASNA",
    "NELLY|NELI|NELY",
    "YANTI|JANTI|YANTY",
    "SUPRIHATIN|SOEPRIHATIN",
    "MISNAWATI|MISNA WATI",
    "ZURAIDA|JURAIDAH|ZURAIDAH",
];
const FAMILIES: &[&str] = &[
    "SIHOMBING",
    "SITORUS",
    "PANJAITAN|PANDJAITAN",
    "HUTAPEA",
    "POHAN",
    "DAULAY|DAULAI",
    "RANGKUTI",
    "SILALAHI",
    "MARPAUNG",
    "KUSNADI|KOESNADI",
    "WIBOWO|WIBOWOE",
    "SUHENDAR|SOEHENDAR",
    "HERMAWAN",
    "PERMANA",
    "NUGRAHA|NOEGRAHA",
    "SUKMANA|SOEKMANA",
    "KOSASIH|KOSASI",
    "JAYADI|DJAJADI|DJAYADI",
    "SALIM",
    "BAHRI",
    "SUBAGYO|SUBAGIO|SOEBAGJO",
    "WIRANATA",
    "PURBA",
    "SIMBOLON",
    "CANIAGO|CHANIAGO",
    "MAHARANI",
    "LAKSMANA|LAKSAMANA",
    "TJAHJADI|CAHYADI|TJAHYADI",
    "SUWITO|SUITO",
    "HADIWIJAYA|HADIWIDJAJA|HADI WIJAYA",
];
const DEGREES: &[&str] = &[
    ", S.E.",
    ", S.Pd",
    " SH",
    ", M.Kes",
    " S.Kom.",
    ", A.Md.Keb",
    ", S.T., M.T.",
    " Amd",
];
const TITLES: &[&str] = &["H. ", "Hj. ", "Drs. ", "Ir. ", "dr. ", "Dra. ", "K.H. ", "KH. "];

/// SplitMix64: the same people on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

#[derive(Clone)]
struct Person {
    nik: String,
    kk: String,
    /// Words, each with its spellings.
    name: Vec<&'static str>,
    village: usize,
    is_queued: bool,
    /// Those of the same card.
    family: usize,
}

impl Person {
    fn official(&self) -> String {
        self.name
            .iter()
            .map(|word| word.split('|').next().unwrap())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn number(dice: &mut Dice, is_woman: bool, from_year: usize, years: usize) -> (String, usize) {
    let district = [1, 4, 6, 7, 10, 11, 13, 14][dice.below(8)];
    (with_date(dice, district, is_woman, from_year, years), district)
}

fn with_date(dice: &mut Dice, district: usize, is_woman: bool, from_year: usize, years: usize) -> String {
    let day = dice.below(28) + 1 + if is_woman { 40 } else { 0 };
    let year = (from_year + dice.below(years)) % 100;
    let serial = 9001 + [0, 0, 0, 1, 1, 2, 3, 4, 6, 12][dice.below(10)];
    format!("1671{district:02}{day:02}{:02}{year:02}{serial:04}", dice.below(12) + 1)
}

fn words(dice: &mut Dice, is_woman: bool, family: Option<&'static str>) -> Vec<&'static str> {
    let given = if is_woman { WOMEN } else { MEN };
    let mut name = vec![*dice.one(given)];
    if dice.chance(40) {
        let second = *dice.one(given);
        if second != name[0] {
            name.push(second);
        }
    }
    name.extend(family);
    name
}

fn people(dice: &mut Dice) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    let mut taken = HashSet::new();
    for family in 0..1800 {
        let (kk, district) = number(dice, false, 2005, 15);
        let kk = format!("{}9{:03}", &kk[..12], dice.below(1000));
        let village = dice.below(6);
        let surname = dice.chance(80).then(|| *dice.one(FAMILIES));
        let has_surname = dice.chance(80);
        let parent = words(dice, false, surname.filter(|_| has_surname));
        let mut members = vec![(false, parent.clone(), 1955, 25)];
        members.push((true, words(dice, true, None), 1958, 25));
        for _ in 0..dice.below(4) {
            let is_woman = dice.chance(50);
            // A child carries the family's name, or its father's only one.
            let last = if parent.len() == 1 && dice.chance(50) {
                Some(parent[0])
            } else {
                surname
            };
            members.push((is_woman, words(dice, is_woman, last), 1985, 19));
        }
        let first = people.len();
        for (is_woman, name, from, years) in members {
            let nik = with_date(dice, district, is_woman, from, years);
            if taken.insert(nik.clone()) {
                let is_queued = dice.chance(60);
                people.push(Person {
                    nik,
                    kk: kk.clone(),
                    name,
                    village,
                    is_queued,
                    family,
                });
            }
        }
        if dice.chance(8) && people.len() > first + 2 {
            let twin = people.last().unwrap().clone();
            let nik = (twin.nik.parse::<u64>().unwrap() + 1).to_string();
            let name = words(dice, twin.nik.as_bytes()[6] >= b'4', twin.name.last().copied());
            if name[0] != twin.name[0] && taken.insert(nik.clone()) {
                people.last_mut().unwrap().is_queued = true;
                people.push(Person {
                    nik,
                    name,
                    is_queued: false,
                    ..twin
                });
            }
        }
    }
    people
}

/// Writes a name as its owner might.
fn written(dice: &mut Dice, person: &Person) -> String {
    let mut words: Vec<String> = Vec::new();
    for (at, word) in person.name.iter().enumerate() {
        let spellings: Vec<&str> = word.split('|').collect();
        let is_middle = at > 0 && at + 1 < person.name.len();
        if is_middle && dice.chance(12) {
            continue;
        }
        words.push(if is_middle && dice.chance(8) {
            format!("{}.", &word[..1])
        } else if dice.chance(35) {
            (*dice.one(&spellings)).to_owned()
        } else {
            spellings[0].to_owned()
        });
    }
    if dice.chance(3) {
        words.reverse();
    }
    if dice.chance(9) {
        let at = dice.below(words.len());
        words[at] = slipped(dice, &words[at]);
    }
    let mut name = words.join(if dice.chance(3) { "" } else { " " });
    if dice.chance(6) {
        name = format!("{}{name}", dice.one(TITLES));
    }
    if dice.chance(6) {
        name += *dice.one::<&str>(DEGREES);
    }
    if dice.chance(30) { name.to_lowercase() } else { name }
}

fn slipped(dice: &mut Dice, word: &str) -> String {
    let mut letters: Vec<u8> = word.bytes().collect();
    if letters.len() < 4 {
        return word.to_owned();
    }
    let at = dice.below(letters.len() - 1);
    match dice.below(4) {
        0 => letters.swap(at, at + 1),
        1 => letters.insert(at, letters[at]),
        2 => drop(letters.remove(at + 1)),
        _ => letters[at] = b'A' + dice.below(26) as u8,
    }
    String::from_utf8(letters).unwrap()
}

const DAMAGE: &[&str] = &[
    "one digit",
    "neighbours",
    "distant",
    "missing",
    "doubled",
    "added",
    "zeroed",
    "scientific",
    "letters",
    "date order",
    "forty",
    "year",
    "swapped cells",
    "blank",
    "two digits",
    "relative",
    "district",
    "shifted",
    "card typed twice",
];

/// Damages a NIK; `None` where the cells of NIK and card change places.
fn damaged(dice: &mut Dice, kind: &str, nik: &str) -> String {
    let mut digits: Vec<u8> = nik.bytes().collect();
    let at: usize = dice.below(15);
    let other = |dice: &mut Dice, digit: u8| (digit - b'0' + 1 + dice.below(9) as u8) % 10 + b'0';
    match kind {
        "one digit" => digits[at] = other(dice, digits[at]),
        "two digits" => {
            for place in [at, (at + 1 + dice.below(14)) % 16] {
                digits[place] = other(dice, digits[place]);
            }
        }
        "neighbours" => {
            let at = (0..15)
                .map(|step| (at + step) % 15)
                .find(|at| digits[*at] != digits[at + 1])
                .unwrap();
            digits.swap(at, at + 1);
        }
        "distant" => {
            let places: Vec<usize> = (0..16_usize)
                .filter(|place| place.abs_diff(at) > 1 && digits[*place] != digits[at])
                .collect();
            let place = *dice.one(&places);
            digits.swap(at, place);
        }
        "missing" => drop(digits.remove(at)),
        "doubled" => digits.insert(at, digits[at]),
        "added" => digits.insert(at, b'0' + dice.below(10) as u8),
        "zeroed" => digits[15] = b'0',
        "scientific" => {
            let kept = [3, 6, 6, 6, 9][dice.below(5)];
            return format!("{},{}E+15", &nik[..1], &nik[1..kept]);
        }
        "letters" => return nik.replacen('1', "l", 2).replacen('0', "O", 1 + dice.below(3)),
        "date order" => {
            return format!(
                "{}{}{}{}{}",
                &nik[..6],
                &nik[10..12],
                &nik[8..10],
                &nik[6..8],
                &nik[12..]
            );
        }
        "forty" => {
            digits[6] = if digits[6] >= b'4' {
                digits[6] - 4
            } else {
                digits[6] + 4
            }
        }
        "year" => {
            digits[10] = other(dice, digits[10]);
            digits[11] = other(dice, digits[11]);
        }
        "district" => return format!("1671{:02}{}", 2 + dice.below(2) * 3 + dice.below(2), &nik[6..]),
        "shifted" => {
            let digit = digits.remove(at);
            digits.insert((at + 3 + dice.below(8)) % 16, digit);
        }
        _ => return ["", "-", "belum ada", "2147483647"][dice.below(4)].to_owned(),
    }
    String::from_utf8(digits).unwrap()
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Expect {
    Same,
    Identity,
    Near,
    Absent,
}

struct Row {
    kind: &'static str,
    expect: Expect,
    nik: String,
    kk: String,
    name: String,
    village: usize,
    meant: Option<String>,
}

fn card(dice: &mut Dice, person: &Person) -> String {
    match dice.below(100) {
        0..75 => person.kk.clone(),
        75..85 => String::new(),
        85..93 => damaged(dice, "one digit", &person.kk),
        _ => number(dice, false, 2005, 15).0,
    }
}

fn row(dice: &mut Dice, people: &[Person], at: usize) -> Option<Row> {
    let person = &people[at];
    let relatives = |queued: bool| -> Vec<&Person> {
        let near = &people[at.saturating_sub(6)..(at + 6).min(people.len())];
        near.iter()
            .filter(|other| other.family == person.family && other.nik != person.nik && other.is_queued == queued)
            .collect()
    };
    let mut row = Row {
        kind: "plain",
        expect: Expect::Same,
        nik: person.nik.clone(),
        kk: card(dice, person),
        name: written(dice, person),
        village: if dice.chance(10) { dice.below(6) } else { person.village },
        meant: Some(person.nik.clone()),
    };
    let bears = |other: &Person| other.official() == person.official();
    if !person.is_queued {
        // Not in the queue: alone, with damage, or beside a twin or a namesake who is.
        let family = relatives(true);
        if family.iter().any(|other| bears(other)) {
            return None;
        }
        (row.kind, row.expect, row.meant) = ("absent", Expect::Absent, None);
        if dice.chance(40) {
            row.kind = "absent, damaged";
            let kind = *dice.one::<&str>(&DAMAGE[..12]);
            row.nik = damaged(dice, kind, &person.nik);
        } else if dice.chance(30) {
            let namesake = dice.one(people);
            if namesake.is_queued && namesake.family != person.family {
                row.kind = "namesake";
                row.name = written(dice, namesake);
                row.village = if dice.chance(50) { namesake.village } else { row.village };
                if dice.chance(30) {
                    // Born on the same day of another year, in another village, with a card of their own.
                    row.kind = "namesake of another year";
                    row.nik = damaged(dice, "year", &namesake.nik);
                    row.village = (namesake.village + 1 + dice.below(5)) % 6;
                    row.kk = number(dice, false, 2005, 15).0;
                    if people.iter().any(|other| other.nik == row.nik) {
                        return None;
                    }
                }
            }
        }
        return Some(row);
    }
    match dice.below(10) {
        0..5 => {}
        5 => {
            let other = *relatives(true).first()?;
            // No family calls two by one first name; if it did, no name could tell (KETUT, KETUT HARJONO).
            if other.name[0] == person.name[0] || dice.chance(30) {
                return None;
            }
            (row.kind, row.expect, row.meant) = ("relative's NIK", Expect::Identity, Some(other.nik.clone()));
            row.nik = other.nik.clone();
        }
        _ => {
            row.kind = *dice.one::<&str>(DAMAGE);
            row.expect = Expect::Near;
            match row.kind {
                "swapped cells" => (row.nik, row.kk) = (person.kk.clone(), person.nik.clone()),
                "relative" => {
                    row.nik = relatives(false).first().filter(|other| !bears(other))?.nik.clone();
                    row.kk = person.kk.clone();
                }
                "card typed twice" => (row.nik, row.kk) = (person.kk.clone(), person.kk.clone()),
                kind => {
                    row.nik = damaged(dice, kind, &person.nik);
                    if matches!(kind, "blank" | "scientific" | "two digits" | "shifted") && !dice.chance(15) {
                        row.kk = person.kk.clone();
                    }
                }
            }
        }
    }
    Some(row)
}

#[derive(Default)]
struct Figures {
    right: HashMap<&'static str, (u32, u32)>,
    wrong: u32,
    proposed: u32,
}

fn count(right: &HashMap<&'static str, (u32, u32)>, kinds: &[&str]) -> (f64, f64) {
    let of_kinds = right.iter().filter(|(kind, _)| kinds.contains(kind));
    let (found, all) = of_kinds.fold((0, 0), |sum, (_, (found, all))| (sum.0 + found, sum.1 + all));
    (f64::from(found), f64::from(all))
}

#[test]
fn other_people_are_told_apart_too() {
    let mut figures = Figures::default();
    for seed in [20_210_724, 3, 1_000_000_007] {
        judge(&mut Dice(seed), &mut figures);
    }
    let mut kinds: Vec<_> = figures.right.iter().collect();
    kinds.sort();
    for (kind, (right, all)) in kinds {
        println!("{kind}: {right}/{all}");
    }
    let (near, near_all) = count(&figures.right, DAMAGE);
    let (absent, absent_all) = count(
        &figures.right,
        &["absent", "absent, damaged", "namesake", "namesake of another year"],
    );
    let (same, same_all) = count(&figures.right, &["same"]);
    let (identity, identity_all) = count(&figures.right, &["identity"]);
    println!("same {same}/{same_all}, identity {identity}/{identity_all}, near {near}/{near_all}");
    println!(
        "wrong {}/{}, absent {absent}/{absent_all}",
        figures.wrong, figures.proposed
    );
    assert!(same >= 0.985 * same_all);
    assert!(identity >= 0.99 * identity_all);
    assert!(near >= 0.975 * near_all);
    assert!(f64::from(figures.wrong) <= 0.005 * f64::from(figures.proposed));
    assert!(absent >= 0.995 * absent_all);
}

/// Compares every row of one made-up town with its queue.
fn judge(dice: &mut Dice, figures: &mut Figures) {
    let people = people(dice);
    let rows: Vec<Row> = (0..people.len()).filter_map(|at| row(dice, &people, at)).collect();
    let queue: HashMap<&str, &Person> = people
        .iter()
        .filter(|person| person.is_queued)
        .map(|person| (person.nik.as_str(), person))
        .collect();
    let mut seekers = Vec::new();
    let mut sought = Vec::new();
    for row in &rows {
        let reading = NikReading::read(&row.nik);
        let exact = reading
            .as_ref()
            .and_then(NikReading::trusted)
            .and_then(|nik| queue.get(nik.digits().as_str()));
        let Some(entry) = exact else {
            let nik = reading.unwrap_or(NikReading::Held {
                text: String::new(),
                flaw: NikFlaw::Missing,
            });
            let village = Some(format!("Kelurahan {}", row.village).as_str().into());
            let (name, sent) = (row.name.as_str().into(), Moment::from_seconds(0));
            seekers.push(Registration {
                kk: KkNumber::read(&row.kk),
                village,
                ..Registration::new(RowKey([0; 16]), nik, name, sent)
            });
            sought.push(row);
            continue;
        };
        // Damage that happens to make another's NIK is that other's: an identity case like any.
        let is_own = row.meant.as_deref() == Some(entry.nik.as_str()) && row.expect != Expect::Identity;
        let verdict = name::same_person(&row.name, &entry.official());
        let kind = if is_own { "same" } else { "identity" };
        let counted = figures.right.entry(kind).or_default();
        counted.1 += 1;
        counted.0 += u32::from(verdict.is_same() == is_own);
        if verdict.is_same() != is_own {
            println!(
                "{kind} ({}): {} | {} -> {verdict:?}",
                row.kind,
                row.name,
                entry.official()
            );
        }
    }
    search(&queue, seekers, &sought, figures);
}

fn search(queue: &HashMap<&str, &Person>, seekers: Vec<Registration>, sought: &[&Row], figures: &mut Figures) {
    let mut search = Search::new(seekers.iter().map(RegisteredSide::of));
    for person in queue.values() {
        let village = format!("KELURAHAN {}", person.village);
        search.offer(&QueueSide {
            nik: Nik::parse(&person.nik).unwrap(),
            name: &person.official(),
            card: KkNumber::read(&person.kk).as_ref().and_then(KkNumber::as_u64),
            district: None,
            village: Some(&village),
        });
    }
    let found = search.finish();
    for (row, place) in sought.iter().zip(0..) {
        let nik = found.get(&place).map(|proposal| proposal.nik.digits());
        let is_right = nik == row.meant;
        let counted = figures.right.entry(row.kind).or_default();
        counted.1 += 1;
        counted.0 += u32::from(is_right);
        figures.proposed += u32::from(nik.is_some());
        figures.wrong += u32::from(nik.is_some() && !is_right);
        if !is_right {
            let meant = row.meant.as_ref().map(|nik| queue[nik.as_str()]);
            let meant = meant.map(|person| (&person.nik, &person.kk, person.official(), person.village));
            println!(
                "{}: {:?} -> {found:?} for {meant:?}",
                row.kind,
                (&row.nik, &row.kk, &row.name, row.village)
            );
        }
    }
}
