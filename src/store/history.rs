//! Finding again: any post ever seen, with its verdict at the time, and what the person decided.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::{Store, StoreError, identity};

/// What became of a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Decision {
    Applied,
    Won,
    Lost,
    Skipped,
}

impl Decision {
    /// All of them, in the order they come to pass.
    pub const ALL: [Decision; 4] = [Decision::Applied, Decision::Won, Decision::Lost, Decision::Skipped];

    /// The name in the store.
    pub fn name(self) -> &'static str {
        match self {
            Decision::Applied => "applied",
            Decision::Won => "won",
            Decision::Lost => "lost",
            Decision::Skipped => "skipped",
        }
    }
}

/// A stored post.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it is called here: for `why` and `mark`.
    pub number: i64,
    pub title: String,
    pub url: Option<String>,
    pub tier: String,
    pub score: i64,
    /// The JSONL record with the verdict at the time; shared, as there may be many and they are long.
    pub record: Arc<str>,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
    /// What its last change was.
    pub change: Option<String>,
    pub repost: Option<String>,
    pub decision: Option<String>,
    /// The sources that showed it.
    pub sources: Vec<String>,
}

/// The columns of an entry, in the order [`entry`] reads them.
pub(super) const COLUMNS: &str = "post.number, post.title, post.url, post.tier, post.score, post.record, post.first_seen,
     (SELECT coalesce(max(sighting.last_seen), post.first_seen) FROM sighting WHERE sighting.post = post.number),
     post.change, post.repost_note, post.decision";
/// How many they are.
pub(super) const WIDTH: usize = 11;

pub(super) fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let moment = |seconds: i64| Timestamp::from_second(seconds).unwrap_or_default();
    Ok(Entry {
        number: row.get(0)?,
        title: row.get(1)?,
        url: row.get(2)?,
        tier: row.get(3)?,
        score: row.get(4)?,
        record: row.get(5)?,
        first_seen: moment(row.get(6)?),
        last_seen: moment(row.get(7)?),
        change: row.get(8)?,
        repost: row.get(9)?,
        decision: row.get(10)?,
        sources: Vec::new(),
    })
}

/// A post that has been open longer than this is taken for answered or forgotten, in seconds.
const OPEN_FOR: i64 = 14 * 24 * 60 * 60;

impl Store {
    pub(super) fn sources_of(&self, number: i64) -> rusqlite::Result<Vec<String>> {
        let mut statement = self.connection.prepare_cached("SELECT source FROM sighting WHERE post = ?1 ORDER BY source")?;
        statement.query_map([number], |row| row.get(0))?.collect()
    }

    fn entries(&self, rest: &str, values: impl rusqlite::Params) -> Result<Vec<Entry>, StoreError> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM post {rest}"))
            .and_then(|mut statement| statement.query_map(values, entry)?.collect::<rusqlite::Result<Vec<Entry>>>())
            .and_then(|mut entries| {
                for entry in &mut entries {
                    entry.sources = self.sources_of(entry.number)?;
                }
                Ok(entries)
            })
            .map_err(|cause| self.failed(cause))
    }

    /// Posts worth applying to that were delivered, are still shown by their source, and of which nothing was decided.
    pub fn open_posts(&self, now: Timestamp, most: usize) -> Result<Vec<Entry>, StoreError> {
        self.entries(
            "WHERE tier = 'apply' AND decision IS NULL AND first_seen >= ?1
             AND EXISTS (SELECT 1 FROM delivered WHERE delivered.post = post.number)
             AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.post = post.number)
             AND EXISTS (SELECT 1 FROM sighting JOIN source ON source.name = sighting.source
                         WHERE sighting.post = post.number AND sighting.last_seen >= source.last_read)
             ORDER BY score DESC, number DESC LIMIT ?2",
            params![now.as_second() - OPEN_FOR, most as i64],
        )
    }

    /// Posts whose title, address or text holds all words, newest first.
    pub fn search(&self, words: &[String], most: usize) -> Result<Vec<Entry>, StoreError> {
        let like: Vec<String> = words.iter().map(|word| format!("%{}%", word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))).collect();
        let tests: Vec<String> = (0..like.len()).map(|at| format!("record LIKE ?{} ESCAPE '\\'", at + 1)).collect();
        let filter = if tests.is_empty() { String::new() } else { format!("WHERE {}", tests.join(" AND ")) };
        self.entries(&format!("{filter} ORDER BY first_seen DESC, number DESC LIMIT {most}"), rusqlite::params_from_iter(like))
    }

    /// The post with this number, id or address.
    pub fn find(&self, name: &str) -> Result<Option<Entry>, StoreError> {
        let name = name.trim();
        let digits = name.trim_start_matches('#');
        if let Ok(number) = digits.parse::<i64>()
            && let Some(found) = self.entries("WHERE number = ?1", [number])?.pop()
        {
            return Ok(Some(found));
        }
        if let Some(found) = self.entries("WHERE json_extract(record, '$.id') = ?1 ORDER BY number DESC LIMIT 1", [name])?.pop() {
            return Ok(Some(found));
        }
        match identity::canonical(name) {
            Some(address) => Ok(self.entries("WHERE number = (SELECT post FROM identity WHERE key = ?1)", [format!("address:{address}")])?.pop()),
            None => Ok(None),
        }
    }

    /// Notes what became of a post.
    pub fn mark(&mut self, number: i64, decision: Decision, now: Timestamp) -> Result<(), StoreError> {
        self.connection
            .execute("UPDATE post SET decision = ?2, decided = ?3 WHERE number = ?1", params![number, decision.name(), now.as_second()])
            .map(drop)
            .map_err(|cause| self.failed(cause))
    }

    /// Takes back what was noted of a post.
    pub fn unmark(&mut self, number: i64) -> Result<(), StoreError> {
        self.connection.execute("UPDATE post SET decision = NULL, decided = NULL WHERE number = ?1", [number]).map(drop).map_err(|cause| self.failed(cause))
    }

    /// How many posts the store holds.
    pub fn count(&self) -> Result<u64, StoreError> {
        let count: Option<i64> = self.connection.query_row("SELECT count(*) FROM post", [], |row| row.get(0)).optional().map_err(|cause| self.failed(cause))?;
        Ok(count.unwrap_or(0).unsigned_abs())
    }
}
