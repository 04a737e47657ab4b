//! The tax ledgers, computed from events alone.
//!
//! Everything that the chain keeps of statements, accounts and treasuries follows from the events
//! of `Tax`, from the first block on, and the times of their blocks.

mod events;
mod figures;
#[cfg(test)]
mod tests;

pub use events::{Item, Kind, TaxReversed};

use crate::{
	row::Row,
	source::{Block, Source},
};
use events::*;
use figures::{add, lower, overflow, raise, sum_up, take};
use ourledger_client::{
	error::{Error, Result},
	tax::{
		clock::{day_by, period_of, ClockChange},
		Account, CodeTotal, Statement, TreasuryBook,
	},
};
use ourledger_primitives::{
	money::{CurrencyId, Day},
	tax::{JurisdictionId, Period, Ppm},
	twin::TwinNumber,
};
use std::collections::{BTreeMap, BTreeSet};

/// One unit, in millionths.
const UNIT: u128 = 1_000_000;
/// What a twin's first dividend in a jurisdiction and a currency begins with, in millionths of a unit.
const FIRST_REST: Ppm = 500_000;

/// Whose credit: jurisdiction, twin, currency.
pub type AccountKey = (JurisdictionId, TwinNumber, CurrencyId);

/// Credit that came or went.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Movement {
	/// Whose it is.
	pub account: AccountKey,
	/// Minor units; negative if it went.
	pub change: i128,
	/// The period that it is of, if it came; from which on it was taken first, if a credit note took
	/// it.
	pub period: Option<Period>,
	/// Why, in a few words.
	pub why: &'static str,
}

/// All ledgers.
#[derive(Default)]
pub struct Ledgers {
	/// By jurisdiction, twin, currency, period.
	pub statements: BTreeMap<(JurisdictionId, TwinNumber, CurrencyId, Period), Statement>,
	/// By jurisdiction, twin, currency; none that are empty.
	pub accounts: BTreeMap<AccountKey, Account>,
	/// By jurisdiction and currency.
	pub treasuries: BTreeMap<(JurisdictionId, CurrencyId), TreasuryBook>,
	/// Clocks of jurisdictions.
	clocks: BTreeMap<JurisdictionId, Vec<ClockChange>>,
	/// The days from which on taxpayers are registered.
	taxpayers: BTreeMap<(JurisdictionId, TwinNumber), Day>,
	/// Claims: whose, and how much.
	claims: BTreeMap<(JurisdictionId, u64), (AccountKey, u128)>,
	/// Those that became credit again; an appeal claims it once more.
	denied: BTreeMap<(JurisdictionId, u64), (AccountKey, u128)>,
	/// What dividends left of a unit of tax, in millionths.
	rests: BTreeMap<AccountKey, Ppm>,
}

/// What changes for a twin.
#[derive(Default)]
struct Delta {
	/// Of a credit note, the period of the supply: of that is the credit that it gives, and takes
	/// first.
	of: Option<Period>,
	output: u128,
	input: u128,
	cancelled: u128,
	used: u128,
	remitted: u128,
	levies: u128,
	withheld: u128,
	returned: u128,
	reversed: u128,
	made_good: u128,
	deferred: u128,
	taken_off: u128,
	tips: i128,
	sales: Vec<CodeTotal>,
	purchases: Vec<CodeTotal>,
}

/// What other events of a block tell of one, by its place.
#[derive(Default)]
struct Hints {
	/// Tax that was taken of unpaid invoices.
	unpaid: BTreeSet<u32>,
	/// Payments and credit notes with reverse charges.
	reverse: BTreeSet<u32>,
}

impl Hints {
	fn of(block: &Block) -> Self {
		let mut hints = Self::default();
		// The last payment or credit note of an invoice; notes that undo a reverse charge, which is
		// said before them.
		let (mut last, mut undoing) = (BTreeMap::new(), BTreeSet::new());
		for row in &block.rows {
			let Some(invoice) = row.invoice() else { continue };
			let key = (row.extrinsic, invoice);
			let set = match (row.pallet.as_str(), row.name.as_str()) {
				("Tax", "TaxCollected" | "TaxReversed") => {
					last.insert(key, row.event);
					if row.name == "TaxReversed" && undoing.remove(&key) {
						hints.reverse.insert(row.event);
					}
					continue;
				},
				("Tax", "ReverseUndone") => {
					undoing.insert(key);
					continue;
				},
				("Tax", "ReverseCharged") => &mut hints.reverse,
				("Commerce", "UnpaidTaxCollected") => &mut hints.unpaid,
				_ => continue,
			};
			set.extend(last.get(&key));
		}
		hints
	}
}

