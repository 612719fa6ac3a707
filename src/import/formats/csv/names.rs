//! Column names that banks use, and the layout of a file whose bank has no profile.
//!
//! English in full; German, Dutch, French and Spanish where banks write them. A name must be known exactly
//! (apart from case, spacing, and a currency or sign in parentheses): a column is never taken by resemblance.

use super::key::key;
use super::layout::{Conventions, Layout};
use super::roles::Roles;
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

/// What a name means without its decoration, and the currency in it: `Amount (EUR)` is `amount` in EUR.
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

/// Where the names of a list stand in a header, in the order of the list.
fn places<'c>(concepts: &'c Concepts, names: &'c str) -> impl Iterator<Item = usize> + 'c {
    names.split('|').filter_map(move |name| concepts.iter().position(|(c, _)| c == name))
}

/// Whether the column at a place has one of the names of a list.
fn is_one_of(concepts: &Concepts, place: usize, names: &str) -> bool {
    concepts.get(place).is_some_and(|(c, _)| names.split('|').any(|name| name == c))
}

/// The roles that the names of a header give, and the currency that it names.
pub(super) fn roles(header: &[String]) -> (Roles, Option<Currency>) {
    let concepts: Vec<_> = header.iter().map(|h| concept(h)).collect();
    let all = |names: &str| places(&concepts, names).collect::<Vec<_>>();
    let one = |names: &str| places(&concepts, names).next();
    let mut day = all(POSTED);
    day.extend(all(DATED));
    day.dedup();
    day.truncate(2);
    let description = all(DESCRIPTION);
    let first = description.first().copied();
    let amount = one(AMOUNT);
    let (debit, credit) = (one(DEBIT), one(CREDIT));
    let indicator = one(INDICATOR);
    let money = amount.or(credit).or(debit);
    let category = one(CATEGORY).or_else(|| one("transaction type|type|mutatiesoort|code"));
    let roles = Roles {
        day,
        amount,
        debit,
        credit,
        indicator,
        // A net amount has its fee in it.
        fee: one(FEE).filter(|_| amount.is_none_or(|a| !concepts[a].0.starts_with("net"))),
        memo: all(MEMO).into_iter().filter(|i| Some(*i) != first).collect(),
        description,
        bank_id: one(BANK_ID),
        check_number: one(CHECK),
        category,
        status: one(STATUS),
        balance: one(BALANCE),
        currency: beside(&concepts, money).or_else(|| one(CURRENCY)),
        account: own_account(&concepts),
        account_name: one(ACCOUNT_NAME),
    };
    (roles, money.and_then(|i| concepts.get(i)?.1))
}

/// Two columns may be called `currency`: the one right of the amount is the amount's.
fn beside(concepts: &Concepts, money: Option<usize>) -> Option<usize> {
    let next = money? + 1;
    is_one_of(concepts, next, CURRENCY).then_some(next)
}

/// A number that stands right of a payee is the payee's; the account's own stands elsewhere.
fn own_account(concepts: &Concepts) -> Option<usize> {
    let after_payee = |place: usize| place.checked_sub(1).is_some_and(|before| is_one_of(concepts, before, PAYEE));
    places(concepts, ACCOUNT).find(|p| !(after_payee(*p) && is_one_of(concepts, *p, EITHERS_ACCOUNT)))
}

/// Whether a set of roles is enough to read rows: a day, money, and something that says what it was.
fn sufficient(roles: &Roles) -> bool {
    let money = roles.amount.is_some() || (roles.debit.is_some() && roles.credit.is_some());
    !roles.day.is_empty()
        && money
        && !(roles.description.is_empty() && roles.memo.is_empty() && roles.bank_id.is_none())
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

    #[test]
    fn posted_days_come_before_transaction_days() {
        assert_eq!(of("Transaction Date,Post Date,Description,Amount").0.day, [1, 0]);
        assert_eq!(of("Started Date,Completed Date,Amount,Description").0.day, [1, 0]);
    }

    #[test]
    fn a_currency_in_the_header_is_the_amounts() {
        let (roles, currency) = of("Date,Counter Party,Amount (GBP),Balance (GBP)");
        assert_eq!((roles.amount, roles.balance, currency), (Some(2), Some(3), Some(Currency::GBP)));
        assert_eq!(of("Date,Payee,Amount (Foreign Currency)").0.amount, None);
        assert_eq!(of("Date,Text,Amount ($)").1, None);
    }

    #[test]
    fn of_two_currency_columns_the_one_beside_the_amount_counts() {
        assert_eq!(of("Buchung,Text,Saldo,Währung,Betrag,Währung").0.currency, Some(5));
    }

    #[test]
    fn a_payees_account_is_not_the_own_account() {
        assert_eq!(of("Date,Payee,Account number,Amount").0.account, None);
        assert_eq!(of("Date,Account,Counterparty,Name,Amount").0.account, Some(1));
        assert_eq!(of("Datum,Naam / Omschrijving,Rekening,Tegenrekening,Bedrag").0.account, Some(2));
    }

    #[test]
    fn a_volatile_description_gives_way_to_the_original_one() {
        let roles = of("Date,Description,Original Description,Category,Amount,Status").0;
        assert_eq!((roles.description[0], roles.memo), (2, vec![1]));
    }
}
