-- What the rows of one segment between two keys hold, so that a filter need not read them: least and largest amount, marks
-- (1 pending, 2 posted, 4 without category), and the grams of their texts. It is written with the rows and never changed.
CREATE TABLE zones (
    place  INTEGER PRIMARY KEY,
    until  INTEGER NOT NULL,
    rows   INTEGER NOT NULL,
    least  INTEGER NOT NULL,
    most   INTEGER NOT NULL,
    marks  INTEGER NOT NULL,
    texts  BLOB
) STRICT;

-- The sum of the same rows. Those of a month and segment make up its sum in `digests`, which vouches for them.
CREATE TABLE zone_sums (
    place  INTEGER PRIMARY KEY,
    until  INTEGER NOT NULL,
    rows   INTEGER NOT NULL,
    txns   INTEGER NOT NULL,
    posted INTEGER NOT NULL,
    sum    BLOB NOT NULL
) STRICT;
