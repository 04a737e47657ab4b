//! The chain's state at one block, and what it is asked.

use super::ChainConfig;
use crate::{
	call::Call,
	error::{Error, Result},
	nesting,
	value::{self, Typed},
};
use codec::{Compact, Decode, Encode};
use serde_json::{json, Value as Json};
use subxt::{
	dynamic,
	ext::{
		frame_decode::storage::{IntoDecodableValues, IntoEncodableValues},
		scale_decode::DecodeAsType,
		scale_encode::EncodeAsFields,
	},
	storage::PrefixOf,
	utils::H256,
	ArcMetadata, OnlineClientAtBlock,
};

/// Length of a view function's id, which stands before its arguments.
const VIEW_ID_BYTES: usize = 32;

/// The chain's state at one block.
#[derive(Clone)]
pub struct State {
	/// By the runtime in the state: it answers whatever the state is asked.
	pub(super) at: OnlineClientAtBlock<ChainConfig>,
	/// By the runtime that wrote the block. In a block that brings another runtime, they differ.
	pub(super) written: OnlineClientAtBlock<ChainConfig>,
}

impl State {
	/// Height of the block.
	pub fn number(&self) -> u64 {
		self.at.block_number()
	}

	/// Hash of the block.
	pub fn hash(&self) -> H256 {
		self.at.block_hash()
	}

	/// The block as it stands in results.
	pub fn block_json(&self) -> Json {
		json!({ "number": self.number(), "hash": format!("{:?}", self.hash()) })
	}

	/// What the runtime in this state can do. Not what the block is written by: that is
	/// [`State::dictionary`].
	pub fn metadata(&self) -> ArcMetadata {
		self.at.metadata()
	}

	/// Version of the runtime.
	pub fn spec_version(&self) -> u32 {
		self.at.spec_version()
	}

	/// Version of the calls' encoding.
	pub fn transaction_version(&self) -> u32 {
		self.at.transaction_version()
	}

	/// The client library's view of the state, for what has no function here; not for events,
	/// extrinsics and storage, which it reads by the runtime in the state.
	pub fn inner(&self) -> &OnlineClientAtBlock<ChainConfig> {
		&self.at
	}

	/// Whether the runtime has this view function.
	pub fn has_view(&self, pallet: &str, function: &str) -> bool {
		let pallet = self.at.metadata_ref().pallet_by_name(pallet);
		pallet.is_some_and(|pallet| pallet.view_function_by_name(function).is_some())
	}

	/// Asks a pallet's view function.
	///
	/// ```no_run
	/// # use ourledger_client::twin::TwinInfo;
	/// # async fn example(state: ourledger_client::State) -> ourledger_client::Result<()> {
	/// let twin: Option<TwinInfo> = state.view("Twins", "twin", (7u64,)).await?;
	/// let page: Vec<TwinInfo> = state.view("Twins", "twins", (1u64, 100u32)).await?;
	/// # Ok(())
	/// # }
	/// ```
	///
	/// The library's own `call` sends the arguments without their length, which the runtime API
	/// asks for (seen with 0.51.1), and then waits for ever. So the length is put in here.
	pub async fn view<T: DecodeAsType>(
		&self,
		pallet: &str,
		function: &str,
		arguments: impl IntoEncodableValues,
	) -> Result<T> {
		let (answer, ty) = self.view_bytes(pallet, function, arguments).await?;
		T::decode_as_type(&mut &answer[..], ty, self.at.metadata_ref().types())
			.map_err(|error| unreadable(&format!("{pallet}.{function}"), error))
	}

	/// As [`State::view`], with the type of each part.
	pub async fn view_typed(
		&self,
		pallet: &str,
		function: &str,
		arguments: impl IntoEncodableValues,
	) -> Result<Typed> {
		let (answer, ty) = self.view_bytes(pallet, function, arguments).await?;
		typed(&format!("{pallet}.{function}"), &answer, ty, &self.metadata())
	}

	/// The answer of a view function, and its type.
	async fn view_bytes(
		&self,
		pallet: &str,
		function: &str,
		arguments: impl IntoEncodableValues,
	) -> Result<(Vec<u8>, u32)> {
		let name = format!("{pallet}.{function}");
		let metadata = self.at.metadata_ref();
		let output = metadata
			.pallet_by_name(pallet)
			.and_then(|pallet| pallet.view_function_by_name(function))
			.ok_or_else(|| unknown("view function", &name))?
			.output_ty();
		let views = self.at.view_functions();
		let payload = dynamic::view_function_call::<_, dynamic::Value>(pallet, function, arguments);
		let question = with_length(&views.encode_args(payload)?);
		let answer = views.call_raw(Some(&question)).await?;
		let answer = view_answer(&answer)
			.ok_or_else(|| Error::connection(format!("the view function {name} gave no answer")))?;
		Ok((answer, output))
	}

