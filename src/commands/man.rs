//! `cetak man`: the main page to standard output, or every page into a folder.

use super::Outcome;
use crate::context::Context;
use crate::messages::small as words;
use crate::outputs::file::write_whole;
use anyhow::Result;
use clap::{Args, Command};
use clap_mangen::Man;
use std::path::{Path, PathBuf};

/// Arguments of `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    #[arg(value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Runs `man`.
///
/// # Errors
/// The pages cannot be written.
pub fn run(context: &mut Context, args: &ManArgs, mut command: Command) -> Result<Outcome> {
    command.build();
    match &args.dir {
        None => context.ui.result(&page(command)?)?,
        Some(dir) => {
            std::fs::create_dir_all(dir)?;
            let pages = write_pages(dir, &command, "cetak")?;
            context.ui.note(words::man_written(context.lang, pages, dir));
        }
    }
    Ok(Outcome::Done)
}

fn page(command: Command) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    Ok(page)
}

fn write_pages(dir: &Path, command: &Command, name: &str) -> Result<u32> {
    write_whole(&dir.join(format!("{name}.1")), &page(command.clone())?)?;
    let below = command
        .get_subcommands()
        .map(|sub| write_pages(dir, sub, &format!("{name}-{}", sub.get_name())));
    below.sum::<Result<u32>>().map(|pages| pages + 1)
}
