//! Balances that lose a little every day, exact however often an account is touched.
//!
//! # How
//!
//! A currency has an *index* that starts at 1 and rises every day by the factor
//! 10⁶ / (10⁶ − rate). An account stores its balance *times the index of the day it came in*;
//! its balance of today is that number divided by the index of today, rounded down.
//!
//! ```text
//! deposit x:   stored := stored + x × index(today)
//! withdraw x:  stored := stored − x × index(today)
//! balance:     floor(stored / index(today))
//! ```
//!
//! Multiplication by a whole number is exact, so a deposit or withdrawal of x changes today's
//! balance by x to the unit, and reading or touching changes nothing: a thousand touches or none
//! give the same. (Storing balance *divided* by a falling index would round at every deposit, so
//! that a payment of 100 sometimes arrived as 99.) What is stored takes up to 256 bits.
//!
//! The first unit of an account, its [`MINIMUM`] balance, is never charged: it keeps the account
//! alive, and is left out of what is stored.
//!
//! # Who loses
//!
//! - Reading rounds down: the holder loses less than one unit, once, not per touch.
//! - The index is held with 80 bits after the point and is rounded up: from one day to a later
//!   one it rises by at least the exact factor, so the holder never gains; and by at most that
//!   factor × (1 + 2⁻⁶¹)ⁿ, *n* being the days since the currency began. In a century, a holder of
//!   6 × 10¹³ minor units loses less than one unit by it. This holds for 2¹⁷ days (359 years)
//!   under one rate.
//! - The index never falls, so no balance ever rises by itself: nothing creates money.
//!
//! The index has its ceiling at 2⁴⁸: reached after 91 years at 1,000 ppm a day, 455 years at 200.
//! From then on nothing more is charged. To refuse instead would lock everyone's money.
//!
//! # The days of an index
//!
//! It is worked out from the day its rate began, in about twice as many multiplications as the
//! number of days has bits, and so doesn't depend on which days were looked at in between.

use crate::{
	rounding::{mul_div_up, Ppm, MILLION, WHOLE},
	wide::Wide,
	MathError,
};

/// What every account keeps, in minor units, and is never charged for.
pub const MINIMUM: u128 = 1;

/// Bits after the point of an index.
const POINT: u32 = 80;

/// An index: a number of 2⁻⁸⁰, at least 1 and below 2⁴⁸, that never falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Index(u128);

impl Index {
	/// The index of a currency's first day.
	pub const ONE: Self = Self(1 << POINT);

	/// An index from storage, in 2⁻⁸⁰; nothing if it is below 1.
	pub fn from_bits(bits: u128) -> Option<Self> {
		(bits >= Self::ONE.0).then_some(Self(bits))
	}

	/// The index for storage, in 2⁻⁸⁰.
	pub fn to_bits(self) -> u128 {
		self.0
	}

	/// Product, rounded up: holders lose 2⁻⁸⁰ of what they hold, at most.
	///
	/// Stays at the ceiling: see the module.
	fn times(self, other: Self) -> Self {
		Self(mul_div_up(self.0, other.0, Self::ONE.0).unwrap_or(u128::MAX))
	}
}

/// A daily rate from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
	start: Index,
	since: u32,
	rate: Ppm,
	daily: Index,
}

impl Schedule {
	/// Charges `rate` parts per million a day from the day `since` on, whose index is `start`: it
	/// is the first day that isn't charged yet. A rate of the whole, or more, is refused.
	pub fn new(start: Index, since: u32, rate: Ppm) -> Result<Self, MathError> {
		let kept = MILLION.checked_sub(rate).filter(|kept| *kept > 0);
		let kept = kept.ok_or(MathError::ShareAboveWhole)?;
		let daily = if rate == 0 {
			Index::ONE
		} else {
			let exact = mul_div_up(Index::ONE.0, WHOLE, kept.into())?;
			// A factor of 1 + 2⁻⁶² more. It outweighs the roundings of 2 × 2¹⁷ products, of 2⁻⁸⁰
			// each: however an earlier index was rounded, a later one is higher by the exact rate.
			Index(exact.checked_add((exact >> 62) + 1).ok_or(MathError::Overflow)?)
		};
		Ok(Self { start, since, rate, daily })
	}

	/// Parts per million a day.
	pub fn rate(&self) -> Ppm {
		self.rate
	}

	/// The day it began.
	pub fn since(&self) -> u32 {
		self.since
	}

