//! The .deb that `[package.metadata.deb]` describes, with the program of the tests: built, installed and used. And `cargo install`.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use toml::Table;

use crate::test_environment::TestEnvironment;

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn metadata() -> Table {
    let manifest: Table = fs::read_to_string(project().join("Cargo.toml")).unwrap().parse().unwrap();
    let deb = manifest["package"]["metadata"]["deb"].as_table().unwrap();
    deb.clone()
}

#[track_caller]
fn done(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}{}", String::from_utf8_lossy(&output.stdout));
    output
}

/// Puts every asset where the package has it: the program of the tests for that of the release, and pages compressed, as
/// cargo-deb does.
fn lay_out(metadata: &Table, prepared: &Path, tree: &Path) {
    for asset in metadata["assets"].as_array().unwrap() {
        let [source, to, mode] = asset.as_array().unwrap().as_slice() else { panic!("{asset}") };
        let source = match source.as_str().unwrap() {
            "target/release/vault" => PathBuf::from(env!("CARGO_BIN_EXE_vault")),
            other => other
                .strip_prefix("target/package")
                .map_or_else(|| project().join(other), |own| prepared.join(own.trim_start_matches('/'))),
        };
        let dir = tree.join(to.as_str().unwrap());
        fs::create_dir_all(&dir).unwrap();
        let files: Vec<PathBuf> = glob::glob(source.to_str().unwrap()).unwrap().map(Result::unwrap).collect();
        assert!(!files.is_empty(), "{} is there", source.display());
        for file in files {
            let place = dir.join(file.file_name().unwrap());
            fs::copy(&file, &place).unwrap();
            fs::set_permissions(
                &place,
                fs::Permissions::from_mode(u32::from_str_radix(mode.as_str().unwrap(), 8).unwrap()),
            )
            .unwrap();
        }
    }
    let pages = fs::read_dir(tree.join("usr/share/man/man1")).unwrap().map(|entry| entry.unwrap().path());
    done(Command::new("gzip").args(["-n", "-1"]).args(pages));
}

/// Writes what dpkg has to know of the package, and builds it. Of what it depends on, cargo-deb knows.
fn build(metadata: &Table, env: &TestEnvironment, tree: &Path) -> PathBuf {
    let word = |name: &str| metadata[name].as_str().unwrap();
    let architecture = done(Command::new("dpkg").arg("--print-architecture")).stdout;
    let about = word("extended-description").replace('\n', "\n ");
    fs::create_dir(tree.join("DEBIAN")).unwrap();
    let mut control = fs::File::create(tree.join("DEBIAN/control")).unwrap();
    write!(
        control,
        "Package: {}\nVersion: {}\nArchitecture: {}Maintainer: {}\nConflicts: {}\nDescription: a personal finance data vault\n {about}\n",
        word("name"),
        env!("CARGO_PKG_VERSION"),
        String::from_utf8(architecture).unwrap(),
        word("maintainer"),
        word("conflicts"),
    )
    .unwrap();
    let package = env.path("finvault.deb");
    done(Command::new("dpkg-deb").args(["--root-owner-group", "-Znone", "--build"]).arg(tree).arg(&package));
    package
}

/// Installs a package into an empty root.
fn install(package: &Path, root: &Path) {
    for dir in ["var/lib/dpkg/updates", "var/lib/dpkg/info"] {
        fs::create_dir_all(root.join(dir)).unwrap();
    }
    fs::write(root.join("var/lib/dpkg/status"), "").unwrap();
    let mut dpkg = Command::new("dpkg");
    dpkg.arg(format!("--root={}", root.display())).args(["--force-not-root", "--force-depends", "--force-bad-path"]);
    done(dpkg.arg("--install").arg(package).env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"));
}

#[test]
fn the_package_is_built_installed_and_used() {
    let env = TestEnvironment::with_data();
    let (prepared, tree, root) = (env.path("prepared"), env.path("tree"), env.path("root"));
    let metadata = metadata();
    done(Command::new(project().join(".ci/package")).arg("--prepare").arg(env!("CARGO_BIN_EXE_vault")).arg(&prepared));
    lay_out(&metadata, &prepared, &tree);
    install(&build(&metadata, &env, &tree), &root);

    let program = root.join("usr/bin/vault");
    let version = done(Command::new(&program).arg("--version").env_clear());
    assert_eq!(String::from_utf8_lossy(&version.stdout), concat!("vault ", env!("CARGO_PKG_VERSION"), "\n"));
    let balances = done(
        Command::new(&program)
            .args(["balances", "--vault"])
            .arg(env.vault_dir())
            .arg("--key-file")
            .arg(env.path("key"))
            .env_clear(),
    );
    assert!(String::from_utf8_lossy(&balances.stdout).contains("Daily"), "{balances:?}");

    let man = root.join("usr/share/man/man1");
    let page = done(Command::new("mandoc").args(["-T", "utf8"]).arg(man.join("vault-grants-show.1.gz")));
    assert!(String::from_utf8_lossy(&page.stdout).contains("recorded of one grant"), "{page:?}");

    // As a shell finds them.
    let share = root.join("usr/share");
    let bash = "PATH=$1:$PATH; . \"$2\"; COMP_LINE='vault transac' COMP_POINT=13 COMP_TYPE=9; _vault; echo \"${COMPREPLY[@]}\"";
    let mut shell = Command::new("bash");
    shell.args(["-c", bash, "bash"]).arg(root.join("usr/bin")).arg(share.join("bash-completion/completions/vault"));
    assert_eq!(String::from_utf8_lossy(&done(&mut shell).stdout), "transactions\n");
    let mut shell = Command::new("fish");
    shell.args(["--no-config", "-c", "source $argv[1]; complete -C 'vault transac'"]);
    shell.arg(share.join("fish/vendor_completions.d/vault.fish"));
    shell.env("PATH", format!("{}:/usr/bin:/bin", root.join("usr/bin").display())).env("HOME", env.path(""));
    assert!(String::from_utf8_lossy(&done(&mut shell).stdout).starts_with("transactions\t"));
    let zsh = "fpath=($1); autoload -U +X _vault && [[ $functions[_vault] == *FINVAULT_COMPLETE=zsh* ]] && echo found";
    let mut shell = Command::new("zsh");
    shell.args(["-f", "-c", zsh, "zsh"]).arg(share.join("zsh/vendor-completions"));
    assert_eq!(String::from_utf8_lossy(&done(&mut shell).stdout), "found\n");

    let documents = share.join("doc/finvault");
    for file in ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE", "docs/third-party-notices.md"] {
        assert_eq!(fs::read(documents.join(file)).unwrap(), fs::read(project().join(file)).unwrap(), "{file}");
    }
}

/// The documents tell people to run this. It takes what the tests have built, so that nothing is compiled again.
#[test]
fn cargo_install_puts_the_program_in_its_place() {
    let env = TestEnvironment::empty();
    let target = Path::new(env!("CARGO_BIN_EXE_vault")).ancestors().nth(2).unwrap();
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What cargo tells a test is no concern of another build.
    let told = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars().filter(|(name, _)| told(name)) {
        cargo.env_remove(name);
    }
    cargo.args(["install", "--path", ".", "--debug", "--locked", "--offline", "--target-dir"]).arg(target);
    done(cargo.arg("--root").arg(env.path("installed")).current_dir(project()));
    let version = done(Command::new(env.path("installed/bin/vault")).arg("--version"));
    assert_eq!(String::from_utf8_lossy(&version.stdout), concat!("vault ", env!("CARGO_PKG_VERSION"), "\n"));
}
