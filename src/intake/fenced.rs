//! A fence around the spreadsheet library, which panics on some damaged files: a panic behind it is a broken spreadsheet,
//! and nothing is said of it on the terminal.
//!
//! Only the library's own calls stand behind the fence; a panic of this crate's code is to be seen.

use crate::intake::error::IntakeError;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static IS_FENCED: Cell<bool> = const { Cell::new(false) };
}

static QUIET_HOOK: Once = Once::new();

/// Does `work`, whose panic is an error like any other. What it works on must be thrown away then.
///
/// # Errors
/// That of `work`; a broken spreadsheet where it panics.
pub fn fenced<T>(work: impl FnOnce() -> Result<T, IntakeError>) -> Result<T, IntakeError> {
    QUIET_HOOK.call_once(|| {
        let loud = panic::take_hook();
        panic::set_hook(Box::new(move |told| {
            if !IS_FENCED.get() {
                loud(told);
            }
        }));
    });
    let was_fenced = IS_FENCED.replace(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    IS_FENCED.set(was_fenced);
    done.unwrap_or_else(|_| {
        Err(IntakeError::BrokenSpreadsheet {
            detail: "its parts contradict each other".to_owned(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_behind_the_fence_is_an_error() {
        let cells: Vec<u8> = Vec::new();
        let error = fenced(|| Ok(cells[1])).unwrap_err();
        assert!(matches!(error, IntakeError::BrokenSpreadsheet { .. }), "{error:?}");
        assert_eq!(fenced(|| Ok(1)).unwrap(), 1);
        assert!(!IS_FENCED.get());
    }
}
