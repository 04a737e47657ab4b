//! Follows the payments of an invoice: who paid, what went to whom, which tax was in it, which
//! credit arose, and where that was used; what waited in escrow, and what credit notes gave back.

pub mod payment;
pub mod trade;

use crate::{
	ledgers::{AccountKey, Ledgers, Movement},
	row::Row,
	source::Source,
};
use ourledger_client::{
	error::{Error, Result},
	tax::notation,
};
use ourledger_documents::on_chain::InvoiceId;
use ourledger_primitives::tax::Period;
use serde_json::{json, Value as Json};
use std::collections::{BTreeMap, BTreeSet};
use trade::{Escrow, Note, Trade};

/// What is followed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Subject {
	/// All payments of an invoice.
	Invoice(InvoiceId),
	/// The payments of an extrinsic: block and place.
	Extrinsic(u64, u32),
}

impl Subject {
	/// An invoice as `7/3`, an extrinsic as `1200-2`.
	pub fn parse(text: &str) -> Result<Self> {
		let not_valid = || {
			Error::input(format!(
				"{text:?} is neither an invoice as seller/number nor an extrinsic as block-index"
			))
		};
		if text.contains('/') {
			return text.parse().map(Self::Invoice).map_err(|_| not_valid());
		}
		let (block, index) = text.split_once('-').ok_or_else(not_valid)?;
		let block = block.parse().map_err(|_| not_valid())?;
		Ok(Self::Extrinsic(block, index.parse().map_err(|_| not_valid())?))
	}

	/// Whether an event may tell of its money. What an extrinsic releases was paid in by others.
	fn may_tell(self, row: &Row) -> bool {
		matches!(self, Self::Extrinsic(..)) || self.covers(row)
	}

	/// Whether an event is about it.
	fn covers(self, row: &Row) -> bool {
		match self {
			Self::Invoice(invoice) => row.invoice() == Some(invoice),
			Self::Extrinsic(block, index) => {
				row.block == block && row.extrinsic == Some(index) && row.invoice().is_some()
			},
		}
	}
}

/// A part of somebody's credit, from one event.
#[derive(Clone, Copy)]
struct Lot {
	period: Period,
	left: i128,
	/// Which of the credits that are followed it is, if one.
	credit: Option<usize>,
}

/// Credit that arose from what is followed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Credit {
	/// Whose it is.
	pub account: AccountKey,
	/// Minor units.
	pub amount: i128,
	/// What of it is left.
	pub left: i128,
	/// The period that it is of.
	pub period: Period,
	/// Block and event that it arose in.
	pub at: (u64, u32),
	/// Where it was used.
	pub uses: Vec<Use>,
}

/// What became of a claim.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
	/// It was paid, but for what was forfeited.
	Paid,
	/// It became credit again.
	Denied,
}

impl End {
	/// As text and JSON have it.
	pub fn name(self) -> &'static str {
		match self {
			Self::Paid => "paid",
			Self::Denied => "denied",
		}
	}
}

/// A use of credit.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Use {
	/// Minor units.
	pub amount: i128,
	/// What for.
	pub why: &'static str,
	/// Block and event.
	pub at: (u64, u32),
	/// The invoice, if for one.
	pub invoice: Option<InvoiceId>,
	/// The claim, if for one.
	pub claim: Option<u64>,
	/// What became of that claim, and in which block and event.
	pub end: Option<(End, (u64, u32))>,
}

/// A claim, by jurisdiction and number.
type ClaimKey = (u64, u64);

/// What a claim took of lots: of which period, how much, and which of the credits that are followed it
/// was of.
type Claimed = Vec<Lot>;

/// What was found.
#[derive(Default)]
pub struct Trace {
	/// Events about what is followed, in their order.
	pub events: Vec<Row>,
	/// Credit that arose.
	pub credits: Vec<Credit>,
	/// What trade says of its invoices, and of others if an extrinsic is followed.
	pub trade: Trade,
	lots: BTreeMap<AccountKey, Vec<Lot>>,
	/// Claims that are open.
	claims: BTreeMap<ClaimKey, Claimed>,
}

