//! Words that tell the direction of money: in a column beside amounts, and in the text of a row.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Direction;
use crate::model::is_minus;

// Folded as column names are: lower case, without accents.
const OUT: &str = "\
    debit|debet|deebet|transfer out|debits|dr|db|dbit|deb|af|out|outflow|outgoing|out-going|money out|paid out|sent|withdrawal|withdrawals|withdraw|withdrawn|payment out|soll|belastung|lastschrift|\
    cash withdrawal|atm withdrawal|direct debit|ausgang|ausgabe|ausgaben|auszahlung|abhebung|abbuchung|expense|expenses|spend|spending|cargo|debe|gasto|gastos|egreso|salida|retiro|retirada|reintegro|uscita|uscite|addebito|dare|debito|prelievo|spesa|\
    saida|despesa|despesas|levantamento|saque|obciazenie|wydatek|wydatki|wyplata|wn|winien|wychodzacy|wychodzaca|vydaj|vyber|odchozi|odchozi platba|debetni|ut|utgift|utgifter|uttag|utbetalning|utbetaling|ud|haevet|udgift|udgifter|udbetaling|otto|meno|nosto|\
    terheles|kiadas|kimeno|depense|depenses|sortie|retrait|prelevement|debiteur|uitgave|uitgaven|opname|borc|outbound|fora|支出|出金|支払|出|借方|支";
const IN: &str = "\
    credit|credits|kreedit|transfer in|cr|crdt|cred|bij|in|inflow|incoming|in-coming|money in|paid in|received|deposit|deposits|deposited|payment in|haben|gutschrift|eingang|einnahme|einnahmen|einzahlung|\
    cash deposit|direct deposit|interest earned|interest received|income|abono|haber|ingreso|ingresos|entrada|deposito|entrata|entrate|accredito|avere|versamento|credito|receita|receitas|uznanie|przychod|przychody|wplyw|wplata|ma|\
    przychodzacy|przychodzaca|prijem|vklad|prichozi|prichozi platba|kreditni|kredit|inn|inntekt|inntekter|insattning|inbetalning|ind|indsat|indtaegt|indbetaling|pano|tulo|talletus|jovairas|bevetel|\
    bejovo|recette|recettes|revenu|revenus|depot|versement|entree|crediteur|inkomst|inkomsten|storting|alacak|inbound|収入|入金|入|貸方|收";
/// Pairs of letters, out and in, that stand below a heading which does not spell them.
const LETTERS: [[&str; 2]; 3] = [["d", "c"], ["s", "h"], ["t", "j"]];
/// Headings that are pairs of letters or their abbreviations: out and in.
const OF_LETTERS: [(&str, [&str; 2]); 17] = [
    ("d/c", ["d", "c"]),
    ("c/d", ["d", "c"]),
    ("dc", ["d", "c"]),
    ("cd", ["d", "c"]),
    ("dc flag", ["d", "c"]),
    ("cd flag", ["d", "c"]),
    ("dcflag", ["d", "c"]),
    ("cdflag", ["d", "c"]),
    ("s/h", ["s", "h"]),
    ("t/j", ["t", "j"]),
    // Dare and avere.
    ("d/a", ["d", "a"]),
    ("a/d", ["d", "a"]),
    // Deposits and withdrawals.
    ("d/w", ["w", "d"]),
    ("w/d", ["w", "d"]),
    // Debet and kredit, borç and alacak.
    ("d/k", ["d", "k"]),
    ("k/d", ["d", "k"]),
    ("b/a", ["b", "a"]),
];
/// Words of card issuers: those below tell something only beside one of these.
const PURCHASE: &str =
    "purchase|purchases|kauf|einkauf|achat|compra|acquisto|aankoop|kob|kjop|kop|osto|zakup|nakup|vasarlas";
const CARD_OUT: &str = "sale|charge|cash advance|fee|fees|interest charge|interest charges|finance charge";
const CARD_IN: &str = "\
    return|returns|refund|refunds|reversal|ruckzahlung|erstattung|remboursement|devolucion|rimborso|\
    terugbetaling|indbetaling|innbetaling|inbetalning|hyvitys|zwrot|vraceni|befizetes";
