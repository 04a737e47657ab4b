//! Migrating maps, entry by entry, in as many blocks as it takes.

use alloc::vec::Vec;
use codec::{Decode, DecodeAll, Encode};
use sp_weights::{Weight, WeightMeter};

/// A map whose entries are migrated.
#[derive(Clone, Copy, Debug)]
pub struct Map {
	/// What all its keys begin with.
	pub prefix: [u8; 32],
	/// What an entry weighs, at most.
	pub each: Weight,
	/// Migrates the entry that has this key. May remove it, and insert others, into the same map, too.
	pub migrate: fn(&[u8]),
}

/// How far a migration has come.
///
/// The migration keeps it in the state itself, until it ends: the SDK forgets how far one has come that
/// fails. So whatever begins it again, it never takes what it has left for something old.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Progress {
	map: u32,
	/// Of that map, the last key that was looked at; empty before the first.
	last: Vec<u8>,
}

impl Progress {
	/// Migrate `maps` as far as `meter` allows. Whether that is all.
	///
	/// It passes everything once, in the order of the keys. What is put into a map meanwhile, behind the
	/// place that it has come to, it will come upon.
	pub fn go_on(&mut self, maps: &[Map], meter: &mut WeightMeter) -> bool {
		while let Some(map) = maps.get(self.map as usize) {
			if meter.try_consume(map.each).is_err() {
				return false;
			}
			let last = if self.last.is_empty() { &map.prefix[..] } else { &self.last };
			match sp_io::storage::next_key(last).filter(|key| key.starts_with(&map.prefix)) {
				Some(key) => {
					(map.migrate)(&key);
					self.last = key;
				},
				None => {
					self.map = self.map.saturating_add(1);
					self.last.clear();
				},
			}
		}
		true
	}
}

/// A migration that goes through maps once, and keeps how far it has come in the state itself.
pub trait Walk {
	/// Whether it hasn't ended.
	fn is_due() -> bool;

	/// What it goes through, in this order.
	fn maps() -> Vec<Map>;

	/// What a step weighs apart from entries.
	fn overhead() -> Weight;

	/// How far it has come.
	fn progress() -> Progress;

	/// Keep how far it has come.
	fn keep(progress: Progress);

	/// Forget how far it has come: that was all.
	fn end();

	/// Happens before the first entry, and may happen again until one has been looked at.
	fn begin() {}

	/// Go on as far as `meter` allows, once the overhead is paid. Whether it has ended.
	fn go_on(meter: &mut WeightMeter) -> bool {
		let mut progress = Self::progress();
		if progress == Progress::default() {
			Self::begin();
		}
		let has_ended = progress.go_on(&Self::maps(), meter);
		if has_ended {
			Self::end();
		} else {
			Self::keep(progress);
		}
		has_ended
	}

	/// A step, which has to advance. Whether it has ended; or the weight that it needs at least.
	fn advance(meter: &mut WeightMeter) -> Result<bool, Weight> {
		if !Self::is_due() {
			return Ok(true);
		}
		let overhead = Self::overhead();
		let least = Self::maps().iter().fold(overhead, |least, map| least.max(map.each));
		let required = overhead.saturating_add(least);
		if !meter.can_consume(required) {
			return Err(required);
		}
		meter.consume(overhead);
		Ok(Self::go_on(meter))
	}

	/// Do as much as `limit` allows. What that weighed.
	fn begin_within(limit: Weight) -> Weight {
		let mut meter = WeightMeter::with_limit(limit);
		meter.consume(Self::overhead());
		if Self::is_due() {
			Self::go_on(&mut meter);
		}
		meter.consumed()
	}
}

/// Let the entry of `key` be what `change` makes of what it was; without a result, it goes.
///
/// What can't be read as `Old` stays: it couldn't be read before, either.
pub fn translate<Old: Decode, New: Encode>(key: &[u8], change: impl FnOnce(Old) -> Option<New>) {
	let Some(bytes) = sp_io::storage::get(key) else { return };
	let Ok(old) = Old::decode_all(&mut &bytes[..]) else { return };
	match change(old) {
		Some(new) => sp_io::storage::set(key, &new.encode()),
		None => sp_io::storage::clear(key),
	}
}

/// All keys of a map, and what is there. For checks: nothing else lists so much.
pub fn entries(prefix: &[u8; 32]) -> Vec<(Vec<u8>, Vec<u8>)> {
	let next = |key: &[u8]| {
		let key = sp_io::storage::next_key(key).filter(|key| key.starts_with(prefix))?;
		let value = sp_io::storage::get(&key)?.to_vec();
		Some((key, value))
	};
	core::iter::successors(next(prefix), |(key, _)| next(key)).collect()
}

