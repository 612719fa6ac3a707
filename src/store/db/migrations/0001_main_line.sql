-- The first schema. Migrations are never edited once released; docs/vault-format.md describes each table.

-- Keys, counters, and what the header must say. Small values, one row each.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    currency    TEXT NOT NULL,
    bank        TEXT,
    branch      TEXT,
    institution TEXT,
    closed      INTEGER NOT NULL
) STRICT;

-- The numbers of an account, in the order in which they became known: the last one is shown.
CREATE TABLE numbers (
    account  INTEGER NOT NULL,
    position INTEGER NOT NULL,
    number   TEXT NOT NULL,
    PRIMARY KEY (account, position)
) STRICT, WITHOUT ROWID;

-- What an import told of an account that the vault did not know: an undo takes it back.
CREATE TABLE learned (
    account INTEGER NOT NULL,
    import  INTEGER NOT NULL,
    what    TEXT NOT NULL,
    value   TEXT NOT NULL,
    PRIMARY KEY (account, import, what)
) STRICT, WITHOUT ROWID;

CREATE TABLE imports (
    id      INTEGER PRIMARY KEY,
    created INTEGER NOT NULL,
    file    TEXT NOT NULL,
    sha256  BLOB NOT NULL,
    kind    TEXT NOT NULL,
    format  TEXT NOT NULL,
    profile TEXT,
    layout  TEXT NOT NULL,
    sign    TEXT,
    rows    INTEGER NOT NULL,
    undone  INTEGER NOT NULL
) STRICT;

