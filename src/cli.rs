//! The command line: global options and the commands. It knows no words; `messages::help` has them.

use crate::commands::{self, Outcome};
use crate::context::{ColorChoice, Context, Options};
use crate::messages::usage::{self, Slip};
use crate::messages::{Lang, help};
use crate::ui::Talk;
use anyhow::Result;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{
    Arg, ArgAction, Args, Command as ClapCommand, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum,
};
use std::ffi::OsString;
use std::path::PathBuf;

/// What a run was asked to do.
#[derive(Debug, Parser)]
#[command(
    name = "cetak",
    version,
    disable_help_subcommand = true,
    arg_required_else_help = true,
    max_term_width = 100
)]
pub struct Cli {
    /// Options that every command takes.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Returns the global options as values.
    pub fn options(&self) -> Options {
        let global = &self.global;
        Options {
            home: global.home.clone(),
            as_of: global.as_of.clone(),
            lang: global.lang.as_deref().and_then(Lang::from_code),
            color: match global.color {
                ColorArg::Auto => ColorChoice::Auto,
                ColorArg::Always => ColorChoice::Always,
                ColorArg::Never => ColorChoice::Never,
            },
            talk: match (global.quiet, global.verbose) {
                (true, _) => Talk::Quiet,
                (false, 0) => Talk::Normal,
                (false, _) => Talk::Verbose,
            },
            wait_seconds: global.wait,
            reveal: global.reveal,
        }
    }
}

/// Options that every command takes.
#[derive(Clone, Debug, Args)]
#[allow(missing_docs)] // the words stand in messages::help
pub struct GlobalArgs {
    #[arg(long, global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,
    #[arg(long, global = true, value_name = "WHEN")]
    pub as_of: Option<String>,
    #[arg(long, global = true, value_name = "id|en", value_parser = ["id", "en"], hide_possible_values = true)]
    pub lang: Option<String>,
    #[arg(long, global = true, value_name = "auto|always|never", default_value = "auto")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    pub color: ColorArg,
    #[arg(short, long, global = true)]
    pub quiet: bool,
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    #[arg(
        long,
        global = true,
        value_name = "SECONDS",
        default_value_t = 0,
        hide_default_value = true,
        value_parser = clap::value_parser!(u64).range(..=86_400)
    )]
    pub wait: u64,
    #[arg(long, global = true)]
    pub reveal: bool,
}

/// When colours are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum ColorArg {
    Auto,
    Always,
    Never,
}

/// The commands, in the order in which an office meets them.
#[derive(Debug, Subcommand)]
#[allow(missing_docs)] // the words stand in messages::help
pub enum Command {
    Init(commands::init::InitArgs),
    #[command(subcommand)]
    Import(commands::import::ImportCommand),
    Reconcile(commands::reconcile::ReconcileArgs),
    Stuck(commands::stuck::StuckArgs),
    Status(commands::status::StatusArgs),
    Batch(commands::batch::BatchArgs),
    Review(commands::review::ReviewArgs),
    Decide(commands::decide::DecideArgs),
    Printed(commands::printed::PrintedArgs),
    Handover(commands::handover::HandoverArgs),
    Notify(commands::notify::NotifyArgs),
    #[command(subcommand)]
    Destroy(commands::destroy::DestroyCommand),
    Expedite(commands::expedite::ExpediteArgs),
    #[command(subcommand)]
    Blanks(commands::blanks::BlanksCommand),
    Forecast(commands::forecast::ForecastArgs),
    Report(commands::report::ReportArgs),
    Nightly(commands::nightly::NightlyArgs),
    Log(commands::log::LogArgs),
    Check(commands::check::CheckArgs),
    Backup(commands::backup::BackupArgs),
    Restore(commands::restore::RestoreArgs),
    Completions(commands::completions::CompletionsArgs),
    Man(commands::man::ManArgs),
}

impl Command {
    /// Tells whether the command works without an office home.
    pub fn needs_home(&self) -> bool {
        !matches!(self, Self::Init(_) | Self::Completions(_) | Self::Man(_))
    }

