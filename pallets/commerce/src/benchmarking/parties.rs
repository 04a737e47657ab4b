//! The parties of benchmarks, and what they do beforehand.

use crate::{migrations::PastMoney, *};
use alloc::vec::Vec;
use frame::{
	benchmarking::prelude::*,
	traits::{Consideration, Zero},
};
use frame_system::Pallet as System;
use ourledger_primitives::{
	invoice::{
		Amounts, Change, InvoiceNumber, Lines, Note, NotePart, Payer, Prices, Quote, Sale,
		SaleItem, SaleLevy, Settlement, Zigzag, MAX_CODES, MAX_LINES, MAX_PAYERS,
	},
	money::{CurrencyId, Day, Kept, LocalMoney},
	tax::{BenchmarkCodes, JurisdictionId, TaxCode, TaxRules},
	twin::{TwinNumber, Twins},
	Balance,
};

/// Without tax, of each code of a sale: a multiple of ten.
pub(super) const NET: Balance = 1_000_000;

/// Of each account: enough for every sale.
pub(super) const PURSE: Balance = 1_000 * NET;

/// The day of every sale.
pub(super) const TODAY: Day = 20_000;

/// Lines of a note: as they were and as they remain.
pub(super) const NOTE_LINES: u32 = 2 * MAX_LINES;

/// Days until an escrow's deadline.
pub(super) const DAYS: u16 = 10;

/// Two businesses that trade, and whom they trust.
pub(super) struct Parties<T: Config> {
	pub(super) seller: TwinNumber,
	pub(super) seller_account: T::AccountId,
	pub(super) buyer: TwinNumber,
	pub(super) buyer_account: T::AccountId,
	pub(super) arbiter: TwinNumber,
	pub(super) arbiter_account: T::AccountId,
	pub(super) currency: CurrencyId,
	pub(super) jurisdiction: JurisdictionId,
	pub(super) codes: BenchmarkCodes,
	/// Of the first code, the others being under reverse charge; none if it isn't taxed by line.
	pub(super) lines: u32,
}

/// Parties who pay each other in a dear currency.
pub(super) fn parties<T: Config>() -> Parties<T> {
	parties_with(T::Money::create(), 0)
}

/// Parties whose sales have so many lines: with some, each is taxed by itself.
pub(super) fn parties_with<T: Config>(currency: CurrencyId, lines: u32) -> Parties<T> {
	T::BenchmarkHelper::set_day(TODAY);
	let [seller_account, buyer_account, arbiter_account]: [T::AccountId; 3] =
		["seller", "buyer", "arbiter"].map(|name| account(name, 0, 0));
	let seller = T::Twins::register(seller_account.clone());
	let buyer = T::Twins::register(buyer_account.clone());
	let arbiter = T::Twins::register(arbiter_account.clone());
	let (jurisdiction, codes) = T::Tax::prepare(currency, seller, buyer, lines > 0);
	T::Money::mint(currency, &seller_account, PURSE);
	T::Money::mint(currency, &buyer_account, PURSE);
	T::RoomDeposit::ensure_successful(&seller_account, Pallet::<T>::room_footprint(10));
	Pallet::<T>::do_add_room(seller_account.clone(), seller, 10)
		.expect("an account that can pay can add room");
	Parties {
		seller,
		seller_account,
		buyer,
		buyer_account,
		arbiter,
		arbiter_account,
		currency,
		jurisdiction,
		codes,
		lines,
	}
}

/// So many lines that come to `amount`.
pub(super) fn lines_of(amount: Balance, count: u32) -> Lines {
	let count = Balance::from(count);
	let line = |place| (amount / count + if place == 0 { amount % count } else { 0 }) as i128;
	Lines::truncate_from((0..count).map(line).map(Zigzag::from).collect())
}

