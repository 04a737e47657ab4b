//! Types of the runtime's APIs, which a client asks for at compile time. What it calls is the WASM
//! in the database, so none of the functions below is ever run.

use frame_benchmarking_cli::OpaqueBlock as Block;
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_runtime::{traits::Block as BlockT, ApplyExtrinsicResult, ExtrinsicInclusionMode};
use sp_version::RuntimeVersion;

// Only named: what a client uses is the type that the macro makes of it.
#[allow(dead_code)]
pub struct Runtime;

sp_api::impl_runtime_apis! {
	impl sp_api::Core<Block> for Runtime {
		fn version() -> RuntimeVersion {
			unreachable!()
		}

		fn execute_block(_: <Block as BlockT>::LazyBlock) {
			unreachable!()
		}

		fn initialize_block(_: &<Block as BlockT>::Header) -> ExtrinsicInclusionMode {
			unreachable!()
		}
	}

	impl sp_block_builder::BlockBuilder<Block> for Runtime {
		fn apply_extrinsic(_: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
			unreachable!()
		}

		fn finalize_block() -> <Block as BlockT>::Header {
			unreachable!()
		}

		fn inherent_extrinsics(_: InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
			unreachable!()
		}

		fn check_inherents(
			_: <Block as BlockT>::LazyBlock,
			_: InherentData,
		) -> CheckInherentsResult {
			unreachable!()
		}
	}
}
