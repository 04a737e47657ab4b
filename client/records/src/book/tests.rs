use super::*;
use ourledger_primitives::record::{Descriptor, Encryption, MediaType};
use std::fs;

const TWIN: TwinNumber = 12;

struct Place(tempfile::TempDir);

impl Place {
	fn new() -> Self {
		Self(tempfile::tempdir().expect("a folder can be made"))
	}

	fn exists(&self) -> bool {
		Book::exists(self.0.path(), genesis(), TWIN)
	}

	fn open(&self) -> Book {
		Book::open(self.0.path(), genesis(), TWIN).expect("can be opened")
	}

	fn file(&self) -> PathBuf {
		self.0.path().join("records").join(hex::encode(genesis())).join("12").join(FILE)
	}

	/// A book of this many final records, appended one batch of three at a time.
	fn filled(&self, count: usize) -> Book {
		let mut book = self.open();
		for batch in descriptors(0, count).chunks(3) {
			append(&mut book, batch.to_vec());
		}
		book
	}
}

fn genesis() -> Hash {
	Hash::repeat_byte(6)
}

/// Encoded descriptors, of different lengths.
fn descriptors(first: usize, count: usize) -> Vec<Vec<u8>> {
	let one = |seed: usize| Descriptor {
		content: [seed as u8; 32],
		size: seed as u64,
		media_type: MediaType::try_from([b"a/", "b".repeat(1 + seed % 60).as_bytes()].concat())
			.expect("fits"),
		encryption: Encryption::None,
		dispersal: None,
		supersedes: None,
		expires: seed.is_multiple_of(2).then_some(5),
	};
	(first..first + count).map(|seed| one(seed).encode()).collect()
}

fn leaves(descriptors: &[Vec<u8>]) -> Vec<mmr::Hash> {
	descriptors.iter().map(|encoded| mmr::leaf_hash::<Blake2b256>(encoded)).collect()
}

/// The index of a twin that has the first `count` of the descriptors.
fn chain(count: usize) -> Index {
	Index::default().append(&leaves(&descriptors(0, count))).expect("is short")
}

fn append(book: &mut Book, batch: Vec<Vec<u8>>) {
	let leaves = book.begin(batch, 64).expect("can begin");
	let chain = book.index().append(&leaves).expect("is short");
	assert!(matches!(book.settle(&chain, 1), Ok(Settled::Committed { .. })));
}

fn items(descriptors: Vec<Vec<u8>>) -> Vec<Item> {
	descriptors.into_iter().map(Item::Descriptor).collect()
}

#[test]
fn book_commits_a_batch_that_the_chain_has() {
	let place = Place::new();
	let mut book = place.open();
	assert_eq!(*book.index(), Index::default());
	let batch = descriptors(0, 5);
	assert_eq!(book.begin(batch.clone(), 64).expect("can begin"), leaves(&batch));
	assert_eq!(book.pending(), 5);
	assert_eq!(book.index().count, 0);
	let settled = book.settle(&chain(5), 10).expect("is settled");
	assert_eq!(settled, Settled::Committed { first: 0, count: 5 });
	assert_eq!((book.pending(), book.index()), (0, &chain(5)));
	assert_eq!(book.settle(&chain(5), 11).expect("is settled"), Settled::Nothing);

	let batch = descriptors(5, 2);
	book.begin(batch, 64).expect("can begin");
	let settled = book.settle(&chain(7), 12).expect("is settled");
	assert_eq!(settled, Settled::Committed { first: 5, count: 2 });
}

#[test]
fn book_waits_for_a_batch_as_long_as_it_may_happen() {
	let place = Place::new();
	let mut book = place.filled(2);
	let batch = descriptors(2, 3);
	book.begin(batch.clone(), 64).expect("can begin");
	let in_flight = Settled::InFlight { valid_until: 64 };
	assert_eq!(book.settle(&chain(2), 63).expect("is settled"), in_flight);
	assert_eq!(book.pending(), 3);
	assert_eq!(book.settle(&chain(2), 64).expect("is settled"), Settled::Dropped(batch));
	assert_eq!((book.pending(), book.index()), (0, &chain(2)));
}

