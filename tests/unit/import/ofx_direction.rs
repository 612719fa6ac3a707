use crate::import::formats::ofx::read;
use crate::import::{ImportError, ImportOption, Parsed, ReadOptions, Remark, SignRule};
use crate::model::EntryStatus;

/// A statement with rows `TYPE AMOUNT WORDS…` on the first, second, … of March, and its balance on the 31st.
fn file(account: &str, rows: &[&str], balance: &str) -> String {
    let mut text = format!("<OFX><{account}STMTRS><CURDEF>USD<{account}ACCTFROM><ACCTID>12345678</{account}ACCTFROM>")
        .replace("<BANKSTMTRS>", "<STMTRS>");
    text.push_str("<BANKTRANLIST>");
    for (index, row) in rows.iter().enumerate() {
        let (kind, rest) = row.split_once(' ').unwrap();
        let (amount, words) = rest.split_once(' ').unwrap_or((rest, "SHOP"));
        let day = index + 1;
        let id = if kind == "OTHER" { String::new() } else { format!("<FITID>F{index}") };
        text.push_str(&format!(
            "<STMTTRN><TRNTYPE>{kind}<DTPOSTED>202603{day:02}<TRNAMT>{amount}{id}<NAME>{words}</STMTTRN>"
        ));
    }
    text.push_str("</BANKTRANLIST>");
    if !balance.is_empty() {
        text.push_str(&format!("<LEDGERBAL><BALAMT>{balance}<DTASOF>20260331</LEDGERBAL>"));
    }
    text.push_str(&format!("</{account}STMTRS></OFX>").replace("</BANKSTMTRS>", "</STMTRS>"));
    text
}

fn with_sign<'a>(text: &'a str, sign: Option<SignRule>) -> Result<Parsed<'a>, ImportError> {
    read(text, &ReadOptions { sign, ..ReadOptions::default() })
}

/// The amounts, the booked balances, and what is open.
fn amounts(parsed: &Parsed<'_>) -> (Vec<String>, Vec<String>, bool) {
    let statement = &parsed.statements[0];
    let asks = parsed.questions.iter().any(|question| question.option == ImportOption::Sign);
    let balance = |b: &crate::model::ReportedBalance| format!("{} {}", b.as_of, b.amount);
    let rows = statement.entries.iter().map(|entry| entry.amount.to_string()).collect();
    (rows, statement.balances.iter().map(balance).collect(), asks)
}

#[test]
fn amounts_without_a_sign_take_it_from_types_that_all_have_one() {
    let text = file("BANK", &["DEBIT 42.10", "FEE 7.90", "CREDIT 500.00"], "1450.00");
    let parsed = with_sign(&text, None).unwrap();
    let (rows, balances, asks) = amounts(&parsed);
    assert_eq!(rows, ["-42.10", "-7.90", "500.00"]);
    assert_eq!((balances, asks), (vec!["2026-03-31 1450.00".to_owned()], false));
    assert_eq!(parsed.remarks, [Remark::SignFromTypes]);
}

#[test]
fn a_type_without_a_direction_is_asked_unless_balances_prove_it() {
    let rows = ["DEBIT 40.00", "DEBIT 2.10", "XFER 100.00", "CREDIT 500.00"];
    let text = file("BANK", &rows, "");
    assert!(amounts(&with_sign(&text, None).unwrap()).2);
    let (out, _, asks) = amounts(&with_sign(&text, Some(SignRule::Out)).unwrap());
    assert_eq!((out.as_slice(), asks), (["-40.00", "-2.10", "-100.00", "500.00"].map(String::from).as_slice(), false));
    let (into, ..) = amounts(&with_sign(&text, Some(SignRule::In)).unwrap());
    assert_eq!(into, ["-40.00", "-2.10", "100.00", "500.00"]);
    let question = &with_sign(&text, None).unwrap().questions[0];
    assert!(question.message.contains("the types of some rows do not tell"), "the answer is about these: {question:?}");
    // Where the type of each row tells, nothing else can be meant.
    let all_told = file("BANK", &["DEBIT 40.00", "DEBIT 2.10"], "");
    assert_eq!(amounts(&with_sign(&all_told, Some(SignRule::In)).unwrap()).0, ["40.00", "2.10"]);
    // 1000.00 - 42.10 + 100.00 + 500.00
    let with_opening = [["OTHER 1000.00 Opening balance"].as_slice(), &rows].concat();
    let text = file("BANK", &with_opening, "1557.90");
    let (rows, balances, asks) = amounts(&with_sign(&text, None).unwrap());
    assert_eq!(rows, ["-40.00", "-2.10", "100.00", "500.00"]);
    assert_eq!((balances.len(), asks), (2, false));
    assert_eq!(amounts(&with_sign(&text, Some(SignRule::In)).unwrap()).0, rows);
    let error = with_sign(&text, Some(SignRule::Out)).unwrap_err();
    assert_eq!(error.message, "the balances prove which amounts are money in, and \"out\" was said");
    assert!(balances.contains(&"2026-03-01 1000.00".to_owned()), "{balances:?}");
}

