//! Chance with a stated seed: the same people on every machine, today and in ten years.
//!
//! SplitMix64 (Steele, Lea, Flood 2014), written out because a library may change its numbers.

/// A source of numbers that only its seed decides.
pub struct Chance(u64);

impl Chance {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number from 0 to `bound` exclusive; 0 where there is nothing to choose.
    pub fn below(&mut self, bound: usize) -> usize {
        match u64::try_from(bound) {
            Ok(bound) if bound > 0 => usize::try_from(self.next() % bound).unwrap_or(0),
            _ => 0,
        }
    }

    /// Returns a number of a range, both ends included.
    pub fn between(&mut self, least: i64, greatest: i64) -> i64 {
        let width = usize::try_from(greatest - least + 1).unwrap_or(1);
        least + i64::try_from(self.below(width)).unwrap_or(0)
    }

    /// Says yes so many times in a hundred.
    pub fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Picks one of a list.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}
