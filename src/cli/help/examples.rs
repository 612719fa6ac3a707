//! Examples of every command, at the end of its `--help`. A test runs each line against a vault.

use std::fmt::Write as _;

/// What a person wants, and the line that does it.
type Example = (&'static str, &'static str);

/// The examples of each command and subcommand. A line that goes on ends in a backslash.
const EXAMPLES: &[(&str, &[Example])] = &[
    (
        "init",
        &[
            ("Make a vault that a passphrase opens", "vault init"),
            ("Make a vault that a new key file opens, for scripts", "vault init --key-file ~/new.key"),
            ("Also make a recovery code, and keep it elsewhere", "vault init --recovery-code > ~/recovery-code"),
        ],
    ),
    (
        "import",
        &[
            ("Import everything that you downloaded", "vault import ~/Downloads"),
            ("Look before anything changes", "vault import --dry-run ~/Downloads"),
            (
                "Say whose a file is that names no account",
                "vault import ~/Downloads/chase-checking.csv --account \"Everyday Checking\"",
            ),
            (
                "Make the account of the first file",
                "vault import savings.csv --account \"New Savings\" --create \\\n  --currency USD",
            ),
        ],
    ),
    (
        "imports",
        &[("List what was imported", "vault imports"), ("See what one import brought", "vault imports show imp-1")],
    ),
    ("imports list", &[("List what was imported", "vault imports list")]),
    ("imports show", &[("See accounts and days of one import", "vault imports show imp-1")]),
    ("imports undo", &[("Take an import back; its file can be imported again", "vault imports undo imp-2")]),
    (
        "imports extract",
        &[
            ("Have the bank's file again", "vault imports extract imp-1 --out march.csv"),
            ("Several, under the names they had", "vault imports extract imp-1 imp-2 --out backup"),
            ("Pass one on", "vault imports extract imp-1 | head -n 3"),
        ],
    ),
    ("imports forget", &[("Erase an import and its file for good", "vault imports forget imp-2")]),
    (
        "imports ignore",
        &[
            ("Keep a file out of imports of its folder", "vault imports ignore ~/Downloads/note.csv"),
            ("Let it be imported again", "vault imports ignore --undo ~/Downloads/ignored.csv"),
            ("List the files that are kept out", "vault imports ignore"),
        ],
    ),
    ("imports answers", &[("List what is not asked again", "vault imports answers")]),
    ("imports answers list", &[("List what is not asked again", "vault imports answers list")]),
    ("imports answers remove", &[("Be asked again", "vault imports answers remove 1")]),
    (
        "duplicates",
        &[("List the pairs in doubt", "vault duplicates"), ("See what you decided", "vault duplicates decisions")],
    ),
    ("duplicates list", &[("List the pairs in doubt", "vault duplicates list")]),
    (
        "duplicates same",
        &[
            ("Decide about a pair of the list", "vault duplicates same 12-45"),
            ("Decide about any two transactions", "vault duplicates same txn-12 txn-45"),
        ],
    ),
    ("duplicates different", &[("The two rows are two purchases", "vault duplicates different 12-45")]),
    ("duplicates decisions", &[("List what you decided", "vault duplicates decisions")]),
    ("duplicates undo", &[("Take a decision back", "vault duplicates undo dec-1")]),
    (
        "accounts",
        &[
            ("List your accounts", "vault accounts"),
            ("Give one a name of your own", "vault accounts rename \"Everyday Checking\" Household"),
        ],
    ),
    ("accounts list", &[("Closed accounts, too", "vault accounts list --all")]),
    ("accounts rename", &[("Give an account another name", "vault accounts rename acc-1 Household")]),
    ("accounts set-type", &[("It is a savings account", "vault accounts set-type Travel savings")]),
    (
        "accounts set-number",
        &[
            ("Give it the number that files name", "vault accounts set-number Travel DE89370400440532013000"),
            ("A replaced card: keep the old number, too", "vault accounts set-number --add Travel 4000123412341234"),
        ],
    ),
    (
        "accounts set-balance",
        &[
            ("What it held when its files begin", "vault accounts set-balance Travel 1250.00 --on 2026-01-31"),
            ("Take that back", "vault accounts set-balance Travel --on 2025-12-31 --undo"),
        ],
    ),
    (
        "accounts close",
        &[
            ("Leave an account out of lists and new shares", "vault accounts close Travel"),
            ("Open it again", "vault accounts close Closed --undo"),
        ],
    ),
    (
        "accounts merge",
        &[
            ("Count one account with another", "vault accounts merge Travel Trips"),
            ("Bring back both as they were", "vault accounts merge Merged --undo"),
        ],
    ),
    ("accounts remove", &[("Remove an account that holds nothing", "vault accounts remove Empty")]),
    (
        "balances",
        &[
            ("What you hold", "vault balances"),
            ("At the end of a quarter", "vault balances --on 2026q1"),
            ("For a spreadsheet", "vault balances --format csv > balances.csv"),
        ],
    ),
    (
        "transactions",
        &[
            ("A quarter of one account", "vault transactions --account checking -p 2026q1"),
            (
                "The ten largest payments of an account in a year",
                "vault transactions --account checking -p 2026 --sort amount --limit 10",
            ),
            ("What came from an employer", "vault transactions --search payroll --min 0"),
            ("For a program", "vault transactions --since 2026-01 --json > transactions.json"),
        ],
    ),
    ("transactions show", &[("From which files a transaction comes", "vault transactions show txn-1")]),
    (
        "sql",
        &[
            ("What each account holds", "vault sql \"SELECT account, balance, currency FROM balances\""),
            (
                "What was spent each month",
                "vault sql \"SELECT substr(day, 1, 7) AS month,\n  \
                 sum(amount_micros) / 1e6 AS spent FROM transactions\n  \
                 WHERE amount_micros < 0 GROUP BY month\"",
            ),
            (
                "The largest payments, for a program",
                "vault sql --json \"SELECT day, amount, description FROM transactions\n  \
                 WHERE amount < -100 ORDER BY day DESC LIMIT 10\"",
            ),
        ],
    ),
    (
        "share",
        &[
            (
                "Share balances for a month, and keep the token",
                "TOKEN=$(vault share --scope balances --to \"Harbor Lending\" \\\n  --purpose \"Loan application\" --expires 30d)",
            ),
            (
                "Show what would be shared, and share nothing",
                "vault share --scope transactions --credits-only -p 2026q1 \\\n  --to \"Harbor Lending\" --purpose \"Proof of income\" --expires 2w --preview",
            ),
            (
                "Write a file to hand over with the token, to be opened once",
                "vault share --scope balances --account \"Everyday Checking\" --once \\\n  --to \"Harbor Lending\" --purpose \"Rent\" --expires 1w \\\n  --out rent.slice > token",
            ),
        ],
    ),
    (
        "open",
        &[
            ("Read a slice that was sent to you", "vault open harbor.slice --token-file token"),
            ("Read it from your own outbox", "vault open --token-file token"),
            (
                "Keep the signed bytes, and verify them with ssh-keygen",
                "vault open harbor.slice --token-file token --out received",
            ),
        ],
    ),
    (
        "grants",
        &[("List what was shared", "vault grants"), ("See all that is recorded of one", "vault grants show 7kq")],
    ),
    ("grants list", &[("For a program", "vault grants list --json")]),
    ("grants show", &[("See all that is recorded of one grant", "vault grants show 7kq")]),
    ("grants resume", &[("Let a suspended grant go on", "vault grants resume 9xs")]),
    ("revoke", &[("End a grant; its id may be cut short", "vault revoke 7kq")]),
    (
        "policy",
        &[
            ("Show the rules", "vault policy"),
            (
                "Let one recipient have balances without asking you",
                "vault policy allow --to \"Harbor Lending\" --scope balances",
            ),
            ("Never let out full account numbers", "vault policy deny --scope account-numbers"),
        ],
    ),
    ("policy show", &[("For a program", "vault policy show --json")]),
    (
        "policy allow",
        &[
            ("Balances, for a week at most", "vault policy allow --to \"Budget App\" --scope balances --max-days 7"),
            (
                "Transactions of the last 90 days, 500 at most",
                "vault policy allow --to \"Budget App\" --scope transactions --window 90 \\\n  --max-rows 500",
            ),
        ],
    ),
    (
        "policy deny",
        &[
            ("Nothing to one recipient", "vault policy deny --to \"Harbor Lending\""),
            ("Nothing of one account, to anybody", "vault policy deny --account Travel"),
        ],
    ),
    ("policy remove", &[("Remove a rule by its number", "vault policy remove 2")]),
    (
        "policy test",
        &[(
            "Would this share leave without asking you?",
            "vault policy test --scope balances --to \"Harbor Lending\" --expires 30d",
        )],
    ),
    ("identity", &[("Show the fingerprint to tell a recipient", "vault identity")]),
    (
        "unlock",
        &[
            ("Type the passphrase once for a quarter of an hour", "vault unlock"),
            ("For two hours, then close it early", "vault unlock --for 2h\nvault lock"),
        ],
    ),
    ("lock", &[("Close it again", "vault lock")]),
    (
        "keys",
        &[
            ("List what opens the vault", "vault keys"),
            ("Make a recovery code, and keep it elsewhere", "vault keys add recovery-code > ~/recovery-code"),
        ],
    ),
    ("keys list", &[("For a program", "vault keys list --json")]),
    (
        "keys add",
        &[
            ("A passphrase, which is asked for twice", "vault keys add passphrase"),
            ("A key file on a stick", "vault keys add key-file --new-key-file /mnt/stick/vault.key"),
            ("A recovery code", "vault keys add recovery-code > /mnt/stick/code"),
        ],
    ),
    (
        "keys replace",
        &[
            ("Change the passphrase", "vault keys replace passphrase"),
            ("A recovery code that somebody may have seen", "vault keys replace recovery-code > /mnt/stick/code"),
        ],
    ),
    (
        "keys sheet",
        &[
            ("Print it as text", "vault keys sheet > sheet.txt"),
            ("A page to print, with a QR code", "vault keys sheet --html sheet.html --backups \"the blue disk\""),
        ],
    ),
    (
        "keys rotate",
        &[(
            "A new master key: only the secret in use and a new code open the vault",
            "vault keys rotate --drop-others --recovery-code > ~/code",
        )],
    ),
    ("keys remove", &[("End a way in by its number", "vault keys remove 2")]),
    (
        "backup",
        &[
            ("A copy in a directory of another disk", "vault backup /mnt/backup"),
            ("And keep a week of days, a year of months", "vault backup /mnt/backup --keep-daily 7 --keep-monthly 12"),
            ("To a program of your own", "vault backup - > vault.tar"),
        ],
    ),
    ("backup list", &[("What there is, and whether it is good", "vault backup list /mnt/backup")]),
    (
        "backup verify",
        &[
            ("Is the newest file whole?", "vault backup verify \"$(ls /mnt/backup/*.tar | tail -n 1)\""),
            (
                "And does your key open it?",
                "vault backup verify --key-file ~/vault.key \\\n  \"$(ls /mnt/backup/*.tar | tail -n 1)\"",
            ),
        ],
    ),
    (
        "restore",
        &[
            (
                "Look at an old state without replacing the vault",
                "vault restore --to ~/old \\\n  \"$(ls /mnt/backup/*.tar | tail -n 1)\"",
            ),
            (
                "Put the newest backup in the place of the vault",
                "vault restore \"$(ls /mnt/backup/*.tar | tail -n 1)\"",
            ),
            ("From a program that keeps it", "cat \"$(ls /mnt/backup/*.tar | tail -n 1)\" | vault restore -"),
        ],
    ),
    ("check", &[("Look at everything", "vault check"), ("Skip the rows, for a quick look", "vault check --quick")]),
    ("audit", &[("What changed, and what left", "vault audit"), ("Is the log whole?", "vault audit verify")]),
    ("audit show", &[("For a spreadsheet", "vault audit show --format csv > audit.csv")]),
    ("audit verify", &[("Is the log whole, and the newest that was seen?", "vault audit verify")]),
    (
        "audit accept",
        &[
            ("Accept a vault that was put back", "vault audit accept"),
            ("Accept this machine's clock", "vault audit accept --clock"),
        ],
    ),
    (
        "completions",
        &[
            ("For bash", "vault completions bash > ~/vault-completion.bash"),
            ("For fish", "vault completions fish > ~/vault.fish"),
        ],
    ),
    (
        "man",
        &[
            ("Write the page of a command to a file", "vault man grants show > ~/vault-grants-show.1"),
            ("Write all pages", "vault man --out ~/man1"),
        ],
    ),
    ("config", &[("Show every setting", "vault config"), ("Set them in your editor", "vault config edit")]),
    ("config show", &[("For a program", "vault config show --json")]),
    ("config path", &[("Where they are", "vault config path")]),
    ("config edit", &[("Set them in your editor, and check them", "vault config edit")]),
    ("status", &[("How the vault stands", "vault status"), ("For a program", "vault status --json")]),
    (
        "help",
        &[
            ("How to write periods", "vault help periods"),
            ("What a program gets", "vault help schemas transactions"),
            ("The help of a command", "vault help keys rotate"),
        ],
    ),
];

/// Returns the examples of a command as its help shows them; nothing where it has none.
pub(crate) fn of(path: &str) -> String {
    let Some((_, examples)) = EXAMPLES.iter().find(|(of, _)| *of == path) else { return String::new() };
    let mut text = "Examples:".to_owned();
    for (what, line) in *examples {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  {what}:");
        for line in line.lines() {
            let _ = write!(text, "\n    {line}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_fit_a_terminal() {
        for (path, examples) in EXAMPLES {
            assert!((1..=4).contains(&examples.len()), "{path}");
            for line in of(path).lines() {
                assert!(line.chars().count() < 80, "{path}: {line}");
            }
        }
    }
}
