-- Version 1. Times are seconds since 1970, UTC.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('id', lower(hex(randomblob(8))));

CREATE TABLE source (
    name TEXT PRIMARY KEY,
    address TEXT NOT NULL,
    answered_by TEXT,              -- the address the validators are of
    etag BLOB,
    last_modified BLOB,
    last_try INTEGER,
    last_success INTEGER,
    last_read INTEGER,             -- last success that brought a body
    last_new INTEGER,
    error TEXT,
    not_before INTEGER,
    moved_to TEXT,
    gone INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE post (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    url TEXT,
    tier TEXT NOT NULL,
    score INTEGER NOT NULL,
    record TEXT NOT NULL,          -- the JSONL record, verdict at the time included
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    revision INTEGER NOT NULL DEFAULT 1,
    change TEXT,                   -- what the last revision changed, in words
    likeness INTEGER,
    repost_of INTEGER,
    repost_note TEXT,
    baseline INTEGER NOT NULL,     -- was there at the first look, never delivered as new
    decision TEXT,
    decided INTEGER
);
CREATE INDEX post_seen ON post (last_seen);
CREATE INDEX post_open ON post (tier, decision, first_seen);

CREATE TABLE identity (key TEXT PRIMARY KEY, post INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX identity_post ON identity (post);

-- Where a post was seen, and how it looked there: two feeds may show two versions.
CREATE TABLE sighting (
    post INTEGER NOT NULL,
    source TEXT NOT NULL,
    scope TEXT NOT NULL,
    text INTEGER NOT NULL,
    pay TEXT,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (post, source)
) WITHOUT ROWID;

-- What each channel has still to deliver; written with the post, so that neither is there without the other.
CREATE TABLE outbox (
    channel TEXT NOT NULL,
    post INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL,            -- new, price, text
    batch INTEGER,
    PRIMARY KEY (channel, post, revision)
) WITHOUT ROWID;

CREATE TABLE batch (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    started INTEGER NOT NULL,
    finished INTEGER,
    start INTEGER,                 -- length of the file before, for channels that can look
    payload BLOB
);
CREATE INDEX batch_unfinished ON batch (channel) WHERE finished IS NULL;

CREATE TABLE delivered (
    channel TEXT NOT NULL,
    post INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, post, revision)
) WITHOUT ROWID;
