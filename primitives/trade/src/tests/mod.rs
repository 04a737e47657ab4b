//! One jurisdiction with a code of each kind, and what happens in it.

mod assess;
mod invoice;
mod note;
mod payment;
mod random;
mod rules;

use crate::{
	assess::{keep_share, Rate, Rated, Terms},
	books::{Buyer, Parties},
	invoice::{
		hash_lines, Amounts, Bill, Change, Lines, Note, NotePart, Prices, Sale, SaleItem, SaleLevy,
		Zigzag,
	},
	tax::{Deductible, Ppm, TaxCode, TaxKind, VatCategory},
	Balance, CurrencyId, Refusal,
};
use blake2::{digest::consts::U32, Blake2b, Digest};
use bounded_collections::BoundedVec;

pub const MONEY: CurrencyId = 1;

pub const STANDARD: TaxCode = 1;
pub const REDUCED: TaxCode = 2;
pub const REVERSE: TaxCode = 3;
pub const OUTSIDE: TaxCode = 4;
pub const EXPORT: TaxCode = 5;
pub const TOURISM: TaxCode = 6;
pub const DEPOSIT: TaxCode = 7;
pub const FOREIGN: TaxCode = 8;
pub const WITHHOLDING: TaxCode = 9;
/// Without a rate on the day.
pub const TO_COME: TaxCode = 10;
/// Under reverse charge, too.
pub const SERVICES: TaxCode = 11;

/// All of every code.
pub const WHOLE: Deductible<'static> = Some(&[]);

pub fn blake2(bytes: &[u8]) -> [u8; 32] {
	Blake2b::<U32>::digest(bytes).into()
}

pub fn rate_of(code: TaxCode) -> Rate {
	Ok(match code {
		STANDARD => (TaxKind::Vat(VatCategory::Standard), 150_000),
		REDUCED => (TaxKind::Vat(VatCategory::Standard), 50_000),
		REVERSE => (TaxKind::Vat(VatCategory::ReverseCharge), 150_000),
		OUTSIDE => (TaxKind::Vat(VatCategory::OutOfScope), 0),
		EXPORT => (TaxKind::Vat(VatCategory::Export), 0),
		TOURISM => (TaxKind::LevyOnNet { in_vat_base: false }, 15_000),
		DEPOSIT => (TaxKind::LevyPerUnit { in_vat_base: true, currency: MONEY }, 10),
		FOREIGN => (TaxKind::LevyPerUnit { in_vat_base: true, currency: MONEY + 1 }, 10),
		WITHHOLDING => (TaxKind::Withholding, 20_000),
		TO_COME => return Err(Refusal::NoRateYet(code)),
		SERVICES => (TaxKind::Vat(VatCategory::ReverseCharge), 200_000),
		_ => return Err(Refusal::CodeNotFound(code)),
	})
}

pub fn terms() -> Terms {
	Terms { per_line: false, tip_limit: 200_000, currency: MONEY }
}

pub fn per_line() -> Terms {
	Terms { per_line: true, ..terms() }
}

pub fn lines(amounts: &[i128]) -> Lines {
	BoundedVec::truncate_from(amounts.iter().map(|it| Zigzag::from(*it)).collect())
}

fn sale_of(items: impl Iterator<Item = (TaxCode, Amounts)>) -> Sale {
	let items = items.map(|(code, amounts)| SaleItem { code, amounts });
	Sale {
		prices: Prices::Net,
		items: BoundedVec::truncate_from(items.collect()),
		levies: Default::default(),
		withholdings: Default::default(),
		tip: 0,
		evidence: None,
	}
}

/// A sale of so much under each of these codes.
pub fn sale(items: &[(TaxCode, i128)]) -> Sale {
	sale_of(items.iter().map(|(code, amount)| (*code, Amounts::Sum(*amount))))
}

/// A sale of lines under each of these codes.
pub fn lined(items: &[(TaxCode, &[i128])]) -> Sale {
	sale_of(items.iter().map(|(code, amounts)| (*code, Amounts::Lines(lines(amounts)))))
}

/// With a levy.
pub fn levied(mut sale: Sale, code: TaxCode, on: TaxCode, thousandths: u64) -> Sale {
	let levy = SaleLevy { code, on, thousandths };
	sale.levies.try_push(levy).expect("has room");
	sale
}

pub fn assessed(sale: &Sale, terms: Terms) -> Result<Bill, Refusal> {
	Rated::of(sale, terms, rate_of)?.bill(rate_of, blake2)
}

/// The bill of a sale whose buyer may deduct so much.
pub fn bill(items: &[(TaxCode, i128)], deductible: Deductible<'_>) -> Bill {
	let mut bill = assessed(&sale(items), terms()).expect("is fine");
	keep_share(&mut bill, deductible).expect("the shares are equal");
	bill
}

/// A note on so much under each of these codes.
pub fn note(parts: &[(TaxCode, i128)]) -> Note {
	let parts = parts.iter();
	let parts = parts.map(|(code, amount)| NotePart { code: *code, change: Change::Less(*amount) });
	Note { parts: BoundedVec::truncate_from(parts.collect()), levies: Default::default(), tip: 0 }
}

pub fn parties(seller_credit: Balance, credit: Balance, deductible: Deductible<'_>) -> Parties<'_> {
	Parties { seller_credit, buyer: Some(Buyer { credit, arrears: 0, deductible }) }
}

pub const HALF: Ppm = 500_000;
