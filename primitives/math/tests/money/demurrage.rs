use num_bigint::BigInt;
use ourledger_math::{
	demurrage::{Holding, Index, Schedule, Waiting, MINIMUM},
	rounding::MILLION,
	MathError,
};
use proptest::prelude::*;

fn charging(rate: u32) -> Schedule {
	Schedule::new(Index::ONE, 0, rate).expect("a rate below the whole")
}

fn index(schedule: &Schedule, day: u32) -> Index {
	schedule.index(day).expect("not before the start")
}

/// A whole number.
fn big(number: impl Into<BigInt>) -> BigInt {
	number.into()
}

/// A fraction that is never reduced: what an account above the minimum should hold.
#[derive(Clone, Debug)]
struct Fair {
	top: BigInt,
	bottom: BigInt,
}

impl Fair {
	fn of(amount: u128) -> Self {
		Self { top: big(amount), bottom: big(1) }
	}

	fn charged(mut self, rate: u32, days: u32) -> Self {
		self.top *= big(MILLION - rate).pow(days);
		self.bottom *= big(MILLION).pow(days);
		self
	}

	fn add(&mut self, amount: impl Into<BigInt>) {
		self.top += big(amount) * &self.bottom;
	}

	fn floor(&self) -> BigInt {
		// Never negative here.
		&self.top / &self.bottom
	}
}

#[test]
fn a_thousand_touches_or_none_give_the_same() {
	let schedule = charging(200);
	let untouched = Holding::open(10_000_00, Index::ONE).expect("above the minimum");
	let mut touched = untouched;
	let mut shown = 10_000_00;
	let mut charged = 0;
	for day in 0..1_000 {
		for _ in 0..10 {
			let now = index(&schedule, day);
			let charge = touched.charge(shown, now).expect("never rises");
			shown -= charge;
			charged += charge;
			touched = Holding::from_bits(touched.to_bits());
		}
	}
	let now = index(&schedule, 999);
	assert_eq!(touched, untouched);
	assert_eq!(untouched.balance(now), Ok(shown));
	assert_eq!(shown + charged, 10_000_00);
	assert_eq!(big(shown), Fair::of(10_000_00 - 1).charged(200, 999).floor() + 1);
}

#[test]
fn payments_arrive_to_the_unit() {
	let schedule = charging(1_234);
	let payer = Holding::open(1_000, Index::ONE).expect("above the minimum");
	let payee = Holding::open(1, Index::ONE).expect("the minimum");
	let now = index(&schedule, 77);
	let before = (payer.balance(now), payee.balance(now));
	assert_eq!(before, (Ok(909), Ok(1)));
	let payer = payer.withdraw(100, now).expect("enough").expect("open");
	let payee = payee.deposit(100, now).expect("fits");
	assert_eq!((payer.balance(now), payee.balance(now)), (Ok(809), Ok(101)));
}

#[test]
fn the_minimum_is_never_charged() {
	let schedule = charging(500_000);
	let holding = Holding::open(1_000_000, Index::ONE).expect("above the minimum");
	assert_eq!(holding.balance(index(&schedule, 40)), Ok(MINIMUM));
	// The index is at its ceiling.
	assert_eq!(index(&schedule, u32::MAX).to_bits(), u128::MAX);
	assert_eq!(holding.balance(index(&schedule, u32::MAX)), Ok(MINIMUM));
	let more = holding.deposit(5, index(&schedule, 40)).expect("fits");
	assert_eq!(more.balance(index(&schedule, 40)), Ok(MINIMUM + 5));
	assert_eq!(Holding::open(0, Index::ONE), Err(MathError::BelowMinimum));
}

#[test]
fn accounts_close_or_keep_the_minimum() {
	let now = index(&charging(3_000), 9);
	let holding = Holding::open(50, Index::ONE).expect("above the minimum");
	let balance = holding.balance(now).expect("fits");
	assert_eq!(holding.withdraw(balance, now), Ok(None));
	assert_eq!(holding.withdraw(balance + 1, now), Err(MathError::BalanceTooLow));
	let rest = holding.withdraw(balance - 1, now).expect("enough").expect("open");
	assert_eq!(rest.balance(now), Ok(1));
	assert_eq!(rest.charge(0, now), Err(MathError::BalanceTooLow));
}

#[test]
fn money_that_returns_is_charged_for_its_time_held() {
	let schedule = charging(1_000);
	let (then, now) = (index(&schedule, 10), index(&schedule, 110));
	let holding = Holding::open(1_001, Index::ONE).expect("above the minimum");
	let left = holding.withdraw(500, then).expect("enough").expect("open");
	let back = left.deposit(500, then).expect("fits");
	assert_eq!(back, holding);
	// 1,000 × 0.999¹¹⁰ = 895.8; of the 500 returned, 452 are left after 100 days.
	assert_eq!((left.balance(now), back.balance(now)), (Ok(444), Ok(896)));
}

