//! docs/errors.md against the program: every sentence of an error is in it, with its exit code, and no other sentence.
//!
//! The sentences are read from the source: `#[error("…")]`, the messages of `CliError`, what `values.rs` says of a value,
//! the hints about files that were refused, and the kinds of a problem with a file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprCall, ExprLit, ExprMacro, Lit, LitStr, Token};

use crate::exit_codes::EXITS;
use crate::{project, read};

/// Messages that a call of `CliError` takes from a variable or a constant: the file, the expression, what it may be.
const SPOKEN_ELSEWHERE: [(&str, &str, &[&str]); 10] = [
    (
        "commands/backup.rs",
        "why",
        &[
            "the --keep options are for a directory",
            "--dry-run is for a directory or a file",
            "standard output is the backup itself, and has no report",
        ],
    ),
    // An id of another kind, which is a sentence of its own.
    ("commands/duplicates.rs", "error", &[]),
    // Of the reader of the command line.
    ("error.rs", "message", &[]),
    // The sentences are in a section of their own.
    ("importing/refusals.rs", "message", &[]),
    ("importing/run.rs", "doing", &["cannot read <>"]),
    ("profiles.rs", "UNUSABLE", &["your CSV profile cannot be used"]),
    ("profiles.rs", "doing", &["your CSV profile cannot be used: <>"]),
    ("terminal.rs", "why", &["nothing was entered", "what was typed is too long", "what was typed is not UTF-8"]),
    ("token_out.rs", "lost", &["cannot write the token to standard output"]),
    // Of the reader of the command line, too.
    ("usage.rs", "message", &[]),
];

/// Errors whose kind `ops/kind.rs` does not tell, as other errors carry them, and the exit codes that they then take. An error
/// that is not here takes the code of the one that it explains, and has `–` in the catalogue.
const TAKEN: [(&str, &[u8]); 19] = [
    ("AeadError", &[6]),
    ("CanonicalError", &[1]),
    ("ContentError", &[6]),
    ("CurrencyError", &[2]),
    ("DayError", &[2]),
    ("Fault", &[5, 6]),
    ("FileError", &[1, 6]),
    ("IdError", &[2]),
    ("KdfError", &[6]),
    ("KeyringError", &[1]),
    ("LogFault", &[6]),
    ("MoneyError", &[2]),
    ("OutputError", &[1]),
    ("PeriodError", &[2]),
    ("RecoveryCodeError", &[3]),
    ("SignError", &[2, 6]),
    ("TermsError", &[2]),
    ("TokenError", &[3]),
    ("UnknownWord", &[2]),
];

/// The exit codes that each sentence is known to have. None where it has that of another error, which it explains.
type Sentences = BTreeMap<String, BTreeSet<u8>>;

#[derive(Default)]
struct Found {
    sentences: Sentences,
    /// The exit codes that a sentence may have besides, by [`TAKEN`].
    taken: Sentences,
    /// The exit codes of `Enum::Variant`, from `ops/kind.rs`.
    kinds: BTreeMap<String, BTreeSet<u8>>,
    file: String,
    unread: Vec<String>,
}

impl Found {
    fn add(&mut self, template: &str, exits: BTreeSet<u8>) {
        let sentence = plain(template);
        if sentence.replace("<>", "").chars().any(char::is_alphabetic) {
            self.sentences.entry(sentence).or_default().extend(exits);
        }
    }

