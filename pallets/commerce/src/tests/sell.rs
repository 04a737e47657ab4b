//! `sell`, `set_till`, `remove_till` and `prune_quotes`.

use crate::{mock::*, *};
use frame::{
	deps::{
		sp_core::{ecdsa, Pair},
		sp_runtime::{
			traits::{BadOrigin, IdentifyAccount},
			MultiSigner, TokenError,
		},
	},
	testing_prelude::*,
};
use ourledger_primitives::invoice::{Prices, Quote, Sale, QUOTE_TAG};

fn shop(gross: i128) -> Sale {
	sale_of(Prices::Gross, &[(VAT, gross)], 0)
}

#[test]
fn sell_issues_collects_and_closes_in_one_step() {
	build_and_execute(|| {
		let offer = quote(1, 7, shop(230));
		assert_ok!(sell(Bob, offer.clone(), Ferdie));

		let receipt = Commerce::book(SELLER).receipt;
		assert_eq!(
			events(),
			[
				Event::InvoiceIssued {
					invoice: invoice_id(1),
					buyer: Some(BUYER),
					jurisdiction: TOWN,
					currency: MONEY,
					supply: START,
					net: 200,
					tax: 30,
					tip: 0,
					gross: 230,
					document: offer.document(),
					receipt,
					till: Some(1),
					reporting: Some((3, 2)),
				},
				Event::PaymentReceived {
					invoice: invoice_id(1),
					payer: id(Bob),
					amount: 230,
					to_seller: 200,
					to_treasury: 30,
					used: 0,
					credited: 30,
					charged: 0,
					escrowed: false,
					paid: 230,
					gross: 230,
				},
				Event::InvoiceClosed { invoice: invoice_id(1) },
			]
		);
		assert_eq!((money(Alice), money(Bob)), (ENDOWMENT + 200, ENDOWMENT - 230));
		assert_eq!((treasury(), credit_of(BUYER)), (30, 30));
		assert_eq!(invoice(1).till, Some(1));
		assert_eq!(payers(1), [(id(Bob), 230)]);
		assert!(Commerce::quote_used(11, SELLER, 1, [7; 16]));
		assert_eq!(Quotes::<Test>::get(11, (SELLER, 1, [7; 16])), Some(1));
		assert_eq!(Agenda::<Test>::iter().count(), 0);
	});
}

#[test]
fn sell_asks_no_twin_of_the_customer() {
	build_and_execute(|| {
		assert_ok!(sell(Dave, quote(1, 7, shop(230)), Ferdie));
		assert_eq!(invoice(1).buyer, None);
		assert_eq!(treasury(), 30);
	});
}

#[test]
fn sell_leaves_the_tip_untaxed() {
	build_and_execute(|| {
		assert_ok!(sell(Dave, quote(1, 7, sale_of(Prices::Gross, &[(VAT, 230)], 20)), Ferdie));
		assert_eq!((money(Alice), treasury()), (ENDOWMENT + 220, 30));
	});
}

#[test]
fn sell_settles_open_quotes_in_either_order() {
	for order in [[0, 1], [1, 0]] {
		build_and_execute(|| {
			let offers = [quote(1, 7, shop(230)), quote(1, 8, shop(115))];
			for place in order {
				assert_ok!(sell(Dave, offers[place].clone(), Ferdie));
			}
			assert_eq!(Commerce::book(SELLER).next, 3);
			assert_eq!((money(Alice), treasury()), (ENDOWMENT + 300, 45));
		});
	}
}

#[test]
fn sell_merges_tills_without_gaps_when_one_was_offline() {
	// The second till signed its quotes while it was offline; customers submit them in any order
	// with those of the first.
	for order in [[0, 1, 2, 3], [3, 1, 2, 0], [2, 3, 0, 1]] {
		build_and_execute(|| {
			let offers = [(1, 1, Ferdie), (1, 2, Ferdie), (2, 1, Eve), (2, 2, Eve)];
			let offers = offers.map(|(till, nonce, key)| {
				(quote(till, nonce, shop(115 * i128::from(till + 1))), key)
			});
			System::set_block_number(9);
			for (turn, place) in order.into_iter().enumerate() {
				let (offer, key) = offers[place].clone();
				let till = offer.till;
				assert_ok!(sell(Dave, offer, key));
				let number = turn as u64 + 1;
				assert_eq!(invoice(number).till, Some(till));
				assert_eq!(Commerce::book(SELLER).next, number + 1);
				// One that nobody takes leaves no gap.
				quote(1, 100, shop(1));
			}
			assert_eq!(treasury(), 2 * 30 + 2 * 45);
		});
	}
}

