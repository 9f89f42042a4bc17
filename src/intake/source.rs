//! What is opened: a regular file or standard input, its size, its SHA-256 and what kind of file it is.
//!
//! Knows nothing of rows. The file is read once from end to end here, so that every later decision (encoding,
//! known beginning) rests on the whole of it; later passes read the same open file and notice if it changed.

use crate::intake::beginnings::Beginning;
use crate::intake::encoding::{Census, Encoding};
use crate::intake::error::{IntakeError, LooksLike, NotAFile};
use crate::intake::hashing::{HashState, Sha256Bytes, hash_through};
use crate::intake::hex::hex;
use crate::intake::prints::{Print, Printer, pieces_of, print_of};
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// How many bytes of the beginning are kept for recognising what the file is.
pub const HEAD_BYTES: usize = 64 * 1024;

/// The kind of file, told by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// Delimited text.
    Text,
    /// Excel since 2007.
    Xlsx,
    /// Excel before 2007.
    Xls,
    /// OpenDocument.
    Ods,
}

/// A file that was read once and can be read again.
#[derive(Debug)]
pub struct Source {
    name: String,
    path: PathBuf,
    spool: Option<tempfile::NamedTempFile>,
    file: File,
    stamp: Stamp,
    sha256: Sha256Bytes,
    prefixes: Vec<(u64, Sha256Bytes)>,
    beginning: Beginning,
    head: Vec<u8>,
    census: Census,
}

/// What changes when somebody writes to the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<std::time::SystemTime>,
}

impl Source {
    /// Opens a regular file and reads it once; `prefixes` are lengths whose SHA-256 is wanted as well.
    ///
    /// # Errors
    /// Refuses folders, pipes and devices (also behind links), and files that change meanwhile.
    pub fn open(path: &Path, prefixes: &[u64]) -> Result<Self, IntakeError> {
        Self::open_after(path, prefixes, &[])
    }

    /// Does the same; where the file has one of these beginnings, the longest that it may have is not read again, and no
    /// shorter prefix is told.
    ///
    /// # Errors
    /// As `open`.
    pub fn open_after(path: &Path, prefixes: &[u64], beginnings: &[Beginning]) -> Result<Self, IntakeError> {
        let file = open_regular(path)?;
        let name = path.file_name().unwrap_or(path.as_os_str());
        Self::survey(
            name.to_string_lossy().into_owned(),
            path.to_owned(),
            (file, None),
            prefixes,
            beginnings,
        )
    }

    /// Copies standard input (or any reader) into a private temporary file of `folder`, then reads that.
    ///
    /// # Errors
    /// Fails when reading or writing fails.
    pub fn spool(input: &mut dyn Read, folder: &Path, prefixes: &[u64]) -> Result<Self, IntakeError> {
        let io = |source| IntakeError::Io {
            path: PathBuf::from("-"),
            source,
        };
        let mut spool = tempfile::Builder::new()
            .prefix(".cetak-stdin-")
            .tempfile_in(folder)
            .map_err(io)?;
        io::copy(input, spool.as_file_mut()).map_err(io)?;
        spool.as_file_mut().flush().map_err(io)?;
        let file = spool.reopen().map_err(io)?;
        Self::survey("-".to_owned(), PathBuf::from("-"), (file, Some(spool)), prefixes, &[])
    }

