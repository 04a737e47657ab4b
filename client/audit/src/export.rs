//! Writes an export of a chain's blocks, and holds one against the chain.

use crate::{
	auditor,
	chain_source::ChainSource,
	conserved::{supplies, Conserved},
	manifest::{Head, Manifest, AUDITOR_FILE, STATE_FILE},
	runtimes,
	scope::Scope,
	state,
	tables::{Folder, Format, Sink, Tables},
	verify::{ensure_fits, with_sums, Comparing},
};
use ourledger_client::{
	chain::{Chain, State},
	error::{Error, Result},
	money::Currency,
	tax::Jurisdiction,
};
use std::{collections::BTreeSet, path::Path};

/// What was written.
struct Written<S> {
	manifest: Manifest,
	sink: S,
	/// Whether the events of all currencies add up, those of other jurisdictions, too.
	sums: Result<()>,
}

/// Exports a range into a folder that is new or empty: of all, or of what belongs to one
/// jurisdiction. Besides the manifest, says whether the events of all currencies add up; without
/// that, the books are written, but won't verify. `progress` is told of each block that is read.
pub async fn write(
	chain: &Chain,
	source: &mut ChainSource,
	jurisdiction: Option<u32>,
	folder: &Path,
	formats: &[Format],
	progress: impl FnMut(),
) -> Result<(Manifest, Result<()>)> {
	let mut scope = scope_of(source, jurisdiction).await?;
	let sink = Folder::create(folder.into())?;
	let written = write_into(chain, source, &mut scope, sink, formats, progress).await?;
	written.sink.finish()?;
	written.manifest.write(folder)?;
	Ok((written.manifest, written.sums))
}

/// An export that was read, to be verified.
pub struct Export<'folder> {
	folder: &'folder Path,
	manifest: Manifest,
	/// Whether the files fit the manifest.
	sums: Result<()>,
}

impl<'folder> Export<'folder> {
	/// Reads the manifest of a folder, and all its files.
	pub fn read(folder: &'folder Path) -> Result<Self> {
		let manifest = Manifest::read(folder)?;
		let sums = ensure_fits(folder, &manifest);
		Ok(Self { folder, manifest, sums })
	}

	/// How many blocks it is of.
	pub fn blocks(&self) -> u64 {
		self.manifest.last.number.saturating_sub(self.manifest.first.number).saturating_add(1)
	}

	/// Sees to it that the files fit their manifest, and nothing else.
	pub fn verify_offline(self) -> Result<Manifest> {
		self.sums?;
		Ok(self.manifest)
	}

	/// Sees to it that the files fit their manifest and are just what the chain says. `progress` is
	/// told of each block that is read.
	pub async fn verify(self, chain: &Chain, progress: impl FnMut()) -> Result<Manifest> {
		let Self { folder, manifest, sums } = self;
		let genesis = format!("{:?}", chain.genesis_hash());
		if genesis != manifest.genesis {
			return Err(Error::verification(format!(
				"the export is of the chain {}, not of {genesis}",
				manifest.genesis
			)));
		}
		// First, and by other means than those of an export: what was read in the wrong words would
		// be the same again.
		runtimes::ensure_right(chain, &manifest).await?;
		let (from, to) = (manifest.first.number, manifest.last.number);
		let mut source = ChainSource::open(chain, from, Some(to)).await?;
		let mut scope = scope_of(&source, manifest.jurisdiction).await?;
		let sink = Comparing::new(folder.into());
		let formats = &manifest.formats;
		let compared = write_into(chain, &mut source, &mut scope, sink, formats, progress).await;
		let compared = compared.map_err(|error| told_of(error, &sums))?;
		compared.sink.finish().map_err(|error| told_of(error, &sums))?;
		sums?;
		compared.sums?;
		manifest.ensure_is(&compared.manifest)?;
		Ok(manifest)
	}
}

/// Adds to what the chain says of a difference what the manifest does.
fn told_of(error: Error, sums: &Result<()>) -> Error {
	match error {
		Error::Verification(_) => with_sums(error, sums),
		other => other,
	}
}

