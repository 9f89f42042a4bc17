//! The facts of each NIK, brought together from blocks and tables that all lie in the order of the NIK: a merge of
//! cursors, one dossier in memory at a time, no query per person.

mod few;
mod many;

use super::blocks::{self, AlikeWords, Blocks, FACT_PIECES, Held, Kind, Part};
use super::cells::nik_cell;
use super::fault::{Outcome, unreadable};
use super::queue::SnapshotTimes;
use super::step::{Reading, Step};
use crate::domain::dossier::Dossier;
use crate::domain::nik::Nik;
use crate::domain::parts::{DossierWork, Dossiers, make_of_dossiers, next_whole};
use crate::domain::queue::StatusSighting;
use few::Statements;
use many::{Many, Read};
use std::iter::Peekable;
use std::vec::IntoIter;

/// Visits every NIK that has any fact, in ascending order.
pub(super) fn visit_all(step: &Step<'_>, visit: &mut dyn FnMut(Dossier) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let collect = |dossiers: &mut dyn Dossiers| {
        let mut all = Vec::new();
        while let Some(dossier) = next_whole(dossiers) {
            let empty = Dossier::new(dossier.nik);
            all.push(std::mem::replace(dossier, empty));
        }
        all
    };
    make_of_dossiers(step, collect, |all| all.into_iter().try_for_each(&mut *visit))
}

/// Shows every NIK that has any fact in parts.
pub(super) fn in_parts(
    step: &Step<'_>,
    work: &DossierWork<'_>,
    done: &mut dyn FnMut(usize) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (times, lexicon) = (SnapshotTimes::load(step)?, step.lexicon()?);
    let (lent, alike) = (lexicon.lend(), lexicon.alike_words()?);
    let mut statements = Statements::prepare(step)?;
    let mut few = statements.open(0, i64::MAX)?;
    let mut few_up_to = |end: u64| few.up_to(step, &times, end);
    let work = |number: usize, part: Part<2>, few: Vec<Dossier>| {
        let mut dossiers = PartDossiers {
            many: Many::of_part(part),
            few: few.into_iter().peekable(),
            reading: lent.reading(),
            times: &times,
            alike: &alike,
            dossier: None,
            in_blocks: None,
            read: Read::Whole,
            fault: Ok(()),
        };
        work(number, &mut dossiers);
        dossiers.fault.map(|()| number)
    };
    let lanes = Kind::ALL.map(|kind| (kind, &FACT_PIECES[..]));
    let division = step.division(&Kind::ALL)?;
    blocks::in_parts(
        Blocks::of(step.connection),
        lanes,
        division,
        &mut few_up_to,
        &work,
        done,
    )
}

/// The dossiers of one part.
struct PartDossiers<'r> {
    many: Many<Held>,
    few: Peekable<IntoIter<Dossier>>,
    reading: Reading<'r>,
    alike: &'r AlikeWords,
    times: &'r SnapshotTimes,
    /// The one that is shown.
    dossier: Option<Dossier>,
    /// Its NIK, where it stands in blocks.
    in_blocks: Option<u64>,
    /// How much of that is read.
    read: Read,
    /// Why there are no more, where it is not the end.
    fault: Outcome<()>,
}

impl PartDossiers<'_> {
    fn advance(&mut self) -> Outcome<bool> {
        if let Some(nik) = self.in_blocks.take() {
            self.many.pass(nik)?;
        }
        let next = self.many.next_nik();
        // Only looked at: `next_if` would take each out and put it back.
        let first_of_few = self.few.peek().map(|few| few.nik.as_u64());
        if first_of_few.is_some_and(|few| next.is_none_or(|next| few < next)) {
            self.dossier = self.few.next();
            self.read = Read::Whole;
            return Ok(true);
        }
        let Some(next) = next else { return Ok(false) };
        let nik = Nik::from_u64(next).ok_or_else(|| unreadable("NIK"))?;
        let dossier = self.dossier.get_or_insert_with(|| Dossier::new(nik));
        dossier.rewrite_for(nik);
        self.in_blocks = Some(next);
        self.read = self.many.outline(dossier, &mut self.reading, self.alike, self.times)?;
        if first_of_few == Some(next)
            && let Some(few) = self.few.next()
        {
            join(dossier, few);
        }
        Ok(true)
    }

    fn fill_in(&mut self) -> Outcome<()> {
        let Some(dossier) = &mut self.dossier else {
            return Ok(());
        };
        match std::mem::replace(&mut self.read, Read::Whole) {
            Read::Outline => self.many.complete(dossier, &mut self.reading),
            Read::MixedOutline => {
                dossier.registrations.clear();
                self.many.add_to(dossier, &mut self.reading, self.times)
            }
            Read::Whole => Ok(()),
        }
    }

    /// Remembers a fault; nothing is shown behind it.
    fn no_fault<T>(&mut self, outcome: Outcome<T>) -> Option<T> {
        outcome.map_err(|fault| self.fault = Err(fault)).ok()
    }
}