	/// Reads a storage value or an entry of a map; nothing if there is none and it has no default.
	///
	/// ```no_run
	/// # use subxt::utils::AccountId32;
	/// # async fn example(state: ourledger_client::State) -> ourledger_client::Result<()> {
	/// let members: Option<Vec<AccountId32>> = state.storage("Council", "Members", ()).await?;
	/// let rate: Option<(u64, u64)> = state.storage("Tax", "Rates", (0u32, 3u32)).await?;
	/// # Ok(())
	/// # }
	/// ```
	pub async fn storage<T>(
		&self,
		pallet: &str,
		item: &str,
		keys: impl IntoEncodableValues + IntoDecodableValues,
	) -> Result<Option<T>>
	where
		T: DecodeAsType,
	{
		self.ensure_storage(pallet, item)?;
		let value = self.written.storage().try_fetch(dynamic::storage(pallet, item), keys).await?;
		Ok(value.map(|value| value.decode()).transpose()?)
	}

	/// As [`State::storage`], but the bytes as they are: for calls.
	pub async fn storage_bytes(
		&self,
		pallet: &str,
		item: &str,
		keys: impl IntoEncodableValues + IntoDecodableValues,
	) -> Result<Option<Vec<u8>>> {
		self.ensure_storage(pallet, item)?;
		let address = dynamic::storage::<_, dynamic::Value>(pallet, item);
		let value = self.written.storage().try_fetch(address, keys).await?;
		Ok(value.map(|value| value.into_bytes()))
	}

	/// Where a storage value or an entry of a map is.
	pub fn storage_key(
		&self,
		pallet: &str,
		item: &str,
		keys: impl IntoEncodableValues + IntoDecodableValues,
	) -> Result<Vec<u8>> {
		self.ensure_storage(pallet, item)?;
		let address = dynamic::storage::<_, dynamic::Value>(pallet, item);
		Ok(self.written.storage().entry(address)?.fetch_key(keys)?)
	}

	/// Reads the entries of a map, all of them with `()` or those whose keys begin with `first`.
	/// Only for what stays small: it makes the node walk them.
	///
	/// ```no_run
	/// # async fn example(state: ourledger_client::State) -> ourledger_client::Result<()> {
	/// type Rate = ((u32, u32), (u64, u64));
	/// let all: Vec<Rate> = state.entries("Tax", "Rates", ()).await?;
	/// let of_one: Vec<Rate> = state.entries("Tax", "Rates", (0u32,)).await?;
	/// # Ok(())
	/// # }
	/// ```
	pub async fn entries<K, T>(
		&self,
		pallet: &str,
		item: &str,
		first: impl PrefixOf<K>,
	) -> Result<Vec<(K, T)>>
	where
		K: IntoEncodableValues + IntoDecodableValues,
		T: DecodeAsType,
	{
		self.ensure_storage(pallet, item)?;
		let mut stream =
			self.written.storage().iter(dynamic::storage::<K, T>(pallet, item), first).await?;
		let mut entries = Vec::new();
		while let Some(entry) = stream.next().await {
			let entry = entry?;
			entries.push((entry.key()?.decode()?, entry.value().decode()?));
		}
		Ok(entries)
	}

	/// As [`State::entries`], with values as [readable JSON](value::to_readable_json), of a map with
	/// these keys.
	pub async fn json_entries<K>(&self, pallet: &str, item: &str) -> Result<Vec<(K, Json)>>
	where
		K: IntoEncodableValues + IntoDecodableValues,
		(): PrefixOf<K>,
	{
		self.ensure_storage(pallet, item)?;
		let address = dynamic::storage::<K, dynamic::Value>(pallet, item);
		let mut stream = self.written.storage().iter(address, ()).await?;
		let metadata = self.dictionary();
		let mut entries = Vec::new();
		while let Some(entry) = stream.next().await {
			let entry = entry?;
			let value = entry.value();
			let name = format!("{pallet}.{item}");
			let typed = typed(&name, value.bytes(), value.type_id(), &metadata)?;
			entries.push((entry.key()?.decode()?, value::to_readable_json(&typed, &metadata)));
		}
		Ok(entries)
	}

	/// A constant of the runtime.
	///
	/// ```no_run
	/// # fn example(state: ourledger_client::State) -> ourledger_client::Result<()> {
	/// let deposit: u128 = state.constant("Balances", "ExistentialDeposit")?;
	/// # Ok(())
	/// # }
	/// ```
	pub fn constant<T: DecodeAsType>(&self, pallet: &str, constant: &str) -> Result<T> {
		let address = dynamic::constant::<T>(pallet, constant);
		Ok(self.at.constants().entry(address)?)
	}

	/// Whether the runtime has this runtime API.
	pub fn has_runtime_api(&self, api: &str) -> bool {
		self.at.metadata_ref().runtime_api_trait_by_name(api).is_some()
	}

