//! Packs of zones: what their rows hold, and in which of them rows may be that are wanted.
//!
//! A pack is a row of `zone_packs`, which has a digest as other tables have. The filters of its grams lie in rows of
//! `zone_blocks`, as large as a page has room for; the pack has the digest of each. A search reads the blocks of the grams that it
//! looks for, and then those of the columns, where many zones are left.

use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};
use std::rc::Rc;

use rusqlite::blob::Blob;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{ErrorCode, MAIN_DB};

use crate::model::Micros;
use crate::store::db::change::Change;
use crate::store::db::columns::Columns;
use crate::store::db::digest::row_digest;
use crate::store::db::edges::End;
use crate::store::db::grams::{Filters, of_category, of_digits, of_part};
use crate::store::db::letters;
use crate::store::db::rank::{By, Rank};
use crate::store::db::row_key::RowKey;
use crate::store::db::shapes::Fit;
use crate::store::db::sieve::{Bytes, Ranking, Sieve};
use crate::store::db::sought::{Foremost, Place, Sought};
use crate::store::db::spans::Spans;
use crate::store::db::table::{Columns as Cells, ZONE_PACKS};
use crate::store::db::view::View;
use crate::store::db::wanted::Wanted;
use crate::store::db::zone::{Pack, Zone};
use crate::store::error::{Damage, StoreError, unreadable};

/// Bytes of a block: a page has room for one, and hardly for more.
const BLOCK_BYTES: usize = 3_968;

/// So few zones are read rather than the columns of their pack.
const FEW: usize = 4;

/// A zone, and a rank that no row of it goes before which is sought; `None` where it has none.
pub(crate) type Ranked = (Zone, Option<Rank>);

/// The table of the blocks. Its name is part of every digest of them.
const BLOCKS: &str = "zone_blocks";

/// A pack as it is stored.
#[derive(Debug)]
struct Stored {
    zones: Vec<Zone>,
    /// The length of each filter, in bits.
    bits: usize,
    first_block: i64,
    digests: Vec<[u8; 32]>,
}

impl Stored {
    /// Returns whether pairs and edges are told.
    fn is_full(&self) -> bool {
        self.zones.iter().all(|zone| zone.has_letters() && zone.has_edges())
    }

    fn read(row: &[Value]) -> Result<Stored, StoreError> {
        let mut columns = Cells::of(row);
        columns.int()?;
        let zones = Zone::from_bytes(&columns.blob()?);
        let bits = usize::try_from(columns.int()?).map_err(unreadable)?;
        let first_block = columns.int()?;
        Ok(Stored { zones, bits, first_block, digests: columns.blob()?.as_chunks().0.to_vec() })
    }
}

/// Packs, and by their filters which of their zones may have a row that is wanted, until this is known better.
#[derive(Debug)]
pub(crate) struct Sifted(Vec<(Stored, RefCell<Option<MayBe>>)>);

/// Which zones of a pack may have a row that is wanted, and what its columns tell, if they were read.
type MayBe = (Vec<bool>, Option<Rc<Told>>);

impl Sifted {
    /// Returns every zone, with the index of its pack, and whether it may have a row that is wanted.
    pub(crate) fn zones(&self) -> impl Iterator<Item = (&Zone, usize, bool)> {
        self.0.iter().enumerate().flat_map(|(at, (pack, may_be))| {
            let may_be = may_be.borrow().as_ref().map(|(may_be, _)| may_be.clone()).unwrap_or_default();
            pack.zones.iter().zip(may_be).map(move |(zone, may_be)| (zone, at, may_be))
        })
    }

