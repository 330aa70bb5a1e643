//! PeoplePerHour: the state its pages are drawn from, which has the whole text, the moment and the pay in the client's
//! own currency where the page shows a start, "1 day ago" and an amount converted for the visitor.

use std::collections::HashMap;

use scraper::Html;
use serde_json::Value;

use super::super::page::dom::css;
use super::super::{script, stated};
use super::{complete, is_same_address, path_of};
use crate::post::{Draft, Markup, PayKind};

/// Completes what a page shows by what its state says of the same posts; a page whose tiles are not known is read from
/// the state alone. Whether anything was found there.
pub fn complete_from_state(html: &Html, address: Option<&str>, drafts: &mut Vec<Draft>) -> bool {
    let Some(state) = state(html) else { return false };
    let Some(projects) = state.pointer("/entities/projects").and_then(Value::as_object) else { return false };
    let known = |id: &Value| id.as_str().map(str::to_owned).or_else(|| id.as_u64().map(|id| id.to_string())).and_then(|id| projects.get(&id));
    if drafts.is_empty() {
        let listed = state.pointer("/freelanceJobs/main/data").and_then(Value::as_array);
        drafts.extend(listed.into_iter().flatten().filter_map(|entry| draft(known(entry.get("id")?)?)));
        let is_here = |draft: &Draft| draft.url.as_deref().zip(address).is_some_and(|(url, address)| is_same_address(url, address));
        if drafts.is_empty() {
            drafts.extend(projects.values().filter_map(draft).filter(|draft| projects.len() == 1 || is_here(draft)));
        }
        return !drafts.is_empty();
    }
    let by_path: HashMap<&str, &Value> =
        projects.values().filter_map(|project| Some((path_of(project.pointer("/attributes/url")?.as_str()?), project))).collect();
    let mut found = false;
    for shown in drafts.iter_mut() {
        let project = shown.url.as_deref().and_then(|url| by_path.get(path_of(url)).copied());
        if let Some(draft) = project.and_then(draft) {
            let shown_only = std::mem::replace(shown, draft);
            complete(shown, shown_only);
            found = true;
        }
    }
    found
}

fn state(html: &Html) -> Option<Value> {
    html.select(css!("script")).find_map(|script| {
        let source: String = script.text().collect();
        if source.contains("PPHReact") { script::assigned(&source, "PPHReact.initialState")?.ok() } else { None }
    })
}

/// The post of a project; its budget of 0 is a blank.
fn draft(project: &Value) -> Option<Draft> {
    let project = project.get("attributes").unwrap_or(project);
    let text = |name: &str| project.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let figure = |name: &str| project.get(name).and_then(|value| value.as_f64().or_else(|| stated::figure(value.as_str()?)));
    let kind = match text("project_type").as_deref() {
        Some("hourly") => Some(PayKind::Hourly),
        Some("fixed_price" | "fixed") => Some(PayKind::Fixed),
        _ => None,
    };
    let body = text("proj_desc").unwrap_or_default();
    let budget = figure("budget").filter(|&budget| budget > 0.0);
    Some(Draft {
        id: project.get("proj_id").and_then(|id| id.as_str().map(str::to_owned).or_else(|| id.as_u64().map(|id| id.to_string()))),
        url: text("url"),
        title: text("title")?,
        markup: if ["</", "<br", "<p>"].iter().any(|tag| body.contains(tag)) { Markup::Body } else { Markup::None },
        body,
        published: text("posted_dt").as_deref().and_then(stated::moment),
        pay: stated::amounts(budget, budget, text("currency").filter(|_| budget.is_some()), kind),
        proposals: figure("proposalCount").filter(|count| (0.0..1e6).contains(count)).map(|count| stated::exactly(count as u32)).unwrap_or_default(),
        client: crate::post::Client {
            country: project.pointer("/client/country").and_then(Value::as_str).map(str::to_owned),
            ..crate::post::Client::default()
        },
        ..Draft::default()
    })
}
