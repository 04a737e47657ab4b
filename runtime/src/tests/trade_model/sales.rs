//! What parties sell, and take back.

use super::{dice::Dice, town::*, world::LinesByCode};
use ourledger_primitives::{
	invoice::{
		Amounts, Bill, Change, LevyAmount, Lines, Note, NotePart, Prices, Sale, SaleItem, SaleLevy,
		Zigzag,
	},
	money::{CurrencyId, Day},
	tax::{JurisdictionId, TaxCode},
	Balance,
};
use sp_runtime::BoundedVec;

/// What a sale depends on.
pub struct Scene {
	pub jurisdiction: JurisdictionId,
	pub currency: CurrencyId,
	pub supply: Day,
	/// Whether VAT is rounded per line.
	pub by_line: bool,
	pub seller_registered: bool,
	pub buyer_known: bool,
	pub buyer_registered: bool,
	/// Whether many kinds of goods are sold at once.
	pub mixed: bool,
}

/// Something to sell, which the jurisdiction mostly allows.
pub fn sale(dice: &mut Dice, scene: &Scene) -> Sale {
	let prices = if dice.chance(50) { Prices::Net } else { Prices::Gross };
	let codes = sale_codes(dice, scene);
	let mut items = Vec::new();
	for code in &codes {
		let most = dice.pick(&[30, 3_000, 30_000, 30_000, 200_000]);
		let mut amount = dice.between(1, most) as i128;
		// Returns of one kind of goods; now and then they outweigh all that is sold.
		if items.len() == 1 && dice.chance(12) {
			amount = -amount / dice.pick(&[1, 10, 10]);
		}
		let by_line = scene.by_line != dice.chance(1) && STANDARD.contains(code);
		let amounts = if by_line {
			Amounts::Lines(compact(&lines_of(dice, amount)))
		} else {
			Amounts::Sum(amount)
		};
		items.push(SaleItem { code: *code, amounts });
	}
	let mut levies = Vec::new();
	if dice.chance(25) && !(scene.by_line && prices == Prices::Gross && dice.chance(95)) {
		levies = sale_levies(dice, scene.currency, &codes);
	}
	let mut withholdings = Vec::new();
	if dice.chance(15) {
		withholdings = dice.some(&WITHHOLDING, 2);
	}
	let tip = if dice.chance(20) { dice.between(1, 500).into() } else { 0 };
	let evidence = codes.contains(&EXPORT) && dice.chance(90);
	Sale {
		prices,
		items: BoundedVec::truncate_from(items),
		levies: BoundedVec::truncate_from(levies),
		withholdings: BoundedVec::truncate_from(withholdings),
		tip,
		evidence: evidence.then_some([7; 32]),
	}
}

/// Lines that come to an amount: free ones and returns among them.
fn lines_of(dice: &mut Dice, amount: i128) -> Vec<i128> {
	let mut lines = Vec::new();
	let mut left = amount;
	for _ in 1..dice.between(1, 6) {
		let line = match dice.below(12) {
			0 => 0,
			1 => -left / 7,
			_ => left / dice.between(2, 4) as i128,
		};
		lines.push(line);
		left -= line;
	}
	lines.push(left);
	lines
}

/// Lines, as a sale or a note has them.
pub fn compact(lines: &[i128]) -> Lines {
	BoundedVec::truncate_from(lines.iter().map(|line| Zigzag::from(*line)).collect())
}

fn sale_codes(dice: &mut Dice, scene: &Scene) -> Vec<TaxCode> {
	let wrong = dice.chance(2);
	if scene.seller_registered == wrong {
		return vec![OUT_OF_SCOPE];
	}
	let [goods, food] = STANDARD;
	let reverse = if scene.buyer_registered != dice.chance(2) { &REVERSE[..] } else { &[] };
	if scene.mixed {
		// Tax is shared in this order.
		return dice.shuffled(&[&[goods, food, ZERO], reverse].concat());
	}
	let mut codes = vec![goods, goods, goods, food, food, ZERO, EXEMPT];
	codes.extend(reverse);
	if scene.buyer_known && !scene.buyer_registered {
		codes.push(EXPORT);
	}
	let mut codes = dice.some(&codes, 4);
	if !dice.chance(1) {
		let mut seen = Vec::new();
		codes.retain(|code| {
			let new = !seen.contains(code);
			seen.push(*code);
			new
		});
	}
	codes
}

fn sale_levies(dice: &mut Dice, currency: CurrencyId, codes: &[TaxCode]) -> Vec<SaleLevy> {
	let unit = LEVIES_PER_UNIT[currency as usize];
	let mut levies = Vec::new();
	for code in dice.some(&[LEVIES_ON_NET[0], LEVIES_ON_NET[1], unit], 2) {
		let thousandths = if code == unit { dice.between(1, 5_000) } else { 0 };
		levies.push(SaleLevy { code, on: dice.pick(codes), thousandths });
	}
	levies
}

