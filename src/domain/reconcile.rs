//! From the facts of the whole office to its applications, one NIK after the other.
//!
//! Cost: one pass over the facts in the order of their NIKs. Only where registrations lack an exact NIK in the queue
//! does the queue stream past them once more, to find the entries that they may mean (see [`super::strays`]).

use super::application::Application;
use super::decisions::DecisionBook;
use super::dossier::{Dossier, FactSource, Verdict};
use super::near_match::Proposal;
use super::nik::{Nik, NikReading};
use super::parts::{Dossiers, make_of_dossiers};
use super::proposed::{Kept, ProposedEntries};
use super::registration::Registration;
use super::standing::{Judged, Rules, judge, judge_unreadable, look_at};
use super::strays::{Apart, Strays};
use std::collections::{BTreeMap, BTreeSet};

/// Visits every application: by NIK, then by NIK those whose entry an open question proposes, then by age those without
/// a readable NIK.
///
/// # Errors
/// Passes on the visitor's errors and those of the source.
pub fn reconcile<S: FactSource + ?Sized>(
    source: &S,
    rules: &Rules,
    visit: &mut dyn FnMut(Application) -> Result<(), S::Error>,
) -> Result<(), S::Error> {
    Reconciliation::gather(source, rules)?.visit_all(source, visit)
}

/// Sees applications pass by.
pub trait Passerby {
    /// Sees the next one, with the facts of its NIK where that can be trusted.
    fn see(&mut self, application: Application, facts: Option<&Dossier>);

    /// Looks at the next one before it is known wholly, and tells whether that was enough; if not, it is seen as well.
    ///
    /// What an outline of facts leaves out (see [`Dossiers`]) may be missing here.
    fn glance(&mut self, _outline: Judged<'_>) -> bool {
        false
    }
}

impl Passerby for Vec<Application> {
    fn see(&mut self, application: Application, _: Option<&Dossier>) {
        self.push(application);
    }
}

/// The joining of an office's facts: first what needs a look at all of them, the decisions and the registrations without
/// an entry of their own, then one application after the other.
#[derive(Debug)]
pub struct Reconciliation<'r> {
    rules: &'r Rules<'r>,
    pub(super) book: DecisionBook,
    pub(super) strays: Strays,
}

impl<'r> Reconciliation<'r> {
    /// Gathers what does not change when cards are planned or printed.
    ///
    /// # Errors
    /// Those of the source.
    pub fn gather<S: FactSource + ?Sized>(source: &S, rules: &'r Rules<'r>) -> Result<Self, S::Error> {
        let mut book = DecisionBook::new(source.decisions()?);
        let strays = Strays::gather(source, &mut book)?;
        Ok(Self { rules, book, strays })
    }

    /// Visits every application, in the order of [`reconcile`].
    ///
    /// # Errors
    /// Passes on the visitor's errors and those of the source.
    pub fn visit_all<S: FactSource + ?Sized>(
        &self,
        source: &S,
        visit: &mut dyn FnMut(Application) -> Result<(), S::Error>,
    ) -> Result<(), S::Error> {
        self.pass_all(source, Vec::new, |all| all.into_iter().try_for_each(&mut *visit))
    }

    /// Lets every application pass by somebody new for each part of the office, perhaps several at a time. Who saw a
    /// part is taken over, in the order of [`reconcile`].
    ///
    /// # Errors
    /// Those of `take` and of the source.
    pub fn pass_all<S: FactSource + ?Sized, P: Passerby + Send>(
        &self,
        source: &S,
        new: impl Fn() -> P + Sync,
        mut take: impl FnMut(P) -> Result<(), S::Error>,
    ) -> Result<(), S::Error> {
        let given = &self.strays.given;
        let proposed = ProposedEntries::of(&self.strays, self.rules.zone);
        let pass = |dossiers: &mut dyn Dossiers| {
            let (mut passerby, mut kept, mut met) = (new(), Kept::default(), Vec::new());
            while let Some(dossier) = dossiers.next() {
                if self.is_settled_at_a_glance(dossier, &proposed, &mut passerby) {
                    continue;
                }
                let Some(dossier) = dossiers.whole() else { break };
                let joined = given.get(&dossier.nik).map_or(&[][..], Vec::as_slice);
                if !joined.is_empty() {
                    met.push(dossier.nik);
                }
                self.standings(dossier, joined, &mut |application, facts| {
                    if let Some(application) = proposed.pass(application, facts, &mut kept) {
                        passerby.see(application, Some(facts));
                    }
                });
            }
            (passerby, kept, met)
        };
        let (mut all_kept, mut all_met) = (Kept::default(), BTreeSet::new());
        make_of_dossiers(source, pass, |(passerby, kept, met)| {
            all_kept.append(kept);
            all_met.extend(met);
            take(passerby)
        })?;
        let mut last = new();
        for (nik, joined) in given.iter().filter(|(nik, _)| !all_met.contains(nik)) {
            self.standings(&mut Dossier::new(*nik), joined, &mut |application, facts| {
                last.see(application, Some(facts));
            });
        }
        for (application, facts) in proposed.finish(all_kept) {
            last.see(application, Some(&facts));
        }
        for (registration, proposal) in &self.strays.held {
            let nik = registration.nik.clone();
            let application = judge_unreadable(&[registration], nik, proposal.as_ref(), None, &self.book);
            application
                .into_iter()
                .for_each(|application| last.see(application, None));
        }
        take(last)
    }

