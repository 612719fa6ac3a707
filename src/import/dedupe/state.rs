//! The working tables of one decision: rows sorted by day and amount, transactions as dense numbers, pairs so far.

use std::collections::HashSet;
use std::ops::Range;

use crate::model::{Entry, EntryStatus, ImportId, Micros, Period, SourceKind, TransactionId, normalise_description};

use super::rows::{Known, KnownCoverage, Listed, Move, SourceRowRef, newest_first};

/// No partner.
pub(super) const NONE: u32 = u32::MAX;

/// How the file stands to an earlier import on the days that both show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// They overlap by more than one day, or one of them shows the shared day whole: matched row by row.
    Free,
    /// They meet in one day, and one holds the other's rows: the same view of the day.
    SameView,
    /// Two files of the same single day with the same rows.
    Identical,
    /// They meet, and both carry running balances: rows are the same when those agree.
    ByBalance,
    /// They meet, and the bank's ids are known to hold: only those match.
    ById,
    /// They meet, and one goes on where the other stopped.
    GoesOn,
}

/// Which part of a day a file shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// All of it.
    Whole,
    /// The day's beginning: it is the file's last day.
    Head,
    /// The day's end: it is the file's first day.
    Tail,
    /// Some part: the file has no other day.
    Loose,
}

/// The part of `day` that a file with this coverage shows.
pub(super) fn place(period: Period, day: crate::model::Day) -> Place {
    match (day.cmp(&period.first()), day.cmp(&period.last())) {
        (std::cmp::Ordering::Greater, std::cmp::Ordering::Less) => Place::Whole,
        (std::cmp::Ordering::Greater, std::cmp::Ordering::Equal) => Place::Head,
        (std::cmp::Ordering::Equal, std::cmp::Ordering::Less) => Place::Tail,
        _ => Place::Loose,
    }
}

/// The rows and source rows of the days that the file shares with an import that it only meets.
#[derive(Debug)]
pub(super) struct Meeting {
    /// Index into the imports.
    pub import: usize,
    pub rows: Vec<u32>,
    pub source_rows: Vec<u32>,
}

/// An earlier import.
#[derive(Clone, Copy, Debug)]
pub(super) struct Import {
    pub id: ImportId,
    pub kind: SourceKind,
    pub period: Period,
    pub newest_first: bool,
    pub relation: Relation,
}

/// The rows and source rows of one day and amount, as ranges of [`State::rows`] and [`State::source_rows`].
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub rows: Range<usize>,
    pub source_rows: Range<usize>,
}

/// Everything that the passes share. Entries, source rows and transactions ("slots") are numbers here.
pub(super) struct State<'s, 'e, 'k> {
    pub kind: SourceKind,
    pub coverage: Period,
    pub entries: &'s [Entry<'e>],
    pub known: &'s [Known<'k>],
    /// Sorted by id.
    pub imports: Vec<Import>,
    /// Index into `imports`, by source row.
    pub import_of: Vec<u32>,
    /// By source row.
    pub slot_of: Vec<u32>,
    /// By slot.
    pub slots: Vec<TransactionId>,
    members: Vec<u32>,
    first_member: Vec<u32>,
    /// By slot: the entry that is it, or [`NONE`].
    pub taken: Vec<u32>,
    /// By entry: its slot, or [`NONE`].
    pub matched: Vec<u32>,
    /// Entries by day, amount, and oldest first.
    pub rows: Vec<u32>,
    /// Source rows by day, amount, import, and oldest first.
    pub source_rows: Vec<u32>,
    /// Where both have something of one day and amount.
    pub groups: Vec<Group>,
    /// Rows matched by bank id and text, and rows matched by text whose ids differ: does the bank renumber?
    pub ids_held: u64,
    pub ids_changed: u64,
    /// Imports that share one day with the file, at an end of both.
    pub meetings: Vec<Meeting>,
    pub moves: Vec<Move>,
    pub moving: HashSet<SourceRowRef>,
    /// Entries that something moves to.
    pub bound: HashSet<u32>,
    pub listed: Vec<Listed>,
}

