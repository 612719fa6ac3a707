//! Which zones of a pack have rows that are wanted, and which of these comes first, by the columns of the pack ([`columns`]). What
//! they tell of a row is exact but for rows of other shapes and for long numbers, which may be anything.
//!
//! [`columns`]: crate::store::db::columns

use std::ops::Range;

use crate::model::Micros;
use crate::store::db::bits;
use crate::store::db::columns::{Columns, Named};
use crate::store::db::edges::End;
use crate::store::db::rank::{By, Rank, Written};
use crate::store::db::shapes::{Field, Fit};
use crate::store::db::wanted::Wanted;
use crate::store::db::zone::Zone;
use crate::store::error::StoreError;

/// So many bytes of the numbers of a shape are copied at once, where few of its rows may be wanted.
const WINDOW: usize = 256;

/// Few are at most one of so many.
const SHARE: usize = 16;

/// Bytes of a pack, which are verified.
pub(crate) trait Bytes {
    /// Reads some of them at once, which is faster than one after the other.
    fn read(&mut self, range: Range<usize>) -> Result<(), StoreError>;

    /// Copies some of them.
    fn copy(&mut self, range: Range<usize>, into: &mut Vec<u8>) -> Result<(), StoreError>;
}

/// The rows of a pack, and which of them may be wanted.
pub(crate) struct Sieve<'p, B> {
    columns: &'p Columns,
    bytes: &'p mut B,
    zones: &'p [Zone],
    is_wanted: Vec<bool>,
    /// Of each row the index of its shape, from 1; empty where it is of no use.
    shapes: Vec<u32>,
    /// Of each row its index among those of its shape.
    places: Vec<u32>,
    windows: Vec<Window>,
    scratch: Vec<u8>,
}

/// Bytes of the numbers of a shape that were copied last.
#[derive(Clone, Default)]
struct Window {
    /// Whether it is all of them.
    is_whole: bool,
    from: usize,
    bytes: Vec<u8>,
}

impl<'p, B: Bytes> Sieve<'p, B> {
    /// Finds the rows that may be wanted in zones that may have some. With a text as order, what that needs is read, too.
    pub(crate) fn of(
        columns: &'p Columns,
        bytes: &'p mut B,
        (zones, may_be): (&'p [Zone], &[bool]),
        (wanted, fits): (&Wanted, &[Fit]),
        by: Option<&By>,
    ) -> Result<Sieve<'p, B>, StoreError> {
        let each = zones.iter().zip(may_be).flat_map(|(zone, may_be)| std::iter::repeat_n(*may_be, zone.rows.into()));
        let is_wanted: Vec<bool> = each.collect();
        let windows = vec![Window::default(); columns.shapes.len()];
        let (shapes, places, scratch) = (Vec::new(), Vec::new(), Vec::new());
        let mut sieve = Sieve { columns, bytes, zones, is_wanted, shapes, places, windows, scratch };
        let tells_apart = |by: &By| matches!(by, By::Text(field, _) if columns.others > 0 || !columns.have_one(*field));
        if by.is_some_and(tells_apart) || fits.iter().any(|fit| *fit != Fit::All) {
            sieve.read_shapes()?;
            sieve.keep(|shape, _| fits.get(shape).is_none_or(|fit| *fit != Fit::None));
        }
        sieve.by_amounts(wanted)?;
        if fits.iter().any(|fit| matches!(fit, Fit::Some(_))) {
            sieve.by_numbers(fits)?;
        }
        Ok(sieve)
    }

    /// Returns which zones have a row that may be wanted.
    pub(crate) fn zones(&self) -> Vec<bool> {
        let has = |(_, rows): (&Zone, Range<usize>)| self.is_wanted.get(rows).is_some_and(|rows| rows.contains(&true));
        self.each_zone().map(has).collect()
    }

