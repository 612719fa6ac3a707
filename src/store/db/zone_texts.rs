//! The grams of some zones in one row: the places and lengths as text, and the grams behind each other.

use std::fmt::Write as _;

use crate::store::db::table::ZONE_TEXTS;
use crate::store::error::{Damage, StoreError};

/// Returns the place of the first of some zones, and what `zones` and `texts` of their row are; `None` without zones.
pub(super) fn together<'t>(zones: impl Iterator<Item = (i64, &'t [u8])>) -> Option<(i64, String, Vec<u8>)> {
    let (mut first, mut members, mut all) = (None, String::new(), Vec::new());
    for (place, texts) in zones {
        let comma = if first.is_some() { "," } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(members, "{comma}{place}:{}", texts.len());
        all.extend_from_slice(texts);
        first.get_or_insert(place);
    }
    first.map(|first| (first, members, all))
}

/// Returns the zones of a row, each with its place and its grams.
///
/// # Errors
/// When the lengths are not those of the grams.
pub(super) fn of_zones<'t>(members: &str, texts: &'t [u8]) -> Result<Vec<(i64, &'t [u8])>, StoreError> {
    let (mut zones, mut rest) = (Vec::new(), texts);
    for member in members.split(',') {
        let (zone, left) = parse(member, rest).ok_or(Damage::Rows(ZONE_TEXTS.name))?;
        zones.push(zone);
        rest = left;
    }
    if rest.is_empty() { Ok(zones) } else { Err(Damage::Rows(ZONE_TEXTS.name).into()) }
}

/// Returns a zone that stands at the beginning of grams, and what follows it.
fn parse<'t>(member: &str, texts: &'t [u8]) -> Option<((i64, &'t [u8]), &'t [u8])> {
    let (place, length) = member.split_once(':')?;
    let (texts, rest) = texts.split_at_checked(length.parse().ok()?)?;
    Some(((place.parse().ok()?, texts), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_come_apart_as_they_were_put_together() {
        let zones: [(i64, &[u8]); 3] = [(-7, b"ab"), (0, b""), (9, b"cde")];
        let (first, members, texts) = together(zones.into_iter()).unwrap();
        assert_eq!((first, members.as_str(), texts.as_slice()), (-7, "-7:2,0:0,9:3", &b"abcde"[..]));
        assert_eq!(of_zones(&members, &texts).unwrap(), zones);
        assert_eq!(together([].into_iter()), None);
    }

    #[test]
    fn lengths_that_are_not_those_of_the_grams_are_damage() {
        for (members, texts) in
            [("1:2", "a"), ("1:1", "ab"), ("", ""), ("1", "a"), ("x:1", "a"), ("1:1,", "a"), ("1:-1", "a")]
        {
            assert!(of_zones(members, texts.as_bytes()).is_err(), "{members} {texts}");
        }
    }
}
