//! What a person can name on the command line: for completion, which reads small tables only.

use super::OpError;
use crate::model::Env;
use crate::share::rule::Ruling;
use crate::store::Reader;
use crate::store::db::grants::GrantStatus;

/// Most bytes of sealed slices that are verified to name grants: a person who waits for a name is kept waiting for 50 ms at most.
const MOST_SEALED: u64 = 2 << 20;

/// What is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// Accounts.
    Accounts,
    /// Grants, the newest first.
    Grants,
    /// Grants that did not end.
    LivingGrants,
    /// Grants that wait for their owner.
    SuspendedGrants,
    /// Imports, the newest first.
    Imports,
    /// Imports that were not undone.
    LivingImports,
    /// Rules of the policy.
    Rules,
    /// Answers that imports remember.
    Answers,
    /// Decisions about duplicates.
    Decisions,
}

/// One thing that can be named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// Its id.
    pub id: String,
    /// The name that its owner gave it, where it has one.
    pub name: Option<String>,
    /// What tells it from others.
    pub about: String,
}

/// Returns what can be named. Grants are not, where verifying them takes too long.
///
/// # Errors
///
/// When the vault cannot be read, or is not as it was written.
pub fn list(vault: &Reader, what: Named, env: Env<'_>) -> Result<Vec<Name>, OpError> {
    let view = vault.view();
    Ok(match what {
        Named::Accounts => view
            .accounts()?
            .into_iter()
            .map(|account| Name { id: account.id.to_string(), about: account.id.to_string(), name: Some(account.name) })
            .collect(),
        Named::Grants | Named::LivingGrants | Named::SuspendedGrants if view.sealed_size()? > MOST_SEALED => Vec::new(),
        Named::Grants | Named::LivingGrants | Named::SuspendedGrants => {
            let now = vault.moment(env).now();
            let is_wanted = |status| match what {
                Named::LivingGrants => {
                    matches!(status, GrantStatus::Pending | GrantStatus::Active | GrantStatus::Suspended)
                }
                Named::SuspendedGrants => status == GrantStatus::Suspended,
                _ => true,
            };
            let grants = view.grants()?.into_iter().rev().filter(|grant| is_wanted(grant.status_at(now)));
            grants.map(|grant| named(&grant.id, grant.terms.recipient.name.clone())).collect()
        }
        Named::Imports | Named::LivingImports => {
            let imports = view.imports()?.into_iter().rev();
            let wanted = imports.filter(|import| what == Named::Imports || !import.undone);
            wanted.map(|import| named(&import.id, import.file)).collect()
        }
        Named::Rules => view.policy()?.iter().map(|rule| named(&rule.id, about_rule(&rule.ruling))).collect(),
        Named::Answers => view
            .answers()?
            .into_iter()
            .map(|one| named(&one.id, format!("{} {}: {}", one.option, one.answer, one.layout)))
            .collect(),
        Named::Decisions => {
            let said = |same| if same { "same" } else { "different" };
            view.decisions()?
                .iter()
                .map(|one| named(&one.id, format!("{}, said on {}", said(one.same), one.created.day())))
                .collect()
        }
    })
}

fn named(id: &impl ToString, about: String) -> Name {
    Name { id: id.to_string(), name: None, about }
}

fn about_rule(ruling: &Ruling) -> String {
    match ruling {
        Ruling::Allow(allowance) => format!("allows {}", allowance.recipient),
        Ruling::Deny(denial) => format!("denies {}", denial.recipient.as_deref().unwrap_or("everybody")),
    }
}
