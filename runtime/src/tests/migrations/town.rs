//! The town: its state, its blocks, and what it didn't happen to have.

use super::*;
use crate::{AccountId, Babe, Header, Twins, UncheckedExtrinsic};
use frame_support::storage::unhashed;
use ourledger_primitives::{
	invoice::Settlement,
	money::{day_of, Day},
	twin::{TwinNumber, Twins as _},
};
use pallet_commerce::{
	migrations::v1::{OldInvoice, OldItem, OldNote, OldPayer, OldSale},
	Agenda, InvoiceId, Invoices, SelfBilling,
};
use pallet_tax::migrations::v1::OldTurnovers;
use sp_consensus_babe::digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest};
use sp_core::storage::Storage;
use sp_runtime::{traits::Header as _, Digest, DigestItem};

/// Lines of key and value.
const STATE: &str = include_str!("../state/demo-town.txt");

/// The chain of the town after its last block.
pub fn town() -> sp_io::TestExternalities {
	let bytes = |hex: &str| sp_core::bytes::from_hex(hex).expect("the file has hexadecimal digits");
	let line = |line: &str| {
		let (key, value) = line.split_once(' ').expect("a line has two parts");
		(bytes(key), if value.is_empty() { Vec::new() } else { bytes(value) })
	};
	sp_io::TestExternalities::new(Storage {
		top: STATE.lines().map(line).collect(),
		children_default: Default::default(),
	})
}

/// Make the next block, with nothing in it but its time.
pub fn make_block() {
	let slot = Babe::current_slot() + 1;
	let claim = SecondaryPlainPreDigest { slot, authority_index: 0 };
	let claim =
		<DigestItem as CompatibleDigestItem>::babe_pre_digest(PreDigest::SecondaryPlain(claim));
	let (number, parent) = (System::block_number() + 1, System::parent_hash());
	let digest = Digest { logs: vec![claim] };
	let header = Header::new(number, Default::default(), Default::default(), parent, digest);
	Executive::initialize_block(&header);
	let time = Call::Timestamp(pallet_timestamp::Call::set { now: *slot * Babe::slot_duration() });
	let result = Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(time));
	assert_eq!(result, Ok(Ok(())));
	Executive::finalize_block();
}

pub fn controller(twin: TwinNumber) -> AccountId {
	Twins::controller_of(twin).expect("it is in the phonebook")
}

fn today() -> Day {
	day_of(crate::Timestamp::get())
}

/// What waits in the town.
pub struct Waiting {
	/// Who paid into the escrow, and is gone.
	gone: AccountId,
	/// What it paid.
	paid: Balance,
}

fn change(seller: TwinNumber, number: u64, how: impl FnOnce(&mut OldInvoice<AccountId>)) {
	let key = Invoices::<Runtime>::hashed_key_for(seller, number);
	let mut invoice = unhashed::get::<OldInvoice<AccountId>>(&key).expect("it is an old one");
	how(&mut invoice);
	unhashed::put(&key, &invoice);
}

/// On the last day, everything had been paid and decided. Let some of it not have been: an escrow, a
/// note, a consent, and what firms have sold outside of VAT.
pub fn let_things_wait() -> Waiting {
	// The other half of the bookshop's invoice, from an account that is gone by now.
	let (gone, paid) = (AccountId::new([0x90; 32]), 2_979);
	let day = today() + 14;
	change(8, 15, |it| {
		assert!(matches!(it.settlement, Settlement::Escrow { .. }));
		let payer = OldPayer { account: gone.clone(), paid, since: today() };
		it.payers.try_push(payer).expect("there was one");
		(it.escrowed, it.release) = (paid, Some(day));
	});
	Agenda::<Runtime>::insert(day, InvoiceId { seller: 8, number: 15 }, ());
	assert_ok!(Currencies::pay(TSH, &controller(13), &Commerce::escrow(), paid));

	// The baker takes half back, and the inn, which asked for the invoice to be void, has to pay for it.
	let item = OldItem { code: FOOD, amount: 5_000, line_tax: None, lines: 0 };
	change(4, 1, |it| {
		let note = OldSale {
			prices: it.bill.prices,
			items: BoundedVec::truncate_from(vec![item]),
			levies: BoundedVec::new(),
			withholdings: BoundedVec::new(),
			tip: 0,
			evidence: None,
		};
		it.note = Some(OldNote { note, document: [1; 32] });
		it.cancel = Some(6);
	});

	let consent = SelfBilling::<Runtime>::hashed_key_for(4, 6);
	unhashed::put(&consent, &today());
	let over = SelfBilling::<Runtime>::hashed_key_for(4, 7);
	unhashed::put(&over, &(today() - 1));

	OldTurnovers::<Runtime>::insert((MILLBROOK, 12, TSH, 2026), 5);
	Waiting { gone, paid }
}

/// After the upgrade.
pub fn use_what_waited(it: &Waiting) {
	// The arbiter decides for whoever isn't there: it can fetch it once it is.
	let (buyer, arbiter) = (controller(13), controller(12));
	assert_ok!(Commerce::dispute(signed(&buyer), 8, 15, [1; 32]));
	assert_ok!(Commerce::resolve(signed(&arbiter), 8, 15, it.paid, [1; 32]));
	assert_eq!(Currencies::set_aside(TSH, it.gone.clone()).map(|it| it.nominal), Some(it.paid));
	let endow = crate::Balances::transfer_allow_death(
		signed(&buyer),
		it.gone.clone().into(),
		ourledger_primitives::currency::OUR,
	);
	assert_ok!(endow);
	assert_ok!(Currencies::take(signed(&buyer), TSH, it.gone.clone()));
	assert_eq!(Currencies::balance(TSH, &it.gone), it.paid);

	let invoice = Commerce::invoice(4, 1).expect("it can be read");
	assert_eq!(invoice.cancel, None);
	let left = invoice.note.expect("it waits").left;
	assert_eq!(left.amounts.into_inner(), [(5_825, 0)]);
	assert_ok!(Commerce::cover_note(signed(&controller(6)), 4, 1, 1_000_000));
	let invoice = Commerce::invoice(4, 1).expect("it can be read");
	assert_eq!((invoice.note, invoice.bill.net()), (None, 5_825));

	let consent = Commerce::self_billing(4, 6).expect("it isn't over");
	assert_eq!((consent.until, consent.objection), (today(), None));
	assert!(Commerce::self_billing(4, 7).is_none(), "it is over");
	assert_ok!(Commerce::end_self_billing(signed(&controller(4)), 4, 6));

	let turnover = pallet_tax::Turnovers::<Runtime>::get((12, 2026, MILLBROOK, TSH));
	assert_eq!(turnover, 5);
}
