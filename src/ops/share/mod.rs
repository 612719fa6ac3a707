//! Sharing: from a request to a draft, and from the approved draft to grant, slice, signature, seal and token.

mod again;
mod approve;
mod draft;
mod page;
mod request;

pub use again::{refuse_changed_since, resume_screen};
pub(crate) use approve::withdraw;
pub use approve::{Approved, PendingGrant, activate, decline, propose};
pub(super) use draft::judge;
pub use draft::{Draft, load_draft, prepare, save_draft};
pub use request::{Expires, ShareRequest, examine};

pub use super::approval::Approval;
pub use crate::share::Direction;
