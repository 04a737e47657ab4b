//! Values of the chain that nest too deep are refused before anything reads them.
//!
//! Readers call themselves for what is within: a call within a call within a call, in ten thousand
//! bytes of a file, overflows the stack. So bytes are walked over first, without recursion.

use codec::{Compact, Decode};
use scale_info::{PortableRegistry, TypeDef, TypeDefPrimitive};
use subxt::{ext::scale_value::scale, ArcMetadata};

use crate::value::Typed;

/// How deep values are within each other at most. A call within another one takes two or three.
const MAX_DEPTH: u32 = 256;

/// How many values are walked over at most, for each byte and besides: what takes no bytes can be
/// many.
const STEPS_PER_BYTE: u64 = 16;
const STEPS_BESIDES: u64 = 4_096;

/// Length of what events can be looked for by.
const TOPIC_BYTES: u64 = 32;

/// Decodes what `bytes` begin with, which is taken off them.
pub fn decode(bytes: &mut &[u8], ty: u32, metadata: &ArcMetadata) -> Result<Typed, String> {
	ensure_shallow(bytes, ty, metadata.types())?;
	scale::decode_as_type(bytes, ty, metadata.types()).map_err(|error| error.to_string())
}

/// Values of one type that are still to be walked over.
struct Ahead {
	ty: u32,
	count: u64,
	depth: u32,
}

/// Refuses bytes that don't begin with a value of the type, or with one that is too deep.
fn ensure_shallow(mut bytes: &[u8], ty: u32, types: &PortableRegistry) -> Result<(), String> {
	let mut steps = steps_for(bytes);
	walk(&mut bytes, ty, types, &mut steps)
}

/// As [`ensure_shallow`], of all the events of a block, as the chain has them.
pub(crate) fn ensure_shallow_events(
	mut bytes: &[u8],
	metadata: &ArcMetadata,
) -> Result<(), String> {
	// A block without events may have no list of them.
	if bytes.is_empty() {
		return Ok(());
	}
	let mut steps = steps_for(bytes);
	for _ in 0..length(&mut bytes)? {
		// Only what an extrinsic does has more to say of when it happened.
		if take(&mut bytes, 1)? == [0] {
			take(&mut bytes, 4)?;
		}
		let place = take(&mut bytes, 2)?;
		let event = metadata
			.pallet_by_event_index(place[0])
			.and_then(|pallet| pallet.event_variant_by_index(place[1]))
			.ok_or("it is not known")?;
		for field in &event.fields {
			walk(&mut bytes, field.ty.id, metadata.types(), &mut steps)?;
		}
		let topics = length(&mut bytes)?;
		take(&mut bytes, topics.saturating_mul(TOPIC_BYTES))?;
	}
	Ok(())
}

fn steps_for(bytes: &[u8]) -> u64 {
	bytes.len() as u64 * STEPS_PER_BYTE + STEPS_BESIDES
}

/// Takes a value off the bytes, in so many steps at most.
fn walk(
	bytes: &mut &[u8],
	ty: u32,
	types: &PortableRegistry,
	steps: &mut u64,
) -> Result<(), String> {
	let mut ahead = vec![Ahead { ty, count: 1, depth: 0 }];
	while let Some(Ahead { ty, count, depth }) = ahead.pop() {
		if count > 1 {
			ahead.push(Ahead { ty, count: count - 1, depth });
		}
		*steps = steps.checked_sub(1).ok_or("it has too many parts")?;
		if depth > MAX_DEPTH {
			return Err(format!("it is nested more than {MAX_DEPTH} deep"));
		}
		let of = types.resolve(ty).ok_or("its type is not known")?;
		let mut within = |types: &mut dyn Iterator<Item = u32>| {
			let first = ahead.len();
			ahead.extend(types.map(|ty| Ahead { ty, count: 1, depth: depth + 1 }));
			// The first one on top.
			ahead[first..].reverse();
		};
		match &of.type_def {
			TypeDef::Composite(it) => within(&mut it.fields.iter().map(|field| field.ty.id)),
			TypeDef::Tuple(it) => within(&mut it.fields.iter().map(|field| field.id)),
			TypeDef::Variant(it) => {
				let index = take(bytes, 1)?[0];
				let variant = it.variants.iter().find(|variant| variant.index == index);
				let variant = variant.ok_or("it has a variant that is not known")?;
				within(&mut variant.fields.iter().map(|field| field.ty.id));
			},
			TypeDef::Sequence(it) => {
				let count = length(bytes)?;
				many(bytes, &mut ahead, it.type_param.id, count, depth, types)?;
			},
			TypeDef::Array(it) => {
				many(bytes, &mut ahead, it.type_param.id, it.len.into(), depth, types)?;
			},
			TypeDef::Primitive(it) => match width(it) {
				Some(width) => _ = take(bytes, width)?,
				None => {
					let length = length(bytes)?;
					take(bytes, length)?;
				},
			},
			TypeDef::Compact(_) => {
				// Their first two bits say how long they are.
				let first = *bytes.first().ok_or(SHORT)?;
				let width = match first & 3 {
					3 => u64::from(first >> 2) + 5,
					mode => 1 << mode,
				};
				take(bytes, width)?;
			},
			TypeDef::BitSequence(it) => {
				let store = types.resolve(it.bit_store_type.id).map(|ty| &ty.type_def);
				let Some(TypeDef::Primitive(store)) = store else {
					return Err("its bits are stored in what is not known".into());
				};
				let width = width(store).ok_or("its bits are stored in text")?;
				let stores = length(bytes)?.div_ceil(width * 8);
				take(bytes, stores.saturating_mul(width))?;
			},
		}
	}
	Ok(())
}

