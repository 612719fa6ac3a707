use super::*;
use crate::model::{AccountId, AccountType, Day};
use crate::share::{Direction, Label};

pub(in crate::share) fn sample_fields() -> TermsFields {
    TermsFields {
        grant_id: GrantId::from_random([7; 16]),
        recipient: Recipient { name: "Acme Lending".into(), kind: RecipientKind::Organisation, uri: None },
        purpose: Purpose { text: "loan decision".into(), dpv: Some("dpv:CreditChecking".into()) },
        scopes: [Scope::Balances].into(),
        narrowing: Narrowing { accounts: vec![AccountId::new(1), AccountId::new(3)], ..Narrowing::default() },
        created_time: "2026-11-22T08:00:00Z".parse().unwrap(),
        expiration_time: "2026-12-22T08:00:00Z".parse().unwrap(),
        duration_type: DurationType::TimeBound,
        max_uses: None,
        retention_days: Some(90),
        prohibited_uses: ProhibitedUse::ALL.into(),
        request_hash: None,
    }
}

fn with(change: impl FnOnce(&mut TermsFields)) -> Result<Terms, TermsError> {
    let mut fields = sample_fields();
    change(&mut fields);
    Terms::new(fields)
}

#[test]
fn the_canonical_form_is_frozen() {
    let terms = with(|t| {
        t.scopes.insert(Scope::TransactionsDetail);
        t.narrowing.account_types = vec![AccountType::Checking];
        t.narrowing.since = Some(Day::from_ymd(2026, 1, 1).unwrap());
        t.narrowing.direction = Some(Direction::Credits);
        t.narrowing.fields = Some([Field::Amount, Field::CurrentBalance].into());
        t.narrowing.limit = Some(10);
        t.max_uses = Some(3);
        t.request_hash = Some("ab".repeat(32));
    })
    .unwrap();
    let bytes = terms.to_canonical_bytes().unwrap();
    assert_eq!(
        std::str::from_utf8(&bytes).unwrap(),
        concat!(
            r#"{"createdTime":"2026-11-22T08:00:00Z","durationType":"TIME_BOUND","expirationTime":"2026-12-22T08:00:00Z","#,
            r#""grantId":"9999999999999999","maxUses":3,"narrowing":{"accountTypes":["CHECKING"],"accounts":["acc-1","acc-3"],"#,
            r#""direction":"credits-only","fields":["currentBalance","amount"],"limit":10,"since":"2026-01-01"},"#,
            r#""prohibitedUses":["TARGETED_ADVERTISING","CROSS_SELLING","RESALE"],"#,
            r#""purpose":{"dpv":"dpv:CreditChecking","text":"loan decision"},"recipient":{"kind":"ORGANISATION","name":"Acme Lending"},"#,
            r#""requestHash":"abababababababababababababababababababababababababababababababab","retentionDays":90,"#,
            r#""scopes":["balances","transactions.detail"]}"#
        )
    );
    assert_eq!(serde_json::from_slice::<Terms>(&bytes).unwrap(), terms);
}

#[test]
fn ignores_the_order_of_accounts() {
    let terms = |ids: &[i64]| with(|t| t.narrowing.accounts = ids.iter().copied().map(AccountId::new).collect());
    assert_eq!(
        terms(&[3, 1, 3]).unwrap().to_canonical_bytes().unwrap(),
        terms(&[1, 3]).unwrap().to_canonical_bytes().unwrap()
    );
    assert_ne!(
        terms(&[1]).unwrap().to_canonical_bytes().unwrap(),
        terms(&[1, 3]).unwrap().to_canonical_bytes().unwrap()
    );
}

