//! How fast this machine is beside the SDK's reference hardware.

use frame_benchmarking_cli::SUBSTRATE_REFERENCE_HARDWARE;
use sc_sysinfo::{benchmark_memory, ExecutionLimit, Metric};

/// As long as the SDK's own check of a machine takes.
const SECONDS: f32 = 5.0;

/// How fast it copies memory, in hundredths of the reference hardware's speed, rounded up.
pub fn memory_percent() -> u64 {
	let reference = SUBSTRATE_REFERENCE_HARDWARE
		.0
		.iter()
		.find(|requirement| requirement.metric == Metric::MemCopy)
		.expect("the SDK's reference hardware has a speed of memory");
	let own = benchmark_memory(ExecutionLimit::from_secs_f32(SECONDS));
	(own.as_bytes() / reference.minimum.as_bytes() * 100.0).ceil() as u64
}