	/// As [`State::runtime_api`], with the type of each part.
	pub async fn runtime_api_typed(
		&self,
		api: &str,
		method: &str,
		arguments: impl IntoEncodableValues,
	) -> Result<Typed> {
		let name = format!("{api}_{method}");
		let metadata = self.at.metadata_ref();
		let output = metadata
			.runtime_api_trait_by_name(api)
			.and_then(|api| api.method_by_name(method))
			.ok_or_else(|| unknown("runtime API", &name))?
			.output_ty();
		let apis = self.at.runtime_apis();
		let payload = dynamic::runtime_api_call::<_, dynamic::Value>(api, method, arguments);
		let question = apis.encode_args(payload)?;
		let answer = apis.call_raw(&name, Some(&question)).await?;
		typed(&name, &answer, output, &self.metadata())
	}

	/// Asks a runtime API.
	pub async fn runtime_api<T: DecodeAsType>(
		&self,
		api: &str,
		method: &str,
		arguments: impl IntoEncodableValues,
	) -> Result<T> {
		let payload = dynamic::runtime_api_call::<_, T>(api, method, arguments);
		Ok(self.at.runtime_apis().call(payload).await?)
	}

	/// Makes a call, its arguments in their order, or by name in a
	/// [`Composite`](dynamic::Value).
	///
	/// ```no_run
	/// # use subxt::utils::{AccountId32, MultiAddress};
	/// # fn example(state: ourledger_client::State, bob: AccountId32) -> ourledger_client::Result<()> {
	/// let to = MultiAddress::<_, ()>::Id(bob);
	/// let call = state.call("Balances", "transfer_keep_alive", (to, 2_500_000_000_000u128))?;
	/// # Ok(())
	/// # }
	/// ```
	pub fn call(&self, pallet: &str, name: &str, arguments: impl EncodeAsFields) -> Result<Call> {
		let full = format!("{pallet}.{name}");
		let metadata = self.metadata();
		let known = metadata
			.pallet_by_name(pallet)
			.is_some_and(|pallet| pallet.call_variant_by_name(name).is_some());
		if !known {
			return Err(unknown("call", &full));
		}
		let payload = dynamic::transaction(pallet, name, arguments);
		let encoded = self.at.transactions().call_data(&payload)?;
		Call::from_parts(pallet, name, &encoded, &metadata).ok_or_else(|| unknown("call", &full))
	}

	fn ensure_storage(&self, pallet: &str, item: &str) -> Result<()> {
		let pallet_metadata = self.written.metadata_ref().pallet_by_name(pallet);
		pallet_metadata
			.and_then(|pallet| pallet.storage())
			.and_then(|storage| storage.entry_by_name(item))
			.map(|_| ())
			.ok_or_else(|| unknown("storage item", &format!("{pallet}.{item}")))
	}
}

/// A question for the view function API: the id, the length of the arguments, the arguments.
fn with_length(question: &[u8]) -> Vec<u8> {
	let (id, arguments) = question.split_at(VIEW_ID_BYTES);
	let mut bytes = id.to_vec();
	Compact(arguments.len() as u32).encode_to(&mut bytes);
	bytes.extend(arguments);
	bytes
}

/// The answer within the API's `Result<Vec<u8>, _>`.
fn view_answer(bytes: &[u8]) -> Option<Vec<u8>> {
	match bytes.split_first()? {
		(0, mut answer) => Vec::decode(&mut answer).ok(),
		_ => None,
	}
}

/// What the chain says, with the type of each part.
fn typed(name: &str, mut bytes: &[u8], ty: u32, metadata: &ArcMetadata) -> Result<Typed> {
	nesting::decode(&mut bytes, ty, metadata).map_err(|error| unreadable(name, error))
}

fn unknown(what: &str, name: &str) -> Error {
	Error::connection(format!("this chain has no {what} {name}"))
}

fn unreadable(name: &str, error: impl std::fmt::Display) -> Error {
	Error::connection(format!("what this chain says of {name} can't be understood: {error}"))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn question_has_the_length_of_its_arguments_after_the_id() {
		let id = [7; VIEW_ID_BYTES];
		assert_eq!(with_length(&id), [&id[..], &[0]].concat());
		assert_eq!(
			with_length(&[&id[..], &[1, 2, 3]].concat()),
			[&id[..], &[12, 1, 2, 3]].concat()
		);
		let long = [&id[..], &[9; 64]].concat();
		assert_eq!(with_length(&long), [&id[..], &[1, 1], &[9; 64]].concat());
	}

	#[test]
	fn answer_is_unwrapped() {
		assert_eq!(view_answer(&[0, 8, 5, 6]), Some(vec![5, 6]));
		assert_eq!(view_answer(&[1, 0]), None);
		assert_eq!(view_answer(&[0, 8, 5]), None);
		assert_eq!(view_answer(&[]), None);
	}
}
