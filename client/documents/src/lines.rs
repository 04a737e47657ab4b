//! Lines of invoices whose VAT is rounded per line: which there were, and what notes leave of them.
//!
//! The chain keeps their hash alone, so whoever takes some of them back has to know them all.

use super::{
	assess::amounts_of,
	decimal::Decimal,
	document::{CodeRef, Document, LinesLeft, Prices},
};
use ourledger_client::error::{Error, Result};
use ourledger_primitives::{
	invoice::{hash_of_lines, Amounts, Bill, Change, Lines, NotePart, Sale, Zigzag},
	tax::{TaxCode, VatCategory},
};

/// What an amount of a document is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
	/// A line.
	Line,
	/// An allowance of the whole document.
	Allowance,
	/// A charge of the whole document.
	Charge,
}

/// A line, an allowance or a charge of an invoice.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Known {
	/// Its VAT code, of a standard rate.
	pub code: TaxCode,
	/// What it is.
	pub kind: Kind,
	/// By what documents name it, if it is a line.
	pub identifier: Option<String>,
	/// What was sold; nothing of a quote's lines, which have no names.
	pub name: Option<String>,
	/// What is left of it, in minor units and in the bill's prices.
	pub left: i128,
}

/// What of an invoice's lines a note takes back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Take {
	/// The VAT code.
	pub code: TaxCode,
	/// What it is.
	pub kind: Kind,
	/// The identifier of the line that it is of, if the note says so.
	pub of: Option<String>,
	/// What it is called.
	pub name: String,
	/// How much, in minor units.
	pub amount: i128,
}

/// All lines of an invoice, in its order.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AllLines(pub Vec<Known>);

/// Whether the lines under a VAT code of a bill are told apart.
pub fn are_told(bill: &Bill, code: TaxCode) -> bool {
	let mut parts = bill.subtotals.iter();
	bill.lines.is_some()
		&& parts.any(|part| part.code == code && part.category == VatCategory::Standard)
}

impl AllLines {
	/// Those of the document of an invoice with this bill.
	pub fn of_document(document: &Document, bill: &Bill, decimals: u8) -> Result<Self> {
		let is_gross = document.ourledger.prices == Prices::Gross;
		let amount = |net: Option<Decimal>, gross: Option<Decimal>| {
			let amount = if is_gross { gross } else { net };
			amount.and_then(|amount| amount.units(decimals)).ok_or_else(|| {
				Error::input("the invoice's document lacks an amount: it isn't one that was issued")
			})
		};
		// Of a completed document they are numbers.
		let told = |code: &CodeRef| match code {
			CodeRef::Number(code) if are_told(bill, *code) => Some(*code),
			_ => None,
		};
		let mut all = Vec::new();
		for line in &document.invoice_lines {
			let Some(code) = told(&line.tax_code) else { continue };
			all.push(Known {
				code,
				kind: Kind::Line,
				identifier: line.invoice_line_identifier.clone(),
				name: Some(line.item_name.clone()),
				left: amount(line.invoice_line_net_amount, line.amount_with_tax)?,
			});
		}
		for (kind, sign, adjustments) in [
			(Kind::Allowance, -1, &document.document_level_allowances),
			(Kind::Charge, 1, &document.document_level_charges),
		] {
			for adjustment in adjustments {
				// Levies and the tip are charges of documents, too.
				let Some(code) = adjustment.tax_code.as_ref().and_then(told) else { continue };
				let (identifier, name) = (None, adjustment.reason.clone());
				let left = sign * amount(Some(adjustment.amount), adjustment.amount_with_tax)?;
				all.push(Known { code, kind, identifier, name, left });
			}
		}
		Ok(Self(all))
	}