    /// Returns the first keys of zones of a pack that have no row that is wanted, though by their filters they may. They are
    /// returned once.
    pub(crate) fn without_wanted(
        &self,
        view: &View<'_>,
        wanted: &Wanted,
        pack: usize,
    ) -> Result<Vec<RowKey>, StoreError> {
        let Some((pack, may_be)) = self.0.get(pack) else { return Ok(Vec::new()) };
        let Some((before, told)) = may_be.take() else { return Ok(Vec::new()) };
        let after = Blocks { told, ..Blocks::of(&mut Values::of(*view), pack) }.by_columns(before.clone(), wanted)?;
        let all = pack.zones.iter().zip(before.into_iter().zip(after));
        Ok(all.filter(|(_, (before, after))| *before && !after).map(|(zone, _)| *zone.keys.start()).collect())
    }
}

/// Reads what blocks hold.
struct Values<'v> {
    view: View<'v>,
    /// The one that was read last: to the next one it is a seek, where a statement takes as long as several of these.
    open: Option<Blob<'v>>,
}

impl<'v> Values<'v> {
    fn of(view: View<'v>) -> Values<'v> {
        Values { view, open: None }
    }

    /// Returns the bytes of a block, verified.
    fn get(&mut self, id: i64, digest: &[u8; 32]) -> Result<Vec<u8>, StoreError> {
        let found = match &mut self.open {
            Some(value) => value.reopen(id).map(|()| value),
            none => self.view.connection.blob_open(MAIN_DB, BLOCKS, "bits", id, true).map(|value| none.insert(value)),
        };
        let value = found.map_err(|error| match error.sqlite_error_code() {
            // There is no such row, or it has no bytes.
            Some(ErrorCode::Unknown) => Damage::Rows(BLOCKS).into(),
            _ => StoreError::from(error),
        })?;
        let mut bits = vec![0; value.len()];
        value.read_at_exact(&mut bits, 0)?;
        if self.view.block_digest(id, &bits) == *digest { Ok(bits) } else { Err(Damage::Rows(BLOCKS).into()) }
    }
}

/// The blocks of a pack, each once it was read.
struct Blocks<'p, 'v> {
    values: &'p mut Values<'v>,
    pack: &'p Stored,
    read: Vec<Option<Vec<u8>>>,
    told: Option<Rc<Told>>,
}

/// The columns of a pack, and which rows of each of its shapes are wanted.
#[derive(Debug)]
struct Told {
    columns: Columns,
    fits: Vec<Fit>,
}

impl Told {
    fn sieve<'p, B: Bytes>(
        &'p self,
        bytes: &'p mut B,
        zones: (&'p [Zone], &[bool]),
        wanted: &Wanted,
        ranking: Option<Ranking<'p>>,
    ) -> Result<Sieve<'p, B>, StoreError> {
        Sieve::of(&self.columns, bytes, zones, (wanted, &self.fits), ranking)
    }
}

impl<'p, 'v> Blocks<'p, 'v> {
    fn of(values: &'p mut Values<'v>, pack: &'p Stored) -> Blocks<'p, 'v> {
        Blocks { values, pack, read: vec![None; pack.digests.len()], told: None }
    }

    /// Returns a block. It is read once.
    fn get(&mut self, at: usize) -> Result<&[u8], StoreError> {
        let known = self.read.get_mut(at).zip(self.pack.digests.get(at));
        let (block, digest) = known.ok_or(Damage::Rows(BLOCKS))?;
        Ok(match block {
            Some(block) => block,
            none => none.insert(self.values.get(self.pack.first_block.wrapping_add(at as i64), digest)?),
        })
    }

    fn filters(&self) -> Filters {
        Filters { zones: self.pack.zones.len(), bits: self.pack.bits, is_full: self.pack.is_full() }
    }

    /// Of zones that may be, leaves those that may have a gram.
    fn narrow(&mut self, may_be: &mut [bool], gram: u32) -> Result<(), StoreError> {
        self.filters().runs(gram).try_for_each(|run| self.leave(may_be, run))
    }

    /// Of zones that may be, leaves those whose bit in a run is set.
    fn leave(&mut self, may_be: &mut [bool], run: Range<usize>) -> Result<(), StoreError> {
        for (at, may_be) in run.zip(may_be.iter_mut()).filter(|(_, may_be)| **may_be) {
            let block = self.get(at / 8 / BLOCK_BYTES)?;
            *may_be = block.get(at / 8 % BLOCK_BYTES).is_some_and(|byte| byte >> (at % 8) & 1 == 1);
        }
        Ok(())
    }

