//! The JSON Schemas of every output, which the program carries.

/// Each schema and its name, sorted by name.
const SCHEMAS: [(&str, &str); 49] = [
    ("accounts", include_str!("../../../docs/schemas/accounts.json")),
    ("accounts-merge", include_str!("../../../docs/schemas/accounts-merge.json")),
    ("audit", include_str!("../../../docs/schemas/audit.json")),
    ("audit-verify", include_str!("../../../docs/schemas/audit-verify.json")),
    ("backup", include_str!("../../../docs/schemas/backup.json")),
    ("backup-list", include_str!("../../../docs/schemas/backup-list.json")),
    ("backup-verify", include_str!("../../../docs/schemas/backup-verify.json")),
    ("balances", include_str!("../../../docs/schemas/balances.json")),
    ("check", include_str!("../../../docs/schemas/check.json")),
    ("completions", include_str!("../../../docs/schemas/completions.json")),
    ("config", include_str!("../../../docs/schemas/config.json")),
    ("config-path", include_str!("../../../docs/schemas/config-path.json")),
    ("duplicates", include_str!("../../../docs/schemas/duplicates.json")),
    ("duplicates-decision", include_str!("../../../docs/schemas/duplicates-decision.json")),
    ("duplicates-decisions", include_str!("../../../docs/schemas/duplicates-decisions.json")),
    ("error", include_str!("../../../docs/schemas/error.json")),
    ("grants", include_str!("../../../docs/schemas/grants.json")),
    ("grants-resume", include_str!("../../../docs/schemas/grants-resume.json")),
    ("grants-show", include_str!("../../../docs/schemas/grants-show.json")),
    ("help", include_str!("../../../docs/schemas/help.json")),
    ("help-topic", include_str!("../../../docs/schemas/help-topic.json")),
    ("identity", include_str!("../../../docs/schemas/identity.json")),
    ("import", include_str!("../../../docs/schemas/import.json")),
    ("imports", include_str!("../../../docs/schemas/imports.json")),
    ("imports-answers", include_str!("../../../docs/schemas/imports-answers.json")),
    ("imports-extract", include_str!("../../../docs/schemas/imports-extract.json")),
    ("imports-ignore", include_str!("../../../docs/schemas/imports-ignore.json")),
    ("imports-show", include_str!("../../../docs/schemas/imports-show.json")),
    ("imports-undo", include_str!("../../../docs/schemas/imports-undo.json")),
    ("init", include_str!("../../../docs/schemas/init.json")),
    ("keys", include_str!("../../../docs/schemas/keys.json")),
    ("keys-change", include_str!("../../../docs/schemas/keys-change.json")),
    ("lock", include_str!("../../../docs/schemas/lock.json")),
    ("man", include_str!("../../../docs/schemas/man.json")),
    ("man-out", include_str!("../../../docs/schemas/man-out.json")),
    ("open-out", include_str!("../../../docs/schemas/open-out.json")),
    ("policy", include_str!("../../../docs/schemas/policy.json")),
    ("policy-change", include_str!("../../../docs/schemas/policy-change.json")),
    ("policy-test", include_str!("../../../docs/schemas/policy-test.json")),
    ("restore", include_str!("../../../docs/schemas/restore.json")),
    ("revoke", include_str!("../../../docs/schemas/revoke.json")),
    ("share", include_str!("../../../docs/schemas/share.json")),
    ("share-preview", include_str!("../../../docs/schemas/share-preview.json")),
    ("slice", include_str!("../../../docs/schemas/slice.json")),
    ("sql", include_str!("../../../docs/schemas/sql.json")),
    ("status", include_str!("../../../docs/schemas/status.json")),
    ("transactions", include_str!("../../../docs/schemas/transactions.json")),
    ("transactions-show", include_str!("../../../docs/schemas/transactions-show.json")),
    ("unlock", include_str!("../../../docs/schemas/unlock.json")),
];

/// Returns the schema of a name.
pub(crate) fn named(name: &str) -> Option<&'static str> {
    let name = name.strip_suffix(".json").unwrap_or(name);
    SCHEMAS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, text)| *text)
}

/// Returns the names of all schemas.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    SCHEMAS.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn every_schema_is_carried() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schemas");
        let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut files: Vec<String> = files.map(|file| file.trim_end_matches(".json").to_owned()).collect();
        files.sort();
        assert_eq!(names().collect::<Vec<_>>(), files);
    }
}
