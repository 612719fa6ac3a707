//! The vault directory: what lies in it, who may use it, and what is believed of it.

pub mod anchor;
pub mod calibrate;
pub mod files;
pub mod head;
pub mod header;
pub mod lock;
pub mod recovery;
mod slots;
pub mod strength;
#[cfg(test)]
mod testing;
