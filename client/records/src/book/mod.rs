//! The record book: what the owner of a twin keeps, since the chain only keeps the peaks.
//!
//! It holds the descriptors of all records, in order. Without it nobody can prove them, so it is
//! written before anything is submitted: a batch is *pending* until its transaction is final or
//! can't happen any more. Whoever finds a pending batch, perhaps after a crash, settles it by what
//! the chain has.

use crate::{
	bundle::Bundle,
	journal::{Journal, JournalError},
	proof::{decode_descriptor, Index, ProofError},
};
use codec::{Compact, Decode, Encode};
use ourledger_client::private;
use ourledger_math::mmr::{self, Blake2b256, MmrError};
use ourledger_primitives::{record::RecordNumber, twin::TwinNumber, BlockNumber, Hash};
use std::path::{Path, PathBuf};

/// Name of the file within the book's folder.
const FILE: &str = "book";

/// Format of the file.
const VERSION: u8 = 1;

/// Why a book can't be used, or not as asked.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
	/// The file can't be used.
	#[error(transparent)]
	Journal(#[from] JournalError),
	/// The book is another twin's or another network's, or of a later version.
	#[error("the book in {} belongs to another twin or network", .0.display())]
	NotThisBook(PathBuf),
	/// A batch waits to be settled.
	#[error("{0} record(s) wait for their transaction to be final: settle them first")]
	Unsettled(u64),
	/// There is nothing to append.
	#[error("there is no record to append")]
	NoRecords,
	/// The bytes are no descriptor.
	#[error(transparent)]
	NoDescriptor(#[from] ProofError),
	/// The chain has fewer records than it had.
	#[error(
		"the book has {book} record(s), but the chain {chain}: the node lags behind, or the chain \
		 was begun anew and the book is to be removed"
	)]
	ChainBehind {
		/// Records of the book.
		book: u64,
		/// Records of the chain.
		chain: u64,
	},
	/// The chain has records that the book doesn't know, or others.
	#[error(
		"the chain's {chain} record(s) are not the {book} of the book: records were appended \
		 without it"
	)]
	Diverged {
		/// Records of the book.
		book: u64,
		/// Records of the chain.
		chain: u64,
	},
	/// The book doesn't have the record, or not for that number of records.
	#[error("the book has no such record: {0}")]
	NotInBook(MmrError),
	/// The book has the record's leaf, but not its descriptor.
	#[error("the book doesn't have the descriptor of record {0}")]
	DescriptorUnknown(RecordNumber),
}

/// A record as it is written down.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Item {
	/// Its encoded descriptor.
	#[codec(index = 0)]
	Descriptor(Vec<u8>),
	/// Its leaf alone: from the chain's own transactions, for a book that was lost.
	#[codec(index = 1)]
	Leaf(mmr::Hash),
}

impl Item {
	fn leaf(&self) -> mmr::Hash {
		match self {
			Self::Descriptor(encoded) => mmr::leaf_hash::<Blake2b256>(encoded),
			Self::Leaf(leaf) => *leaf,
		}
	}
}

/// An entry of the book's file.
#[derive(Encode, Decode)]
enum Entry {
	/// The first one: whose book it is.
	#[codec(index = 0)]
	Opened { version: u8, genesis: Hash, twin: TwinNumber },
	/// A batch is about to be submitted, in a transaction that is valid up to a block.
	#[codec(index = 1)]
	Pending { valid_until: BlockNumber, items: Vec<Item> },
	/// The pending batch is on the chain.
	#[codec(index = 2)]
	Committed,
	/// The pending batch will never be.
	#[codec(index = 3)]
	Dropped,
	/// These are on the chain, whoever appended them.
	#[codec(index = 4)]
	Restored { items: Vec<Item> },
}

/// Where the book has a record.
#[derive(Clone, Copy, Debug)]
struct Place {
	leaf: mmr::Hash,
	/// Offset and length of the descriptor in the file.
	descriptor: Option<(u64, usize)>,
}

#[derive(Debug)]
struct Batch {
	valid_until: BlockNumber,
	places: Vec<Place>,
}

