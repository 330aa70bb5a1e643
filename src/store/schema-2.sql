-- Version 2. When a post was last seen is in its sightings alone: a post that is merely seen again rewrites a narrow row
-- there, not the wide one with its record.
DROP INDEX post_seen;
ALTER TABLE post DROP COLUMN last_seen;
CREATE INDEX post_likeness ON post (likeness) WHERE likeness IS NOT NULL;
