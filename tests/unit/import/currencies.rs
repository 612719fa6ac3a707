//! What a file says of its currency: it may not contradict itself, the account, or what was said.

use super::*;
use crate::import::options::KnownAccount;
use crate::import::{ImportOption, ReadOptions, Remedy};
use crate::model::{AccountType, Currency};

fn currency(code: &str) -> Currency {
    code.parse().unwrap()
}

/// Returns the currency in which a file is read; none where it is asked.
fn of(text: &str, options: &ReadOptions) -> Result<Option<Currency>, (String, Remedy)> {
    let parsed = read(text, options, &ProfileSet::builtin()).map_err(|error| (error.to_string(), error.remedy))?;
    let [only] = parsed.statements.as_slice() else { panic!("{} statements", parsed.statements.len()) };
    assert_eq!(only.rejected, []);
    let is_asked = parsed.questions.iter().any(|question| question.option == ImportOption::Currency);
    assert_eq!(is_asked, only.currency == Currency::NONE);
    Ok(Some(only.currency).filter(|_| !is_asked))
}

fn said(code: &str) -> ReadOptions {
    ReadOptions { currency: Some(currency(code)), ..ReadOptions::default() }
}

fn account(code: &str) -> ReadOptions {
    let account = KnownAccount::new(AccountType::Checking, currency(code));
    ReadOptions { account: Some(account), ..ReadOptions::default() }
}

fn rows(amounts: [&str; 2]) -> String {
    format!("Date,Description,Amount\n2026-03-13,CAFE,{}\n2026-03-14,GAS,{}\n", amounts[0], amounts[1])
}

#[test]
fn a_sign_beside_the_amounts_contradicts_what_was_said_and_the_account() {
    for (amounts, wrong, right) in [
        (["-£4.50", "-£45.60"], "EUR", "GBP"),
        (["-$4.50", "-$45.60"], "EUR", "AUD"),
        (["-¥450", "-¥4560"], "USD", "CNY"),
        (["-4.50 kr", "-45.60 kr"], "EUR", "NOK"),
    ] {
        let file = rows(amounts);
        for options in [said(wrong), account(wrong)] {
            let (message, remedy) = of(&file, &options).unwrap_err();
            assert!(message.starts_with("line 2: Amount: ") && message.contains(wrong), "{message}");
            assert_eq!(remedy, Remedy::OtherCurrency);
        }
        assert_eq!(of(&file, &said(right)), Ok(Some(currency(right))));
        assert_eq!(of(&file, &account(right)), Ok(Some(currency(right))));
        assert_eq!(of(&file, &ReadOptions::default()), Ok(None), "{amounts:?}");
    }
    let euros = rows(["-€4.50", "-€45.60"]);
    assert_eq!(of(&euros, &account("GBP")), Ok(Some(Currency::EUR)), "the choice of the account compares it");
    assert_eq!(of(&euros, &said("GBP")).unwrap_err().1, Remedy::LeaveOut(ImportOption::Currency));
}

#[test]
fn two_currencies_in_one_file_are_refused() {
    for file in [
        rows(["-€4.50", "-£45.60"]),
        "Date,Description,Debit (EUR),Credit (USD)\n2026-03-13,CAFE,4.50,\n2026-03-15,PAY,,100.00\n".to_owned(),
        "Date,Description,Amount (EUR),Balance\n2026-03-13,CAFE,-4.50,£95.50\n2026-03-14,PAY,10.00,£105.50\n"
            .to_owned(),
        "Currency,GBP\n\nDate,Description,Amount (EUR)\n2026-03-13,CAFE,-4.50\n".to_owned(),
    ] {
        for options in [ReadOptions::default(), said("EUR"), account("EUR")] {
            let (message, remedy) = of(&file, &options).unwrap_err();
            assert!(message.starts_with("the file names two currencies: "), "{message}");
            assert_eq!(remedy, Remedy::CurrencyInEveryRow);
        }
    }
    let balance = "Date,Description,Amount,Balance\n2026-03-13,CAFE,-4.50,£95.50\n2026-03-14,PAY,10.00,£105.50\n";
    assert_eq!(of(balance, &said("EUR")).unwrap_err().1, Remedy::OtherCurrency);
    assert_eq!(of(balance, &said("GBP")), Ok(Some(currency("GBP"))));
}

