//! Whether the files of an export are what the chain says: byte by byte, and where they aren't, in
//! which field of which row.

use crate::{
	difference::first_difference,
	manifest::{Manifest, MANIFEST_FILE},
	tables::{add_total, Line, Sink, Summary},
};
use ourledger_client::{
	bounded,
	error::{Error, Result},
};
use serde_json::Value as Json;
use std::{
	collections::BTreeMap,
	fs::File,
	io::{BufReader, Error as IoError, ErrorKind},
	path::{Path, PathBuf},
};

/// Longest line that is read: the ledgers of a whole chain are one.
const MAX_LINE_BYTES: u64 = 256 * 1024 * 1024;

/// Ends the files of comma-separated values.
const CSV: &str = ".csv";

/// Compares every line that it is given with the next one of its file.
pub struct Comparing {
	folder: PathBuf,
	files: BTreeMap<String, Opened>,
}

/// A file that is compared.
struct Opened {
	lines: Option<BufReader<File>>,
	columns: Vec<String>,
	rows: u64,
	/// Whether the last line that was read has an end.
	is_ended: bool,
}

impl Comparing {
	/// The files of a folder.
	pub fn new(folder: PathBuf) -> Self {
		Self { folder, files: BTreeMap::new() }
	}

	/// Sees to it that no file has more lines, and the folder no more files.
	pub fn finish(mut self) -> Result<()> {
		for (name, file) in &mut self.files {
			if let Some(text) = file.next(name)? {
				return Err(added(name, file.rows + 1, place_of(name, &file.columns, &text)));
			}
		}
		for name in files_of(&self.folder)? {
			let is_table = name != MANIFEST_FILE && !self.files.contains_key(&name);
			let mut file = Opened::open(&self.folder, &name)?;
			if is_table {
				let first = file.next(&name)?.unwrap_or_default();
				let heading = name.ends_with(CSV);
				let columns =
					if heading { cells_of(&first).unwrap_or_default() } else { Vec::new() };
				let row = if heading { file.next(&name)?.unwrap_or_default() } else { first };
				return Err(added(&name, 1, place_of(&name, &columns, &row)));
			}
		}
		Ok(())
	}
}

impl Sink for Comparing {
	fn line(&mut self, name: &str, line: Line<'_>) -> Result<()> {
		if !self.files.contains_key(name) {
			self.files.insert(name.into(), Opened::open(&self.folder, name)?);
		}
		let Some(file) = self.files.get_mut(name) else { return Ok(()) };
		let text = file.next(name)?;
		if name.ends_with(CSV) && line.number == 0 {
			file.columns = cells_of(line.text).unwrap_or_default();
		}
		file.rows = line.number;
		match text {
			Some(text) if text == line.text && file.is_ended => Ok(()),
			Some(text) if text == line.text => Err(unended(name, line.number)),
			Some(text) => Err(difference(name, &file.columns, line, &text)),
			None => Err(missing(name, line)),
		}
	}
}

impl Opened {
	/// A file of the folder; without lines if there is none.
	fn open(folder: &Path, name: &str) -> Result<Self> {
		let path = folder.join(name);
		// A device has no end, and a link leads out of the folder.
		let lines = match std::fs::symlink_metadata(&path) {
			Ok(found) if found.is_file() => File::open(&path).map(BufReader::new).map(Some),
			Ok(_) => Err(IoError::new(ErrorKind::InvalidInput, "it is no plain file")),
			Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
			Err(error) => Err(error),
		};
		let lines = lines.map_err(|error| unreadable(name, error))?;
		Ok(Self { lines, columns: Vec::new(), rows: 0, is_ended: true })
	}

	fn next(&mut self, name: &str) -> Result<Option<String>> {
		let Some(lines) = &mut self.lines else { return Ok(None) };
		let bytes = bounded::read_line(lines, MAX_LINE_BYTES);
		let mut bytes = bytes.map_err(|error| unreadable(name, error))?;
		if bytes.is_empty() {
			return Ok(None);
		}
		self.is_ended = bytes.last() == Some(&b'\n');
		if self.is_ended {
			bytes.pop();
		}
		// What is no text differs from every line, and is shown as far as it can be.
		Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
	}
}

