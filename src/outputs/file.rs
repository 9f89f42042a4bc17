//! Files that appear whole or not at all: a temporary name in the same folder, fsync, rename, fsync of the folder. Only
//! their owner can read them, from the first byte.

use crate::messages::setup::SetupFault;
use anyhow::{Result, anyhow};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use tempfile::{Builder, NamedTempFile};

const PREFIX: &str = ".cetak-";
const SUFFIX: &str = ".tmp";
const PRIVATE: u32 = 0o600;
/// So many files are held open together.
const AT_ONCE: usize = 64;
/// So many wait for the disk together. It is not the cores that limit them.
const SYNC_THREADS: usize = 8;

/// Writes a file whole and returns its SHA-256; a file that has these bytes already is left alone.
///
/// # Errors
/// The file cannot be written; then the earlier one stands as it was.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<String> {
    write_whole_with(path, |out| Ok(out.write_all(bytes)?))?;
    Ok(sha256_hex(bytes))
}

/// Writes files whole, like [`write_whole`]. They are synced side by side: each waits for the disk, which takes many of
/// them in little more time than one.
///
/// # Errors
/// A file cannot be written; then some of them stand as they were.
pub fn write_all_whole(files: &[(PathBuf, &[u8])]) -> Result<()> {
    for some in files.chunks(AT_ONCE) {
        let mut fresh = Vec::new();
        for (path, bytes) in some {
            fresh.extend(prepare(path, |out| Ok(out.write_all(bytes)?))?);
        }
        sync_side_by_side(&fresh)?;
        let placed: Vec<_> = fresh.into_iter().map(Fresh::place).collect::<Result<_>>()?;
        let folders: BTreeSet<_> = placed.into_iter().collect();
        for folder in folders {
            sync_folder(&folder).map_err(|error| unwritable(&folder, &error))?;
        }
    }
    Ok(())
}

fn sync_side_by_side(files: &[Fresh<'_>]) -> Result<()> {
    let share = files.len().div_ceil(SYNC_THREADS).max(1);
    thread::scope(|scope| {
        let sync_some = |some| scope.spawn(move || <[Fresh<'_>]>::iter(some).try_for_each(Fresh::sync));
        let under_way: Vec<_> = files.chunks(share).map(sync_some).collect();
        let ended = under_way
            .into_iter()
            .map(|thread| thread.join().map_err(|_| anyhow!("syncing panicked"))?);
        ended.collect::<Vec<Result<()>>>().into_iter().collect()
    })
}

/// Writes a file whole through a closure, for what is too long to be held at once.
///
/// # Errors
/// The closure fails or the file cannot be written; then the earlier one stands as it was.
pub fn write_whole_with(path: &Path, fill: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let Some(fresh) = prepare(path, fill)? else {
        return Ok(());
    };
    fresh.sync()?;
    let folder = fresh.place()?;
    Ok(sync_folder(&folder).map_err(|error| unwritable(path, &error))?)
}

/// A file that is whole under a temporary name.
struct Fresh<'p> {
    /// What it is asked for as.
    path: &'p Path,
    target: PathBuf,
    file: NamedTempFile,
}

impl Fresh<'_> {
    fn sync(&self) -> Result<()> {
        let synced = self.file.as_file().sync_all();
        Ok(synced.map_err(|error| unwritable(self.path, &error))?)
    }

    /// Gives it its name, and returns the folder, which must be synced then.
    fn place(self) -> Result<PathBuf> {
        let folder = folder_of(&self.target);
        let placed = self.file.persist(&self.target);
        placed.map_err(|error| unwritable(self.path, &error.error))?;
        Ok(folder)
    }
}

/// Fills a file under a temporary name; none where these bytes stand already, or were written through.
fn prepare(path: &Path, fill: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<Option<Fresh<'_>>> {
    let unwritable = |error: io::Error| unwritable(path, &error);
    // A link keeps standing; what it points to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    match fs::metadata(&target) {
        Ok(found) if found.is_dir() => return Err(unwritable(io::ErrorKind::IsADirectory.into()).into()),
        Ok(found) if !found.is_file() => return write_through(path, &target, fill).map(|()| None),
        _ => {}
    }
    let mut file = temporary_file(&folder_of(&target)).map_err(unwritable)?;
    fill_file(path, file.as_file_mut(), fill)?;
    let stands = has_bytes_of(&target, file.as_file_mut()).unwrap_or(false);
    Ok((!stands).then_some(Fresh { path, target, file }))
}

/// A pipe or a device (`--output /dev/stdout`) is written through; it cannot be renamed over.
fn write_through(path: &Path, target: &Path, fill: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let opened = OpenOptions::new().write(true).open(target);
    let mut file = opened.map_err(|error| unwritable(path, &error))?;
    fill_file(path, &mut file, fill)
}