impl Ledgers {
	/// As all events of a source make them, which begins with the chain's first. `progress` is told of
	/// each block that is read.
	pub async fn of(source: &mut impl Source, mut progress: impl FnMut()) -> Result<Self> {
		let mut ledgers = Self::default();
		while let Some(block) = source.next().await? {
			ledgers.apply(&block, |_, _| ())?;
			progress();
		}
		Ok(ledgers)
	}

	/// Books the events of the next block. `moved` is told of each movement of credit.
	pub fn apply(&mut self, block: &Block, mut moved: impl FnMut(&Row, &Movement)) -> Result<()> {
		let hints = Hints::of(block);
		for row in block.rows.iter().filter(|row| row.pallet == "Tax") {
			let mut movements = Vec::new();
			self.row(row, &hints, &mut movements)
				.map_err(|error| error.explained(|why| format!("{}: {why}", row.place())))?;
			movements.iter().for_each(|movement| moved(row, movement));
		}
		Ok(())
	}

	fn row(&mut self, row: &Row, hints: &Hints, movements: &mut Vec<Movement>) -> Result<()> {
		match row.name.as_str() {
			"JurisdictionCreated" | "JurisdictionAmended" => {
				let Clock { jurisdiction, settings } = row.read()?;
				self.clocks.insert(jurisdiction, settings.changes());
			},
			"TaxpayerRegistered" | "TaxpayerAmended" => {
				let Taxpayer { jurisdiction, twin, terms } = row.read()?;
				if let Some(terms) = terms {
					self.taxpayers.insert((jurisdiction, twin), terms.effective);
				}
			},
			"TaxpayerDeregistered" => {
				let Taxpayer { jurisdiction, twin, .. } = row.read()?;
				self.taxpayers.remove(&(jurisdiction, twin));
			},
			"TaxCollected" => self.collected(row, hints, movements)?,
			"TaxReversed" => self.reversed(row, hints, movements)?,
			"ReverseCharged" => {
				let trade: Trade = row.read()?;
				let it: ReverseCharged = row.read()?;
				let delta = Delta {
					of: trade.supply,
					output: it.output,
					cancelled: it.input,
					used: it.used,
					remitted: it.remitted,
					deferred: it.deferred,
					..Delta::default()
				};
				self.book_buyer(&trade, delta, "set against a reverse charge", movements)?;
			},
			"ReverseUndone" => {
				let trade: Trade = row.read()?;
				let ReverseUndone { returned } = row.read()?;
				let delta = Delta { of: trade.supply, returned, ..Delta::default() };
				self.book_buyer(&trade, delta, "a credit note", movements)?;
			},
			"ArrearsSettled" => self.settled(row, movements)?,
			"RefundClaimed" => self.claimed(row, movements)?,
			"RefundDenied" => {
				let (claim, entry) = self.denied(row, movements)?;
				self.denied.insert(claim, entry);
			},
			"RefundAppealed" => self.appealed(row, movements)?,
			"AppealDecided" => {
				let decided: AppealDecided = row.read()?;
				if decided.is_denied() {
					self.denied(row, movements)?;
				}
			},
			"RefundPaid" => self.paid(row)?,
			"Swept" => {
				let it: TreasuryMoved = row.read()?;
				raise(&mut self.treasury(it.jurisdiction, it.currency).sweeps, it.amount)?;
			},
			"GiftReceived" => {
				let it: TreasuryMoved = row.read()?;
				raise(&mut self.treasury(it.jurisdiction, it.currency).gifts, it.amount)?;
			},
			"TaxWithheld" => self.withheld(row, movements)?,
			_ => {},
		}
		Ok(())
	}

	fn collected(&mut self, row: &Row, hints: &Hints, movements: &mut Vec<Movement>) -> Result<()> {
		let trade: Trade = row.read()?;
		let TaxCollected { items, tip, used, remitted, credited } = row.read()?;
		let mut delta = Delta { used, remitted, tips: tip, ..Delta::default() };
		delta.take(items.iter())?;
		for item in items.iter().filter(|item| item.tax < 0) {
			raise(&mut delta.taken_off, item.tax.unsigned_abs())?;
		}
		delta.sales = items.iter().map(Item::of_seller).collect();
		self.book(trade.statement(trade.seller), delta, "set against VAT that is due", movements)?;
		// Who hasn't paid has bought nothing yet.
		let bought = !hints.unpaid.contains(&row.event);
		let touched = hints.reverse.contains(&row.event);
		if bought && (touched || self.is_registered(&trade, row)?) {
			let purchases = items.iter().filter_map(Item::of_buyer).collect();
			let delta = Delta { input: credited, purchases, ..Delta::default() };
			self.book_buyer(&trade, delta, "a purchase", movements)?;
		}
		Ok(())
	}

