//! Column names that banks use, and the layout of a file whose bank has no profile.
//!
//! English in full; German, Dutch, French and Spanish where banks write them. A name must be known exactly
//! (apart from case, spacing, and a currency or sign in parentheses): a column is never taken by resemblance.

use super::column::Column;
use super::key::key;
use super::layout::{Conventions, Layout};
use super::roles::{Role, Roles};
use super::sample::Sample;
use crate::model::Currency;

/// The name of the layout that comes from column names alone.
pub(super) const GENERIC: &str = "generic";

// Each list is in order of preference; `|` stands between the names.
const POSTED: &str = "\
    posted date|posting date|post date|date posted|booking date|clearing date|date processed|processed date|\
    completed date|finished on|settled date|buchungstag|buchungsdatum|buchung|boekdatum|date comptable|\
    date opération|date operation|date de l'opération|fecha operación|fecha de operación|fecha operacion|\
    fecha contable";
const DATED: &str = "\
    date|datum|fecha|transaction date|trans date|transactiondate|date of transaction|run date|datetime|\
    date time|created on|created utc|created|started date|valutadatum|valuta|value date|date de valeur|\
    fecha valor|wertstellung|wertstellungsdatum|rentedatum|date/time|einkaufsdatum|belegdatum";
const AMOUNT: &str = "\
    net|amount|transaction amount|betrag|bedrag|montant|importe|amount total|gross|billing amount|umsatz|monto|\
    amt|net amount|buchungsbetrag";
const DEBIT: &str = "\
    debit|debit amount|debits|withdrawal|withdrawals|withdrawal amount|money out|paid out|amount debit|outflow|\
    soll|belastung|lastschrift|af|débit|cargo|debet|spent";
const CREDIT: &str = "\
    credit|credit amount|credits|deposit|deposits|deposit amount|money in|paid in|amount credit|inflow|haben|\
    gutschrift|bij|crédit|abono|received";
const INDICATOR: &str = "\
    debit/credit|credit/debit|debit credit|credit debit indicator|dr/cr|cr/dr|d/c|c/d|af bij|af/bij|direction|\
    soll/haben|s/h|cd flag|cdflag|transaction type|type";
const FEE: &str = "fee|fees|fee amount|amount fee";
const DESCRIPTION: &str = "\
    original description|payee|payee name|name / description|naam / omschrijving|partner name|counter party|\
    counterparty name|merchant name|name|naam|description|transaction description|descriptions|details|\
    transaction details|narrative|particulars|title|remarks|auftraggeber/empfänger|\
    beguenstigter/zahlungspflichtiger|begünstigter/zahlungspflichtiger|zahlungsempfänger|empfänger|auftraggeber|\
    auftraggeber / begünstigter|booking text|buchungstext|verwendungszweck|omschrijving|libellé|libelle|\
    nature de l'opération|concepto|descripción|descripcion|desc|text|merchant|memo|note|notes|remarque|\
    payment reference|reference|umsatztext|bezeichnung|action|transaktionsbeschreibung|transaction";
const MEMO: &str = "\
    memo|note|notes|description|comments|comment|message|payment reference|reference|mededelingen|notifications|\
    verwendungszweck|buchungstext|omschrijving|extended details|additional description|notes and #tags|\
    statement description|from|to|labels|bemerkungen|remarque|observaciones|notas|concepto";
const BANK_ID: &str = "\
    transaction id|transactionid|transferwise id|wise id|reference number|fitid|unique id|id|volgnr|\
    balance transaction id|zkb reference|transaction reference|bank reference|booking reference";
const CHECK: &str = "check number|check or slip #|check #|checknumber|check no|cheque number|check|cheque no";
const CATEGORY: &str = "category|kategorie|categorie|catégorie|categoría|spending category";
/// A bank's type of transaction, where there is no category.
const TYPE: &str = "transaction type|type|mutatiesoort|code";
const STATUS: &str = "status|state|info|transaction status|forecasted/posted";
const BALANCE: &str = "\
    balance|running balance|running bal|runningbalance|current balance|account balance|balance after|\
    cash balance|saldo|kontostand|saldo na mutatie|saldo na trn|solde|ending balance|saldo nach buchung|\
    balance after transaction";
const CURRENCY: &str =
    "currency|curr|ccy|currency code|währung|waehrung|munt|muntsoort|devise|monn|divisa|moneda|buchungswährung";
const ACCOUNT: &str = "\
    account number|account #|account no|account|iban|iban/bban|own account|auftragskonto|kontonummer|konto|\
    rekening|rekeningnummer|card no|card number|card|produit|compte|iban auftraggeberkonto|cuenta|account id";
