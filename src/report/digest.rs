//! The digest: what is new, what has changed, what is still open, for reading once a day. It is built from stored
//! records, because what an interrupted run left over is in the store and nowhere else.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::post::Pay;
use crate::store::{Due, DueKind, Entry, Health};

mod markup;

pub use markup::{html, markdown};

/// Reasons shown for a post worth applying to.
const REASONS: usize = 5;
/// Skipped posts named because they came near.
const NEAR: usize = 3;

/// One delivery's worth.
#[derive(Debug, Clone, Serialize)]
pub struct Digest {
    /// The same when the same delivery is tried again.
    pub id: String,
    pub made: Timestamp,
    /// An earlier try was interrupted, and this may be known already.
    pub perhaps_repeated: bool,
    /// New and changed, best first.
    pub items: Vec<Item>,
    /// Delivered before, not decided yet.
    pub open: Vec<Item>,
    pub skipped: usize,
    pub skipped_by: Vec<SkippedBy>,
    /// The best of the skipped.
    pub near: Vec<Item>,
    pub sources: Vec<SourceLine>,
    /// The stored records of all posts of this delivery, the skipped included.
    #[serde(skip)]
    pub records: Vec<Arc<str>>,
}

/// How many were skipped for a reason.
#[derive(Debug, Clone, Serialize)]
pub struct SkippedBy {
    pub reason: String,
    pub posts: usize,
}

/// The tags of each source, by its name.
pub type Tags = BTreeMap<String, Vec<String>>;

/// A source in a line.
#[derive(Debug, Clone, Serialize)]
pub struct SourceLine {
    pub name: String,
    pub tags: Vec<String>,
    pub last_success: Option<Timestamp>,
    pub last_new: Option<Timestamp>,
    pub error: Option<String>,
    pub moved_to: Option<String>,
}

/// A post in a digest.
#[derive(Debug, Clone, Serialize)]
pub struct Item {
    pub number: i64,
    /// `new`, `changed` or `open`.
    pub news: &'static str,
    pub tier: String,
    pub score: i64,
    pub title: String,
    pub url: Option<String>,
    pub sources: Vec<String>,
    /// Those of its sources.
    pub tags: Vec<String>,
    pub pay: Option<String>,
    /// What has changed.
    pub change: Option<String>,
    pub repost: Option<String>,
    pub reasons: Vec<Line>,
    pub questions: Vec<String>,
}

/// A reason with the words it rests on.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    pub points: i64,
    pub quote: String,
    pub why: String,
}

/// What a digest reads of a stored record.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Record {
    kind: Option<String>,
    flags: Vec<Flag>,
    questions: Vec<String>,
    pay: Option<Pay>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Flag {
    family: String,
    points: i64,
    quote: Option<String>,
    why: String,
    field: Option<String>,
}

impl Record {
    /// A record that cannot be read has no reasons: its post is shown all the same.
    fn of(stored: &str) -> Record {
        serde_json::from_str(stored).unwrap_or_default()
    }
}

impl Item {
    /// The item of a stored post.
    pub fn of(entry: &Entry, news: &'static str) -> Item {
        let Record { flags, questions, pay, .. } = Record::of(&entry.record);
        let line = |Flag { points, quote, why, field, .. }| match quote {
            // What stands in no field is a figure: nobody wrote it, so it is no quote.
            Some(figure) if field.is_none() && !figure.is_empty() => Line { points, quote: String::new(), why: format!("{why} ({figure})") },
            quote => Line { points, quote: quote.unwrap_or_default(), why },
        };
        let mut reasons: Vec<Line> = flags.into_iter().map(line).collect();
        reasons.sort_by_key(|line| -line.points.abs());
        Item {
            number: entry.number,
            news,
            tier: entry.tier.clone(),
            score: entry.score,
            title: if entry.title.is_empty() { "(without a title)".into() } else { entry.title.clone() },
            url: entry.url.clone().filter(|url| url.starts_with("http://") || url.starts_with("https://")),
            sources: entry.sources.clone(),
            tags: Vec::new(),
            pay: pay.as_ref().and_then(crate::store::identity::pay),
            change: entry.change.clone().filter(|_| news == "changed"),
            repost: entry.repost.clone(),
            reasons,
            questions,
        }
    }