	fn reversed(&mut self, row: &Row, hints: &Hints, movements: &mut Vec<Movement>) -> Result<()> {
		let trade: Trade = row.read()?;
		let it: TaxReversed = row.read()?;
		let mut delta = Delta {
			of: trade.supply,
			returned: it.returned,
			used: it.used,
			remitted: it.remitted,
			tips: it.tip,
			..Delta::default()
		};
		delta.take(it.items.iter())?;
		delta.sales = it.items.iter().map(Item::of_seller).collect();
		self.book(trade.statement(trade.seller), delta, "a credit note", movements)?;
		let touched = it.reversed > 0 || hints.reverse.contains(&row.event);
		if touched || self.is_registered(&trade, row)? {
			let mut made_good = it.made_good;
			raise(&mut made_good, it.covered)?;
			let delta = Delta {
				of: trade.supply,
				input: it.credited,
				reversed: it.reversed,
				made_good,
				purchases: it.items.iter().filter_map(Item::of_buyer).collect(),
				..Delta::default()
			};
			self.book_buyer(&trade, delta, "a credit note", movements)?;
		}
		Ok(())
	}

	/// Credit that has just arisen, or money, goes against arrears.
	fn settled(&mut self, row: &Row, movements: &mut Vec<Movement>) -> Result<()> {
		let it: ArrearsSettled = row.read()?;
		let key = (it.jurisdiction, it.twin, it.currency);
		let mut settled = it.used;
		raise(&mut settled, it.remitted)?;
		let account = self.accounts.entry(key).or_default();
		take(account, it.used, None)?;
		lower(&mut account.arrears, settled)?;
		if account.arrears != it.left {
			let (found, left) = (account.arrears, it.left);
			let why =
				format!("it leaves arrears of {left}, but by the events before {found} are left");
			return Err(Error::verification(why));
		}
		self.forget_if_empty(&key);
		let statement = self.statements.entry((key.0, key.1, key.2, it.period)).or_default();
		raise(&mut statement.settled, settled)?;
		raise(&mut statement.used, it.used)?;
		raise(&mut statement.remitted, it.remitted)?;
		let book = self.treasury(it.jurisdiction, it.currency);
		lower(&mut book.arrears, settled)?;
		raise(&mut book.used, it.used)?;
		raise(&mut book.remitted, it.remitted)?;
		lower(&mut book.credits, it.used)?;
		went(movements, key, it.used, None, "set against arrears")
	}

	/// All whole units of tax are withheld of a dividend and of what those before it left.
	fn withheld(&mut self, row: &Row, movements: &mut Vec<Movement>) -> Result<()> {
		let it: TaxWithheld = row.read()?;
		let rest = self.rests.entry((it.jurisdiction, it.twin, it.currency)).or_insert(FIRST_REST);
		let mut due = it.amount.checked_mul(it.rate.into()).ok_or_else(overflow)?;
		raise(&mut due, (*rest).into())?;
		*rest = it.rest;
		let (tax, left) = (due / UNIT, due % UNIT);
		if (it.tax, u128::from(it.rest)) != (tax, left) {
			let (told, rest) = (it.tax, it.rest);
			let why = format!(
				"it withholds {told} and leaves {rest} millionths, but with what was left before it is \
				 {tax} and {left}"
			);
			return Err(Error::verification(why));
		}
		if tax == 0 {
			return Ok(());
		}
		let total = i128::try_from(tax).map_err(|_| overflow())?;
		let sales = vec![CodeTotal { code: it.code, net: 0, tax: total }];
		let delta = Delta { withheld: tax, sales, ..Delta::default() };
		let key = (it.jurisdiction, it.twin, it.currency, it.period);
		self.book(key, delta, "a dividend", movements)
	}

	fn claimed(&mut self, row: &Row, movements: &mut Vec<Movement>) -> Result<()> {
		let it: RefundClaimed = row.read()?;
		let key = (it.jurisdiction, it.twin, it.currency);
		self.claim_credit((it.jurisdiction, it.claim), (key, it.amount), movements)
	}

