//! The rules one by one, and whole histories cut into files.

mod found;
mod history;
mod large;
mod model;
mod rules;
