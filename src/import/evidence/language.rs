//! Which single-byte code page the language of a file proves.
//!
//! Every word with a letter beyond ASCII is read under each code page. A reading with a sign inside a word, a capital
//! behind a small letter, two scripts in one word, or a word whose letters no language of that page has, is none.
//! Where several readings are left, the words that banks print (`Libellé`, `Částka`) and words that only one page spells
//! (`Købmand`, `Fırın`) tell the language, and the language the page. English tells nothing: banks of all countries print
//! it. A reading that is left alone needs such words, too: the language may be one that is not known here. Only letters that
//! every page of the Latin script reads alike need none. Else the person is asked: an unknown page is better than a wrong
//! name.

use std::collections::HashSet;

use encoding_rs::{
    EUC_KR, GBK, ISO_8859_2, ISO_8859_15, KOI8_R, MACINTOSH, SHIFT_JIS, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
    WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257,
};

use super::languages::{LANGUAGES, Language, Script};
use super::lines::folded;
use crate::import::code_page::CodePage;

/// What the bytes of a file prove.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// The only page that makes sense, or whose language the words prove.
    Page(CodePage),
    /// Several pages may be it: their readings of the first word on which they differ, and where it stands.
    Open { at: usize, readings: Vec<(CodePage, String)> },
}

/// The pages, the likeliest first where two read a file alike.
const PAGES: [CodePage; 11] = [
    CodePage::Web(WINDOWS_1252),
    CodePage::Web(WINDOWS_1250),
    CodePage::Web(WINDOWS_1254),
    CodePage::Web(ISO_8859_15),
    CodePage::Web(ISO_8859_2),
    CodePage::Ibm850,
    CodePage::Web(WINDOWS_1257),
    CodePage::Web(WINDOWS_1251),
    CodePage::Web(WINDOWS_1253),
    CodePage::Web(WINDOWS_1255),
    CodePage::Web(SHIFT_JIS),
];

/// Pages that nothing here proves, offered where they read every byte as a letter and no more than one of the others does.
const OFFERED: [CodePage; 5] = [
    CodePage::Web(MACINTOSH),
    CodePage::Web(WINDOWS_1256),
    CodePage::Web(KOI8_R),
    CodePage::Web(EUC_KR),
    CodePage::Web(GBK),
];

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
        let is_today = matches!(Script::of(reading.page), Script::Western | Script::Central | Script::Turkish);
        reading.page == CodePage::Ibm850 || !is_today
    };
    // A word that the pages of today read alike says nothing about which of them it is.
    let today: Vec<&Reading> = readings.iter().filter(|reading| !is_rare(reading)).collect();
    let differs = |index: &usize| today.iter().any(|reading| reading.words.get(*index) != today[0].words.get(*index));
    let telling: Vec<usize> = (0..runs.high.len()).filter(differs).collect();
    let has_today = !today.is_empty();
    for reading in readings.iter_mut().filter(|reading| Script::of(reading.page) != Script::Japanese) {
        let words = if is_rare(reading) { (0..runs.high.len()).collect() } else { telling.clone() };
        reading.weigh(&words);
    }
    // Beside a page of today, one of DOS or of another script has to show its language.
    let (mut readings, others): (Vec<Reading>, Vec<Reading>) =
        readings.into_iter().partition(|reading| !has_today || !is_rare(reading) || reading.known >= 2);
    // Pages that read the file alike are one reading, under the likeliest name.
    let mut different: Vec<Reading> = Vec::new();
    for reading in readings.drain(..) {
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
        [only] => only.is_alone(&others, runs.high.len()).then_some(only),
        [best, others @ ..] => others.iter().all(|other| best.beats(other)).then_some(best),
    };
    match proven {
        Some(reading) => Proof::Page(reading.page),
        None => open(bytes, &runs, different.iter().chain(&others)),
    }
}