    /// Returns which zones of the pack may have a row that is wanted, by their filters.
    fn by_filters(&mut self, wanted: &Wanted) -> Result<Vec<bool>, StoreError> {
        let mut may_be: Vec<bool> = self.pack.zones.iter().map(|zone| zone.may_have(wanted)).collect();
        if !wanted.is_of_shapes() || !may_be.contains(&true) {
            return Ok(may_be);
        }
        // Columns that name all shapes tell more than filters, but for digits: these take longer.
        if let Some(told) = self.told(wanted)?.filter(|told| told.columns.others == 0) {
            if told.fits.iter().all(|fit| *fit == Fit::None) {
                may_be.fill(false);
            } else if told.fits.iter().any(|fit| matches!(fit, Fit::Some(_))) {
                let grams = wanted.parts.iter().flat_map(|part| of_digits(part));
                grams.into_iter().try_for_each(|gram| self.narrow(&mut may_be, gram))?;
            }
            return Ok(may_be);
        }
        let has_letters = self.pack.zones.iter().all(Zone::has_letters);
        for part in &wanted.parts {
            let grams = of_part(part);
            if grams.is_empty() && has_letters {
                may_be = self.of_short(&may_be, part)?;
            }
            grams.into_iter().try_for_each(|gram| self.narrow(&mut may_be, gram))?;
        }
        if !wanted.categories.is_empty() {
            may_be = self.of_any(&may_be, wanted.categories.iter().map(|category| of_category(category)))?;
        }
        for (end, bound) in [(End::Largest, wanted.least), (End::Least, wanted.most)] {
            let Some(bound) = bound else { continue };
            let reached = self.outermost(&may_be, wanted, end)?;
            may_be = reached.into_iter().map(|reached| reached.is_some_and(|rank| rank <= end.rank(bound))).collect();
        }
        Ok(may_be)
    }

    /// Of zones that may have a row that is wanted, leaves those that have one by the columns of the pack, where these are many.
    fn by_columns(&mut self, may_be: Vec<bool>, wanted: &Wanted) -> Result<Vec<bool>, StoreError> {
        if wanted.is_all() || is_few(&may_be) {
            return Ok(may_be);
        }
        let pack = self.pack;
        match self.told(wanted)? {
            Some(told) => Ok(told.sieve(self, (&pack.zones, &may_be), wanted, None)?.zones()),
            None => Ok(may_be),
        }
    }