	/// Those of a till's quote, which names none of them: they are numbered in their order.
	pub fn of_sale(sale: &Sale) -> Self {
		let mut all = Vec::new();
		for item in &sale.items {
			let Amounts::Lines(lines) = &item.amounts else { continue };
			for left in amounts_of(lines) {
				let identifier = Some((all.len() + 1).to_string());
				let (code, kind, name) = (item.code, Kind::Line, None);
				all.push(Known { code, kind, identifier, name, left });
			}
		}
		Self(all)
	}

	/// The same lines, of which the last note left this.
	pub fn left_by(mut self, left: &[LinesLeft], decimals: u8) -> Result<Self> {
		for LinesLeft { tax_code, amounts } in left {
			let own = self.0.iter_mut().filter(|line| CodeRef::Number(line.code) == *tax_code);
			let own: Vec<_> = own.collect();
			if own.len() != amounts.len() {
				return Err(Error::input(
					"the last note's document has another number of lines than the invoice's: it is \
					 none on this invoice",
				));
			}
			for (line, amount) in own.into_iter().zip(amounts) {
				line.left = amount.units(decimals).ok_or_else(|| {
					Error::input("an amount in the last note's linesLeft is not valid")
				})?;
			}
		}
		Ok(self)
	}

	/// Amounts by VAT code, as the bill has these.
	fn by_code(&self, bill: &Bill) -> Vec<(TaxCode, Vec<i128>)> {
		let codes = bill.subtotals.iter().filter(|part| are_told(bill, part.code));
		let own = |code: TaxCode| self.0.iter().filter(move |line| line.code == code);
		codes.map(|part| (part.code, own(part.code).map(|line| line.left).collect())).collect()
	}

	/// Whether they are those of which the bill has the hash.
	pub fn are_of(&self, bill: &Bill) -> bool {
		let lines = self.by_code(bill).into_iter();
		let lines = lines.map(|(code, amounts)| Some((code, packed(&amounts)?)));
		let lines = lines.collect::<Option<Vec<_>>>();
		let hash = lines.map(|lines| hash_of_lines(lines.iter().map(|(code, it)| (*code, it))));
		hash.is_some() && hash == bill.lines
	}

	/// What is left of them once a note has taken something back, and the names of the lines that it
	/// took from, in its order.
	pub fn less(
		&self,
		takes: &[Take],
		show: impl Fn(i128) -> String,
	) -> Result<(Self, Vec<usize>)> {
		let mut rest = self.clone();
		let mut places = Vec::new();
		for take in takes {
			let place = rest.place_of(take, &show)?;
			rest.0[place].left -= take.amount;
			places.push(place);
		}
		Ok((rest, places))
	}

	/// The line that something is taken of: the one that is named, else the first of its name with
	/// enough left, else the only one under its code.
	fn place_of(&self, take: &Take, show: impl Fn(i128) -> String) -> Result<usize> {
		let has_enough = |line: &Known| {
			let same_sign = (line.left < 0) == (take.amount < 0);
			same_sign && take.amount.unsigned_abs() <= line.left.unsigned_abs()
		};
		let alike = self.0.iter().enumerate();
		let alike = alike.filter(|(_, line)| line.code == take.code && line.kind == take.kind);
		let alike: Vec<_> = alike.collect();
		let too_much = |line: &Known| {
			Error::input(format!(
				"{} of {:?} can't be taken back: of that line {} is left",
				show(take.amount),
				take.name,
				show(line.left)
			))
		};
		if let Some(of) = &take.of {
			let named = alike.iter().find(|(_, line)| line.identifier.as_ref() == Some(of));
			return match named {
				Some((place, line)) if has_enough(line) => Ok(*place),
				Some((_, line)) => Err(too_much(line)),
				None => Err(Error::input(format!(
					"the invoice has no line {of} under that tax code; {}",
					Self::listed(&alike, &show)
				))),
			};
		}
		let named: Vec<_> =
			alike.iter().filter(|(_, line)| line.name.as_ref() == Some(&take.name)).collect();
		match (named.as_slice(), alike.as_slice()) {
			([], [(place, line)]) if has_enough(line) => Ok(*place),
			([], [(_, line)]) => Err(too_much(line)),
			([], _) => Err(Error::input(format!(
				"the jurisdiction rounds VAT per line, and no line of the invoice is called {:?}: name \
				 the one that it is of by its number, as in \"#3;1;1.50;vat-standard\" or as ofLine in \
				 the document; {}",
				take.name,
				Self::listed(&alike, &show)
			))),
			([(_, first), ..], _) => {
				let enough = named.iter().find(|(_, line)| has_enough(line));
				enough.map(|(place, _)| *place).ok_or_else(|| too_much(first))
			},
		}
	}

