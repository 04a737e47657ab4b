//! `twin permit` and `twin register-for`: a sponsor pays for a newcomer, who signs.

use super::{
	profile,
	register::{ensure_no_twin, json_of, TwinRegistered},
};
use crate::{commands::Context, output};
use clap::{Args, ValueEnum};
use codec::Encode;
use ourledger_client::twin::{Deposits, Kind, Profile};
use ourledger_client::{
	amount, bounded,
	call::Encoded,
	chain::{Chain, State},
	error::{Error, Result},
	keys::{Key, KeyRef},
	new_file,
	submit::Draft,
	ticks::{self, Clock},
};
use serde::{Deserialize, Serialize};
use std::{
	io,
	path::{Path, PathBuf},
};
use subxt::{
	dynamic::Value,
	utils::{AccountId32, MultiSignature, H256},
};
use subxt_signer::sr25519;

/// Longest permit that is read.
const MAX_PERMIT_BYTES: u64 = 64 * 1024;

/// Marks the layout of [`Permit`].
const FORMAT: &str = "ourledger-permit/1";

/// What a newcomer's signature begins with on chain.
const TAG: [u8; 25] = *b"ourledger/register-for/v1";

/// Stands for standard input.
const STANDARD_INPUT: &str = "-";

/// Arguments of `twin permit`.
#[derive(Args, Debug)]
pub struct PermitArguments {
	/// What the twin is.
	#[arg(value_enum)]
	kind: Kind,
	/// The name that people see.
	name: String,
	/// Country, two letters as in ISO 3166.
	#[arg(long, value_name = "BE")]
	country: Option<String>,
	/// An image, of which the chain keeps the hash.
	#[arg(long, value_name = "FILE")]
	logo: Option<PathBuf>,
	/// How long the permit is valid, such as 2h; without it as long as the chain allows, a day.
	#[arg(long, value_name = ticks::SPAN, value_parser = ticks::parse_span)]
	valid: Option<u32>,
	/// Where to write the permit; without it, it is printed.
	#[arg(long, value_name = "FILE")]
	out: Option<PathBuf>,
}

/// Arguments of `twin register-for`.
#[derive(Args, Debug)]
pub struct RegisterForArguments {
	/// The file of a permit, - for standard input; with --newcomer, what the twin is: person,
	/// company, community, device or service.
	#[arg(value_name = "FILE|KIND")]
	what: String,
	/// What people see; with --newcomer.
	#[arg(requires = "newcomer")]
	name: Option<String>,
	/// The newcomer's key, where it is on this machine.
	#[arg(long, value_name = "KEY", requires = "name")]
	newcomer: Option<String>,
	/// Country, two letters as in ISO 3166; with --newcomer.
	#[arg(long, value_name = "BE", requires = "newcomer")]
	country: Option<String>,
	/// An image, of which the chain keeps the hash; with --newcomer.
	#[arg(long, value_name = "FILE", requires = "newcomer")]
	logo: Option<PathBuf>,
}

/// What a newcomer agrees to.
struct Terms {
	genesis: H256,
	sponsor: AccountId32,
	newcomer: AccountId32,
	kind: Kind,
	profile: Profile,
	nonce: u32,
	expires: u32,
}

impl Terms {
	/// The terms of a permit from now on.
	async fn new(
		chain: &Chain,
		state: &State,
		sponsor: AccountId32,
		newcomer: AccountId32,
		(kind, profile): (Kind, Profile),
		valid: Option<u32>,
	) -> Result<Self> {
		if sponsor == newcomer {
			return Err(Error::input(
				"sponsor and newcomer are one; \"ourledger twin register\" needs no permit",
			));
		}
		ensure_no_twin(state, newcomer).await?;
		let most: u32 = state.constant("Twins", "MaxSponsorshipTicks")?;
		let valid = valid.unwrap_or(most);
		if !(1..=most).contains(&valid) {
			return Err(Error::input(format!(
				"a permit is valid for {} to {}, not for {}",
				ticks::span(1),
				ticks::span(most),
				ticks::span(valid)
			)));
		}
		let too_high = |_| Error::connection("the chain counts higher than this tool");
		Ok(Self {
			genesis: chain.genesis_hash(),
			sponsor,
			newcomer,
			kind,
			profile,
			nonce: chain.next_nonce(&newcomer).await?.try_into().map_err(too_high)?,
			expires: Clock::at(state).await?.after(valid)?,
		})
	}