#[test]
fn few_rows_without_a_minus_may_have_been_given_back() {
    // The likeliest answer is the printed sign for fees, and the type for a debit.
    for (rows, choices) in [
        (["FEE 12.00", "DEP 500.00"], ["in", "out", "card"]),
        (["FEE 12.00", "SRVCHG 3.00"], ["in", "out", "card"]),
        (["DEBIT 12.00", "DEP 500.00"], ["out", "in", "card"]),
    ] {
        let text = file("BANK", &rows, "100.00");
        assert_eq!(with_sign(&text, None).unwrap().questions[0].choices, choices, "{rows:?}");
        let (into, ..) = amounts(&with_sign(&text, Some(SignRule::In)).unwrap());
        assert!(into.iter().all(|amount| !amount.starts_with('-')), "{into:?}");
        let (out, _, asks) = amounts(&with_sign(&text, Some(SignRule::Out)).unwrap());
        assert!(out[0].starts_with('-') && !asks, "{out:?}");
    }
    let text = file("BANK", &["OTHER 88.00 Opening balance", "FEE 12.00"], "100.00");
    assert_eq!(amounts(&with_sign(&text, None).unwrap()).0, ["12.00"], "balances prove it");
    assert_eq!(amounts(&with_sign(&text, Some(SignRule::In)).unwrap()).0, ["12.00"]);
    let error = with_sign(&text, Some(SignRule::Out)).unwrap_err();
    assert_eq!(error.message, "the balances prove that the amounts are money in, and \"out\" was said");
    // On a card a payment is money in, and tells nothing.
    let text = file("CC", &["PAYMENT 100.00", "CREDIT 5.00"], "0.00");
    let parsed = with_sign(&text, None);
    assert_eq!(amounts(&parsed.unwrap()).0, ["100.00", "5.00"]);
}

#[test]
fn types_that_contradict_every_sign_are_asked_and_answered() {
    let text = file("CC", &["DEBIT 40.00", "DEBIT 60.00", "CREDIT -30.00"], "70.00");
    let parsed = with_sign(&text, None).unwrap();
    assert_eq!(parsed.questions[0].choices, ["card", "in", "out"]);
    let (rows, balances, asks) = amounts(&with_sign(&text, Some(SignRule::Card)).unwrap());
    assert_eq!((rows, asks), (["-40.00", "-60.00", "30.00"].map(String::from).to_vec(), false));
    assert_eq!(balances, ["2026-03-31 -70.00"]);
    let (rows, balances, _) = amounts(&with_sign(&text, Some(SignRule::Out)).unwrap());
    assert_eq!((rows[0].as_str(), balances[0].as_str()), ("-40.00", "2026-03-31 70.00"));
}

#[test]
fn balances_prove_that_an_issuer_prints_what_is_owed() {
    let rows = ["OTHER 10.00 Previous balance", "DEBIT 40.00", "DEBIT 60.00", "CREDIT -30.00"];
    let text = file("CC", &rows, "80.00");
    let parsed = with_sign(&text, None).unwrap();
    let (rows, balances, asks) = amounts(&parsed);
    assert_eq!((rows, asks), (["-40.00", "-60.00", "30.00"].map(String::from).to_vec(), false));
    assert!(balances.contains(&"2026-03-31 -80.00".to_owned()) && balances.contains(&"2026-03-01 -10.00".to_owned()));
    assert_eq!(
        (parsed.style.sign, parsed.remarks.as_slice()),
        (Some(SignRule::Card), [Remark::SignFromTypes].as_slice())
    );
    assert!(with_sign(&text, Some(SignRule::Out)).is_err(), "what is said contradicts the balances");
}

#[test]
fn signs_that_agree_with_the_types_stay_and_refuse_another_rule() {
    let text = file("BANK", &["DEBIT -40.00", "CREDIT 30.00"], "100.00");
    for sign in [None, Some(SignRule::In)] {
        assert_eq!(amounts(&with_sign(&text, sign).unwrap()).0, ["-40.00", "30.00"]);
    }
    assert!(with_sign(&text, Some(SignRule::Out)).is_err());
    // One contradiction among many is a reversal.
    let text = file("BANK", &["DEBIT -40.00", "DEBIT 5.00", "CREDIT 30.00"], "100.00");
    assert_eq!(amounts(&with_sign(&text, None).unwrap()).0, ["-40.00", "5.00", "30.00"]);
}

