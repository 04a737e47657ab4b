//! `ourledger record pin` and `unpin`: descriptors on the chain.

use super::{deposits, ensure_own, find_book, hex, index_of, pinned, settle, Address};
use crate::commands::Context;
use ourledger_client::{
	amount,
	call::Encoded,
	error::{Error, Result},
	submit::{acting, Draft},
};
use ourledger_math::mmr::{self, Blake2b256};
use serde_json::json;
use subxt::ext::{scale_decode::DecodeAsType, scale_value::Value};

/// Puts a descriptor on the chain.
pub async fn pin(ctx: &Context, record: Address) -> Result<()> {
	ensure_own(ctx, record)?;
	let state = ctx.state().await?;
	let count = index_of(&state, record.twin).await?.count;
	if record.number >= count {
		return Err(record.not_found(count));
	}
	if pinned(&state, record).await?.is_some() {
		return Err(Error::input(format!("the record {record} is pinned already")));
	}
	let genesis = ctx.chain().await?.genesis_hash();
	let mut book = find_book(ctx, genesis, record.twin)?.ok_or_else(|| {
		Error::not_found(format!(
			"there is no record book of twin {}, and so no descriptor of {record} to pin",
			record.twin
		))
	})?;
	let index = settle(ctx, &mut book, record.twin).await?;
	let bundle = book.bundle(record.number, 1, index.count)?;
	let encoded = bundle.descriptor(record.number).unwrap_or_default().to_vec();

	let state = ctx.state().await?;
	let bytes = encoded.len() as u32;
	let deposit = deposits(&state, index.count, bytes).await?.pin;
	let leaf = mmr::leaf_hash::<Blake2b256>(&encoded);
	let arguments = (record.number, Encoded(encoded), bundle.proof);
	let call = state.call("Records", "pin", arguments)?;
	let draft = Draft::new(call)
		.for_twin(record.twin)
		.effect(format!(
			"everybody can read the descriptor of {record} from the chain ({bytes} bytes)"
		))
		.deposit(deposit);
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let result = json!({ "record": record.to_string(), "leaf": hex(&leaf), "pinned": true });
	ctx.out.done(&done, result, [("pinned", record.to_string())]);
	Ok(())
}

/// Takes a descriptor off the chain.
pub async fn unpin(ctx: &Context, record: Address) -> Result<()> {
	ensure_own(ctx, record)?;
	let state = ctx.state().await?;
	let encoded = pinned(&state, record)
		.await?
		.ok_or_else(|| Error::not_found(format!("the record {record} is not pinned")))?;
	let controller = acting::controller_of(&state, record.twin).await?;
	let deposit = deposits(&state, 1, encoded.len() as u32).await?.pin;
	let call = state.call("Records", "unpin", (record.twin, record.number))?;
	let mut draft = Draft::new(call)
		.effect(format!("the descriptor of {record} leaves the chain; the record stays"))
		.effect(format!("{} of deposit come back to {controller}", amount::format(deposit)));
	draft = match is_active(&state, record).await? {
		true => draft.for_twin(record.twin),
		// Anyone may clean up after a deactivated twin.
		false => draft.in_own_name(),
	};
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let result = json!({ "record": record.to_string(), "pinned": false });
	ctx.out.done(&done, result, [("unpinned", record.to_string())]);
	Ok(())
}

/// Whether the record's twin is active.
async fn is_active(state: &ourledger_client::chain::State, record: Address) -> Result<bool> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Twin {
		state: Value,
	}
	let found: Option<Twin> = state.view("Twins", "twin", (record.twin,)).await?;
	Ok(found.is_some_and(|twin| {
		matches!(
			&twin.state.value,
			subxt::ext::scale_value::ValueDef::Variant(variant) if variant.name == "Active"
		)
	}))
}