	/// Index of `day`, which isn't before the day that the rate began.
	pub fn index(&self, day: u32) -> Result<Index, MathError> {
		let mut days = day.checked_sub(self.since).ok_or(MathError::DayBeforeStart)?;
		let (mut index, mut factor) = (self.start, self.daily);
		// At most 32 rounds: one for each bit.
		while days > 0 {
			if days % 2 == 1 {
				index = index.times(factor);
			}
			days /= 2;
			if days > 0 {
				factor = factor.times(factor);
			}
		}
		Ok(index)
	}

	/// Charges `rate` from `day` on instead.
	pub fn change(&self, day: u32, rate: Ppm) -> Result<Self, MathError> {
		Self::new(self.index(day)?, day, rate)
	}
}

/// Money that waits in a pot for its owner: each amount times the index of the day it came in. As a
/// [`Holding`], but all of it is charged, the first unit too: there is no account to keep alive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting(Wide);

impl Waiting {
	/// `amount` minor units that come in on the day of `index`.
	pub fn new(amount: u128, index: Index) -> Self {
		Self(Wide::product(amount, index.0))
	}

	/// What waits, from storage: its upper and lower 128 bits.
	pub fn from_bits((high, low): (u128, u128)) -> Self {
		Self(Wide { high, low })
	}

	/// What waits, for storage: its upper and lower 128 bits.
	pub fn to_bits(self) -> (u128, u128) {
		(self.0.high, self.0.low)
	}

	/// Minor units that it is worth, rounded down: the owner loses less than 1, each time that a
	/// part is paid out.
	pub fn worth(&self, index: Index) -> Result<u128, MathError> {
		let (worth, _) = self.0.div_rem(index.0).ok_or(MathError::Overflow)?;
		Ok(worth)
	}

	/// Minor units that `nominal`, as which it came in, has lost, rounded down: however often parts of
	/// it are charged, together they lose no more than the whole.
	pub fn lost(&self, nominal: u128, index: Index) -> Result<u128, MathError> {
		let (worth, rest) = self.0.div_rem(index.0).ok_or(MathError::Overflow)?;
		// Saturates where nothing is lost.
		Ok(nominal.saturating_sub(worth).saturating_sub((rest > 0).into()))
	}
}

/// What an account under demurrage stores: its balance above the [`MINIMUM`], times the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding(Wide);

impl Holding {
	/// Opens an account with `amount` minor units, at least the minimum.
	pub fn open(amount: u128, index: Index) -> Result<Self, MathError> {
		let above = amount.checked_sub(MINIMUM).ok_or(MathError::BelowMinimum)?;
		Ok(Self(Wide::product(above, index.0)))
	}

	/// A holding from storage: its upper and lower 128 bits.
	pub fn from_bits((high, low): (u128, u128)) -> Self {
		Self(Wide { high, low })
	}

	/// The holding for storage: its upper and lower 128 bits.
	pub fn to_bits(self) -> (u128, u128) {
		(self.0.high, self.0.low)
	}

	/// Balance in minor units, rounded down: the holder loses less than 1.
	pub fn balance(&self, index: Index) -> Result<u128, MathError> {
		let (above, _) = self.0.div_rem(index.0).ok_or(MathError::Overflow)?;
		above.checked_add(MINIMUM).ok_or(MathError::Overflow)
	}

	/// What has to leave an account that still shows `shown` minor units. Never the minimum.
	pub fn charge(&self, shown: u128, index: Index) -> Result<u128, MathError> {
		shown.checked_sub(self.balance(index)?).ok_or(MathError::BalanceTooLow)
	}

	/// Adds `amount` minor units. Exact.
	pub fn deposit(self, amount: u128, index: Index) -> Result<Self, MathError> {
		let sum = self.0.checked_add(Wide::product(amount, index.0)).map(Self);
		sum.ok_or(MathError::Overflow)
	}

	/// Takes `amount` minor units. Exact.
	///
	/// Nothing is left, not even the fraction of a unit, of an account that gives all it has. One
	/// that would keep less than the minimum can't be, as the minimum is 1.
	pub fn withdraw(self, amount: u128, index: Index) -> Result<Option<Self>, MathError> {
		if amount == self.balance(index)? {
			return Ok(None);
		}
		let rest = self.0.checked_sub(Wide::product(amount, index.0)).map(Self);
		rest.map(Some).ok_or(MathError::BalanceTooLow)
	}
}
