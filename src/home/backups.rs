//! The nightly copies of the store: which of them have had their time.

use super::Home;
use crate::messages::setup::SetupFault;
use chrono::NaiveDate;
use std::fs;
use std::path::{Path, PathBuf};

impl Home {
    /// Removes nightly copies older than `keep_days`, from the home's own folder.
    ///
    /// # Errors
    /// A copy cannot be removed.
    pub fn drop_old_backups(&self, today: NaiveDate, keep_days: u32) -> Result<Vec<PathBuf>, SetupFault> {
        self.drop_old_backups_in(&self.backups(), today, keep_days)
    }

    /// Removes nightly copies older than `keep_days` from a folder; the newest one stays however old it is.
    ///
    /// Only `cetak-YYYY-MM-DD.db` is a nightly copy: what a person made or named is never removed.
    ///
    /// # Errors
    /// A copy cannot be removed.
    pub fn drop_old_backups_in(
        &self,
        folder: &Path,
        today: NaiveDate,
        keep_days: u32,
    ) -> Result<Vec<PathBuf>, SetupFault> {
        let entries = fs::read_dir(self.resolve(folder)).into_iter().flatten().flatten();
        let mut copies: Vec<(NaiveDate, PathBuf)> = entries
            .filter_map(|entry| Some((copied_on(&entry.file_name().to_string_lossy())?, entry.path())))
            .collect();
        copies.sort();
        copies.pop();
        copies.retain(|(day, _)| today.signed_duration_since(*day).num_days() > i64::from(keep_days));
        for (_, path) in &copies {
            let fault = |error: std::io::Error| SetupFault::Unwritable {
                path: path.clone(),
                cause: error.to_string(),
            };
            fs::remove_file(path).map_err(fault)?;
        }
        Ok(copies.into_iter().map(|(_, path)| path).collect())
    }
}

fn copied_on(name: &str) -> Option<NaiveDate> {
    let day = name.strip_prefix("cetak-")?.strip_suffix(".db")?;
    NaiveDate::parse_from_str(day, "%Y-%m-%d")
        .ok()
        .filter(|_| day.len() == 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_nightly_copies_go_and_the_newest_stays() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        let names = [
            "cetak-2021-07-01.db",
            "cetak-2021-07-08.db",
            "cetak-2021-07-22.db",
            "cetak-2021-06-01T101500.db",
            "mine.db",
        ];
        fs::create_dir(home.backups()).unwrap();
        for name in names {
            fs::write(home.backups().join(name), "x").unwrap();
        }
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let removed = home.drop_old_backups(day("2021-07-22"), 14).unwrap();
        assert_eq!(removed, [home.backups().join("cetak-2021-07-01.db")]);
        let removed = home.drop_old_backups(day("2022-07-22"), 14).unwrap();
        assert_eq!(removed, [home.backups().join("cetak-2021-07-08.db")]);
        assert_eq!(fs::read_dir(home.backups()).unwrap().count(), 3);
    }
}
