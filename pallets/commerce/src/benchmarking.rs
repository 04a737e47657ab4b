//! Worst cases: as many payers as there can be, all of whom get something, as many tax codes, buyer
//! and seller both registered and with long books. Every benchmark builds its own parties, whatever
//! the genesis.

use crate::*;
use alloc::vec::Vec;
use frame::{
	benchmarking::prelude::*,
	deps::frame_support::weights::WeightMeter,
	traits::{Consideration, Zero},
};
use frame_system::Pallet as System;
use ourledger_primitives::{
	invoice::{
		Delivery, InvoiceNumber, Prices, Quote, Sale, SaleItem, SaleLevy, Settlement, MAX_CODES,
		MAX_PAYERS,
	},
	money::{CurrencyId, Day, LocalMoney},
	tax::{BenchmarkCodes, JurisdictionId, TaxCode, TaxRules},
	twin::{TwinNumber, Twins},
	Balance,
};

/// Without tax, of each code of a sale: a multiple of ten.
const NET: Balance = 1_000_000;

/// Of each account: enough for every sale.
const PURSE: Balance = 1_000 * NET;

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
	codes: BenchmarkCodes,
}

/// Parties who pay each other in a dear currency.
fn parties<T: Config>() -> Parties<T> {
	parties_with(T::Money::create())
}

fn parties_with<T: Config>(currency: CurrencyId) -> Parties<T> {
	T::BenchmarkHelper::set_day(TODAY);
	let [seller_account, buyer_account, arbiter_account]: [T::AccountId; 3] =
		["seller", "buyer", "arbiter"].map(|name| account(name, 0, 0));
	let seller = T::Twins::register(seller_account.clone());
	let buyer = T::Twins::register(buyer_account.clone());
	let arbiter = T::Twins::register(arbiter_account.clone());
	let (jurisdiction, codes) = T::Tax::prepare(currency, seller, buyer);
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
	}
}

impl<T: Config> Parties<T> {
	/// Of `amount` for each of `n` codes: VAT first, then levies on it, then withholdings.
	fn sale(&self, amount: Balance, n: u32) -> Sale {
		let BenchmarkCodes { vat, levies, withholdings } = &self.codes;
		let n = n as usize;
		let item = |code: &TaxCode| SaleItem {
			code: *code,
			amount: amount as i128,
			line_tax: None,
			lines: 0,
		};
		let levy =
			|(code, on): (&TaxCode, &TaxCode)| SaleLevy { code: *code, on: *on, thousandths: 0 };
		let n_levies = n.saturating_sub(vat.len());
		let n_withheld = n_levies.saturating_sub(levies.len());
		let levies = levies.iter().zip(vat).take(n_levies).map(levy);
		Sale {
			prices: Prices::Net,
			items: BoundedVec::truncate_from(vat.iter().take(n).map(item).collect()),
			levies: BoundedVec::truncate_from(levies.collect()),
			withholdings: BoundedVec::truncate_from(
				withholdings.iter().take(n_withheld).copied().collect(),
			),
			tip: 0,
			evidence: None,
		}
	}

	/// With as many codes as there can be.
	fn largest(&self) -> Sale {
		self.sale(NET, MAX_CODES)
	}

	/// A note that leaves a tenth of it.
	fn note(&self) -> Sale {
		let levies = BoundedVec::new();
		let withholdings = BoundedVec::new();
		Sale { levies, withholdings, ..self.sale(NET - NET / 10, MAX_CODES) }
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
		Pallet::<T>::do_issue(self.seller, Some(self.buyer), terms, &self.largest())
			.expect("a registered seller with room can issue");
		number
	}

	fn id(&self, number: InvoiceNumber) -> InvoiceId {
		(self.seller, number)
	}

	/// An account with money: the buyer first.
	fn payer(&self, index: u32) -> T::AccountId {
		if index == 0 {
			return self.buyer_account.clone();
		}
		let payer: T::AccountId = account("payer", index, 0);
		// Whoever is a twin exists, and can be paid.
		T::Twins::register(payer.clone());
		T::Money::mint(self.currency, &payer, PURSE);
		payer
	}

