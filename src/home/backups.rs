//! The copies of the store: which there are, and which of them have had their time.

use super::Home;
use crate::messages::setup::SetupFault;
use chrono::NaiveDate;
use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A copy of the store, by its name; nobody has looked into it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BackupFile {
    /// The day in its name.
    pub day: NaiveDate,
    /// When it was written last.
    written: SystemTime,
    /// Where it lies, absolute.
    pub path: PathBuf,
}

impl Home {
    /// Finds the copies `cetak-YYYY-MM-DD...db` of the home's own folder and of a second one, the newest first.
    pub fn backups_newest_first(&self, second: Option<&Path>) -> Vec<BackupFile> {
        let folders = [Some(self.backups()), second.map(|second| self.resolve(second))];
        let entries = folders.iter().flatten().flat_map(fs::read_dir).flatten().flatten();
        let copy = |entry: DirEntry| {
            let name = entry.file_name();
            let day = name.to_str()?.strip_prefix("cetak-")?.strip_suffix(".db")?.get(..10)?;
            Some(BackupFile {
                day: NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?,
                written: entry.metadata().and_then(|copy| copy.modified()).ok()?,
                path: entry.path(),
            })
        };
        let mut copies: Vec<BackupFile> = entries.filter_map(copy).collect();
        copies.sort_by(|one, other| other.cmp(one));
        copies
    }

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
    fn copies_are_found_the_newest_first() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        let second = home.root().join("second");
        for made in [home.backups(), second.clone()] {
            fs::create_dir(made).unwrap();
        }
        for name in [
            "cetak-2021-07-21.db",
            "cetak-2021-07-22T101500.db",
            "cetak-x.db",
            "mine.db",
        ] {
            fs::write(home.backups().join(name), "x").unwrap();
        }
        fs::write(second.join("cetak-2021-07-23.db"), "x").unwrap();
        let names = |second| -> Vec<String> {
            let found = home.backups_newest_first(second).into_iter();
            found
                .map(|copy| copy.path.file_name().unwrap().to_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(names(None), ["cetak-2021-07-22T101500.db", "cetak-2021-07-21.db"]);
        let all = [
            "cetak-2021-07-23.db",
            "cetak-2021-07-22T101500.db",
            "cetak-2021-07-21.db",
        ];
        assert_eq!(names(Some(Path::new("second"))), all);
        assert_eq!(names(Some(Path::new("no/such"))), all[1..]);
    }

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
