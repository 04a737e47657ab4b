//! `audit export` and `audit verify`.

use super::{bar, ExportArguments};
use crate::{
	audit::{
		auditor::{self, AUDITOR_FILE},
		chain_source::ChainSource,
		manifest::{Manifest, STATE_FILE},
		scope::Scope,
		state,
		tables::{Folder, Format, Sink, Tables},
		verify::{ensure_fits, with_sums, Comparing},
	},
	chain::State,
	commands::{tax::types::Jurisdiction, Context},
	error::{Error, Result},
	money::Currency,
	output,
};
use serde_json::json;
use std::{collections::BTreeSet, path::Path};

/// `audit export`.
pub async fn run(ctx: &Context, arguments: ExportArguments) -> Result<()> {
	let ExportArguments { from, to, jurisdiction, out, format } = arguments;
	let mut source = ChainSource::open(ctx.chain_to_read().await?, from, to).await?;
	let mut scope = scope_of(&source, jurisdiction).await?;
	let sink = Folder::create(out.clone())?;
	let (manifest, sink) = write(ctx, &mut source, &mut scope, sink, format.all()).await?;
	sink.finish()?;
	manifest.write(&out)?;
	let rows: u64 = manifest.files.values().map(|file| file.rows).sum();
	let mut json = serde_json::to_value(&manifest)
		.map_err(|error| Error::input(format!("the manifest can't be shown: {error}")))?;
	json["folder"] = out.display().to_string().into();
	ctx.out.print(&json, || {
		output::fields([
			("written to", out.display().to_string()),
			("blocks", format!("{} to {}", manifest.first.number, manifest.last.number)),
			("files", manifest.files.len().to_string()),
			("rows", rows.to_string()),
			("manifest", format!("BLAKE3 {}", manifest.blake3)),
		])
	});
	Ok(())
}

/// `audit verify`.
pub async fn verify(ctx: &Context, folder: &Path, offline: bool) -> Result<()> {
	let manifest = Manifest::read(folder)?;
	let sums = ensure_fits(folder, &manifest);
	if offline {
		sums?;
	} else {
		against_chain(ctx, folder, &manifest, sums).await?;
	}
	let rows: u64 = manifest.files.values().map(|file| file.rows).sum();
	let json = json!({
		"folder": folder.display().to_string(),
		"verified": true,
		"againstChain": !offline,
		"first": manifest.first.number,
		"last": manifest.last.number,
		"files": manifest.files.len(),
		"rows": rows,
		"blake3": manifest.blake3,
	});
	ctx.out.print(&json, || {
		let against = match offline {
			true => "its manifest alone".to_owned(),
			false => format!("its manifest, and the chain {}", manifest.genesis),
		};
		let fields = output::fields([
			("against", against),
			("blocks", format!("{} to {}", manifest.first.number, manifest.last.number)),
			("files", manifest.files.len().to_string()),
			("rows", rows.to_string()),
		]);
		format!("{}\n{fields}", ctx.out.green("Verified."))
	});
	Ok(())
}

async fn against_chain(
	ctx: &Context,
	folder: &Path,
	manifest: &Manifest,
	sums: Result<()>,
) -> Result<()> {
	let chain = ctx.chain().await?;
	let genesis = format!("{:?}", chain.genesis_hash());
	if genesis != manifest.genesis {
		return Err(Error::verification(format!(
			"the export is of the chain {}, not of {genesis}",
			manifest.genesis
		)));
	}
	let (from, to) = (manifest.first.number, manifest.last.number);
	let mut source = ChainSource::open(chain, from, Some(to)).await?;
	let mut scope = scope_of(&source, manifest.jurisdiction).await?;
	let sink = Comparing::new(folder.into());
	let compared = write(ctx, &mut source, &mut scope, sink, &manifest.formats).await;
	let (expected, sink) = compared.map_err(|error| told_of(error, &sums))?;
	sink.finish().map_err(|error| told_of(error, &sums))?;
	sums?;
	manifest.ensure_is(&expected)
}

/// Adds to what the chain says of a difference what the manifest does.
fn told_of(error: Error, sums: &Result<()>) -> Error {
	match error {
		Error::Verification(_) => with_sums(error, sums),
		other => other,
	}
}

/// Writes tables of a range and the ledgers at its end, and describes them.
async fn write<S: Sink>(
	ctx: &Context,
	source: &mut ChainSource,
	scope: &mut Scope,
	sink: S,
	formats: &[Format],
) -> Result<(Manifest, S)> {
	let bar = bar(&ctx.out, source.len());
	let mut tables = Tables::new(sink, formats);
	let written = tables.write_all(source, scope, |_| bar.inc(1)).await;
	bar.finish_and_clear();
	written?;
	for line in state::lines(source.last(), scope.jurisdiction()).await? {
		tables.json(STATE_FILE, &line)?;
	}
	let chain = ctx.chain().await?;
	let head = source.head(chain, scope.jurisdiction(), scope.currencies()).await?;
	if auditor::is_readable(&head, formats) {
		if let Some(state) = auditor::state(source.last()).await? {
			tables.json(AUDITOR_FILE, &state)?;
		}
	}
	let (files, sink) = tables.finish();
	Ok((Manifest::new(head, formats, files)?, sink))
}

/// What belongs to a jurisdiction in a range: the currencies that it accepts before or after, and
/// those that belong to it.
async fn scope_of(source: &ChainSource, jurisdiction: Option<u32>) -> Result<Scope> {
	let Some(id) = jurisdiction else { return Ok(Scope::all()) };
	let last = source.last();
	let mut currencies: BTreeSet<_> =
		Jurisdiction::read(last, id).await?.settings.currencies.into_iter().collect();
	if let Some(before) = source.before() {
		currencies.extend(accepted_before(before, id).await?);
	}
	let own = Currency::list(last, 0, usize::MAX).await?.into_iter();
	currencies.extend(own.filter(|it| it.jurisdiction == Some(id)).map(|it| it.id));
	Ok(Scope::of(id, currencies))
}

/// What a jurisdiction accepts, if it is there and the runtime knows of jurisdictions at all.
async fn accepted_before(state: &State, id: u32) -> Result<Vec<u32>> {
	if !state.has_view("Tax", "jurisdiction") {
		return Ok(Vec::new());
	}
	match Jurisdiction::read(state, id).await {
		Ok(found) => Ok(found.settings.currencies),
		Err(Error::NotFound(_)) => Ok(Vec::new()),
		Err(error) => Err(error),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn only_differences_are_explained_by_sums() {
		let sums = Err(Error::verification("x: rows"));
		let difference = told_of(Error::verification("y"), &sums);
		assert_eq!(difference.to_string(), "y; also, x: rows");
		assert_eq!(told_of(Error::connection("z"), &sums).to_string(), "z");
		assert_eq!(told_of(Error::verification("y"), &Ok(())).to_string(), "y");
	}
}
