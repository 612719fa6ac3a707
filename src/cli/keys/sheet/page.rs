//! What the recovery sheet says.

use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::cli::output::safe::clean_lines;

/// What a sheet is made from.
pub(super) struct Facts {
    pub vault_id: String,
    /// When the code was made, in UTC.
    pub made: String,
    pub slot: u32,
    /// The slots of the recovery codes that end.
    pub ended: Vec<u32>,
    pub dir: PathBuf,
    /// Where the backups lie, as the person says or the last one tells.
    pub backups: Option<String>,
    pub code: Zeroizing<String>,
}

/// The sheet, part by part.
pub(super) struct Page {
    pub title: &'static str,
    pub warning: &'static str,
    /// Labels with what they are of.
    pub facts: Vec<(&'static str, String)>,
    pub code: Zeroizing<String>,
    pub about_code: &'static str,
    /// What to do, each under a heading.
    pub ways: Vec<Way>,
    pub end: String,
}

/// One thing to do: what it is, commands, and a word after them.
pub(super) struct Way {
    pub heading: &'static str,
    pub commands: Vec<String>,
    pub note: &'static str,
}

impl Page {
    pub(super) fn of(facts: &Facts) -> Page {
        let replaces = match facts.ended.as_slice() {
            [] => "no earlier recovery code".to_owned(),
            [one] => format!("the recovery code of key slot {one}: sheets with it open only backups from before"),
            many => {
                let many: Vec<String> = many.iter().map(u32::to_string).collect();
                format!(
                    "the recovery codes of key slots {}: sheets with them open only backups from before",
                    many.join(", ")
                )
            }
        };
        let one_line = |text: &str| clean_lines(text).replace('\n', " ");
        let unknown = format!("not known; write it here: {}", "_".repeat(90));
        Page {
            title: "Recovery sheet",
            warning: "Whoever holds this sheet holds everything in the vault. Keep it as you keep a passport: on \
                      paper, away from the computer and from the backups.",
            facts: vec![
                ("Opens", format!("the finance vault {}", facts.vault_id)),
                ("Made on", format!("{} UTC (key slot {})", facts.made, facts.slot)),
                ("Replaces", replaces),
                ("The vault is in", one_line(&facts.dir.to_string_lossy())),
                ("Its backups are in", facts.backups.as_deref().map_or(unknown, one_line)),
            ],
            code: facts.code.clone(),
            about_code: "The code has the digits 2-9 and the letters a-z without i and l. Capitals, spaces and dashes do \
                         not count. The last character of each group checks it: a mistyped group is named.",
            ways: vec![
                Way {
                    heading: "First: type the code into a file",
                    commands: vec!["(umask 077; cat > code)   # the code, then Enter and Ctrl-D".into()],
                    note: "The program is `vault` of the package finvault.",
                },
                Way {
                    heading: "Where the vault still lies: open it, and give it a new passphrase",
                    commands: vec![
                        "vault --vault DIR --recovery-code-file code accounts".into(),
                        "vault --vault DIR --recovery-code-file code keys add passphrase".into(),
                    ],
                    note: "DIR is the directory named above, or the one that a restored vault is in.",
                },
                Way {
                    heading: "Where only a backup is left: restore it with the program",
                    commands: vec!["vault --recovery-code-file code restore FILE".into()],
                    note: "FILE is a backup from after this sheet was made, best the newest: its name is finvault-, the id of the \
                           vault, a time (UTC), and .tar. Backups from before do not open with this code.",
                },
                Way {
                    heading: "Or restore it by hand",
                    commands: vec![
                        "mkdir -m 700 restored".into(),
                        "tar -xf FILE -C restored".into(),
                        "vault --vault restored --recovery-code-file code accounts".into(),
                        "vault --recovery-code-file code restore --to restored --adopt".into(),
                    ],
                    note: "header.toml, vault.db and, where there is one, vault.db-journal belong together. The vault is only read \
                           (one of an older version not even that) until the last line makes it the one of the machine. DIR is \
                           then restored.",
                },
                Way {
                    heading: "In the end: remove the file with the code",
                    commands: vec!["rm code".into()],
                    note: "This sheet goes on opening the vault. Make a new one when somebody else may have seen it.",
                },
            ],
            end: format!(
                "finvault {}. The document vault-format in its source says how another program opens the vault.",
                env!("CARGO_PKG_VERSION")
            ),
        }
    }
}
