//! Taxes: what the chain keeps of jurisdictions, codes, taxpayers, books and claims, and the calls that
//! change it.

pub mod books;
pub mod clock;
pub mod codes;
pub mod jurisdictions;
pub mod notation;
pub mod refunds;
pub mod settings;
pub mod taxpayers;

pub use books::{
	Account, CodeTotal, Statement, StatementKey, TreasuryBook, TreasuryInfo, OTHER_CODES,
	STATEMENT_CODES,
};
pub use clock::{this_month, today, ClockChange};
pub use codes::{Code, TaxKind, VatCategory};
pub use jurisdictions::{Jurisdiction, RefundCap, Rounding, Settings};
pub use refunds::{Claim, ClaimState, Decision};
pub use taxpayers::{TaxpayerInfo, TaxpayerState, TaxpayerTerms};

use crate::error::Error;
use ourledger_primitives::tax::JurisdictionId;

fn no_jurisdiction(id: JurisdictionId) -> Error {
	Error::not_found(format!("there is no jurisdiction {id}"))
}
