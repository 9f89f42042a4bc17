//! The global options, and what they decide together with the environment: language and colour.

use crate::context::Environment;
use crate::messages::Lang;
use crate::ui::{Screen, Talk};
use std::path::PathBuf;

/// When colour is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The global options as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `--home`.
    pub home: Option<PathBuf>,
    /// `--as-of`.
    pub as_of: Option<String>,
    /// `--lang`.
    pub lang: Option<Lang>,
    /// `--color`.
    pub color: ColorChoice,
    /// `-q`, `-v`.
    pub talk: Talk,
    /// `--wait`, seconds.
    pub wait_seconds: u64,
    /// `--reveal`.
    pub reveal: bool,
}

impl Options {
    /// Returns the options of a run that was asked for nothing but its language.
    pub fn in_language(lang: Option<Lang>) -> Self {
        Self {
            lang,
            ..Self::default()
        }
    }
}

/// Decides how the terminal is written to, for a language.
pub fn screen(options: &Options, environment: &Environment, lang: Lang) -> Screen {
    let color = |is_terminal: bool| match options.color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => is_terminal && !environment.no_color,
    };
    Screen {
        lang,
        stdout_is_terminal: environment.stdout_is_terminal,
        stderr_is_terminal: environment.stderr_is_terminal,
        width_columns: environment.width_columns,
        color_results: color(environment.stdout_is_terminal),
        color_talk: color(environment.stderr_is_terminal),
        talk: options.talk,
        reveal: options.reveal,
    }
}

/// Decides the language: the option, else the setting, else the locale.
pub fn language(options: &Options, settings: Option<Lang>, environment: &Environment) -> Lang {
    options
        .lang
        .or(settings)
        .unwrap_or_else(|| Lang::from_locale(&environment.locale))
}
