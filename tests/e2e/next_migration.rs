//! The multi-block migration of the runtime to which tests upgrade. It changes nothing; it fails
//! half-way if the state says so. It stands in that runtime alone: see next_runtime.py.

use frame_support::{
	migrations::{SteppedMigration, SteppedMigrationError},
	storage::unhashed,
	weights::WeightMeter,
};

/// Whatever is there makes the migration fail.
const FAIL: &[u8] = b"next-migration/fail";
/// What each step writes, so that a failed migration leaves something behind.
const STEPS: &[u8] = b"next-migration/steps";

/// Takes two blocks.
pub struct NextMigration;

impl SteppedMigration for NextMigration {
	type Cursor = u32;
	type Identifier = [u8; 14];

	fn id() -> Self::Identifier {
		*b"next-migration"
	}

	fn step(
		cursor: Option<u32>,
		_meter: &mut WeightMeter,
	) -> Result<Option<u32>, SteppedMigrationError> {
		let step = cursor.unwrap_or(0) + 1;
		if step == 2 && unhashed::exists(FAIL) {
			return Err(SteppedMigrationError::Failed);
		}
		unhashed::put(STEPS, &step);
		Ok((step < 2).then_some(step))
	}
}