    /// Shows somebody an application in outline, where nothing that a person decided or asked concerns it.
    fn is_settled_at_a_glance(
        &self,
        outline: &Dossier,
        proposed: &ProposedEntries,
        passerby: &mut impl Passerby,
    ) -> bool {
        let nik = outline.nik;
        let strays = &self.strays;
        if self.book.concerns(nik) || strays.given.contains_key(&nik) || strays.near.contains_key(&nik) {
            return false;
        }
        let look = |judged: Judged<'_>| !proposed.concern(&judged) && passerby.glance(judged);
        // Whoever left the queue and never registered has no application, and there are more of them every night.
        look_at(outline, self.rules, &self.book, look).unwrap_or(true)
    }

    /// Judges the newest application of a NIK again, after a card of it was planned. What others propose for an entry is
    /// not told beside a card.
    pub fn judge_again(&self, dossier: &mut Dossier) -> Option<Application> {
        let joined = self.strays.given.get(&dossier.nik).map_or(&[][..], Vec::as_slice);
        let mut newest = None;
        self.standings(dossier, joined, &mut |application, _| {
            newest = newest.take().or(Some(application));
        });
        newest
    }

    fn standings(&self, dossier: &mut Dossier, joined: &[Registration], visit: &mut dyn FnMut(Application, &Dossier)) {
        let found = Found {
            near: self.strays.near.get(&dossier.nik).map(|(_, proposal)| proposal),
            apart: &self.strays.apart,
        };
        standings(dossier, joined, &found, self.rules, &self.book, visit);
    }
}

/// Returns the newest application of one NIK, without looking for what a typing error may mean.
///
/// # Errors
/// Those of the source.
pub fn reconcile_one<S: FactSource + ?Sized>(
    source: &S,
    nik: Nik,
    rules: &Rules,
) -> Result<Option<Application>, S::Error> {
    let mut book = DecisionBook::new(source.decisions()?);
    let own = source.dossier(nik)?;
    let mut joined = Vec::new();
    if !book.is_empty() {
        forget_renamed(&mut book, own.as_ref());
        for target in book.targets_of(nik) {
            forget_renamed(&mut book, source.dossier(target)?.as_ref());
        }
        joined = given_to(source, &book, nik)?;
    }
    let mut dossier = match own {
        None if joined.is_empty() => return Ok(None),
        found => found.unwrap_or_else(|| Dossier::new(nik)),
    };
    let mut newest = None;
    let apart = BTreeMap::new();
    let found = Found {
        near: None,
        apart: &apart,
    };
    standings(&mut dossier, &joined, &found, rules, &book, &mut |application, _| {
        newest = newest.take().or(Some(application));
    });
    Ok(newest)
}

fn forget_renamed(book: &mut DecisionBook, dossier: Option<&Dossier>) {
    if let Some(entry) = dossier.and_then(Dossier::present_entry) {
        book.forget_other_names(entry.row.nik, &entry.row.name);
    }
}

/// Returns the registrations that a person gave to the entry of this NIK.
fn given_to<S: FactSource + ?Sized>(source: &S, book: &DecisionBook, nik: Nik) -> Result<Vec<Registration>, S::Error> {
    let (sources, any_held) = book.sources_of(nik);
    let mut given = Vec::new();
    if any_held {
        given = source.held_registrations()?;
    }
    for source_nik in sources {
        given.extend(
            source
                .dossier(source_nik)?
                .into_iter()
                .flat_map(|found| found.registrations),
        );
    }
    given.retain(|registration| book.chosen_entry(registration) == Some(nik));
    Ok(given)
}

/// What was found for registrations of one NIK.
struct Found<'a> {
    /// For those that are not in the queue.
    near: Option<&'a Proposal>,
    /// For those that were decided not to mean the entry of their NIK.
    apart: &'a BTreeMap<Apart, (Registration, Proposal)>,
}

/// Judges one NIK; registrations that a person gave away or set apart stand elsewhere.
fn standings(
    dossier: &mut Dossier,
    joined: &[Registration],
    found: &Found<'_>,
    rules: &Rules,
    book: &DecisionBook,
    visit: &mut dyn FnMut(Application, &Dossier),
) {
    let nik = dossier.nik;
    let apart = match book.concerns(nik) {
        true => take_apart(dossier, book),
        false => Vec::new(),
    };
    if let Some(newest) = judge(dossier, joined, found.near, rules, book) {
        visit(newest, dossier);
    }
    let mut by_name: BTreeMap<Apart, Vec<&Registration>> = BTreeMap::new();
    for registration in &apart {
        by_name
            .entry(Apart::of(nik, registration))
            .or_default()
            .push(registration);
    }
    for (key, registrations) in by_name {
        let proposal = found.apart.get(&key).map(|(_, proposal)| proposal);
        let application = judge_unreadable(&registrations, NikReading::Trusted(nik), proposal, Some(nik), book);
        application
            .into_iter()
            .for_each(|application| visit(application, dossier));
    }
}

/// Takes out of a dossier the registrations that a person gave away, and returns those that were set apart.
pub(super) fn take_apart(dossier: &mut Dossier, book: &DecisionBook) -> Vec<Registration> {
    let nik = dossier.nik;
    let entry_name = dossier.entry.as_ref().map_or("", |entry| &entry.row.name).to_owned();
    dossier
        .registrations
        .retain(|registration| book.chosen_entry(registration).is_none());
    let (apart, own) = dossier
        .registrations
        .drain(..)
        .partition(|registration| book.verdict(registration, nik, &entry_name) == Some(Verdict::Different));
    dossier.registrations = own;
    apart
}
