//! A market with two currencies, in which every deal stands just where one of the calls takes it up.

use super::{
	effects::Whose,
	town::{
		act, create, fill_pool, local, payee, pool, register, set_day, settings, terms, twin_of,
		FIRST_DAY, NATIVE, PLACE,
	},
};
use crate::{
	configs::monetary::TreasuryAccount,
	tests::{account, Origin},
	AccountId, Balance, Commerce, Currencies, Runtime, Tax, Treasury,
};
use frame_support::assert_ok;
use ourledger_primitives::{
	currency::OUR,
	invoice::{
		Amounts, Change, Conditions, InvoiceNumber, Note, NotePart, Prices, Sale, SaleItem,
		Settlement,
	},
	money::{CurrencyId, LocalMoney},
	tax::{TaxCode, TaxKind, VatCategory},
	twin::TwinNumber,
};
use pallet_commerce::Call as Trade;
use pallet_currencies::{Access, Call as Money, Supply, Terms};
use pallet_tax::{Call as Taxes, ClaimId, RefundCap, Settings, TaxpayerTerms};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, One, Two};
use sp_runtime::{traits::Dispatchable, BoundedVec};

/// Issued, and never loses anything.
pub const COIN: CurrencyId = 0;
/// A mutual credit with demurrage.
pub const HOURS: CurrencyId = 1;
pub const CURRENCIES: [CurrencyId; 2] = [COIN, HOURS];

/// The code of ordinary goods.
pub const GOODS: TaxCode = 1;
/// The code of what its buyer owes the tax of.
pub const SERVICES: TaxCode = 2;

/// The code of what is withheld.
pub const INCOME: TaxCode = 3;

/// The till of the seller, and whose key it has.
pub const TILL: u16 = 1;
pub const TILL_KEY: Sr25519Keyring = Two;

/// Days that the market has been open for.
const DAYS: u32 = 10;

/// Who acts in the market. Everybody has a twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Person {
	/// Issues the currencies, and is the authority.
	Issuer,
	/// Sells everything.
	Seller,
	/// Buys almost everything, and may deduct no tax of services.
	Buyer,
	/// Pays for the buyer, too.
	Friend,
	/// Decides disputes, and has nothing.
	Arbiter,
}

use Person::*;

impl Person {
	pub const ALL: [Self; 5] = [Issuer, Seller, Buyer, Friend, Arbiter];

	/// Whose key it is.
	pub fn key(self) -> Sr25519Keyring {
		match self {
			Issuer => Alice,
			Seller => Bob,
			Buyer => Charlie,
			Friend => Dave,
			Arbiter => Eve,
		}
	}
}

/// Invoices and claims in one currency. Where nothing else is said, the invoices are the seller's to
/// the buyer, for goods and services, and their settlement is direct.
pub struct Deals {
	/// Not delivered, and nobody has done anything about it.
	pub fresh: InvoiceNumber,
	/// Accepted, overdue and unpaid.
	pub accepted: InvoiceNumber,
	/// Its goods are paid into escrow in part, by the buyer; not accepted.
	pub escrowed: InvoiceNumber,
	/// It waits in escrow as a whole, accepted, and its deadline is over.
	pub due: InvoiceNumber,
	/// Its goods are paid: a little by the buyer, then the rest by its friend.
	pub paid: InvoiceNumber,
	/// So is it, but for some of the services, by the buyer, and a note on it waits.
	pub noted: InvoiceNumber,
	/// It was cancelled long ago.
	pub cancelled: InvoiceNumber,
	/// The buyer asks to cancel it.
	pub asked: InvoiceNumber,
	/// Its goods are paid into escrow by who is gone since; not accepted.
	pub orphaned: InvoiceNumber,
	/// Its goods are paid by who is gone since.
	pub paid_by_gone: InvoiceNumber,
	/// A claim of the buyer's whose time has come.
	pub ripe: ClaimId,
	/// One that has been assessed.
	pub assessed: ClaimId,
	/// One of which the assessment was appealed.
	pub appealed: ClaimId,
	/// One that is held, for all the credit that the buyer had left.
	pub held: ClaimId,
}

