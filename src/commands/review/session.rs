//! `review` at the terminal: one case a screen, one key each. Every decision is recorded at once, so that nothing is
//! lost when the terminal dies; undo takes it back, recorded too. Nothing is asked while a transaction or a lock is
//! held, so a night's run may pass in between.

use super::pair::{Finder, facts_of};
use super::screen::{Numbers, View, places, screen};
use crate::commands::Outcome;
use crate::commands::decide::{record, refusal_of, withdraw};
use crate::commands::explain::one_line;
use crate::commands::office::{Access, Office};
use crate::context::Context;
use crate::domain::deciding::{Stance, rule_pair, signature};
use crate::domain::decisions::{DecisionBook, same_facts};
use crate::domain::dossier::{Decision, Verdict};
use crate::domain::questions::{Question, questions};
use crate::messages::review::{self as words, Press, ReviewFault};
use crate::messages::setup::SetupFault;
use crate::store::error::StoreError;
use crate::store::{Ledger, Store};
use crate::ui::{Desk, TerminalDesk};
use anyhow::{Error, Result};
use std::collections::BTreeSet;

pub(super) fn run(context: &Context, reason: Option<&str>) -> Result<Outcome> {
    if !(context.stdin_is_terminal && context.ui.screen().stdout_is_terminal) {
        return Err(ReviewFault::NoTerminal.into());
    }
    let clerk = Clerk { context, reason };
    let mut session = Session::begin(clerk)?;
    session.run(&mut TerminalDesk::new())?;
    let (same, different, left) = session.tally();
    context.ui.note(words::summary(context.lang, same, different, left));
    Ok(Outcome::Done)
}

/// What a case needs of the office. A test has its own.
trait Books {
    /// Reads the open questions.
    fn questions(&self) -> Result<Vec<Question>>;
    /// Records a decision, or says why not.
    fn decide(&self, question: &Question, verdict: Verdict) -> Result<Result<Decision, String>>;
    /// Takes a decision back.
    fn undo(&self, decision: &Decision) -> Result<()>;
    /// Draws a case.
    fn screen(&self, question: &Question, view: View, note: &str) -> Result<String>;
    /// Draws what stands where no case is left.
    fn end_screen(&self, note: &str) -> String;
    /// Says what stands above the keys.
    fn words(&self, said: Said) -> String;
    /// Says why something could not be recorded now and may be later; `None` is a failure.
    fn excuse(&self, error: &Error) -> Option<String>;
}

/// What is said below the keys.
#[derive(Clone, Copy, Debug)]
enum Said {
    Recorded(Verdict),
    Undone,
    NothingToUndo,
}

/// What was done with a case.
enum Step {
    Decided(Box<Decision>),
    Later,
}

struct Session<B> {
    books: B,
    questions: Vec<Question>,
    seen: BTreeSet<String>,
    at: usize,
    numbers: Numbers,
    history: Vec<(usize, Step)>,
    note: String,
}

impl<B: Books> Session<B> {
    fn begin(books: B) -> Result<Self> {
        let mut session = Self {
            books,
            questions: Vec::new(),
            seen: BTreeSet::new(),
            at: 0,
            numbers: Numbers::AsUsual,
            history: Vec::new(),
            note: String::new(),
        };
        session.look_for_more()?;
        Ok(session)
    }

    /// Adds the questions that were not asked yet: a decision can raise one, as the next best entry.
    fn look_for_more(&mut self) -> Result<()> {
        for question in self.books.questions()? {
            if self.seen.insert(facts_of(&question.registration, &question.entry)) {
                self.questions.push(question);
            }
        }
        Ok(())
    }

    fn run(&mut self, desk: &mut impl Desk) -> Result<()> {
        if self.questions.is_empty() {
            return Ok(());
        }
        loop {
            if self.at == self.questions.len() {
                self.look_for_more()?;
            }
            let all = self.questions.len();
            let shown = match self.questions.get(self.at) {
                Some(question) => {
                    let view = View {
                        at: self.at + 1,
                        all,
                        numbers: self.numbers,
                    };
                    self.books.screen(question, view, &self.note)?
                }
                None => self.books.end_screen(&self.note),
            };
            desk.show(&shown)?;
            self.note.clear();
            let press = match desk.key()? {
                None => return Ok(()),
                Some(sign) => Press::of(sign),
            };
            // What is revealed is revealed for this case alone.
            self.numbers = match press {
                Some(Press::Reveal) => self.numbers.turned(),
                None => self.numbers,
                Some(_) => Numbers::AsUsual,
            };
            match press {
                Some(Press::Quit) => return Ok(()),
                Some(Press::Undo) => self.undo()?,
                Some(Press::Same) => self.decide(Verdict::Same)?,
                Some(Press::Different) => self.decide(Verdict::Different)?,
                Some(Press::Later) if self.at < all => {
                    self.history.push((self.at, Step::Later));
                    self.at += 1;
                }
                Some(Press::Later | Press::Reveal) | None => {}
            }
        }
    }

