-- The lowest number of the rows of another file that has the same ones. A row that is stored as alone is then the one with its
-- offset there.
ALTER TABLE coverages ADD COLUMN twin INTEGER;
