//! schema.org `JobPosting` in a page: JSON-LD, broken JSON-LD as far as it can be repaired, microdata.
//!
//! Boards publish it for search engines: title, text and date are right, the rest is often the board's and not the
//! client's (its address, its country), so only what is plainly the post's is taken.

use ego_tree::NodeId;
use scraper::ElementRef;
use serde_json::Value;

use super::super::{prose, script, stated};
use super::dom::{Page, css, line, lines};
use crate::post::{Draft, Kind, Pay, PayKind};

/// A post found somewhere in a page.
pub struct Found {
    pub draft: Draft,
    /// The element it was found in.
    pub node: NodeId,
}

/// The job postings of a page, and what was wrong with others.
pub fn read(page: &Page<'_>) -> (Vec<Found>, Vec<String>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for element in page.select(css!("script[type*='ld+json' i]")) {
        let raw: String = element.text().collect();
        if !raw.contains("JobPosting") {
            continue;
        }
        match parsed(&raw) {
            Ok(value) => {
                let mut postings = Vec::new();
                postings_in(&value, 0, &mut postings);
                found.extend(postings.into_iter().map(|posting| Found { draft: draft(posting), node: element.id() }));
            }
            Err(error) => problems.push(format!("a JobPosting (JSON-LD) in the page is broken beyond repair ({error}); what the page shows is read instead")),
        }
    }
    if found.is_empty() {
        found.extend(
            page.select(css!("[itemscope][itemtype*='schema.org/JobPosting' i]")).map(|element| Found { draft: microdata(page, element), node: element.id() }),
        );
    }
    found.retain(|found| !found.draft.title.trim().is_empty() || !found.draft.body.trim().is_empty());
    (found, problems)
}

/// JSON-LD as it is, or repaired: raw line breaks in strings, trailing commas, comment marks around it.
fn parsed(raw: &str) -> Result<Value, script::ScriptError> {
    let trimmed = raw.trim().trim_start_matches("<!--").trim_start_matches("//").trim_start_matches("<![CDATA[").trim();
    match script::json(trimmed) {
        Err(_) if trimmed.contains("&quot;") => script::value(&crate::text::html_to_text(trimmed)),
        repaired => repaired,
    }
}

/// Collects the objects of type `JobPosting`, in graphs and lists too.
pub fn postings_in<'v>(value: &'v Value, depth: usize, found: &mut Vec<&'v Value>) {
    if depth > 12 {
        return;
    }
    match value {
        Value::Array(array) => array.iter().for_each(|value| postings_in(value, depth + 1, found)),
        Value::Object(object) => {
            let is_posting = |name: &Value| name.as_str().is_some_and(|name| name.rsplit(['/', ':', '#']).next() == Some("JobPosting"));
            let types = object.get("@type");
            if types.is_some_and(|types| is_posting(types) || types.as_array().is_some_and(|types| types.iter().any(is_posting))) {
                found.push(value);
            } else {
                object.values().for_each(|value| postings_in(value, depth + 1, found));
            }
        }
        _ => {}
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(object) => object.get("name").or_else(|| object.get("@value")).or_else(|| object.get("@id")).and_then(text_of),
        Value::Array(array) => array.first().and_then(text_of),
        _ => None,
    }
    .filter(|text| !text.is_empty())
}

fn list_of(value: &Value) -> Vec<String> {
    match value {
        Value::Array(array) => array.iter().filter_map(text_of).collect(),
        value => text_of(value).map(|text| text.split([',', ';', '|']).map(|part| part.trim().to_owned()).collect()).unwrap_or_default(),
    }
}

