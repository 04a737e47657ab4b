//! `ourledger record pin` and `unpin`: descriptors on the chain.

use super::{ensure_own, find_book, settle};
use crate::{commands::Context, output::report::Report};
use ourledger_client::{hash, Error, Result};
use ourledger_math::mmr::{self, Blake2b256};
use ourledger_records::{
	address::Address,
	calls,
	on_chain::{index_of, pinned},
};

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
	let mut book = find_book(ctx, record.twin).await?.ok_or_else(|| {
		Error::not_found(format!(
			"there is no record book of twin {}, and so no descriptor of {record} to pin",
			record.twin
		))
	})?;
	let index = settle(ctx, &mut book).await?;
	let proof = book.prove(record.number, 1, index.count)?;
	let encoded = book.descriptor(record.number)?;
	let leaf = mmr::leaf_hash::<Blake2b256>(&encoded);
	let draft = calls::pin(&ctx.state().await?, record, &index, encoded, proof).await?;
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let report = Report::new()
		.field("record", "pinned", record.to_string())
		.json("leaf", hash::text(&leaf))
		.json("pinned", true);
	ctx.out.told(&done, report);
	Ok(())
}

/// Takes a descriptor off the chain.
pub async fn unpin(ctx: &Context, record: Address) -> Result<()> {
	ensure_own(ctx, record)?;
	let draft = calls::unpin(&ctx.state().await?, record).await?;
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let report =
		Report::new().field("record", "unpinned", record.to_string()).json("pinned", false);
	ctx.out.told(&done, report);
	Ok(())
}