    /// Returns the zones, each with its rows.
    fn each_zone(&self) -> impl Iterator<Item = (&'p Zone, Range<usize>)> + use<'p, B> {
        self.zones.iter().scan(0, |end, zone| {
            let from = *end;
            *end += usize::from(zone.rows);
            Some((zone, from..*end))
        })
    }

    /// Reads of each row its shape, and its index among those of it.
    fn read_shapes(&mut self) -> Result<(), StoreError> {
        let rows = self.is_wanted.len();
        let (range, at, width) = self.columns.of_shapes(&(0..rows));
        self.bytes.copy(range, &mut self.scratch)?;
        self.shapes =
            (0..rows).map(|row| bits::number(&self.scratch, at + row * width as usize, width) as u32).collect();
        let mut counts = vec![0; self.columns.shapes.len() + 1];
        let place = |shape: &u32| {
            let count = counts.get_mut(*shape as usize)?;
            *count += 1;
            Some(*count - 1)
        };
        self.places = self.shapes.iter().map(place).map(Option::unwrap_or_default).collect();
        Ok(())
    }

    /// Of rows that may be wanted, leaves those of a shape, by its index from 0, of which `is` says that they are. Rows of other
    /// shapes stay.
    fn keep(&mut self, is: impl Fn(usize, usize) -> bool) {
        let shapes = self.shapes.iter().enumerate().zip(&mut self.is_wanted);
        shapes.for_each(|((row, shape), wanted)| {
            *wanted &= shape.checked_sub(1).is_none_or(|shape| is(shape as usize, row))
        });
    }

    fn by_amounts(&mut self, wanted: &Wanted) -> Result<(), StoreError> {
        let [least, most] = [wanted.least, wanted.most];
        if least.is_none() && most.is_none() {
            return Ok(());
        }
        self.read_ahead()?;
        for (zone, rows) in self.each_zone() {
            let is_all = least.is_none_or(|least| least <= *zone.amounts.start())
                && most.is_none_or(|most| *zone.amounts.end() <= most);
            if !is_all {
                self.of_amounts(rows, |is_wanted, amount| {
                    *is_wanted &= least.is_none_or(|least| least <= amount) && most.is_none_or(|most| amount <= most);
                })?;
            }
        }
        Ok(())
    }

    /// Reads all amounts at once, where many are needed.
    fn read_ahead(&mut self) -> Result<(), StoreError> {
        let many = self.zones().into_iter().filter(|has| *has).count() * SHARE > self.zones.len();
        let (range, ..) = self.columns.of_amounts(&(0..self.is_wanted.len()));
        if many { self.bytes.read(range) } else { Ok(()) }
    }

    /// Passes on the amounts of the rows of a zone of which one may be wanted.
    fn of_amounts(&mut self, rows: Range<usize>, mut each: impl FnMut(&mut bool, Micros)) -> Result<(), StoreError> {
        let columns = self.columns;
        let (range, at, width) = columns.of_amounts(&rows);
        let Some(is_wanted) = self.is_wanted.get_mut(rows).filter(|rows| rows.contains(&true)) else { return Ok(()) };
        self.bytes.copy(range, &mut self.scratch)?;
        for (row, is_wanted) in is_wanted.iter_mut().enumerate() {
            each(is_wanted, columns.amount(bits::number(&self.scratch, at + row * width as usize, width)));
        }
        Ok(())
    }

    fn by_numbers(&mut self, fits: &[Fit]) -> Result<(), StoreError> {
        self.open_windows(|shape| matches!(fits.get(shape), Some(Fit::Some(_))))?;
        for row in 0..self.is_wanted.len() {
            if !self.is_wanted[row] {
                continue;
            }
            let Some(shape) = self.shape(row) else { continue };
            let Some(fit @ Fit::Some(_)) = fits.get(shape) else { continue };
            let (named, bytes, at) = self.numbers(shape, row)?;
            self.is_wanted[row] = fit.has(|of| named.number(bytes, at, of));
        }
        Ok(())
    }

    /// Copies all numbers of some shapes, where many are needed.
    fn open_windows(&mut self, is: impl Fn(usize) -> bool) -> Result<(), StoreError> {
        let mut counts = vec![0; self.windows.len()];
        for shape in (0..self.is_wanted.len()).filter(|row| self.is_wanted[*row]).filter_map(|row| self.shape(row)) {
            counts[shape] += 1;
        }
        let named = &self.columns.shapes;
        let is_needed = |shape: &usize| is(*shape) && counts[*shape] * SHARE > named[*shape].rows;
        let needed: Vec<usize> = (0..named.len()).filter(is_needed).collect();
        if let [Some(first), Some(last)] = [needed.first(), needed.last()] {
            let all = named[*first].bytes().start..named[*last].bytes().end;
            if needed.iter().map(|shape| named[*shape].bytes().len()).sum::<usize>() > all.len() / 2 {
                self.bytes.read(all)?;
            }
        }
        for shape in needed {
            let window = &mut self.windows[shape];
            if !window.is_whole {
                self.bytes.copy(named[shape].bytes(), &mut window.bytes)?;
                window.is_whole = true;
            }
        }
        Ok(())
    }

    /// Returns the shape of a row by its index from 0; `None` for another one.
    fn shape(&self, row: usize) -> Option<usize> {
        (self.shapes.get(row).copied()? as usize).checked_sub(1)
    }

    /// Returns the shape with an index, and the numbers of a row of it: the bytes, and the bit at which they begin.
    fn numbers(&mut self, shape: usize, row: usize) -> Result<(&'p Named, &[u8], usize), StoreError> {
        let named = &self.columns.shapes[shape];
        let place = self.places.get(row).copied().unwrap_or_default() as usize;
        let window = &mut self.windows[shape];
        if window.is_whole {
            return Ok((named, &window.bytes, named.bit_of(place)));
        }
        let (range, at) = named.of_row(place);
        if range.start < window.from || window.from + window.bytes.len() < range.end {
            window.from = range.start;
            let end = (range.start + WINDOW).min(named.bytes().end);
            self.bytes.copy(range.start..range.end.max(end), &mut window.bytes)?;
        }
        Ok((named, window.bytes.get(range.start - window.from..).unwrap_or_default(), at))
    }

    /// Returns of each zone that has a row that may be wanted a rank that none of these goes before.
    pub(crate) fn ranks(&mut self, by: &By) -> Result<Vec<Option<Rank>>, StoreError> {
        match by {
            By::Amount(end) => self.ranks_of_amounts(*end),
            By::Text(field, end) => self.ranks_of_texts(by, *field, *end),
        }
    }

    fn ranks_of_amounts(&mut self, end: End) -> Result<Vec<Option<Rank>>, StoreError> {
        let mut ranks = Vec::with_capacity(self.zones.len());
        self.read_ahead()?;
        for (_, rows) in self.each_zone() {
            let mut first = None;
            self.of_amounts(rows, |is_wanted, amount| {
                if *is_wanted {
                    let rank = end.rank(amount);
                    first = Some(first.map_or(rank, |first: i64| first.min(rank)));
                }
            })?;
            ranks.push(first.map(Rank::Number));
        }
        Ok(ranks)
    }

    fn ranks_of_texts(&mut self, by: &By, field: Field, end: End) -> Result<Vec<Option<Rank>>, StoreError> {
        let columns = self.columns;
        if columns.others == 0 && columns.have_one(field) {
            // Every row has the same text, or none has one.
            let only = columns.shapes.first().map(|named| {
                let mut text = Vec::new();
                let is_missing = !named.shape.write(field, |_| 0, b'0', &mut text);
                By::of_text(end, Written { is_missing, text })
            });
            return Ok(self.zones().into_iter().map(|has| only.clone().filter(|_| has)).collect());
        }
        let unknown = match end {
            End::Least => b'0',
            End::Largest => b'9',
        };
        let written = |named: &Named, digit: u8| {
            let mut text = Vec::new();
            let is_missing = !named.shape.write(field, |of| named.shape.number_of(of, digit), digit, &mut text);
            By::of_text(end, Written { is_missing, text })
        };
        // Between which ranks the rows of each shape lie, as places among all of these.
        let bounds = self.columns.shapes.iter().map(|named| [written(named, b'0'), written(named, b'9')]);
        let bounds: Vec<[Rank; 2]> = bounds.map(|[a, b]| if a <= b { [a, b] } else { [b, a] }).collect();
        let mut order: Vec<&Rank> = bounds.iter().flatten().collect();
        order.sort_unstable();
        let place = |rank: &Rank| order.partition_point(|other| *other < rank);
        let places: Vec<[usize; 2]> = bounds.iter().map(|both| [place(&both[0]), place(&both[1])]).collect();
        let inside: Vec<Range<usize>> = self.columns.shapes.iter().map(|named| named.shape.numbers_in(field)).collect();
        // Shapes that begin behind the end of another one in every zone are not read; most zones have most shapes.
        let least = places.iter().map(|[_, last]| *last).min().unwrap_or_default();
        self.open_windows(|shape| places[shape][0] <= least && !inside[shape].is_empty())?;
        let mut ranks = Vec::with_capacity(self.zones.len());
        for (_, rows) in self.each_zone() {
            let wanted = rows.clone().filter(|row| self.is_wanted[*row]);
            let until = wanted.map(|row| self.shape(row).map(|shape| places[shape][1])).min();
            let Some(until) = until else {
                ranks.push(None);
                continue;
            };
            let Some(until) = until else {
                // A row of another shape.
                ranks.push(Some(by.lowest()));
                continue;
            };
            let mut first: Vec<(usize, Vec<u64>)> = Vec::new();
            for row in rows {
                let shape = self.shape(row).filter(|shape| self.is_wanted[row] && places[*shape][0] <= until);
                let Some(shape) = shape else { continue };
                let (known, inside) = (first.iter_mut().find(|(of, _)| *of == shape), inside[shape].clone());
                if known.is_some() && inside.is_empty() {
                    continue;
                }
                let (named, bytes, at) = self.numbers(shape, row)?;
                // Rows of one shape are in the order of their numbers.
                let numbers = inside.map(|of| named.number(bytes, at, of));
                match known {
                    Some((_, first)) if end.is_sooner(numbers.clone().cmp(first.iter().copied())) => {
                        first.clear();
                        first.extend(numbers);
                    }
                    Some(_) => {}
                    None => first.push((shape, numbers.collect())),
                }
            }
            let of_shapes = first.into_iter().map(|(shape, numbers)| {
                let shape = &self.columns.shapes[shape].shape;
                let (mut text, from) = (Vec::new(), shape.numbers_in(field).start);
                let number =
                    |of: usize| of.checked_sub(from).and_then(|at| numbers.get(at)).copied().unwrap_or_default();
                let is_missing = !shape.write(field, number, unknown, &mut text);
                By::of_text(end, Written { is_missing, text })
            });
            ranks.push(of_shapes.min());
        }
        Ok(ranks)
    }
}
