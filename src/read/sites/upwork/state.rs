//! The jobs in a tree of Upwork's data, wherever stores and queries put them; other jobs that only accompany them
//! (similar ones, the client's history) are passed by.

use std::collections::HashSet;

use scraper::Html;
use serde_json::{Map, Value};

use super::super::super::page::dom::css;
use super::super::super::script;
use super::job;
use crate::post::Draft;

/// Trees deeper than this are not looked into.
const DEPTH: usize = 60;
/// What a flat array may unfold to, in bytes; that of the largest real page takes 200,000.
const UNFOLDED: usize = 48 << 20;
/// What one node takes, in bytes, besides its text.
const NODE: usize = 72;

/// What a page's state holds.
#[derive(Default)]
pub struct Jobs {
    /// The job a page is about.
    pub one: Option<Draft>,
    /// Jobs of lists, in their order.
    pub listed: Vec<Draft>,
    /// Where the data stood, as `window.__NUXT__`.
    pub place: &'static str,
    pub problems: Vec<String>,
}

impl Jobs {
    fn is_empty(&self) -> bool {
        self.one.is_none() && self.listed.is_empty()
    }
}

/// The jobs in the state of a page; `None` where the page carries no state.
pub fn of_page(html: &Html) -> Option<Jobs> {
    let mut met: Option<Jobs> = None;
    for element in html.select(css!("script")) {
        let raw: String = element.text().collect();
        let (place, value) = if element.attr("id") == Some("__NUXT_DATA__") || element.attr("data-nuxt-data").is_some() {
            ("__NUXT_DATA__", script::json(&raw).map(|flat| unfolded(&flat)))
        } else if let Some(value) =
            script::assigned(&raw, "__NUXT__").or_else(|| script::assigned(&raw, "__INITIAL_STATE__")).or_else(|| script::assigned(&raw, "phpVars"))
        {
            ("window.__NUXT__", value)
        } else {
            continue;
        };
        let jobs = match value {
            Ok(value) => Jobs { place, ..jobs(&value) },
            Err(error) => Jobs {
                place,
                problems: vec![format!("the page's state ({place}) could not be read ({error}); what the page shows is read instead")],
                ..Jobs::default()
            },
        };
        if met.as_ref().is_none_or(Jobs::is_empty) {
            met = Some(jobs);
        }
    }
    met
}

/// The jobs in a tree of data.
pub fn jobs(value: &Value) -> Jobs {
    let mut jobs = Jobs::default();
    search(value, &Value::Null, 0, &mut jobs);
    let mut seen = HashSet::new();
    jobs.listed.retain(|draft| draft.id.as_ref().is_none_or(|id| seen.insert(id.clone())));
    jobs
}

/// Whether a tree of data is Upwork's: somewhere in it is a ciphertext, or a query of its API.
pub fn is_upwork(value: &Value) -> bool {
    fn look(value: &Value, depth: usize, left: &mut usize) -> bool {
        *left = left.saturating_sub(1);
        if depth > 12 || *left == 0 {
            return false;
        }
        match value {
            Value::Object(object) => {
                object.iter().any(|(key, value)| match key.as_str() {
                    "ciphertext" | "cipherText" => value.as_str().is_some_and(|text| text.starts_with("~0")),
                    "jobAuthDetails"
                    | "jobPubDetails"
                    | "marketplaceJobPostingsSearch"
                    | "marketplaceJobPostings"
                    | "marketplaceJobPosting"
                    | "marketplaceJobPostingsContents" => true,
                    _ => false,
                }) || object.values().any(|value| look(value, depth + 1, left))
            }
            Value::Array(array) => array.iter().take(20).any(|value| look(value, depth + 1, left)),
            _ => false,
        }
    }
    look(value, 0, &mut 5_000)
}

/// Stores of jobs that accompany the jobs a page is about.
fn accompanies(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["similar", "openjobs", "workhistory", "related", "recommended", "otherjobs", "recentlyviewed", "visitedjobs", "suggested"]
        .iter()
        .any(|part| key.contains(part))
}