impl<'s, 'e, 'k> State<'s, 'e, 'k> {
    pub(crate) fn new(
        kind: SourceKind,
        coverage: Period,
        entries: &'s [Entry<'e>],
        known: &'s [Known<'k>],
        coverages: &[KnownCoverage],
    ) -> Self {
        let imports = imports(known, coverages);
        let mut last = 0;
        let import_of: Vec<u32> = known
            .iter()
            .map(|k| {
                if imports[last].id != k.import {
                    last = imports.binary_search_by_key(&k.import, |i| i.id).unwrap_or(0);
                }
                last as u32
            })
            .collect();

        let mut members: Vec<(TransactionId, u32)> = known.iter().map(|k| k.transaction).zip(0..).collect();
        members.sort_unstable();
        let mut slot_of = vec![NONE; known.len()];
        let (mut slots, mut first_member) = (Vec::new(), Vec::new());
        for (at, (transaction, k)) in members.iter().enumerate() {
            if slots.last() != Some(transaction) {
                slots.push(*transaction);
                first_member.push(at as u32);
            }
            slot_of[*k as usize] = (slots.len() - 1) as u32;
        }
        first_member.push(members.len() as u32);

        let backwards = newest_first(entries);
        let count = entries.len() as u32;
        let mut rows: Vec<(i32, Micros, u32)> = (0..count)
            .map(|i| if backwards { count - 1 - i } else { i })
            .zip(entries)
            .map(|(age, e)| (e.day.epoch_days(), e.amount.micros(), age))
            .collect();
        rows.sort_unstable();
        let mut source_rows: Vec<(i32, Micros, u64, u32)> = (0..)
            .zip(known)
            .zip(&import_of)
            .map(|((i, k), import)| {
                let age = if imports[*import as usize].newest_first { u32::MAX - k.position } else { k.position };
                (k.day.epoch_days(), k.amount, u64::from(*import) << 32 | u64::from(age), i)
            })
            .collect();
        source_rows.sort_unstable();
        let groups = groups(&rows, &source_rows);
        State {
            kind,
            coverage,
            entries,
            known,
            import_of,
            imports,
            slot_of,
            taken: vec![NONE; slots.len()],
            slots,
            members: members.into_iter().map(|(_, k)| k).collect(),
            first_member,
            matched: vec![NONE; entries.len()],
            rows: rows.into_iter().map(|(_, _, age)| if backwards { count - 1 - age } else { age }).collect(),
            source_rows: source_rows.into_iter().map(|(.., i)| i).collect(),
            groups,
            ids_held: 0,
            ids_changed: 0,
            meetings: Vec::new(),
            moves: Vec::new(),
            moving: HashSet::new(),
            bound: HashSet::new(),
            listed: Vec::new(),
        }
    }

    /// The source rows of a slot.
    pub(crate) fn members(&self, slot: u32) -> &[u32] {
        let slot = slot as usize;
        &self.members[self.first_member[slot] as usize..self.first_member[slot + 1] as usize]
    }

    /// Pairs an entry with a slot. Both must be free.
    pub(crate) fn pair(&mut self, entry: u32, slot: u32) {
        debug_assert!(self.matched[entry as usize] == NONE && self.taken[slot as usize] == NONE);
        self.matched[entry as usize] = slot;
        self.taken[slot as usize] = entry;
    }

    pub(crate) fn entry(&self, entry: u32) -> &'s Entry<'e> {
        &self.entries[entry as usize]
    }

    pub(crate) fn source_row(&self, k: u32) -> &'s Known<'k> {
        &self.known[k as usize]
    }

    pub(crate) fn import(&self, k: u32) -> &Import {
        &self.imports[self.import_of[k as usize] as usize]
    }

    pub(crate) fn period_of(&self, import: ImportId) -> Option<Period> {
        self.imports.binary_search_by_key(&import, |i| i.id).ok().map(|i| self.imports[i].period)
    }

    pub(crate) fn is_free(&self, k: u32) -> bool {
        self.taken[self.slot_of[k as usize] as usize] == NONE
    }

    pub(crate) fn is_open(&self, entry: u32) -> bool {
        self.matched[entry as usize] == NONE
    }

    pub(crate) fn is_posted(&self, entry: u32) -> bool {
        self.entry(entry).status == EntryStatus::Posted
    }

    /// Whether the files' relation lets a source row be this entry, by text or by amount.
    pub(crate) fn fits(&self, entry: u32, k: u32) -> bool {
        match self.import(k).relation {
            Relation::Free | Relation::SameView | Relation::Identical => true,
            Relation::ByBalance => self.same_balance(entry, k) == Some(true),
            Relation::ById | Relation::GoesOn => false,
        }
    }

    /// Whether both carry the same running balance; nothing when one carries none.
    pub(crate) fn same_balance(&self, entry: u32, k: u32) -> Option<bool> {
        Some(self.entry(entry).running_balance?.micros() == self.source_row(k).running_balance?)
    }
}

