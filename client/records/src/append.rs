//! Files become records: what is written down before, while and after they are sent to the chain.

use crate::{
	book::{Book, Settled},
	calls,
	describe::{self, describe_file, describe_folder, DescribeError, Progress},
	on_chain::{height, index_of},
};
use codec::Encode;
use ourledger_client::{
	account::Account,
	hash,
	submit::{Draft, Sending, Submitted},
	Chain, Error, Result, State,
};
use ourledger_math::mmr::{self, Blake2b256};
use ourledger_primitives::record::{Descriptor, RecordNumber};
use serde_json::{json, Value as Json};
use std::{
	collections::{HashMap, HashSet},
	path::{Path, PathBuf},
};

/// A file, and what it is as a record.
#[derive(Clone, Debug)]
pub struct Entry {
	/// The file.
	pub path: PathBuf,
	/// What the record is.
	pub descriptor: Descriptor,
	/// What commits to it.
	pub leaf: mmr::Hash,
	/// Its number, once it has one.
	pub number: Option<RecordNumber>,
	/// Whether it had no number before.
	pub is_new: bool,
}

impl Entry {
	fn new(path: PathBuf, descriptor: Descriptor) -> Self {
		let leaf = mmr::leaf_hash::<Blake2b256>(&descriptor.encode());
		Self { path, descriptor, leaf, number: None, is_new: true }
	}

	/// As JSON.
	pub fn json(&self) -> Json {
		json!({
			"path": self.path.display().to_string(),
			"number": self.number,
			"new": self.is_new,
			"leaf": hash::text(&self.leaf),
			"descriptor": describe::json(&self.descriptor),
		})
	}
}

/// Files, and all that are in folders, in this order, and what was left out: links within folders,
/// and what is no file. `progress` hears about each file and folder.
pub fn describe_all(
	paths: &[PathBuf],
	mut progress: impl FnMut(Progress),
) -> Result<(Vec<Entry>, Vec<PathBuf>), DescribeError> {
	let mut entries = Vec::new();
	let mut skipped = Vec::new();
	for path in paths {
		if path.is_dir() {
			let described = describe_folder(path, None, &mut progress)?;
			skipped.extend(described.skipped.iter().map(|below| path.join(below)));
			let files = described.files.into_iter();
			entries
				.extend(files.map(|(below, descriptor)| Entry::new(path.join(below), descriptor)));
		} else {
			progress(Progress { files: 0, of_files: 1, bytes: 0, at: Some(Path::new(path)) });
			entries.push(Entry::new(path.clone(), describe_file(path, None)?));
		}
	}
	Ok((entries, skipped))
}

/// Gives entries the numbers that the book has for them.
pub fn number(entries: &mut [Entry], book: &Book) {
	let numbers: HashMap<_, _> = book.leaves().zip(0..).collect();
	for entry in entries.iter_mut().filter(|entry| entry.number.is_none()) {
		entry.number = numbers.get(&entry.leaf).copied();
	}
}

/// Encoded descriptors of those that are no records of the book yet, each once: two files of the same
/// content and type are one record. The others get their numbers.
pub fn new_ones(entries: &mut [Entry], book: &Book) -> Vec<Vec<u8>> {
	number(entries, book);
	let mut new = Vec::new();
	let mut seen = HashSet::new();
	for entry in entries {
		entry.is_new = entry.number.is_none();
		if entry.is_new && seen.insert(entry.leaf) {
			new.push(entry.descriptor.encode());
		}
	}
	new
}

/// A batch of records on its way to the chain.
pub struct Appending<'book> {
	book: &'book mut Book,
	descriptors: Vec<Vec<u8>>,
	sending: Option<Sending>,
}

impl<'book> Appending<'book> {
	/// The call that appends encoded descriptors to the book's records, which are those of the chain;
	/// and what has to hear of that call until it is in a block, or fails.
	pub async fn begin(
		state: &State,
		book: &'book mut Book,
		descriptors: Vec<Vec<u8>>,
	) -> Result<(Draft, Self)> {
		let leaves = descriptors.iter().map(|it| mmr::leaf_hash::<Blake2b256>(it)).collect();
		let draft = calls::append(state, book.twin(), book.index(), leaves).await?;
		Ok((draft, Self { book, descriptors, sending: None }))
	}

