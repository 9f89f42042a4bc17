//! Who is meant: by NIK, by a part of the name, by phone or request number.

use crate::context::Context;
use crate::domain::name::{Closeness, NameQuery};
use crate::domain::nik::{Nik, NikReading};
use crate::domain::phone::Phone;
use crate::domain::registration::Registration;
use crate::domain::slips::one_slip_away;
use crate::messages::answer::{self as words, Searched};
use crate::store::Facts;
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};

/// So many of those who may have been meant are shown.
const MOST_NEAR: usize = 10;

/// What was asked for.
#[derive(Debug)]
pub(super) struct Question {
    text: String,
    niks: Vec<Nik>,
    /// What else was typed beside NIKs and can be none itself.
    unread: Vec<String>,
    phone: Option<Phone>,
    /// A request number, where digits stand in the text.
    request: Option<String>,
    name: Option<NameQuery>,
}

/// Who was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// People with a NIK that can be trusted, in ascending order.
    pub(super) niks: Vec<Nik>,
    /// Registrations whose NIK cannot be trusted.
    pub(super) held: Vec<Registration>,
    /// Whether there are more of them.
    pub(super) is_more: bool,
}

impl Found {
    /// Counts people and held registrations.
    pub(super) fn count(&self) -> usize {
        self.niks.len() + self.held.len()
    }
}

impl Question {
    /// Reads what was typed.
    pub(super) fn new(typed: &[String]) -> Self {
        let text = typed.join(" ");
        let trusted = |text: &String| NikReading::read(text).and_then(|reading| reading.trusted());
        let is_number = |text: &&String| {
            let has_digits = text.bytes().any(|byte| byte.is_ascii_digit());
            has_digits && !text.chars().any(char::is_alphabetic)
        };
        let mut niks: Vec<Nik> = Vec::new();
        let mut unread = Vec::new();
        if typed.iter().all(|word| is_number(&word)) {
            niks.extend(typed.iter().filter_map(trusted));
            if niks.is_empty() {
                niks.extend(trusted(&text));
            } else {
                unread.extend(typed.iter().filter(|word| trusted(word).is_none()).cloned());
            }
        } else if let Some(all) = typed.iter().map(trusted).collect::<Option<Vec<Nik>>>() {
            niks = all;
        }
        let has_digits = text.bytes().any(|byte| byte.is_ascii_digit());
        // A letter before the digits of a request number is nobody's initial.
        let is_mostly_digits = |word: &str| {
            let digits = word.bytes().filter(u8::is_ascii_digit).count();
            digits > word.chars().filter(|c| c.is_alphabetic()).count()
        };
        let is_named = !text.split_whitespace().all(is_mostly_digits);
        let name = NameQuery::new(&text).filter(|_| is_named);
        let is_number = has_digits && name.is_none() && !text.chars().any(char::is_alphabetic);
        Self {
            phone: is_number.then(|| Phone::read(&text)).flatten(),
            request: has_digits.then(|| text.trim().to_owned()),
            niks,
            unread,
            name,
            text,
        }
    }

    /// Tells whether people were asked for by their NIKs.
    pub(super) fn is_by_nik(&self) -> bool {
        !self.niks.is_empty()
    }

    /// Returns the NIKs asked for that nobody of these has, and what was typed as a NIK and is none.
    pub(super) fn missing(&self, found: &BTreeSet<Nik>) -> Vec<NikReading> {
        let unknown: BTreeSet<Nik> = self.niks.iter().filter(|nik| !found.contains(nik)).copied().collect();
        let unread = self.unread.iter().filter_map(|text| NikReading::read(text));
        unknown.into_iter().map(NikReading::Trusted).chain(unread).collect()
    }

