//! The `vault` binary: everything is in the library, see [`finvault::cli`].

fn main() -> std::process::ExitCode {
    finvault::cli::main()
}
