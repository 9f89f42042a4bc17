//! Names and near matches on a set of made-up people whose truth is known: prints the figures, and holds them.

#![allow(clippy::unwrap_used)] // the helpers of a test may stop it

use cetak::domain::moment::Moment;
use cetak::domain::name;
use cetak::domain::near_match::{Proposal, QueueSide, RegisteredSide, Search};
use cetak::domain::nik::{KkNumber, Nik, NikFlaw, NikReading};
use cetak::domain::registration::{Registration, RowKey};
use std::collections::HashMap;

/// One row of `truth.csv`, with what it speaks of.
struct Case {
    kind: String,
    expect: String,
    meant: Option<Nik>,
    link: HashMap<String, String>,
}

fn rows(file: &str) -> Vec<HashMap<String, String>> {
    let path = format!("{}/tests/linkage/{file}", env!("CARGO_MANIFEST_DIR"));
    let mut reader = csv::Reader::from_path(path).unwrap();
    let headers = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| {
        headers
            .iter()
            .map(str::to_owned)
            .zip(record.iter().map(str::to_owned))
            .collect()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn cases() -> Vec<Case> {
    let links = rows("links.csv");
    let case = |truth: HashMap<String, String>| Case {
        kind: truth["kind"].clone(),
        expect: truth["expect"].clone(),
        meant: Nik::parse(&truth["queue_nik"]),
        link: links[truth["link_row"].parse::<usize>().unwrap() - 1].clone(),
    };
    rows("truth.csv").into_iter().map(case).collect()
}

#[test]
fn names_tell_who_has_the_same_nik() {
    let queue = rows("queue.csv");
    let by_nik: HashMap<Nik, &HashMap<String, String>> = queue
        .iter()
        .map(|entry| (Nik::parse(&entry["NIK"]).unwrap(), entry))
        .collect();
    let (mut same, mut same_found, mut identity, mut identity_found) = (0, 0, 0, 0);
    for case in cases() {
        let reading = NikReading::read(&case.link["NIK"]);
        let Some(entry) = reading
            .and_then(|reading| reading.trusted())
            .and_then(|nik| by_nik.get(&nik))
        else {
            continue;
        };
        let (registered, queued) = (&case.link["Nama Lengkap"], &entry["NAMA_LGKP"]);
        let verdict = name::same_person(registered, queued);
        let expected_same = match case.expect.as_str() {
            "same" => true,
            "identity" => false,
            _ => continue,
        };
        if expected_same {
            same += 1;
            same_found += u32::from(verdict.is_same());
        } else {
            identity += 1;
            identity_found += u32::from(!verdict.is_same());
        }
        if verdict.is_same() != expected_same {
            println!("{} {:?}: {registered} | {queued} -> {verdict:?}", case.kind, case.meant);
        }
    }
    println!("same {same_found}/{same}, identity {identity_found}/{identity}");
    assert!(f64::from(same_found) >= 0.985 * f64::from(same));
    assert!(f64::from(identity_found) >= 0.99 * f64::from(identity));
}

/// The near search over the whole set, in the order of `cases`; `None` where a case has an exact NIK.
fn proposals(cases: &[Case], queue: &[HashMap<String, String>]) -> Vec<Option<Option<Proposal>>> {
    let known: HashMap<Nik, &HashMap<String, String>> = queue
        .iter()
        .map(|entry| (Nik::parse(&entry["NIK"]).unwrap(), entry))
        .collect();
    let seeker = |case: &Case| {
        let reading = NikReading::read(&case.link["NIK"]);
        let is_exact = reading
            .as_ref()
            .and_then(NikReading::trusted)
            .is_some_and(|nik| known.contains_key(&nik));
        let nik = reading.unwrap_or(NikReading::Held {
            text: String::new(),
            flaw: NikFlaw::Missing,
        });
        let (name, sent) = (case.link["Nama Lengkap"].as_str().into(), Moment::from_seconds(0));
        (!is_exact).then(|| Registration {
            kk: KkNumber::read(&case.link["Nomor KK"]),
            district: Some(case.link["Kecamatan"].as_str().into()),
            village: Some(case.link["Kelurahan"].as_str().into()),
            ..Registration::new(RowKey([0; 16]), nik, name, sent)
        })
    };
    let seekers: Vec<Option<Registration>> = cases.iter().map(seeker).collect();
    let mut search = Search::new(seekers.iter().flatten().map(RegisteredSide::of));
    for entry in queue {
        search.offer(&QueueSide {
            nik: Nik::parse(&entry["NIK"]).unwrap(),
            name: &entry["NAMA_LGKP"],
            card: KkNumber::read(&entry["NO_KK"]).as_ref().and_then(KkNumber::as_u64),
            district: Some(&entry["NAMA_KEC"]),
            village: Some(&entry["NAMA_KEL"]),
        });
    }
    let (mut found, mut places) = (search.finish(), 0..);
    seekers
        .iter()
        .map(|seeker| seeker.as_ref().map(|_| found.remove(&places.next().unwrap())))
        .collect()
}

#[test]
fn near_matches_are_found_and_are_right() {
    let (cases, queue) = (cases(), rows("queue.csv"));
    let found = proposals(&cases, &queue);
    let (mut near, mut near_found, mut wrong, mut absent, mut absent_proposed, mut proposed) = (0, 0, 0, 0, 0, 0);
    for (case, found) in cases.iter().zip(&found).filter(|(case, _)| case.expect != "either") {
        let nik = found
            .as_ref()
            .and_then(|found| found.as_ref())
            .map(|proposal| proposal.nik);
        let is_right = nik.is_some() && nik == case.meant;
        match case.expect.as_str() {
            "near" => {
                near += 1;
                near_found += u32::from(is_right);
            }
            "absent" => {
                absent += 1;
                absent_proposed += u32::from(nik.is_some());
            }
            _ => continue,
        }
        proposed += u32::from(nik.is_some());
        wrong += u32::from(nik.is_some() && !is_right);
        if case.expect == "near" && !is_right || case.expect == "absent" && nik.is_some() {
            println!("{} {:?} -> {found:?} for {:?}", case.kind, case.link, case.meant);
        }
    }
    println!("near {near_found}/{near}, wrong {wrong}/{proposed}, absent {absent_proposed}/{absent}");
    assert!(f64::from(near_found) >= 0.975 * f64::from(near));
    assert!(f64::from(wrong) <= 0.005 * f64::from(proposed));
    assert!(f64::from(absent_proposed) <= 0.005 * f64::from(absent));
}
