-- Zones stand in packs, so that a search reads only the bits of the grams that it looks for. Those of before go: their rows are
-- read by whole months.
DROP TABLE zones;
DELETE FROM zone_sums;

-- Zones that were written at once, with what they hold but for their texts: how long the filter of each is, the first block of
-- the filters, and the digest of each block. It is written with the rows and never changed.
CREATE TABLE zone_packs (
    place   INTEGER PRIMARY KEY,
    zones   BLOB NOT NULL,
    bits    INTEGER NOT NULL,
    block   INTEGER NOT NULL,
    digests BLOB NOT NULL
) STRICT;

-- The filters of packs, cut into blocks. Not in `digests`: each pack vouches for its own.
CREATE TABLE zone_blocks (
    id   INTEGER PRIMARY KEY,
    bits BLOB NOT NULL
) STRICT;