    /// Returns of each zone that may have a row that is sought a rank that none of these goes before. Where the columns tell it
    /// exactly, the zone is added to the foremost ones. Columns are not read of what comes behind these.
    fn ranks(&mut self, sought: &Sought, foremost: &mut Foremost) -> Result<Vec<Option<Rank>>, StoreError> {
        let (pack, Sought { wanted, by, .. }) = (self.pack, sought);
        let accounts: Vec<Option<usize>> = pack.zones.iter().map(|zone| sought.account_of(zone)).collect();
        if accounts.iter().all(Option::is_none) {
            return Ok(vec![None; accounts.len()]);
        }
        let mut may_be = self.by_filters(wanted)?;
        may_be.iter_mut().zip(&accounts).for_each(|(may_be, account)| *may_be &= account.is_some());
        let needs_columns = match by {
            By::Amount(_) => !wanted.is_all() && !is_few(&may_be),
            By::Text(..) => !is_few(&may_be),
        };
        let told = if needs_columns { self.told(wanted)? } else { None };
        let spans = told.as_ref().map(|told| Spans::of(&told.columns, by));
        let named = told.as_ref().zip(spans.as_ref()).filter(|(told, _)| told.columns.others == 0);
        let first = named.and_then(|(told, spans)| spans.first(&told.fits)).cloned().unwrap_or_else(|| sought.first());
        let mut ranks: Vec<Option<Rank>> = match by {
            By::Amount(end) => {
                let ranks = self.outermost(&may_be, wanted, *end)?.into_iter();
                ranks.map(|rank| rank.map(|rank| Rank::Number(rank).max(first.clone()))).collect()
            }
            By::Text(..) => may_be.iter().map(|may_be| may_be.then(|| first.clone())).collect(),
        };
        let Some((told, spans)) = told.zip(spans) else { return Ok(ranks) };
        let is_near = |((zone, account), rank): ((&Zone, &Option<usize>), &Option<Rank>)| {
            let both = account.zip(rank.as_ref());
            both.is_some_and(|(account, rank)| !foremost.are_before(zone, account, rank))
        };
        let near: Vec<bool> = pack.zones.iter().zip(&accounts).zip(&ranks).map(is_near).collect();
        if is_few(&near) {
            return Ok(ranks);
        }
        let last = foremost.last().map(|last| &last.rank);
        let ranking = Ranking { by: *by, spans: &spans, last };
        let exact = told.sieve(self, (&pack.zones, &near), wanted, Some(ranking))?.ranks()?;
        for ((at, exact), rank) in exact.into_iter().enumerate().zip(&mut ranks).filter(|((at, _), _)| near[*at]) {
            *rank = rank.take().zip(exact).map(|(bound, exact)| bound.max(exact));
            if let Some((account, rank)) = accounts[at].zip(rank.as_ref()).filter(|_| told.columns.others == 0) {
                foremost.add(&pack.zones[at], account, rank);
            }
        }
        Ok(ranks)
    }

    /// Returns what the columns of the pack tell, if it has some.
    fn told(&mut self, wanted: &Wanted) -> Result<Option<Rc<Told>>, StoreError> {
        if self.told.is_none() && self.pack.zones.iter().all(Zone::has_columns) {
            let rows = self.pack.zones.iter().map(|zone| usize::from(zone.rows)).sum();
            let from = self.filters().bytes();
            let columns = Columns::read(rows, from, |range| {
                let mut bytes = Vec::with_capacity(range.len());
                self.copy(range, &mut bytes).map(|()| bytes)
            })?;
            let columns = columns.ok_or(Damage::Rows(BLOCKS))?;
            self.told = Some(Rc::new(Told { fits: columns.fits(wanted), columns }));
        }
        Ok(self.told.clone())
    }

    /// Returns of each zone that may be a rank that no wanted row of it is beyond.
    fn outermost(&mut self, may_be: &[bool], wanted: &Wanted, end: End) -> Result<Vec<Option<i64>>, StoreError> {
        let rank = |(zone, may_be): (&Zone, &bool)| may_be.then(|| end.rank(end.of(&zone.amounts)));
        let mut ranks: Vec<Option<i64>> = self.pack.zones.iter().zip(may_be).map(rank).collect();
        if !wanted.is_of_texts() || !self.pack.zones.iter().all(Zone::has_edges) {
            return Ok(ranks);
        }
        let filters = self.filters();
        let run = |gram: u32| filters.run_of_edge_gram(end, gram);
        let mut first_may_be = may_be.to_vec();
        for gram in wanted.parts.iter().flat_map(|part| of_part(part)) {
            self.leave(&mut first_may_be, run(gram))?;
        }
        if !wanted.categories.is_empty() {
            let each = wanted.categories.iter().map(|category| of_category(category));
            let leave =
                |one: &mut [bool], grams: [u32; 3]| grams.into_iter().try_for_each(|gram| self.leave(one, run(gram)));
            first_may_be = any(&first_may_be, each, leave)?;
        }
        for (zone, (rank, first_may_be)) in ranks.iter_mut().zip(first_may_be).enumerate() {
            if rank.is_some() && !first_may_be {
                *rank = Some(end.rank(self.next_amount(zone, end)?));
            }
        }
        Ok(ranks)
    }