#[test]
fn a_sign_in_the_header_contradicts_what_was_said() {
    let file = "Date,Description,Amount (£)\n2026-03-13,RENT,-104.50\n2026-03-14,PAY,10.00\n";
    let (message, remedy) = of(file, &said("EUR")).unwrap_err();
    assert_eq!(message, "the header (Amount (£)) is not in EUR");
    assert_eq!(remedy, Remedy::OtherCurrency);
    assert_eq!(of(file, &said("GBP")), Ok(Some(currency("GBP"))));
}

#[test]
fn a_line_above_the_header_names_the_currency() {
    let table = "Date;Description;Amount\n13/03/2026;CAFE;-4.50\n14/03/2026;PAY;10.00\n";
    for line in ["Currency;GBP", "Account number;12345678\nCurrency: GBP;;", "Kontowährung;GBP", "All amounts in GBP"]
    {
        let file = format!("{line}\n\n{table}");
        assert_eq!(of(&file, &ReadOptions::default()), Ok(Some(currency("GBP"))), "{line}");
        let (message, remedy) = of(&file, &said("EUR")).unwrap_err();
        assert!(message.ends_with("says the amounts are GBP, not EUR"), "{message}");
        assert_eq!(remedy, Remedy::LeaveOut(ImportOption::Currency));
    }
    for line in ["Foreign currency;GBP", "Payee;ACME GBP"] {
        assert_eq!(of(&format!("{line}\n\n{table}"), &said("EUR")), Ok(Some(Currency::EUR)), "{line}");
    }
}

#[test]
fn a_row_in_another_currency_than_its_header_and_its_sign_is_refused() {
    let file = "Date,Description,Amount (GBP),Currency\n2026-03-13,CAFE,-4.50,GBP\n2026-03-14,PAY,10.00,USD\n";
    let error = read(file, &ReadOptions::default(), &ProfileSet::builtin()).unwrap_err();
    assert_eq!((error.line, error.remedy), (Some(3), Remedy::WriteProfile));
    let file = "Date,Description,Amount,Currency\n2026-03-13,CAFE,-£4.50,GBP\n2026-03-14,PAY,£10.00,EUR\n";
    let parsed = read(file, &ReadOptions::default(), &ProfileSet::builtin()).unwrap();
    let reasons: Vec<&str> =
        parsed.statements.iter().flat_map(|s| &s.rejected).map(|row| row.reason.as_str()).collect();
    assert_eq!(reasons, ["not in EUR"]);
}

#[test]
fn the_currency_of_an_amount_is_that_of_the_column_called_after_it() {
    let of = |text: &str| {
        let parsed = read(text, &ReadOptions::default(), &ProfileSet::builtin())?;
        let rows = parsed
            .statements
            .iter()
            .flat_map(|s| &s.entries)
            .map(|e| format!("{} {}", e.amount, e.amount.currency()))
            .collect::<Vec<_>>();
        Ok::<_, crate::import::ImportError>((rows, parsed.questions.len()))
    };
    let rows = |header: &str, cells: [&str; 2]| {
        let [a, b] = cells;
        format!("Date,Text,{header}\n2026-03-13,Hotel,{a}\n2026-03-14,Cafe,{b}\n")
    };
    let billed = ["-100.00,EUR,-110.00,USD", "-4.50,EUR,-5.00,USD"];
    for header in [
        "Amount,Currency,Billing Amount,Billing Currency",
        "Transaction Amount,Transaction Currency,Posted Amount,Posted Currency",
    ] {
        assert_eq!(of(&rows(header, billed)).unwrap(), (vec!["-110.00 USD".to_owned(), "-5.00 USD".to_owned()], 0));
    }
    // The column names the currency of the other amount.
    let own = rows("Currency,Amount,Amount in account currency", ["EUR,-100.00,-110.00", "USD,-4.50,-4.50"]);
    assert_eq!(of(&own).unwrap().1, 1);
    for header in [
        "Amount,Currency,Account Currency",
        "Transaction Amount,Transaction Currency,Account Currency",
        "Amount,Account currency,Currency",
        "Amount,Currency,accountCurrency",
        "Amount,Currency,Currency of the account",
        "Bedrag,Munt,Rekeningvaluta",
    ] {
        let error = of(&rows(header, ["-100.00,EUR,USD", "-4.50,USD,USD"])).unwrap_err();
        assert!(error.message.contains("and the row has one amount"), "{header}: {error}");
        let one = of(&rows(header, ["-100.00,USD,USD", "-4.50,USD,USD"])).unwrap();
        assert_eq!(one, (vec!["-100.00 USD".to_owned(), "-4.50 USD".to_owned()], 0), "{header}");
    }
    let paid =
        rows("Amount,Account currency,Original amount,Currency", ["-91.00,EUR,-100.00,USD", "-4.50,EUR,-5.00,USD"]);
    assert_eq!(of(&paid).unwrap().0, ["-91.00 EUR", "-4.50 EUR"], "the currency of another amount");
    let balance = rows("Amount,Currency,Balance,Balance Currency", ["-100.00,EUR,890.00,USD", "-4.50,USD,885.50,USD"]);
    assert!(of(&balance).unwrap_err().message.contains("the balance in USD"));
}