#[test]
fn an_answer_to_types_that_contradict_the_signs_is_taken() {
    let rows = ["CREDIT -10.00", "CREDIT -5.00", "CREDIT 30.00"];
    let text = file("BANK", &rows, "92.00");
    assert_eq!(with_sign(&text, None).unwrap().questions[0].choices, ["in", "out", "card"]);
    for (sign, amounts_read) in
        [(SignRule::In, ["-10.00", "-5.00", "30.00"]), (SignRule::Out, ["10.00", "5.00", "-30.00"])]
    {
        let (rows, _, asks) = amounts(&with_sign(&text, Some(sign)).unwrap());
        assert_eq!((rows, asks), (amounts_read.map(String::from).to_vec(), false));
    }
    let proven = file("BANK", &[["OTHER 77.00 Opening balance"].as_slice(), &rows].concat(), "92.00");
    let error = with_sign(&proven, Some(SignRule::Out)).unwrap_err();
    assert!(error.message.contains("balances prove the printed signs"), "{error:?}");
}

#[test]
fn a_rule_may_be_that_of_one_statement_among_signed_ones() {
    let signed = file("BANK", &["DEBIT -40.00", "CREDIT 30.00"], "");
    let plain = file("BANK", &["DEBIT 10.00", "DEBIT 12.00", "DEP 500.00"], "");
    let text = format!("{}{}", signed.strip_suffix("</OFX>").unwrap(), plain.strip_prefix("<OFX>").unwrap());
    assert_eq!(with_sign(&text, None).unwrap().questions[0].choices, ["in", "out", "card"]);
    let parsed = with_sign(&text, Some(SignRule::Out)).unwrap();
    let all = parsed.statements.iter().flat_map(|statement| &statement.entries);
    let all: Vec<String> = all.map(|entry| entry.amount.to_string()).collect();
    assert_eq!(all, ["-40.00", "30.00", "-10.00", "-12.00", "500.00"]);
}

#[test]
fn a_rule_may_contradict_another_statement_whose_balances_prove_its_own() {
    let open = file("BANK", &["DEBIT 10.00", "DEBIT 12.00", "POS 5.00"], "");
    let proven = file("BANK", &["OTHER 100.00 Opening balance", "DEBIT 40.00", "CREDIT -30.00"], "110.00");
    assert!(with_sign(&proven, Some(SignRule::Out)).is_err());
    let text = format!("{}{}", open.strip_suffix("</OFX>").unwrap(), proven.strip_prefix("<OFX>").unwrap());
    assert_eq!(with_sign(&text, None).unwrap().questions[0].choices[0], "out");
    let parsed = with_sign(&text, Some(SignRule::Out)).unwrap();
    let all = parsed.statements.iter().flat_map(|statement| &statement.entries);
    let all: Vec<String> = all.map(|entry| entry.amount.to_string()).collect();
    assert_eq!(all, ["-10.00", "-12.00", "-5.00", "40.00", "-30.00"]);
}

#[test]
fn balances_of_a_debt_above_zero_prove_no_sign() {
    let rows = ["OTHER 100.00 Previous balance", "POS 30.00"];
    for balance in ["130.00", "70.00"] {
        assert!(amounts(&with_sign(&file("CC", &rows, balance), None).unwrap()).2, "{balance}");
    }
    assert_eq!(amounts(&with_sign(&file("BANK", &rows, "70.00"), None).unwrap()).0, ["-30.00"]);
    let owed = ["OTHER -100.00 Previous balance", "POS 30.00"];
    assert_eq!(amounts(&with_sign(&file("CC", &owed, "-130.00"), None).unwrap()).0, ["-30.00"]);
}

#[test]
fn a_row_that_only_its_words_call_pending_is_booked_where_the_balances_count_it() {
    let rows = ["OTHER 100.00 Opening balance", "DEBIT -10.00", "CREDIT 20.00 PAYPAL REFUND - PENDING"];
    let status = |rows: &[&str], balance: &str| {
        let text = file("BANK", rows, balance);
        with_sign(&text, None).unwrap().statements[0].entries.last().unwrap().status
    };
    assert_eq!(status(&rows, "110.00"), EntryStatus::Posted);
    for balance in ["90.00", "95.00", ""] {
        assert_eq!(status(&rows, balance), EntryStatus::Pending, "{balance:?}");
    }
    assert_eq!(status(&rows[1..], "110.00"), EntryStatus::Pending, "one balance proves nothing");
    let held = [rows[0], rows[1], "HOLD 20.00 PAYPAL REFUND - PENDING"];
    assert_eq!(status(&held, "110.00"), EntryStatus::Pending, "its type says so, too");
}