    /// Returns the amount of a zone that comes next to the outermost one.
    fn next_amount(&mut self, zone: usize, end: End) -> Result<Micros, StoreError> {
        let mut amount = [0; size_of::<i64>()];
        for (at, byte) in self.filters().bytes_of_next(zone, end).zip(&mut amount) {
            let block = self.get(at / BLOCK_BYTES)?;
            *byte = *block.get(at % BLOCK_BYTES).ok_or(Damage::Rows(BLOCKS))?;
        }
        Ok(Micros::new(i64::from_le_bytes(amount)))
    }

    /// Of zones that may be, returns those that may have a part without grams.
    fn of_short(&mut self, may_be: &[bool], part: &str) -> Result<Vec<bool>, StoreError> {
        let filters = self.filters();
        letters::of_part(part).into_iter().try_fold(may_be.to_vec(), |may_be, pairs| {
            let runs = pairs.into_iter().map(|pair| filters.run_of_pair(pair));
            any(&may_be, runs, |one, run| self.leave(one, run))
        })
    }

    /// Of zones that may be, returns those that may have all the grams of one of these.
    fn of_any(&mut self, may_be: &[bool], each: impl IntoIterator<Item = [u32; 3]>) -> Result<Vec<bool>, StoreError> {
        any(may_be, each, |one, grams| grams.into_iter().try_for_each(|gram| self.narrow(one, gram)))
    }
}

impl Bytes for Blocks<'_, '_> {
    fn copy(&mut self, range: Range<usize>, into: &mut Vec<u8>) -> Result<(), StoreError> {
        into.clear();
        into.reserve(range.len());
        let mut at = range.start;
        while at < range.end {
            let (block, from) = (self.get(at / BLOCK_BYTES)?, at % BLOCK_BYTES);
            let some = block.get(from..block.len().min(from + range.end - at)).unwrap_or_default();
            if some.is_empty() {
                return Err(Damage::Rows(BLOCKS).into());
            }
            into.extend_from_slice(some);
            at += some.len();
        }
        Ok(())
    }
}

/// Returns whether so few zones may be that reading them is as fast as reading columns.
fn is_few(may_be: &[bool]) -> bool {
    may_be.iter().filter(|may_be| **may_be).count() <= FEW
}

/// Of zones that may be, returns those that one of the looks leaves.
fn any<T>(
    may_be: &[bool],
    looks: impl IntoIterator<Item = T>,
    mut leave: impl FnMut(&mut [bool], T) -> Result<(), StoreError>,
) -> Result<Vec<bool>, StoreError> {
    let mut any = vec![false; may_be.len()];
    for look in looks {
        let mut of_one = may_be.to_vec();
        leave(&mut of_one, look)?;
        any.iter_mut().zip(of_one).for_each(|(any, one)| *any |= one);
    }
    Ok(any)
}