    /// Returns the command's word, for the note beside the run lock.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Init(_) => "init",
            Self::Import(_) => "import",
            Self::Reconcile(_) => "reconcile",
            Self::Stuck(_) => "stuck",
            Self::Status(_) => "status",
            Self::Batch(_) => "batch",
            Self::Review(_) => "review",
            Self::Decide(_) => "decide",
            Self::Printed(_) => "printed",
            Self::Handover(_) => "handover",
            Self::Notify(_) => "notify",
            Self::Destroy(_) => "destroy",
            Self::Expedite(_) => "expedite",
            Self::Blanks(_) => "blanks",
            Self::Forecast(_) => "forecast",
            Self::Report(_) => "report",
            Self::Nightly(_) => "nightly",
            Self::Log(_) => "log",
            Self::Check(_) => "check",
            Self::Backup(_) => "backup",
            Self::Restore(_) => "restore",
            Self::Completions(_) => "completions",
            Self::Man(_) => "man",
        }
    }

    /// Runs the command.
    ///
    /// # Errors
    /// Whatever the command fails with; what state was left stands in the error.
    pub fn run(&self, context: &mut Context) -> Result<Outcome> {
        match self {
            Self::Init(args) => commands::init::run(context, args),
            Self::Import(command) => commands::import::run(context, command),
            Self::Reconcile(args) => commands::reconcile::run(context, args),
            Self::Stuck(args) => commands::stuck::run(context, args),
            Self::Status(args) => commands::status::run(context, args),
            Self::Batch(args) => commands::batch::run(context, args),
            Self::Review(args) => commands::review::run(context, args),
            Self::Decide(args) => commands::decide::run(context, args),
            Self::Printed(args) => commands::printed::run(context, args),
            Self::Handover(args) => commands::handover::run(context, args),
            Self::Notify(args) => commands::notify::run(context, args),
            Self::Destroy(command) => commands::destroy::run(context, command),
            Self::Expedite(args) => commands::expedite::run(context, args),
            Self::Blanks(command) => commands::blanks::run(context, command),
            Self::Forecast(args) => commands::forecast::run(context, args),
            Self::Report(args) => commands::report::run(context, args),
            Self::Nightly(args) => commands::nightly::run(context, args),
            Self::Log(args) => commands::log::run(context, args),
            Self::Check(args) => commands::check::run(context, args),
            Self::Backup(args) => commands::backup::run(context, args),
            Self::Restore(args) => commands::restore::run(context, args),
            Self::Completions(args) => commands::completions::run(context, args, localized(context.lang)),
            Self::Man(args) => commands::man::run(context, args, localized(context.lang)),
        }
    }
}

/// Returns the built command line with its help in the language given.
pub fn localized(lang: Lang) -> ClapCommand {
    with_words(Cli::command(), lang, "")
}

fn with_words(command: ClapCommand, lang: Lang, path: &str) -> ClapCommand {
    let mut command = command
        .help_template(help::template(lang))
        .about(help::about(lang, path));
    command = command
        .subcommand_help_heading(help::commands_heading(lang))
        .subcommand_value_name(help::command_word(lang));
    if let Some(examples) = help::examples(lang, path) {
        command = command.after_help(examples);
    }
    let arguments: Vec<String> = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
    for id in arguments {
        let text = help::argument(lang, path, &id);
        command = command.mut_arg(&id, |arg| {
            let heading = if arg.is_positional() {
                help::arguments_heading(lang)
            } else {
                help::options_heading(lang)
            };
            arg.help(text).help_heading(heading)
        });
    }
    command = command
        .disable_help_flag(true)
        .arg(flag(lang, path, "help", 'h', ArgAction::Help));
    if path.is_empty() {
        command = command
            .disable_version_flag(true)
            .arg(flag(lang, path, "version", 'V', ArgAction::Version));
    }
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names {
        let below = if path.is_empty() {
            name.clone()
        } else {
            format!("{path} {name}")
        };
        command = command.mut_subcommand(&name, |sub| with_words(sub, lang, &below));
    }
    command
}

