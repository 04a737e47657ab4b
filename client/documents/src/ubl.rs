//! A document as UBL 2.1: in the form of Peppol BIS Billing 3.0 if both parties have addresses in
//! its network, else as EN 16931 alone has it.
//!
//! Local currencies have no ISO code: their documents say XXX, or the code that the currency is
//! pegged to, and give the VAT in the jurisdiction's reporting currency besides (BT-6, BT-111).

use super::{
	codes::has_country,
	decimal::Decimal,
	document::{Adjustment, Document, Line, Party, SELF_BILLED},
	export::{obstacle, Form},
	iso::DOCUMENT_DECIMALS,
	number::is_note,
};
use ourledger_client::{
	error::{Error, Result},
	texts,
};
use ourledger_primitives::tax::VatCategory;
use quick_xml::{
	events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
	Writer,
};

const CORE_CUSTOMIZATION: &str = "urn:cen.eu:en16931:2017";
const CUSTOMIZATION: &str =
	"urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0";
const PROFILE: &str = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0";
const SELF_BILLING_CUSTOMIZATION: &str =
	"urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0";
const SELF_BILLING_PROFILE: &str = "urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0";

const NAMESPACE: &str = "urn:oasis:names:specification:ubl:schema:xsd";

/// The tax scheme of all categories, and of numbers that begin with a country.
const VAT: &str = "VAT";

/// The tax scheme of other numbers (BT-32).
const OTHER_TAX: &str = "TAX";

/// How a UBL document is called, and its parts.
struct Names {
	root: &'static str,
	line: &'static str,
	quantity: &'static str,
	type_code: &'static str,
}

const OF_INVOICE: Names = Names {
	root: "Invoice",
	line: "InvoiceLine",
	quantity: "InvoicedQuantity",
	type_code: "InvoiceTypeCode",
};

const OF_CREDIT_NOTE: Names = Names {
	root: "CreditNote",
	line: "CreditNoteLine",
	quantity: "CreditedQuantity",
	type_code: "CreditNoteTypeCode",
};

/// Writes a completed document as UBL, which is called `number`.
pub fn write(document: &Document, number: &str) -> Result<String> {
	if let Some(why) = obstacle(document) {
		return Err(Error::input(why));
	}
	let names = if is_note(document) { OF_CREDIT_NOTE } else { OF_INVOICE };
	let mut xml = Xml::new(text(document.invoice_currency_code.as_ref(), "invoiceCurrencyCode")?);
	xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
	let root = [
		("xmlns".into(), format!("{NAMESPACE}:{}-2", names.root)),
		("xmlns:cac".into(), format!("{NAMESPACE}:CommonAggregateComponents-2")),
		("xmlns:cbc".into(), format!("{NAMESPACE}:CommonBasicComponents-2")),
	];
	let mut start = BytesStart::new(names.root);
	for (name, value) in &root {
		let name: &String = name;
		start.push_attribute((name.as_str(), value.as_str()));
	}
	xml.event(Event::Start(start))?;
	head(&mut xml, document, number, &names)?;
	let is_taxed = is_within_vat(document);
	party(&mut xml, Role::Seller, &document.seller, is_taxed)?;
	party(&mut xml, Role::Buyer, &document.buyer.clone().unwrap_or_default(), is_taxed)?;
	if let Some(date) = &document.actual_delivery_date {
		xml.within("cac:Delivery", |xml| xml.text("cbc:ActualDeliveryDate", date))?;
	}
	payment(&mut xml, document, &names)?;
	for allowance in &document.document_level_allowances {
		adjustment(&mut xml, allowance, false)?;
	}
	for charge in &document.document_level_charges {
		adjustment(&mut xml, charge, true)?;
	}
	tax_totals(&mut xml, document)?;
	monetary_total(&mut xml, document)?;
	for line in &document.invoice_lines {
		write_line(&mut xml, line, &names)?;
	}
	xml.event(Event::End(BytesEnd::new(names.root)))?;
	xml.finish()
}

fn text<'text>(value: Option<&'text String>, field: &str) -> Result<&'text str> {
	value.map(String::as_str).ok_or_else(|| {
		Error::input(format!(
			"the document lacks {field}: it has to be one that \"ourledger invoice issue\" completed"
		))
	})
}

