//! Which single-byte code page the language of a file proves.
//!
//! Every word with a letter beyond ASCII is read under each code page. A reading with a sign inside a word, a capital
//! behind a small letter, two scripts in one word, or a word whose letters no language of that page has, is none.
//! Where several readings are left, the words that banks print (`Libellé`, `Částka`) tell the language, and the language
//! the page. Else the person is asked: an unknown page is better than a wrong name.

use std::collections::HashSet;

use encoding_rs::{ISO_8859_2, ISO_8859_15, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

use super::lines::folded;
use crate::import::code_page::CodePage;

/// What the bytes of a file prove.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// The only page that makes sense, or whose language the words prove.
    Page(CodePage),
    /// Several pages make sense: their readings of the first word on which they differ, and where it stands.
    Open { at: usize, readings: Vec<(CodePage, String)> },
}

/// The pages, the likeliest first where two read a file alike.
const PAGES: [CodePage; 7] = [
    CodePage::Web(WINDOWS_1252),
    CodePage::Web(WINDOWS_1250),
    CodePage::Web(ISO_8859_15),
    CodePage::Web(ISO_8859_2),
    CodePage::Ibm850,
    CodePage::Web(WINDOWS_1251),
    CodePage::Web(SHIFT_JIS),
];

/// Pages that a language is written in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Western,
    Central,
    Cyrillic,
    Japanese,
}

impl Script {
    fn of(page: CodePage) -> Script {
        match page {
            CodePage::Web(encoding) if encoding == WINDOWS_1250 || encoding == ISO_8859_2 => Script::Central,
            CodePage::Web(encoding) if encoding == WINDOWS_1251 => Script::Cyrillic,
            CodePage::Web(encoding) if encoding == SHIFT_JIS => Script::Japanese,
            _ => Script::Western,
        }
    }
}

struct Language {
    script: Script,
    /// The small letters beyond ASCII of its words, and of foreign words that it uses as they are.
    letters: &'static str,
    /// What banks print in it, without accents; no word that another of these languages has.
    words: &'static [&'static str],
    /// Its currency and country, which tell more than a word.
    marks: &'static [&'static str],
}

/// A page under which the whole file makes sense.
struct Reading {
    page: CodePage,
    /// The words beyond ASCII, as they read.
    words: Vec<String>,
    /// How much of the file is in the language of this page that has all of its letters; nothing where none has.
    known: Option<u32>,
}

/// Finds the code page of bytes that are neither ASCII nor UTF-8.
pub(crate) fn code_page(bytes: &[u8]) -> Proof {
    let runs = Runs::of(bytes);
    let mut readings: Vec<Reading> = PAGES.into_iter().filter_map(|page| Reading::of(page, bytes, &runs)).collect();
    // Beside a page of today, one of DOS or of another script has to show its language.
    let is_rare = |reading: &Reading| {
        reading.page == CodePage::Ibm850 || matches!(Script::of(reading.page), Script::Cyrillic | Script::Japanese)
    };
    if !readings.iter().all(is_rare) {
        readings.retain(|reading| !is_rare(reading) || reading.known >= Some(2));
    }
    let mut different: Vec<&Reading> = Vec::new();
    for reading in &readings {
        match different.iter_mut().find(|other| other.words == reading.words) {
            Some(other) if other.known < reading.known && Script::of(other.page) != Script::of(reading.page) => {
                *other = reading;
            }
            Some(_) => {}
            None => different.push(reading),
        }
    }
    // Where a western page reads the same, it is as good a name as any.
    let page = |reading: &Reading| {
        readings.iter().find(|other| other.words == reading.words).map_or(reading.page, |first| first.page)
    };
    match different.as_slice() {
        [only] => return Proof::Page(page(only)),
        [] => {}
        several => {
            let mut ranked = several.to_vec();
            ranked.sort_by_key(|reading| std::cmp::Reverse(reading.known));
            let (best, next) = (ranked[0].known, ranked[1].known);
            let is_only_language = best.is_some() && next.is_none();
            if is_only_language || best.is_some_and(|best| best >= 2 && best > 2 * next.unwrap_or(0)) {
                return Proof::Page(page(ranked[0]));
            }
        }
    }
    open(bytes, &runs, &different)
}

/// Says what is open: the pages that make sense, or, where none does, those that have a character for every byte.
fn open(bytes: &[u8], runs: &Runs<'_>, different: &[&Reading]) -> Proof {
    let pages: Vec<CodePage> = match different {
        [] => PAGES.into_iter().filter(|page| page.decode(bytes).is_ok_and(|text| !text.chars().any(is_c1))).collect(),
        several => several.iter().map(|reading| reading.page).collect(),
    };
    let read = |page: &CodePage, run: &[u8]| page.decode(run).map_or_else(|_| "?".to_owned(), |text| text.into_owned());
    let differs = |run: &&(usize, &[u8])| {
        let mut texts = pages.iter().map(|page| read(page, run.1));
        texts.next().is_some_and(|first| texts.any(|other| other != first))
    };
    let shown = runs.high.iter().find(differs).or(runs.high.first());
    let (at, run) = shown.copied().unwrap_or((0, &[]));
    Proof::Open { at, readings: pages.iter().map(|page| (*page, read(page, run))).collect() }
}

