//! The first few of very many, kept while they stream past: a day prints thousands of the hundreds of thousands that
//! are ready.

use std::collections::BinaryHeap;

/// The best `room` of what was offered, each under its rank; a smaller rank is better.
#[derive(Debug)]
pub struct Shortlist<R, T> {
    room: usize,
    /// The worst of those that are in stands on top.
    kept: BinaryHeap<Ranked<R, T>>,
}

#[derive(Debug)]
struct Ranked<R, T> {
    rank: R,
    value: T,
}

impl<R: Ord, T> Shortlist<R, T> {
    /// Starts a list with room for so many.
    pub fn new(room: usize) -> Self {
        let kept = BinaryHeap::new();
        Self { room, kept }
    }

    /// Returns the rank that a value must come before to be taken in; `None` while there is room for any.
    pub fn bound(&self) -> Option<&R> {
        let worst = self.kept.peek().filter(|_| self.kept.len() >= self.room);
        worst.map(|worst| &worst.rank)
    }

    /// Takes a value in, if it is among the best so far; returns the one that has no place, which may be this one.
    pub fn offer(&mut self, rank: R, value: T) -> Option<T> {
        if self.kept.len() < self.room {
            self.kept.push(Ranked { rank, value });
            return None;
        }
        let Some(mut worst) = self.kept.peek_mut().filter(|worst| rank < worst.rank) else {
            return Some(value);
        };
        Some(std::mem::replace(&mut *worst, Ranked { rank, value }).value)
    }

    /// Returns those that stayed, best first.
    pub fn into_sorted(self) -> Vec<T> {
        let sorted = self.kept.into_sorted_vec();
        sorted.into_iter().map(|ranked| ranked.value).collect()
    }
}

impl<R: Ord, T> PartialEq for Ranked<R, T> {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl<R: Ord, T> Eq for Ranked<R, T> {}

impl<R: Ord, T> PartialOrd for Ranked<R, T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<R: Ord, T> Ord for Ranked<R, T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank.cmp(&other.rank)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_stay_and_nobody_is_lost() {
        for room in 0..12 {
            let mut list = Shortlist::new(room);
            let offered: Vec<u32> = (0..10).map(|at| at * 7 % 10).collect();
            let mut left: Vec<u32> = offered.iter().filter_map(|rank| list.offer(*rank, *rank)).collect();
            let kept = list.into_sorted();
            assert_eq!(kept, (0..10).take(room).collect::<Vec<u32>>());
            left.extend(kept);
            left.sort_unstable();
            assert_eq!(left, (0..10).collect::<Vec<u32>>());
        }
    }
}
