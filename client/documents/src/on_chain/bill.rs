//! What an invoice charges, as the chain has it.

use ourledger_client::{
	error::{Error, Result},
	tax::VatCategory,
};
use ourledger_primitives::{
	invoice::{AsOne, Bill, LevyAmount, LevyItem, Prices, Subtotal, WithheldItem},
	tax::{Ppm, TaxCode},
};
use subxt::ext::scale_decode::DecodeAsType;

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
enum PricesInfo {
	Net,
	Gross,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct SubtotalInfo {
	code: TaxCode,
	category: VatCategory,
	rate: Ppm,
	amount: i128,
	net: i128,
	vat: i128,
	taken: i128,
	credited: u128,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
enum LevyAmountInfo {
	OnNet(Ppm),
	PerUnit(u128, u64),
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct LevyInfo {
	code: TaxCode,
	on: u8,
	amount: LevyAmountInfo,
	in_vat_base: bool,
	tax: u128,
	taken: u128,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct WithheldInfo {
	code: TaxCode,
	rate: Ppm,
	tax: u128,
	taken: u128,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct AsOneInfo {
	share: Ppm,
	taken: u128,
	credited: u128,
}

/// A bill, as the chain has it.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct BillInfo {
	prices: PricesInfo,
	lines: Option<[u8; 32]>,
	as_one: Option<AsOneInfo>,
	subtotals: Vec<SubtotalInfo>,
	levies: Vec<LevyInfo>,
	withheld: Vec<WithheldInfo>,
	tip: u128,
	tip_limit: Ppm,
	gross: u128,
	paid: u128,
}

impl BillInfo {
	/// As everybody works with it.
	pub fn bill(self) -> Result<Bill> {
		let subtotals = self.subtotals.into_iter().map(|it| Subtotal {
			code: it.code,
			category: it.category.into(),
			rate: it.rate,
			amount: it.amount,
			net: it.net,
			vat: it.vat,
			taken: it.taken,
			credited: it.credited,
		});
		let levies = self.levies.into_iter().map(|it| LevyItem {
			code: it.code,
			on: it.on,
			amount: match it.amount {
				LevyAmountInfo::OnNet(rate) => LevyAmount::OnNet(rate),
				LevyAmountInfo::PerUnit(each, thousandths) => {
					LevyAmount::PerUnit(each, thousandths)
				},
			},
			in_vat_base: it.in_vat_base,
			tax: it.tax,
			taken: it.taken,
		});
		let withheld = self.withheld.into_iter().map(|it| WithheldItem {
			code: it.code,
			rate: it.rate,
			tax: it.tax,
			taken: it.taken,
		});
		Ok(Bill {
			prices: match self.prices {
				PricesInfo::Net => Prices::Net,
				PricesInfo::Gross => Prices::Gross,
			},
			lines: self.lines,
			as_one: self.as_one.map(|AsOneInfo { share, taken, credited }| AsOne {
				share,
				taken,
				credited,
			}),
			subtotals: bounded(subtotals.collect())?,
			levies: bounded(levies.collect())?,
			withheld: bounded(withheld.collect())?,
			tip: self.tip,
			tip_limit: self.tip_limit,
			gross: self.gross,
			paid: self.paid,
		})
	}
}

/// A list of no more parts than this version knows.
pub fn bounded<T, Bounded: TryFrom<Vec<T>>>(parts: Vec<T>) -> Result<Bounded> {
	parts.try_into().map_err(|_| {
		Error::connection("an invoice of this chain has more parts than this program knows")
	})
}
