//! What the rows of a pack hold, told of each row, one column behind the other: its shape ([`shapes`]), its amount, and each of the
//! numbers in its texts. Whoever looks for rows reads the columns of what is wanted, and then only zones that have such a row.
//!
//! A pack names only so many shapes; rows of other ones have none.
//!
//! [`shapes`]: crate::store::db::shapes

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use crate::model::Micros;
use crate::store::db::bits::{self, Bits};
use crate::store::db::shapes::{Field, Fit, Shape, WIDTHS, shape_of};
use crate::store::db::source_row::SourceRow;
use crate::store::db::wanted::Wanted;

/// So many shapes a pack has at most.
const SHAPES: usize = 1 << 10;

/// So many bytes these have at most: some, and a few more for each row, up to a limit.
const BYTES: [usize; 3] = [1 << 10, 2, 1 << 15];

/// So many bytes a shape has at most.
const LONGEST: usize = 1 << 10;

/// The unit of amounts, in millionths, where all are whole ones: a hundredth.
const HUNDREDTH: i64 = 10_000;

/// Bytes before the shapes.
const HEAD_BYTES: usize = 32;

/// Makes the columns of a pack.
pub(crate) struct ColumnMaker {
    /// By its bytes, the index of a shape, from 1.
    known: HashMap<Box<[u8]>, u32, BuildHasherDefault<Mixer>>,
    columns: Vec<Column>,
    bytes: usize,
    /// Of each row the index of its shape, or 0.
    rows: Vec<u32>,
    amounts: Vec<i64>,
    shape: Vec<u8>,
    numbers: Vec<(u64, u32)>,
    /// The number of the zone that is open.
    zone: usize,
}

/// The numbers of the rows of a shape.
struct Column {
    shape: Box<[u8]>,
    rows: u32,
    /// The first ones of all rows, then the second ones, and so on.
    numbers: Vec<Bits>,
    /// The number of the last zone with a row of it.
    zone: Option<usize>,
}

impl ColumnMaker {
    /// Begins without rows.
    pub(crate) fn new() -> ColumnMaker {
        ColumnMaker {
            known: HashMap::default(),
            columns: Vec::new(),
            bytes: 0,
            rows: Vec::new(),
            amounts: Vec::new(),
            shape: Vec::new(),
            numbers: Vec::new(),
            zone: 0,
        }
    }

    /// Adds a row. Returns whether no row before it in its zone is known to have its shape.
    pub(crate) fn add<T: AsRef<str>>(&mut self, row: &SourceRow<T>) -> bool {
        let numbers = &mut self.numbers;
        numbers.clear();
        shape_of(row, &mut self.shape, |number, digits| numbers.push((number, digits)));
        let known = self.known.get(self.shape.as_slice()).copied();
        let index = known.or_else(|| self.add_shape()).unwrap_or_default();
        self.rows.push(index);
        self.amounts.push(row.amount.get());
        let Some(column) = (index as usize).checked_sub(1).and_then(|at| self.columns.get_mut(at)) else { return true };
        column.rows += 1;
        let columns = column.numbers.iter_mut();
        columns
            .zip(&self.numbers)
            .for_each(|(column, (number, digits))| column.push(*number, WIDTHS[*digits as usize]));
        column.zone.replace(self.zone) != Some(self.zone)
    }

    /// Ends a zone.
    pub(crate) fn end_zone(&mut self) {
        self.zone += 1;
    }

    /// Adds a shape, if there is room for it, and returns its index.
    fn add_shape(&mut self) -> Option<u32> {
        let [some, for_each, most] = BYTES;
        let room = (some + for_each * self.rows.len()).min(most);
        let is_short = self.shape.len() <= LONGEST && self.bytes + self.shape.len() <= room;
        (is_short && self.columns.len() < SHAPES).then(|| {
            let shape: Box<[u8]> = self.shape.as_slice().into();
            self.bytes += shape.len();
            let numbers = self.numbers.iter().map(|_| Bits::default()).collect();
            self.columns.push(Column { shape: shape.clone(), rows: 0, numbers, zone: None });
            let index = self.columns.len() as u32;
            self.known.insert(shape, index);
            index
        })
    }

    /// Returns whether every row has a shape that is named.
    pub(crate) fn names_all(&self) -> bool {
        !self.rows.contains(&0)
    }

