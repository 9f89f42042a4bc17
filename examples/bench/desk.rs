//! What is asked at the counter: somebody by each of the ways that they can be found by, and nobody.

use super::town::{Town, Writing};

/// A question, and whether somebody is found.
pub struct Question {
    pub by: &'static str,
    pub whom: String,
    pub is_known: bool,
}

/// Makes the questions for a town.
pub fn questions(town: &Town) -> Vec<Question> {
    let night = super::town::Night::First;
    let plain = |id: &u64| town.first_writing(*id) == Some(Writing::Plain);
    let middle = town.rows / 2;
    let find =
        |is_wanted: &dyn Fn(u64) -> bool| (middle..town.rows).filter(plain).find(|id| is_wanted(*id)).unwrap_or(0);
    let queued = find(&|id| town.entry(id, night).is_some() && !town.person(id).names[1].is_empty());
    let unqueued = find(&|id| town.entry(id, night).is_none());
    let person = town.person(queued);
    let digit = if person.nik % 10 == 9 {
        person.nik - 1
    } else {
        person.nik + 1
    };
    let known = |by, whom| Question {
        by,
        whom,
        is_known: true,
    };
    vec![
        known("NIK with an entry", person.nik.to_string()),
        known("NIK without", town.person(unqueued).nik.to_string()),
        known("name", person.names.join(" ")),
        known("phone", format!("0860{:08}", person.phone)),
        known("request number", format!("P{queued:09}")),
        Question {
            by: "unknown NIK",
            whom: digit.to_string(),
            is_known: false,
        },
    ]
}
