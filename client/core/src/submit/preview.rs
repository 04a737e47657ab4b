//! What the chain says of a transaction before anybody is asked: whether it would refuse it, what it
//! costs, and what it does. Asked as of the best block.

use super::shown::Shown;
use crate::{
	call::Call,
	chain::{Chain, State},
	error::{Error, Result},
	errors_of_chain,
	governance::rehearsal::{part, variant, Event, PANIC},
	money::Kind,
	value::{self, Typed},
};
use subxt::{
	dynamic::Value,
	ext::scale_value::{Primitive, ValueDef},
	utils::AccountId32,
	ArcMetadata,
};

const API: &str = "PreviewApi";

/// Events of every transaction that tell of its fee alone: what it costs is said elsewhere.
const OF_FEES: [(&str, &str); 8] = [
	("AssetConversion", "SwapCreditExecuted"),
	("AssetConversionTxPayment", "AssetTxFeePaid"),
	("Balances", "Deposit"),
	("Balances", "Issued"),
	("Balances", "Rescinded"),
	("Balances", "Withdraw"),
	("System", "ExtrinsicSuccess"),
	("TransactionPayment", "TransactionFeePaid"),
];

/// Events of what the council has decided. To close a motion or to run a proposal may be right though
/// what it carries fails: its errors are shown elsewhere, and keep nobody from it. Those of the calls
/// within come before.
const DECIDED: [(&str, &str); 3] =
	[("Council", "Executed"), ("Governance", "Discarded"), ("Governance", "Enacted")];

/// The event of a call that failed in a batch that goes on: whoever makes such a batch wants that.
const ITEM_FAILED: (&str, &str) = ("Utility", "ItemFailed");

/// What a transaction would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
	/// Why the chain would refuse it, if it would.
	pub(super) refused: Option<String>,
	/// Its fee, in base units of OUR.
	pub fee: u128,
	/// What is paid for that of a local currency, if the fee is paid in one.
	pub paid: Option<u128>,
	/// What it does, in the words of its events.
	pub effects: Vec<String>,
	/// What fails within it, and leaves the rest as it is.
	pub warnings: Vec<String>,
}

impl Preview {
	/// Of the transaction that `payer` signs, so many bytes long. Nothing where the chain's runtime
	/// can't tell. Refuses to ask another runtime than the one that is shown: there, the same bytes
	/// may be another call.
	pub async fn of(
		chain: &Chain,
		shown: Shown,
		payer: AccountId32,
		call: &Call,
		paid_in: Kind,
		length: usize,
	) -> Result<Option<Self>> {
		let signed = Value::unnamed_variant("Signed", [Value::from_bytes(payer.0)]);
		let asset = Some(paid_in).filter(|kind| *kind != Kind::Native);
		let who = payer.to_string();
		let best = chain.best().await?;
		shown.ensure_still(&best)?;
		Self::ask(&best, signed, &who, call, asset, length as u32).await
	}

	/// Of the call alone, whoever will pay for it: of a meta-transaction that nobody has submitted.
	pub async fn without_fee(chain: &Chain, shown: Shown, call: &Call) -> Result<Option<Self>> {
		let nobody = Value::unnamed_variant("None", Vec::new());
		let best = chain.best().await?;
		shown.ensure_still(&best)?;
		Self::ask(&best, nobody, "nobody", call, None, 0).await
	}

	async fn ask(
		state: &State,
		origin: Value,
		payer: &str,
		call: &Call,
		asset: Option<Kind>,
		length: u32,
	) -> Result<Option<Self>> {
		if !state.has_runtime_api(API) {
			return Ok(None);
		}
		let question = Self::question(origin, call, asset, length);
		match state.runtime_api_typed(API, "dry_run", question).await {
			Ok(told) => Self::read(&told, payer, &state.metadata())
				.map(Some)
				.ok_or_else(|| Error::connection("what the chain previews can't be understood")),
			Err(error) if error.to_string().contains(PANIC) => {
				let why = "the chain gives up on it: no block can hold it";
				Ok(Some(Self::refused(why.into())))
			},
			Err(error) => Err(error),
		}
	}

	/// The arguments of the question: origin, call, what the fee is paid in, tip, length.
	fn question(
		origin: Value,
		call: &Call,
		asset: Option<Kind>,
		length: u32,
	) -> (Value, Vec<u8>, Option<Kind>, u128, u32) {
		let origin = Value::unnamed_variant("system", [origin]);
		(origin, call.encode(), asset, 0, length)
	}

	fn refused(why: String) -> Self {
		let (effects, warnings) = Default::default();
		Self { refused: Some(why), fee: 0, paid: None, effects, warnings }
	}