    /// Returns the bytes of the columns. There are no rows then.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        let ColumnMaker { mut columns, rows, amounts, .. } = std::mem::replace(self, ColumnMaker::new());
        let shapes: Vec<u8> = columns
            .iter()
            .flat_map(|column| {
                let length = column.shape.len() as u16;
                [&column.rows.to_le_bytes()[..], &length.to_le_bytes(), &column.shape].concat()
            })
            .collect();
        let least = amounts.iter().copied().min().unwrap_or_default();
        let above = |amount: i64| amount.wrapping_sub(least).cast_unsigned();
        let unit =
            if amounts.iter().all(|amount| above(*amount).is_multiple_of(HUNDREDTH as u64)) { HUNDREDTH } else { 1 };
        let most = amounts.iter().map(|amount| above(*amount)).max().unwrap_or_default();
        let of_amounts = bits::width(most / unit as u64);
        let of_shapes = bits::width(columns.len() as u64);
        let mut bytes = Vec::new();
        for number in [columns.len() as u32, shapes.len() as u32, of_shapes, of_amounts] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend([least, unit].into_iter().flat_map(i64::to_le_bytes));
        bytes.extend(shapes);
        bytes.extend(packed(rows.into_iter().map(u64::from), of_shapes));
        bytes.extend(packed(amounts.into_iter().map(|amount| above(amount) / unit as u64), of_amounts));
        // In the order of `place_numbers`: where one number of many shapes is looked at, fewer blocks are read.
        let most = columns.iter().map(|column| column.numbers.len()).max().unwrap_or_default();
        for of in 0..most {
            let numbers = columns.iter_mut().filter_map(|column| column.numbers.get_mut(of));
            numbers.for_each(|numbers| bytes.extend(std::mem::take(numbers).finish()));
        }
        bytes
    }
}

fn packed(numbers: impl Iterator<Item = u64>, width: u32) -> Vec<u8> {
    let mut bits = Bits::default();
    numbers.for_each(|number| bits.push(number, width));
    bits.finish()
}

/// Hashes shapes: they are of the owner's own files, and there are few.
#[derive(Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        let (eights, rest) = bytes.as_chunks();
        let mut last = [0; 8];
        rest.iter().zip(&mut last).for_each(|(byte, place)| *place = *byte);
        for eight in eights.iter().chain([&last]) {
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(*eight)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }

    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}

/// Where the columns of a pack lie.
#[derive(Debug)]
pub(crate) struct Columns {
    pub shapes: Vec<Named>,
    /// How many rows have none of them.
    pub others: usize,
    /// How many numbers the shapes have together.
    pub numbers: usize,
    /// The first byte of the indexes of shapes, and the bits of each.
    of_shapes: (usize, u32),
    of_amounts: (usize, u32),
    least: i64,
    unit: i64,
}

/// A shape that a pack names.
#[derive(Debug)]
pub(crate) struct Named {
    pub shape: Shape,
    pub rows: usize,
    /// The index of the first of its numbers among those of all shapes.
    pub first: usize,
    /// Where each number of its rows begins, and the bits of it.
    numbers: Vec<(usize, u32)>,
}

impl Columns {
    /// Reads where the columns of some rows lie, which begin at a byte. `None` where bytes are missing.
    pub(crate) fn read<E>(
        rows: usize,
        from: usize,
        mut bytes: impl FnMut(Range<usize>) -> Result<Vec<u8>, E>,
    ) -> Result<Option<Columns>, E> {
        let head = bytes(from..from + HEAD_BYTES)?;
        let Some((head, _)) = head.split_first_chunk::<HEAD_BYTES>() else { return Ok(None) };
        let (words, numbers) = head.split_at(HEAD_BYTES / 2);
        let word = |at: usize| words.as_chunks().0.get(at).map(|bytes| u32::from_le_bytes(*bytes)).unwrap_or_default();
        let number =
            |at: usize| numbers.as_chunks().0.get(at).map(|bytes| i64::from_le_bytes(*bytes)).unwrap_or_default();
        let from = from + HEAD_BYTES;
        let named = bytes(from..from + word(1) as usize)?;
        let at_shapes = from + named.len();
        let (of_shapes, of_amounts) = (word(2).min(u32::BITS), word(3).min(u64::BITS));
        let at_amounts = at_shapes + (rows * of_shapes as usize).div_ceil(8);
        let mut columns = Columns {
            shapes: Vec::new(),
            others: rows,
            numbers: 0,
            of_shapes: (at_shapes, of_shapes),
            of_amounts: (at_amounts, of_amounts),
            least: number(0),
            unit: number(1),
        };
        let mut rest = named.as_slice();
        for _ in 0..word(0) {
            let Some((count, behind)) = rest.split_first_chunk() else { return Ok(None) };
            let Some((length, behind)) = behind.split_first_chunk() else { return Ok(None) };
            let Some((shape, behind)) = behind.split_at_checked(u16::from_le_bytes(*length).into()) else {
                return Ok(None);
            };
            rest = behind;
            let (shape, count) = (Shape::read(shape), u32::from_le_bytes(*count) as usize);
            let widths = shape.numbers.iter().map(|digits| WIDTHS.get(*digits as usize).copied().unwrap_or_default());
            let numbers = widths.map(|width| (0, width));
            let named = Named { numbers: numbers.collect(), first: columns.numbers, rows: count, shape };
            columns.others = columns.others.saturating_sub(count);
            columns.numbers += named.numbers.len();
            columns.shapes.push(named);
        }
        columns.place_numbers(at_amounts + (rows * of_amounts as usize).div_ceil(8));
        Ok(Some(columns))
    }