/// What `bytes` are, if they are a `New`, or an `Old` that was not migrated yet. For checks before and
/// after a migration.
pub fn either<Old: Decode, New: Decode>(
	bytes: &[u8],
	change: impl FnOnce(Old) -> New,
) -> Option<New> {
	let new = New::decode_all(&mut &bytes[..]);
	new.or_else(|_| Old::decode_all(&mut &bytes[..]).map(change)).ok()
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::storage::Storage;
	use sp_io::TestExternalities;

	const FIRST: [u8; 32] = [1; 32];
	const SECOND: [u8; 32] = [2; 32];

	/// From two bytes to four.
	fn widen(key: &[u8]) {
		translate::<u16, u32>(key, |old| (old > 0).then(|| u32::from(old) + 1));
	}

	/// To another key of the same map, behind all that were there.
	fn move_on(key: &[u8]) {
		if key[32] < 100 {
			let value = sp_io::storage::get(key).expect("it has just been found");
			sp_io::storage::clear(key);
			sp_io::storage::set(&[&SECOND[..], &[key[32] + 100]].concat(), &value);
		}
	}

	fn maps() -> [Map; 2] {
		let each = Weight::from_parts(10, 1);
		[(FIRST, widen as fn(&[u8])), (SECOND, move_on)].map(|(prefix, migrate)| Map {
			prefix,
			each,
			migrate,
		})
	}

	/// Two bytes under each of these.
	fn state(keys: &[([u8; 32], u8)]) -> TestExternalities {
		let entry = |(prefix, key): &([u8; 32], u8)| {
			([&prefix[..], &[*key]].concat(), u16::from(*key).encode())
		};
		TestExternalities::new(Storage {
			top: keys.iter().map(entry).collect(),
			children_default: Default::default(),
		})
	}

	fn value(prefix: [u8; 32], key: u8) -> Option<Vec<u8>> {
		sp_io::storage::get(&[&prefix[..], &[key]].concat()).map(|it| it.to_vec())
	}

	#[test]
	fn every_entry_is_passed_once_however_little_weight_there_is() {
		for entries_a_step in [1u64, 2, 3, 100] {
			let keys =
				[(FIRST, 0), (FIRST, 1), (FIRST, 255), (SECOND, 1), (SECOND, 2), ([3; 32], 7)];
			state(&keys).execute_with(|| {
				let (mut progress, mut steps) = (Progress::default(), 0);
				loop {
					let limit = Weight::from_parts(10, 1) * entries_a_step;
					let mut meter = WeightMeter::with_limit(limit);
					// As it is kept between blocks.
					progress =
						Progress::decode(&mut &progress.encode()[..]).expect("it was encoded");
					steps += 1;
					if progress.go_on(&maps(), &mut meter) {
						break;
					}
				}
				// Three and the end of their map; two that come twice and the end of theirs.
				assert_eq!(steps, 9u64.div_ceil(entries_a_step));
				assert_eq!(value(FIRST, 0), None);
				assert_eq!(value(FIRST, 1), Some(2u32.encode()));
				assert_eq!(value(FIRST, 255), Some(256u32.encode()));
				assert_eq!(
					[1, 2, 101, 102].map(|key| value(SECOND, key).is_some()),
					[false, false, true, true]
				);
				assert_eq!(value([3; 32], 7), Some(7u16.encode()), "another's");
			});
		}
	}

	#[test]
	fn what_ended_changes_nothing_when_it_goes_on() {
		state(&[(FIRST, 1)]).execute_with(|| {
			let mut progress = Progress::default();
			assert!(progress.go_on(&maps(), &mut WeightMeter::new()));
			let ended = progress.clone();
			sp_io::storage::set(&[&FIRST[..], &[9]].concat(), &9u16.encode());
			assert!(progress.go_on(&maps(), &mut WeightMeter::new()));
			assert_eq!((progress, value(FIRST, 9)), (ended, Some(9u16.encode())));
		});
	}

	#[test]
	fn what_cannot_be_read_stays() {
		state(&[]).execute_with(|| {
			for bytes in [vec![1], vec![1, 2, 3]] {
				sp_io::storage::set(b"key", &bytes);
				translate::<u16, u32>(b"key", |_| Some(0));
				assert_eq!(sp_io::storage::get(b"key").map(|it| it.to_vec()), Some(bytes));
			}
			translate::<u16, u32>(b"nothing", |_| Some(0));
			assert_eq!(sp_io::storage::get(b"nothing"), None);
		});
	}

	#[test]
	fn both_layouts_are_read() {
		let read = |bytes: &[u8]| either::<u16, u32>(bytes, u32::from);
		assert_eq!(read(&[1, 0]), Some(1));
		assert_eq!(read(&[1, 0, 0, 0]), Some(1));
		assert_eq!(read(&[1, 0, 0]), None);
	}
}
