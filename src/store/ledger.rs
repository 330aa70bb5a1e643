//! What each channel still has to deliver, and what it has delivered. A batch is opened before it is sent and closed
//! when the channel has acknowledged it; one that is found open was interrupted, and nobody knows whether it arrived.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::history::{Entry, entry};
use super::{Store, StoreError};

/// Why a post is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueKind {
    New,
    Price,
    Text,
}

/// A post a channel has to deliver.
#[derive(Debug, Clone)]
pub struct Due {
    pub entry: Entry,
    pub revision: i64,
    pub kind: DueKind,
}

/// A delivery begun.
#[derive(Debug, Clone)]
pub struct Batch {
    pub number: i64,
    pub channel: String,
    /// Length of the channel's file before, where there is one.
    pub start: Option<u64>,
    /// The bytes to be added to it.
    pub payload: Option<Vec<u8>>,
}

impl Store {
    /// The delivery of a channel that was begun and never closed.
    pub fn unfinished(&self, channel: &str) -> Result<Option<Batch>, StoreError> {
        self.connection
            .prepare_cached("SELECT number, start, payload FROM batch WHERE channel = ?1 AND finished IS NULL ORDER BY number LIMIT 1")
            .and_then(|mut statement| {
                statement
                    .query_row([channel], |row| {
                        let start: Option<i64> = row.get(1)?;
                        Ok(Batch {
                            number: row.get(0)?,
                            channel: channel.to_owned(),
                            start: start.and_then(|start| u64::try_from(start).ok()),
                            payload: row.get(2)?,
                        })
                    })
                    .optional()
            })
            .map_err(|cause| self.failed(cause))
    }

    /// What a channel has to deliver: of one batch, or what is in none. Oldest first.
    pub fn due(&self, channel: &str, batch: Option<i64>) -> Result<Vec<Due>, StoreError> {
        let sql = format!(
            "SELECT {}, outbox.revision, outbox.kind FROM outbox JOIN post ON post.number = outbox.post
             WHERE outbox.channel = ?1 AND outbox.batch IS ?2 ORDER BY outbox.post, outbox.revision",
            super::history::COLUMNS
        );
        self.due_of(&sql, params![channel, batch], |row| {
            let kind: String = row.get(super::history::WIDTH + 1)?;
            Ok(match kind.as_str() {
                "price" => DueKind::Price,
                "text" => DueKind::Text,
                _ => DueKind::New,
            })
        })
    }

    /// The rows of a query for posts, each followed by its revision and what tells the kind of news.
    fn due_of(&self, sql: &str, values: impl rusqlite::Params, kind: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<DueKind>) -> Result<Vec<Due>, StoreError> {
        let all = || {
            let _one = self.connection.unchecked_transaction()?;
            let mut statement = self.connection.prepare_cached(sql)?;
            let rows = statement.query_map(values, |row| Ok(Due { entry: entry(row)?, revision: row.get(super::history::WIDTH)?, kind: kind(row)? }))?;
            let mut due = rows.collect::<rusqlite::Result<Vec<Due>>>()?;
            for due in &mut due {
                due.entry.sources = self.sources_of(due.entry.number)?;
            }
            Ok(due)
        };
        all().map_err(|cause| self.failed(cause))
    }

    /// Opens a batch of these posts. From here on, until it is closed, its fate is unknown.
    pub fn begin(&mut self, channel: &str, posts: &[(i64, i64)], now: Timestamp) -> Result<i64, StoreError> {
        self.write(|transaction| {
            transaction.execute("INSERT INTO batch (channel, started) VALUES (?1, ?2)", params![channel, now.as_second()])?;
            let number = transaction.last_insert_rowid();
            let mut put = transaction.prepare_cached("UPDATE outbox SET batch = ?1 WHERE channel = ?2 AND post = ?3 AND revision = ?4")?;
            for (post, revision) in posts {
                put.execute(params![number, channel, post, revision])?;
            }
            Ok(number)
        })
    }

    /// Notes what will be added to a channel's file, and where: after a kill, looking there tells whether it was.
    pub fn note_payload(&mut self, batch: i64, start: u64, payload: &[u8]) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("UPDATE batch SET start = ?2, payload = ?3 WHERE number = ?1", params![batch, start.cast_signed(), payload]).map(drop)
        })
    }

    /// Closes a batch: delivered.
    pub fn finish(&mut self, batch: i64, now: Timestamp) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT OR IGNORE INTO delivered (channel, post, revision, batch, at) SELECT channel, post, revision, batch, ?2 FROM outbox WHERE batch = ?1",
                params![batch, now.as_second()],
            )?;
            transaction.execute("DELETE FROM outbox WHERE batch = ?1", [batch])?;
            transaction.execute("UPDATE batch SET finished = ?2, payload = NULL WHERE number = ?1", params![batch, now.as_second()]).map(drop)
        })
    }

    /// Takes a batch back: known not to have been delivered. Its posts are due as before.
    pub fn cancel(&mut self, batch: i64) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("UPDATE outbox SET batch = NULL WHERE batch = ?1", [batch])?;
            transaction.execute("DELETE FROM batch WHERE number = ?1", [batch]).map(drop)
        })
    }

    /// What a channel delivered last that was worth it, newest first.
    pub fn delivered(&self, channel: &str, most: usize) -> Result<Vec<(Entry, Timestamp)>, StoreError> {
        let sql = format!(
            "SELECT {}, max(delivered.at) FROM delivered JOIN post ON post.number = delivered.post
             WHERE delivered.channel = ?1 AND post.tier <> 'skip' GROUP BY post.number ORDER BY max(delivered.at) DESC, post.number DESC LIMIT ?2",
            super::history::COLUMNS
        );
        self.connection
            .prepare_cached(&sql)
            .and_then(|mut statement| {
                let rows = statement.query_map(params![channel, most as i64], |row| Ok((entry(row)?, row.get::<_, i64>(super::history::WIDTH)?)))?;
                rows.map(|row| row.map(|(entry, at)| (entry, Timestamp::from_second(at).unwrap_or_default()))).collect()
            })
            .map_err(|cause| self.failed(cause))
    }

    /// What became due since a moment, on any channel, delivered or still to be: each post once, as it is now.
    pub fn due_since(&self, since: Timestamp) -> Result<Vec<Due>, StoreError> {
        // A post that came and changed within the time is news as a whole, not a change.
        let sql = format!(
            "SELECT {}, max(event.revision), min(event.revision) FROM
                 (SELECT post, revision FROM delivered WHERE at >= ?1 UNION ALL SELECT post, revision FROM outbox) AS event
             JOIN post ON post.number = event.post GROUP BY post.number ORDER BY post.number",
            super::history::COLUMNS
        );
        self.due_of(&sql, [since.as_second()], |row| {
            let first: i64 = row.get(super::history::WIDTH + 1)?;
            Ok(if first <= 1 { DueKind::New } else { DueKind::Text })
        })
    }

    fn write<T>(&mut self, work: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let path = self.path.display().to_string();
        let all = || {
            let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let done = work(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        all().map_err(|cause| StoreError::Sqlite { path, cause })
    }
}