fn unended(name: &str, number: u64) -> Error {
	Error::verification(format!("{name}, row {number}: its line has no end"))
}

fn unreadable(name: &str, error: IoError) -> Error {
	Error::input(format!("{name} can't be read: {error}"))
}

fn missing(name: &str, line: Line<'_>) -> Error {
	let what = match line.row {
		Some(row) => format!("the chain has {}, but the file doesn't", row.place()),
		None => "the file ends before it".into(),
	};
	Error::verification(format!("{name}, row {}: missing: {what}", line.number))
}

fn added(name: &str, number: u64, place: Option<(u64, u64)>) -> Error {
	let what = match place {
		Some((block, event)) => format!(
			"the chain has no such event {event} of block {block}, or not in this table and range"
		),
		None => "the chain has no such row".into(),
	};
	Error::verification(format!("{name}, row {number}: added: {what}"))
}

/// Why a line of a file isn't the one that it has to be.
fn difference(name: &str, columns: &[String], line: Line<'_>, text: &str) -> Error {
	if line.number == 0 {
		return Error::verification(format!(
			"{name}, heading: it is {text:?} instead of {:?}",
			line.text
		));
	}
	if let (Some(row), Some(found)) = (line.row, place_of(name, columns, text)) {
		let wanted = (row.block, u64::from(row.event));
		if found < wanted {
			return added(name, line.number, Some(found));
		}
		if found > wanted {
			return missing(name, line);
		}
	}
	let field = match name.ends_with(CSV) {
		true => first_cell(columns, line.text, text),
		false => parsed(text).zip(parsed(line.text)).and_then(|(said, right)| {
			let found = first_difference("", &said, &right);
			found.map(|(field, said, right)| (field, said.to_string(), right.to_string()))
		}),
	};
	let number = line.number;
	let place = line.row.map_or(String::new(), |row| format!(" ({})", row.place()));
	Error::verification(match field {
		Some((field, said, right)) => {
			format!("{name}, row {number}, field {field}: it says {said}, the chain {right}{place}")
		},
		None => format!("{name}, row {number}: it isn't written as the chain's row{place}"),
	})
}

fn parsed(line: &str) -> Option<Json> {
	serde_json::from_str(line).ok()
}

fn cells_of(line: &str) -> Option<Vec<String>> {
	let mut reader =
		csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(line.as_bytes());
	let record = reader.records().next()?.ok()?;
	Some(record.iter().map(str::to_owned).collect())
}

/// The first cell that differs: its column, what it says, and what it should.
fn first_cell(columns: &[String], right: &str, said: &str) -> Option<(String, String, String)> {
	let (right, said) = (cells_of(right)?, cells_of(said)?);
	let cell = |cells: &[String], place: usize| match cells.get(place) {
		Some(text) => format!("{text:?}"),
		None => "nothing".into(),
	};
	let place = (0..right.len().max(said.len())).find(|it| right.get(*it) != said.get(*it))?;
	let column = columns.get(place).cloned().unwrap_or_else(|| (place + 1).to_string());
	Some((column, cell(&said, place), cell(&right, place)))
}

/// Block and event of a row as a file has it.
fn place_of(name: &str, columns: &[String], line: &str) -> Option<(u64, u64)> {
	if name.ends_with(CSV) {
		let cells = cells_of(line)?;
		let number = |column: &str| {
			let place = columns.iter().position(|it| it == column)?;
			cells.get(place)?.parse().ok()
		};
		return Some((number("block")?, number("event")?));
	}
	let json = parsed(line)?;
	Some((json.get("block")?.as_u64()?, json.get("event")?.as_u64()?))
}

/// Files of a folder.
fn files_of(folder: &Path) -> Result<Vec<String>> {
	let unusable =
		|error| Error::input(format!("the folder {} can't be read: {error}", folder.display()));
	let mut names = Vec::new();
	for entry in std::fs::read_dir(folder).map_err(unusable)? {
		names.push(entry.map_err(unusable)?.file_name().to_string_lossy().into_owned());
	}
	names.sort();
	Ok(names)
}

