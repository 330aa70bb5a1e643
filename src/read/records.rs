//! Posts in our own record schema: JSONL, or one JSON array. What `scan --format jsonl` writes reads back.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::{Document, Limits, Problem, Reading};
use crate::post::{Client, Draft, Kind, Pay, PayKind, Post, Proposals};

/// A record as it may come: any field may be missing or null, numbers may be floats.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Record {
    id: Option<Value>,
    source: Option<String>,
    marketplace: Option<String>,
    url: Option<String>,
    title: Option<String>,
    body: Option<String>,
    published: Option<String>,
    updated: Option<String>,
    author: Option<String>,
    skills: Option<Vec<String>>,
    pay: Option<RecordPay>,
    client: Option<RecordClient>,
    proposals: Option<RecordProposals>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RecordPay {
    kind: Option<String>,
    min: Option<f64>,
    max: Option<f64>,
    currency: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RecordClient {
    payment_verified: Option<bool>,
    rating: Option<f64>,
    total_spent: Option<f64>,
    hires: Option<f64>,
    jobs_posted: Option<f64>,
    hire_rate: Option<f64>,
    country: Option<String>,
    member_since: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RecordProposals {
    min: Option<f64>,
    max: Option<f64>,
}

impl Record {
    /// The post of a record; the source in the record goes before the document's.
    pub fn post(self, source: &str, format: &str) -> Post {
        let pay = self.pay.unwrap_or_default();
        let client = self.client.unwrap_or_default();
        let proposals = self.proposals.unwrap_or_default();
        let moment = |text: Option<String>| text.and_then(|text| text.parse::<Timestamp>().ok());
        let count = |value: Option<f64>| value.filter(|value| value.is_finite() && *value >= 0.0).map(|value| value as u32);
        Draft {
            id: self.id.map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned)),
            source: self.source.or_else(|| Some(source.to_owned())),
            marketplace: self.marketplace,
            format: Some(format.to_owned()),
            url: self.url,
            title: self.title.unwrap_or_default(),
            body: self.body.unwrap_or_default(),
            published: moment(self.published),
            updated: moment(self.updated),
            author: self.author,
            skills: self.skills.unwrap_or_default(),
            pay: Pay { kind: pay.kind.as_deref().and_then(PayKind::from_name), min: pay.min, max: pay.max, currency: pay.currency },
            client: Client {
                payment_verified: client.payment_verified,
                rating: client.rating,
                total_spent: client.total_spent,
                hires: client.hires,
                jobs_posted: client.jobs_posted,
                hire_rate: client.hire_rate,
                country: client.country,
                member_since: moment(client.member_since),
            },
            proposals: Proposals { min: count(proposals.min), max: count(proposals.max) },
            // The kind in a record is a verdict of ours, not a statement of the document.
            stated_kind: None::<Kind>,
            ..Draft::default()
        }
        .finish()
    }
}

/// The names of a record; what the report adds to a post is among them, and is not read.
const NAMES: &[&str] = &[
    "id", "source", "marketplace", "format", "url", "title", "body", "published", "updated", "author", "language", "kind", "skills", "pay", "client", "proposals", "facts", "verdict",
    "score", "axes", "flags", "hints", "reasons", "questions", "note", "label", "labels",
];

/// Whether the first value of a document is a record of our own schema: a title, a text, and no name beyond ours.
pub fn are_ours(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4 << 20)]);
    let Some(first) = super::api::values::outermost(&head).next() else { return false };
    let Ok(Value::Object(record)) = serde_json::from_str(first) else { return false };
    record.contains_key("title") && record.contains_key("body") && record.keys().all(|name| NAMES.contains(&name.as_str())) && ["pay", "client", "proposals"].iter().all(|name| record.get(*name).is_none_or(|part| part.is_object() || part.is_null()))
}

/// Reads JSONL, or a JSON array of records. A line that is no record is a problem with its number.
pub fn read(document: &Document, limits: &Limits) -> Reading {
    let mut reading = Reading { format: "jsonl".into(), why: "a JSON object a line".into(), ..Reading::default() };
    if let Ok(records) = serde_json::from_slice::<Vec<Record>>(&document.bytes) {
        reading.format = "json".into();
        reading.why = "one JSON array of records".into();
        reading.posts = records.into_iter().take(limits.posts).map(|record| record.post(&document.source, "json")).collect();
        return reading;
    }
    for (number, line) in document.bytes.split(|&byte| byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice::<Record>(line) {
            Ok(record) => reading.posts.push(record.post(&document.source, "jsonl")),
            Err(error) => reading.problems.push(Problem::at(document, format!("line {}", number + 1), format!("no record: {error}"))),
        }
    }
    reading
}