impl Dossiers for PartDossiers<'_> {
    fn next(&mut self) -> Option<&mut Dossier> {
        if self.fault.is_err() {
            return None;
        }
        let advanced = self.advance();
        let is_any = self.no_fault(advanced)?;
        self.dossier.as_mut().filter(|_| is_any)
    }

    fn whole(&mut self) -> Option<&mut Dossier> {
        let filled = self.fill_in();
        self.no_fault(filled)?;
        self.dossier.as_mut()
    }
}

/// Adds what few people have to what nearly everybody has; the status that the entry shows may have been seen before.
fn join(dossier: &mut Dossier, few: Dossier) {
    let Dossier {
        sightings,
        cards,
        walk_ins,
        handovers,
        expedited,
        ..
    } = few;
    (dossier.sightings, dossier.expedited) = (sightings, expedited);
    (dossier.cards, dossier.walk_ins, dossier.handovers) = (cards, walk_ins, handovers);
    if let (Some(entry), true) = (&dossier.entry, dossier.has_cards()) {
        let (status, status_at) = (entry.row.status.clone(), entry.row.status_at);
        let present = StatusSighting {
            status,
            status_at,
            seen_at: entry.status_seen_at,
        };
        if !dossier.sightings.contains(&present) {
            dossier.sightings.push(present);
        }
    }
}

/// Returns the facts of one NIK.
pub(super) fn of(step: &Step<'_>, nik: Nik) -> anyhow::Result<Option<Dossier>> {
    let mut found = None;
    of_many(step, &[nik], &mut |dossier| {
        found = Some(dossier);
        Ok(())
    })?;
    Ok(found)
}

/// Up to so many people are looked up one by one in the tables that hold few rows; for more, all rows between the first
/// and the last of them are passed over, and those of the years lie there too.
const MOST_SINGLY: usize = 2_000;

/// Visits the facts of chosen NIKs in ascending order; each block is read once.
pub(super) fn of_many(
    step: &Step<'_>,
    niks: &[Nik],
    visit: &mut dyn FnMut(Dossier) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Some(first) = niks.first() else {
        return Ok(());
    };
    let (times, lexicon) = (SnapshotTimes::load(step)?, step.lexicon()?);
    let mut reading = lexicon.reading();
    let mut statements = Statements::prepare(step)?;
    let mut many = Many::open(step, first.as_u64())?;
    let together = if niks.len() <= MOST_SINGLY { 1 } else { niks.len() };
    for niks in niks.chunks(together) {
        let (Some(first), Some(last)) = (niks.first(), niks.last()) else {
            continue;
        };
        let mut few = statements.open(nik_cell(*first), nik_cell(*last))?;
        for nik in niks {
            many.seek(*nik)?;
            few.seek(nik_cell(*nik))?;
            let of_few = few.up_to(step, &times, nik.as_u64() + 1)?.pop();
            let mut dossier = Dossier::new(*nik);
            let is_known = many.next_nik() == Some(nik.as_u64());
            if is_known {
                many.add_to(&mut dossier, &mut reading, &times)?;
            }
            if is_known || of_few.is_some() {
                of_few.into_iter().for_each(|few| join(&mut dossier, few));
                visit(dossier)?;
            }
        }
    }
    Ok(())
}