/// Fills a file. Where the disk refuses, the fault names the file as it is asked for: what it is called until it is
/// whole tells nobody anything.
fn fill_file(path: &Path, file: &mut File, fill: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let mut asked = Asked {
        inner: file,
        refused: None,
    };
    let filled = {
        let mut out = BufWriter::with_capacity(1 << 16, &mut asked);
        fill(&mut out).and_then(|()| Ok(out.flush()?))
    };
    match asked.refused {
        Some(refused) => Err(unwritable(path, &refused).into()),
        None => filled,
    }
}

fn unwritable(path: &Path, error: &io::Error) -> SetupFault {
    SetupFault::Unwritable {
        path: path.to_owned(),
        cause: error.to_string(),
    }
}

/// Gives a file another name in its folder, so that a power cut cannot give it the old one back.
///
/// # Errors
/// The folder cannot be written.
pub fn rename_for_good(path: &Path, new: &Path) -> io::Result<()> {
    fs::rename(path, new)?;
    sync_folder(&folder_of(new))
}

/// Removes a file, so that a power cut cannot bring it back.
///
/// # Errors
/// The folder cannot be written.
pub fn remove_for_good(path: &Path) -> io::Result<()> {
    fs::remove_file(path)?;
    sync_folder(&folder_of(path))
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn folder_of(target: &Path) -> PathBuf {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new(".")).to_owned()
}

/// Opens a temporary file whose name tells whose it is, 0600 from the first byte.
fn temporary_file(folder: &Path) -> io::Result<NamedTempFile> {
    let prefix = format!("{PREFIX}{}-", std::process::id());
    Builder::new()
        .prefix(&prefix)
        .suffix(SUFFIX)
        .permissions(Permissions::from_mode(PRIVATE))
        .tempfile_in(folder)
}

/// Reads from a name the process that a temporary file belongs to; `None` where it is no temporary file of ours.
///
/// 0 stands for nobody: the store and the intake name no process, for they work under the run lock only.
pub fn leftover_pid(name: &str) -> Option<u32> {
    let rest = name.strip_prefix(PREFIX)?;
    Some(rest.split('-').next().and_then(|pid| pid.parse().ok()).unwrap_or(0))
}

/// Tells whether a file has these bytes already; others can no longer read it then either.
pub fn has_hash(target: &Path, sha256: &str) -> bool {
    let Ok(known) = sha256_of_file(target) else {
        return false;
    };
    known == sha256 && fs::metadata(target).is_ok_and(|found| is_private(&found))
}

/// Tells the same of the bytes of a fresh file. Nearly always the lengths answer already.
fn has_bytes_of(target: &Path, fresh: &mut File) -> io::Result<bool> {
    let found = fs::metadata(target)?;
    if found.len() != fresh.metadata()?.len() || !is_private(&found) {
        return Ok(false);
    }
    fresh.rewind()?;
    let mut one = BufReader::with_capacity(1 << 16, fresh);
    let mut other = BufReader::with_capacity(1 << 16, File::open(target)?);
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let count = left.len().min(right.len());
        if left.get(..count) != right.get(..count) {
            return Ok(false);
        }
        if count == 0 {
            return Ok(left.len() == right.len());
        }
        one.consume(count);
        other.consume(count);
    }
}

fn is_private(found: &fs::Metadata) -> bool {
    found.permissions().mode() & 0o777 & !PRIVATE == 0
}

/// Returns the SHA-256 of bytes, hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Returns the SHA-256 of a file, hexadecimal.
///
/// # Errors
/// The file cannot be read.
pub fn sha256_of_file(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            count => hash.update(buffer.get(..count).unwrap_or_default()),
        }
    }
}

fn hex(digest: &[u8]) -> String {
    digest
        .iter()
        .fold(String::with_capacity(2 * digest.len()), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// A file that somebody asked for.
struct Asked<'a> {
    inner: &'a mut File,
    /// Why the disk took no more.
    refused: Option<io::Error>,
}

impl Asked<'_> {
    /// Keeps the disk's own answer, and hands on one of its kind.
    fn refuse(&mut self, error: io::Error) -> io::Error {
        let kind = error.kind();
        if kind != io::ErrorKind::Interrupted {
            self.refused = Some(error);
        }
        kind.into()
    }
}

