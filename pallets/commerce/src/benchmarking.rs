//! Worst cases: as many payers as there can be, all of whom get something, as many tax codes, buyer
//! and seller both registered and with long books. Every benchmark builds its own parties, whatever
//! the genesis.

use crate::{migrations::PastMoney, *};
use alloc::vec::Vec;
use frame::{
	benchmarking::prelude::*,
	deps::frame_support::weights::WeightMeter,
	traits::{Consideration, Zero},
};
use frame_system::Pallet as System;
use ourledger_primitives::{
	invoice::{
		Amounts, Change, Delivery, InvoiceNumber, Lines, Note, NotePart, Payer, Prices, Quote,
		Sale, SaleItem, SaleLevy, Settlement, Zigzag, MAX_CODES, MAX_LINES, MAX_PAYERS,
	},
	money::{CurrencyId, Day, Kept, LocalMoney},
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

/// Lines of a note: as they were and as they remain.
const NOTE_LINES: u32 = 2 * MAX_LINES;

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
	/// Of the first code, the others being under reverse charge; none if it isn't taxed by line.
	lines: u32,
}

/// Parties who pay each other in a dear currency.
fn parties<T: Config>() -> Parties<T> {
	parties_with(T::Money::create(), 0)
}

/// Parties whose sales have so many lines: with some, each is taxed by itself.
fn parties_with<T: Config>(currency: CurrencyId, lines: u32) -> Parties<T> {
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
fn lines_of(amount: Balance, count: u32) -> Lines {
	let count = Balance::from(count);
	let line = |place| (amount / count + if place == 0 { amount % count } else { 0 }) as i128;
	Lines::truncate_from((0..count).map(line).map(Zigzag::from).collect())
}

impl<T: Config> Parties<T> {
	/// Of `amount` for each of `n` codes: VAT first, then levies on it, then withholdings.
	fn sale(&self, amount: Balance, n: u32) -> Sale {
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
	fn largest(&self) -> Sale {
		self.sale(NET, MAX_CODES)
	}

	/// A note that leaves a tenth of it.
	fn note(&self) -> Note {
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
			writer: Writer::Seller,
		};
		Pallet::<T>::do_issue(self.seller, Some(self.buyer), terms, &self.largest())
			.expect("a registered seller with room can issue");
		number
	}

	fn id(&self, number: InvoiceNumber) -> InvoiceId {
		(self.seller, number)
	}

	/// An account with money.
	fn stranger(&self, index: u32) -> T::AccountId {
		let payer: T::AccountId = account("payer", index, 0);
		// Whoever is a twin exists, and can be paid.
		T::Twins::register(payer.clone());
		T::Money::mint(self.currency, &payer, PURSE);
		payer
	}

	fn pay(&self, number: InvoiceNumber, amount: Option<Balance>) {
		let (payer, id) = (self.buyer_account.clone(), self.id(number));
		Pallet::<T>::do_pay(payer, id, amount, true).expect("an account with money can pay");
	}

	/// As if the others had paid an equal part each of what the buyer has. Others pay all or nothing,
	/// so it takes an arbiter's decision each time to come to this.
	fn spread(&self, number: InvoiceNumber, accounts: Vec<T::AccountId>) {
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
	fn paid(&self, settlement: Settlement) -> InvoiceNumber {
		let number = self.issue(settlement);
		self.pay(number, None);
		let strangers = (1..MAX_PAYERS).map(|index| self.stranger(index));
		let buyer = [self.buyer_account.clone()];
		self.spread(number, buyer.into_iter().chain(strangers).collect());
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

	/// Let a note wait.
	fn wait(&self, number: InvoiceNumber) {
		let left = T::Tax::remainder(&self.invoice(number).bill, &self.note());
		let left = left.expect("it takes back what is there");
		self.change(number, |invoice| {
			invoice.note = Some(WaitingNote { left, document: [2; 32] });
		});
	}

	/// Let the buyer bill itself, by a consent that `account` has paid for.
	fn allow(&self, account: T::AccountId) {
		T::ConsentDeposit::ensure_successful(&account, Pallet::<T>::consent_footprint());
		let ticket = T::ConsentDeposit::new(&account, Pallet::<T>::consent_footprint());
		let ticket = ticket.expect("it can pay");
		let consent = Consent { until: TODAY, objection: Some(14), payer: account, ticket };
		SelfBilling::<T>::insert(self.seller, self.buyer, consent);
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
struct OfToday<T>(PhantomData<T>);

impl<T: Config> PastMoney for OfToday<T> {
	fn kept_since(currency: CurrencyId, amount: Balance, _: Day) -> Result<Kept, DispatchError> {
		T::Money::keep(currency, amount)
	}
}

#[benchmarks]
mod benches {
	use super::*;
	use crate::migrations::{
		self,
		aged::{old_invoice, old_note},
	};
	use frame::deps::frame_support::storage::unhashed;

	#[benchmark]
	fn issue(n: Linear<1, MAX_CODES>, l: Linear<0, MAX_LINES>) {
		let it = parties_with::<T>(T::Money::create(), l);
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

	/// What is booked, and put on the agenda, if nothing is to be paid of as many codes as there can be.
	#[benchmark]
	fn nothing() {
		let it = parties::<T>();
		let number = it.issue(Settlement::Direct);
		let id = it.id(number);
		let mut invoice = it.invoice(number);
		let bill = &mut invoice.bill;
		bill.gross = 0;
		bill.subtotals.iter_mut().for_each(|it| it.vat = 0);
		bill.levies.iter_mut().for_each(|it| it.tax = 0);
		bill.withheld.iter_mut().for_each(|it| it.tax = 0);
		let trade = invoice.trade(id);

		#[block]
		{
			T::Tax::book_issue(&trade, &mut invoice.bill).expect("nothing stops it");
			Pallet::<T>::close_if_settled(id, &mut invoice);
		}

		assert_eq!(invoice.state, InvoiceState::Closed(TODAY));
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
		it.pay(number, Some(it.gross(number) / 2));
		it.spread(number, (1..MAX_PAYERS).map(|index| it.stranger(index)).collect());

		#[extrinsic_call]
		_(RawOrigin::Signed(it.buyer_account.clone()), it.seller, number, None, true);

		assert_eq!(it.invoice(number).state, InvoiceState::Closed(TODAY));
	}

	#[benchmark]
	fn sell(n: Linear<1, MAX_CODES>, l: Linear<0, MAX_LINES>) {
		let it = parties_with::<T>(T::Money::create_plain(), l);
		let (quote, signature) = it.quote(n);
		// Whoever signs a transaction has been looked up, and will be written, for its sake.
		let signer = frame_system::Account::<T>::hashed_key_for(&it.buyer_account);
		frame::benchmarking::prelude::add_to_whitelist(signer.into());
		let weight = T::WeightInfo::sell(quote.sale.codes(), quote.sale.lines());
		assert_eq!(Pallet::<T>::plain_weight_of(&quote), Some(weight));

		#[extrinsic_call]
		_(RawOrigin::Signed(it.buyer_account.clone()), quote, signature, true);

		assert_eq!(it.invoice(1).state, InvoiceState::Closed(TODAY));
	}

	/// In a dear currency, in which all owe demurrage.
	#[benchmark]
	fn sell_dear(n: Linear<1, MAX_CODES>, l: Linear<0, MAX_LINES>) {
		let it = parties_with::<T>(T::Money::create(), l);
		let (quote, signature) = it.quote(n);

		#[extrinsic_call]
		sell(RawOrigin::Signed(it.buyer_account.clone()), quote, signature, true);

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
	fn credit_note(l: Linear<0, NOTE_LINES>) {
		// As they were and as they remain.
		let it = parties_with::<T>(T::Money::create(), l / 2);
		let number = it.paid(Settlement::Direct);
		let (note, before) = (it.note(), it.gross(number));

		#[extrinsic_call]
		_(RawOrigin::Signed(it.seller_account.clone()), number, note, [2; 32]);

		assert!(it.gross(number) < before / 9);
	}

	#[benchmark]
	fn cover_note() {
		let it = parties::<T>();
		let number = it.paid(Settlement::Direct);
		let before = it.gross(number);
		it.wait(number);

		#[extrinsic_call]
		_(RawOrigin::Signed(it.buyer_account.clone()), it.seller, number, PURSE);

		assert_eq!(it.gross(number), before / 10);
	}

	#[benchmark]
	fn withdraw_note() {
		let it = parties::<T>();
		let number = it.paid(Settlement::Direct);
		it.wait(number);

		#[extrinsic_call]
		_(RawOrigin::Signed(it.seller_account.clone()), number);

		assert!(it.invoice(number).note.is_none());
	}

	#[benchmark]
	fn self_bill(n: Linear<1, MAX_CODES>, l: Linear<0, MAX_LINES>) {
		let it = parties_with::<T>(T::Money::create(), l);
		it.allow(it.seller_account.clone());
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
	fn allow_self_billing() {
		let it = parties::<T>();
		// Worst case: the deposit of another account goes back.
		it.allow(it.arbiter_account.clone());
		let footprint = Pallet::<T>::consent_footprint();
		T::ConsentDeposit::ensure_successful(&it.seller_account, footprint);

		#[extrinsic_call]
		_(RawOrigin::Signed(it.seller_account.clone()), it.buyer, TODAY, Some(14));

		let consent = SelfBilling::<T>::get(it.seller, it.buyer).expect("it was just given");
		assert_eq!(consent.payer, it.seller_account);
	}

	#[benchmark]
	fn end_self_billing() {
		let it = parties::<T>();
		it.allow(it.arbiter_account.clone());

		#[extrinsic_call]
		_(RawOrigin::Signed(it.seller_account.clone()), it.seller, it.buyer);

		assert!(!SelfBilling::<T>::contains_key(it.seller, it.buyer));
	}

	#[benchmark]
	fn withdraw_cancel() {
		let it = parties::<T>();
		let number = it.paid(it.escrow());
		it.change(number, |invoice| {
			invoice.state = InvoiceState::Accepted;
			invoice.cancel = Some(it.buyer);
		});

		#[extrinsic_call]
		_(RawOrigin::Signed(it.buyer_account.clone()), it.seller, number);

		assert_eq!(it.invoice(number).cancel, None);
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
		T::BenchmarkHelper::set_day(TODAY + Day::from(DAYS) + 1);

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
		_(RawOrigin::Signed(caller), n);

		assert!(Quotes::<T>::iter_key_prefix(tick).next().is_none());
	}

	#[benchmark]
	fn idle() {
		T::BenchmarkHelper::set_day(TODAY);
		AgendaCursor::<T>::put(TODAY + 1);
		let tick = T::BlockNumberProvider::current_block_number();
		QuoteCursor::<T>::put(Cursor { tick, after: None });
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
		let day = TODAY + Day::from(DAYS) + 1;
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
		let mut cursor = Cursor { tick, after: None };

		#[block]
		{
			Pallet::<T>::forget_quotes_at(&mut cursor, 1);
		}

		assert!(Quotes::<T>::iter_key_prefix(tick).next().is_none());
	}

	#[benchmark]
	fn migrate_consent() {
		let it = parties::<T>();
		let key = SelfBilling::<T>::hashed_key_for(it.seller, it.buyer);
		unhashed::put(&key, &TODAY);

		#[block]
		{
			migrations::migrate_consent::<T>(&key);
		}

		let consent = Pallet::<T>::self_billing(it.seller, it.buyer);
		assert_eq!(consent.map(|it| it.until), Some(TODAY));
	}

	#[benchmark]
	fn migrate_invoice() {
		let it = parties::<T>();
		let number = it.paid(it.escrow());
		let key = Invoices::<T>::hashed_key_for(it.seller, number);
		let mut old = old_invoice::<T>(&it.invoice(number), TODAY);
		let taken = it.codes.vat.iter().map(|code| (*code, NET as i128 / 2)).collect::<Vec<_>>();
		old.note = Some(old_note(old.bill.prices, &taken, 0));
		old.cancel = Some(it.buyer);
		unhashed::put(&key, &old);

		#[block]
		{
			migrations::migrate_invoice::<T, OfToday<T>>(&key);
		}

		let invoice = it.invoice(number);
		assert!(invoice.note.is_some() && invoice.cancel.is_none());
	}

	impl_benchmark_test_suite!(Pallet, mock::benchmark_state(), mock::Test);
}
