//! Delivery: each channel gets what its part of the outbox holds, once. The order of steps is the guarantee: open a
//! batch, send, close the batch. What an interrupted run left open is looked up where the channel allows it, and sent
//! again, marked, where it does not.

use jiff::Timestamp;

use crate::config::Delivery;
use crate::report::digest::Digest;
use crate::store::{Batch, Due, Store, StoreError};

mod atom;
mod file;
mod mail;
pub mod secret;
mod stdout;
mod webhook;

pub use stdout::{Form, Printed};

/// A way to the person.
pub struct Channel {
    /// What the ledger calls it.
    pub name: String,
    way: Way,
}

enum Way {
    Stdout(stdout::Stdout),
    File(file::Appended),
    Atom(atom::Feed),
    Mail(Box<mail::Mail>),
    Webhook(webhook::Webhook),
}

/// How a delivery failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// Certainly not delivered: it is tried again with the next run.
    #[error("not delivered: {0}")]
    NotSent(String),
    /// It may have arrived: the next run repeats it, marked.
    #[error("perhaps not delivered: {0}")]
    Unknown(String),
}

/// What an interrupted delivery turned out to be.
enum Fate {
    Arrived,
    NotSent,
    Unknown,
}

/// What a channel did in a run.
#[derive(Debug, Default)]
pub struct Done {
    /// Digests delivered.
    pub digests: usize,
    pub failure: Option<Undelivered>,
}

/// The channels of a configuration; with none, standard output, written as `printed` says.
///
/// # Errors
/// A secret that is missing or lies open; the message names the channel.
pub fn channels(delivery: &Delivery, printed: Printed) -> Result<Vec<Channel>, String> {
    let mut channels = Vec::new();
    let name = |given: &Option<toml::Spanned<String>>, kind: &str| given.as_ref().map_or_else(|| kind.to_owned(), |name| name.get_ref().clone());
    if delivery.stdout || delivery.is_empty() {
        channels.push(Channel { name: "stdout".into(), way: Way::Stdout(stdout::Stdout(printed)) });
    }
    for file in &delivery.file {
        channels.push(Channel { name: name(&file.name, "file"), way: Way::File(file::Appended(file.clone())) });
    }
    for atom in &delivery.atom {
        channels.push(Channel { name: name(&atom.name, "atom"), way: Way::Atom(atom::Feed(atom.clone())) });
    }
    for mail in &delivery.mail {
        let name = name(&mail.name, "mail");
        let way = mail::Mail::new(mail).map_err(|cause| format!("channel {name}: {cause}"))?;
        channels.push(Channel { name, way: Way::Mail(Box::new(way)) });
    }
    for webhook in &delivery.webhook {
        let name = name(&webhook.name, "webhook");
        let way = webhook::Webhook::new(webhook).map_err(|cause| format!("channel {name}: {cause}"))?;
        channels.push(Channel { name, way: Way::Webhook(way) });
    }
    Ok(channels)
}

/// How a digest is made of what is due: its id, the posts, whether it may be known already.
pub type Make<'a> = dyn Fn(String, &[Due], bool) -> Digest + 'a;

