//! Worst cases: as many payers as there can be, all of whom get something, and buyer and seller both
//! registered. Every benchmark builds its own parties, whatever the genesis.

use crate::*;
use alloc::{vec, vec::Vec};
use frame::{
	benchmarking::prelude::*,
	deps::frame_support::weights::WeightMeter,
	traits::{Consideration, Zero},
};
use frame_system::Pallet as System;
use ourledger_primitives::{
	invoice::{Delivery, InvoiceNumber, Prices, Quote, Sale, SaleItem, Settlement, MAX_PAYERS},
	money::{CurrencyId, Day, LocalMoney},
	tax::{JurisdictionId, TaxCode, TaxRules},
	twin::{TwinNumber, Twins},
	Balance,
};

/// Without tax, of every sale.
const NET: Balance = 1_000_000;

/// With 15 % of tax.
const GROSS: Balance = 1_150_000;

/// The day of every sale.
const TODAY: Day = 20_000;

/// Days until an escrow's deadline.
const DAYS: u16 = 10;

/// Two businesses that trade, and whom they trust.
struct Parties<T: Config> {
	seller: TwinNumber,
	seller_account: T::AccountId,
	buyer: TwinNumber,
	buyer_account: T::AccountId,
	arbiter: TwinNumber,
	arbiter_account: T::AccountId,
	currency: CurrencyId,
	jurisdiction: JurisdictionId,
	code: TaxCode,
}

fn parties<T: Config>() -> Parties<T> {
	T::BenchmarkHelper::set_day(TODAY);
	let [seller_account, buyer_account, arbiter_account]: [T::AccountId; 3] =
		["seller", "buyer", "arbiter"].map(|name| account(name, 0, 0));
	let seller = T::Twins::register(seller_account.clone());
	let buyer = T::Twins::register(buyer_account.clone());
	let arbiter = T::Twins::register(arbiter_account.clone());
	let currency = T::Money::create();
	let (jurisdiction, code) = T::Tax::prepare(currency, seller, buyer);
	T::Money::mint(currency, &seller_account, 10 * GROSS);
	T::Money::mint(currency, &buyer_account, 10 * GROSS);
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
		code,
	}
}

impl<T: Config> Parties<T> {
	fn sale(&self, amount: Balance) -> Sale {
		let item = SaleItem { code: self.code, amount: amount as i128, line_tax: None, lines: 0 };
		Sale {
			prices: Prices::Net,
			items: BoundedVec::truncate_from(vec![item]),
			levies: BoundedVec::new(),
			withholdings: BoundedVec::new(),
			tip: 0,
			evidence: None,
		}
	}

	fn escrow(&self) -> Settlement {
		Settlement::Escrow { arbiter: self.arbiter, days: DAYS }
	}

	/// An invoice to the buyer.
	fn issue(&self, settlement: Settlement) -> InvoiceNumber {
		let number = Pallet::<T>::book(self.seller).next;
		let terms = Conditions {
			jurisdiction: self.jurisdiction,
			currency: self.currency,
			supply: None,
			due_days: 0,
			settlement,
			delivery: true,
			document: [1; 32],
		};
		Pallet::<T>::do_issue(self.seller, Some(self.buyer), terms, &self.sale(NET))
			.expect("a registered seller with room can issue");
		number
	}

	fn id(&self, number: InvoiceNumber) -> InvoiceId {
		(self.seller, number)
	}

	/// An account with money, and a part of the gross for it to pay: the buyer first.
	fn payer(&self, index: u32) -> (T::AccountId, Balance) {
		let part = GROSS / Balance::from(MAX_PAYERS);
		if index == 0 {
			return (self.buyer_account.clone(), part);
		}
		let payer: T::AccountId = account("payer", index, 0);
		// Whoever is a twin exists, and can be paid.
		T::Twins::register(payer.clone());
		T::Money::mint(self.currency, &payer, GROSS);
		(payer, part)
	}

	/// Let so many accounts pay their parts.
	fn pay_parts(&self, number: InvoiceNumber, count: u32) {
		for index in 0..count {
			let (payer, part) = self.payer(index);
			Pallet::<T>::do_pay(payer, self.id(number), Some(part))
				.expect("an account with money can pay");
		}
	}

