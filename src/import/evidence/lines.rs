//! Lines of an export that are no movement of money: balances, totals, headings and footers, by their words.
//!
//! Only whole phrases count: `Opening balance 01/03/2026` is a balance, `BALANCE GYM` and `Solde prix prestations` are
//! payees. A phrase may be followed, or led, by days, amounts and currencies, and by nothing else. Words alone do not
//! prove a line: `TOTAL` is a chain of petrol stations, too. Whoever asks looks at what else the line has.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::direction::words;
use super::fold::letter;

/// What a line says instead of a movement of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// The balance before the rows: of the evening before its day.
    Opening,
    /// The balance after the rows: of the evening of its day.
    Closing,
    /// A balance taken over from a page or period before.
    Forward,
    /// The balance of a day.
    AsOf,
    /// What can be spent, or the credit that is left.
    Available,
    /// A sum of rows.
    Total,
    /// A heading over rows that are announced and not booked.
    Pending,
    /// A heading over rows that are booked.
    Posted,
    /// A heading or a note below the rows.
    Footer,
}

impl Line {
    /// Returns whether the amount of such a line is a booked balance.
    pub(crate) fn is_balance(self) -> bool {
        matches!(self, Line::Opening | Line::Closing | Line::Forward | Line::AsOf)
    }
}

/// More bytes than any of these lines has.
const LONGEST: usize = 96;

/// Returns what kind of line a text announces, if it is one of these phrases from end to end.
pub(crate) fn kind(text: &str) -> Option<Line> {
    if text.len() > LONGEST || !may_be(text) {
        return None;
    }
    let folded: String = text.chars().map(folded).collect();
    let mut words: Vec<&str> = folded.split(' ').map(trimmed).filter(|word| !word.is_empty()).collect();
    let leading = words.iter().take_while(|word| is_number(word)).count();
    words.drain(..leading);
    let Phrase { words: phrase, line } = longest_phrase(&words)?;
    let rest = &words[phrase.len()..];
    // One word is a name as easily as a heading, and so is `New Balance`: behind it only a whole day tells the two apart.
    let is_weak = phrase.len() == 1 || *phrase == ["new", "balance"];
    let fits = match line {
        _ if rest.is_empty() => true,
        // A word of what it sums, too: `Total 4521` is a petrol station.
        Line::Total => {
            rest.iter().all(|word| is_harmless(word) || is_of_sum(word))
                && (!is_weak || rest.iter().any(|word| is_of_sum(word)))
        }
        Line::Pending | Line::Posted | Line::Footer if is_weak => false,
        _ if is_weak => rest.iter().any(|word| is_day(word)) && rest.iter().all(|word| is_harmless(word)),
        _ => rest.iter().all(|word| is_harmless(word)),
    };
    fits.then_some(*line)
}

/// Returns whether the words of a line are a name as easily: one word, such as `Saldo`, or `New Balance`. A word for the
/// balance before or after the rows, such as `Anfangssaldo`, is no name.
pub(crate) fn may_be_a_name(text: &str) -> bool {
    let folded: String = text.chars().map(folded).collect();
    let words: Vec<&str> = folded.split(' ').map(trimmed).filter(|word| !word.is_empty()).collect();
    let is_bound = || matches!(kind(text), Some(Line::Opening | Line::Closing | Line::Forward));
    words == ["new", "balance"] || (words.len() == 1 && !is_bound())
}

/// Returns whether a text that says a total names what was done once, and whether that may be the kind of a payment to a payee of
/// that name: `TOTAL Payment`, but not `Total debit`. Most totals say `payments`, or a time.
pub(crate) fn says_one_payment(text: &str) -> Option<bool> {
    let folded: String = text.chars().map(folded).collect();
    let behind = folded.split(' ').map(trimmed).filter(|word| !word.is_empty()).skip(1);
    let told: Vec<&str> = behind.filter(|word| !is_harmless(word)).collect();
    let is_payment = |word: &&str| words::is_payment(word) || words::is_purchase(word);
    let is_one = |word: &&str| !word.ends_with('s') && (is_payment(word) || words::of_column(word).is_some());
    (!told.is_empty() && told.iter().all(is_one)).then(|| told.iter().all(is_payment))
}