/// The market, and in which account each key's owner acts.
pub struct Market {
	actor: fn(Sr25519Keyring) -> AccountId,
	/// By currency.
	pub deals: Vec<Deals>,
}

/// What is sold under these codes.
pub fn sale(items: &[(TaxCode, i128)]) -> Sale {
	let item =
		|(code, amount): &(TaxCode, i128)| SaleItem { code: *code, amounts: Amounts::Sum(*amount) };
	Sale {
		prices: Prices::Net,
		items: BoundedVec::truncate_from(items.iter().map(item).collect()),
		levies: BoundedVec::new(),
		withholdings: BoundedVec::new(),
		tip: 0,
		evidence: None,
	}
}

/// A note that takes back so much of the goods.
pub fn goods_back(amount: i128) -> Note {
	let part = NotePart { code: GOODS, change: Change::Less(amount) };
	let parts = BoundedVec::truncate_from(vec![part]);
	Note { parts, levies: BoundedVec::new(), tip: 0 }
}

pub fn taxpayer() -> TaxpayerTerms {
	TaxpayerTerms {
		tax_number: BoundedVec::truncate_from(b"BE1".to_vec()),
		effective: FIRST_DAY,
		zero_codes: BoundedVec::truncate_from(vec![SERVICES]),
		deductible: BoundedVec::truncate_from(vec![(SERVICES, 0)]),
	}
}

pub fn place(authority: TwinNumber) -> Settings {
	// Little is refunded without a look at it.
	let cap = RefundCap { age_days: 0, cap: 1 };
	Settings {
		refund_caps: BoundedVec::truncate_from(vec![cap]),
		unpaid_days: 5,
		hold_days: 5,
		..settings(authority, &CURRENCIES)
	}
}

pub fn hours() -> Terms {
	Terms { supply: Supply::MutualCredit, demurrage: 10_000, ..terms(Access::Open) }
}

pub fn invoice(
	buyer: TwinNumber,
	currency: CurrencyId,
	sale: Sale,
	settlement: Settlement,
	delivery: bool,
) -> Trade<Runtime> {
	let conditions = conditions(currency, settlement, delivery);
	Trade::issue { buyer: Some(buyer), conditions, sale }
}

pub fn conditions(currency: CurrencyId, settlement: Settlement, delivery: bool) -> Conditions {
	Conditions {
		jurisdiction: PLACE,
		currency,
		supply: None,
		due_days: 0,
		settlement,
		delivery,
		document: [0; 32],
	}
}

/// Who paid for the buyer, and is gone.
pub fn gone() -> AccountId {
	AccountId::new([78; 32])
}

/// Who was owed money when it had no account yet.
pub fn latecomer() -> AccountId {
	AccountId::new([77; 32])
}

impl Market {
	/// Builds the market, where the owner of each key acts as `actor` of the key.
	pub fn build(actor: fn(Sr25519Keyring) -> AccountId) -> Self {
		let mut market = Self { actor, deals: Vec::new() };
		set_day(FIRST_DAY);
		market.settle_down();
		market.make_money();
		market.tax();
		let early: Vec<_> = CURRENCIES.iter().map(|id| market.trade(*id)).collect();
		let dest = account(Alice).into();
		act(&gone(), pallet_balances::Call::transfer_all { dest, keep_alive: false });
		assert!(!crate::System::account_exists(&gone()));
		set_day(FIRST_DAY + DAYS / 2);
		market.act(Seller, Money::charge { currency: HOURS, account: payee() });
		set_day(FIRST_DAY + DAYS);
		market.deals = early;
		for currency in CURRENCIES {
			market.claim_the_rest(currency);
			market.owe(currency, 200);
		}
		market.leave(Seller, 120);
		market.leave(Buyer, 20);
		let (dest, value) = (latecomer().into(), OUR);
		act(&account(Alice), pallet_balances::Call::transfer_keep_alive { dest, value });
		// Ticks have passed whose quotes can be forgotten.
		let first = pallet_commerce::Cursor { tick: 0, after: None };
		pallet_commerce::QuoteCursor::<Runtime>::put(first);
		market
	}

	pub fn account(&self, person: Person) -> AccountId {
		(self.actor)(person.key())
	}