/// Put credit behind what there is of its period: that is used in the order in which it came.
fn put(lots: &mut Vec<Lot>, lot: Lot) {
	let place = lots.partition_point(|other| other.period <= lot.period);
	lots.insert(place, lot);
}

impl Trace {
	/// Reads a range from the chain's first events on. `progress` is told of each block that is read.
	pub async fn follow(
		subject: Subject,
		source: &mut impl Source,
		mut progress: impl FnMut(),
	) -> Result<Self> {
		let mut trace = Self::default();
		let mut ledgers = Ledgers::default();
		while let Some(block) = source.next().await? {
			// An extrinsic's payment is told by its invoices, some of whose events name them alone.
			let covered: BTreeSet<u32> =
				block.rows.iter().filter(|row| subject.covers(row)).map(|row| row.event).collect();
			trace
				.events
				.extend(block.rows.iter().filter(|row| covered.contains(&row.event)).cloned());
			trace.trade.apply(block.rows.iter().filter(|row| subject.may_tell(row)))?;
			ledgers.apply(&block, |row, movement| {
				trace.moved(row, movement, covered.contains(&row.event));
			})?;
			for row in block.rows.iter().filter(|row| row.is("Tax", "RefundPaid")) {
				trace.end(row, End::Paid);
			}
			progress();
		}
		if trace.events.is_empty() {
			return Err(Error::not_found("no event of these blocks is about that"));
		}
		Ok(trace)
	}

	fn moved(&mut self, row: &Row, movement: &Movement, is_followed: bool) {
		let lots = self.lots.entry(movement.account).or_default();
		let at = (row.block, row.event);
		if let Some(period) = movement.period.filter(|_| movement.change > 0) {
			if row.is("Tax", "RefundDenied") || row.is("Tax", "AppealDecided") {
				// With the first of its periods, all of it.
				let parts = self.end(row, End::Denied);
				let lots = self.lots.entry(movement.account).or_default();
				// Before that was kept, all of it became credit of one.
				let of_one = row.number("period").is_some();
				for part in parts {
					let part = if of_one { Lot { period, ..part } } else { part };
					put(lots, part);
				}
				return;
			}
			let credit = is_followed.then_some(self.credits.len());
			put(lots, Lot { period, left: movement.change, credit });
			if is_followed {
				self.credits.push(Credit {
					account: movement.account,
					amount: movement.change,
					left: movement.change,
					period,
					at,
					uses: Vec::new(),
				});
			}
			return;
		}
		let mut left = -movement.change;
		let mut parts = Claimed::new();
		let first = movement.period.unwrap_or(0);
		let place = lots.partition_point(|lot| lot.period < first);
		let (older, newer) = lots.split_at_mut(place);
		for lot in newer.iter_mut().chain(older) {
			let part = left.min(lot.left);
			left -= part;
			lot.left -= part;
			if part > 0 {
				parts.push(Lot { left: part, ..*lot });
			}
			let Some(credit) = lot.credit.filter(|_| part > 0) else { continue };
			if let Some(credit) = self.credits.get_mut(credit) {
				credit.left -= part;
				// What came back of it may lie apart from the rest.
				let known = credit.uses.last_mut();
				if let Some(known) = known.filter(|it| it.at == at && it.why == movement.why) {
					known.amount += part;
					continue;
				}
				credit.uses.push(Use {
					amount: part,
					why: movement.why,
					at,
					invoice: row.invoice(),
					claim: row.number("claim"),
					end: None,
				});
			}
		}
		lots.retain(|lot| lot.left > 0);
		if let Some(claim) = claim_of(row) {
			self.claims.insert(claim, parts);
		}
	}

