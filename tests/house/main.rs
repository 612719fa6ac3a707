//! The house rules that the compiler does not know: which room may use which, and who may do what.
//!
//! Each rule names every place that breaks it, and has no exceptions.

mod arrows;
mod resolver;
mod tree;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use arrows::Arrows;
use tree::Tree;
use words::Words;

/// The rooms that each room may use.
const ROOMS: &[(&str, &[&str])] = &[
    ("main", &["cli"]),
    ("cli", &["serve", "ops", "store", "share", "import", "crypto", "model"]),
    ("serve", &["share", "store", "crypto", "model"]),
    ("ops", &["store", "share", "import", "crypto", "model"]),
    ("store", &["share", "crypto", "model"]),
    ("share", &["crypto", "model"]),
    ("import", &["crypto", "model"]),
    ("crypto", &[]),
    ("model", &[]),
];

/// The rooms of `store`, from the bottom up: each may use those on the lines before its own.
const STORE: &[&[&str]] = &[
    &["src/store/files/"],
    &["src/store/exchange.rs", "src/store/kept.rs"],
    &["src/store/header/"],
    &["src/store/copies/"],
    &["src/store/error.rs"],
    &["src/store/archive/"],
    &["src/store/sql/"],
    &["src/store/db/"],
    &["src/store/notice.rs", "src/store/site.rs", "src/store/vault.rs"],
    &["src/store/reader.rs"],
    &["src/store/outbox_seen.rs", "src/store/outbox_strays.rs"],
    &["src/store/outbox_state.rs"],
    &["src/store/writer.rs"],
    &["src/store/keys.rs", "src/store/migrate.rs"],
    &["src/store/repair.rs"],
    &["src/store/check.rs", "src/store/create.rs", "src/store/open.rs"],
    &["src/store/rekey.rs", "src/store/restore.rs"],
    &["src/store/mod.rs"],
];

/// The one file that reads the clock and the random generator.
const SYSTEM: &str = "src/cli/system.rs";

/// Most lines of a file.
const MOST_LINES: usize = 500;

#[test]
fn no_files_use_each_other_in_a_circle() {
    let arrows = Arrows::of(&house());
    let mut wrong = Vec::new();
    for circle in arrows.circles() {
        let lines: Vec<String> = circle.iter().map(|(from, to)| format!("  {}", shown(from, to))).collect();
        wrong.push(format!("these files use each other in a circle:\n{}", lines.join("\n")));
    }
    fail_on(&wrong);
}

#[test]
fn rooms_use_only_rooms_below_them() {
    let arrows = Arrows::of(&house());
    let upward = arrows.iter().filter(|(from, to)| {
        let (from, to) = (room(from), room(to));
        from != to && !ROOMS.iter().any(|(room, below)| *room == from && below.contains(&to))
    });
    fail_where(upward.map(|(from, to)| (shown(from, to), String::new())), "goes up between rooms");
}

#[test]
fn rooms_of_store_use_only_rooms_below_them() {
    let arrows = Arrows::of(&house());
    let floor = |path: &str| STORE.iter().position(|rooms| rooms.iter().any(|room| path.starts_with(room)));
    let wing = |path: &str| path.strip_prefix("src/store/").and_then(|path| path.split('/').next().map(str::to_owned));
    let upward = arrows.iter().filter(|(from, to)| match (floor(from), floor(to)) {
        (Some(from_floor), Some(to_floor)) if from_floor == to_floor => from_floor == 0 && wing(from) != wing(to),
        (Some(from_floor), Some(to_floor)) => from_floor < to_floor,
        // A file that stands in no row has to get its place first.
        _ => from.starts_with("src/store/") && to.starts_with("src/store/"),
    });
    fail_where(upward.map(|(from, to)| (shown(from, to), String::new())), "goes up inside store");
}

