//! A pass over everything on two cores: the thread that holds the store reads blocks and visits what another thread
//! makes of their rows. What is visited, and in which order, does not depend on it.

use super::cursor::Supply;
use super::table::Fetched;
use super::{Block, Blocks, Both, Kind, Piece, Tier};
use crate::store::error::StoreError;
use crate::store::sqlite::fault::Outcome;
use std::sync::mpsc::{Receiver, Sender, TrySendError, channel, sync_channel};
use std::thread;

/// Blocks of each tier that are read ahead. The other thread gets a new one for each that it takes, so it is never
/// further ahead than these, and memory stays bounded.
const BLOCKS_AHEAD: usize = 3;

/// Bytes that travel together: to wake the other thread for each piece costs more than most pieces do.
const HEAP_BYTES: usize = 1 << 17;

/// Heaps that wait for the other thread. Where it is that far behind, this one does a heap itself.
const HEAPS_AHEAD: usize = 3;

/// Results that travel together.
const BATCH: usize = 1024;

/// What the other thread tells.
enum Told<T> {
    /// It took a block from this lane.
    Took(usize),
    /// It made these, in their order.
    Made(Vec<T>),
}

/// Tells that a block was taken.
type Tell = Box<dyn Fn() + Send>;

/// Blocks that another thread reads, in their order.
pub struct Fed {
    blocks: Receiver<Option<Fetched>>,
    tell: Tell,
}

impl Supply for Fed {
    fn after(&mut self, _: u64) -> Outcome<Option<Block>> {
        let stopped = |_| StoreError::Engine("nobody waits for these rows".to_owned());
        let fetched = self.blocks.recv().map_err(stopped)?;
        (self.tell)();
        fetched.map(Fetched::open).transpose()
    }

    fn holding(&mut self, nik: u64) -> Outcome<Option<Block>> {
        self.after(nik)
    }
}

/// The tier of one kind, as far as it was handed on.
struct Lane<'c> {
    blocks: Blocks<'c>,
    kind: Kind,
    tier: Tier,
    /// The first NIK of the last block that was handed on.
    last: u64,
    give: Option<Sender<Option<Fetched>>>,
}

impl Lane<'_> {
    /// Hands the next block on, or tells that there is none.
    fn feed(&mut self) -> Outcome<()> {
        let Some(give) = &self.give else { return Ok(()) };
        let next = self.blocks.after(self.kind, self.tier, self.last)?;
        let fetched = match next {
            Some(first) => Some(self.blocks.fetch(self.kind, self.tier, first, self.kind.pieces())?),
            None => None,
        };
        // Whoever takes no more has a fault to tell, which is heard when it is joined.
        let _ = give.send(fetched);
        match next {
            Some(first) => self.last = first,
            None => self.give = None,
        }
        Ok(())
    }
}

/// Reads every row of these kinds; `work` runs in another thread, and what it makes is visited in this one.
pub fn on_two_cores<T: Send + 'static, const N: usize>(
    blocks: Blocks<'_>,
    kinds: [Kind; N],
    work: impl FnOnce([Both<Fed>; N], &mut dyn FnMut(T)) -> Outcome<()> + Send,
    visit: &mut dyn FnMut(T) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    thread::scope(|scope| {
        let (tell, told) = channel::<Told<T>>();
        let (mut lanes, mut fed) = (Vec::new(), Vec::new());
        for (kind, tier) in kinds.into_iter().flat_map(|kind| Tier::ALL.map(|tier| (kind, tier))) {
            let (give, take) = channel();
            let (number, tell) = (lanes.len(), tell.clone());
            let mut lane = Lane {
                blocks,
                kind,
                tier,
                last: 0,
                give: Some(give),
            };
            (0..BLOCKS_AHEAD).try_for_each(|_| lane.feed())?;
            lanes.push(lane);
            fed.push(Fed {
                blocks: take,
                tell: Box::new(move || drop(tell.send(Told::Took(number)))),
            });
        }
        let worker = scope.spawn(move || make(kinds, fed, &tell, work));
        for told in told {
            match told {
                Told::Took(number) => lanes.get_mut(number).map_or(Ok(()), Lane::feed)?,
                Told::Made(batch) => batch.into_iter().try_for_each(&mut *visit)?,
            }
        }
        let fault = |_| StoreError::Engine("the thread that reads blocks panicked".to_owned());
        Ok(worker.join().map_err(fault)??)
    })
}

fn make<T, const N: usize>(
    kinds: [Kind; N],
    fed: Vec<Fed>,
    tell: &Sender<Told<T>>,
    work: impl FnOnce([Both<Fed>; N], &mut dyn FnMut(T)) -> Outcome<()>,
) -> Outcome<()> {
    let (mut fed, mut rows) = (fed.into_iter(), Vec::with_capacity(N));
    for kind in kinds {
        if let (Some(base), Some(recent)) = (fed.next(), fed.next()) {
            rows.push(Both::over(kind, base, recent)?);
        }
    }
    let Ok(rows) = <[Both<Fed>; N]>::try_from(rows) else {
        return Err(StoreError::Engine("a kind has two tiers".to_owned()));
    };
    let mut batch = Vec::with_capacity(BATCH);
    // Where nobody listens any more, the next block is missing: that ends the work.
    work(rows, &mut |made| {
        batch.push(made);
        if batch.len() == BATCH {
            let _ = tell.send(Told::Made(std::mem::replace(&mut batch, Vec::with_capacity(BATCH))));
        }
    })?;
    let _ = tell.send(Told::Made(batch));
    Ok(())
}

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

/// Looks through one piece of every block of a tier. Both threads do the same work, each on the pieces that it comes to:
/// what is found stands in no order.
pub fn pieces_on_two_cores<T: Send>(
    blocks: Blocks<'_>,
    (kind, tier, piece): (Kind, Tier, Piece),
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
        blocks.scan(kind, tier, piece, &mut |first, bytes| {
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