/// The draft of one posting.
pub fn draft(posting: &Value) -> Draft {
    let text = |key: &str| posting.get(key).and_then(text_of);
    let moment = |key: &str| posting.get(key).and_then(text_of).and_then(|text| stated::moment(&text));
    let mut body = text("description").unwrap_or_default();
    for key in ["responsibilities", "qualifications", "experienceRequirements"] {
        if body.is_empty() {
            body = text(key).unwrap_or_default();
        }
    }
    Draft {
        url: ["url", "mainEntityOfPage", "@id"].into_iter().filter_map(text).find(|url| url.starts_with("http") || url.starts_with('/')),
        title: prose::line(&text("title").or_else(|| text("name")).unwrap_or_default()),
        body: prose::rich(&body),
        published: moment("datePosted"),
        updated: moment("dateModified"),
        author: text("hiringOrganization").map(|name| prose::line(&name)),
        skills: posting.get("skills").map(list_of).unwrap_or_default(),
        pay: ["baseSalary", "estimatedSalary", "salary"]
            .into_iter()
            .filter_map(|key| posting.get(key))
            .map(|salary| pay(salary, text("salaryCurrency")))
            .find(Pay::is_stated)
            .unwrap_or_default(),
        stated_kind: posting.get("employmentType").map(list_of).and_then(|types| employment(&types)),
        ..Draft::default()
    }
}

/// The kind of post behind employment types; only where they agree.
pub fn employment(types: &[String]) -> Option<Kind> {
    let kinds: Vec<Option<Kind>> = types
        .iter()
        .map(|name| {
            let name: String = name.to_ascii_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
            match name.as_str() {
                "fulltime" | "permanent" | "fulltimepermanent" | "intern" | "internship" => Some(Kind::Employment),
                "contract" | "contractor" | "freelance" | "freelancer" | "temporary" | "gig" | "project" => Some(Kind::Request),
                _ => None,
            }
        })
        .collect();
    let first = kinds.first().copied().flatten()?;
    kinds.iter().all(|kind| *kind == Some(first)).then_some(first)
}

/// Pay as schema.org states it: a bare figure, a text, a `MonetaryAmount` with a `QuantitativeValue`.
fn pay(salary: &Value, currency: Option<String>) -> Pay {
    let figure = |value: Option<&Value>| match value {
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => stated::figure(text),
        _ => None,
    };
    match salary {
        Value::Array(salaries) => salaries.iter().map(|salary| pay(salary, currency.clone())).find(Pay::is_stated).unwrap_or_default(),
        Value::Object(amount) => {
            let text = |key: &str| amount.get(key).and_then(text_of);
            let value = amount.get("value").filter(|value| !value.is_null()).unwrap_or(salary);
            let currency = text("currency").or_else(|| value.get("currency").and_then(text_of)).or(currency);
            if let Value::String(range) = value {
                let read = stated::money(range);
                return Pay {
                    kind: counted_by(text("unitText"), text("unitCode")).or(read.kind),
                    currency: currency.filter(|_| read.is_stated()).or(read.currency),
                    ..read
                };
            }
            let of = |key: &str| figure(value.get(key));
            let one = if value.is_object() { of("value") } else { figure(Some(value)) };
            let part = |key: &str| value.get(key).and_then(text_of).or_else(|| text(key));
            stated::amounts(of("minValue").or(one), of("maxValue").or(one), currency, counted_by(part("unitText"), part("unitCode")))
        }
        Value::Null | Value::Bool(_) => Pay::default(),
        other => {
            let read = text_of(other).map(|text| stated::money(&text)).unwrap_or_default();
            Pay { currency: read.currency.clone().or(currency).filter(|_| read.is_stated()), ..read }
        }
    }
}

fn counted_by(text: Option<String>, code: Option<String>) -> Option<PayKind> {
    [text, code].into_iter().flatten().find_map(|unit| match unit.to_ascii_uppercase().as_str() {
        "HUR" => Some(PayKind::Hourly),
        "ANN" | "ANNUM" => Some(PayKind::Yearly),
        "MON" => Some(PayKind::Monthly),
        "WEE" => Some(PayKind::Weekly),
        "DAY" => Some(PayKind::Daily),
        _ => stated::unit(&unit),
    })
}

