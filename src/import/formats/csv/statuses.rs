//! The column of statuses, where no name tells it: what stands in it does, and holds rows back.

use super::answers;
use super::column::Column;
use super::layout::Layout;
use super::names;
use super::pending;
use super::roles::Role;
use super::status::{Status, may_be_void, of, plain};
use crate::import::error::ImportError;
use crate::import::evidence::fold::fold;
use crate::import::evidence::pending::AT_ENDS;

/// Names of columns, besides those that say booked, below which a yes means that the row is.
const APPROVED: [&str; 10] = [
    "approved",
    "accepted",
    "successful",
    "executed",
    "genehmigt",
    "erfolgreich",
    "ausgefuhrt",
    "aprobado",
    "aprovado",
    "approvato",
];

/// Beyond so many cells a column has to go on as the words of a status.
const MANY: u64 = 16;
/// No status is longer, in bytes.
const LONGEST: usize = 60;

/// Returns what an answer says below the name of a column that asks, such as *Posted* or *Pending*. A row that is not approved
/// may be pending or declined.
pub(super) fn answer(name: &str, word: &str) -> Option<Status> {
    let heading = names::heading(name);
    let asks = answers::question(&heading);
    let word = fold(word);
    let is_yes = if word == asks { true } else { answers::of(&word)? };
    if pending::is_booked(asks) {
        return Some(if is_yes { Status::Posted } else { Status::Pending });
    }
    if APPROVED.contains(&asks) {
        return is_yes.then_some(Status::Posted);
    }
    let status = if AT_ENDS.contains(&asks) { Some(Status::Pending) } else { of(asks).filter(|s| *s == Status::Void) };
    status.map(|status| if is_yes { status } else { Status::Posted })
}

/// Returns whether the name of a column asks, and a word answers it.
fn is_answer(name: &str, word: &str) -> bool {
    answer(name, "yes").is_some() && (answer(name, word).is_some() || answers::of(&fold(word)) == Some(false))
}

/// What the cells of a column say in the rows of a file.
struct Cells {
    column: Column,
    /// Whether the column has no role, or one in which statuses may stand.
    is_free: bool,
    blank: u64,
    filled: u64,
    known: u64,
    /// Words that mean a status and nothing else, and those that hold a row back.
    plain: u64,
    held: u64,
    /// Answers to the name of the column, and those that do not say that the row is booked.
    answers: u64,
    not_booked: u64,
    /// Whether a cell may say that its row moved no money, and whether the others may still be statuses.
    is_in_doubt: bool,
    is_open: bool,
}

impl Cells {
    /// Begins before the first row.
    fn new(column: Column, is_free: bool) -> Cells {
        let (blank, filled, known, plain, held, answers, not_booked) = (0, 0, 0, 0, 0, 0, 0);
        let (is_in_doubt, is_open) = (false, true);
        Cells { column, is_free, blank, filled, known, plain, held, answers, not_booked, is_in_doubt, is_open }
    }

    fn add(&mut self, name: &str, text: &str) {
        if text.is_empty() {
            self.blank += 1;
            return;
        }
        self.filled += 1;
        self.is_in_doubt |= self.is_free && !self.is_in_doubt && may_be_void(text);
        if text.len() > LONGEST || !self.is_open {
            return;
        }
        let status = of(text);
        self.known += u64::from(status.is_some());
        self.held += u64::from(status.is_some_and(|status| status != Status::Posted));
        self.plain += u64::from(plain(&fold(text)).is_some());
        if self.answers + 1 == self.filled && is_answer(name, text) {
            self.answers += 1;
            self.not_booked += u64::from(answer(name, text) != Some(Status::Posted));
        }
        self.is_open = self.filled < MANY || 2 * self.known >= self.filled || self.answers == self.filled;
    }

    /// Returns whether it is a column of statuses: every row has a word of one, some of which hold it back; or half of them
    /// have, with one that means nothing else; or a few, which are all of that kind; or it answers its name.
    fn is_status(&self) -> bool {
        let is_full = self.blank == 0
            && (self.known == self.filled || (self.is_free && 2 * self.known >= self.filled && self.plain > 0));
        let is_sparse = self.blank > 0 && self.is_free && self.plain == self.filled;
        let holds = self.held > 0 && (is_full || is_sparse);
        self.is_open && (holds || (self.not_booked > 0 && self.answers == self.filled))
    }
}

/// Finds the column of statuses by what stands in it, where no name tells it: such a column holds rows back and adds none.
pub(super) fn find(layout: &mut Layout<'_>) -> Result<(), ImportError> {
    const MAY_HOLD: [Role; 4] = [Role::Memo, Role::Category, Role::Type, Role::Indicator];
    if !layout.learn || layout.roles.first(Role::Status).is_some() {
        return Ok(());
    }
    let days = layout.roles.all(Role::Day).to_vec();
    let cells = |index: usize| {
        let column = Column::new(index);
        let mut others = Role::ALL.into_iter().filter(|role| layout.roles.all(*role).contains(&column));
        let is_free = others.clone().next().is_none();
        let may_hold = |role: Role| {
            MAY_HOLD.contains(&role)
                || (role == Role::Day && days.len() > 1)
                || (role == Role::Description && layout.header.is_empty())
        };
        others.all(may_hold).then(|| Cells::new(column, is_free))
    };
    let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
    let mut found: Option<Vec<Cells>> = None;
    while rows.next(&mut fields)?.is_some() {
        if !layout.has_day(&fields) {
            continue;
        }
        let found = found.get_or_insert_with(|| (0..fields.len()).filter_map(cells).collect());
        for cells in found.iter_mut() {
            cells.add(layout.name(cells.column), &cells.column.of(&fields).text());
        }
        found.retain(|cells| cells.is_open || cells.is_free);
        if found.is_empty() {
            break;
        }
    }
    let found = found.unwrap_or_default();
    if let Some(cells) = found.iter().find(|cells| cells.is_status()) {
        layout.roles.set(Role::Status, [cells.column]);
        layout.roles.set(Role::Day, days.into_iter().filter(|day| *day != cells.column));
    } else {
        let in_doubt = found.iter().filter(|cells| cells.is_in_doubt).map(|cells| cells.column);
        layout.conventions.in_doubt = in_doubt.collect();
    }
    Ok(())
}
