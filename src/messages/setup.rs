//! What can keep a run from beginning: the home, its lock, and what was asked for; in words, with what cures it.

use super::Lang;
use std::fmt;
use std::io;
use std::path::PathBuf;

/// Who holds a home, as its lock says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// The process.
    pub pid: Option<u32>,
    /// Who runs it.
    pub user: Option<String>,
    /// The subcommand.
    pub command: Option<String>,
    /// Since when, as ISO 8601.
    pub since: Option<String>,
    /// Whether it was stopped (Ctrl-Z, SIGSTOP) and goes on only when it is told to.
    pub is_stopped: bool,
}

/// Why a run cannot begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetupFault {
    /// No home was named, and the current folder is none.
    NoHome,
    /// The folder has no `cetak.toml`.
    NotAHome(PathBuf),
    /// The home lies on a network folder, whose locks cannot be trusted.
    NetworkFolder {
        /// The home.
        path: PathBuf,
        /// The kind of file system.
        kind: String,
    },
    /// Another run holds the home.
    Busy {
        /// Who.
        holder: Holder,
        /// How long this run waited, seconds.
        waited_seconds: u64,
    },
    /// A file or folder cannot be read.
    Unreadable {
        /// Which.
        path: PathBuf,
        /// The system's own words.
        cause: String,
    },
    /// A file or folder cannot be made or written.
    Unwritable {
        /// Which.
        path: PathBuf,
        /// The system's own words.
        cause: String,
    },
    /// `--as-of` is no moment.
    NotAMoment(String),
    /// A line of the holidays file has no date.
    HolidayLine {
        /// The file.
        file: PathBuf,
        /// 1-based line.
        line: usize,
        /// What stands there.
        text: String,
    },
}

impl SetupFault {
    /// Says what is wrong.
    pub fn words(&self, lang: Lang) -> String {
        match lang {
            Lang::Id => self.in_indonesian(),
            Lang::En => self.in_english(),
        }
    }

    fn in_english(&self) -> String {
        match self {
            Self::NoHome => {
                "no office home: neither --home nor CETAK_HOME is given, and this folder has no cetak.toml".into()
            }
            Self::NotAHome(path) => format!("{} is no office home: it has no cetak.toml", path.display()),
            Self::NetworkFolder { path, kind } => {
                format!(
                    "{} lies on a network folder ({kind}), whose locks cannot be trusted",
                    path.display()
                )
            }
            Self::Busy { holder, waited_seconds } => {
                format!(
                    "another cetak is at work: {} (waited {waited_seconds} s)",
                    holder.in_english()
                )
            }
            Self::Unreadable { path, cause } => {
                format!("cannot read {}: {}", path.display(), why(Lang::En, cause))
            }
            Self::Unwritable { path, cause } => {
                format!("cannot write {}: {}", path.display(), why(Lang::En, cause))
            }
            Self::NotAMoment(text) => format!("--as-of: \"{text}\" is no date or time"),
            Self::HolidayLine { file, line, text } => {
                format!("{}:{line}: \"{text}\" is not a date such as 2021-07-22", file.display())
            }
        }
    }

    fn in_indonesian(&self) -> String {
        match self {
            Self::NoHome => {
                "folder kantor tidak diketahui: --home dan CETAK_HOME kosong, dan folder ini tidak berisi cetak.toml"
                    .into()
            }
            Self::NotAHome(path) => format!("{} bukan folder kantor: tidak berisi cetak.toml", path.display()),
            Self::NetworkFolder { path, kind } => {
                format!(
                    "{} terletak di folder jaringan ({kind}), yang kuncinya tidak dapat dipercaya",
                    path.display()
                )
            }
            Self::Busy { holder, waited_seconds } => {
                format!(
                    "cetak lain sedang bekerja: {} (sudah menunggu {waited_seconds} detik)",
                    holder.in_indonesian()
                )
            }
            Self::Unreadable { path, cause } => {
                format!("{} tidak dapat dibaca: {}", path.display(), why(Lang::Id, cause))
            }
            Self::Unwritable { path, cause } => {
                format!("{} tidak dapat ditulis: {}", path.display(), why(Lang::Id, cause))
            }
            Self::NotAMoment(text) => format!("--as-of: \"{text}\" bukan tanggal atau waktu"),
            Self::HolidayLine { file, line, text } => {
                format!("{}:{line}: \"{text}\" bukan tanggal seperti 2021-07-22", file.display())
            }
        }
    }