	/// What is signed.
	fn payload(&self) -> Result<Vec<u8>> {
		let kind = ourledger_primitives::twin::TwinKind::from(self.kind);
		let profile = profile::check(&self.profile)?;
		let (nonce, expires) = (self.nonce, self.expires);
		Ok((TAG, self.genesis, self.sponsor, kind, profile, nonce, expires).encode())
	}

	fn permit(&self) -> Value {
		Value::named_composite([
			("nonce", Value::u128(self.nonce.into())),
			("expires", Value::u128(self.expires.into())),
		])
	}

	/// Signs, if the chain means the same by these terms.
	async fn sign(self, state: &State, key: &Key) -> Result<Signed> {
		let payload = self.payload()?;
		let arguments = (self.sponsor, self.kind, self.profile.clone(), self.permit());
		let asked: Vec<u8> = state.view("Twins", "sponsorship_payload", arguments).await?;
		if asked != payload {
			return Err(Error::verification(
				"the node asks for a signature under something else than this permit",
			));
		}
		Ok(Signed { signature: key.pair.sign(&payload).0, terms: self })
	}
}

/// Terms with the newcomer's signature.
struct Signed {
	terms: Terms,
	signature: [u8; 64],
}

impl Signed {
	/// Refuses what the chain would refuse.
	async fn ensure_usable(&self, chain: &Chain, state: &State) -> Result<()> {
		let Terms { genesis, sponsor, newcomer, nonce, expires, .. } = &self.terms;
		if *genesis != chain.genesis_hash() {
			return Err(Error::input("the permit was signed for another chain"));
		}
		let signature = sr25519::Signature(self.signature);
		let payload = self.terms.payload()?;
		if !sr25519::verify(&signature, payload, &sr25519::PublicKey(newcomer.0)) {
			return Err(Error::verification(format!(
				"the permit does not bear the signature of {newcomer}"
			)));
		}
		if sponsor == newcomer {
			return Err(Error::input("the permit's sponsor and newcomer are one"));
		}
		let clock = Clock::at(state).await?;
		if clock.now() > *expires {
			return Err(Error::refused(format!(
				"the permit expired at {}; the newcomer has to sign another",
				clock.when(*expires)
			)));
		}
		ensure_no_twin(state, *newcomer).await?;
		let next = chain.next_nonce(newcomer).await?;
		if u64::from(*nonce) != next {
			return Err(Error::refused(format!(
				"the permit is for the newcomer's nonce {nonce}, which is {next} now: it sent a \
				 transaction since, and has to sign another permit"
			)));
		}
		Ok(())
	}
}

/// A permit, as it goes from the newcomer to the sponsor.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Permit {
	format: String,
	genesis: String,
	sponsor: AccountId32,
	newcomer: AccountId32,
	kind: String,
	display_name: String,
	country: Option<String>,
	logo: Option<String>,
	nonce: u32,
	/// The last tick in which it can be used.
	expires: u32,
	/// The newcomer's, sr25519.
	signature: String,
}

impl From<&Signed> for Permit {
	fn from(Signed { terms, signature }: &Signed) -> Self {
		Self {
			format: FORMAT.into(),
			genesis: format!("{:?}", terms.genesis),
			sponsor: terms.sponsor,
			newcomer: terms.newcomer,
			kind: terms.kind.name().into(),
			display_name: terms.profile.display_name(),
			country: terms.profile.country(),
			logo: terms.profile.logo(),
			nonce: terms.nonce,
			expires: terms.expires,
			signature: format!("0x{}", hex::encode(signature)),
		}
	}
}

impl Permit {
	fn parse(text: &str) -> Result<Self> {
		let permit: Self = bounded::parse(text)
			.map_err(|error| Error::input(format!("the permit can't be read: {error}")))?;
		if permit.format != FORMAT {
			return Err(Error::input(format!("the permit's field \"format\" is not {FORMAT:?}")));
		}
		Ok(permit)
	}

	/// Reads a file, or standard input.
	fn read(path: &str) -> Result<Self> {
		let read = || {
			if path != STANDARD_INPUT {
				return bounded::read_text(Path::new(path), MAX_PERMIT_BYTES);
			}
			bounded::text_of(bounded::read_from(io::stdin().lock(), MAX_PERMIT_BYTES)?)
		};
		let text = read()
			.map_err(|error| Error::input(format!("the permit {path} can't be read: {error}")))?;
		Self::parse(&text)
	}

