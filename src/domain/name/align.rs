//! Pairs the words of two folded names, and decides what the words left over mean.

use super::distance::within;
use super::fold::{self, FoldedName, Word};
use super::{NameAgreement, NameComparison, NameConflict, NameVerdict, spelling};

/// From so many letters on a joined word may be spelled otherwise and have a slip.
const LONG_JOINED: usize = 8;

/// Room for the letters of several words joined.
const JOINED: usize = 96;

/// Which words are paired so far, and what was forgiven for it.
struct Pairing<'a> {
    left: &'a FoldedName,
    right: &'a FoldedName,
    left_paired: [bool; 12],
    right_paired: [bool; 12],
    shared_words: u8,
    slips: u8,
    short_slips: u8,
}

/// Compares two names; `left` is the registered one.
pub(super) fn compare(left: &FoldedName, right: &FoldedName) -> NameComparison {
    let mut pairing = Pairing::new(left, right);
    pairing.pair_equal();
    if pairing.has_both_sides_left() {
        pairing.pair_joined();
    }
    if pairing.has_both_sides_left() {
        pairing.pair_slips();
    }
    if pairing.has_both_sides_left() {
        pairing.pair_initials();
    }
    if pairing.has_both_sides_left() {
        pairing.pair_whole();
    }
    pairing.conclude()
}

/// Tells whether every word of both names may find its partner without a slip; where not, `compare` finds a slip, or words
/// that are left over.
pub(super) fn may_pair_wholly(left: &FoldedName, right: &FoldedName) -> bool {
    // Initials and fathers' names are paired or left out by rules of their own.
    let is_special = |word: &Word| word.len() == 1 || word.is_abbreviated || word.is_patronymic;
    if left.words().iter().chain(right.words()).any(is_special) {
        return true;
    }
    let mut pairing = Pairing::new(left, right);
    pairing.pair_equal();
    let (left_open, right_open) = pairing.open();
    match (left_open, right_open) {
        (0, 0) => true,
        (0, _) | (_, 0) => false,
        _ => may_all_be_joined(left_open, right_open) || pairing.may_be_one_without_spaces(),
    }
}

/// Tells whether so many words and so many others may be the same, if two or three of one side make one of the other, and
/// no word stands by itself.
fn may_all_be_joined(left: usize, right: usize) -> bool {
    let made = |split: usize, whole: usize| (2 * whole..=3 * whole).contains(&split);
    // So many words of the right are made of those of the left.
    (0..=right)
        .any(|of_left| (0..=left).any(|of_right| made(left - of_right, of_left) && made(right - of_left, of_right)))
}

impl<'a> Pairing<'a> {
    fn new(left: &'a FoldedName, right: &'a FoldedName) -> Self {
        Self {
            left,
            right,
            left_paired: [false; 12],
            right_paired: [false; 12],
            shared_words: 0,
            slips: 0,
            short_slips: 0,
        }
    }

    /// Counts the words that have no partner yet.
    fn open(&self) -> (usize, usize) {
        let open = |paired: &[bool; 12], count: usize| paired[..count].iter().filter(|is_paired| !**is_paired).count();
        (
            open(&self.left_paired, self.left.words().len()),
            open(&self.right_paired, self.right.words().len()),
        )
    }

    fn has_both_sides_left(&self) -> bool {
        let (left, right) = self.open();
        left > 0 && right > 0
    }

    fn pair_equal(&mut self) {
        self.pair_where(|left, l, right, r| left.key(l) == right.key(r) && l.key_len() > 0);
    }

    /// Pairs each open word on the left with the first open one on the right that `fits`; returns how many.
    fn pair_where(&mut self, fits: impl Fn(&FoldedName, &Word, &FoldedName, &Word) -> bool) -> u8 {
        let mut found = 0;
        for (i, l) in self.left.words().iter().enumerate() {
            if self.left_paired[i] {
                continue;
            }
            for (j, r) in self.right.words().iter().enumerate() {
                if !self.right_paired[j] && fits(self.left, l, self.right, r) {
                    self.left_paired[i] = true;
                    self.right_paired[j] = true;
                    self.shared_words += u8::from(l.len().min(r.len()) > 1);
                    found += 1;
                    break;
                }
            }
        }
        found
    }