    fn survey(
        name: String,
        path: PathBuf,
        (mut file, spool): (File, Option<tempfile::NamedTempFile>),
        prefixes: &[u64],
        beginnings: &[Beginning],
    ) -> Result<Self, IntakeError> {
        let io = |source| IntakeError::Io {
            path: path.clone(),
            source,
        };
        let stamp = Stamp::of(&file.metadata().map_err(io)?);
        let Start {
            before,
            mut head,
            mut census,
            mut printer,
        } = Start::of(&mut file, stamp.bytes, beginnings).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => IntakeError::Changed { path: path.clone() },
            _ => io(error),
        })?;
        let hashed = hash_through(&mut file, stamp.bytes, before, prefixes, |chunk| {
            if head.len() < HEAD_BYTES {
                head.extend_from_slice(&chunk[..chunk.len().min(HEAD_BYTES - head.len())]);
            }
            census.add(chunk);
            printer.add(chunk);
        })
        .map_err(io)?;
        let beginning = Beginning {
            bytes: hashed.bytes,
            print: printer.finish(),
            hash: hashed.state,
            census: census.clone(),
        };
        census.end();
        let source = Self {
            name,
            path,
            spool,
            file,
            stamp,
            sha256: hashed.whole,
            prefixes: hashed.beginnings,
            beginning,
            head,
            census,
        };
        if hashed.bytes != stamp.bytes {
            return Err(IntakeError::Changed { path: source.path });
        }
        source.verify_unchanged()?;
        Ok(source)
    }

    /// Returns the file's name without folders; `-` for standard input.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the path as given; `-` for standard input.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the file's modification time; none for standard input.
    pub fn modified(&self) -> Option<std::time::SystemTime> {
        if self.spool.is_some() {
            None
        } else {
            self.stamp.modified
        }
    }

    /// Returns what the file system says of the open file at this moment.
    ///
    /// # Errors
    /// Those of the system.
    pub fn metadata(&self) -> io::Result<Metadata> {
        self.file.metadata()
    }

    /// Returns the length in bytes.
    pub fn bytes(&self) -> u64 {
        self.stamp.bytes
    }

    /// Returns the SHA-256 of the whole file.
    pub fn sha256(&self) -> Sha256Bytes {
        self.sha256
    }

    /// Returns the SHA-256 of the whole file, in hexadecimal.
    pub fn sha256_hex(&self) -> String {
        hex(&self.sha256)
    }

    /// Returns the print of the whole file.
    pub fn print(&self) -> Print {
        self.beginning.print
    }

    /// Returns what a longer file needs to know that begins with this one.
    pub fn beginning(&self) -> &Beginning {
        &self.beginning
    }

    /// Returns the SHA-256 of the first `length` bytes, where it was asked for when opening.
    pub fn prefix_sha256(&self, length: u64) -> Option<Sha256Bytes> {
        self.prefixes
            .iter()
            .find(|(known, _)| *known == length)
            .map(|(_, hash)| *hash)
    }

    /// Returns the first bytes.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// Returns what the whole file says about its encoding.
    pub fn census(&self) -> &Census {
        &self.census
    }

    /// Tells by its content what kind of file it is.
    ///
    /// # Errors
    /// Names what a file looks like that is no table.
    pub fn container(&self) -> Result<Container, IntakeError> {
        let head = self.head.as_slice();
        let not_a_table = |looks_like| Err(IntakeError::NotATable { looks_like });
        if self.bytes() == 0 {
            return Err(IntakeError::Empty);
        }
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            return crate::intake::unpacking::container_of(self.reader_at(0)?);
        }
        if head.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
            return Ok(Container::Xls);
        }
        match magic(head) {
            Some(looks_like) => not_a_table(looks_like),
            None if Encoding::recognise(head, &self.census).is_none() => not_a_table(LooksLike::Binary),
            None => Ok(Container::Text),
        }
    }

    /// Opens the file for another pass, from byte `offset` on.
    ///
    /// # Errors
    /// Fails when the file changed or cannot be read.
    pub fn reader_at(&self, offset: u64) -> Result<File, IntakeError> {
        self.verify_unchanged()?;
        let io = |source| IntakeError::Io {
            path: self.path.clone(),
            source,
        };
        let mut file = self.file.try_clone().map_err(io)?;
        file.seek(SeekFrom::Start(offset)).map_err(io)?;
        Ok(file)
    }

    /// Reads from byte `offset` on until `buffer` is full or the file ends; several threads may do so at once.
    ///
    /// # Errors
    /// Those of the system.
    pub fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        fill_from(&self.file, buffer, offset)
    }

    /// Starts another pass from byte `offset` on, with a place of its own in the file.
    pub fn pass_from(&self, offset: u64) -> SourcePass<'_> {
        SourcePass { source: self, offset }
    }

    /// Checks that nobody wrote to the file since it was opened. (Moving it away, or another one into its place, does
    /// no harm: the open file stays what it is.)
    ///
    /// # Errors
    /// Says that it changed.
    pub fn verify_unchanged(&self) -> Result<(), IntakeError> {
        let now = self.file.metadata().map_err(|source| IntakeError::Io {
            path: self.path.clone(),
            source,
        })?;
        if Stamp::of(&now) == self.stamp {
            Ok(())
        } else {
            Err(IntakeError::Changed {
                path: self.path.clone(),
            })
        }
    }
}

/// From where on a file is hashed and looked through, and what is known of all before.
struct Start {
    before: (u64, HashState),
    head: Vec<u8>,
    census: Census,
    printer: Printer,
}

