//! What opens a vault without a question: the kernel's session keyring, a key command, the credentials of a unit. And what is
//! typed, up to three times.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::backup::{in_dir, with_dest};
use crate::files::tree;
use crate::terminal::at_terminal;
use crate::test_environment::{Run, TestEnvironment, run};

const PASSPHRASE: &str = "violet tractor hums beneath seven moons";

/// Returns a run of a line of shell in the home, where `$V` is the program and no secret is named.
fn shell_command(env: &TestEnvironment, line: &str) -> Command {
    let (home, program) = (env.path(""), env!("CARGO_BIN_EXE_vault"));
    let mut shell = Command::new("bash");
    shell.args(["-c", line]).env_clear().current_dir(&home).env("HOME", &home).env("V", program);
    shell.env("FINVAULT_BIN", program).env("LANG", "C.UTF-8").env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    shell.stdin(Stdio::null());
    shell
}

fn shell(env: &TestEnvironment, line: &str) -> Run {
    run(shell_command(env, line))
}

/// Runs lines of shell in a session of their own, as a login is one.
fn in_session(env: &TestEnvironment, lines: &str) -> Run {
    env.write("lines", lines);
    let ran = shell(env, "exec keyctl session - bash ./lines 2>&1");
    assert!(ran.code != 127, "keyctl runs (Debian: keyutils): {}", ran.out);
    ran
}

/// Returns whether any file under a directory holds these bytes.
fn is_in_a_file(dir: &Path, bytes: &[u8]) -> bool {
    tree(dir).into_iter().any(|path| {
        fs::read(dir.join(path)).is_ok_and(|content| content.windows(bytes.len()).any(|window| window == bytes))
    })
}

#[test]
fn a_vault_is_open_in_its_session_until_it_is_locked() {
    let env = TestEnvironment::with_data();
    let ran = in_session(
        &env,
        r#"
        $V balances; echo "before $?"
        $V unlock --for 5m --key-file key; echo "unlock $?"
        $V balances -v; echo "after $?"
        id=$(sed -n 's/^vault = "\(.*\)"/\1/p' .local/share/finvault/header.toml)
        keyctl pipe "$(keyctl search @s user "finvault:$id")" | od -An -tx1 | tr -d ' \n' | sed 's/^/key /'; echo
        env -i HOME="$HOME" PATH=/usr/bin keyctl session - "$V" balances; echo "other session $?"
        $V lock; echo "lock $?"
        $V lock; echo "twice $?"
        $V balances; echo "locked $?"
        keyctl search @s user "finvault:$id"; echo "search $?"
        "#,
    );
    for said in ["before 3", "unlock 0", "after 0", "other session 3", "lock 0", "twice 0", "locked 3", "search 1"] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    assert!(ran.out.contains("the key came from the session keyring"), "{}", ran.out);
    assert!(ran.out.contains("The vault is open for 5 minutes;") && ran.out.contains("cron jobs"), "{}", ran.out);
    let key = ran.out.split("key ").find_map(|rest| rest.split_whitespace().next().filter(|word| word.len() == 64));
    let key = data_encoding::HEXLOWER.decode(key.unwrap().as_bytes()).unwrap();
    let written = fs::read(env.path("key")).unwrap();
    assert!(is_in_a_file(env.root(), &written), "the search finds what is there");
    assert!(!is_in_a_file(env.root(), &key));
}

/// Runs the program, and looks after each step which of the processes that came of it live, and have the key in their memory.
const IN_MEMORY: &str = r#"
import ctypes, os, subprocess, sys, time
PR_SET_CHILD_SUBREAPER = 36
vault, vault_id = sys.argv[1:]

def family():
    """Every living process that descends from this one; what lost its parent comes to this one."""
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            state, parent = open(f"/proc/{name}/stat").read().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if state != "Z":
            parents[int(name)] = int(parent)
    found = {os.getpid()}
    while more := {one for one, parent in parents.items() if parent in found and one not in found}:
        found |= more
    return found - {os.getpid()}

def has(pid, wanted):
    for line in open(f"/proc/{pid}/maps"):
        span, mode = line.split()[:2]
        if not mode.startswith("rw"):
            continue
        start, end = (int(part, 16) for part in span.split("-"))
        with open(f"/proc/{pid}/mem", "rb", 0) as memory:
            try:
                memory.seek(start)
                if wanted in memory.read(end - start):
                    return True
            except OSError:
                pass
    return False