/// Delivers what is due on a channel. With `always`, says so when there is nothing.
///
/// # Errors
/// The store cannot be read or written. A channel that fails is no error here: see [`Done::failure`].
pub fn deliver(store: &mut Store, channel: &Channel, make: &Make<'_>, always: bool, now: Timestamp) -> Result<Done, StoreError> {
    let mut done = Done::default();
    let store_id = store.id()?;
    let id = |batch: i64| format!("{store_id}-{batch}");
    if let Some(batch) = store.unfinished(&channel.name)? {
        match channel.fate(&batch) {
            Fate::Arrived => store.finish(batch.number, now)?,
            Fate::NotSent => store.cancel(batch.number)?,
            Fate::Unknown => {
                let due = store.due(&channel.name, Some(batch.number))?;
                if !due.is_empty()
                    && let Err(failure) = channel.send(store, batch.number, &make(id(batch.number), &due, true), now)?
                {
                    done.failure = Some(failure);
                    return Ok(done);
                }
                store.finish(batch.number, now)?;
                done.digests += 1;
            }
        }
    }
    let mut waiting = store.due(&channel.name, None)?;
    while waiting.iter().any(Due::is_listed) {
        let portion = portion(channel, make, waiting);
        let batch = store.begin(&channel.name, &portion.iter().map(|due| (due.entry.number, due.revision)).collect::<Vec<_>>(), now)?;
        match channel.send(store, batch, &make(id(batch), &portion, false), now)? {
            Ok(()) => store.finish(batch, now)?,
            Err(failure) => {
                if matches!(failure, Undelivered::NotSent(_)) {
                    store.cancel(batch)?;
                }
                done.failure = Some(failure);
                return Ok(done);
            }
        }
        done.digests += 1;
        waiting = store.due(&channel.name, None)?;
    }
    if always && done.digests == 0 {
        // Nothing of the ledger depends on it: skipped posts stay to be counted with the next listed one.
        match channel.send_empty(&make(format!("{store_id}-empty"), &waiting, false)) {
            Ok(()) => done.digests += 1,
            Err(failure) => done.failure = Some(failure),
        }
    }
    Ok(done)
}

/// As many of the waiting posts as the channel takes in one message; the skipped go with the last.
fn portion(channel: &Channel, make: &Make<'_>, waiting: Vec<Due>) -> Vec<Due> {
    if !channel.is_bounded() || channel.fits(&make(String::new(), &waiting, true)) {
        return waiting;
    }
    let mut listed: Vec<Due> = waiting.into_iter().filter(Due::is_listed).collect();
    while listed.len() > 1 && !channel.fits(&make(String::new(), &listed, true)) {
        listed.truncate(listed.len().div_ceil(2));
    }
    listed
}

impl Channel {
    /// What became of a delivery that was interrupted.
    fn fate(&self, batch: &Batch) -> Fate {
        match &self.way {
            Way::File(file) => file.fate(batch),
            // The feed is written whole each time: what it holds twice, it shows once.
            Way::Atom(_) => Fate::NotSent,
            Way::Stdout(_) | Way::Mail(_) | Way::Webhook(_) => Fate::Unknown,
        }
    }

    /// Whether a message of it may be too long.
    fn is_bounded(&self) -> bool {
        matches!(self.way, Way::Webhook(_))
    }

    fn fits(&self, digest: &Digest) -> bool {
        match &self.way {
            Way::Webhook(webhook) => webhook.fits(digest),
            _ => true,
        }
    }

    fn send(&self, store: &mut Store, batch: i64, digest: &Digest, now: Timestamp) -> Result<Result<(), Undelivered>, StoreError> {
        Ok(match &self.way {
            Way::Stdout(stdout) => stdout.send(digest),
            Way::File(file) => {
                let (start, payload) = match file.prepare(digest) {
                    Ok(prepared) => prepared,
                    Err(failure) => return Ok(Err(failure)),
                };
                store.note_payload(batch, start, &payload)?;
                file.append(&payload)
            }
            Way::Atom(feed) => {
                let before = store.delivered(&self.name, feed.0.entries)?;
                feed.write(digest, &before, now)
            }
            Way::Mail(mail) => mail.send(digest),
            Way::Webhook(webhook) => webhook.send(digest),
        })
    }

    /// Sends a digest that nothing depends on.
    fn send_empty(&self, digest: &Digest) -> Result<(), Undelivered> {
        match &self.way {
            Way::Stdout(stdout) => stdout.send(digest),
            Way::File(file) => file.prepare(digest).and_then(|(_, payload)| file.append(&payload)),
            Way::Atom(_) => Ok(()),
            Way::Mail(mail) => mail.send(digest),
            Way::Webhook(webhook) => webhook.send(digest),
        }
    }
}
