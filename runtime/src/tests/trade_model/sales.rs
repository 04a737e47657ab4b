//! What parties sell, and take back.

use super::{dice::Dice, town::*};
use crate::Tax;
use ourledger_primitives::{
	invoice::{Bill, LevyAmount, Prices, Sale, SaleItem, SaleLevy, Subtotal},
	money::{CurrencyId, Day},
	tax::{JurisdictionId, TaxCode, VatCategory},
	Balance,
};
use sp_runtime::BoundedVec;

const MILLION: i128 = 1_000_000;

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
	let by_line = scene.by_line;
	let mut items = Vec::new();
	for code in &codes {
		let amount = dice.pick(&[30, 3_000, 30_000, 30_000, 200_000]);
		items.push(SaleItem {
			code: *code,
			amount: dice.between(1, amount).into(),
			line_tax: None,
			lines: 0,
		});
	}
	// Returns of one kind of goods. A sum of lines' taxes can't be negative.
	if !by_line && items.len() > 1 && dice.chance(10) {
		items[0].amount = -items[0].amount / 10;
	}
	for item in items.iter_mut().filter(|it| by_line && STANDARD.contains(&it.code)) {
		add_line_tax(dice, scene, prices, item);
	}
	let mut levies = Vec::new();
	if dice.chance(25) && !(by_line && prices == Prices::Gross) {
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

/// Say what the taxes of some lines sum up to: each may have been rounded by half a unit.
fn add_line_tax(dice: &mut Dice, scene: &Scene, prices: Prices, item: &mut SaleItem) {
	let rate = Tax::rate_on(scene.jurisdiction, item.code, scene.supply).unwrap_or(0) as i128;
	let whole = if prices == Prices::Gross { MILLION + rate } else { MILLION };
	let lines = dice.between(1, 5);
	let most = i128::from(lines - 1) / 2;
	let off = dice.between(0, 2 * most as u64) as i128 - most;
	let tax = ((2 * item.amount * rate + whole) / (2 * whole) + off).clamp(0, item.amount);
	(item.line_tax, item.lines) = (Some(tax as Balance), lines as u16);
}

/// A note on a bill: all of it, or parts.
pub fn note(dice: &mut Dice, bill: &Bill) -> Sale {
	let all = dice.chance(30);
	let (mut items, mut levies) = (Vec::new(), Vec::new());
	for (place, it) in bill.subtotals.iter().enumerate() {
		if all || dice.chance(50) {
			let amount = if all { it.amount } else { part(dice, it.amount) };
			items.push(note_item(bill, place, it, amount));
		}
		for levy in bill.levies.iter().filter(|levy| usize::from(levy.on) == place) {
			let LevyAmount::PerUnit(_, left) = levy.amount else { continue };
			if all || dice.chance(40) {
				let thousandths = if all { left } else { part(dice, left.into()) as u64 };
				levies.push(SaleLevy { code: levy.code, on: it.code, thousandths });
			}
		}
	}
	let tip = if all { bill.tip } else { part(dice, bill.tip as i128).max(0) as Balance };
	let other = if bill.prices == Prices::Net { Prices::Gross } else { Prices::Net };
	Sale {
		prices: if dice.chance(1) { other } else { bill.prices },
		items: BoundedVec::truncate_from(items),
		levies: BoundedVec::truncate_from(levies),
		withholdings: BoundedVec::new(),
		tip: if dice.chance(1) { bill.tip + 1 } else { tip },
		evidence: None,
	}
}

/// A note on all of some codes, and on nothing of the others.
pub fn note_on_codes(dice: &mut Dice, bill: &Bill) -> Sale {
	let places = (0..bill.subtotals.len()).collect::<Vec<_>>();
	let most = places.len().saturating_sub(1).max(1) as u64;
	let (mut items, mut levies) = (Vec::new(), Vec::new());
	for place in dice.some(&places, most) {
		let it = &bill.subtotals[place];
		items.push(note_item(bill, place, it, it.amount));
		for levy in bill.levies.iter().filter(|levy| usize::from(levy.on) == place) {
			if let LevyAmount::PerUnit(_, thousandths) = levy.amount {
				levies.push(SaleLevy { code: levy.code, on: it.code, thousandths });
			}
		}
	}
	Sale {
		prices: bill.prices,
		items: BoundedVec::truncate_from(items),
		levies: BoundedVec::truncate_from(levies),
		withholdings: BoundedVec::new(),
		tip: 0,
		evidence: None,
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

fn note_item(bill: &Bill, place: usize, of: &Subtotal, amount: i128) -> SaleItem {
	let mut item = SaleItem { code: of.code, amount, line_tax: None, lines: 0 };
	if bill.per_line && of.category == VatCategory::Standard {
		let levies = bill.levies.iter().filter(|it| usize::from(it.on) == place && it.in_vat_base);
		let rate = Balance::from(of.rate);
		let levied = levies.map(|it| (2 * it.tax * rate + 1_000_000) / 2_000_000).sum::<Balance>();
		let lines = (of.vat - levied) as i128;
		let tax = if of.amount == 0 { lines } else { lines * amount / of.amount };
		(item.line_tax, item.lines) = (Some(tax.max(0) as Balance), 5);
	}
	item
}
