//! A pass over everything in parts: stretches of consecutive NIKs with the blocks in which they stand.
//!
//! The thread that holds the store reads them. Another one works on what was read, and where that one is behind, so does
//! the reader. What was made of the parts is taken in their order, so nothing depends on who made it.

use super::cursor::Supply;
use super::table::Fetched;
use super::{Block, Blocks, Both, Kind, Piece, Tier};
use crate::store::error::StoreError;
use crate::store::sqlite::fault::Outcome;
use std::array;
use std::collections::{BTreeMap, VecDeque};
use std::sync::mpsc::{Receiver, TryRecvError, TrySendError, channel, sync_channel};
use std::thread;

/// Parts that wait for the other thread.
const PARTS_AHEAD: usize = 1;

/// Parts that were made and wait for an earlier one.
const PARTS_BEHIND: usize = 4;

/// The blocks of a part in their order.
#[derive(Debug)]
pub struct Held(VecDeque<Fetched>);

impl Supply for Held {
    fn after(&mut self, _: u64) -> Outcome<Option<Block>> {
        self.0.pop_front().map(|fetched| fetched.open()).transpose()
    }

    fn holding(&mut self, nik: u64) -> Outcome<Option<Block>> {
        self.after(nik)
    }
}

/// The rows of consecutive NIKs, of each kind that was asked for.
pub struct Part<const N: usize> {
    rows: [Both<Held>; N],
    end: u64,
}

impl<const N: usize> Part<N> {
    /// The rows of each kind, and the first NIK that belongs to a later part.
    pub fn into_rows(self) -> ([Both<Held>; N], u64) {
        (self.rows, self.end)
    }
}

/// What the reader hands on.
struct Bundle<B, const N: usize> {
    from: u64,
    end: u64,
    blocks: [[VecDeque<Fetched>; 2]; N],
    beside: B,
}

impl<B, const N: usize> Bundle<B, N> {
    fn open(self, kinds: [Kind; N]) -> Outcome<(Part<N>, B)> {
        let mut rows = Vec::with_capacity(N);
        for (kind, [base, recent]) in kinds.into_iter().zip(self.blocks) {
            let mut both = Both::over(kind, Held(base), Held(recent))?;
            both.seek(self.from)?;
            rows.push(both);
        }
        let rows = rows.try_into();
        let rows = rows.map_err(|_| StoreError::Engine("a kind has its rows".to_owned()))?;
        Ok((Part { rows, end: self.end }, self.beside))
    }
}

/// The tier of one kind, as far as it was read.
struct Lane {
    kind: Kind,
    tier: Tier,
    pieces: &'static [Piece],
    firsts: VecDeque<u64>,
    /// The last block that was read, where it may reach into the next part.
    last: Option<Fetched>,
}

impl Lane {
    fn read_up_to(&mut self, blocks: Blocks<'_>, end: u64) -> Outcome<VecDeque<Fetched>> {
        let mut read = VecDeque::from_iter(self.last.take());
        while let Some(first) = self.firsts.pop_front_if(|first| *first < end) {
            read.push_back(blocks.fetch(self.kind, self.tier, first, self.pieces)?);
        }
        if end < u64::MAX && self.firsts.front() != Some(&end) {
            self.last = read.back().cloned();
        }
        Ok(read)
    }
}

/// How a pass is divided.
#[derive(Clone, Copy, Debug)]
pub struct Division {
    /// Blocks of a part.
    pub blocks: usize,
    /// Whether a second thread works.
    pub two_cores: bool,
}

