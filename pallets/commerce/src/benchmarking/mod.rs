//! Worst cases: as many payers as there can be, all of whom get something, as many tax codes, buyer
//! and seller both registered and with long books. Every benchmark builds its own parties, whatever
//! the genesis.

use crate::*;
use alloc::vec::Vec;
use frame::{
	benchmarking::prelude::*, deps::frame_support::weights::WeightMeter, traits::Consideration,
};
use ourledger_primitives::{
	invoice::{Delivery, Settlement, MAX_CODES, MAX_LINES},
	money::{Day, LocalMoney},
	tax::TaxRules,
};

mod parties;

use parties::*;

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
		let (conditions, sale) = (it.conditions(it.escrow()), it.sale(NET, n));

		#[extrinsic_call]
		_(RawOrigin::Signed(it.seller_account.clone()), Some(it.buyer), conditions, sale);

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
		T::BenchmarkHelper::set_day(TODAY + Day::from(DAYS));

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
		it.fill_books();

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
		T::BenchmarkHelper::set_day(TODAY + Day::from(DAYS));

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
		let (conditions, sale) = (it.conditions(it.escrow()), it.sale(NET, n));

		#[extrinsic_call]
		_(RawOrigin::Signed(it.buyer_account.clone()), it.seller, conditions, sale);

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
		T::BenchmarkHelper::set_day(TODAY + Day::from(DAYS));

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

	/// A dispute that nobody decided.
	#[benchmark]
	fn lapse() {
		let it = parties::<T>();
		let number = it.paid(it.escrow());
		let buyer = RawOrigin::Signed(it.buyer_account.clone());
		Pallet::<T>::dispute(buyer.into(), it.seller, number, [2; 32]).expect("it can be disputed");
		T::BenchmarkHelper::set_day(TODAY + Day::from(T::DisputeDays::get()) + 1);

		#[extrinsic_call]
		release(RawOrigin::Signed(it.arbiter_account.clone()), it.seller, number);

		assert_eq!((it.invoice(number).escrowed, it.invoice(number).bill.paid), (0, 0));
	}

	/// What is added to a note if its seller uses old credit.
	#[benchmark]
	fn charge() {
		let it = parties::<T>();
		let (currency, seller) = (it.currency, &it.seller_account);

		#[block]
		{
			let parts = (0..12).map(|months| (1_000, TODAY - 30 * months)).collect::<Vec<_>>();
			let kept = T::Money::kept_since(currency, &parts).expect("it exists");
			let lost = T::Money::demurrage(currency, &kept).expect("it exists");
			T::Money::pay_demurrage(currency, seller, seller, lost.max(1)).expect("it can pay");
		}

		assert!(T::Money::balance(currency, seller) < PURSE);
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
		// It is put on the agenda.
		old.state = InvoiceState::Disputed;
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
