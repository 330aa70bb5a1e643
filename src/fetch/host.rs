//! What a run learns of a host while it fetches from it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use tokio::sync::Semaphore;

use super::FetchError;

/// So many connections in a row that were not made in time, and none that was: the other sources do not wait for it too.
const HOPELESS: u32 = 4;

pub(super) struct Host {
    /// One for each request it may have in flight.
    pub turns: Arc<Semaphore>,
    has_answered: AtomicBool,
    time_outs: AtomicU32,
    closes: AtomicBool,
}

impl Host {
    pub fn new(per_host: usize) -> Host {
        Host {
            turns: Arc::new(Semaphore::new(per_host.max(1))),
            has_answered: AtomicBool::new(false),
            time_outs: AtomicU32::new(0),
            closes: AtomicBool::new(false),
        }
    }

    pub fn answered(&self) {
        self.has_answered.store(true, Ordering::Relaxed);
    }

    /// Takes note of a failed request; `fresh` says that it had a connection of its own.
    pub fn learn(&self, error: &FetchError, fresh: bool) {
        match error {
            FetchError::ConnectTime(_) => drop(self.time_outs.fetch_add(1, Ordering::Relaxed)),
            // A connection kept from an earlier answer may have been closed meanwhile: from now on each request has its own.
            FetchError::Broken(_) if !fresh && self.has_answered.load(Ordering::Relaxed) => self.closes.store(true, Ordering::Relaxed),
            _ => {}
        }
    }

    /// Whether it closes connections without saying so.
    pub fn closes(&self) -> bool {
        self.closes.load(Ordering::Relaxed)
    }

    /// Whether it takes no connections at all.
    pub fn is_down(&self) -> bool {
        !self.has_answered.load(Ordering::Relaxed) && self.time_outs.load(Ordering::Relaxed) >= HOPELESS
    }
}
