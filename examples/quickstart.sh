#!/bin/sh
# From the banks' export files to a shared balance and its revocation.
#
# Builds the program and walks through it in a temporary home that is removed at the end. Asks nothing, and needs no
# network after the build. FINVAULT_BIN=PATH uses a binary that is already built. What a person types at a terminal is
# typed by examples/at-terminal.py; without python3 a rule of the policy stands in for it.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
if [ -z "${FINVAULT_BIN:-}" ]; then
    # With the profile of the tests, so that OpenSSL and SQLCipher are built once for both.
    (cd "$here/.." && cargo build --locked --bin vault)
    target=${CARGO_TARGET_DIR:-$here/../target}
    case $target in
        /*) ;;
        *) target=$here/../$target ;;
    esac
    FINVAULT_BIN=$target/debug/vault
fi
case $FINVAULT_BIN in
    /*) ;;
    *) FINVAULT_BIN=$(pwd)/$FINVAULT_BIN ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$work/home" "$work/lender"
cp -R "$here/exports" "$work/home/exports"
cd "$work/home"

say() {
    printf '\n# %s\n' "$*"
}

# Prints a command as one would type it.
show() {
    printf '\n$ vault'
    for word in "$@"; do
        case $word in
            '' | *[!A-Za-z0-9_./:=,-]*) printf " '%s'" "$word" ;;
            *) printf ' %s' "$word" ;;
        esac
    done
}

# Runs the program with nothing of this shell but the home: Mara's, or the lender's.
at_home() {
    env -i PATH="$PATH" HOME="$work/home" FINVAULT_KEY_FILE="$work/home/vault.key" "$FINVAULT_BIN" "$@" </dev/null
}

vault() {
    show "$@"
    echo
    at_home "$@"
}

# Runs a command that has to end with the exit code given first.
refused() {
    expected=$1
    shift
    show "$@"
    echo
    code=0
    at_home "$@" || code=$?
    echo "(exit code $code)"
    [ "$code" -eq "$expected" ]
}

say "Mara Lindqvist makes a vault with two ways in: a passphrase for herself, and a key file for the lines below."
echo "# On a terminal, 'vault init' asks for the passphrase twice; without one, a file has it in its first line."
(umask 077 && echo 'violet tractor hums beneath seven moons' >passphrase)
vault init --passphrase-file passphrase --key-file vault.key
rm passphrase

say "She imports the directory into which her banks let her download."
vault import exports
say "The same files again change nothing."
vault import exports

say "A file is refused when it leaves open what it means, and the last hint is the command that imports it."
cp "$here/questions/pine-cooperative.csv" .
refused 5 import pine-cooperative.csv
say "03/04 is the fourth of March for her cooperative, and its dollars go to an account of their own."
vault import pine-cooperative.csv --account 'Pine cooperative' --create --currency USD --date-order mdy

say "Accounts have the names that the files tell; she says what her bank's file does not."
vault accounts rename 'U.S. Bank' 'Bicycle repairs'
vault accounts set-type 'Bicycle repairs' checking

say "She looks at what the vault has."
vault accounts
vault balances
vault transactions --account 'Chase Checking' --since 2026-03-01 --max -60
vault transactions --search 'greenleaf' --limit 3 --json

say "A lender asks for a balance. On a terminal, Mara types her passphrase, sees the very content, and says yes."
set -- share --scope balances --to 'Harbor Lending' --purpose 'Loan application 2291' --expires 30d \
    --account 'Chase Checking' --out harbor.slice
show "$@"
echo ' > token'
if command -v python3 >/dev/null; then
    printf 'secret %s\nanswer y\n' 'violet tractor hums beneath seven moons' |
        env -i PATH="$PATH" HOME="$work/home" TERM=xterm LANG=C.UTF-8 \
            python3 "$here/at-terminal.py" token "$FINVAULT_BIN" "$@"
else
    echo "# Without python3 there is no terminal here: a rule of the policy shares it."
    at_home policy allow --to 'Harbor Lending' --scope balances --account 'Chase Checking' --yes >/dev/null
    (umask 077 && at_home "$@" --yes >token)
fi

say "The lender has no vault: only the file, and the token that came another way."
cp harbor.slice token "$work/lender/"
printf '\nlender$ vault open harbor.slice --token-file token\n'
(cd "$work/lender" && env -i PATH="$PATH" HOME="$work/lender" "$FINVAULT_BIN" open harbor.slice --token-file token </dev/null)

say "Here, the token opens the copy in the outbox: no key is needed, and none is used."
printf '\n$ vault open --token-file token --json > slice.json\n'
env -i PATH="$PATH" HOME="$work/home" "$FINVAULT_BIN" open --token-file token --json </dev/null >slice.json
cat <<'EOF'

$ grep -o '"currentBalance":"[^"]*"' slice.json
EOF
grep -o '"currentBalance":"[^"]*"' slice.json

say "Mara revokes it, and the outbox no longer opens."
vault grants
grant=$(at_home grants --format csv | sed -n 2p | cut -d, -f1)
vault revoke "$grant"
refused 4 open --token-file token

say "A script has nobody to ask: nothing is shared unless a rule of hers covers it whole."
set -- share --scope balances --to 'Tidewater Apartments' --purpose 'Rent application' --expires 30d \
    --account 'Chase Checking' --yes --out tidewater.slice
refused 4 "$@"
vault policy allow --to 'Tidewater Apartments' --scope balances --account 'Chase Checking' --yes
show "$@"
echo ' > tidewater-token'
(umask 077 && at_home "$@" >tidewater-token)

say "A backup is one file, still encrypted: it needs no key."
mkdir backups
vault backup backups

say "The log has every step, and every check passes."
vault audit
vault audit verify
vault check
