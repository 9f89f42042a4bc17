//! Filling an empty tier on two cores: both put sorted rows into blocks, the thread that holds the store writes these in
//! their order. What is written does not depend on it.

use super::packed::Run;
use super::table::Sealed;
use super::{BlockBuilder, Blocks, Kind, Sizes, Tier};
use crate::store::error::StoreError;
use crate::store::sqlite::fault::Outcome;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

/// Blocks that wait to be written, at most, on either side: this bounds memory.
const WAITING: usize = 4;

/// Writes rows into a tier that has none.
pub(super) fn fill(blocks: Blocks<'_>, kind: Kind, tier: Tier, run: Run<'_>, sizes: Sizes) -> Outcome<()> {
    let bench = Bench {
        kind,
        tier,
        run,
        cuts: run.cuts(sizes.block_rows.max(1)),
        next: AtomicUsize::new(0),
    };
    let is_long = run.len() as u64 >= sizes.two_cores_from;
    thread::scope(|scope| {
        let (send, receive) = sync_channel(WAITING);
        if is_long {
            let bench = &bench;
            scope.spawn(move || {
                let mut builder = BlockBuilder::new(kind);
                while let Some(done) = bench.work(&mut builder) {
                    // Who waits no more has failed, and says so.
                    if send.send(done).is_err() {
                        break;
                    }
                }
            });
        } else {
            drop(send);
        }
        write(blocks, &bench, &receive)
    })
}

/// Writes the blocks in their order; while the other thread has not made the next one, makes some too.
fn write(blocks: Blocks<'_>, bench: &Bench<'_>, receive: &Receiver<Done>) -> Outcome<()> {
    let mut builder = BlockBuilder::new(bench.kind);
    let mut waiting = BTreeMap::new();
    for number in 0..bench.cuts.len() {
        let sealed = loop {
            if let Some(sealed) = waiting.remove(&number) {
                break sealed;
            }
            let made = match receive.try_recv() {
                Ok(made) => Some(made),
                Err(_) if waiting.len() < WAITING => bench.work(&mut builder),
                Err(_) => None,
            };
            let stopped = |_| StoreError::Engine("the thread that makes blocks stopped".to_owned());
            let (made, sealed) = made.map_or_else(|| receive.recv().map_err(stopped), Ok)?;
            waiting.insert(made, sealed?);
        };
        blocks.insert(&sealed)?;
    }
    Ok(())
}

/// A block and its number.
type Done = (usize, Outcome<Sealed>);

/// What both threads reach for.
struct Bench<'r> {
    kind: Kind,
    tier: Tier,
    run: Run<'r>,
    cuts: Vec<Range<usize>>,
    /// The block that nobody makes yet.
    next: AtomicUsize,
}

impl Bench<'_> {
    fn work(&self, builder: &mut BlockBuilder) -> Option<Done> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let cut = self.cuts.get(number)?;
        let sealed = self
            .run
            .put(cut.clone(), builder)
            .map(|()| Sealed::of(self.kind, self.tier, builder));
        Some((number, sealed))
    }
}
