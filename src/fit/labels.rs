//! Posts that people have judged: a record with the labels in it, or records and labels in two files joined by id.

use std::collections::{BTreeSet, HashMap};

use serde::Deserialize;

use crate::post::{Kind, Post};
use crate::read::{Document, Limits, records};
use crate::verdict::Tier;

/// A post and what readers said of it.
#[derive(Debug)]
pub struct Labelled {
    pub post: Post,
    pub verdict: Tier,
    pub kind: Kind,
    /// Families that readers saw.
    pub families: BTreeSet<String>,
    /// Families that only some readers saw: they count neither way.
    pub soft: BTreeSet<String>,
}

/// A text of a sentence or three, and whether it shows a family or only looks like it.
#[derive(Debug, Clone, Deserialize)]
pub struct Short {
    pub family: String,
    pub hit: bool,
    pub text: String,
}

#[derive(Debug, Clone, Deserialize)]
struct Label {
    id: String,
    verdict: Option<Tier>,
    #[serde(default = "request")]
    kind: Kind,
    #[serde(default)]
    red: Vec<String>,
    #[serde(default)]
    green: Vec<String>,
    #[serde(default)]
    soft_red: Vec<String>,
    #[serde(default)]
    soft_green: Vec<String>,
}

fn request() -> Kind {
    Kind::Request
}

/// A line of labels that is no label.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {cause}")]
pub struct LabelError {
    /// Counted from 1.
    pub line: usize,
    pub cause: serde_json::Error,
}

/// Reads labelled posts. Without a text of labels, the records hold them themselves. A post without a verdict is left
/// out, and so is a line of posts that is no record.
///
/// # Errors
/// The first line of labels that is none.
pub fn read(posts: &str, labels: Option<&str>) -> Result<Vec<Labelled>, LabelError> {
    let labels: HashMap<String, Label> =
        records_of(labels.unwrap_or(posts)).map(|label: Result<Label, _>| label.map(|label| (label.id.clone(), label))).collect::<Result<_, _>>()?;
    let document = Document { source: "labelled".into(), bytes: posts.into(), ..Document::default() };
    let reading = records::read(&document, &Limits::default());
    let labelled = reading.posts.into_iter().filter_map(|post| {
        let label = labels.get(&post.id)?;
        let verdict = label.verdict?;
        let families = label.red.iter().chain(&label.green).cloned().collect();
        let soft = label.soft_red.iter().chain(&label.soft_green).cloned().collect();
        Some(Labelled { verdict, kind: label.kind, families, soft, post })
    });
    Ok(labelled.collect())
}

/// Reads short texts, one record a line.
///
/// # Errors
/// The first line that is none.
pub fn read_short(text: &str) -> Result<Vec<Short>, LabelError> {
    records_of(text).collect()
}

fn records_of<R: for<'t> Deserialize<'t>>(text: &str) -> impl Iterator<Item = Result<R, LabelError>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(index, line)| serde_json::from_str(line).map_err(|cause| LabelError { line: index + 1, cause }))
}