fn head(xml: &mut Xml, document: &Document, number: &str, names: &Names) -> Result<()> {
	let code = text(document.invoice_type_code.as_ref(), "invoiceTypeCode")?;
	let (customization, profile) = match (Form::of(document), code) {
		(Form::Core, _) => (CORE_CUSTOMIZATION, None),
		(Form::Peppol, SELF_BILLED) => (SELF_BILLING_CUSTOMIZATION, Some(SELF_BILLING_PROFILE)),
		(Form::Peppol, _) => (CUSTOMIZATION, Some(PROFILE)),
	};
	xml.text("cbc:CustomizationID", customization)?;
	xml.optional("cbc:ProfileID", profile)?;
	xml.text("cbc:ID", number)?;
	xml.text("cbc:IssueDate", text(document.invoice_issue_date.as_ref(), "invoiceIssueDate")?)?;
	let is_invoice = names.root == OF_INVOICE.root;
	if let Some(due) = document.payment_due_date.as_ref().filter(|_| is_invoice) {
		xml.text("cbc:DueDate", due)?;
	}
	xml.text(&format!("cbc:{}", names.type_code), code)?;
	xml.optional("cbc:Note", document.invoice_note.as_deref())?;
	let currency = xml.currency.clone();
	xml.text("cbc:DocumentCurrencyCode", &currency)?;
	xml.optional("cbc:TaxCurrencyCode", document.vat_accounting_currency_code.as_deref())?;
	let order = document.purchase_order_reference.as_deref();
	match (&document.buyer_reference, order, document.buyer.as_ref().and_then(|it| it.twin)) {
		(Some(reference), ..) => xml.text("cbc:BuyerReference", reference)?,
		// One of the two has to be there.
		(None, None, Some(twin)) => xml.text("cbc:BuyerReference", &format!("twin {twin}"))?,
		_ => (),
	}
	if let Some(order) = order {
		xml.within("cac:OrderReference", |xml| xml.text("cbc:ID", order))?;
	}
	if let Some(preceding) = &document.preceding_invoice_reference {
		xml.within("cac:BillingReference", |xml| {
			xml.within("cac:InvoiceDocumentReference", |xml| {
				xml.text("cbc:ID", &preceding.preceding_invoice_number)?;
				xml.optional("cbc:IssueDate", preceding.preceding_invoice_issue_date.as_deref())
			})
		})?;
	}
	Ok(())
}

/// Whether the document is within the scope of VAT. What isn't has no VAT numbers (BR-O-02): its
/// parties are known by their twins (BT-29).
fn is_within_vat(document: &Document) -> bool {
	let out_of_scope = VatCategory::OutOfScope.letter();
	!document.vat_breakdown.iter().any(|part| part.vat_category_code == out_of_scope)
}

/// Whose part of the document it is.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Role {
	Seller,
	Buyer,
}

impl Role {
	fn element(self) -> &'static str {
		match self {
			Self::Seller => "cac:AccountingSupplierParty",
			Self::Buyer => "cac:AccountingCustomerParty",
		}
	}

	fn field(self) -> &'static str {
		match self {
			Self::Seller => "seller",
			Self::Buyer => "buyer",
		}
	}
}

/// What a party is known by to tax authorities and registers.
struct Numbers<'party> {
	/// BT-31, BT-48.
	vat: Option<&'party str>,
	/// BT-32.
	other_tax: Option<String>,
	/// BT-30, BT-47.
	legal: Option<&'party str>,
}

impl<'party> Numbers<'party> {
	fn of(party: &'party Party, role: Role, is_taxed: bool) -> Self {
		let given = party.vat_identifier.as_deref();
		// Documents of old may have any number as BT-31.
		let vat = given.filter(|number| has_country(number));
		let other =
			party.tax_registration_identifier.as_deref().or(given.filter(|_| vat.is_none()));
		let legal = party.legal_registration_identifier.as_deref();
		match role {
			Role::Seller => {
				// Whoever isn't registered is known to the authority by its twin.
				let twin = party.twin.filter(|_| vat.is_none()).map(|twin| format!("twin {twin}"));
				let other_tax = other.map(Into::into).or(twin).filter(|_| is_taxed);
				Self { vat: vat.filter(|_| is_taxed), other_tax, legal }
			},
			Role::Buyer => {
				Self { vat: vat.filter(|_| is_taxed), other_tax: None, legal: legal.or(other) }
			},
		}
	}
}

