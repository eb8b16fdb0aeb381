/// SplitMix64: keys need not be secret here, and every seed makes another session.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    pub fn counter(&mut self) -> i32 {
        self.below(1 << 31) as i32
    }

    /// A bare id that is one of a user and of a channel.
    pub fn id(&mut self) -> i64 {
        1 + self.below(900_000_000_000) as i64
    }

    pub fn key(&mut self) -> [u8; 256] {
        std::array::from_fn(|_| self.next() as u8)
    }
}