-- What the owner answered about a layout: it is not asked again.
CREATE TABLE answers (
    id      INTEGER PRIMARY KEY,
    layout  TEXT NOT NULL,
    option  TEXT NOT NULL,
    answer  TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;

-- Files that the owner keeps out of imports.
CREATE TABLE ignored (
    sha256  BLOB PRIMARY KEY,
    name    TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The export file itself, compressed with zstd.
CREATE TABLE archives (
    import INTEGER PRIMARY KEY,
    zstd   BLOB NOT NULL
) STRICT;

-- What a statement of an import covers of an account: first and last day of its coverage (NULL without rows), the first
-- and last day of all its rows, pending ones among them, whether it is newest first, the number of its first row (the
-- others follow in file order), the segment in which they lie, and what became of them.
CREATE TABLE coverages (
    account   INTEGER NOT NULL,
    import    INTEGER NOT NULL,
    statement INTEGER NOT NULL,
    first     INTEGER,
    last      INTEGER,
    earliest  INTEGER,
    reach     INTEGER,
    reversed  INTEGER NOT NULL,
    content   BLOB,
    numbers   INTEGER NOT NULL,
    segment   INTEGER NOT NULL UNIQUE,
    added     INTEGER NOT NULL,
    present   INTEGER NOT NULL,
    updated   INTEGER NOT NULL,
    PRIMARY KEY (account, import, statement)
) STRICT, WITHOUT ROWID;

-- One row of one import. `place` packs the segment of its coverage, the day, and an offset that no other row of the segment
-- has, so that the rows of an import are appended to the table, lie there together by day, and need no second index.
CREATE TABLE source_rows (
    place       INTEGER PRIMARY KEY,
    txn         INTEGER NOT NULL,
    import      INTEGER NOT NULL,
    position    INTEGER NOT NULL,
    line        INTEGER NOT NULL,
    lead        INTEGER NOT NULL,
    counts      INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    amount      INTEGER NOT NULL,
    pending     INTEGER NOT NULL,
    running     INTEGER,
    bank_id     TEXT,
    description TEXT NOT NULL,
    memo        TEXT,
    check_no    TEXT,
    category    TEXT,
    type        TEXT
) STRICT;

CREATE TABLE balances (
    account   INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    day       INTEGER NOT NULL,
    import    INTEGER NOT NULL,
    statement INTEGER NOT NULL,
    amount    INTEGER NOT NULL,
    PRIMARY KEY (account, kind, day, import, statement)
) STRICT, WITHOUT ROWID;

-- What the owner says that an account held at the end of a day.
CREATE TABLE owner_balances (
    account INTEGER NOT NULL,
    day     INTEGER NOT NULL,
    amount  INTEGER NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (account, day)
) STRICT, WITHOUT ROWID;

-- Accounts that the owner counts with another one. What the merged account holds stays under its own id, and what
-- the other one held before is kept under the id in `kept`: an undo brings back both.
CREATE TABLE merges (
    account INTEGER PRIMARY KEY,
    target  INTEGER NOT NULL,
    kept    INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT;

-- Derived: pairs of source rows that may be one transaction or two, and whether they are taken as one.
CREATE TABLE doubts (
    account         INTEGER NOT NULL,
    import          INTEGER NOT NULL,
    statement       INTEGER NOT NULL,
    position        INTEGER NOT NULL,
    other_import    INTEGER NOT NULL,
    other_statement INTEGER NOT NULL,
    other_position  INTEGER NOT NULL,
    day             INTEGER NOT NULL,
    other_day       INTEGER NOT NULL,
    reason          TEXT NOT NULL,
    same            INTEGER NOT NULL,
    PRIMARY KEY (account, import, statement, position, other_import, other_statement, other_position)
) STRICT, WITHOUT ROWID;

-- Derived: what two statements of an account tell of each other in the days that both cover.
CREATE TABLE pairs (
    account         INTEGER NOT NULL,
    import          INTEGER NOT NULL,
    statement       INTEGER NOT NULL,
    other_import    INTEGER NOT NULL,
    other_statement INTEGER NOT NULL,
    ids             TEXT NOT NULL,
    shift           INTEGER NOT NULL,
    reworded        INTEGER NOT NULL,
    partial         INTEGER NOT NULL,
    PRIMARY KEY (account, import, statement, other_import, other_statement)
) STRICT, WITHOUT ROWID;

-- What the owner said of two rows: one transaction, or two. A row is named by its file, the statement in it, and its
-- place in that.
CREATE TABLE decisions (
    id              INTEGER PRIMARY KEY,
    same            INTEGER NOT NULL,
    sha256          BLOB NOT NULL,
    statement       INTEGER NOT NULL,
    position        INTEGER NOT NULL,
    other_sha256    BLOB NOT NULL,
    other_statement INTEGER NOT NULL,
    other_position  INTEGER NOT NULL,
    created         INTEGER NOT NULL
) STRICT;

-- Shared slices that wait for `--approve`, for a day.
CREATE TABLE drafts (
    hash    TEXT PRIMARY KEY,
    created INTEGER NOT NULL,
    terms   TEXT NOT NULL,
    slice   BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The owner's policy, one rule a row. A deny rule has no numbers, and names only what it is about.
CREATE TABLE policy (
    id        INTEGER PRIMARY KEY,
    effect    TEXT NOT NULL,
    recipient TEXT,
    scopes    TEXT NOT NULL,
    accounts  TEXT NOT NULL,
    max_days  INTEGER,
    window    INTEGER,
    max_rows  INTEGER,
    once      INTEGER NOT NULL,
    created   INTEGER NOT NULL
) STRICT;

-- `rule` is NULL where a person approved. `rows`, `first` and `last` are of the sealed slice.
CREATE TABLE grants (
    id            TEXT PRIMARY KEY,
    status        TEXT NOT NULL,
    terms         TEXT NOT NULL,
    prk           BLOB NOT NULL,
    version       INTEGER NOT NULL,
    used          INTEGER NOT NULL,
    slice_hash    TEXT NOT NULL,
    sealed        BLOB NOT NULL,
    approved      INTEGER NOT NULL,
    approved_time INTEGER NOT NULL,
    rule          INTEGER,
    rows          INTEGER NOT NULL,
    first         INTEGER,
    last          INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE sealings (
    grant_id TEXT NOT NULL,
    version  INTEGER NOT NULL,
    hash     BLOB NOT NULL,
    seq      INTEGER NOT NULL,
    PRIMARY KEY (grant_id, version)
) STRICT, WITHOUT ROWID;

-- The keyed chain. Not in `digests`: each entry carries the mac of the one before it.
CREATE TABLE audit (
    seq     INTEGER PRIMARY KEY,
    time    INTEGER NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail  TEXT NOT NULL,
    root    BLOB NOT NULL,
    mac     BLOB NOT NULL
) STRICT;

-- The multiset digest of every table above, and of source rows per account, month and segment. Their common root
-- stands in the last audit entry.
CREATE TABLE digests (
    tbl     TEXT NOT NULL,
    account INTEGER NOT NULL,
    month   INTEGER NOT NULL,
    segment INTEGER NOT NULL,
    rows    INTEGER NOT NULL,
    txns    INTEGER NOT NULL,
    posted  INTEGER NOT NULL,
    sum     BLOB NOT NULL,
    PRIMARY KEY (tbl, account, month, segment)
) STRICT, WITHOUT ROWID;
