//! What has to be true of a derived account, told by one who knows the true history.

use std::collections::{BTreeMap, BTreeSet};

use super::account::{Account, At, Derived, Listed};
use super::history::{History, Ids};
use crate::import::reconcile::{Pairs, Reason};

/// Rows that read the same in the words of the first source: day, amount, words. A bank that prints two of them prints
/// nothing that tells them apart, so they are counted, and it does not matter which of them is which.
type Class = (i32, i64, usize);

/// The part of a day that a file shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Whole,
    Head,
    Tail,
    Loose,
}

pub(super) struct Oracle<'h> {
    pub history: &'h History,
    pub account: &'h Account,
    pub pairs: &'h Pairs,
    pub derived: &'h Derived,
}

impl Oracle<'_> {
    fn class(&self, truth: usize) -> Class {
        let row = &self.history.rows[truth];
        (row.day + self.history.sources[0].later, row.cents, row.words)
    }

    fn class_at(&self, at: At) -> Class {
        self.class(self.account.at(at).truth)
    }

    fn part(&self, file: usize, day: i32) -> Part {
        let (first, last) = self.account.sheets[file].covers();
        match (first < day, day < last) {
            (true, true) => Part::Whole,
            (true, false) => Part::Head,
            (false, true) => Part::Tail,
            (false, false) => Part::Loose,
        }
    }

    /// Returns the posted true rows that a file shows of one of its days.
    fn shown(&self, file: usize, day: i32) -> Vec<usize> {
        let rows = self.account.sheets[file].rows.iter();
        rows.filter(|row| !row.pending && row.day == day).map(|row| row.truth).collect()
    }

    fn source(&self, file: usize) -> &super::history::Source {
        &self.history.sources[self.account.sheets[file].source as usize]
    }

    /// Checks that every true row is there once, or in doubt and listed: of each class, as many transactions too many
    /// as pairs are listed as different, and as many too few as pairs are listed as one.
    pub(super) fn counts(&self) -> Result<(), String> {
        let mut truth: BTreeMap<Class, BTreeSet<usize>> = BTreeMap::new();
        for sheet in &self.account.sheets {
            for row in sheet.rows.iter().filter(|row| !row.pending) {
                truth.entry(self.class(row.truth)).or_default().insert(row.truth);
            }
        }
        // Transactions that are of one class, and those that join rows of this and another one.
        let (mut kept, mut mixed): (BTreeMap<Class, usize>, BTreeMap<Class, usize>) = Default::default();
        for group in &self.derived.groups {
            let posted: Vec<At> = group.iter().copied().filter(|at| !self.account.at(*at).pending).collect();
            let Some(first) = posted.first() else { continue };
            let classes: BTreeSet<Class> = posted.iter().map(|at| self.class_at(*at)).collect();
            let to = if classes.len() == 1 { &mut kept } else { &mut mixed };
            classes.iter().for_each(|class| *to.entry(*class).or_default() += 1);
            for other in &posted {
                let listed = self.derived.doubts.iter().any(|doubt| {
                    doubt.same && group.contains(&doubt.row) && self.class_at(doubt.row) != self.class_at(doubt.other)
                });
                let day = self.class_at(*other).0;
                let alike = self.class_at(*other) == self.class_at(*first);
                let late = self.is_late(*first, *other);
                if !alike && !listed && !self.shift_is_unknown(day) && !late {
                    return Err(format!("joined: {first:?} and {other:?} are two true rows, and nothing lists them"));
                }
            }
        }
        let listed = |class: &Class, same: bool| {
            let of_class = |at: At| self.class_at(at) == *class;
            self.derived.doubts.iter().filter(|d| d.same == same && (of_class(d.row) || of_class(d.other))).count()
        };
        let classes: BTreeSet<Class> = truth.keys().chain(kept.keys()).copied().collect();
        for class in classes {
            let truly = truth.get(&class).map_or(0, BTreeSet::len);
            let (have, also) = (kept.get(&class).copied().unwrap_or(0), mixed.get(&class).copied().unwrap_or(0));
            let (same, different) = (listed(&class, true), listed(&class, false));
            let more = have.saturating_sub(truly) > different && !self.words_differ(class);
            let fewer = truly.saturating_sub(have + also) > same || (truly > 0 && have + also == 0);
            let wrong = (more || (fewer && !self.has_one_id(class))) && !self.late_in_a_cut_day(class);
            if wrong && !self.reads_the_same(class.0) && !self.shift_is_unknown(class.0) {
                return Err(format!(
                    "counts: of {class:?} there are {truly}, kept {have} and {also}, listed {same} as one and {different} as two"
                ));
            }
        }
        Ok(())
    }

    /// Checks that rows which the bank tells apart are apart, be they equal otherwise: by ids that it keeps, or by
    /// balances where no row came late. Where another source shows the day whole, it says how many there are, and which
    /// of its equal rows is which is not known.
    pub(super) fn rows(&self) -> Result<(), String> {
        if self.account.sheets.iter().any(|sheet| sheet.source != self.account.sheets[0].source) {
            return Ok(());
        }
        let late = |row: &super::history::TrueRow| row.posted / super::history::DAY > i64::from(row.day);
        let no_late = || !self.history.rows.iter().any(late);
        let by_balance = |source: &super::history::Source| source.balances && no_late() && self.history.balances_tell();
        let tells = |file: usize| self.source(file).ids == Ids::Stable || by_balance(self.source(file));
        for group in &self.derived.groups {
            let rows = group.iter().filter(|at| tells(at.0) && !self.account.at(**at).pending).collect::<Vec<_>>();
            for (at, one) in rows.iter().enumerate() {
                for other in &rows[at + 1..] {
                    let differ = self.account.at(**one).truth != self.account.at(**other).truth;
                    let listed = |doubt: &Listed| doubt.same && group.contains(&doubt.row);
                    // Balances that differ all by one amount are those of one row that was dated back.
                    let read_alike = || self.reads_the_same(self.class_at(**one).0);
                    // A late row among equal ones takes the balance of another one: ids and balances contradict each other.
                    let late = || self.has_late(self.class_at(**one).1, self.class_at(**one).0);
                    // An id that stands on both may be kept, with a late row before it, or given anew: there are as many.
                    let one_id = || {
                        let (one, other) = (self.account.at(**one), self.account.at(**other));
                        one.id.is_some() && one.id == other.id
                    };
                    if differ && !one_id() && !read_alike() && !late() && !self.derived.doubts.iter().any(listed) {
                        return Err(format!("rows: {one:?} and {other:?} are told apart, and are one transaction"));
                    }
                }
            }
        }
        Ok(())
    }

    /// Returns whether two files meet in a day, none of which shows it whole, and show the same rows there, two of them
    /// different, that are not the same rows. DESIGN 5 takes such views as one without listing anything: an overlap by a
    /// day is how people download, and two equal halves of a day are rare.
    fn reads_the_same(&self, day: i32) -> bool {
        let files = 0..self.account.sheets.len();
        let views: Vec<(usize, Vec<usize>)> = files
            .map(|file| (file, self.shown(file, day + self.source(file).later)))
            .filter(|(file, rows)| !rows.is_empty() && self.part(*file, day + self.source(*file).later) != Part::Whole)
            .collect();
        let look = |rows: &[usize]| {
            let mut classes: Vec<Class> = rows.iter().map(|row| self.class(*row)).collect();
            classes.sort_unstable();
            classes
        };
        views.iter().enumerate().any(|(at, (_, ones))| {
            views[at + 1..].iter().any(|(_, others)| {
                let read = look(ones);
                let several = read.iter().any(|class| *class != read[0]);
                ones != others && read == look(others) && several
            })
        })
    }

    /// Returns whether a row of one source was posted after the file of the other one was made. A row of another source
    /// with this amount and words within three days, that nothing else is, is then taken as it (DESIGN 5).
    fn is_late(&self, one: At, other: At) -> bool {
        let source = |at: At| self.account.sheets[at.0].source;
        let moment = |at: At| self.history.cuts[self.account.cuts[at.0]].moment;
        let posted = |at: At| {
            let equal = (0..self.history.rows.len()).filter(|truth| self.class(*truth) == self.class_at(at));
            equal.map(|truth| self.history.rows[truth].posted).max()
        };
        source(one) != source(other) && (posted(one) > Some(moment(other)) || posted(other) > Some(moment(one)))
    }

    /// Returns whether two rows that read the same have the same id in two files, because the bank numbers the rows of a
    /// day, or of a file: nothing tells them apart.
    fn has_one_id(&self, class: Class) -> bool {
        let rows = self.account.sheets.iter().flat_map(|sheet| &sheet.rows);
        let of_class: Vec<_> = rows.filter(|row| !row.pending && self.class(row.truth) == class).collect();
        let same = |one: &super::history::Printed, other: &super::history::Printed| {
            one.truth != other.truth && one.id.is_some() && one.id == other.id
        };
        of_class.iter().any(|one| of_class.iter().any(|other| same(one, other)))
    }

    /// Returns whether a row of this amount was posted late, on the day or before it, and hardly a file shows the day
    /// whole. Of two views that begin in a day, the later one may begin with the late row: it stands where the earlier
    /// one has an equal row (DESIGN 5: the same place among equal rows). And it shifts the balances by as much as one
    /// such row does, up or down: one file seems to go on where the other one stopped.
    fn late_in_a_cut_day(&self, class: Class) -> bool {
        let late = |row: &super::history::TrueRow| row.posted / super::history::DAY > i64::from(row.day);
        let near = |row: &&super::history::TrueRow| row.cents.abs() == class.1.abs() && row.day <= class.0;
        let whole = |file: &usize| self.part(*file, class.0 + self.source(*file).later) == Part::Whole;
        // Rows that somebody sorted by hand are no chain of balances that could show the shift.
        let sorted = |file: usize| {
            let by_hand = self.history.cuts[self.account.cuts[file]].order == super::history::Order::ByHand;
            by_hand && self.source(file).balances && !self.shown(file, class.0).is_empty()
        };
        let shifted = || {
            let before = |row: &&super::history::TrueRow| row.day <= class.0;
            (0..self.account.sheets.len()).any(sorted) && self.history.rows.iter().filter(before).any(late)
        };
        let cut = (0..self.account.sheets.len()).filter(whole).count() < 2;
        cut && (self.history.rows.iter().filter(near).any(late) || shifted())
    }

    /// Returns whether a source that dates rows a day off meets another one around a day, and the files do not prove
    /// that it does: then equal rows of neighbouring days are each other's for all that one can see.
    pub(super) fn shift_is_unknown(&self, day: i32) -> bool {
        let near = |file: &usize| self.account.sheets[*file].rows.iter().any(|row| (row.day - day).abs() <= 5);
        let files: Vec<usize> = (0..self.account.sheets.len()).filter(near).collect();
        files.iter().any(|f| {
            files.iter().any(|g| {
                let later = self.source(*g).later - self.source(*f).later;
                i32::from(self.pairs.of(*f as u32, *g as u32).shift) != later
            })
        })
    }

    /// Checks that a day off is found where rows of three amounts prove it: one file shows their days whole and has no
    /// such amount on them.
    pub(super) fn shifts(&self) -> Result<(), String> {
        let files = self.account.sheets.len();
        for (f, g) in (0..files).flat_map(|f| (0..files).map(move |g| (f, g))) {
            let later = self.source(g).later - self.source(f).later;
            let found = i32::from(self.pairs.of(f as u32, g as u32).shift);
            let (ones, others) = (&self.account.sheets[f].rows, &self.account.sheets[g].rows);
            let mut proven: Vec<i64> = (ones.iter())
                .filter(|row| !row.pending && self.part(g, row.day) == Part::Whole)
                .filter(|row| others.iter().any(|other| other.truth == row.truth && !other.pending))
                .filter(|row| !others.iter().any(|other| other.day == row.day && other.cents == row.cents))
                .map(|row| row.cents)
                .collect();
            proven.sort_unstable();
            proven.dedup();
            let fits = |days: i32| {
                let fits = |row: &&super::history::Printed| {
                    others.iter().any(|other| other.day == row.day + days && other.cents == row.cents)
                };
                ones.iter().filter(fits).count()
            };
            let proven = later != 0 && proven.len() >= 3 && fits(later) > fits(-later) && fits(later) > fits(0);
            let alike = self.source(f).reworded == self.source(g).reworded;
            if (proven && alike && found != later) || (later == 0 && found != 0) {
                return Err(format!("shift: file {g} dates rows {later} days later than file {f}, found {found}"));
            }
        }
        Ok(())
    }

    /// Returns whether files print a class in words that are not known to be the same. A bank that has other words in a
    /// day that no file shows whole has other rows for all that one can see; and a source whose words are unlike those
    /// of another one has other rows wherever one of them may lack some.
    fn words_differ(&self, class: Class) -> bool {
        let rows = (0..self.account.sheets.len()).flat_map(|file| {
            let rows = self.account.sheets[file].rows.iter().filter(|row| !row.pending);
            rows.map(move |row| (file, row))
        });
        let of_class: Vec<_> = rows.filter(|(_, row)| self.class(row.truth) == class).collect();
        of_class.iter().enumerate().any(|(at, (f, one))| {
            of_class[at + 1..].iter().any(|(g, other)| {
                if self.account.sheets[*f].source != self.account.sheets[*g].source {
                    let normal = |text: &str| crate::model::normalise_description(text);
                    return !crate::import::reconcile::text::alike(&normal(&one.text), &normal(&other.text));
                }
                let whole = self.part(*f, one.day) == Part::Whole || self.part(*g, other.day) == Part::Whole;
                one.text != other.text && !whole
            })
        })
    }

    /// Checks that nothing is listed that two true histories do not fit.
    pub(super) fn doubts(&self) -> Result<(), String> {
        for doubt in &self.derived.doubts {
            match doubt.reason {
                Reason::SharedDay => self.shared_day(doubt)?,
                Reason::OtherText | Reason::OtherId => self.other_words(doubt)?,
                Reason::OtherAmount => self.other_amount(doubt)?,
                Reason::OtherSource => self.other_source(doubt)?,
                Reason::Moved => self.moved(doubt)?,
                Reason::PostedLater => self.posted_later(doubt)?,
                Reason::PartialFile => self.partial_file(doubt)?,
            }
        }
        Ok(())
    }

    fn wrong(&self, doubt: &Listed, why: &str) -> Result<(), String> {
        Err(format!("listed: {:?} and {:?} ({}), though {why}", doubt.row, doubt.other, doubt.reason))
    }

    fn is_of_one_source(&self, doubt: &Listed) -> bool {
        self.account.sheets[doubt.row.0].source == self.account.sheets[doubt.other.0].source
    }

    /// Returns whether a row of an amount was posted late around a day.
    fn has_late(&self, cents: i64, day: i32) -> bool {
        let late = |row: &super::history::TrueRow| row.posted / super::history::DAY > i64::from(row.day);
        self.history.rows.iter().any(|row| row.cents == cents && (row.day - day).abs() <= 5 && late(row))
    }

    fn is_posted_in(&self, at: At, source: u32) -> bool {
        self.account.sheets[at.0].source == source && !self.account.at(at).pending
    }

    /// Returns whether a file shows only what was new.
    fn is_partial(&self, file: usize) -> bool {
        self.history.cuts[self.account.cuts[file]].asked.starts_with("new since")
    }

    /// A file shows the day whole, without such a row: that is so only of late rows, of other words, and of files that
    /// show a part of their days.
    fn other_words(&self, doubt: &Listed) -> Result<(), String> {
        let (f, g) = (doubt.row.0, doubt.other.0);
        let (one, other) = (self.account.at(doubt.row), self.account.at(doubt.other));
        let partial = self.is_partial(f) || self.is_partial(g);
        // Ids that are reused for other rows can hold between two files, and not between others.
        let reused = self.source(f).ids == Ids::Reused;
        let explained = partial || reused || !self.words_of(f, g) || self.has_late(one.cents, one.day);
        let group = |at: At| self.derived.groups.iter().find(|group| group.contains(&at)).into_iter().flatten();
        let ids = |at: At| group(at).filter(|at| self.is_posted_in(**at, self.account.sheets[f].source)).copied();
        let differ = |a: At, b: At| {
            let (a, b) = (self.account.at(a), self.account.at(b));
            a.id.is_some() && b.id.is_some() && a.id != b.id && a.text == b.text
        };
        if doubt.reason == Reason::OtherId && !ids(doubt.row).any(|a| ids(doubt.other).any(|b| differ(a, b))) {
            return self.wrong(doubt, "no ids of rows in the same words differ");
        }
        // Balances alone make one row of two in other words, or the order does where all words changed.
        let by_balance = one.balance.is_some() && one.balance == other.balance;
        let as_one = doubt.same && one.text != other.text && (by_balance || !self.words_of(f, g));
        let near = (one.day, one.cents) == (other.day, other.cents) && (as_one || !doubt.same);
        match self.is_of_one_source(doubt) && near {
            true if explained => Ok(()),
            _ => self.wrong(doubt, "both files show all rows of the day in the same words"),
        }
    }

    /// One id on rows of two amounts: that is so only of ids that are used again.
    fn other_amount(&self, doubt: &Listed) -> Result<(), String> {
        let (one, other) = (self.account.at(doubt.row), self.account.at(doubt.other));
        let alike = one.id == other.id && one.text == other.text && one.day == other.day && one.cents != other.cents;
        match self.is_of_one_source(doubt) && alike && !doubt.same && self.source(doubt.row.0).ids != Ids::Stable {
            true => Ok(()),
            false => self.wrong(doubt, "no id was used again"),
        }
    }

    /// Each source shows the row in a day that it shows whole: nothing is in doubt.
    fn other_source(&self, doubt: &Listed) -> Result<(), String> {
        let (one, other) = (self.account.at(doubt.row), self.account.at(doubt.other));
        if one.pending || other.pending {
            return Ok(());
        }
        if self.is_of_one_source(doubt) || one.cents != other.cents || (one.day - other.day).abs() > 4 {
            return self.wrong(doubt, "they are far apart");
        }
        let settled = |at: At, not: At| {
            let row = self.account.at(at);
            (0..self.account.sheets.len()).any(|file| {
                let sheet = &self.account.sheets[file];
                let shows = || sheet.rows.iter().find(|other| other.truth == row.truth && !other.pending);
                sheet.source == self.account.sheets[not.0].source
                    && shows().is_some_and(|other| self.part(file, other.day) == Part::Whole)
            })
        };
        let whole = |at: At| self.part(at.0, self.account.at(at).day) == Part::Whole;
        let both = whole(doubt.row) && whole(doubt.other);
        let class = self.class_at(doubt.row);
        let explained = self.has_late(one.cents, one.day)
            || self.shift_is_unknown(one.day)
            || self.words_differ(class)
            || self.words_differ(self.class_at(doubt.other));
        match both && settled(doubt.row, doubt.other) && settled(doubt.other, doubt.row) && !explained {
            true => self.wrong(doubt, "both sources show both rows whole"),
            false => Ok(()),
        }
    }

    /// One id and amount on near days.
    fn moved(&self, doubt: &Listed) -> Result<(), String> {
        let (one, other) = (self.account.at(doubt.row), self.account.at(doubt.other));
        let near = one.id == other.id && one.cents == other.cents && (one.day - other.day).abs() <= 5;
        if !near || !doubt.same || !self.is_of_one_source(doubt) {
            return self.wrong(doubt, "they are not of one id");
        }
        match self.source(doubt.row.0).ids {
            Ids::Stable => self.wrong(doubt, "the bank moved no row"),
            _ => Ok(()),
        }
    }

    /// A hold that no later file rules, and what it may be: no file shows both.
    fn posted_later(&self, doubt: &Listed) -> Result<(), String> {
        let (one, other) = (self.account.at(doubt.row), self.account.at(doubt.other));
        let (hold, posted) = if one.pending { (one, other) } else { (other, one) };
        let fits =
            hold.pending && !posted.pending && hold.cents == posted.cents && (1..=5).contains(&(posted.day - hold.day));
        if !fits || !doubt.same || !self.is_of_one_source(doubt) {
            return self.wrong(doubt, "it is no hold that posts later");
        }
        let of_posted = if one.pending { doubt.other.0 } else { doubt.row.0 };
        match self.account.sheets[of_posted].covers().0 <= hold.day {
            true => self.wrong(doubt, "the file of the posted row shows the day of the hold"),
            false => Ok(()),
        }
    }

    fn partial_file(&self, doubt: &Listed) -> Result<(), String> {
        // A file that lacks a late row, and not much else to compare, looks as if it showed a part.
        let late = self.history.rows.iter().any(|row| row.posted / super::history::DAY > i64::from(row.day));
        match late || self.is_partial(doubt.row.0) || self.is_partial(doubt.other.0) {
            true => Ok(()),
            false => self.wrong(doubt, "both files show their days whole"),
        }
    }

    fn shared_day(&self, doubt: &Listed) -> Result<(), String> {
        let (f, g) = (doubt.row.0, doubt.other.0);
        let (one, other) = (self.account.at(doubt.row), self.account.at(doubt.other));
        let of_source = self.is_of_one_source(doubt);
        if !of_source && self.shift_is_unknown(one.day) {
            return Ok(());
        }
        let wrong = |why: &str| self.wrong(doubt, why);
        if self.part(f, one.day) == Part::Whole || self.part(g, other.day) == Part::Whole {
            return wrong("the day lies inside a file");
        }
        let ((a, b), (c, d)) = (self.account.sheets[f].covers(), self.account.sheets[g].covers());
        if of_source && a.max(c) != b.min(d) {
            return wrong("they overlap by more than a day");
        }
        if of_source && one.balance.is_some() && other.balance.is_some() && !self.balances_do_not_meet(f, g, one.day) {
            return wrong("balances decide");
        }
        let whole = |h: usize| {
            let whole = self.part(h, one.day) == Part::Whole;
            let all = whole && !self.history.cuts[self.account.cuts[h]].asked.starts_with("new since");
            all && self.account.sheets[h].source == self.account.sheets[f].source && self.words_of(h, f)
        };
        // One that was made before a late row came says nothing of it.
        let late = || self.has_late(one.cents, one.day);
        if of_source && (0..self.account.sheets.len()).any(whole) && !late() {
            return wrong("a third file shows the day whole");
        }
        let keeps = matches!(self.source(f).ids, Ids::Stable | Ids::Reused) && !self.reuses_ids(f, g);
        if of_source && keeps {
            let (ones, others) = (self.shown(f, one.day), self.shown(g, other.day));
            if ones.iter().any(|row| others.contains(row)) {
                return wrong("they share an id");
            }
            let all_have_ids = self.account.sheets.iter().all(|sheet| sheet.source == self.account.sheets[f].source);
            if doubt.same && all_have_ids {
                return wrong("ids differ");
            }
        }
        Ok(())
    }

    /// Returns whether two files were made in the same words.
    fn words_of(&self, f: usize, g: usize) -> bool {
        let anew = |file: usize| self.history.cuts[self.account.cuts[file]].moment >= self.source(file).reworded;
        anew(f) == anew(g)
    }

    /// Returns whether the balances of what two files show of a day have no link: rows lie between that neither file
    /// shows, or a row that was posted late has shifted those of the later file. Two histories fit that.
    fn balances_do_not_meet(&self, f: usize, g: usize, day: i32) -> bool {
        let (ones, others) = (self.shown(f, day), self.shown(g, day));
        let apart = |a: &[usize], b: &[usize]| a.iter().max().zip(b.iter().min()).is_some_and(|(a, b)| a + 1 < *b);
        let late = self.history.rows.iter().any(|row| row.posted / super::history::DAY > i64::from(row.day));
        late || apart(&ones, &others) || apart(&others, &ones)
    }

    /// Returns whether an id stands on rows of two amounts in two files: then ids prove nothing (DESIGN 5).
    fn reuses_ids(&self, f: usize, g: usize) -> bool {
        let rows = |file: usize| self.account.sheets[file].rows.iter().filter(|row| row.id.is_some());
        rows(f).any(|one| rows(g).any(|other| one.id == other.id && one.cents != other.cents))
    }
}
