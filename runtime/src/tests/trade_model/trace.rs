//! What was done and what came of it, as JSON Lines: tests/model/README.md says how.

use super::{
	snapshot::Snapshot,
	town::{Town, CURRENCIES},
};
use crate::{Commerce, Currencies, Runtime, Tax};
use ourledger_primitives::{
	invoice::{Amounts, Bill, Change, Lines, Note, Prices, Sale},
	money::LocalMoney,
	twin::TwinNumber,
	Balance,
};
use pallet_commerce::{InvoiceId, InvoiceOf, InvoiceState};
use pallet_tax::{Statement, TreasuryBook};
use serde_json::{json, Map, Value};
use std::{
	collections::BTreeMap,
	fs::File,
	io::{BufWriter, Write},
	path::{Path, PathBuf},
};

/// What the trace says of the chain, by kind and key.
type Figures = BTreeMap<(&'static str, String), Value>;

/// A trace that is being written.
pub struct Trace {
	pub path: PathBuf,
	file: BufWriter<File>,
	/// As last written: only what changes is written again.
	last: Figures,
}

/// A row: an operation and its arguments.
pub fn row(op: &str, mut arguments: Value) -> Value {
	arguments["op"] = op.into();
	arguments
}

impl Trace {
	pub fn create(path: &Path) -> Self {
		let file = BufWriter::new(File::create(path).expect("a trace can be created there"));
		let mut trace = Self { path: path.into(), file, last: Figures::new() };
		trace.write(json!({ "trace": 2 }));
		trace
	}

	pub fn write(&mut self, row: Value) {
		writeln!(self.file, "{row}").expect("there is room for a trace");
	}

	/// Write operations, and after the last what they changed of the figures, or `all` of them.
	/// Statements are those of the invoices' parties, if it isn't all.
	pub fn write_all(
		&mut self,
		rows: Vec<Value>,
		town: &Town,
		snapshot: &Snapshot,
		invoices: &[InvoiceId],
		all: bool,
	) {
		let (mut parties, mut shown) = (Vec::new(), Vec::new());
		for InvoiceId { seller, number } in invoices.iter().copied() {
			let Some(invoice) = Commerce::invoice(seller, number) else { continue };
			parties.extend(invoice.buyer.into_iter().chain([seller]));
			let key = ("invoices", format!("{seller}/{number}"));
			shown.push((key, self::invoice(&invoice)));
			shown.push((("series", seller.to_string()), series(seller)));
		}
		if all {
			parties = town.parties.iter().filter_map(|it| it.twin).collect();
		}
		let mut figures = figures(town, snapshot, &parties);
		if all {
			figures.extend(balances(town));
		}
		figures.extend(shown);
		let mut then = Map::new();
		for ((kind, key), figure) in &figures {
			if all || self.last.get(&(*kind, key.clone())) != Some(figure) {
				let of_kind = then.entry(*kind).or_insert_with(|| json!({}));
				of_kind[key] = figure.clone();
			}
		}
		let mut rows = rows.into_iter().peekable();
		while let Some(mut row) = rows.next() {
			if rows.peek().is_none() {
				row["then"] = core::mem::take(&mut then).into();
				self.last.append(&mut figures);
			}
			self.write(row);
		}
	}

	pub fn finish(mut self) -> PathBuf {
		self.file.flush().expect("there is room for a trace");
		self.path
	}
}

/// Money, credits and treasuries; and statements of this month, of `twins`.
fn figures(town: &Town, snapshot: &Snapshot, twins: &[TwinNumber]) -> Figures {
	let mut figures = Figures::new();
	let kinds =
		[("stored", &snapshot.purses), ("debts", &snapshot.debts), ("aside", &snapshot.aside)];
	for (kind, amounts) in kinds {
		for ((currency, place), amount) in amounts {
			let key = format!("{currency}/{}", town.accounts[*place].0);
			figures.insert((kind, key), number(*amount));
		}
	}
	for ((jurisdiction, twin, currency), account) in &snapshot.credits {
		let key = format!("{jurisdiction}/{twin}/{currency}");
		figures.insert(("credits", key), json!(account.map(number)));
	}
	for ((jurisdiction, currency), book) in &snapshot.treasuries {
		figures.insert(("treasuries", format!("{jurisdiction}/{currency}")), treasury(book));
		let today = Tax::today(*jurisdiction).expect("both exist");
		let period = Tax::period_of(*jurisdiction, today).expect("both exist");
		for twin in twins {
			let key = format!("{jurisdiction}/{twin}/{currency}/{period}");
			let statement = Tax::statement(*jurisdiction, *twin, *currency, period);
			figures.insert(("statements", key), self::statement(&statement));
		}
	}
	figures
}

/// What everybody has, demurrage taken off: changes by the day, and so is seldom written.
fn balances(town: &Town) -> Figures {
	let mut figures = Figures::new();
	for currency in CURRENCIES {
		for (name, account) in &town.accounts {
			let balance = <Currencies as LocalMoney<_>>::balance(currency, account);
			figures.insert(("balances", format!("{currency}/{name}")), number(balance));
		}
	}
	figures
}

fn statement(statement: &Statement) -> Value {
	json!({
		"output": number(statement.output),
		"input": number(statement.input),
		"remitted": number(statement.remitted),
		"used": number(statement.used),
		"deferred": number(statement.deferred),
		"settled": number(statement.settled),
		"tips": signed(statement.tips),
		"taken_off": number(statement.taken_off),
		"returned": number(statement.returned),
		"reversed": number(statement.reversed),
		"refunded": number(statement.refunded),
		"charged": number(statement.charged),
		"levies": number(statement.levies),
		"withheld": number(statement.withheld),
	})
}

fn treasury(book: &TreasuryBook) -> Value {
	json!({
		"output": number(book.output),
		"used": number(book.used),
		"remitted": number(book.remitted),
		"levies": number(book.levies),
		"withheld": number(book.withheld),
		"made_good": number(book.made_good),
		"gifts": number(book.gifts),
		"refunds": number(book.refunds),
		"sweeps": number(book.sweeps),
		"credited": number(book.credited),
		"returned": number(book.returned),
		"reversed": number(book.reversed),
		"forfeited": number(book.forfeited),
		"arrears": number(book.arrears),
	})
}

fn invoice(invoice: &InvoiceOf<Runtime>) -> Value {
	let state = match invoice.state {
		InvoiceState::Issued => "issued",
		InvoiceState::Accepted => "accepted",
		InvoiceState::Rejected => "rejected",
		InvoiceState::Disputed => "disputed",
		InvoiceState::Cancelled => "cancelled",
		InvoiceState::Closed(_) => "closed",
	};
	let bill = &invoice.bill;
	let charges = |figure: fn(&Charge) -> i128| {
		charges(bill).iter().map(|it| signed(figure(it))).collect::<Vec<_>>()
	};
	let as_one = bill.as_one.map(|it| json!([number(it.taken), number(it.credited), it.share]));
	json!({
		"state": state,
		"net": number(bill.net()),
		"tax": number(bill.tax()),
		"gross": number(bill.gross),
		"paid": number(bill.paid),
		"escrowed": number(invoice.escrowed),
		"waits": invoice.note.is_some(),
		"taxes": charges(|it| it.tax),
		"taken": charges(|it| it.taken),
		"credited": charges(|it| it.credited),
		"as_one": as_one,
	})
}

/// A seller's next number, and its last receipt.
fn series(seller: TwinNumber) -> Value {
	let book = Commerce::book(seller);
	json!([book.next, hex(&book.receipt)])
}

/// One tax of a bill.
pub struct Charge {
	pub tax: i128,
	pub taken: i128,
	/// Nothing, where VAT is taken as one.
	pub credited: i128,
	/// Booked by the buyer.
	pub reverse: bool,
}

/// All taxes of a bill, in the order of the trace.
pub fn charges(bill: &Bill) -> Vec<Charge> {
	let vat = bill.subtotals.iter().map(|it| {
		let (taken, credited, reverse) = (it.taken, it.credited as i128, it.is_reverse());
		Charge { tax: it.vat, taken, credited, reverse }
	});
	let kept = |tax, taken| {
		let (tax, taken) = (tax as i128, taken as i128);
		Charge { tax, taken, credited: 0, reverse: false }
	};
	let levies = bill.levies.iter().map(|it| kept(it.tax, it.taken));
	let withheld = bill.withheld.iter().map(|it| kept(it.tax, it.taken));
	vat.chain(levies).chain(withheld).collect()
}

/// A sale as the trace has it.
pub fn sale(sale: &Sale) -> Value {
	let items = sale.items.iter().map(|it| match &it.amounts {
		Amounts::Sum(amount) => json!({ "code": it.code, "amount": signed(*amount) }),
		Amounts::Lines(all) => json!({ "code": it.code, "lines": lines(all) }),
	});
	let levies = sale
		.levies
		.iter()
		.map(|it| json!({ "code": it.code, "on": it.on, "thousandths": it.thousandths }));
	json!({
		"prices": if sale.prices == Prices::Net { "net" } else { "gross" },
		"items": items.collect::<Vec<_>>(),
		"levies": levies.collect::<Vec<_>>(),
		"withholdings": sale.withholdings.to_vec(),
		"tip": number(sale.tip),
		"evidence": sale.evidence.is_some(),
	})
}

/// A note as the trace has it.
pub fn note(note: &Note) -> Value {
	let parts = note.parts.iter().map(|it| match &it.change {
		Change::Less(amount) => json!({ "code": it.code, "less": signed(*amount) }),
		Change::Lines { was, remain } => {
			json!({ "code": it.code, "was": lines(was), "remain": lines(remain) })
		},
	});
	let levies = note
		.levies
		.iter()
		.map(|it| json!({ "code": it.code, "on": it.on, "thousandths": it.thousandths }));
	json!({
		"parts": parts.collect::<Vec<_>>(),
		"levies": levies.collect::<Vec<_>>(),
		"tip": number(note.tip),
	})
}

fn lines(lines: &Lines) -> Vec<Value> {
	lines.iter().map(|line| signed((*line).into())).collect()
}

/// A hash, as the trace has it.
pub fn hex(hash: &[u8]) -> String {
	hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// As JSON numbers go, with a sign.
pub fn signed(amount: i128) -> Value {
	i64::try_from(amount).expect("parties trade in little").into()
}

/// As JSON numbers go: nobody here has more than 2⁶⁴.
pub fn number(amount: Balance) -> Value {
	u64::try_from(amount).expect("parties trade in little").into()
}