    fn variant(&mut self, name: &str, attributes: &[Attribute]) {
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("error")) {
            // What follows the text are its arguments; `transparent` has none.
            let text = attribute.parse_args_with(|input: ParseStream<'_>| {
                let text: LitStr = input.parse()?;
                input.parse::<TokenStream>().map(|_| text.value())
            });
            let Ok(text) = text else { continue };
            let exits = self.kinds.get(name).cloned().unwrap_or_default();
            if exits.is_empty() {
                let error = name.split("::").next().unwrap_or_default();
                let taken = TAKEN.iter().filter(|(of, _)| *of == error).flat_map(|(_, codes)| *codes);
                self.taken.entry(plain(&text)).or_default().extend(taken);
            }
            self.add(&text, exits);
        }
    }

    fn spoken(&mut self, call: &ExprCall) {
        let path = words(&call.func);
        if path != "CliError::new" && path != "CliError::caused" {
            return;
        }
        let (exit, message) = (words(&call.args[0]), &call.args[1]);
        let exits: BTreeSet<u8> = exit_code(exit.rsplit("::").next().unwrap_or_default()).into_iter().collect();
        match text(message) {
            Some(text) => self.add(&text, exits),
            None => {
                let name = words(message);
                let known = SPOKEN_ELSEWHERE
                    .iter()
                    .find(|(file, expression, _)| self.file == format!("src/cli/{file}") && *expression == name);
                match known {
                    Some((_, _, sentences)) => sentences.iter().for_each(|text| self.add(text, exits.clone())),
                    None => self.unread.push(format!("{}: {name}", self.file)),
                }
            }
        }
    }
}

impl<'ast> Visit<'ast> for Found {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !item.attrs.iter().any(|attribute| attribute.path().is_ident("cfg")) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.variant(&item.ident.to_string(), &item.attrs);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        for variant in &item.variants {
            self.variant(&format!("{}::{}", item.ident, variant.ident), &variant.attrs);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        self.spoken(call);
        visit::visit_expr_call(self, call);
    }
}

/// Collects the arms of `ops/kind.rs`: which variants have which kind.
#[derive(Default)]
struct Kinds(BTreeMap<String, BTreeSet<u8>>);

impl<'ast> Visit<'ast> for Kinds {
    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        let mut paths = Paths::default();
        paths.visit_arm(arm);
        let exits: BTreeSet<u8> =
            paths.0.iter().filter_map(|path| exit_code(path.strip_prefix("ErrorKind::")?)).collect();
        for path in paths.0.iter().filter(|path| !path.starts_with("ErrorKind::")) {
            self.0.entry(path.clone()).or_default().extend(&exits);
        }
    }
}

#[derive(Default)]
struct Paths(Vec<String>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path.segments.iter().map(|part| part.ident.to_string()).collect();
        self.0.push(parts.join("::"));
    }
}

/// Collects texts in code, but no documentation.
#[derive(Default)]
struct Texts(Vec<String>);

impl<'ast> Visit<'ast> for Texts {
    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_item_mod(&mut self, _: &'ast syn::ItemMod) {}

    fn visit_lit_str(&mut self, text: &'ast LitStr) {
        self.0.push(text.value());
    }

    fn visit_expr_macro(&mut self, item: &'ast ExprMacro) {
        self.0.extend(first_text(item));
    }
}

fn first_text(item: &ExprMacro) -> Option<String> {
    let parts = item.mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated).ok()?;
    parts.first().and_then(text)
}

/// Returns a text that stands there, also as the form of `format!`.
fn text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        Expr::Macro(item) if item.mac.path.is_ident("format") => first_text(item),
        _ => None,
    }
}

/// Returns the first path in an expression, such as `Exit::Usage` or `why`.
fn words(expression: &Expr) -> String {
    let mut paths = Paths::default();
    paths.visit_expr(expression);
    paths.0.into_iter().next().unwrap_or_default()
}

fn exit_code(kind: &str) -> Option<u8> {
    EXITS.iter().find(|(name, _)| name == kind).map(|(_, code)| *code)
}

/// Returns a form of `format!` with `<>` for what differs, as the catalogue has it without the words between.
fn plain(template: &str) -> String {
    let (mut text, mut rest) = (String::new(), template);
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let doubled = rest[at..].starts_with("{{") || rest[at..].starts_with("}}");
        if doubled {
            text.push_str(&rest[at..=at]);
            rest = &rest[at + 2..];
            continue;
        }
        let end = at + rest[at..].find('}').expect("what differs ends");
        text.push_str(if rest[at..end].ends_with(":?") { "\"<>\"" } else { "<>" });
        rest = &rest[end + 1..];
    }
    text.push_str(rest);
    text.replace('`', "")
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn parsed(path: impl AsRef<Path>) -> syn::File {
    syn::parse_file(&read(path)).unwrap()
}