/// Account columns that, right of one of the payee columns, hold the payee's account.
const EITHERS_ACCOUNT: &str = "account number|account no|iban|kontonummer|konto";
const PAYEE: &str = "\
    payee|payee name|partner name|counter party|counterparty name|name|naam|empfänger|auftraggeber/empfänger|\
    beguenstigter/zahlungspflichtiger|begünstigter/zahlungspflichtiger|zahlungsempfänger|\
    auftraggeber / begünstigter";
const ACCOUNT_NAME: &str = "account name|kontoname";

const DEBIT_WORDS: &str = "debit|debet|dr|db|d|af|out|withdrawal|soll|s|-|débit";
const CREDIT_WORDS: &str = "credit|cr|c|bij|in|deposit|haben|h|+|crédit";
const PENDING_WORDS: &str = "\
    pending|vorgemerkt|umsatz vorgemerkt|varaus|processing|in progress|authorized|authorised|authorization|hold|\
    reserved|en attente|pendiente|in behandeling|forecasted";
const IGNORED_WORDS: &str = "declined|denied|reverted|failed|cancelled|canceled|voided|expired|rejected|removed";

/// Currencies that are written beside a column name, as in `Betrag EUR`.
const CODES: &[&str] = &[
    "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "INR", "JPY", "KRW", "MXN", "NOK",
    "NZD", "PLN", "RON", "SEK", "SGD", "THB", "TRY", "USD", "ZAR",
];

/// Returns a name without its decoration, and the currency in it: `Amount (EUR)` is `amount` in EUR.
fn concept(name: &str) -> (String, Option<Currency>) {
    let mut base = key(name).replace(['.', ':', '*'], "").replace('_', " ");
    let mut currency = None;
    if let Some((before, inside)) = base.clone().trim_end_matches(')').rsplit_once('(') {
        let code = currency_code(inside.trim());
        if code.is_some() || matches!(inside.trim(), "$" | "€" | "£" | "+" | "-" | "total" | "tax" | "fee" | "tip") {
            currency = code;
            base = match inside.trim() {
                // `Amount (fee)` is another thing than `Amount (total)`.
                part @ ("total" | "tax" | "fee" | "tip") => format!("{before}{part}"),
                _ => before.to_owned(),
            };
        }
    } else if let Some((before, last)) = base.clone().rsplit_once(' ')
        && let Some(code) = currency_code(last)
    {
        currency = Some(code);
        base = before.to_owned();
    }
    (base.split_whitespace().collect::<Vec<_>>().join(" "), currency)
}

fn currency_code(text: &str) -> Option<Currency> {
    let upper = text.to_ascii_uppercase();
    CODES.contains(&upper.as_str()).then(|| upper.parse().ok())?
}

/// A header's names as concepts.
type Concepts = [(String, Option<Currency>)];

/// Returns the columns that have the names of a list, in the order of the list.
fn columns<'c>(concepts: &'c Concepts, names: &'c str) -> impl Iterator<Item = Column> + 'c {
    names.split('|').filter_map(move |name| concepts.iter().position(|(c, _)| c == name).map(Column::new))
}

/// Returns whether a column has one of the names of a list.
fn is_one_of(concepts: &Concepts, column: Column, names: &str) -> bool {
    concepts.get(column.index()).is_some_and(|(c, _)| names.split('|').any(|name| name == c))
}

/// Returns the lists of names of a role, in order of preference.
fn names_of(role: Role) -> &'static [&'static str] {
    match role {
        Role::Day => &[POSTED, DATED],
        Role::Amount => &[AMOUNT],
        Role::Debit => &[DEBIT],
        Role::Credit => &[CREDIT],
        Role::Indicator => &[INDICATOR],
        Role::Fee => &[FEE],
        Role::Description => &[DESCRIPTION],
        Role::Memo => &[MEMO],
        Role::BankId => &[BANK_ID],
        Role::CheckNumber => &[CHECK],
        Role::Category => &[CATEGORY, TYPE],
        Role::Status => &[STATUS],
        Role::Balance => &[BALANCE],
        Role::Currency => &[CURRENCY],
        Role::Account => &[ACCOUNT],
        Role::AccountName => &[ACCOUNT_NAME],
    }
}

/// Returns the roles that the names of a header give, and the currency that it names.
pub(super) fn roles(header: &[String]) -> (Roles, Option<Currency>) {
    let concepts: Vec<_> = header.iter().map(|h| concept(h)).collect();
    let mut roles = Roles::default();
    for role in Role::ALL {
        roles.set(role, names_of(role).iter().flat_map(|names| columns(&concepts, names)));
    }
    let mut days = roles.all(Role::Day).to_vec();
    days.dedup();
    roles.set(Role::Day, days.into_iter().take(2));
    let description = roles.first(Role::Description);
    let memo = roles.all(Role::Memo).to_vec();
    roles.set(Role::Memo, memo.into_iter().filter(|column| Some(*column) != description));
    roles.set(Role::Account, own_account(&concepts));
    let amount = roles.first(Role::Amount);
    if amount.is_some_and(|column| concepts[column.index()].0.starts_with("net")) {
        // A net amount includes its fee.
        roles.set(Role::Fee, None);
    }
    let money = amount.or(roles.first(Role::Credit)).or(roles.first(Role::Debit));
    if let Some(own) = beside(&concepts, money) {
        roles.set(Role::Currency, [own]);
    }
    (roles, money.and_then(|column| concepts.get(column.index())?.1))
}

