//! What any store must do: one suite, run against each store by `store_contract!`.
//!
//! Owns the promises of the traits. Must not know SQL, files or a store's type.

mod cards;
mod desk;
pub(crate) mod fixtures;
mod imports;
mod queue;
mod steps;

pub(crate) use cards::*;
pub(crate) use desk::*;
pub(crate) use imports::*;
pub(crate) use queue::*;
pub(crate) use steps::*;

use super::Store;

/// Makes stores for the suite.
pub(crate) trait Maker {
    /// The store under test.
    type Store: Store + Send;

    /// Opens the maker's one store once more; the first time it is empty.
    fn open(&self) -> Self::Store;
}

/// Runs every promise against stores of one maker.
macro_rules! store_contract {
    ($maker:expr) => {
        $crate::store::contract::store_contract!($maker;
            files_come_back_by_kind_with_their_numbers, numbers_that_break_the_equation_are_refused,
            rejects_come_back_by_line, marks_replace_each_other, registrations_are_known_by_their_rows, a_row_held_and_trusted_is_trusted,
            every_cell_comes_back_as_it_was, held_rows_are_found, an_entry_remembers_its_statuses, an_entry_that_left_may_come_back,
            known_entries_compare_with_a_snapshot, the_trace_of_a_line_is_replaced_alone,
            unqueued_are_those_without_a_present_entry,
            a_dossier_holds_every_fact_of_a_nik, a_batch_comes_back_with_its_cards, a_card_is_open_once,
            a_right_is_used_once, capacity_binds_an_operators_day, results_move_cards, walk_ins_spare_open_cards,
            blanks_count_what_was_recorded_after, every_use_of_a_blank_comes_in_its_order,
            a_notice_is_given_once_in_each_state, a_card_is_destroyed_once, events_come_back_newest_last, out_files_replace_those_of_their_date,
            a_step_that_fails_leaves_nothing, a_rehearsal_leaves_nothing, a_reader_sees_one_moment,
            one_of_two_racing_planners_wins, a_sound_store_has_no_faults);
    };
    ($maker:expr; $($promise:ident),+) => { $(
        #[test]
        fn $promise() {
            $crate::store::contract::$promise(&$maker);
        }
    )+ };
}
pub(crate) use store_contract;
