//! Posts that people have judged: a record with the labels in it, or records and labels in two files joined by id.

use std::collections::{BTreeSet, HashMap};

use serde::Deserialize;

use crate::post::{Kind, Post};
use crate::read::{Limits, records};
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

/// Why labelled posts could not be read.
#[derive(Debug, thiserror::Error)]
#[error("line {line} of the {what}: {cause}")]
pub struct LabelError {
    pub what: &'static str,
    /// Counted from 1.
    pub line: usize,
    pub cause: serde_json::Error,
}

/// Reads labelled posts. Without a text of labels, the records hold them themselves.
///
/// # Errors
/// The first line that is no record. A post without a verdict is left out.
pub fn read(posts: &str, labels: Option<&str>) -> Result<Vec<Labelled>, LabelError> {
    let labels: HashMap<String, Label> = lines(labels.unwrap_or(posts))
        .map(|(line, text)| serde_json::from_str::<Label>(text).map_err(|cause| LabelError { what: "labels", line, cause }))
        .map(|label| label.map(|label| (label.id.clone(), label)))
        .collect::<Result<_, _>>()?;
    let mut labelled = Vec::new();
    for (line, text) in lines(posts) {
        let record = records::single(text, "labelled", &Limits::default()).map_err(|cause| LabelError { what: "posts", line, cause })?;
        let Some(post) = record else { continue };
        let Some(label) = labels.get(&post.id) else { continue };
        let Some(verdict) = label.verdict else { continue };
        labelled.push(Labelled {
            post,
            verdict,
            kind: label.kind,
            families: label.red.iter().chain(&label.green).cloned().collect(),
            soft: label.soft_red.iter().chain(&label.soft_green).cloned().collect(),
        });
    }
    Ok(labelled)
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line)).filter(|(_, line)| !line.trim().is_empty())
}