#[test]
fn sell_fails_when_the_quote_was_used() {
	build_and_execute(|| {
		let offer = quote(1, 7, shop(230));
		assert_ok!(sell(Bob, offer.clone(), Ferdie));
		assert_noop!(sell(Bob, offer.clone(), Ferdie), Error::<Test>::QuoteUsed);
		assert_noop!(sell(Dave, offer.clone(), Ferdie), Error::<Test>::QuoteUsed);
		// Nor in its last block, nor once it is forgotten.
		System::set_block_number(11);
		idle(10_000);
		assert_noop!(sell(Dave, offer.clone(), Ferdie), Error::<Test>::QuoteUsed);
		System::set_block_number(12);
		idle(10_000);
		assert_eq!(Quotes::<Test>::iter().count(), 0);
		assert_noop!(sell(Dave, offer, Ferdie), Error::<Test>::QuoteExpired);
	});
}

#[test]
fn sell_knows_a_nonce_by_till_and_block() {
	build_and_execute(|| {
		let offer = quote(1, 7, shop(230));
		assert_ok!(sell(Dave, offer.clone(), Ferdie));
		assert_ok!(sell(Dave, quote(2, 7, shop(230)), Eve));
		assert_ok!(sell(Dave, Quote { expires: offer.expires + 1, ..offer }, Ferdie));
	});
}

#[test]
fn sell_counts_time_and_not_blocks() {
	build_and_execute(|| {
		let offer = quote(1, 7, shop(230));
		Blockless::set(10);
		assert_ok!(sell(Dave, offer, Ferdie));
		let next = Quote { expires: 11, ..quote(1, 8, shop(230)) };
		Blockless::set(11);
		assert_noop!(sell(Dave, next, Ferdie), Error::<Test>::QuoteExpired);
		// What was used is forgotten too, tick by tick, though there was no block since.
		idle(10_000);
		assert_eq!(Quotes::<Test>::iter().count(), 0);
	});
}

#[test]
fn sell_is_possible_in_the_last_tick() {
	build_and_execute(|| {
		let offer = quote(1, 7, shop(230));
		System::set_block_number(11);
		assert_ok!(sell(Dave, offer, Ferdie));
		let farthest = Quote { expires: 111, ..quote(1, 8, shop(230)) };
		assert_ok!(sell(Dave, farthest.clone(), Ferdie));
		let too_far = Quote { expires: 112, ..farthest };
		assert_noop!(sell(Dave, too_far, Ferdie), Error::<Test>::QuoteTooLong);
		let expired = Quote { expires: 10, ..quote(1, 9, shop(230)) };
		assert_noop!(sell(Dave, expired, Ferdie), Error::<Test>::QuoteExpired);
	});
}

#[test]
fn sell_fails_when_anything_was_changed() {
	build_and_execute(|| {
		let offer = quote(1, 7, shop(230));
		let signature: frame::deps::sp_runtime::MultiSignature =
			Ferdie.sign(&payload(&offer)).into();
		let changed = [
			Quote { sale: shop(229), ..offer.clone() },
			Quote { sale: sale_of(Prices::Net, &[(VAT, 230)], 0), ..offer.clone() },
			Quote { sale: sale_of(Prices::Gross, &[(ZERO, 230)], 0), ..offer.clone() },
			Quote { nonce: [8; 16], ..offer.clone() },
			Quote { currency: FOREIGN, ..offer.clone() },
			Quote { jurisdiction: 9, ..offer.clone() },
			Quote { till: 2, ..offer.clone() },
			Quote { buyer: Some(BUYER), ..offer.clone() },
			Quote { expires: offer.expires + 1, ..offer.clone() },
		];
		for other in changed {
			assert_noop!(
				Commerce::sell(signed(Bob), other, signature.clone(), true),
				Error::<Test>::BadSignature
			);
		}
		// A key of another till, and one of no till.
		assert_noop!(sell(Bob, offer.clone(), Eve), Error::<Test>::BadSignature);
		assert_noop!(sell(Bob, offer.clone(), Alice), Error::<Test>::BadSignature);
		// For another chain.
		let elsewhere = Ferdie.sign(&offer.payload([1; 32])).into();
		assert_noop!(
			Commerce::sell(signed(Bob), offer.clone(), elsewhere, true),
			Error::<Test>::BadSignature
		);
		assert_noop!(
			Commerce::sell(RuntimeOrigin::none(), offer.clone(), signature.clone(), true),
			BadOrigin
		);
		assert_ok!(Commerce::sell(signed(Bob), offer, signature, true));
	});
}

#[test]
fn sell_fails_when_the_quote_is_for_somebody_else() {
	build_and_execute(|| {
		let offer = Quote { buyer: Some(BUYER), ..quote(1, 7, shop(230)) };
		assert_noop!(sell(Charlie, offer.clone(), Ferdie), Error::<Test>::WrongBuyer);
		assert_noop!(sell(Dave, offer.clone(), Ferdie), Error::<Test>::WrongBuyer);
		assert_ok!(sell(Bob, offer, Ferdie));
	});
}

