//! Comments of Hacker News as Algolia's API gives them: search hits, or a story with its children. The comments right
//! below the story are the posts; replies to them are not.

use serde_json::Value;

use super::super::sites::upwork::job::{at, first};
use super::super::{prose, stated};
use crate::post::Draft;

/// Whether a value is such an answer.
pub fn is_answer(value: &Value) -> bool {
    let is_hit =
        |hit: &Value| hit.get("objectID").is_some() && (hit.get("comment_text").is_some() || hit.get("story_text").is_some() || hit.get("story_id").is_some());
    is_hit(value)
        || at(value, "hits").and_then(Value::as_array).is_some_and(|hits| hits.iter().any(is_hit))
        || at(value, "children")
            .and_then(Value::as_array)
            .is_some_and(|children| children.iter().any(|child| child.get("text").is_some() && child.get("created_at").is_some()))
}

/// The drafts of an answer.
pub fn drafts(value: &Value) -> Vec<Draft> {
    let list = ["hits", "children"].into_iter().find_map(|key| at(value, key)?.as_array());
    let Some(list) = list else { return draft(value, None).into_iter().collect() };
    let story = first(value, &["story_id", "id"]);
    list.iter().filter_map(|comment| draft(comment, story)).collect()
}

fn draft(comment: &Value, story: Option<&Value>) -> Option<Draft> {
    let text = |paths: &[&str]| first(comment, paths).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    if let Some((parent, story)) = at(comment, "parent_id").zip(at(comment, "story_id").or(story))
        && parent != story
    {
        return None;
    }
    let body = prose::rich(text(&["comment_text", "text", "story_text"]).or_else(|| text(&["title"]))?);
    let id = first(comment, &["objectID", "id"]).map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
    Some(Draft {
        marketplace: Some("hackernews".to_owned()),
        url: id.as_ref().map(|id| format!("https://news.ycombinator.com/item?id={id}")),
        id,
        // A comment's own title is that of its story.
        title: at(comment, "comment_text").is_none().then(|| text(&["title"])).flatten().map(prose::line).unwrap_or_default(),
        body,
        published: text(&["created_at"]).and_then(stated::moment).or_else(|| first(comment, &["created_at_i", "time"])?.as_f64().and_then(stated::epoch)),
        author: text(&["author", "by"]).map(str::to_owned),
        ..Draft::default()
    })
}