/// What became of a pending batch.
#[derive(Debug, PartialEq, Eq)]
pub enum Settled {
	/// Nothing was pending, and the book is the chain's.
	Nothing,
	/// These records are final.
	Committed {
		/// Number of the first of them.
		first: RecordNumber,
		/// How many they are.
		count: u64,
	},
	/// The transaction may still get into a block, up to this one.
	InFlight {
		/// That block.
		valid_until: BlockNumber,
	},
	/// The transaction can't happen any more. These are the encoded descriptors, to try again.
	Dropped(Vec<Vec<u8>>),
}

/// The records of one twin. Nobody else can open the book meanwhile.
#[derive(Debug)]
pub struct Book {
	genesis: Hash,
	twin: TwinNumber,
	journal: Journal,
	records: Records,
}

/// What the entries of the file come to.
#[derive(Debug, Default)]
struct Records {
	places: Vec<Place>,
	index: Index,
	pending: Option<Batch>,
}

impl Book {
	/// Whether there is a book of a twin below the folder `data`.
	pub fn exists(data: &Path, genesis: Hash, twin: TwinNumber) -> bool {
		folder_of(data, genesis, twin).join(FILE).exists()
	}

	/// Open the book of a twin, or begin it, below the folder `data`.
	pub fn open(data: &Path, genesis: Hash, twin: TwinNumber) -> Result<Self, BookError> {
		let folder = folder_of(data, genesis, twin);
		private::create_folder(&folder)
			.map_err(|source| JournalError::Io { path: folder.clone(), source })?;
		let path = folder.join(FILE);

		let mut owner = None;
		let mut records = Records::default();
		let mut journal = Journal::open(&path, |offset, content| {
			if owner.is_some() {
				return records.take(offset, content);
			}
			match Entry::decode(&mut &content[..]) {
				Ok(Entry::Opened { version, genesis, twin }) => {
					owner = Some((version, genesis, twin))
				},
				_ => return Err(()),
			}
			Ok(())
		})?;
		match owner {
			Some(owner) if owner == (VERSION, genesis, twin) => (),
			Some(_) => return Err(BookError::NotThisBook(path)),
			None => {
				journal.append(&Entry::Opened { version: VERSION, genesis, twin }.encode())?;
			},
		}
		Ok(Self { genesis, twin, journal, records })
	}

	/// As [`Book::open`]; nothing if there is no book.
	pub fn find(data: &Path, genesis: Hash, twin: TwinNumber) -> Result<Option<Self>, BookError> {
		match Self::exists(data, genesis, twin) {
			true => Self::open(data, genesis, twin).map(Some),
			false => Ok(None),
		}
	}

	/// Whose records they are.
	pub fn twin(&self) -> TwinNumber {
		self.twin
	}

	/// Count and peaks of the records that are final.
	pub fn index(&self) -> &Index {
		&self.records.index
	}

	/// Number of records in the pending batch.
	pub fn pending(&self) -> u64 {
		self.records.pending.as_ref().map_or(0, |batch| batch.places.len() as u64)
	}

	/// Write a batch down before it is submitted, in one transaction that can't get into any block
	/// after `valid_until`; returns the leaves to append.
	pub fn begin(
		&mut self,
		descriptors: Vec<Vec<u8>>,
		valid_until: BlockNumber,
	) -> Result<Vec<mmr::Hash>, BookError> {
		if self.pending() > 0 {
			return Err(BookError::Unsettled(self.pending()));
		}
		if descriptors.is_empty() {
			return Err(BookError::NoRecords);
		}
		for encoded in &descriptors {
			decode_descriptor(encoded)?;
		}
		let items = descriptors.into_iter().map(Item::Descriptor).collect();
		self.write(Entry::Pending { valid_until, items })?;
		let batch = self.records.pending.as_ref();
		Ok(batch.map_or(Vec::new(), |batch| batch.places.iter().map(|place| place.leaf).collect()))
	}