	fn read(told: &Typed, payer: &str, metadata: &ArcMetadata) -> Option<Self> {
		let (name, told) = variant(told)?;
		let told = told.values().next()?;
		if name == "Err" {
			return Some(Self::refused(not_run(variant(told)?.0)));
		}
		let events = Event::read_all(part(told, "events")?)?;
		let decided = events.iter().rposition(|event| DECIDED.contains(&name_of(event)));
		let after = &events[decided.map_or(0, |last| last + 1)..];
		let (items, after): (Vec<_>, Vec<_>) =
			after.iter().partition(|event| name_of(event) == ITEM_FAILED);
		let refused = match variant(part(told, "outcome")?)? {
			("Done", _) => {
				let after = after.iter().map(|it| {
					let (pallet, name) = name_of(it);
					(pallet, name, &it.fields)
				});
				errors_of_chain::failure_in(after, metadata)
			},
			("Failed", parts) => {
				let error = parts.values().next()?;
				Some(errors_of_chain::sentence(&value::dispatch_error(error, metadata)?))
			},
			(_, parts) => {
				let (_, why) = variant(parts.values().next()?)?;
				let (why, _) = variant(why.values().next()?)?;
				Some(errors_of_chain::why_not_valid(why, payer))
			},
		};
		let warnings =
			items.iter().filter_map(|it| errors_of_chain::error_in(&it.fields, metadata));
		let warnings = warnings.map(|error| {
			let why = errors_of_chain::sentence(&error);
			format!("a call of the batch FAILS, and the others are made all the same: {why}")
		});
		let own = events.iter().filter(|event| !OF_FEES.contains(&name_of(event)));
		Some(Self {
			refused,
			fee: number(part(told, "fee")?)?,
			paid: match variant(part(told, "paid")?)? {
				("None", _) => None,
				(_, paid) => Some(number(paid.values().next()?)?),
			},
			effects: own.map(|event| event.text(metadata)).collect(),
			warnings: warnings.collect(),
		})
	}

	/// Refuses what the chain would refuse, so that it is not sent and costs nothing.
	pub fn ensure_accepted(&self) -> Result<()> {
		match &self.refused {
			None => Ok(()),
			Some(why) => Err(Error::refused(format!("{why}. Nothing was sent"))),
		}
	}
}

fn name_of(event: &Event) -> (&str, &str) {
	(&event.pallet, &event.name)
}

/// Why the chain doesn't even try a call.
fn not_run(why: &str) -> String {
	match why {
		"NotACall" => "the chain does not know the call".into(),
		"TooLong" => "the call is longer than a block".into(),
		"TooHeavy" => "the call takes more time than a block has for it".into(),
		other => format!("the chain does not try the call: {other}"),
	}
}