	pub fn twin(&self, person: Person) -> TwinNumber {
		twin_of(&self.account(person))
	}

	pub fn deals(&self, currency: CurrencyId) -> &Deals {
		&self.deals[currency as usize]
	}

	/// Which of the people it is that acts in this account.
	pub fn person(&self, who: &AccountId) -> Option<Person> {
		Person::ALL.into_iter().find(|person| self.account(*person) == *who)
	}

	/// What belongs to whom, if `caller` calls.
	pub fn accounts_of(&self, whose: Whose, caller: Option<&AccountId>) -> Vec<AccountId> {
		match whose {
			Whose::Caller => caller.cloned().into_iter().collect(),
			Whose::Named => vec![payee(), latecomer()],
			Whose::Seller | Whose::Debtor => vec![self.account(Seller)],
			Whose::Buyer | Whose::Claimant => vec![self.account(Buyer)],
			Whose::Payers => vec![self.account(Buyer), self.account(Friend)],
			Whose::Escrow => vec![Commerce::escrow()],
			Whose::Revenue => vec![Tax::jurisdiction(PLACE).expect("the only one").treasury],
			Whose::Treasury => vec![TreasuryAccount::get()],
			Whose::SetAside => vec![Currencies::set_aside_pot()],
			Whose::Pot => CURRENCIES.map(Currencies::pot_of).to_vec(),
			Whose::Pool => {
				let (coin, hours) = (local(COIN), local(HOURS));
				vec![pool(NATIVE, coin.clone()), pool(NATIVE, hours.clone()), pool(coin, hours)]
			},
		}
	}

	fn act(&self, person: Person, call: impl Into<crate::RuntimeCall>) {
		act(&self.account(person), call);
	}

	/// Everybody gets OUR and a twin, and a jurisdiction is made.
	fn settle_down(&self) {
		register(&payee());
		let coins_and_hours = pool(local(COIN), local(HOURS));
		let people = Person::ALL.map(|person| self.account(person));
		// Somebody sends money to where no pool is yet.
		for who in people.iter().chain([&coins_and_hours, &gone()]) {
			let (dest, value) = (who.clone().into(), 5_000 * OUR);
			act(&account(Alice), pallet_balances::Call::transfer_keep_alive { dest, value });
		}
		people.iter().for_each(register);
		// Which the issuer may confirm.
		self.act(Friend, pallet_tax::Call::<Runtime>::declare_owner { owner: self.twin(Issuer) });
		let name = BoundedVec::truncate_from(b"Town".to_vec());
		let settings = Settings { currencies: BoundedVec::new(), ..place(self.twin(Issuer)) };
		assert_ok!(Tax::create_jurisdiction(Origin::root(), name, settings));
	}

	/// Makes the currencies and their pools, and gives everybody of them.
	fn make_money(&self) {
		let issuer = self.account(Issuer);
		create(&issuer, b"COIN", terms(Access::Open));
		create(&issuer, b"HOURS", hours());
		let mut rich = Person::ALL.map(|person| self.account(person)).to_vec();
		rich.extend([payee(), TreasuryAccount::get()]);
		for to in rich {
			act(&issuer, Money::issue { currency: COIN, to, amount: 2_000_000 });
		}
		for person in Person::ALL {
			let (twin, limit) = (self.twin(person), 2_000_000);
			act(&issuer, Money::set_credit_line { currency: HOURS, twin, limit });
		}
		let pay = |by: &AccountId, to: AccountId, amount: Balance| {
			act(by, Money::transfer { currency: HOURS, to, amount, reference: [0; 32] });
		};
		pay(&self.account(Seller), payee(), 100_000);
		for (to, amount) in
			[(Issuer, 100), (Seller, 2_000), (Buyer, 20_000), (Friend, 90_000), (Arbiter, 10)]
		{
			pay(&self.account(Issuer), self.account(to), amount);
		}
		pay(&payee(), pool(local(COIN), local(HOURS)), 10_000);
		// As much as it will pay.
		pay(&payee(), gone(), 2_300);
		act(&issuer, Money::issue { currency: COIN, to: gone(), amount: 2_300 });
		for currency in CURRENCIES {
			fill_pool(&issuer, [NATIVE, local(currency)], [1_000 * OUR, 1_000_000]);
		}
		for currency in CURRENCIES {
			let (owner, amount) = (latecomer(), 1_000);
			let repaid = <Currencies as LocalMoney<_>>::repay(currency, &issuer, &owner, amount);
			assert_eq!(repaid.map(|settled| settled.set_aside), Ok(1_000));
		}
		act(&issuer, Money::admit { currency: HOURS, twin: self.twin(Friend) });
		let until = crate::System::block_number() + 100_000;
		let reason = [0; 32];
		act(&issuer, Money::freeze { currency: COIN, account: account(One), reason, until });
	}