fn party(xml: &mut Xml, role: Role, party: &Party, is_taxed: bool) -> Result<()> {
	let field = role.field();
	let name = text(party.name.as_ref(), &format!("{field}.name"))?;
	let country = party.postal_address.as_ref().and_then(|it| it.country_code.as_ref());
	let country = country.ok_or_else(|| {
		Error::input(format!(
			"the {field} has no country, which EN 16931 demands: give --{field}-country, or \
			 {field}.postalAddress.countryCode of the document"
		))
	})?;
	let numbers = Numbers::of(party, role, is_taxed);
	xml.within(role.element(), |xml| {
		xml.within("cac:Party", |xml| {
			if let Some(address) = &party.electronic_address {
				let scheme = [("schemeID", address.scheme_identifier.as_str())];
				xml.with("cbc:EndpointID", &scheme, &address.identifier)?;
			}
			if let Some(twin) = party.twin {
				xml.within("cac:PartyIdentification", |xml| {
					xml.text("cbc:ID", &format!("twin {twin}"))
				})?;
			}
			xml.within("cac:PartyName", |xml| xml.text("cbc:Name", name))?;
			xml.within("cac:PostalAddress", |xml| {
				let address = party.postal_address.clone().unwrap_or_default();
				xml.optional("cbc:StreetName", address.line_1.as_deref())?;
				xml.optional("cbc:AdditionalStreetName", address.line_2.as_deref())?;
				xml.optional("cbc:CityName", address.city.as_deref())?;
				xml.optional("cbc:PostalZone", address.post_code.as_deref())?;
				xml.within("cac:Country", |xml| xml.text("cbc:IdentificationCode", country))
			})?;
			for (number, scheme) in [(numbers.vat, VAT), (numbers.other_tax.as_deref(), OTHER_TAX)]
			{
				let Some(number) = number else { continue };
				xml.within("cac:PartyTaxScheme", |xml| {
					xml.text("cbc:CompanyID", number)?;
					xml.within("cac:TaxScheme", |xml| xml.text("cbc:ID", scheme))
				})?;
			}
			xml.within("cac:PartyLegalEntity", |xml| {
				xml.text("cbc:RegistrationName", name)?;
				let Some(number) = numbers.legal else { return Ok(()) };
				let scheme = party.legal_registration_scheme_identifier.as_deref();
				let scheme: Vec<_> =
					scheme.map(|scheme| ("schemeID", scheme)).into_iter().collect();
				xml.with("cbc:CompanyID", &scheme, number)
			})
		})
	})
}

fn payment(xml: &mut Xml, document: &Document, names: &Names) -> Result<()> {
	let is_credit_note = names.root == OF_CREDIT_NOTE.root;
	if let Some(due) = document.payment_due_date.as_ref().filter(|_| is_credit_note) {
		xml.within("cac:PaymentMeans", |xml| {
			// 1: instrument not defined.
			xml.text("cbc:PaymentMeansCode", "1")?;
			xml.text("cbc:PaymentDueDate", due)
		})?;
	}
	if let Some(terms) = &document.payment_terms {
		xml.within("cac:PaymentTerms", |xml| xml.text("cbc:Note", terms))?;
	}
	Ok(())
}

/// BG-20 or BG-21.
fn adjustment(xml: &mut Xml, adjustment: &Adjustment, is_charge: bool) -> Result<()> {
	xml.within("cac:AllowanceCharge", |xml| {
		reason_and_amount(xml, adjustment, is_charge)?;
		let letter = text(adjustment.vat_category_code.as_ref(), "vatCategoryCode")?;
		category(xml, "cac:TaxCategory", letter, adjustment.vat_rate, None)
	})
}

