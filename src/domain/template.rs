//! Texts with places to be filled: `{name}`. What is put in is never read as a template again.

use std::fmt::Write;

/// What can stand in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The citizen's name.
    Name,
    /// The NIK, masked.
    Nik,
    /// The office's name.
    Office,
    /// Kecamatan.
    District,
    /// Kelurahan.
    Village,
    /// The day since when it is their move.
    Since,
}

impl Place {
    /// Every place.
    pub const ALL: [Self; 6] = [
        Self::Name,
        Self::Nik,
        Self::Office,
        Self::District,
        Self::Village,
        Self::Since,
    ];

    /// Returns the word between the braces.
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Nik => "nik",
            Self::Office => "office",
            Self::District => "district",
            Self::Village => "village",
            Self::Since => "since",
        }
    }
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateFault {
    /// Nobody knows what belongs there.
    UnknownPlace(String),
    /// A brace that opens or closes nothing; a brace itself is written twice.
    LoneBrace,
}

/// A text with places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Place(Place),
}

impl Template {
    /// Reads a text; `{{` and `}}` are braces.
    ///
    /// # Errors
    /// A place that is not known, or a lone brace.
    pub fn parse(text: &str) -> Result<Self, TemplateFault> {
        let (mut parts, mut plain) = (Vec::new(), String::new());
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            rest = &rest[at..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                plain.push_str(&rest[..1]);
                rest = &rest[2..];
                continue;
            }
            let inside = rest.strip_prefix('{').and_then(|inside| inside.split_once('}'));
            let (word, after) = inside.ok_or(TemplateFault::LoneBrace)?;
            let known = Place::ALL.into_iter().find(|place| place.word() == word.trim());
            let place = known.ok_or_else(|| TemplateFault::UnknownPlace(word.to_owned()))?;
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(Part::Place(place));
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self { parts })
    }

    /// Fills the text in; a place without a value is left out. The result stands on one line.
    pub fn fill(&self, value: impl Fn(Place) -> String) -> String {
        let mut text = String::new();
        for part in &self.parts {
            // Writing to a String cannot fail.
            let _ = match part {
                Part::Text(plain) => text.write_str(plain),
                Part::Place(place) => text.write_str(&value(*place)),
            };
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn filled(text: &str, name: &str) -> Result<String, TemplateFault> {
        let template = Template::parse(text)?;
        Ok(template.fill(|place| match place {
            Place::Name => name.to_owned(),
            Place::Office => "Disdukcapil".to_owned(),
            _ => String::new(),
        }))
    }

    #[test]
    fn places_are_filled_and_braces_can_be_written() {
        let check = |text, expected: &str| assert_eq!(filled(text, "SITI").as_deref(), Ok(expected), "{text}");
        check("Yth. {name}, dari {office}", "Yth. SITI, dari Disdukcapil");
        check("{ name }{{x}} {village} end", "SITI{x} end");
        check("plain", "plain");
        check("", "");
    }

    #[test]
    fn what_is_filled_in_is_no_template_and_no_second_line() {
        assert_eq!(filled("{name}!", "{office}\r\nX").as_deref(), Ok("{office} X!"));
    }

    #[test]
    fn what_nobody_can_fill_is_refused() {
        let unknown = |word: &str| Err(TemplateFault::UnknownPlace(word.to_owned()));
        assert_eq!(filled("{nama}", ""), unknown("nama"));
        assert_eq!(filled("{}", ""), unknown(""));
        assert_eq!(filled("{name.0}", ""), unknown("name.0"));
        for text in ["{name", "name}", "{", "a } b"] {
            assert_eq!(filled(text, ""), Err(TemplateFault::LoneBrace), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_stops_the_reading(text in "\\PC{0,40}|[{}a-z ]{0,20}") {
            let _ = filled(&text, "SITI");
        }
    }
}