fn texts_of(path: &str) -> Vec<String> {
    let mut texts = Texts::default();
    texts.visit_file(&parsed(path));
    texts.0.retain(|text| text.trim().contains(' '));
    texts.0
}

/// Returns every sentence that the program may print as an error, and what each may take by [`TAKEN`].
fn spoken() -> (Sentences, Sentences) {
    let mut kinds = Kinds::default();
    kinds.visit_file(&parsed("src/ops/kind.rs"));
    let mut found = Found { kinds: kinds.0, ..Found::default() };
    let mut files = Vec::new();
    sources(&project().join("src"), &mut files);
    for path in files {
        found.file = path.strip_prefix(project()).unwrap().display().to_string();
        found.visit_file(&parsed(&path));
    }
    assert_eq!(found.unread, Vec::<String>::new(), "a message that is no text: name it in SPOKEN_ELSEWHERE");
    for text in texts_of("src/cli/values.rs") {
        found.add(&text, [2].into());
    }
    for text in texts_of("src/cli/explain/import.rs") {
        // Parts of one hint, with what stands before and after them.
        if !text.starts_with([' ', '`']) {
            found.add(&text, [5].into());
        }
    }
    for item in parsed("src/import/error.rs").items {
        if let syn::Item::Enum(item) = item
            && item.ident == "Problem"
        {
            item.variants.iter().for_each(|variant| found.add(&variant.ident.to_string(), [5].into()));
        }
    }
    (found.sentences, found.taken)
}

/// Returns the sentences of the catalogue with their exit codes, and the codes of a row that has `–` as an empty set.
fn catalogue() -> Sentences {
    let mut found = Sentences::new();
    let document = read("docs/errors.md");
    for row in document.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [sentences, codes, meaning] = cells.as_slice() else { panic!("{row} has not three cells") };
        assert!(meaning.len() > 5, "{row} says nothing");
        let exits: BTreeSet<u8> = codes.split(" or ").filter_map(|code| code.parse().ok()).collect();
        assert!(!exits.is_empty() || *codes == "–", "{row}: {codes} is no exit code");
        for sentence in sentences.split("<br>") {
            let mut text = String::new();
            for (place, part) in sentence.replace('`', "").split('<').enumerate() {
                match (place, part.split_once('>')) {
                    (0, _) => text.push_str(part),
                    (_, Some((_, rest))) => text.push_str(&format!("<>{rest}")),
                    (_, None) => panic!("{sentence}: what differs does not end"),
                }
            }
            found.entry(text.trim().to_owned()).or_default().extend(&exits);
        }
    }
    found
}

#[test]
fn every_error_is_in_the_catalogue_with_its_exit_code() {
    let ((spoken, taken), catalogue) = (spoken(), catalogue());
    assert!(spoken.len() > 380, "{} sentences", spoken.len());
    let missing: Vec<_> = spoken.keys().filter(|sentence| !catalogue.contains_key(*sentence)).collect();
    assert!(missing.is_empty(), "docs/errors.md lacks these: {missing:#?}");
    let others: Vec<_> = catalogue.keys().filter(|sentence| !spoken.contains_key(*sentence)).collect();
    assert!(others.is_empty(), "docs/errors.md has sentences that nothing prints: {others:#?}");
    let mut wrong = Vec::new();
    for (sentence, exits) in &spoken {
        let most = taken.get(sentence).map_or_else(|| exits.clone(), |taken| exits | taken);
        let said = &catalogue[sentence];
        if !said.is_superset(exits) || !said.is_subset(&most) {
            wrong.push(format!("{sentence}: ends with {exits:?}, or one of {most:?}; the catalogue says {said:?}"));
        }
    }
    assert!(wrong.is_empty(), "docs/errors.md has other exit codes than the program: {wrong:#?}");
}

#[test]
fn reads_what_differs_in_a_sentence() {
    assert_eq!(plain("{0:?} is {a} of {{x}} in `{b}`"), "\"<>\" is <> of {x} in <>");
    assert_eq!(plain("no more"), "no more");
}