	/// An invoice that as many accounts as possible paid.
	fn paid(&self, settlement: Settlement) -> InvoiceNumber {
		let number = self.issue(settlement);
		self.pay_parts(number, MAX_PAYERS);
		number
	}

	fn invoice(&self, number: InvoiceNumber) -> InvoiceOf<T> {
		Pallet::<T>::invoice(self.seller, number).expect("the invoice is in the state")
	}

	fn change(&self, number: InvoiceNumber, how: impl FnOnce(&mut InvoiceOf<T>)) {
		let mut invoice = self.invoice(number);
		how(&mut invoice);
		Invoices::<T>::insert(self.seller, number, invoice);
	}

	/// Let the till exist whose key signs `payload`s.
	fn set_till(&self, key: T::AccountId) {
		Pallet::<T>::do_set_till(self.seller_account.clone(), 1, key, next_block::<T>())
			.expect("a seller that can pay can set a till");
	}
}

/// The block in which the call runs, at the earliest: some runners move to block 1 after setting up.
fn next_block<T: Config>() -> BlockNumberFor<T> {
	System::<T>::block_number().saturating_add(One::one())
}

/// Use so many quotes of the first block, and let it be over.
fn use_quotes<T: Config>(count: u32) -> BlockNumberFor<T> {
	let block = System::<T>::block_number();
	for index in 0..count {
		let mut nonce = [0; 16];
		nonce[..4].copy_from_slice(&index.to_le_bytes());
		Quotes::<T>::insert(block, (1, 1, nonce), ());
	}
	System::<T>::set_block_number(block + 1u32.into());
	block
}

#[benchmarks]
mod benches {
	use super::*;

	#[benchmark]
	fn issue() {
		let it = parties::<T>();
		let (sale, escrow) = (it.sale(NET), it.escrow());

		#[extrinsic_call]
		_(
			RawOrigin::Signed(it.seller_account.clone()),
			Some(it.buyer),
			it.jurisdiction,
			it.currency,
			None,
			30,
			sale,
			escrow,
			true,
			[1; 32],
		);

		assert_eq!(it.invoice(1).bill.gross, GROSS);
	}

	#[benchmark]
	fn accept() {
		let it = parties::<T>();
		let number = it.issue(it.escrow());

		#[extrinsic_call]
		_(RawOrigin::Signed(it.buyer_account.clone()), it.seller, number);

		assert_eq!(it.invoice(number).state, InvoiceState::Accepted);
	}

	#[benchmark]
	fn reject() {
		let it = parties::<T>();
		let number = it.paid(it.escrow());

		#[extrinsic_call]
		_(RawOrigin::Signed(it.buyer_account.clone()), it.seller, number);

		assert_eq!(it.invoice(number).state, InvoiceState::Rejected);
	}

	#[benchmark]
	fn pay() {
		let it = parties::<T>();
		let number = it.issue(Settlement::Direct);
		it.pay_parts(number, MAX_PAYERS - 1);
		let (payer, _) = it.payer(MAX_PAYERS - 1);

		#[extrinsic_call]
		_(RawOrigin::Signed(payer), it.seller, number, None);

		assert_eq!(it.invoice(number).state, InvoiceState::Closed(TODAY));
	}

	#[benchmark]
	fn sell() {
		let it = parties::<T>();
		let expires = next_block::<T>();
		let quote = Quote {
			seller: it.seller,
			till: 1,
			nonce: [1; 16],
			jurisdiction: it.jurisdiction,
			currency: it.currency,
			buyer: Some(it.buyer),
			sale: it.sale(NET),
			expires: expires.try_into().unwrap_or(0),
		};
		let genesis = System::<T>::block_hash(BlockNumberFor::<T>::zero());
		// Worst case: wrapped, so that the first check fails and there is a second one.
		let wrapped = ourledger_primitives::signing::wrapped(&quote.payload(genesis));
		let (key, signature) = T::BenchmarkHelper::sign(&wrapped);
		it.set_till(key);

		#[extrinsic_call]
		_(RawOrigin::Signed(it.buyer_account.clone()), quote, signature);

		assert_eq!(it.invoice(1).state, InvoiceState::Closed(TODAY));
	}

