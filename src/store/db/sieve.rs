//! Which zones of a pack have rows that are wanted, and which of these comes first, by the columns of the pack ([`columns`]). What
//! they tell of a row is exact but for rows of other shapes and for long numbers, which may be anything.
//!
//! [`columns`]: crate::store::db::columns

use std::collections::BTreeSet;
use std::ops::Range;

use crate::model::Micros;
use crate::store::db::bits;
use crate::store::db::columns::{Columns, Named};
use crate::store::db::digit_tables::DigitTables;
use crate::store::db::edges::End;
use crate::store::db::rank::{By, Rank, Written};
use crate::store::db::shapes::{Field, Fit};
use crate::store::db::spans::Spans;
use crate::store::db::wanted::Wanted;
use crate::store::db::zone::Zone;
use crate::store::error::StoreError;

/// So many bytes of a number of a shape are copied at once, where few of its rows may be wanted.
const WINDOW: usize = 256;

/// So many rows are worth tables of digits.
const MANY: usize = 1_000;

/// Few are at most one of so many.
const SHARE: usize = 16;

/// At most one amount of so many is looked up alone: more are read one after the other.
const SOME: usize = 4;

/// The place of rows of other shapes in an order by text: they may come first.
const OTHER: usize = 0;

/// Bytes of a pack, which are verified.
pub(crate) trait Bytes {
    /// Copies some of them.
    fn copy(&mut self, range: Range<usize>, into: &mut Vec<u8>) -> Result<(), StoreError>;
}

/// What rows are ranked by.
#[derive(Clone, Copy)]
pub(crate) struct Ranking<'p> {
    pub by: By,
    /// Those of the shapes of the pack.
    pub spans: &'p Spans,
    /// Up to which rank the columns are looked at: the rank of a zone beyond it is one that no row of it goes before.
    pub last: Option<&'p Rank>,
}

/// The rows of a pack, and which of them may be wanted.
pub(crate) struct Sieve<'p, B> {
    columns: &'p Columns,
    ranking: Option<Ranking<'p>>,
    bytes: &'p mut B,
    zones: &'p [Zone],
    is_wanted: Vec<bool>,
    /// Of each row the index of its shape, from 1; empty where it is of no use.
    shapes: Vec<u16>,
    /// Of each row its index among those of its shape.
    places: Vec<u32>,
    /// Of each number of the shapes.
    windows: Vec<Window>,
    /// Of each zone the rank of the first row that was passed over, since its amount is beyond what is looked at.
    beyond: Vec<Option<i64>>,
    scratch: Vec<u8>,
}

/// Bytes of a number of the rows of a shape that were copied last.
#[derive(Clone, Default)]
struct Window {
    /// Whether it is all of them.
    is_whole: bool,
    from: usize,
    bytes: Vec<u8>,
}