impl Write for Asked<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes).map_err(|error| self.refuse(error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// A writer that knows the SHA-256 of what went through it.
pub struct Hashing<W> {
    inner: W,
    hash: Sha256,
}

impl<W: Write> Hashing<W> {
    /// Begins with nothing written.
    pub fn new(inner: W) -> Self {
        let hash = Sha256::new();
        Self { inner, hash }
    }

    /// Returns the SHA-256 of all that was written, hexadecimal.
    pub fn sha256_hex(self) -> String {
        hex(&self.hash.finalize())
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hash.update(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_appears_whole_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("batch-a.csv");
        assert_eq!(write_whole(&path, b"abc").unwrap(), ABC);
        assert_eq!(sha256_hex(b"abc"), ABC);
        assert_eq!(sha256_of_file(&path).unwrap(), ABC);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(names(folder.path()), ["batch-a.csv"]);
    }

    #[test]
    fn the_same_bytes_are_not_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        write_whole(&path, b"abc").unwrap();
        let first = fs::metadata(&path).unwrap().ino();
        write_whole(&path, b"abc").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().ino(), first);
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        write_whole(&path, b"abc").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        write_whole(&path, b"abcd").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"abcd");
        write_whole(&path, b"abce").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"abce");
    }

    #[test]
    fn many_files_appear_together() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let path = |number: usize| match number % 2 {
            0 => folder.path().join(format!("{number:03}")),
            _ => other.path().join(format!("{number:03}")),
        };
        let texts: Vec<String> = (0..2 * AT_ONCE + 1).map(|number| format!("text {number}")).collect();
        let files: Vec<_> = texts
            .iter()
            .enumerate()
            .map(|(number, text)| (path(number), text.as_bytes()))
            .collect();
        write_all_whole(&files).unwrap();
        for (path, bytes) in &files {
            assert_eq!(fs::read(path).unwrap(), *bytes);
        }
        assert_eq!(names(folder.path()).len() + names(other.path()).len(), files.len());
        write_all_whole(&[]).unwrap();
        let failing = [
            (path(0), b"new".as_slice()),
            (folder.path().join("no/such"), b"".as_slice()),
        ];
        assert!(write_all_whole(&failing).is_err());
        assert_eq!(fs::read(path(0)).unwrap(), b"text 0");
    }

    #[test]
    fn files_are_the_same_byte_by_byte() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let long = vec![b'x'; (1 << 17) + 1];
        write_whole(&path, &long).unwrap();
        let same = |bytes: &[u8]| {
            let mut fresh = temporary_file(folder.path()).unwrap();
            fresh.write_all(bytes).unwrap();
            has_bytes_of(&path, fresh.as_file_mut()).unwrap()
        };
        assert!(same(&long));
        for at in [0, 1 << 16, 1 << 17] {
            let mut other = long.clone();
            other[at] = b'y';
            assert!(!same(&other), "{at}");
        }
        assert!(!same(&long[1..]));
        let mut hashing = Hashing::new(io::sink());
        hashing.write_all(b"abc").unwrap();
        assert_eq!(hashing.sha256_hex(), ABC);
    }

    #[test]
    fn a_failed_write_leaves_what_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        write_whole(&path, b"abc").unwrap();
        let failed = write_whole_with(&path, |out| {
            out.write_all(b"half")?;
            anyhow::bail!("stopped")
        });
        assert!(failed.is_err());
        assert_eq!(fs::read(&path).unwrap(), b"abc");
        assert_eq!(names(folder.path()), ["x"]);
        let missing = write_whole(&folder.path().join("no/such"), b"").unwrap_err();
        assert!(missing.downcast_ref::<SetupFault>().is_some());
        assert!(write_whole(folder.path(), b"").is_err());
    }

    #[test]
    fn a_link_stays_and_a_device_is_written_through() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, "old").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        write_whole(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&target).unwrap(), b"new");
        write_whole(Path::new("/dev/null"), b"abc").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[test]
    fn a_full_disk_names_the_file_that_was_asked_for() {
        let full = write_whole(Path::new("/dev/full"), b"abc").unwrap_err();
        let named =
            |fault: &SetupFault| matches!(fault, SetupFault::Unwritable { path, .. } if path == Path::new("/dev/full"));
        assert!(full.downcast_ref().is_some_and(named), "{full:?}");
        let long = write_whole(Path::new("/dev/full"), &[b'x'; 1 << 17]).unwrap_err();
        assert!(long.downcast_ref().is_some_and(named), "{long:?}");
    }

    #[test]
    fn a_temporary_name_tells_whose_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = temporary_file(folder.path()).unwrap();
        let name = file.path().file_name().unwrap().to_str().unwrap();
        assert_eq!(leftover_pid(name), Some(std::process::id()));
        assert_eq!(fs::metadata(file.path()).unwrap().permissions().mode() & 0o777, 0o600);
        for (name, pid) in [
            (".cetak-store-x1", Some(0)),
            (".cetak-stdin-x-wal", Some(0)),
            (".cetak-77-a.tmp", Some(77)),
        ] {
            assert_eq!(leftover_pid(name), pid, "{name}");
        }
        for other in [".cetak.lock", "cetak.db", "cetak.toml", "batch.csv"] {
            assert_eq!(leftover_pid(other), None, "{other}");
        }
    }
}
