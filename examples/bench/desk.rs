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
    let unknown = |by, whom| Question {
        by,
        whom,
        is_known: false,
    };
    vec![
        known("NIK with an entry", person.nik.to_string()),
        known("NIK without", town.person(unqueued).nik.to_string()),
        known("name", person.names.join(" ")),
        known("first word of a name", person.names[0].to_owned()),
        known("phone", format!("0860{:08}", person.phone)),
        known("request number", format!("P{queued:09}")),
        unknown("unknown NIK", digit.to_string()),
        unknown("unknown name", "Qzzxw".to_owned()),
        unknown(
            "mistyped name",
            format!("{} {}", slipped(person.names[0]), person.names[1]),
        ),
        unknown("unknown request number", "P999999999".to_owned()),
    ]
}

/// A name with its first letters swapped.
fn slipped(name: &str) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    if letters.len() > 1 {
        letters.swap(0, 1);
    }
    letters.into_iter().collect()
}
