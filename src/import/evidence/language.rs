//! Which single-byte code page the language of a file proves.
//!
//! Every word with a letter beyond ASCII is read under each code page. A reading with a sign inside a word, a capital
//! behind a small letter, two scripts in one word, or a word whose letters no language of that page has, is none.
//! Where several readings are left, the words that banks print (`Libellé`, `Částka`) and words that only one page spells
//! (`Købmand`, `Fırın`) tell the language, and the language the page. English tells nothing: banks of all countries print
//! it. Else the person is asked: an unknown page is better than a wrong name.

use std::collections::HashSet;

use encoding_rs::{ISO_8859_2, ISO_8859_15, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1254};

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
const PAGES: [CodePage; 8] = [
    CodePage::Web(WINDOWS_1252),
    CodePage::Web(WINDOWS_1250),
    CodePage::Web(WINDOWS_1254),
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
    Turkish,
    Cyrillic,
    Japanese,
}

impl Script {
    fn of(page: CodePage) -> Script {
        match page {
            CodePage::Web(encoding) if encoding == WINDOWS_1250 || encoding == ISO_8859_2 => Script::Central,
            CodePage::Web(encoding) if encoding == WINDOWS_1254 => Script::Turkish,
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
    /// Words and parts of words in small letters, at least one of them beyond ASCII. Those of up to three letters are
    /// whole words.
    spelled: &'static str,
}

/// A page under which the whole file makes sense.
struct Reading {
    page: CodePage,
    /// The words beyond ASCII, as they read.
    words: Vec<String>,
    /// How many words of each language of this page the file has.
    by_language: Vec<Known>,
    /// How much of the file is in the language of this page that it is most in.
    known: u32,
    /// Whether one language of this page has all letters of the file.
    fits: bool,
}

/// Finds the code page of bytes that are neither ASCII nor UTF-8.
pub(crate) fn code_page(bytes: &[u8]) -> Proof {
    let runs = Runs::of(bytes);
    let mut readings: Vec<Reading> = PAGES.into_iter().filter_map(|page| Reading::of(page, bytes, &runs)).collect();
    let is_rare = |reading: &Reading| {
        reading.page == CodePage::Ibm850 || matches!(Script::of(reading.page), Script::Cyrillic | Script::Japanese)
    };
    // A word that the pages of today read alike says nothing about which of them it is.
    let today: Vec<&Reading> = readings.iter().filter(|reading| !is_rare(reading)).collect();
    let differs = |index: &usize| today.iter().any(|reading| reading.words[*index] != today[0].words[*index]);
    let telling: Vec<usize> = (0..runs.high.len()).filter(differs).collect();
    let has_today = !today.is_empty();
    for reading in readings.iter_mut().filter(|reading| Script::of(reading.page) != Script::Japanese) {
        let words = if is_rare(reading) { (0..runs.high.len()).collect() } else { telling.clone() };
        reading.weigh(&words);
    }
    // Beside a page of today, one of DOS or of another script has to show its language.
    readings.retain(|reading| !has_today || !is_rare(reading) || reading.known >= 2);
    // Pages that read the file alike are one reading, under the likeliest name.
    let mut different: Vec<Reading> = Vec::new();
    for reading in readings {
        match different.iter_mut().find(|other| other.words == reading.words) {
            Some(other) => {
                other.known = other.known.max(reading.known);
                other.fits |= reading.fits;
            }
            None => different.push(reading),
        }
    }
    different.sort_by_key(|reading| std::cmp::Reverse((reading.known, reading.fits)));
    let proven = match different.as_slice() {
        [] => None,
        [only] => (only.fits || only.known >= 2).then_some(only),
        [best, others @ ..] => others.iter().all(|other| best.beats(other)).then_some(best),
    };
    match proven {
        Some(reading) => Proof::Page(reading.page),
        None => open(bytes, &runs, &different),
    }
}

/// Says what is open: the pages that make sense, or, where none does, those that have a character for every byte.
fn open(bytes: &[u8], runs: &Runs<'_>, different: &[Reading]) -> Proof {
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
        let languages = || languages_of(script);
        // The Turkish page has the letters of the west, but for six.
        let guests = || languages_of(Script::Western).filter(|_| script == Script::Turkish);
        let has_language = |word: &String| languages().chain(guests()).any(|language| language.has(word));
        if script != Script::Japanese && !words.iter().all(has_language) {
            return None;
        }
        let plain = runs.ascii.iter().filter_map(|run| std::str::from_utf8(run).ok());
        let all: HashSet<String> =
            plain.chain(words.iter().map(String::as_str)).map(|word| word.chars().map(folded).collect()).collect();
        let fits = languages().any(|language| words.iter().all(|word| language.has(word)));
        let by_language: Vec<Known> = languages().map(|language| language.known(&all)).collect();
        let known = by_language.iter().map(|known| known.weight(0)).max().unwrap_or_default();
        Some(Reading { page, words, by_language, known, fits })
    }

    /// Returns whether the language of this reading rules the other one out.
    fn beats(&self, other: &Reading) -> bool {
        let is_only_language = self.fits && !other.fits;
        // Two pages of one script know the same words: the letters tell them apart.
        let has_more = match Script::of(self.page) == Script::of(other.page) {
            true => self.known > 0 && self.known >= other.known,
            false => self.known >= 2 && self.known > other.known,
        };
        (self.known >= 2 && self.known > 2 * other.known) || (is_only_language && has_more)
    }

    /// Weighs what is known of each language, with the spelling of the words that tell pages apart. A language without
    /// the letters of these words tells nothing about them.
    fn weigh(&mut self, telling: &[usize]) {
        let words: Vec<&String> = telling.iter().map(|index| &self.words[*index]).collect();
        let small: Vec<String> = words.iter().map(|word| small(word)).collect();
        let of_language = |(known, language): (&Known, &Language)| match words.iter().all(|word| language.has(word)) {
            true => known.weight(language.spells(&small)),
            false => 0,
        };
        let languages = languages_of(Script::of(self.page));
        self.known = self.by_language.iter().zip(languages).map(of_language).max().unwrap_or_default();
    }
}

/// What a file has of a language.
struct Known {
    words: u32,
    marks: u32,
}

impl Known {
    /// Weighs it, with what the spelling tells. A currency alone tells nothing: people travel.
    fn weight(&self, spelled: u32) -> u32 {
        let words = self.words.saturating_add(spelled);
        if words == 0 { 0 } else { words.saturating_add(self.marks) }
    }
}

/// Returns the languages of a script.
fn languages_of(script: Script) -> impl Iterator<Item = &'static Language> {
    LANGUAGES.iter().filter(move |language| language.script == script)
}

