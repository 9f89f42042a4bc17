//! An office's home: where it lies, its paths and folders. Which run may work in it is in `lock`, and whether its disk
//! can be trusted in `mounts`.
//!
//! Reads no environment: what names the home is handed in.

mod backups;
mod lock;
mod mounts;

pub use lock::{LockRequest, RunLock};

use crate::messages::setup::SetupFault;
use chrono::NaiveDate;
use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// What may name a home, in the order in which it is asked.
#[derive(Clone, Debug, Default)]
pub struct HomeSources {
    /// `--home`.
    pub flag: Option<PathBuf>,
    /// `CETAK_HOME`.
    pub variable: Option<PathBuf>,
    /// The current folder, a home only where it has a `cetak.toml`.
    pub current: PathBuf,
}

/// The home of one office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    root: PathBuf,
}

/// The folders of a home, beside the home itself.
const FOLDERS: [&str; 6] = [
    "inbox",
    "inbox/links",
    "inbox/queue",
    "inbox/results",
    "outbox",
    "backups",
];

impl Home {
    /// Finds the home that was named, and sees that it is one on a disk of this computer.
    ///
    /// # Errors
    /// No home is named, the folder has no `cetak.toml`, or it lies on a network folder.
    pub fn find(sources: &HomeSources) -> Result<Self, SetupFault> {
        let named = sources.flag.as_ref().or(sources.variable.as_ref());
        let home = Self::at(&sources.current.join(named.unwrap_or(&sources.current)));
        if !home.settings().is_file() {
            return Err(if named.is_some() {
                SetupFault::NotAHome(home.root)
            } else {
                SetupFault::NoHome
            });
        }
        home.refuse_network_folder()?;
        Ok(home)
    }

    /// Takes a folder as a home, whether it exists or not.
    pub fn at(folder: &Path) -> Self {
        let absolute = || std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        Self {
            root: fs::canonicalize(folder).unwrap_or_else(|_| absolute()),
        }
    }

    /// Refuses a home on a network folder. What does not exist yet is judged by the folder above it.
    ///
    /// # Errors
    /// The home lies on a network folder.
    pub fn refuse_network_folder(&self) -> Result<(), SetupFault> {
        let existing = self.root.ancestors().find_map(|folder| fs::canonicalize(folder).ok());
        // Without this table (not Linux) nothing can be told, and nothing is refused.
        let (Some(folder), Ok(table)) = (existing, fs::read(mounts::TABLE)) else {
            return Ok(());
        };
        match mounts::network_kind(&String::from_utf8_lossy(&table), &folder) {
            Some(kind) => Err(SetupFault::NetworkFolder {
                path: self.root.clone(),
                kind,
            }),
            None => Ok(()),
        }
    }

    /// Tells whether no file of a folder can change without its change time; `false` where that cannot be told.
    pub fn has_change_times(&self, folder: &Path) -> bool {
        let folder = fs::canonicalize(self.resolve(folder));
        let (Ok(folder), Ok(table)) = (folder, fs::read(mounts::TABLE)) else {
            return false;
        };
        mounts::has_change_times(&String::from_utf8_lossy(&table), &folder)
    }

    /// Returns the folders that belong into a home, each after the one that holds it.
    pub fn standard_folders(&self) -> Vec<PathBuf> {
        FOLDERS.iter().map(|folder| self.root.join(folder)).collect()
    }

    /// Makes a folder and those above it, 0700, so that they outlive a power cut; what exists stays as it is.
    ///
    /// # Errors
    /// It cannot be made, or something else stands there.
    pub fn make_private_folder(&self, folder: &Path) -> Result<(), SetupFault> {
        make_folder(&self.resolve(folder)).map_err(|error| SetupFault::Unwritable {
            path: folder.to_owned(),
            cause: error.to_string(),
        })
    }

    /// Returns the folder itself, absolute.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns `cetak.toml`.
    pub fn settings(&self) -> PathBuf {
        self.root.join("cetak.toml")
    }

    /// Returns the store.
    pub fn store(&self) -> PathBuf {
        self.root.join("cetak.db")
    }

    /// Returns the folder whose files `nightly` imports: `links`, `queue` or `results`.
    pub fn inbox(&self, kind: &str) -> PathBuf {
        self.root.join("inbox").join(kind)
    }

    /// Returns the folder of what goes out for one day.
    pub fn outbox(&self, date: NaiveDate) -> PathBuf {
        self.root.join(self.outbox_relative(date))
    }

    /// Returns the same folder relative to the home, as reports and manifests name it.
    pub fn outbox_relative(&self, date: NaiveDate) -> String {
        format!("outbox/{}", date.format("%Y-%m-%d"))
    }

    /// Returns the folder of the copies of the store.
    pub fn backups(&self) -> PathBuf {
        self.root.join("backups")
    }

