//! Workana: its lists come from the server as JSON in an attribute of `<search>`, drawn by a script; a page saved before
//! that, or with the script off, holds no tile.

use serde_json::Value;

use super::super::page::dom::{Page, css};
use super::super::{script, stated};
use crate::post::{Client, Draft, Markup, PayKind};
use crate::text::html_to_text;

/// The projects of a list that was not drawn.
pub fn undrawn(page: &Page<'_>) -> Vec<Draft> {
    let source = page.select(css!("search, search-project-list")).find_map(|list| list.attr(":results-initials").or_else(|| list.attr(":initials")));
    let state = source.and_then(|source| script::json(source).ok());
    let listed = state.as_ref().and_then(|state| state.get("results").or(Some(state))?.as_array());
    listed.into_iter().flatten().filter_map(draft).collect()
}

fn draft(project: &Value) -> Option<Draft> {
    let text = |name: &str| project.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    // Titles and countries are pieces of HTML; what is cut short in the text is whole in the attribute.
    let plain = |name: &str| text(name).map(|html| attribute(html, "title").unwrap_or_else(|| html_to_text(html).trim().to_owned()));
    let slug = text("slug")?;
    let kind = project.get("isHourly").and_then(Value::as_bool).map(|hourly| if hourly { PayKind::Hourly } else { PayKind::Fixed });
    let mut pay = text("budget").map(stated::money).unwrap_or_default();
    pay.kind = pay.kind.or(kind.filter(|_| pay.is_stated()));
    let skills = project.get("skills").and_then(Value::as_array);
    let rating = project.pointer("/rating/value").or_else(|| project.pointer("/rating/label"));
    Some(Draft {
        id: Some(slug.to_owned()),
        url: Some(format!("https://www.workana.com/job/{slug}")),
        title: plain("title")?,
        body: text("description").unwrap_or_default().to_owned(),
        markup: Markup::Body,
        published: text("publishedDate").or_else(|| text("postedDate")).and_then(stated::moment),
        author: text("authorName").map(str::to_owned),
        skills: skills.into_iter().flatten().filter_map(|skill| skill.get("anchorText")?.as_str()).map(str::to_owned).collect(),
        pay,
        proposals: text("totalBids").and_then(stated::figure).map(|bids| stated::exactly(bids as u32)).unwrap_or_default(),
        client: Client {
            payment_verified: project.get("hasVerifiedPaymentMethod").and_then(Value::as_bool),
            rating: rating.and_then(|rating| rating.as_f64().or_else(|| stated::figure(rating.as_str()?))).and_then(stated::rating),
            country: plain("country"),
            ..Client::default()
        },
        ..Draft::default()
    })
}

/// The value of the first attribute of this name in a piece of HTML.
fn attribute(html: &str, name: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!("{name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(html_to_text(value).trim().to_owned()).filter(|value| !value.is_empty())
}