/// Returns whether one of the words of a text alone says that it is a sum. Only a line without a day proves it to be one.
pub(crate) fn names_a_total(text: &str) -> bool {
    let folded: String = text.chars().map(folded).collect();
    folded.split(|c: char| !c.is_alphanumeric()).any(is_total)
}

/// Returns whether a text says that it is a sum, and has no word beside that which may be of a payee's name: `Page total` and
/// `Umsatz gesamt`, but not `Total Fitness Club`.
pub(crate) fn says_only_total(text: &str) -> bool {
    let folded: String = text.chars().map(folded).collect();
    let words = || folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words().any(is_total) && words().all(|word| is_total(word) || is_harmless(word) || is_of_sum(word))
}

/// Returns whether a text begins with a word for a sum, whatever follows: only what the rows add up to tells it from a payee.
pub(crate) fn begins_with_a_total(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    is_total(trimmed(&first.chars().map(folded).collect::<String>()))
}

/// Returns whether a word says which rows are summed.
fn is_of_sum(word: &str) -> bool {
    #[rustfmt::skip]
    const OF_SUMS: &[&str] = &[
        "page", "seite", "pagina", "statement", "period", "month", "monthly", "week", "weekly", "year", "spend", "spent",
        "spending", "amount", "this", "all", "umsatz", "umsatze", "ausgaben", "einnahmen", "monat", "depenses", "gastos", "uitgaven",
        "transaction", "transactions", "movement", "movements", "debit", "debits", "credit", "credits", "net", "payment", "payments",
        "deposits", "withdrawals", "charges", "purchases", "buchungen", "soll", "haben", "transacties", "operations", "mouvements",
        "movimientos", "movimenti", "movimentos", "operacji", "obrotow", "transakcji", "transakci", "pohybu", "islem", "islemler",
        "gastado", "gastada", "cobrado", "pagado", "depense", "depensee", "wydatkow", "wplywow", "obciazen", "uznan", "vydaju", "prijmu",
    ];
    let tells = |word: &str| !may_be_of_a_payee(word) && words::of_column(word).is_some();
    OF_SUMS.contains(&word) || tells(word) || word.strip_suffix('s').is_some_and(tells)
}

/// Returns whether a word for a direction is one of names as easily: `Total Depot`, and every short one, as in `Total In`.
fn may_be_of_a_payee(word: &str) -> bool {
    const SHORTEST: usize = 5;
    word.len() < SHORTEST || word == "depot"
}

/// Returns whether a word alone says that a line is a sum.
fn is_total(word: &str) -> bool {
    let mut phrases = BY_FIRST_WORD.get(word).into_iter().flatten();
    phrases.any(|phrase| phrase.line == Line::Total && phrase.words.len() == 1)
}

/// Returns whether one of the words of a text is a balance, or ends in one: `Ultimo saldo`, `Tilisaldo`. Only what the rows
/// add up to proves it to be one.
pub(crate) fn names_a_balance(text: &str) -> bool {
    /// Ends of other words, too: `Newsstand`.
    const WHOLE: [&str; 4] = ["stand", "sold", "sald", "jaak"];
    let balances = || PHRASES.iter().filter(|(line, _)| *line == Line::AsOf).flat_map(|(_, phrases)| *phrases);
    let folded: String = text.chars().map(folded).collect();
    let ends = |word: &str| balances().any(|balance| !balance.contains(' ') && word.ends_with(balance));
    folded.split(|c: char| !c.is_alphanumeric()).any(|word| WHOLE.contains(&word) || ends(word))
}

/// Returns whether a text names a day or a month.
pub(crate) fn names_a_time(text: &str) -> bool {
    let folded: String = text.chars().map(folded).collect();
    folded.split(' ').map(trimmed).any(|word| !word.is_empty() && is_day(word))
}

/// Returns whether a text, with or without its quotes, begins like one of the phrases, by the first letters alone: nearly every
/// cell of a file ends here. A text that has other letters first than those of ASCII may be one.
pub(crate) fn may_begin_one(text: &str) -> bool {
    begin(text).is_none_or(|letters| BEGINNINGS[letters / 64] & (1 << (letters % 64)) != 0)
}

/// How many first letters are looked at, and how many values each has: none, or one of 26.
const LETTERS: usize = 3;
const OF_LETTER: usize = 27;