    fn pair_slips(&mut self) {
        let slipped = |left: &FoldedName, l: &Word, right: &FoldedName, r: &Word| is_slip((left, l), (right, r));
        // RINA and LINA, DIAN and DIANA. A letter left out of a short word (DWI, DEWI) is more often a slip.
        let is_short = |left: &FoldedName, l: &Word, right: &FoldedName, r: &Word| {
            let is_other_letter = l.len() == r.len() && l.len() <= 4 && !is_swap(left.letters(l), right.letters(r));
            is_other_letter || has_feminine_ending(left.letters(l), right.letters(r))
        };
        self.slips += self.pair_where(|left, l, right, r| !is_short(left, l, right, r) && slipped(left, l, right, r));
        self.short_slips += self.pair_where(slipped);
        self.slips += self.short_slips;
    }

    /// Pairs `M.` with MANSUR, and `Sul.` with SULASTRI.
    fn pair_initials(&mut self) {
        self.pair_where(|left, l, right, r| {
            let (a, b) = (left.letters(l), right.letters(r));
            let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
            let is_abbreviated = if a.len() <= b.len() {
                l.is_abbreviated
            } else {
                r.is_abbreviated
            };
            (short.len() == 1 || is_abbreviated) && (long.starts_with(short) || same_start(left.key(l), right.key(r)))
        });
    }

    /// Pairs NURAINI with NUR AINI, and ABDURRAHMAN with ABDUL RAHMAN.
    fn pair_joined(&mut self) {
        for parts in [3, 2] {
            self.pair_parts(parts, Side::Left);
            self.pair_parts(parts, Side::Right);
        }
        self.pair_gapped(Side::Left);
        self.pair_gapped(Side::Right);
    }

    /// Looks for `parts` neighbouring open words on one side that make one open word of the other.
    fn pair_parts(&mut self, parts: usize, side: Side) {
        let (split, whole) = match side {
            Side::Left => (self.left, self.right),
            Side::Right => (self.right, self.left),
        };
        for from in 0..(split.words().len() + 1).saturating_sub(parts) {
            let is_open = |paired: &[bool; 12]| paired[from..from + parts].iter().all(|is_paired| !is_paired);
            let (split_paired, whole_paired) = match side {
                Side::Left => (&mut self.left_paired, &mut self.right_paired),
                Side::Right => (&mut self.right_paired, &mut self.left_paired),
            };
            if !is_open(split_paired) {
                continue;
            }
            let words = &split.words()[from..from + parts];
            let length: usize = words.iter().map(Word::len).sum();
            let letters = words.iter().fold(0, |letters, word| letters | word.letter_set());
            let is_near =
                |word: &Word| word.len() >= 5 && word.len().abs_diff(length) <= 4 && may_be_joined(letters, word);
            if !whole
                .words()
                .iter()
                .enumerate()
                .any(|(at, word)| !whole_paired[at] && is_near(word))
            {
                continue;
            }
            let (joined, key) = join(split, words);
            let found = whole.words().iter().enumerate().find(|(at, word)| {
                !whole_paired[*at]
                    && is_near(word)
                    && is_joined_equal(joined.bytes(), key.bytes(), whole.letters(word), whole.key(word))
            });
            if let Some((at, _)) = found {
                whole_paired[at] = true;
                split_paired[from..from + parts].fill(true);
                self.shared_words += parts as u8;
            }
        }
    }

    /// Pairs THAMRINDAULAY with THAMRIN TEGUH DAULAY, and with DAULAY THAMRIN: two words written as one, in any order.
    fn pair_gapped(&mut self, side: Side) {
        let (split, whole, split_paired, whole_paired) = match side {
            Side::Left => (self.left, self.right, &mut self.left_paired, &mut self.right_paired),
            Side::Right => (self.right, self.left, &mut self.right_paired, &mut self.left_paired),
        };
        for (at, word) in whole.words().iter().enumerate().filter(|(_, word)| word.len() >= 8) {
            for (i, a) in split.words().iter().enumerate() {
                for (j, b) in split.words().iter().enumerate() {
                    let is_open = !split_paired[i] && !split_paired[j] && !whole_paired[at];
                    if i == j || !is_open || (a.len() + b.len()).abs_diff(word.len()) > 2 {
                        continue;
                    }
                    if !may_be_joined(a.letter_set() | b.letter_set(), word) {
                        continue;
                    }
                    let (joined, key) = join(split, &[*a, *b]);
                    if is_joined_equal(joined.bytes(), key.bytes(), whole.letters(word), whole.key(word)) {
                        (split_paired[i], split_paired[j], whole_paired[at]) = (true, true, true);
                        self.shared_words += 2;
                    }
                }
            }
        }
    }