#[test]
fn sell_takes_one_wrapping_alone_and_any_kind_of_key() {
	build_and_execute(|| {
		let offer = quote(1, 7, shop(230));
		let bare = (QUOTE_TAG, System::block_hash(0), offer.clone()).encode();
		let twice = [b"<Bytes>", &payload(&offer)[..], b"</Bytes>"].concat();
		for wrong in [bare, twice] {
			let signature = Ferdie.sign(&wrong).into();
			assert_noop!(
				Commerce::sell(signed(Dave), offer.clone(), signature, true),
				Error::<Test>::BadSignature
			);
		}

		let key = ecdsa::Pair::from_seed(&[2; 32]);
		let account = MultiSigner::from(key.public()).into_account();
		assert_ok!(Commerce::set_till(signed(Alice), 3, account, 50));
		let offer = quote(3, 7, shop(230));
		let signature = key.sign(&payload(&offer)).into();
		assert_ok!(Commerce::sell(signed(Dave), offer, signature, true));
	});
}

#[test]
fn sell_fails_when_the_till_cannot_sell() {
	build_and_execute(|| {
		assert_noop!(sell(Dave, quote(9, 7, shop(230)), Ferdie), Error::<Test>::TillUnknown);
		let foreign = Quote { seller: BUYER, ..quote(1, 7, shop(230)) };
		assert_noop!(sell(Dave, foreign, Ferdie), Error::<Test>::TillUnknown);
		let offer = quote(1, 7, shop(230));
		assert_ok!(Commerce::set_till(signed(Alice), 1, id(Ferdie), 5));
		System::set_block_number(5);
		assert_ok!(sell(Dave, offer, Ferdie));
		let offer = quote(1, 8, shop(230));
		System::set_block_number(6);
		assert_noop!(sell(Dave, offer.clone(), Ferdie), Error::<Test>::TillExpired);
		assert_ok!(Commerce::remove_till(signed(Alice), 1));
		assert_noop!(sell(Dave, offer, Ferdie), Error::<Test>::TillUnknown);
		deactivate(SELLER);
		assert_noop!(sell(Dave, quote(2, 7, shop(230)), Eve), NO_SUCH_TWIN);
	});
}

#[test]
fn sell_fails_when_the_invoice_cannot_be_issued_or_paid() {
	build_and_execute(|| {
		let offer = quote(1, 7, shop(230));
		let foreign = Quote { currency: FOREIGN, ..offer.clone() };
		assert_noop!(sell(Dave, foreign, Ferdie), NOT_ACCEPTED);
		let nowhere = Quote { jurisdiction: 9, ..offer.clone() };
		assert_noop!(sell(Dave, nowhere, Ferdie), NO_SUCH_PLACE);
		assert_noop!(sell(Alice, offer.clone(), Ferdie), DispatchError::Other("mock: same party"));
		set_money(Dave, 229);
		assert_noop!(sell(Dave, offer.clone(), Ferdie), TokenError::FundsUnavailable);
		assert_ok!(Commerce::remove_room(signed(Alice), SELLER, 100));
		assert_noop!(sell(Bob, offer, Ferdie), Error::<Test>::NoRoom);
	});
}

#[test]
fn set_till_takes_one_place_and_changes_the_key() {
	build_and_execute(|| {
		assert_eq!(Commerce::book(SELLER).open, 2);
		assert_ok!(Commerce::set_till(signed(Alice), 1, id(Dave), 77));
		let event = Event::TillSet { seller: SELLER, till: 1, key: id(Dave), expires: 77 };
		assert_eq!(events(), [event]);
		assert_eq!(Commerce::book(SELLER).open, 2);
		assert_noop!(sell(Bob, quote(1, 7, shop(230)), Ferdie), Error::<Test>::BadSignature);
		assert_ok!(sell(Bob, quote(1, 7, shop(230)), Dave));

		let set = |origin, expires| Commerce::set_till(origin, 5, id(Dave), expires);
		assert_noop!(set(signed(Dave), 9), NOT_ACTING);
		assert_noop!(set(RuntimeOrigin::root(), 9), BadOrigin);
		assert_noop!(set(signed(Alice), 0), Error::<Test>::TillExpired);
		assert_ok!(Commerce::remove_room(signed(Alice), SELLER, 99));
		assert_noop!(set(signed(Alice), 1), Error::<Test>::NoRoom);
		assert_ok!(Commerce::add_room(signed(Eve), SELLER, 1));
		assert_ok!(set(signed(Alice), 1));
	});
}

