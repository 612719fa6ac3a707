//! Entries of the audit log as sentences. Programs have the entries themselves.

use serde_json::Value;

use crate::cli::output::value::{one_line, scalar};
use crate::cli::words;
use crate::ops::report::AuditLine;

/// Returns what an entry says. An entry of another form is told as it stands.
pub(crate) fn sentence(entry: &AuditLine) -> String {
    let of = Entry { subject: &entry.subject, detail: &entry.detail };
    of.sentence(&entry.action).unwrap_or_else(|| {
        let parts = [entry.action.as_str(), &entry.subject, &one_line(&entry.detail)];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    })
}

struct Entry<'e> {
    subject: &'e str,
    detail: &'e Value,
}

impl Entry<'_> {
    fn sentence(&self, action: &str) -> Option<String> {
        let id = self.subject;
        let sentence = match action {
            "init" => format!("the vault was created; ways to unlock it: {}", self.list("slots")?),
            "import" => {
                let (file, rows) = (self.word("file")?, self.count("rows", "row", "rows")?);
                format!("{id}: {file} was imported, {rows}, {} new", self.number("added")?)
            }
            "undo" => format!("{id} ({}) was undone: {}", self.word("file")?, self.taken_back()?),
            "forget" if self.number("removed")? == "0" && self.number("kept")? == "0" => {
                format!("{id} was erased with its file")
            }
            "forget" => format!("{id} was erased with its file: {}", self.taken_back()?),
            "rename" => format!("{id} was renamed from {} to {}", self.word("from")?, self.word("to")?),
            "set-type" => format!("{id} was given the type {}", self.word("type")?),
            "set-number" => format!("{id} was given the number that ends in {}", self.word("numberDisplay")?),
            "set-balance" if self.flag("set")? => format!("you set the balance of {id} on {}", self.word("day")?),
            "set-balance" => format!("you took back the balance of {id} on {}", self.word("day")?),
            "close" => format!("{} ({id}) was closed", self.word("name")?),
            "reopen" => format!("{} ({id}) was opened again", self.word("name")?),
            "remove" => format!("{} ({id}), which held nothing, was removed", self.word("name")?),
            "merge" => {
                let added = self.count("added", "row", "rows")?;
                let (into, present, updated) = (self.word("into")?, self.number("present")?, self.number("updated")?);
                format!("{id} was merged into {into}: {added} new there, {present} known, {updated} changed")
            }
            "unmerge" => format!("the merge of {id} into {} was undone", self.word("from")?),
            "ignore" => format!("{} is kept out of imports (SHA-256 {})", self.file(), self.short("sha256")?),
            "unignore" => format!("the file with the SHA-256 {} may be imported again", self.short("sha256")?),
            "answer" => format!("your answer about a layout is remembered: {}", self.answer()?),
            "remove-answer" => match self.word("reason") {
                Some(reason) => format!("answer {id} was forgotten: {reason}"),
                None => format!("answer {id} was forgotten: {}", self.answer()?),
            },
            "decide" => format!("{id}: you said that two rows are {}", self.verdict()?),
            "undecide" => format!("{id} was taken back, which said that two rows are {}", self.verdict()?),
            "preview" => {
                format!("a slice for {} was previewed (hash {})", self.word("recipient")?, self.short("sliceHash")?)
            }
            "share" => format!(
                "grant {id} for {} was approved by {}: {}{} until {}",
                self.word("recipient")?,
                if self.word("approvedBy")? == "rule" { "a rule of the policy" } else { "you" },
                self.list("scopes")?,
                // Without transactions there are no rows.
                self.count("rows", "row", "rows")
                    .filter(|rows| rows != "0 rows")
                    .map_or(String::new(), |rows| format!(", {rows},")),
                words::moment(&self.word("expirationTime")?),
            ),
            "activate" => format!("the token of grant {id} was handed out"),
            "reseal" => {
                let (version, rows) = (self.number("version")?, self.count("rows", "row", "rows")?);
                let rows = if rows == "0 rows" { String::new() } else { format!(", {rows}") };
                format!("the slice of grant {id} followed your data: version {version}{rows}")
            }
            "open" => format!("the slice of grant {id} was opened {}", self.count("times", "time", "times")?),
            "expire" => format!("grant {id} ended as {}; {}", self.word("status")?, self.used()?),
            "revoke" => format!("grant {id} was revoked: {}; {}", self.word("reason")?, self.used()?),
            "suspend" => format!("grant {id} was suspended: {}", self.word("reason")?),
            "resume" => format!("grant {id} was resumed"),
            "policy" => self.policy()?,
            "refuse" => self.refusal()?,
            "accept" if self.detail.get("clock").is_some() => "the clock of this machine was accepted".to_owned(),
            "accept" => format!("you accepted this state of the vault (epoch {})", self.number("epoch")?),
            "restore" => {
                format!("the vault was restored from a backup of {}", words::moment(&self.word("backup")?))
            }
            "keys" => self.keys()?,
            "migrate" => {
                let (from, to) = (self.number("from")?, self.number("to")?);
                format!("the database was brought from version {from} to version {to}")
            }
            _ => return None,
        };
        Some(sentence)
    }

    /// Returns a field's text.
    fn word(&self, name: &str) -> Option<String> {
        self.detail.get(name)?.as_str().map(str::to_owned)
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.detail.get(name)?.as_bool()
    }

    fn number(&self, name: &str) -> Option<String> {
        self.detail.get(name)?.as_u64().map(words::number)
    }

    fn count(&self, name: &str, one: &str, many: &str) -> Option<String> {
        let number = self.detail.get(name)?.as_u64()?;
        Some(words::count(usize::try_from(number).ok()?, one, many))
    }

    fn list(&self, name: &str) -> Option<String> {
        self.detail.get(name).filter(|value| value.is_array()).map(scalar)
    }

    /// Returns the beginning of a hash.
    fn short(&self, name: &str) -> Option<String> {
        let hash = self.word(name)?;
        Some(format!("{}…", hash.get(..12)?))
    }

    fn file(&self) -> String {
        self.word("file").filter(|name| !name.is_empty()).unwrap_or_else(|| "a file".to_owned())
    }

    fn taken_back(&self) -> Option<String> {
        let removed = self.count("removed", "transaction", "transactions")?;
        Some(match self.number("kept")?.as_str() {
            "0" => format!("{removed} removed"),
            kept => format!("{removed} removed, {kept} kept, which other files show"),
        })
    }

    fn answer(&self) -> Option<String> {
        Some(format!("{} {}", self.word("option")?, self.word("answer")?))
    }

    fn verdict(&self) -> Option<&'static str> {
        Some(if self.flag("same")? { "one transaction" } else { "two transactions" })
    }

    fn used(&self) -> Option<String> {
        Some(format!("opened {}", self.count("used", "time", "times")?))
    }

    fn policy(&self) -> Option<String> {
        let id = self.subject;
        let what = match (self.word("change")?.as_str(), self.word("effect")?.as_str()) {
            ("remove", _) => return Some(format!("rule {id} of the policy was removed")),
            ("allow", "ALLOW") => "allows",
            ("deny", "DENY") => "denies",
            _ => return None,
        };
        let scopes = self.list("scopes").filter(|scopes| scopes != "none").unwrap_or_else(|| "every scope".to_owned());
        let recipient = self.word("recipient").unwrap_or_else(|| "everybody".to_owned());
        Some(format!("rule {id} of the policy was made: it {what} {scopes} for {recipient}"))
    }

    fn refusal(&self) -> Option<String> {
        let what = match (self.word("what")?.as_str(), self.subject) {
            ("resume", id) => format!("grant {id} for {} was not resumed", self.word("recipient")?),
            _ => format!("the share of {} with {} was not made", self.list("scopes")?, self.word("recipient")?),
        };
        let reasons = self.list("reasons").filter(|reasons| reasons != "none");
        Some(match reasons {
            Some(reasons) => format!("{what}: the policy refused it: {reasons}"),
            None => format!("{what}: you did not approve"),
        })
    }

    fn keys(&self) -> Option<String> {
        let Some(change) = self.word("change") else {
            let number = self.number("generation")?;
            return Some(match self.flag("done")? {
                true => format!("the change of keys is in place (header generation {number})"),
                false => format!("the change of keys was not carried out (header generation {number})"),
            });
        };
        if change == "rotate" {
            return Some("keys: the master key is being changed".to_owned());
        }
        let slot = |slot: &Value| {
            let (kind, number) = (slot.get("kind")?.as_str()?, slot.get("slotId")?.as_u64()?);
            Some(format!("{kind} (slot {number})"))
        };
        let made = self.detail.get("made").and_then(slot).map(|slot| format!("{slot} was made"));
        let ended =
            self.detail.get("ended")?.as_array()?.iter().map(|ended| Some(format!("{} was ended", slot(ended)?)));
        let parts = made.map(Some).into_iter().chain(ended).collect::<Option<Vec<_>>>()?;
        Some(format!("keys: {}", parts.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(action: &str, subject: &str, detail: Value) -> String {
        let time = "2026-11-22T08:00:00Z".parse().unwrap();
        sentence(&AuditLine { seq: 1, time, action: action.to_owned(), subject: subject.to_owned(), detail })
    }

    #[test]
    fn tells_what_happened_to_what() {
        for (action, subject, detail, sentence) in [
            (
                "import",
                "imp-1",
                json!({"file": "a.csv", "rows": 1234, "added": 6}),
                "imp-1: a.csv was imported, 1,234 rows, 6 new",
            ),
            (
                "undo",
                "imp-1",
                json!({"file": "a.csv", "removed": 2, "kept": 1}),
                "imp-1 (a.csv) was undone: 2 transactions removed, 1 kept, which other files show",
            ),
            (
                "undo",
                "imp-1",
                json!({"file": "a.csv", "removed": 1, "kept": 0}),
                "imp-1 (a.csv) was undone: 1 transaction removed",
            ),
            ("forget", "imp-1", json!({"removed": 0, "kept": 0}), "imp-1 was erased with its file"),
            ("reseal", "kqx", json!({"version": 2, "rows": 0}), "the slice of grant kqx followed your data: version 2"),
            (
                "reseal",
                "kqx",
                json!({"version": 3, "rows": 7}),
                "the slice of grant kqx followed your data: version 3, 7 rows",
            ),
            ("open", "kqx", json!({"times": 1, "last": null}), "the slice of grant kqx was opened 1 time"),
            (
                "revoke",
                "kqx",
                json!({"reason": "the owner revoked it", "used": 2}),
                "grant kqx was revoked: the owner revoked it; opened 2 times",
            ),
            (
                "set-balance",
                "acc-1",
                json!({"day": "2026-01-05", "set": false}),
                "you took back the balance of acc-1 on 2026-01-05",
            ),
            ("accept", "", json!({"anchorSeq": 3, "epoch": 2}), "you accepted this state of the vault (epoch 2)"),
            (
                "refuse",
                "",
                json!({"what": "share", "scopes": ["balances"], "recipient": "Acme", "reasons": []}),
                "the share of balances with Acme was not made: you did not approve",
            ),
            (
                "policy",
                "3",
                json!({"change": "deny", "effect": "DENY", "scopes": [], "recipient": null}),
                "rule 3 of the policy was made: it denies every scope for everybody",
            ),
        ] {
            assert_eq!(told(action, subject, detail), sentence);
        }
    }

    #[test]
    fn tells_an_entry_of_another_form_as_it_stands() {
        assert_eq!(told("import", "imp-1", json!({"file": 7})), "import imp-1 file=7");
        assert_eq!(told("foreign", "x.slice", json!({"kind": "slice"})), "foreign x.slice kind=slice");
        assert_eq!(told("new", "", json!("text")), "new text");
    }
}
