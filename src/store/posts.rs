//! Taking in what a source showed: which posts are new, which have changed, which were seen elsewhere. A source's posts,
//! its validators and what its channels have to deliver are written in one transaction.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use super::identity::{self, Identity};
use super::{Store, StoreError};
use crate::fetch::Validators;
use crate::post::Post;
use crate::verdict::Tier;

/// What a source showed this time.
#[derive(Debug)]
pub struct Sightings<'a> {
    pub source: &'a str,
    /// Its host, or its path: within it, an id names one post.
    pub scope: &'a str,
    pub posts: &'a [Post],
    /// `None` where the next fetch should be unconditional: something of the document could not be read.
    pub validators: Option<&'a Validators>,
    /// What was wrong although it was read.
    pub error: Option<&'a str>,
    pub moved_to: Option<&'a str>,
    /// At the first look at a source, posts published before are taken as known. `None`: all of them.
    pub since: Option<Timestamp>,
    /// The channels that have to deliver what is new.
    pub channels: &'a [String],
    pub now: Timestamp,
}

/// What was made of a post, to be kept.
#[derive(Debug, Clone)]
pub struct Assessment {
    pub tier: Tier,
    pub score: i32,
    /// The JSONL record.
    pub record: String,
}

/// What was new about a source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recorded {
    pub new: usize,
    pub changed: usize,
    pub known: usize,
    /// Taken as known at the first look.
    pub baseline: usize,
}

/// Near-duplicates older than this are coincidence, in seconds.
const REPOST_WITHIN: i64 = 90 * 24 * 60 * 60;

impl Store {
    /// Which of the posts of a source, by their places, are new or changed; what is neither need not be judged again.
    pub fn news(&self, posts: &[Post], source: &str, scope: &str) -> Result<Vec<usize>, StoreError> {
        let find = || -> rusqlite::Result<Vec<usize>> {
            // One transaction for all: each by itself would lock the file anew.
            let transaction = self.connection.unchecked_transaction()?;
            let mut statement = transaction.prepare_cached(
                "SELECT 1 FROM identity JOIN sighting ON sighting.post = identity.post WHERE key = ?1 AND source = ?2 AND text = ?3 AND pay IS ?4",
            )?;
            let mut news = Vec::new();
            for (index, post) in posts.iter().enumerate() {
                let identity = identity::identity(post, scope);
                let pay = identity::pay(&post.pay);
                let mut is_known = false;
                for key in identity.guid.iter().chain(&identity.address).cloned().chain([text_key(&identity)]) {
                    is_known = is_known || statement.exists(params![key, source, identity.text, pay])?;
                }
                if !is_known {
                    news.push(index);
                }
            }
            Ok(news)
        };
        find().map_err(|cause| self.failed(cause))
    }

    /// Takes in what a source showed, in a transaction of its own where none is begun. `assess` is asked about posts
    /// that are new or changed.
    ///
    /// # Errors
    /// The store could not be written; then nothing of it is.
    pub fn record(&mut self, sightings: &Sightings<'_>, mut assess: impl FnMut(usize, &Post) -> Assessment) -> Result<Recorded, StoreError> {
        let path = self.path.display().to_string();
        // Taken out: after a failure it would hold posts that were not stored.
        let mut near = self.near.take();
        let mut work = || -> rusqlite::Result<Recorded> {
            if !self.connection.is_autocommit() {
                return take_in(&self.connection, sightings, &mut near, &mut assess);
            }
            let transaction = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
            let recorded = take_in(&transaction, sightings, &mut near, &mut assess)?;
            transaction.commit()?;
            Ok(recorded)
        };
        let recorded = work().map_err(|cause| StoreError::Sqlite { path, cause })?;
        self.near = near;
        Ok(recorded)
    }
}

type Near = Option<Vec<(i64, i64)>>;

