//! Equal rows that make room for one another, where the owner said that one is not in the place that counting gives it.

use std::collections::{HashMap, HashSet};

/// Places that are looked at for one row.
pub(super) const LOOKED_AT: usize = 64;

/// Gives a row a place of which each of `holders` may have one, and moves those to other ones where it must. Returns
/// whether there is one; `can` says whether a row can have a place, now or when its holder moves.
pub(super) fn give_place(
    row: u32,
    places: &[u32],
    holders: &mut HashMap<u32, u32>,
    can: &mut impl FnMut(u32, u32) -> bool,
) -> bool {
    give(row, places, holders, can, &mut HashSet::new())
}

fn give(
    row: u32,
    places: &[u32],
    holders: &mut HashMap<u32, u32>,
    can: &mut impl FnMut(u32, u32) -> bool,
    tried: &mut HashSet<u32>,
) -> bool {
    for place in places {
        if tried.len() >= LOOKED_AT || tried.contains(place) || !can(row, *place) {
            continue;
        }
        tried.insert(*place);
        let is_free = match holders.get(place).copied() {
            Some(holder) => give(holder, places, holders, can, tried),
            None => true,
        };
        if is_free {
            holders.insert(*place, row);
            return true;
        }
    }
    false
}