impl Start {
    /// Goes behind the longest of these beginnings that a file of this length may have, if it has it.
    fn of(file: &mut File, bytes: u64, beginnings: &[Beginning]) -> io::Result<Self> {
        let longest = beginnings
            .iter()
            .filter(|one| one.bytes <= bytes)
            .max_by_key(|one| one.bytes);
        if let Some(beginning) = longest {
            let pieces = pieces_of(beginning.bytes, |buffer, offset| fill_from(file, buffer, offset))?;
            if pieces.print() == beginning.print {
                let mut head = vec![0; HEAD_BYTES.min(beginning.bytes as usize)];
                file.read_exact(&mut head)?;
                let (mut printer, begun) = Printer::behind(pieces);
                let mut rest = vec![0; (beginning.bytes - begun) as usize];
                file.seek(SeekFrom::Start(begun))?;
                file.read_exact(&mut rest)?;
                printer.add(&rest);
                return Ok(Self {
                    before: (beginning.bytes, beginning.hash.clone()),
                    head,
                    census: beginning.census.clone(),
                    printer,
                });
            }
        }
        Ok(Self {
            before: (0, HashState::default()),
            head: Vec::new(),
            census: Census::default(),
            printer: Printer::default(),
        })
    }
}

/// A pass over a file; several may be under way.
pub struct SourcePass<'s> {
    source: &'s Source,
    offset: u64,
}

impl Read for SourcePass<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = read_some_at(&self.source.file, buffer, self.offset)?;
        self.offset += count as u64;
        Ok(count)
    }
}

/// Opens a regular file and works out nothing but its print; tells what the file system said of it before.
///
/// # Errors
/// As `Source::open`.
pub fn print_file(path: &Path) -> Result<(Metadata, Print), IntakeError> {
    let io = |source| IntakeError::Io {
        path: path.to_owned(),
        source,
    };
    let file = open_regular(path)?;
    let found = file.metadata().map_err(io)?;
    let print = print_of(found.len(), |buffer, offset| fill_from(&file, buffer, offset)).map_err(io)?;
    Ok((found, print))
}

fn open_regular(path: &Path) -> Result<File, IntakeError> {
    let io = |source| IntakeError::Io {
        path: path.to_owned(),
        source,
    };
    refuse_other_than_file(path, &std::fs::metadata(path).map_err(io)?)?;
    let file = open_without_waiting(path).map_err(io)?;
    refuse_other_than_file(path, &file.metadata().map_err(io)?)?;
    Ok(file)
}

/// Reads from byte `offset` on until `buffer` is full or the file ends.
fn fill_from(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match read_some_at(file, &mut buffer[filled..], offset + filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(unix)]
fn read_some_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_some_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }
}

/// Opens such that a pipe put in the file's place at the last moment does not block for ever.
fn open_without_waiting(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::OpenOptionsExt;
        const O_NONBLOCK: i32 = 0o4000;
        options.custom_flags(O_NONBLOCK);
    }
    options.open(path)
}

fn refuse_other_than_file(path: &Path, metadata: &Metadata) -> Result<(), IntakeError> {
    let kind = metadata.file_type();
    if kind.is_file() {
        return Ok(());
    }
    let found = if kind.is_dir() {
        NotAFile::Folder
    } else if is_pipe(&kind) {
        NotAFile::Pipe
    } else {
        NotAFile::Device
    };
    Err(IntakeError::NotAFile {
        path: path.to_owned(),
        found,
    })
}

#[cfg(unix)]
fn is_pipe(kind: &std::fs::FileType) -> bool {
    use std::os::unix::fs::FileTypeExt;
    kind.is_fifo()
}

#[cfg(not(unix))]
fn is_pipe(_: &std::fs::FileType) -> bool {
    false
}