/// Hashes, counts and totals of a folder's files against its manifest, without a chain.
pub fn ensure_fits(folder: &Path, manifest: &Manifest) -> Result<()> {
	for (name, said) in &manifest.files {
		let found = summary_of(folder, name, said)?;
		let column = said.totals.iter().find(|(name, sum)| found.totals.get(*name) != Some(*sum));
		let nothing = || "none".to_owned();
		let differing = if said.rows != found.rows {
			Some(("rows".to_owned(), said.rows.to_string(), found.rows.to_string()))
		} else if let Some((column, sum)) = column {
			let other = found.totals.get(column).cloned().unwrap_or_else(nothing);
			Some((format!("total of {column}"), sum.clone(), other))
		} else if said.blake3 != found.blake3 {
			Some(("blake3".to_owned(), said.blake3.clone(), found.blake3.clone()))
		} else {
			None
		};
		if let Some((what, said, found)) = differing {
			return Err(Error::verification(format!(
				"{name}: {what}: {MANIFEST_FILE} says {said}, but the file has {found}"
			)));
		}
	}
	let extra = files_of(folder)?
		.into_iter()
		.find(|name| name != MANIFEST_FILE && !manifest.files.contains_key(name));
	match extra {
		Some(name) => {
			Err(Error::verification(format!("{name} is in the folder, but not in {MANIFEST_FILE}")))
		},
		None => Ok(()),
	}
}

/// A file's summary, recomputed: totals of the columns that `said` has.
fn summary_of(folder: &Path, name: &str, said: &Summary) -> Result<Summary> {
	let mut file = Opened::open(folder, name)?;
	let mut hasher = blake3::Hasher::new();
	let mut sums: BTreeMap<String, Option<i128>> =
		said.totals.keys().map(|column| (column.clone(), Some(0))).collect();
	let (mut rows, mut columns) = (0, Vec::new());
	while let Some(line) = file.next(name)? {
		hasher.update(line.as_bytes());
		if file.is_ended {
			hasher.update(b"\n");
		}
		let is_csv = name.ends_with(CSV);
		if is_csv && columns.is_empty() {
			columns = cells_of(&line).unwrap_or_default();
			continue;
		}
		rows += 1;
		let cells = if is_csv { cells_of(&line) } else { None };
		let json = if is_csv { None } else { parsed(&line) };
		for (column, sum) in &mut sums {
			let cell = cells.as_ref().and_then(|cells| {
				Some(cells.get(columns.iter().position(|it| it == column)?)?.as_str())
			});
			let field = || json.as_ref()?.get(column)?.as_str();
			add_total(sum, cell.or_else(field).and_then(|text| text.parse().ok()));
		}
	}
	let totals = sums.into_iter().filter_map(|(name, sum)| Some((name, sum?.to_string())));
	let blake3 = hasher.finalize().to_hex().to_string();
	Ok(Summary { rows, blake3, totals: totals.collect() })
}