/// Lines of a sale, by code.
pub fn lines_by_code(sale: &Sale) -> LinesByCode {
	let lines = sale.items.iter().filter_map(|item| match &item.amounts {
		Amounts::Sum(_) => None,
		Amounts::Lines(lines) => Some((item.code, plain(lines))),
	});
	lines.collect()
}

/// What a note leaves of lines, by code.
pub fn lines_left(note: &Note) -> LinesByCode {
	let lines = note.parts.iter().filter_map(|part| match &part.change {
		Change::Less(_) => None,
		Change::Lines { remain, .. } => Some((part.code, plain(remain))),
	});
	lines.collect()
}

fn plain(lines: &Lines) -> Vec<i128> {
	lines.iter().map(|line| (*line).into()).collect()
}

/// A note on a bill with these lines: all of it, or parts.
pub fn note(dice: &mut Dice, bill: &Bill, lines: &LinesByCode) -> Note {
	let all = dice.chance(30);
	let (mut parts, mut levies) = (Vec::new(), Vec::new());
	// One hash covers all lines.
	let with_lines = all || dice.chance(60);
	for (place, it) in bill.subtotals.iter().enumerate() {
		if let Some(was) = lines.get(&it.code) {
			if with_lines != dice.chance(1) {
				parts.push(part_of_lines(dice, it.code, was, all));
			}
		} else if all || dice.chance(50) {
			let amount = if all { it.amount } else { part(dice, it.amount) };
			parts.push(NotePart { code: it.code, change: Change::Less(amount) });
		}
		for levy in bill.levies.iter().filter(|levy| usize::from(levy.on) == place) {
			let LevyAmount::PerUnit(_, left) = levy.amount else { continue };
			if all || dice.chance(40) {
				let thousandths = if all { left } else { part(dice, left.into()).max(0) as u64 };
				levies.push(SaleLevy { code: levy.code, on: it.code, thousandths });
			}
		}
	}
	let tip = if all { bill.tip } else { part(dice, bill.tip as i128).max(0) as Balance };
	Note {
		parts: BoundedVec::truncate_from(parts),
		levies: BoundedVec::truncate_from(levies),
		tip: if dice.chance(1) { bill.tip + 1 } else { tip },
	}
}

/// What remains of lines, mostly less than there was.
fn part_of_lines(dice: &mut Dice, code: TaxCode, was: &[i128], all: bool) -> NotePart {
	let mut remain = was.to_vec();
	for line in &mut remain {
		*line = if all { 0 } else { *line - part(dice, *line) };
	}
	let mut was = was.to_vec();
	match dice.below(60) {
		// Lines that were never sold, and one that is forgotten.
		0 => was.push(4),
		1 => remain.push(0),
		2 => was[0] += 1,
		_ => (),
	}
	let (was, remain) = (compact(&was), compact(&remain));
	NotePart { code, change: Change::Lines { was, remain } }
}

/// A note on all of some codes, and on nothing of the others.
pub fn note_on_codes(dice: &mut Dice, bill: &Bill, lines: &LinesByCode) -> Note {
	let places = (0..bill.subtotals.len()).collect::<Vec<_>>();
	let most = places.len().saturating_sub(1).max(1) as u64;
	let chosen = dice.some(&places, most);
	let lined = |place: &usize| lines.get(&bill.subtotals[*place].code);
	let touches_lines = chosen.iter().any(|place| lined(place).is_some());
	let (mut parts, mut levies) = (Vec::new(), Vec::new());
	for place in places {
		let (it, is_chosen) = (&bill.subtotals[place], chosen.contains(&place));
		match lined(&place) {
			Some(was) if touches_lines => {
				let remain = if is_chosen { vec![0; was.len()] } else { was.clone() };
				let (was, remain) = (compact(was), compact(&remain));
				parts.push(NotePart { code: it.code, change: Change::Lines { was, remain } });
			},
			None if is_chosen => {
				parts.push(NotePart { code: it.code, change: Change::Less(it.amount) });
			},
			_ => (),
		}
		for levy in bill.levies.iter().filter(|it| usize::from(it.on) == place && is_chosen) {
			if let LevyAmount::PerUnit(_, thousandths) = levy.amount {
				levies.push(SaleLevy { code: levy.code, on: it.code, thousandths });
			}
		}
	}
	Note {
		parts: BoundedVec::truncate_from(parts),
		levies: BoundedVec::truncate_from(levies),
		tip: 0,
	}
}

/// A part of something, now and then too much.
fn part(dice: &mut Dice, amount: i128) -> i128 {
	match dice.below(20) {
		0 => amount + 1,
		1 => -amount,
		2 | 3 => amount.signum(),
		4..8 => amount,
		_ => amount / dice.between(2, 5) as i128,
	}
}
