//! The statements of a CSV file that turn out to be of one account.
//!
//! A CSV file is one list. What its columns tell apart, such as two cards of one account, are rows of that list: each
//! stands in it once, and two equal ones are two. In a format with statements of its own one row can stand in two of
//! them, and nothing is joined.

use std::mem::take;
use std::sync::OnceLock;

use super::accounts::Target;
use crate::import::Parsed;
use crate::model::SourceKind;

/// Makes one statement, in the order of the file, of those of a list that go to one account. Returns where the statements
/// that are left go.
pub(super) fn join_list(parsed: &mut Parsed<'_>, targets: Vec<Target>) -> Vec<Target> {
    if parsed.kind != SourceKind::Csv {
        return targets;
    }
    let mut kept: Vec<Target> = Vec::new();
    for target in targets {
        let Some(first) = kept.iter_mut().find(|other| other.account.id == target.account.id) else {
            kept.push(target);
            continue;
        };
        let part = &mut parsed.statements[target.statement as usize];
        let (declared, entries, balances) = (part.declared, take(&mut part.entries), take(&mut part.balances));
        let whole = &mut parsed.statements[first.statement as usize];
        whole.declared = whole.declared.zip(declared).map(|(one, other)| one.spanning(other));
        whole.entries.extend(entries);
        whole.entries.sort_by_key(|entry| entry.line);
        whole.content = OnceLock::new();
        whole.balances.extend(balances);
        // The later one knows what the file told of the account before.
        first.account = target.account;
    }
    kept
}
