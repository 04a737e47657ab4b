//! Builds the runtime a second time as WASM, the form in which the chain stores and executes it, and
//! puts the digest of its metadata in, which signers sign for (RFC 78).

fn main() {
	#[cfg(feature = "std")]
	{
		// Symbol and decimals as in `ourledger_primitives::currency`; a runtime test compares them.
		substrate_wasm_builder::WasmBuilder::init_with_defaults()
			.enable_metadata_hash("OUR", 12)
			.build();
	}
}