    /// A last look at the names without their spaces: SITINUR AINI, SITI NURAINI.
    fn pair_whole(&mut self) {
        if !self.may_be_one_without_spaces() {
            return;
        }
        let (a, a_key) = join(self.left, self.left.words());
        let (b, b_key) = join(self.right, self.right.words());
        let length = a.bytes().len().min(b.bytes().len());
        // Words of equal number were compared one by one; only lost or added spaces may hide a slip.
        let may_slip = self.left.words().len() != self.right.words().len() && length >= 10;
        let is_equal = a_key.bytes() == b_key.bytes() || may_slip && within(a.bytes(), b.bytes(), 1).is_some();
        if is_equal && length >= 4 {
            self.left_paired = [true; 12];
            self.right_paired = [true; 12];
            self.shared_words = self.left.words().len().min(self.right.words().len()) as u8;
        }
    }

    /// Tells whether the names may be one without their spaces, by their length and their sounds.
    fn may_be_one_without_spaces(&self) -> bool {
        let length = |name: &FoldedName| name.words().iter().map(Word::len).sum::<usize>();
        let set = |name: &FoldedName| name.words().iter().fold(0, |set, word| set | word.key_set());
        (set(self.left) ^ set(self.right)).count_ones() <= 3 && length(self.left).abs_diff(length(self.right)) <= 5
    }

    fn conclude(&self) -> NameComparison {
        let left_open = self.open_words(self.left, &self.left_paired);
        let right_open = self.open_words(self.right, &self.right_paired);
        let verdict = if self.shared_words == 0 {
            NameVerdict::Different(NameConflict::NothingShared)
        } else if left_open > 0 && right_open > 0 {
            NameVerdict::Different(NameConflict::BothKeepAWord)
        } else if self.has_extra_leading_name() {
            NameVerdict::Different(NameConflict::ExtraLeadingName)
        } else if self.slips > 0 {
            NameVerdict::Same(NameAgreement::Slip)
        } else if left_open + right_open > 0 || self.open() != (0, 0) {
            NameVerdict::Same(NameAgreement::ShortForm)
        } else if self.is_letter_for_letter() {
            NameVerdict::Same(NameAgreement::Equal)
        } else {
            NameVerdict::Same(NameAgreement::Spelling)
        };
        NameComparison {
            verdict,
            shared_words: self.shared_words,
            slips: self.slips,
            short_slips: self.short_slips,
            registered_only_words: left_open,
            queued_only_words: right_open,
        }
    }

    /// Counts the open words that say something: a father's name behind BIN and a lone initial do not.
    fn open_words(&self, name: &FoldedName, paired: &[bool; 12]) -> u8 {
        let open = name
            .words()
            .iter()
            .zip(paired)
            .filter(|(word, is_paired)| !**is_paired && !word.is_patronymic);
        open.count() as u8
    }

    /// Tells whether one more given name stands in front: of a longer registered name, or of a child's that ends with
    /// its parent's only one.
    fn has_extra_leading_name(&self) -> bool {
        let (left, right) = (self.left.words(), self.right.words());
        let leads = |words: &[Word], paired: &[bool; 12]| {
            words
                .first()
                .is_some_and(|first| !paired[0] && !first.is_generic && first.len() > 1)
        };
        leads(left, &self.left_paired) || left.len() == 1 && leads(right, &self.right_paired)
    }

    fn is_letter_for_letter(&self) -> bool {
        let (left, right) = (self.left, self.right);
        left.words().len() == right.words().len()
            && left
                .words()
                .iter()
                .zip(right.words())
                .all(|(l, r)| l.is_alias == r.is_alias && left.letters(l) == right.letters(r))
    }
}

#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
}

/// Letters on the stack.
struct Letters {
    bytes: [u8; JOINED],
    length: usize,
}

