//! The commands that make the policy allow what it refused.

use crate::cli::shell::quoted;
use crate::share::{Allowance, Reason};

/// Returns the commands that would let out what was refused, where there are any.
pub(super) fn what_would_allow(reasons: &[Reason], needed: Option<&Allowance>) -> Option<String> {
    let mut commands: Vec<String> = reasons.iter().filter_map(removal).collect();
    commands.extend(needed.map(allowing));
    (!commands.is_empty()).then(|| format!("to allow it: {}", commands.join("; ")))
}

/// Returns the command that takes a denial away.
fn removal(reason: &Reason) -> Option<String> {
    match reason {
        Reason::Denied { rule, .. } => Some(format!("vault policy remove {rule}")),
        _ => None,
    }
}

/// Returns the command that adds the allowance, quoted for a shell.
fn allowing(allowance: &Allowance) -> String {
    let list = |parts: Vec<String>| parts.join(",");
    let mut words = vec![
        "vault policy allow --to".to_owned(),
        quoted(allowance.recipient.as_ref()),
        "--scope".to_owned(),
        list(allowance.scopes.iter().map(ToString::to_string).collect()),
        "--account".to_owned(),
        list(allowance.accounts.iter().map(ToString::to_string).collect()),
        format!("--max-days {}", allowance.maximum_days),
    ];
    if allowance.scopes.iter().any(|scope| scope.shows_transactions()) {
        words.push(format!("--window {}", allowance.window_days.max(1)));
    }
    if allowance.once {
        words.push("--once".to_owned());
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AccountId, RuleId, Timestamp};
    use crate::share::Scope;

    #[test]
    fn names_the_command_that_allows_no_more() {
        let mut needed = Allowance {
            recipient: "bad' corp".into(),
            scopes: [Scope::Balances, Scope::AccountNumbers].into(),
            accounts: [AccountId::new(1), AccountId::new(3)].into(),
            maximum_days: 30,
            window_days: 400,
            maximum_rows: None,
            once: false,
        };
        let reasons = [Reason::NoRule("bad' corp".into())];
        insta::assert_snapshot!(what_would_allow(&reasons, Some(&needed)).unwrap(), @r"to allow it: vault policy allow --to 'bad'\'' corp' --scope balances,account-numbers --account acc-1,acc-3 --max-days 30");
        needed.scopes = [Scope::TransactionsDetail].into();
        needed.once = true;
        insta::assert_snapshot!(what_would_allow(&[], Some(&needed)).unwrap(), @r"to allow it: vault policy allow --to 'bad'\'' corp' --scope transactions.detail --account acc-1,acc-3 --max-days 30 --window 400 --once");
    }

    #[test]
    fn names_the_rules_that_deny() {
        let denied = |rule| Reason::Denied { rule: RuleId::new(rule), what: "everything to Acme".into() };
        let commands = what_would_allow(&[denied(2), denied(5)], None);
        assert_eq!(commands.unwrap(), "to allow it: vault policy remove 2; vault policy remove 5");
    }

    #[test]
    fn names_no_command_for_what_has_ended() {
        assert_eq!(what_would_allow(&[Reason::Ended(Timestamp::from_unix(0))], None), None);
    }
}