	/// Notes what became of a claim, and says what it had taken. What was denied is left again.
	fn end(&mut self, row: &Row, end: End) -> Claimed {
		let claim = claim_of(row);
		let parts = claim.and_then(|claim| self.claims.remove(&claim)).unwrap_or_default();
		for part in &parts {
			let Some(credit) = part.credit.and_then(|place| self.credits.get_mut(place)) else {
				continue;
			};
			if end == End::Denied {
				credit.left += part.left;
			}
			let jurisdiction = u64::from(credit.account.0);
			let own = credit.uses.iter_mut().filter(|it| {
				it.end.is_none() && it.claim.map(|number| (jurisdiction, number)) == claim
			});
			own.for_each(|it| it.end = Some((end, (row.block, row.event))));
		}
		parts
	}

	/// The payments among the events.
	pub fn payments(&self) -> impl Iterator<Item = &Row> {
		self.events.iter().filter(|row| row.is("Tax", "TaxCollected"))
	}

	/// Escrows that the events are about, whole.
	pub fn escrows(&self) -> impl Iterator<Item = (InvoiceId, &Escrow)> {
		let invoices: BTreeSet<_> = self.events.iter().filter_map(Row::invoice).collect();
		invoices.into_iter().filter_map(|it| Some((it, self.trade.escrows.get(&it)?)))
	}

	/// Credit notes among the events.
	pub fn notes(&self) -> impl Iterator<Item = (InvoiceId, &Note)> {
		let issued = self.events.iter().filter(|row| row.is("Commerce", "CreditNoteIssued"));
		issued.filter_map(|row| {
			let notes = self.trade.notes.get(&row.invoice()?)?;
			let note = notes.iter().find(|note| note.at == (row.block, row.event))?;
			Some((row.invoice()?, note))
		})
	}

	/// All of it as JSON.
	pub fn json(&self) -> Json {
		let currency = |invoice| self.trade.currencies.get(&invoice).copied();
		let escrows = self.escrows().map(|(it, escrow)| escrow.json(it, currency(it)));
		let notes = self.notes().map(|(it, note)| note.json(it, currency(it)));
		let event = |row: &Row| {
			json!({
				"block": row.block,
				"time": row.time,
				"extrinsic": row.extrinsic,
				"event": row.event,
				"kind": format!("{}.{}", row.pallet, row.name),
				"fields": row.object(),
			})
		};
		let credit = |credit: &Credit| {
			let uses = credit.uses.iter().map(|it| {
				json!({
					"amount": it.amount.to_string(),
					"why": it.why,
					"block": it.at.0,
					"event": it.at.1,
					"invoice": it.invoice.map(|invoice| invoice.to_string()),
					"claim": it.claim,
					"end": it.end.map(|(end, (block, event))| {
						json!({ "is": end.name(), "block": block, "event": event })
					}),
				})
			});
			json!({
				"jurisdiction": credit.account.0,
				"twin": credit.account.1,
				"currency": credit.account.2,
				"amount": credit.amount.to_string(),
				"left": credit.left.to_string(),
				"period": notation::period(credit.period),
				"block": credit.at.0,
				"event": credit.at.1,
				"uses": uses.collect::<Json>(),
			})
		};
		json!({
			"events": self.events.iter().map(event).collect::<Json>(),
			"escrows": escrows.collect::<Json>(),
			"notes": notes.collect::<Json>(),
			"credits": self.credits.iter().map(credit).collect::<Json>(),
		})
	}
}