    /// Names what cures it.
    pub fn hint(&self, lang: Lang) -> String {
        let words = match (self, lang) {
            (Self::NoHome | Self::NotAHome(_), Lang::En) => {
                "make one with `cetak init DIR`, or name it with --home DIR"
            }
            (Self::NoHome | Self::NotAHome(_), Lang::Id) => {
                "buat dengan `cetak init FOLDER`, atau sebutkan dengan --home FOLDER"
            }
            (Self::NetworkFolder { .. }, Lang::En) => {
                "keep the home on a disk of this computer; set [backup] folder to copy it to the network"
            }
            (Self::NetworkFolder { .. }, Lang::Id) => {
                "simpan folder kantor di cakram komputer ini; isi folder di [backup] untuk menyalinnya ke jaringan"
            }
            (Self::Busy { holder, .. }, _) => return holder.hint(lang),
            (Self::NotAMoment(_), Lang::En) => "write 2021-07-22 or 2021-07-22T22:00",
            (Self::NotAMoment(_), Lang::Id) => "tulis 2021-07-22 atau 2021-07-22T22:00",
            (Self::HolidayLine { .. }, Lang::En) => "each line is date,name,kind",
            (Self::HolidayLine { .. }, Lang::Id) => "tiap baris berisi date,name,kind",
            (Self::Unreadable { .. }, Lang::En) => {
                "see that the file is there and that this user may read it, then run the same command again"
            }
            (Self::Unreadable { .. }, Lang::Id) => {
                "periksa apakah berkasnya ada dan boleh dibaca oleh pengguna ini, lalu jalankan perintah yang sama lagi"
            }
            (Self::Unwritable { .. }, _) => disk_hint(lang),
        };
        words.to_owned()
    }
}

/// Says in the reader's language what the system said in its own; what is rarer stays as it is.
fn why(lang: Lang, cause: &str) -> String {
    const BROKEN: i32 = 5; // EIO
    let number = cause
        .rsplit_once("(os error ")
        .and_then(|(_, rest)| rest.strip_suffix(')'));
    let Some(number) = number.and_then(|number| number.parse().ok()) else {
        return cause.to_owned();
    };
    let (id, en) = match io::Error::from_raw_os_error(number).kind() {
        io::ErrorKind::StorageFull => ("disk penuh", "the disk is full"),
        io::ErrorKind::QuotaExceeded => ("kuota disk habis", "the quota of the disk is used up"),
        io::ErrorKind::ReadOnlyFilesystem => ("disk hanya dapat dibaca", "the disk is read-only"),
        io::ErrorKind::PermissionDenied => ("pengguna ini tidak berhak", "this user may not"),
        io::ErrorKind::NotFound => ("tidak ada", "there is no such file or folder"),
        _ if number == BROKEN => ("disk gagal", "the disk failed"),
        _ => return cause.to_owned(),
    };
    lang.pick(id, en).to_owned()
}

/// Names what cures a disk that takes no more.
pub fn disk_hint(lang: Lang) -> &'static str {
    lang.pick(
        "periksa apakah disk masih lapang dan boleh ditulisi pengguna ini, lalu jalankan perintah yang sama lagi",
        "see that the disk has room and that this user may write there, then run the same command again",
    )
}

impl fmt::Display for SetupFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Lang::En))
    }
}

impl std::error::Error for SetupFault {}

impl Holder {
    fn in_english(&self) -> String {
        let user = self.part(|holder| holder.user.as_ref(), ", by ");
        let since = self.part(|holder| holder.since.as_ref(), ", since ");
        let stopped = if self.is_stopped { ", stopped" } else { "" };
        format!("{}{}{user}{since}{stopped}", self.command(), self.process(", process "))
    }

    fn in_indonesian(&self) -> String {
        let user = self.part(|holder| holder.user.as_ref(), ", oleh ");
        let since = self.part(|holder| holder.since.as_ref(), ", sejak ");
        let stopped = if self.is_stopped { ", sedang dihentikan" } else { "" };
        format!("{}{}{user}{since}{stopped}", self.command(), self.process(", proses "))
    }

    fn command(&self) -> String {
        let name = self.command.as_deref();
        name.map_or_else(|| "cetak".to_owned(), |name| format!("`cetak {name}`"))
    }

    fn process(&self, before: &str) -> String {
        self.pid.map_or_else(String::new, |pid| format!("{before}{pid}"))
    }

    fn part<'a>(&'a self, part: impl Fn(&'a Self) -> Option<&'a String>, before: &str) -> String {
        part(self).map_or_else(String::new, |text| format!("{before}{text}"))
    }

    /// A stopped process is let go on, or ended; both by its number.
    fn hint(&self, lang: Lang) -> String {
        match (self.pid, self.is_stopped) {
            (Some(pid), true) => lang.pick(
                format!(
                    "lanjutkan proses itu dengan kill -CONT {pid}, atau akhiri dengan kill {pid} lalu kill -CONT {pid}"
                ),
                format!("let it go on with kill -CONT {pid}, or end it with kill {pid} and then kill -CONT {pid}"),
            ),
            _ => lang
                .pick(
                    "tunggu lebih lama dengan --wait DETIK, atau hentikan proses itu bila macet",
                    "wait longer with --wait SECONDS, or end that process if it hangs",
                )
                .to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_in_both_languages() {
        let fault = |number| SetupFault::Unwritable {
            path: "outbox/2021-07-23/batch-a.csv".into(),
            cause: io::Error::from_raw_os_error(number).to_string(),
        };
        assert_eq!(
            fault(28).words(Lang::En),
            "cannot write outbox/2021-07-23/batch-a.csv: the disk is full"
        );
        assert_eq!(
            fault(28).words(Lang::Id),
            "outbox/2021-07-23/batch-a.csv tidak dapat ditulis: disk penuh"
        );
        assert!(fault(40).words(Lang::Id).ends_with("(os error 40)"));
    }
}
