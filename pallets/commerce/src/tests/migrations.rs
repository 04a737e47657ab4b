//! From version 1: entries as they were, made of what calls left behind.

use crate::{
	migrations::{aged::*, v1::*, *},
	mock::*,
	*,
};
use codec::Encode;
use frame::{
	deps::{
		frame_support::{
			migrations::{SteppedMigration, SteppedMigrationError},
			storage::unhashed,
			traits::OnRuntimeUpgrade,
			weights::WeightMeter,
		},
		sp_io,
	},
	testing_prelude::*,
};
use ourledger_primitives::{
	invoice::{Amounts, InvoiceNumber, Prices, SaleItem, Settlement},
	money::{CurrencyId, Day, Kept},
};

type Whole = ToV2<Test, Past>;

parameter_types! {
	pub static UpgradeLimit: Weight = Weight::MAX;
	/// What past money can't be kept as.
	pub static Forgotten: bool = false;
}

/// A minor unit is ten units more on each day.
struct Past;

impl PastMoney for Past {
	fn kept_since(_: CurrencyId, amount: Balance, since: Day) -> Result<Kept, DispatchError> {
		ensure!(!Forgotten::get(), DispatchError::Corruption);
		let index = 1_000 - 10 * u128::from(START - since);
		Ok(Kept { nominal: amount, units: (amount * index).into() })
	}
}

fn begin() -> Weight {
	UpgradeLimit::set(Weight::MAX);
	BeginToV2::<Test, Past, UpgradeLimit>::on_runtime_upgrade()
}

fn stored(number: InvoiceNumber) -> Vec<u8> {
	Invoices::<Test>::hashed_key_for(SELLER, number)
}

/// Let an invoice be as version 1 had it, all of whose payers paid today.
fn age(number: InvoiceNumber, change: impl FnOnce(&mut OldInvoice<AccountId>)) {
	let mut old = old_invoice::<Test>(&invoice(number), START);
	change(&mut old);
	unhashed::put(&stored(number), &old);
}

fn age_state() {
	age_state_and(|_| ());
}

/// Let everything be as version 1 had it, but for what `change` makes of each invoice.
fn age_state_and(change: impl Fn(&mut OldInvoice<AccountId>)) {
	for number in Invoices::<Test>::iter_key_prefix(SELLER).collect::<Vec<_>>() {
		age(number, &change);
	}
	if let Some(Cursor { tick, .. }) = QuoteCursor::<Test>::get() {
		unhashed::put(&QuoteCursor::<Test>::hashed_key(), &tick);
	}
	StorageVersion::new(1).put::<crate::Pallet<Test>>();
	events();
}

/// All keys and values.
fn whole_state() -> Vec<(Vec<u8>, Option<Vec<u8>>)> {
	let next = |key: &Vec<u8>| sp_io::storage::next_key(key);
	let keys = std::iter::successors(next(&Vec::new()), next);
	keys.map(|key| (key.clone(), unhashed::get_raw(&key))).collect()
}

fn old_consent(seller: u64, buyer: u64, until: Day) {
	unhashed::put(&SelfBilling::<Test>::hashed_key_for(seller, buyer), &until);
}