	#[benchmark]
	fn deliver() {
		let it = parties::<T>();
		let number = it.paid(it.escrow());

		#[extrinsic_call]
		_(RawOrigin::Signed(it.seller_account.clone()), it.seller, number);

		assert_eq!(it.invoice(number).delivery, Delivery::Delivered);
	}

	#[benchmark]
	fn confirm() {
		let it = parties::<T>();
		let number = it.paid(it.escrow());
		it.change(number, |invoice| invoice.delivery = Delivery::Delivered);

		#[extrinsic_call]
		_(RawOrigin::Signed(it.buyer_account.clone()), it.seller, number);

		assert_eq!(it.invoice(number).state, InvoiceState::Closed(TODAY));
	}

	#[benchmark]
	fn dispute() {
		let it = parties::<T>();
		let number = it.paid(it.escrow());

		#[extrinsic_call]
		_(RawOrigin::Signed(it.buyer_account.clone()), it.seller, number, [2; 32]);

		assert_eq!(it.invoice(number).state, InvoiceState::Disputed);
	}

	#[benchmark]
	fn resolve() {
		let it = parties::<T>();
		let number = it.paid(it.escrow());
		// Worst case: every payer gets something back, and so does the seller.
		let to_buyer = GROSS - GROSS / 10;

		#[extrinsic_call]
		_(RawOrigin::Signed(it.arbiter_account.clone()), it.seller, number, to_buyer, [2; 32]);

		assert_eq!(it.invoice(number).bill.paid, GROSS / 10);
	}

	#[benchmark]
	fn credit_note() {
		let it = parties::<T>();
		let number = it.paid(Settlement::Direct);
		let note = it.sale(NET - NET / 10);

		#[extrinsic_call]
		_(RawOrigin::Signed(it.seller_account.clone()), number, note, [2; 32]);

		assert_eq!(it.invoice(number).bill.gross, GROSS / 10);
	}

	#[benchmark]
	fn cover_note() {
		let it = parties::<T>();
		let number = it.paid(Settlement::Direct);
		let note = it.sale(NET - NET / 10);
		it.change(number, |invoice| {
			invoice.note = Some(WaitingNote { note, document: [2; 32] });
		});

		#[extrinsic_call]
		_(RawOrigin::Signed(it.buyer_account.clone()), it.seller, number, GROSS);

		assert_eq!(it.invoice(number).bill.gross, GROSS / 10);
	}

	#[benchmark]
	fn withdraw_note() {
		let it = parties::<T>();
		let number = it.paid(Settlement::Direct);
		let note = it.sale(NET);
		it.change(number, |invoice| {
			invoice.note = Some(WaitingNote { note, document: [2; 32] });
		});

		#[extrinsic_call]
		_(RawOrigin::Signed(it.seller_account.clone()), number);

		assert!(it.invoice(number).note.is_none());
	}

	#[benchmark]
	fn self_bill() {
		let it = parties::<T>();
		SelfBilling::<T>::insert(it.seller, it.buyer, TODAY);
		let (sale, escrow) = (it.sale(NET), it.escrow());

		#[extrinsic_call]
		_(
			RawOrigin::Signed(it.buyer_account.clone()),
			it.seller,
			it.jurisdiction,
			it.currency,
			None,
			30,
			sale,
			escrow,
			true,
			[1; 32],
		);

		assert_eq!(it.invoice(1).bill.gross, GROSS);
	}

	#[benchmark]
	fn consent_to_self_billing() {
		let it = parties::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(it.seller_account.clone()), it.buyer, Some(TODAY));

