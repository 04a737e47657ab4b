use crate::{mock::*, *};
use frame::{testing_prelude::*, traits::fungible::Mutate};

/// The event of a block.
fn told(author: Option<AccountId>, to_author: Balance, to_treasury: Balance) -> [Event<Test>; 1] {
	[Event::Shared { author, to_author, to_treasury }]
}

/// What treasury and an account got beyond what they had.
fn got(author: AccountId, had: Balance) -> (Balance, Balance) {
	(has(TREASURY) - DEPOSIT, has(author) - had)
}

#[test]
fn half_of_the_fees_is_the_treasurys_and_the_rest_with_all_tips_the_authors() {
	execute(|| {
		pay(ALICE, 100, 7);
		pay(BOB, 60, 0);
		finish();
		assert_eq!(got(AUTHOR, DEPOSIT), (80, 87));
		assert_eq!(shared(), told(Some(AUTHOR), 87, 80));
	});
}

#[test]
fn accounts_are_told_of_once_per_block() {
	execute(|| {
		for _ in 0..5 {
			pay(ALICE, 100, 1);
		}
		events();
		finish();
		let deposit =
			|who, amount| RuntimeEvent::from(pallet_balances::Event::Deposit { who, amount });
		let [shared] = told(Some(AUTHOR), 255, 250);
		assert_eq!(events(), [deposit(AUTHOR, 255), deposit(TREASURY, 250), shared.into()]);
	});
}

#[test]
fn fees_are_rounded_once_per_block() {
	execute(|| {
		// One by one, the treasury would get 1 of each.
		for _ in 0..3 {
			pay(ALICE, 3, 0);
		}
		finish();
		assert_eq!(got(AUTHOR, DEPOSIT), (4, 5));
	});
}

#[test]
fn the_odd_unit_is_the_authors() {
	for (fee, public, own) in [(1, 0, 1), (2, 1, 1), (3, 1, 2)] {
		execute(|| {
			pay(ALICE, fee, 0);
			finish();
			assert_eq!(got(AUTHOR, DEPOSIT), (public, own));
			assert_eq!(shared(), told(Some(AUTHOR), own, public));
		});
	}
}

#[test]
fn a_tip_alone_is_all_the_authors() {
	execute(|| {
		pay(ALICE, 0, 9);
		finish();
		assert_eq!(got(AUTHOR, DEPOSIT), (0, 9));
		assert_eq!(shared(), told(Some(AUTHOR), 9, 0));
	});
}

#[test]
fn without_a_known_author_all_is_the_treasurys() {
	execute(|| {
		MadeBy::set(None);
		pay(ALICE, 101, 7);
		finish();
		assert_eq!(got(AUTHOR, DEPOSIT), (108, 0));
		assert_eq!(shared(), told(None, 0, 108));
	});
}

#[test]
fn an_author_without_account_gets_what_makes_one_or_nothing() {
	for (fee, tip, gets) in [
		(2 * DEPOSIT, 0, true),
		// 19, of which 10 are the author's.
		(2 * DEPOSIT - 1, 0, true),
		(2 * DEPOSIT - 2, 0, false),
		(2 * DEPOSIT - 2, 1, true),
		(0, DEPOSIT, true),
		(0, DEPOSIT - 1, false),
	] {
		execute(|| {
			MadeBy::set(Some(NEWCOMER));
			pay(ALICE, fee, tip);
			finish();
			let own = fee - fee / 2 + tip;
			assert_eq!(gets, own >= DEPOSIT);
			let (public, own) = if gets { (fee / 2, own) } else { (fee + tip, 0) };
			assert_eq!(got(NEWCOMER, 0), (public, own), "{fee} and {tip}");
			assert_eq!(System::account_exists(&NEWCOMER), gets);
			assert_eq!(shared(), told(Some(NEWCOMER), own, public));
		});
	}
}