/// Writes tables of a range and the ledgers at its end, and describes them.
async fn write_into<S: Sink>(
	chain: &Chain,
	source: &mut ChainSource,
	scope: &mut Scope,
	sink: S,
	formats: &[Format],
	mut progress: impl FnMut(),
) -> Result<Written<S>> {
	let mut tables = Tables::new(sink, formats);
	let mut conserved = Conserved::default();
	let written = tables.write_all(source, scope, |block| {
		conserved.block(block);
		progress();
	});
	written.await?;
	let (before, after) = (supplies(source.start()).await?, supplies(source.last()).await?);
	let sums = conserved.finish(&before, &after);
	for line in state::lines(source.last(), scope.jurisdiction()).await? {
		tables.json(STATE_FILE, &line)?;
	}
	let head = source.head(chain, scope.jurisdiction(), scope.currencies()).await?;
	let head = Head { runtimes: tables.runtimes().to_vec(), ..head };
	if auditor::is_readable(&head, formats) {
		if let Some(state) = auditor::state(source.last()).await? {
			tables.json(AUDITOR_FILE, &state)?;
		}
	}
	let (files, sink) = tables.finish();
	Ok(Written { manifest: Manifest::new(head, formats, files)?, sink, sums })
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
	use crate::{manifest::MANIFEST_FILE, source::Wrote};
	use ourledger_client::{
		chain::fake::{hash, Node, AMOUNT, PAYEE, PAYER, UPGRADED},
		errors_of_chain, value,
	};
	use serde_json::{json, Value as Json};
	use subxt::utils::AccountId32;

	const FORMATS: [Format; 2] = [Format::Csv, Format::Jsonl];

	/// An export of all blocks, after `change`, against the chain.
	async fn verified(node: Node, change: impl Fn(&Path)) -> Result<()> {
		let chain = node.chain().await;
		let folder = tempfile::tempdir().expect("there is room");
		let path = folder.path().join("out");
		let mut source = ChainSource::open(&chain, 0, None).await.expect("can be read");
		let written = write(&chain, &mut source, None, &path, &FORMATS, || ()).await;
		let (_, sums) = written.expect("can be written");
		assert_eq!(sums, Ok(()));
		change(&path);
		Export::read(&path)?.verify(&chain, || ()).await.map(|_| ())
	}

	/// The lines of a table, without headings.
	fn rows(folder: &Path, stem: &str) -> Vec<Json> {
		let text = std::fs::read_to_string(folder.join(format!("{stem}.jsonl")));
		let text = text.expect("was written");
		text.lines().map(|line| serde_json::from_str(line).expect("is one")).collect()
	}

	#[tokio::test]
	async fn payments_around_an_upgrade_are_what_was_paid() {
		for node in [Node::new(), Node::new().of_one_version(), Node::new().unannounced()] {
			let verified = verified(node, |folder| {
				// The later runtime has the fields in another order, so it has a table of its own.
				let paid = [
					rows(folder, "Currencies.Transferred"),
					rows(folder, "Currencies.Transferred-2"),
				];
				assert_eq!(paid.each_ref().map(Vec::len), [2, 1]);
				let [payer, payee] = [PAYER, PAYEE].map(|it| AccountId32(it).to_string());
				for row in paid.concat() {
					assert_eq!(row["amount"], AMOUNT.to_string(), "{row}");
					assert_eq!((&row["from"], &row["to"]), (&json!(payer), &json!(payee)), "{row}");
				}
			});
			assert_eq!(verified.await, Ok(()));
		}
	}

	/// What the runtime that a block brings takes for the payment in it.
	async fn misread(chain: &Chain) -> Json {
		let at = chain.at(hash(UPGRADED)).await.expect("is there");
		let events = at.inner().events().fetch().await.expect("can be read");
		let event = events.iter().map(|event| event.expect("has some meaning"));
		let event = event.last().expect("is there");
		let fields = errors_of_chain::fields_of(&event, &at.metadata()).expect("has fields");
		value::composite_to_json(&fields, &at.metadata())
	}

	#[tokio::test]
	async fn books_read_by_the_runtime_that_a_block_brings_do_not_verify() {
		let wrong = misread(&Node::new().chain().await).await;
		assert_ne!(wrong["amount"], AMOUNT.to_string());
		let error = verified(Node::new(), |folder| {
			let file = folder.join("Currencies.Transferred.jsonl");
			let text = std::fs::read_to_string(&file).expect("was written");
			let lines = text.lines().map(|line| {
				let mut row: Json = serde_json::from_str(line).expect("is one");
				if row["block"] == UPGRADED {
					for name in ["currency", "from", "to", "amount"] {
						row[name] = wrong[name].clone();
					}
				}
				format!("{row}\n")
			});
			let lines: String = lines.collect();
			std::fs::write(&file, &lines).expect("can be written");
			seal(folder, |manifest| manifest.runtimes[1].from = UPGRADED);
		});
		let error = error.await.expect_err("was read in the wrong words");
		assert_eq!(error.code(), 6);
		assert!(error.to_string().contains(&format!("block {UPGRADED} was read by")), "{error}");
	}

	#[tokio::test]
	async fn books_that_lie_about_their_runtimes_do_not_verify() {
		for change in [
			(|all| all[1].from = UPGRADED) as fn(&mut Vec<Wrote>),
			|all| all.truncate(1),
			|all| all[0].metadata = all[1].metadata.clone(),
		] {
			let error = verified(Node::new(), |folder| {
				seal(folder, |manifest| change(&mut manifest.runtimes));
			});
			let error = error.await.expect_err("lies");
			assert!(error.to_string().starts_with("manifest.json, field runtimes"), "{error}");
		}
	}

	/// Another manifest, after the files were changed.
	fn seal(folder: &Path, change: impl Fn(&mut Manifest)) {
		let mut manifest = Manifest::read(folder).expect("is one");
		change(&mut manifest);
		for (name, summary) in &mut manifest.files {
			let bytes = std::fs::read(folder.join(name)).expect("was written");
			summary.blake3 = blake3::hash(&bytes).to_hex().to_string();
			summary.totals.clear();
		}
		let Manifest { genesis, first, last, state_root, spec_version, .. } = manifest;
		let Manifest { runtimes, jurisdiction, currencies, files, .. } = manifest;
		let head = Head {
			genesis,
			first,
			last,
			state_root,
			spec_version,
			runtimes,
			jurisdiction,
			currencies,
		};
		std::fs::remove_file(folder.join(MANIFEST_FILE)).expect("is there");
		let sealed = Manifest::new(head, &FORMATS, files).expect("is canonical");
		sealed.write(folder).expect("is new");
	}

	#[test]
	fn only_differences_are_explained_by_sums() {
		let sums = Err(Error::verification("x: rows"));
		let difference = told_of(Error::verification("y"), &sums);
		assert_eq!(difference.to_string(), "y; also, x: rows");
		assert_eq!(told_of(Error::connection("z"), &sums).to_string(), "z");
		assert_eq!(told_of(Error::verification("y"), &Ok(())).to_string(), "y");
	}
}