		assert_eq!(SelfBilling::<T>::get(it.seller, it.buyer), Some(TODAY));
	}

	#[benchmark]
	fn cancel() {
		let it = parties::<T>();
		let number = it.paid(it.escrow());

		#[extrinsic_call]
		_(RawOrigin::Signed(it.seller_account.clone()), it.seller, number);

		assert_eq!(it.invoice(number).state, InvoiceState::Cancelled);
	}

	#[benchmark]
	fn release() {
		let it = parties::<T>();
		let number = it.paid(it.escrow());
		T::BenchmarkHelper::set_day(TODAY + Day::from(DAYS));

		#[extrinsic_call]
		_(RawOrigin::Signed(it.arbiter_account.clone()), it.seller, number);

		assert_eq!(it.invoice(number).escrowed, 0);
	}

	#[benchmark]
	fn collect_unpaid() {
		let it = parties::<T>();
		let number = it.issue(Settlement::Direct);
		it.change(number, |invoice| {
			invoice.state = InvoiceState::Accepted;
			// Due long ago, whatever the days of grace.
			invoice.due = 0;
		});

		#[extrinsic_call]
		_(RawOrigin::Signed(it.arbiter_account.clone()), it.seller, number);

		assert!(it.invoice(number).bill.subtotals.iter().all(|tax| tax.taken == tax.vat));
	}

	#[benchmark]
	fn set_till() {
		let it = parties::<T>();
		let key: T::AccountId = account("till", 0, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(it.seller_account.clone()), 1, key, next_block::<T>());

		assert!(Tills::<T>::contains_key(it.seller, 1));
	}

	#[benchmark]
	fn remove_till() {
		let it = parties::<T>();
		it.set_till(account("till", 0, 0));

		#[extrinsic_call]
		_(RawOrigin::Signed(it.seller_account.clone()), 1);

		assert!(!Tills::<T>::contains_key(it.seller, 1));
	}

	#[benchmark]
	fn add_room() {
		let it = parties::<T>();
		// Worst case: a ticket is changed.
		let footprint = Pallet::<T>::room_footprint(20);
		T::RoomDeposit::ensure_successful(&it.seller_account, footprint);

		#[extrinsic_call]
		_(RawOrigin::Signed(it.seller_account.clone()), it.seller, 10);

		assert_eq!(Pallet::<T>::book(it.seller).room, 20);
	}

	#[benchmark]
	fn remove_room() {
		let it = parties::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(it.seller_account.clone()), it.seller, 5);

		assert_eq!(Pallet::<T>::book(it.seller).room, 5);
	}

	#[benchmark]
	fn prune() {
		let it = parties::<T>();
		let number = it.paid(Settlement::Direct);
		let removal = it.invoice(number).removal.expect("what was paid is to be removed");
		T::BenchmarkHelper::set_day(removal);

		#[extrinsic_call]
		_(RawOrigin::Signed(it.arbiter_account.clone()), it.seller, number);

		assert!(Pallet::<T>::invoice(it.seller, number).is_none());
	}

	#[benchmark]
	fn prune_quotes(n: Linear<0, 1_000>) {
		let caller: T::AccountId = account("caller", 0, 0);
		let block = use_quotes::<T>(n);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), block, n);

		assert!(Quotes::<T>::iter_key_prefix(block).next().is_none());
	}

	#[benchmark]
	fn idle() {
		T::BenchmarkHelper::set_day(TODAY);
		AgendaCursor::<T>::put(TODAY + 1);
		QuoteCursor::<T>::put(System::<T>::block_number());
		let mut meter = WeightMeter::new();

		#[block]
		{
			Pallet::<T>::work_off(&mut meter);
		}

		assert_eq!(AgendaCursor::<T>::get(), Some(TODAY + 1));
	}

	#[benchmark]
	fn idle_step() {
		T::BenchmarkHelper::set_day(TODAY);
		AgendaCursor::<T>::put(TODAY);
		let mut meter = WeightMeter::new();

		#[block]
		{
			Pallet::<T>::work_off_agenda(&mut meter);
		}

		assert_eq!(AgendaCursor::<T>::get(), Some(TODAY + 1));
	}

	#[benchmark]
	fn idle_invoice() {
		let it = parties::<T>();
		// Worst case: a release.
		let number = it.paid(it.escrow());
		let day = TODAY + Day::from(DAYS);
		T::BenchmarkHelper::set_day(day);
		let due: Vec<_> = Agenda::<T>::iter_key_prefix(day).collect();
		assert_eq!(due, [it.id(number)]);

		#[block]
		{
			Pallet::<T>::take_up(day, it.id(number));
		}

		assert_eq!(it.invoice(number).escrowed, 0);
	}

	#[benchmark]
	fn idle_quote() {
		let block = use_quotes::<T>(1);

		#[block]
		{
			Pallet::<T>::forget_quotes_of(block, 1);
		}

		assert!(Quotes::<T>::iter_key_prefix(block).next().is_none());
	}

	impl_benchmark_test_suite!(Pallet, mock::benchmark_state(), mock::Test);
}