    /// Says where the numbers lie, from a byte on: the first ones of all shapes, then the second ones, and so on.
    fn place_numbers(&mut self, mut at: usize) {
        let most = self.shapes.iter().map(|named| named.numbers.len()).max().unwrap_or_default();
        for of in 0..most {
            for named in &mut self.shapes {
                if let Some((from, width)) = named.numbers.get_mut(of) {
                    *from = at;
                    at += (named.rows * *width as usize).div_ceil(8);
                }
            }
        }
    }

    /// Returns whether a text is the same in every shape.
    pub(crate) fn have_one(&self, field: Field) -> bool {
        self.shapes.windows(2).all(|two| two[0].shape.has_same(&two[1].shape, field))
            && self.shapes.first().is_none_or(|named| named.shape.has_same(&named.shape, field))
    }

    /// Returns which rows of each shape are wanted, whatever their amounts.
    pub(crate) fn fits(&self, wanted: &Wanted) -> Vec<Fit> {
        self.shapes.iter().map(|named| named.shape.fit(wanted)).collect()
    }

    /// Returns where the indexes of shapes lie of some rows, the first bit among these bytes, and the bits of each.
    pub(crate) fn of_shapes(&self, rows: &Range<usize>) -> (Range<usize>, usize, u32) {
        place(self.of_shapes, rows)
    }

    /// Returns the same of amounts.
    pub(crate) fn of_amounts(&self, rows: &Range<usize>) -> (Range<usize>, usize, u32) {
        place(self.of_amounts, rows)
    }

    /// Returns the amount that stands in its column as a number.
    pub(crate) fn amount(&self, number: u64) -> Micros {
        Micros::new(self.least.wrapping_add(number.cast_signed().wrapping_mul(self.unit)))
    }
}

fn place((from, width): (usize, u32), rows: &Range<usize>) -> (Range<usize>, usize, u32) {
    let bits = rows.start * width as usize..rows.end * width as usize;
    (from + bits.start / 8..from + bits.end.div_ceil(8), bits.start % 8, width)
}

