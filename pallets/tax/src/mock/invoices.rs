//! Sales, invoices and notes of tests.

use super::*;

pub fn item(code: TaxCode, amount: i128) -> SaleItem {
	SaleItem { code, amounts: Amounts::Sum(amount) }
}

pub fn lines(amounts: &[i128]) -> Lines {
	bounded(amounts.iter().map(|amount| Zigzag::from(*amount)).collect())
}

/// What is sold line by line, at net prices.
pub fn lined(items: &[(TaxCode, &[i128])]) -> Sale {
	let item = |(code, amounts): &(TaxCode, &[i128])| SaleItem {
		code: *code,
		amounts: Amounts::Lines(lines(amounts)),
	};
	Sale { items: bounded(items.iter().map(item).collect()), ..sale(&[]) }
}

/// What is taken back.
pub fn note(parts: &[(TaxCode, i128)]) -> Note {
	let part =
		|(code, amount): &(TaxCode, i128)| NotePart { code: *code, change: Change::Less(*amount) };
	Note { parts: bounded(parts.iter().map(part).collect()), levies: bounded(vec![]), tip: 0 }
}

/// What is taken back of lines: as they were and as they remain.
pub fn line_note(parts: &[(TaxCode, &[i128], &[i128])]) -> Note {
	let part = |(code, was, remain): &(TaxCode, &[i128], &[i128])| NotePart {
		code: *code,
		change: Change::Lines { was: lines(was), remain: lines(remain) },
	};
	Note { parts: bounded(parts.iter().map(part).collect()), ..note(&[]) }
}

/// What is sold at net prices.
pub fn sale(items: &[(TaxCode, i128)]) -> Sale {
	Sale {
		prices: Prices::Net,
		items: bounded(items.iter().map(|(code, amount)| item(*code, *amount)).collect()),
		levies: bounded(vec![]),
		withholdings: bounded(vec![]),
		tip: 0,
		evidence: None,
	}
}

pub fn levy(code: TaxCode, on: TaxCode, thousandths: u64) -> SaleLevy {
	SaleLevy { code, on, thousandths }
}

/// An invoice, as commerce keeps it.
#[derive(Clone, Debug)]
pub struct Invoice {
	pub trade: Trade,
	pub bill: Bill,
}

pub fn trade(seller: TwinNumber, buyer: Option<TwinNumber>) -> Trade {
	let supply = Tax::today(TOWN).expect("the town was founded");
	let (number, currency, business) = (1, MONEY, true);
	Trade { seller, number, buyer, jurisdiction: TOWN, currency, supply, business }
}

/// Where the first month's trade of these parties is booked.
pub fn booking(seller: TwinNumber, buyer: TwinNumber) -> Booking {
	Booking {
		jurisdiction: TOWN,
		currency: MONEY,
		period: OCTOBER,
		invoice: InvoiceId { seller, number: 1 },
		buyer: Some(buyer),
	}
}

pub fn assess(trade: &Trade, sale: &Sale) -> Result<Bill, DispatchError> {
	<Tax as TaxRules<AccountId>>::assess(trade, sale)
}

/// Invoice a sale.
pub fn invoice(seller: TwinNumber, buyer: impl Into<Option<TwinNumber>>, sale: &Sale) -> Invoice {
	let trade = trade(seller, buyer.into());
	issue(trade, sale).expect("a test sells what can be sold")
}

/// Invoice a sale, if it can be.
pub fn issue(trade: Trade, sale: &Sale) -> Result<Invoice, DispatchError> {
	let mut bill = assess(&trade, sale)?;
	<Tax as TaxRules<AccountId>>::book_issue(&trade, &mut bill)?;
	Ok(Invoice { trade, bill })
}

impl Invoice {
	/// Pay from the buyer's account, or a stranger's.
	pub fn pay(&mut self, amount: Balance) -> PaymentSplit {
		self.try_pay(amount).expect("a test pays what can be paid")
	}

	pub fn try_pay(&mut self, amount: Balance) -> Result<PaymentSplit, DispatchError> {
		let payer = self.trade.buyer.map_or(STRANGER, controller);
		self.collect(Source::Account(&payer), amount)
	}

	fn collect(
		&mut self,
		from: Source<'_, AccountId>,
		amount: Balance,
	) -> Result<PaymentSplit, DispatchError> {
		let bill = self.bill.clone();
		let split = with_storage_layer(|| Tax::collect(&self.trade, &mut self.bill, from, amount));
		if split.is_err() {
			self.bill = bill;
		}
		split
	}

	/// Let the buyer's money wait in escrow.
	pub fn escrow(&self, amount: Balance) -> Kept {
		let payer = self.trade.buyer.map_or(STRANGER, controller);
		assert_ok!(MockMoney::pay(MONEY, &payer, &ESCROW, amount));
		MockMoney::keep(MONEY, amount).expect("the money exists")
	}

	/// Release what waits to the seller.
	pub fn release(&mut self, kept: Kept) -> PaymentSplit {
		self.collect(Source::Pot { pot: &ESCROW, kept }, kept.nominal)
			.expect("nothing stops a release")
	}

	/// Pay all that is open.
	pub fn pay_all(&mut self) -> PaymentSplit {
		self.pay(self.bill.open())
	}

	/// Credit a note and refund the buyer, as commerce does.
	pub fn credit(&mut self, note: &Note, cover: Balance) -> NoteOutcome {
		self.try_credit(note, cover).expect("a test credits what can be credited")
	}

	pub fn try_credit(
		&mut self,
		note: &Note,
		cover: Balance,
	) -> Result<NoteOutcome, DispatchError> {
		let bill = self.bill.clone();
		let outcome = with_storage_layer(|| {
			let left = <Tax as TaxRules<AccountId>>::remainder(&self.bill, note)?;
			let outcome = Tax::credit(&self.trade, &mut self.bill, &left, cover)?;
			if let NoteOutcome::Settled { refund } = outcome {
				let payer = self.trade.buyer.map_or(STRANGER, controller);
				MockMoney::repay(MONEY, &controller(self.trade.seller), &payer, refund)?;
			}
			Ok(outcome)
		});
		if outcome.is_err() {
			self.bill = bill;
		}
		outcome
	}

	/// Take all tax that is still owed.
	pub fn collect_unpaid(&mut self) -> PaymentSplit {
		<Tax as TaxRules<AccountId>>::collect_unpaid(&self.trade, &mut self.bill)
			.expect("a test's seller can pay")
	}
}

/// Sell and be paid at once.
pub fn trade_and_pay(
	seller: TwinNumber,
	buyer: impl Into<Option<TwinNumber>>,
	items: &[(TaxCode, i128)],
) -> Invoice {
	let mut invoice = invoice(seller, buyer, &sale(items));
	invoice.pay_all();
	invoice
}