/// The words of a file, as bytes: letters of ASCII and everything beyond it.
struct Runs<'a> {
    /// Those with a byte beyond ASCII, each once, with the place of the first.
    high: Vec<(usize, &'a [u8])>,
    /// The others, each once.
    ascii: HashSet<&'a [u8]>,
    /// Lone bytes right before a digit, where a currency sign stands and no letter.
    before_digit: HashSet<&'a [u8]>,
}

impl<'a> Runs<'a> {
    fn of(bytes: &'a [u8]) -> Runs<'a> {
        let mut seen = HashSet::new();
        let mut runs = Runs { high: Vec::new(), ascii: HashSet::new(), before_digit: HashSet::new() };
        let mut at = 0;
        for run in bytes.split(|byte| byte.is_ascii() && !byte.is_ascii_alphabetic()) {
            if run.is_ascii() {
                if !run.is_empty() {
                    runs.ascii.insert(run);
                }
            } else {
                if run.len() == 1 && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
                    runs.before_digit.insert(run);
                }
                if seen.insert(run) {
                    runs.high.push((at, run));
                }
            }
            at += run.len() + 1;
        }
        runs
    }
}

impl Reading {
    /// Reads a file under a page; nothing where it makes no sense.
    fn of(page: CodePage, bytes: &[u8], runs: &Runs<'_>) -> Option<Reading> {
        let script = Script::of(page);
        let words = match script {
            Script::Japanese => japanese(page, bytes)?,
            _ => runs.high.iter().map(|(_, run)| word(page, run)).collect::<Option<Vec<String>>>()?,
        };
        let is_letter = |run: &&[u8]| page.decode(run).is_ok_and(|text| text.chars().all(char::is_alphabetic));
        if script != Script::Japanese && runs.before_digit.iter().any(is_letter) {
            return None;
        }
        let languages = || LANGUAGES.iter().filter(|language| language.script == script);
        if script != Script::Japanese && !words.iter().all(|word| languages().any(|language| language.has(word))) {
            return None;
        }
        let plain = runs.ascii.iter().filter_map(|run| std::str::from_utf8(run).ok());
        let all: HashSet<String> =
            plain.chain(words.iter().map(String::as_str)).map(|word| word.chars().map(folded).collect()).collect();
        let fitting = languages().filter(|language| words.iter().all(|word| language.has(word)));
        let known = fitting.map(|language| language.known(&all)).max();
        Some(Reading { page, words, known })
    }
}

impl Language {
    fn has(&self, word: &str) -> bool {
        let mut letters = word.chars().filter(|c| !c.is_ascii() && c.is_alphabetic() && !matches!(c, 'ª' | 'º' | 'µ'));
        match self.script {
            Script::Japanese => true,
            _ => letters.all(|letter| letter.to_lowercase().all(|small| self.letters.contains(small))),
        }
    }

    fn known(&self, words: &HashSet<String>) -> u32 {
        let count = |known: &[&str]| known.iter().map(|word| u32::from(words.contains(*word))).sum::<u32>();
        match self.script {
            Script::Japanese => {
                let has = |known: &&&str| words.iter().any(|word| word.contains(**known));
                self.words.iter().map(|known| u32::from(has(&known))).sum::<u32>() * 2
            }
            _ => count(self.words) + 3 * count(self.marks),
        }
    }
}

fn is_c1(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9f}')
}

/// Reads one word under a single-byte page; nothing where it is no word of any language.
fn word(page: CodePage, run: &[u8]) -> Option<String> {
    let text = page.decode(run).ok()?.into_owned();
    let characters: Vec<char> = text.chars().collect();
    let is_cyrillic = |c: &char| matches!(c, '\u{400}'..='\u{4ff}');
    if characters.iter().any(is_cyrillic) && characters.iter().any(|c| c.is_alphabetic() && !is_cyrillic(c)) {
        return None;
    }
    for (at, c) in characters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| characters.get(at)).filter(|c| c.is_alphabetic());
        let behind = characters.get(at + 1).filter(|c| c.is_alphabetic());
        if c.is_alphabetic() {
            let is_high = !c.is_ascii() || before.is_some_and(|c| !c.is_ascii());
            // Banks and people hide letters behind an X.
            if is_high && *c != 'X' && c.is_uppercase() && before.is_some_and(|c| c.is_lowercase()) {
                return None;
            }
        } else if !c.is_ascii() && !may_stand(*c, before.is_some(), behind.is_some()) {
            return None;
        }
    }
    Some(text)
}

