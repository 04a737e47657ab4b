//! Builds the runtime a second time as WASM, the form in which the chain stores and executes it.

fn main() {
	#[cfg(feature = "std")]
	{
		let builder = substrate_wasm_builder::WasmBuilder::init_with_defaults();
		// Symbol and decimals as in `ourledger_primitives::currency`; a runtime test compares them.
		#[cfg(feature = "metadata-hash")]
		let builder = builder.enable_metadata_hash("OUR", 12);
		builder.build();
	}
}
