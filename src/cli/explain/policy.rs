//! The commands that would let the policy allow what it stands against.

use crate::share::Reason;

/// Returns the changes of the policy that would take the reasons away, where any could.
pub(super) fn what_would_allow(reasons: &[Reason]) -> Option<String> {
    let changes: Vec<String> = reasons.iter().filter_map(|r| r.change.as_ref().map(ToString::to_string)).collect();
    (!changes.is_empty()).then(|| format!("this would allow it: {}", changes.join("; ")))
}
