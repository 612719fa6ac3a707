//! The rows and files around days that change.

use std::collections::{HashMap, HashSet};

use crate::import::reconcile::{Decisions, File, MARGIN, Pair, Pairs, REACH, Row, pair};
use crate::model::{AccountId, Day, Entry, EntryStatus, ImportId, Period, RowPosition, SourceKind};
use crate::ops::OpError;
use crate::store::View;
use crate::store::db::coverages::statement_of;
use crate::store::db::decisions::{DecidedRow, StoredDecision};
use crate::store::db::imports::Import;
use crate::store::db::pairs::StoredPair;
use crate::store::db::source_rows::StoredSourceRow;

/// A living file of the account.
struct Known {
    import: ImportId,
    sha256: [u8; 32],
    statement: u32,
    source: String,
    covers: Period,
    reach: Day,
}

/// A file that is about to be imported.
pub(crate) struct NewFile<'n> {
    pub import: ImportId,
    pub sha256: [u8; 32],
    /// Which of its statements it is.
    pub statement: u32,
    pub source: String,
    pub covers: Period,
    pub reach: Day,
    /// In the order of the file.
    pub rows: Vec<NewRow<'n>>,
}

/// A row of it.
#[derive(Clone, Copy)]
pub(crate) struct NewRow<'n> {
    /// The number that it gets.
    pub number: u64,
    pub entry: &'n Entry<'n>,
}

/// The living rows and files of an account around days that change.
pub(crate) struct Scene {
    account: AccountId,
    /// The days whose transactions can change.
    touched: Period,
    /// All rows of those days, and of as many around as can matter.
    pub stored: Vec<StoredSourceRow>,
    files: Vec<Known>,
    pairs: Vec<StoredPair>,
    decisions: Vec<StoredDecision>,
}

/// Returns the name of the source of an import: two files of one source print the same row in the same words.
pub(crate) fn source(import: &Import) -> String {
    match import.kind {
        SourceKind::Csv => format!("csv {}", import.layout),
        SourceKind::Ofx => "ofx".to_owned(),
    }
}

fn widened(period: Period, days: i32) -> Period {
    Period::new(period.first().plus_days(-days), period.last().plus_days(days)).unwrap_or(period)
}

impl Scene {
    /// Reads what can matter for days that change.
    pub(crate) fn read(view: &View<'_>, account: AccountId, changed: Period) -> Result<Scene, OpError> {
        let touched = widened(changed, MARGIN + REACH);
        let context = widened(touched, REACH);
        let imports = view.imports()?;
        let coverages = view.all_coverages()?;
        let files: Vec<Known> = coverages
            .iter()
            .filter(|coverage| coverage.account == account)
            .filter_map(|coverage| {
                let import = imports.iter().find(|import| import.id == coverage.import && !import.undone)?;
                let (covers, rows) = (coverage.period?, coverage.rows?);
                rows.overlap(context).or_else(|| covers.overlap(context))?;
                Some(Known {
                    import: import.id,
                    sha256: import.sha256,
                    statement: statement_of(coverage, &coverages),
                    source: source(import),
                    covers,
                    reach: rows.last(),
                })
            })
            .collect();
        let stored = if files.is_empty() { Vec::new() } else { view.source_rows(account, context)? };
        let pairs = view.pairs()?.into_iter().filter(|pair| pair.account == account).collect();
        Ok(Scene { account, touched, stored, files, pairs, decisions: view.decisions()? })
    }

    /// Returns the scene of an account without rows.
    pub(crate) fn empty(account: AccountId, changed: Period) -> Scene {
        let (stored, files, pairs, decisions) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Scene { account, touched: widened(changed, MARGIN + REACH), stored, files, pairs, decisions }
    }