fn flag(lang: Lang, path: &str, name: &'static str, short: char, action: ArgAction) -> Arg {
    let words = help::argument(lang, path, name);
    Arg::new(name)
        .short(short)
        .long(name)
        .action(action)
        .help(words)
        .help_heading(help::options_heading(lang))
}

/// Parses the arguments; clap's own refusals and help texts come back as its error.
///
/// # Errors
/// Wrong usage, or help or version asked for.
pub fn parse(lang: Lang, arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let mut command = localized(lang);
    let matches = command.try_get_matches_from_mut(arguments)?;
    Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

/// Finds `--lang` before the arguments are parsed, since help must already speak it.
pub fn language_asked(arguments: &[OsString]) -> Option<Lang> {
    let mut arguments = arguments.iter().filter_map(|argument| argument.to_str());
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--lang") {
            Some("") => return arguments.next().and_then(Lang::from_code),
            Some(rest) if rest.starts_with('=') => return Lang::from_code(&rest[1..]),
            _ => {}
        }
    }
    None
}

/// Says what is wrong with the arguments: in Indonesian in our words, in English in the parser's.
pub fn usage_text(lang: Lang, error: &clap::Error) -> String {
    let known = if lang == Lang::Id { slip(error) } else { None };
    match known {
        Some(slip) => format!(
            "kesalahan: {}\nsaran: {}",
            usage::in_indonesian(&slip),
            usage::help_hint()
        ),
        None => error.render().to_string(),
    }
}

fn slip(error: &clap::Error) -> Option<Slip> {
    let one = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        // The parser names the likeliest last.
        Some(ContextValue::Strings(texts)) => texts.last().cloned(),
        _ => None,
    };
    let many = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    };
    let value = one(ContextKind::InvalidValue).unwrap_or_default();
    Some(match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => Slip::NoValue(one(ContextKind::InvalidArg)?),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => Slip::Value {
            argument: one(ContextKind::InvalidArg)?,
            value,
            takes: many(ContextKind::ValidValue),
        },
        ErrorKind::UnknownArgument => Slip::Argument {
            written: one(ContextKind::InvalidArg)?,
            nearest: one(ContextKind::SuggestedArg),
        },
        ErrorKind::InvalidSubcommand => Slip::Command {
            written: one(ContextKind::InvalidSubcommand)?,
            nearest: one(ContextKind::SuggestedSubcommand),
        },
        ErrorKind::MissingRequiredArgument => Slip::Missing(many(ContextKind::InvalidArg)),
        ErrorKind::MissingSubcommand => Slip::NoCommand,
        ErrorKind::ArgumentConflict => Slip::Conflict {
            one: one(ContextKind::InvalidArg)?,
            others: many(ContextKind::PriorArg),
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_in_indonesian() {
        let check = |arguments: &str, expected: &str| {
            let arguments = arguments.split(' ').map(OsString::from);
            let text = usage_text(Lang::Id, &parse(Lang::Id, arguments).unwrap_err());
            assert!(text.contains(expected), "{text}");
            assert!(text.contains("--help"), "{text}");
        };
        check("cetak stuk", "perintah stuk tidak dikenal; maksudnya stuck?");
        check(
            "cetak reconcile --format word",
            "nilai \"word\" tidak cocok untuk --format <FORMAT>; pilih: table, csv, json, xlsx",
        );
        check("cetak expedite 1", "masih kurang: --reason <TEXT>");
        check("cetak stuck --hari 7", "argumen --hari tidak dikenal");
        check("cetak stuck --days x", "nilai \"x\" tidak cocok untuk --days <N>");
        let english = parse(Lang::En, ["cetak", "stuk"].map(OsString::from)).unwrap_err();
        assert!(usage_text(Lang::En, &english).contains("unrecognized subcommand"));
    }
}