fn reason_and_amount(xml: &mut Xml, adjustment: &Adjustment, is_charge: bool) -> Result<()> {
	xml.text("cbc:ChargeIndicator", &is_charge.to_string())?;
	// A reason is demanded (BR-33, BR-38, BR-42, BR-44).
	let unspoken = if is_charge { "Charge" } else { "Discount" };
	xml.text("cbc:AllowanceChargeReason", adjustment.reason.as_deref().unwrap_or(unspoken))?;
	xml.amount("cbc:Amount", adjustment.amount)
}

/// A category of VAT, with the reasons of an exemption where it is that of a breakdown.
fn category(
	xml: &mut Xml,
	element: &str,
	letter: &str,
	rate: Option<Decimal>,
	reasons: Option<(Option<&str>, Option<&str>)>,
) -> Result<()> {
	xml.within(element, |xml| {
		xml.text("cbc:ID", letter)?;
		if let Some(rate) = rate {
			xml.text("cbc:Percent", &rate.to_string())?;
		}
		if let Some((text, code)) = reasons {
			xml.optional("cbc:TaxExemptionReasonCode", code)?;
			xml.optional("cbc:TaxExemptionReason", text)?;
		}
		xml.within("cac:TaxScheme", |xml| xml.text("cbc:ID", VAT))
	})
}

fn tax_totals(xml: &mut Xml, document: &Document) -> Result<()> {
	let totals = totals_of(document)?;
	xml.within("cac:TaxTotal", |xml| {
		xml.amount("cbc:TaxAmount", totals.invoice_total_vat_amount)?;
		for part in &document.vat_breakdown {
			xml.within("cac:TaxSubtotal", |xml| {
				xml.amount("cbc:TaxableAmount", part.vat_category_taxable_amount)?;
				xml.amount("cbc:TaxAmount", part.vat_category_tax_amount)?;
				let reasons = (
					part.vat_exemption_reason_text.as_deref(),
					part.vat_exemption_reason_code.as_deref(),
				);
				category(
					xml,
					"cac:TaxCategory",
					&part.vat_category_code,
					part.vat_category_rate,
					Some(reasons),
				)
			})?;
		}
		Ok(())
	})?;
	let reported = totals.invoice_total_vat_amount_in_accounting_currency;
	if let (Some(amount), Some(code)) = (reported, &document.vat_accounting_currency_code) {
		xml.within("cac:TaxTotal", |xml| {
			// Documents of old may have more places (UBL-DT-01).
			let amount = amount.rounded(DOCUMENT_DECIMALS)?;
			xml.with("cbc:TaxAmount", &[("currencyID", code)], &amount.to_string())
		})?;
	}
	Ok(())
}

fn totals_of(document: &Document) -> Result<&super::document::DocumentTotals> {
	document.document_totals.as_ref().ok_or_else(|| {
		Error::input(
			"the document lacks documentTotals: it has to be one that \"ourledger invoice issue\" \
			 completed",
		)
	})
}

fn monetary_total(xml: &mut Xml, document: &Document) -> Result<()> {
	let totals = totals_of(document)?;
	xml.within("cac:LegalMonetaryTotal", |xml| {
		xml.amount("cbc:LineExtensionAmount", totals.sum_of_invoice_line_net_amount)?;
		xml.amount("cbc:TaxExclusiveAmount", totals.invoice_total_amount_without_vat)?;
		xml.amount("cbc:TaxInclusiveAmount", totals.invoice_total_amount_with_vat)?;
		for (element, amount) in [
			("cbc:AllowanceTotalAmount", totals.sum_of_allowances_on_document_level),
			("cbc:ChargeTotalAmount", totals.sum_of_charges_on_document_level),
			("cbc:PrepaidAmount", totals.paid_amount),
			("cbc:PayableRoundingAmount", totals.rounding_amount),
		] {
			if let Some(amount) = amount {
				xml.amount(element, amount)?;
			}
		}
		xml.amount("cbc:PayableAmount", totals.amount_due_for_payment)
	})
}

