//! What was seen, judged, delivered and decided: one SQLite file. Every change is one transaction, so that a run can be
//! killed anywhere and the next one goes on from there. Nothing here fetches, judges or sends.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use crate::fetch::Validators;

pub mod history;
pub mod identity;
pub mod ledger;
pub mod posts;

pub use history::{Decision, Entry};
pub use ledger::{Batch, Due, DueKind};
pub use posts::{Assessment, Recorded, Sightings};

/// The schema this program writes; step by step from older ones.
const STEPS: &[&str] = &[include_str!("store/schema.sql"), include_str!("store/schema-2.sql")];

/// Why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the store {path}: {cause}")]
    Sqlite { path: String, cause: rusqlite::Error },
    #[error("the store {path}: {cause}")]
    Io { path: String, cause: std::io::Error },
    #[error("the store {path} was written by a newer gigsieve (version {found}, this one knows {known}); update gigsieve, or name another store with --store")]
    Newer { path: String, found: i64, known: usize },
    #[error("{path} is no gigsieve store; name another with --store")]
    Foreign { path: String },
    #[error("another gigsieve digest is at work on {path} and did not finish within {waited:?}; try again later")]
    Busy { path: String, waited: Duration },
}

/// The open store.
pub struct Store {
    connection: Connection,
    path: PathBuf,
    /// Numbers and likenesses of the posts seen lately, newest last; read when first needed.
    near: Option<Vec<(i64, i64)>>,
}

/// Sole right to run a digest on a store; given back when dropped, and by the system when the process dies.
pub struct RunLock {
    _file: File,
}

impl RunLock {
    /// Waits for the right, at most so long.
    ///
    /// # Errors
    /// Another run holds it still; the file cannot be made.
    pub fn take(store: &Path, most: Duration) -> Result<RunLock, StoreError> {
        let path = store.with_added_extension("lock");
        let failed = |cause| StoreError::Io { path: path.display().to_string(), cause };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(RunLock { _file: file }),
                Err(TryLockError::Error(cause)) => return Err(failed(cause)),
                Err(TryLockError::WouldBlock) if start.elapsed() >= most => return Err(StoreError::Busy { path: store.display().to_string(), waited: most }),
                Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(25).min(most)),
            }
        }
    }
}

impl Store {
    /// Opens the store, making or updating it where need be.
    ///
    /// # Errors
    /// No such folder can be made, the file is no store, or one of a newer program.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        let shown = || path.display().to_string();
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(|cause| StoreError::Io { path: shown(), cause })?;
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|cause| StoreError::Sqlite { path: shown(), cause })?;
        let mut store = Store { connection, path: path.to_owned(), near: None };
        store.set_up().map_err(|cause| store.failed(cause))?;
        store.migrate()?;
        Ok(store)
    }

    fn set_up(&self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(Duration::from_secs(10))?;
        self.connection.pragma_update(None, "journal_mode", "wal")?;
        // In WAL mode a killed process loses nothing with NORMAL; only a power cut may take the last commits, and then
        // they are gone from the ledger and the posts alike.
        self.connection.pragma_update(None, "synchronous", "normal")?;
        // A run looks at every post its sources still show; 10,000 of them fit in this, in kilobytes.
        self.connection.pragma_update(None, "cache_size", -32_000)?;
        // A first run writes megabytes: they are moved from the log to the file once, at the end.
        self.connection.pragma_update(None, "wal_autocheckpoint", 8_000)?;
        self.connection.set_prepared_statement_cache_capacity(64);
        Ok(())
    }

    /// Another connection to the same file, for looking things up while this one writes. It sees what is committed.
    pub fn reader(&self) -> Result<Store, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || {
            let connection = Connection::open_with_flags(&self.path, flags)?;
            connection.busy_timeout(Duration::from_secs(10))?;
            connection.set_prepared_statement_cache_capacity(16);
            Ok(connection)
        };
        Ok(Store { connection: open().map_err(|cause| self.failed(cause))?, path: self.path.clone(), near: None })
    }

    /// Many look-ups as one: each by itself would lock the file anew.
    pub fn at_once<T>(&self, work: impl FnOnce(&Store) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let transaction = self.connection.unchecked_transaction().map_err(|cause| self.failed(cause))?;
        let done = work(self)?;
        transaction.commit().map_err(|cause| self.failed(cause))?;
        Ok(done)
    }

    /// Begins a transaction that all writing up to [`Store::end_all`] belongs to.
    pub fn begin_all(&mut self) -> Result<(), StoreError> {
        self.connection.execute_batch("BEGIN IMMEDIATE").map_err(|cause| self.failed(cause))
    }

    /// Ends the transaction of [`Store::begin_all`]; where the work failed, nothing of it stays.
    pub fn end_all(&mut self, work: Result<(), StoreError>) -> Result<(), StoreError> {
        let done = work.and_then(|()| self.connection.execute_batch("COMMIT").map_err(|cause| self.failed(cause)));
        if done.is_err() && !self.connection.is_autocommit() {
            // It would hold posts that were not stored.
            self.near = None;
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        done
    }

    fn migrate(&mut self) -> Result<(), StoreError> {
        let path = self.path.display().to_string();
        let failed = |cause| StoreError::Sqlite { path: path.clone(), cause };
        let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(failed)?;
        let version: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(failed)?;
        let known = STEPS.len();
        let done = usize::try_from(version).unwrap_or(usize::MAX);
        if done > known {
            return Err(StoreError::Newer { path, found: version, known });
        }
        let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema WHERE type = 'table'", [], |row| row.get(0)).map_err(failed)?;
        let ours: i64 =
            transaction.query_row("SELECT count(*) FROM sqlite_schema WHERE name IN ('sighting', 'outbox')", [], |row| row.get(0)).map_err(failed)?;
        if (done == 0 && tables > 0) || (done > 0 && ours < 2) {
            return Err(StoreError::Foreign { path });
        }
        for step in &STEPS[done..] {
            transaction.execute_batch(step).map_err(failed)?;
        }
        if done < known {
            transaction.pragma_update(None, "user_version", known as i64).map_err(failed)?;
        }
        transaction.commit().map_err(failed)
    }

    fn failed(&self, cause: rusqlite::Error) -> StoreError {
        StoreError::Sqlite { path: self.path.display().to_string(), cause }
    }

    /// A name of this store that no other store has.
    pub fn id(&self) -> Result<String, StoreError> {
        self.connection.query_row("SELECT value FROM meta WHERE key = 'id'", [], |row| row.get(0)).map_err(|cause| self.failed(cause))
    }
}

