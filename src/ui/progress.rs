//! How far a long step is. Without a terminal indicatif draws nothing; then its name was said when it began.

use super::Ui;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::Duration;

const TICK: Duration = Duration::from_millis(120);
const DRAWS_A_SECOND: u8 = 8;

/// A step at work; dropping it ends it.
#[derive(Debug)]
pub struct Progress<'a> {
    ui: &'a Ui,
    name: String,
    bar: Option<ProgressBar>,
}

impl<'a> Progress<'a> {
    pub(super) fn new(ui: &'a Ui, name: String, bar: Option<ProgressBar>) -> Self {
        Self { ui, name, bar }
    }

    /// Goes on by so many units.
    pub fn advance(&self, units: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(units);
        }
    }

    /// Stands at so many units from the start.
    pub fn reach(&self, units: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(units);
        }
    }
}

impl Drop for Progress<'_> {
    /// Takes the moving line away and leaves a still one, so that a screen tells what was done.
    fn drop(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
            *self.ui.running() = None;
            self.ui.say(&self.name);
        }
    }
}

pub(super) fn bar(name: &str, total: Option<u64>) -> ProgressBar {
    let target = ProgressDrawTarget::stderr_with_hz(DRAWS_A_SECOND);
    let bar = ProgressBar::with_draw_target(total, target).with_message(name.to_owned());
    let template = match total {
        Some(_) => "{msg} [{bar:30}] {percent:>3} %",
        None => "{spinner} {msg}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.enable_steady_tick(TICK);
    bar
}