	/// Writes the batch down, as late as can be, but before the transaction is out.
	pub fn note(&mut self, transaction: Sending) -> Result<()> {
		let last_block = transaction.last_block.try_into().unwrap_or(u32::MAX);
		if self.sending.is_some() {
			// The transaction before it can never be.
			self.book.abandon()?;
		}
		self.book.begin(self.descriptors.clone(), last_block)?;
		self.sending = Some(transaction);
		Ok(())
	}

	/// The number of the first of the records, after success.
	pub async fn done(self, chain: &Chain, done: &Submitted) -> Result<RecordNumber> {
		let twin = self.book.twin();
		let after = chain.at(done.block_hash).await?;
		let index = index_of(&after, twin).await?;
		match self.book.settle(&index, height(&after))? {
			Settled::Committed { first, .. } => Ok(first),
			_ => Err(Error::connection(format!(
				"the transaction is in block {}, but twin {twin} has no new records there",
				done.block
			))),
		}
	}

	/// After an error: if the transaction can't happen any more, the batch isn't pending any more.
	/// Otherwise, or if this fails, the next settling finds out.
	pub async fn failed(self, chain: &Chain) -> Result<()> {
		let Some(transaction) = self.sending else { return Ok(()) };
		let state = chain.current().await?;
		let (account, nonce) = transaction.uses();
		let is_over = u64::from(Account::read(&state, account).await?.nonce) > nonce;
		// That its nonce is used, by itself or by another in its place, is as final as its block.
		if is_over && index_of(&state, self.book.twin()).await? == *self.book.index() {
			self.book.abandon()?;
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_primitives::Hash;
	use std::fs;

	#[test]
	fn files_and_folders_are_described_in_order() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = |name: &str| folder.path().join(name);
		fs::create_dir(path("sub")).expect("can be made");
		for (name, content) in [("z", "1"), ("sub/b", "2"), ("sub/a", "3"), ("twin", "1")] {
			fs::write(path(name), content).expect("can be written");
		}
		let described = describe_all(&[path("z"), path("sub"), path("twin")], |_| ());
		let (mut entries, skipped) = described.expect("can be described");
		let paths: Vec<_> = entries.iter().map(|entry| entry.path.clone()).collect();
		assert_eq!(paths, [path("z"), path("sub/a"), path("sub/b"), path("twin")]);
		assert!(skipped.is_empty());
		// The two of equal content are one record.
		assert_eq!(entries[0].leaf, entries[3].leaf);
		let book = Book::open(folder.path(), Hash::zero(), 1).expect("is new");
		let new = new_ones(&mut entries, &book);
		assert_eq!(new.len(), 3);
		assert_eq!(new[0], entries[0].descriptor.encode());
	}

	#[test]
	fn records_are_not_appended_again() {
		let folder = tempfile::tempdir().expect("a folder");
		fs::write(folder.path().join("a"), "1").expect("can be written");
		let described = describe_all(&[folder.path().join("a")], |_| ());
		let (mut entries, _) = described.expect("is there");
		let mut book = Book::open(folder.path(), Hash::zero(), 1).expect("is new");
		let new = new_ones(&mut entries, &book);
		assert_eq!((new.len(), entries[0].is_new, entries[0].number), (1, true, None));
		let leaves = book.begin(new, 9).expect("nothing is pending");
		let chain = book.index().append(&leaves).expect("is short");
		book.settle(&chain, 5).expect("is on the chain");
		number(&mut entries, &book);
		assert_eq!((entries[0].is_new, entries[0].number), (true, Some(0)));
		assert!(new_ones(&mut entries, &book).is_empty());
		assert!(!entries[0].is_new);
	}

	#[test]
	fn missing_file_is_not_found() {
		let error =
			|path: &Path| describe_all(&[path.into()], |_| ()).map(|_| ()).map_err(Error::from);
		assert_eq!(error(Path::new("no such file")).expect_err("is missing").code(), 5);
		let folder = tempfile::tempdir().expect("a folder");
		assert_eq!(error(folder.path()).expect_err("is empty").code(), 4);
	}
}
