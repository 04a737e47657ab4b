use crate::{
	mock::{Currencies, *},
	*,
};
use frame::{testing_prelude::*, traits::fungibles::metadata::Inspect};
use ourledger_primitives::money::{LocalMoney, FIRST_SHARE};

/// `create` as twin 1's controller, one part of it changed.
struct Attempt {
	caller: AccountId,
	name: &'static [u8],
	symbol: &'static [u8],
	decimals: u8,
	jurisdiction: Option<u32>,
	terms: Terms,
	notice_days: u16,
}

const GOOD: Attempt = Attempt {
	caller: ISSUER,
	name: b"Town money",
	symbol: b"TOWN",
	decimals: 2,
	jurisdiction: Some(TOWN),
	terms: PLAIN,
	notice_days: NOTICE,
};

impl Attempt {
	fn run(self) -> DispatchResult {
		Currencies::create(
			signed(self.caller),
			bounded(self.name.to_vec()),
			bounded(self.symbol.to_vec()),
			self.decimals,
			self.jurisdiction,
			self.terms,
			self.notice_days,
		)
	}
}

#[test]
fn create_makes_asset_metadata_pot_and_holds_the_deposit() {
	build_and_execute(|| {
		assert_ok!(GOOD.run());
		let event = Event::CurrencyCreated {
			currency: 0,
			issuer: 1,
			jurisdiction: Some(TOWN),
			name: bounded(b"Town money".to_vec()),
			symbol: bounded(b"TOWN".to_vec()),
			decimals: 2,
			terms: PLAIN,
			notice_days: NOTICE,
			pot: pot(0),
		};
		// Its own has been open since genesis.
		assert_eq!(events(), [Event::PotOpened { account: pot(1) }, event]);
		assert_eq!(<Assets as Inspect<AccountId>>::name(0), b"Town money");
		assert_eq!(Assets::symbol(0), b"TOWN");
		assert_eq!(Assets::decimals(0), 2);
		assert_eq!(<Currencies as Inspect<AccountId>>::symbol(0), b"TOWN");
		assert!(<Currencies as LocalMoney<AccountId>>::is_pot(&pot(0)));
		assert!(held(CurrencyReason::get(), ISSUER) > 1_000);
		assert_eq!(free(ISSUER), ENDOWMENT - held(CurrencyReason::get(), ISSUER));
	});
}

#[test]
fn create_numbers_currencies_and_each_has_its_own_pot() {
	build_and_execute(|| {
		assert_eq!([currency(PLAIN), currency(MUTUAL), currency(closed(PLAIN))], [0, 1, 2]);
		assert_ne!(pot(0), pot(1));
		assert_eq!(NextCurrency::<Test>::get(), 3);
	});
}

#[test]
fn create_works_at_its_bounds() {
	build_and_execute(|| {
		let name = &[b'a'; MAX_NAME as usize];
		assert_ok!(Attempt { name, symbol: b"A1", decimals: 3, ..GOOD }.run());
		assert_ok!(Attempt { symbol: b"ABCDEFGHIJ12", decimals: 0, notice_days: 1, ..GOOD }.run());
		assert_ok!(
			Attempt { terms: losing(MAX_DEMURRAGE, PLAIN), jurisdiction: None, ..GOOD }.run()
		);
		assert_ok!(Attempt { terms: Terms { invoice_only: true, ..PLAIN }, ..GOOD }.run());
	});
}

#[test]
fn create_fails_when_a_part_is_malformed() {
	build_and_execute(|| {
		let refused = |attempt: Attempt, error: Error<Test>| {
			assert_noop!(attempt.run(), error);
		};
		assert_noop!(Attempt { caller: DAVE, ..GOOD }.run(), NOT_ACTING);
		for name in [&b""[..], b" ", b"a\nb", b"\xff"] {
			refused(Attempt { name, ..GOOD }, Error::NameMalformed);
		}
		for symbol in [&b""[..], b"A", b"aB", b"A-B", b"A B", "É2".as_bytes()] {
			refused(Attempt { symbol, ..GOOD }, Error::SymbolMalformed);
		}
		refused(Attempt { decimals: 4, ..GOOD }, Error::TooManyDecimals);
		assert_noop!(Attempt { jurisdiction: Some(8), ..GOOD }.run(), NO_SUCH_PLACE);
		refused(Attempt { notice_days: 0, ..GOOD }, Error::NoticeTooShort);
		let terms = losing(MAX_DEMURRAGE + 1, PLAIN);
		refused(Attempt { terms, ..GOOD }, Error::DemurrageTooHigh);
		let terms = Terms { invoice_only: true, ..PLAIN };
		refused(Attempt { terms, jurisdiction: None, ..GOOD }, Error::NoAuthority);
	});
}