impl<'p, B: Bytes> Sieve<'p, B> {
    /// Finds the rows that may be wanted in zones that may have some. What a text needs as order is read, too.
    pub(crate) fn of(
        columns: &'p Columns,
        bytes: &'p mut B,
        (zones, may_be): (&'p [Zone], &[bool]),
        (wanted, fits): (&Wanted, &[Fit]),
        ranking: Option<Ranking<'p>>,
    ) -> Result<Sieve<'p, B>, StoreError> {
        let mut is_wanted = Vec::with_capacity(zones.iter().map(|zone| usize::from(zone.rows)).sum());
        for (zone, may_be) in zones.iter().zip(may_be) {
            is_wanted.resize(is_wanted.len() + usize::from(zone.rows), *may_be);
        }
        let windows = vec![Window::default(); columns.numbers];
        let (shapes, places, beyond, scratch) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut sieve = Sieve { columns, ranking, bytes, zones, is_wanted, shapes, places, windows, beyond, scratch };
        let tells_apart =
            |of: Ranking<'_>| matches!(of.by, By::Text(field, _) if columns.others > 0 || !columns.have_one(field));
        if ranking.is_some_and(tells_apart) || fits.iter().any(|fit| *fit != Fit::All) {
            sieve.read_shapes()?;
            sieve.by_shapes(fits);
        }
        sieve.by_amounts(wanted)?;
        if fits.iter().any(|fit| matches!(fit, Fit::Some(_))) {
            if let Some(Ranking { by: By::Amount(end), last: Some(Rank::Number(last)), .. }) = ranking {
                sieve.pass_over(end, *last)?;
            }
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
        let mut counts = vec![0; self.columns.shapes.len() + 1];
        (self.shapes, self.places) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        let (shapes, places) = (&mut self.shapes, &mut self.places);
        bits::each(&self.scratch, at, width, rows, |shape| match counts.get_mut(shape as usize) {
            Some(count) => {
                shapes.push(shape as u16);
                places.push(*count);
                *count += 1;
            }
            // No pack has an index without a shape; its row would be one of another shape.
            None => {
                shapes.push(0);
                places.push(0);
            }
        });
        Ok(())
    }

    /// Of rows that may be wanted, leaves those of shapes of which some are. Rows of other shapes stay.
    fn by_shapes(&mut self, fits: &[Fit]) {
        let is_left: Vec<bool> = std::iter::once(true).chain(fits.iter().map(|fit| *fit != Fit::None)).collect();
        if is_left.contains(&false) {
            let rows = self.shapes.iter().zip(&mut self.is_wanted);
            rows.for_each(|(shape, is_wanted)| *is_wanted &= is_left[usize::from(*shape)]);
        }
    }

    fn by_amounts(&mut self, wanted: &Wanted) -> Result<(), StoreError> {
        let [least, most] = [wanted.least, wanted.most];
        if least.is_none() && most.is_none() {
            return Ok(());
        }
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

    /// Of many rows that may be wanted, leaves those up to an amount: of the others, numbers need not be looked at.
    fn pass_over(&mut self, end: End, last: i64) -> Result<(), StoreError> {
        // Of a few rows, numbers are looked up as fast as amounts.
        if self.is_wanted.iter().filter(|is| **is).count() * SHARE < self.is_wanted.len() {
            return Ok(());
        }
        for (_, rows) in self.each_zone() {
            let mut first = None;
            self.of_amounts(rows, |is_wanted, amount| {
                let rank = end.rank(amount);
                if *is_wanted && rank > last {
                    *is_wanted = false;
                    first = sooner(first, rank);
                }
            })?;
            self.beyond.push(first);
        }
        Ok(())
    }

    /// Passes on the amounts of the rows of a zone of which one may be wanted.
    fn of_amounts(&mut self, rows: Range<usize>, mut each: impl FnMut(&mut bool, Micros)) -> Result<(), StoreError> {
        let columns = self.columns;
        let (range, at, width) = columns.of_amounts(&rows);
        let Some(is_wanted) = self.is_wanted.get_mut(rows).filter(|rows| rows.contains(&true)) else { return Ok(()) };
        self.bytes.copy(range, &mut self.scratch)?;
        // Of a few rows, each amount is looked up.
        if is_wanted.iter().filter(|is| **is).count() * SOME < is_wanted.len() {
            for (row, is_wanted) in is_wanted.iter_mut().enumerate().filter(|(_, is)| **is) {
                each(is_wanted, columns.amount(bits::number(&self.scratch, at + row * width as usize, width)));
            }
            return Ok(());
        }
        let mut rows = is_wanted.iter_mut();
        bits::each(&self.scratch, at, width, rows.len(), |number| {
            rows.next().into_iter().for_each(|is_wanted| each(is_wanted, columns.amount(number)));
        });
        Ok(())
    }

    /// Of rows that may be wanted, leaves those whose numbers say so, and those of shapes that are beyond what is looked at.
    fn by_numbers(&mut self, fits: &[Fit]) -> Result<(), StoreError> {
        let fits: Vec<&Fit> =
            fits.iter().zip(self.are_beyond()).map(|(fit, is)| if is { &Fit::All } else { fit }).collect();
        let numbers: Vec<BTreeSet<usize>> = fits.iter().map(|fit| fit.numbers()).collect();
        self.open_windows(&self.counts(), |shape, of| numbers[shape].contains(&of))?;
        let mut known = Vec::new();
        let hits = fits.iter().enumerate().map(|(shape, fit)| self.hits(shape, fit, &mut known));
        let hits: Vec<Option<Vec<bool>>> = hits.collect();
        for row in 0..self.is_wanted.len() {
            if !self.is_wanted[row] {
                continue;
            }
            let Some(shape) = self.shape(row) else { continue };
            self.is_wanted[row] = match &hits[shape] {
                Some(hits) => hits.get(self.places[row] as usize).is_some_and(|is| *is),
                None => fits[shape].has(|of| self.number(shape, of, row))?,
            };
        }
        Ok(())
    }

    /// Returns of each shape whether all its rows are beyond what is looked at.
    fn are_beyond(&self) -> Vec<bool> {
        let is_beyond = |shape| self.ranking.is_some_and(|ranking| ranking.spans.is_beyond(shape, ranking.last));
        (0..self.columns.shapes.len()).map(is_beyond).collect()
    }

    /// Returns of each row of a shape whether it is wanted, where digits of a single number make it so: of many rows, and where these
    /// numbers were copied whole. Tables that other shapes needed are used again.
    fn hits(&self, shape: usize, fit: &Fit, known: &mut Vec<DigitTables>) -> Option<Vec<bool>> {
        let named = &self.columns.shapes[shape];
        let alternatives = fit.alternatives().filter(|_| named.rows >= MANY)?;
        let mut hits = vec![false; named.rows];
        for alternatives in alternatives.chunk_by(|one, other| one.of == other.of) {
            let of = alternatives.first().map(|digits| digits.of).unwrap_or_default();
            let window = self.windows.get(named.first + of).filter(|window| window.is_whole)?;
            let at = known.iter().position(|tables| tables.is_of(alternatives)).unwrap_or_else(|| {
                known.push(DigitTables::of(alternatives));
                known.len() - 1
            });
            let (_, from, width) = named.of_number(of, &(0..named.rows));
            let mut hits = hits.iter_mut();
            bits::each(&window.bytes, from, width, named.rows, |number| {
                hits.next().into_iter().for_each(|hit| *hit |= known[at].has(number));
            });
        }
        Some(hits)
    }

    /// Returns of each shape how many of its rows may be wanted.
    fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.columns.shapes.len() + 1];
        self.shapes.iter().zip(&self.is_wanted).for_each(|(shape, is)| counts[usize::from(*shape)] += usize::from(*is));
        counts.split_off(1)
    }