/// It exists for another reason than money: what counts is the balance.
#[test]
fn an_account_without_balance_is_as_none() {
	for (tip, gets) in [(DEPOSIT, true), (DEPOSIT - 1, false)] {
		execute(|| {
			System::inc_providers(&NEWCOMER);
			MadeBy::set(Some(NEWCOMER));
			pay(ALICE, 0, tip);
			finish();
			assert_eq!(has(NEWCOMER), if gets { tip } else { 0 });
		});
	}
}

#[test]
fn an_author_with_an_account_gets_however_little() {
	execute(|| {
		assert_eq!(has(AUTHOR), DEPOSIT);
		pay(ALICE, 1, 0);
		finish();
		assert_eq!(has(AUTHOR), DEPOSIT + 1);
	});
}

#[test]
fn an_author_who_has_left_by_the_end_of_the_block_is_as_a_newcomer() {
	for (tip, gets) in [(DEPOSIT, true), (DEPOSIT - 1, false)] {
		execute(|| {
			pay(ALICE, 0, tip);
			leave(AUTHOR, BOB);
			finish();
			assert_eq!(has(AUTHOR), if gets { tip } else { 0 });
			assert_eq!(has(TREASURY), if gets { DEPOSIT } else { DEPOSIT + tip });
		});
	}
}

#[test]
fn the_treasury_may_be_the_author() {
	execute(|| {
		MadeBy::set(Some(TREASURY));
		pay(ALICE, 101, 7);
		finish();
		assert_eq!(has(TREASURY), DEPOSIT + 108);
		assert_eq!(shared(), told(Some(TREASURY), 58, 50));
	});
}

#[test]
fn who_pays_may_be_the_author() {
	execute(|| {
		MadeBy::set(Some(ALICE));
		pay(ALICE, 100, 7);
		finish();
		assert_eq!((has(ALICE), has(TREASURY)), (ENDOWMENT - 50, DEPOSIT + 50));
	});
}

#[test]
fn what_the_treasury_cannot_receive_is_burned_and_told() {
	for (fee, burned) in [(2 * DEPOSIT - 1, DEPOSIT - 1), (2 * DEPOSIT, 0)] {
		execute(|| {
			leave(TREASURY, BOB);
			let issued = Balances::total_issuance();
			pay(ALICE, fee, 0);
			events();
			finish();
			assert_eq!(Balances::total_issuance(), issued - burned);
			assert_eq!(has(TREASURY), fee / 2 - burned);
			let of_it = pallet_balances::Event::BurnedDebt { amount: burned };
			let events = events();
			assert_eq!(events.contains(&of_it.into()), burned > 0);
			let [told] = told(Some(AUTHOR), fee - fee / 2, fee / 2 - burned);
			assert_eq!(events.last(), Some(&told.into()));
		});
	}
}

#[test]
fn what_was_shared_is_gone() {
	execute(|| {
		pay(ALICE, 100, 7);
		finish();
		assert_eq!(gathered(), None);
		events();
		finish();
		assert!(events().is_empty());
		// The next block begins at nothing.
		pay(BOB, 10, 0);
		assert_eq!(gathered(), Some((10, 0)));
		finish();
		assert_eq!(got(AUTHOR, DEPOSIT), (55, 62));
	});
}

#[test]
fn a_block_sets_the_weight_of_its_end_aside() {
	execute(|| {
		assert_eq!(Fees::on_initialize(1), <() as WeightInfo>::share());
		assert_eq!(gathered(), None);
	});
}

#[test]
fn all_there_is_can_be_paid_in_one_block() {
	execute(|| {
		let most = u64::MAX - Balances::total_issuance();
		assert_ok!(Balances::mint_into(&ALICE, most));
		pay(ALICE, most - 1, 1);
		finish();
		assert_eq!(got(AUTHOR, DEPOSIT), ((most - 1) / 2, most - (most - 1) / 2));
	});
}