/// Returns whether a sign stands where texts have it: most of them not inside a word, and some not at its edge.
fn may_stand(sign: char, before: bool, behind: bool) -> bool {
    match sign {
        '’' | '‘' | '´' | '·' | '–' | '—' | '°' | '\u{a0}' => true,
        '¿' | '¡' | '«' | '„' | '“' | '•' | '§' | '©' => !before,
        '»' | '”' | '…' | '®' | '™' | '²' | '³' | '¹' => !behind,
        '€' | '£' | '¥' | '¢' | '½' | '¼' | '¾' | '±' | '×' => !before && !behind,
        _ => false,
    }
}

/// Reads Japanese text; nothing where it is none. European text read as Japanese has single characters between Latin ones.
fn japanese(page: CodePage, bytes: &[u8]) -> Option<Vec<String>> {
    let text = page.decode(bytes).ok()?;
    let characters: Vec<char> = text.chars().collect();
    let is_letter = |c: &char| matches!(c, '\u{3041}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ff66}'..='\u{ff9f}');
    let is_sign = |c: &char| matches!(c, '\u{3000}'..='\u{3040}' | '\u{ff01}'..='\u{ff65}' | '\u{ffe0}'..='\u{ffe6}' | '−' | '…' | '―' | '×' | '○' | '●');
    if characters.iter().any(|c| !c.is_ascii() && !is_letter(c) && !is_sign(c)) {
        return None;
    }
    let mut words = Vec::new();
    let mut longest = 0;
    let mut at = 0;
    while at < characters.len() {
        let length = characters[at..].iter().take_while(|c| !c.is_ascii()).count();
        if length == 0 {
            at += 1;
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| characters.get(at)).filter(|c| c.is_ascii_alphabetic());
        let behind = characters.get(at + length).filter(|c| c.is_ascii_alphabetic());
        let is_small = |c: Option<&char>| c.is_some_and(char::is_ascii_lowercase);
        if is_small(before) || is_small(behind) || (before.is_some() && behind.is_some()) {
            return None;
        }
        longest = longest.max(characters[at..at + length].iter().filter(|c| is_letter(c)).count());
        words.push(characters[at..at + length].iter().collect());
        at += length;
    }
    (longest >= 2).then_some(words)
}