	/// Let so many accounts pay equal parts; the last there can be pays the rest.
	fn pay_parts(&self, number: InvoiceNumber, count: u32) {
		let part = self.gross(number) / Balance::from(MAX_PAYERS);
		// Others pay a reverse charge only once the buyer has accepted.
		self.change(number, |invoice| invoice.state = InvoiceState::Accepted);
		for index in 0..count {
			let part = (index + 1 < MAX_PAYERS).then_some(part);
			Pallet::<T>::do_pay(self.payer(index), self.id(number), part)
				.expect("an account with money can pay");
		}
		if self.invoice(number).state == InvoiceState::Accepted && count == MAX_PAYERS {
			// As if it had not been accepted: then there is more that can be done.
			self.change(number, |invoice| invoice.state = InvoiceState::Issued);
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

	fn gross(&self, number: InvoiceNumber) -> Balance {
		self.invoice(number).bill.gross
	}

	fn change(&self, number: InvoiceNumber, how: impl FnOnce(&mut InvoiceOf<T>)) {
		let mut invoice = self.invoice(number);
		how(&mut invoice);
		Invoices::<T>::insert(self.seller, number, invoice);
	}

	/// What a till offers the buyer, with `n` codes, and its signature.
	fn quote(&self, n: u32) -> (Quote, T::Signature) {
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
	fn set_till(&self, key: T::AccountId) {
		Pallet::<T>::do_set_till(self.seller_account.clone(), 1, key, next_tick::<T>())
			.expect("a seller that can pay can set a till");
	}
}

/// The tick in which the call runs, at the latest: some runners move to block 1 after setting up.
fn next_tick<T: Config>() -> BlockNumberFor<T> {
	T::BlockNumberProvider::current_block_number().saturating_add(One::one())
}

/// Use so many quotes of the first tick, and let it be over.
fn use_quotes<T: Config>(count: u32) -> BlockNumberFor<T> {
	let it = parties::<T>();
	let number = it.paid(Settlement::Direct);
	let (tick, invoice) = (T::BlockNumberProvider::current_block_number(), it.invoice(number));
	// So late that the day of their removal is over, and has to be another.
	let removal = invoice.removal.expect("what was paid is to be removed");
	AgendaCursor::<T>::put(removal + 1);
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

#[benchmarks]
mod benches {
	use super::*;

	#[benchmark]
	fn issue(n: Linear<1, MAX_CODES>) {
		let it = parties::<T>();
		let (sale, escrow) = (it.sale(NET, n), it.escrow());

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

		assert_eq!(it.invoice(1).state, InvoiceState::Issued);
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
		let payer = it.payer(MAX_PAYERS - 1);

		#[extrinsic_call]
		_(RawOrigin::Signed(payer), it.seller, number, None);

		assert_eq!(it.invoice(number).state, InvoiceState::Closed(TODAY));
	}

	#[benchmark]
	fn sell(n: Linear<1, MAX_CODES>) {
		let it = parties_with::<T>(T::Money::create_plain());
		let (quote, signature) = it.quote(n);
		// Whoever signs a transaction has been looked up, and will be written, for its sake.
		let signer = frame_system::Account::<T>::hashed_key_for(&it.buyer_account);
		frame::benchmarking::prelude::add_to_whitelist(signer.into());
		assert_eq!(Pallet::<T>::weight_of(&quote), T::WeightInfo::sell(quote.sale.codes()));

		#[extrinsic_call]
		_(RawOrigin::Signed(it.buyer_account.clone()), quote, signature);

		assert_eq!(it.invoice(1).state, InvoiceState::Closed(TODAY));
	}

	/// In a dear currency, in which all owe demurrage.
	#[benchmark]
	fn sell_dear(n: Linear<1, MAX_CODES>) {
		let it = parties::<T>();
		let (quote, signature) = it.quote(n);

		#[extrinsic_call]
		sell(RawOrigin::Signed(it.buyer_account.clone()), quote, signature);

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
		let kept = it.gross(number) / 10;
		let to_buyer = it.gross(number) - kept;

		#[extrinsic_call]
		_(RawOrigin::Signed(it.arbiter_account.clone()), it.seller, number, to_buyer, [2; 32]);

		assert_eq!(it.invoice(number).bill.paid, kept);
	}

	#[benchmark]
	fn credit_note() {
		let it = parties::<T>();
		let number = it.paid(Settlement::Direct);
		let (note, before) = (it.note(), it.gross(number));

		#[extrinsic_call]
		_(RawOrigin::Signed(it.seller_account.clone()), number, note, [2; 32]);

		assert_eq!(it.gross(number), before / 10);
	}

	#[benchmark]
	fn cover_note() {
		let it = parties::<T>();
		let number = it.paid(Settlement::Direct);
		let (note, before) = (it.note(), it.gross(number));
		it.change(number, |invoice| {
			invoice.note = Some(WaitingNote { note, document: [2; 32] });
		});

		#[extrinsic_call]
		_(RawOrigin::Signed(it.buyer_account.clone()), it.seller, number, PURSE);

		assert_eq!(it.gross(number), before / 10);
	}

	#[benchmark]
	fn withdraw_note() {
		let it = parties::<T>();
		let number = it.paid(Settlement::Direct);
		let note = it.largest();
		it.change(number, |invoice| {
			invoice.note = Some(WaitingNote { note, document: [2; 32] });
		});

		#[extrinsic_call]
		_(RawOrigin::Signed(it.seller_account.clone()), number);

		assert!(it.invoice(number).note.is_none());
	}

	#[benchmark]
	fn self_bill(n: Linear<1, MAX_CODES>) {
		let it = parties::<T>();
		SelfBilling::<T>::insert(it.seller, it.buyer, TODAY);
		let (sale, escrow) = (it.sale(NET, n), it.escrow());

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

		assert_eq!(it.invoice(1).state, InvoiceState::Issued);
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

		let bill = it.invoice(number).bill;
		let mut kept = bill.subtotals.iter().filter(|tax| !tax.is_reverse());
		assert!(kept.all(|tax| tax.taken == tax.vat));
	}

	#[benchmark]
	fn set_till() {
		let it = parties::<T>();
		let key: T::AccountId = account("till", 0, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(it.seller_account.clone()), 1, key, next_tick::<T>());

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
	fn prune_quotes(n: Linear<0, 100>) {
		let caller: T::AccountId = account("caller", 0, 0);
		let tick = use_quotes::<T>(n);

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), tick, n);

		assert!(Quotes::<T>::iter_key_prefix(tick).next().is_none());
	}

	#[benchmark]
	fn idle() {
		T::BenchmarkHelper::set_day(TODAY);
		AgendaCursor::<T>::put(TODAY + 1);
		QuoteCursor::<T>::put(T::BlockNumberProvider::current_block_number());
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
		let tick = use_quotes::<T>(1);

		#[block]
		{
			Pallet::<T>::forget_quotes_of(tick, 1);
		}

		assert!(Quotes::<T>::iter_key_prefix(tick).next().is_none());
	}

	impl_benchmark_test_suite!(Pallet, mock::benchmark_state(), mock::Test);
}
