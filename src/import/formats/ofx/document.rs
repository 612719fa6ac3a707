//! Follows the nesting of a file and hands rows, accounts and balances to the statement they stand in.
//!
//! SGML lets elements go without end tags, so an unknown tag without a value may be an empty element or an
//! aggregate: it is followed as an aggregate, and what was read inside is forgotten when its end tag comes.
//! Aggregates need their end tags (the spec says so, and every bank writes them): what is open when the file
//! ends was cut off, except the root of an SGML file, which some servers never close.

use super::ahead;
use super::direction::{Beside, By, Reading};
use super::draft::{Counts, Draft};
use super::fields::Fields;
use super::header;
use super::lexer::{Event, Lines};
use super::tags::Tag;
use super::values;
use crate::import::error::{Damage, ImportError, Problem, Remedy};
use crate::import::evidence::decimal_mark::Tally;
use crate::import::options::ReadOptions;
use crate::model::Statement;

/// How deep elements may nest; the spec needs 11.
pub(super) const MAX_DEPTH: usize = 64;

struct Open<'a> {
    tag: Tag,
    name: &'a str,
}

/// A row, account or balance that is being read.
struct Record<'a> {
    tag: Tag,
    /// Its index on the stack.
    depth: usize,
    line: u64,
    fields: Fields<'a>,
}

/// What a text holds.
pub(super) struct File<'a> {
    pub(super) statements: Vec<Statement<'a>>,
    /// How the signs of each statement were read.
    pub(super) readings: Vec<Reading>,
}

/// The state of reading one text.
pub(super) struct Document<'a, 'o> {
    text: &'a str,
    lines: Lines<'a>,
    /// Whether the root may stay open.
    is_sgml: bool,
    options: &'o ReadOptions,
    stack: Vec<Open<'a>>,
    record: Option<Record<'a>>,
    /// The fields as they were when an unknown tag opened inside the record, with its index on the stack.
    before_unknown: Vec<(usize, Fields<'a>)>,
    statement: Option<Draft<'a>>,
    /// Whether the statement is a list of transactions with nothing around it, which ends with the file.
    is_bare: bool,
    done: Vec<Draft<'a>>,
    institution: Option<String>,
    status_is_error: bool,
    bank_said: Option<String>,
    foreign: Counts,
}

impl<'a, 'o> Document<'a, 'o> {
    pub(super) fn new(text: &'a str, options: &'o ReadOptions) -> Self {
        Document {
            text,
            lines: Lines::new(text),
            is_sgml: !header::is_xml(text),
            options,
            stack: Vec::with_capacity(MAX_DEPTH),
            record: None,
            before_unknown: Vec::new(),
            statement: None,
            is_bare: false,
            done: Vec::new(),
            institution: None,
            status_is_error: false,
            bank_said: None,
            foreign: Counts::default(),
        }
    }

    /// Reads to the end.
    pub(super) fn read(mut self) -> Result<File<'a>, ImportError> {
        let has_rest = ahead::each(self.text, |event| {
            match event {
                Event::Open { tag, name, value, at, closed } => self.open(Open { tag, name }, value, at, closed)?,
                Event::Close { name } => self.close(name),
            }
            Ok(())
        })?;
        self.finish(has_rest)
    }

    fn open(&mut self, open: Open<'a>, value: &'a str, at: usize, closed: bool) -> Result<(), ImportError> {
        let tag = open.tag;
        if tag == Tag::Ofx || tag.is_statement() {
            self.nothing_cut_off(tag, at)?;
        }
        if tag.is_row() || tag == Tag::BankList {
            self.has_statement(tag, at)?;
        }
        self.end_record_before(tag);
        self.count_skipped(&open, value, closed);
        let is_empty_unknown = tag == Tag::Unknown && !closed;
        if !(tag.is_structure() || (value.is_empty() && (tag.is_aggregate() || is_empty_unknown))) {
            self.value(tag, value);
            return Ok(());
        }
        if self.stack.len() >= MAX_DEPTH {
            let message = format!("elements nest deeper than {MAX_DEPTH}");
            return Err(ImportError::new(Problem::Limit, message, Remedy::DownloadAgain(Damage::Nesting))
                .at_line(self.lines.at(at))
                .in_field(shown_tag(&open)));
        }
        self.stack.push(open);
        self.start(tag, at);
        if closed {
            self.pop(true);
        }
        Ok(())
    }