def tell(what):
    alive = family()
    print(what, "alive", len(alive), "with key", sum(has(pid, key) for pid in alive), flush=True)

def run(*args):
    subprocess.run([vault, *args], check=True, stdout=subprocess.DEVNULL)

ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
unlock = ("unlock", "--key-file", "key", "--for")
run(*unlock, "5m")
kept = subprocess.run(["keyctl", "search", "@s", "user", f"finvault:{vault_id}"], check=True, capture_output=True).stdout
key = subprocess.run(["keyctl", "pipe", kept.strip()], check=True, capture_output=True).stdout
assert len(key) == 32, len(key)
keep = "import sys; kept = sys.stdin.buffer.read(32); print(flush=True); sys.stdin.read()"
holder = subprocess.Popen([sys.executable, "-c", keep], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
holder.stdin.write(key)
holder.stdin.flush()
holder.stdout.readline()
tell("control")
holder.stdin.close()
holder.wait()
tell("unlocked")
run("balances")
run("lock")
tell("locked")
run(*unlock, "1s")
time.sleep(2)
tell("ended")
"#;

/// The key is in no process that lives: neither while the session is unlocked, nor after `lock` or the end of its time.
#[test]
fn no_process_keeps_the_key_of_an_unlocked_session() {
    let env = TestEnvironment::with_data();
    env.write("search.py", IN_MEMORY);
    let header = fs::read_to_string(env.vault_dir().join("header.toml")).unwrap();
    let id = header.lines().find_map(|line| line.strip_prefix("vault = \"")?.strip_suffix('"')).unwrap();
    let ran = in_session(&env, &format!("python3 search.py $V {id}; echo \"search $?\""));
    assert!(ran.out.contains("search 0"), "python3 and keyctl run: {}", ran.out);
    assert!(ran.out.contains("control alive 1 with key 1"), "the search finds what is there: {}", ran.out);
    for when in ["unlocked", "locked", "ended"] {
        assert!(ran.out.contains(&format!("{when} alive 0 with key 0")), "{when}: {}", ran.out);
    }
}

/// What starts or widens a grant, changes the ways in, restores or accepts asks for the secret in an unlocked session, too.
#[test]
fn what_asks_again_asks_again() {
    let env = with_dest();
    env.allow_sharing();
    let share = ["share", "--scope", "balances", "--to", "Acme", "--purpose", "Loan", "--expires", "20d", "--yes"];
    let id = env.json(&share)["grantId"].as_str().unwrap().to_owned();
    env.vault(&["policy", "deny", "--to", "Acme"]).ok();
    assert_eq!(env.json(&["grants"])[0]["status"], "SUSPENDED");
    env.vault(&["backup", "dest"]).ok();
    let backup = in_dir(&env, "dest").remove(0);
    let asking = [
        "share --scope balances --to A --purpose B --expires 1d --preview".to_owned(),
        "policy show".to_owned(),
        "keys".to_owned(),
        "keys add key-file --new-key-file made".to_owned(),
        "keys remove 1 --yes".to_owned(),
        "keys sheet --out made".to_owned(),
        "keys rotate --drop-others".to_owned(),
        format!("grants resume {id} --yes"),
        "audit accept --yes".to_owned(),
        "audit accept --clock --yes".to_owned(),
        format!("restore {} --yes", backup.display()),
        format!("restore {} --to made", backup.display()),
        "unlock".to_owned(),
    ];
    let mut lines = "$V unlock --key-file key\n".to_owned();
    for line in &asking {
        lines.push_str(&format!("$V {line} </dev/null; echo \"again $?\"\n"));
    }
    lines.push_str("$V balances; echo \"open $?\"\n$V grants; echo \"listed $?\"\n$V lock\n");
    let ran = in_session(&env, &lines);
    assert_eq!(ran.out.matches("again 3").count(), asking.len(), "{}", ran.out);
    assert!(ran.out.contains("open 0") && ran.out.contains("listed 0"), "{}", ran.out);
    assert!(!env.path("made").exists());
    assert_eq!(env.json(&["grants"])[0]["status"], "SUSPENDED");
}

#[test]
fn the_time_that_was_asked_for_ends() {
    let env = TestEnvironment::with_data();
    let ran = in_session(
        &env,
        "$V unlock --for 1s --key-file key\n sleep 3\n $V balances\n echo \"ended $?\"\n $V unlock --for 2m --key-file key\n \
         $V balances\n echo \"anew $?\"\n",
    );
    assert!(ran.out.contains("ended 3") && ran.out.contains("anew 0"), "{}", ran.out);
    for time in ["0s", "25h", "15", "1d", "soon"] {
        env.vault(&["unlock", "--for", time]).fails(2);
    }
}

#[test]
fn says_which_keyring_it_is() {
    let env = TestEnvironment::with_data();
    let own = in_session(&env, "$V unlock --key-file key --json");
    assert!(own.out.contains(r#""keyring":"session""#) || own.out.contains(r#""keyring": "session""#), "{}", own.out);
    // Where this test has no session keyring of its own, the one of the user stands in.
    let described = shell(&env, "keyctl rdescribe @s").ok();
    let is_shared = described.out.contains("_uid_ses.");
    let ran = shell(&env, "$V unlock --for 1m --key-file key 2>&1; $V lock").ok();
    let said = if is_shared { "without a session keyring share" } else { "other logins and other users" };
    assert!(ran.out.contains(said), "{described:?}: {}", ran.out, described = described.out);
}

#[test]
fn without_a_keyring_it_says_so_and_all_else_works() {
    let env = TestEnvironment::with_data();
    for (call, error) in [("add_key", "ENOSYS"), ("keyctl", "ENOSYS"), ("keyctl", "EPERM"), ("add_key", "EDQUOT")] {
        let strace = format!("strace -f -qq -e trace={call} -e inject={call}:error={error} -o /dev/null");
        let ran = in_session(&env, &format!("{strace} $V unlock --key-file key; echo \"unlock $?\"; $V lock"));
        assert!(
            ran.out.contains("unlock 1") && ran.out.contains("the kernel's keyring"),
            "{call} {error}: {}",
            ran.out
        );
        assert!(ran.out.contains("nothing was kept"), "{}", ran.out);
        let ran = in_session(&env, &format!("{strace} $V balances --key-file key; echo \"balances $?\""));
        assert!(ran.out.contains("balances 0"), "{call} {error}: {}", ran.out);
    }
}

#[test]
fn a_killed_unlock_leaves_no_key_without_an_end() {
    let env = TestEnvironment::with_data();
    let mut kept = 0;
    for (call, most) in [("add_key", 1), ("keyctl", 8)] {
        for at in 1..=most {
            let strace = format!("strace -f -qq -e trace={call} -e inject={call}:signal=KILL:when={at} -o /dev/null");
            let ran = in_session(
                &env,
                &format!(
                    "id=$(sed -n 's/^vault = \"\\(.*\\)\"/\\1/p' .local/share/finvault/header.toml)\n \
                     {strace} $V unlock --for 1h --key-file key\n \
                     key=$(keyctl search @s user \"finvault:$id\") && grep \"^$(printf %08x $key)\" /proc/keys | sed 's/^/there /'\n \
                     $V balances >/dev/null 2>&1; echo \"balances $?\"\n"
                ),
            );
            let opens = ran.out.contains("balances 0");
            assert!(opens || ran.out.contains("balances 3"), "{call} {at}: {}", ran.out);
            kept += u32::from(opens);
            let there: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("there ")).collect();
            assert_eq!(there.len(), usize::from(opens), "{call} {at}: {}", ran.out);
            assert!(
                there.iter().all(|line| !line.contains(" perm ")),
                "{call} {at}: a key without a timeout: {there:?}"
            );
        }
    }
    assert!(kept > 0, "the last calls come after the key was kept");
}

#[test]
fn a_key_that_no_longer_fits_opens_nothing() {
    let env = TestEnvironment::with_data();
    let ran = in_session(
        &env,
        r#"
        id=$(sed -n 's/^vault = "\(.*\)"/\1/p' .local/share/finvault/header.toml)
        for bytes in 31 32 33 1000; do
            head -c $bytes /dev/zero | keyctl padd user "finvault:$id" @s >/dev/null
            $V balances; echo "wrong $?"
            $V balances --key-file key; echo "named $?"
        done
        "#,
    );
    assert_eq!(ran.out.matches("wrong 3").count(), 4, "{}", ran.out);
    assert_eq!(ran.out.matches("named 0").count(), 4, "{}", ran.out);
}

#[test]
fn a_new_master_key_locks_the_session() {
    let env = TestEnvironment::with_data();
    let ran = in_session(
        &env,
        "id=$(sed -n 's/^vault = \"\\(.*\\)\"/\\1/p' .local/share/finvault/header.toml)\n \
         $V unlock --key-file key\n $V keys rotate --key-file key; echo \"rotate $?\"\n \
         $V balances; echo \"balances $?\"\n keyctl search @s user \"finvault:$id\"; echo \"search $?\"\n $V status\n",
    );
    for said in ["rotate 0", "balances 3", "search 1", "Unlocked  no"] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
}

#[test]
fn a_passphrase_may_be_typed_three_times() {
    let env = TestEnvironment::empty();
    env.write("pass", format!("{PASSPHRASE}\n"));
    env.vault(&["init", "--passphrase-file", "pass"]).ok();
    let ask = |say: &'static str| ("Passphrase", say, true);
    let typed = [ask("first guess"), ask("second guess"), ask(PASSPHRASE)];
    at_terminal(&env, "shown", &["identity"], &typed, &[]).ok();
    assert!(fs::read_to_string(env.path("shown")).unwrap().contains("ssh-ed25519"));
    let typed = [ask("first guess"), ask("second guess"), ask("third guess")];
    let run = at_terminal(&env, "shown", &["identity"], &typed, &[]);
    assert_eq!(run.code, 3, "{} {}", run.out, run.err);
}

#[test]
fn a_key_command_is_the_key() {
    let env = TestEnvironment::empty();
    env.write("bytes", (0..64u8).collect::<Vec<_>>());
    env.vault(&["init", "--key-command", "cat bytes"]).ok();
    env.vault(&["accounts", "--key-command", "cat bytes"]).ok();
    env.vault(&["accounts", "--key-file", "bytes"]).ok();
    shell(&env, "FINVAULT_KEY_COMMAND='cat bytes' $V accounts").ok();
    shell(&env, "FINVAULT_KEY_COMMAND=false $V accounts --key-file bytes").ok();
    for (command, why) in [
        ("cat bytes; exit 1", "exit code 1"),
        ("cat bytes bytes", "wrong key file"),
        ("true", "printed nothing"),
        ("yes", "more than any key file"),
        ("cat bytes; kill -TERM $$", "SIGTERM"),
    ] {
        let run = env.vault(&["accounts", "--key-command", command]).fails(3);
        assert!(run.err.contains(why), "{command}: {}", run.err);
    }
    let both = env.vault(&["accounts", "--key-command", "cat bytes", "--key-file", "bytes"]).fails(2);
    assert!(both.err.contains("--key-file and --key-command"), "{}", both.err);
}

#[test]
fn a_unit_finds_its_key_among_its_credentials() {
    let env = TestEnvironment::empty();
    env.write("bytes", (0..64u8).collect::<Vec<_>>());
    env.vault(&["init", "--key-command", "cat bytes"]).ok();
    fs::create_dir(env.path("credentials")).unwrap();
    let with = "CREDENTIALS_DIRECTORY=\"$HOME/credentials\" $V accounts -v";
    shell(&env, with).fails(3);
    fs::copy(env.path("bytes"), env.path("credentials/finvault.key")).unwrap();
    let ran = shell(&env, with).ok();
    assert!(ran.err.contains("CREDENTIALS_DIRECTORY"), "{}", ran.err);
    shell(&env, "CREDENTIALS_DIRECTORY=credentials $V accounts").fails(3);
    // What is named comes first.
    shell(&env, &format!("FINVAULT_KEY_COMMAND=false {with}")).fails(3);
}

/// Runs an example that makes a vault, and opens the vault with the command that it prints.
fn example(env: &TestEnvironment, before: &str, call: &str) {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/key-commands");
    let ran = shell(env, &format!("{before}\n E={examples}\n {call}"));
    assert_eq!(ran.code, 0, "{call} runs (see tests/run for what it needs): {} {}", ran.out, ran.err);
    let line = ran.out.lines().find(|line| line.starts_with("export FINVAULT_KEY_COMMAND=")).unwrap();
    let ran = shell(env, &format!("{before}\n {line}\n $V accounts -v && $V check")).ok();
    assert!(ran.err.contains("the key came from a key command"), "{}", ran.err);
    let twice = shell(env, &format!("{before}\n E={examples}\n {call}"));
    assert!(twice.code != 0 && twice.err.contains("already"), "{} {}", twice.out, twice.err);
}

#[test]
fn age_holds_the_key() {
    let env = TestEnvironment::empty();
    shell(&env, "age-keygen -o identity 2>&1").ok();
    example(&env, "", "$E/age identity key.age");
    let key = fs::read(env.path("key.age")).unwrap();
    assert!(key.starts_with(b"age-encryption.org"), "the key lies encrypted");
}

#[test]
fn pass_holds_the_key() {
    let env = TestEnvironment::empty();
    let made = shell(
        &env,
        "mkdir -m 700 gpg && export GNUPGHOME=$HOME/gpg && gpg --batch --quiet --passphrase '' --quick-generate-key ida && \
         pass init ida",
    );
    assert_eq!(made.code, 0, "gpg and pass run (see tests/run): {} {}", made.out, made.err);
    example(&env, "export GNUPGHOME=$HOME/gpg", "$E/pass finvault/key");
    shell(&env, "GNUPGHOME=$HOME/gpg gpgconf --kill gpg-agent").ok();
}

/// In the place of 1Password's `op`, which needs an account: takes the arguments of the example, and no others.
const OP: &str = r#"#!/usr/bin/env bash
set -euo pipefail
refuse() { echo "op: $1" >&2; exit 64; }
item=$HOME/item
case "$#:$*" in
"5:item get Finance vault --vault Private")
    [ "$3:$5" = "Finance vault:Private" ] || refuse "the words are split"
    [ -e "$item" ] || { echo '"Finance vault" is no item' >&2; exit 1; } ;;
"5:item create --vault Private -")
    cat >"$item"
    jq -e '(keys == ["category", "fields", "title"]) and .title == "Finance vault" and .category == "PASSWORD"
        and (.fields | length == 1) and (.fields[0] | keys == ["id", "purpose", "type", "value"])
        and (.fields[0] | .id == "password" and .purpose == "PASSWORD" and .type == "CONCEALED")
        and (.fields[0].value | test("^[0-9a-f]{64}$"))' "$item" >/dev/null || refuse "no such template" ;;