/// Invoices of every kind, none of them asked to be cancelled.
fn every_kind() -> Vec<InvoiceOf<Test>> {
	let direct = Settlement::Direct;
	issue(1_000, direct);
	issue(1_000, direct);
	assert_ok!(pay(Bob, 2, Some(300)));
	accept(issue(1_000, direct));
	assert_ok!(Commerce::reject(signed(Bob), SELLER, issue(1_000, direct)));
	assert_ok!(Commerce::cancel(signed(Alice), SELLER, issue(1_000, direct)));
	assert_ok!(pay(Bob, issue(1_000, direct), None));
	// In escrow: nothing, a part, all, under dispute, released.
	issue(1_000, ESCROW);
	assert_ok!(pay(Bob, issue(1_000, ESCROW), Some(300)));
	assert_ok!(pay(Bob, issue(1_000, ESCROW), None));
	assert_ok!(pay(Dave, issue(1_000, ESCROW), None));
	assert_ok!(Commerce::dispute(signed(Bob), SELLER, 10, [1; 32]));
	assert_ok!(pay(Bob, issue(1_000, ESCROW), None));
	assert_ok!(Commerce::confirm(signed(Bob), SELLER, 11));
	// Under reverse charge; with a tip, to a stranger; to be delivered; by line.
	let reverse = sale_of(Prices::Net, &[(REVERSE, 1_000)], 0);
	assert_ok!(issue_as(Some(BUYER), reverse, direct, false));
	assert_ok!(issue_as(None, sale_of(Prices::Gross, &[(VAT, 115), (ZERO, 5)], 7), direct, false));
	assert_ok!(issue_as(Some(BUYER), net(10), ESCROW, true));
	assert_ok!(Commerce::deliver(signed(Alice), SELLER, 14));
	assert_ok!(sell(Eve, quote(1, 1, net(10)), Ferdie));
	(1..=15).map(invoice).collect()
}

#[test]
fn invoices_of_every_kind_stay_what_they_are() {
	build_and_execute(|| {
		let before = every_kind();
		let (agenda, cursor) = (Agenda::<Test>::iter().count(), QuoteCursor::<Test>::get());
		assert!(cursor.is_some() && agenda > 0);
		age_state();
		assert_eq!(Commerce::invoice(SELLER, 1), None, "it can't be read");

		begin();
		check_invariants();
		for (number, before) in (1..).zip(before) {
			assert_eq!(invoice(number), before, "{number}");
		}
		assert_eq!((Agenda::<Test>::iter().count(), QuoteCursor::<Test>::get()), (agenda, cursor));
		assert_eq!(events(), []);
		assert_eq!(StorageVersion::get::<crate::Pallet<Test>>(), 2);
	});
}

#[test]
fn what_is_migrated_can_be_used() {
	build_and_execute(|| {
		every_kind();
		age_state();
		begin();
		// Paid, released by its deadline, decided, credited, forgotten.
		assert_ok!(pay(Bob, 1, None));
		assert_ok!(pay(Bob, 2, None));
		assert_ok!(Commerce::resolve(signed(Charlie), SELLER, 10, 150, [2; 32]));
		assert_ok!(credit_note(6, 400));
		let day = invoice(9).release.expect("all of it waits");
		set_day(day);
		idle(1_000);
		assert_eq!((invoice(9).escrowed, invoice(9).state), (0, InvoiceState::Closed(day)));
		assert_eq!(invoice(9).payers[0].paid, 1_150);
		System::set_block_number(100);
		idle(1_000);
		assert_eq!(Quotes::<Test>::iter().count(), 0);
	});
}

