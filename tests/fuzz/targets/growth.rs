//! Work grows with the input: a piece repeated to eight times the length takes eight times the time, with slack.
//!
//! The first byte chooses the parser. Time is the thread's processor time, the least of three tries.
#![no_main]

use cetak::config::Settings;
use cetak::domain::harmless::harmless;
use cetak::domain::masking::mask_numbers;
use cetak::domain::name::{fold, same_person};
use cetak::domain::nik::{KkNumber, NikReading};
use cetak::domain::phone::Phone;
use cetak::domain::reason::ReasonKind;
use cetak::domain::record_status::RecordStatus;
use cetak::intake::error::ImportKind;
use cetak::intake::fields;
use cetak::intake::layout::Layout;
use cetak::intake::queue::{read_queue, taken_at_from_name};
use cetak::intake::timestamps::{Stamp, birth_date};
use cetak_fuzz::{Memory, links, memory, open, options, today, zone};
use cpu_time::ThreadTime;
use libfuzzer_sys::fuzz_target;
use std::time::Duration;

#[global_allocator]
static MEMORY: Memory = memory();

const SHORT: usize = 2 * 1024;
const TIMES: usize = 8;
/// How many times more than linear a try may be, for caches and buffers that grow.
const SLACK: u32 = 3;
const GRAIN: Duration = Duration::from_millis(5);

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, piece)) = bytes.split_first() else {
        return;
    };
    let piece = &piece[..piece.len().min(300)];
    if piece.is_empty() {
        return;
    }
    // An end of its own, so that what is decided at the end is decided there.
    let of_length = |length: usize| piece.iter().copied().cycle().take(length).collect::<Vec<u8>>();
    let (short, long) = (of_length(SHORT), of_length(SHORT * TIMES));
    let allowed = |short: Duration| short * TIMES as u32 * SLACK + GRAIN;
    let first = work(*kind, &long);
    if first <= GRAIN {
        return;
    }
    let least = |input: &[u8]| (0..3).map(|_| work(*kind, input)).min().unwrap_or_default();
    let (short, long) = (least(&short), least(&long));
    assert!(
        long <= allowed(short),
        "parser {}: {short:?} becomes {long:?}",
        kind % 14
    );
});

fn work(kind: u8, input: &[u8]) -> Duration {
    let text = String::from_utf8_lossy(input);
    let start = ThreadTime::now();
    match kind % 14 {
        0 => drop(links(
            &headed(b"Timestamp,Nama,NIK,Nomor KK,Tanggal Lahir\n", input),
            &[],
        )),
        1 => {
            let bytes = headed(b"NIK;NAMA_LGKP;CURRENT_STATUS_CODE;TGL_STATUS;NO_KEC\n", input);
            if let Ok(source) = open(&bytes, &[]) {
                let _ = read_queue(&source, &options(), today(), &mut |_| Ok(()));
            }
        }
        2 => drop(links(input, &[])),
        3 => drop(NikReading::read(&text)),
        4 => drop((KkNumber::read(&text), Phone::read(&text))),
        5 => drop((
            Stamp::parse(&text),
            birth_date(&text, None),
            taken_at_from_name(&text, zone()),
        )),
        6 => drop((fold(&text), same_person(&text, &text.to_lowercase()))),
        7 => drop((ReasonKind::of(&text), RecordStatus::parse(&text))),
        8 => drop((
            fields::text(&text).into_owned(),
            fields::district(&text),
            fields::card_result(&text),
        )),
        9 => drop(harmless(&text).into_owned()),
        10 => drop(mask_numbers(&text).into_owned()),
        11 => drop(Settings::parse(&text)),
        12 => {
            let headers: Vec<String> = text.split('\n').take(1000).map(str::to_owned).collect();
            drop(Layout::find(ImportKind::Links, &headers, 1, &[]));
        }
        _ => drop(links(
            &headed(
                b"Timestamp\tNama\tNIK\n",
                &input.iter().flat_map(|byte| [*byte, 0]).collect::<Vec<u8>>(),
            ),
            &[],
        )),
    }
    start.elapsed()
}

fn headed(header: &[u8], rows: &[u8]) -> Vec<u8> {
    [header, rows].concat()
}
