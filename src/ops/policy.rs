//! The standing policy: what may leave without a person, and what may not leave at all.

use serde_json::json;

use super::OpError;
use crate::model::Env;
use crate::share::{self, Policy, Scope};
use crate::store::{Reader, Writer};

/// What is to change; what is not named stays.
#[derive(Clone, Debug, Default)]
pub struct PolicyChange {
    /// The longest grant without a person, in days.
    pub maximum_days: Option<u32>,
    /// Scopes to allow.
    pub allow_scopes: Vec<Scope>,
    /// Scopes to deny.
    pub deny_scopes: Vec<Scope>,
    /// Scopes to neither allow nor deny.
    pub remove_scopes: Vec<Scope>,
    /// Recipients to allow.
    pub allow_recipients: Vec<String>,
    /// Recipients to deny.
    pub deny_recipients: Vec<String>,
    /// Recipients to neither allow nor deny.
    pub remove_recipients: Vec<String>,
}

impl PolicyChange {
    fn steps(self) -> Vec<share::PolicyChange> {
        use share::PolicyChange as Step;
        let mut steps: Vec<Step> = self.maximum_days.map(Step::MaximumDays).into_iter().collect();
        steps.extend(self.remove_scopes.into_iter().map(Step::ForgetScope));
        steps.extend(self.remove_recipients.into_iter().map(Step::ForgetRecipient));
        steps.extend(self.allow_scopes.into_iter().map(Step::AllowScope));
        steps.extend(self.allow_recipients.into_iter().map(Step::AllowRecipient));
        steps.extend(self.deny_scopes.into_iter().map(Step::DenyScope));
        steps.extend(self.deny_recipients.into_iter().map(Step::DenyRecipient));
        steps
    }
}

/// The policy.
pub fn show(vault: &Reader) -> Result<Policy, OpError> {
    Ok(vault.view().policy()?)
}

/// Changes the policy. What is allowed and denied in one change is denied.
pub fn set(vault: &mut Writer, wanted: PolicyChange, env: Env<'_>) -> Result<Policy, OpError> {
    let steps = wanted.steps();
    vault.change(env, |change| {
        let mut policy = change.view().policy()?;
        steps.iter().for_each(|step| step.apply(&mut policy));
        change.put_policy(&policy)?;
        let words: Vec<String> = steps.iter().map(ToString::to_string).collect();
        change.audit("policy", "", json!({ "changes": words }));
        Ok::<_, OpError>(policy)
    })
}