    /// Refuses a document or statement that begins inside a statement: a part of the file is missing.
    fn nothing_cut_off(&mut self, tag: Tag, at: usize) -> Result<(), ImportError> {
        let open = |is_root: bool| self.stack.iter().any(|o| (o.tag == Tag::Ofx) == is_root);
        if self.statement.is_some() || (tag == Tag::Ofx && open(true) && open(false)) {
            let message = format!("a new part of the file begins in the middle of {}", self.innermost());
            return Err(ImportError::new(Problem::Malformed, message, Remedy::DownloadAgain(Damage::Hole))
                .at_line(self.lines.at(at)));
        }
        if tag == Tag::Ofx {
            // Files that were joined together; the one before had its root left open.
            while !self.stack.is_empty() {
                self.pop(false);
            }
            self.institution = None;
        }
        Ok(())
    }

    /// Refuses a transaction outside a statement, where one has to be. Some programs write the list of transactions and
    /// nothing around it: a statement of an account that the person has to name.
    fn has_statement(&mut self, tag: Tag, at: usize) -> Result<(), ImportError> {
        if self.statement.is_some() {
            return Ok(());
        }
        let is_bare =
            tag == Tag::BankList && self.done.is_empty() && self.stack.iter().all(|open| open.tag == Tag::Ofx);
        if is_bare {
            let line = self.lines.at(at);
            self.statement = Some(Draft::new(Tag::BankStatement, line, self.institution.clone(), self.options));
            self.is_bare = true;
        } else if tag.is_row() {
            return Err(ImportError::new(
                Problem::Malformed,
                "a transaction outside a statement",
                Remedy::DownloadAgain(Damage::Hole),
            )
            .at_line(self.lines.at(at))
            .in_field("STMTTRN"));
        }
        Ok(())
    }

    /// Ends the record before: rows, accounts and balances do not nest, and an end tag may be missing.
    fn end_record_before(&mut self, tag: Tag) {
        let Some(record) = &self.record else { return };
        let ends = match tag {
            Tag::LedgerBalance | Tag::AvailableBalance | Tag::InvestmentBalance => true,
            Tag::AccountFrom => !record.tag.is_row(),
            tag => tag.is_structure(),
        };
        let depth = record.depth;
        while ends && self.stack.len() > depth {
            self.pop(false);
        }
    }

    fn count_skipped(&mut self, open: &Open<'a>, value: &str, closed: bool) {
        if open.tag == Tag::Foreign {
            self.foreign.add(open.name);
        }
        let in_list = self.stack.last().is_some_and(|o| matches!(o.tag, Tag::InvestmentList | Tag::PositionList));
        if in_list
            && open.tag == Tag::Unknown
            && value.is_empty()
            && !closed
            && let Some(statement) = &mut self.statement
        {
            statement.skipped.add(open.name);
        }
    }

    fn start(&mut self, tag: Tag, at: usize) {
        let depth = self.stack.len() - 1;
        if tag.is_statement() {
            let line = self.lines.at(at);
            self.statement = Some(Draft::new(tag, line, self.institution.clone(), self.options));
        }
        let is_record = tag.is_row() || matches!(tag, Tag::AccountFrom | Tag::LedgerBalance | Tag::AvailableBalance);
        match &self.record {
            Some(record) if tag == Tag::Unknown => self.before_unknown.push((depth, record.fields)),
            None if is_record && self.statement.is_some() => {
                let line = self.lines.at(at);
                self.record = Some(Record { tag, depth, line, fields: Fields::default() });
            }
            _ => {}
        }
    }

    /// Takes the value of an element, which belongs to the nearest aggregate that is known.
    fn value(&mut self, tag: Tag, value: &'a str) {
        if value.is_empty() {
            return;
        }
        let Some((depth, context)) = self.stack.iter().map(|o| o.tag).enumerate().rfind(|(_, t)| *t != Tag::Unknown)
        else {
            return;
        };
        if let Some(record) = &mut self.record {
            match (context, tag) {
                _ if record.depth == depth => record.fields.set(tag, value),
                (Tag::Payee, Tag::Name) => record.fields.set(Tag::Payee, value),
                (Tag::Currency, Tag::CurSym) => record.fields.set(tag, value),
                _ => {}
            }
            return;
        }
        match (context, tag, &mut self.statement) {
            (Tag::Institution, Tag::Org, _) => self.institution = Some(values::text(value).into_owned()),
            (Tag::Status, Tag::Severity, _) => self.status_is_error = value.eq_ignore_ascii_case("ERROR"),
            (Tag::Status, Tag::Message, _) if self.status_is_error => self.bank_said = Some(values::shown(value)),
            (of, Tag::CurDef | Tag::DtAsOf, Some(statement)) if of.is_statement() => statement.set(tag, value),
            (Tag::BankList | Tag::InvestmentList, Tag::DtStart | Tag::DtEnd, Some(statement)) => {
                statement.set(tag, value);
            }
            (Tag::InvestmentBalance, Tag::AvailCash, Some(statement)) => statement.set(tag, value),
            _ => {}
        }
    }

