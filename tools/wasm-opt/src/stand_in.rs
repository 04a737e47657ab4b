//! The part of the crate's interface that the WASM builder uses.

use std::{fmt, fs, io, path::Path};
use wasmparser::{BinaryReaderError, Parser, Payload, Validator, WasmFeatures};

/// What can be done to a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
	/// Remove the debug information of the compiler.
	StripDwarf,
	/// Replace instructions that extend signs. The compiler makes none for `wasm32v1-none`, and a
	/// module that has some doesn't pass the check, so there is nothing to do.
	SignextLowering,
}

/// Why a module could not be written.
#[derive(Debug)]
pub enum OptimizationError {
	/// A file can't be read or written.
	File(io::Error),
	/// The module isn't WASM of the first version.
	Invalid(BinaryReaderError),
}

impl fmt::Display for OptimizationError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::File(error) => write!(f, "the module can't be read or written: {error}"),
			Self::Invalid(error) => write!(f, "the module isn't valid: {error}"),
		}
	}
}

impl std::error::Error for OptimizationError {}

impl From<io::Error> for OptimizationError {
	fn from(error: io::Error) -> Self {
		Self::File(error)
	}
}

impl From<BinaryReaderError> for OptimizationError {
	fn from(error: BinaryReaderError) -> Self {
		Self::Invalid(error)
	}
}

/// What is done to a module: without passes, nothing but a check.
#[derive(Clone, Debug, Default)]
pub struct OptimizationOptions {
	passes: Vec<Pass>,
}

impl OptimizationOptions {
	/// Leaves the code as the compiler made it.
	pub fn new_opt_level_0() -> Self {
		Self::default()
	}

	/// Allows the first version of WASM only, which is always so here.
	pub fn mvp_features_only(&mut self) -> &mut Self {
		self
	}

	/// Keeps the names of functions, which is always so here.
	pub fn debug_info(&mut self, _keep: bool) -> &mut Self {
		self
	}

	/// Adds `pass`.
	pub fn add_pass(&mut self, pass: Pass) -> &mut Self {
		self.passes.push(pass);
		self
	}

	/// Checks the module in `input` and writes what the passes leave of it to `output`.
	pub fn run(
		&self,
		input: impl AsRef<Path>,
		output: impl AsRef<Path>,
	) -> Result<(), OptimizationError> {
		let module = fs::read(input)?;
		Validator::new_with_features(FIRST_VERSION).validate_all(&module)?;
		let module = if self.passes.contains(&Pass::StripDwarf) {
			without_debug_sections(&module)?
		} else {
			module
		};
		Ok(fs::write(output, module)?)
	}
}

/// What the chain's executor accepts and `wasm32v1-none` promises: the first version, and globals
/// that change and are shared.
const FIRST_VERSION: WasmFeatures = WasmFeatures::WASM1;

/// Copies `module` without its sections of debug information.
fn without_debug_sections(module: &[u8]) -> Result<Vec<u8>, BinaryReaderError> {
	let mut kept = Vec::with_capacity(module.len());
	// Where the section under way begins: the parser tells where its contents begin, behind the
	// number and the length that stand before them.
	let mut begin = 0;
	for payload in Parser::new(0).parse_all(module) {
		let payload = payload?;
		let end = match &payload {
			Payload::Version { range, .. } => range.end,
			// The bodies of functions lie within a section that has been seen already.
			Payload::CodeSectionEntry(_) | Payload::End(_) => continue,
			other => match other.as_section() {
				Some((_, range)) => range.end,
				None => continue,
			},
		};
		let is_debug = matches!(
			&payload,
			Payload::CustomSection(section) if section.name().starts_with(".debug_")
		);
		if !is_debug {
			kept.extend_from_slice(&module[begin..end]);
		}
		begin = end;
	}
	Ok(kept)
}

#[cfg(test)]
mod tests {
	use super::*;

	const HEADER: &[u8] = b"\0asm\x01\0\0\0";

	fn custom(name: &str, contents: &[u8]) -> Vec<u8> {
		let mut section = vec![0, (1 + name.len() + contents.len()) as u8, name.len() as u8];
		section.extend_from_slice(name.as_bytes());
		section.extend_from_slice(contents);
		section
	}

	/// One function of type `i32 -> i32` with these instructions.
	fn function(instructions: &[u8]) -> Vec<u8> {
		let mut code = vec![10, 4 + instructions.len() as u8, 1, 2 + instructions.len() as u8, 0];
		code.extend_from_slice(instructions);
		code.push(0x0b);
		[&[1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f][..], &[3, 2, 1, 0], &code].concat()
	}

	fn run(options: &OptimizationOptions, module: &[u8]) -> Result<Vec<u8>, OptimizationError> {
		let folder = std::env::temp_dir().join(format!(
			"wasm-opt-{}-{:?}",
			std::process::id(),
			std::thread::current().id()
		));
		fs::create_dir_all(&folder)?;
		let (input, output) = (folder.join("in.wasm"), folder.join("out.wasm"));
		fs::write(&input, module)?;
		let result = options.run(&input, &output).and_then(|()| Ok(fs::read(&output)?));
		fs::remove_dir_all(&folder)?;
		result
	}

	#[test]
	fn only_debug_sections_go() {
		let get = function(&[0x20, 0]);
		let module = [
			HEADER,
			&custom("runtime_version", b"one"),
			&get,
			&custom(".debug_info", b"where"),
			&custom("name", b""),
			&custom(".debug_line", b"when"),
			&custom("producers", b"\0"),
		]
		.concat();
		let expected = [
			HEADER,
			&custom("runtime_version", b"one"),
			&get,
			&custom("name", b""),
			&custom("producers", b"\0"),
		]
		.concat();
		let mut options = OptimizationOptions::new_opt_level_0();
		options.mvp_features_only().debug_info(true).add_pass(Pass::StripDwarf);
		assert_eq!(run(&options, &module).expect("is valid"), expected);
	}

	#[test]
	fn without_a_pass_nothing_goes() {
		let module = [HEADER, &custom(".debug_info", b"where")].concat();
		let options = OptimizationOptions::new_opt_level_0();
		assert_eq!(run(&options, &module).expect("is valid"), module);
	}

	#[test]
	fn newer_instructions_are_refused() {
		// i32.extend8_s
		let module = [HEADER, &function(&[0x20, 0, 0xc0])].concat();
		let options = OptimizationOptions::new_opt_level_0();
		assert!(matches!(run(&options, &module), Err(OptimizationError::Invalid(_))));
	}

	#[test]
	fn damaged_modules_are_refused() {
		let module = [HEADER, &function(&[0x20, 0])].concat();
		let options = OptimizationOptions::new_opt_level_0();
		let torn = &module[..module.len() - 1];
		assert!(matches!(run(&options, torn), Err(OptimizationError::Invalid(_))));
	}
}
