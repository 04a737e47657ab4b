# shellcheck shell=bash
# shellcheck disable=SC2034 # the scripts that source this file use its variables
# Shared by every script in this folder: where things are, how to talk to people, and the
# environment in which cargo runs. Source it, do not run it.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# ---- talking to people -----------------------------------------------------------------------

# Colours only on a terminal: logs stay readable.
if [[ -t 1 && -z "${NO_COLOR:-}" ]]; then
	BOLD=$'\e[1m' RED=$'\e[31m' PLAIN=$'\e[0m'
else
	BOLD='' RED='' PLAIN=''
fi

say() { printf '%s\n' "$*"; }
step() { printf '\n%s==> %s%s\n' "$BOLD" "$*" "$PLAIN"; }
# One clear sentence, then out. Callers say what happened and what to do about it.
fail() {
	printf '%sError:%s %s\n' "$RED" "$PLAIN" "$*" >&2
	exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# 75 -> "1 min 15 s"
duration() {
	if (($1 < 60)); then printf '%d s' "$1"; else printf '%d min %d s' $(($1 / 60)) $(($1 % 60)); fi
}

# Free space, in MiB, of the disk that holds (or will hold) a path.
free_mib() {
	local path="$1"
	while [[ ! -e "$path" ]]; do path="$(dirname "$path")"; done
	df -Pm "$path" | awk 'NR == 2 { print $4 }'
}

# ---- environment of every build --------------------------------------------------------------

# rustup's installer asks for a new shell before cargo is found; we do not need to.
PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

# Outside the checkout, so that a second clone or a fresh checkout starts warm.
CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/ourledger"
CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$CACHE/target}"
# Programs that scripts install for themselves.
TOOLS="$CACHE/tools"

# One profile for run, test and lint: no dependency is compiled twice. Measurements take `release`,
# published programs `production`.
PROFILE="${OURLEDGER_PROFILE:-develop}"
# The runtime's WASM doesn't follow the profile of the program around it.
WASM_PROFILE=release
[[ "$PROFILE" != production ]] || WASM_PROFILE=production
WASM_BUILD_TYPE="$WASM_PROFILE"
# As the SDK's builder links a runtime, for those that are compiled without it.
WASM_FLAGS='-C link-arg=--export-table -C link-arg=--export=__heap_base -C link-arg=--import-memory --cfg substrate_runtime'
NODE="$CARGO_TARGET_DIR/$PROFILE/ourledger-node"
CLI="$CARGO_TARGET_DIR/$PROFILE/ourledger"

# The command line and other clients are built on their own: together with the node, cargo would
# compile what they share with the features of both, and so the node's whole tree again.
CLIENTS=(
	--package ourledger-cli --package ourledger-client-subxt --package ourledger-client
	--package ourledger-documents --package ourledger-records --package ourledger-audit
)

# The WASM build runs in the target folder and would not find our Cargo.lock from there; without
# it the runtime would be built from newer dependencies than the ones the node was tested with.
WASM_BUILD_WORKSPACE_HINT="$ROOT"

export PATH CARGO_TARGET_DIR WASM_BUILD_TYPE WASM_BUILD_WORKSPACE_HINT

# The compiler named in rust-toolchain.toml, the single place that names it.
RUST_VERSION="$(sed -n 's/^channel *= *"\(.*\)"/\1/p' "$ROOT/rust-toolchain.toml")"

# The runtime is compiled for this target.
WASM_TARGET=wasm32v1-none

# Oldest compiler, 1.x, that compiles the runtime: some of its dependencies ask for as much.
WASM_MIN_RUST_MINOR=90

# Made by scripts/wasm-toolchain where rustup cannot download the target.
WASM_TOOLCHAIN=ourledger-wasm
WASM_TOOLCHAIN_DIR="${XDG_DATA_HOME:-$HOME/.local/share}/ourledger/wasm-toolchain"

# `rustup run` instead of plain `rustc`: it never starts a download on its own.
rust_is_installed() { has rustup && rustup run "$RUST_VERSION" rustc --version >/dev/null 2>&1; }

