//! The large table: a statement reads it by parts, and only those that its conditions leave.

use std::borrow::Cow;
use std::ffi::{CStr, CString, c_int};
use std::sync::mpsc::{Receiver, Sender, sync_channel};

use rusqlite::types::Value;
use rusqlite::vtab::{
    Context, Filters, IndexConstraintOp, IndexInfo, Module, VTab, VTabConnection, VTabCursor, sqlite3_vtab,
    sqlite3_vtab_cursor,
};
use rusqlite::{Connection, Error, Result};

use super::types::{Ask, Bound, Op, Part, Row, Table};

/// How many rows SQLite is to expect for one, two and more conditions that narrow, and for none.
const EXPECTED_ROWS: [i64; 4] = [1_000_000, 50_000, 5_000, 1_000];

/// What the table is made of, and where its rows are asked for.
#[derive(Debug)]
struct Origin {
    table: Table,
    asks: Sender<Ask>,
}

/// The table, as SQLite sees it.
#[repr(C)]
struct Large {
    base: sqlite3_vtab,
    table: Table,
    asks: Sender<Ask>,
}

/// A place in the table.
#[repr(C)]
struct Cursor {
    base: sqlite3_vtab_cursor,
    table: Table,
    asks: Sender<Ask>,
    /// A bit for each column that is looked at.
    used: u64,
    parts: std::vec::IntoIter<Part>,
    /// The next part, which is read while the rows of this one are looked at.
    ahead: Option<Receiver<Vec<Row>>>,
    rows: std::vec::IntoIter<Row>,
    row: Option<Row>,
    number: i64,
}

/// Gives the table to a connection.
pub(super) fn define(connection: &Connection, table: &Table, asks: Sender<Ask>) -> Result<()> {
    const MODULE: &Module<'static, Large> = &Module::eponymous_only_module();
    connection.create_module(table.name, MODULE, Some(Origin { table: table.clone(), asks }))
}

// SAFETY: the struct is laid out as C does, and begins with the base.
#[allow(unsafe_code)]
unsafe impl VTab<'_> for Large {
    type Aux = Origin;
    type Cursor = Cursor;

    fn connect(
        _: &mut VTabConnection,
        origin: Option<&Origin>,
        _: &[u8],
        _: &[u8],
        _: &[u8],
        _: &[&[u8]],
    ) -> Result<(Cow<'static, CStr>, Large)> {
        let Some(Origin { table, asks }) = origin else { return Err(Error::InvalidQuery) };
        let large = Large { base: sqlite3_vtab::default(), table: table.clone(), asks: asks.clone() };
        Ok((Cow::Owned(CString::new(table.declaration())?), large))
    }

    fn best_index(&self, info: &mut IndexInfo) -> Result<bool> {
        let mut narrowing = Vec::new();
        for (i, constraint) in info.constraints().enumerate() {
            let column = usize::try_from(constraint.column()).ok().and_then(|column| self.table.columns.get(column));
            let narrows = column.is_some_and(|column| column.narrows) && constraint.is_usable();
            if let Some(op) = letter(&constraint.operator()).filter(|_| narrows) {
                narrowing.push((i, constraint.column(), op));
            }
        }
        let mut plan = String::new();
        let mut taken = 0;
        for (i, column, op) in narrowing {
            // Where case or anything else does not count, the order of bytes says nothing.
            if info.collation(i)? != "BINARY" {
                continue;
            }
            taken += 1;
            info.constraint_usage(i).set_argv_index(taken);
            plan.push_str(&format!("{op}{column} "));
        }
        let expected = EXPECTED_ROWS[usize::try_from(taken).unwrap_or_default().min(EXPECTED_ROWS.len() - 1)];
        info.set_estimated_rows(expected);
        info.set_estimated_cost(f64::from(i32::try_from(expected).unwrap_or(i32::MAX)));
        info.set_idx_str(&plan);
        // The table has less columns than a `c_int` has bits.
        info.set_idx_num(c_int::try_from(info.col_used() & 0x7fff_ffff).unwrap_or(c_int::MAX));
        Ok(true)
    }

    fn open(&mut self) -> Result<Cursor> {
        Ok(Cursor {
            base: sqlite3_vtab_cursor::default(),
            table: self.table.clone(),
            asks: self.asks.clone(),
            used: 0,
            parts: Vec::new().into_iter(),
            ahead: None,
            rows: Vec::new().into_iter(),
            row: None,
            number: 0,
        })
    }
}

/// Returns the letter that stands for a comparison in a plan.
fn letter(op: &IndexConstraintOp) -> Option<char> {
    match op {
        IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_EQ => Some('e'),
        IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_GT | IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_GE => Some('l'),
        IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_LT | IndexConstraintOp::SQLITE_INDEX_CONSTRAINT_LE => Some('m'),
        _ => None,
    }
}

impl Cursor {
    /// Returns a bound of a plan, such as `e2`. A value that is no text bounds nothing.
    fn bound(&self, planned: &str, value: Value) -> Option<Bound> {
        let op = match planned.chars().next()? {
            'e' => Op::Equal,
            'l' => Op::AtLeast,
            _ => Op::AtMost,
        };
        let column = self.table.columns.get(planned.get(1..)?.parse::<usize>().ok()?)?.name;
        match value {
            Value::Text(text) => Some(Bound { column, op, text }),
            _ => None,
        }
    }

    /// Asks for the next part, and does not wait for it.
    fn read_ahead(&mut self) -> Result<()> {
        self.ahead = match self.parts.next() {
            Some(part) => {
                let (to, given) = sync_channel(1);
                self.asks.send(Ask::Part(part, self.used, to)).map_err(|_| no_answer())?;
                Some(given)
            }
            None => None,
        };
        Ok(())
    }
}

// SAFETY: the struct is laid out as C does, and begins with the base.
#[allow(unsafe_code)]
unsafe impl VTabCursor for Cursor {
    fn filter(&mut self, used: c_int, plan: Option<&str>, values: &Filters<'_>) -> Result<()> {
        let mut bounds = Vec::new();
        for (i, planned) in plan.unwrap_or_default().split_whitespace().enumerate() {
            bounds.extend(self.bound(planned, values.get(i)?));
        }
        let (to, given) = sync_channel(1);
        self.asks.send(Ask::Parts(bounds, to)).map_err(|_| no_answer())?;
        self.used = u64::from(used.unsigned_abs());
        self.parts = given.recv().map_err(|_| no_answer())?.into_iter();
        self.rows = Vec::new().into_iter();
        self.read_ahead()?;
        self.next()
    }

    fn next(&mut self) -> Result<()> {
        self.number += 1;
        loop {
            self.row = self.rows.next();
            if self.row.is_some() {
                return Ok(());
            }
            let Some(given) = self.ahead.take() else { return Ok(()) };
            self.rows = given.recv().map_err(|_| no_answer())?.into_iter();
            self.read_ahead()?;
        }
    }

    fn eof(&self) -> bool {
        self.row.is_none()
    }

    fn column(&self, context: &mut Context, column: c_int) -> Result<()> {
        let value = self.row.as_ref().and_then(|row| row.get(usize::try_from(column).ok()?));
        context.set_result(value.unwrap_or(&Value::Null))
    }

    fn rowid(&self) -> Result<i64> {
        Ok(self.number)
    }
}

/// The vault gave nothing, and tells why itself.
fn no_answer() -> Error {
    Error::ModuleError("the vault gave no answer".to_owned())
}