	/// What was denied is claimed again. An assessment was claimed all the while.
	fn appealed(&mut self, row: &Row, movements: &mut Vec<Movement>) -> Result<()> {
		let ClaimOf { jurisdiction, claim } = row.read()?;
		match self.denied.remove(&(jurisdiction, claim)) {
			Some(entry) => self.claim_credit((jurisdiction, claim), entry, movements),
			None => Ok(()),
		}
	}

	fn claim_credit(
		&mut self,
		claim: (JurisdictionId, u64),
		(key, amount): (AccountKey, u128),
		movements: &mut Vec<Movement>,
	) -> Result<()> {
		let account = self.accounts.entry(key).or_default();
		take(account, amount, None)?;
		raise(&mut account.pending, amount)?;
		let book = self.treasury(key.0, key.2);
		lower(&mut book.credits, amount)?;
		raise(&mut book.pending, amount)?;
		self.claims.insert(claim, (key, amount));
		went(movements, key, amount, None, "claimed as a refund")
	}

	/// A claim becomes credit again; says which.
	fn denied(
		&mut self,
		row: &Row,
		movements: &mut Vec<Movement>,
	) -> Result<((JurisdictionId, u64), (AccountKey, u128))> {
		let ClaimOf { jurisdiction, claim } = row.read()?;
		let (key, amount) = self.claim(row)?;
		let denied: RefundDenied = row.read()?;
		let account = self.accounts.entry(key).or_default();
		for Credit(period, part) in denied.credits(amount) {
			add(account, period, part)?;
			came(movements, key, part, period, "a claim that was denied")?;
		}
		lower(&mut account.pending, amount)?;
		let book = self.treasury(key.0, key.2);
		raise(&mut book.credits, amount)?;
		lower(&mut book.pending, amount)?;
		Ok(((jurisdiction, claim), (key, amount)))
	}

	fn paid(&mut self, row: &Row) -> Result<()> {
		let (key, amount) = self.claim(row)?;
		let it: RefundPaid = row.read()?;
		let period = self.period(key.0, row)?;
		let account = self.accounts.entry(key).or_default();
		lower(&mut account.pending, amount)?;
		lower(&mut account.arrears, it.used)?;
		self.forget_if_empty(&key);
		let statement = self.statements.entry((key.0, key.1, key.2, period)).or_default();
		raise(&mut statement.refunded, it.amount)?;
		raise(&mut statement.charged, it.charged)?;
		raise(&mut statement.settled, it.used)?;
		raise(&mut statement.used, it.used)?;
		let book = self.treasury(key.0, key.2);
		lower(&mut book.pending, amount)?;
		lower(&mut book.arrears, it.used)?;
		raise(&mut book.used, it.used)?;
		raise(&mut book.refunds, it.amount)?;
		raise(&mut book.forfeited, it.forfeited)
	}

	fn forget_if_empty(&mut self, key: &AccountKey) {
		if self.accounts.get(key) == Some(&Account::default()) {
			self.accounts.remove(key);
		}
	}

	/// The claim that an event ends.
	fn claim(&mut self, row: &Row) -> Result<(AccountKey, u128)> {
		let ClaimOf { jurisdiction, claim } = row.read()?;
		self.claims.remove(&(jurisdiction, claim)).ok_or_else(|| {
			Error::verification(format!("claim {claim} was never made, as far as events say"))
		})
	}

	fn treasury(&mut self, id: JurisdictionId, currency: CurrencyId) -> &mut TreasuryBook {
		self.treasuries.entry((id, currency)).or_default()
	}

	/// The day of an event, by the jurisdiction's clock.
	fn today(&self, id: JurisdictionId, row: &Row) -> Result<Day> {
		let clock = self.clocks.get(&id).ok_or_else(|| {
			Error::verification(format!("jurisdiction {id} was never made, as far as events say"))
		})?;
		let time = row.time.and_then(|time| i64::try_from(time).ok());
		let time = time.ok_or_else(|| Error::connection("the time of its block isn't known"))?;
		Ok(day_by(clock, time))
	}

	fn period(&self, id: JurisdictionId, row: &Row) -> Result<Period> {
		period_of(self.today(id, row)?)
	}

	/// Whether the buyer is registered at the time of an event.
	fn is_registered(&self, trade: &Trade, row: &Row) -> Result<bool> {
		let is_other = |buyer: &TwinNumber| trade.business && *buyer != trade.seller;
		let Some(buyer) = trade.buyer.filter(is_other) else {
			return Ok(false);
		};
		match self.taxpayers.get(&(trade.jurisdiction, buyer)) {
			Some(effective) => Ok(*effective <= self.today(trade.jurisdiction, row)?),
			None => Ok(false),
		}
	}

