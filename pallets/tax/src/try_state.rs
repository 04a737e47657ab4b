//! What must always hold. Iterates over all books, so it never runs on a live chain.

#![cfg(any(test, feature = "try-runtime"))]

use crate::{types::Account, *};
use alloc::collections::{BTreeMap, BTreeSet};
use frame::{deps::sp_runtime::TryRuntimeError, prelude::*};
use ourledger_primitives::{
	money::{CurrencyId, LocalMoney},
	tax::{JurisdictionId, TaxKind},
	twin::TwinNumber,
	Balance,
};

type Where = (JurisdictionId, CurrencyId);

/// Sums over all statements of a jurisdiction in a currency.
#[derive(Default)]
struct Sums {
	output: Balance,
	input: Balance,
	remitted: Balance,
	used: Balance,
	deferred: Balance,
	settled: Balance,
	returned: Balance,
	reversed: Balance,
	refunded: Balance,
	levies: Balance,
	withheld: Balance,
}

impl<T: Config> Pallet<T> {
	/// Checks every invariant that the README lists.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_state_jurisdictions()?;
		Self::try_state_codes()?;
		Self::try_state_dividend_codes()?;
		Self::try_state_taxpayers()?;
		Self::try_state_owners()?;
		Self::try_state_books()?;
		Self::try_state_accounts()?;
		Self::try_state_statements()?;
		Self::try_state_claims()
	}

	/// Ids have no gaps, and each has a treasury of its own; that of the next is open already. Clocks
	/// go forward.
	fn try_state_jurisdictions() -> Result<(), TryRuntimeError> {
		let count = NextJurisdiction::<T>::get();
		ensure!(Jurisdictions::<T>::iter().count() == count as usize, "a jurisdiction is missing");
		for (id, entry) in Jurisdictions::<T>::iter() {
			ensure!(id < count, "a jurisdiction's id was never given");
			ensure!(entry.treasury == Self::treasury_of(id), "a treasury is another's");
			ensure!(T::Money::is_pot(&entry.treasury), "a treasury isn't a pot");
			ensure!(calendar::is_clock(&entry.settings.clock), "a clock goes back");
		}
		ensure!(T::Money::is_pot(&Self::treasury_of(count)), "the next treasury isn't open");
		Ok(())
	}

	/// Rates fit their kind and ascend by day.
	fn try_state_codes() -> Result<(), TryRuntimeError> {
		let mut counts = BTreeMap::<JurisdictionId, u32>::new();
		for (jurisdiction, code, entry) in Codes::<T>::iter() {
			*counts.entry(jurisdiction).or_default() += 1;
			ensure!(code != OTHER_CODES, "a code has the reserved number");
			ensure!(!entry.rates.is_empty(), "a code has no rate");
			let ascending = entry.rates.windows(2).all(|pair| pair[0].0 < pair[1].0);
			ensure!(ascending, "rates don't ascend by day");
			let valid = entry.rates.iter().all(|(_, rate)| codes::is_rate(entry.kind, *rate));
			ensure!(valid, "a rate doesn't fit its kind");
		}
		let stored = CodeCounts::<T>::iter().collect::<BTreeMap<_, _>>();
		ensure!(stored == counts, "codes are miscounted");
		ensure!(counts.values().all(|count| *count <= MAX_CODES), "there are too many codes");
		Ok(())
	}

	/// The code of dividends withholds, at a rate of today.
	fn try_state_dividend_codes() -> Result<(), TryRuntimeError> {
		for (jurisdiction, code) in DividendCodes::<T>::iter() {
			let place = Jurisdictions::<T>::get(jurisdiction);
			let place = place.ok_or("dividends are taxed where there is no jurisdiction")?;
			let entry = Codes::<T>::get(jurisdiction, code);
			let entry = entry.ok_or("dividends have a code that there isn't")?;
			let withholds = entry.kind == TaxKind::Withholding;
			ensure!(withholds, "dividends have a code of another kind");
			let rate = entry.rate_on(Self::local_today(&place.settings));
			ensure!(rate.is_some(), "the code of dividends has no rate");
		}
		Ok(())
	}

	/// Whoever is registered, or has asked, has paid.
	fn try_state_taxpayers() -> Result<(), TryRuntimeError> {
		for (jurisdiction, _, taxpayer) in Taxpayers::<T>::iter() {
			let known = Jurisdictions::<T>::contains_key(jurisdiction);
			ensure!(known, "a taxpayer's jurisdiction doesn't exist");
			let ended = matches!(taxpayer.state, TaxpayerState::Deregistered(_));
			ensure!(taxpayer.ticket.is_none() == ended, "a deposit doesn't fit its registration");
			let number = &taxpayer.terms.tax_number;
			ensure!(taxpayers::is_tax_number(number), "a tax number is malformed");
		}
		Ok(())
	}

	/// Ownership has one level.
	fn try_state_owners() -> Result<(), TryRuntimeError> {
		let mut counts = BTreeMap::<TwinNumber, u32>::new();
		for (twin, owner) in Owners::<T>::iter() {
			ensure!(twin != owner && !Owners::<T>::contains_key(owner), "an owner has an owner");
			ensure!(!DeclaredOwners::<T>::contains_key(twin), "an owner is to be confirmed again");
			*counts.entry(owner).or_default() += 1;
		}
		let stored = OwnedCounts::<T>::iter().collect::<BTreeMap<_, _>>();
		ensure!(stored == counts, "owned twins are miscounted");
		Ok(())
	}

	/// The laws of the treasury's book.
	fn try_state_books() -> Result<(), TryRuntimeError> {
		for (jurisdiction, currency, book) in Treasuries::<T>::iter() {
			let remitted = book.output.checked_sub(book.used);
			let remitted = remitted.and_then(|rest| rest.checked_sub(book.arrears));
			let message = "output less used and arrears isn't what was remitted";
			ensure!(remitted == Some(book.remitted), message);
			let balance = book.balance().ok_or("more left a treasury than came in")?;
			let treasury = Self::treasury_of(jurisdiction);
			let money = T::Money::balance(currency, &treasury);
			// Before it was a pot, anybody could have sent it something.
			ensure!(money >= balance, "a treasury has less than its book");
			let rose = [book.credited, book.returned, book.made_good].iter().sum::<Balance>();
			let fell = [book.reversed, book.used, book.refunds, book.forfeited];
			let owed = rose.checked_sub(fell.iter().sum());
			let stored = book.credits.checked_add(book.pending);
			ensure!(owed == stored, "credits and claims don't follow from the book");
			let ascending = book.uncredited.windows(2).all(|pair| pair[0].0 < pair[1].0);
			ensure!(ascending, "uncredited tax isn't in order");
		}
		Ok(())
	}

	/// Accounts sum up to the books, and are in order.
	fn try_state_accounts() -> Result<(), TryRuntimeError> {
		let mut sums = BTreeMap::<Where, (Balance, Balance, Balance)>::new();
		for ((jurisdiction, _, currency), account) in Accounts::<T>::iter() {
			ensure!(account != Account::default(), "an account is empty");
			let ascending = account.credits.windows(2).all(|pair| pair[0].0 < pair[1].0);
			ensure!(ascending, "credits aren't in order");
			let filled = account.credits.iter().all(|(_, amount)| *amount > 0);
			ensure!(filled, "a credit is of nothing");
			let sum = sums.entry((jurisdiction, currency)).or_default();
			sum.0 += account.credit();
			sum.1 += account.pending;
			sum.2 += account.arrears;
			let clear = account.arrears == 0 || account.credits.is_empty();
			ensure!(clear, "there is credit beside arrears");
		}
		for (jurisdiction, currency, book) in Treasuries::<T>::iter() {
			let sum = sums.remove(&(jurisdiction, currency)).unwrap_or_default();
			let stored = (book.credits, book.pending, book.arrears);
			ensure!(sum == stored, "accounts don't sum up to the book");
		}
		ensure!(sums.is_empty(), "an account has no treasury");
		Ok(())
	}

	/// Statements sum up to the books, and each adds up.
	fn try_state_statements() -> Result<(), TryRuntimeError> {
		let mut sums = BTreeMap::<Where, Sums>::new();
		for ((jurisdiction, _, currency, _), it) in Statements::<T>::iter() {
			let rises = it.output.checked_add(it.settled);
			let falls = [it.used, it.remitted, it.deferred].iter().sum::<Balance>();
			ensure!(rises == Some(falls), "a statement doesn't add up");
			let sum = sums.entry((jurisdiction, currency)).or_default();
			sum.deferred += it.deferred;
			sum.settled += it.settled;
			sum.output += it.output;
			sum.input += it.input;
			sum.remitted += it.remitted;
			sum.used += it.used;
			sum.returned += it.returned;
			sum.reversed += it.reversed;
			sum.refunded += it.refunded;
			sum.levies += it.levies;
			sum.withheld += it.withheld;
		}
		for (jurisdiction, currency, book) in Treasuries::<T>::iter() {
			let sum = sums.remove(&(jurisdiction, currency)).unwrap_or_default();
			let agrees = sum.output == book.output
				&& sum.input == book.credited
				&& sum.remitted == book.remitted
				&& sum.used == book.used
				&& sum.deferred.checked_sub(sum.settled) == Some(book.arrears)
				&& sum.returned == book.returned
				&& sum.reversed == book.reversed
				&& sum.refunded == book.refunds
				&& sum.levies == book.levies
				&& sum.withheld == book.withheld;
			ensure!(agrees, "statements don't sum up to the book");
		}
		ensure!(sums.is_empty(), "a statement has no treasury");
		Ok(())
	}

	/// Claims are what accounts have pending, and none is forgotten.
	fn try_state_claims() -> Result<(), TryRuntimeError> {
		let mut pending = BTreeMap::<(JurisdictionId, TwinNumber, CurrencyId), Balance>::new();
		let cursor = DueCursor::<T>::get().unwrap_or(0);
		let due = Due::<T>::iter_keys().collect::<BTreeSet<_>>();
		ensure!(due.iter().all(|(day, _)| *day >= cursor), "a due day was passed");
		let scheduled = due.into_iter().map(|(_, key)| key).collect::<BTreeSet<_>>();
		for (jurisdiction, number, claim) in Claims::<T>::iter() {
			ensure!(number < NextClaim::<T>::get(jurisdiction), "a claim's number was never given");
			let forfeited = match claim.state {
				ClaimState::Assessed { forfeited, .. } | ClaimState::Appealed { forfeited } => {
					forfeited
				},
				_ => 0,
			};
			ensure!(forfeited <= claim.amount, "more is forfeited than was claimed");
			let appealed =
				matches!(claim.state, ClaimState::Appealed { .. } | ClaimState::DenialAppealed);
			let seen_to = appealed || scheduled.contains(&(jurisdiction, number));
			ensure!(seen_to, "a claim isn't in the agenda");
			let kept = Waiting::<T>::get(jurisdiction, number);
			let fits = kept.is_none_or(|it| it.kept.nominal == claim.pending());
			ensure!(fits, "a claim isn't kept as what it is of");
			if claim.pending() > 0 {
				let key = (jurisdiction, claim.twin, claim.currency);
				*pending.entry(key).or_default() += claim.pending();
			}
		}
		for (key, account) in Accounts::<T>::iter() {
			let claimed = pending.remove(&key).unwrap_or(0);
			ensure!(account.pending == claimed, "claims aren't what is pending");
		}
		ensure!(pending.is_empty(), "a claim has no account");
		let mut waiting = Waiting::<T>::iter_keys();
		let known =
			waiting.all(|(jurisdiction, number)| Claims::<T>::contains_key(jurisdiction, number));
		ensure!(known, "what is kept is of no claim");
		Ok(())
	}
}

impl TreasuryBook {
	/// What the treasury has, by its book.
	pub(crate) fn balance(&self) -> Option<Balance> {
		[self.levies, self.withheld, self.made_good, self.gifts]
			.into_iter()
			.try_fold(self.remitted, Balance::checked_add)?
			.checked_sub(self.refunds)?
			.checked_sub(self.sweeps)
	}
}
