//! Names in blocks: each word once in the store, a name as the numbers of its words.
//!
//! A million people share a few thousand words. So a name takes some five bytes, and a search by a part of a name
//! judges each word once, then walks over numbers. Words beyond a limit, and names with such words, stand whole.

use super::bytes::{Reader, put_number, put_text};
use crate::store::sqlite::fault::{Outcome, unreadable};
use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::ops::BitOr;

/// So many different words are numbered; memory stays bounded whatever stands in the cells.
const MOST_WORDS: usize = 1 << 17;

/// Longer words are no words of names.
const LONGEST_WORD_BYTES: usize = 40;

/// A name as it lies in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameCell<'a> {
    /// The numbers of its words, each one more than its place.
    Words(&'a [u8]),
    /// The name itself.
    Whole(&'a str),
}

/// The words that the names of a store are made of.
pub struct Words {
    text: String,
    ends: Vec<usize>,
    numbers: HashMap<Box<str>, u32, WordHash>,
    /// So many of them stand in the store already.
    pub stored: usize,
}

impl Words {
    /// Starts without any.
    pub fn new() -> Self {
        Self {
            text: String::new(),
            ends: Vec::new(),
            numbers: HashMap::default(),
            stored: 0,
        }
    }

    /// Tells how many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns a word by its place.
    #[inline]
    pub fn word(&self, place: usize) -> Outcome<&str> {
        let start = place
            .checked_sub(1)
            .map_or(Some(0), |before| self.ends.get(before).copied());
        let word = start
            .zip(self.ends.get(place))
            .and_then(|(start, end)| self.text.get(start..*end));
        word.ok_or_else(|| unreadable("word of a name"))
    }

    /// Appends a word that was stored.
    pub fn add(&mut self, word: &str) {
        let place = self.ends.len() as u32;
        self.text.push_str(word);
        self.ends.push(self.text.len());
        self.numbers.insert(word.into(), place);
    }

    /// Writes a name as numbers into `coded`; new words are numbered. `None` where the name must stand whole.
    #[inline]
    pub fn code<'a>(&mut self, name: &str, coded: &'a mut Vec<u8>) -> Option<&'a [u8]> {
        coded.clear();
        for word in name.split(' ') {
            let place = match self.numbers.get(word) {
                Some(place) => *place,
                None if self.ends.len() >= MOST_WORDS || word.len() > LONGEST_WORD_BYTES => return None,
                None => {
                    self.add(word);
                    self.ends.len() as u32 - 1
                }
            };
            put_number(coded, u64::from(place) + 1);
        }
        Some(coded)
    }

    /// Writes a name out, in the place of what stood in `name`.
    #[inline]
    pub fn write(&self, cell: NameCell<'_>, name: &mut String) -> Outcome<()> {
        name.clear();
        let coded = match cell {
            NameCell::Whole(text) => {
                name.push_str(text);
                return Ok(());
            }
            NameCell::Words(coded) => coded,
        };
        let mut reader = Reader::at(coded, 0);
        while reader.place() < coded.len() {
            if reader.place() > 0 {
                name.push(' ');
            }
            name.push_str(self.word(reader.size()?.wrapping_sub(1))?);
        }
        Ok(())
    }
}

/// Which words are one but for the case of ASCII letters: each word's number stands for the first such word.
#[derive(Debug)]
pub struct AlikeWords(Vec<u32>);

impl AlikeWords {
    /// Compares all words once.
    pub fn of(words: &Words) -> Outcome<Self> {
        let mut firsts: HashMap<String, u32, WordHash> = HashMap::default();
        let mut alike = Vec::with_capacity(words.len());
        for (place, number) in (0..words.len()).zip(0_u32..) {
            let upper = words.word(place)?.to_ascii_uppercase();
            alike.push(*firsts.entry(upper).or_insert(number));
        }
        Ok(Self(alike))
    }

    /// Tells whether two names are certainly one but for the case of letters.
    #[inline]
    pub fn are_alike(&self, one: NameCell<'_>, other: NameCell<'_>) -> Outcome<bool> {
        let (NameCell::Words(one), NameCell::Words(other)) = (one, other) else {
            return Ok(false);
        };
        let (mut of_one, mut of_other) = (Reader::at(one, 0), Reader::at(other, 0));
        while of_one.place() < one.len() && of_other.place() < other.len() {
            let word = self.0.get(of_one.size()?.wrapping_sub(1));
            if word.is_none() || word != self.0.get(of_other.size()?.wrapping_sub(1)) {
                return Ok(false);
            }
        }
        Ok(of_one.place() == one.len() && of_other.place() == other.len())
    }
}

