//! Who may sell what to whom, and when.

use crate::{
	charges::signed_total,
	invoice::Subtotal,
	tax::{TaxCode, VatCategory},
	Balance, Day, Refusal, TwinNumber,
};

/// A supply has taken place, and is at most `bound_days` days old.
pub fn ensure_supply(supply: Day, today: Day, bound_days: u16) -> Result<(), Refusal> {
	if supply > today {
		return Err(Refusal::SupplyInFuture);
	}
	let first = today.saturating_sub(bound_days.into());
	if supply < first {
		return Err(Refusal::SupplyOutsideBound { first });
	}
	Ok(())
}

/// Nobody sells to itself.
pub fn ensure_parties(seller: TwinNumber, buyer: Option<TwinNumber>) -> Result<(), Refusal> {
	if buyer == Some(seller) {
		return Err(Refusal::SameParty);
	}
	Ok(())
}

/// What is out of scope of VAT stands alone.
pub fn ensure_scope(subtotals: &[Subtotal]) -> Result<(), Refusal> {
	match of_category(subtotals, VatCategory::OutOfScope) {
		Some(code) if subtotals.len() > 1 => Err(Refusal::OutOfScopeAlone(code)),
		_ => Ok(()),
	}
}

/// The seller may use the codes: `allowed` are those of zero tax, or of reverse charge, that it may if
/// it is registered today; else it sells only what is out of scope.
pub fn ensure_seller(subtotals: &[Subtotal], allowed: Option<&[TaxCode]>) -> Result<(), Refusal> {
	let Some(allowed) = allowed else {
		let taxed = subtotals.iter().find(|it| it.category != VatCategory::OutOfScope);
		return taxed.map_or(Ok(()), |it| Err(Refusal::SellerNotRegistered(it.code)));
	};
	let is_denied = |it: &&Subtotal| it.category.needs_permission() && !allowed.contains(&it.code);
	let denied = subtotals.iter().find(is_denied);
	denied.map_or(Ok(()), |it| Err(Refusal::CodeNotAllowed(it.code)))
}

/// How a buyer stands with the jurisdiction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
	/// Whether it is registered today, as far as that counts: for a reverse charge only if it buys as a
	/// business.
	pub registered: bool,
	/// What it owes of reverse charge, in the currency of the sale.
	pub arrears: Balance,
}

/// What is sold under reverse charge has a buyer that books it. It is only asked for `buyer` if there is
/// something.
pub fn ensure_reverse(
	subtotals: &[Subtotal],
	buyer: impl FnOnce() -> Option<Standing>,
) -> Result<(), Refusal> {
	let Some(code) = of_category(subtotals, VatCategory::ReverseCharge) else { return Ok(()) };
	match buyer().ok_or(Refusal::BuyerUnknown(code))? {
		Standing { registered: false, .. } => Err(Refusal::BuyerNotRegistered(code)),
		Standing { arrears: 0, .. } => Ok(()),
		Standing { arrears, .. } => Err(Refusal::BuyerInArrears { code, arrears }),
	}
}

/// What is exported goes abroad, and there is evidence. It is only asked whether a buyer is registered,
/// of one that is known, if something is.
pub fn ensure_export(
	subtotals: &[Subtotal],
	has_evidence: bool,
	is_registered: impl FnOnce() -> Option<bool>,
) -> Result<(), Refusal> {
	let Some(code) = of_category(subtotals, VatCategory::Export) else { return Ok(()) };
	let is_at_home = is_registered().ok_or(Refusal::BuyerUnknown(code))?;
	ensure_evidence(subtotals, has_evidence)?;
	if is_at_home {
		return Err(Refusal::ExportToTaxpayer(code));
	}
	Ok(())
}

/// What is exported needs evidence.
pub fn ensure_evidence(subtotals: &[Subtotal], has_evidence: bool) -> Result<(), Refusal> {
	match of_category(subtotals, VatCategory::Export) {
		Some(code) if !has_evidence => Err(Refusal::ExportNeedsEvidence(code)),
		_ => Ok(()),
	}
}

/// What share of the VAT on what is sold remains, where returns are taxed higher than what is sold against
/// them: a third.
const REMAINS: i128 = 3;

/// Returns that are taxed higher than what is sold against them leave a third of the VAT on what is sold.
///
/// They are, if nets, counted from the highest rate down, fall below nothing somewhere. Else no return takes
/// off more than what it is set against bears, and a return that never was gains nothing.
pub(crate) fn ensure_returns(subtotals: &[Subtotal]) -> Result<(), Refusal> {
	let own = || subtotals.iter().filter(|it| !it.is_reverse());
	let vat = signed_total(own().map(|it| it.vat))?;
	let sold = signed_total(own().map(|it| it.vat.max(0)))?;
	// Never overflows: VAT of a code is at most 2¹⁰⁰.
	if vat.saturating_mul(REMAINS) >= sold {
		return Ok(());
	}
	for returned in own().filter(|it| it.net < 0 && it.rate > 0) {
		let nets = own().filter(|it| it.rate >= returned.rate).map(|it| it.net);
		if signed_total(nets)? < 0 {
			return Err(Refusal::ReturnsTaxedHigher(returned.code));
		}
	}
	Ok(())
}

/// The first code of a category.
fn of_category(subtotals: &[Subtotal], category: VatCategory) -> Option<TaxCode> {
	subtotals.iter().find(|it| it.category == category).map(|it| it.code)
}