    /// Price, sources and what else is said of the post beside its title.
    fn about(&self) -> String {
        let tags = if self.tags.is_empty() { String::new() } else { format!(" [{}]", self.tags.join(", ")) };
        let parts = [self.pay.clone(), self.change.clone(), self.repost.clone(), Some(format!("{}{tags}", self.sources.join(", ")))];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ")
    }
}

/// Why a post was skipped, in a word or two.
fn skipped_by(record: &str) -> String {
    let Record { kind, flags, .. } = Record::of(record);
    if let Some(kind) = kind.filter(|kind| *kind != "request") {
        return format!("no request ({kind})");
    }
    let worst = flags.iter().filter(|flag| flag.points < 0).min_by_key(|flag| flag.points);
    worst.map_or_else(|| "low score".into(), |flag| flag.family.replace('-', " "))
}

impl Digest {
    /// A digest of what is due.
    pub fn new(id: String, due: &[Due], open: &[Entry], sources: &[Health], made: Timestamp, perhaps_repeated: bool) -> Digest {
        let (listed, skipped): (Vec<&Due>, Vec<&Due>) = due.iter().partition(|due| due.is_listed());
        let news = |due: &Due| if due.kind == DueKind::New { "new" } else { "changed" };
        let mut items: Vec<Item> = listed.iter().map(|due| Item::of(&due.entry, news(due))).collect();
        items.sort_by_key(|item| (item.tier.clone(), -item.score, item.number));
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for due in &skipped {
            *counts.entry(skipped_by(&due.entry.record)).or_default() += 1;
        }
        let mut skipped_by: Vec<SkippedBy> = counts.into_iter().map(|(reason, posts)| SkippedBy { reason, posts }).collect();
        skipped_by.sort_by_key(|by| std::cmp::Reverse(by.posts));
        let mut near = skipped.clone();
        near.sort_by_key(|due| (-due.entry.score, due.entry.number));
        let near = near.iter().take(NEAR).map(|due| Item::of(&due.entry, "new")).collect();
        let sources = sources.iter().map(SourceLine::from);
        Digest {
            id,
            made,
            perhaps_repeated,
            items,
            open: open.iter().filter(|entry| !due.iter().any(|due| due.entry.number == entry.number)).map(|entry| Item::of(entry, "open")).collect(),
            skipped: skipped.len(),
            skipped_by,
            near,
            sources: sources.collect(),
            records: due.iter().map(|due| Arc::clone(&due.entry.record)).collect(),
        }
    }

    /// The digest with the tags of its sources, at the sources and at their posts.
    pub fn tagged(mut self, tags: &Tags) -> Digest {
        for item in self.items.iter_mut().chain(&mut self.open).chain(&mut self.near) {
            item.tags = item.sources.iter().filter_map(|source| tags.get(source)).flatten().cloned().collect();
            item.tags.sort();
            item.tags.dedup();
        }
        for source in &mut self.sources {
            source.tags = tags.get(&source.name).cloned().unwrap_or_default();
        }
        self
    }

    /// Posts of a tier among the new and changed.
    pub fn tier(&self, tier: &str) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.tier == tier)
    }

    /// One line: the subject of a mail, the head of a message.
    pub fn headline(&self) -> String {
        let count = |tier| self.tier(tier).count();
        let repeated = if self.perhaps_repeated { "(perhaps known already) " } else { "" };
        if self.items.is_empty() {
            return format!("{repeated}gigsieve: nothing new worth applying to");
        }
        format!("{repeated}gigsieve: {} worth applying to, {} maybe, {} skipped", count("apply"), count("maybe"), self.skipped + count("skip"))
    }
}

/// Why a delivery may repeat an earlier one.
pub const REPEATED: &str = "An earlier delivery was interrupted; nobody can know whether it arrived, so you may have seen these posts.";