#[test]
fn only_cli_prints() {
    let prints = |words: &Words| {
        let macros =
            words.macros.iter().filter(|name| ["print", "println", "eprint", "eprintln"].contains(&name.as_str()));
        let streams =
            words.paths.iter().filter(|named| ends_with(named, "io::stdout") || ends_with(named, "io::stderr"));
        macros.cloned().chain(streams.map(|named| named.path.join("::"))).collect()
    };
    fail_where(said(|path| room(path) != "cli", prints), "prints, which only cli may");
}

#[test]
fn only_store_knows_sql() {
    let sql = |words: &Words| {
        let crate_named =
            words.paths.iter().filter(|named| named.path[0] == "rusqlite").map(|named| named.path.join("::"));
        let statements = words.texts.iter().filter(|text| {
            ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "PRAGMA "].iter().any(|word| text.starts_with(word))
        });
        crate_named.chain(statements.cloned()).collect()
    };
    fail_where(said(|path| room(path) != "store", sql), "speaks to the database, which only store may");
}

#[test]
fn one_file_reads_the_clock_and_random_bytes() {
    let ambient = |words: &Words| {
        let sources = ["SystemTime::now", "Instant::now", "rand::SystemRandom", "SystemRandom::new", "rand::getrandom"];
        let named = words.paths.iter().filter(|named| sources.iter().any(|source| ends_with(named, source)));
        named.map(|named| named.path.join("::")).collect()
    };
    fail_where(said(|path| path != SYSTEM, ambient), "reads the clock or random bytes: take an `Env`");
}

#[test]
fn only_cli_names_flags_and_commands_in_sentences() {
    let commands = commands();
    let sentences =
        |words: &Words| words.texts.iter().filter(|text| names_flag_or_command(text, &commands)).cloned().collect();
    fail_where(said(|path| room(path) != "cli", sentences), "names a flag or a command, which only cli may");
}

#[test]
fn flags_and_commands_are_seen_in_sentences() {
    let commands = BTreeSet::from(["check".to_owned()]);
    for text in ["leave out --profile", "see `vault check`", "run vault check, then", "`vault new` too"] {
        assert!(names_flag_or_command(text, &commands), "{text}");
    }
    for text in ["the vault is locked", "a -- b", "vault checks", "--x", "the vaults check"] {
        assert!(!names_flag_or_command(text, &commands), "{text}");
    }
}

/// Whoever has the program has no file of the source: sentences name `vault help TOPIC`.
#[test]
fn no_sentence_names_a_document_of_the_source() {
    let documents = |words: &Words| words.texts.iter().filter(|text| names_a_document(text)).cloned().collect();
    fail_where(said(|_| true, documents), "names a document that a user of the program does not have");
    for text in ["see docs/json.md", "(json.md)", "README.md says", "docs/schemas has them"] {
        assert!(names_a_document(text), "{text}");
    }
    for text in ["see `vault help json`", ".md", "a.mdx", "../../docs/json.md", "the documents/"] {
        assert!(!names_a_document(text), "{text}");
    }
}

/// Returns whether a text names a document. What the program carries has a path that leads up; `.md` alone is an ending.
fn names_a_document(text: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    let has_folder = text.match_indices("docs/").any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric()));
    let has_file = text.match_indices(".md").any(|(at, _)| at > 0 && ends(&text[at + 3..]));
    (has_folder || has_file) && !text.starts_with("../")
}

/// A file that no module declares is not built, and its tests would pass for ever.
#[test]
fn every_file_of_the_tests_is_declared_as_a_module() {
    let sources = sources("tests");
    let forgotten = sources.keys().filter(|path| {
        let Some((folder, name)) = path.strip_suffix(".rs").and_then(|path| path.rsplit_once('/')) else {
            return false;
        };
        let main = sources.get(&format!("{folder}/main.rs"));
        name != "main" && main.is_some_and(|main| !main.contains(&format!("mod {name};")))
    });
    let mut wrong: Vec<_> = forgotten.map(|path| format!("{path} is not declared in the main.rs beside it")).collect();
    // The library's longer unit tests lie under tests/unit and are declared by their path.
    let library: String = self::sources("src").into_values().collect();
    let unit = sources.keys().filter(|path| path.starts_with("tests/unit/"));
    wrong.extend(
        unit.filter(|path| !library.contains(&format!("{path}\"]")))
            .map(|path| format!("{path} is declared nowhere in src")),
    );
    fail_on(&wrong);
}

