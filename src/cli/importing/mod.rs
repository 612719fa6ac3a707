//! `vault import` around the use case: which file is next, and what is shown of what became of it.

mod door;
mod run;

pub(crate) use run::{Outcome, run};
