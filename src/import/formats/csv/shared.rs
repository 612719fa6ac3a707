//! Lists of costs that several people share: what somebody else paid is no money of the owner's account.

use std::collections::BTreeSet;

use super::column::Column;
use super::layout::Layout;
use super::names;
use crate::import::error::{ImportError, Problem, Remedy};
use crate::import::evidence::fold::fold;

/// Names of the column of who paid.
const PAYERS: [&str; 15] = [
    "payer",
    "payer name",
    "paid by",
    "who paid",
    "bezahlt von",
    "gezahlt von",
    "betaald door",
    "paye par",
    "payeur",
    "pagato da",
    "pagado por",
    "pago por",
    "betalt av",
    "betalt af",
    "zaplacil",
];

/// Refuses a file in which a column names who paid, and the same people are those who share: each has a column of amounts,
/// or a cell lists several of them.
pub(super) fn refuse(layout: &Layout<'_>) -> Result<(), ImportError> {
    let is_payer = |name: &String| PAYERS.contains(&names::heading(name).as_str());
    let Some(payer) = layout.header.iter().position(is_payer).filter(|_| layout.learn) else { return Ok(()) };
    let payer = Column::new(payer);
    let (mut payers, mut lists) = (BTreeSet::new(), Vec::new());
    let (mut rows, mut fields) = (layout.rows.clone(), Vec::new());
    while rows.next(&mut fields)?.is_some() {
        let name = fold(&payer.of(&fields).text());
        for (_, field) in fields.iter().enumerate().filter(|(index, _)| *index != payer.index()) {
            let text = fold(&field.text());
            let people: BTreeSet<String> = text.split([',', ';']).map(|one| one.trim().to_owned()).collect();
            if people.len() > 1 && people.contains(&name) {
                lists.push(people);
            }
        }
        payers.insert(name);
    }
    payers.remove("");
    // A text may begin with the name of who paid: a list has another one, too.
    let sharers: BTreeSet<String> =
        lists.into_iter().map(|people| &people & &payers).filter(|people| people.len() > 1).flatten().collect();
    let has_column = |name: &String| {
        let heads = layout.header.iter().map(|head| fold(head));
        heads
            .into_iter()
            .any(|head| head == *name || head.strip_suffix(name.as_str()).is_some_and(|h| h.ends_with(' ')))
    };
    let are_people = !payers.is_empty() && payers.iter().all(|name| has_column(name) || sharers.contains(name));
    if !are_people {
        return Ok(());
    }
    let message =
        "this is a list of costs that several people share: it does not say which of them moved money of an account";
    Err(ImportError::new(Problem::UnknownFormat, message, Remedy::DownloadCsvOrOfx).at_line(layout.header_line()))
}