	fn write(&self, path: &Path) -> Result<()> {
		new_file::write_json(path, self)
	}

	fn text(&self) -> String {
		serde_json::to_string_pretty(self).expect("all its keys are strings; qed")
	}

	fn signed(&self) -> Result<Signed> {
		let fail = |field: &str| Error::input(format!("the permit's field {field:?} is not valid"));
		let logo = self.logo.as_deref().map(|logo| bytes(logo).ok_or_else(|| fail("logo")));
		let country = self
			.country
			.as_deref()
			.map(|text| text.as_bytes().try_into().map_err(|_| fail("country")));
		let terms = Terms {
			genesis: H256(bytes(&self.genesis).ok_or_else(|| fail("genesis"))?),
			sponsor: self.sponsor,
			newcomer: self.newcomer,
			kind: Kind::from_str(&self.kind, false).map_err(|_| fail("kind"))?,
			profile: Profile {
				display_name: self.display_name.clone().into(),
				logo: logo.transpose()?,
				country: country.transpose()?,
			},
			nonce: self.nonce,
			expires: self.expires,
		};
		let signature = bytes(&self.signature).ok_or_else(|| fail("signature"))?;
		Ok(Signed { terms, signature })
	}
}

fn bytes<const LENGTH: usize>(text: &str) -> Option<[u8; LENGTH]> {
	let mut bytes = [0; LENGTH];
	hex::decode_to_slice(text.strip_prefix("0x")?, &mut bytes).ok()?;
	Some(bytes)
}

/// `twin permit`.
pub async fn permit(ctx: &Context, arguments: PermitArguments) -> Result<()> {
	let PermitArguments { kind, name, country, logo, valid, out } = arguments;
	let profile = profile::new(&name, country.as_deref(), logo.as_deref())?;
	let sponsor = ctx
		.sponsor_account()
		.await?
		.ok_or_else(|| Error::usage("who is to pay? --sponsor names the sponsor's account"))?;
	let chain = ctx.chain().await?;
	let state = ctx.state().await?;
	let newcomer = ctx.key_account()?;
	let terms = Terms::new(chain, &state, sponsor, newcomer, (kind, profile), valid).await?;
	let permit = Permit::from(&terms.sign(&state, ctx.signer()?).await?);
	let json = serde_json::to_value(&permit).expect("all its keys are strings; qed");
	match out {
		None => ctx.out.print(&json, || permit.text()),
		Some(path) => {
			permit.write(&path)?;
			let until = Clock::at(&state).await?.when(permit.expires);
			ctx.out.print(&json, || {
				let path = path.display();
				output::fields([
					("permit", path.to_string()),
					("for", permit.sponsor.to_string()),
					("valid", format!("until {until}")),
					("", "until then, a transaction by this key makes it void".into()),
					("next", format!("the sponsor runs: ourledger twin register-for {path}")),
				])
			});
		},
	}
	Ok(())
}