impl<T: Config> Parties<T> {
	/// Of `amount` for each of `n` codes: VAT first, then levies on it, then withholdings.
	pub(super) fn sale(&self, amount: Balance, n: u32) -> Sale {
		let BenchmarkCodes { vat, levies, withholdings } = &self.codes;
		let n = n as usize;
		let item = |(place, code): (usize, &TaxCode)| SaleItem {
			code: *code,
			amounts: if place == 0 && self.lines > 0 {
				Amounts::Lines(lines_of(amount, self.lines))
			} else {
				Amounts::Sum(amount as i128)
			},
		};
		let levy =
			|(code, on): (&TaxCode, &TaxCode)| SaleLevy { code: *code, on: *on, thousandths: 0 };
		let n_levies = n.saturating_sub(vat.len());
		let n_withheld = n_levies.saturating_sub(levies.len());
		let levies = levies.iter().zip(vat).take(n_levies).map(levy);
		Sale {
			prices: Prices::Net,
			items: BoundedVec::truncate_from(vat.iter().take(n).enumerate().map(item).collect()),
			levies: BoundedVec::truncate_from(levies.collect()),
			withholdings: BoundedVec::truncate_from(
				withholdings.iter().take(n_withheld).copied().collect(),
			),
			tip: 0,
			evidence: None,
		}
	}

	/// With as many codes as there can be.
	pub(super) fn largest(&self) -> Sale {
		self.sale(NET, MAX_CODES)
	}

	/// A note that leaves a tenth of it.
	pub(super) fn note(&self) -> Note {
		let left = NET / 10;
		let part = |(place, code): (usize, &TaxCode)| NotePart {
			code: *code,
			change: if place == 0 && self.lines > 0 {
				Change::Lines { was: lines_of(NET, self.lines), remain: lines_of(left, self.lines) }
			} else {
				Change::Less((NET - left) as i128)
			},
		};
		let parts = self.codes.vat.iter().enumerate().map(part).collect();
		Note { parts: BoundedVec::truncate_from(parts), levies: BoundedVec::new(), tip: 0 }
	}

	pub(super) fn escrow(&self) -> Settlement {
		Settlement::Escrow { arbiter: self.arbiter, days: DAYS }
	}

	pub(super) fn conditions(&self, settlement: Settlement) -> Conditions {
		Conditions {
			jurisdiction: self.jurisdiction,
			currency: self.currency,
			supply: None,
			due_days: 0,
			settlement,
			delivery: true,
			document: [1; 32],
		}
	}

	/// An invoice to the buyer.
	pub(super) fn issue(&self, settlement: Settlement) -> InvoiceNumber {
		let number = Pallet::<T>::book(self.seller).next;
		let (writer, conditions) = (Writer::Seller, self.conditions(settlement));
		let buyer = Some(self.buyer);
		Pallet::<T>::do_issue(self.seller, buyer, writer, conditions, &self.largest())
			.expect("a registered seller with room can issue");
		number
	}

	pub(super) fn id(&self, number: InvoiceNumber) -> InvoiceId {
		InvoiceId { seller: self.seller, number }
	}

	/// An account with money.
	pub(super) fn stranger(&self, index: u32) -> T::AccountId {
		let payer: T::AccountId = account("payer", index, 0);
		// Whoever is a twin exists, and can be paid.
		T::Twins::register(payer.clone());
		T::Money::mint(self.currency, &payer, PURSE);
		payer
	}

	pub(super) fn pay(&self, number: InvoiceNumber, amount: Option<Balance>) {
		let (payer, id) = (self.buyer_account.clone(), self.id(number));
		Pallet::<T>::do_pay(payer, id, amount, true).expect("an account with money can pay");
	}

	/// Let both have old credit again: what is used of it is charged.
	pub(super) fn fill_books(&self) {
		for twin in [self.seller, self.buyer] {
			T::Tax::fill_books(self.jurisdiction, self.currency, twin);
		}
	}

	/// As if the others had paid an equal part each of what the buyer has. Others pay all or nothing,
	/// so it takes an arbiter's decision each time to come to this.
	pub(super) fn spread(&self, number: InvoiceNumber, accounts: Vec<T::AccountId>) {
		self.change(number, |invoice| {
			let mut rest = invoice.payers.first().cloned().expect("the buyer has paid");
			let count = accounts.len() as Balance;
			let share = |(account, left): (T::AccountId, Balance)| {
				let paid = rest.paid / left;
				rest.paid -= paid;
				let part = rest.kept.nominal / left;
				let kept = rest.kept.split(part).expect("it is a part");
				Payer { account, paid, kept }
			};
			let payers = accounts.into_iter().zip((1..=count).rev()).map(share);
			invoice.payers = BoundedVec::truncate_from(payers.collect());
		});
	}