/// Recognises common files that are no tables by their first bytes.
fn magic(head: &[u8]) -> Option<LooksLike> {
    const KNOWN: [(&[u8], LooksLike); 14] = [
        (b"%PDF", LooksLike::Pdf),
        (b"\x89PNG", LooksLike::Image),
        (b"\xFF\xD8\xFF", LooksLike::Image),
        (b"GIF8", LooksLike::Image),
        (b"RIFF", LooksLike::Binary),
        (b"\x1F\x8B", LooksLike::Archive),
        (b"BZh", LooksLike::Archive),
        (b"\xFD7zXZ", LooksLike::Archive),
        (b"7z\xBC\xAF\x27\x1C", LooksLike::Archive),
        (b"Rar!", LooksLike::Archive),
        (b"{\\rtf", LooksLike::Document),
        (b"SQLite format 3\0", LooksLike::Binary),
        (b"\x7FELF", LooksLike::Binary),
        (b"\x28\xB5\x2F\xFD", LooksLike::Archive),
    ];
    if let Some((_, looks_like)) = KNOWN.iter().find(|(start, _)| head.starts_with(start)) {
        return Some(*looks_like);
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let starts = |word: &[u8]| {
        text.get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    if [
        b"<!doctype".as_slice(),
        b"<html",
        b"<table",
        b"<head",
        b"<meta",
        b"<style",
    ]
    .into_iter()
    .any(starts)
    {
        return Some(LooksLike::Html);
    }
    starts(b"<?xml").then_some(LooksLike::Xml)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn only_regular_files_are_opened() {
        let folder = tempfile::tempdir().unwrap();
        let found = |path: &Path| match Source::open(path, &[]) {
            Err(IntakeError::NotAFile { found, .. }) => found,
            other => panic!("{other:?}"),
        };
        assert_eq!(found(folder.path()), NotAFile::Folder);
        assert_eq!(found(Path::new("/dev/null")), NotAFile::Device);
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        if made.is_ok_and(|status| status.success()) {
            assert_eq!(found(&pipe), NotAFile::Pipe);
            let link = folder.path().join("link");
            std::os::unix::fs::symlink(&pipe, &link).unwrap();
            assert_eq!(found(&link), NotAFile::Pipe);
        }
        assert!(matches!(
            Source::open(&folder.path().join("none"), &[]),
            Err(IntakeError::Io { .. })
        ));
    }

    /// What is told of a file, however it was read.
    fn told(source: &Source) -> impl PartialEq + std::fmt::Debug {
        let (head, census) = (source.head().to_vec(), source.census().clone());
        (
            source.sha256(),
            source.bytes(),
            head,
            census,
            source.beginning().clone(),
        )
    }

    #[test]
    fn a_file_is_read_on_from_a_beginning_as_if_it_were_read_whole() {
        let piece = 4 << 20;
        let mut all = "Andi,1671094107959001,S\u{e9}n\u{f3}r\u{1}\n"
            .repeat(piece / 20)
            .into_bytes();
        all.extend_from_slice(&[0xff, 0, 7]);
        let write = |content: &[u8]| {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(content).unwrap();
            file
        };
        // 27 is within a character.
        for length in [0, 1, 27, 70_000, piece - 1, piece, piece + 1, all.len() - 1, all.len()] {
            let earlier = Source::open(write(&all[..length]).path(), &[]).unwrap();
            let beginning = earlier.beginning().clone();
            assert!(length < 1 << 20 || Beginning::decode(&beginning.encode()).as_ref() == Some(&beginning));
            let longer = write(&all);
            let lengths = [length as u64, length as u64 + 3];
            let whole = Source::open(longer.path(), &lengths).unwrap();
            let too_long = Beginning {
                bytes: all.len() as u64 + 1,
                ..beginning.clone()
            };
            let read_on = Source::open_after(longer.path(), &lengths, &[too_long, beginning.clone()]).unwrap();
            assert_eq!(told(&read_on), told(&whole), "{length}");
            assert_eq!(read_on.prefixes, whole.prefixes, "{length}");
            let mut changed = all.clone();
            changed[length / 2] ^= 1;
            let changed = write(&changed);
            let whole = Source::open(changed.path(), &lengths).unwrap();
            let read_on = Source::open_after(changed.path(), &lengths, &[beginning]).unwrap();
            assert_eq!(told(&read_on), told(&whole), "{length}, changed");
            assert_eq!(read_on.prefixes, whole.prefixes, "{length}, changed");
        }
    }

    #[test]
    fn a_file_that_grows_while_it_is_read_is_noticed() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"NIK\n").unwrap();
        let source = Source::open(file.path(), &[]).unwrap();
        assert!(source.reader_at(0).is_ok());
        file.write_all(b"1671094107959001\n").unwrap();
        assert!(matches!(source.reader_at(0), Err(IntakeError::Changed { .. })));
    }

    #[test]
    fn beginnings_are_hashed_on_the_way() {
        let folder = tempfile::tempdir().unwrap();
        let bytes: Vec<u8> = (0..HEAD_BYTES * 2 + 7).map(|at| (at % 97) as u8).collect();
        let lengths = [
            0,
            1,
            HEAD_BYTES as u64,
            HEAD_BYTES as u64 + 1,
            bytes.len() as u64,
            bytes.len() as u64 + 1,
        ];
        let source = Source::spool(&mut bytes.as_slice(), folder.path(), &lengths).unwrap();
        for length in &lengths[..5] {
            let expected: Sha256Bytes = Sha256::digest(&bytes[..*length as usize]).into();
            assert_eq!(source.prefix_sha256(*length), Some(expected), "{length}");
        }
        assert_eq!(source.prefix_sha256(lengths[5]), None);
        assert_eq!(
            (source.name(), source.modified(), source.bytes()),
            ("-", None, lengths[4])
        );
        assert_eq!(source.sha256_hex(), hex(&Sha256::digest(&bytes)));
    }
}