#[test]
fn book_gives_back_an_abandoned_batch() {
	let place = Place::new();
	let mut book = place.filled(2);
	let batch = descriptors(2, 70);
	book.begin(batch.clone(), 64).expect("can begin");
	assert_eq!(book.abandon().expect("can be"), batch);
	assert_eq!(book.pending(), 0);
	assert_eq!(book.abandon().expect("can be"), Vec::<Vec<u8>>::new());
	append(&mut book, batch);
	assert_eq!(*book.index(), chain(72));
}

#[test]
fn book_is_the_same_when_opened_again() {
	let place = Place::new();
	drop(place.filled(100));
	let mut book = place.open();
	assert_eq!(*book.index(), chain(100));
	for (number, encoded) in descriptors(0, 100).into_iter().enumerate() {
		assert_eq!(book.descriptor(number as u64).expect("is there"), encoded);
	}
	book.begin(descriptors(100, 2), 64).expect("can begin");
	drop(book);
	let mut book = place.open();
	assert_eq!(book.pending(), 2);
	assert!(matches!(book.settle(&chain(102), 9), Ok(Settled::Committed { first: 100, count: 2 })));
	drop(book);
	let book = place.open();
	assert_eq!((book.pending(), book.index()), (0, &chain(102)));
}

/// Cut the file at every byte, as a crash might, and go on from what the chain has by then.
#[test]
fn book_loses_nothing_that_the_chain_has_when_interrupted_anywhere() {
	let place = Place::new();
	let mut book = place.filled(3);
	let before = fs::metadata(place.file()).expect("is there").len();
	book.begin(descriptors(3, 4), 64).expect("can begin");
	let begun = fs::metadata(place.file()).expect("is there").len();
	book.settle(&chain(7), 10).expect("is settled");
	drop(book);
	let whole = fs::read(place.file()).expect("is there");

	for length in before as usize..=whole.len() {
		let cut = || fs::write(place.file(), &whole[..length]).expect("can be written");
		// Nothing is submitted before the batch is on disk.
		if (length as u64) < begun {
			cut();
			let mut book = place.open();
			assert_eq!(book.settle(&chain(3), 99).expect("is settled"), Settled::Nothing);
			continue;
		}
		cut();
		let mut book = place.open();
		book.settle(&chain(7), 99).expect("is settled");
		assert_eq!((book.pending(), book.index()), (0, &chain(7)), "{length}");
		drop(book);
		if length < whole.len() {
			cut();
			let mut book = place.open();
			let dropped = Settled::Dropped(descriptors(3, 4));
			assert_eq!(book.settle(&chain(3), 99).expect("is settled"), dropped, "{length}");
		}
	}
}

#[test]
fn begin_fails_when_a_batch_is_pending() {
	let place = Place::new();
	let mut book = place.filled(1);
	book.begin(descriptors(1, 2), 64).expect("can begin");
	let error = book.begin(descriptors(3, 1), 64);
	assert!(matches!(error, Err(BookError::Unsettled(2))), "{error:?}");
}

#[test]
fn begin_fails_when_there_is_nothing_or_no_descriptor() {
	let place = Place::new();
	let mut book = place.open();
	assert!(matches!(book.begin(Vec::new(), 64), Err(BookError::NoRecords)));
	let mut batch = descriptors(0, 2);
	batch[1].push(0);
	assert!(matches!(book.begin(batch, 64), Err(BookError::NoDescriptor(_))));
	assert_eq!(book.pending(), 0);
}

#[test]
fn settle_fails_when_the_chain_is_behind() {
	let place = Place::new();
	let mut book = place.filled(3);
	let error = book.settle(&chain(2), 10);
	assert!(matches!(error, Err(BookError::ChainBehind { book: 3, chain: 2 })), "{error:?}");
}