impl Named {
    /// Returns where one of the numbers lies of some rows, by their indexes among those of the shape, the first bit among these bytes,
    /// and the bits of each.
    pub(crate) fn of_number(&self, of: usize, rows: &Range<usize>) -> (Range<usize>, usize, u32) {
        self.numbers.get(of).map(|number| place(*number, rows)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::model::Day;
    use crate::store::db::segment::SegmentId;
    use crate::store::db::source_row::StoredSourceRow;
    use crate::store::empty;

    /// Returns the columns of rows with these amounts and descriptions, and their bytes, which begin behind some others.
    fn columns(rows: &[(i64, &str)]) -> (Columns, Vec<u8>) {
        let mut maker = ColumnMaker::new();
        for (amount, text) in rows {
            let row = empty::row(crate::model::AccountId::new(1), SegmentId::new(1).unwrap(), Day::FIRST, 0);
            maker.add(&StoredSourceRow { amount: Micros::new(*amount), description: (*text).to_owned(), ..row });
        }
        let bytes = [vec![9; 3], maker.take()].concat();
        let read = |range: Range<usize>| Ok::<_, Infallible>(bytes.get(range).unwrap_or_default().to_vec());
        (Columns::read(rows.len(), 3, read).unwrap().unwrap(), bytes)
    }

    #[test]
    fn gives_back_amounts_shapes_and_numbers() {
        let rows = [
            (-50_000, "Cafe #12 Rome 7"),
            (9_990_000, "Tea"),
            (0, "Cafe #07 Rome 0"),
            (i64::from(i32::MAX) * 10_000, "Cafe #7 Rome 0"),
        ];
        for unit in [1, 0] {
            let rows = rows.map(|(amount, text)| (amount + unit * i64::from(text == "Tea"), text));
            let (columns, bytes) = columns(&rows);
            let all = |(range, at, width): (Range<usize>, usize, u32)| -> Vec<u64> {
                (0..4).map(|row| bits::number(&bytes[range.clone()], at + row * width as usize, width)).collect()
            };
            assert_eq!(all(columns.of_shapes(&(0..4))), [1, 2, 1, 3]);
            let amounts = all(columns.of_amounts(&(0..4))).into_iter().map(|number| columns.amount(number).get());
            assert!(amounts.eq(rows.iter().map(|(amount, _)| *amount)));
            let (range, at, width) = columns.of_amounts(&(2..3));
            assert_eq!(columns.amount(bits::number(&bytes[range], at, width)).get(), 0);
            assert_eq!((columns.others, columns.shapes.len()), (0, 3));
            let named = &columns.shapes[0];
            let number = |row: usize, of: usize| {
                let (range, at, width) = named.of_number(of, &(row..row + 1));
                bits::number(&bytes[range], at, width)
            };
            assert_eq!([0, 1].map(|row| [0, 1].map(|of| number(row, of))), [[12, 7], [7, 0]]);
            assert_eq!((columns.numbers, columns.shapes[1].first, columns.shapes[2].first), (4, 2, 2));
            assert_eq!(columns.shapes[2].of_number(1, &(0..1)).0.end, bytes.len());
        }
        let (columns, bytes) = columns(&[(i64::MIN, "Tea"), (i64::MAX, "Tea")]);
        let (range, at, width) = columns.of_amounts(&(0..2));
        let amount = |row: usize| columns.amount(bits::number(&bytes[range.clone()], at + row * 64, width)).get();
        assert_eq!((width, amount(0), amount(1)), (64, i64::MIN, i64::MAX));
    }

    #[test]
    fn tells_the_first_row_of_a_shape_in_each_zone() {
        let mut maker = ColumnMaker::new();
        let mut add = |text: &str, ends: bool| {
            let row = empty::row(crate::model::AccountId::new(1), SegmentId::new(1).unwrap(), Day::FIRST, 0);
            let is_first = maker.add(&StoredSourceRow { description: text.to_owned(), ..row });
            if ends {
                maker.end_zone();
            }
            is_first
        };
        let rows = [("Tea 12", false), ("Tea 34", false), ("Tea 5", true), ("Tea 12", false), ("Tea 99", true)];
        assert_eq!(rows.map(|(text, ends)| add(text, ends)), [true, false, true, true, false]);
        // A shape that is not named may be new.
        let long = "a".repeat(LONGEST);
        assert_eq!([add(&long, false), add(&long, false)], [true, true]);
    }

    #[test]
    fn names_no_more_shapes_than_there_is_room_for() {
        let letters = |n: u32| (0..8).map(|at| char::from(b'a' + (n >> (4 * at) & 15) as u8)).collect::<String>();
        let texts: Vec<String> = (0..40_000).map(letters).collect();
        let rows: Vec<(i64, &str)> = texts.iter().map(|text| (5, text.as_str())).collect();
        let (columns, bytes) = columns(&rows);
        assert_eq!(columns.others, rows.len() - columns.shapes.len());
        assert!((500..=SHAPES).contains(&columns.shapes.len()), "{}", columns.shapes.len());
        assert!(bytes.len() < 3 * rows.len(), "{}", bytes.len());
        let long = "a".repeat(LONGEST);
        assert_eq!(self::columns(&[(5, &long)]).0.others, 1);
    }

    #[test]
    fn bytes_that_are_missing_are_no_columns() {
        let mut maker = ColumnMaker::new();
        maker.add(&empty::row(crate::model::AccountId::new(1), SegmentId::new(1).unwrap(), Day::FIRST, 0));
        let bytes = maker.take();
        for length in 0..bytes.len() {
            let read =
                |range: Range<usize>| Ok::<_, Infallible>(bytes[..length].get(range).unwrap_or_default().to_vec());
            let has_head = length >= HEAD_BYTES + u32::from_le_bytes(*bytes[4..].first_chunk().unwrap()) as usize;
            assert_eq!(Columns::read(1, 0, read).unwrap().is_some(), has_head, "{length}");
        }
    }
}