/// The claim that an event is about.
fn claim_of(row: &Row) -> Option<ClaimKey> {
	Some((row.number("jurisdiction")?, row.number("claim")?))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{row::example::row, source::example::Given};

	const PERIOD: Period = 2026 * 12 + 10;

	fn invoice(seller: u64, number: u64) -> InvoiceId {
		InvoiceId { seller, number }
	}

	fn collected(trade: (u64, u64, u64), vat: u128, used: u128, credited: u128) -> Json {
		let (seller, number, buyer) = trade;
		json!({
			"jurisdiction": 0, "currency": 3, "period": PERIOD, "seller": seller, "number": number,
			"buyer": buyer, "payer": "5F", "amount": "11500",
			"items": [{ "code": 1, "kind": { "Vat": "Standard" }, "net": "100", "tax": vat.to_string() }],
			"used": used.to_string(), "remitted": (vat - used).to_string(),
			"credited": credited.to_string(),
		})
	}

	fn trade() -> Given {
		let settings = json!({ "jurisdiction": 0, "settings": { "utc_offset_minutes": 0 } });
		let taxpayer = json!({ "jurisdiction": 0, "twin": 2, "terms": { "effective": 0 } });
		let claim =
			json!({ "jurisdiction": 0, "claim": 4, "twin": 2, "currency": 3, "amount": "500" });
		Given::of([
			row(1, 0, "Tax.JurisdictionCreated", settings),
			row(1, 1, "Tax.TaxpayerRegistered", taxpayer),
			row(2, 0, "Tax.TaxCollected", collected((1, 1, 2), 300, 0, 300)),
			row(3, 0, "Tax.TaxCollected", collected((1, 2, 2), 1_000, 0, 1_000)),
			row(
				3,
				1,
				"Commerce.PaymentReceived",
				json!({
					"seller": 1, "number": 2, "payer": "5F", "amount": "11500", "escrowed": false,
				}),
			),
			row(4, 0, "Tax.TaxCollected", collected((2, 1, 9), 700, 700, 0)),
			row(5, 0, "Tax.RefundClaimed", claim),
		])
	}

	async fn traced(subject: Subject) -> Result<Trace> {
		Trace::follow(subject, &mut trade(), || ()).await
	}

	#[tokio::test]
	async fn credit_is_followed_to_its_uses() {
		let trace = traced(Subject::Invoice(invoice(1, 2))).await.expect("is there");
		assert_eq!(trace.events.len(), 2);
		assert_eq!(trace.payments().count(), 1);
		let [credit] = &trace.credits[..] else { panic!("one credit") };
		assert_eq!((credit.account, credit.amount, credit.left), ((0, 2, 3), 1_000, 100));
		// The 300 of the first purchase went first.
		let uses: Vec<_> = credit.uses.iter().map(|it| (it.amount, it.invoice, it.claim)).collect();
		assert_eq!(uses, [(400, Some(invoice(2, 1)), None), (500, None, Some(4))]);
		assert_eq!(trace.json()["credits"][0]["uses"][1]["claim"], 4);
	}

	/// The claim of [`trade`] is denied; then a sale uses credit, and another claim is paid.
	async fn denied() -> Trace {
		let mut source = trade();
		let claim = json!({ "jurisdiction": 0, "claim": 4, "period": PERIOD });
		let another =
			json!({ "jurisdiction": 0, "claim": 5, "twin": 2, "currency": 3, "amount": "350" });
		let paid = json!({ "jurisdiction": 0, "claim": 5, "amount": "350", "forfeited": "0" });
		let more = Given::of([
			row(6, 0, "Tax.RefundDenied", claim),
			row(7, 0, "Tax.TaxCollected", collected((2, 2, 9), 200, 200, 0)),
			row(8, 0, "Tax.RefundClaimed", another),
			row(9, 0, "Tax.RefundPaid", paid),
		]);
		source.blocks.extend(more.blocks);
		Trace::follow(Subject::Invoice(invoice(1, 2)), &mut source, || ()).await.expect("is there")
	}

	#[tokio::test]
	async fn denied_claim_is_credit_that_is_followed_again() {
		let trace = denied().await;
		let [credit] = &trace.credits[..] else { panic!("one credit") };
		// 1,000 less 400, less 200, less 350; the 500 came back.
		assert_eq!((credit.amount, credit.left), (1_000, 50));
		let uses: Vec<_> = credit.uses.iter().map(|it| (it.amount, it.invoice, it.claim)).collect();
		assert_eq!(
			uses,
			[
				(400, Some(invoice(2, 1)), None),
				(500, None, Some(4)),
				(200, Some(invoice(2, 2)), None),
				(350, None, Some(5)),
			]
		);
		let ends: Vec<_> = credit.uses.iter().map(|it| it.end).collect();
		let denied = Some((End::Denied, (6, 0)));
		assert_eq!(ends, [None, denied, None, Some((End::Paid, (9, 0)))]);
		assert_eq!(trace.json()["credits"][0]["uses"][1]["end"]["is"], "denied");
	}

	#[tokio::test]
	async fn denied_claim_of_other_credit_is_not_taken_for_what_is_followed() {
		let mut source = trade();
		let claim = json!({ "jurisdiction": 0, "claim": 4, "period": PERIOD });
		source.blocks.extend(Given::of([row(6, 0, "Tax.RefundDenied", claim)]).blocks);
		let subject = Subject::Invoice(invoice(1, 1));
		let trace = Trace::follow(subject, &mut source, || ()).await.expect("is there");
		let [credit] = &trace.credits[..] else { panic!("one credit") };
		assert_eq!((credit.amount, credit.left, credit.uses.len()), (300, 0, 1));
	}

	#[tokio::test]
	async fn extrinsic_is_followed_by_its_payments() {
		let trace = traced(Subject::Extrinsic(2, 1)).await.expect("is there");
		let [credit] = &trace.credits[..] else { panic!("one credit") };
		assert_eq!((credit.amount, credit.left, credit.uses.len()), (300, 0, 1));
	}

	#[tokio::test]
	async fn escrow_is_followed_from_before_the_extrinsic_that_releases_it() {
		let mut source = trade();
		let invoice = |json: Json| {
			let mut json = json;
			(json["seller"], json["number"]) = (1.into(), 3.into());
			json
		};
		let paid = invoice(json!({ "payer": "5A", "amount": "11500", "escrowed": true }));
		let released = invoice(json!({
			"amount": "11500", "to_seller": "10000", "to_treasury": "1500", "by": "Buyer",
		}));
		let note = invoice(json!({ "gross": "0", "refund": "0" }));
		let more = Given::of([
			row(6, 0, "Commerce.PaymentReceived", paid),
			row(7, 0, "Tax.TaxCollected", collected((1, 3, 2), 1_500, 0, 1_500)),
			row(7, 1, "Commerce.EscrowReleased", released),
			row(8, 0, "Commerce.CreditNoteIssued", note),
		]);
		source.blocks.extend(more.blocks);
		let trace = Trace::follow(Subject::Extrinsic(7, 1), &mut source, || ()).await;
		let trace = trace.expect("is there");
		let json = trace.json();
		assert_eq!(json["escrows"][0]["moves"][0]["payer"], "5A");
		assert_eq!(json["escrows"][0]["moves"][1]["payers"][0]["amount"], "11500");
		assert_eq!(json["notes"], json!([]));
		let payment = trace.payments().next().expect("is one");
		assert!(trace.trade.release_of(payment).is_some());
	}

	#[tokio::test]
	async fn what_is_not_there_is_not_found() {
		let error =
			traced(Subject::Invoice(invoice(7, 7))).await.map(|_| ()).expect_err("isn't there");
		assert_eq!(error.code(), 5);
	}

	#[test]
	fn subjects_are_told_apart() {
		assert_eq!(Subject::parse("7/3"), Ok(Subject::Invoice(invoice(7, 3))));
		assert_eq!(Subject::parse("1200-2"), Ok(Subject::Extrinsic(1200, 2)));
		for text in ["", "7", "7/", "/3", "a/b", "7-", "-1", "7/3/1"] {
			assert!(Subject::parse(text).is_err(), "{text}");
		}
	}
}
