//! An ordinary day: the morning's lists handed out, an operator who falls ill, prints at the counter, spoiled cards,
//! results, hand-overs, notices, a burning, and the evening's run. In the end the books balance against a sum that
//! this test keeps by itself.

use crate::harness::{Office, Run, csv_rows, csv_text, name, nik};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const SETTINGS: &str = r#"
lang = "en"
[office]
name = "Disdukcapil Kota Contoh"
[[operator]]
name = "ibrahim"
capacity = 6
[[operator]]
name = "kartika"
capacity = 4
[[operator]]
name = "yusuf"
capacity = 20
away = ["2021-07-26..2021-07-30"]
"#;

const PEOPLE: u64 = 30;
const BLANKS_AT_FIRST: u64 = 200;
/// Every so many cards one is spoiled.
const SPOILED_EVERY: usize = 5;

/// Thirty people, ready since the tenth of July; six of them did not fill in the link.
fn office() -> Office {
    let office = Office::new(SETTINGS);
    let text = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    let mut links = vec![text(&["Timestamp", "NIK", "Nama Lengkap", "No HP"])];
    let mut queue = vec![text(&[
        "NIK",
        "NAMA_LGKP",
        "STATUS",
        "TGL_STATUS",
        "NAMA_KEL",
        "SMS_PHONE",
    ])];
    for serial in 1..=PEOPLE {
        let village = format!("KELURAHAN {}", serial % 4);
        let phone = format!("08129999{serial:04}");
        if serial % 5 != 0 {
            let at = format!("2021-07-{:02}T08:00:00+07:00", 1 + serial % 9);
            links.push(text(&[&at, &nik(serial), &name(serial), &phone]));
        }
        let queued = [
            &nik(serial),
            &name(serial),
            "PRINT_READY_RECORD",
            "2021-07-10",
            &village,
            &phone,
        ];
        queue.push(text(&queued));
    }
    office.put("inbox/links/form.csv", &csv_text(&links));
    office.put("inbox/queue/antrean-2021-07-22.csv", &csv_text(&queue));
    let first = BLANKS_AT_FIRST.to_string();
    office
        .run("2021-07-22T21:00", &["blanks", "count", &first])
        .ends_with(0);
    office.run("2021-07-22T22:00", &["nightly", "-q"]).done_or_person();
    office
}

/// What this test knows by itself, beside what `cetak` says.
#[derive(Default)]
struct Own {
    printed: BTreeSet<String>,
    spoiled: BTreeSet<String>,
    walk_ins: BTreeSet<String>,
    handed_over: BTreeSet<String>,
    old_cards: BTreeSet<String>,
    /// Added less damaged and returned, after the first count.
    moved: i64,
}

impl Own {
    fn blanks(&self) -> i64 {
        let used = self.printed.len() + self.spoiled.len() + self.walk_ins.len();
        BLANKS_AT_FIRST as i64 + self.moved - used as i64
    }
}

/// Fills in the first cards of a list as its operator would, every fifth one spoiled, and imports it.
fn bring_back(office: &Office, as_of: &str, list: &str, most: usize, own: &mut Own) {
    let mut table = vec![["batch", "seq", "nik", "result", "note"].map(str::to_owned).to_vec()];
    let is_new =
        |row: &BTreeMap<String, String>| !own.printed.contains(&row["nik"]) && !own.spoiled.contains(&row["nik"]);
    let rows: Vec<_> = csv_rows(&office.read(list))
        .into_iter()
        .filter(is_new)
        .take(most)
        .collect();
    for (index, row) in (1_usize..).zip(rows) {
        let is_spoiled = index % SPOILED_EVERY == 0;
        let (result, note) = if is_spoiled {
            ("spoiled", "ribbon torn")
        } else {
            ("printed", "")
        };
        let kept = if is_spoiled { &mut own.spoiled } else { &mut own.printed };
        kept.insert(row["nik"].clone());
        let cells = [&row["batch"], &row["seq"], &row["nik"], result, note];
        table.push(cells.map(str::to_owned).to_vec());
    }
    let path = office.put("hasil.csv", &csv_text(&table));
    let report = office.json(as_of, &["import", "results", path.to_str().unwrap()]);
    assert_eq!(report[0]["rejected"], 0, "{report}");
}

