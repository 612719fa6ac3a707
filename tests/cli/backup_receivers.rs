//! Programs that take a backup from a pipe and give it back: `rclone` and `ssh`, and what is told when one of them dies.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::test_environment::{Run, TestEnvironment, run};

/// Runs a line in the home, where `vault` is the program, and `$key` names its key file.
fn shell(env: &TestEnvironment, line: &str) -> Run {
    let mut shell = Command::new("bash");
    let line = format!("set -o pipefail; vault() {{ '{}' \"$@\"; }}; {line}", env!("CARGO_BIN_EXE_vault"));
    shell.args(["-c", &line]).env_clear().current_dir(env.path("")).env("HOME", env.path("")).env("LANG", "C.UTF-8");
    shell.env("PATH", "/usr/sbin:/usr/bin:/bin").env("FINVAULT_KEY_FILE", "key");
    shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    run(shell)
}

/// A receiver of backups: the line that takes one from standard input, one that gives it back, and the file that it keeps.
struct Receiver {
    takes: String,
    gives: String,
    kept: &'static str,
}

fn rclone(env: &TestEnvironment) -> Receiver {
    assert!(Command::new("rclone").arg("version").output().is_ok(), "rclone is needed for this test");
    fs::create_dir(env.path("cloud")).unwrap();
    fs::write(env.path("rclone.conf"), "[disk]\ntype = alias\nremote = cloud\n").unwrap();
    let rclone = "rclone --config rclone.conf";
    Receiver {
        takes: format!("{rclone} rcat disk:finvault.tar"),
        gives: format!("{rclone} cat disk:finvault.tar"),
        kept: "cloud/finvault.tar",
    }
}

/// A real server with keys of its own, which the client starts and speaks with by a pipe in place of a port: no port is open.
fn ssh(env: &TestEnvironment) -> Receiver {
    let sshd = Path::new("/usr/sbin/sshd");
    assert!(sshd.exists(), "sshd (openssh-server) is needed for this test");
    // The server of root asks for it. The system has it once a server was started.
    if rustix::process::geteuid().is_root() && !Path::new("/run/sshd").exists() {
        fs::DirBuilder::new().recursive(true).mode(0o755).create("/run/sshd").unwrap();
    }
    for name in ["host_key", "user_key"] {
        let mut made = Command::new("ssh-keygen");
        made.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(env.path(name));
        assert!(made.status().expect("ssh-keygen is needed for this test").success());
    }
    let at = |name: &str| env.path(name).display().to_string();
    let public = |name: &str| fs::read_to_string(env.path(name)).unwrap();
    fs::copy(env.path("user_key.pub"), env.path("authorized")).unwrap();
    fs::set_permissions(env.path("authorized"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(env.path("known"), format!("other-disk {}", public("host_key.pub"))).unwrap();
    let server = [
        format!("HostKey {}", at("host_key")),
        format!("AuthorizedKeysFile {}", at("authorized")),
        "StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n".to_owned(),
    ];
    fs::write(env.path("sshd_config"), server.join("\n")).unwrap();
    let user = Command::new("id").arg("-un").output().unwrap();
    let user = String::from_utf8(user.stdout).unwrap();
    let client = [
        "Host other-disk".to_owned(),
        format!("User {}", user.trim()),
        format!("ProxyCommand {} -i -f {}", sshd.display(), at("sshd_config")),
        format!("IdentityFile {}\nIdentitiesOnly yes", at("user_key")),
        format!("UserKnownHostsFile {}\nStrictHostKeyChecking yes\nBatchMode yes\n", at("known")),
    ];
    fs::write(env.path("ssh_config"), client.join("\n")).unwrap();
    let file = at("far.tar");
    Receiver {
        takes: format!("ssh -F ssh_config other-disk 'cat >{file}'"),
        gives: format!("ssh -F ssh_config other-disk 'cat {file}'"),
        kept: "far.tar",
    }
}

const RECEIVERS: [fn(&TestEnvironment) -> Receiver; 2] = [rclone, ssh];

#[test]
fn what_a_receiver_took_is_given_back_and_restored() {
    for receiver in RECEIVERS {
        let env = TestEnvironment::with_data();
        let Receiver { takes, gives, kept } = receiver(&env);
        env.vault(&["accounts", "rename", "Daily", "Other"]).ok();
        shell(&env, &format!("vault backup - | {takes}")).ok();
        assert!(env.json(&["status"])["lastBackup"]["file"].is_null());
        shell(&env, &format!("{gives} >given.tar && cmp given.tar {kept} && vault backup verify given.tar")).ok();
        fs::remove_dir_all(env.vault_dir()).unwrap();
        shell(&env, &format!("{gives} | vault restore - --yes")).ok();
        assert_eq!(env.json(&["accounts"])[0]["name"], "Other");
        assert_eq!(env.json(&["check"])["ok"], true);
    }
}

#[test]
fn a_receiver_that_dies_is_a_failure_and_no_backup() {
    for receiver in RECEIVERS {
        let env = TestEnvironment::with_data();
        let Receiver { takes, kept, .. } = receiver(&env);
        env.vault(&["accounts", "rename", "Daily", "Other"]).ok();
        let known = |env: &TestEnvironment| -> (Value, Value) {
            (env.json(&["status"])["lastBackup"].clone(), env.json(&["audit"]))
        };
        let before = known(&env);
        // It is stopped before it can take more than a pipe holds, and killed when that is full.
        let dies = format!("{{ {takes} <&0 & kill -STOP $!; sleep 1; kill -KILL $!; wait $!; true; }} 2>said");
        let ran = shell(&env, &format!("vault backup - | {dies}")).fails(1);
        assert!(ran.err.contains("whatever reads the backup ended too early"), "{}", ran.err);
        assert_eq!(known(&env), before);
        assert!(!env.path(kept).exists() || env.vault(&["backup", "verify", kept]).code == 6);
    }
}

/// What the client has taken already, `vault` cannot know to be lost: the pipe fails, and what is kept is seen to be cut off.
#[test]
fn a_receiver_that_dies_at_the_other_end_fails_the_pipe() {
    let env = TestEnvironment::with_data();
    let Receiver { takes, kept, .. } = ssh(&env);
    let dies = takes.replace("cat >", "head -c 20000 >").replace(".tar'", ".tar; kill -KILL $PPID'");
    let ran = shell(&env, &format!("vault backup - | {dies}"));
    assert_ne!(ran.code, 0, "{}", ran.err);
    assert_eq!(fs::metadata(env.path(kept)).unwrap().len(), 20_000);
    env.vault(&["backup", "verify", kept]).fails(6);
}
