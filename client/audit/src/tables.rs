//! Events as tables: one file per kind of event and format. The same events make the same bytes.

use crate::{
	row::{Row, PLACE_COLUMNS},
	scope::Scope,
	source::{Block, Source, Wrote},
	spreadsheet::{self, Cell},
};
use ourledger_client::{
	error::{Error, Result},
	new_file::{self, Readers},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use std::{
	collections::BTreeMap,
	fmt,
	fs::File,
	io::{BufWriter, Write},
	path::PathBuf,
};

/// What a table is written as.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
	/// Comma-separated values with a heading.
	Csv,
	/// An object per line.
	Jsonl,
}

/// Ends the name of a file, as the format is called.
impl fmt::Display for Format {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str(match self {
			Self::Csv => "csv",
			Self::Jsonl => "jsonl",
		})
	}
}

/// A line of a file, before it is written.
#[derive(Clone, Copy, Debug)]
pub struct Line<'line> {
	/// Without its end.
	pub text: &'line str,
	/// What is in it; nothing for a heading, and for what is no event.
	pub row: Option<&'line Row>,
	/// The number of the row in its file, from 1; 0 for a heading.
	pub number: u64,
}

/// Where lines go.
pub trait Sink {
	/// Takes the next line of a file.
	fn line(&mut self, file: &str, line: Line<'_>) -> Result<()>;
}

/// What a manifest says of a file.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Summary {
	/// Rows, without a heading.
	pub rows: u64,
	/// The hash of its bytes.
	pub blake3: String,
	/// Sums of the columns that are amounts. One that doesn't fit 128 bits is left out.
	pub totals: BTreeMap<String, String>,
}

/// A file while it is written.
#[derive(Default)]
struct Open {
	rows: u64,
	hasher: blake3::Hasher,
	totals: BTreeMap<String, Option<i128>>,
}

impl Open {
	fn summary(&self) -> Summary {
		let totals = self.totals.iter();
		let totals = totals.filter_map(|(name, sum)| Some((name.clone(), (*sum)?.to_string())));
		Summary {
			rows: self.rows,
			blake3: self.hasher.finalize().to_hex().to_string(),
			totals: totals.collect(),
		}
	}
}

/// Sums up amounts; nothing once it doesn't fit.
pub fn add_total(sum: &mut Option<i128>, amount: Option<i128>) {
	*sum = sum.and_then(|sum| sum.checked_add(amount?));
}

/// Writes tables into a sink.
pub struct Tables<S> {
	sink: S,
	formats: Vec<Format>,
	/// By kind, the columns of its tables. After an upgrade of the chain, there can be several.
	layouts: BTreeMap<String, Vec<Vec<String>>>,
	files: BTreeMap<String, Open>,
	/// The runtimes that wrote the blocks.
	runtimes: Vec<Wrote>,
}

impl<S: Sink> Tables<S> {
	/// No tables yet.
	pub fn new(sink: S, formats: &[Format]) -> Self {
		let formats = formats.to_vec();
		let (layouts, files) = Default::default();
		Self { sink, formats, layouts, files, runtimes: Vec::new() }
	}

	/// Writes all events of a source that belong to a scope. `seen` is told of each block.
	pub async fn write_all(
		&mut self,
		source: &mut impl Source,
		scope: &mut Scope,
		mut seen: impl FnMut(&Block),
	) -> Result<()> {
		while let Some(block) = source.next().await? {
			Wrote::note(&mut self.runtimes, &block);
			for row in &block.rows {
				if scope.covers(row, source).await? {
					self.row(row)?;
				}
			}
			seen(&block);
		}
		Ok(())
	}

	/// Writes an event.
	pub fn row(&mut self, row: &Row) -> Result<()> {
		let stem = self.stem(row);
		for format in self.formats.clone() {
			let file = format!("{stem}.{format}");
			if format == Format::Csv && !self.files.contains_key(&file) {
				// The names of fields, which the chain's programs have.
				let heading = row.columns().map(|name| Cell::Plain(name.into()));
				self.put(&file, &spreadsheet::line(heading), None)?;
			}
			let text = match format {
				Format::Csv => spreadsheet::line(cells(row)),
				Format::Jsonl => json_line(row),
			};
			self.put(&file, &text, Some(row))?;
		}
		Ok(())
	}

