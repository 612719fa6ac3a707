//! The exit codes in words, wherever they are listed, against the enum that the program ends with.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::LazyLock;

use syn::visit::{self, Visit};
use syn::{Arm, Expr, ExprLit, ItemEnum, Lit, Pat};

use crate::read;

/// The variants of `Exit` in `src/cli/exit.rs` with their numbers, in their order.
pub(crate) static EXITS: LazyLock<Vec<(String, u8)>> = LazyLock::new(|| source().variants);

/// What `src/cli/exit.rs` says.
#[derive(Default)]
struct Source {
    variants: Vec<(String, u8)>,
    /// The kind in JSON of each variant.
    kinds: BTreeMap<String, String>,
}

impl<'ast> Visit<'ast> for Source {
    fn visit_item_enum(&mut self, item: &'ast ItemEnum) {
        for variant in &item.variants {
            let Some((_, Expr::Lit(ExprLit { lit: Lit::Int(number), .. }))) = &variant.discriminant else {
                panic!("{} has no number", variant.ident);
            };
            self.variants.push((variant.ident.to_string(), number.base10_parse().unwrap()));
        }
    }

    fn visit_arm(&mut self, arm: &'ast Arm) {
        if let (Pat::Path(pattern), Expr::Lit(ExprLit { lit: Lit::Str(kind), .. })) = (&arm.pat, &*arm.body) {
            self.kinds.insert(pattern.path.segments.last().unwrap().ident.to_string(), kind.value());
        }
        visit::visit_arm(self, arm);
    }
}

fn source() -> Source {
    let mut source = Source::default();
    source.visit_file(&syn::parse_file(&read("src/cli/exit.rs")).unwrap());
    source
}

/// Returns each number with its kind, from 0 `ok` on.
fn codes() -> Vec<(u8, String)> {
    let source = source();
    source.variants.iter().map(|(variant, number)| (*number, source.kinds[variant].clone())).collect()
}

/// Returns every number that stands before a span of code, with what is in the span.
fn listed(text: &str) -> Vec<(u8, String)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let pair = |pair: &[&str]| {
        let kind = pair[1].strip_prefix('`')?.split('`').next()?;
        Some((pair[0].parse().ok()?, kind.to_owned()))
    };
    words.windows(2).filter_map(pair).collect()
}

/// Returns what a document says from one mark to another.
fn section(document: &str, from: &str, to: &str) -> String {
    let text = read(document);
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("{document} has no {from}"));
    rest.split_once(to).unwrap_or_else(|| panic!("{document} has no {to}")).0.to_owned()
}

#[test]
fn every_list_of_exit_codes_is_that_of_the_program() {
    let codes = codes();
    assert_eq!(codes.len(), 8);
    let (ok, errors) = codes.split_first().unwrap();
    assert_eq!(ok, &(0, "ok".to_owned()));

    let table: Vec<(u8, String)> = read("docs/exit-codes.md")
        .lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
            Some((cells.next()?.parse().ok()?, cells.next()?.trim_matches('`').to_owned()))
        })
        .collect();
    let (success, others) = table.split_first().unwrap();
    assert_eq!((success, others), (&(0, String::new()), errors), "docs/exit-codes.md");

    let lists = [("docs/errors.md", "# Errors\n", "\n- ["), ("docs/scripting.md", "## Nothing waits\n", "\n## ")];
    for (document, from, to) in lists {
        assert_eq!(listed(&section(document, from, to)), errors, "{document}");
    }

    let help = Command::new(env!("CARGO_BIN_EXE_vault")).arg("--help").env_clear().output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let (_, line) = help.split_once("Exit codes: ").expect("the help lists the exit codes");
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let items: Vec<&str> = line.trim_end_matches('.').split(", ").collect();
    assert_eq!(items.len(), codes.len(), "{line}");
    for (item, (number, kind)) in items.iter().zip(&codes) {
        // `5 bad input file` begins with the kind `bad-input`.
        assert!(item.starts_with(&format!("{number} {}", kind.replace('-', " "))), "{item} is not {number} {kind}");
    }
}

#[test]
fn finds_the_codes_that_a_text_lists() {
    let found = listed("0 for success; an error is 1 `failure`,\n2 `usage` (and `x`), or `3` `four`. Read 5 files.");
    assert_eq!(found, [(1, "failure".to_owned()), (2, "usage".to_owned())]);
}