    /// Returns what is reconciled for the touched days, with a file that is about to be imported; nothing where there is
    /// no other one.
    pub(super) fn input<'i>(&'i self, new: Option<&'i NewFile<'_>>) -> Option<Input<'i>> {
        if self.files.is_empty() {
            return None;
        }
        let order = self.order(new);
        let (rows, origin) = self.rows(new, &order);
        let files = order.files(self, new);
        let mut pairs = Pairs::default();
        for known in &self.pairs {
            if let (Some(one), Some(other)) = (order.of(known.import), order.of(known.other)) {
                pairs.put(one, other, told(known));
            }
        }
        let mut evidence = Vec::new();
        if let Some(new) = new {
            for (file, told) in self.compare(new, &order, &files, &rows) {
                if let (Some(one), Some(other)) = (order.of(new.import), order.of(file)) {
                    pairs.put(one, other, told);
                }
                if told != Pair::default() {
                    evidence.push(self.evidence(new.import, file, told));
                }
            }
        }
        let decisions = self.decided(new, &order, &rows, &origin);
        Some(Input { files, rows, pairs, decisions, origin, evidence })
    }

    fn evidence(&self, import: ImportId, other: ImportId, told: Pair) -> StoredPair {
        StoredPair {
            account: self.account,
            import,
            other,
            ids: told.ids.to_string(),
            shift: told.shift,
            reworded: told.reworded,
            partial: told.partial,
        }
    }

    /// Returns what the new file and each known one tell of each other.
    fn compare(&self, new: &NewFile<'_>, order: &Order, files: &[File], rows: &[Row<'_>]) -> Vec<(ImportId, Pair)> {
        let mut found = Vec::new();
        let of_file = |file: u32, days: Period| {
            let from = rows.partition_point(|row| row.file < file);
            let of_file = &rows[from..from + rows[from..].partition_point(|row| row.file == file)];
            let first = of_file.partition_point(|row| row.day < days.first());
            let last = of_file.partition_point(|row| row.day <= days.last());
            &of_file[first..last]
        };
        let Some(mine) = order.of(new.import) else { return found };
        for known in &self.files {
            let (Some(both), Some(theirs)) = (known.covers.overlap(new.covers), order.of(known.import)) else {
                continue;
            };
            let near = widened(both, MARGIN);
            let (one, other) = (&files[mine as usize], &files[theirs as usize]);
            found.push((known.import, pair(one, of_file(mine, near), other, of_file(theirs, near))));
        }
        found
    }

    /// Returns the rows, by file and day, and where each comes from: the index of a stored one, or behind those of a new
    /// one.
    fn rows<'r>(&'r self, new: Option<&'r NewFile<'_>>, order: &Order) -> (Vec<Row<'r>>, Vec<u32>) {
        let stored = (0..).zip(&self.stored).filter_map(|(index, row)| Some((index, stored_row(row, order)?)));
        let behind = (self.stored.len() as u32..).zip(new.map(|file| file.rows.as_slice()).unwrap_or_default());
        let file = new.and_then(|new| order.of(new.import)).unwrap_or_default();
        let added = behind.map(|(index, row)| (index, new_row(row, file)));
        // The rows are large and many: only what they are sorted by is moved about.
        let keys = stored.chain(added).map(|(index, row)| (row.file, row.day, row.place, index));
        let mut keys: Vec<(u32, Day, u32, u32)> = keys.collect();
        keys.sort_unstable();
        let origin: Vec<u32> = keys.into_iter().map(|(.., index)| index).collect();
        let row = |index: &u32| match self.stored.get(*index as usize) {
            Some(row) => stored_row(row, order),
            None => Some(new_row(&new?.rows[*index as usize - self.stored.len()], file)),
        };
        (origin.iter().filter_map(row).collect(), origin)
    }

    fn order(&self, new: Option<&NewFile<'_>>) -> Order {
        let known = self.files.iter().map(|file| (file.sha256, file.import));
        let mut all: Vec<([u8; 32], ImportId)> = known.chain(new.map(|file| (file.sha256, file.import))).collect();
        all.sort_unstable();
        Order(all.into_iter().zip(0..).map(|((_, import), at)| (import, at)).collect())
    }

    /// Returns what the owner said of these rows.
    fn decided(&self, new: Option<&NewFile<'_>>, order: &Order, rows: &[Row<'_>], origin: &[u32]) -> Decisions {
        let mut decisions = Decisions::default();
        if self.decisions.is_empty() {
            return decisions;
        }
        let named: HashSet<DecidedRow> =
            self.decisions.iter().flat_map(|decision| [decision.row, decision.other]).collect();
        let mut files: HashMap<u32, ([u8; 32], u32)> = HashMap::new();
        let known = self.files.iter().map(|file| (file.import, (file.sha256, file.statement)));
        for (import, name) in known.chain(new.map(|file| (file.import, (file.sha256, file.statement)))) {
            files.extend(order.of(import).map(|at| (at, name)));
        }
        let mut found: HashMap<DecidedRow, u32> = HashMap::new();
        for (index, (row, origin)) in (0..).zip(rows.iter().zip(origin)) {
            let Some((sha256, statement)) = files.get(&row.file).copied() else { continue };
            let behind = |origin: u32| RowPosition::new(origin - self.stored.len() as u32);
            let position = self.stored.get(*origin as usize).map_or_else(|| behind(*origin), |row| row.position);
            let name = DecidedRow { sha256, statement, position };
            if named.contains(&name) {
                found.insert(name, index);
            }
        }
        for decision in &self.decisions {
            let (Some(a), Some(b)) = (found.get(&decision.row), found.get(&decision.other)) else { continue };
            if decision.same {
                decisions.same.push((*a, *b));
            } else {
                decisions.different.insert((*a, *b));
            }
        }
        decisions
    }

    /// Returns whether a day's transactions can change.
    pub(super) fn touches(&self, day: Day) -> bool {
        self.touched.contains(day)
    }

    pub(super) fn account(&self) -> AccountId {
        self.account
    }
}