#[test]
fn settle_fails_when_the_chain_has_other_records() {
	let place = Place::new();
	let mut book = place.filled(3);
	let is_diverged = |book: &mut Book, chain: &Index| {
		matches!(book.settle(chain, 99), Err(BookError::Diverged { book: 3, .. }))
	};
	let other = Index::default().append(&leaves(&descriptors(50, 3))).expect("is short");
	assert!(is_diverged(&mut book, &other));
	assert!(is_diverged(&mut book, &chain(4)));

	// As many as are pending, but not these; the batch stays, since it may yet happen.
	book.begin(descriptors(3, 2), 64).expect("can begin");
	let other = chain(3).append(&leaves(&descriptors(50, 2))).expect("is short");
	assert!(is_diverged(&mut book, &other));
	assert!(is_diverged(&mut book, &chain(4)));
	assert!(is_diverged(&mut book, &chain(6)));
	assert_eq!(book.pending(), 2);
}

#[test]
fn book_is_refused_when_it_is_another_twins() {
	let place = Place::new();
	drop(place.filled(1));
	let other = place.0.path().join("records").join(hex::encode(genesis())).join("13");
	fs::create_dir(&other).expect("can be made");
	fs::copy(place.file(), other.join(FILE)).expect("can be copied");
	let error = Book::open(place.0.path(), genesis(), 13);
	assert!(matches!(error, Err(BookError::NotThisBook(_))), "{error:?}");
}

#[test]
fn book_is_refused_when_in_use() {
	let place = Place::new();
	let _book = place.open();
	let error = Book::open(place.0.path(), genesis(), TWIN);
	assert!(matches!(error, Err(BookError::Journal(JournalError::InUse(_)))), "{error:?}");
	Book::open(place.0.path(), genesis(), 13).expect("is another book");
	Book::open(place.0.path(), Hash::zero(), TWIN).expect("is another book");
}

#[test]
fn book_is_refused_when_its_entries_make_no_sense() {
	for entries in [
		vec![Entry::Committed],
		vec![Entry::Dropped],
		vec![Entry::Opened { version: VERSION, genesis: genesis(), twin: TWIN }],
		vec![
			Entry::Pending { valid_until: 1, items: items(descriptors(0, 1)) },
			Entry::Pending { valid_until: 1, items: items(descriptors(0, 1)) },
		],
	] {
		let place = Place::new();
		let mut book = place.open();
		for entry in &entries {
			book.journal.append(&entry.encode()).expect("can be written");
		}
		drop(book);
		let error = Book::open(place.0.path(), genesis(), TWIN);
		let is_damaged = matches!(error, Err(BookError::Journal(JournalError::Damaged { .. })));
		assert!(is_damaged, "{error:?}");
	}
}

#[test]
fn prove_covers_any_range_for_any_count() {
	let place = Place::new();
	let book = place.filled(20);
	for count in 1..=20 {
		let index = chain(count as usize);
		let all = leaves(&descriptors(0, count as usize));
		for first in 0..count {
			for len in 1..=count - first {
				let proof = book.prove(first, len, count).expect("is there");
				let range = &all[first as usize..(first + len) as usize];
				let (count, peaks) = (index.count, &index.peaks);
				mmr::verify::<Blake2b256>(count, peaks, first, range, &proof).expect("holds");
			}
		}
	}
}

#[test]
fn prove_fails_beyond_the_book() {
	let place = Place::new();
	let mut book = place.filled(3);
	book.begin(descriptors(3, 1), 64).expect("can begin");
	for (first, len, count) in [(0, 1, 4), (3, 1, 3), (2, 2, 3), (0, 0, 3), (0, 1, u64::MAX)] {
		let error = book.prove(first, len, count);
		assert!(matches!(error, Err(BookError::NotInBook(_))), "{error:?}");
	}
	assert!(matches!(book.descriptor(3), Err(BookError::NotInBook(_))));
}

