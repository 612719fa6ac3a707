//! What a person reads before they approve, rendered from the very document that is signed.

use crate::ops::OpError;
use crate::share::{DurationType, SliceDocument, Terms, names, policy};
use crate::store::View;
use crate::store::db::grants::Grant;

/// Returns the lines of the consent screen, rendered from the very document that is signed.
pub(super) fn lines(
    view: &View<'_>,
    terms: &Terms,
    document: &SliceDocument,
) -> Result<Vec<(String, String)>, OpError> {
    let mut lines: Vec<(String, String)> = Vec::new();
    let mut say = |label: &str, text: String| lines.push((label.to_owned(), text));
    let accounts = document.accounts.as_ref().map_or(terms.narrowing.accounts.len(), Vec::len);
    let count = document.transactions.as_ref().map_or(0, Vec::len);
    say("who", format!("{} (you named them; the name is not verified)", document.grant.recipient.name));
    say("why", document.grant.purpose.text.clone());
    say("until", document.grant.expiration_time.to_string());
    for scope in &document.grant.scopes {
        say("scope", format!("{scope}: {}", scope.description()));
    }
    for term in &document.grant.labelled_terms {
        say(term.label.as_str(), term.term.clone());
    }
    let ongoing = terms.duration_type == DurationType::TimeBound;
    say("content", format!("{}, {}", counted(accounts, "account"), counted(count, "transaction")));
    if ongoing {
        say("content", "you approve a query: the slice is updated when these data change".into());
    }
    say(
        "known",
        "whoever compares two of your slices can join them by the public key, last four digits, amounts and days"
            .into(),
    );
    for alike in policy::looks_like_allowed(&terms.recipient.name, &view.policy()?) {
        say("warning", alike.to_string());
    }
    for grant in view.grants()?.iter().filter(|g| same_recipient(g, terms)) {
        let scopes: Vec<String> = grant.terms.scopes.iter().map(ToString::to_string).collect();
        say(
            "known",
            format!(
                "{} was given {} on {} (grant {}); together they know both",
                grant.terms.recipient.name,
                scopes.join(", "),
                grant.terms.created_time.day(),
                grant.id
            ),
        );
    }
    Ok(lines)
}

fn counted(count: usize, of: &str) -> String {
    if count == 1 { format!("1 {of}") } else { format!("{count} {of}s") }
}

fn same_recipient(grant: &Grant, terms: &Terms) -> bool {
    names::look_alike(&grant.terms.recipient.name, &terms.recipient.name)
}