impl Language {
    fn has(&self, word: &str) -> bool {
        let mut letters = word.chars().filter(|c| !c.is_ascii() && c.is_alphabetic() && !matches!(c, 'ª' | 'º' | 'µ'));
        match self.script {
            Script::Japanese => true,
            _ => letters.all(|letter| letter.to_lowercase().all(|small| self.letters.contains(small))),
        }
    }

    fn known(&self, words: &HashSet<String>) -> Known {
        let count = |known: &[&str]| known.iter().map(|word| u32::from(words.contains(*word))).sum::<u32>();
        let words = match self.script {
            Script::Japanese => {
                let has = |known: &&&str| words.iter().any(|word| word.contains(**known));
                self.words.iter().map(|known| u32::from(has(&known))).sum::<u32>() * 2
            }
            _ => count(self.words),
        };
        Known { words, marks: 3 * count(self.marks) }
    }

    /// Weighs the words, in small letters, that are spelled as in this language.
    fn spells(&self, words: &[String]) -> u32 {
        let is_in = |part: &str, word: &str| match part.chars().count() {
            0..=3 => word == part,
            _ => word.contains(part),
        };
        let parts = || self.spelled.split(' ').filter(|part| !part.is_empty());
        // One or two letters are soon met by chance.
        let weight = |part: &str| if part.chars().count() < 3 { 1 } else { 2 };
        let best = |word: &String| parts().filter(|part| is_in(part, word)).map(weight).max();
        words.iter().filter_map(best).sum()
    }
}

