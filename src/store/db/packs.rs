//! Packs of zones: what their rows hold, and in which of them rows may be that are wanted.
//!
//! A pack is a row of `zone_packs`, which has a digest as other tables have. The filters of its grams lie in rows of
//! `zone_blocks`, as large as a page has room for; the pack has the digest of each. A search reads the blocks of the grams that it
//! looks for.

use std::ops::{Range, RangeInclusive};

use rusqlite::OptionalExtension;
use rusqlite::types::{Value, ValueRef};

use crate::model::Micros;
use crate::store::db::change::Change;
use crate::store::db::digest::row_digest;
use crate::store::db::edges::End;
use crate::store::db::grams::{Filters, of_amounts, of_category, of_part};
use crate::store::db::letters;
use crate::store::db::row_key::RowKey;
use crate::store::db::table::{Columns, ZONE_PACKS};
use crate::store::db::view::View;
use crate::store::db::zone::{Pack, Wanted, Zone};
use crate::store::error::{Damage, StoreError, unreadable};

/// Bytes of a block: a page has room for one, and hardly for more.
const BLOCK_BYTES: usize = 3_968;

/// The table of the blocks. Its name is part of every digest of them.
const BLOCKS: &str = "zone_blocks";

/// A pack as it is stored.
struct Stored {
    zones: Vec<Zone>,
    /// The length of each filter, in bits.
    bits: usize,
    first_block: i64,
    digests: Vec<[u8; 32]>,
}

impl Stored {
    fn read(row: &[Value]) -> Result<Stored, StoreError> {
        let mut columns = Columns::of(row);
        columns.int()?;
        let zones = Zone::from_bytes(&columns.blob()?);
        let bits = usize::try_from(columns.int()?).map_err(unreadable)?;
        let first_block = columns.int()?;
        Ok(Stored { zones, bits, first_block, digests: columns.blob()?.as_chunks().0.to_vec() })
    }
}

/// The blocks of a pack, each once it was read.
struct Blocks<'v> {
    view: View<'v>,
    pack: &'v Stored,
    read: Vec<Option<Vec<u8>>>,
}

impl<'v> Blocks<'v> {
    fn of(view: View<'v>, pack: &'v Stored) -> Blocks<'v> {
        Blocks { view, pack, read: vec![None; pack.digests.len()] }
    }

    /// Returns a block. It is read and verified once.
    fn get(&mut self, at: usize) -> Result<&[u8], StoreError> {
        let (expected, read) = self.pack.digests.get(at).zip(self.read.get_mut(at)).ok_or(Damage::Rows(BLOCKS))?;
        match read {
            Some(bits) => Ok(bits),
            None => {
                let id = self.pack.first_block.wrapping_add(at as i64);
                let mut statement =
                    self.view.connection.prepare_cached("SELECT bits FROM zone_blocks WHERE id = ?1")?;
                let bits: Option<Vec<u8>> = statement.query_row([id], |row| row.get(0)).optional()?;
                let bits = bits.filter(|bits| self.view.block_digest(id, bits) == *expected);
                Ok(read.insert(bits.ok_or(Damage::Rows(BLOCKS))?))
            }
        }
    }

    fn filters(&self) -> Filters {
        Filters { zones: self.pack.zones.len(), bits: self.pack.bits }
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

    /// Returns which zones of the pack may have a row that is wanted.
    fn sift(&mut self, wanted: &Wanted) -> Result<Vec<bool>, StoreError> {
        let mut may_be: Vec<bool> = self.pack.zones.iter().map(|zone| wanted.may_be_in(zone)).collect();
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
        if let Some(spans) = wanted.amounts().and_then(|amounts| of_amounts(&amounts)) {
            let of_any = self.of_any(&may_be, spans)?;
            let zones = self.pack.zones.iter().zip(of_any);
            may_be.iter_mut().zip(zones).for_each(|(may_be, (zone, any))| *may_be &= any || !zone.has_amounts());
        }
        if wanted.is_of_texts() {
            for (end, bound) in [(End::Largest, wanted.least), (End::Least, wanted.most)] {
                let Some(bound) = bound else { continue };
                let reached = self.outermost(&may_be, wanted, end)?;
                may_be =
                    reached.into_iter().map(|reached| reached.is_some_and(|rank| rank <= end.rank(bound))).collect();
            }
        }
        Ok(may_be)
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
        let mut found = Vec::new();
        for pack in self.packs()? {
            let may_be = Blocks::of(*self, &pack).sift(wanted)?;
            found.extend(pack.zones.into_iter().zip(may_be));
        }
        found.sort_by_key(|(zone, _)| *zone.keys.start());
        Ok(found)
    }

    /// Does as [`View::sifted`]. Returns with each zone that may have a row that is wanted a rank at an end of the amounts that none
    /// of these rows is beyond.
    pub(crate) fn sifted_to(&self, wanted: &Wanted, end: End) -> Result<Vec<(Zone, Option<i64>)>, StoreError> {
        let mut found = Vec::new();
        for pack in self.packs()? {
            let mut blocks = Blocks::of(*self, &pack);
            let may_be = blocks.sift(wanted)?;
            let ranks = blocks.outermost(&may_be, wanted, end)?;
            found.extend(pack.zones.into_iter().zip(ranks));
        }
        found.sort_by_key(|(zone, _)| *zone.keys.start());
        Ok(found)
    }

    /// Returns whether every block is that of a pack, as it was written.
    pub(crate) fn has_its_blocks(&self) -> Result<bool, StoreError> {
        let mut count = 0;
        for pack in self.packs()? {
            let mut blocks = Blocks::of(*self, &pack);
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
