//! `cetak completions`: what a shell needs to complete commands.

use super::Outcome;
use crate::context::Context;
use anyhow::Result;
use clap::{Args, Command};
use clap_complete::{Shell, generate};

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    shell: Shell,
}

/// Runs `completions`.
///
/// # Errors
/// Standard output cannot be written.
pub fn run(context: &mut Context, args: &CompletionsArgs, mut command: Command) -> Result<Outcome> {
    let mut script = Vec::new();
    generate(args.shell, &mut command, "cetak", &mut script);
    context.ui.result(&script)?;
    Ok(Outcome::Done)
}