	/// Sets codes, registers taxpayers, and lets the seller trade.
	fn tax(&self) {
		let settings = place(self.twin(Issuer));
		let amend = Taxes::amend_jurisdiction { jurisdiction: PLACE, settings };
		assert_ok!(crate::RuntimeCall::from(amend).dispatch(Origin::root()));
		let codes = [
			(GOODS, TaxKind::Vat(VatCategory::Standard), 150_000),
			(SERVICES, TaxKind::Vat(VatCategory::ReverseCharge), 100_000),
			(INCOME, TaxKind::Withholding, 100_000),
		];
		for (code, kind, rate) in codes {
			let name = BoundedVec::truncate_from(b"Tax".to_vec());
			let (jurisdiction, from) = (PLACE, FIRST_DAY);
			self.act(Issuer, Taxes::set_code { jurisdiction, code, name, kind, from, rate });
		}
		for person in [Seller, Buyer, Friend] {
			let (twin, terms) = (self.twin(person), taxpayer());
			self.act(Issuer, Taxes::register { jurisdiction: PLACE, twin, terms });
		}
		let seller = self.twin(Seller);
		self.act(Seller, Trade::add_room { seller, invoices: 30 });
		let (till, key, expires) = (TILL, account(TILL_KEY), 100_000);
		self.act(Seller, Trade::set_till { till, key, expires });
		let (buyer, until) = (self.twin(Buyer), FIRST_DAY + 100);
		self.act(Seller, Trade::allow_self_billing { buyer, until, objection: None });
		let (kind, beneficiary) = (Box::new(local(COIN)), Box::new(payee()));
		assert_ok!(Treasury::spend(Origin::root(), kind, 100, beneficiary, None));
	}

	/// Lets the seller issue an invoice.
	fn issue(
		&self,
		currency: CurrencyId,
		items: &[(TaxCode, i128)],
		settlement: Settlement,
	) -> InvoiceNumber {
		let number = Commerce::book(self.twin(Seller)).next;
		self.act(Seller, invoice(self.twin(Buyer), currency, sale(items), settlement, false));
		number
	}

	fn accept(&self, number: InvoiceNumber) {
		self.act(Buyer, Trade::accept { seller: self.twin(Seller), number });
	}

	fn pay(&self, person: Person, number: InvoiceNumber, amount: Balance) {
		let seller = self.twin(Seller);
		let amount = Some(amount);
		self.act(person, Trade::pay { seller, number, amount, business: true });
	}