/// A fast hash of short texts, keyed anew by each process.
#[derive(Clone, Copy, Debug)]
pub struct WordHash(u64);

/// See [`WordHash`].
#[derive(Debug)]
pub struct WordHasher(u64);

impl Default for WordHash {
    fn default() -> Self {
        Self(RandomState::new().hash_one(0_u8))
    }
}

impl BuildHasher for WordHash {
    type Hasher = WordHasher;

    fn build_hasher(&self) -> WordHasher {
        WordHasher(self.0)
    }
}

impl Hasher for WordHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut eight = [0; 8];
            eight[..chunk.len()].copy_from_slice(chunk);
            let product = u128::from(self.0 ^ u64::from_le_bytes(eight)) * 0x9E37_79B9_7F4A_7C15_u128;
            self.0 = (product as u64) ^ ((product >> 64) as u64) ^ bytes.len() as u64;
        }
    }

    #[inline]
    fn write_u8(&mut self, _: u8) {
        // The mark behind a text: its length is mixed in already.
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}

/// The names of a block while it is filled.
#[derive(Debug, Default)]
pub struct NamesBuilder {
    stream: Vec<u8>,
    others: Vec<u8>,
    other_count: u64,
    count: u64,
}

impl NamesBuilder {
    /// Appends a name.
    #[inline]
    pub fn push(&mut self, cell: NameCell<'_>) {
        match cell {
            NameCell::Words(coded) => self.stream.extend_from_slice(coded),
            NameCell::Whole(name) => {
                put_number(&mut self.others, self.count);
                put_text(&mut self.others, name);
                self.other_count += 1;
            }
        }
        self.stream.push(0);
        self.count += 1;
    }

    /// Appends the names to a piece and starts anew.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        put_number(out, self.other_count);
        out.append(&mut self.others);
        put_number(out, self.stream.len() as u64);
        out.append(&mut self.stream);
        (self.other_count, self.count) = (0, 0);
    }
}

/// The names of a block: where each begins. No number of a word holds a zero byte, so a zero ends each name.
#[derive(Clone, Debug, Default)]
pub struct Names {
    starts: Vec<u32>,
    others: Vec<(usize, u32, u32)>,
}

impl Names {
    /// Finds the names that begin where the reader stands.
    pub fn open(reader: &mut Reader<'_>, count: usize) -> Outcome<Self> {
        let small = |size: usize| u32::try_from(size).map_err(|_| unreadable("block"));
        let mut others = Vec::new();
        for _ in 0..reader.number()? {
            let (row, length) = (reader.size()?, reader.size()?);
            others.push((row, small(reader.place())?, small(length)?));
            reader.take(length)?;
        }
        let length = reader.size()?;
        let begin = small(reader.place())?;
        let stream = reader.take(length)?;
        small(reader.place())?;
        // A place is written for every byte, and kept where the byte was an end: no branch to guess wrong.
        let mut starts = vec![begin; count.saturating_add(2)];
        let mut found = 0;
        for (byte, end) in stream.iter().zip(begin + 1..) {
            match starts.get_mut(found + 1) {
                Some(start) => *start = end,
                None => return Err(unreadable("block")),
            }
            found += usize::from(*byte == 0);
        }
        if found != count || stream.last().is_some_and(|byte| *byte != 0) {
            return Err(unreadable("block"));
        }
        Ok(Self { starts, others })
    }

    /// Returns the name of a row.
    #[inline]
    pub fn cell<'b>(&self, bytes: &'b [u8], row: usize) -> Outcome<NameCell<'b>> {
        let bounds = self.starts.get(row).zip(self.starts.get(row + 1));
        let coded = bounds.and_then(|(start, end)| bytes.get(*start as usize..*end as usize - 1));
        let coded = coded.ok_or_else(|| unreadable("block"))?;
        if !coded.is_empty() {
            return Ok(NameCell::Words(coded));
        }
        let other = self.others.binary_search_by_key(&row, |other| other.0);
        let other = other.ok().and_then(|place| self.others.get(place));
        let text = other.and_then(|(_, at, length)| bytes.get(*at as usize..(*at + *length) as usize));
        let text = text.and_then(|text| std::str::from_utf8(text).ok());
        text.map(NameCell::Whole).ok_or_else(|| unreadable("block"))
    }
}

/// Words by the first byte of their numbers, which has the lowest bits and tells most of them apart: a name that has one
/// of them is found among others without reading those.
pub struct Marks {
    starts: Starts,
    is_marked: Vec<bool>,
}

