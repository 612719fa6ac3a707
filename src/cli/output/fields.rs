//! The fields of a report as cells, without a JSON tree of the whole report in between.

use serde::ser::{self, Error as _, Impossible, Serialize};
use serde_json::Error;

use super::column::{Cell, Column};

type Never = Impossible<Vec<Cell>, Error>;

/// Returns one cell for each column: the field that it names. Fields that no column names are not even looked at.
pub(crate) fn cells<T: Serialize + ?Sized>(columns: &[Column], report: &T) -> Result<Vec<Cell>, Error> {
    report.serialize(Fields { columns, cells: vec![Cell::Empty; columns.len()], next: 0, key: Vec::new() })
}

struct Fields<'c> {
    columns: &'c [Column],
    cells: Vec<Cell>,
    /// The column after the one that was filled last: reports mostly have the order of the columns.
    next: usize,
    /// The key of the entry whose value comes next, as JSON.
    key: Vec<u8>,
}

impl Fields<'_> {
    fn put<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        let from_next = self.columns.iter().enumerate().skip(self.next);
        let found = from_next.chain(self.columns.iter().enumerate().take(self.next)).find(|(_, c)| c.field == name);
        if let Some((index, column)) = found {
            self.cells[index] = column.cell(serde_json::to_value(value)?);
            self.next = index + 1;
        }
        Ok(())
    }
}

impl ser::SerializeStruct for Fields<'_> {
    type Ok = Vec<Cell>;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        self.put(name, value)
    }

    fn end(self) -> Result<Vec<Cell>, Error> {
        Ok(self.cells)
    }
}

impl ser::SerializeMap for Fields<'_> {
    type Ok = Vec<Cell>;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.key.clear();
        serde_json::to_writer(&mut self.key, key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        // A name that JSON escapes is the name of no column.
        let key = std::mem::take(&mut self.key);
        let name = std::str::from_utf8(&key).unwrap_or_default().trim_matches('"');
        let put = self.put(name, value);
        self.key = key;
        put
    }

    fn end(self) -> Result<Vec<Cell>, Error> {
        Ok(self.cells)
    }
}

/// Refuses what has no named fields.
macro_rules! no_fields {
    ($($name:ident($($kind:ty),*) -> $result:ty;)*) => {$(
        fn $name(self $(, _: $kind)*) -> Result<$result, Error> {
            Err(Error::custom("it has no named fields"))
        }
    )*};
}

impl<'c> ser::Serializer for Fields<'c> {
    type Ok = Vec<Cell>;
    type Error = Error;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Fields<'c>;
    type SerializeStruct = Fields<'c>;
    type SerializeStructVariant = Never;

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'c>, Error> {
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Fields<'c>, Error> {
        Ok(self)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Vec<Cell>, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Vec<Cell>, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Vec<Cell>, Error> {
        Err(Error::custom("it has no named fields"))
    }

    no_fields! {
        serialize_bool(bool) -> Vec<Cell>;
        serialize_i8(i8) -> Vec<Cell>;
        serialize_i16(i16) -> Vec<Cell>;
        serialize_i32(i32) -> Vec<Cell>;
        serialize_i64(i64) -> Vec<Cell>;
        serialize_u8(u8) -> Vec<Cell>;
        serialize_u16(u16) -> Vec<Cell>;
        serialize_u32(u32) -> Vec<Cell>;
        serialize_u64(u64) -> Vec<Cell>;
        serialize_f32(f32) -> Vec<Cell>;
        serialize_f64(f64) -> Vec<Cell>;
        serialize_char(char) -> Vec<Cell>;
        serialize_str(&str) -> Vec<Cell>;
        serialize_bytes(&[u8]) -> Vec<Cell>;
        serialize_none() -> Vec<Cell>;
        serialize_unit() -> Vec<Cell>;
        serialize_unit_struct(&'static str) -> Vec<Cell>;
        serialize_unit_variant(&'static str, u32, &'static str) -> Vec<Cell>;
        serialize_seq(Option<usize>) -> Never;
        serialize_tuple(usize) -> Never;
        serialize_tuple_struct(&'static str, usize) -> Never;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Never;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Never;
    }
}
