//! Which processes hold the lock on a file. Linux tells it in `/proc/locks`; elsewhere nobody is named.

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;

use rustix::fs::{major, minor};

/// The list of all locks: one line for each.
const LOCKS: &str = "/proc/locks";

/// Returns the ids of the processes that hold an flock on an open file; none where the system does not tell.
pub(super) fn holders(file: &File) -> Vec<u32> {
    let (Ok(locks), Ok(data)) = (fs::read_to_string(LOCKS), file.metadata()) else { return Vec::new() };
    let device = format!("{:02x}:{:02x}", major(data.dev()), minor(data.dev()));
    // Some file systems give a device of their own to each part of them, and the list another one: nobody is named then.
    // A number without its device may be that of another file.
    listed(&locks, data.ino(), &device)
}

/// Returns the holders in the text of `/proc/locks`. A process of another namespace has the id 0, and is left out.
fn listed(locks: &str, inode: u64, device: &str) -> Vec<u32> {
    let holder = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        // `1: FLOCK ADVISORY WRITE 4711 fe:00:10698811 0 EOF`; one that waits has `->` before its kind.
        let [_, "FLOCK", _, _, process, place, ..] = fields.as_slice() else { return None };
        let (on_device, number) = place.rsplit_once(':')?;
        let fits = number.parse() == Ok(inode) && device == on_device;
        process.parse().ok().filter(|process| fits && *process > 0)
    };
    let mut found: Vec<u32> = locks.lines().filter_map(holder).collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_holders_and_not_those_who_wait() {
        let locks = "\
1: FLOCK  ADVISORY  READ 28515 fe:00:10698811 0 EOF
1: -> FLOCK  ADVISORY  WRITE 28999 fe:00:10698811 0 EOF
2: POSIX  ADVISORY  READ 28470 fe:00:10698811 1073741826 1073742335
3: FLOCK  ADVISORY  READ 12 fe:00:10698811 0 EOF
4: FLOCK  ADVISORY  READ 0 fe:00:10698811 0 EOF
5: FLOCK  ADVISORY  WRITE 25947 fe:01:10698811 0 EOF
nonsense
";
        assert_eq!(listed(locks, 10_698_811, "fe:00"), [12, 28515]);
        assert_eq!(listed(locks, 10_698_811, "fe:01"), [25947]);
        assert!(listed(locks, 10_698_811, "00:2f").is_empty(), "a file of another device has the same number");
        assert!(listed(locks, 1, "fe:00").is_empty());
    }
}
