//! What the process turns off before it touches a secret: core dumps, tracing, files that others can read.

use std::io;

use rustix::fs::Mode;
use rustix::process::{Resource, Rlimit};

/// Turns core dumps off, keeps other processes of the user from reading this one's memory, and makes new files
/// private. Called before anything else. Tries all of it, and returns the first failure.
pub(crate) fn harden() -> io::Result<()> {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    let cores = rustix::process::setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    let dumpable = forbid_dumping();
    cores.and(dumpable).map_err(io::Error::from)
}

#[cfg(target_os = "linux")]
fn forbid_dumping() -> rustix::io::Result<()> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    set_dumpable_behavior(DumpableBehavior::NotDumpable)
}

#[cfg(not(target_os = "linux"))]
fn forbid_dumping() -> rustix::io::Result<()> {
    Ok(())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, dumpable_behavior, getrlimit};

    use super::*;

    #[test]
    fn turns_dumps_off_and_makes_files_private() {
        // Limits and umask belong to the whole process, so that this runs in a child of its own.
        if std::env::var_os("FINVAULT_TEST_HARDEN").is_none() {
            let child = std::process::Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "cli::harden::tests::turns_dumps_off_and_makes_files_private"])
                .env("FINVAULT_TEST_HARDEN", "1")
                .output()
                .unwrap();
            assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
            return;
        }
        harden().unwrap();
        assert_eq!(getrlimit(Resource::Core), Rlimit { current: Some(0), maximum: Some(0) });
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
        assert_eq!(rustix::process::umask(Mode::empty()), Mode::RWXG | Mode::RWXO);
    }
}