#[test]
fn rows_that_state_a_balance_are_balances() {
    let rows = ["OTHER 200.00 Saldo Anterior", "DEBIT -35.00", "DEBIT -15.50", "OTHER 149.50 Saldo do dia"];
    let text = file("BANK", &rows, "149.50");
    let parsed = with_sign(&text, None);
    let parsed = parsed.unwrap();
    let (amounts, balances, _) = amounts(&parsed);
    assert_eq!(amounts, ["-35.00", "-15.50"]);
    assert_eq!(balances, ["2026-03-31 149.50", "2026-03-01 200.00", "2026-03-04 149.50"]);
    assert_eq!(parsed.statements[0].skipped[0].count, 2);
}

#[test]
fn stated_balances_that_do_not_add_up_are_not_kept() {
    let rows = ["OTHER 999.00 Saldo Anterior", "DEBIT -35.00"];
    let text = file("BANK", &rows, "149.50");
    let parsed = with_sign(&text, None).unwrap();
    assert_eq!(amounts(&parsed).1, ["2026-03-31 149.50"]);
}

#[test]
fn a_payee_named_like_a_balance_is_a_row() {
    let rows = ["DEBIT -89.99 NEW BALANCE", "DEBIT -12.00 SALDO", "CREDIT 5.00 Solde de tout compte"];
    let text = file("BANK", &rows, "");
    let parsed = with_sign(&text, None).unwrap();
    assert_eq!(amounts(&parsed).0, ["-89.99", "-12.00", "5.00"]);
}

#[test]
fn prefixes_of_names_and_attributes_of_the_root_say_nothing() {
    let text = file("BANK", &["DEBIT -35.00 Caf&eacute; &copy;&euro;"], "149.50");
    let prefixed = text
        .replace("</", "\u{1}")
        .replace('<', "<ns2:")
        .replace('\u{1}', "</ns2:")
        .replace("<ns2:OFX>", "<ns2:OFX xmlns:ns2=\"urn:x\">");
    for text in [text, prefixed] {
        assert!(super::super::looks_like(&text), "{text}");
        let parsed = with_sign(&text, None).unwrap();
        assert_eq!(amounts(&parsed).0, ["-35.00"]);
        assert_eq!(&*parsed.statements[0].entries[0].description, "Café ©€");
    }
}

#[test]
fn a_list_of_transactions_alone_is_a_statement_without_an_account() {
    let list = "<BANKTRANLIST><DTSTART>20260301<DTEND>20260305<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260302<TRNAMT>-19.80<FITID>1<NAME>A</STMTTRN></BANKTRANLIST>";
    let options = ReadOptions { currency: Some(crate::model::Currency::USD), ..ReadOptions::default() };
    for text in [format!("OFXHEADER:100\n\n{list}"), format!("<OFX>{list}</OFX>")] {
        let parsed = read(&text, &options).unwrap();
        let statement = &parsed.statements[0];
        assert_eq!((statement.entries.len(), statement.account.number.is_none()), (1, true));
        assert!(statement.declared.is_some());
    }
    let cut = format!("<OFX><BANKMSGSRSV1><STMTTRNRS>{list}</STMTTRNRS></BANKMSGSRSV1></OFX>");
    assert!(read(&cut, &options).is_err(), "the statement around it is missing");
}

#[test]
fn the_branch_is_a_part_of_the_account() {
    let text = file("BANK", &["DEBIT -35.00"], "").replace("<ACCTID>", "<BRANCHID>0042<ACCTID>");
    assert_eq!(with_sign(&text, None).unwrap().statements[0].account.branch.as_deref(), Some("0042"));
}

#[test]
fn a_balance_of_a_day_that_has_not_come_or_of_no_day_is_none() {
    let options = ReadOptions { today: Some("2026-03-30".parse().unwrap()), ..ReadOptions::default() };
    let text = file("BANK", &["DEBIT -35.00"], "149.50");
    let balances = |text: &str| read(text, &options).unwrap().statements[0].balances.len();
    assert_eq!(balances(&text), 1, "it may be tomorrow at the bank");
    let skipped = |text: &str| read(text, &options).unwrap().statements[0].skipped[0].what.clone();
    let end_of_year = text.replace("20260331", "20261231");
    assert_eq!((balances(&end_of_year), skipped(&end_of_year).as_str()), (0, "LEDGERBAL of a day that has not come"));
    let zero = text.replace("20260331", "19700101000000");
    assert_eq!((balances(&zero), skipped(&zero).as_str()), (0, "LEDGERBAL without a day"));
}
