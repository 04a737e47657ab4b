//! The SDK wants mocks of migrations wherever benchmarks are built. Tests want what the chain runs.

use crate::migrations::MultiBlockMigrations;
use frame_support::{
	migrations::{SteppedMigrationError, SteppedMigrations},
	weights::WeightMeter,
};

/// [`MultiBlockMigrations`], whatever is built.
pub struct RealMigrations;

impl SteppedMigrations for RealMigrations {
	fn len() -> u32 {
		MultiBlockMigrations::len()
	}

	fn nth_id(n: u32) -> Option<Vec<u8>> {
		MultiBlockMigrations::nth_id(n)
	}

	fn nth_max_steps(n: u32) -> Option<Option<u32>> {
		MultiBlockMigrations::nth_max_steps(n)
	}

	fn nth_step(
		n: u32,
		cursor: Option<Vec<u8>>,
		meter: &mut WeightMeter,
	) -> Option<Result<Option<Vec<u8>>, SteppedMigrationError>> {
		MultiBlockMigrations::nth_step(n, cursor, meter)
	}

	fn nth_transactional_step(
		n: u32,
		cursor: Option<Vec<u8>>,
		meter: &mut WeightMeter,
	) -> Option<Result<Option<Vec<u8>>, SteppedMigrationError>> {
		MultiBlockMigrations::nth_transactional_step(n, cursor, meter)
	}

	fn nth_migrating_prefixes(n: u32) -> Option<Option<Vec<Vec<u8>>>> {
		MultiBlockMigrations::nth_migrating_prefixes(n)
	}

	#[cfg(feature = "try-runtime")]
	fn nth_pre_upgrade(n: u32) -> Option<Result<Vec<u8>, sp_runtime::TryRuntimeError>> {
		MultiBlockMigrations::nth_pre_upgrade(n)
	}

	#[cfg(feature = "try-runtime")]
	fn nth_post_upgrade(
		n: u32,
		before: Vec<u8>,
	) -> Option<Result<(), sp_runtime::TryRuntimeError>> {
		MultiBlockMigrations::nth_post_upgrade(n, before)
	}

	fn cursor_max_encoded_len() -> usize {
		MultiBlockMigrations::cursor_max_encoded_len()
	}

	fn identifier_max_encoded_len() -> usize {
		MultiBlockMigrations::identifier_max_encoded_len()
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl pallet_migrations::MockedMigrations for RealMigrations {
	fn set_fail_after(_: u32) {}

	fn set_success_after(_: u32) {}
}
