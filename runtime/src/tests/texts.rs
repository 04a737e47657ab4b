//! Every text that a person can set on the chain is text: it shows something, and XML can carry it.

use super::{account, chain, signed, sponsored, Call, Origin};
use crate::{AccountId, Currencies, Runtime, Tax, Twins};
use ourledger_primitives::{
	money::MAX_CURRENCY_DECIMALS,
	tax::{TaxKind, VatCategory},
	twin::{Profile, TwinKind},
};
use pallet_twins::ControllerChoice;
use sp_keyring::Sr25519Keyring::{Alice, Charlie, Eve};
use sp_runtime::{traits::Dispatchable, BoundedVec, DispatchError};

/// The jurisdiction and the currency of the market.
const FIRST: u32 = 0;

/// What other systems took for a name: noncharacters, controls, fillers, blanks, what is invisible,
/// and what reorders.
const NO_TEXTS: [&str; 17] = [
	"",
	" ",
	"\u{fffe}",
	"\u{b}",
	"\u{3164}",
	"\u{2800}",
	"\u{ffa0}",
	"\u{115f}",
	"\u{2063}",
	"\u{fe0f}",
	"\u{e0020}",
	"\u{fffc}",
	"a\u{fffe}",
	"a\u{b}b",
	"a\u{2063}b",
	"a\u{202e}b",
	"\u{2800} \u{a0}\u{3000}",
];

fn text<S: sp_runtime::traits::Get<u32>>(text: &str) -> BoundedVec<u8, S> {
	text.as_bytes().to_vec().try_into().expect("is short")
}

fn register(by: &AccountId, name: &str) -> Result<(), DispatchError> {
	let profile = Profile { display_name: text(name), logo: None, country: None };
	Twins::register(signed(by), TwinKind::Person, profile, ControllerChoice::Caller).map(|_| ())
}

fn set_name(by: &AccountId, name: &str) -> Result<(), DispatchError> {
	let profile = Profile { display_name: text(name), logo: None, country: None };
	let call: Call = pallet_twins::Call::set_profile { profile }.into();
	call.dispatch(signed(by)).map(|_| ()).map_err(|error| error.error)
}

fn create(by: &AccountId, name: &str, symbol: &str) -> Result<(), DispatchError> {
	let terms = pallet_currencies::Currencies::<Runtime>::get(FIRST).expect("is there").terms;
	let (name, symbol) = (text(name), text(symbol));
	Currencies::create(signed(by), name, symbol, MAX_CURRENCY_DECIMALS, None, terms, 7)
}

fn found(name: &str) -> Result<(), DispatchError> {
	let settings = pallet_tax::Jurisdictions::<Runtime>::get(FIRST).expect("is there").settings;
	Tax::create_jurisdiction(Origin::root(), text(name), settings)
}

fn set_code(by: &AccountId, name: &str) -> Result<(), DispatchError> {
	let kind = TaxKind::Vat(VatCategory::Standard);
	Tax::set_code(signed(by), FIRST, 9_999, text(name), kind, 0, 150_000)
}

fn apply(by: &AccountId, number: &str) -> Result<(), DispatchError> {
	Tax::apply(signed(by), FIRST, text(number))
}

#[test]
fn what_shows_nothing_or_no_xml_can_carry_is_nowhere_a_name() {
	chain("development").execute_with(|| {
		sponsored::market();
		let (alice, charlie, eve) = (account(Alice), account(Charlie), account(Eve));
		let of_twin = DispatchError::from(pallet_twins::Error::<Runtime>::InvalidDisplayName);
		let of_currency = DispatchError::from(pallet_currencies::Error::<Runtime>::NameMalformed);
		let of_symbol = DispatchError::from(pallet_currencies::Error::<Runtime>::SymbolMalformed);
		let of_tax = DispatchError::from(pallet_tax::Error::<Runtime>::NameMalformed);
		let of_number = DispatchError::from(pallet_tax::Error::<Runtime>::TaxNumberMalformed);
		for name in NO_TEXTS {
			assert_eq!(register(&eve, name), Err(of_twin), "{name:?}");
			assert_eq!(set_name(&alice, name), Err(of_twin), "{name:?}");
			assert_eq!(create(&alice, name, "NEW"), Err(of_currency), "{name:?}");
			assert_eq!(create(&alice, "New", name), Err(of_symbol), "{name:?}");
			assert_eq!(found(name), Err(of_tax), "{name:?}");
			assert_eq!(set_code(&alice, name), Err(of_tax), "{name:?}");
			assert_eq!(apply(&charlie, name), Err(of_number), "{name:?}");
		}
		for name in ["Zoë", "שלום", "名字", "👩\u{200d}🌾", "❤\u{fe0f}"] {
			assert_eq!(set_name(&alice, name), Ok(()), "{name:?}");
			assert_eq!(create(&alice, name, "NEW"), Ok(()), "{name:?}");
			assert_eq!(found(name), Ok(()), "{name:?}");
		}
	});
}
