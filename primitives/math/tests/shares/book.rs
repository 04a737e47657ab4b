//! What a venture keeps of its holders, and beside it what is fair.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;
use ourledger_math::shares::{split, PerShare, UNIT};

/// A holder, as a venture keeps it, and its history.
#[derive(Clone, Debug)]
pub struct Entry {
	pub shares: u64,
	since: u128,
	accrued: u128,
	/// Claimed since the beginning, in minor units.
	pub paid: u128,
	/// Its part of every distribution, by the shares that it had at the time, in minor units.
	pub fair: BigRational,
	/// How often it had sold out and left its fraction to all others.
	pub left: u32,
}

/// A venture's holders.
#[derive(Clone, Debug)]
pub struct Book {
	pub per_share: PerShare,
	pub entries: Vec<Entry>,
	distributed: u128,
}

impl Book {
	pub fn new(holdings: &[u64]) -> Self {
		let entry = |shares: &u64| Entry {
			shares: *shares,
			since: 0,
			accrued: 0,
			paid: 0,
			fair: BigRational::zero(),
			left: 0,
		};
		Self {
			per_share: PerShare::default(),
			entries: holdings.iter().map(entry).collect(),
			distributed: 0,
		}
	}

	pub fn shares(&self) -> u64 {
		self.entries.iter().map(|entry| entry.shares).sum()
	}

	pub fn paid(&self) -> u128 {
		self.entries.iter().map(|entry| entry.paid).sum()
	}

	pub fn distribute(&mut self, amount: u128) {
		let shares = self.shares();
		self.per_share.distribute(amount, shares).expect("within the bounds");
		self.distributed += amount;
		for entry in &mut self.entries {
			let part = BigInt::from(amount) * BigInt::from(entry.shares);
			entry.fair += BigRational::new(part, BigInt::from(shares));
		}
	}

	pub fn transfer(&mut self, from: usize, to: usize, shares: u64) {
		self.settle(from);
		self.settle(to);
		self.entries[from].shares -= shares;
		self.entries[to].shares += shares;
		self.drop_empty(from);
	}

	/// Fewer shares are left in all.
	pub fn give_up(&mut self, at: usize, shares: u64) {
		self.settle(at);
		self.entries[at].shares -= shares;
		self.drop_empty(at);
	}

	pub fn claim(&mut self, at: usize) -> u128 {
		self.settle(at);
		let entry = &mut self.entries[at];
		let (whole, fraction) = split(entry.accrued);
		entry.paid += whole;
		entry.accrued = fraction;
		self.drop_empty(at);
		whole
	}

	/// Whether all accruals and the rest come to what is unclaimed, exactly.
	pub fn is_conserved(&self) -> bool {
		let accrued = self.entries.iter().map(|entry| self.accrued(entry)).sum::<BigInt>();
		let unclaimed = BigInt::from(self.distributed) - BigInt::from(self.paid());
		accrued + BigInt::from(self.per_share.rest) == unclaimed * BigInt::from(UNIT)
	}

	/// What an entry was paid and has accrued, in minor units.
	pub fn got(&self, entry: &Entry) -> BigRational {
		let paid = BigRational::from_integer(BigInt::from(entry.paid));
		paid + BigRational::new(self.accrued(entry), BigInt::from(UNIT))
	}

	fn accrued(&self, entry: &Entry) -> BigInt {
		let open = self.per_share.accrued(entry.since, entry.shares).expect("it was distributed");
		BigInt::from(entry.accrued) + BigInt::from(open)
	}

	fn settle(&mut self, at: usize) {
		let entry = &mut self.entries[at];
		let open = self.per_share.accrued(entry.since, entry.shares).expect("it was distributed");
		entry.accrued = entry.accrued.checked_add(open).expect("it was distributed");
		entry.since = self.per_share.sum;
	}

	fn drop_empty(&mut self, at: usize) {
		let entry = &mut self.entries[at];
		if entry.shares == 0 && (1..UNIT).contains(&entry.accrued) {
			self.per_share.add_rest(entry.accrued).expect("it was distributed");
			entry.accrued = 0;
			entry.left += 1;
		}
	}
}
