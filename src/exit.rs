//! The exit codes: the contract with scripts and cron. Each has its sentence in `messages`.

use crate::messages::Lang;
use crate::messages::exits;
use crate::messages::setup::SetupFault;
use std::process;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exit {
    /// Done.
    Done,
    /// Failed, and nothing changed.
    Failed,
    /// Wrong usage or configuration.
    Usage,
    /// Done, but something needs a person.
    NeedsPerson,
    /// Another run holds the home.
    Busy,
    /// The store is damaged, or its books do not balance.
    Damaged,
    /// The terminal was closed (SIGHUP).
    HungUp,
    /// Interrupted from the keyboard (SIGINT).
    Interrupted,
    /// Asked to end (SIGTERM).
    Terminated,
}

impl Exit {
    /// Every way to end, by its code.
    pub const ALL: [Self; 9] = [
        Self::Done,
        Self::Failed,
        Self::Usage,
        Self::NeedsPerson,
        Self::Busy,
        Self::Damaged,
        Self::HungUp,
        Self::Interrupted,
        Self::Terminated,
    ];

    /// Returns the code that a script sees.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NeedsPerson => 3,
            Self::Busy => 4,
            Self::Damaged => 5,
            Self::HungUp => 129,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// Says what the code means.
    pub fn sentence(self, lang: Lang) -> &'static str {
        match self {
            Self::Done => exits::done(lang),
            Self::Failed => exits::failed(lang),
            Self::Usage => exits::usage(lang),
            Self::NeedsPerson => exits::needs_person(lang),
            Self::Busy => exits::busy(lang),
            Self::Damaged => exits::damaged(lang),
            Self::HungUp => exits::hung_up(lang),
            Self::Interrupted => exits::interrupted(lang),
            Self::Terminated => exits::terminated(lang),
        }
    }
}

impl From<&SetupFault> for Exit {
    fn from(fault: &SetupFault) -> Self {
        match fault {
            SetupFault::Busy { .. } => Self::Busy,
            SetupFault::Unreadable { .. } | SetupFault::Unwritable { .. } => Self::Failed,
            SetupFault::NoHome
            | SetupFault::NotAHome(_)
            | SetupFault::NetworkFolder { .. }
            | SetupFault::NotAMoment(_)
            | SetupFault::HolidayLine { .. } => Self::Usage,
        }
    }
}

impl From<Exit> for process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_the_contract() {
        assert_eq!(Exit::ALL.map(Exit::code), [0, 1, 2, 3, 4, 5, 129, 130, 143]);
    }

    #[test]
    fn every_code_has_its_own_sentence() {
        for lang in Lang::ALL {
            let sentences: std::collections::BTreeSet<_> = Exit::ALL.map(|exit| exit.sentence(lang)).into();
            assert_eq!(sentences.len(), Exit::ALL.len());
        }
    }
}
