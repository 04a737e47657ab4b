//! What each call of the runtime may do to balances in local currencies.

use Effect::*;
use Supply::*;
use Whose::*;

/// Whose balance. Somebody may be several of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
	/// Of who calls.
	Caller,
	/// Of who is named in the call.
	Named,
	/// Of the invoice's seller.
	Seller,
	/// Of the invoice's buyer.
	Buyer,
	/// Of who paid the invoice.
	Payers,
	/// Of who claimed the refund.
	Claimant,
	/// Of who owes the credit.
	Debtor,
	/// Of the pot in which money waits.
	Escrow,
	/// Of the jurisdiction's treasury.
	Revenue,
	/// Of the chain's treasury.
	Treasury,
	/// Of the currency's pot.
	Pot,
	/// Of a pool.
	Pool,
	/// Of all that is set aside.
	SetAside,
}

/// What a call may do to the sum of all balances in a currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Supply {
	/// Nothing.
	Same,
	/// The issuer makes more.
	Issued,
	/// It gets less, at a holder's cost.
	Redeemed,
	/// Whoever falls may draw on its credit line for what it lacks.
	Drawn,
	/// It gets less by as much as this one's debt.
	Settled(Whose),
}

/// How a call may change balances in local currencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
	/// Whose may fall.
	pub falls: &'static [Whose],
	/// Whose may rise.
	pub rises: &'static [Whose],
	/// What becomes of their sum.
	pub supply: Supply,
}

/// What a call may do to balances in local currencies. Besides, whoever it touches pays the
/// demurrage that it owes anyway to the currency's pot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
	/// It changes none.
	Nothing,
	/// It changes these, and no other.
	Moves(Flow),
	/// It runs another call, and has the effect of that.
	Inner,
	/// It rewrites the state or the runtime. For Root alone, after timelock and veto.
	Rewrites,
}

const fn moves(falls: &'static [Whose], rises: &'static [Whose], supply: Supply) -> Effect {
	Moves(Flow { falls, rises, supply })
}