#[test]
fn rates_of_the_whole_and_days_before_are_refused() {
	assert_eq!(Schedule::new(Index::ONE, 0, MILLION), Err(MathError::ShareAboveWhole));
	assert_eq!(Schedule::new(Index::ONE, 0, MILLION + 1), Err(MathError::ShareAboveWhole));
	let schedule = Schedule::new(Index::ONE, 5, MILLION - 1).expect("below the whole");
	assert_eq!(schedule.index(4), Err(MathError::DayBeforeStart));
	assert_eq!(schedule.index(5), Ok(Index::ONE));
	assert_eq!(Index::from_bits(Index::ONE.to_bits() - 1), None);
	assert_eq!(Index::from_bits(Index::ONE.to_bits()), Some(Index::ONE));
}

#[test]
fn the_largest_balance_is_held() {
	let schedule = charging(1);
	let holding = Holding::open(u128::MAX, index(&schedule, 7)).expect("fits");
	assert_eq!(holding.balance(index(&schedule, 7)), Ok(u128::MAX));
	let past = holding.balance(Index::ONE);
	assert_eq!(past, Err(MathError::Overflow));
}

#[test]
fn index_rises_by_the_exact_factor_every_day() {
	// Where the bits of the day's number carry, the roundings of two days differ most.
	for rate in [1, 3, 7, 99, 200, 1_234, 9_999] {
		let schedule = charging(rate);
		for day in (0..1_100).chain(65_500..65_600).chain(131_000..131_071) {
			let (earlier, later) = (index(&schedule, day), index(&schedule, day + 1));
			if later.to_bits() < u128::MAX {
				let kept = big(later.to_bits()) * (MILLION - rate);
				assert!(kept >= big(earlier.to_bits()) * MILLION, "{rate} ppm, day {day}");
			}
		}
	}
}

