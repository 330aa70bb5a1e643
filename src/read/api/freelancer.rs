//! Projects as Freelancer.com's API gives them: a bare list, one project, or a result with its users beside it.

use serde_json::Value;

use super::super::sites::upwork::job::{at, first};
use super::super::{prose, stated};
use crate::post::{Client, Draft, Pay, PayKind};

const BASE: &str = "https://www.freelancer.com";

/// Whether a value is a project or holds some.
pub fn is_answer(value: &Value) -> bool {
    is_project(value) || projects(value).is_some_and(|projects| projects.iter().any(is_project))
}

fn is_project(value: &Value) -> bool {
    value.get("title").is_some()
        && (value.get("bid_stats").is_some()
            || value.get("seo_url").is_some() && (value.get("submitdate").is_some() || value.get("owner_id").is_some() || value.get("bidperiod").is_some()))
}

fn projects(value: &Value) -> Option<&Vec<Value>> {
    first(value, &["result.projects", "projects", "data.projects", "result.items"])?.as_array()
}

/// The drafts of an answer.
pub fn drafts(value: &Value) -> Vec<Draft> {
    let users = first(value, &["result.users", "users", "data.users"]);
    match projects(value) {
        Some(projects) => projects.iter().filter(|project| project.get("title").is_some()).map(|project| draft(project, users)).collect(),
        None => {
            let project = at(value, "result").filter(|result| is_project(result)).unwrap_or(value);
            vec![draft(project, users)]
        }
    }
}

fn draft(project: &Value, users: Option<&Value>) -> Draft {
    let text = |path: &str| at(project, path).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let moment = |path: &str| at(project, path).and_then(Value::as_f64).and_then(stated::epoch);
    let owner = at(project, "owner_id").map(Value::to_string);
    let client = first(project, &["client", "owner", "owner_info", "employer"]).filter(|client| client.is_object()).or_else(|| users?.get(owner?));
    let id = at(project, "id").map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
    Draft {
        marketplace: Some("freelancer".to_owned()),
        url: text("seo_url")
            .map(|path| {
                if path.starts_with("http") {
                    path.to_owned()
                } else {
                    format!("{BASE}/projects/{}", path.trim_start_matches('/').trim_start_matches("projects/"))
                }
            })
            .or_else(|| Some(format!("{BASE}/projects/{}", id.as_deref()?))),
        id,
        title: prose::line(text("title").unwrap_or_default()),
        body: prose::plain(text("description").or_else(|| text("preview_description")).unwrap_or_default()),
        published: moment("time_submitted").or_else(|| moment("submitdate")),
        updated: moment("time_updated"),
        author: client.and_then(|client| first(client, &["public_name", "display_name", "username"])).and_then(Value::as_str).map(str::to_owned),
        skills: at(project, "jobs")
            .and_then(Value::as_array)
            .map(|jobs| jobs.iter().filter_map(|job| job.get("name")?.as_str()).map(str::to_owned).collect())
            .unwrap_or_default(),
        pay: pay(project),
        client: client.map(client_facts).unwrap_or_default(),
        proposals: at(project, "bid_stats.bid_count")
            .and_then(Value::as_u64)
            .and_then(|count| u32::try_from(count).ok())
            .map(stated::exactly)
            .unwrap_or_default(),
        ..Draft::default()
    }
}

fn pay(project: &Value) -> Pay {
    let figure = |path: &str| at(project, path).and_then(Value::as_f64);
    let kind = match at(project, "type").and_then(Value::as_str).map(str::to_ascii_lowercase).as_deref() {
        Some("hourly") => Some(PayKind::Hourly),
        Some("fixed") => Some(PayKind::Fixed),
        _ => None,
    };
    let currency = at(project, "currency.code").and_then(Value::as_str).map(str::to_ascii_uppercase);
    let (min, max) = (figure("budget.minimum"), figure("budget.maximum"));
    // "Over 10,000" has no upper end.
    stated::amounts(min, max, currency, kind)
}

/// What is said of the client; a reputation may be the one earned as a freelancer.
fn client_facts(client: &Value) -> Client {
    let reputation = at(client, "employer_reputation")
        .or_else(|| at(client, "reputation").filter(|reputation| at(reputation, "role").and_then(Value::as_str) == Some("employer")));
    let history = reputation.and_then(|reputation| at(reputation, "entire_history"));
    let figure = |path: &str| history.and_then(|history| at(history, path)).and_then(Value::as_f64);
    Client {
        payment_verified: first(client, &["status.payment_verified", "payment_verified"]).and_then(Value::as_bool),
        rating: figure("overall").and_then(stated::rating).filter(|_| figure("reviews") != Some(0.0)),
        country: first(client, &["location.country.name", "country.name", "country"])
            .and_then(Value::as_str)
            .filter(|name| !name.is_empty())
            .map(str::to_owned),
        member_since: first(client, &["registration_date", "registrationDate"]).and_then(Value::as_f64).and_then(stated::epoch),
        ..Client::default()
    }
}
