//! Chance with a stated seed and without a memory: what is drawn depends on the seed, what it is for and whom it is
//! for, so that any row can be made again without those before it.
//!
//! SplitMix64's last step (Steele, Lea, Flood 2014) mixes, a Feistel network shuffles; written out because a library
//! may change its numbers, and with them the files.

/// What a number is drawn for. Different purposes give unrelated numbers.
#[derive(Clone, Copy)]
#[repr(u64)]
pub enum Purpose {
    Number,
    Order,
    Given,
    Middle,
    Family,
    Village,
    Phone,
    Card,
    RowKind,
    RowTarget,
    Moment,
    Second,
    Reason,
    Spelling,
    Damage,
    Slip,
    Queue,
    SlotKind,
    SlotTarget,
    Leaving,
    Status,
    Since,
    Change,
}

/// A source of numbers that only its seed decides.
#[derive(Clone, Copy)]
pub struct Chance {
    seed: u64,
}

fn mixed(number: u64) -> u64 {
    let mut mixed = number;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

impl Chance {
    /// Starts from a seed.
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// Returns a number from 0 to `bound` exclusive, which is not 0.
    pub fn below(self, purpose: Purpose, whom: u64, bound: u64) -> u64 {
        let purpose = (purpose as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        mixed(mixed(self.seed ^ purpose).wrapping_add(whom)) % bound
    }

    /// Picks one of a list.
    pub fn pick<T: Copy>(self, purpose: Purpose, whom: u64, from: &[T]) -> T {
        let count = u64::try_from(from.len()).unwrap_or(1).max(1);
        from[usize::try_from(self.below(purpose, whom, count)).unwrap_or(0)]
    }

    /// Makes an order of `size` numbers in which each stands once.
    pub fn shuffle(self, purpose: Purpose, size: u64) -> Shuffle {
        let bits = u64::BITS - size.saturating_sub(1).leading_zeros();
        let half_bits = bits.div_ceil(2).max(1);
        let keys = [0, 1, 2, 3].map(|round| self.below(purpose, round, u64::MAX));
        Shuffle { size, half_bits, keys }
    }
}

/// A one-to-one order of the numbers below its size: four rounds of Feistel, walked until inside.
pub struct Shuffle {
    size: u64,
    half_bits: u32,
    keys: [u64; 4],
}

impl Shuffle {
    /// Returns the number that stands at a place.
    pub fn at(&self, place: u64) -> u64 {
        let mask = (1 << self.half_bits) - 1;
        let mut number = place;
        loop {
            let (mut left, mut right) = (number >> self.half_bits, number & mask);
            for key in self.keys {
                (left, right) = (right, left ^ (mixed(right ^ key) & mask));
            }
            number = left << self.half_bits | right;
            if number < self.size {
                return number;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_every_number_once() {
        for size in [1, 2, 3, 1_000, 4_097] {
            let shuffle = Chance::new(7).shuffle(Purpose::Order, size);
            let mut numbers: Vec<u64> = (0..size).map(|place| shuffle.at(place)).collect();
            numbers.sort_unstable();
            assert_eq!(numbers, (0..size).collect::<Vec<_>>());
        }
    }

    #[test]
    fn purposes_are_unrelated() {
        let chance = Chance::new(7);
        let same = (0..1_000)
            .filter(|whom| chance.below(Purpose::Given, *whom, 2) == chance.below(Purpose::Family, *whom, 2))
            .count();
        assert!((400..600).contains(&same), "{same}");
    }
}
