//! `audit export` and `audit verify`.

use super::{bar, ExportArguments};
use crate::{commands::Context, output::report::Report};
use ourledger_audit::{
	chain_source::ChainSource,
	export::{self, Export},
	manifest::Manifest,
};
use ourledger_client::{Error, Result};
use std::path::Path;

/// `audit export`.
pub async fn run(ctx: &Context, arguments: ExportArguments) -> Result<()> {
	let ExportArguments { from, to, jurisdiction, out, format } = arguments;
	let chain = ctx.chain_to_read().await?;
	let mut source = ChainSource::open(chain, from, to).await?;
	let bar = bar(&ctx.out, source.blocks());
	let read = || bar.inc(1);
	let written = export::write(chain, &mut source, jurisdiction, &out, format.all(), read).await;
	bar.finish_and_clear();
	let (manifest, sums) = written?;
	if let Err(error) = sums {
		ctx.out.notice(format!("These books will not verify: {error}."));
	}
	let json = serde_json::to_value(&manifest)
		.map_err(|error| Error::input(format!("the manifest can't be shown: {error}")))?;
	let report = Report::new()
		.json_of(json)
		.field("folder", "written to", out.display().to_string())
		.lines(totals(&manifest))
		.line("manifest", format!("BLAKE3 {}", manifest.blake3));
	ctx.out.show(&report);
	Ok(())
}

/// `audit verify`.
pub async fn verify(ctx: &Context, folder: &Path, offline: bool) -> Result<()> {
	let export = Export::read(folder)?;
	let (manifest, against) = if offline {
		(export.verify_offline()?, "its manifest alone".to_owned())
	} else {
		let chain = ctx.chain().await?;
		let bar = bar(&ctx.out, export.blocks());
		let verified = export.verify(chain, || bar.inc(1)).await;
		bar.finish_and_clear();
		let manifest = verified?;
		let against = format!("its manifest, and the chain {}", manifest.genesis);
		(manifest, against)
	};
	let report = Report::new()
		.json("folder", folder.display().to_string())
		.json("verified", true)
		.json("againstChain", !offline)
		.line("against", against)
		.line("covers", manifest.covers())
		.json("jurisdiction", manifest.jurisdiction)
		.json("currencies", &manifest.currencies)
		.json("formats", &manifest.formats)
		.json("first", manifest.first.number)
		.json("last", manifest.last.number)
		.json("files", manifest.files.len())
		.json("rows", manifest.rows())
		.json("blake3", &manifest.blake3)
		.lines(totals(&manifest));
	ctx.out.print(&report.to_json(), || {
		format!("{}\n{}", ctx.out.green("Verified."), report.to_text())
	});
	Ok(())
}

/// How much it is of.
fn totals(manifest: &Manifest) -> [(&'static str, String); 3] {
	[
		("blocks", format!("{} to {}", manifest.first.number, manifest.last.number)),
		("files", manifest.files.len().to_string()),
		("rows", manifest.rows().to_string()),
	]
}