/// How the numbers of words begin that are looked for.
enum Starts {
    None,
    /// Few enough for each byte to be compared with all of them at once; the last one is repeated.
    Few([u8; FEW_STARTS]),
    Some(Box<[bool; 256]>),
    /// Nearly every name has one: to read them all costs less.
    TooMany,
}

/// A word in capitals and the same in small letters are two.
const FEW_STARTS: usize = 4;

/// With more different beginnings than this nearly every name has one.
const MOST_STARTS: usize = 48;

/// Bytes that are looked at together.
const LOOK_BYTES: usize = 32;

impl Marks {
    /// Takes for each word, from the first one on, whether it is one of them.
    pub fn new(is_marked: Vec<bool>) -> Self {
        let mut is_start = [false; 256];
        let mut start = Vec::new();
        for (_, number) in is_marked.iter().zip(1_u64..).filter(|(is_marked, _)| **is_marked) {
            start.clear();
            put_number(&mut start, number);
            is_start[usize::from(start[0])] = true;
        }
        let starts: Vec<u8> = (0..=u8::MAX).filter(|byte| is_start[usize::from(*byte)]).collect();
        let starts = match starts.last() {
            None => Starts::None,
            Some(last) if starts.len() <= FEW_STARTS => {
                Starts::Few(std::array::from_fn(|at| *starts.get(at).unwrap_or(last)))
            }
            Some(_) if starts.len() <= MOST_STARTS => Starts::Some(Box::new(is_start)),
            Some(_) => Starts::TooMany,
        };
        Self { starts, is_marked }
    }

    /// Returns the first place from `from` on where the number of such a word begins.
    #[inline]
    fn next(&self, stream: &[u8], mut from: usize) -> Option<usize> {
        loop {
            let place = from + self.next_start(stream.get(from..)?)?;
            from = place + 1;
            // What follows a byte that is not the last one of its number belongs to that number.
            let is_first = place.checked_sub(1).is_none_or(|before| stream[before] < 0x80);
            let number = Reader::at(stream, place).size();
            let word = number
                .ok()
                .filter(|_| is_first)
                .and_then(|number| number.checked_sub(1));
            if word.and_then(|word| self.is_marked.get(word)) == Some(&true) {
                return Some(place);
            }
        }
    }

    /// Returns the first place where such a number may begin.
    #[inline]
    fn next_start(&self, stream: &[u8]) -> Option<usize> {
        match &self.starts {
            Starts::None | Starts::TooMany => None,
            Starts::Few([one, other, third, fourth]) => first_of(stream, |byte| {
                (byte == *one) | (byte == *other) | (byte == *third) | (byte == *fourth)
            }),
            Starts::Some(is_start) => first_of(stream, |byte| is_start[usize::from(byte)]),
        }
    }
}

/// Returns the place of the first byte that is sought.
#[inline]
fn first_of(bytes: &[u8], is_sought: impl Fn(u8) -> bool) -> Option<usize> {
    let (looks, rest) = bytes.as_chunks::<LOOK_BYTES>();
    // No branch within a look: most looks find nothing.
    let has_any = |look: &[u8; LOOK_BYTES]| look.iter().fold(false, |any, byte| any | is_sought(*byte));
    let found = looks.iter().position(has_any);
    let (start, look) = match found.and_then(|look| Some((look, looks.get(look)?))) {
        Some((look, bytes)) => (look * LOOK_BYTES, bytes.as_slice()),
        None => (bytes.len() - rest.len(), rest),
    };
    let place = look.iter().position(|byte| is_sought(*byte));
    place.map(|place| start + place)
}

/// Visits, as `walk` does, the names of a piece that have a marked word, and those that stand whole. The others are
/// passed over unread: what they hold is confirmed by the checksum alone.
pub fn search<T: Copy + Default + BitOr<Output = T>>(
    bytes: &[u8],
    marks: &Marks,
    judged: &[T],
    mut visit: impl FnMut(usize, Result<T, &str>),
) -> Outcome<()> {
    if matches!(marks.starts, Starts::TooMany) {
        return walk(bytes, judged, visit);
    }
    let stream = open(bytes, &mut visit)?;
    let (mut row, mut from) = (0, 0);
    while let Some(hit) = marks.next(stream, from) {
        let (before, behind) = stream.split_at(hit);
        let start = before.iter().rposition(|byte| *byte == 0).map_or(0, |end| end + 1);
        let length = behind.iter().position(|byte| *byte == 0);
        let end = hit + length.ok_or_else(|| unreadable("block"))?;
        row += zeros(stream.get(from..start).unwrap_or_default());
        visit(row, Ok(worth(&stream[start..end], judged)?));
        (row, from) = (row + 1, end + 1);
    }
    Ok(())
}

