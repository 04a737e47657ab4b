//! What the arithmetic of trade refuses, as errors of this pallet.

use crate::Error;
use ourledger_math::MathError;
use ourledger_trade::Refusal;

impl<T> From<MathError> for Error<T> {
	fn from(error: MathError) -> Self {
		Refusal::from(error).into()
	}
}

impl<T> From<Refusal> for Error<T> {
	fn from(refusal: Refusal) -> Self {
		match refusal {
			Refusal::Math(MathError::Overflow) => Self::Overflow,
			Refusal::Math(MathError::NegativeNet) => Self::NegativeNet,
			Refusal::Math(MathError::NegativeTax) => Self::NegativeTax,
			Refusal::Math(MathError::LevyOnReturns) => Self::LevyOnReturns,
			Refusal::Math(MathError::LevyWithinLinePrices) => Self::LevyWithinLinePrices,
			Refusal::Math(MathError::WithheldBeyondGross) => Self::WithheldBeyondGross,
			Refusal::Math(MathError::TaxBeyondGross) => Self::TaxBeyondGross,
			Refusal::Math(MathError::Overpaid) => Self::Overpaid,
			// What this pallet asks of the arithmetic can't fail otherwise, unless somebody
			// else changed the bill.
			Refusal::Math(_) => Self::BillMalformed,
			Refusal::SameParty => Self::SameParty,
			Refusal::SupplyInFuture => Self::SupplyInFuture,
			Refusal::SupplyOutsideBound { .. } => Self::SupplyOutsideBound,
			Refusal::NothingSold => Self::NothingSold,
			Refusal::TooLarge => Self::TooLarge,
			Refusal::DuplicateCode => Self::DuplicateCode,
			Refusal::TooManyLines { .. } => Self::TooManyLines,
			Refusal::CodeNotFound(_) | Refusal::LevyNotFound { .. } => Self::CodeNotFound,
			Refusal::NoRateYet(_) => Self::NoRateYet,
			Refusal::RateInvalid(_) => Self::RateInvalid,
			Refusal::NotVat(_) | Refusal::NotLevy(_) | Refusal::NotWithholding(_) => {
				Self::WrongCodeKind
			},
			Refusal::LevyOnUnknownItem { .. } => Self::LevyOnUnknownItem,
			Refusal::LevyInOtherCurrency { .. } => Self::LevyInOtherCurrency,
			Refusal::QuantityMissing(_) => Self::QuantityMissing,
			Refusal::LinesMissing(_) => Self::LinesMissing,
			Refusal::LinesUnexpected(_) => Self::LinesUnexpected,
			Refusal::LinesDiffer => Self::LinesDiffer,
			Refusal::TipTooHigh { .. } => Self::TipTooHigh,
			Refusal::NothingToPay(_) => Self::NothingToPay,
			Refusal::ReturnsOfReverse(_) => Self::NegativeTax,
			Refusal::OutOfScopeAlone(_) => Self::OutOfScopeAlone,
			Refusal::SellerNotRegistered(_) => Self::SellerNotRegistered,
			Refusal::CodeNotAllowed(_) => Self::CodeNotAllowed,
			Refusal::BuyerUnknown(_) => Self::BuyerUnknown,
			Refusal::BuyerNotRegistered(_) => Self::BuyerNotRegistered,
			Refusal::BuyerInArrears { .. } => Self::BuyerInArrears,
			Refusal::ExportNeedsEvidence(_) => Self::ExportNeedsEvidence,
			Refusal::ExportToTaxpayer(_) => Self::ExportToTaxpayer,
			Refusal::SharesDiffer(..) => Self::SharesDiffer,
			Refusal::ReturnsTaxedHigher(_) => Self::ReturnsTaxedHigher,
			Refusal::NoteTooLarge => Self::NoteTooLarge,
			Refusal::BillMalformed => Self::BillMalformed,
		}
	}
}
