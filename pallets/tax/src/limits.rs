//! How much of what there can be, and for how long.

pub use ourledger_trade::books::{OTHER_CODES, STATEMENT_CODES};

use ourledger_primitives::invoice::{MAX_LEVIES, MAX_SUBTOTALS, MAX_WITHHOLDINGS};

/// Longest name of a jurisdiction, in bytes of UTF-8.
pub const MAX_JURISDICTION_NAME: u32 = 64;
/// Longest name of a code, in bytes of UTF-8.
pub const MAX_CODE_NAME: u32 = 32;
/// Longest tax number, in bytes.
pub const MAX_TAX_NUMBER: u32 = 20;
/// Most codes of a jurisdiction.
pub const MAX_CODES: u32 = 64;
/// Most rates of a code over time.
pub const MAX_RATES: u32 = 32;
/// Most currencies that a jurisdiction accepts.
pub const MAX_CURRENCIES: u32 = 16;
/// Periods that credit is kept apart by; what is older merges into the oldest.
pub const CREDIT_PERIODS: u32 = 12;
/// Longest time for corrections, holds and appeals, in days.
pub const MAX_WINDOW_DAYS: u16 = 366;
/// Periods that the longest correction window can touch: 366 days before 1 February reach back to
/// January of the year before.
pub const WINDOW_PERIODS: u32 = 14;
/// Most codes on one invoice: VAT, levies, withholding.
pub const MAX_CHARGES: u32 = MAX_SUBTOTALS + MAX_LEVIES + MAX_WITHHOLDINGS;
/// Most changes of a jurisdiction's clock that it knows, past and to come: of summer time, those of 16
/// years.
pub const MAX_CLOCK_CHANGES: u32 = 32;
/// Most places, which are jurisdictions and currencies, in which a twin that says who owns it can have
/// turnover of this year.
pub const MAX_TURNOVER_PLACES: u32 = 16;
/// Most jurisdictions that a page of them has.
pub const MAX_PAGE: u32 = 100;
