//! A look through one piece of every block on two cores.

use super::{Blocks, Kind, NikRange, Piece, Tier};
use crate::store::error::StoreError;
use crate::store::sqlite::fault::Outcome;
use std::sync::mpsc::{TrySendError, channel, sync_channel};
use std::thread;

/// Bytes that travel together: to wake the other thread for each piece costs more than most pieces do.
const HEAP_BYTES: usize = 1 << 17;

/// Heaps that wait for the other thread. Where it is that far behind, this one does a heap itself.
const HEAPS_AHEAD: usize = 3;

/// Pieces one behind the other, each with the first NIK of its block and its end.
#[derive(Default)]
struct Heap {
    bytes: Vec<u8>,
    pieces: Vec<(u64, usize)>,
}

impl Heap {
    fn push(&mut self, first: u64, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.pieces.push((first, self.bytes.len()));
    }

    /// Visits the pieces, and leaves none.
    fn drain(&mut self, mut visit: impl FnMut(u64, &[u8]) -> Outcome<()>) -> Outcome<()> {
        let mut start = 0;
        for (first, end) in self.pieces.drain(..) {
            visit(first, &self.bytes[start..end])?;
            start = end;
        }
        self.bytes.clear();
        Ok(())
    }
}

/// Looks through one piece of every block of a tier in a stretch. Both threads do the same work, each on the pieces that
/// it comes to: what is found stands in no order.
pub fn pieces_on_two_cores<T: Send>(
    blocks: Blocks<'_>,
    place: (Kind, Tier, Piece),
    stretch: NikRange,
    work: impl Fn(u64, &[u8], &mut Vec<T>) -> Outcome<()> + Sync,
) -> Outcome<Vec<T>> {
    thread::scope(|scope| {
        let (give, take) = sync_channel::<Heap>(HEAPS_AHEAD);
        let (give_back, empty) = channel();
        let work = &work;
        let worker = scope.spawn(move || {
            let mut found = Vec::new();
            for mut heap in take {
                heap.drain(|first, bytes| work(first, bytes, &mut found))?;
                let _ = give_back.send(heap);
            }
            Ok::<_, StoreError>(found)
        });
        let (mut found, mut heap) = (Vec::new(), Heap::default());
        blocks.scan(place, stretch, &mut |first, bytes| {
            heap.push(first, bytes);
            if heap.bytes.len() < HEAP_BYTES {
                return Ok(());
            }
            match give.try_send(std::mem::take(&mut heap)) {
                Ok(()) => heap = empty.try_recv().unwrap_or_default(),
                // Whoever takes no more has a fault to tell, which is heard when it is joined.
                Err(TrySendError::Full(full) | TrySendError::Disconnected(full)) => {
                    heap = full;
                    heap.drain(|first, bytes| work(first, bytes, &mut found))?;
                }
            }
            Ok(())
        })?;
        drop(give);
        heap.drain(|first, bytes| work(first, bytes, &mut found))?;
        let fault = |_| StoreError::Engine("the thread that reads blocks panicked".to_owned());
        found.append(&mut worker.join().map_err(fault)??);
        Ok(found)
    })
}