#[test]
fn no_file_is_too_long() {
    let all = sources("src").into_iter().chain(sources("tests"));
    let long = all.filter(|(_, text)| text.lines().count() > MOST_LINES);
    let found = long.map(|(path, text)| (path, format!("{} lines", text.lines().count())));
    fail_where(found, "has more than 500 lines");
}

/// Returns the program's tree: the library and the binary.
fn house() -> Tree {
    let sources = sources("src");
    let mut tree = Tree::read("src/lib.rs", &sources);
    tree.read_binary("src/main.rs", &sources);
    tree
}

/// Returns the texts of all Rust files below `folder` of the package, by path.
fn sources(folder: &str) -> BTreeMap<String, String> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = BTreeMap::new();
    let mut folders = vec![package.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().expect("a folder of the package") {
            let path = entry.expect("an entry of a folder").path();
            // The fuzz targets and what they build lie in a package of their own.
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(package).expect("a path in the package").display().to_string();
                sources.insert(name, std::fs::read_to_string(&path).expect("a text"));
            }
        }
    }
    sources
}

/// Returns the room of a file: the folder below `src`, or `main` for the files that lie there.
fn room(path: &str) -> &str {
    path.strip_prefix("src/").and_then(|path| path.split_once('/')).map_or("main", |(room, _)| room)
}

/// Returns the names of the commands: the files in which they are.
fn commands() -> BTreeSet<String> {
    let names = sources("src/cli/commands")
        .into_keys()
        .filter_map(|path| path.strip_prefix("src/cli/commands/")?.strip_suffix(".rs").map(str::to_owned));
    names.filter(|name| name != "mod").collect()
}

fn names_flag_or_command(text: &str, commands: &BTreeSet<String>) -> bool {
    let word_at = |start: &str| start.chars().take_while(char::is_ascii_lowercase).collect::<String>();
    let flag = text.match_indices("--").any(|(at, dashes)| word_at(&text[at + dashes.len()..]).len() >= 3);
    let command = text.match_indices("vault ").any(|(at, word)| {
        let before = text[..at].chars().next_back();
        let name = word_at(&text[at + word.len()..]);
        let whole = before.is_none_or(|c| !c.is_alphanumeric());
        whole && (commands.contains(&name) || before == Some('`') && !name.is_empty())
    });
    flag || command
}

fn ends_with(named: &words::Named, end: &str) -> bool {
    let end: Vec<&str> = end.split("::").collect();
    named.path.len() >= end.len() && named.path[named.path.len() - end.len()..] == end
}

/// Returns what `find` finds in the words of every file that is `judged`, with the file's path.
fn said(judged: impl Fn(&str) -> bool, find: impl Fn(&Words) -> Vec<String>) -> Vec<(String, String)> {
    let tree = house();
    let judged = tree.files.keys().filter(|path| judged(path));
    judged.flat_map(|path| find(&Words::of(&tree, path)).into_iter().map(|what| (path.clone(), what))).collect()
}

fn shown(from: &str, to: &str) -> String {
    format!("{from} → {to}")
}

/// Fails when any place breaks the rule.
fn fail_where(found: impl IntoIterator<Item = (String, String)>, rule: &str) {
    let line = |(place, what): (String, String)| format!("{place} {rule}: {what}");
    fail_on(&found.into_iter().map(line).collect::<Vec<_>>());
}

fn fail_on(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
