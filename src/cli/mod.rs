//! Arguments, prompts, printing, exit codes, the environment.

pub mod harden;
