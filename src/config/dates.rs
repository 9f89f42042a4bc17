//! Days, times, weekdays and zones as the settings write them.

use super::reader::{Item, Read};
use crate::domain::moment::Zone;
use crate::messages::settings::SettingFault;
use chrono::{NaiveDate, NaiveTime, Weekday};

pub(super) const ZONES: &[&str] = &[
    "Asia/Jakarta",
    "Asia/Pontianak",
    "Asia/Makassar",
    "Asia/Jayapura",
    "WIB",
    "WITA",
    "WIT",
];

const WEEKDAYS: &[&str] = &["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const HOUR_SECONDS: i32 = 3600;

pub(super) fn day(item: &Item<'_>, text: &str) -> Read<NaiveDate> {
    let text = text.trim();
    let fault = || item.fault(SettingFault::NotADate(text.to_owned()));
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .filter(|_| text.len() == 10)
        .ok_or_else(fault)
}

pub(super) fn time(item: &Item<'_>) -> Read<NaiveTime> {
    let text = item.text_or_datetime()?;
    let forms = ["%H:%M", "%H.%M", "%H:%M:%S"];
    let time = forms
        .iter()
        .find_map(|form| NaiveTime::parse_from_str(text.trim(), form).ok());
    time.ok_or_else(|| item.fault(SettingFault::NotATime(text)))
}

pub(super) fn weekday(item: &Item<'_>) -> Read<Weekday> {
    let text = item.text()?;
    Ok(match text.trim().to_lowercase().as_str() {
        "mon" | "monday" | "senin" => Weekday::Mon,
        "tue" | "tuesday" | "selasa" => Weekday::Tue,
        "wed" | "wednesday" | "rabu" => Weekday::Wed,
        "thu" | "thursday" | "kamis" => Weekday::Thu,
        "fri" | "friday" | "jumat" => Weekday::Fri,
        "sat" | "saturday" | "sabtu" => Weekday::Sat,
        "sun" | "sunday" | "minggu" => Weekday::Sun,
        _ => {
            return Err(item.fault(SettingFault::NotOneOf {
                text: text.to_owned(),
                allowed: WEEKDAYS,
            }));
        }
    })
}

/// Finds a zone by its name; Indonesia knows no summer time, so each is a fixed offset.
pub fn zone_named(name: &str) -> Option<Zone> {
    let hours = match name.trim().to_lowercase().as_str() {
        "asia/jakarta" | "asia/pontianak" | "wib" => 7,
        "asia/makassar" | "asia/ujung_pandang" | "wita" => 8,
        "asia/jayapura" | "wit" => 9,
        _ => return None,
    };
    Zone::east_opt(hours * HOUR_SECONDS)
}
