//! One cell, read as everything that a cell can be.
#![no_main]

use cetak::domain::harmless::{harmless, harmless_lines};
use cetak::domain::masking::mask_numbers;
use cetak::domain::nik::{KkNumber, Nik, NikReading};
use cetak::domain::phone::Phone;
use cetak::domain::reason::ReasonKind;
use cetak::domain::record_status::RecordStatus;
use cetak::domain::template::Template;
use cetak::intake::queue::taken_at_from_name;
use cetak::intake::timestamps::{DateOrder, Stamp, birth_date};
use cetak::intake::{decisions, fields};
use cetak_fuzz::{Memory, long_run, memory, zone};
use libfuzzer_sys::fuzz_target;

#[global_allocator]
static MEMORY: Memory = memory();

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    numbers(&text);
    times(&text);
    words(&text);
    shown(&text);
});

fn numbers(text: &str) {
    if let Some(reading) = NikReading::read(text) {
        assert!(long_run(&reading.masked()).is_none(), "{}", reading.masked());
        assert!(long_run(&format!("{reading:?}")).is_none());
        match reading.trusted() {
            // Digits are never invented: all sixteen stand in the cell, in this order.
            Some(nik) => assert!(stand_in_order(&nik.digits(), text), "{} from {text:?}", nik.digits()),
            None => assert!(reading.flaw().is_some()),
        }
        assert!(stand_in_order(&reading.surviving_digits(), text), "{reading:?}");
    }
    if let Some(nik) = Nik::parse(text) {
        assert_eq!(Nik::parse(&nik.digits()), Some(nik));
        let _ = (nik.region_code(), nik.serial(), nik.is_woman(), nik.date_block());
        assert!((1900..2100).all(|year| nik.birth_date(year).is_none_or(|date| nik.born_on(date))));
    }
    if let Some(kk) = KkNumber::read(text) {
        assert!(stand_in_order(kk.digits(), text) || kk.as_u64().is_none(), "{text:?}");
        assert!(long_run(&kk.masked()).is_none(), "{}", kk.masked());
    }
    if let Some(phone) = Phone::read(text) {
        assert_eq!(
            Phone::read(phone.as_str()).map(|again| again.is_mobile()),
            Some(phone.is_mobile()),
            "{text:?}"
        );
        assert!(phone.international().is_none_or(|number| number.starts_with("62")));
        let _ = phone.masked();
    }
}

/// Tells whether the digits stand in the text in this order, whatever stands between.
fn stand_in_order(digits: &str, text: &str) -> bool {
    let mut signs = text.chars().filter_map(|sign| match sign {
        '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(sign) - 0xff10, 10),
        _ => Some(sign),
    });
    digits
        .chars()
        .filter(char::is_ascii_digit)
        .all(|digit| signs.any(|sign| sign == digit))
}

fn times(text: &str) {
    if let Some(stamp) = Stamp::parse(text) {
        assert!(stamp.second_of_day() < 86_400);
        for order in [DateOrder::Dmy, DateOrder::Mdy] {
            if let Some(moment) = stamp.moment(order, zone()) {
                let iso = moment.iso(zone());
                let again = Stamp::parse(&iso).and_then(|stamp| stamp.moment(order, zone()));
                assert_eq!(again, Some(moment), "{text:?} as {iso}");
            }
        }
    }
    let _ = (birth_date(text, None), birth_date(text, Some((1, 7, 95))));
    let _ = taken_at_from_name(text, zone());
}

fn words(text: &str) {
    let status = RecordStatus::parse(text);
    assert_eq!(RecordStatus::parse(status.canonical()), status);
    let _ = (
        ReasonKind::of(text),
        fields::alive(text),
        fields::moved(text),
        fields::card_result(text),
    );
    let _ = (fields::district(text), fields::optional(text), decisions::verdict(text));
    assert!(!fields::text(text).chars().any(char::is_control), "{text:?}");
    // What escaping adds, the import takes off again, and nothing else.
    let escaped = fields::escape(text);
    assert_eq!(
        fields::unescape(&escaped),
        if escaped == text { fields::unescape(text) } else { text }
    );
    assert!(
        !escaped.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']),
        "{escaped:?}"
    );
    let _ = Template::parse(text).map(|template| template.fill(|_| String::new()));
}

fn shown(text: &str) {
    let line = harmless(text);
    assert!(!line.chars().any(char::is_control), "{line:?}");
    assert_eq!(harmless(&line), line);
    let lines = harmless_lines(text);
    assert!(!lines.chars().any(|sign| sign.is_control() && sign != '\n'));
    let masked = mask_numbers(text);
    // Sixteen digits stay only in what looks like the fingerprint of a file.
    let is_hexadecimal = |sign: char| matches!(sign, '0'..='9' | 'a'..='f');
    let has_fingerprint = text.split(|sign| !is_hexadecimal(sign)).any(|word| word.len() == 64);
    assert!(has_fingerprint || long_run(&masked).is_none(), "{masked:?}");
}
