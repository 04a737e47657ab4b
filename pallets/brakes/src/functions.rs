//! What the calls do, and what asks whether a call may run.

use crate::*;
use frame::traits::Zero;

impl<T: Config> Pallet<T> {
	/// The present tick.
	pub(crate) fn now() -> BlockNumberFor<T> {
		T::BlockNumberProvider::current_block_number()
	}

	/// Applies a brake, within the round if the power is bounded.
	pub(crate) fn do_apply(brake: Brake, ticks: BlockNumberFor<T>, power: Power) -> DispatchResult {
		let in_range = !ticks.is_zero() && ticks <= T::LongestSpan::get();
		ensure!(in_range, Error::<T>::SpanOutOfRange);
		if let Brake::Call(name) = &brake {
			ensure!(Self::exists(name), Error::<T>::NoSuchCall);
			let unstoppable = <T::Unstoppable as Contains<CallName>>::contains(name);
			ensure!(!unstoppable, Error::<T>::Unstoppable);
		}
		let now = Self::now();
		let until = now.saturating_add(ticks);
		let later = Applied::<T>::get(&brake).is_none_or(|end| end < until);
		ensure!(later, Error::<T>::EndsLater);
		if power == Power::Bounded {
			LatestRound::<T>::put(Self::round_with(now, until)?);
		}
		Self::write(brake, until);
		Ok(())
	}

	/// The round to which a brake from `now` to `until` belongs.
	fn round_with(
		now: BlockNumberFor<T>,
		until: BlockNumberFor<T>,
	) -> Result<Round<BlockNumberFor<T>>, Error<T>> {
		let mut round = match LatestRound::<T>::get() {
			Some(round) if now < round.until => round,
			Some(round) if now < round.rested() => return Err(Error::<T>::Resting),
			_ => Round { since: now, until: now },
		};
		// What was released early counts as well: a round ends with the last end that was set.
		round.until = round.until.max(until);
		let length = round.until.saturating_sub(round.since);
		ensure!(length <= T::LongestRound::get(), Error::<T>::RoundTooLong);
		Ok(round)
	}

	/// Releases a brake.
	pub(crate) fn do_release(brake: Brake) -> DispatchResult {
		ensure!(Self::is_on(&brake), Error::<T>::NotApplied);
		Applied::<T>::remove(&brake);
		Self::deposit_event(Event::Released { brake });
		Ok(())
	}

	/// Enters safe mode without an end and outside of rounds: for faults of the chain itself, such
	/// as a migration that failed half-way. Nobody may reach it by a call.
	pub fn stop_everything() {
		Self::write(Brake::SafeMode, BlockNumberFor::<T>::max_value());
	}

	fn write(brake: Brake, until: BlockNumberFor<T>) {
		Applied::<T>::insert(&brake, until);
		Self::deposit_event(Event::Applied { brake, until });
	}

	/// Whether a brake is on.
	pub fn is_on(brake: &Brake) -> bool {
		Applied::<T>::get(brake).is_some_and(|until| Self::now() < until)
	}

	/// Whether a brake that is on stops `call`.
	pub fn stops(call: &T::RuntimeCall) -> bool {
		let name = call.get_call_metadata();
		// Too long a name can't be paused; `integrity_test` sees to it that there is none.
		let paused = || CallName::new(name.pallet_name, name.function_name).map(Brake::Call);
		let stopped =
			Self::is_on(&Brake::SafeMode) || paused().is_some_and(|brake| Self::is_on(&brake));
		// Last, since it may have to look through many calls.
		stopped && !<T::Unstoppable as Contains<T::RuntimeCall>>::contains(call)
	}

	/// Whether the runtime has a call of this name.
	fn exists(name: &CallName) -> bool {
		let names = T::RuntimeCall::get_module_names();
		names.iter().find(|pallet| pallet.as_bytes() == &name.pallet[..]).is_some_and(|pallet| {
			let calls = T::RuntimeCall::get_call_names(pallet);
			calls.iter().any(|call| call.as_bytes() == &name.call[..])
		})
	}

	/// The brakes that are on, sorted. Reads all entries, at most one for each call and safe mode.
	pub(crate) fn on_now() -> Vec<(Brake, BlockNumberFor<T>)> {
		let now = Self::now();
		let mut on: Vec<_> = Applied::<T>::iter().filter(|(_, until)| now < *until).collect();
		on.sort();
		on
	}

	/// Panics when the runtime's constants or names do not fit.
	pub(crate) fn check_constants() {
		assert!(!T::LongestRound::get().is_zero(), "LongestRound must let brakes be applied");
		assert!(
			T::LongestRound::get() <= T::LongestSpan::get(),
			"LongestRound must not be above LongestSpan",
		);
		for pallet in T::RuntimeCall::get_module_names() {
			for call in T::RuntimeCall::get_call_names(pallet) {
				let fits = CallName::new(pallet, call).is_some();
				assert!(fits, "{pallet}.{call} is too long to be paused");
			}
		}
	}

	/// Checks the invariants of the README; reads all entries.
	#[cfg(any(feature = "try-runtime", test))]
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let now = Self::now();
		let latest = now.saturating_add(T::LongestSpan::get());
		for (brake, until) in Applied::<T>::iter() {
			let endless = until == BlockNumberFor::<T>::max_value();
			ensure!(!endless || brake == Brake::SafeMode, "a pause has no end");
			ensure!(endless || until <= latest, "a brake lasts longer than LongestSpan");
		}
		if let Some(round) = LatestRound::<T>::get() {
			ensure!(round.since <= now, "the round has not begun");
			ensure!(round.since < round.until, "the round has no length");
			let length = round.until.saturating_sub(round.since);
			ensure!(length <= T::LongestRound::get(), "the round is too long");
		}
		Ok(())
	}
}

/// The calls that run: for `frame_system::Config::BaseCallFilter`.
impl<T: Config> Contains<T::RuntimeCall> for Pallet<T> {
	fn contains(call: &T::RuntimeCall) -> bool {
		!Self::stops(call)
	}
}