/// A payment arrives on a card; from other accounts payments are made.
const PAYMENT: &str = "payment|payments|zahlung|paiement|pago|pagamento|betaling|maksu|splata|platba";

/// Words for income.
const INCOME: &str = "\
    income|incomes|revenue|earnings|einnahme|einnahmen|revenu|revenus|ingreso|ingresos|entrata|entrate|receita|receitas";

/// Words for a direction that are kinds of cards, too.
const KINDS_OF_CARDS: &str = "debit|debits|credit|credits|debito|credito|debet|kredit";

fn has(list: &str, word: &str) -> bool {
    list.split('|').any(|known| known == word)
}

/// Returns whether a word is a letter, which stands for many things.
pub(crate) fn is_letter(word: &str) -> bool {
    word.len() == 1 && word.bytes().all(|b| b.is_ascii_alphabetic())
}

/// Returns whether a word is a plus or a minus, by whichever character.
pub(crate) fn is_sign(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(|c| c == '+' || is_minus(c)) && chars.next().is_none()
}

/// Returns the direction that a letter tells below a heading that spells it: the `C` of `Cargo/Abono` is money out, that of
/// `Dr/Cr` money in. None where the heading spells both directions with it, or neither.
pub(crate) fn of_letter(letter: &str, heading: &str) -> Option<Direction> {
    // `Deebet/Kreedit (D/C)`
    let inside = heading.trim_end_matches(')').rsplit_once('(').map(|(_, inside)| inside);
    let is_known = |known: &str| known == heading || Some(known) == inside;
    if let Some((_, [out, into])) = OF_LETTERS.iter().find(|(known, _)| is_known(known)) {
        return if letter == *out { Some(Direction::Out) } else { (letter == *into).then_some(Direction::In) };
    }
    let (mut out, mut into) = (false, false);
    for (_, direction) in spelled(heading).filter(|(word, _)| word.starts_with(letter)) {
        out |= direction == Direction::Out;
        into |= direction == Direction::In;
    }
    match (out, into) {
        (true, false) => Some(Direction::Out),
        (false, true) => Some(Direction::In),
        _ => None,
    }
}

/// Returns whether a heading has a word for a direction: `Is Credit`.
pub(crate) fn names_a_direction(heading: &str) -> bool {
    spelled(heading).next().is_some()
}

/// Returns whether a heading spells the two directions, so that a letter below it is one of the two or nothing.
pub(crate) fn spells_letters(heading: &str) -> bool {
    let has = |wanted| spelled(heading).any(|(_, direction)| direction == wanted);
    OF_LETTERS.iter().any(|(known, _)| *known == heading) || (has(Direction::Out) && has(Direction::In))
}

/// Returns the words of a heading that tell a direction. Two may be written as one: `CreditDebet`.
fn spelled(heading: &str) -> impl Iterator<Item = (&str, Direction)> {
    let words = heading.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 1);
    words.flat_map(|word| match of_column(word) {
        Some(direction) => vec![(word, direction)],
        None => (2..word.len().saturating_sub(1)).find_map(|at| halves(word, at)).unwrap_or_default(),
    })
}

/// Splits two words that are written as one.
fn halves(word: &str, at: usize) -> Option<Vec<(&str, Direction)>> {
    let (first, second) = (word.get(..at)?, word.get(at..)?);
    Some(vec![(first, of_column(first)?), (second, of_column(second)?)])
}

/// Returns the direction that a letter tells below a heading that spells none, beside the other letter of a pair in use.
pub(crate) fn of_paired_letter(letter: &str, beside: &[&str]) -> Option<Direction> {
    LETTERS
        .iter()
        .find(|pair| pair.contains(&letter) && pair.iter().all(|one| beside.contains(one)))
        .map(|pair| if pair[0] == letter { Direction::Out } else { Direction::In })
}

