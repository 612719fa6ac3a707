//! The reader of arrows itself, on a small made-up tree.

use std::collections::BTreeMap;

use crate::arrows::Arrows;
use crate::tree::Tree;

const NOTHING: [&str; 0] = [];

/// Two rooms: `low` defines, `high` uses. `low/mod.rs` hands on what its files define.
const FILES: &[(&str, &str)] = &[
    ("src/lib.rs", "mod low; mod high;"),
    ("src/low/mod.rs", "mod coin; mod purse; pub use coin::Coin; pub(crate) use purse::*; made! { Made }"),
    ("src/low/coin.rs", "pub struct Coin; pub fn flip() {}"),
    ("src/low/purse.rs", "use super::coin::Coin; pub struct Purse(Coin); pub fn open() {}"),
    ("src/high/mod.rs", "mod shop; pub use self::shop as store;"),
    ("src/high/shop.rs", ""),
];

/// Reads the arrows of the made-up tree with one file replaced.
fn arrows_with(path: &str, text: &str) -> Vec<String> {
    let mut sources: BTreeMap<String, String> =
        FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    sources.insert(path.to_owned(), text.to_owned());
    shown(&Arrows::of(&Tree::read("src/lib.rs", &sources)))
}

fn shown(arrows: &Arrows) -> Vec<String> {
    let short = |path: &str| path.trim_start_matches("src/").trim_end_matches(".rs").to_owned();
    arrows.iter().map(|(from, to)| format!("{} → {}", short(from), short(to))).collect()
}

/// What `high/shop.rs` uses when it holds this text.
fn used_by(text: &str) -> Vec<String> {
    let all = arrows_with("src/high/shop.rs", text);
    all.iter().filter_map(|arrow| arrow.strip_prefix("high/shop → ")).map(str::to_owned).collect()
}

#[test]
fn an_arrow_goes_to_the_file_that_defines_the_item() {
    let arrows = arrows_with("src/high/shop.rs", "use crate::low::{Coin as Money, self};");
    assert_eq!(arrows, ["high/shop → low/coin", "low/mod → low/coin", "low/purse → low/coin"]);
}

#[test]
fn follows_globs_and_renamed_imports() {
    assert_eq!(used_by("use crate::low::Purse;"), ["low/purse"]);
    assert_eq!(used_by("use crate::low::*; fn f(_: Purse) {}"), ["low/purse"]);
    assert_eq!(used_by("use crate::low as cellar; fn f(_: cellar::Coin) {}"), ["low/coin"]);
}

#[test]
fn follows_paths_in_bodies_signatures_and_macros() {
    assert_eq!(used_by("fn f() { super::super::low::open(); }"), ["low/purse"]);
    assert_eq!(used_by("fn f() { use crate::low as l; l::open(); }"), ["low/purse"]);
    assert_eq!(used_by("fn f() -> Option<crate::low::Coin> { None }"), ["low/coin"]);
    assert_eq!(used_by("fn f() { assert!(true, \"{:?}\", [crate::low::open()]); }"), ["low/purse"]);
    assert_eq!(used_by("macro_rules! m { () => { $crate::low::Coin } }"), ["low/coin"]);
    assert_eq!(used_by("use crate::low; #[derive(X)] #[serde(with = \"low::Coin\")] struct S;"), ["low/coin"]);
}

#[test]
fn what_a_macro_makes_is_defined_where_it_is_called() {
    assert_eq!(used_by("use crate::low::Made;"), ["low/mod"]);
}

#[test]
fn leaves_out_other_crates_code_for_tests_and_comments() {
    assert_eq!(used_by("use low::Coin; use std::fmt; fn f() { coin::flip(); }"), NOTHING);
    assert_eq!(used_by("#[cfg(test)] mod tests { use crate::low::Coin; }"), NOTHING);
    assert_eq!(used_by("#[cfg(all(test, unix))] fn f() { crate::low::open(); }"), NOTHING);
    assert_eq!(used_by("//! See [`crate::low::Coin`]."), NOTHING);
    assert_eq!(used_by("#[cfg(not(test))] use crate::low::Coin;"), ["low/coin"]);
}

#[test]
fn a_name_that_is_a_module_and_a_function_leads_to_the_function() {
    let low = "mod coin; mod purse; mod mint; pub use mint::mint;";
    let sources = FILES.iter().copied().chain([
        ("src/low/mod.rs", low),
        ("src/low/mint.rs", "pub fn mint() {}"),
        ("src/high/shop.rs", "use crate::low::mint;"),
    ]);
    let sources = sources.map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
    let arrows = shown(&Arrows::of(&Tree::read("src/lib.rs", &sources)));
    assert_eq!(arrows, ["high/shop → low/mint", "low/mod → low/mint", "low/purse → low/coin"]);
}

#[test]
fn sees_the_circle_when_an_arrow_is_turned_round() {
    let mut arrows = Arrows::default();
    arrows.add("a", "b");
    arrows.add("b", "c");
    arrows.add("a", "c");
    assert!(arrows.circles().is_empty());

    arrows.remove("a", "c");
    arrows.add("c", "a");
    assert_eq!(arrows.circles(), [[("a", "b"), ("b", "c"), ("c", "a")]]);
}

#[test]
fn sees_a_child_and_its_parent_use_each_other() {
    let sources: BTreeMap<String, String> = [
        ("src/lib.rs", "mod parent;"),
        ("src/parent.rs", "mod child; pub struct Shared; fn f() { child::work() }"),
        ("src/parent/child.rs", "use super::Shared; pub fn work() {}"),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into();
    let arrows = Arrows::of(&Tree::read("src/lib.rs", &sources));
    assert_eq!(arrows.circles().concat().len(), 2, "{:?}", shown(&arrows));
}