/// Returns a word in small letters, the Turkish `İ` as `i`.
fn small(word: &str) -> String {
    word.to_lowercase().replace('\u{307}', "")
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
            if (*c == 'µ' && before.is_some()) || (matches!(c, 'ª' | 'º') && behind.is_some()) {
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
        '’' | '´' | '·' | '–' | '—' | '°' | '\u{a0}' => true,
        '¿' | '¡' | '«' | '„' | '‚' | '•' | '§' | '©' => !before,
        // English begins with what German ends in, and Swedish does both with what English ends in.
        '‘' | '“' | '”' => !(before && behind),
        '»' | '…' | '®' | '™' | '²' | '³' | '¹' => !behind,
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
    Language { script: Script::Western, letters: "éèêëàáâäãåçïíîñóôöøüúæœ", marks: &[], words: &[], spelled: "" },
    Language { script: Script::Western, letters: "äöüßéèêàáóíñçâôëîû", marks: &["de", "at"],
        words: &["buchungstag", "buchung", "betrag", "verwendungszweck", "auftraggeber", "empfanger", "umsatz", "wahrung", "kontonummer", "blz", "wertstellung", "buchungstext", "lastschrift", "gutschrift", "uberweisung", "kontostand", "beguenstigter", "zahlungspflichtiger", "soll", "haben", "umsatzart", "kunde", "konto", "auftragskonto"],
        spelled: "für über müller straße bäcker gebühr münch köln düsseldorf nürnberg zürich österreich möbel büro zurück rückz schlüssel währung empfänger prämie beiträg städt getränk frühstück käse gemüse" },
    Language { script: Script::Western, letters: "éèêëàâäçïíîóôöüúá", marks: &["nl"],
        words: &["bedrag", "omschrijving", "tegenrekening", "rekening", "mutatie", "boekdatum", "rekeningnummer", "naam", "bij", "af", "valutadatum", "betaling", "mededelingen", "munt"],
        spelled: "geïn één coördin financiële patiënt reünie officiële ruïne" },
    Language { script: Script::Western, letters: "éèêëàâäçïîôöœùûüÿæñíóá", marks: &["fr"],
        words: &["libelle", "montant", "solde", "virement", "prelevement", "operation", "compte", "paiement", "carte", "achat", "retrait", "beneficiaire", "devise", "cheque", "facture", "banque", "releve"],
        spelled: "à où lèvement chèque thèque père mère frère ière crèche collège crème être fête forêt prêt intérêt hôtel crêpe œuvre cœur août goût société générale électricité épicerie près très après règlement hypothè célè théâtre marché" },
    Language { script: Script::Western, letters: "áéíóúüñçàèòïâêô", marks: &["mxn", "clp", "cop", "ars"],
        words: &["fecha", "concepto", "importe", "saldo", "cuenta", "descripcion", "movimiento", "abono", "cargo", "pago", "compra", "divisa", "oficina", "recibo", "transferencia", "nomina", "tarjeta"],
        spelled: "españa señor señal muñoz año niño peña coruña compañ pequeñ mañana otoño cañas logroño núñez montañ viña baño ibáñez ordoñez toño piñata enseñanza" },
    Language { script: Script::Western, letters: "àèéìíîòóùúçñüöä", marks: &["it"],
        words: &["causale", "importo", "descrizione", "addebito", "accredito", "bonifico", "contabile", "operazione", "dare", "avere", "entrate", "uscite", "commissione", "pagamento", "movimenti", "divisa"],
        spelled: "più già può però caffè società città attività università libertà qualità modalità indennità lunedì martedì mercoledì giovedì venerdì pubblicità unità è à novità" },
    Language { script: Script::Western, letters: "áàâãéêíóôõúüçñèö", marks: &["brl"],
        words: &["lancamento", "historico", "valor", "descricao", "credito", "debito", "documento", "saldo", "conta", "agencia", "transferencia", "movimento", "extrato", "compra", "pagamento"],
        spelled: "são joão ação ações ições ição cartão pão não mês mãe manhã irmão irmã português francês três pensão padrão estação câmbio conexão avião leão mensão inscrição" },
    Language { script: Script::Western, letters: "åäöéüàáèæøš", marks: &["sek"],
        words: &["bokforingsdag", "belopp", "transaktion", "bokford", "mottagare", "avsandare", "rubrik", "kontonummer", "bokforingsdatum", "transaktionsdatum", "meddelande", "saldo", "overforing"],
        spelled: "på från för överför insättning åter gård mån månad årsavgift två små gåva båt skåne malmö göteborg örebro västerås åhléns linköping luleå umeå bokför räkning tandläk påfyll åkeri trädgård håll smörgås östermalm" },
    Language { script: Script::Western, letters: "æøåéèêòóôüäö", marks: &["nok", "dkk", "nkr"],
        words: &["dato", "belop", "belob", "forklaring", "tekst", "rentedato", "inn", "ut", "utbetaling", "innbetaling", "bogfort", "afsender", "modtager", "beskrivelse", "varekjop", "overforsel", "saldo", "fra", "til"],
        spelled: "på køb købmand købt beløb beløp bogført overførsel overføring århus ålborg rød brød løn måned år sørensen jørgensen møller næst kjøp kjøpt utført strøm tromsø bøker gård skål frå hånd læge sjø bjørn grønt grøn københavn fødsel smørrebrød lån også forsørg værk næring tømrer nørre østre søndre bodø ålesund" },
    Language { script: Script::Western, letters: "äöåéšžü", marks: &["fi"],
        words: &["kirjauspaiva", "arvopaiva", "maara", "euroa", "saaja", "maksaja", "viesti", "viite", "tapahtuma", "selitys", "tilinumero", "kirjauspvm", "saajan"],
        spelled: "määrä päivä sähkö käteis kävely hämee jyväskylä järvi mäki työ kylpylä ympäri hyvä kesä pääsy leipä kenkä" },
    Language { script: Script::Western, letters: "áéíóúýþæðö", marks: &["isk"],
        words: &["dagsetning", "upphaed", "skyring", "stada", "faerslunumer", "texti"],
        spelled: "greiðsl úttekt færsl búð þjónust húsnæði reykjavík fjörð við það þóknun staða skýring upphæð gjöld sjóð læknir apótek sími húsa íslan þórð hús" },
    Language { script: Script::Central, letters: "áčďéěíňóřšťúůýžäöüßľâçëôő", marks: &["czk", "cz", "kc"],
        words: &["castka", "datum", "mena", "ucet", "protiucet", "popis", "zprava", "zustatek", "poznamka", "splatnost", "zauctovani", "provedeni", "platba", "prichozi", "odchozi", "nazev", "objem", "banky", "symbol", "transakce", "uctu", "typ", "prijemce", "vyber"],
        spelled: "částka účet účtu účtování měna zpráva zůstatek příjem příchoz převod výběr řeznictví náměstí město městsk dvořák dvoř plzeň spoř čerpac škol česk pojišť přísp ství kovář nám. řízení počta počát železn poštovné úroč četba průvod lůžk zámečn měsí číslo dům kámen stěhov běžn bytů" },
    Language { script: Script::Central, letters: "áäčďéíĺľňóôŕšťúýžěřůöüßâçëőű", marks: &["sk", "skk"],
        words: &["suma", "datum", "mena", "ucet", "protiucet", "popis", "zostatok", "poznamka", "splatnost", "zauctovania", "platba", "prijemca", "nazov", "symbol", "transakcie", "uctu", "typ", "vyber", "sprava"],
        spelled: "účet účtu čiastk lekáreň kaviareň pečivo mesačn ročn poštov stĺp príjem ľud žilin košice prešov výber výplat čerpac česk čísl" },
    Language { script: Script::Central, letters: "ąćęłńóśźżéöüäßâçëč", marks: &["pln", "pl", "zl"],
        words: &["kwota", "data", "opis", "operacji", "saldo", "waluta", "nadawca", "odbiorca", "tytul", "rachunku", "rachunek", "przelew", "ksiegowania", "transakcji", "numer", "konto", "nazwa", "kontrahenta", "platnosc", "rodzaj", "obciazenia", "uznania"],
        spelled: "łódź księg świę dębem kraków poznań gdańsk wrocław żabka płatno wpłat wypłat opłat należn spożyw usług bieżąc ność ości zł kartą miesią gotówk spółka żółw zielień śród łazien białyst dzień sprzedaż toruń częstoch książ pocztą hurtowń piekarń księgarn" },
    Language { script: Script::Central, letters: "áéíóöőúüűäßâçëčăţ", marks: &["huf", "hu", "ft"],
        words: &["osszeg", "datum", "egyenleg", "konyveles", "kozlemeny", "terheles", "jovairas", "szamla", "deviza", "tranzakcio", "szamlaszam", "ertek", "napja", "tipus", "partner", "utalas", "ertekpap", "kartya"],
        spelled: "összeg könyvel közlemény győr fűszer díj költs műszaki zöldség gyógyszer munkabér készpénz vásárl erő idő szőlő gyűjt főváros ügyfél jövedelem fűtés tűzhely sütő belső mező előfizet erdő cipő nő sör könyv" },
    Language { script: Script::Central, letters: "ăâîşţéöüáäßçëőűíó", marks: &["ron", "ro", "lei"],
        words: &["suma", "data", "sold", "detalii", "tranzactie", "plata", "cont", "debit", "credit", "beneficiar", "valuta", "descriere", "contravaloare"],
        spelled: "plată încas bucureşt factură piaţa iaşi constanţa braşov dobând sumă târgu şi în cumpăr" },
    Language { script: Script::Central, letters: "čćđšžéöüäáßâçëíó", marks: &["hrk", "hr", "si", "rsd"],
        words: &["datum", "opis", "iznos", "znesek", "stanje", "racun", "valuta", "uplata", "isplata", "naziv", "namen", "placila", "prejemnik", "breme", "dobro"],
        spelled: "račun plaća čakov žup uplać isplać plačil međ članar tržn knjižn gorič šport" },
    Language { script: Script::Turkish, letters: "çğıi\u{307}öşüâîûéäß", marks: &["tl"],
        words: &["tarih", "tarihi", "tutar", "tutari", "bakiye", "aciklama", "islem", "hesap", "alacak", "borc", "odeme", "havale", "dekont", "sube", "gelen", "giden", "maas", "kira", "fatura", "numarasi", "birimi", "cekilen", "yatan"],
        spelled: "işlem açıklama ödeme alışveriş şube kartı yatırılan çekim mağaza kadıköy şişli beşiktaş yılmaz şahin yıldız doğal fırın sağlık maaş ığı lığı ları lığı ışık borç üsküdar eğitim sigortası aidatı döviz kuaför çarşı bağış taşıt kırtasiye" },
    Language { script: Script::Cyrillic, letters: "абвгдежзийклмнопрстуфхцчшщъыьэюяё", marks: &["rub", "bgn"],
        words: &["дата", "сумма", "валюта", "описание", "счет", "баланс", "операции", "остаток", "назначение", "платежа", "приход", "расход", "сума", "основание", "категория", "статус"],
        spelled: "" },
    Language { script: Script::Cyrillic, letters: "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", marks: &["uah"],
        words: &["дата", "сума", "валюта", "опис", "рахунок", "залишок", "призначення", "платежу", "картка"],
        spelled: "" },
    Language { script: Script::Japanese, letters: "", marks: &["jpy"],
        words: &["日付", "金額", "残高", "摘要", "取引", "入金", "出金", "支払", "振込", "お預", "引出", "利用", "口座", "年月日", "差引"],
        spelled: "" },
];

#[cfg(test)]
#[path = "../../../tests/unit/import/language.rs"]
mod tests;

#[cfg(test)]
#[path = "../../../tests/unit/import/languages.rs"]
mod samples;
