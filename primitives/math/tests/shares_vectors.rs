//! The golden vectors of `vectors/shares.json`, which `tests/vectors/shares.py` recomputes by its
//! own means. Every figure is compared to the unit.

use ourledger_math::{
	rounding::Ppm,
	shares::{part_of, split, withheld, PerShare},
	MathError,
};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
	#[serde(rename = "about")]
	_about: Vec<String>,
	distributions: Vec<Distribution>,
	accruals: Vec<Accrual>,
	withheld: Vec<Withheld>,
	parts: Vec<Part>,
	refused: Vec<Refused>,
	stories: Vec<Story>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Distribution {
	name: String,
	#[serde(rename = "kind")]
	_kind: String,
	source: String,
	steps: Vec<Given>,
	/// Sum and rest after each step.
	expected: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Given {
	/// Amount and shares.
	Distribute(String, String),
	/// A leaver's fraction.
	AddRest(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Accrual {
	name: String,
	#[serde(rename = "kind")]
	_kind: String,
	source: String,
	sum: String,
	since: String,
	shares: String,
	/// What accrued, its whole units, its fraction.
	expected: (String, String, String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Withheld {
	name: String,
	#[serde(rename = "kind")]
	_kind: String,
	source: String,
	rest: Ppm,
	/// Amount, rate, and how often.
	dividends: Vec<(String, Ppm, u32)>,
	expected: Taxes,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Taxes {
	taxes: Vec<String>,
	rest: Ppm,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
	name: String,
	#[serde(rename = "kind")]
	_kind: String,
	source: String,
	amount: String,
	part: String,
	whole: String,
	expected: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
	name: String,
	#[serde(rename = "kind")]
	_kind: String,
	source: String,
	call: Call,
	expected: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Call {
	/// Sum, rest, amount, shares.
	Distribute(String, String, String, String),
	/// Sum, rest, fraction.
	AddRest(String, String, String),
	/// Sum, since, shares.
	Accrued(String, String, String),
	/// Amount, rate, rest.
	Withheld(String, Ppm, Ppm),
	/// Amount, part, whole.
	PartOf(String, String, String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
	name: String,
	#[serde(rename = "kind")]
	_kind: String,
	source: String,
	rate: Ppm,
	rest: Ppm,
	/// Number and shares of each.
	holders: Vec<(u32, String)>,
	steps: Vec<Step>,
	expected: Told,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Step {
	/// Gross amount, and how often.
	Dividend(String, u32),
	/// Untaxed.
	Capital(String),
	/// From, to, shares.
	Transfer(u32, u32, String),
	/// By this number.
	Claim(u32),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
	withheld: Vec<String>,
	claims: Vec<String>,
}

fn vectors() -> Vectors {
	serde_json::from_str(include_str!("../vectors/shares.json"))
		.expect("the vectors are well-formed")
}

fn number(text: &str) -> u128 {
	text.parse().expect("a number")
}

fn shares(text: &str) -> u64 {
	text.parse().expect("a number of shares")
}

#[test]
fn vectors_are_enough_and_cited() {
	let vectors = vectors();
	assert_eq!((vectors.distributions.len(), vectors.accruals.len()), (14, 11));
	assert_eq!((vectors.withheld.len(), vectors.parts.len()), (14, 10));
	assert_eq!((vectors.refused.len(), vectors.stories.len()), (12, 2));
	let every = vectors.distributions.iter().map(|it| (&it.name, &it.source));
	let every = every.chain(vectors.accruals.iter().map(|it| (&it.name, &it.source)));
	let every = every.chain(vectors.withheld.iter().map(|it| (&it.name, &it.source)));
	let every = every.chain(vectors.parts.iter().map(|it| (&it.name, &it.source)));
	let every = every.chain(vectors.refused.iter().map(|it| (&it.name, &it.source)));
	let every = every.chain(vectors.stories.iter().map(|it| (&it.name, &it.source)));
	let every = every.collect::<Vec<_>>();
	assert!(every.iter().all(|(_, source)| source.len() > 15));
	assert_eq!(every.iter().map(|(name, _)| name).collect::<BTreeSet<_>>().len(), every.len());
}

#[test]
fn distributions_are_as_in_the_vectors() {
	for Distribution { name, steps, expected, .. } in vectors().distributions {
		let mut per_share = PerShare::default();
		assert_eq!(steps.len(), expected.len(), "{name}");
		for (step, (sum, rest)) in steps.iter().zip(&expected) {
			let done = match step {
				Given::Distribute(amount, over) => {
					per_share.distribute(number(amount), shares(over))
				},
				Given::AddRest(fraction) => per_share.add_rest(number(fraction)),
			};
			assert_eq!(done, Ok(()), "{name}");
			assert_eq!(per_share, PerShare { sum: number(sum), rest: number(rest) }, "{name}");
		}
	}
}

#[test]
fn accruals_are_as_in_the_vectors() {
	for Accrual { name, sum, since, shares: held, expected, .. } in vectors().accruals {
		let per_share = PerShare { sum: number(&sum), rest: 0 };
		let (accrued, whole, fraction) = &expected;
		let found = per_share.accrued(number(&since), shares(&held));
		assert_eq!(found, Ok(number(accrued)), "{name}");
		assert_eq!(split(number(accrued)), (number(whole), number(fraction)), "{name}");
	}
}

#[test]
fn taxes_are_withheld_as_in_the_vectors() {
	for Withheld { name, mut rest, dividends, expected, .. } in vectors().withheld {
		assert_eq!(dividends.len(), expected.taxes.len(), "{name}");
		for ((amount, rate, times), expected) in dividends.iter().zip(&expected.taxes) {
			let mut taxes = 0;
			for _ in 0..*times {
				let (tax, left) = withheld(number(amount), *rate, rest).expect(&name);
				taxes += tax;
				rest = left;
			}
			assert_eq!(taxes, number(expected), "{name}");
		}
		assert_eq!(rest, expected.rest, "{name}");
	}
}

#[test]
fn parts_are_as_in_the_vectors() {
	for Part { name, amount, part, whole, expected, .. } in vectors().parts {
		let found = part_of(number(&amount), number(&part), number(&whole));
		assert_eq!(found, Ok(number(&expected)), "{name}");
	}
}

#[test]
fn what_the_vectors_refuse_is_refused() {
	for Refused { name, call, expected, .. } in vectors().refused {
		let state = |sum: &str, rest: &str| PerShare { sum: number(sum), rest: number(rest) };
		let found: Result<(), MathError> = match &call {
			Call::Distribute(sum, rest, amount, over) => {
				state(sum, rest).distribute(number(amount), shares(over))
			},
			Call::AddRest(sum, rest, fraction) => state(sum, rest).add_rest(number(fraction)),
			Call::Accrued(sum, since, held) => {
				state(sum, "0").accrued(number(since), shares(held)).map(|_| ())
			},
			Call::Withheld(amount, rate, rest) => {
				withheld(number(amount), *rate, *rest).map(|_| ())
			},
			Call::PartOf(amount, part, whole) => {
				part_of(number(amount), number(part), number(whole)).map(|_| ())
			},
		};
		assert_eq!(format!("{:?}", found.expect_err(&name)), expected, "{name}");
	}
}

/// A holder as a venture keeps it.
#[derive(Default)]
struct Holder {
	shares: u64,
	since: u128,
	accrued: u128,
}

impl Holder {
	fn settle(&mut self, per_share: &PerShare) {
		let open = per_share.accrued(self.since, self.shares).expect("it was distributed");
		self.accrued = self.accrued.checked_add(open).expect("it was distributed");
		self.since = per_share.sum;
	}
}

#[test]
fn stories_go_as_in_the_vectors() {
	for Story { name, rate, mut rest, holders, steps, expected, .. } in vectors().stories {
		let open = |(number, held): &(u32, String)| {
			(*number, Holder { shares: shares(held), ..Holder::default() })
		};
		let mut holders = holders.iter().map(open).collect::<BTreeMap<_, _>>();
		let all = holders.values().map(|holder| holder.shares).sum::<u64>();
		let mut per_share = PerShare::default();
		let (mut taxes, mut claims) = (Vec::new(), Vec::new());
		for step in &steps {
			match step {
				Step::Dividend(amount, times) => {
					let mut kept = 0;
					for _ in 0..*times {
						let (tax, left) = withheld(number(amount), rate, rest).expect(&name);
						per_share.distribute(number(amount) - tax, all).expect(&name);
						rest = left;
						kept += tax;
					}
					taxes.push(kept.to_string());
				},
				Step::Capital(amount) => {
					per_share.distribute(number(amount), all).expect(&name);
				},
				Step::Transfer(from, to, moved) => {
					for holder in [from, to] {
						holders.get_mut(holder).expect(&name).settle(&per_share);
					}
					holders.get_mut(from).expect(&name).shares -= shares(moved);
					holders.get_mut(to).expect(&name).shares += shares(moved);
				},
				Step::Claim(holder) => {
					let holder = holders.get_mut(holder).expect(&name);
					holder.settle(&per_share);
					let (whole, fraction) = split(holder.accrued);
					holder.accrued = fraction;
					claims.push(whole.to_string());
				},
			}
		}
		assert_eq!(taxes, expected.withheld, "{name}");
		assert_eq!(claims, expected.claims, "{name}");
	}
}