#[test]
fn what_waits_is_whose_it_came_back_to_and_of_that_day() {
	build_and_execute(|| {
		// Of 1,150 Bob, Eve and Dave paid, in this order; what waits is the newest.
		let shares = |escrowed: Balance| {
			let number = issue(1_000, ESCROW);
			assert_ok!(pay(Bob, number, None));
			age(number, |old| {
				let payer = |(who, paid, since)| OldPayer { account: id(who), paid, since };
				let payers = [(Bob, 400, START - 9), (Eve, 250, START - 1), (Dave, 100, START - 5)];
				old.payers = BoundedVec::truncate_from(payers.map(payer).to_vec());
				(old.bill.paid, old.escrowed) = (750 - escrowed, escrowed);
			});
			migrate_invoice::<Test, Past>(&stored(number));
			let payers = invoice(number).payers.into_iter();
			let share = |it: ourledger_primitives::invoice::Payer<AccountId>| {
				(it.paid, it.kept.nominal, it.kept.units.as_u128())
			};
			payers.map(share).collect::<Vec<_>>()
		};
		let whole = [(0, 400, 364_000), (0, 250, 247_500), (0, 100, 95_000)];
		assert_eq!(shares(750), whole);
		assert_eq!(shares(300), [(400, 0, 0), (50, 200, 198_000), (0, 100, 95_000)]);
		assert_eq!(shares(60), [(400, 0, 0), (250, 0, 0), (40, 60, 57_000)]);
		assert_eq!(shares(0), [(400, 0, 0), (250, 0, 0), (100, 0, 0)]);
		// As if it had come in today, if what then was is lost.
		Forgotten::set(true);
		assert_eq!(shares(60)[2], (40, 60, 60_000));
		Forgotten::set(false);
		for number in 1..=5 {
			Invoices::<Test>::remove(SELLER, number);
		}
		let released = Agenda::<Test>::iter_keys().collect::<Vec<_>>();
		released.into_iter().for_each(|(day, id)| Agenda::<Test>::remove(day, id));
		Books::<Test>::mutate(SELLER, |book| book.open -= 5);
	});
}

#[test]
fn a_request_to_cancel_ends() {
	build_and_execute(|| {
		accept(issue(1_000, Settlement::Direct));
		issue(1_000, Settlement::Direct);
		assert_ok!(pay(Bob, 2, Some(100)));
		// What was asked for may have been followed by anything, a payment too.
		age_state_and(|old| old.cancel = Some(BUYER));
		begin();
		let withdrawn = |number| Event::CancelWithdrawn { invoice: invoice_id(number), by: BUYER };
		let mut told = events();
		told.sort_by_key(|event| event.encode());
		assert_eq!(told, [withdrawn(1), withdrawn(2)]);
		assert_eq!([1, 2].map(|number| invoice(number).cancel), [None, None]);
		// One alone can't cancel what both agreed upon.
		assert_ok!(Commerce::cancel(signed(Alice), SELLER, 1));
		assert_eq!(invoice(1).state, InvoiceState::Accepted);
	});
}

#[test]
fn notes_on_lines_that_nobody_knows_are_rounded_per_code() {
	build_and_execute(|| {
		PerLine::set(true);
		let item = SaleItem { code: VAT, amounts: Amounts::Lines(lines(&[500, 503])) };
		let mut sale = net(0);
		sale.items = BoundedVec::truncate_from(vec![item]);
		assert_ok!(issue_as(Some(BUYER), sale, Settlement::Direct, false));
		assert_ok!(pay(Bob, 1, None));
		assert_eq!(invoice(1).bill.subtotals[0].vat, 150);
		age_state();
		begin();
		assert_eq!((invoice(1).bill.lines, invoice(1).bill.vat()), (None, 150));
		assert_ok!(credit_note(1, 503));
		assert_eq!((invoice(1).bill.net(), invoice(1).bill.vat()), (500, 75));
	});
}

#[test]
fn a_waiting_note_keeps_what_it_leaves() {
	build_and_execute(|| {
		let sale = sale_of(Prices::Net, &[(VAT, 1_000), (ZERO, 1_000)], 9);
		assert_ok!(issue_as(Some(BUYER), sale, Settlement::Direct, false));
		assert_ok!(pay(Bob, 1, Some(860)));
		// The buyer has spent what it would lose.
		Credits::insert((MONEY, BUYER), 0);
		assert_ok!(credit_note(1, 1_000));
		let expected = invoice(1);
		assert!(expected.note.is_some());
		age_state_and(|old| old.note = Some(old_note(Prices::Net, &[(VAT, 1_000)], 0)));
		begin();
		assert_eq!(invoice(1), expected);
		assert_eq!(events(), []);
		assert_ok!(Commerce::cover_note(signed(Bob), SELLER, 1, 100));
		assert_eq!((invoice(1).note, invoice(1).bill.net()), (None, 1_000));
	});
}