fn number(value: &Typed) -> Option<u128> {
	match &value.value {
		ValueDef::Primitive(Primitive::U128(number)) => Some(*number),
		_ => None,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::fake::{
		hash,
		preview::{self as fake, DispatchError, DryRun, NotRun, Outcome},
		Node, PAYER,
	};

	async fn asked(told: Result<DryRun, NotRun>) -> Preview {
		let chain = Node::telling(told).chain().await;
		let state = chain.best().await.expect("is there");
		let call = state.call("System", "remark", (vec![7u8],)).expect("is known");
		let payer = AccountId32(PAYER);
		let shown = Shown::of(&state, None);
		let preview = Preview::of(&chain, shown, payer, &call, Kind::WithId(3), 145).await;
		preview.expect("is told").expect("it can be")
	}

	fn message(preview: &Preview) -> String {
		let error = preview.ensure_accepted().expect_err("would be refused");
		assert_eq!(error.code(), 1);
		error.to_string()
	}

	#[tokio::test]
	async fn chain_is_asked_about_the_transaction_that_will_be_signed() {
		let chain = Node::panicking().chain().await;
		let state = chain.best().await.expect("is there");
		let call = state.call("System", "remark", (vec![7u8],)).expect("is known");
		let signed = Value::unnamed_variant("Signed", [Value::from_bytes(PAYER)]);
		let question = Preview::question(signed, &call, Some(Kind::WithId(3)), 145);
		let apis = state.inner().runtime_apis();
		let payload = subxt::dynamic::runtime_api_call::<_, Value>(API, "dry_run", question);
		let bytes = apis.encode_args(payload).expect("fits the metadata");
		assert_eq!(bytes, fake::question(&call.encode()));
	}

	#[tokio::test]
	async fn what_the_chain_does_is_told_without_its_fee() {
		let preview = asked(Ok(fake::paid(Outcome::Done))).await;
		assert_eq!(preview.ensure_accepted(), Ok(()));
		assert_eq!((preview.fee, preview.paid), (fake::FEE, Some(fake::PAID)));
		let [effect] = &preview.effects[..] else { panic!("{:?}", preview.effects) };
		assert!(effect.starts_with("Currencies.Transferred(amount: 7"), "{effect}");
	}

	#[tokio::test]
	async fn what_the_chain_would_refuse_is_said_in_a_sentence() {
		let failed = |error| asked(Ok(fake::paid(Outcome::Failed { error, name: None })));
		let why = message(&failed(DispatchError::BadOrigin).await);
		assert_eq!(why, "BadOrigin: the account may not make this call. Nothing was sent");
		let poor = asked(Ok(fake::not_valid())).await;
		let (why, payer) = (message(&poor), AccountId32(PAYER).to_string());
		assert!(why.contains(&format!("{payer} can't pay the fee")), "{why}");
		assert_eq!(poor.paid, None);
		for (told, expected) in [
			(NotRun::NotACall, "does not know"),
			(NotRun::TooLong, "longer than a block"),
			(NotRun::TooHeavy, "more time than a block"),
			(NotRun::NotWeighed, "NotWeighed"),
		] {
			let why = message(&asked(Err(told)).await);
			assert!(why.contains(expected), "{why}");
		}
	}

	#[tokio::test]
	async fn a_call_within_that_fails_is_refused_too() {
		let why = message(&asked(Ok(fake::proxied(DispatchError::BadOrigin))).await);
		assert!(why.starts_with("BadOrigin") && why.contains("Proxy.ProxyExecuted"), "{why}");
	}

	#[tokio::test]
	async fn what_the_council_decided_is_not_held_up_by_its_own_error() {
		let preview = asked(Ok(fake::closed(DispatchError::BadOrigin))).await;
		assert_eq!(preview.ensure_accepted(), Ok(()));
		assert!(preview.effects[0].contains("BadOrigin"), "{:?}", preview.effects);
	}

	#[tokio::test]
	async fn what_fails_within_what_the_council_decided_holds_nothing_up() {
		for told in [
			// What is enacted, a proxy's call within it, and what is no call any more.
			fake::told_by([fake::enacted()]),
			fake::told_by([fake::proxy_executed(), fake::enacted()]),
			fake::told_by([fake::proxy_executed(), fake::interrupted(), fake::executed()]),
			fake::told_by([fake::discarded()]),
		] {
			assert_eq!(asked(Ok(told)).await.ensure_accepted(), Ok(()));
		}
		// What comes after it is the transaction's own.
		let after = asked(Ok(fake::told_by([fake::executed(), fake::interrupted()]))).await;
		assert!(message(&after).contains("Utility.BatchInterrupted"), "{}", message(&after));
	}

	#[tokio::test]
	async fn call_in_the_place_of_one_that_fails_is_no_failure() {
		let preview = asked(Ok(fake::told_by([fake::fell_back()]))).await;
		assert_eq!(preview.ensure_accepted(), Ok(()));
		assert_eq!(preview.warnings, Vec::<String>::new());
	}

	#[tokio::test]
	async fn batch_that_goes_on_warns_of_what_fails_in_it() {
		let preview = asked(Ok(fake::told_by([fake::item_failed(), fake::with_errors()]))).await;
		assert_eq!(preview.ensure_accepted(), Ok(()));
		let [warning] = &preview.warnings[..] else { panic!("{:?}", preview.warnings) };
		assert!(warning.contains("FAILS") && warning.contains("BadOrigin"), "{warning}");
		// One that doesn't is refused.
		let interrupted = asked(Ok(fake::told_by([fake::interrupted()]))).await;
		assert!(message(&interrupted).contains("Utility.BatchInterrupted"));
	}

	#[tokio::test]
	async fn a_chain_that_cannot_tell_is_written_to_as_before() {
		let chain = Node::new().chain().await;
		let state = chain.best().await.expect("is there");
		let call = state.call("System", "remark", (vec![7u8],)).expect("is known");
		let (shown, payer) = (Shown::of(&state, None), AccountId32(PAYER));
		let preview = Preview::of(&chain, shown, payer, &call, Kind::Native, 145).await;
		assert_eq!(preview, Ok(None));
	}

	#[tokio::test]
	async fn another_runtime_than_the_one_that_is_shown_is_not_asked() {
		let chain = Node::telling(Ok(fake::paid(Outcome::Done))).chain().await;
		let before = chain.at(hash(1)).await.expect("is there");
		let call = before.call("System", "remark", (vec![7u8],)).expect("is known");
		let (shown, payer) = (Shown::of(&before, None), AccountId32(PAYER));
		let preview = Preview::of(&chain, shown, payer, &call, Kind::Native, 145).await;
		let error = preview.expect_err("is another runtime");
		assert_eq!(error.code(), 1);
		assert!(error.to_string().contains("nothing was sent"), "{error}");
	}

	#[tokio::test]
	async fn a_chain_that_gives_up_refuses() {
		let chain = Node::panicking().chain().await;
		let state = chain.best().await.expect("is there");
		let call = state.call("System", "remark", (vec![7u8],)).expect("is known");
		let shown = Shown::of(&state, None);
		let preview = Preview::without_fee(&chain, shown, &call).await.expect("is told");
		assert!(message(&preview.expect("it can be")).contains("gives up"));
	}
}