#[rustfmt::skip]
const LANGUAGES: &[Language] = &[
    Language { script: Script::Western, letters: "éèêëàáâäãåçïíîñóôöøüúæœ", marks: &["gbp", "usd", "aud", "cad", "nzd"],
        words: &["date", "description", "amount", "balance", "payee", "posted", "transaction", "details", "currency", "withdrawal", "deposit", "account", "payment", "purchase", "type", "reference"] },
    Language { script: Script::Western, letters: "äöüßéèêàáóíñçâôåøæ", marks: &["de", "at"],
        words: &["buchungstag", "buchung", "betrag", "verwendungszweck", "auftraggeber", "empfanger", "umsatz", "wahrung", "kontonummer", "blz", "wertstellung", "buchungstext", "lastschrift", "gutschrift", "uberweisung", "kontostand", "beguenstigter", "zahlungspflichtiger", "soll", "haben", "umsatzart", "kunde", "konto", "auftragskonto"] },
    Language { script: Script::Western, letters: "éèêëàâäçïíîóôöüúá", marks: &["nl"],
        words: &["bedrag", "omschrijving", "tegenrekening", "rekening", "mutatie", "boekdatum", "rekeningnummer", "naam", "bij", "af", "valutadatum", "betaling", "mededelingen", "munt"] },
    Language { script: Script::Western, letters: "éèêëàâäçïîôöœùûüÿæñíóá", marks: &["fr"],
        words: &["libelle", "montant", "solde", "virement", "prelevement", "operation", "compte", "paiement", "carte", "achat", "retrait", "beneficiaire", "devise", "cheque", "facture", "banque", "releve"] },
    Language { script: Script::Western, letters: "áéíóúüñçàèòïâêô", marks: &["mxn", "clp", "cop", "ars"],
        words: &["fecha", "concepto", "importe", "saldo", "cuenta", "descripcion", "movimiento", "abono", "cargo", "pago", "compra", "divisa", "oficina", "recibo", "transferencia", "nomina", "tarjeta"] },
    Language { script: Script::Western, letters: "àèéìíîòóùúçñüöä", marks: &["it"],
        words: &["causale", "importo", "descrizione", "addebito", "accredito", "bonifico", "contabile", "operazione", "dare", "avere", "entrate", "uscite", "commissione", "pagamento", "movimenti", "divisa"] },
    Language { script: Script::Western, letters: "áàâãéêíóôõúüçñèö", marks: &["brl"],
        words: &["lancamento", "historico", "valor", "descricao", "credito", "debito", "documento", "saldo", "conta", "agencia", "transferencia", "movimento", "extrato", "compra", "pagamento"] },
    Language { script: Script::Western, letters: "åäöéüàáèæøš", marks: &["sek"],
        words: &["bokforingsdag", "belopp", "transaktion", "bokford", "mottagare", "avsandare", "rubrik", "kontonummer", "bokforingsdatum", "transaktionsdatum", "meddelande", "saldo", "overforing"] },
    Language { script: Script::Western, letters: "æøåéèêòóôüäö", marks: &["nok", "dkk", "nkr"],
        words: &["dato", "belop", "belob", "forklaring", "tekst", "rentedato", "inn", "ut", "utbetaling", "innbetaling", "bogfort", "afsender", "modtager", "beskrivelse", "varekjop", "overforsel", "saldo", "fra", "til"] },
    Language { script: Script::Western, letters: "äöåéšžü", marks: &["fi"],
        words: &["kirjauspaiva", "arvopaiva", "maara", "euroa", "saaja", "maksaja", "viesti", "viite", "tapahtuma", "selitys", "tilinumero", "kirjauspvm", "saajan"] },
    Language { script: Script::Western, letters: "áéíóúýþæðö", marks: &["isk"],
        words: &["dagsetning", "upphaed", "skyring", "stada", "faerslunumer", "texti"] },
    Language { script: Script::Central, letters: "áčďéěíňóřšťúůýžäöü", marks: &["czk", "cz", "kc"],
        words: &["castka", "datum", "mena", "ucet", "protiucet", "popis", "zprava", "zustatek", "poznamka", "splatnost", "zauctovani", "provedeni", "platba", "prichozi", "odchozi", "nazev", "objem", "banky", "symbol", "transakce", "uctu", "typ", "prijemce", "vyber"] },
    Language { script: Script::Central, letters: "áäčďéíĺľňóôŕšťúýžěřů", marks: &["sk", "skk"],
        words: &["suma", "datum", "mena", "ucet", "protiucet", "popis", "zostatok", "poznamka", "splatnost", "zauctovania", "platba", "prijemca", "nazov", "symbol", "transakcie", "uctu", "typ", "vyber", "sprava"] },
    Language { script: Script::Central, letters: "ąćęłńóśźżéöüä", marks: &["pln", "pl", "zl"],
        words: &["kwota", "data", "opis", "operacji", "saldo", "waluta", "nadawca", "odbiorca", "tytul", "rachunku", "rachunek", "przelew", "ksiegowania", "transakcji", "numer", "konto", "nazwa", "kontrahenta", "platnosc", "rodzaj", "obciazenia", "uznania"] },
    Language { script: Script::Central, letters: "áéíóöőúüűä", marks: &["huf", "hu", "ft"],
        words: &["osszeg", "datum", "egyenleg", "konyveles", "kozlemeny", "terheles", "jovairas", "szamla", "deviza", "tranzakcio", "szamlaszam", "ertek", "napja", "tipus", "partner", "utalas", "ertekpap", "kartya"] },
    Language { script: Script::Central, letters: "ăâîşţșțéöüá", marks: &["ron", "ro", "lei"],
        words: &["suma", "data", "sold", "detalii", "tranzactie", "plata", "cont", "debit", "credit", "beneficiar", "valuta", "descriere", "contravaloare"] },
    Language { script: Script::Central, letters: "čćđšžéöüäá", marks: &["hrk", "hr", "si", "rsd"],
        words: &["datum", "opis", "iznos", "znesek", "stanje", "racun", "valuta", "uplata", "isplata", "naziv", "namen", "placila", "prejemnik", "breme", "dobro"] },
    Language { script: Script::Cyrillic, letters: "абвгдежзийклмнопрстуфхцчшщъыьэюяё", marks: &["rub", "bgn"],
        words: &["дата", "сумма", "валюта", "описание", "счет", "баланс", "операции", "остаток", "назначение", "платежа", "приход", "расход", "сума", "основание", "категория", "статус"] },
    Language { script: Script::Cyrillic, letters: "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", marks: &["uah"],
        words: &["дата", "сума", "валюта", "опис", "рахунок", "залишок", "призначення", "платежу", "картка"] },
    Language { script: Script::Japanese, letters: "", marks: &["jpy"],
        words: &["日付", "金額", "残高", "摘要", "取引", "入金", "出金", "支払", "振込", "お預", "引出", "利用", "口座", "年月日", "差引"] },
];

#[cfg(test)]
#[path = "../../../tests/unit/import/language.rs"]
mod tests;