	/// Find out what became of the pending batch, by the index that the twin has at the finalised
	/// block `at`.
	pub fn settle(&mut self, chain: &Index, at: BlockNumber) -> Result<Settled, BookError> {
		let book = self.records.index.count;
		if chain.count < book {
			return Err(BookError::ChainBehind { book, chain: chain.count });
		}
		if *chain == self.records.index {
			return match &self.records.pending {
				None => Ok(Settled::Nothing),
				Some(batch) if at < batch.valid_until => {
					Ok(Settled::InFlight { valid_until: batch.valid_until })
				},
				Some(_) => Ok(Settled::Dropped(self.abandon()?)),
			};
		}
		let diverged = BookError::Diverged { book, chain: chain.count };
		let Some(batch) = &self.records.pending else { return Err(diverged) };
		let leaves: Vec<_> = batch.places.iter().map(|place| place.leaf).collect();
		if self.records.index.append(&leaves).as_ref() != Ok(chain) {
			return Err(diverged);
		}
		self.write(Entry::Committed)?;
		Ok(Settled::Committed { first: book, count: leaves.len() as u64 })
	}

	/// Give up the pending batch; returns its encoded descriptors. Only for a transaction that
	/// surely won't happen: one that no node has accepted.
	pub fn abandon(&mut self) -> Result<Vec<Vec<u8>>, BookError> {
		let places = self.records.pending.as_ref().map_or(Vec::new(), |batch| batch.places.clone());
		let mut descriptors = Vec::with_capacity(places.len());
		for (offset, length) in places.into_iter().filter_map(|place| place.descriptor) {
			descriptors.push(self.journal.read(offset, length)?);
		}
		if self.records.pending.is_some() {
			self.write(Entry::Dropped)?;
		}
		Ok(descriptors)
	}

	/// Add records that the chain has after the book's, such as those appended from another
	/// machine. They must lead to the twin's index on the chain, else nothing is added.
	pub fn restore(&mut self, items: Vec<Item>, chain: &Index) -> Result<(), BookError> {
		let leaves: Vec<_> = items.iter().map(Item::leaf).collect();
		if leaves.is_empty() {
			return Err(BookError::NoRecords);
		}
		if self.records.index.append(&leaves).as_ref() != Ok(chain) {
			let book = self.records.index.count;
			return Err(BookError::Diverged { book, chain: chain.count });
		}
		for item in &items {
			if let Item::Descriptor(encoded) = item {
				decode_descriptor(encoded)?;
			}
		}
		self.write(Entry::Restored { items })?;
		// The pending batch may be among them. To try it again would append it twice.
		let is_among = self.records.pending.as_ref().is_some_and(|batch| {
			let batch: Vec<_> = batch.places.iter().map(|place| place.leaf).collect();
			leaves.windows(batch.len()).any(|window| window == batch)
		});
		if is_among {
			self.write(Entry::Dropped)?;
		}
		Ok(())
	}

	/// The encoded descriptor of a final record.
	pub fn descriptor(&mut self, number: RecordNumber) -> Result<Vec<u8>, BookError> {
		let place = usize::try_from(number).ok().and_then(|at| self.records.places.get(at));
		let place = place.ok_or(BookError::NotInBook(MmrError::OutOfRange))?;
		let (offset, length) = place.descriptor.ok_or(BookError::DescriptorUnknown(number))?;
		Ok(self.journal.read(offset, length)?)
	}

	/// Range proof of `len` records from `first` on, for an index of `count` records: any number
	/// that the chain had.
	pub fn prove(
		&self,
		first: RecordNumber,
		len: u64,
		count: u64,
	) -> Result<Vec<mmr::Hash>, BookError> {
		let known = usize::try_from(count).ok().and_then(|count| self.records.places.get(..count));
		let known = known.ok_or(BookError::NotInBook(MmrError::OutOfRange))?;
		let leaves: Vec<_> = known.iter().map(|place| place.leaf).collect();
		mmr::prove::<Blake2b256>(&leaves, first, len).map_err(BookError::NotInBook)
	}