impl View<'_> {
    /// Reads and verifies every zone, in the order of keys. Returns with each whether it may have a row that is wanted.
    pub(crate) fn sifted(&self, wanted: &Wanted) -> Result<Vec<(Zone, bool)>, StoreError> {
        let (mut values, mut found) = (Values::of(*self), Vec::new());
        for pack in self.packs()? {
            let mut blocks = Blocks::of(&mut values, &pack);
            let may_be = blocks.by_filters(wanted)?;
            let may_be = blocks.by_columns(may_be, wanted)?;
            found.extend(pack.zones.into_iter().zip(may_be));
        }
        found.sort_by_key(|(zone, _)| *zone.keys.start());
        Ok(found)
    }

    /// Reads and verifies every zone, and the filters of those.
    pub(crate) fn by_filters(&self, wanted: &Wanted) -> Result<Sifted, StoreError> {
        let mut values = Values::of(*self);
        let sift = |pack: Stored| {
            let mut blocks = Blocks::of(&mut values, &pack);
            let may_be = (blocks.by_filters(wanted)?, blocks.told);
            Ok((pack, RefCell::new(Some(may_be))))
        };
        Ok(Sifted(self.packs()?.into_iter().map(sift).collect::<Result<_, StoreError>>()?))
    }

    /// Does as [`View::sifted`]. Returns with each zone that may have a row that is sought a rank that none of these goes before. Ranks
    /// are as near as they can be up to a place that as many zones reach as are enough; it is returned, too, and `None` for all.
    pub(crate) fn ranked(&self, sought: &Sought, enough: usize) -> Result<(Vec<Ranked>, Option<Place>), StoreError> {
        let (mut values, mut found, mut foremost) = (Values::of(*self), Vec::new(), Foremost::new(enough));
        for pack in self.packs()? {
            let ranks = Blocks::of(&mut values, &pack).ranks(sought, &mut foremost)?;
            found.extend(pack.zones.into_iter().zip(ranks));
        }
        found.sort_by_key(|(zone, _)| *zone.keys.start());
        Ok((found, foremost.last().cloned()))
    }

    /// Returns whether every block is that of a pack, as it was written.
    pub(crate) fn has_its_blocks(&self) -> Result<bool, StoreError> {
        let (mut values, mut count) = (Values::of(*self), 0);
        for pack in self.packs()? {
            let mut blocks = Blocks::of(&mut values, &pack);
            (0..pack.digests.len()).try_for_each(|at| blocks.get(at).map(drop))?;
            count += pack.digests.len() as i64;
        }
        Ok(self
            .connection
            .query_row("SELECT count(*) FROM zone_blocks", [], |row| row.get(0))
            .map(|all: i64| all == count)?)
    }

    fn packs(&self) -> Result<Vec<Stored>, StoreError> {
        ZONE_PACKS.all(self)?.iter().map(|row| Stored::read(row)).collect()
    }

    fn block_digest(&self, id: i64, bits: &[u8]) -> [u8; 32] {
        row_digest(&self.keys.rows, BLOCKS, &[ValueRef::Integer(id), ValueRef::Blob(bits)], &mut Vec::new())
    }
}

impl Change<'_> {
    /// Adds a pack, but for the sums of its zones.
    pub(crate) fn add_pack(&mut self, pack: &Pack) -> Result<(), StoreError> {
        let Some((first, _)) = pack.zones.first() else { return Ok(()) };
        let last = "SELECT coalesce(max(id), 0) FROM zone_blocks";
        let block = 1 + self.connection.prepare_cached(last)?.query_row([], |row| row.get::<_, i64>(0))?;
        let mut digests = Vec::new();
        for (id, bits) in (block..).zip(pack.bits.chunks(BLOCK_BYTES)) {
            let sql = "INSERT INTO zone_blocks (id, bits) VALUES (?1, ?2)";
            self.connection.prepare_cached(sql)?.execute((id, bits))?;
            digests.extend(self.view().block_digest(id, bits));
        }
        let row = [
            Value::Integer(first.keys.start().packed()),
            Value::Blob(Zone::to_bytes(pack.zones.iter().map(|(zone, _)| zone))),
            Value::Integer(pack.filters.bits as i64),
            Value::Integer(block),
            Value::Blob(digests),
        ];
        ZONE_PACKS.insert(&mut self.writer(), &row)
    }

    /// Deletes the packs that begin in a range.
    pub(super) fn delete_packs(&mut self, keys: &RangeInclusive<RowKey>) -> Result<(), StoreError> {
        let range = [keys.start().packed(), keys.end().packed()];
        let sql = "SELECT place, block, block + length(digests) / 32 FROM zone_packs WHERE place BETWEEN ?1 AND ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let packs = statement.query_map(range, |row| Ok((row.get(0)?, [row.get(1)?, row.get(2)?])))?;
        for (place, blocks) in packs.collect::<Result<Vec<(i64, [i64; 2])>, _>>()? {
            let sql = "DELETE FROM zone_blocks WHERE id >= ?1 AND id < ?2";
            self.connection.prepare_cached(sql)?.execute(blocks)?;
            ZONE_PACKS.delete(&mut self.writer(), &[Value::Integer(place)])?;
        }
        Ok(())
    }
}
