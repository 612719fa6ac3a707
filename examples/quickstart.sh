#!/bin/sh
# From the banks' export files to a shared balance and its revocation.
#
# Builds the program and walks through it in a temporary home that is removed at the end. Asks nothing, and needs no
# network after the build. FINVAULT_BIN=PATH uses a binary that is already built.
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

say "Mara Lindqvist makes a vault. The key file is made with it; FINVAULT_KEY_FILE names it from here on."
vault init --key-file vault.key

say "She imports what her banks let her download."
vault import exports/chase-checking.csv --account 'Household checking' --create
vault import exports/wells-fargo-savings.csv --account 'Rainy day' --create
vault import exports/citi-card.csv --account 'Citi card' --create
say "The header of U.S. Bank's files is also that of other banks, so she says whose it is."
vault import exports/us-bank-checking.csv --profile us-bank --account 'Bicycle repairs' --create
say "OFX files name their accounts themselves, and a directory or a pattern is as good as a name."
vault import 'exports/*.ofx'
say "The same file again changes nothing."
vault import exports/chase-checking.csv --account 'Household checking'

say "CSV files do not say what type of account they come from; she can."
vault accounts set-type 'Household checking' checking

say "She looks at what the vault has."
vault accounts
vault balances
vault transactions --account 'Household checking' --since 2026-03-01 --max -60
vault transactions --search 'greenleaf' --limit 3 --json

say "A lender asks for balances. Without a terminal nothing is shared unless a rule of hers covers it whole."
refused 4 share --scope balances --to 'Harbor Lending' --purpose 'Loan application 2291' --expires 30d \
    --account 'Household checking' --yes
vault policy allow --to 'Harbor Lending' --scope balances --account 'Household checking' --yes
set -- share --scope balances --to 'Harbor Lending' --purpose 'Loan application 2291' --expires 30d \
    --account 'Household checking' --yes --out harbor.slice
show "$@"
echo ' > token'
(umask 077 && at_home "$@" >token)

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

say "The log has every step, and every check passes."
vault audit
vault audit verify
vault check