    /// Ends an aggregate and whatever is open inside it; an end tag of nothing that is open means nothing.
    fn close(&mut self, name: &str) {
        let Some(index) = self.stack.iter().rposition(|o| o.name.eq_ignore_ascii_case(name)) else { return };
        while self.stack.len() > index + 1 {
            self.pop(false);
        }
        self.pop(true);
    }

    /// Ends the innermost aggregate, by its own end tag or because one around it ended.
    fn pop(&mut self, by_end_tag: bool) {
        let Some(open) = self.stack.pop() else { return };
        let depth = self.stack.len();
        if let Some((_, fields)) = self.before_unknown.pop_if(|(at, _)| *at == depth)
            && by_end_tag
            && let Some(record) = &mut self.record
        {
            record.fields = fields;
        }
        if let Some(record) = self.record.take_if(|record| record.depth == depth)
            && let Some(statement) = &mut self.statement
        {
            match record.tag {
                Tag::AccountFrom => statement.account(&record.fields),
                Tag::LedgerBalance | Tag::AvailableBalance => statement.balance(record.tag, &record.fields),
                tag => {
                    // The list that opened last: the end tag of one before it may be missing.
                    let is_list = |o: &&Open<'_>| matches!(o.tag, Tag::BankList | Tag::PendingList);
                    let in_list = self.stack.iter().rfind(is_list).is_some_and(|o| o.tag == Tag::PendingList);
                    statement.row(tag, in_list || tag == Tag::PendingRow, record.line, &record.fields);
                }
            }
        }
        if open.tag.is_statement() {
            self.done.extend(self.statement.take());
        }
    }

    /// Returns what is being read, in the words of the format.
    fn innermost(&self) -> String {
        let known = self.stack.iter().rfind(|o| o.tag.is_structure() && o.tag != Tag::Ofx);
        known.or(self.stack.last()).map_or_else(String::new, shown_tag)
    }

    fn finish(mut self, has_rest: bool) -> Result<File<'a>, ImportError> {
        let line = self.lines.at(self.text.len());
        let may_stay_open = self.is_sgml && !has_rest;
        if self.stack.iter().any(|o| o.tag != Tag::Ofx || !may_stay_open) {
            let message = format!("the file ends in the middle of {}", self.innermost());
            return Err(
                ImportError::new(Problem::Malformed, message, Remedy::DownloadAgain(Damage::CutOff)).at_line(line)
            );
        }
        if self.is_bare {
            self.done.extend(self.statement.take());
        }
        if self.done.is_empty() {
            let mut message = "the file holds no statement of an account".to_owned();
            if let Some(said) = &self.bank_said {
                message.push_str(&format!(", the bank's server answered {said:?}"));
            }
            let foreign = self.foreign.names();
            if !foreign.is_empty() {
                message.push_str(&format!(", only {foreign}"));
            }
            return Err(ImportError::new(Problem::Malformed, message, Remedy::DownloadStatement));
        }
        let mut marks = Tally::default();
        self.done.iter().for_each(|draft| marks.merge(draft.marks()));
        let options = self.options;
        let prints_minus = self.done.iter().any(Draft::prints_minus);
        let mut file = File { statements: Vec::new(), readings: Vec::new() };
        for (place, draft) in self.done.into_iter().enumerate() {
            let beside = Beside { prints_minus, told: options.told.get(place).copied().flatten() };
            let (statement, reading) = draft.finish(&marks, beside, options)?;
            file.statements.push(statement);
            file.readings.push(reading);
        }
        if !file.readings.iter().any(|reading| matches!(reading.by, By::Person { .. })) {
            let refusal = |reading: &mut Reading| match &mut reading.by {
                By::Evidence { refusal, .. } => refusal.take(),
                By::Person { .. } | By::Nobody(_) => None,
            };
            file.readings.iter_mut().find_map(refusal).map_or(Ok(()), Err)?;
        }
        if let Some(first) = file.statements.first_mut() {
            first.skipped.extend(self.foreign.into_skipped());
        }
        Ok(file)
    }
}

fn shown_tag(open: &Open<'_>) -> String {
    values::shown(open.name)
}
