//! A share that tests ask for.
//!
//! Shared by path, as the clock of the tests is.

use finvault::ops::share::{Expires, ShareRequest};
use finvault::share::Scope;

/// Returns a request for some scopes, for 30 days, without a limit.
pub(crate) fn request(scopes: &[Scope], to: &str) -> ShareRequest {
    ShareRequest {
        scopes: scopes.to_vec(),
        to: to.to_owned(),
        purpose: "a test".into(),
        expires: Expires::Days(30),
        once: false,
        max_uses: None,
        retention_days: None,
        accounts: Vec::new(),
        types: Vec::new(),
        since: None,
        until: None,
        direction: None,
        fields: None,
        limit: None,
    }
}