fn take_in(
    transaction: &Connection,
    sightings: &Sightings<'_>,
    near: &mut Near,
    assess: &mut dyn FnMut(usize, &Post) -> Assessment,
) -> rusqlite::Result<Recorded> {
    let now = sightings.now.as_second();
    let last_read: Option<i64> =
        transaction.prepare_cached("SELECT last_read FROM source WHERE name = ?1")?.query_row([sightings.source], |row| row.get(0)).optional()?.flatten();
    let is_first = last_read.is_none();
    let mut recorded = Recorded::default();
    let identities: Vec<Identity> = sightings.posts.iter().map(|post| identity::identity(post, sightings.scope)).collect();
    let shared = shared_keys(&identities);
    for (index, (post, identity)) in sightings.posts.iter().zip(&identities).enumerate() {
        let keys: Vec<&String> = identity.guid.iter().chain(&identity.address).filter(|key| !shared.contains(key.as_str())).collect();
        let mut taking = Taking { transaction, sightings, index, post, identity, keys, now };
        match taking.find()? {
            Found::Same(number) => match taking.again(number, assess)? {
                true => recorded.changed += 1,
                false => recorded.known += 1,
            },
            Found::None { posted_before } => {
                let is_old = sightings.since.is_none_or(|since| post.published.or(post.updated).is_some_and(|moment| moment < since));
                let baseline = is_first && is_old;
                let near = match near {
                    Some(near) => near,
                    None => near.insert(likenesses(transaction, now - REPOST_WITHIN)?),
                };
                taking.insert(baseline, posted_before, near, assess)?;
                if baseline { recorded.baseline += 1 } else { recorded.new += 1 }
            }
        }
    }
    let validators = sightings.validators;
    transaction
        .prepare_cached(
            "UPDATE source SET answered_by = ?2, etag = ?3, last_modified = ?4, last_try = ?5, last_success = ?5, last_read = ?5,
         last_new = CASE WHEN ?6 THEN ?5 ELSE last_new END, error = ?7, gone = 0, not_before = NULL, moved_to = ?8 WHERE name = ?1",
        )?
        .execute(params![
            sightings.source,
            validators.map(|validators| &validators.address),
            validators.and_then(|validators| validators.etag.as_ref()),
            validators.and_then(|validators| validators.last_modified.as_ref()),
            now,
            recorded.new + recorded.baseline > 0,
            sightings.error,
            sightings.moved_to,
        ])?;
    Ok(recorded)
}

/// Ids and addresses that several different posts of one document share: they tell nothing.
fn shared_keys(identities: &[Identity]) -> HashSet<String> {
    let mut texts: HashMap<&String, i64> = HashMap::new();
    let mut shared = HashSet::new();
    for identity in identities {
        for key in identity.guid.iter().chain(&identity.address).collect::<HashSet<_>>() {
            if texts.insert(key, identity.text).is_some_and(|text| text != identity.text) {
                shared.insert(key.clone());
            }
        }
    }
    shared
}

fn text_key(identity: &Identity) -> String {
    format!("text:{:016x}", identity.text)
}