#[test]
fn remove_till_gives_the_place_back() {
	build_and_execute(|| {
		assert_ok!(Commerce::remove_till(signed(Alice), 2));
		assert_eq!(events(), [Event::TillRemoved { seller: SELLER, till: 2 }]);
		assert_eq!(Commerce::book(SELLER).open, 1);
		assert_noop!(Commerce::remove_till(signed(Alice), 2), Error::<Test>::TillUnknown);
		assert_noop!(Commerce::remove_till(signed(Bob), 1), Error::<Test>::TillUnknown);
		assert_noop!(Commerce::remove_till(signed(Dave), 1), NOT_ACTING);
		assert_noop!(Commerce::remove_till(RuntimeOrigin::none(), 1), BadOrigin);
	});
}

#[test]
fn prune_quotes_forgets_up_to_the_limit() {
	build_and_execute(|| {
		for nonce in 0..5 {
			assert_ok!(sell(Dave, quote(1, nonce, shop(115)), Ferdie));
		}
		idle(10_000);
		let weight = |used| Some(<()>::prune_quotes(used)).into();
		let prune = |limit| Commerce::prune_quotes(signed(Eve), limit);
		// Ten ticks before theirs.
		System::set_block_number(11);
		assert_ok!(prune(4), weight(4));
		assert_ok!(prune(100), weight(6));
		assert_noop!(prune(5), Error::<Test>::NotDue);
		System::set_block_number(12);
		assert_ok!(prune(2), weight(2));
		assert_eq!(Quotes::<Test>::iter().count(), 3);
		// What was sold comes onto the agenda with that.
		assert_eq!(Agenda::<Test>::iter().count(), 2);
		check_invariants();
		assert_ok!(prune(9), weight(4));
		assert_eq!(Quotes::<Test>::iter().count(), 0);
		assert_eq!(Agenda::<Test>::iter().count(), 5);
		assert_noop!(prune(9), Error::<Test>::NotDue);
		assert_noop!(Commerce::prune_quotes(RuntimeOrigin::root(), 1), BadOrigin);
	});
}

#[test]
fn prune_quotes_looks_at_nothing_that_was_forgotten_before() {
	build_and_execute(|| {
		for nonce in 0..9 {
			assert_ok!(sell(Dave, quote(1, nonce, shop(115)), Ferdie));
		}
		System::set_block_number(12);
		// Ten ticks and a quote; each later call finds the next, in the order of their keys.
		let keys = || Quotes::<Test>::iter_prefix(11).map(|(quote, _)| quote).collect::<Vec<_>>();
		let all = keys();
		assert_ok!(Commerce::prune_quotes(signed(Eve), 11));
		for place in 1..all.len() {
			assert_eq!(keys(), all[place..]);
			let cursor = QuoteCursor::<Test>::get().expect("there are tills");
			assert_eq!(cursor, Cursor { tick: 11, after: Some(all[place - 1]) });
			// Something that lies where it has passed isn't met again, as what was removed in the same
			// block isn't: it would be in the way of every later call.
			hypothetically!({
				Quotes::<Test>::insert(11, all[0], 9);
				assert_ok!(Commerce::prune_quotes(signed(Eve), 100));
				assert_eq!(keys(), all[..1]);
			});
			assert_ok!(Commerce::prune_quotes(signed(Eve), 1));
		}
		assert_eq!(keys(), []);
		// Idle time goes on from there, and doesn't begin anew.
		idle(10_000);
		assert_eq!(QuoteCursor::<Test>::get(), Some(Cursor { tick: 12, after: None }));
	});
}

#[test]
fn sell_credits_a_business_that_says_so() {
	build_and_execute(|| {
		let sell_as = |nonce, business| {
			let offer = quote(1, nonce, shop(230));
			let signature = Ferdie.sign(&payload(&offer)).into();
			Commerce::sell(signed(Bob), offer, signature, business)
		};
		assert_ok!(sell_as(1, false));
		assert_eq!((treasury(), credit_of(BUYER)), (30, 0));
		assert_eq!((invoice(1).buyer, invoice(1).business), (Some(BUYER), false));
		// A note finds nothing to take from the buyer.
		assert_ok!(credit_note(1, 230));
		assert_ok!(sell_as(2, true));
		assert_eq!(credit_of(BUYER), 30);
	});
}

#[test]
fn sell_gives_back_what_it_did_not_need() {
	build_and_execute(|| {
		let weight = |nonce| {
			let info = sell(Dave, quote(1, nonce, shop(230)), Ferdie).expect("it is offered");
			info.actual_weight
		};
		// The treasury has nothing yet.
		assert_eq!(weight(1), None);
		assert_eq!(weight(2), Some(<()>::sell(1, 0)));
		set_money(Alice, 0);
		assert_eq!(weight(3), None);
		assert_eq!(weight(4), Some(<()>::sell(1, 0)));
	});
}
