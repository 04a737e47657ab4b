//! Where something is sold, what is known of its taxes, and of the credits of who sells and buys.

use super::Invoice;
use crate::{
	bill::Credits,
	rules::{Code, Rules},
};
use ourledger_client::{
	error::Result,
	money::Currency,
	tax::{self, Account, Jurisdiction, Rounding, TaxpayerInfo},
	State,
};
use ourledger_math::tax as math;
use ourledger_primitives::{
	money::Day,
	tax::{JurisdictionId, TaxCode},
	twin::TwinNumber,
};

/// Where something is sold, for which money, on which day.
#[derive(Debug)]
pub struct Place {
	/// The jurisdiction.
	pub id: JurisdictionId,
	/// Its name.
	pub name: String,
	/// Its authority, then its auditors.
	pub officials: Vec<TwinNumber>,
	/// ISO 4217 code of the currency that it reports in.
	pub reporting: String,
	/// So many minor units of that currency (first) are worth so many of the currency of the sale.
	pub rate: Option<(u64, u64)>,
	/// Whether something can be sold in the currency there.
	pub accepts_currency: bool,
	/// For how many days before its issue an invoice may say that the supply took place.
	pub supply_bound_days: u16,
	/// After how many days past due the tax of an unpaid invoice is collected.
	pub unpaid_days: u16,
	/// Days since 1970, as its clock has it now.
	pub today: Day,
	/// The day of supply, in days since 1970.
	pub supply: Day,
	/// What is sold for.
	pub currency: Currency,
	/// Its tax codes on that day.
	pub rules: Rules,
}

impl Place {
	/// Reads a place. The day of supply is today unless given.
	pub async fn read(
		state: &State,
		id: JurisdictionId,
		currency: Currency,
		supply: Option<Day>,
	) -> Result<Self> {
		let jurisdiction = Jurisdiction::read(state, id).await?;
		let today = tax::today(state, id).await?;
		let supply = supply.unwrap_or(today);
		let codes: Vec<(TaxCode, tax::Code)> = state.view("Tax", "codes", (id,)).await?;
		let codes = codes.into_iter().map(|(number, code)| Code {
			number,
			name: code.name(),
			kind: code.kind.into(),
			rate: code.rate_on(supply),
		});
		let name = jurisdiction.name();
		let settings = jurisdiction.settings;
		let rate = state.storage("Tax", "Rates", (id, currency.id)).await?;
		let rules = Rules {
			rounding: match settings.rounding {
				Rounding::Category => math::Rounding::Category,
				Rounding::Line => math::Rounding::Line,
			},
			currency: currency.id,
			decimals: currency.decimals,
			tip_limit: settings.tip_limit,
			codes: codes.collect(),
		};
		let mut officials = vec![settings.authority];
		officials.extend(settings.auditors);
		Ok(Self {
			id,
			name,
			officials,
			reporting: String::from_utf8_lossy(&settings.reporting).into_owned(),
			rate,
			accepts_currency: settings.currencies.contains(&currency.id),
			supply_bound_days: settings.supply_bound_days,
			unpaid_days: settings.unpaid_days,
			today,
			supply,
			currency,
			rules,
		})
	}

	/// Reads the place of an invoice, by the rules of the day of its supply.
	pub async fn of(state: &State, invoice: &Invoice) -> Result<Self> {
		let currency = Currency::read(state, invoice.currency).await?;
		Self::read(state, invoice.jurisdiction, currency, Some(invoice.supply)).await
	}
}

/// The registration of a twin that counts today.
pub async fn registration(
	state: &State,
	place: &Place,
	twin: Option<TwinNumber>,
) -> Result<Option<TaxpayerInfo>> {
	let Some(twin) = twin else { return Ok(None) };
	let found = TaxpayerInfo::find(state, place.id, twin).await?;
	Ok(found.filter(|taxpayer| taxpayer.counts_on(place.today)))
}

/// What the parties of an invoice have of credit, and what its buyer may deduct if it buys as a
/// `business` and is registered today.
pub async fn credits(
	state: &State,
	place: &Place,
	seller: TwinNumber,
	buyer: Option<TwinNumber>,
	business: bool,
) -> Result<Credits> {
	let of = |twin| Account::read(state, place.id, twin, place.currency.id);
	let own = of(seller).await?;
	let own = Credits { seller: own.credit(), seller_arrears: own.arrears, ..Credits::default() };
	let Some(buyer) = buyer.filter(|buyer| *buyer != seller) else {
		return Ok(own);
	};
	let registered = registration(state, place, Some(buyer)).await?;
	let buyers = of(buyer).await?;
	Ok(Credits {
		buyer: buyers.credit(),
		deductible: registered.filter(|_| business).map(|taxpayer| taxpayer.deductible),
		buyer_arrears: buyers.arrears,
		..own
	})
}

/// The tax number of a registered taxpayer.
pub async fn tax_number(
	state: &State,
	jurisdiction: JurisdictionId,
	twin: TwinNumber,
) -> Result<Option<String>> {
	let found = TaxpayerInfo::find(state, jurisdiction, twin).await?;
	let found = found.filter(TaxpayerInfo::is_registered);
	Ok(found.map(|taxpayer| String::from_utf8_lossy(&taxpayer.tax_number).into_owned()))
}
