//! The binary: builds what a run is given, runs the command, and maps the outcome to an exit code.

use cetak::cli;
use cetak::commands::explain::{Explanation, explain};
use cetak::commands::rescue::with_rescue;
use cetak::context::{Context, Environment, Options, language, screen};
use cetak::exit::Exit;
use cetak::interrupt::{self, Listener};
use cetak::ui::Ui;
use std::io;
use std::process::ExitCode;

fn main() -> ExitCode {
    let environment = Environment::of_process();
    let arguments: Vec<_> = std::env::args_os().collect();
    let asked = Options::in_language(cli::language_asked(&arguments));
    let lang = language(&asked, None, &environment);
    let listener = interrupt::listen(lang);
    match cli::parse(lang, arguments) {
        Ok(cli) => run(&cli, &environment, listener).into(),
        Err(shown) => {
            if shown.use_stderr() {
                Ui::new(screen(&asked, &environment, lang)).usage(&cli::usage_text(lang, &shown));
                return Exit::Usage.into();
            }
            // Help that nobody reads to its end (`| head`) is no failure.
            shown.print().unwrap_or_default();
            Exit::Done.into()
        }
    }
}

fn run(cli: &cli::Cli, environment: &Environment, listener: io::Result<Listener>) -> Exit {
    let options = cli.options();
    let lang = language(&options, None, environment);
    let ui = Ui::new(screen(&options, environment, lang));
    let listener = listener.map_err(|error| ui.warn(error.to_string()));
    let built = if cli.command.needs_home() {
        Context::in_home(&options, environment, cli.command.word())
    } else {
        Context::without_home(&options, environment, cli.command.word())
    };
    let mut context = match built {
        Ok(context) => context,
        Err(error) => return fail(&ui, &explain(lang, &error.into())),
    };
    listener.iter().for_each(|listener| listener.speak(context.lang));
    match cli.command.run(&mut context) {
        Ok(outcome) => outcome.into(),
        Err(error) => fail(&context.ui, &with_rescue(&context, explain(context.lang, &error))),
    }
}

fn fail(ui: &Ui, explanation: &Explanation) -> Exit {
    interrupt::give_way();
    ui.failure(&explanation.text, &explanation.causes, explanation.hint.as_slice());
    explanation.exit
}