/// Returns the first letters of the first word of a text as a number, if they are all of ASCII; numbers in front are left out.
fn begin(text: &str) -> Option<usize> {
    let start = text.bytes().position(|b| b.is_ascii_alphabetic() || !b.is_ascii()).unwrap_or(text.len());
    let mut bytes = text.bytes().skip(start);
    let mut letters = 0;
    let mut is_open = true;
    for _ in 0..LETTERS {
        let byte = bytes.next().filter(|b| is_open && (b.is_ascii_alphabetic() || !b.is_ascii()));
        is_open = byte.is_some();
        if byte.is_some_and(|b| !b.is_ascii()) {
            return None;
        }
        letters = letters * OF_LETTER + byte.map_or(0, |b| usize::from(b.to_ascii_lowercase() - b'a') + 1);
    }
    Some(letters)
}

/// A bit for each beginning of a phrase.
static BEGINNINGS: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut bits = vec![0; OF_LETTER.pow(LETTERS as u32).div_ceil(64)];
    BY_FIRST_WORD.keys().filter_map(|word| begin(word)).for_each(|letters| bits[letters / 64] |= 1 << (letters % 64));
    bits
});

/// Returns whether the first word that is no number begins a phrase. Nearly every row of a file ends here.
fn may_be(text: &str) -> bool {
    if !may_begin_one(text) {
        return false;
    }
    let mut word = String::with_capacity(16);
    for c in text.chars().map(folded).chain([' ']) {
        if c != ' ' {
            word.push(c);
            continue;
        }
        let whole = trimmed(&word);
        if !whole.is_empty() && !is_number(whole) {
            return BY_FIRST_WORD.contains_key(whole);
        }
        word.clear();
    }
    false
}

/// Words that announce a line.
struct Phrase {
    words: Vec<&'static str>,
    line: Line,
}

/// Finds the longest phrase that the words begin with.
fn longest_phrase(words: &[&str]) -> Option<&'static Phrase> {
    let candidates = BY_FIRST_WORD.get(*words.first()?)?;
    candidates.iter().filter(|phrase| words.starts_with(&phrase.words)).max_by_key(|phrase| phrase.words.len())
}

/// A letter without its accent and in lower case; what stands between words is a space.
pub(super) fn folded(c: char) -> char {
    match c {
        '.' | ',' | '/' | '-' | '\'' | '&' => c,
        c if c.is_alphanumeric() => letter(c),
        '\u{2019}' => '\'',
        _ => ' ',
    }
}

fn trimmed(word: &str) -> &str {
    word.trim_matches(['.', ',', '/', '-', '\''])
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        && word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'/' | b'-' | b'\''))
}

/// Returns whether a word is a day with a year, or the name of a month.
fn is_day(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['.', '/', '-']).collect();
    is_month(word) || (is_number(word) && parts.len() == 3 && parts.iter().all(|part| matches!(part.len(), 1 | 2 | 4)))
}

/// Returns whether a word is the name of a month, whole or cut to three or four letters, in one of the languages.
fn is_month(word: &str) -> bool {
    MONTHS.iter().any(|month| *month == word || (word.len() >= 3 && word.len() <= 4 && month.starts_with(word)))
}

/// Returns whether a word may stand behind a phrase: a day, an amount, a currency, or what leads to one.
fn is_harmless(word: &str) -> bool {
    #[rustfmt::skip]
    const JOINTS: &[&str] = &[
        "as", "of", "on", "at", "from", "to", "for", "the", "until", "vom", "am", "zum", "per", "op", "van", "au",
        "a", "du", "le", "el", "al", "de", "del", "dia", "do", "em", "il", "na", "z", "dnia", "dzien", "ke", "dni",
        "den", "pr", "cr", "dr", "c", "d", "h", "s", "and", "und",
    ];
    #[rustfmt::skip]
    const CURRENCIES: &[&str] = &[
        "usd", "eur", "gbp", "chf", "cad", "aud", "nzd", "jpy", "brl", "mxn", "sek", "nok", "dkk", "pln", "czk",
        "huf", "ron", "sgd", "hkd", "inr", "zar", "kc", "zl",
    ];
    is_number(word) || is_month(word) || JOINTS.contains(&word) || CURRENCIES.contains(&word)
}

/// The phrases, without accents and in lower case.
static BY_FIRST_WORD: LazyLock<HashMap<&'static str, Vec<Phrase>>> = LazyLock::new(|| {
    let mut map: HashMap<&str, Vec<Phrase>> = HashMap::new();
    for (line, phrases) in PHRASES {
        for phrase in *phrases {
            let words: Vec<&str> = phrase.split(' ').collect();
            map.entry(words[0]).or_default().push(Phrase { words, line: *line });
        }
    }
    map
});

