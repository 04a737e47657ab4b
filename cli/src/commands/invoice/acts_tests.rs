use super::*;
use crate::commands::invoice::reads::tests::invoice;
use ourledger_documents::assess::{
	assess,
	tests::{rules, sale, STANDARD},
};

#[test]
fn what_goes_back_stays_open() {
	let at = Address { seller: 2, number: 7 };
	let shilling = money::example(1, "TSH");
	let said = stays_open(at, 2_500, &shilling).expect("something goes back");
	assert!(said.starts_with("the 25.00 TSH of 2/7 that go back stay open"), "{said}");
	assert_eq!(stays_open(at, 0, &shilling), None);
}

const AT: Address = Address { seller: 2, number: 7 };

/// An invoice of twin 2 to twin 3 over 100.00 and 15.00 of VAT.
fn open() -> Invoice {
	invoice(assess(&sale(&[(STANDARD, 10_000)]), &rules()).expect("is fine").1)
}

#[test]
fn who_did_not_write_it_accepts_it() {
	let accepts = |invoice: &Invoice, own| ensure_accepts(AT, invoice, own, 20_780);
	assert_eq!(accepts(&open(), Some(3)), Ok(()));
	assert!(accepts(&open(), Some(2)).is_err());
	assert!(accepts(&open(), None).is_err());
	// A buyer never accepts its own bill in the supplier's name.
	let written = |silence| Invoice { writer: Writer::Buyer { silence }, ..open() };
	assert_eq!(accepts(&written(None), Some(2)), Ok(()));
	assert!(accepts(&written(None), Some(3)).is_err());
	// The supplier's silence counts when it had its days.
	assert!(accepts(&written(Some(20_781)), Some(3)).is_err());
	assert_eq!(accepts(&written(Some(20_780)), Some(3)), Ok(()));
	assert_eq!(accepts(&written(Some(20_780)), None), Ok(()));
	let accepted = Invoice { state: InvoiceState::Accepted, ..open() };
	assert!(accepts(&accepted, Some(3)).is_err());
}

#[test]
fn cancelling_asks_the_other_party_once_it_is_accepted() {
	let state = |state, cancel| Invoice { state, cancel, ..open() };
	let accepted = InvoiceState::Accepted;
	assert_eq!(asks_only(AT, &open(), Some(2)), Ok(false));
	for (by, asked, asks) in [
		(2, None, true),
		(3, None, true),
		(2, Some(2), true),
		(3, Some(2), false),
		(2, Some(3), false),
	] {
		assert_eq!(asks_only(AT, &state(accepted, asked), Some(by)), Ok(asks), "{by} {asked:?}");
	}
	let mut paid = state(accepted, None);
	paid.bill.paid = 1;
	let mut taxed = state(accepted, None);
	taxed.bill.subtotals[0].taken = 1;
	for (invoice, own) in [
		(&open(), Some(3)),
		(&open(), Some(9)),
		(&open(), None),
		(&state(InvoiceState::Cancelled, None), Some(2)),
		(&paid, Some(2)),
		(&taxed, Some(2)),
	] {
		assert!(asks_only(AT, invoice, own).is_err(), "{:?} {own:?}", invoice.state);
	}
}

#[test]
fn escrow_is_released_from_its_deadline_on() {
	let escrowed = |release| Invoice { escrowed: 11_500, release, ..open() };
	let released = |invoice: &Invoice| ensure_releasable(AT, invoice, 20_780);
	assert_eq!(released(&escrowed(Some(20_780))), Ok(()));
	let early = released(&escrowed(Some(20_781))).expect_err("is early").to_string();
	assert!(early.contains("2026-11-24 00:00 UTC"), "{early}");
	assert!(released(&escrowed(None)).is_err());
	assert!(released(&open()).is_err());
	let disputed = Invoice { state: InvoiceState::Disputed, ..escrowed(Some(1)) };
	assert!(released(&disputed).is_err());
}
