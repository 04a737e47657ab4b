//! Connects, decodes the metadata, sends a transfer, sees it final, calls a view function.
//!
//! Usage: `ourledger-client-subxt URL`
//!
//! Without generated types: whatever the node's metadata says is what can be called.

use std::error::Error;
use subxt::{
	dynamic,
	ext::scale_decode::DecodeAsType,
	utils::{AccountId32, MultiAddress},
	OnlineClient, PolkadotConfig,
};
use subxt_signer::sr25519::dev;

/// 2.5 OUR.
const AMOUNT: u128 = 2_500_000_000_000;

/// Length of no arguments, as a SCALE compact number.
const NO_ARGUMENTS: u8 = 0;

/// First byte of a `Result` that is `Ok`.
const OK: u8 = 0;

/// Length of a `u128`, 16 bytes, as a SCALE compact number.
const U128_BYTES: u8 = 16 << 2;

/// Any 32 bytes are an account. Nobody needs this one's key.
const RECIPIENT: [u8; 32] = *b"the recipient of subxt transfers";

/// What is read of an account. The library skips the rest.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Account {
	data: AccountData,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct AccountData {
	free: u128,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
	let url = std::env::args().nth(1).ok_or("usage: ourledger-client-subxt URL")?;
	let chain = OnlineClient::<PolkadotConfig>::from_insecure_url(url).await?;

	let before = free_balance(&chain).await?;
	let recipient = MultiAddress::<_, ()>::Id(AccountId32(RECIPIENT));
	let transfer = dynamic::transaction("Balances", "transfer_keep_alive", (recipient, AMOUNT));
	// Each client has a sender of its own, so that they can run at once.
	chain
		.at_current_block()
		.await?
		.transactions()
		.sign_and_submit_then_watch_default(&transfer, &dev::dave())
		.await?
		.wait_for_finalized_success()
		.await?;
	assert_eq!(free_balance(&chain).await? - before, AMOUNT);

	assert!(bond(&chain).await? > 0);

	println!("PASS subxt");
	Ok(())
}

/// What a candidate bonds, in base units, by the view function `Validators.bond`.
///
/// The library's own `call` sends the arguments without their length, which the runtime API asks
/// for (seen with 0.51.1), and then waits for ever. So the length is put in here.
async fn bond(chain: &OnlineClient<PolkadotConfig>) -> Result<u128, Box<dyn Error>> {
	let block = chain.at_current_block().await?;
	let views = block.view_functions();
	let mut call =
		views.encode_args(dynamic::view_function_call::<_, u128>("Validators", "bond", ()))?;
	call.push(NO_ARGUMENTS);
	let answer = views.call_raw(Some(&call)).await?;
	let [OK, U128_BYTES, bond @ ..] = &answer[..] else {
		return Err(format!("the view function answered {answer:?}").into());
	};
	Ok(u128::from_le_bytes(bond.try_into()?))
}

/// What the recipient can spend in the last finalised block, in base units.
async fn free_balance(chain: &OnlineClient<PolkadotConfig>) -> Result<u128, Box<dyn Error>> {
	let address = dynamic::storage::<([u8; 32],), Account>("System", "Account");
	let block = chain.at_current_block().await?;
	let account = block.storage().fetch(address, (RECIPIENT,)).await?;
	Ok(account.decode()?.data.free)
}
