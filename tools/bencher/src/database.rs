//! The database that a node has left, opened as the node opens it.

use crate::runtime_api::RuntimeApi;
use frame_benchmarking_cli::OpaqueBlock;
use sc_cli::{CliConfiguration, Result, SubstrateCli};
use sc_executor::WasmExecutor;
use sc_service::{ChainSpec, Configuration, GenericChainSpec, TFullBackend, TFullClient};
use std::{path::Path, sync::Arc};

pub type Backend = TFullBackend<OpaqueBlock>;
pub type Client = TFullClient<OpaqueBlock, RuntimeApi, WasmExecutor<sp_io::SubstrateHostFunctions>>;

/// Opens the database of the chain and base path that `command` names, and has `measure` do what it
/// asks for. No node must be running on it.
pub fn with<Command: CliConfiguration>(
	command: Command,
	measure: impl FnOnce(Command, Configuration, Arc<Client>, Arc<Backend>) -> Result<()>,
) -> Result<()> {
	let tokio = sc_cli::build_runtime()?;
	let config = Files.create_configuration(&command, tokio.handle().clone())?;
	// Where there is none, an empty chain would be made and measured.
	if !config.database.path().is_some_and(Path::exists) {
		return Err(format!("there is no database {}", config.data_path.display()).into());
	}
	let executor = sc_service::new_wasm_executor(&config.executor);
	let (client, backend, _keystore, _tasks) =
		sc_service::new_full_parts(&config, None, executor, Vec::new())?;
	measure(command, config, Arc::new(client), backend)
}

/// What the SDK asks of a program to configure a node: here it is always the file of a chain
/// specification that says which chain.
struct Files;

impl SubstrateCli for Files {
	fn impl_name() -> String {
		env!("CARGO_PKG_NAME").into()
	}

	fn impl_version() -> String {
		env!("CARGO_PKG_VERSION").into()
	}

	fn description() -> String {
		env!("CARGO_PKG_DESCRIPTION").into()
	}

	fn author() -> String {
		env!("CARGO_PKG_AUTHORS").into()
	}

	fn support_url() -> String {
		env!("CARGO_PKG_REPOSITORY").into()
	}

	fn copyright_start_year() -> i32 {
		2026
	}

	fn load_spec(&self, file: &str) -> std::result::Result<Box<dyn ChainSpec>, String> {
		let spec: GenericChainSpec = GenericChainSpec::from_json_file(file.into())?;
		Ok(Box::new(spec))
	}
}