    /// Copies all of some numbers of the shapes, where many of their rows may be wanted.
    fn open_windows(&mut self, counts: &[usize], is: impl Fn(usize, usize) -> bool) -> Result<(), StoreError> {
        let is_needed = |(shape, named): &(usize, &Named)| counts[*shape] * SHARE > named.rows;
        for (shape, named) in self.columns.shapes.iter().enumerate().filter(is_needed) {
            for of in (0..named.shape.numbers.len()).filter(|of| is(shape, *of)) {
                let window = &mut self.windows[named.first + of];
                if !window.is_whole {
                    self.bytes.copy(named.of_number(of, &(0..named.rows)).0, &mut window.bytes)?;
                    window.is_whole = true;
                }
            }
        }
        Ok(())
    }

    /// Returns the shape of a row by its index from 0; `None` for another one.
    fn shape(&self, row: usize) -> Option<usize> {
        usize::from(self.shapes.get(row).copied()?).checked_sub(1)
    }

    /// Returns one of the numbers of a row, whose shape has an index.
    fn number(&mut self, shape: usize, of: usize, row: usize) -> Result<u64, StoreError> {
        let named = &self.columns.shapes[shape];
        let place = self.places.get(row).copied().unwrap_or_default() as usize;
        let Some(window) = self.windows.get_mut(named.first + of) else { return Ok(0) };
        let (range, mut at, width) = named.of_number(of, &(place..place + 1));
        let all = named.of_number(of, &(0..named.rows)).0;
        if window.is_whole {
            at += 8 * (range.start - all.start);
        } else {
            if range.start < window.from || window.from + window.bytes.len() < range.end {
                let end = (range.start + WINDOW).min(all.end);
                window.from = range.start;
                self.bytes.copy(range.start..range.end.max(end), &mut window.bytes)?;
            }
            at += 8 * (range.start - window.from);
        }
        Ok(bits::number(&window.bytes, at, width))
    }

    /// Returns of each zone that has a row that may be wanted a rank that none of these goes before: that of one of them, up to what
    /// is looked at. Without an order there are none.
    pub(crate) fn ranks(&mut self) -> Result<Vec<Option<Rank>>, StoreError> {
        let Some(ranking) = self.ranking else { return Ok(vec![None; self.zones.len()]) };
        match ranking.by {
            By::Amount(end) => self.ranks_of_amounts(end),
            By::Text(field, end) => self.ranks_of_texts(ranking, field, end),
        }
    }

