//! The public keys of the presets' validators.
//!
//! All derive from the development phrase: an account at a path such as `//Alice`, and its session
//! keys below it, at `//Alice//babe`, `//Alice//grandpa` and `//Alice//witness`. An account's key
//! moves money and votes and belongs into a wallet; session keys lie on the validator's machine. A
//! validator on whose machine the one could be found by the other would lose both. So they differ
//! here too, where anyone can derive all of them: what works here is what works with real keys.
//!
//! Given a seed, the runtime derives the same ([`crate::session_keys`]), which is how `--alice` puts
//! them into a node's keystore.

use hex_literal::hex;

/// The public keys of a validator.
pub(super) struct PublicKeys {
	/// Sr25519.
	pub account: [u8; 32],
	/// Sr25519.
	pub babe: [u8; 32],
	/// Ed25519.
	pub grandpa: [u8; 32],
	/// Sr25519.
	pub witness: [u8; 32],
}

/// `//Alice`, `//Bob`, `//Charlie` and `//Dave`.
pub(super) const WELL_KNOWN: [PublicKeys; 4] = [
	PublicKeys {
		account: hex!("d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"),
		babe: hex!("46ffa3a808850b2ad55732e958e781146ed1e6436ffb83290e0cb810aacf5070"),
		grandpa: hex!("6e2de2e5087b56ed2370359574f479d7e5da1973e17ca1b55882c4773f154d2f"),
		witness: hex!("18455ca551181cac5cb854edd83435b904aa19275e614c1a405706f850d2253a"),
	},
	PublicKeys {
		account: hex!("8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48"),
		babe: hex!("6c7debed1ac7e5c125654f2e767967ee9f0d33f8c80c62facfa00c24779da54f"),
		grandpa: hex!("f5a29f03ef4d043ba634fd73b1b3d30811af890f67a069c3e9a779461f8b444b"),
		witness: hex!("d0d01fcf8599e5c1de25ee3a1a6e41fb9aff53efe1f33db28ccd77f93dc38730"),
	},
	PublicKeys {
		account: hex!("90b5ab205c6974c9ea841be688864633dc9ca8a357843eeacf2314649965fe22"),
		babe: hex!("46e3cf3d5e459dde1e3095f0dd6dc5d183b74fcdb2c21dc818ed1e4d96295250"),
		grandpa: hex!("509f2a3d20fc05afb78d62fd3e5c523f4ec8fd82ce381beb55a98f19f7bb4219"),
		witness: hex!("e88040a06c3794d8a28d81985dd09b288a5a7cc8d2c78793b4da3c4c5e8b716d"),
	},
	PublicKeys {
		account: hex!("306721211d5404bd9da88e0204360a1a9ab8b87c66c1bc2fcdd37f3c2222cc20"),
		babe: hex!("8a83e1c193b4ad65852c78684b596f6c3e4418686ceaed5c6b803e622d79987e"),
		grandpa: hex!("a400197fe8b356926d8894ca9691ba6461bdda1e36b1e8244b518ea2d53fe6d0"),
		witness: hex!("606cf77d1782a2a2e9117af94e212527de635a5d4c63b6b9f87483a9632ef01f"),
	},
];

/// `//Staging//1` to `//Staging//4`.
pub(super) const STAGING: [PublicKeys; 4] = [
	PublicKeys {
		account: hex!("3a88750a05d8a215b3e9e4c35069e9b71634684f04064f0cb8ed311756698175"),
		babe: hex!("d4fc9f7a324f4af552dfbaf48d65b431f3a1a74de900c8decff4ac3fe0aaf67e"),
		grandpa: hex!("4552b9c8fa65e599a0f79bfc765e22c5ced19cb9f79161e26718fbc34be008c9"),
		witness: hex!("90f95e8ff8433cce1e989e72ed3707894f9ca5ec0bb5e1a41d41e4557cb7ae05"),
	},
	PublicKeys {
		account: hex!("0af01bb5aa65991461e44e84067f3d5be33f87f6d4db0852b6462c1dc60c4c52"),
		babe: hex!("e04956e75d9bd878951c062142a50be526a3f30542313a799b2f1bc102bacd4b"),
		grandpa: hex!("8190a86254ca3564f6c750843c76f97e6d463d98152e6116c90d8ca31b10aa50"),
		witness: hex!("7e5cbcccede7db388c32c6f64395b880f4fe6f9e999804194828bb17936e2976"),
	},
	PublicKeys {
		account: hex!("32232e1188dc81bd9c33c344a4153439f296f699c1d09dfe448b95141a6ba568"),
		babe: hex!("c095f09d6406bd0908cdff5f26ca282914fc8308b62b2ff115d552b8f7b3db25"),
		grandpa: hex!("c593779094706161691e3d141d976564af837e31bd5e9c309dda69c13cf6f6a9"),
		witness: hex!("8e4f0baeb6e5e6e14be7fb7be3433895839b63c349840455d30bf25f99aa2b6e"),
	},
	PublicKeys {
		account: hex!("baccdf686fd9feca85bc9727343380f0c640b61e77c68b09863d6ccf7a7eb97b"),
		babe: hex!("a651a072a43f21c9411ed39c3c219a65b5aec813352b52d77cc5641e39dfbf77"),
		grandpa: hex!("b5899f244ac7080f760e38232b5840aaf24976c86191a304d8c7b69ff346fd35"),
		witness: hex!("f0296f3029e3d50e69f5e3698ee44a2c4b3d15a9ac902501d425f7a87e7c6516"),
	},
];

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::{ed25519, sr25519, Pair};
	use std::collections::BTreeSet;

	fn sr25519(path: &str) -> [u8; 32] {
		let pair = sr25519::Pair::from_string(path, None).expect("the path is valid");
		pair.public().0
	}

	fn ed25519(path: &str) -> [u8; 32] {
		let pair = ed25519::Pair::from_string(path, None).expect("the path is valid");
		pair.public().0
	}

	#[test]
	fn keys_derive_from_their_paths() {
		let well_known = ["Alice", "Bob", "Charlie", "Dave"].map(|name| format!("//{name}"));
		let staging = [1, 2, 3, 4].map(|number| format!("//Staging//{number}"));
		for (paths, validators) in [(well_known, WELL_KNOWN), (staging, STAGING)] {
			for (path, keys) in paths.iter().zip(validators) {
				assert_eq!(keys.account, sr25519(path), "{path}");
				assert_eq!(keys.babe, sr25519(&format!("{path}//babe")), "{path}");
				assert_eq!(keys.grandpa, ed25519(&format!("{path}//grandpa")), "{path}");
				assert_eq!(keys.witness, sr25519(&format!("{path}//witness")), "{path}");
			}
		}
	}

	#[test]
	fn no_key_serves_twice() {
		let keys: Vec<[u8; 32]> = WELL_KNOWN
			.into_iter()
			.chain(STAGING)
			.flat_map(|keys| [keys.account, keys.babe, keys.grandpa, keys.witness])
			.collect();
		assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
	}
}
