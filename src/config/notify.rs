//! `[notify]`: what citizens are told, in the office's own words.

use super::reader::{Read, Section};
use super::{NOTIFY_KEYS, SECTIONS, short_text};
use crate::domain::notices::NoticeKind;
use crate::domain::template::{Place, Template, TemplateFault};
use crate::messages::Lang;
use crate::messages::notify::default_text;
use crate::messages::settings::SettingFault;
use std::collections::BTreeMap;

/// A message of more characters is not read.
const LONGEST: usize = 1_000;

/// `[notify]`: the texts that an office has of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotifySettings {
    texts: BTreeMap<NoticeKind, Template>,
}

impl NotifySettings {
    /// Returns the text for one kind of notice: the office's own, else the one of the language.
    pub fn text(&self, lang: Lang, kind: NoticeKind) -> Template {
        let own = self.texts.get(&kind).cloned();
        own.or_else(|| Template::parse(default_text(lang, kind)).ok())
            .unwrap_or_default()
    }
}

pub(super) fn notify(section: Option<Section<'_>>) -> Read<NotifySettings> {
    let mut settings = NotifySettings::default();
    let Some(section) = section else { return Ok(settings) };
    section.allow(NOTIFY_KEYS, SECTIONS)?;
    for kind in NoticeKind::ALL {
        let Some((item, text)) = section.text(kind.code())? else {
            continue;
        };
        let template = Template::parse(&short_text(&item, text, LONGEST)?);
        let fault = |fault| match fault {
            TemplateFault::UnknownPlace(word) => SettingFault::UnknownPlace {
                word,
                allowed: Place::ALL.map(Place::word).to_vec(),
            },
            TemplateFault::LoneBrace => SettingFault::LoneBrace,
        };
        settings
            .texts
            .insert(kind, template.map_err(|found| item.fault(fault(found)))?);
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    #[test]
    fn the_texts_of_both_languages_can_be_filled() {
        for lang in Lang::ALL {
            for kind in NoticeKind::ALL {
                assert!(Template::parse(default_text(lang, kind)).is_ok(), "{lang:?} {kind:?}");
            }
        }
    }

    #[test]
    fn a_place_that_nobody_can_fill_is_refused_with_its_line() {
        let fault = |text: &str| Settings::parse(text).unwrap_err().to_string();
        let unknown = "2: notify.collect: {nama} is no place to be filled; known: {name} {nik} {office} {district} {village} {since}";
        assert_eq!(fault("[notify]\ncollect = \"Yth. {nama}\"\n"), unknown);
        let lone = "2: notify.record: a brace without its partner; write {{ for a brace";
        assert_eq!(fault("[notify]\nrecord = \"{name\"\n"), lone);
        assert!(fault("[notify]\ncolect = \"x\"\n").contains("did you mean collect?"));
        assert!(fault("[notify]\ncollect = \" \"\n").contains("must not be empty"));
    }
}