    /// Returns the file whose lock says that a run is at work.
    pub fn lock_file(&self) -> PathBuf {
        self.root.join(".cetak.lock")
    }

    /// Returns a path as people see it: relative to the home where it lies inside.
    pub fn shown<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }

    /// Takes a path of the settings, which is counted from the home.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        self.root.join(path)
    }

    /// Reads the text of the settings.
    ///
    /// # Errors
    /// The file cannot be read, or is not UTF-8.
    pub fn read_settings(&self) -> Result<String, SetupFault> {
        read_text(&self.settings())
    }
}

/// Makes a folder and those above it. A folder is an entry in the one above it, which is what has to reach the disk.
fn make_folder(folder: &Path) -> io::Result<()> {
    // The umask can only take away.
    let made = DirBuilder::new().mode(0o700).create(folder);
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty());
    match (made, above) {
        (Ok(()), above) => File::open(above.unwrap_or(Path::new(".")))?.sync_all(),
        (Err(error), Some(above)) if error.kind() == io::ErrorKind::NotFound => {
            make_folder(above)?;
            make_folder(folder)
        }
        (Err(error), _) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        (Err(error), _) => Err(error),
    }
}

/// Reads a small text file that people write.
///
/// # Errors
/// The file cannot be read, or is not UTF-8.
pub fn read_text(path: &Path) -> Result<String, SetupFault> {
    let fault = |error: io::Error| SetupFault::Unreadable {
        path: path.to_owned(),
        cause: error.to_string(),
    };
    fs::read_to_string(path).map_err(fault)
}

/// Reads a file that may be missing. One that is there and cannot be read is no missing one: what a person wrote into
/// it would be written over.
///
/// # Errors
/// The file is there, and cannot be read.
pub fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, SetupFault> {
    if_there(path, fs::read(path))
}

/// Lists a folder that may be missing.
///
/// # Errors
/// The folder is there, and cannot be read.
pub fn entries_if_there(folder: &Path) -> Result<Vec<PathBuf>, SetupFault> {
    let listed = fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    Ok(if_there(folder, listed)?.unwrap_or_default())
}

fn if_there<T>(path: &Path, read: io::Result<T>) -> Result<Option<T>, SetupFault> {
    match read {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SetupFault::Unreadable {
            path: path.to_owned(),
            cause: error.to_string(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn sources(flag: Option<&Path>, variable: Option<&Path>, current: &Path) -> HomeSources {
        HomeSources {
            flag: flag.map(Path::to_owned),
            variable: variable.map(Path::to_owned),
            current: current.to_owned(),
        }
    }

    #[test]
    fn the_flag_goes_before_the_variable_before_the_current_folder() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        for name in ["a", "b", "c", "empty"] {
            fs::create_dir(root.join(name)).unwrap();
        }
        for name in ["a", "b", "c"] {
            fs::write(root.join(name).join("cetak.toml"), "").unwrap();
        }
        let [a, b, c] = ["a", "b", "c"].map(|name| root.join(name));
        let found =
            |flag, variable, current: &Path| Home::find(&sources(flag, variable, current)).map(|home| home.root);
        assert_eq!(found(Some(&a), Some(&b), &c), Ok(a.clone()));
        assert_eq!(found(None, Some(&b), &c), Ok(b.clone()));
        assert_eq!(found(None, None, &c), Ok(c.clone()));
        assert_eq!(found(Some(Path::new("a")), None, &root), Ok(a.clone()));
        assert_eq!(found(None, None, &root), Err(SetupFault::NoHome));
        let empty = root.join("empty");
        assert_eq!(
            found(Some(&empty), None, &root),
            Err(SetupFault::NotAHome(empty.clone()))
        );
    }

    #[test]
    fn folders_are_their_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("deep/home"));
        for made in home.standard_folders().iter().chain(&home.standard_folders()) {
            home.make_private_folder(made).unwrap();
        }
        for path in [
            "deep/home",
            "deep/home/inbox/links",
            "deep/home/outbox",
            "deep/home/backups",
        ] {
            let mode = fs::metadata(folder.path().join(path)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "{path}");
        }
    }

    #[test]
    fn paths() {
        let home = Home::at(Path::new("/no/such/home"));
        let date = NaiveDate::from_ymd_opt(2021, 7, 23).unwrap();
        assert_eq!(home.outbox(date), Path::new("/no/such/home/outbox/2021-07-23"));
        assert_eq!(home.shown(&home.outbox(date)), Path::new("outbox/2021-07-23"));
        assert_eq!(home.shown(Path::new("/elsewhere")), Path::new("/elsewhere"));
        assert_eq!(home.resolve(Path::new("/abs/x.csv")), Path::new("/abs/x.csv"));
    }
}