	fn listed(alike: &[(usize, &Known)], show: impl Fn(i128) -> String) -> String {
		let lines = alike.iter().map(|(_, line)| {
			let number = line.identifier.as_deref().map(|it| format!("#{it}"));
			let parts = [number, line.name.clone(), Some(show(line.left))];
			parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
		});
		let lines: Vec<_> = lines.collect();
		match lines.is_empty() {
			true => "there is nothing of the kind under it".into(),
			false => format!("there are left: {}", lines.join("; ")),
		}
	}

	/// The parts of a note that leaves `rest` of them: all codes that have lines, whether they change
	/// or not, since one hash covers them.
	pub fn parts(&self, rest: &Self, bill: &Bill) -> Result<Vec<NotePart>> {
		let parts = self.by_code(bill).into_iter().zip(rest.by_code(bill));
		let parts = parts.map(|((code, was), (_, remain))| {
			let lines = packed(&was).zip(packed(&remain));
			let (was, remain) =
				lines.ok_or_else(|| Error::input("the invoice's document has too many lines"))?;
			Ok(NotePart { code, change: Change::Lines { was, remain } })
		});
		parts.collect()
	}

	/// The same lines, nothing of which is left.
	pub fn emptied(&self) -> Self {
		Self(self.0.iter().map(|line| Known { left: 0, ..line.clone() }).collect())
	}

	/// As a note's document has what it leaves of them.
	pub fn left(&self, bill: &Bill, decimals: u8) -> Vec<LinesLeft> {
		let by_code = self.by_code(bill).into_iter();
		let by_code = by_code.map(|(code, amounts)| LinesLeft {
			tax_code: CodeRef::Number(code),
			amounts: amounts.into_iter().map(|it| Decimal::of_units(it, decimals)).collect(),
		});
		by_code.collect()
	}
}

