//! The name of a backup in a directory: `finvault-<vault id>-<YYYYMMDDTHHMMSSZ>.tar`.

use crate::model::{Timestamp, VaultId};

const START: &str = "finvault-";
const END: &str = ".tar";

/// What the name of a backup tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BackupName {
    /// The vault.
    pub vault_id: VaultId,
    /// When the copy was made.
    pub created: Timestamp,
}

impl BackupName {
    /// Reads a name; nothing of one that this program does not give.
    pub(crate) fn parse(name: &str) -> Option<BackupName> {
        let (id, time) = name.strip_prefix(START)?.strip_suffix(END)?.split_once('-')?;
        let found = BackupName { vault_id: id.parse().ok()?, created: Timestamp::from_compact(time)? };
        (found.file_name() == name).then_some(found)
    }

    /// Returns the name.
    pub(crate) fn file_name(&self) -> String {
        format!("{START}{}-{}{END}", self.vault_id, self.created.compact())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_only_the_names_that_it_gives() {
        let name = "finvault-3u2qrbb7xqxkxdjwwa8ny9etkz-20261126T180102Z.tar";
        let found = BackupName::parse(name).unwrap();
        assert_eq!(found.created.to_string(), "2026-11-26T18:01:02Z");
        assert_eq!(found.file_name(), name);
        for other in [
            "finvault-3u2qrbb7xqxkxdjwwa8ny9etkz-20261126T180102Z.tar.gz",
            "finvault-3u2qrbb7xqxkxdjwwa8ny9etkz-20261126T180102.tar",
            "finvault-3u2qrbb7xqxkxdjwwa8ny9etkz-2026-1126T180102Z.tar",
            "finvault-3u2qrbb7xqxkxdjwwa8ny9etkz-20261326T180102Z.tar",
            "finvault-3u2qrbb7xqxkxdjwwa8ny9etkz-20261126x180102Z.tar",
            "Finvault-3u2qrbb7xqxkxdjwwa8ny9etkz-20261126T180102Z.tar",
            "finvault-3u2qrbb7xqxkxdjwwa8ny9etk-20261126T180102Z.tar",
            "finvault-3u2qrbb7xqxkxdjwwa8ny9etkz-20261126T18010é.tar",
            "finvault--.tar",
            "finvault.tar",
        ] {
            assert_eq!(BackupName::parse(other), None, "{other}");
        }
    }
}