/// Says what is open: the pages that make sense; where fewer than two do, those that read every byte as a letter, or at
/// least as a character. Pages that read the file alike are one.
fn open<'r>(bytes: &[u8], runs: &Runs<'_>, readings: impl Iterator<Item = &'r Reading>) -> Proof {
    let read = |page: CodePage, run: &[u8]| page.decode(run).map_or_else(|_| "?".to_owned(), |text| text.into_owned());
    let words = |page: CodePage| runs.high.iter().map(|(_, run)| read(page, run)).collect::<Vec<String>>();
    let mut pages: Vec<(CodePage, Vec<String>)> = Vec::new();
    let mut add = |page: CodePage| {
        let words = words(page);
        if !pages.iter().any(|(_, known)| *known == words) {
            pages.push((page, words));
        }
        pages.len()
    };
    let mut found = readings.map(|reading| add(reading.page)).last().unwrap_or_default();
    let has_letters = |page: &CodePage| {
        page.decode(bytes).is_ok() && runs.high.iter().all(|(_, run)| is_of_letters(&read(*page, run)))
    };
    let has_characters = |page: &CodePage| page.decode(bytes).is_ok_and(|text| !text.chars().any(is_c1));
    if found < 2 {
        found = PAGES.into_iter().chain(OFFERED).filter(has_letters).map(&mut add).last().unwrap_or(found);
    }
    if found < 2 {
        PAGES.into_iter().filter(has_characters).for_each(|page| _ = add(page));
    }
    let differs = |index: &usize| pages.iter().any(|(_, words)| words.get(*index) != pages[0].1.get(*index));
    let shown = (0..runs.high.len()).find(differs).unwrap_or_default();
    let at = runs.high.get(shown).map_or(0, |(at, _)| *at);
    let reading = |(page, words): (CodePage, Vec<String>)| (page, words.into_iter().nth(shown).unwrap_or_default());
    Proof::Open { at, readings: pages.into_iter().map(reading).collect() }
}

/// Returns whether a word has letters of one script beside ASCII, and nothing else.
fn is_of_letters(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii() || c.is_alphabetic()) && !mixes_scripts(word)
}

/// Returns whether letters of two scripts stand in a word.
fn mixes_scripts(word: &str) -> bool {
    let script = |c: char| match c {
        '\u{370}'..='\u{3ff}' => 1,
        '\u{400}'..='\u{4ff}' => 2,
        '\u{590}'..='\u{5ff}' => 3,
        _ => 0,
    };
    let mut scripts = word.chars().filter(|c| c.is_alphabetic() && *c != 'µ').map(script);
    scripts.next().is_some_and(|first| scripts.any(|other| other != first))
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

    /// Returns whether the one reading that is left is proven: its words are known, or it is of western letters that the
    /// pages which were ruled out for want of words would not read otherwise.
    fn is_alone(&self, others: &[Reading], words: usize) -> bool {
        let known = self.weighed(&(0..words).collect::<Vec<usize>>());
        let is_rival = |other: &&Reading| other.page != CodePage::Ibm850 && other.words != self.words;
        let is_western = self.page == CodePage::Web(WINDOWS_1252);
        self.known.max(known) > 0 || (is_western && self.fits && !others.iter().any(|other| is_rival(&other)))
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
        self.known = self.weighed(telling);
    }

    fn weighed(&self, telling: &[usize]) -> u32 {
        // A page of two bytes for a letter may have fewer words.
        let words: Vec<&String> = telling.iter().filter_map(|index| self.words.get(*index)).collect();
        let small: Vec<String> = words.iter().map(|word| small(word)).collect();
        let of_language = |(known, language): (&Known, &Language)| match words.iter().all(|word| language.has(word)) {
            true => known.weight(language.spells(&small)),
            false => 0,
        };
        let languages = languages_of(Script::of(self.page));
        self.by_language.iter().zip(languages).map(of_language).max().unwrap_or_default()
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
    if mixes_scripts(&text) {
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

#[cfg(test)]
#[path = "../../../tests/unit/import/language.rs"]
mod tests;

#[cfg(test)]
#[path = "../../../tests/unit/import/languages.rs"]
mod samples;
