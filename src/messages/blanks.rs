//! The sentences of the book of blanks.

use super::Lang;
use super::nightly::long_day;
use super::number::{cards, grouped};
use crate::domain::blank_book::{BlankBook, Difference, Entry};
use crate::domain::blanks::{BlankMove, UseKind};

/// So many causes of spoiled cards are named.
const CAUSES: usize = 3;

/// What fails with blanks. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BlanksFailure {
    TooFew { left: u64, asked: u64 },
}

impl BlanksFailure {
    /// Says what is wrong.
    pub fn text(&self, lang: Lang) -> String {
        let Self::TooFew { left, asked } = self;
        let (left, asked) = (grouped(lang, *left), grouped(lang, *asked));
        lang.pick(
            format!("menurut buku hanya ada {left} blangko, bukan {asked}; tidak ada yang diubah"),
            format!("the book has {left} blanks only, not {asked}; nothing was changed"),
        )
    }

    /// Names what cures it.
    pub fn hint(&self, lang: Lang) -> String {
        lang.pick(
            "hitung dahulu yang ada: cetak blanks count N",
            "count what there is first: cetak blanks count N",
        )
        .to_owned()
    }
}

/// Says what the book has become.
pub fn recorded(lang: Lang, movement: BlankMove, before: Option<u64>, after: u64) -> String {
    let after = grouped(lang, after);
    let many = |count: u32| grouped(lang, count.into());
    match (movement, before) {
        (BlankMove::Added(more), _) => {
            let more = many(more);
            lang.pick(
                format!("{more} blangko masuk; sekarang tersedia {after}."),
                format!("{more} blanks added; {after} on hand now."),
            )
        }
        (BlankMove::Damaged(fewer), _) => {
            let fewer = many(fewer);
            lang.pick(
                format!("{fewer} blangko rusak dicatat; sekarang tersedia {after}."),
                format!("{fewer} blanks damaged; {after} on hand now."),
            )
        }
        (BlankMove::Returned(fewer), _) => {
            let fewer = many(fewer);
            lang.pick(
                format!("{fewer} blangko dikembalikan; sekarang tersedia {after}."),
                format!("{fewer} blanks returned; {after} on hand now."),
            )
        }
        (BlankMove::Counted(_), Some(before)) => {
            let before = grouped(lang, before);
            lang.pick(
                format!("Hasil hitung {after} blangko dicatat; menurut buku seharusnya {before}."),
                format!("Counted {after} blanks; the ledger had {before}."),
            )
        }
        (BlankMove::Counted(_), None) => lang.pick(
            format!("Hasil hitung {after} blangko dicatat."),
            format!("Counted {after} blanks."),
        ),
    }
}

/// Names a line of the book.
pub fn entry(lang: Lang, entry: Entry) -> &'static str {
    let (id, en) = match entry {
        Entry::Added => ("masuk", "added"),
        Entry::Counted => ("dihitung", "counted"),
        Entry::Damaged => ("rusak tanpa dicetak", "damaged"),
        Entry::Returned => ("dikembalikan", "returned"),
        Entry::Used(UseKind::Printed) => ("dicetak", "printed"),
        Entry::Used(UseKind::WalkIn) => ("cetak di tempat", "walk-in print"),
        Entry::Used(UseKind::Spoiled) => ("rusak saat dicetak", "spoiled"),
    };
    lang.pick(id, en)
}

/// Titles the book.
pub fn title(lang: Lang) -> &'static str {
    lang.pick("Buku blangko", "Ledger of blanks")
}

/// What is said below the book.
#[derive(Clone, Copy, Debug)]
pub struct Balance<'a> {
    /// What is on hand, and how many uses the book cannot explain.
    pub stock: Option<(u64, u64)>,
    /// Cards without a result.
    pub open_cards: u64,
    /// The book.
    pub book: &'a BlankBook,
    /// For how many days of printing the blanks are enough.
    pub days_left: Option<u64>,
}

/// Says what is left, whether the book balances, what spoiled cards, and for how long the blanks are enough.
pub fn balance(lang: Lang, balance: &Balance<'_>) -> String {
    let open = cards(lang, balance.open_cards);
    let Some((left, missing)) = balance.stock else {
        return lang
            .pick(
                "Blangko belum pernah dihitung, jadi tidak membatasi rencana. Mulai dengan: cetak blanks count N",
                "Blanks were never counted, so they limit no plan. Begin with: cetak blanks count N",
            )
            .to_owned();
    };
    let left = grouped(lang, left);
    let mut lines = vec![lang.pick(
        format!("Tersedia {left} blangko; {open} masih menunggu hasil."),
        format!("{left} blanks on hand; {open} still without a result."),
    )];
    lines.push(agreement(lang, balance.book, missing));
    if !balance.book.causes.is_empty() {
        lines.push(causes(lang, balance.book));
    }
    if let (Some(days), Some(pace)) = (balance.days_left, balance.book.pace) {
        let (days, pace) = (grouped(lang, days), grouped(lang, pace.a_day()));
        lines.push(lang.pick(
            format!("Cukup untuk {days} hari cetak dengan laju sekarang ({pace} sehari)."),
            format!("Enough for {days} days of printing at the present pace ({pace} a day)."),
        ));
    }
    lines.join("\n")
}

fn agreement(lang: Lang, book: &BlankBook, missing: u64) -> String {
    let mut said = Vec::new();
    if let Some(difference) = &book.difference {
        said.push(differs(lang, difference));
    }
    if let Some(since) = book.below_zero_since {
        let (missing, day) = (grouped(lang, missing), long_day(lang, since));
        said.push(lang.pick(
            format!("Sejak {day} terpakai {missing} lebih banyak daripada yang tercatat: hitung ulang (cetak blanks count N)."),
            format!("Since {day}, {missing} more were used than the ledger had: count them (cetak blanks count N)."),
        ));
    }
    if said.is_empty() {
        let words = lang.pick(
            "Buku cocok dengan hasil cetak dan hasil hitung.",
            "The book balances with the results and the counts.",
        );
        said.push(words.to_owned());
    }
    said.join(" ")
}

fn differs(lang: Lang, difference: &Difference) -> String {
    let many = grouped(lang, difference.surplus().unsigned_abs());
    let (on, since) = (long_day(lang, difference.counted_on), long_day(lang, difference.since));
    match difference.surplus() < 0 {
        true => lang.pick(
            format!("Hitungan {on} kurang {many} dari buku; selisihnya terjadi sejak {since}."),
            format!("The count of {on} found {many} fewer than the book had; they went since {since}."),
        ),
        false => lang.pick(
            format!("Hitungan {on} lebih {many} dari buku; selisihnya terjadi sejak {since}."),
            format!("The count of {on} found {many} more than the book had; they came since {since}."),
        ),
    }
}

fn causes(lang: Lang, book: &BlankBook) -> String {
    let named = book.causes.iter().take(CAUSES).map(|(cause, count)| {
        let cause = cause.as_deref().unwrap_or(lang.pick("tanpa sebab", "no cause given"));
        format!("{cause} {}", grouped(lang, *count))
    });
    let named: Vec<String> = named.collect();
    let spoiled = cards(lang, book.totals.spoiled);
    let more = if book.causes.len() > CAUSES { ", ..." } else { "" };
    lang.pick(
        format!(
            "Rusak saat dicetak sejak hitungan terakhir: {spoiled} ({}{more}).",
            named.join(", ")
        ),
        format!("Spoiled since the last count: {spoiled} ({}{more}).", named.join(", ")),
    )
}