wasm_target_is_installed() {
	local sysroot
	sysroot="$(rustup run "$RUST_VERSION" rustc --print sysroot 2>/dev/null)" &&
		[[ -d "$sysroot/lib/rustlib/$WASM_TARGET/lib" ]]
}

# Tells the WASM build which toolchain to use: rustup's own target if it is there, else the linked
# toolchain. Every script that builds calls this, so that all of them agree: another answer would
# rebuild the runtime. A choice made by a person stands.
choose_wasm_toolchain() {
	if [[ -z "${WASM_BUILD_TOOLCHAIN:-}" ]] && ! wasm_target_is_installed; then
		export WASM_BUILD_TOOLCHAIN="$WASM_TOOLCHAIN"
	fi
	WASM_CARGO=(cargo)
	[[ -z "${WASM_BUILD_TOOLCHAIN:-}" ]] || WASM_CARGO=(rustup run "$WASM_BUILD_TOOLCHAIN" cargo)
}

# ---- long commands ---------------------------------------------------------------------------

# What takes minutes by itself, as the compiler calls it, with what to expect on two cores.
SLOW_CRATES=(
	'cranelift_codegen=compiler of the runtime, about 2 min'
	'litep2p=network, about 1 min'
	'ourledger_node=node program, about 3 min'
	'ourledger=command line, about 2 min'
)

# What the compiler works on just now. Cargo tells only what it has begun.
under_way() {
	local group args name entry found=''
	group="$(ps -o pgid= -p $$ | tr -d ' ')"
	# The processes of this script and of what it started.
	args="$(ps -A -o pgid=,args= | awk -v group="$group" '$1 == group' | grep -e --crate-name)" || return 0
	if grep -qe "--target $WASM_TARGET" <<<"$args"; then found='runtime as WASM, about 4 min'; fi
	while read -r name; do
		for entry in "${SLOW_CRATES[@]}"; do
			[[ "$entry" != "$name="* ]] || found+="${found:+; }${entry#*=}"
		done
	done < <(sed -nE 's/.*--crate-name ([a-z0-9_]+).*/\1/p' <<<"$args" | sort -u)
	printf '%s' "${found:-$(sed -nE 's/.*--crate-name ([a-z0-9_]+).*/\1/p' <<<"$args" | sort -u | paste -sd' ' -)}"
}

# run_long LABEL CRATES COMMAND...
# On a terminal cargo shows its own progress. Elsewhere it prints nothing while a crate compiles,
# which can take minutes, so we keep its output in a file and print a line every half minute.
# CRATES is the rough number of crates to compile, empty if unknown. The file's name is left in
# LONG_LOG; on failure its end is printed.
run_long() {
	local label="$1" crates="$2" pid status=0 began=$SECONDS next=30 now
	shift 2
	LONG_LOG=''
	if [[ -t 1 && -t 2 ]]; then
		"$@"
		return
	fi

	mkdir -p "$CARGO_TARGET_DIR/logs"
	LONG_LOG="$CARGO_TARGET_DIR/logs/$label.log"
	"$@" >"$LONG_LOG" 2>&1 </dev/null &
	pid=$!
	# Without this an interrupted script would leave cargo running.
	# shellcheck disable=SC2064 # the process id of now is meant
	trap "kill $pid 2>/dev/null; exit 130" INT TERM
	while kill -0 "$pid" 2>/dev/null; do
		sleep 1
		if ((SECONDS - began >= next)); then
			next=$((next + 30))
			now="$(under_way)"
			printf '    %s: %d%s crates begun%s\n' "$(duration $((SECONDS - began)))" \
				"$(grep -cE '^ *(Compiling|Checking) ' "$LONG_LOG")" "${crates:+ of about $crates}" \
				"${now:+; now: $now}"
		fi
	done
	wait "$pid" || status=$?
	trap - INT TERM
	if ((status != 0)); then
		say "    ... the last lines of $LONG_LOG:"
		tail -n 80 "$LONG_LOG"
	fi
	return "$status"
}