#[rustfmt::skip]
const PHRASES: &[(Line, &[&str])] = &[
    (Line::Opening, &[
        "opening balance", "opening ledger balance", "opening book balance", "beginning balance", "starting balance",
        "start balance", "previous balance", "previous statement balance", "statement opening balance", "statement beginning balance", "opening statement balance", "beginning statement balance", "last statement balance", "prior balance",
        "old balance", "initial balance", "balance at start", "balance at beginning of period", "anfangssaldo",
        "anfangsbestand", "eroffnungssaldo", "alter saldo", "alter kontostand", "startsaldo", "anfangskontostand",
        "kontostand alt", "saldo alt", "letzter kontostand", "vorheriger saldo", "altsaldo", "beginsaldo",
        "begin saldo", "openingssaldo", "vorig saldo", "oud saldo", "saldo begin", "solde initial",
        "solde d'ouverture", "ancien solde", "solde precedent", "solde de depart", "solde debut",
        "solde en debut de periode", "saldo inicial", "saldo anterior", "saldo de apertura", "saldo previo",
        "saldo inicial del periodo", "saldo iniziale", "saldo precedente", "saldo contabile iniziale",
        "saldo di apertura", "saldo inicial do periodo", "saldo do mes anterior", "saldo do dia anterior",
        "saldo de abertura", "saldo poczatkowe", "saldo otwarcia", "stan poczatkowy", "pocatecni zustatek",
        "predchozi zustatek", "pociatocny zostatok", "nyito egyenleg", "ingaende saldo", "ingaende balans",
        "inngaende saldo", "primosaldo", "primo saldo", "alkusaldo", "algsaldo", "algjaak",
        "opening bal", "beginstand", "nyitoegyenleg", "anfangsstand", "saldo apertura", "solde de debut", "pocatecni stav",
        "onceki bakiye", "acilis bakiyesi", "donem basi bakiye", "donem basi bakiyesi", "sold initial", "sold anterior",
        "前月繰越", "前月繰越残高", "前月残高", "前期繰越", "前回残高", "期首残高", "開始残高", "期初余额", "上期余额", "上月结余",
        "전월이월", "기초잔액",
    ]),
    (Line::Closing, &[
        "closing balance", "closing ledger balance", "closing book balance", "ending balance", "end balance",
        "final balance", "new balance", "new statement balance", "statement balance", "statement closing balance", "statement ending balance", "closing statement balance", "ending statement balance",
        "balance carried forward", "balance carried down", "carried forward", "balance c/f", "balance c/fwd",
        "bal c/f", "balance at end of period", "endsaldo", "schlusssaldo", "abschlusssaldo", "neuer saldo",
        "neuer kontostand", "endbestand", "endkontostand", "kontostand neu", "saldo neu", "schlussaldo", "eindsaldo",
        "eind saldo", "nieuw saldo", "laatste saldo", "slotsaldo", "saldo eind", "solde final", "solde de cloture", "nouveau solde",
        "solde en fin de periode", "solde fin", "saldo final", "saldo actual", "saldo de cierre", "nuevo saldo",
        "saldo final del periodo", "saldo finale", "saldo contabile finale", "saldo di chiusura", "nuovo saldo",
        "saldo atual", "saldo final do periodo", "saldo de fechamento", "saldo do mes", "saldo koncowe",
        "saldo zamkniecia", "stan koncowy", "konecny zustatek", "konecny zostatok", "zaro egyenleg",
        "utgaende saldo", "utgaende balans", "sluttsaldo", "slutsaldo", "ultimosaldo", "ultimo saldo", "loppusaldo",
        "loppsaldo", "loppjaak", "schlussstand",
        "closing bal", "eindstand", "zaroegyenleg", "endstand", "saldo cierre", "solde de fin", "konecny stav",
        "kapanis bakiyesi", "donem sonu bakiye", "donem sonu bakiyesi", "son bakiye", "sold final", "次月繰越", "翌月繰越",
        "次期繰越", "当月残高", "月末残高", "期末残高", "終了残高", "今回残高", "期末余额", "本期余额", "本月结余", "차월이월",
        "기말잔액",
    ]),
    (Line::Forward, &[
        "balance brought forward", "balance brought down", "brought forward", "balance forward", "balance forwarded",
        "balance b/f", "balance b/fwd", "bal b/f", "b/f", "b/fwd", "c/f", "saldovortrag", "saldo-vortrag",
        "ubertrag saldo", "saldoubertrag", "kontostandubertrag", "saldo overgebracht", "report solde",
        "solde reporte", "report a nouveau", "report du solde", "saldo a nuevo", "saldo transportado",
        "transporte de saldo", "saldo riportato", "riporto saldo", "prenesene saldo", "saldo z przeniesienia",
        "overfort saldo",
        "devreden", "devreden bakiye", "devir", "devir bakiyesi", "繰越", "繰越残高", "繰越金", "前頁繰越", "이월잔액",
    ]),
    (Line::AsOf, &[
        "balance as of", "balance on", "balance at", "balance as at", "account balance", "ledger balance",
        "current balance", "book balance", "daily balance", "end of day balance", "balance of account",
        "running balance", "daily closing balance", "your balance", "your balance today", "balance today", "balance", "interim balance", "kontostand", "kontosaldo",
        "tagessaldo", "saldo vom", "saldo am", "saldo per", "buchungssaldo", "aktueller kontostand",
        "kontostand vom", "kontostand am", "kontostand per", "saldo op", "actueel saldo", "boeksaldo",
        "huidig saldo", "solde", "solde au", "solde du", "solde du compte", "solde comptable", "solde courant",
        "saldo", "saldo al", "saldo a", "saldo contable", "saldo en cuenta", "saldo del dia", "saldo de la cuenta",
        "saldo contabile", "saldo del conto", "saldo del giorno", "saldo do dia", "saldo dia", "saldo em",
        "saldo em conta", "saldo contabilistico", "saldo total do dia", "saldo ksiegowe", "saldo na dzien",
        "saldo rachunku", "stan konta", "saldo biezace", "zustatek", "zustatek na uctu", "zustatek ke dni",
        "aktualni zustatek", "zostatok", "egyenleg", "saldo per den", "bokfort saldo", "bokfort saldo per",
        "saldo konto", "sdo cta/apl automaticas", "s a l d o",
        "likutis", "atlikums", "kontojaak",
        "bakiye", "bakiyesi", "guncel bakiye", "hesap bakiyesi", "残高", "現在残高", "口座残高", "余额", "账户余额", "结余", "잔액",
        "잔고",
    ]),
    (Line::Available, &[
        "available balance", "available funds", "available credit", "funds available", "verfugbarer betrag",
        "verfugbarer saldo", "verfugbar", "beschikbaar saldo", "solde disponible", "saldo disponible",
        "saldo disponibile", "saldo disponivel", "saldo final disponivel", "saldo total disponivel", "saldo total disponivel dia", "saldo total disponivel do dia", "dostepne srodki", "saldo dostepne", "disponibilni zustatek",
        "pouzitelny zustatek", "tillgangligt saldo", "disponibel saldo", "disponibelt belop",
        "kullanilabilir bakiye", "利用可能残高", "お引出し可能残高", "可用余额",
    ]),
    (Line::Total, &[
        "total", "totals", "grand total", "sub total", "subtotal", "sub-total", "total for",
        "total of", "total spent", "total spending", "total received", "total expenses", "total income",
        "monthly total", "month total", "weekly total", "daily total", "yearly total",
        "annual total", "period total", "total this month", "total for the month", "monatssumme", "tagessumme",
        "total du mois", "total mensuel", "total del mes", "total mensual", "total credits", "total debits",
        "total deposits", "total withdrawals", "total payments", "total purchases", "total charges", "total fees",
        "total transactions", "total amount", "transactions total", "total debit", "total credit", "total pending",
        "total pending transactions", "total posted transactions", "total money in", "total money out", "net total",
        "total interest", "total in", "total out", "column totals", "total for period", "statement total", "summe",
        "gesamtsumme", "gesamt", "zwischensumme", "summe soll", "summe haben", "summe der umsatze", "umsatzsumme",
        "summe gutschriften", "summe belastungen", "gesamtbetrag", "totaal", "totaal bij", "totaal af", "subtotaal",
        "eindtotaal", "total general", "sous-total", "total des debits", "total des credits", "total des operations",
        "totaux", "total mouvements", "total des mouvements", "total cargos", "total abonos", "total ingresos",
        "total gastos", "total de movimientos", "totale", "totali", "totale entrate", "totale uscite",
        "totale movimenti", "totale dare", "totale avere", "totais", "total de creditos", "total de debitos",
        "total geral", "razem", "suma", "suma uznan", "suma obciazen", "lacznie", "ogolem", "celkem", "soucet",
        "spolu", "osszesen", "summa", "sum", "sum ut", "sum inn", "totalt", "i alt", "yhteensa",
        "net change", "net movement", "change in balance", "toplam", "genel toplam", "ara toplam", "合計", "総計", "小計",
        "合计", "총계",
    ]),
    (Line::Pending, &[
        "pending transactions", "pending", "pending activity", "pending charges", "pending purchases",
        "transactions pending", "authorized transactions", "authorised transactions", "authorizations",
        "unposted transactions", "temporary authorizations", "vorgemerkte umsatze", "vorgemerkt", "vormerkungen",
        "vorgemerkte buchungen", "noch nicht gebuchte umsatze", "gereserveerd", "gereserveerde transacties",
        "reserveringen", "operations en attente", "operations a venir", "en attente", "a venir",
        "transactions en attente", "movimientos pendientes", "operaciones pendientes", "pendientes",
        "movimenti in attesa", "movimenti non contabilizzati", "lancamentos futuros", "movimentos pendentes",
        "transakcje oczekujace", "blokady", "zablokowane srodki", "cekajici transakce", "blokace",
        "scheduled payments", "scheduled transactions", "upcoming transactions", "recent transactions not yet posted",
        "transactions not yet posted", "reserverade kop", "transacoes pendentes",
        "reserverade belopp", "reservasjoner", "reserveret", "katevaraukset",
    ]),
    (Line::Posted, &[
        "posted transactions", "posted", "posted activity", "completed transactions", "settled transactions",
        "transactions", "account activity", "account transactions", "transaction history", "transaction list",
        "cleared transactions", "gebuchte umsatze", "umsatze", "buchungen", "umsatzliste", "transacties", "mutaties",
        "boekingen", "operations", "operations comptabilisees", "mouvements", "movimientos", "movimenti",
        "movimenti contabilizzati", "movimentos", "lancamentos", "extrato", "operacje", "transakcje",
        "historia transakcji", "zauctovane transakce", "transaktioner", "transaksjoner", "tapahtumat", "bookings",
        "booked", "booked transactions", "bokforda transaktioner", "bokforte transaksjoner", "posteringer",
        "operazioni contabilizzate", "zauctovane", "konyvelt tetelek", "islemler", "transacoes", "your transactions",
        "all transactions", "recent transactions", "kontobewegungen",
    ]),
    (Line::Footer, &[
        "end of statement", "end of report", "end of file", "end of transactions", "end of list", "no transactions",
        "no transactions found", "no pending transactions", "there are no transactions", "ende der umsatze",
        "ende des kontoauszugs", "keine umsatze", "geen transacties", "aucune operation", "fin de releve",
        "fin du releve", "fin del extracto", "sin movimientos", "nessun movimento", "fine estratto conto",
        "fim do extrato", "brak operacji", "konec vypisu",
    ]),
];

/// The names of months without accents, for days that are written out.
#[rustfmt::skip]
const MONTHS: &[&str] = &[
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "januar", "februar", "marz", "mai", "juni", "juli", "oktober", "dezember", "januari", "februari",
    "maart", "mei", "augustus", "janvier", "fevrier", "mars", "avril", "juin", "juillet", "aout", "septembre",
    "octobre", "novembre", "decembre", "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
    "septiembre", "octubre", "noviembre", "diciembre", "gennaio", "febbraio", "aprile", "maggio", "giugno", "luglio",
    "settembre", "ottobre", "dicembre", "janeiro", "fevereiro", "marco", "maio", "junho", "julho", "setembro",
    "outubro", "novembro", "dezembro", "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca",
    "sierpnia", "wrzesnia", "pazdziernika", "listopada", "grudnia", "ledna", "unora", "brezna", "dubna", "kvetna",
    "cervna", "cervence", "srpna", "zari", "rijna", "prosince", "maj", "desember",
];

#[cfg(test)]
#[path = "../../../tests/unit/import/lines.rs"]
mod tests;