"3:read --no-newline op://Private/Finance vault/password")
    jq -j .fields[0].value "$item" ;;
*) refuse "unexpected: $*" ;;
esac
"#;

#[test]
fn the_example_for_1password_has_the_form_that_a_stand_in_takes() {
    let env = TestEnvironment::empty();
    fs::create_dir(env.path("bin")).unwrap();
    env.write("bin/op", OP);
    shell(&env, "chmod 700 bin/op").ok();
    let before = "export PATH=$HOME/bin:$PATH";
    let slash =
        shell(&env, &format!("{before}; {}/examples/key-commands/1password Private a/b", env!("CARGO_MANIFEST_DIR")));
    assert!(slash.code == 1 && slash.err.contains("letters, digits"), "{}", slash.err);
    example(&env, before, "$E/1password Private 'Finance vault'");
    // Nothing but the item has the key.
    let item: serde_json::Value = serde_json::from_slice(&fs::read(env.path("item")).unwrap()).unwrap();
    let key = item["fields"][0]["value"].as_str().unwrap();
    assert_eq!(env.files_with(key.as_bytes()), [env.path("item")]);
}

#[test]
fn systemd_creds_holds_the_key() {
    let env = TestEnvironment::empty();
    // The secret of the machine stays as it is.
    let before = "export SYSTEMD_CREDENTIAL_SECRET=$HOME/secret";
    let probe = shell(&env, &format!("{before}; echo x | systemd-creds encrypt --name=x - - >/dev/null"));
    if probe.code != 0 {
        if let Some(file) = std::env::var_os("FINVAULT_SKIPPED") {
            let line = "systemd_creds_holds_the_key: there is no systemd-creds, or this user may not use it\n";
            let mut file = fs::OpenOptions::new().append(true).open(file).unwrap();
            std::io::Write::write_all(&mut file, line.as_bytes()).unwrap();
        }
        return;
    }
    example(&env, before, "$E/systemd-creds key.cred");
}