/// The digest as plain text.
pub fn text(digest: &Digest) -> String {
    let mut out = format!("{}\n", digest.headline());
    if digest.perhaps_repeated {
        let _ = writeln!(out, "{REPEATED}");
    }
    let mut section = |name: &str, items: Vec<&Item>, reasons: usize| {
        if !items.is_empty() {
            let _ = writeln!(out, "\n{name}");
        }
        for item in items {
            let changed = if item.news == "changed" { " (changed)" } else { "" };
            let _ = writeln!(out, "\n#{:<5} {:>3}  {}{changed}", item.number, item.score, item.title);
            let about = item.about();
            for line in [Some(about).filter(|about| !about.is_empty()), item.url.clone()].into_iter().flatten() {
                let _ = writeln!(out, "            {line}");
            }
            for line in item.reasons.iter().take(reasons) {
                let quote = if line.quote.is_empty() { String::new() } else { format!("\"{}\": ", line.quote) };
                let _ = writeln!(out, "       {:>+4} {quote}{}", line.points, line.why);
            }
            for question in item.questions.iter().take(if reasons > 1 { 2 } else { 0 }) {
                let _ = writeln!(out, "            Ask: {question}");
            }
        }
    };
    section("WORTH APPLYING TO", digest.tier("apply").collect(), REASONS);
    section("MAYBE", digest.tier("maybe").collect(), 1);
    section("CHANGED, AND NO LONGER WORTH IT", digest.tier("skip").collect(), 1);
    section("STILL OPEN, NO DECISION YET (gigsieve mark NUMBER applied|skipped)", digest.open.iter().collect(), 0);
    if digest.skipped > 0 {
        let by: Vec<String> = digest.skipped_by.iter().map(|by| format!("{} {}", by.posts, by.reason)).collect();
        let _ = writeln!(out, "\nSKIPPED {}: {}", digest.skipped, by.join(", "));
        for item in &digest.near {
            let _ = writeln!(out, "  nearest  #{} {:>3}  {}", item.number, item.score, item.title);
        }
    }
    if !digest.sources.is_empty() {
        let _ = writeln!(out, "\nSOURCES");
        for source in &digest.sources {
            let _ = writeln!(out, "  {}", source.line());
        }
    }
    out
}

impl From<&Health> for SourceLine {
    fn from(health: &Health) -> SourceLine {
        SourceLine {
            name: health.name.clone(),
            tags: Vec::new(),
            last_success: health.last_success,
            last_new: health.last_new,
            error: health.error.clone(),
            moved_to: health.moved_to.clone(),
        }
    }
}

impl SourceLine {
    /// Name, last success, last new post, error.
    pub fn line(&self) -> String {
        let day = |moment: Option<Timestamp>| moment.map_or_else(|| "never".to_owned(), |moment| moment.strftime("%Y-%m-%d %H:%M").to_string());
        let mut line = format!("{}: read {}, last new post {}", self.name, day(self.last_success), day(self.last_new));
        if let Some(moved) = &self.moved_to {
            let _ = write!(line, "; moved for good to {moved}, change the address in your configuration");
        }
        if let Some(error) = &self.error {
            let _ = write!(line, "; FAILED: {error}");
        }
        line
    }
}

/// The digest in few lines, for a telephone: at most one reason a post.
pub fn brief(digest: &Digest) -> String {
    let mut out = format!("{}\n", digest.headline());
    for item in &digest.items {
        let title: String = item.title.chars().take(160).collect();
        let changed = item.change.as_deref().map(|change| format!(" ({change})")).unwrap_or_default();
        let _ = write!(out, "\n#{} {} {}: {title}{changed}\n", item.number, item.score, item.tier);
        if let Some(line) = item.reasons.iter().find(|line| line.points > 0).or(item.reasons.first()) {
            let _ = writeln!(out, "{:+} {}", line.points, line.why.chars().take(200).collect::<String>());
        }
        if let Some(url) = item.url.as_deref().filter(|url| url.len() <= 500) {
            let _ = writeln!(out, "{url}");
        }
    }
    let failed: Vec<&str> = digest.sources.iter().filter(|source| source.error.is_some()).map(|source| source.name.as_str()).collect();
    if !failed.is_empty() {
        let _ = write!(out, "\n{} of {} sources failed", failed.len(), digest.sources.len());
    }
    out
}

impl Due {
    /// Whether it is listed by itself rather than counted among the skipped.
    pub fn is_listed(&self) -> bool {
        self.entry.tier != "skip" || self.kind != DueKind::New
    }
}