/// Visits the names that stand whole, and returns the others.
fn open<'b, T>(bytes: &'b [u8], visit: &mut impl FnMut(usize, Result<T, &'b str>)) -> Outcome<&'b [u8]> {
    let mut reader = Reader::at(bytes, 0);
    reader.number()?;
    for _ in 0..reader.number()? {
        let row = reader.size()?;
        visit(row, Err(reader.text()?));
    }
    let length = reader.size()?;
    reader.take(length)
}

/// Counts the names that end in these bytes.
fn zeros(bytes: &[u8]) -> usize {
    // Few enough at once for a byte to count them.
    let count = |part: &[u8]| {
        part.iter()
            .fold(0_u8, |count, byte| count.wrapping_add(u8::from(*byte == 0)))
    };
    bytes.chunks(128).map(|part| usize::from(count(part))).sum()
}

/// Returns what the words of one name are worth together.
fn worth<T: Copy + Default + BitOr<Output = T>>(coded: &[u8], judged: &[T]) -> Outcome<T> {
    let (mut reader, mut worth) = (Reader::at(coded, 0), T::default());
    while reader.place() < coded.len() {
        let word = reader.size()?.checked_sub(1).and_then(|place| judged.get(place));
        worth = worth | *word.ok_or_else(|| unreadable("word of a name"))?;
    }
    Ok(worth)
}

/// Walks through the names of a piece without looking for where each begins: `count` is of its rows, `judged` what each
/// word is worth, from the first one on. Visits each row with what its words are worth together, or with its name where
/// that stands whole.
fn walk<T: Copy + Default + BitOr<Output = T>>(
    bytes: &[u8],
    judged: &[T],
    mut visit: impl FnMut(usize, Result<T, &str>),
) -> Outcome<()> {
    let stream = open(bytes, &mut visit)?;
    let (mut row, mut worth, mut number, mut shift) = (0, T::default(), 0_usize, 0_u32);
    let mut is_any = false;
    for byte in stream {
        // A number is never cut by the end of its name, nor as long as this.
        if (*byte == 0 && shift > 0) || shift > 28 {
            return Err(unreadable("word of a name"));
        }
        if *byte == 0 {
            if is_any {
                visit(row, Ok(worth));
            }
            (row, worth, is_any) = (row + 1, T::default(), false);
            continue;
        }
        number |= usize::from(byte & 0x7F) << shift;
        shift += 7;
        if *byte < 0x80 {
            let word = number.checked_sub(1).and_then(|place| judged.get(place));
            worth = worth | *word.ok_or_else(|| unreadable("word of a name"))?;
            (number, shift, is_any) = (0, 0, true);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cell<'a>(name: &'a str, code: &'a Option<Vec<u8>>) -> NameCell<'a> {
        code.as_deref().map_or(NameCell::Whole(name), NameCell::Words)
    }

    proptest! {
        #[test]
        fn names_are_alike_where_only_the_case_of_letters_differs(
            names in prop::collection::vec("(Siti|SITI|siti|É|é|Aminah|AMINAH|)( (Siti|aminah|AMINAH|É|é|X{42}|)){0,2}", 2..9),
        ) {
            let mut words = Words::new();
            let mut coded = Vec::new();
            let all: Vec<Option<Vec<u8>>> =
                names.iter().map(|name| words.code(name, &mut coded).map(<[u8]>::to_vec)).collect();
            let alike = AlikeWords::of(&words).unwrap();
            for (name, code) in names.iter().zip(&all) {
                for (other_name, other_code) in names.iter().zip(&all) {
                    let found = alike.are_alike(cell(name, code), cell(other_name, other_code)).unwrap();
                    // A name that stands whole is not compared here.
                    let is_coded = code.is_some() && other_code.is_some();
                    prop_assert_eq!(found, is_coded && name.eq_ignore_ascii_case(other_name), "{} {}", name, other_name);
                }
            }
        }
    }

    #[test]
    fn every_name_comes_back_as_it_was() {
        let long = "X".repeat(200);
        let long_word = format!("SITI {long} AMINAH");
        let mut names: Vec<String> = [
            "",
            " ",
            "SITI",
            "SITI AMINAH",
            " SITI  AMINAH ",
            "Hj. Siti, S.Pd",
            "a\0b",
            "é 字",
            &long_word,
        ]
        .map(str::to_owned)
        .to_vec();
        names.extend((0..500).map(|number| format!("W{number} W{} BIN W{}", number / 2, number * 7 % 500)));
        let (mut words, mut builder, mut coded) = (Words::new(), NamesBuilder::default(), Vec::new());
        let mut bytes = vec![5];
        for name in &names {
            builder.push(
                words
                    .code(name, &mut coded)
                    .map_or(NameCell::Whole(name), NameCell::Words),
            );
        }
        builder.finish(&mut bytes);
        let found = Names::open(&mut Reader::at(&bytes, 1), names.len()).unwrap();
        let mut name = String::new();
        for (row, expected) in names.iter().enumerate() {
            words.write(found.cell(&bytes, row).unwrap(), &mut name).unwrap();
            assert_eq!(&name, expected);
        }
        assert!(
            words.len() < 520 && bytes.len() < 6_000,
            "{} words, {} bytes",
            words.len(),
            bytes.len()
        );
    }

    type Seen = Vec<(usize, Result<u32, String>)>;

    /// What a way of searching visits, of that what has the lowest bit.
    fn seen(pass: impl FnOnce(&mut dyn FnMut(usize, Result<u32, &str>)) -> Outcome<()>) -> Outcome<Seen> {
        let mut seen = Vec::new();
        pass(&mut |row, worth| {
            if worth.map_or(true, |worth| worth & 1 == 1) {
                seen.push((row, worth.map_err(str::to_owned)));
            }
        })?;
        Ok(seen)
    }

    /// Numbers of one byte, of two and of three; zero is the mark of a name that stands whole.
    fn number() -> impl Strategy<Value = u32> {
        prop_oneof![4 => 1..140_u32, 2 => 16_300..16_500_u32, 1 => 0..131_000_u32]
    }

    fn piece(names: &[Vec<u32>]) -> Vec<u8> {
        let (mut builder, mut bytes, mut coded) = (NamesBuilder::default(), Vec::new(), Vec::new());
        put_number(&mut bytes, names.len() as u64);
        for name in names {
            coded.clear();
            name.iter()
                .for_each(|number| put_number(&mut coded, u64::from(*number)));
            builder.push(match name.contains(&0) {
                true => NameCell::Whole("Nama Lain"),
                false => NameCell::Words(&coded),
            });
        }
        builder.finish(&mut bytes);
        bytes
    }

    proptest! {
        #[test]
        fn a_search_finds_what_a_walk_finds(
            names in prop::collection::vec(prop::collection::vec(number(), 0..5), 0..200),
            marked in prop::collection::vec(number(), 0..40),
            flip in any::<prop::sample::Index>(),
        ) {
            let mut judged: Vec<u32> = (0..131_000_u32).map(|place| (place % 7) << 1).collect();
            for number in marked.iter().filter_map(|number| number.checked_sub(1)) {
                judged[number as usize] |= 1;
            }
            let marks = Marks::new(judged.iter().map(|worth| worth & 1 == 1).collect());
            let mut bytes = piece(&names);
            let walked = |bytes: &[u8]| seen(|visit| walk(bytes, &judged, visit));
            let found = |bytes: &[u8]| seen(|visit| search(bytes, &marks, &judged, visit));
            prop_assert_eq!(found(&bytes).unwrap(), walked(&bytes).unwrap());
            // Damage that no checksum saw: whatever both make of it, no name is found that is not there.
            let at = flip.index(bytes.len());
            bytes[at] ^= 1 << (at % 8);
            if let (Ok(found), Ok(walked)) = (found(&bytes), walked(&bytes)) {
                prop_assert_eq!(found, walked);
            }
        }
    }

    #[test]
    fn a_number_of_no_word_in_a_name_that_is_read_is_damage() {
        let (judged, marks) = ([1, 0], Marks::new(vec![true, false]));
        let found = |names: &[Vec<u32>]| seen(|visit| search(&piece(names), &marks, &judged, visit));
        assert_eq!(found(&[vec![2], vec![2, 1]]).unwrap(), [(1, Ok(1))]);
        assert!(found(&[vec![2], vec![3, 1]]).is_err());
        let mut cut = piece(&[vec![2, 1]]);
        cut.pop();
        assert!(seen(|visit| search(&cut, &marks, &judged, visit)).is_err());
    }

    #[test]
    fn beyond_the_limit_names_stand_whole() {
        let (mut words, mut coded) = (Words::new(), Vec::new());
        for number in 0..MOST_WORDS {
            words.add(&format!("{number:x}"));
        }
        assert!(words.code("a new one", &mut coded).is_none());
        assert!(words.code("a b c", &mut coded).is_some());
    }
}
