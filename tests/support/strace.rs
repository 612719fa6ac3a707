//! Calls that fail, or at which the program is killed. strace does it; without it the tests fail.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

static IS_THERE: LazyLock<bool> = LazyLock::new(|| Command::new("strace").arg("-V").output().is_ok());

/// Returns a command that runs another one under strace, without standard input. Each fault is `CALLS:FAULT`, as strace's option
/// `inject` takes it. With paths, only calls at these files are meant.
pub(crate) fn under_strace(plain: &Command, faults: &[impl AsRef<str>], paths: &[&Path]) -> Command {
    let calls: Vec<&str> = faults.iter().filter_map(|fault| Some(fault.as_ref().split_once(':')?.0)).collect();
    let mut traced = Command::new("strace");
    if faults.iter().all(|fault| fault.as_ref().contains(":error=")) {
        // Only the calls that are meant stop the program: else a run takes three times as long. Signals are lost by it.
        traced.arg("--seccomp-bpf");
    }
    traced.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={}", calls.join(","))]);
    traced.args(faults.iter().flat_map(|fault| ["-e".to_owned(), format!("inject={}", fault.as_ref())]));
    for path in paths {
        traced.arg("-P").arg(path);
    }
    traced.arg(plain.get_program()).args(plain.get_args()).current_dir(plain.get_current_dir().unwrap()).env_clear();
    traced.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?)))).stdin(Stdio::null());
    assert!(*IS_THERE, "strace is needed for this test");
    traced
}
