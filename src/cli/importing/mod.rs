//! `vault import` around the use case: which file is next, and what is said of what became of it.

mod command;
mod conversation;
mod data;
mod door;
mod notes;
mod refusals;
mod report;
mod rows;
mod run;
mod show;

pub(crate) use run::run;
pub(crate) use show::show;
