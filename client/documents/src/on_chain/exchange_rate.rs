//! Rates of exchange, as authorities publish them.

use crate::exchange_rate::ExchangeRate;
use ourledger_client::{error::Result, money::Currency, submit::Draft, tax::Jurisdiction, State};
use ourledger_primitives::tax::JurisdictionId;

/// An authority publishes what one whole unit of a currency is worth: a fraction of a whole unit of
/// what it reports in.
pub async fn publish(
	state: &State,
	jurisdiction: JurisdictionId,
	currency: &Currency,
	whole: (u64, u64),
) -> Result<(Draft, ExchangeRate)> {
	let reporting = Jurisdiction::read(state, jurisdiction).await?.settings.reporting();
	let rate = ExchangeRate::of(currency, &reporting, whole)?;
	let values = (jurisdiction, currency.id, rate.numerator, rate.denominator);
	let effect = format!("{}, on invoices from now on; older ones keep their rate", rate.text);
	Ok((Draft::new(state.call("Tax", "publish_rate", values)?).effect(effect), rate))
}
