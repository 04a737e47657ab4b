//! The code lists that documents draw from, as they are published: ISO 3166-1, UN/ECE
//! Recommendations 20 and 21, the schemes of electronic addresses (EAS) and of registers (ISO 6523).
//!
//! The crate `en16931` has them, generated from the files that CEN and OpenPeppol validate by.

use super::document::ElectronicAddress;
use en16931::{
	codes::{contains, generated as lists},
	Identifier,
};
use ourledger_client::texts::quoted;

/// How an endpoint of the phonebook begins that is a participant's in Peppol's network.
const PARTICIPANT: &str = "iso6523-actorid-upis::";

/// How one of electronic mail begins.
const MAIL: &str = "mailto:";

/// The scheme of electronic mail.
const MAIL_SCHEME: &str = "EM";

/// How tax numbers of Greece begin, though its country is GR.
const GREECE: &str = "EL";

/// What people write instead of a country's code.
const NOT_COUNTRIES: [(&str, &str); 2] = [("UK", "GB"), (GREECE, "GR")];

/// What people write instead of a unit's code.
const NOT_UNITS: [(&str, &str); 15] = [
	("pc", "H87"),
	("pcs", "H87"),
	("piece", "H87"),
	("pieces", "H87"),
	("each", "EA"),
	("h", "HUR"),
	("hour", "HUR"),
	("hours", "HUR"),
	("day", "DAY"),
	("days", "DAY"),
	("kg", "KGM"),
	("g", "GRM"),
	("l", "LTR"),
	("m", "MTR"),
	("km", "KMT"),
];

/// Insists on a country of ISO 3166-1, in two capitals (BR-CL-14).
pub fn country(code: &str) -> Result<(), String> {
	if contains(lists::COUNTRY_CODES, code) {
		return Ok(());
	}
	let meant = NOT_COUNTRIES.iter().find(|(wrong, _)| code.eq_ignore_ascii_case(wrong));
	let hint = meant.map_or(", such as BE, in capitals".into(), |(_, right)| {
		format!(": what is meant has the code {right}")
	});
	Err(format!("{} is no country's code in ISO 3166-1{hint}", quoted(code)))
}

/// A country's code that a person wrote.
pub fn parse_country(code: &str) -> Result<String, String> {
	country(code).map(|()| code.into())
}

/// Insists on a unit of measure (BR-CL-23).
pub fn unit(code: &str) -> Result<(), String> {
	if contains(lists::UNIT_CODES, code) {
		return Ok(());
	}
	let meant = NOT_UNITS.iter().find(|(wrong, _)| code.eq_ignore_ascii_case(wrong));
	let capitals = code.to_ascii_uppercase();
	let meant = meant.map(|(_, right)| *right);
	let meant = meant.or_else(|| contains(lists::UNIT_CODES, &capitals).then_some(&capitals));
	let hint = meant
		.map_or(": C62 is one, H87 a piece, KGM a kilogram, HUR an hour".into(), |right| {
			format!(": perhaps {right} is meant")
		});
	Err(format!("{} is no unit of UN/ECE Recommendation 20 or 21{hint}", quoted(code)))
}

/// Insists on a scheme of electronic addresses (BR-CL-25), and on an address that can be one of it.
pub fn electronic_address(address: &ElectronicAddress) -> Result<(), String> {
	let ElectronicAddress { identifier, scheme_identifier } = address;
	Identifier::eas(identifier.as_str(), scheme_identifier).map(drop).map_err(|error| {
		let hint = error.hint.map_or_else(String::new, |hint| format!(": {hint}"));
		if contains(lists::EAS_SCHEMES, scheme_identifier) {
			format!(
				"{} is no electronic address of the scheme {scheme_identifier}{hint}",
				quoted(identifier)
			)
		} else {
			format!("{} is no scheme of the EAS code list{hint}", quoted(scheme_identifier))
		}
	})
}

/// An electronic address that a person wrote, after its scheme.
pub fn parse_address(text: &str) -> Result<ElectronicAddress, String> {
	let (scheme, identifier) = text
		.split_once(':')
		.ok_or("an electronic address is written after its scheme, such as 0208:0403170701")?;
	let address =
		ElectronicAddress { identifier: identifier.into(), scheme_identifier: scheme.into() };
	electronic_address(&address).map(|()| address)
}

/// The electronic address among the endpoints of the phonebook: one in Peppol's network as Peppol
/// writes it, else the first of electronic mail.
pub fn address_of(endpoints: impl Iterator<Item = String>) -> Option<ElectronicAddress> {
	let endpoints: Vec<_> = endpoints.collect();
	let on_peppol = endpoints.iter().filter_map(|it| it.strip_prefix(PARTICIPANT));
	let by_mail = endpoints.iter().filter_map(|it| it.strip_prefix(MAIL));
	let by_mail = by_mail.map(|address| format!("{MAIL_SCHEME}:{address}"));
	let written = on_peppol.map(Into::into).chain(by_mail);
	written.filter_map(|address: String| parse_address(&address).ok()).next()
}