fn write_line(xml: &mut Xml, line: &Line, names: &Names) -> Result<()> {
	let lacks = |field: &str| Error::input(format!("the line {:?} lacks {field}", line.item_name));
	xml.within(&format!("cac:{}", names.line), |xml| {
		xml.text("cbc:ID", text(line.invoice_line_identifier.as_ref(), "invoiceLineIdentifier")?)?;
		xml.optional("cbc:Note", line.invoice_line_note.as_deref())?;
		let unit = line.invoiced_quantity_unit_of_measure_code.as_ref();
		let unit = [("unitCode", text(unit, "invoicedQuantityUnitOfMeasureCode")?)];
		let quantity = format!("cbc:{}", names.quantity);
		xml.with(&quantity, &unit, &line.invoiced_quantity.to_string())?;
		let net = line.invoice_line_net_amount.ok_or_else(|| lacks("invoiceLineNetAmount"))?;
		xml.amount("cbc:LineExtensionAmount", net)?;
		for (adjustments, is_charge) in
			[(&line.invoice_line_allowances, false), (&line.invoice_line_charges, true)]
		{
			for adjustment in adjustments {
				xml.within("cac:AllowanceCharge", |xml| {
					reason_and_amount(xml, adjustment, is_charge)
				})?;
			}
		}
		xml.within("cac:Item", |xml| {
			xml.optional("cbc:Description", line.item_description.as_deref())?;
			xml.text("cbc:Name", &line.item_name)?;
			if let Some(identifier) = &line.item_sellers_identifier {
				xml.within("cac:SellersItemIdentification", |xml| xml.text("cbc:ID", identifier))?;
			}
			let letter = line.invoiced_item_vat_category_code.as_ref();
			let letter = text(letter, "invoicedItemVatCategoryCode")?;
			let rate = line.invoiced_item_vat_rate;
			category(xml, "cac:ClassifiedTaxCategory", letter, rate, None)
		})?;
		xml.within("cac:Price", |xml| {
			xml.amount(
				"cbc:PriceAmount",
				line.item_net_price.ok_or_else(|| lacks("itemNetPrice"))?,
			)?;
			match line.item_price_base_quantity {
				Some(base) => xml.with("cbc:BaseQuantity", &unit, &base.to_string()),
				None => Ok(()),
			}
		})
	})
}

/// XML being written.
struct Xml {
	writer: Writer<Vec<u8>>,
	currency: String,
}

impl Xml {
	fn new(currency: &str) -> Self {
		Self { writer: Writer::new_with_indent(Vec::new(), b' ', 2), currency: currency.into() }
	}

	fn event(&mut self, event: Event<'_>) -> Result<()> {
		self.writer
			.write_event(event)
			.map_err(|error| Error::input(format!("the XML can't be written: {error}")))
	}

	/// An element with others in it.
	fn within(&mut self, name: &str, inside: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
		self.event(Event::Start(BytesStart::new(name)))?;
		inside(self)?;
		self.event(Event::End(BytesEnd::new(name)))
	}

	/// An element with text in it.
	fn text(&mut self, name: &str, text: &str) -> Result<()> {
		self.with(name, &[], text)
	}

	/// An element, if there is text for it.
	fn optional(&mut self, name: &str, text: Option<&str>) -> Result<()> {
		text.map_or(Ok(()), |text| self.text(name, text))
	}

	/// An element with an amount in the document's currency.
	fn amount(&mut self, name: &str, amount: Decimal) -> Result<()> {
		let currency = self.currency.clone();
		self.with(name, &[("currencyID", &currency)], &amount.to_string())
	}

	/// An element with attributes and text.
	fn with(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) -> Result<()> {
		let mut start = BytesStart::new(name);
		for (name, value) in attributes {
			start.push_attribute((*name, texts::for_xml(value).as_str()));
		}
		self.event(Event::Start(start))?;
		self.event(Event::Text(BytesText::new(&texts::for_xml(text))))?;
		self.event(Event::End(BytesEnd::new(name)))
	}

	fn finish(self) -> Result<String> {
		String::from_utf8(self.writer.into_inner())
			.map(|text| text + "\n")
			.map_err(|_| Error::input("the XML is no UTF-8"))
	}
}

#[cfg(test)]
#[path = "ubl_tests.rs"]
pub(crate) mod tests;
