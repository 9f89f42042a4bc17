//! A `cetak.toml`, and a list of holidays.
#![no_main]

use cetak::config::Settings;
use cetak::messages::Lang;
use cetak_fuzz::{Memory, memory};
use libfuzzer_sys::fuzz_target;

#[global_allocator]
static MEMORY: Memory = memory();

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (once, again) = (Settings::parse(&text), Settings::parse(&text));
    assert_eq!(format!("{once:?}"), format!("{again:?}"));
    match once {
        Ok(settings) => {
            for operator in &settings.operators {
                assert!(settings.operator(&operator.name).is_some());
                assert!(settings.operator(&operator.name.to_uppercase()).is_some() || !operator.name.is_ascii());
            }
        }
        Err(error) => {
            let lines = text.matches('\n').count() + 1;
            assert!(error.line >= 1 && error.line <= lines, "line {} of {lines}", error.line);
            assert!(!error.words(Lang::Id).is_empty() && !error.words(Lang::En).is_empty());
        }
    }
});