#[test]
fn a_century_costs_less_than_a_unit_of_rounding() {
	let days = 36_525;
	let schedule = charging(100);
	let amount = 60_000_000_000_000u128;
	let holding = Holding::open(amount, Index::ONE).expect("above the minimum");
	let balance = holding.balance(index(&schedule, days)).expect("fits");
	let fair = Fair::of(amount - 1).charged(100, days).floor() + 1;
	assert!(big(balance) <= fair);
	assert!(fair - big(balance) <= big(1));
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn index_rises_by_at_least_the_exact_factor(
		rate in prop_oneof![Just(0), 1..2_000u32, 1..20_000u32],
		mut days in prop::collection::vec(0..1_500u32, 2..8),
	) {
		let schedule = charging(rate);
		days.sort_unstable();
		let factors = |days| (big(MILLION).pow(days), big(MILLION - rate).pow(days));
		for pair in days.windows(2) {
			let of = |day| big(index(&schedule, day).to_bits());
			let (earlier, later) = (of(pair[0]), of(pair[1]));
			let (rises, kept) = factors(pair[1] - pair[0]);
			prop_assert!(&later * kept >= earlier * rises);
			// At most the exact one times (1 + 2⁻⁶¹) a day.
			let (rises, kept) = factors(pair[1]);
			let days = pair[1];
			let slack = (big(1u128 << 61) + 1u8).pow(days);
			prop_assert!((later * kept) << (61 * days) <= (rises << 80) * slack);
		}
		if rate == 0 {
			prop_assert_eq!(index(&schedule, 1_500), Index::ONE);
		}
	}

	#[test]
	fn balances_follow_the_exact_model(
		rates in prop::collection::vec((1..60u32, 0..3_000u32), 1..4),
		moves in prop::collection::vec((0..40u32, any::<bool>(), 1..1_000_000_000u128), 1..12),
	) {
		// When which rate begins.
		let mut starts = Vec::new();
		let mut day = 0;
		for (days, rate) in rates {
			starts.push((day, rate));
			day += days;
		}
		let schedule = |day: u32| {
			let begun = starts.iter().skip(1).take_while(|(start, _)| *start <= day);
			begun.fold(charging(starts[0].1), |before, (start, rate)| {
				before.change(*start, *rate).expect("in order")
			})
		};
		let rate = |day: u32| starts.iter().rev().find(|(start, _)| *start <= day).map(|it| it.1);

		let mut holding = Holding::open(1, Index::ONE).expect("the minimum");
		let mut fair = Fair::of(0);
		let mut moved = big(0);
		let mut today = 0;
		for (days, deposit, amount) in moves {
			for day in today..today + days {
				fair = fair.charged(rate(day).expect("from the first day"), 1);
			}
			today += days;
			let now = index(&schedule(today), today);
			let before = holding.balance(now).expect("fits");
			// Never more than fair; less by a fraction of a unit, and by the index's slack.
			let lacks = &fair.top - big(before - MINIMUM) * &fair.bottom;
			prop_assert!(lacks >= big(0));
			let slack: BigInt = (&moved * &fair.bottom * 2 * today) >> 60;
			prop_assert!(lacks < &fair.bottom + slack + 1);
			if deposit {
				holding = holding.deposit(amount, now).expect("fits");
				prop_assert_eq!(holding.balance(now), Ok(before + amount));
				fair.add(amount);
				moved += amount;
			} else {
				let amount = amount % before;
				holding = holding.withdraw(amount, now).expect("enough").expect("not all");
				prop_assert_eq!(holding.balance(now), Ok(before - amount));
				fair.add(-big(amount));
				moved += amount;
			}
		}
	}

	#[test]
	fn holdings_add_up_in_256_bits(
		rate in 0..5_000u32,
		moves in prop::collection::vec((0..9_000u32, 1..u128::MAX / 32), 1..16),
	) {
		let schedule = charging(rate);
		let mut holding = Holding::open(1, Index::ONE).expect("the minimum");
		let mut sum = big(0);
		for (day, amount) in &moves {
			let day = index(&schedule, *day);
			holding = holding.deposit(*amount, day).expect("fits");
			sum += big(*amount) * day.to_bits();
			let (high, low) = holding.to_bits();
			prop_assert_eq!((big(high) << 128) + low, sum.clone());
		}
		let (day, amount) = moves[0];
		let day = index(&schedule, day);
		if let Ok(Some(rest)) = holding.withdraw(amount, day) {
			let (high, low) = rest.to_bits();
			prop_assert_eq!((big(high) << 128) + low, sum - big(amount) * day.to_bits());
		}
	}

	#[test]
	fn transfers_on_a_day_keep_the_sum(
		day in 0..20_000u32,
		rate in 0..5_000u32,
		balances in prop::collection::vec(1..1_000_000u128, 2..5),
		transfers in prop::collection::vec((any::<usize>(), any::<usize>(), any::<u128>()), 0..50),
	) {
		let schedule = charging(rate);
		let now = index(&schedule, day);
		let open = |amount: &u128| Holding::open(*amount, Index::ONE).expect("above the minimum");
		let mut accounts = balances.iter().map(open).collect::<Vec<_>>();
		let sum = |accounts: &[Holding]| {
			accounts.iter().map(|it| it.balance(now).expect("fits")).sum::<u128>()
		};
		let before = sum(&accounts);
		for (from, to, amount) in transfers {
			let (from, to) = (from % accounts.len(), to % accounts.len());
			let amount = amount % accounts[from].balance(now).expect("fits");
			let left = accounts[from].withdraw(amount, now).expect("enough");
			accounts[from] = left.expect("not all");
			accounts[to] = accounts[to].deposit(amount, now).expect("fits");
		}
		prop_assert_eq!(sum(&accounts), before);
		// And no balance rises by itself.
		let later = index(&schedule, day + 1);
		for account in accounts {
			prop_assert!(account.balance(later).ok() <= account.balance(now).ok());
		}
	}
}

#[test]
fn what_waits_is_charged_to_its_last_unit() {
	let schedule = charging(10_000);
	let waiting = Waiting::new(1_000, index(&schedule, 3));
	let worth = |day| waiting.worth(index(&schedule, day));
	assert_eq!([3, 4, 13].map(worth), [Ok(1_000), Ok(989), Ok(904)]);
	assert_eq!(Waiting::new(1, Index::ONE).worth(index(&schedule, 1)), Ok(0));
	assert_eq!(Waiting::default().worth(Index::ONE), Ok(0));
	// More than what is there was ever worth.
	let all = Waiting::from_bits((u128::MAX, u128::MAX));
	assert_eq!(all.worth(Index::ONE), Err(MathError::Overflow));
	assert_eq!(Waiting::new(u128::MAX, Index::ONE).worth(Index::ONE), Ok(u128::MAX));
}

proptest! {
	#[test]
	fn what_waits_comes_to_what_is_fair_rounded_down(
		amount in 0..1u128 << 100,
		rate in 0..=10_000u32,
		days in 0..1_000u32,
	) {
		let schedule = charging(rate);
		let waiting = Waiting::new(amount, Index::ONE);
		prop_assert_eq!(Waiting::from_bits(waiting.to_bits()), waiting);
		let worth = big(waiting.worth(index(&schedule, days)).expect("it never rises"));
		let fair = Fair::of(amount).charged(rate, days).floor();
		prop_assert!(worth <= fair);
		// The index is rounded up by 2⁻⁶¹ a day, at most.
		let most = ((&fair * big(days)) >> 60u32) + big(1);
		prop_assert!(&fair - &worth <= most, "{} of {}", worth, fair);
	}
}