#[test]
fn book_exists_once_it_was_opened() {
	let place = Place::new();
	assert!(!place.exists());
	let book = place.filled(4);
	assert!(place.exists());
	assert_eq!(book.path(), place.file());
	assert_eq!(book.leaves().collect::<Vec<_>>(), leaves(&descriptors(0, 4)));
}

#[test]
fn bundle_is_believed_by_others() {
	let place = Place::new();
	let mut book = place.filled(20);
	for number in 0..20 {
		let bundle = book.bundle(number, 1, 20).expect("is there");
		let checked = bundle.check(genesis(), &chain(20)).expect("holds");
		assert_eq!(checked[0].encode(), descriptors(number as usize, 1)[0]);
		assert_eq!(bundle.descriptor(number), Some(&descriptors(number as usize, 1)[0][..]));
	}
	let several = book.bundle(3, 9, 20).expect("is there");
	assert_eq!(several.descriptors, descriptors(3, 9));
	assert!(several.check(genesis(), &chain(20)).is_ok());
	assert!(matches!(book.bundle(12, 9, 20), Err(BookError::NotInBook(_))));
	let old = book.bundle(5, 1, 6).expect("is there");
	let error = old.check(genesis(), &chain(20));
	assert_eq!(error, Err(ProofError::OtherCount { made_for: 6, on_chain: 20 }));
}

#[test]
fn restore_adds_what_the_chain_has() {
	let place = Place::new();
	let mut book = place.filled(2);
	let mut restored = items(descriptors(2, 3));
	restored[1] = Item::Leaf(restored[1].leaf());
	book.restore(restored, &chain(5)).expect("can be restored");
	drop(book);
	let mut book = place.open();
	assert_eq!(*book.index(), chain(5));
	assert_eq!(book.descriptor(2).expect("is there"), descriptors(2, 1)[0]);
	assert_eq!(book.descriptor(4).expect("is there"), descriptors(4, 1)[0]);
	assert!(matches!(book.descriptor(3), Err(BookError::DescriptorUnknown(3))));
	book.prove(3, 1, 5).expect("needs no descriptor");
}

#[test]
fn restore_fails_when_the_chain_has_other_records() {
	let place = Place::new();
	let mut book = place.filled(2);
	for descriptors in [descriptors(2, 2), descriptors(2, 4), descriptors(3, 3)] {
		let error = book.restore(items(descriptors), &chain(5));
		assert!(matches!(error, Err(BookError::Diverged { book: 2, chain: 5 })), "{error:?}");
	}
	assert!(matches!(book.restore(Vec::new(), &chain(2)), Err(BookError::NoRecords)));
	assert_eq!(*book.index(), chain(2));
}

#[test]
fn restore_fails_when_it_is_no_descriptor() {
	let place = Place::new();
	let mut book = place.filled(2);
	let chain = chain(2).append(&leaves(&[vec![1]])).expect("is short");
	let error = book.restore(items(vec![vec![1]]), &chain);
	assert!(matches!(error, Err(BookError::NoDescriptor(_))), "{error:?}");
	assert_eq!(book.index().count, 2);
}

#[test]
fn restore_settles_a_batch_that_is_among_the_restored() {
	let place = Place::new();
	let mut book = place.filled(1);
	book.begin(descriptors(3, 2), 64).expect("can begin");
	book.restore(items(descriptors(1, 5)), &chain(6)).expect("can be restored");
	assert_eq!((book.pending(), book.index()), (0, &chain(6)));

	// One that isn't may yet happen, after the restored ones.
	book.begin(descriptors(8, 1), 64).expect("can begin");
	book.restore(items(descriptors(6, 2)), &chain(8)).expect("can be restored");
	assert_eq!(book.pending(), 1);
	let settled = book.settle(&chain(9), 10).expect("is settled");
	assert_eq!(settled, Settled::Committed { first: 8, count: 1 });
}