	/// Everything that happens on the first day.
	fn trade(&self, currency: CurrencyId) -> Deals {
		let (direct, mixed) = (Settlement::Direct, [(GOODS, 1_000), (SERVICES, 20_000)]);
		let escrow = Settlement::Escrow { arbiter: self.twin(Arbiter), days: 3 };
		let fresh = Commerce::book(self.twin(Seller)).next;
		self.act(Seller, invoice(self.twin(Buyer), currency, sale(&mixed), direct, true));
		let accepted = self.issue(currency, &mixed, direct);
		self.accept(accepted);
		let escrowed = self.issue(currency, &[(GOODS, 1_000)], escrow);
		self.pay(Buyer, escrowed, 1_100);
		let due = self.issue(currency, &mixed, escrow);
		self.accept(due);
		self.pay(Buyer, due, 10_000);
		self.pay(Friend, due, 11_150);
		let noted = self.issue(currency, &[(GOODS, 10_000), (SERVICES, 20_000)], direct);
		self.accept(noted);
		self.pay(Buyer, noted, 20_100);
		let paid = self.issue(currency, &[(GOODS, 10_000)], direct);
		self.pay(Buyer, paid, 3_500);
		self.pay(Friend, paid, 8_000);
		let cancelled = self.issue(currency, &mixed, direct);
		self.act(Seller, Trade::cancel { seller: self.twin(Seller), number: cancelled });
		let asked = self.issue(currency, &[(GOODS, 1_000)], direct);
		self.accept(asked);
		self.act(Buyer, Trade::cancel { seller: self.twin(Seller), number: asked });
		let orphaned = self.issue(currency, &[(GOODS, 1_000)], escrow);
		let paid_by_gone = self.issue(currency, &[(GOODS, 1_000)], direct);
		for number in [orphaned, paid_by_gone] {
			let seller = self.twin(Seller);
			act(&gone(), Trade::pay { seller, number, amount: None, business: true });
		}
		// The friend, too, has credit.
		let goods = invoice(self.twin(Friend), currency, sale(&[(GOODS, 1_000)]), direct, false);
		let number = Commerce::book(self.twin(Seller)).next;
		self.act(Seller, goods);
		self.pay(Friend, number, 1_150);
		self.act(Friend, Taxes::give { jurisdiction: PLACE, currency, amount: 1_000 });
		let ripe = self.claim(currency, 200);
		let appealed = self.claim(currency, 200);
		self.assess(appealed);
		self.act(Buyer, Taxes::appeal { jurisdiction: PLACE, claim: appealed, reason: [0; 32] });
		Deals {
			fresh,
			accepted,
			escrowed,
			due,
			paid,
			noted,
			cancelled,
			asked,
			orphaned,
			paid_by_gone,
			ripe,
			assessed: 0,
			appealed,
			held: 0,
		}
	}

	/// What happens in one of the currencies on the last day.
	fn claim_the_rest(&mut self, currency: CurrencyId) {
		let assessed = self.claim(currency, 200);
		self.assess(assessed);
		let credit = Tax::account(PLACE, self.twin(Buyer), currency).credit;
		let held = self.claim(currency, credit);
		let deals = &mut self.deals[currency as usize];
		(deals.assessed, deals.held) = (assessed, held);
		let (number, note, document) = (deals.noted, goods_back(10_000), [0; 32]);
		self.act(Seller, Trade::credit_note { number, note, document });
	}

	/// Books that the arbiter couldn't pay this much of a reverse charge.
	fn owe(&self, currency: CurrencyId, amount: Balance) {
		let twin = self.twin(Arbiter);
		let today = Tax::today(PLACE).expect("the only one");
		let period = Tax::period_of(PLACE, today).expect("the only one");
		pallet_tax::Accounts::<Runtime>::mutate((PLACE, twin, currency), |account| {
			account.arrears += amount;
		});
		pallet_tax::Statements::<Runtime>::mutate((PLACE, twin, currency, period), |statement| {
			statement.output += amount;
			statement.deferred += amount;
		});
		pallet_tax::Treasuries::<Runtime>::mutate(PLACE, currency, |book| {
			book.output += amount;
			book.arrears += amount;
		});
	}

	/// Leaves somebody so much of the mutual credit, so that it has to draw on its line.
	fn leave(&self, person: Person, rest: Balance) {
		let has = <Currencies as LocalMoney<_>>::balance(HOURS, &self.account(person));
		let (from, to) = if has > rest { (person, Issuer) } else { (Issuer, person) };
		let (to, amount) = (self.account(to), has.abs_diff(rest));
		self.act(from, Money::transfer { currency: HOURS, to, amount, reference: [0; 32] });
	}

	/// Lets the buyer claim a refund that has to wait.
	fn claim(&self, currency: CurrencyId, amount: Balance) -> ClaimId {
		let claim = pallet_tax::NextClaim::<Runtime>::get(PLACE);
		self.act(Buyer, Taxes::claim_refund { jurisdiction: PLACE, currency, amount });
		claim
	}

	fn assess(&self, claim: ClaimId) {
		let (jurisdiction, forfeited, reason) = (PLACE, 50, [0; 32]);
		self.act(Issuer, Taxes::assess_refund { jurisdiction, claim, forfeited, reason });
	}
}