/// Passes over every row of these kinds. `beside` reads what else belongs to the NIKs below the end of a part, `work`
/// runs in two threads, each on a part of its own, which it is given with its number, and `take` gets what was made in the order of the parts.
pub fn in_parts<B: Send, R: Send, const N: usize>(
    blocks: Blocks<'_>,
    lanes: [(Kind, &'static [Piece]); N],
    division: Division,
    beside: &mut dyn FnMut(u64) -> Outcome<B>,
    work: &(impl Fn(usize, Part<N>, B) -> Outcome<R> + Sync),
    take: &mut dyn FnMut(R) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let kinds = lanes.map(|(kind, _)| kind);
    let mut reader = Reader::open(blocks, lanes, division.blocks)?;
    let work = |number: usize, bundle: Bundle<B, N>| {
        let (part, beside) = bundle.open(kinds)?;
        work(number, part, beside)
    };
    if !division.two_cores {
        let mut number = 0;
        while let Some(bundle) = reader.next(beside)? {
            take(work(number, bundle)?)?;
            number += 1;
        }
        return Ok(());
    }
    thread::scope(|scope| {
        let (give, waiting) = sync_channel::<(usize, Bundle<B, N>)>(PARTS_AHEAD);
        let (tell, made) = channel();
        let work = &work;
        scope.spawn(move || {
            for (number, bundle) in waiting {
                // Where nobody listens any more, a fault was told already.
                let _ = tell.send((number, work(number, bundle)));
            }
        });
        let (mut in_order, mut number) = (InOrder::new(made), 0);
        while let Some(bundle) = reader.next(beside)? {
            match give.try_send((number, bundle)) {
                Ok(()) => {}
                Err(TrySendError::Full((number, bundle)) | TrySendError::Disconnected((number, bundle))) => {
                    in_order.put(number, work(number, bundle)?);
                }
            }
            number += 1;
            in_order.take_ready(take)?;
        }
        drop(give);
        in_order.take_all(number, take)
    })
}

/// Reads one part after the other.
struct Reader<'c, const N: usize> {
    blocks: Blocks<'c>,
    lanes: [[Lane; 2]; N],
    /// Where the parts end; the last has no end.
    ends: VecDeque<u64>,
    from: u64,
}

impl<'c, const N: usize> Reader<'c, N> {
    fn open(blocks: Blocks<'c>, lanes: [(Kind, &'static [Piece]); N], part_blocks: usize) -> Outcome<Self> {
        let mut opened = Vec::with_capacity(N);
        let mut firsts = Vec::new();
        for (kind, pieces) in lanes {
            let mut lane = |tier| -> Outcome<Lane> {
                let own = blocks.firsts(kind, tier)?;
                firsts.extend_from_slice(&own);
                Ok(Lane {
                    kind,
                    tier,
                    pieces,
                    firsts: own.into(),
                    last: None,
                })
            };
            opened.push([lane(Tier::Base)?, lane(Tier::Recent)?]);
        }
        firsts.sort_unstable();
        let inner = firsts.into_iter().step_by(part_blocks.max(1)).skip(1);
        let mut ends: VecDeque<u64> = inner.collect();
        ends.push_back(u64::MAX);
        let lanes = opened.try_into();
        Ok(Self {
            blocks,
            lanes: lanes.map_err(|_| StoreError::Engine("a kind has two tiers".to_owned()))?,
            ends,
            from: 0,
        })
    }

    fn next<B>(&mut self, beside: &mut dyn FnMut(u64) -> Outcome<B>) -> Outcome<Option<Bundle<B, N>>> {
        let Some(end) = self.ends.pop_front() else {
            return Ok(None);
        };
        let mut read: [[VecDeque<Fetched>; 2]; N] = array::from_fn(|_| Default::default());
        for (into, lane) in read.iter_mut().flatten().zip(self.lanes.iter_mut().flatten()) {
            *into = lane.read_up_to(self.blocks, end)?;
        }
        let from = std::mem::replace(&mut self.from, end);
        Ok(Some(Bundle {
            from,
            end,
            blocks: read,
            beside: beside(end)?,
        }))
    }
}

/// Puts what two threads made in the order of the parts.
struct InOrder<R> {
    made: Receiver<(usize, Outcome<R>)>,
    waiting: BTreeMap<usize, R>,
    /// The part that is taken next.
    next: usize,
}

impl<R> InOrder<R> {
    fn new(made: Receiver<(usize, Outcome<R>)>) -> Self {
        let waiting = BTreeMap::new();
        Self { made, waiting, next: 0 }
    }

    fn put(&mut self, number: usize, made: R) {
        self.waiting.insert(number, made);
    }

    /// Takes what is there already. Where too much waits for an earlier part, that part is waited for.
    fn take_ready(&mut self, take: &mut dyn FnMut(R) -> anyhow::Result<()>) -> anyhow::Result<()> {
        loop {
            while let Some(made) = self.waiting.remove(&self.next) {
                self.next += 1;
                take(made)?;
            }
            match self.made.try_recv() {
                Ok((number, made)) => self.put(number, made?),
                Err(TryRecvError::Empty) if self.waiting.len() > PARTS_BEHIND => self.receive()?,
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => return Ok(()),
            }
        }
    }

    fn take_all(&mut self, count: usize, take: &mut dyn FnMut(R) -> anyhow::Result<()>) -> anyhow::Result<()> {
        while self.next < count {
            match self.waiting.remove(&self.next) {
                Some(made) => {
                    self.next += 1;
                    take(made)?;
                }
                None => self.receive()?,
            }
        }
        Ok(())
    }

    fn receive(&mut self) -> Outcome<()> {
        let panicked = |_| StoreError::Engine("the thread that reads blocks panicked".to_owned());
        let (number, made) = self.made.recv().map_err(panicked)?;
        self.put(number, made?);
        Ok(())
    }
}
