use super::*;

fn found(state: ClaimState) -> Found {
	let claim = Claim { twin: 2, currency: 3, amount: 1_000, claimed: 20_574, state, reason: None };
	let clock = vec![
		ClockChange { from: 20_500, utc_offset_minutes: 60 },
		ClockChange { from: 20_541, utc_offset_minutes: 120 },
	];
	let currency = money::example(3, "TSH");
	Found { jurisdiction: 0, id: 7, claim, currency, clock, appeal_days: 14, today: 20_574 }
}

#[test]
fn no_more_is_forfeited_than_claimed() {
	assert_eq!(found(ClaimState::Ready).forfeit("10"), Ok(1_000));
	assert_eq!(found(ClaimState::Ready).forfeit("0"), Ok(0));
	assert!(found(ClaimState::Ready).forfeit("10.01").is_err());
}

#[test]
fn payment_is_told_with_what_is_forfeited() {
	let shilling = money::example(3, "TSH");
	let mut json = json!({});
	let paid = RefundPaid {
		jurisdiction: 0,
		claim: 7,
		amount: 750,
		forfeited: 250,
		used: 0,
		set_aside: 0,
	};
	let line = tell_paid(Some(&paid), &shilling, &mut json);
	assert_eq!(line, ("paid", "7.50 TSH; 2.50 TSH are forfeited".into()));
	assert_eq!((&json["paid"], &json["amountPaid"]), (&true.into(), &"750".into()));
	let whole = RefundPaid { forfeited: 0, ..paid };
	assert_eq!(tell_paid(Some(&whole), &shilling, &mut json).1, "7.50 TSH");
	let aside = RefundPaid { used: 100, set_aside: 650, ..whole };
	assert_eq!(
		tell_paid(Some(&aside), &shilling, &mut json).1,
		"7.50 TSH; 1.00 TSH went against arrears; 6.50 TSH of it are set aside: the account \
		 couldn't hold them"
	);
	assert_eq!((&json["used"], &json["setAside"]), (&"100".into(), &"650".into()));
	assert!(whole.is_of(0, 7) && !whole.is_of(1, 7) && !whole.is_of(0, 8));
	assert_eq!(tell_paid(None, &shilling, &mut json).0, "queued");
	assert_eq!((&json["paid"], &json["amountPaid"]), (&false.into(), &Json::Null));
}

#[test]
fn states_have_their_dates() {
	let held = found(ClaimState::Held { until: 20_574 });
	let text = held.text();
	assert!(text.contains("paid on 2026-05-01 00:00 UTC+02:00"), "{text}");
	// A wait of a day never ends at the next midnight.
	assert_eq!(held.after(1), "2026-05-03 00:00 UTC+02:00");
	assert_eq!(held.json()["state"]["until"], "2026-05-01");
	let assessed = ClaimState::Assessed { forfeited: 250, final_on: 20_574 };
	assert!(state_text(&assessed, &held.currency, &held.clock).contains("2.50 TSH are forfeited"));
	assert_eq!(state_json(&assessed)["forfeited"], "250");
	let denied = ClaimState::Denied { final_on: 20_574 };
	assert!(state_text(&denied, &held.currency, &held.clock).contains("for good on 2026-05-01"));
	assert_eq!(state_json(&denied)["finalOn"], "2026-05-01");
}