/// Returns the direction that a folded word of a column tells. A letter tells none by itself.
pub(crate) fn of_column(word: &str) -> Option<Direction> {
    match word {
        _ if is_sign(word) => Some(if word == "+" { Direction::In } else { Direction::Out }),
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

/// Returns whether a folded word for a direction may as well be the kind of the card that paid.
pub(crate) fn is_kind_of_card(word: &str) -> bool {
    has(KINDS_OF_CARDS, word)
}

/// Returns whether a folded word is one for income, and not for the side of a book.
pub(crate) fn is_income(word: &str) -> bool {
    has(INCOME, word)
}

/// Returns whether a folded word is that of a purchase.
pub(crate) fn is_purchase(word: &str) -> bool {
    has(PURCHASE, word)
}

/// Returns whether a folded word is that of a payment, which is money in on a card only.
pub(crate) fn is_payment(word: &str) -> bool {
    has(PAYMENT, word)
}

// Phrases of texts that hardly ever stand on a row of the other direction, with one space between words. They never decide:
// they raise a question. A payment that was received, or that somebody is thanked for, is one on a card.
const TEXT_IN: &str = "\
    payment received|payment recd|received payment|payroll|salary|wages|direct deposit|refund|cash back reward|\
    cashback reward|zahlung erhalten|erhaltene zahlung|lohn|gehalt|paiement recu|reglement recu|salaire|\
    traitement virement recu|betaling ontvangen|ontvangen betaling|salaris|pago recibido|nomina|pagamento recebido|\
    salario|vencimento ordenado|pagamento ricevuto|stipendio|accredito stipendio|betalning mottagen|mottagen betalning|\
    inbetalning mottagen|mottagen inbetalning|tack for betalningen|betaling modtaget|modtaget betaling|\
    indbetaling modtaget|modtaget indbetaling|tak for betalingen|loen|betaling mottatt|mottatt betaling|\
    innbetaling mottatt|mottatt innbetaling|takk for betalingen|takk for innbetalingen|lonn|maksu vastaanotettu|\
    vastaanotettu maksu|kiitos maksustasi|kiitos maksusta|suoritus vastaanotettu|palkka|platnosc otrzymana|\
    otrzymana platnosc|otrzymano platnosc|wplata otrzymana|otrzymana wplata|dziekujemy za wplate|wynagrodzenie|\
    platba prijata|prijata platba|prijata uhrada|dekujeme za platbu|dekujeme za uhradu|vyplata mzdy|fizetes munkaber|\
    gutschrift|zinsgutschrift|habenzinsen|guthabenzinsen|interest earned|interest credit|credit interest|virement recu|\
    bonifico ricevuto|bonifico a vostro favore|transferencia recibida|transferencia recebida|pix recebido|ご入金";
/// A payment that somebody is thanked for: one of the first and one of the second in a text.
const THANKED: &str = "\
    payment|zahlung|einzahlung|paiement|reglement|versement|pago|abono|pagamento|betaling|inbetaling|betalning|\
    inbetalning|indbetaling|innbetaling|maksu|maksusuoritus|suoritus|platnosc|wplata|splata|platba|splatka|uhrada|\
    befizetes|odeme|odemeniz";
const THANKS: &str = "\
    thank|thanks|danke|dank|dankend|merci|gracias|obrigado|obrigada|grazie|bedankt|tack|tak|takk|kiitos|dziekujemy|\
    dekujeme|koszonjuk|tesekkur|tesekkurler|tesekkurederiz";
const TEXT_OUT: &str = "\
    pos purchase|purchase at|card purchase|atm withdrawal|cash withdrawal|service charge|interest charge|late fee|annual fee|\
    kontofuhrung|kontofuehrung|dauerauftrag|standing order|kartenzahlung|paiement par carte|compra con tarjeta";

/// Words of a text that says that money went back, whichever way.
const BACK: &str = "\
    return|returned|reversal|reversed|reversing|reverse|bounced|chargeback|storno|stornierung|ruckbuchung|rucklastschrift|extourne|\
    estorno|unpaid|dishonoured|dishonored|nsf|impaye|rejete|devuelto|devuelta|devolvido|insoluto";
/// Those of one that says that it was given back to who had paid.
const REFUND: &str = "\
    refund|refunds|refunded|erstattung|ruckerstattung|remboursement|reembolso|devolucion|rimborso|terugbetaling|zwrot";

/// What a phrase tells of a text that has it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    In,
    Out,
    /// A payment is one on a card where somebody is thanked for it.
    Thanked,
    Thanks,
}

/// The words of a phrase behind its first one, and what it tells.
type Rest = (Vec<&'static str>, Told);

/// The phrases of texts by their first words.
static PHRASES: LazyLock<HashMap<&str, Vec<Rest>>> = LazyLock::new(|| {
    let mut phrases: HashMap<&str, Vec<Rest>> = HashMap::new();
    for (list, told) in [(TEXT_IN, Told::In), (TEXT_OUT, Told::Out), (THANKED, Told::Thanked), (THANKS, Told::Thanks)] {
        for phrase in list.split('|') {
            let mut words = phrase.split(' ');
            if let Some(first) = words.next() {
                phrases.entry(first).or_default().push((words.collect(), told));
            }
        }
    }
    phrases
});

/// Returns the direction that the words of a text suggest. `text` is folded: lower case, without accents. What stands between
/// words is no matter: `payment - thank you` is `payment thank you`.
pub(crate) fn of_text(text: &str) -> Option<Direction> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut all = Vec::new();
    for (at, first) in words.iter().enumerate() {
        let of_word = PHRASES.get(first).into_iter().flatten();
        all.extend(of_word.filter(|(rest, _)| words[at + 1..].starts_with(rest)).map(|(_, told)| *told));
    }
    let has = |told: Told| all.contains(&told);
    let is_in = has(Told::In) || (has(Told::Thanks) && has(Told::Thanked));
    match (is_in, has(Told::Out)) {
        (true, false) => Some(Direction::In),
        (false, true) => Some(Direction::Out),
        _ => None,
    }
}

/// Returns whether a folded word is that of money which is given back on a card, such as *Refund*.
pub(crate) fn gives_back(word: &str) -> bool {
    has(CARD_IN, word)
}

/// Returns whether a folded text says that money went back: that of a payment, or what had been paid.
pub(crate) fn went_back(text: &str) -> bool {
    was_reversed(text) || has_word(REFUND, text)
}

/// Returns whether a folded text says that money went back, and not that it is a refund, which is money in.
pub(crate) fn was_reversed(text: &str) -> bool {
    has_word(BACK, text) && !has_word(REFUND, text)
}

fn has_word(list: &str, text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|word| has(list, word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::evidence::fold::fold;

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
    fn knows_payments_on_a_card_in_many_languages() {
        for text in [
            "PAYMENT - THANK YOU",
            "Payment Received",
            "Einzahlung - vielen Dank",
            "Vielen Dank für Ihre Zahlung!",
            "PAIEMENT REÇU, MERCI",
            "Merci de votre paiement",
            "BETALING ONTVANGEN DANK U",
            "SU PAGO GRACIAS",
            "Pagamento recebido",
            "Pagamento ricevuto, grazie",
            "Tack för din betalning",
            "Tak for din betaling",
            "Innbetaling mottatt",
            "Kiitos maksustasi",
            "Płatność otrzymana",
            "Děkujeme za platbu",
            "PAYMENT - WE THANK YOU",
            "PAIEMENT CAISSE, MERCI",
            "PAGAMENTO DE CARTÃO - OBRIGADO",
            "ÖDEME - TEŞEKKÜRLER",
            "Befizetés - köszönjük",
            "Splátka kreditní karty - děkujeme",
            "Maksusuoritus, kiitos",
            "ご入金",
        ] {
            assert_eq!(of_text(&fold(text)), Some(Direction::In), "{text}");
        }
        for text in ["Paiement carte", "Pago con tarjeta", "Pagamento POS", "Betaling aan J. Jansen", "Platba kartou"] {
            assert_eq!(of_text(&fold(text)), None, "{text}");
        }
    }

    #[test]
    fn finds_whole_phrases_in_texts() {
        assert_eq!(of_text("acme payroll 0423"), Some(Direction::In));
        assert_eq!(of_text("payrolling ltd"), None);
        assert_eq!(of_text("atm withdrawal main st"), Some(Direction::Out));
        assert_eq!(of_text("non payroll, payroll"), Some(Direction::In));
    }
}