/// Every import that has a source row, with its coverage: that of its source rows where none was given.
fn imports(known: &[Known<'_>], coverages: &[KnownCoverage]) -> Vec<Import> {
    let mut imports: Vec<Import> = coverages
        .iter()
        .map(|c| Import {
            id: c.import,
            kind: c.kind,
            period: c.period,
            newest_first: c.newest_first,
            relation: Relation::Free,
        })
        .collect();
    imports.sort_unstable_by_key(|i| i.id);
    imports.dedup_by_key(|i| i.id);
    let given = imports.len();
    for k in known {
        if imports[..given].binary_search_by_key(&k.import, |i| i.id).is_ok() {
            continue;
        }
        let day = Period::new(k.day, k.day);
        match imports[given..].iter_mut().find(|i| i.id == k.import) {
            Some(i) => {
                let wider = Period::new(i.period.first().min(k.day), i.period.last().max(k.day));
                i.period = wider.unwrap_or(i.period);
            }
            None => imports.extend(day.map(|period| Import {
                id: k.import,
                kind: k.kind,
                period,
                newest_first: false,
                relation: Relation::Free,
            })),
        }
    }
    imports.sort_unstable_by_key(|i| i.id);
    imports
}

fn groups(rows: &[(i32, Micros, u32)], source_rows: &[(i32, Micros, u64, u32)]) -> Vec<Group> {
    let mut groups = Vec::new();
    let (mut r, mut s) = (0, 0);
    while r < rows.len() && s < source_rows.len() {
        let row = (rows[r].0, rows[r].1);
        let source_row = (source_rows[s].0, source_rows[s].1);
        match row.cmp(&source_row) {
            std::cmp::Ordering::Less => r += 1,
            std::cmp::Ordering::Greater => s += 1,
            std::cmp::Ordering::Equal => {
                let (first_row, first_source_row) = (r, s);
                while r < rows.len() && (rows[r].0, rows[r].1) == row {
                    r += 1;
                }
                while s < source_rows.len() && (source_rows[s].0, source_rows[s].1) == row {
                    s += 1;
                }
                groups.push(Group { rows: first_row..r, source_rows: first_source_row..s });
            }
        }
    }
    groups
}

/// Whether two raw descriptions are the same when normalised.
pub(super) fn same_text(a: &str, b: &str) -> bool {
    a == b || normalise_description(a) == normalise_description(b)
}

/// Numbers the texts so that two have one number when they are the same.
pub(super) fn classes(texts: &[&str]) -> Vec<u32> {
    if texts.iter().all(|t| *t == texts[0]) {
        return vec![0; texts.len()];
    }
    let normal: Vec<String> = texts.iter().map(|t| normalise_description(t)).collect();
    let mut order: Vec<u32> = (0..texts.len() as u32).collect();
    order.sort_by(|a, b| normal[*a as usize].cmp(&normal[*b as usize]));
    let mut class = vec![0; texts.len()];
    let mut number = 0;
    for (at, i) in order.iter().enumerate() {
        if at > 0 && normal[*i as usize] != normal[order[at - 1] as usize] {
            number += 1;
        }
        class[*i as usize] = number;
    }
    class
}

/// Whether a text of one kind of source may be the other's: equal, or one is a piece of the other.
pub(super) fn similar_text(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (a, b) = (normalise_description(a), normalise_description(b));
    a.contains(&b) || b.contains(&a)
}
