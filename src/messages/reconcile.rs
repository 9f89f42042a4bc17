//! The sentences of `reconcile` and `stuck`.

use super::Lang;
use super::number::{applications, grouped};
use super::terms;
use crate::domain::application::Category;
use std::collections::BTreeMap;

/// Titles the list of applications.
pub fn title(lang: Lang, as_of: &str) -> String {
    match lang {
        Lang::En => format!("Applications as of {as_of}"),
        Lang::Id => format!("Permohonan per {as_of}"),
    }
}

/// Counts every category that has any.
pub fn counts(lang: Lang, counts: &BTreeMap<&'static str, u64>) -> String {
    let total: u64 = counts.values().sum();
    let named = Category::ALL.iter().filter_map(|category| {
        let count = counts.get(category.code()).copied().filter(|count| *count > 0)?;
        Some(format!("{} {}", terms::category(lang, *category), grouped(lang, count)))
    });
    let named: Vec<String> = named.collect();
    match named.is_empty() {
        true => format!("{}.", applications(lang, 0)),
        false => format!("{}: {}.", applications(lang, total), named.join(", ")),
    }
}

/// Titles the list of what is stuck.
pub fn stuck_title(lang: Lang, days: u32, working_days: bool) -> String {
    match (lang, working_days) {
        (Lang::En, false) => format!("Waiting longer than {days} days"),
        (Lang::En, true) => format!("Waiting longer than {days} working days"),
        (Lang::Id, false) => format!("Menunggu lebih dari {days} hari"),
        (Lang::Id, true) => format!("Menunggu lebih dari {days} hari kerja"),
    }
}

/// Sums up what is stuck: how many, whose move it is, how long.
pub fn stuck_totals(lang: Lang, total: u64, parts: &[(&'static str, Vec<(String, u64)>)]) -> String {
    let mut lines = vec![format!("{}.", applications(lang, total))];
    for (heading, counts) in parts.iter().filter(|(_, counts)| !counts.is_empty()) {
        let counts: Vec<String> = counts
            .iter()
            .map(|(name, count)| format!("{name} {}", grouped(lang, *count)))
            .collect();
        lines.push(format!("{heading}: {}", counts.join(", ")));
    }
    lines.join("\n")
}

/// Heads the parts of the sum: by whose move, category, district, age.
pub fn part_headings(lang: Lang) -> [&'static str; 4] {
    lang.pick(
        ["Giliran", "Kategori", "Kecamatan", "Lama (hari)"],
        ["Whose move", "Category", "District", "Age (days)"],
    )
}