#[test]
fn create_fails_when_unsigned_or_without_money_for_the_deposit() {
	build_and_execute(|| {
		let name = || bounded(b"Town".to_vec());
		let symbol = || bounded(b"TOWN".to_vec());
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(
				Currencies::create(origin, name(), symbol(), 2, None, PLAIN, NOTICE),
				DispatchError::BadOrigin
			);
		}
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), ISSUER, 1_000));
		assert_noop!(GOOD.run(), TokenError::FundsUnavailable);
	});
}

#[test]
fn create_fails_when_the_next_id_is_a_shares() {
	// The ids before would be missing.
	state().execute_with(|| {
		NextCurrency::<Test>::put(FIRST_SHARE - 1);
		assert_ok!(GOOD.run());
		assert_eq!(NextCurrency::<Test>::get(), FIRST_SHARE);
		assert!(Currencies::currency(FIRST_SHARE - 1).is_some());
		for next in [FIRST_SHARE, u32::MAX] {
			NextCurrency::<Test>::put(next);
			assert_noop!(GOOD.run(), Error::<Test>::TooManyCurrencies);
		}
	});
}

#[test]
fn amend_takes_effect_when_the_notice_is_over() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		issue(id, ALICE, 100);
		assert_ok!(Currencies::amend(signed(ISSUER), id, closed(PLAIN)));
		// Announced at noon of one day, in effect from a midnight that is at least ten days away.
		let effective = DAY_ONE + u32::from(NOTICE) + 1;
		let terms = closed(PLAIN);
		assert_eq!(last_event(), Some(Event::TermsAnnounced { currency: id, terms, effective }));
		pass_days(u32::from(NOTICE));
		assert_ok!(transfer(id, ALICE, BOB, 10));
		pass_days(1);
		assert_noop!(transfer(id, ALICE, BOB, 10), Error::<Test>::NotAdmitted);
		let info = Currencies::currency(id).expect("it exists");
		assert_eq!((info.terms, info.pending), (terms, None));
	});
}

#[test]
fn amend_replaces_what_is_pending_and_starts_the_notice_anew() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		assert_ok!(Currencies::amend(signed(ISSUER), id, closed(PLAIN)));
		pass_days(9);
		let terms = Terms { supply: Supply::Issued { cap: 5 }, ..PLAIN };
		assert_ok!(Currencies::amend(signed(ISSUER), id, terms));
		pass_days(10);
		let info = Currencies::currency(id).expect("it exists");
		assert_eq!((info.terms, info.pending), (PLAIN, Some((terms, DAY_ONE + 20))));
		pass_days(1);
		assert_eq!(Currencies::currency(id).map(|info| info.terms), Some(terms));

		// What has come stays, when the next is announced.
		assert_ok!(Currencies::amend(signed(ISSUER), id, PLAIN));
		let info = Currencies::currency(id).expect("it exists");
		assert_eq!((info.terms, info.pending), (terms, Some((PLAIN, DAY_ONE + 31))));
	});
}

#[test]
fn amend_fails_when_not_allowed() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		let amend = |caller, id, terms| Currencies::amend(signed(caller), id, terms);
		assert_noop!(amend(DAVE, id, PLAIN), NOT_ACTING);
		assert_noop!(amend(ALICE, id, PLAIN), Error::<Test>::NotIssuer);
		assert_noop!(amend(ISSUER, 9, PLAIN), Error::<Test>::CurrencyNotFound);
		assert_noop!(amend(ISSUER, id, MUTUAL), Error::<Test>::SupplyKindFixed);
		let terms = losing(MAX_DEMURRAGE + 1, PLAIN);
		assert_noop!(amend(ISSUER, id, terms), Error::<Test>::DemurrageTooHigh);
		deactivate(ISSUER);
		assert_noop!(amend(ISSUER, id, PLAIN), NOT_ACTING);
	});
}
