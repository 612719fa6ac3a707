//! CSV files: by the profile of a bank, or by the names of their columns.
//!
//! `records` splits text, a `profile`, `names` or `headless` gives each column its role (`layout`), `facts` looks at the
//! whole file, `reading`, `marks` and `money` decide by it what one row cannot tell, `rows` makes entries (`amounts` their amounts and balances), `totals` takes
//! out sums (`label`: what rows say beside their texts), `direct` gives the entries their signs, `balance` finds reported balances. Nothing here knows the vault. Profiles are data: `profiles/*.toml` and the person's own, see `docs/csv-profiles.md`.

mod above;
mod against;
mod amounts;
mod answers;
mod apart;
#[cfg(test)]
#[path = "../../../../tests/unit/import/apps.rs"]
mod apps;
mod balance;
#[cfg(test)]
#[path = "../../../../tests/unit/import/balance.rs"]
mod balance_tests;
mod beside;
mod both;
mod cards;
#[cfg(test)]
#[path = "../../../../tests/unit/import/csv_cases.rs"]
mod cases;
mod chronology;
mod closing;
#[cfg(test)]
#[path = "../../../../tests/unit/import/closing.rs"]
mod closing_tests;
mod column;
mod concepts;
mod content;
mod currencies;
#[cfg(test)]
#[path = "../../../../tests/unit/import/currencies.rs"]
mod currencies_tests;
mod cuts;
mod direct;
mod elsewhere;
mod ending;
mod facts;
mod fault;
mod headless;
mod label;
mod layout;
mod length;
mod marks;
#[cfg(test)]
#[path = "../../../../tests/unit/import/marks.rs"]
mod marks_tests;
mod money;
mod names;
mod paired;
mod partly;
mod pending;
mod preamble;
mod profile;
mod read;
mod reading;
mod records;
mod reject;
mod rivals;
mod roles;
mod rows;
mod sample;
mod sections;
mod set;
#[cfg(test)]
#[path = "../../../../tests/unit/import/shapes.rs"]
mod shapes;
mod shared;
mod sides;
#[cfg(test)]
#[path = "../../../../tests/unit/import/sides.rs"]
mod sides_tests;
mod stated;
#[cfg(test)]
#[path = "../../../../tests/unit/import/stated.rs"]
mod stated_tests;
mod statements;
mod status;
mod statuses;
#[cfg(test)]
#[path = "../../../../tests/unit/import/csv_statuses.rs"]
mod statuses_tests;
#[cfg(test)]
#[path = "../../../../tests/unit/import/tables.rs"]
mod tables;
mod taken_back;
#[cfg(test)]
#[path = "../../../../tests/unit/import/taken_back.rs"]
mod taken_back_tests;
#[cfg(test)]
#[path = "../../../../tests/unit/import/csv.rs"]
mod tests;
mod totals;
#[cfg(test)]
#[path = "../../../../tests/unit/import/totals.rs"]
mod totals_tests;
mod vocabulary;
#[cfg(test)]
#[path = "../../../../tests/unit/import/csv_words.rs"]
mod words_tests;

pub use fault::ProfileFault;
pub use read::read;
pub use set::{ProfileError, ProfileSet};