/// `above` is the object the value is in.
fn search(value: &Value, above: &Value, depth: usize, jobs: &mut Jobs) {
    if depth > DEPTH {
        return;
    }
    match value {
        Value::Object(object) => {
            if jobs.one.is_none()
                && let Some(draft) = job_with_buyer(object, value, above)
            {
                jobs.one = Some(draft);
                // What else is here belongs to this job.
                for (key, other) in object.iter().filter(|(key, _)| !matches!(key.as_str(), "job" | "opening" | "buyer")) {
                    if !accompanies(key) {
                        search(other, value, depth + 1, jobs);
                    }
                }
                return;
            }
            for (key, inner) in object {
                if accompanies(key) || key == "buyer" {
                    continue;
                }
                let is_one = matches!(key.as_str(), "job" | "opening" | "jobPosting" | "marketplaceJobPosting") && inner.get("job").is_none();
                if is_one && jobs.one.is_none() && jobs.listed.is_empty() && job::is_job(inner) {
                    jobs.one = Some(job::draft(inner, None));
                    continue;
                }
                search(inner, value, depth + 1, jobs);
            }
        }
        Value::Array(array) => {
            for entry in array {
                let entry = entry.get("node").unwrap_or(entry);
                if job::is_job(entry) { jobs.listed.push(job::draft(entry, None)) } else { search(entry, value, depth + 1, jobs) }
            }
        }
        _ => {}
    }
}

/// An object that holds a job and its buyer: `{job, buyer}`, `{opening: {job, ...}, buyer}`, `{opening: {...}, buyer}`.
fn job_with_buyer(object: &Map<String, Value>, value: &Value, above: &Value) -> Option<Draft> {
    let buyer = object.get("buyer").filter(|buyer| buyer.is_object());
    let job = ["job", "opening.job", "opening", "jobDetails"].iter().filter_map(|path| job::at(value, path)).find(|job| job::is_job(job))?;
    if buyer.is_none() && !object.contains_key("opening") {
        return None;
    }
    let mut draft = job::draft(job, buyer);
    if draft.skills.is_empty() {
        // Page state keeps them beside the job.
        draft.skills = [value, above].into_iter().map(job::skills).find(|skills| !skills.is_empty()).unwrap_or_default();
    }
    Some(draft)
}

/// Unfolds Nuxt's flat array, in which numbers are places in the array and a few names wrap what follows them.
pub fn unfolded(flat: &Value) -> Value {
    let Value::Array(flat) = flat else { return Value::Null };
    let mut left = UNFOLDED;
    unfold(flat, 0, 0, &mut left)
}

fn unfold(flat: &[Value], place: usize, depth: usize, left: &mut usize) -> Value {
    let Some(value) = flat.get(place).filter(|_| depth <= DEPTH) else { return Value::Null };
    let size = NODE
        + match value {
            Value::String(text) => text.len(),
            Value::Object(object) => object.keys().map(|key| NODE + key.len()).sum(),
            Value::Array(array) => array.len() * NODE,
            _ => 0,
        };
    *left = left.saturating_sub(size);
    if *left == 0 {
        return Value::Null;
    }
    let mut inner =
        |value: &Value| value.as_u64().and_then(|place| usize::try_from(place).ok()).map_or(Value::Null, |place| unfold(flat, place, depth + 1, left));
    match value {
        Value::Object(object) => Value::Object(object.iter().map(|(key, value)| (key.clone(), inner(value))).collect()),
        Value::Array(array) => match array.first() {
            Some(Value::String(wrapper)) => match wrapper.as_str() {
                "Date" | "RegExp" | "BigInt" | "URL" => array.get(1).cloned().unwrap_or(Value::Null),
                "Set" => Value::Array(array[1..].iter().map(inner).collect()),
                "null" => Value::Object(array[1..].chunks(2).filter_map(|pair| Some((pair.first()?.as_str()?.to_owned(), inner(pair.get(1)?)))).collect()),
                _ => array.get(1).map_or(Value::Null, inner),
            },
            _ => Value::Array(array.iter().map(inner).collect()),
        },
        plain => plain.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn flat_arrays_unfold() {
        let flat = json!([["Reactive", 1], {"a": 2, "b": 3, "c": -1}, "x", [4, 4], 7]);
        assert_eq!(unfolded(&flat), json!({"a": "x", "b": [7, 7], "c": null}));
        // A place that leads to itself ends.
        let _ = unfolded(&json!([{"a": 0, "b": 0}]));
        assert_eq!(unfolded(&json!({})), Value::Null);
    }

    #[test]
    fn accompanying_jobs_are_passed_by() {
        let job = |title: &str, uid: u64| json!({"uid": uid.to_string(), "title": title, "description": "A text."});
        let state = json!({"jobDetails": {"job": job("One", 1_899_385_345_930_167_272), "buyer": {}, "similarJobs": [job("Two", 1_899_385_345_930_167_273)]}});
        let found = jobs(&state);
        assert_eq!(found.one.map(|draft| draft.title).as_deref(), Some("One"));
        assert!(found.listed.is_empty());
        let search = json!({"jobsSearch": {"jobs": [job("One", 1_899_385_345_930_167_272), job("Two", 1_899_385_345_930_167_273), job("One", 1_899_385_345_930_167_272)]}});
        assert_eq!(jobs(&search).listed.len(), 2);
    }
}
