//! `sum`, `total` and `avg`: exact over integers, and refused over text, which SQLite would read as numbers of its own kind.

use rusqlite::functions::{Aggregate, Context, FunctionFlags, WindowAggregate};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error, Result};

/// Which of them.
#[derive(Clone, Copy, Debug)]
enum Function {
    Sum,
    Total,
    Average,
}

/// The values so far. Integers are added as integers.
#[derive(Debug, Default)]
struct Values {
    count: i64,
    whole: i128,
    reals: i64,
    real: f64,
}

/// Gives the functions to a connection, in the place of SQLite's.
pub(super) fn define(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    for (name, total) in [("sum", Function::Sum), ("total", Function::Total), ("avg", Function::Average)] {
        connection.create_window_function(name, 1, flags, total)?;
    }
    Ok(())
}

impl Function {
    fn name(self) -> &'static str {
        match self {
            Function::Sum => "sum",
            Function::Total => "total",
            Function::Average => "avg",
        }
    }

    /// Adds a value, or takes it away.
    #[expect(clippy::float_arithmetic, reason = "REAL is a float in SQL; amounts in millionths are integers")]
    fn count(self, ctx: &Context<'_>, values: &mut Values, once: i64) -> Result<()> {
        match ctx.get_raw(0) {
            ValueRef::Null => return Ok(()),
            ValueRef::Integer(number) => values.whole += i128::from(number) * i128::from(once),
            ValueRef::Real(number) => {
                values.reals += once;
                values.real += if once < 0 { -number } else { number };
            }
            ValueRef::Text(_) | ValueRef::Blob(_) => {
                let name = self.name();
                return Err(failure(format!(
                    "{name} of text: amounts as text are to be read; use {name} of the column that ends in _micros, \
                     millionths as INTEGER"
                )));
            }
        }
        values.count += once;
        Ok(())
    }

    #[expect(clippy::float_arithmetic, reason = "REAL is a float in SQL; sums of integers never come here")]
    #[expect(clippy::cast_precision_loss, reason = "as SQLite's own")]
    fn of(self, values: &Values) -> Result<Value> {
        let real = || values.real + values.whole as f64;
        match self {
            Function::Total => Ok(Value::Real(real())),
            _ if values.count == 0 => Ok(Value::Null),
            Function::Average => Ok(Value::Real(real() / values.count as f64)),
            Function::Sum if values.reals > 0 => Ok(Value::Real(real())),
            Function::Sum => {
                let sum = i64::try_from(values.whole).map_err(|_| failure("integer overflow in sum".to_owned()))?;
                Ok(Value::Integer(sum))
            }
        }
    }
}

fn failure(message: String) -> Error {
    Error::UserFunctionError(message.into())
}

impl Aggregate<Values, Value> for Function {
    fn init(&self, _: &mut Context<'_>) -> Result<Values> {
        Ok(Values::default())
    }

    fn step(&self, ctx: &mut Context<'_>, values: &mut Values) -> Result<()> {
        self.count(ctx, values, 1)
    }

    fn finalize(&self, _: &mut Context<'_>, values: Option<Values>) -> Result<Value> {
        self.of(&values.unwrap_or_default())
    }
}

impl WindowAggregate<Values, Value> for Function {
    fn value(&self, values: Option<&mut Values>) -> Result<Value> {
        match values {
            Some(values) => self.of(values),
            None => self.of(&Values::default()),
        }
    }

    fn inverse(&self, ctx: &mut Context<'_>, values: &mut Values) -> Result<()> {
        self.count(ctx, values, -1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(sql: &str) -> Result<Value, String> {
        let connection = Connection::open_in_memory().unwrap();
        define(&connection).unwrap();
        connection.query_row(sql, [], |row| row.get(0)).map_err(|error| error.to_string())
    }

    #[test]
    fn sums_integers_exactly_where_a_float_would_not() {
        let big = "(VALUES (9007199254740993), (2), (NULL), (9007199254740993), (-9007199254740993))";
        assert_eq!(ask(&format!("SELECT sum(column1) FROM {big}")), Ok(Value::Integer(9_007_199_254_740_995)));
        let passing = "(VALUES (9223372036854775807), (1), (-1))";
        assert_eq!(ask(&format!("SELECT sum(column1) FROM {passing}")), Ok(Value::Integer(i64::MAX)));
        assert!(ask("SELECT sum(column1) FROM (VALUES (9223372036854775807), (1))").unwrap_err().contains("overflow"));
    }

    #[test]
    fn answers_as_sqlite_does_for_nothing_and_for_reals() {
        for (sql, expected) in [
            ("SELECT sum(1) WHERE false", Value::Null),
            ("SELECT avg(NULL)", Value::Null),
            ("SELECT total(1) WHERE false", Value::Real(0.0)),
            ("SELECT sum(column1) FROM (VALUES (1), (0.5))", Value::Real(1.5)),
            ("SELECT avg(column1) FROM (VALUES (1), (2), (NULL))", Value::Real(1.5)),
            (
                "SELECT group_concat(s) FROM (SELECT sum(column1) OVER (ORDER BY column1 ROWS 1 PRECEDING) AS s FROM (VALUES (1), (2), (3)))",
                Value::Text("1,3,5".into()),
            ),
            ("SELECT sum(DISTINCT column1) FROM (VALUES (4), (4))", Value::Integer(4)),
        ] {
            assert_eq!(ask(sql), Ok(expected), "{sql}");
        }
    }

    #[test]
    fn refuses_text_and_names_the_column_to_use() {
        for name in ["sum", "total", "avg"] {
            let said = ask(&format!("SELECT {name}('-4.50')")).unwrap_err();
            assert!(said.contains(&format!("{name} of text")) && said.contains("_micros"), "{said}");
        }
    }
}