    /// Says what is searched for, numbers masked.
    pub(super) fn searched(&self, context: &Context) -> String {
        let masked = || match NikReading::read(&self.text) {
            Some(reading) if !context.ui.screen().reveal => reading.masked(),
            _ => self.text.clone(),
        };
        match (self.niks.is_empty(), &self.phone, &self.name) {
            (false, ..) => words::searched(context.lang, Searched::Nik, &masked()),
            (true, Some(phone), _) if !context.ui.screen().reveal => {
                words::searched(context.lang, Searched::Number, &phone.masked())
            }
            (true, _, None) => words::searched(context.lang, Searched::Number, &masked()),
            (true, _, Some(_)) => words::searched(context.lang, Searched::Name, &self.text),
        }
    }

    /// Finds who is meant, of a name that more people have than this the first. A NIK costs one look; anything else
    /// passes over the narrow columns that hold it.
    pub(super) fn find(&self, facts: &dyn Facts, at_most: usize) -> Result<Found> {
        let mut found = Found::default();
        if !self.niks.is_empty() {
            found.niks.extend(&self.niks);
            found.niks.sort_unstable();
            found.niks.dedup();
            return Ok(found);
        }
        if let Some(request) = &self.request {
            found.niks.extend(facts.niks_with_request(request)?);
        }
        if let Some(phone) = &self.phone {
            found.niks.extend(facts.niks_with_phone(phone)?);
        }
        let mut search = self.name.as_ref().map(|query| query.search(Closeness::Spelled));
        if let Some(search) = &mut search {
            found
                .niks
                .append(&mut facts.niks_named(search, at_most.saturating_add(1))?);
        }
        found.niks.sort_unstable();
        found.niks.dedup();
        if found.niks.len() > at_most {
            found.niks.truncate(at_most);
            found.is_more = true;
            return Ok(found);
        }
        let typed: String = self.text.chars().filter(|c| !c.is_whitespace()).collect();
        if !typed.is_empty() {
            found.held = facts.held_written(&typed)?;
        }
        if let Some(search) = &mut search {
            found.held.append(&mut facts.held_named(search)?);
        }
        if let Some(phone) = &self.phone {
            found.held.append(&mut facts.held_with_phone(phone)?);
        }
        found
            .held
            .sort_unstable_by_key(|registration| (registration.submitted_at, registration.row_key));
        found.held.dedup_by_key(|registration| registration.row_key);
        Ok(found)
    }

    /// Finds who may have been meant: a typed NIK one slip away, a name alike among the registrations.
    pub(super) fn near(&self, facts: &dyn Facts) -> Result<Vec<(NikReading, String)>> {
        let mut near: BTreeMap<NikReading, String> = BTreeMap::new();
        let slips: Vec<Nik> = one_slip_away(&self.text);
        for nik in facts.known_among(&slips)?.into_iter().take(MOST_NEAR) {
            near.insert(NikReading::Trusted(nik), name_of(facts, nik)?);
        }
        if let Some(query) = &self.name {
            let mut search = query.search(Closeness::Mistyped);
            for nik in facts.niks_named(&mut search, MOST_NEAR)? {
                if near.len() < MOST_NEAR {
                    near.insert(NikReading::Trusted(nik), name_of(facts, nik)?);
                }
            }
            for registration in facts.held_named(&mut search)? {
                if near.len() < MOST_NEAR {
                    near.insert(registration.nik, registration.name.into());
                }
            }
        }
        Ok(near.into_iter().collect())
    }
}

fn name_of(facts: &dyn Facts, nik: Nik) -> Result<String> {
    let dossier = facts.dossier(nik)?;
    let name = dossier.and_then(|dossier| {
        let queued = dossier.entry.map(|entry| entry.row.name);
        queued.or_else(|| dossier.registrations.into_iter().next_back().map(|row| row.name))
    });
    Ok(name.unwrap_or_default().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_name(typed: &str) -> bool {
        Question::new(&[typed.to_owned()]).name.is_some()
    }

    #[test]
    fn the_letter_of_a_request_number_is_no_initial() {
        for number in ["P991024219", "A001", "0812 3456"] {
            assert!(!is_name(number), "{number}");
        }
        for name in ["P. Siregar", "M4RLINA", "Siti 2", "p"] {
            assert!(is_name(name), "{name}");
        }
    }
}