	/// `len` records from `first` on with their proof for an index of `count` records, for others to
	/// check.
	pub fn bundle(
		&mut self,
		first: RecordNumber,
		len: u64,
		count: u64,
	) -> Result<Bundle, BookError> {
		let proof = self.prove(first, len, count)?;
		let numbers = first..first.saturating_add(len);
		let descriptors =
			numbers.map(|number| self.descriptor(number)).collect::<Result<_, _>>()?;
		let (genesis, twin) = (self.genesis, self.twin);
		Ok(Bundle { genesis, twin, first, descriptors, count, proof })
	}

	/// The encoded descriptor of a final record, and whether it is right, by the index that the twin
	/// has on the chain. Nothing if the book doesn't have it.
	pub fn checked(
		&mut self,
		number: RecordNumber,
		chain: &Index,
	) -> Option<(Vec<u8>, Result<(), ProofError>)> {
		let count = self.index().count.min(chain.count);
		let bundle = self.bundle(number, 1, count).ok()?;
		let is_right = bundle.check(self.genesis, chain).map(|_| ());
		Some((bundle.descriptor(number)?.to_vec(), is_right))
	}

	/// The number of the final record of this leaf.
	pub fn number_of(&self, leaf: &mmr::Hash) -> Option<RecordNumber> {
		self.leaves().zip(0..).find(|(known, _)| known == leaf).map(|(_, number)| number)
	}

	/// The leaves of the final records, in order.
	pub fn leaves(&self) -> impl Iterator<Item = mmr::Hash> + '_ {
		self.records.places.iter().map(|place| place.leaf)
	}

	/// Where the book is kept.
	pub fn path(&self) -> &Path {
		self.journal.path()
	}

	fn write(&mut self, entry: Entry) -> Result<(), BookError> {
		let content = entry.encode();
		let offset = self.journal.append(&content)?;
		// What was written is read as it will be at the next opening: there is one meaning.
		let taken = self.records.take(offset, &content);
		debug_assert!(taken.is_ok());
		Ok(())
	}
}

impl Records {
	/// Take note of an entry whose content stands at `offset`. Fails if it makes no sense here.
	fn take(&mut self, offset: u64, content: &[u8]) -> Result<(), ()> {
		match Entry::decode(&mut &content[..]).map_err(|_| ())? {
			Entry::Pending { valid_until, items } => {
				if self.pending.is_some() {
					return Err(());
				}
				// Behind the tag of the entry and the block number.
				let places = places(offset + 1 + size_of::<BlockNumber>() as u64, items);
				self.pending = Some(Batch { valid_until, places });
				Ok(())
			},
			Entry::Committed => {
				let batch = self.pending.take().ok_or(())?;
				self.extend(batch.places)
			},
			Entry::Dropped => self.pending.take().map(|_| ()).ok_or(()),
			Entry::Restored { items } => self.extend(places(offset + 1, items)),
			Entry::Opened { .. } => Err(()),
		}
	}

	fn extend(&mut self, places: Vec<Place>) -> Result<(), ()> {
		let leaves: Vec<_> = places.iter().map(|place| place.leaf).collect();
		self.index = self.index.append(&leaves).map_err(|_| ())?;
		self.places.extend(places);
		Ok(())
	}
}

fn folder_of(data: &Path, genesis: Hash, twin: TwinNumber) -> PathBuf {
	data.join("records").join(hex::encode(genesis)).join(twin.to_string())
}

/// Where each of these items is, if their encoded list stands at `offset`.
fn places(mut offset: u64, items: Vec<Item>) -> Vec<Place> {
	let prefix = |length: usize| Compact(length as u32).encoded_size() as u64;
	offset += prefix(items.len());
	items
		.into_iter()
		.map(|item| {
			let leaf = item.leaf();
			let size = item.encoded_size() as u64;
			let descriptor = match item {
				Item::Descriptor(encoded) => {
					let length = encoded.len();
					Some((offset + 1 + prefix(length), length))
				},
				Item::Leaf(_) => None,
			};
			offset += size;
			Place { leaf, descriptor }
		})
		.collect()
}

#[cfg(test)]
mod tests;
