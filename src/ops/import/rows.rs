//! The rows of a statement as source rows.

use super::assign::Numbers;
use super::incoming::Incoming;
use super::pace::Pace;
use super::stop::Stop;
use crate::import::{ImportError, Problem, Remedy};
use crate::model::{Entry, EntryStatus, RowPosition};
use crate::ops::derive::{Imported, RowState};
use crate::store::Change;
use crate::store::db::row_key::RowKey;
use crate::store::db::source_row::{Form, SourceRow};

/// How many rows are written at a time.
const CHUNK: usize = 20_000;

/// Writes the rows in the order of their days, in chunks: a million rows at once would need as much memory as the file.
pub(super) fn write(
    change: &mut Change<'_>,
    incoming: &Incoming<'_>,
    numbers: &Numbers,
    imported: &Imported,
    pace: &Pace<'_>,
) -> Result<(), Stop> {
    let entries = &incoming.statement.entries;
    let count = u32::try_from(entries.len())
        .map_err(|_| ImportError::new(Problem::Limit, "the file has too many rows", Remedy::Split))?;
    let mut order: Vec<u32> = (0..count).collect();
    order.sort_unstable_by_key(|position| {
        let index = *position as usize;
        (entries[index].day, numbers.rows.offset(index))
    });
    for chunk in order.chunks(CHUNK) {
        let mut rows = Vec::with_capacity(chunk.len());
        for &position in chunk {
            let index = position as usize;
            let key = RowKey::pack(numbers.segment, entries[index].day, numbers.rows.offset(index))?;
            let (number, state) = (numbers.rows.of(index), imported.state(index, numbers.rows));
            let row = source_row(incoming, position, &entries[index], (key, number), state)?;
            rows.push(row.formed(imported.twin()));
        }
        change.add_source_rows(&rows)?;
        pace.written(chunk.len());
    }
    Ok(())
}

/// Returns a row of the file as it is stored. Texts stay borrowed from the file.
fn source_row<'e>(
    incoming: &Incoming<'_>,
    position: u32,
    entry: &'e Entry<'_>,
    (key, number): (RowKey, u64),
    state: RowState,
) -> Result<SourceRow<&'e str>, ImportError> {
    let (row, whole) = (entry.amount.currency(), incoming.statement.currency);
    if row != whole {
        let message = format!("the row is in {row}, but the statement is in {whole}");
        let error = ImportError::new(Problem::Contradiction, message, Remedy::CurrencyInEveryRow);
        return Err(error.at_line(entry.line));
    }
    Ok(SourceRow {
        key,
        account: incoming.account(),
        number,
        txn: state.txn,
        import: incoming.import.id,
        statement: incoming.target.statement,
        position: RowPosition::new(position),
        line: entry.line,
        lead: state.lead,
        counts: state.counts,
        form: Form::Plain,
        kind: incoming.import.kind,
        amount: entry.amount.micros(),
        pending: entry.status == EntryStatus::Pending,
        running: entry.running,
        bank_id: entry.bank_id.or_none(),
        description: &entry.description,
        memo: entry.memo.or_none(),
        check_number: entry.check_number(),
        category: entry.category(),
        transaction_type: entry.transaction_type.or_none(),
    })
}
