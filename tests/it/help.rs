//! No command and no argument lacks its words in either language, and every example of a help page can be typed.

use cetak::cli::localized;
use cetak::messages::Lang;
use clap::Command;

/// Calls `look` with every command and its path, the root's being empty.
fn walk(command: &Command, path: &str, look: &mut dyn FnMut(&str, &Command)) {
    look(path, command);
    for below in command.get_subcommands() {
        let path = if path.is_empty() {
            below.get_name().to_owned()
        } else {
            format!("{path} {}", below.get_name())
        };
        walk(below, &path, look);
    }
}

/// Returns each text of the help with the place where it stands.
fn texts(lang: Lang) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    walk(&localized(lang), "", &mut |path, command| {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        texts.push((format!("cetak {path}"), about));
        for argument in command.get_arguments() {
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            texts.push((format!("cetak {path} {}", argument.get_id()), help));
        }
    });
    texts
}

#[test]
fn no_command_and_no_argument_lacks_its_words() {
    for lang in [Lang::Id, Lang::En] {
        let texts = texts(lang);
        assert!(texts.len() > 100, "the whole command line is looked at");
        let lacking: Vec<&String> = texts
            .iter()
            .filter(|(_, text)| text.trim().is_empty())
            .map(|(at, _)| at)
            .collect();
        assert!(lacking.is_empty(), "{lang:?}: {lacking:#?}");
    }
}

#[test]
fn the_two_languages_say_it_in_their_own_words() {
    let (indonesian, english) = (texts(Lang::Id), texts(Lang::En));
    let same: Vec<_> = indonesian
        .iter()
        .zip(&english)
        .filter(|(one, other)| one == other)
        .map(|(one, _)| one)
        .collect();
    assert!(same.is_empty(), "{same:#?}");
    assert_eq!(indonesian.len(), english.len());
}

#[test]
fn a_help_page_is_wholly_in_its_language() {
    let mut pages = 0;
    walk(&localized(Lang::Id), "", &mut |path, command| {
        let page = command.clone().render_help().to_string();
        for word in [
            "Usage:",
            "Options:",
            "Commands:",
            "Arguments:",
            "Examples:",
            "[default",
            "[possible",
            "COMMAND",
        ] {
            assert!(!page.contains(word), "cetak {path} --help --lang id: {word}\n{page}");
        }
        pages += 1;
    });
    assert!(pages > 20);
}

#[test]
fn every_example_of_a_help_page_can_be_typed() {
    let mut examples = 0;
    walk(&localized(Lang::En), "", &mut |path, command| {
        let Some(text) = command.get_after_help() else { return };
        for line in text
            .to_string()
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with("cetak "))
        {
            let typed = line.split(" > ").next().unwrap_or(line);
            let parsed = localized(Lang::En).try_get_matches_from(words(typed));
            assert!(
                parsed.is_ok(),
                "cetak {path} --help shows {line:?}: {}",
                parsed.err().map_or_else(String::new, |error| error.to_string())
            );
            examples += 1;
        }
    });
    assert!(examples > 15);
}

/// Divides a line as a shell does, as far as the examples need it.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for sign in line.chars() {
        match sign {
            '"' | '\'' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            _ => words.last_mut().expect("one word at least").push(sign),
        }
    }
    words
}