/// Amounts of lines as the chain takes them, if there aren't too many.
pub fn packed(amounts: &[i128]) -> Option<Lines> {
	amounts.iter().map(|it| Zigzag::from(*it)).collect::<Vec<_>>().try_into().ok()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		assess::{
			assess,
			tests::{by_line, sale_by_line, REDUCED, STANDARD},
		},
		complete::{complete, Of, Writing},
	};
	use serde_json::{json, Value as Json};

	fn invoice(prices: &str) -> (Document, Bill) {
		let field = if prices == "net" { "itemNetPrice" } else { "priceWithTax" };
		let line = |name: &str, quantity: i32, price: &str, code: TaxCode| -> Json {
			let mut line = json!({
				"itemName": name, "invoicedQuantity": quantity, "taxCode": code,
			});
			line[field] = price.into();
			line
		};
		let json = json!({
			"invoiceLines": [
				line("Sweet", 1, "0.03", STANDARD),
				line("Book", 2, "10.00", REDUCED),
				line("Sweet", 1, "0.05", STANDARD),
				line("Bottle", -1, "0.02", STANDARD),
			],
			"documentLevelAllowances": [{ "amount": "1.00", "taxCode": REDUCED }],
			"documentLevelCharges": [{ "amount": "2.00", "taxCode": STANDARD, "reason": "Freight" }],
			"ourledger": { "prices": prices, "tip": "0.10" },
		});
		let document = serde_json::from_value(json).expect("is a document");
		let done = complete(document, &by_line(), Of::Invoice, &Writing::default());
		let done = done.expect("is fine");
		(done.document, done.bill)
	}

	fn show(units: i128) -> String {
		Decimal::of_units(units, 2).to_string()
	}

	fn take(name: &str, amount: i128) -> Take {
		Take { code: STANDARD, kind: Kind::Line, of: None, name: name.into(), amount }
	}

	#[test]
	fn lines_of_a_document_are_those_of_its_bill() {
		for prices in ["net", "gross"] {
			let (document, bill) = invoice(prices);
			let lines = AllLines::of_document(&document, &bill, 2).expect("has amounts");
			let by_code = lines.by_code(&bill);
			assert_eq!(by_code, [(STANDARD, vec![3, 5, -2, 200]), (REDUCED, vec![2_000, -100])]);
			assert!(lines.are_of(&bill), "{prices}");
			assert!(!lines.emptied().are_of(&bill));
		}
	}

	#[test]
	fn lines_of_a_quote_are_those_of_its_bill() {
		let sale = sale_by_line(STANDARD, &[3, 5]);
		let (_, bill) = assess(&sale, &by_line()).expect("is fine");
		let lines = AllLines::of_sale(&sale);
		assert!(lines.are_of(&bill));
		assert_eq!(lines.0[1].identifier.as_deref(), Some("2"));
	}

	#[test]
	fn something_is_taken_of_the_line_that_is_named() {
		let (document, bill) = invoice("net");
		let lines = AllLines::of_document(&document, &bill, 2).expect("has amounts");
		let of = |of: &str, amount| Take { of: Some(of.into()), ..take("x", amount) };
		let freight = Take { kind: Kind::Charge, ..take("x", 150) };
		for (takes, left) in [
			// By its name: the first that has enough.
			(vec![take("Sweet", 2)], [1, 5, -2, 200]),
			(vec![take("Sweet", 2), take("Sweet", 2)], [1, 3, -2, 200]),
			(vec![take("Sweet", 4)], [3, 1, -2, 200]),
			// By its number, and with its sign.
			(vec![of("3", 5)], [3, 0, -2, 200]),
			(vec![take("Bottle", -2)], [3, 5, 0, 200]),
			// The only charge.
			(vec![freight], [3, 5, -2, 50]),
		] {
			let (rest, places) = lines.less(&takes, show).expect("is fine");
			assert_eq!(rest.by_code(&bill)[0].1, left, "{takes:?}");
			assert_eq!(places.len(), takes.len());
		}
		for (take, said) in [
			(take("Sweet", 6), "of that line 0.03 is left"),
			(take("Sweet", -1), "can't be taken back"),
			(take("Cake", 1), "there are left: #1 Sweet 0.03; #3 Sweet 0.05; #4 Bottle -0.02"),
			(of("3", 6), "of that line 0.05 is left"),
			(of("2", 1), "no line 2 under that tax code"),
			(Take { kind: Kind::Allowance, ..take("x", -1) }, "nothing of the kind"),
		] {
			let error = lines.less(&[take], show).expect_err(said).to_string();
			assert!(error.contains(said), "{error}");
		}
	}

	#[test]
	fn next_note_goes_on_from_what_the_last_one_left() {
		let (document, bill) = invoice("net");
		let lines = AllLines::of_document(&document, &bill, 2).expect("has amounts");
		let (rest, _) = lines.less(&[take("Sweet", 2)], show).expect("is fine");
		let left = rest.left(&bill, 2);
		assert_eq!(left[0].amounts[0].to_string(), "0.01");
		assert_eq!(lines.clone().left_by(&left, 2), Ok(rest.clone()));
		let parts = lines.parts(&rest, &bill).expect("are few");
		assert_eq!(parts.len(), 2, "one hash covers all codes");
		let short = LinesLeft { amounts: vec![], ..left[0].clone() };
		assert!(lines.left_by(&[short], 2).is_err());
	}
}