#[test]
fn refuses_unsound_terms() {
    use TermsError::*;
    let end = |text: &str| text.parse::<Timestamp>().unwrap();
    assert_eq!(with(|t| t.recipient.name = "  ".into()), Err(EmptyText("recipient")));
    assert_eq!(with(|t| t.purpose.text = "a\u{1b}[2Jb".into()), Err(UnsafeText("purpose")));
    assert_eq!(with(|t| t.purpose.text = "é".repeat(501)), Err(UnsafeText("purpose")));
    assert_eq!(with(|t| t.purpose.dpv = Some("dpv:Nothing".into())), Err(PurposeTerm("dpv:Nothing".into())));
    assert_eq!(with(|t| t.scopes.clear()), Err(EmptyList("scope")));
    assert_eq!(with(|t| t.narrowing.accounts.clear()), Err(EmptyList("account")));
    assert_eq!(with(|t| t.expiration_time = t.created_time), Err(EndsBeforeBegin(end("2026-11-22T08:00:00Z"))));
    assert!(with(|t| t.expiration_time = end("2027-11-22T08:00:00Z")).is_ok(), "365 days");
    assert!(matches!(with(|t| t.expiration_time = end("2027-11-22T08:00:01Z")), Err(TooLong(_))));
    assert_eq!(with(|t| t.narrowing.limit = Some(0)), Err(Zero("limit")));
    assert_eq!(with(|t| t.max_uses = Some(0)), Err(Zero("number of uses")));
    assert_eq!(with(|t| t.narrowing.fields = Some([Field::Memo].into())), Err(FieldOutsideScopes("memo")));
    assert_eq!(with(|t| t.request_hash = Some("abc".into())), Err(RequestHash));
    let once = |uses| {
        with(|t| {
            t.duration_type = DurationType::OneTime;
            t.max_uses = uses;
        })
    };
    assert_eq!(once(Some(2)), Err(OneTimeUses(2)));
    assert_eq!(once(None).unwrap().allowed_uses(), Some(1));
    let days = with(|t| {
        t.narrowing.since = Some(Day::from_ymd(2026, 2, 1).unwrap());
        t.narrowing.until = Some(Day::from_ymd(2026, 1, 31).unwrap());
    });
    assert!(matches!(days, Err(EmptyPeriod { .. })), "{days:?}");
}

#[test]
fn checks_stored_terms_again() {
    let text = String::from_utf8(Terms::new(sample_fields()).unwrap().to_canonical_bytes().unwrap()).unwrap();
    assert!(serde_json::from_str::<Terms>(&text).is_ok());
    for (from, to) in [
        ("2026-12-22", "2029-12-22"),
        ("\"balances\"", "\"everything\""),
        ("\"retentionDays\":90", "\"retentionDays\":90.5"),
        ("\"retentionDays\":90", "\"retentionDays\":-1"),
        ("\"scopes\"", "\"extra\":1,\"scopes\""),
        ("acc-1", "txn-1"),
    ] {
        let changed = text.replace(from, to);
        assert_ne!(changed, text);
        assert!(serde_json::from_str::<Terms>(&changed).is_err(), "{to}");
    }
}

#[test]
fn never_calls_enforced_what_happens_to_copies() {
    let terms = with(|t| {
        t.scopes.insert(Scope::TransactionsDetail);
        t.narrowing.limit = Some(1);
    })
    .unwrap();
    let lines: Vec<String> = terms.labelled().iter().map(|line| format!("{}: {}", line.label, line.term)).collect();
    assert!(lines.contains(&"promised: copies are deleted after 90 days".to_owned()), "{lines:#?}");
    assert!(lines.contains(&"promised: not sold".to_owned()));
    assert!(lines.contains(&"enforced: shows the newest 1 transaction at most".to_owned()));
    assert!(lines.contains(&"enforced: shows 2 accounts, and none that is added later".to_owned()));
    assert!(lines.contains(&"enforced: opens from the outbox until 2026-12-22T08:00:00Z".to_owned()));
    assert!(lines.iter().all(|line| !line.contains("acc-")), "no id of the vault");
    assert!(lines.iter().filter(|line| line.starts_with("enforced")).all(|line| !line.contains("copies")));
}

#[test]
fn narrowed_fields_are_named_alone() {
    let terms = with(|t| t.narrowing.fields = Some([Field::Currency, Field::CurrentBalance].into())).unwrap();
    let enforced: Vec<String> = terms
        .labelled()
        .into_iter()
        .filter(|line| line.label == Label::Enforced && line.term.starts_with("shows"))
        .map(|line| line.term)
        .collect();
    assert_eq!(
        enforced.last().map(String::as_str),
        Some("shows these fields of accounts only: accountId, currency, currentBalance")
    );
    assert!(enforced.iter().all(|term| !term.contains("available") && !term.contains("name")), "{enforced:?}");
    assert!(terms.labelled().iter().all(|line| !line.term.contains("in texts")));
}