    fn decide(&mut self, verdict: Verdict) -> Result<()> {
        let Some(question) = self.questions.get(self.at) else {
            return Ok(());
        };
        match self.books.decide(question, verdict) {
            Ok(Ok(decision)) => {
                self.history.push((self.at, Step::Decided(Box::new(decision))));
                self.note = self.books.words(Said::Recorded(verdict));
                self.at += 1;
            }
            // Its facts are others now, or somebody decided it meanwhile: it is no question any more.
            Ok(Err(why)) => {
                self.history.push((self.at, Step::Later));
                self.note = why;
                self.at += 1;
            }
            Err(error) => self.note = self.books.excuse(&error).ok_or(error)?,
        }
        Ok(())
    }

    fn undo(&mut self) -> Result<()> {
        let Some((at, step)) = self.history.pop() else {
            self.note = self.books.words(Said::NothingToUndo);
            return Ok(());
        };
        if let Step::Decided(decision) = &step
            && let Err(error) = self.books.undo(decision)
        {
            self.note = self.books.excuse(&error).ok_or(error)?;
            self.history.push((at, step));
            return Ok(());
        }
        self.at = at;
        self.note = self.books.words(Said::Undone);
        Ok(())
    }

    /// Counts what was decided same and different, and what is left.
    fn tally(&self) -> (u64, u64, u64) {
        let count = |verdict| {
            let steps = self.history.iter();
            let decided = steps.filter(|(_, step)| matches!(step, Step::Decided(one) if one.verdict == verdict));
            decided.count() as u64
        };
        let (same, different) = (count(Verdict::Same), count(Verdict::Different));
        (same, different, self.questions.len() as u64 - same - different)
    }
}

/// The office of this run; it is opened for each step, and closed again.
struct Clerk<'a> {
    context: &'a Context,
    reason: Option<&'a str>,
}

impl Books for Clerk<'_> {
    fn questions(&self) -> Result<Vec<Question>> {
        let office = Office::open(self.context, Access::Read)?;
        office.store.read(|facts| questions(facts, &self.context.rules()))
    }

    fn decide(&self, question: &Question, verdict: Verdict) -> Result<Result<Decision, String>> {
        let lang = self.context.lang;
        let why = words::why(lang, &question.reasons, &places(question));
        let reason = self.reason.map(str::trim).filter(|reason| !reason.is_empty());
        let reason = reason.map_or_else(|| words::default_reason(lang, &why), str::to_owned);
        let signature = signature(self.context.as_of, &self.context.user, &reason);
        let nik = question.registration.nik.text();
        let queue_nik = question.entry.row.nik.digits();
        let shown = facts_of(&question.registration, &question.entry);
        let mut office = Office::open(self.context, Access::Write)?;
        office.store.write(|ledger: &mut dyn Ledger| {
            let Ok((registration, entry)) = Finder::new(&*ledger)?.find(&*ledger, &nik, &queue_nik, &shown)? else {
                return Ok(Err(words::changed_meanwhile(lang).to_owned()));
            };
            let book = DecisionBook::new(ledger.decisions()?);
            match rule_pair(&book, Stance::Answer, verdict, &registration, &entry, &signature) {
                Ok(ruling) => {
                    record(ledger, &ruling)?;
                    Ok(Ok(ruling.decision))
                }
                Err(refusal) => {
                    let told = refusal_of(self.context, &nik, refusal);
                    Ok(Err(format!(
                        "{}. {}",
                        told.text(lang),
                        told.hint(lang).unwrap_or_default()
                    )))
                }
            }
        })
    }

    fn undo(&self, decision: &Decision) -> Result<()> {
        let context = self.context;
        let signature = signature(context.as_of, &context.user, words::undo_reason(context.lang));
        let mut office = Office::open(context, Access::Write)?;
        office.store.write(|ledger: &mut dyn Ledger| {
            let mut standing = ledger.decisions()?;
            standing.retain(|other| same_facts(other, decision));
            withdraw(ledger, decision, &standing, &signature)
        })
    }

    fn screen(&self, question: &Question, view: View, note: &str) -> Result<String> {
        screen(self.context, question, view, note)
    }

    fn end_screen(&self, note: &str) -> String {
        let lang = self.context.lang;
        format!(
            "{}\n\n  {}\n\n  {note}\n",
            words::all_done(lang),
            words::last_keys(lang)
        )
    }

    fn words(&self, said: Said) -> String {
        let lang = self.context.lang;
        match said {
            Said::Recorded(verdict) => words::recorded(lang, verdict),
            Said::Undone => words::undone(lang).to_owned(),
            Said::NothingToUndo => words::nothing_to_undo(lang).to_owned(),
        }
    }

    fn excuse(&self, error: &Error) -> Option<String> {
        let is_busy = matches!(error.downcast_ref(), Some(SetupFault::Busy { .. }))
            || matches!(error.downcast_ref(), Some(StoreError::Busy));
        is_busy.then(|| one_line(self.context.lang, error))
    }
}

#[cfg(test)]
mod tests;
