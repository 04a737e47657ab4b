//! Reproducible chance: the same seed, the same trade.

/// SplitMix64, by S. Vigna: enough for tests, and nothing to depend on.
pub struct Dice(u64);

impl Dice {
	pub fn new(seed: u64) -> Self {
		Self(seed)
	}

	fn next(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut word = self.0;
		word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		word ^ (word >> 31)
	}

	/// A number below `end`, which isn't 0.
	pub fn below(&mut self, end: u64) -> u64 {
		self.next() % end
	}

	/// A number from `first` to `last`, both included.
	pub fn between(&mut self, first: u64, last: u64) -> u64 {
		first + self.below(last - first + 1)
	}

	/// True so many times of a hundred.
	pub fn chance(&mut self, percent: u64) -> bool {
		self.below(100) < percent
	}

	/// One of several.
	pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
		from[self.below(from.len() as u64) as usize].clone()
	}

	/// All of several, in any order.
	pub fn shuffled<T: Clone>(&mut self, from: &[T]) -> Vec<T> {
		let mut left = from.to_vec();
		(0..from.len()).map(|_| left.swap_remove(self.below(left.len() as u64) as usize)).collect()
	}

	/// Up to `most` different ones of several, at least one.
	pub fn some<T: Clone>(&mut self, from: &[T], most: u64) -> Vec<T> {
		let mut left = from.to_vec();
		let count = self.between(1, most.min(left.len() as u64));
		(0..count).map(|_| left.swap_remove(self.below(left.len() as u64) as usize)).collect()
	}
}
