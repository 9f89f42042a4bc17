//! Names and near matches on a set of made-up people whose truth is known: prints the figures, and holds them.

use cetak::domain::name;
use cetak::domain::nik::{Nik, NikReading};
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
