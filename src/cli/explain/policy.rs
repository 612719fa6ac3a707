//! The commands that make the policy allow what it refused.

use std::fmt::Display;

use crate::share::{PolicyChange, Reason};

/// Returns the commands that remove the reasons of a refusal, where there are any.
pub(super) fn what_would_allow(reasons: &[Reason]) -> Option<String> {
    let commands: Vec<String> = reasons.iter().filter_map(Reason::change).map(|change| command(&change)).collect();
    (!commands.is_empty()).then(|| format!("to allow it: {}", commands.join("; ")))
}

/// Returns the command that makes the change, quoted for a shell.
fn command(change: &PolicyChange) -> String {
    let mut words = vec!["vault policy set".to_owned()];
    let mut add = |flag: &str, value: &dyn Display| words.push(format!("--{flag} {value}"));
    change.maximum_days.iter().for_each(|days| add("maximum-days", days));
    change.allow_scopes.iter().for_each(|scope| add("allow-scope", scope));
    change.deny_scopes.iter().for_each(|scope| add("deny-scope", scope));
    change.forget_scopes.iter().for_each(|scope| add("forget-scope", scope));
    change.allow_recipients.iter().for_each(|name| add("allow-recipient", &quoted(name)));
    change.deny_recipients.iter().for_each(|name| add("deny-recipient", &quoted(name)));
    change.forget_recipients.iter().for_each(|name| add("forget-recipient", &quoted(name)));
    words.join(" ")
}

/// Returns a word for a POSIX shell: as it is when harmless, else in single quotes.
fn quoted(word: &str) -> String {
    let harmless = word.bytes().all(|b| b.is_ascii_alphanumeric() || b"._@:/".contains(&b));
    if harmless && !word.is_empty() { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;
    use crate::share::Scope;

    #[test]
    fn names_a_command_for_each_reason() {
        let reasons = [
            Reason::TooLong { days: 30, allowed_days: 0 },
            Reason::RecipientNotAllowed("Acme Lending".into()),
            Reason::ScopeNotAllowed(Scope::AccountNumbers),
            Reason::RecipientDenied("bad' corp".into()),
            Reason::ScopeDenied(Scope::Transactions),
        ];
        insta::assert_snapshot!(what_would_allow(&reasons).unwrap().replace("; ", "\n"), @r"
        to allow it: vault policy set --maximum-days 30
        vault policy set --allow-recipient 'Acme Lending'
        vault policy set --allow-scope account-numbers
        vault policy set --forget-recipient 'bad'\'' corp'
        vault policy set --forget-scope transactions
        ");
    }

    #[test]
    fn names_no_command_for_what_has_ended() {
        assert_eq!(what_would_allow(&[Reason::Ended(Timestamp::from_unix(0))]), None);
    }
}
