//! The binary: builds what a run is given, runs the command, and maps the outcome to an exit code.

use cetak::commands::Outcome;
use cetak::commands::explain::explain;
use cetak::context::{Context, Environment, Options, language};
use cetak::exit::Exit;
use cetak::ui::Ui;
use cetak::{cli, interrupt};
use std::process::ExitCode;

fn main() -> ExitCode {
    let environment = Environment::of_process();
    let arguments: Vec<_> = std::env::args_os().collect();
    let asked = Options { lang: cli::language_asked(&arguments), ..Options::default() };
    let lang = language(&asked, None, &environment);
    match cli::parse(lang, arguments) {
        Ok(cli) => run(&cli, &environment).into(),
        Err(shown) => {
            // Help that nobody reads to its end (`| head`) is no failure.
            let printed = shown.print();
            drop(printed);
            if shown.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() }
        }
    }
}

fn run(cli: &cli::Cli, environment: &Environment) -> Exit {
    let options = cli.options();
    let ui = Ui::new(&options, environment);
    if let Err(error) = interrupt::listen(ui.lang()) {
        ui.warn(&error.to_string());
    }
    let built = if cli.command.needs_home() {
        Context::in_home(&options, environment, cli.command.word())
    } else {
        Context::without_home(&options, environment, cli.command.word())
    };
    let mut context = match built {
        Ok(context) => context,
        Err(error) => return fail(&ui, &error.into()),
    };
    match cli.command.run(&mut context) {
        Ok(Outcome::Done) => Exit::Done,
        Ok(Outcome::NeedsPerson) => Exit::NeedsPerson,
        Ok(Outcome::BooksBroken) => Exit::Damaged,
        Err(error) => fail(&context.ui, &error),
    }
}

fn fail(ui: &Ui, error: &anyhow::Error) -> Exit {
    let explanation = explain(ui.lang(), error);
    ui.error(&explanation.text, &explanation.causes, explanation.hint.as_deref());
    explanation.exit
}