#[test]
fn a_waiting_note_that_takes_what_isnt_there_is_withdrawn() {
	build_and_execute(|| {
		let number = issue(1_000, Settlement::Direct);
		age_state_and(|old| old.note = Some(old_note(Prices::Net, &[(VAT, 100)], 1)));
		begin();
		assert_eq!(events(), [Event::CreditNoteWithdrawn { invoice: invoice_id(number) }]);
		assert_eq!(invoice(number).note, None);
		assert_ok!(credit_note(number, 100));
	});
}

#[test]
fn a_consent_stays_without_a_deposit() {
	build_and_execute(|| {
		StorageVersion::new(1).put::<crate::Pallet<Test>>();
		old_consent(SELLER, BUYER, START);
		begin();
		assert_eq!((events(), held(HoldReason::Consent, Alice)), (vec![], 0));
		let consent = Commerce::self_billing(SELLER, BUYER).expect("it isn't over");
		assert_eq!((consent.until, consent.objection), (START, None));
		assert_eq!(consent.payer, id(Alice));

		// Changed, it takes one, and gives it back.
		assert_ok!(Commerce::allow_self_billing(signed(Alice), BUYER, START + 1, Some(3)));
		assert_eq!(held(HoldReason::Consent, Alice), PER_INVOICE);
		assert_ok!(Commerce::end_self_billing(signed(Alice), SELLER, BUYER));
		assert_eq!(held(HoldReason::Consent, Alice), 0);
	});
}

#[test]
fn a_consent_without_a_deposit_ends_like_any_other() {
	build_and_execute(|| {
		StorageVersion::new(1).put::<crate::Pallet<Test>>();
		old_consent(SELLER, BUYER, START);
		begin();
		set_day(START + 1);
		assert_ok!(Commerce::end_self_billing(signed(Eve), SELLER, BUYER));
		assert_eq!(SelfBilling::<Test>::iter().count(), 0);
	});
}

#[test]
fn consents_that_are_over_end() {
	build_and_execute(|| {
		StorageVersion::new(1).put::<crate::Pallet<Test>>();
		old_consent(SELLER, BUYER, START - 1);
		// A seller that isn't in the phonebook, and one whose account is gone.
		old_consent(9, BUYER, START);
		Phonebook::mutate(|twins| twins.push((id(Ferdie), true)));
		old_consent(4, BUYER, START);
		begin();
		let ended = |seller| Event::SelfBillingEnded { seller, buyer: BUYER };
		let mut told = events();
		told.sort_by_key(|event| event.encode());
		assert_eq!(told, [ended(SELLER), ended(4), ended(9)]);
		assert_eq!(SelfBilling::<Test>::iter().count(), 0);
	});
}

/// Enough for an entry, but not for two.
fn step() -> Result<Option<()>, SteppedMigrationError> {
	let limit = <() as WeightInfo>::migrate_invoice() * 2;
	Whole::step(None, &mut WeightMeter::with_limit(limit))
}

#[test]
fn a_step_at_a_time_comes_to_the_same() {
	let mut ends = Vec::new();
	for steps_before_it_fails in [None, Some(1), Some(5), Some(9)] {
		build_and_execute(|| {
			every_kind();
			age_state();
			old_consent(SELLER, BUYER, START);
			let mut steps = 0;
			while step().expect("there is enough weight").is_some() {
				steps += 1;
				// Half-migrated, nothing is touched.
				set_day(START + 1_000);
				assert_storage_noop!(idle(1_000));
				set_day(START);
				if steps_before_it_fails == Some(steps) {
					// What is begun again goes on.
					UpgradeLimit::set(<() as WeightInfo>::migrate_invoice());
					BeginToV2::<Test, Past, UpgradeLimit>::on_runtime_upgrade();
				}
			}
			assert!(steps > 9, "{steps}");
			assert_eq!(events(), []);
			check_invariants();
			ends.push(whole_state());
			set_day(START + 1_000);
			idle(1_000_000);
			assert_eq!(Invoices::<Test>::iter().count(), 11, "what is over is forgotten");
		});
	}
	build_and_execute(|| {
		every_kind();
		age_state();
		old_consent(SELLER, BUYER, START);
		begin();
		// Nor are there others': a deposit of nothing is told.
		assert_eq!(events(), []);
		ends.push(whole_state());
	});
	for pair in ends.windows(2) {
		assert_eq!(pair[0], pair[1]);
	}
}

