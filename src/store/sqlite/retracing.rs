//! Traces of entries that were read from other lines and say the same: nothing else of them is written.

use super::blocks::{Blocks, Kind, Piece, Tier};
use super::entry_cells::trace_bytes;
use super::fault::Outcome;
use super::step::Step;
use crate::domain::nik::Nik;
use crate::domain::queue::Trace;

/// Replaces traces, which stand in ascending order of NIK. Where a recent entry stands for one in the base, both say so.
pub(super) fn retrace(step: &Step<'_>, traces: &[(Nik, Trace)]) -> Outcome<()> {
    let blocks = Blocks::of(step.connection);
    if traces.is_empty() {
        return Ok(());
    }
    for tier in Tier::ALL {
        let firsts = blocks.firsts(Kind::Entry, tier)?;
        let ends = firsts.iter().skip(1).copied().chain([u64::MAX]);
        for (first, end) in firsts.iter().zip(ends) {
            let from = traces.partition_point(|(nik, _)| nik.as_u64() < *first);
            let to = traces.partition_point(|(nik, _)| nik.as_u64() < end);
            if from < to {
                retrace_block(blocks, tier, *first, &traces[from..to])?;
            }
        }
    }
    Ok(())
}

fn retrace_block(blocks: Blocks<'_>, tier: Tier, first: u64, traces: &[(Nik, Trace)]) -> Outcome<()> {
    let mut block = blocks.load(Kind::Entry, tier, first, &[Piece::People, Piece::Traces])?;
    let (mut row, mut is_other) = (0, false);
    for (nik, trace) in traces {
        row = block.seek(row, nik.as_u64());
        if block.nik(row) == nik.as_u64() {
            block.set_raw(Piece::Traces, row, &trace_bytes(Some(*trace)))?;
            is_other = true;
        }
    }
    if is_other {
        blocks.replace(Kind::Entry, tier, Piece::Traces, first, block.bytes(Piece::Traces)?)?;
    }
    Ok(())
}