/// Returns a stored row as it is reconciled; nothing where its file is not known.
fn stored_row<'r>(row: &'r StoredSourceRow, order: &Order) -> Option<Row<'r>> {
    let number = row.number;
    Some(Row {
        file: order.of(row.import)?,
        place: number as u32,
        id: number,
        day: row.day(),
        amount: row.amount,
        text: &row.description,
        bank_id: row.bank_id.as_deref(),
        running: row.running,
        pending: row.pending,
    })
}

/// Returns a new row as it is reconciled.
fn new_row<'n>(NewRow { number, entry }: &NewRow<'n>, file: u32) -> Row<'n> {
    Row {
        file,
        place: *number as u32,
        id: *number,
        day: entry.day,
        amount: entry.amount.micros(),
        text: &entry.description,
        bank_id: entry.bank_id.as_deref(),
        running: entry.running_balance.map(|balance| balance.micros()),
        pending: entry.status == EntryStatus::Pending,
    }
}

/// Returns what two files tell of each other, as it was stored.
fn told(known: &StoredPair) -> Pair {
    let StoredPair { shift, reworded, partial, .. } = *known;
    Pair { ids: known.ids.parse().unwrap_or_default(), shift, reworded, partial }
}

/// What is reconciled.
pub(super) struct Input<'i> {
    pub files: Vec<File>,
    pub rows: Vec<Row<'i>>,
    pub pairs: Pairs,
    pub decisions: Decisions,
    /// Where each row comes from: the index of a stored one, or behind those of a new one.
    pub origin: Vec<u32>,
    /// What the new file and the others tell of each other.
    pub evidence: Vec<StoredPair>,
}

/// The files in the order that their content gives, by import.
pub(super) struct Order(HashMap<ImportId, u32>);

impl Order {
    fn of(&self, import: ImportId) -> Option<u32> {
        self.0.get(&import).copied()
    }

    fn files(&self, scene: &Scene, new: Option<&NewFile<'_>>) -> Vec<File> {
        let known = scene.files.iter().map(|file| (file.import, file.source.as_str(), file.covers, file.reach));
        let new = new.map(|file| (file.import, file.source.as_str(), file.covers, file.reach));
        let all: Vec<_> = known.chain(new).collect();
        let mut sources: Vec<&str> = all.iter().map(|(_, source, ..)| *source).collect();
        sources.sort_unstable();
        sources.dedup();
        let mut files: Vec<(u32, File)> = all
            .iter()
            .filter_map(|(import, source, covers, reach)| {
                let number = sources.binary_search(source).ok()? as u32;
                Some((self.of(*import)?, File { source: number, covers: *covers, reach: *reach }))
            })
            .collect();
        files.sort_unstable_by_key(|(at, _)| *at);
        files.into_iter().map(|(_, file)| file).collect()
    }
}