#[test]
fn what_has_ended_does_nothing() {
	build_and_execute(|| {
		every_kind();
		age_state();
		begin();
		assert_storage_noop!(begin());
		assert_storage_noop!(assert_eq!(step(), Ok(None)));
	});
}

#[test]
fn too_little_weight_is_told() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		age_state();
		let step = |limit| Whole::step(None, &mut WeightMeter::with_limit(limit));
		let Err(SteppedMigrationError::InsufficientWeight { required }) = step(Weight::zero())
		else {
			panic!("it can't advance");
		};
		let less = required.saturating_sub(Weight::from_parts(1, 0));
		assert_storage_noop!(assert!(step(less).is_err()));
		assert!(step(required).is_ok());
		begin();
	});
}

/// What stands in the state of a chain of version 1.
#[test]
fn the_layout_of_version_1_is_known() {
	let payer = OldPayer { account: [7u8; 32], paid: 2, since: 3 };
	let mut bytes = [[7; 32].to_vec(), 2u128.encode(), 3u32.encode()].concat();
	assert_eq!(payer.encode(), bytes);

	bytes = [&[1, 0][..], &5i128.encode(), &[1], &6u128.encode(), &9u16.encode()].concat();
	let item = OldItem { code: 1, amount: 5, line_tax: Some(6), lines: 9 };
	assert_eq!(item.encode(), bytes);
}

#[cfg(feature = "try-runtime")]
mod checks {
	use super::*;

	#[test]
	fn checks_before_and_after_agree() {
		build_and_execute(|| {
			every_kind();
			age_state();
			let before = Whole::pre_upgrade().expect("all can be read");
			// Half-way, too.
			assert_ok!(step());
			assert_ok!(step());
			let half_way = Whole::pre_upgrade().expect("all can be read");
			assert_eq!(before, half_way);
			assert!(Whole::post_upgrade(before.clone()).is_err(), "it hasn't ended");
			type Begin = BeginToV2<Test, Past, UpgradeLimit>;
			assert_ok!(Begin::post_upgrade(before.clone()));
			begin();
			assert_ok!(Whole::post_upgrade(before.clone()));
			assert_ok!(Begin::post_upgrade(before));
		});
	}

	#[test]
	fn a_changed_amount_is_found() {
		build_and_execute(|| {
			every_kind();
			age_state();
			let before = Whole::pre_upgrade().expect("all can be read");
			begin();
			let sound = invoice(8);
			for change in [
				(|it: &mut InvoiceOf<Test>| it.payers[0].kept.nominal -= 1)
					as fn(&mut InvoiceOf<Test>),
				|it| it.escrowed -= 1,
				|it| it.bill.gross -= 1,
				|it| it.bill.subtotals[0].vat -= 1,
			] {
				let mut changed = sound.clone();
				change(&mut changed);
				Invoices::<Test>::insert(SELLER, 8, changed);
				let after = Whole::post_upgrade(before.clone());
				assert_eq!(after, Err("a migration changed amounts".into()));
			}
			Invoices::<Test>::remove(SELLER, 8);
			assert!(Whole::post_upgrade(before.clone()).is_err(), "one is missing");
			Invoices::<Test>::insert(SELLER, 8, sound);
			assert_ok!(Whole::post_upgrade(before));
		});
	}
}