	fn book_buyer(
		&mut self,
		trade: &Trade,
		delta: Delta,
		why: &'static str,
		movements: &mut Vec<Movement>,
	) -> Result<()> {
		match trade.buyer {
			Some(buyer) => self.book(trade.statement(buyer), delta, why, movements),
			None => Ok(()),
		}
	}

	/// Writes into a statement, its account, and the treasury's book.
	fn book(
		&mut self,
		key: (JurisdictionId, TwinNumber, CurrencyId, Period),
		delta: Delta,
		why: &'static str,
		movements: &mut Vec<Movement>,
	) -> Result<()> {
		let (jurisdiction, twin, currency, period) = key;
		let owner = (jurisdiction, twin, currency);
		let mut comes = delta.input;
		raise(&mut comes, delta.returned)?;
		let mut goes = delta.reversed;
		lower(&mut goes, delta.made_good)?;
		raise(&mut goes, delta.used)?;
		let account = self.accounts.entry(owner).or_default();
		let of = delta.of.unwrap_or(period);
		add(account, of, comes)?;
		take(account, goes, delta.of)?;
		raise(&mut account.arrears, delta.deferred)?;
		self.forget_if_empty(&owner);
		came(movements, owner, comes, of, why)?;
		went(movements, owner, goes, delta.of, why)?;

		let (mut input, mut used) = (delta.input, delta.used);
		raise(&mut input, delta.cancelled)?;
		raise(&mut used, delta.cancelled)?;
		let statement = self.statements.entry(key).or_default();
		raise(&mut statement.output, delta.output)?;
		raise(&mut statement.input, input)?;
		raise(&mut statement.remitted, delta.remitted)?;
		raise(&mut statement.used, used)?;
		raise(&mut statement.returned, delta.returned)?;
		raise(&mut statement.reversed, delta.reversed)?;
		raise(&mut statement.levies, delta.levies)?;
		raise(&mut statement.withheld, delta.withheld)?;
		raise(&mut statement.deferred, delta.deferred)?;
		raise(&mut statement.taken_off, delta.taken_off)?;
		statement.tips = statement.tips.checked_add(delta.tips).ok_or_else(overflow)?;
		sum_up(&mut statement.sales, &delta.sales)?;
		sum_up(&mut statement.purchases, &delta.purchases)?;

		let book = self.treasury(jurisdiction, currency);
		raise(&mut book.output, delta.output)?;
		raise(&mut book.credited, input)?;
		raise(&mut book.remitted, delta.remitted)?;
		raise(&mut book.used, used)?;
		raise(&mut book.returned, delta.returned)?;
		raise(&mut book.reversed, delta.reversed)?;
		raise(&mut book.made_good, delta.made_good)?;
		raise(&mut book.levies, delta.levies)?;
		raise(&mut book.withheld, delta.withheld)?;
		raise(&mut book.arrears, delta.deferred)?;
		raise(&mut book.credits, comes)?;
		lower(&mut book.credits, goes)
	}
}

impl Delta {
	/// What is taken from the seller. Of VAT it is what was used and remitted: where returns outweigh
	/// sales of a code, its own is negative, and it is taken for all codes as one.
	fn take<'item>(&mut self, items: impl Iterator<Item = &'item Item>) -> Result<()> {
		raise(&mut self.output, self.used)?;
		raise(&mut self.output, self.remitted)?;
		for item in items.filter(|item| item.tax > 0) {
			let sum = match item.kind {
				Kind::Vat(_) => continue,
				Kind::LevyOnNet(_) | Kind::LevyPerUnit(_) => &mut self.levies,
				Kind::Withholding => &mut self.withheld,
			};
			raise(sum, item.tax.unsigned_abs())?;
		}
		Ok(())
	}
}

/// Credit came, of a period.
fn came(
	movements: &mut Vec<Movement>,
	account: AccountKey,
	amount: u128,
	period: Period,
	why: &'static str,
) -> Result<()> {
	let change = i128::try_from(amount).map_err(|_| overflow())?;
	movements.extend((change > 0).then_some(Movement {
		account,
		change,
		period: Some(period),
		why,
	}));
	Ok(())
}

/// Credit went: that from a period on first, if a credit note took it.
fn went(
	movements: &mut Vec<Movement>,
	account: AccountKey,
	amount: u128,
	period: Option<Period>,
	why: &'static str,
) -> Result<()> {
	let amount = i128::try_from(amount).map_err(|_| overflow())?;
	movements.extend((amount > 0).then_some(Movement { account, change: -amount, period, why }));
	Ok(())
}