/// The draft of a posting in microdata.
fn microdata(page: &Page<'_>, posting: ElementRef<'_>) -> Draft {
    let property = |element: ElementRef<'_>| element.attr("content").or_else(|| element.attr("datetime")).map(str::to_owned).unwrap_or_else(|| line(element));
    let first = |selector| posting.select(selector).map(property).find(|text: &String| !text.is_empty());
    let salary = first(css!("[itemprop=baseSalary], [itemprop=estimatedSalary]"));
    let range = |selector| posting.select(selector).map(property).find_map(|text| stated::figure(&text));
    let one = range(css!("[itemprop=baseSalary] [itemprop=value]:not([itemscope])"));
    let structured = stated::amounts(
        range(css!("[itemprop=minValue]")).or(one),
        range(css!("[itemprop=maxValue]")).or(one),
        first(css!("[itemprop=currency], [itemprop=salaryCurrency]")),
        counted_by(first(css!("[itemprop=unitText]")), first(css!("[itemprop=unitCode]"))),
    );
    Draft {
        url: posting
            .select(css!("[itemprop=url]"))
            .find_map(|element| element.attr("href").or_else(|| element.attr("content")))
            .and_then(|link| page.resolve(link, None)),
        title: first(css!("[itemprop=title]")).or_else(|| first(css!("h1, h2, [itemprop=name]"))).unwrap_or_default(),
        body: posting
            .select(css!("[itemprop=description]"))
            .next()
            .map(|element| element.attr("content").map(prose::rich).unwrap_or_else(|| lines(element)))
            .unwrap_or_default(),
        published: first(css!("[itemprop=datePosted]")).and_then(|text| stated::moment(&text)),
        author: posting
            .select(css!("[itemprop=hiringOrganization]"))
            .next()
            .map(|organization| organization.select(css!("[itemprop=name]")).next().map_or_else(|| property(organization), property)),
        skills: first(css!("[itemprop=skills]")).map(|skills| skills.split(',').map(str::to_owned).collect()).unwrap_or_default(),
        pay: if structured.is_stated() { structured } else { salary.map(|salary| stated::money(&salary)).unwrap_or_default() },
        stated_kind: first(css!("[itemprop=employmentType]")).and_then(|kind| employment(&[kind])),
        ..Draft::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn salaries_of_many_shapes() {
        for (salary, wanted) in [
            (json!({"currency": "USD", "value": "61000", "unitCode": "ANN"}), (Some(PayKind::Yearly), Some(61e3), Some(61e3), Some("USD"))),
            (
                json!({"currency": "EUR", "value": {"minValue": 40, "maxValue": 60, "unitText": "HOUR"}}),
                (Some(PayKind::Hourly), Some(40.0), Some(60.0), Some("EUR")),
            ),
            (json!({"currency": "GBP", "value": {"value": 300, "unitText": "DAY"}}), (Some(PayKind::Daily), Some(300.0), Some(300.0), Some("GBP"))),
            (json!("$20 - $30 per hour"), (Some(PayKind::Hourly), Some(20.0), Some(30.0), Some("USD"))),
            (json!({"currency": "USD", "value": {"minValue": 0, "maxValue": 0}}), (None, None, None, None)),
            (json!(null), (None, None, None, None)),
        ] {
            let pay = pay(&salary, None);
            assert_eq!((pay.kind, pay.min, pay.max, pay.currency.as_deref()), wanted, "{salary}");
        }
    }

    #[test]
    fn broken_blocks_are_repaired() {
        let value = parsed("{\"@type\": \"JobPosting\",\n \"title\": \"One\ntwo\",\n}").expect("line breaks and a trailing comma are repaired");
        assert_eq!(draft(&value).title, "One\ntwo");
        assert!(parsed("{\"@type\": \"JobPosting\", \"title\": \"an \"inner\" quote\"}").is_err());
    }
}