/// Returns the currency column right of the amount, which is the amount's when two are called `currency`.
fn beside(concepts: &Concepts, money: Option<Column>) -> Option<Column> {
    let next = money?.right();
    is_one_of(concepts, next, CURRENCY).then_some(next)
}

/// Returns the account column that does not stand right of a payee: that one is the payee's.
fn own_account(concepts: &Concepts) -> Option<Column> {
    let after_payee = |column: Column| column.left().is_some_and(|before| is_one_of(concepts, before, PAYEE));
    columns(concepts, ACCOUNT).find(|c| !(after_payee(*c) && is_one_of(concepts, *c, EITHERS_ACCOUNT)))
}

/// Returns whether a set of roles is enough to read rows: a day, money, and a description.
fn sufficient(roles: &Roles) -> bool {
    let says = |role| !roles.all(role).is_empty();
    roles.has_day_and_money() && (says(Role::Description) || says(Role::Memo) || says(Role::BankId))
}

/// Finds the header line by its names.
pub(super) fn fit<'a>(sample: &Sample<'a>) -> Option<Layout<'a>> {
    (0..sample.records.len()).filter(|i| !sample.records[*i].keys.is_empty()).find_map(|i| {
        let header = sample.header(i);
        let (roles, currency) = roles(&header);
        sufficient(&roles).then(|| Layout {
            profile: GENERIC.to_owned(),
            institution: None,
            kind: None,
            currency,
            header,
            roles,
            conventions: conventions(),
            learn: true,
            preamble: sample.before(i),
            rows: sample.records[i].after.clone(),
        })
    })
}

/// Words for direction and status that banks use.
fn conventions() -> Conventions {
    let words = |list: &str| list.split('|').map(str::to_owned).collect();
    Conventions {
        debit_words: words(DEBIT_WORDS),
        credit_words: words(CREDIT_WORDS),
        pending_words: words(PENDING_WORDS),
        ignored_words: words(IGNORED_WORDS),
        ..Conventions::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> (Roles, Option<Currency>) {
        roles(&line.split(',').map(str::to_owned).collect::<Vec<_>>())
    }

    /// Returns the columns of a role, in order of preference.
    fn all(roles: &Roles, role: Role) -> Vec<usize> {
        roles.all(role).iter().map(|column| column.index()).collect()
    }

    /// Returns the column of a role that has one.
    fn first(roles: &Roles, role: Role) -> Option<usize> {
        roles.first(role).map(Column::index)
    }

    #[test]
    fn prefers_the_posted_day_to_the_transaction_day() {
        assert_eq!(all(&of("Transaction Date,Post Date,Description,Amount").0, Role::Day), [1, 0]);
        assert_eq!(all(&of("Started Date,Completed Date,Amount,Description").0, Role::Day), [1, 0]);
    }

    #[test]
    fn takes_the_currency_from_the_header() {
        let (roles, currency) = of("Date,Counter Party,Amount (GBP),Balance (GBP)");
        assert_eq!(
            (first(&roles, Role::Amount), first(&roles, Role::Balance), currency),
            (Some(2), Some(3), Some("GBP".parse().unwrap()))
        );
        assert_eq!(first(&of("Date,Payee,Amount (Foreign Currency)").0, Role::Amount), None);
        assert_eq!(of("Date,Text,Amount ($)").1, None);
    }

    #[test]
    fn prefers_the_currency_column_beside_the_amount() {
        assert_eq!(first(&of("Buchung,Text,Saldo,Währung,Betrag,Währung").0, Role::Currency), Some(5));
    }

    #[test]
    fn ignores_the_account_of_the_payee() {
        assert_eq!(first(&of("Date,Payee,Account number,Amount").0, Role::Account), None);
        assert_eq!(first(&of("Date,Account,Counterparty,Name,Amount").0, Role::Account), Some(1));
        assert_eq!(first(&of("Datum,Naam / Omschrijving,Rekening,Tegenrekening,Bedrag").0, Role::Account), Some(2));
    }

    #[test]
    fn prefers_the_original_description() {
        let roles = of("Date,Description,Original Description,Category,Amount,Status").0;
        assert_eq!((first(&roles, Role::Description), all(&roles, Role::Memo)), (Some(2), vec![1]));
    }
}