/// Number and likeness of the posts seen lately, newest last.
fn likenesses(transaction: &Connection, since: i64) -> rusqlite::Result<Vec<(i64, i64)>> {
    let mut statement = transaction.prepare_cached(
        "SELECT number, likeness FROM post WHERE likeness IS NOT NULL
         AND EXISTS (SELECT 1 FROM sighting WHERE sighting.post = number AND sighting.last_seen >= ?1) ORDER BY number",
    )?;
    let rows = statement.query_map([since], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

enum Found {
    Same(i64),
    /// New; the same words were posted before under another id.
    None {
        posted_before: Option<i64>,
    },
}

/// One post being taken in.
struct Taking<'a> {
    transaction: &'a Connection,
    sightings: &'a Sightings<'a>,
    index: usize,
    post: &'a Post,
    identity: &'a Identity,
    /// Id and address, where they tell posts apart.
    keys: Vec<&'a String>,
    now: i64,
}

impl Taking<'_> {
    fn cached(&self, sql: &str) -> rusqlite::Result<CachedStatement<'_>> {
        self.transaction.prepare_cached(sql)
    }

    fn find(&self) -> rusqlite::Result<Found> {
        let mut by_key = self.cached("SELECT post FROM identity WHERE key = ?1")?;
        for key in &self.keys {
            if let Some(number) = by_key.query_row([key], |row| row.get(0)).optional()? {
                return Ok(Found::Same(number));
            }
        }
        let Some(number) = by_key.query_row([text_key(self.identity)], |row| row.get::<_, i64>(0)).optional()? else {
            return Ok(Found::None { posted_before: None });
        };
        if self.keys.is_empty() {
            return Ok(Found::Same(number));
        }
        // The same words at another host are the same job; at the same host, under another id, they are a repost.
        let here = self.cached("SELECT 1 FROM sighting WHERE post = ?1 AND scope = ?2")?.exists(params![number, self.sightings.scope])?;
        Ok(if !here && self.identity.telling { Found::Same(number) } else { Found::None { posted_before: Some(number) } })
    }

    fn sight(&self, number: i64) -> rusqlite::Result<()> {
        self.cached("INSERT OR REPLACE INTO sighting (post, source, scope, text, pay, last_seen) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(params![
            number,
            self.sightings.source,
            self.sightings.scope,
            self.identity.text,
            identity::pay(&self.post.pay),
            self.now
        ])?;
        self.name(number)
    }

    /// Notes what the post can be known again by.
    fn name(&self, number: i64) -> rusqlite::Result<()> {
        let mut name = self.cached("INSERT OR IGNORE INTO identity (key, post) VALUES (?1, ?2)")?;
        for key in &self.keys {
            name.execute(params![key, number])?;
        }
        name.execute(params![text_key(self.identity), number])?;
        Ok(())
    }

    /// A post seen before; whether it has changed.
    fn again(&mut self, number: i64, assess: &mut dyn FnMut(usize, &Post) -> Assessment) -> rusqlite::Result<bool> {
        let before: Option<(i64, Option<String>)> = self
            .cached("SELECT text, pay FROM sighting WHERE post = ?1 AND source = ?2")?
            .query_row(params![number, self.sightings.source], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let pay = identity::pay(&self.post.pay);
        let (kind, change) = match &before {
            Some((_, old)) if *old != pay => {
                let shown = |pay: &Option<String>| pay.clone().unwrap_or_else(|| "not stated".into());
                ("price", format!("pay: {}, was {}", shown(&pay), shown(old)))
            }
            Some((text, _)) if *text != self.identity.text => ("text", "the text has changed".to_owned()),
            Some(_) => {
                self.cached("UPDATE sighting SET scope = ?3, last_seen = ?4 WHERE post = ?1 AND source = ?2")?
                    .execute(params![number, self.sightings.source, self.sightings.scope, self.now])?;
                self.name(number)?;
                return Ok(false);
            }
            None => {
                self.sight(number)?;
                return self.fuller(number, assess);
            }
        };
        self.sight(number)?;
        self.revise(number, kind, &change, assess)?;
        Ok(true)
    }

    /// A post known from elsewhere; where this version says much more, it is the one to judge.
    fn fuller(&mut self, number: i64, assess: &mut dyn FnMut(usize, &Post) -> Assessment) -> rusqlite::Result<bool> {
        let stored: i64 = self
            .cached("SELECT length(json_extract(record, '$.body')) FROM post WHERE number = ?1")?
            .query_row([number], |row| row.get::<_, Option<i64>>(0))?
            .unwrap_or(0);
        if (self.post.body.chars().count() as i64) <= stored * 3 / 2 {
            return Ok(false);
        }
        self.revise(number, "text", "a fuller text was found", assess)?;
        Ok(true)
    }

    fn revise(&mut self, number: i64, kind: &str, change: &str, assess: &mut dyn FnMut(usize, &Post) -> Assessment) -> rusqlite::Result<()> {
        let made = assess(self.index, self.post);
        let tier: String = self.cached("SELECT tier FROM post WHERE number = ?1")?.query_row([number], |row| row.get(0))?;
        let revision: i64 = self
            .cached(
                "UPDATE post SET title = ?2, url = coalesce(?3, url), tier = ?4, score = ?5, record = ?6, revision = revision + 1, change = ?7, likeness = ?8
                 WHERE number = ?1 RETURNING revision",
            )?
            .query_row(
                params![number, self.post.title, self.post.url, made.tier.name(), made.score, made.record, change, identity::likeness(self.post)],
                |row| row.get(0),
            )?;
        // A skipped post that is still skipped is no news.
        if made.tier == Tier::Skip && tier == Tier::Skip.name() {
            return Ok(());
        }
        let mut put = self.cached(
            "INSERT OR IGNORE INTO outbox (channel, post, revision, kind) SELECT ?1, ?2, ?3, ?4
             WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE channel = ?1 AND post = ?2 AND batch IS NULL)",
        )?;
        for channel in self.sightings.channels {
            put.execute(params![channel, number, revision, kind])?;
        }
        Ok(())
    }

    fn insert(
        &mut self,
        baseline: bool,
        posted_before: Option<i64>,
        near: &mut Vec<(i64, i64)>,
        assess: &mut dyn FnMut(usize, &Post) -> Assessment,
    ) -> rusqlite::Result<()> {
        let likeness = identity::likeness(self.post);
        let like = posted_before
            .or_else(|| likeness.and_then(|likeness| near.iter().rev().find(|(_, other)| identity::alike(likeness, *other)).map(|(number, _)| *number)));
        let note = match like {
            Some(number) => Some(self.repost_note(number)?),
            None => None,
        };
        let made = assess(self.index, self.post);
        let number: i64 = self
            .cached(
                "INSERT INTO post (title, url, tier, score, record, first_seen, likeness, repost_of, repost_note, baseline)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING number",
            )?
            .query_row(params![self.post.title, self.post.url, made.tier.name(), made.score, made.record, self.now, likeness, like, note, baseline], |row| {
                row.get(0)
            })?;
        if let Some(likeness) = likeness {
            near.push((number, likeness));
        }
        self.sight(number)?;
        if !baseline {
            let mut put = self.cached("INSERT INTO outbox (channel, post, revision, kind) VALUES (?1, ?2, 1, 'new')")?;
            for channel in self.sightings.channels {
                put.execute(params![channel, number])?;
            }
        }
        Ok(())
    }

    /// What a repost changed.
    fn repost_note(&self, number: i64) -> rusqlite::Result<String> {
        let old: Option<String> = self
            .cached("SELECT pay FROM sighting WHERE post = ?1 ORDER BY last_seen DESC LIMIT 1")?
            .query_row([number], |row| row.get(0))
            .optional()?
            .flatten();
        let new = identity::pay(&self.post.pay);
        Ok(match (old, new) {
            (Some(old), Some(new)) if old != new => format!("looks like a repost of {number}; pay was {old}, is {new}"),
            _ => format!("looks like a repost of {number}"),
        })
    }
}