fn lists(office: &Office, day: &str) -> BTreeMap<String, Vec<String>> {
    let mut lists = BTreeMap::new();
    for path in office.tree(&format!("outbox/{day}")).into_keys() {
        let file = path.rsplit('/').next().unwrap().to_owned();
        if file.starts_with("batch-") && file.ends_with(".csv") {
            let list = format!("outbox/{day}/{file}");
            let niks = csv_rows(&office.read(&list))
                .iter()
                .map(|row| row["nik"].clone())
                .collect();
            lists.insert(list, niks);
        }
    }
    lists
}

fn balances(office: &Office, as_of: &str, own: &Own) {
    let book = office.json(as_of, &["blanks", "report"]);
    assert_eq!(book["on_hand"].as_i64(), Some(own.blanks()), "{book}");
    assert_eq!((&book["balanced"], &book["missing"]), (&true.into(), &0.into()));
    let since = &book["since_count"];
    let parts = ["printed", "spoiled", "walk_in"].map(|part| since[part].as_u64().unwrap());
    let expected = [own.printed.len(), own.spoiled.len(), own.walk_ins.len()].map(|count| count as u64);
    assert_eq!(parts, expected, "{book}");
    assert_eq!(since["balance"], book["on_hand"]);
}

fn ok(run: Run) -> Run {
    run.ends_with(0)
}

#[test]
fn an_ordinary_day_ends_with_books_that_balance() {
    let office = office();
    let mut own = Own::default();
    morning(&office, &mut own);
    midday(&office, &mut own);
    afternoon(&office, &mut own);
    evening(&office, &mut own);
}

/// The lists are handed out; one operator falls ill after her first card, and another takes the rest over.
fn morning(office: &Office, own: &mut Own) {
    let planned = lists(office, "2021-07-23");
    let of = |who: &str| format!("outbox/2021-07-23/batch-{who}.csv");
    let expected = [of("ibrahim"), of("kartika"), of("yusuf")];
    assert_eq!(planned.keys().cloned().collect::<Vec<_>>(), expected);
    let cards: BTreeSet<&String> = planned.values().flatten().collect();
    assert_eq!(
        cards.len() as u64,
        PEOPLE - PEOPLE / 5,
        "everybody who filled in the link"
    );
    let deliver = ["blanks", "add", "50", "--note", "box 7"];
    ok(office.run("2021-07-23T08:00", &deliver));
    let wet = ["blanks", "damaged", "4", "--note", "box 7 was wet"];
    ok(office.run("2021-07-23T08:05", &wet));
    own.moved += 50 - 4;
    bring_back(office, "2021-07-23T09:30", &of("kartika"), 1, own);
    let to = |who: &'static str| {
        [
            "batch",
            "reassign",
            "2021-07-23-kartika",
            "--to",
            who,
            "--reason",
            "ill",
        ]
    };
    office.run("2021-07-23T09:40", &to("ibrahim")).ends_with(1);
    ok(office.run("2021-07-23T09:45", &to("yusuf")));
    let rest: BTreeSet<&String> = planned[&of("kartika")]
        .iter()
        .filter(|nik| !own.printed.contains(*nik))
        .collect();
    let now = lists(office, "2021-07-23");
    let taken_over = now
        .iter()
        .filter(|(list, _)| list.contains("yusuf"))
        .flat_map(|(_, niks)| niks);
    assert!(rest.is_subset(&taken_over.collect()), "{now:?}");
    bring_back(office, "2021-07-23T09:50", &of("ibrahim"), usize::MAX, own);
}

/// Prints at the counter: somebody who never filled in the link, and what is refused.
fn midday(office: &Office, own: &mut Own) {
    let print = |as_of: &str, nik: &str| {
        office.run(
            as_of,
            &["printed", nik, "--operator", "ibrahim", "--reason", "must travel"],
        )
    };
    let walk_in = nik(5);
    ok(print("2021-07-23T10:05", &walk_in));
    print("2021-07-23T10:06", &walk_in).ends_with(1);
    let on_a_list = lists(office, "2021-07-23")["outbox/2021-07-23/batch-yusuf.csv"][0].clone();
    let refused = print("2021-07-23T10:07", &on_a_list).ends_with(1);
    assert!(refused.stderr.contains("2021-07-23-yusuf"), "{}", refused.stderr);
    own.walk_ins.insert(walk_in);
    balances(office, "2021-07-23T10:10", own);
}