/// The health of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    pub name: String,
    pub address: String,
    pub last_try: Option<Timestamp>,
    pub last_success: Option<Timestamp>,
    /// When it last brought a post nobody had seen.
    pub last_new: Option<Timestamp>,
    pub error: Option<String>,
    /// It asked not to be fetched before.
    pub not_before: Option<Timestamp>,
    pub moved_to: Option<String>,
    pub gone: bool,
}

impl Store {
    /// The health of a source; all unknown where it was never tried.
    pub fn health(&self, name: &str) -> Result<Health, StoreError> {
        let moment = |seconds: Option<i64>| seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
        self.connection
            .prepare_cached("SELECT address, last_try, last_success, last_new, error, not_before, moved_to, gone FROM source WHERE name = ?1")
            .and_then(|mut statement| {
                statement
                    .query_row([name], |row| {
                        Ok(Health {
                            name: name.to_owned(),
                            address: row.get(0)?,
                            last_try: moment(row.get(1)?),
                            last_success: moment(row.get(2)?),
                            last_new: moment(row.get(3)?),
                            error: row.get(4)?,
                            not_before: moment(row.get(5)?),
                            moved_to: row.get(6)?,
                            gone: row.get(7)?,
                        })
                    })
                    .optional()
            })
            .map(|health| health.unwrap_or_else(|| Health { name: name.to_owned(), ..Health::default() }))
            .map_err(|cause| self.failed(cause))
    }

    /// The validators of the version last read from a source.
    pub fn validators(&self, name: &str) -> Result<Option<Validators>, StoreError> {
        self.connection
            .prepare_cached("SELECT answered_by, etag, last_modified FROM source WHERE name = ?1 AND answered_by IS NOT NULL")
            .and_then(|mut statement| {
                statement.query_row([name], |row| Ok(Validators { address: row.get(0)?, etag: row.get(1)?, last_modified: row.get(2)? })).optional()
            })
            .map_err(|cause| self.failed(cause))
    }

    /// Meets the sources of a run, names and addresses, in one transaction.
    pub fn meet_all(&mut self, sources: &[(String, String)]) -> Result<(), StoreError> {
        self.at_once(|store| sources.iter().try_for_each(|(name, address)| store.meet(name, address)))
    }

    /// Forgets the trouble of a source whose address was changed: what was said of the old one says nothing of the new.
    pub fn meet(&self, name: &str, address: &str) -> Result<(), StoreError> {
        let known: Option<String> = self
            .connection
            .prepare_cached("SELECT address FROM source WHERE name = ?1")
            .and_then(|mut statement| statement.query_row([name], |row| row.get(0)).optional())
            .map_err(|cause| self.failed(cause))?;
        let done = match known {
            Some(known) if known == address => return Ok(()),
            Some(_) => self.connection.execute(
                "UPDATE source SET address = ?2, answered_by = NULL, etag = NULL, last_modified = NULL, error = NULL, not_before = NULL, moved_to = NULL, gone = 0 WHERE name = ?1",
                params![name, address],
            ),
            None => self.connection.execute("INSERT INTO source (name, address) VALUES (?1, ?2)", params![name, address]),
        };
        done.map(drop).map_err(|cause| self.failed(cause))
    }

    /// Notes that a source could not be read.
    pub fn record_failure(
        &mut self,
        name: &str,
        error: &str,
        gone: bool,
        not_before: Option<Timestamp>,
        moved_to: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE source SET last_try = ?2, error = ?3, gone = ?4, not_before = ?5, moved_to = coalesce(?6, moved_to) WHERE name = ?1")
            .and_then(|mut statement| statement.execute(params![name, now.as_second(), error, gone, not_before.map(Timestamp::as_second), moved_to]))
            .map(drop)
            .map_err(|cause| self.failed(cause))
    }

    /// Notes that a source had nothing newer.
    pub fn record_unchanged(&mut self, name: &str, moved_to: Option<&str>, now: Timestamp) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE source SET last_try = ?2, last_success = ?2, error = NULL, gone = 0, not_before = NULL, moved_to = ?3 WHERE name = ?1")
            .and_then(|mut statement| statement.execute(params![name, now.as_second(), moved_to]))
            .map(drop)
            .map_err(|cause| self.failed(cause))
    }
}
