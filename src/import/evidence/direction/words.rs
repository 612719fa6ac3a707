//! Words that tell the direction of money: in a column beside amounts, and in the text of a row.

use super::Direction;

// Folded as column names are: lower case, without accents.
const OUT: &str = "\
    debit|debet|transfer out|debits|dr|db|d|dbit|deb|af|out|outflow|outgoing|out-going|money out|paid out|sent|withdrawal|withdraw|withdrawn|payment out|soll|s|-|belastung|lastschrift|\
    ausgang|ausgabe|expense|spend|spending|cargo|debe|gasto|egreso|salida|retiro|uscita|addebito|dare|debito|\
    saida|despesa|obciazenie|wydatek|wn|winien|wychodzacy|wychodzaca|vydaj|odchozi|odchozi platba|debetni|ut|utgift|uttag|utbetalning|ud|haevet|udgift|udbetaling|otto|meno|\
    terheles|t|kiadas|kimeno|depense|sortie|debiteur|uitgave|borc|outbound|fora|支出|出金|支払|出|借方|支";
const IN: &str = "\
    credit|credits|transfer in|cr|c|crdt|cred|bij|in|inflow|incoming|in-coming|money in|paid in|received|deposit|deposited|payment in|haben|h|+|gutschrift|eingang|einnahme|\
    income|abono|haber|ingreso|entrada|deposito|entrata|accredito|avere|credito|receita|uznanie|przychod|wplyw|ma|\
    przychodzacy|przychodzaca|prijem|prichozi|prichozi platba|kreditni|kredit|inn|inntekt|insattning|inbetalning|ind|indsat|indtaegt|indbetaling|pano|tulo|jovairas|j|bevetel|\
    bejovo|recette|revenu|entree|crediteur|inkomst|alacak|inbound|収入|入金|入|貸方|收";
/// Words of card issuers: those below tell something only beside one of these.
const PURCHASE: &str =
    "purchase|purchases|kauf|einkauf|achat|compra|acquisto|aankoop|kob|kjop|kop|osto|zakup|nakup|vasarlas";
const CARD_OUT: &str = "sale|charge|cash advance|fee|fees|interest charge|interest charges|finance charge";
const CARD_IN: &str = "\
    return|returns|refund|refunds|reversal|ruckzahlung|erstattung|remboursement|devolucion|rimborso|\
    terugbetaling|indbetaling|innbetaling|inbetalning|hyvitys|zwrot|vraceni|befizetes";
/// A payment arrives on a card; from other accounts payments are made.
const PAYMENT: &str = "payment|payments|zahlung|paiement|pago|pagamento|betaling|maksu|splata|platba";

fn has(list: &str, word: &str) -> bool {
    list.split('|').any(|known| known == word)
}

/// Returns the direction that a folded word of a column tells.
pub(crate) fn of_column(word: &str) -> Option<Direction> {
    match word {
        _ if has(OUT, word) => Some(Direction::Out),
        _ if has(IN, word) => Some(Direction::In),
        _ => None,
    }
}

/// Returns the direction that a folded word tells on a card, and whether it is a purchase, without which the others
/// tell nothing.
pub(crate) fn of_card(word: &str) -> Option<(Direction, bool)> {
    match word {
        _ if has(PURCHASE, word) => Some((Direction::Out, true)),
        _ if has(CARD_OUT, word) => Some((Direction::Out, false)),
        _ if has(CARD_IN, word) || has(PAYMENT, word) => Some((Direction::In, false)),
        _ => None,
    }
}

/// Returns whether a folded word is that of a payment, which is money in on a card only.
pub(crate) fn is_payment(word: &str) -> bool {
    has(PAYMENT, word)
}

// Phrases of texts that hardly ever stand on a row of the other direction. They never decide: they raise a question.
const TEXT_IN: [&str; 34] = [
    "payment - thank you",
    "payment thank you",
    "payment-thank you",
    "thank you for your payment",
    "payment received",
    "payment recd",
    "autopay payment received",
    "autopay payment - thank you",
    "online payment - thank you",
    "automatic payment - thank you",
    "mobile payment - thank you",
    "payroll",
    "salary",
    "wages",
    "direct deposit",
    "refund",
    "cash back reward",
    "cashback reward",
    "lohn",
    "gehalt",
    "salaire",
    "traitement virement recu",
    "nomina",
    "stipendio",
    "accredito stipendio",
    "salario",
    "vencimento ordenado",
    "wynagrodzenie",
    "vyplata mzdy",
    "lonn",
    "loen",
    "palkka",
    "fizetes munkaber",
    "zahlung erhalten",
];
const TEXT_OUT: [&str; 12] = [
    "pos purchase",
    "purchase at",
    "card purchase",
    "atm withdrawal",
    "cash withdrawal",
    "service charge",
    "interest charge",
    "late fee",
    "annual fee",
    "kartenzahlung",
    "paiement par carte",
    "compra con tarjeta",
];

/// Returns the direction that the words of a text suggest. `text` is folded: lower case, without accents.
pub(crate) fn of_text(text: &str) -> Option<Direction> {
    let starts = |phrase: &&str| match text.find(*phrase) {
        Some(at) => {
            let before = text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
            before && text[at + phrase.len()..].chars().next().is_none_or(|c| !c.is_alphanumeric())
        }
        None => false,
    };
    match (TEXT_IN.iter().any(&starts), TEXT_OUT.iter().any(&starts)) {
        (true, false) => Some(Direction::In),
        (false, true) => Some(Direction::Out),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_direction_of_words_of_columns() {
        for (word, direction) in
            [("debet", Direction::Out), ("crdt", Direction::In), ("avere", Direction::In), ("wn", Direction::Out)]
        {
            assert_eq!(of_column(word), Some(direction), "{word}");
        }
        assert_eq!(of_column("payment"), None);
        assert_eq!(of_card("payment"), Some((Direction::In, false)));
        assert_eq!(of_card("purchase"), Some((Direction::Out, true)));
    }

    #[test]
    fn no_word_tells_both_directions() {
        let all = |lists: [&'static str; 2]| lists.into_iter().flat_map(|l| l.split('|')).collect::<Vec<_>>();
        for word in all([OUT, CARD_OUT]).into_iter().chain(PURCHASE.split('|')) {
            assert!(!has(IN, word) && !has(CARD_IN, word) && !has(PAYMENT, word), "{word}");
        }
    }

    #[test]
    fn finds_whole_phrases_in_texts() {
        assert_eq!(of_text("acme payroll 0423"), Some(Direction::In));
        assert_eq!(of_text("payrolling ltd"), None);
        assert_eq!(of_text("atm withdrawal main st"), Some(Direction::Out));
    }
}