    fn ranks_of_amounts(&mut self, end: End) -> Result<Vec<Option<Rank>>, StoreError> {
        let mut ranks = Vec::with_capacity(self.zones.len());
        for (at, (_, rows)) in self.each_zone().enumerate() {
            let mut first = self.beyond.get(at).copied().flatten();
            self.of_amounts(rows, |is_wanted, amount| {
                if *is_wanted {
                    first = sooner(first, end.rank(amount));
                }
            })?;
            ranks.push(first.map(Rank::Number));
        }
        Ok(ranks)
    }

    fn ranks_of_texts(
        &mut self,
        ranking: Ranking<'_>,
        field: Field,
        end: End,
    ) -> Result<Vec<Option<Rank>>, StoreError> {
        let (columns, bounds) = (self.columns, ranking.spans.each());
        if columns.others == 0 && columns.have_one(field) {
            // Every row has the same text, or none has one.
            let only = bounds.first().map(|[only, _]| only);
            return Ok(self.zones().into_iter().map(|has| only.cloned().filter(|_| has)).collect());
        }
        let unknown = match end {
            End::Least => b'0',
            End::Largest => b'9',
        };
        // Between which ranks the rows of each shape lie, as places among all of these.
        let mut order: Vec<&Rank> = bounds.iter().flatten().collect();
        order.sort_unstable();
        let place = |rank: &Rank| OTHER + 1 + order.partition_point(|other| *other < rank);
        let places: Vec<[usize; 2]> = bounds.iter().map(|both| [place(&both[0]), place(&both[1])]).collect();
        let are_beyond = self.are_beyond();
        let inside = columns.shapes.iter().zip(&are_beyond);
        let inside: Vec<Range<usize>> =
            inside.map(|(named, is)| if *is { 0..0 } else { named.shape.numbers_in(field) }).collect();
        // Shapes that begin behind the end of another one in every zone are not read; most zones have most shapes.
        let counts = self.counts();
        let wanted = places.iter().zip(&counts).filter(|(_, count)| **count > 0);
        let least = wanted.map(|([_, last], _)| *last).min().unwrap_or_default();
        self.open_windows(&counts, |shape, of| places[shape][0] <= least && inside[shape].contains(&of))?;
        // From 1 on as the indexes of shapes are, and before every place that of other shapes.
        let last: Vec<usize> = std::iter::once(OTHER).chain(places.iter().map(|[_, last]| *last)).collect();
        let (mut ranks, mut numbers) = (Vec::with_capacity(self.zones.len()), Vec::new());
        for (_, rows) in self.each_zone() {
            let of_rows = self.shapes[rows.clone()].iter().zip(&self.is_wanted[rows.clone()]);
            let until = of_rows.filter(|(_, is)| **is).map(|(shape, _)| last[usize::from(*shape)]).min();
            let Some(until) = until else {
                ranks.push(None);
                continue;
            };
            if until == OTHER {
                ranks.push(Some(ranking.by.lowest()));
                continue;
            }
            let mut first: Vec<(usize, Vec<u64>)> = Vec::new();
            for row in rows {
                let shape = self.shape(row).filter(|shape| self.is_wanted[row] && places[*shape][0] <= until);
                let Some(shape) = shape else { continue };
                let (known, inside) = (first.iter_mut().find(|(of, _)| *of == shape), inside[shape].clone());
                if known.is_some() && inside.is_empty() {
                    continue;
                }
                numbers.clear();
                for of in inside {
                    numbers.push(self.number(shape, of, row)?);
                }
                // Rows of one shape are in the order of their numbers.
                match known {
                    Some((_, first)) if end.is_sooner(numbers.cmp(first)) => first.clone_from(&numbers),
                    Some(_) => {}
                    None => first.push((shape, numbers.clone())),
                }
            }
            let of_shapes = first.into_iter().map(|(shape, numbers)| {
                if are_beyond[shape] {
                    return bounds[shape][0].clone();
                }
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

/// Returns the lower one of two ranks.
fn sooner(first: Option<i64>, rank: i64) -> Option<i64> {
    Some(first.map_or(rank, |first| first.min(rank)))
}