/// Returns the currencies of the statements of a file, or its error.
fn all(text: &str) -> Result<Vec<String>, String> {
    let parsed = read(text, &ReadOptions::default(), &ProfileSet::builtin()).map_err(|error| error.to_string())?;
    Ok(parsed.statements.iter().map(|s| s.currency.code().to_owned()).collect())
}

#[test]
fn the_currency_that_was_paid_in_is_not_that_of_an_amount_in_the_accounts() {
    for head in
        ["Currency,Amount in account currency", "Currency,Billed amount", "Currency,Importe en divisa de la cuenta"]
    {
        let file = format!("Date,Description,{head}\n2026-03-01,A,USD,-10.00\n2026-03-02,B,EUR,20.00\n");
        assert_eq!(of(&file, &ReadOptions::default()), Ok(None), "{head}");
        assert_eq!(of(&file, &said("EUR")), Ok(Some(Currency::EUR)), "{head}");
    }
    let right =
        "Date,Description,Amount in account currency,Currency\n2026-03-01,A,-10.00,USD\n2026-03-02,B,20.00,EUR\n";
    assert_eq!(of(right, &ReadOptions::default()), Ok(None));
    assert_eq!(of(&right.replace("USD", "EUR"), &ReadOptions::default()), Ok(Some(Currency::EUR)));
    let german = "Buchung;Text;Betrag;Währung;Betrag in Kontowährung;Kontowährung\n\
                  01.03.2026;A;-11,00;USD;-10,00;EUR\n13.03.2026;B;20,00;EUR;20,00;EUR\n";
    let parsed = read(german, &ReadOptions::default(), &ProfileSet::builtin()).unwrap();
    let [only] = parsed.statements.as_slice() else { panic!("{} statements", parsed.statements.len()) };
    assert_eq!((only.currency, only.entries[0].amount.to_string()), (Currency::EUR, "-10.00".to_owned()));
}

#[test]
fn an_amount_that_may_be_the_accounts_counts_where_the_other_one_is_foreign() {
    let file = "Date,Description,Amount,Currency,Settlement Amount\n2026-03-01,A,-100.00,USD,-92.00\n2026-03-02,B,5.00,EUR,5.00\n";
    assert_eq!(of(file, &said("EUR")), Ok(Some(Currency::EUR)));
    assert!(
        of(file, &said("USD")).unwrap_err().0.contains("the columns Settlement Amount and Amount both name an amount")
    );
}

#[test]
fn one_currency_beside_two_amounts_may_be_of_either() {
    let file = "Date,Description,Billing Amount,Currency,Original Amount\n2026-03-01,A,-92.00,USD,-100.00\n\
                2026-03-02,B,-18.40,USD,-20.00\n";
    assert_eq!(of(file, &ReadOptions::default()), Ok(None));
    assert_eq!(of(file, &said("EUR")), Ok(Some(Currency::EUR)));
    let same = file.replace("-92.00", "-100.00").replace("-18.40", "-20.00");
    assert_eq!(of(&same, &ReadOptions::default()), Ok(Some(currency("USD"))));
    let named = file.replace("Original Amount", "Original Amount,Original Currency").replace("0.00\n", "0.00,GBP\n");
    assert_eq!(of(&named, &ReadOptions::default()), Ok(Some(currency("USD"))));
}

