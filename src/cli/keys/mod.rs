//! What the commands about key slots share: the secret of a new one, and how a change is made and told.

pub(crate) mod new_secret;
pub(crate) mod rotate;
pub(crate) mod sheet;
mod tell;

pub(crate) use tell::{make, named, print_code, tell, unlisted};