/// `twin register-for`.
pub async fn register_for(ctx: &Context, arguments: RegisterForArguments) -> Result<()> {
	let RegisterForArguments { what, name, newcomer, country, logo } = arguments;
	let signed = match (name, newcomer) {
		(Some(name), Some(newcomer)) => {
			let kind = Kind::from_str(&what, true)
				.map_err(|_| Error::input(format!("{what:?} is no kind of twin")))?;
			let profile = profile::new(&name, country.as_deref(), logo.as_deref())?;
			let newcomer = KeyRef::find(&newcomer, &ctx.store)?;
			let (chain, state) = (ctx.chain().await?, ctx.state().await?);
			let (sponsor, account) = (ctx.acting_account().await?, newcomer.account());
			Terms::new(chain, &state, sponsor, account, (kind, profile), None)
				.await?
				.sign(&state, &newcomer.unlock()?)
				.await?
		},
		_ => Permit::read(&what)?.signed()?,
	};
	let state = ctx.state().await?;
	signed.ensure_usable(ctx.chain().await?, &state).await?;
	let Signed { terms, signature } = signed;
	let acting = ctx.acting_account().await?;
	if acting != terms.sponsor {
		return Err(Error::input(format!(
			"the permit is for the sponsor {}, and not for {acting}",
			terms.sponsor
		)));
	}
	let deposits = Deposits::read(&state).await?;
	let signature = Encoded(MultiSignature::Sr25519(signature).encode());
	let permit = terms.permit();
	let arguments = (terms.kind, terms.profile.clone(), terms.newcomer, permit, signature);
	let draft = Draft::new(state.call("Twins", "register_for", arguments)?)
		.deposit(deposits.twin)
		.kept(deposits.tombstone)
		.effect(format!(
			"{} controls the new twin, a {} shown as {:?}",
			terms.newcomer,
			terms.kind.name(),
			terms.profile.display_name()
		))
		.effect(format!(
			"if that twin is deactivated, {} come back to {acting}",
			amount::format(deposits.twin.saturating_sub(deposits.tombstone))
		));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let registered: TwinRegistered = done.expect("Twins", "TwinRegistered")?;
	let mut result = json_of(ctx, &registered, terms.kind).await?;
	result["depositor"] = acting.to_string().into();
	ctx.out.done(
		&done,
		result,
		[
			("twin", ctx.out.bold(&registered.twin.to_string())),
			("controller", registered.controller.to_string()),
			("paid by", acting.to_string()),
		],
	);
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn terms() -> Terms {
		Terms {
			genesis: H256([9; 32]),
			sponsor: AccountId32([1; 32]),
			newcomer: AccountId32([2; 32]),
			kind: Kind::Company,
			profile: Profile {
				display_name: "Bäckerei".into(),
				logo: Some([7; 32]),
				country: Some(*b"AT"),
			},
			nonce: 3,
			expires: 1000,
		}
	}

	#[test]
	fn payload_is_what_the_pallet_checks() {
		let expected = [
			&b"ourledger/register-for/v1"[..],
			&[9; 32],
			&[1; 32],
			&[1],
			&[9 << 2],
			"Bäckerei".as_bytes(),
			&[1],
			&[7; 32],
			&[1],
			b"AT",
			&[3, 0, 0, 0],
			&[0xe8, 3, 0, 0],
		];
		assert_eq!(terms().payload(), Ok(expected.concat()));
	}

	#[test]
	fn permit_survives_its_file() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("permit.json");
		let permit = Permit::from(&Signed { terms: terms(), signature: [5; 64] });
		permit.write(&path).expect("is written");
		assert!(permit.write(&path).is_err(), "no file is replaced");
		let read = Permit::read(path.to_str().expect("is UTF-8")).expect("is one");
		assert_eq!(read, permit);
		let signed = read.signed().expect("is valid");
		assert_eq!(signed.signature, [5; 64]);
		assert_eq!(signed.terms.payload(), terms().payload());
	}

	#[test]
	fn permit_has_its_stable_shape() {
		let permit = Permit::from(&Signed { terms: terms(), signature: [5; 64] });
		assert_eq!(
			serde_json::to_value(permit).expect("is JSON"),
			serde_json::json!({
				"format": "ourledger-permit/1",
				"genesis": format!("0x{}", "09".repeat(32)),
				"sponsor": AccountId32([1; 32]).to_string(),
				"newcomer": AccountId32([2; 32]).to_string(),
				"kind": "company",
				"displayName": "Bäckerei",
				"country": "AT",
				"logo": format!("0x{}", "07".repeat(32)),
				"nonce": 3,
				"expires": 1000,
				"signature": format!("0x{}", "05".repeat(64)),
			})
		);
	}

	#[test]
	fn permit_is_refused_when_it_is_damaged() {
		let permit = Permit::from(&Signed { terms: terms(), signature: [5; 64] });
		let text = permit.text();
		for damaged in
			["", "{}", &text.replace("permit/1", "permit/2"), &text.replace("\"kind\"", "\"sort\"")]
		{
			assert_eq!(Permit::parse(damaged).map_err(|error| error.code()), Err(4), "{damaged}");
		}
		for damaged in [
			Permit { signature: "0x00".into(), ..permit.clone() },
			Permit { genesis: "00".into(), ..permit.clone() },
			Permit { kind: "cat".into(), ..permit.clone() },
			Permit { country: Some("AUT".into()), ..permit.clone() },
			Permit { logo: Some("0x".into()), ..permit },
		] {
			assert_eq!(damaged.signed().err().map(|error| error.code()), Some(4), "{damaged:?}");
		}
	}
}