/// Adds to an error what the manifest's sums say of the same files.
pub fn with_sums(difference: Error, sums: &Result<()>) -> Error {
	match sums {
		Ok(()) => difference,
		Err(error) => difference.explained(|why| format!("{why}; also, {error}")),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		manifest::example::head,
		row::{example::row, Row},
		scope::Scope,
		source::example::Given,
		tables::{Folder, Format, Tables},
	};
	use serde_json::json;

	const FORMATS: [Format; 2] = [Format::Csv, Format::Jsonl];

	fn rows() -> Vec<Row> {
		(1..=4)
			.map(|block| {
				let amount = (block * 10).to_string();
				let fields =
					json!({ "jurisdiction": 0, "amount": amount, "items": [{ "net": "1" }] });
				row(block, 2, "Tax.Swept", fields)
			})
			.collect()
	}

	async fn run<S: Sink>(sink: S, rows: Vec<Row>) -> Result<(Manifest, S)> {
		let mut tables = Tables::new(sink, &FORMATS);
		let mut scope = Scope::of(0, [3]);
		tables.write_all(&mut Given::of(rows), &mut scope, |_| ()).await?;
		tables.json("state.jsonl", &json!({ "kind": "account", "credit": "5" }))?;
		let (files, sink) = tables.finish();
		Ok((Manifest::new(head(), &FORMATS, files)?, sink))
	}

	/// An export of `rows()`, after `change`, compared with `rows()`.
	async fn verified(change: impl Fn(&Path)) -> Result<()> {
		let folder = tempfile::tempdir().expect("there is room");
		let path = folder.path().join("out");
		let sink = Folder::create(path.clone()).expect("is new");
		let (manifest, sink) = run(sink, rows()).await.expect("can be written");
		sink.finish().expect("is on disk");
		manifest.write(&path).expect("is new");
		change(&path);
		let manifest = Manifest::read(&path)?;
		let sums = ensure_fits(&path, &manifest);
		let (expected, sink) =
			run(Comparing::new(path), rows()).await.map_err(|error| with_sums(error, &sums))?;
		sink.finish().map_err(|error| with_sums(error, &sums))?;
		sums?;
		manifest.ensure_is(&expected)
	}

	fn edit(folder: &Path, file: &str, change: impl Fn(&str) -> String) {
		let path = folder.join(file);
		let text = std::fs::read_to_string(&path).expect("was written");
		std::fs::write(path, change(&text)).expect("can be written");
	}

	fn without_line(text: &str, number: usize) -> String {
		let lines = text.lines().enumerate().filter(|(place, _)| *place != number);
		lines.map(|(_, line)| format!("{line}\n")).collect()
	}

	async fn error_of(change: impl Fn(&Path)) -> String {
		let error = verified(change).await.expect_err("was changed");
		assert_eq!(error.code(), 6, "{error}");
		error.to_string()
	}

	#[tokio::test]
	async fn export_as_it_was_written_is_right() {
		assert_eq!(verified(|_| ()).await, Ok(()));
	}

	#[tokio::test]
	async fn changed_row_is_named_with_its_field() {
		let error = error_of(|folder| {
			edit(folder, "Tax.Swept.csv", |text| text.replace(",30,", ",31,"));
		})
		.await;
		assert!(
			error.starts_with(
				"Tax.Swept.csv, row 3, field amount: it says \"31\", the chain \"30\" (Tax.Swept, \
				 event 2 of block 3)"
			),
			"{error}"
		);
		assert!(
			error.contains("also, Tax.Swept.csv: total of amount: manifest.json says 100, but"),
			"{error}"
		);
		let error = error_of(|folder| {
			edit(folder, "Tax.Swept.jsonl", |text| {
				text.replacen("\"net\":\"1\"", "\"net\":\"2\"", 1)
			});
		})
		.await;
		assert!(
			error.starts_with(
				"Tax.Swept.jsonl, row 1, field items[0].net: it says \"2\", the chain \"1\""
			),
			"{error}"
		);
	}

	#[tokio::test]
	async fn missing_row_is_named() {
		for (file, line, row) in
			[("Tax.Swept.csv", 2, 2), ("Tax.Swept.jsonl", 1, 2), ("Tax.Swept.jsonl", 3, 4)]
		{
			let error =
				error_of(|folder| edit(folder, file, |text| without_line(text, line))).await;
			let start = format!(
				"{file}, row {row}: missing: the chain has Tax.Swept, event 2 of block {row}"
			);
			assert!(error.starts_with(&start), "{error}");
		}
	}

	#[tokio::test]
	async fn added_row_is_named() {
		let again = |text: &str| {
			let last = text.lines().last().expect("has lines");
			text.replace(last, &format!("{}\n{last}", last.replace("\"event\":2", "\"event\":1")))
		};
		let error = error_of(|folder| edit(folder, "Tax.Swept.jsonl", again)).await;
		assert!(error.starts_with("Tax.Swept.jsonl, row 4: added: the chain has no"), "{error}");
		let error = error_of(|folder| {
			edit(folder, "Tax.Swept.csv", |text| format!("{text}9,,,1,0,5,\"[]\"\n"));
		})
		.await;
		assert!(error.starts_with("Tax.Swept.csv, row 5: added: the chain has no"), "{error}");
		assert!(error.contains("event 1 of block 9"), "{error}");
	}

	#[tokio::test]
	async fn missing_and_added_files_are_named() {
		let error = error_of(|folder| {
			std::fs::remove_file(folder.join("Tax.Swept.jsonl")).expect("is there");
		})
		.await;
		assert!(error.starts_with("Tax.Swept.jsonl, row 1: missing"), "{error}");
		let error = error_of(|folder| {
			let text = "block,time,extrinsic,event,x\n3,,,7,1\n";
			std::fs::write(folder.join("Tax.Other.csv"), text).expect("can be written");
		})
		.await;
		assert!(error.starts_with("Tax.Other.csv, row 1: added"), "{error}");
		assert!(error.contains("event 7 of block 3"), "{error}");
	}

	#[tokio::test]
	async fn changed_state_is_named() {
		let error = error_of(|folder| {
			edit(folder, "state.jsonl", |text| text.replace("\"5\"", "\"6\""));
		})
		.await;
		assert!(
			error.starts_with(
				"state.jsonl, row 1, field credit: it says \"6\", the chain \"5\"; also"
			),
			"{error}"
		);
	}

	#[tokio::test]
	async fn changed_rows_with_a_manifest_that_fits_are_found_by_the_chain() {
		let error = error_of(|folder| {
			edit(folder, "Tax.Swept.csv", |text| text.replace(",30,", ",31,"));
			let manifest = Manifest::read(folder).expect("is one");
			let summary = &manifest.files["Tax.Swept.csv"];
			let right = summary_of(folder, "Tax.Swept.csv", summary).expect("can be read");
			let files: BTreeMap<_, _> = manifest
				.files
				.into_iter()
				.map(|(name, it)| {
					(name.clone(), if name == "Tax.Swept.csv" { right.clone() } else { it })
				})
				.collect();
			std::fs::remove_file(folder.join(MANIFEST_FILE)).expect("is there");
			let forged = Manifest::new(head(), &FORMATS, files).expect("is canonical");
			forged.write(folder).expect("is new");
			assert_eq!(ensure_fits(folder, &forged), Ok(()));
		})
		.await;
		assert!(error.starts_with("Tax.Swept.csv, row 3, field amount"), "{error}");
		assert!(!error.contains("also"), "{error}");
	}

	#[tokio::test]
	async fn missing_end_of_the_last_line_is_noticed() {
		for file in ["Tax.Swept.csv", "Tax.Swept.jsonl", "state.jsonl"] {
			let cut = |folder: &Path| edit(folder, file, |text| text.trim_end().into());
			let error = error_of(cut).await;
			assert!(error.contains("no end"), "{error}");
			// Without a chain, by its hash.
			let folder = tempfile::tempdir().expect("there is room");
			let path = folder.path().join("out");
			let sink = Folder::create(path.clone()).expect("is new");
			let (manifest, sink) = run(sink, rows()).await.expect("can be written");
			sink.finish().expect("is on disk");
			assert_eq!(ensure_fits(&path, &manifest), Ok(()));
			cut(&path);
			let error = ensure_fits(&path, &manifest).expect_err("is cut");
			assert!(error.to_string().starts_with(&format!("{file}: blake3")), "{error}");
		}
	}

	#[cfg(unix)]
	#[tokio::test]
	async fn what_leads_out_of_the_folder_is_not_opened() {
		let error = verified(|folder| {
			let file = folder.join("Tax.Swept.csv");
			std::fs::remove_file(&file).expect("is there");
			std::os::unix::fs::symlink("/dev/zero", file).expect("can be made");
		});
		let error = error.await.expect_err("is no plain file");
		assert!(error.to_string().contains("no plain file"), "{error}");
	}

	#[tokio::test]
	async fn another_spelling_of_the_same_row_is_noticed() {
		let error = error_of(|folder| {
			edit(folder, "Tax.Swept.jsonl", |text| {
				text.replacen("{\"block\":1,", "{\"block\": 1,", 1)
			});
		})
		.await;
		assert!(error.starts_with("Tax.Swept.jsonl, row 1: it isn't written as"), "{error}");
	}

	#[test]
	fn differences_lie_where_the_values_do() {
		let said = json!({ "a": 1, "b": [{ "c": 2 }], "d": null });
		let right = json!({ "a": 1, "b": [{ "c": 3 }], "d": null });
		let found = first_difference("", &said, &right).expect("differ");
		assert_eq!(found, ("b[0].c".into(), json!(2), json!(3)));
		assert_eq!(first_difference("", &said, &said), None);
		let less = json!({ "a": 1, "b": [{ "c": 2 }] });
		assert_eq!(first_difference("", &less, &said).map(|it| it.0), Some("d".into()));
	}
}
