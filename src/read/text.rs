//! A plain text is one post: a first line that is short and stands alone is its title.

use super::{Document, Limits, Reading};
use crate::post::Draft;

/// A first line longer than this is prose, not a title, in characters.
const TITLE_MOST: usize = 120;

/// Reads a pasted or saved post.
pub fn read(document: &Document, _limits: &Limits) -> Reading {
    let text = String::from_utf8_lossy(&document.bytes);
    let text = text.trim();
    let (first, rest) = text.split_once('\n').unwrap_or(("", text));
    let is_title = !first.is_empty() && first.chars().count() <= TITLE_MOST && !first.trim_end().ends_with(['.', ',', ';']);
    let (title, body) = if is_title { (first.trim_start_matches(['#', ' ']), rest) } else { ("", text) };
    let post =
        Draft { source: Some(document.source.clone()), format: Some("text".into()), title: title.into(), body: body.into(), ..Draft::default() }.finish();
    Reading { posts: vec![post], format: "text".into(), why: "no markup, no records".into(), ..Reading::default() }
}