	/// An invoice that as many accounts as possible paid.
	pub(super) fn paid(&self, settlement: Settlement) -> InvoiceNumber {
		let number = self.issue(settlement);
		self.pay(number, None);
		let strangers = (1..MAX_PAYERS).map(|index| self.stranger(index));
		let buyer = [self.buyer_account.clone()];
		self.spread(number, buyer.into_iter().chain(strangers).collect());
		number
	}

	pub(super) fn invoice(&self, number: InvoiceNumber) -> InvoiceOf<T> {
		Pallet::<T>::invoice(self.seller, number).expect("the invoice is in the state")
	}

	pub(super) fn gross(&self, number: InvoiceNumber) -> Balance {
		self.invoice(number).bill.gross
	}

	pub(super) fn change(&self, number: InvoiceNumber, how: impl FnOnce(&mut InvoiceOf<T>)) {
		let mut invoice = self.invoice(number);
		how(&mut invoice);
		Invoices::<T>::insert(self.seller, number, invoice);
	}

	/// Let a note wait.
	pub(super) fn wait(&self, number: InvoiceNumber) {
		let left = T::Tax::remainder(&self.invoice(number).bill, &self.note());
		let left = left.expect("it takes back what is there");
		self.change(number, |invoice| {
			invoice.note = Some(WaitingNote { left, document: [2; 32] });
		});
	}

	/// Let the buyer bill itself, by a consent that `account` has paid for.
	pub(super) fn allow(&self, account: T::AccountId) {
		T::ConsentDeposit::ensure_successful(&account, Pallet::<T>::consent_footprint());
		let ticket = T::ConsentDeposit::new(&account, Pallet::<T>::consent_footprint());
		let ticket = ticket.expect("it can pay");
		let consent = Consent { until: TODAY, objection: Some(14), payer: account, ticket };
		SelfBilling::<T>::insert(self.seller, self.buyer, consent);
	}

	/// What a till offers the buyer, with `n` codes, and its signature.
	pub(super) fn quote(&self, n: u32) -> (Quote, T::Signature) {
		let quote = Quote {
			seller: self.seller,
			till: 1,
			nonce: [1; 16],
			jurisdiction: self.jurisdiction,
			currency: self.currency,
			buyer: Some(self.buyer),
			sale: self.sale(NET, n),
			expires: next_tick::<T>().try_into().unwrap_or(0),
		};
		let genesis = System::<T>::block_hash(BlockNumberFor::<T>::zero());
		let (key, signature) = T::BenchmarkHelper::sign(&quote.payload(genesis));
		self.set_till(key);
		(quote, signature)
	}

	/// Let the till exist whose key signs `payload`s.
	pub(super) fn set_till(&self, key: T::AccountId) {
		Pallet::<T>::do_set_till(self.seller_account.clone(), 1, key, next_tick::<T>())
			.expect("a seller that can pay can set a till");
	}
}

/// The tick in which the call runs, at the latest: some runners move to block 1 after setting up.
pub(super) fn next_tick<T: Config>() -> BlockNumberFor<T> {
	T::BlockNumberProvider::current_block_number().saturating_add(One::one())
}

/// Use so many quotes of the first tick, and let it be over.
pub(super) fn use_quotes<T: Config>(count: u32) -> BlockNumberFor<T> {
	let it = parties::<T>();
	let number = it.paid(Settlement::Direct);
	let (tick, invoice) = (T::BlockNumberProvider::current_block_number(), it.invoice(number));
	// So late that the day of their removal is over, and has to be another.
	let removal = invoice.removal.expect("what was paid is to be removed");
	AgendaCursor::<T>::put(removal + 1);
	QuoteCursor::<T>::put(Cursor { tick, after: None });
	for index in 0..count {
		let mut nonce = [0; 16];
		nonce[..4].copy_from_slice(&index.to_le_bytes());
		let number = number + 1 + InvoiceNumber::from(index);
		Quotes::<T>::insert(tick, (it.seller, 1, nonce), number);
		Invoices::<T>::insert(it.seller, number, invoice.clone());
	}
	T::BlockNumberProvider::set_block_number(tick + 1u32.into());
	tick
}

/// Costs as much as what came in on another day.
pub(super) struct OfToday<T>(PhantomData<T>);

impl<T: Config> PastMoney for OfToday<T> {
	fn kept_since(currency: CurrencyId, amount: Balance, _: Day) -> Result<Kept, DispatchError> {
		T::Money::keep(currency, amount)
	}
}