impl Letters {
    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// Joins words, and returns their letters and the spelling key of these.
fn join(name: &FoldedName, words: &[Word]) -> (Letters, Letters) {
    let mut joined = Letters {
        bytes: [0; JOINED],
        length: 0,
    };
    for word in words {
        let letters = name.letters(word);
        let end = (joined.length + letters.len()).min(JOINED);
        joined.bytes[joined.length..end].copy_from_slice(&letters[..end - joined.length]);
        joined.length = end;
    }
    let mut key = Letters {
        bytes: [0; JOINED],
        length: 0,
    };
    key.length = spelling::key(joined.bytes(), &mut key.bytes);
    (joined, key)
}

/// Tells whether these letters, joined, could be a word's by `is_joined_equal`: spelling changes neither M, N, R and L
/// nor the sounds of the lips into others, and a slip costs one letter and brings one.
fn may_be_joined(letters: u32, word: &Word) -> bool {
    const STEADY: u32 = fold::set_of(b"MNRL");
    const LIPS: u32 = fold::set_of(b"PBFV");
    let other = letters ^ word.letter_set();
    let is_other_lip = (letters & LIPS == 0) != (word.letter_set() & LIPS == 0);
    let steady = (other & STEADY).count_ones() + u32::from(is_other_lip);
    steady == 0 || other.count_ones() <= 2 || word.len() >= LONG_JOINED && steady <= 2
}

fn is_joined_equal(joined: &[u8], joined_key: &[u8], word: &[u8], word_key: &[u8]) -> bool {
    joined_key == word_key
        || within(joined, word, 1).is_some()
        || word.len() >= LONG_JOINED && within(joined_key, word_key, 1).is_some()
}

fn same_start(a: &[u8], b: &[u8]) -> bool {
    a.len() == 1 && b.starts_with(a) || b.len() == 1 && a.starts_with(b)
}

/// Tells whether two words are one but for a slip: one letter, two in eight or more.
fn is_slip((left, l): (&FoldedName, &Word), (right, r): (&FoldedName, &Word)) -> bool {
    let shorter = l.len().min(r.len());
    let limit = match shorter {
        0..=2 => return false,
        3..=7 => 1,
        _ => 2,
    };
    let (a, a_key, b, b_key) = (left.letters(l), left.key(l), right.letters(r), right.key(r));
    let by_letters = if l.may_be(r, limit as u32) {
        within(a, b, limit)
    } else {
        None
    };
    // Beside another spelling a slip is forgiven in long words, or behind the same first letter (JNLIA, YULIA).
    let may_differ_in_spelling = shorter >= 6 || shorter == 5 && a_key.first() == b_key.first();
    let by_key = || {
        (may_differ_in_spelling && l.may_sound_like(r))
            .then(|| within(a_key, b_key, 1))
            .flatten()
    };
    let Some(slips) = by_letters.or_else(by_key) else {
        return false;
    };
    if a.len() == b.len() && slips == 1 && (differs_by_gender(a_key, b_key) || differs_by_last_sound(a, b)) {
        return false;
    }
    // Two other letters, the first among them, make another name (LESTIANA, SEPTIANA).
    if slips == 2 && a.len() == b.len() && a_key.first() != b_key.first() && !is_swap(&a[..2], &b[..2]) {
        return false;
    }
    // Three letters: a swap or a letter too many is a slip, another letter another name (EKO, EKA).
    shorter > 3 || a.len() != b.len() || is_swap(a, b)
}

/// PUTRA and PUTRI, RAHMA and RAHMI, HENDRA and HENDRI: another last vowel is another name.
fn differs_by_gender(a: &[u8], b: &[u8]) -> bool {
    let (Some((a_last, a_rest)), Some((b_last, b_rest))) = (a.split_last(), b.split_last()) else {
        return false;
    };
    a_rest == b_rest && matches!((a_last, b_last), (b'A' | b'U', b'I') | (b'I', b'A' | b'U'))
}

/// RAHMAT and RAHMAH, HIDAYAT and HIDAYAH: a man's name and a woman's.
fn differs_by_last_sound(a: &[u8], b: &[u8]) -> bool {
    let is_pair = |a: &[u8], b: &[u8]| a.ends_with(b"AT") && b.ends_with(b"AH");
    is_pair(a, b) || is_pair(b, a)
}

/// DIAN and DIANA, NOVI and NOVIA: a last A more.
fn has_feminine_ending(a: &[u8], b: &[u8]) -> bool {
    let is_pair = |a: &[u8], b: &[u8]| a.split_last() == Some((&b'A', b));
    is_pair(a, b) || is_pair(b, a)
}

fn is_swap(a: &[u8], b: &[u8]) -> bool {
    let mut differing = a.iter().zip(b).filter(|(x, y)| x != y);
    matches!((differing.next(), differing.next(), differing.next()), (Some((p, q)), Some((r, s)), None) if p == s && q == r)
}