#[test]
fn a_balance_in_another_currency_than_its_row_is_refused() {
    for (head, row) in [
        ("Amount,Currency,Balance (EUR)", "-11.00,USD,90.00"),
        ("Amount,Currency,Balance,Balance currency", "-11.00,USD,90.00,EUR"),
        ("Amount,Currency,Balance,Currency", "-11.00,USD,90.00,EUR"),
        ("Balance,Currency,Amount,Currency", "90.00,EUR,-11.00,USD"),
        ("Betrag,Währung,Saldo,Währung Saldo", "-11.00,USD,90.00,EUR"),
    ] {
        let file = format!("Date,Description,{head}\n2026-03-13,A,{row}\n");
        let error = all(&file).unwrap_err();
        assert!(error.contains("the amount is in USD and the balance in EUR"), "{head}: {error}");
        assert_eq!(all(&file.replace("USD", "EUR")), Ok(vec!["EUR".to_owned()]), "{head}");
    }
    let beside = "Date,Description,Amount,Balance,Currency\n2026-03-13,A,-11.00,90.00,USD\n";
    assert_eq!(all(beside), Ok(vec!["USD".to_owned()]), "one currency is of both");
}

#[test]
fn a_column_of_currencies_is_known_by_more_names() {
    for name in ["Para Birimi", "Billing Currency", "Amount Currency", "Settlement Currency", "Divisa cuenta"] {
        let file = format!("Date,Description,Amount,{name}\n2026-03-13,A,-10.00,TRY\n");
        assert_eq!(all(&file), Ok(vec!["TRY".to_owned()]), "{name}");
        assert_eq!(of(&file, &said("USD")).unwrap_err().1, Remedy::LeaveOut(ImportOption::Currency), "{name}");
    }
}

#[test]
fn a_column_of_currencies_under_an_unknown_name_is_explained_or_refused() {
    let file = |first: &str, second: &str| {
        format!("Date,Description,Amount,Zz\n2026-03-13,CAFE,-4.50,{first}\n2026-03-14,GAS,-45.60,{second}\n")
    };
    for (file, options) in [
        (file("EUR", "USD"), said("EUR")),
        (file("EUR", "USD"), account("EUR")),
        (file("USD", "USD"), account("EUR")),
        (file("USD", "USD").split_once('\n').unwrap().1.to_owned(), account("EUR")),
    ] {
        let (message, remedy) = of(&file, &options).unwrap_err();
        let column = if file.starts_with("Date") { "the column Zz has" } else { "column 4 has" };
        assert!(message.starts_with(&format!("{column} currencies (")) && message.contains("USD"), "{message}");
        assert_eq!(remedy, Remedy::WriteProfile);
    }
    assert_eq!(of(&file("EUR", "EUR"), &account("EUR")), Ok(Some(Currency::EUR)));
    // What was paid in abroad stands in some rows only, and words are no currencies.
    assert_eq!(of(&file("", "USD"), &account("EUR")), Ok(Some(Currency::EUR)));
    assert_eq!(of(&file("POS", "ATM"), &account("EUR")), Ok(Some(Currency::EUR)));
    let paid = file("USD,5.10", "USD,50.00").replace("Zz", "Zz,Zzz");
    assert_eq!(of(&paid, &account("EUR")), Ok(Some(Currency::EUR)));
}

#[test]
fn a_column_of_one_currency_without_a_name_is_offered_and_not_taken() {
    let text = "13.03.2026;BILLA;-12,50;EUR\n02.03.2026;Lohn;1.000,00;EUR\n";
    let parsed = read(text, &ReadOptions::default(), &ProfileSet::builtin()).unwrap();
    let asked: Vec<_> = parsed.questions.iter().map(|asked| (asked.option, asked.choices.join(" "))).collect();
    assert_eq!(asked, [(ImportOption::Currency, "EUR".to_owned())]);
}