	/// Writes a line that is no event.
	pub fn json(&mut self, file: &str, json: &Json) -> Result<()> {
		let open = self.files.entry(file.into()).or_default();
		open.rows += 1;
		let number = open.rows;
		self.write(file, Line { text: &json.to_string(), row: None, number })
	}

	/// The runtimes that wrote the blocks, in their order.
	pub fn runtimes(&self) -> &[Wrote] {
		&self.runtimes
	}

	/// The files, and where their lines went.
	pub fn finish(self) -> (BTreeMap<String, Summary>, S) {
		let files = self.files.iter().map(|(name, open)| (name.clone(), open.summary()));
		(files.collect(), self.sink)
	}

	/// The name of a row's table.
	fn stem(&mut self, row: &Row) -> String {
		let kind = format!("{}.{}", row.pallet, row.name);
		let layouts = self.layouts.entry(kind.clone()).or_default();
		let columns: Vec<_> = row.columns().map(str::to_owned).collect();
		let known = layouts.iter().position(|known| *known == columns);
		let place = known.unwrap_or_else(|| {
			layouts.push(columns);
			layouts.len() - 1
		});
		if place == 0 {
			kind
		} else {
			format!("{kind}-{}", place + 1)
		}
	}

	fn put(&mut self, file: &str, text: &str, row: Option<&Row>) -> Result<()> {
		let open = self.files.entry(file.into()).or_default();
		if let Some(row) = row {
			open.rows += 1;
			for field in row.fields.iter().filter(|field| field.is_amount) {
				let amount = field.value.as_str().and_then(|text| text.parse().ok());
				add_total(open.totals.entry(field.name.clone()).or_insert(Some(0)), amount);
			}
		}
		let number = open.rows;
		self.write(file, Line { text, row, number })
	}

	fn write(&mut self, file: &str, line: Line<'_>) -> Result<()> {
		if let Some(open) = self.files.get_mut(file) {
			open.hasher.update(line.text.as_bytes());
			open.hasher.update(b"\n");
		}
		self.sink.line(file, line)
	}
}

/// The cells of a row. Amounts are numbers, though they are text in JSON.
fn cells(row: &Row) -> impl Iterator<Item = Cell> + '_ {
	let amounts = row.fields.iter().map(|field| field.is_amount);
	let amounts = [false; PLACE_COLUMNS.len()].into_iter().chain(amounts);
	row.values().zip(amounts).map(|(value, is_amount)| match value {
		Json::String(text) if is_amount => Cell::Plain(text),
		value => Cell::of(value),
	})
}

fn json_line(row: &Row) -> String {
	let fields = row.columns().map(str::to_owned).zip(row.values());
	Json::Object(fields.collect::<Map<_, _>>()).to_string()
}

/// New files in a folder.
pub struct Folder {
	path: PathBuf,
	files: BTreeMap<String, BufWriter<File>>,
}

impl Folder {
	/// A folder that is empty, or isn't there yet.
	pub fn create(path: PathBuf) -> Result<Self> {
		let unusable =
			|error| Error::input(format!("the folder {} can't be used: {error}", path.display()));
		std::fs::create_dir_all(&path).map_err(unusable)?;
		if std::fs::read_dir(&path).map_err(unusable)?.next().is_some() {
			return Err(Error::input(format!(
				"the folder {} isn't empty: name a new one",
				path.display()
			)));
		}
		Ok(Self { path, files: BTreeMap::new() })
	}

	/// Sees to it that all is on disk.
	pub fn finish(self) -> Result<()> {
		for (name, mut file) in self.files {
			let flushed = file.flush().and_then(|()| file.get_ref().sync_all());
			flushed.map_err(|error| Error::input(format!("{name} can't be written: {error}")))?;
		}
		Ok(())
	}
}