const SHORT: &str = "it has too few bytes";

/// Takes many values of one type: bytes at once, others later.
fn many(
	bytes: &mut &[u8],
	ahead: &mut Vec<Ahead>,
	ty: u32,
	count: u64,
	depth: u32,
	types: &PortableRegistry,
) -> Result<(), String> {
	let byte = TypeDef::Primitive(TypeDefPrimitive::U8);
	if types.resolve(ty).is_some_and(|ty| ty.type_def == byte) {
		take(bytes, count)?;
	} else if count > 0 {
		ahead.push(Ahead { ty, count, depth: depth + 1 });
	}
	Ok(())
}

fn take<'bytes>(bytes: &mut &'bytes [u8], length: u64) -> Result<&'bytes [u8], String> {
	let length = usize::try_from(length).map_err(|_| SHORT)?;
	let (taken, rest) = bytes.split_at_checked(length).ok_or(SHORT)?;
	*bytes = rest;
	Ok(taken)
}

fn length(bytes: &mut &[u8]) -> Result<u64, String> {
	Compact::<u32>::decode(bytes).map(|length| length.0.into()).map_err(|_| SHORT.into())
}

/// Bytes of a primitive; none for text.
fn width(primitive: &TypeDefPrimitive) -> Option<u64> {
	use TypeDefPrimitive::*;
	Some(match primitive {
		Bool | U8 | I8 => 1,
		U16 | I16 => 2,
		Char | U32 | I32 => 4,
		U64 | I64 => 8,
		U128 | I128 => 16,
		U256 | I256 => 32,
		Str => return None,
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use scale_info::{meta_type, Registry, TypeInfo};

	#[derive(Encode, TypeInfo)]
	enum Nest {
		End,
		In(Box<Nest>),
		Many(Vec<Nest>),
	}

	fn registry<T: TypeInfo + 'static>() -> (PortableRegistry, u32) {
		let mut registry = Registry::new();
		let ty = registry.register_type(&meta_type::<T>()).id;
		(registry.into(), ty)
	}

	#[test]
	fn nesting_has_a_bound() {
		let (types, ty) = registry::<Nest>();
		let check = |bytes: Vec<u8>| ensure_shallow(&bytes, ty, &types);
		// A variant takes one byte.
		let deep = |levels: usize| [vec![1; levels], vec![0]].concat();
		assert_eq!(check(deep(MAX_DEPTH as usize)), Ok(()));
		for levels in [MAX_DEPTH as usize + 1, 1_000_000] {
			assert!(check(deep(levels)).expect_err("is too deep").contains("nested"));
		}
		let lists = |levels: usize| [[2, 4].repeat(levels), vec![0]].concat();
		assert_eq!(check(lists(MAX_DEPTH as usize / 2)), Ok(()));
		assert!(check(lists(1_000_000)).is_err());
		// Beside each other they may be many.
		let many = Nest::Many((0..10_000).map(|_| Nest::In(Box::new(Nest::End))).collect());
		assert_eq!(check(many.encode()), Ok(()));
	}

	#[test]
	fn what_takes_no_bytes_has_a_bound_too() {
		let (types, ty) = registry::<Vec<()>>();
		let of = |count: u32| ensure_shallow(&Compact(count).encode(), ty, &types);
		assert_eq!(of(1_000), Ok(()));
		assert!(of(u32::MAX).expect_err("are too many").contains("too many"));
	}

	#[test]
	fn values_are_walked_over_to_their_ends() {
		#[derive(Encode, TypeInfo)]
		struct Everything {
			text: String,
			bytes: Vec<u8>,
			array: [u8; 3],
			numbers: [u16; 2],
			compact: Compact<u128>,
			large: u128,
			tuple: (bool, i32),
			option: Option<Vec<u32>>,
		}
		let (types, ty) = registry::<Everything>();
		for compact in [0, 63, 64, 1 << 14, 1 << 30, u128::MAX] {
			let bytes = Everything {
				text: "hello".into(),
				bytes: vec![1; 100],
				array: [1; 3],
				numbers: [1, 2],
				compact: Compact(compact),
				large: 9,
				tuple: (true, -1),
				option: Some(vec![1, 2]),
			};
			let bytes = bytes.encode();
			assert_eq!(ensure_shallow(&bytes, ty, &types), Ok(()), "{compact}");
			let short = &bytes[..bytes.len() - 1];
			assert_eq!(ensure_shallow(short, ty, &types), Err(SHORT.into()), "{compact}");
		}
	}
}
