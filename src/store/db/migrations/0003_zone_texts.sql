-- The grams of texts stand apart, those of some zones together, so that a filter of amounts need not read them. `zones` has the
-- place of each zone with the length of its grams in `texts`, as in 4294967296:812,4294967424:790. A zone without may hold any text.
CREATE TABLE zone_texts (
    place  INTEGER PRIMARY KEY,
    zones  TEXT NOT NULL,
    texts  BLOB NOT NULL
) STRICT;

INSERT INTO zone_texts SELECT place, place || ':' || length(texts), texts FROM zones WHERE texts IS NOT NULL;
ALTER TABLE zones DROP COLUMN texts;