impl Sink for Folder {
	fn line(&mut self, file: &str, line: Line<'_>) -> Result<()> {
		let broken = |error| Error::input(format!("{file} can't be written: {error}"));
		if !self.files.contains_key(file) {
			let opened = new_file::create(&self.path.join(file), Readers::All).map_err(broken)?;
			self.files.insert(file.into(), BufWriter::new(opened));
		}
		match self.files.get_mut(file) {
			Some(open) => writeln!(open, "{}", line.text).map_err(broken),
			None => Ok(()),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		auditor::of_topics,
		manifest::{AUDITOR_FILE, STATE_FILE},
		row::example::row,
		source::example::Given,
	};
	use serde_json::json;
	use std::path::Path;

	fn rows() -> Vec<Row> {
		vec![
			row(1, 0, "Tax.Swept", json!({ "jurisdiction": 0, "amount": "5", "to": "=1+1" })),
			row(1, 1, "Tax.Swept", json!({ "jurisdiction": 1, "amount": "9", "to": "x" })),
			row(2, 0, "Tax.Swept", json!({ "jurisdiction": 0, "amount": "-7", "to": "a, \"b\"" })),
			row(
				3,
				0,
				"Tax.Swept",
				json!({ "jurisdiction": 0, "amount": "1", "to": null, "new": [1] }),
			),
		]
	}

	async fn written(folder: PathBuf) -> BTreeMap<String, Summary> {
		let sink = Folder::create(folder).expect("is new");
		let mut tables = Tables::new(sink, &[Format::Csv, Format::Jsonl]);
		let mut scope = Scope::of(0, []);
		let mut blocks = Vec::new();
		let mut source = Given::of(rows());
		let written =
			tables.write_all(&mut source, &mut scope, |block| blocks.push(block.number)).await;
		written.expect("can be written");
		assert_eq!(blocks, [1, 2, 3]);
		let (files, sink) = tables.finish();
		sink.finish().expect("is on disk");
		files
	}

	#[tokio::test]
	async fn tables_have_a_row_per_event_of_the_scope() {
		let folder = tempfile::tempdir().expect("there is room");
		let files = written(folder.path().join("out")).await;
		let read = |name: &str| {
			std::fs::read_to_string(folder.path().join("out").join(name)).expect("was written")
		};
		let time = |block: u64| 1_795_219_200_000 + block * 3_000;
		assert_eq!(
			read("Tax.Swept.csv"),
			format!(
				"block,time,extrinsic,event,jurisdiction,amount,to\n1,{},1,0,0,5,\"'=1+1\"\n\
				 2,{},1,0,0,-7,\"a, \"\"b\"\"\"\n",
				time(1),
				time(2)
			)
		);
		assert_eq!(
			read("Tax.Swept.jsonl").lines().next().expect("has a line"),
			format!(
				"{{\"block\":1,\"time\":{},\"extrinsic\":1,\"event\":0,\"jurisdiction\":0,\
				 \"amount\":\"5\",\"to\":\"=1+1\"}}",
				time(1)
			)
		);
		// Other columns are another table.
		assert!(read("Tax.Swept-2.csv").ends_with(",0,0,1,,\"[1]\"\n"));
		assert_eq!(
			files.keys().map(String::as_str).collect::<Vec<_>>(),
			["Tax.Swept-2.csv", "Tax.Swept-2.jsonl", "Tax.Swept.csv", "Tax.Swept.jsonl"]
		);
		let summary = &files["Tax.Swept.csv"];
		assert_eq!(summary.rows, 2);
		assert_eq!(summary.totals, [("amount".to_owned(), "-2".to_owned())].into());
		let hash = blake3::hash(read("Tax.Swept.csv").as_bytes()).to_hex().to_string();
		assert_eq!(summary.blake3, hash);
	}

	#[tokio::test]
	async fn the_same_events_make_the_same_bytes() {
		let folder = tempfile::tempdir().expect("there is room");
		let first = written(folder.path().join("1")).await;
		assert_eq!(first, written(folder.path().join("2")).await);
	}

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
	const BOB: &str = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";

	/// An export that the auditor's tests read; the second transfer is after an upgrade.
	fn rows_of_the_auditor() -> Vec<Row> {
		const POT: &str = "5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y";
		let supply = json!({ "Issued": { "cap": "1000000" } });
		let terms =
			json!({ "supply": supply, "access": "Open", "invoice_only": false, "demurrage": 0 });
		let created = json!({
			"currency": 0, "issuer": 1, "jurisdiction": null, "name": "Town shilling",
			"symbol": "TSH", "decimals": 2, "terms": terms, "notice_days": 30, "pot": POT,
		});
		let moved = |from: &str, to: &str, amount: &str| json!({ "asset_id": 0, "from": from, "to": to, "amount": amount });
		let paid = |from: &str, to: &str, amount: &str| json!({ "currency": 0, "from": from, "to": to, "amount": amount });
		let mut referenced = paid(BOB, ALICE, "50");
		referenced["reference"] = format!("0x{}", "07".repeat(32)).into();
		let first = row(0, 0, "Currencies.CurrencyCreated", created);
		let issued = json!({ "asset_id": 0, "owner": ALICE, "amount": "500" });
		let told = json!({ "currency": 0, "to": ALICE, "amount": "500" });
		vec![
			Row { time: None, extrinsic: None, ..first },
			row(1, 0, "Assets.Issued", issued),
			row(1, 1, "Currencies.Issued", told),
			row(2, 0, "Assets.Transferred", moved(ALICE, BOB, "200")),
			row(2, 1, "Currencies.Transferred", paid(ALICE, BOB, "200")),
			row(3, 0, "Assets.Transferred", moved(BOB, ALICE, "50")),
			row(3, 1, "Currencies.Transferred", referenced),
		]
	}

	/// What is in the files of a folder.
	fn contents(folder: &Path) -> BTreeMap<String, String> {
		let files = std::fs::read_dir(folder).expect("is a folder");
		let files = files.map(|file| {
			let path = file.expect("can be read").path();
			let text = std::fs::read_to_string(&path).expect("is text");
			(path.file_name().expect("has a name").to_string_lossy().into_owned(), text)
		});
		files.collect()
	}

	#[tokio::test]
	async fn tables_are_what_the_auditor_reads() {
		let folder = tempfile::tempdir().expect("there is room");
		let sink = Folder::create(folder.path().into()).expect("is empty");
		let mut tables = Tables::new(sink, &[Format::Jsonl]);
		let mut source = Given::of(rows_of_the_auditor());
		let mut scope = Scope::of(0, [0]);
		tables.write_all(&mut source, &mut scope, |_| ()).await.expect("can be written");
		let state = json!({ "kind": "treasury", "jurisdiction": 0, "currency": 0, "balance": "0" });
		tables.json(STATE_FILE, &state).expect("can be written");
		let entries = |entries: &[(&str, Json)]| {
			entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
		};
		let balances = [("0/".to_owned() + ALICE, "350"), ("0/".to_owned() + BOB, "150")];
		let balances = balances.map(|(key, units)| (key, json!({ "balance": units })));
		let state = of_topics(
			3,
			[
				("supplies", entries(&[("0", json!({ "supply": "500", "accounts": 2 }))])),
				("balances", balances.into_iter().collect()),
				("debts", entries(&[])),
			],
		);
		tables.json(AUDITOR_FILE, &state).expect("can be written");
		tables.finish().1.finish().expect("is on disk");
		let auditor = concat!(env!("CARGO_MANIFEST_DIR"), "/../../offchain/auditor/tests/export");
		assert_eq!(contents(folder.path()), contents(Path::new(auditor)));
	}

	#[test]
	fn folder_with_something_in_it_is_refused() {
		let folder = tempfile::tempdir().expect("there is room");
		assert!(Folder::create(folder.path().into()).is_ok());
		std::fs::write(folder.path().join("x"), "").expect("can be written");
		assert!(Folder::create(folder.path().into()).is_err());
	}

	#[test]
	fn total_that_does_not_fit_is_none() {
		let mut sum = Some(i128::MAX);
		add_total(&mut sum, Some(1));
		assert_eq!(sum, None);
		add_total(&mut sum, Some(1));
		assert_eq!(sum, None);
	}
}