/// Whether Peppol's network delivers to such an address.
pub fn is_on_peppol(address: &ElectronicAddress) -> bool {
	contains(lists::PEPPOL_EAS_SCHEMES, &address.scheme_identifier)
}

/// Insists on a scheme of registers (BR-CL-11).
pub fn register(scheme: &str) -> Result<(), String> {
	match contains(lists::ICD_SCHEMES, scheme) {
		true => Ok(()),
		false => Err(format!("{} is no scheme of the ISO 6523 list", quoted(scheme))),
	}
}

/// Whether a tax number begins with the country that gave it, as VAT identifiers do (BR-CO-09).
pub fn has_country(number: &str) -> bool {
	number.get(..2).is_some_and(|it| it == GREECE || contains(lists::COUNTRY_CODES, it))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn countries_are_those_of_iso_3166() {
		for code in ["BE", "NL", "GB", "GR", "XI"] {
			assert_eq!(country(code), Ok(()), "{code}");
		}
		for (code, said) in
			[("UK", "GB"), ("EL", "GR"), ("be", "capitals"), ("ZZ", "ISO 3166"), ("", "")]
		{
			assert!(country(code).expect_err(code).contains(said), "{code}");
		}
	}

	#[test]
	fn units_are_those_of_recommendations_20_and_21() {
		// XBX, a box, is one of the packages of Recommendation 21.
		for code in ["C62", "H87", "KGM", "LTR", "HUR", "XBX"] {
			assert_eq!(unit(code), Ok(()), "{code}");
		}
		for (code, said) in [
			("pcs", "H87"),
			("kg", "KGM"),
			("kwh", "KWH"),
			("loaf", "C62"),
			("", "Recommendation 20"),
		] {
			assert!(unit(code).expect_err(code).contains(said), "{code}");
		}
		for (wrong, right) in NOT_UNITS {
			assert!(unit(wrong).is_err() && unit(right).is_ok(), "{wrong}");
		}
		for (wrong, right) in NOT_COUNTRIES {
			assert!(country(wrong).is_err() && country(right).is_ok(), "{wrong}");
		}
	}

	#[test]
	fn addresses_have_a_scheme_of_the_list() {
		let address = |scheme: &str, identifier: &str| ElectronicAddress {
			identifier: identifier.into(),
			scheme_identifier: scheme.into(),
		};
		for (scheme, identifier, is_peppol) in [
			("0208", "0403170701", true),
			("0088", "4012345000009", true),
			("EM", "a@b.example", false),
		] {
			let address = address(scheme, identifier);
			assert_eq!(electronic_address(&address), Ok(()), "{scheme}");
			assert_eq!(is_on_peppol(&address), is_peppol, "{scheme}");
		}
		for (scheme, identifier, said) in [
			("email", "a@b.example", "EAS code list"),
			("9958", "x", "0204"),
			("0088", "4012345000008", "no electronic address of the scheme 0088"),
		] {
			let error = electronic_address(&address(scheme, identifier)).expect_err(scheme);
			assert!(error.contains(said), "{error}");
		}
	}

	#[test]
	fn addresses_are_written_after_their_scheme() {
		let address = parse_address("0208:0403170701").expect("is one");
		assert_eq!((&*address.scheme_identifier, &*address.identifier), ("0208", "0403170701"));
		let mail = parse_address("EM:a:b@c.example").expect("is one");
		assert_eq!(mail.identifier, "a:b@c.example");
		for text in ["0403170701", "", ":x", "email:a@b.example", "0088:1"] {
			assert!(parse_address(text).is_err(), "{text}");
		}
		assert_eq!(parse_country("BE"), Ok("BE".into()));
		assert!(parse_country("UK").is_err());
	}

	#[test]
	fn phonebook_has_addresses_among_its_endpoints() {
		let found = |endpoints: &[&str]| {
			let found = address_of(endpoints.iter().map(|it| (*it).to_owned()));
			found.map(|it| format!("{}:{}", it.scheme_identifier, it.identifier))
		};
		let (web, mail) = ("https://bakery.example", "mailto:post@bakery.example");
		let peppol = "iso6523-actorid-upis::0208:0403170701";
		assert_eq!(found(&[web, mail, peppol]), Some("0208:0403170701".into()));
		assert_eq!(found(&[web, mail]), Some("EM:post@bakery.example".into()));
		// What has no scheme of the list is none.
		let bad = "iso6523-actorid-upis::9958:1";
		assert_eq!(found(&[web, bad, mail]), Some("EM:post@bakery.example".into()));
		assert_eq!(found(&[web]), None);
	}

	#[test]
	fn tax_numbers_begin_with_a_country() {
		for number in ["BE0403170701", "EL123456789", "BE-2", "XI123"] {
			assert!(has_country(number), "{number}");
		}
		for number in ["0403170701", "UK123", "be0403170701", "B", "", "T-1", "€uro"] {
			assert!(!has_country(number), "{number}");
		}
	}
}