/// Every call of the runtime. One that is missing has no decision yet: think about it, then add it.
pub const EFFECTS: &[(&str, Effect, &[&str])] = &[
	(
		"Babe",
		Nothing,
		&["plan_config_change", "report_equivocation", "report_equivocation_unsigned"],
	),
	// OUR is no local currency.
	(
		"Balances",
		Nothing,
		&[
			"burn",
			"force_adjust_total_issuance",
			"force_set_balance",
			"force_transfer",
			"force_unreserve",
			"transfer_all",
			"transfer_allow_death",
			"transfer_keep_alive",
			"upgrade_accounts",
		],
	),
	("Brakes", Nothing, &["apply", "release"]),
	(
		"Commerce",
		Nothing,
		&[
			"accept",
			"add_room",
			"allow_self_billing",
			"deliver",
			"dispute",
			"end_self_billing",
			"issue",
			"prune",
			"prune_quotes",
			"remove_room",
			"remove_till",
			"self_bill",
			"set_till",
			"withdraw_cancel",
			"withdraw_note",
		],
	),
	// What comes back from escrow owes demurrage for its time there.
	("Commerce", moves(&[Escrow], &[Payers, Pot, SetAside], Same), &["cancel", "reject"]),
	("Commerce", moves(&[Seller], &[Revenue], Drawn), &["collect_unpaid"]),
	// Under reverse charge, the buyer pays tax.
	("Commerce", moves(&[Escrow, Buyer], &[Seller, Revenue, Pot], Drawn), &["confirm", "release"]),
	("Commerce", moves(&[Caller, Seller], &[Revenue], Drawn), &["cover_note"]),
	// A part that waits in escrow goes back, too.
	(
		"Commerce",
		moves(&[Caller, Escrow], &[Payers, Revenue, SetAside, Pot], Drawn),
		&["credit_note"],
	),
	("Commerce", moves(&[Caller, Buyer], &[Seller, Revenue, Escrow], Drawn), &["pay"]),
	(
		"Commerce",
		moves(&[Escrow, Buyer], &[Seller, Revenue, Payers, Pot, SetAside], Drawn),
		&["resolve"],
	),
	("Commerce", moves(&[Caller], &[Seller, Revenue], Drawn), &["sell"]),
	("Council", Inner, &["close", "execute", "propose"]),
	(
		"Council",
		Nothing,
		&["disapprove_proposal", "kill", "release_proposal_cost", "set_members", "vote"],
	),
	(
		"CouncilMembership",
		Nothing,
		&[
			"add_member",
			"change_key",
			"clear_prime",
			"remove_member",
			"reset_members",
			"set_prime",
			"swap_member",
		],
	),
	(
		"Currencies",
		Nothing,
		&["admit", "amend", "create", "expel", "freeze", "set_credit_line", "unfreeze"],
	),
	("Currencies", moves(&[Caller], &[Pool], Drawn), &["add_liquidity"]),
	("Currencies", moves(&[Named], &[Pot], Same), &["charge"]),
	// What somebody sent there before is nobody's.
	("Currencies", moves(&[Pool], &[Pot], Same), &["create_pool"]),
	("Currencies", moves(&[], &[Named], Issued), &["issue"]),
	("Currencies", moves(&[Caller], &[Pot], Same), &["discard"]),
	("Currencies", moves(&[Caller], &[], Redeemed), &["redeem"]),
	("Currencies", moves(&[Pool], &[Caller], Same), &["remove_liquidity"]),
	("Currencies", moves(&[Caller], &[], Settled(Caller)), &["repay"]),
	("Currencies", moves(&[Pot], &[Named], Same), &["spend_pot"]),
	("Currencies", moves(&[Caller, Pool], &[Caller, Pool], Drawn), &["swap", "swap_for"]),
	// It owes demurrage for the time that it waited.
	("Currencies", moves(&[SetAside], &[Named, Pot], Same), &["take"]),
	("Currencies", moves(&[Caller], &[Named], Drawn), &["transfer"]),
	("Currencies", moves(&[Pot], &[], Settled(Debtor)), &["write_off"]),
	("Governance", Inner, &["enact", "queue"]),
	("Governance", Nothing, &["set_timelock", "veto", "withdraw_veto"]),
	("Grandpa", Nothing, &["note_stalled", "report_equivocation", "report_equivocation_unsigned"]),
	("MetaTx", Inner, &["dispatch"]),
	(
		"MultiBlockMigrations",
		Nothing,
		&["clear_historic", "force_onboard_mbms", "force_set_active_cursor", "force_set_cursor"],
	),
	("Multisig", Inner, &["as_multi", "as_multi_threshold_1"]),
	("Multisig", Nothing, &["approve_as_multi", "cancel_as_multi", "poke_deposit"]),
	("Parameters", Nothing, &["set_parameter"]),
	(
		"Preimage",
		Nothing,
		&[
			"ensure_updated",
			"note_preimage",
			"request_preimage",
			"unnote_preimage",
			"unrequest_preimage",
		],
	),
	("Proxy", Inner, &["proxy", "proxy_announced"]),
	(
		"Proxy",
		Nothing,
		&[
			"add_proxy",
			"announce",
			"create_pure",
			"kill_pure",
			"poke_deposit",
			"reject_announcement",
			"remove_announcement",
			"remove_proxies",
			"remove_proxy",
		],
	),
	("Records", Nothing, &["append", "pin", "unpin"]),
	("Recovery", Inner, &["control_inherited_account"]),
	(
		"Recovery",
		Nothing,
		&[
			"approve_attempt",
			"cancel_attempt",
			"finish_attempt",
			"initiate_attempt",
			"revoke_inheritor",
			"set_friend_groups",
			"slash_attempt",
		],
	),
	("Scheduler", Inner, &["schedule", "schedule_after", "schedule_named", "schedule_named_after"]),
	(
		"Scheduler",
		Nothing,
		&[
			"cancel",
			"cancel_named",
			"cancel_retry",
			"cancel_retry_named",
			"set_retry",
			"set_retry_named",
		],
	),
	("Session", Nothing, &["purge_keys", "set_keys"]),
	("System", Nothing, &["remark", "remark_with_event", "set_heap_pages"]),
	(
		"System",
		Rewrites,
		&[
			"apply_authorized_upgrade",
			"authorize_upgrade",
			"authorize_upgrade_without_checks",
			"kill_prefix",
			"kill_storage",
			"set_code",
			"set_code_without_checks",
			"set_storage",
		],
	),
	(
		"Tax",
		Nothing,
		&[
			"amend_jurisdiction",
			"amend_taxpayer",
			"appeal",
			"apply",
			"assess_refund",
			"confirm_owner",
			"create_jurisdiction",
			"declare_owner",
			"deny_refund",
			"deregister",
			"hold_refund",
			"publish_rate",
			"register",
			"set_code",
			"set_dividend_code",
			"set_rate",
		],
	),
	// Every claimant here is there to be paid; pallet-tax's tests see what is set aside.
	("Tax", moves(&[Revenue], &[Caller], Same), &["claim_refund"]),
	("Tax", moves(&[Revenue], &[Claimant, Pot], Same), &["decide_appeal", "pay_refund"]),
	("Tax", moves(&[Caller], &[Revenue], Drawn), &["give", "pay_arrears"]),
	("Tax", moves(&[Revenue], &[Named], Same), &["sweep"]),
	// What a day costs is collected by whoever touches a balance, not by the clock.
	("Timestamp", Nothing, &["set"]),
	(
		"Treasury",
		Nothing,
		&["check_status", "remove_approval", "spend", "spend_local", "void_spend"],
	),
	("Treasury", moves(&[Treasury], &[Named], Same), &["payout"]),
	(
		"Twins",
		Nothing,
		&[
			"add_key",
			"claim_name",
			"clear_name",
			"deactivate",
			"register",
			"register_for",
			"release_name",
			"remove_key",
			"set_endpoints",
			"set_profile",
		],
	),
	(
		"Utility",
		Inner,
		&[
			"as_derivative",
			"batch",
			"batch_all",
			"dispatch_as",
			"dispatch_as_fallible",
			"force_batch",
			"if_else",
			"with_weight",
		],
	),
	(
		"Validators",
		Nothing,
		&[
			"apply",
			"approve",
			"leave",
			"remove",
			"restore_finality",
			"withdraw_application",
			"withdraw_bond",
		],
	),
];
