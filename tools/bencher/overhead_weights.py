#!/usr/bin/env python3
"""Writes what a block and a transaction cost before they do anything.

    overhead_weights.py DATE CPU SIGNATURE EXTENSIONS PAYMENT RUN... > overhead.rs

SIGNATURE is the time of a signature's check, EXTENSIONS and PAYMENT are the weights of the
transaction extensions, all measured in the same hour at the same speed; each RUN is a folder with
what the SDK's benchmark of the overhead wrote. Of the runs the least median counts. The transaction
that it measures carries all extensions, and their weights are added to each transaction: so their
times, without the database's, are taken off here. By themselves they take longer than within a
transaction, so what is left may be less than the check of a signature, which every transaction
takes: then it is that.
"""

import re
import sys
from pathlib import Path

MEDIAN = re.compile(r"Median:\s+([\d_]+)")
SPEED = re.compile(r"const SPEED_PERCENT: u64 = (\d+);")
CALL = re.compile(r"\tfn (\w+)\(\) -> Weight \{\n.*?measured\(([\d_]+)\)", re.S)
# As `transaction_extension` puts them together, for one that lives for ever and pays in OUR.
CARRIED = (
    "check_non_zero_sender",
    "check_spec_version",
    "check_tx_version",
    "check_genesis",
    "check_mortality_immortal_transaction",
    "check_nonce",
    "check_weight",
    "charge_asset_tx_payment_native",
    "weight_reclaim",
)

TEMPLATE = """\
//! What a block and a transaction cost before they do anything, measured by
//! `scripts/bench-weights overhead`.
//!
//! Date: {date}. Processor: {cpu}. The least median of {runs} runs of 100 blocks.

use super::scaled;
use frame_support::{{parameter_types, weights::Weight}};

/// Speed of the measuring machine, in hundredths of the reference hardware's.
const SPEED_PERCENT: u64 = {speed};

/// Picoseconds of a transaction that does nothing, all told.
const TRANSACTION: u64 = {transaction:_};

/// Picoseconds of its extensions, which weigh by themselves; measured one by one, where they take
/// longer than within a transaction.
const EXTENSIONS: u64 = {extensions:_};

/// Picoseconds of the check of its signature: what it takes at least besides its extensions.
const SIGNATURE: u64 = {signature:_};

const REST: u64 = TRANSACTION - EXTENSIONS;
const BASE: u64 = if REST > SIGNATURE {{ REST }} else {{ SIGNATURE }};

parameter_types! {{
	/// Time to execute an empty block.
	pub const BlockExecutionWeight: Weight = scaled({block:_}, SPEED_PERCENT);
	/// Time to execute a transaction that does nothing, besides what its extensions weigh.
	pub const ExtrinsicBaseWeight: Weight = scaled(BASE, SPEED_PERCENT);
}}
"""


def number(text: str) -> int:
    """As the SDK writes numbers."""
    return int(text.replace("_", ""))


def main() -> None:
    date, cpu, signature, *paths = sys.argv[1:]
    extensions, payment, *runs = (Path(path) for path in paths)
    weights = [file.read_text() for file in (extensions, payment)]
    (speed,) = {SPEED.search(text)[1] for text in weights}
    times = {name: number(time) for text in weights for name, time in CALL.findall(text)}

    def least(file: str) -> int:
        """Picoseconds, of nanoseconds."""
        return 1_000 * min(number(MEDIAN.search((run / file).read_text())[1]) for run in runs)

    figures = {
        "date": date,
        "cpu": cpu,
        "runs": len(runs),
        "speed": speed,
        "transaction": least("extrinsic_weights.rs"),
        "extensions": sum(times[name] for name in CARRIED),
        "signature": int(signature),
        "block": least("block_weights.rs"),
    }
    sys.stdout.write(TEMPLATE.format(**figures))


if __name__ == "__main__":
    main()
