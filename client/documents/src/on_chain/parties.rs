//! Who is named in a document, and what is known of them.

use super::place::{tax_number, Place};
use crate::{
	codes,
	document::{Document, ElectronicAddress, Party, PostalAddress},
};
use ourledger_client::{
	error::{Error, Result},
	texts,
	twin::TwinInfo,
	State,
};

/// What somebody says of a document's parties. It goes before what the document does.
#[derive(Clone, Debug, Default)]
pub struct Said {
	/// The seller's electronic address.
	pub seller_address: Option<ElectronicAddress>,
	/// The buyer's.
	pub buyer_address: Option<ElectronicAddress>,
	/// The seller's country, such as BE.
	pub seller_country: Option<String>,
	/// The buyer's.
	pub buyer_country: Option<String>,
}

impl Said {
	/// Puts it into a document.
	pub fn put_into(&self, document: &mut Document) {
		put(&mut document.seller, self.seller_address.as_ref(), self.seller_country.as_ref());
		if self.buyer_address.is_some() || self.buyer_country.is_some() {
			let buyer = document.buyer.get_or_insert_with(Party::default);
			put(buyer, self.buyer_address.as_ref(), self.buyer_country.as_ref());
		}
	}
}

fn put(party: &mut Party, address: Option<&ElectronicAddress>, country: Option<&String>) {
	if let Some(address) = address {
		party.electronic_address = Some(address.clone());
	}
	if let Some(country) = country {
		let postal = party.postal_address.get_or_insert_with(PostalAddress::default);
		postal.country_code = Some(country.clone());
	}
}

/// Puts into a document what the phonebook and the jurisdiction know of its parties.
pub async fn fill(
	state: &State,
	place: &Place,
	document: &mut Document,
	seller: &TwinInfo,
	buyer: Option<&TwinInfo>,
) -> Result<()> {
	fill_party(state, place, &mut document.seller, seller).await?;
	if let Some(buyer) = buyer {
		let party = document.buyer.get_or_insert_with(Party::default);
		fill_party(state, place, party, buyer).await?;
	}
	Ok(())
}

async fn fill_party(
	state: &State,
	place: &Place,
	party: &mut Party,
	twin: &TwinInfo,
) -> Result<()> {
	if party.twin.is_some_and(|named| named != twin.number) {
		return Err(Error::input(format!(
			"the document names another twin than {} as a party",
			twin.number
		)));
	}
	party.twin = Some(twin.number);
	party.name.get_or_insert_with(|| texts::for_document(&twin.profile.display_name));
	if party.vat_identifier.is_none() && party.tax_registration_identifier.is_none() {
		let number = tax_number(state, place.id, twin.number).await?;
		match number.as_deref().is_some_and(codes::has_country) {
			true => party.vat_identifier = number,
			false => party.tax_registration_identifier = number,
		}
	}
	if party.electronic_address.is_none() {
		party.electronic_address = codes::address_of(twin.endpoints());
	}
	if let Some(country) = twin.profile.country() {
		let address = party.postal_address.get_or_insert_with(PostalAddress::default);
		address.country_code.get_or_insert(country);
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_is_said_goes_before_what_the_document_does() {
		let address = |text| codes::parse_address(text).expect("is one");
		let said = Said {
			seller_address: Some(address("0208:0403170701")),
			buyer_country: Some("NL".into()),
			..Said::default()
		};
		let mut document = Document::default();
		document.seller.electronic_address = Some(address("EM:post@bakery.example"));
		said.put_into(&mut document);
		assert_eq!(document.seller.electronic_address, said.seller_address);
		assert_eq!(document.seller.postal_address, None);
		let buyer = document.buyer.expect("is named by its country");
		let country = buyer.postal_address.and_then(|it| it.country_code);
		assert_eq!((country, buyer.electronic_address), (Some("NL".into()), None));
		let mut document = Document::default();
		Said::default().put_into(&mut document);
		assert_eq!(document, Document::default());
	}
}