/// Results come back, cards are handed over, citizens are told, and what is spoiled is burned.
fn afternoon(office: &Office, own: &mut Own) {
    for list in lists(office, "2021-07-23").keys().filter(|list| list.contains("yusuf")) {
        bring_back(office, "2021-07-23T15:00", list, usize::MAX, own);
    }
    let collected: Vec<String> = own.printed.iter().take(5).cloned().collect();
    for (index, nik) in collected.iter().enumerate() {
        let old: &[&str] = if index < 2 { &["--old-card"] } else { &[] };
        ok(office.run("2021-07-23T15:30", &[&["handover", nik.as_str()], old].concat()));
        own.handed_over.insert(nik.clone());
        if index < 2 {
            own.old_cards.insert(nik.clone());
        }
    }
    office
        .run("2021-07-23T15:35", &["handover", &collected[0]])
        .ends_with(1);
    let told = office.json("2021-07-23T16:00", &["notify"]);
    let to_collect: BTreeSet<String> = told["notices"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["kind"] == "collect")
        .map(|one| one["nik"].as_str().unwrap().to_owned())
        .collect();
    let here: BTreeSet<String> = own
        .printed
        .union(&own.walk_ins)
        .filter(|nik| !own.handed_over.contains(*nik))
        .cloned()
        .collect();
    assert_eq!(to_collect, here);
    let without_link = PEOPLE / 5 - own.walk_ins.len() as u64;
    assert_eq!(
        told["told"],
        here.len() as u64 + without_link,
        "and those who did not fill in the link"
    );
    assert_eq!(office.json("2021-07-23T16:05", &["notify"])["told"], 0);
    let burn = [
        "destroy",
        "record",
        "--witness",
        "Rina Wati",
        "--witness",
        "Andi Saputra",
        "--place",
        "halaman kantor",
        "--output",
    ];
    let page = office.root().join("berita-acara.html");
    ok(office.run("2021-07-23T16:30", &[&burn[..], &[page.to_str().unwrap()]].concat()));
    let burned = office.json("2021-07-23T16:35", &["destroy", "list", "--record", "1"]);
    let burned_of = |kind: &str| -> BTreeSet<String> {
        let cards = burned["cards"].as_array().unwrap().iter();
        cards
            .filter(|card| card["kind"] == kind)
            .map(|card| card["nik"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        (burned_of("spoiled"), burned_of("surrendered")),
        (own.spoiled.clone(), own.old_cards.clone())
    );
    assert!(fs::read_to_string(&page).unwrap().contains("ribbon torn"));
    office
        .run("2021-07-23T16:40", &[&burn[..], &[page.to_str().unwrap()]].concat())
        .ends_with(1);
}

/// The night plans Monday, spoiled cards first; in the end everything balances.
fn evening(office: &Office, own: &mut Own) {
    let night = office
        .run("2021-07-23T22:00", &["nightly", "-q", "--format", "json"])
        .ends_with(0)
        .json();
    let codes: Vec<&Value> = night["attention"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["code"])
        .collect();
    assert!(codes.is_empty(), "a day's work is done: {codes:?}");
    let monday: BTreeSet<String> = lists(office, "2021-07-26").into_values().flatten().collect();
    assert_eq!(
        own.spoiled, monday,
        "who lost a card to the printer comes next, and everybody else is printed"
    );
    let done: BTreeSet<String> = own.printed.union(&own.walk_ins).cloned().collect();
    assert!(done.is_disjoint(&monday), "nobody is printed twice");
    let without_link = PEOPLE / 5 - own.walk_ins.len() as u64;
    let accounted = (done.len() + monday.len()) as u64 + without_link;
    assert_eq!(accounted, PEOPLE, "nobody is lost");
    balances(office, "2021-07-23T22:30", own);
    ok(office.run("2021-07-23T22:30", &["check"]));
    let counts = &night["counts"];
    assert_eq!(counts["collected"], own.handed_over.len() as u64);
    assert_eq!(counts["not_registered"], without_link);
    let log = office.json("2021-07-23T23:00", &["log"]);
    let actions: BTreeSet<&str> = log["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["action"].as_str().unwrap())
        .collect();
    for action in [
        "batch_planned",
        "batch_reassigned",
        "walk_in_printed",
        "results_imported",
        "card_handed_over",
        "citizens_told",
        "cards_destroyed",
        "blanks_damaged",
    ] {
        assert!(actions.contains(action), "{action}: {actions:?}");
    }
}
