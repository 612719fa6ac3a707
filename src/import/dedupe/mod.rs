//! Which rows of a statement are new.
