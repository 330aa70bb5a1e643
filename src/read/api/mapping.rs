//! JSON of any kind: posts found by the names their fields usually have, wherever in the document they are.
//!
//! Names are compared without case, `_` and `-`. A list of objects counts when one of them looks like a post; the
//! outermost such list is taken, so that the jobs of an answer count and not the jobs of a client in a job.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;

use super::super::page::jobposting::employment;
use super::super::{prose, stated};
use crate::post::{Client, Draft, Pay, PayKind, Proposals};

const TITLE: &[&str] = &["title", "jobtitle", "position", "headline", "subject", "projecttitle", "posttitle", "jobname", "projectname", "role", "name"];
const BODY: &[&str] = &[
    "description", "jobdescription", "descriptionhtml", "descriptionplain", "body", "content", "text", "selftext", "details", "contenthtml", "contenttext",
    "fulldescription", "previewdescription", "jobdescriptionhtml", "summary", "excerpt", "jobexcerpt", "snippet", "message", "brief",
];
const URL: &[&str] = &[
    "url", "link", "joburl", "joblink", "permalink", "href", "posturl", "projecturl", "weburl", "absoluteurl", "hostedurl", "guid", "applicationlink",
    "applyurl", "applylink",
];
const ID: &[&str] = &["id", "objectid", "uid", "jobid", "projectid", "postid", "uuid", "key", "guid", "slug"];
const PUBLISHED: &[&str] = &[
    "published", "publishedat", "publishedon", "publicationdate", "publishdate", "publisheddate", "datepublished", "pubdate", "posted", "postedat", "postedon",
    "posteddate", "postdate", "dateposted", "postedtime", "createdat", "created", "createdon", "createddate", "datecreated", "createdutc", "creationdate",
    "createddatetime", "date", "datetime", "epoch", "time", "timestamp", "timesubmitted", "submitdate", "listedat", "firstseen",
];
const UPDATED: &[&str] = &["updated", "updatedat", "updatedon", "modified", "lastmodified", "modifiedat", "timeupdated", "datemodified", "lastupdated"];
const AUTHOR: &[&str] =
    &["companyname", "company", "author", "employer", "organization", "hiringorganization", "clientname", "username", "authorname", "by", "postedby", "user"];
const SKILLS: &[&str] =
    &["skills", "tags", "requiredskills", "skilltags", "categories", "jobs", "keywords", "stack", "technologies", "category", "categoryname", "jobindustry"];
const PAY: &[&str] = &[
    "budget", "salary", "pay", "compensation", "payrate", "hourlyrate", "rate", "price", "salaryrange", "budgetrange", "amount", "salarytext", "payment",
    "fixedprice", "hourlybudget",
];
const PAY_MIN: &[&str] = &[
    "salarymin", "minsalary", "budgetmin", "minbudget", "minimumbudget", "annualsalarymin", "paymin", "minpay", "hourlymin", "minhourlyrate", "hourlyratemin",
    "minrate", "ratemin", "salarymininmum", "minamount", "min", "minimum",
];
const PAY_MAX: &[&str] = &[
    "salarymax", "maxsalary", "budgetmax", "maxbudget", "maximumbudget", "annualsalarymax", "paymax", "maxpay", "hourlymax", "maxhourlyrate", "hourlyratemax",
    "maxrate", "ratemax", "maxamount", "max", "maximum",
];
const CURRENCY: &[&str] = &["currency", "salarycurrency", "budgetcurrency", "currencycode", "paycurrency", "isocurrencycode"];
const PAY_KIND: &[&str] = &[
    "salaryperiod", "period", "payperiod", "salaryunit", "unit", "paytype", "paymenttype", "budgettype", "projecttype", "pricingtype", "ratetype",
    "salarytype", "contracttype", "paykind", "jobtype", "type",
];
const PROPOSALS: &[&str] = &[
    "proposals", "proposalcount", "proposalscount", "proposalstier", "bids", "bidcount", "bidscount", "totalbids", "applicants", "applicantcount",
    "applicantscount", "totalapplicants", "applications", "numapplicants",
];
const EMPLOYMENT: &[&str] = &["employmenttype", "jobtype", "jobtypes", "contracttype", "employment", "type", "linkflairtext", "flair"];
const CLIENT: &[&str] = &["client", "buyer", "clientinfo", "buyerinfo", "employer", "customer", "owner"];
const MARKETPLACE: &[&str] = &["marketplace", "platform", "source", "site"];

/// Values deeper than this are not looked into.
const DEPTH: usize = 12;

/// An object's values by their names without case and marks.
struct Fields<'v>(HashMap<String, &'v Value>);

impl<'v> Fields<'v> {
    fn of(value: &'v Value) -> Option<Fields<'v>> {
        let object = value.as_object()?;
        Some(Fields(object.iter().filter(|(_, value)| !is_blank(value)).map(|(name, value)| (plain(name), value)).collect()))
    }

    fn first(&self, names: &[&str]) -> Option<&'v Value> {
        names.iter().find_map(|name| self.0.get(*name).copied())
    }

    fn text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| text_of(self.0.get(*name)?))
    }

    fn figure(&self, names: &[&str]) -> Option<f64> {
        names.iter().find_map(|name| figure_of(self.0.get(*name)?))
    }

    fn moment(&self, names: &[&str]) -> Option<Timestamp> {
        names.iter().find_map(|name| moment_of(self.0.get(*name)?))
    }

    fn inner(&self, names: &[&str]) -> Option<Fields<'v>> {
        names.iter().find_map(|name| Fields::of(self.0.get(*name)?))
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(array) => array.is_empty(),
        _ => false,
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        // WordPress: {"rendered": "..."}.
        Value::Object(object) => {
            ["rendered", "name", "text", "plain", "html", "value", "display_name", "title"].iter().find_map(|key| object.get(*key)?.as_str()).map(str::to_owned)
        }
        _ => None,
    }
    .filter(|text| !text.trim().is_empty())
}

fn figure_of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => stated::figure(text),
        Value::Object(object) => ["amount", "rawValue", "value"].iter().find_map(|key| figure_of(object.get(*key)?)),
        _ => None,
    }
}

fn moment_of(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => number.as_f64().and_then(stated::epoch),
        Value::String(text) => stated::moment(text),
        _ => None,
    }
}

/// The drafts in a value.
pub fn drafts(value: &Value) -> Vec<Draft> {
    let mut found = Vec::new();
    search(value, 0, &mut found);
    found
}

fn search(value: &Value, depth: usize, found: &mut Vec<Draft>) {
    if depth > DEPTH {
        return;
    }
    match value {
        Value::Array(array) => {
            for entry in array {
                search(entry, depth + 1, found);
            }
        }
        // Reddit's comments.
        Value::Object(object) if object.get("kind").and_then(Value::as_str) == Some("t1") => {}
        Value::Object(object) => {
            // A list of posts may have a title of its own, as a feed has.
            let holds_list = object.values().any(|inner| inner.as_array().is_some_and(|list| list.iter().take(5).any(|entry| is_post(opened(entry)))));
            if !holds_list && let Some(draft) = draft(opened(value)) {
                found.push(draft);
                return;
            }
            for (name, inner) in object {
                if (inner.is_array() || inner.is_object()) && !is_beside(name) {
                    search(inner, depth + 1, found);
                }
            }
        }
        _ => {}
    }
}

/// Whether a list of this name holds what stands beside the posts of an answer.
pub fn is_beside(name: &str) -> bool {
    matches!(
        plain(name).as_str(),
        "similarjobs" | "relatedjobs" | "similar" | "related" | "openjobs" | "workhistory" | "comments" | "users" | "facets" | "filters"
    )
}

/// The object a list keeps wrapped: `{node: {...}}`, `{kind: "t3", data: {...}}`.
fn opened(value: &Value) -> &Value {
    ["node", "data", "job", "project", "item", "_source", "attributes", "fields"]
        .iter()
        .filter_map(|key| value.get(*key))
        .find(|inner| inner.get("title").is_some() || is_post(inner))
        .unwrap_or(value)
}

fn is_post(value: &Value) -> bool {
    let Some(fields) = Fields::of(value) else { return false };
    let body = fields.text(BODY).is_some();
    let named = fields.text(&TITLE[..TITLE.len() - 1]).is_some();
    let linked = fields.text(URL).is_some();
    // "name" names anything: a skill, a country; then a text and an address are needed.
    named && (body || linked) || body && linked && (fields.text(ID).is_some() || fields.text(TITLE).is_some()) || body && fields.moment(PUBLISHED).is_some()
}

fn draft(value: &Value) -> Option<Draft> {
    if !is_post(value) {
        return None;
    }
    let fields = Fields::of(value)?;
    let client = fields.inner(CLIENT);
    let url = URL.iter().find_map(|name| text_of(fields.0.get(*name)?).filter(|url| url.starts_with("http") || url.starts_with('/')));
    let url = url.map(|url| if url.starts_with("/r/") { format!("https://www.reddit.com{url}") } else { url });
    // Reddit's `url` of a text post is its own address, that of a link post is somewhere else.
    let url = fields.text(&["permalink"]).filter(|link| link.starts_with("/r/")).map(|link| format!("https://www.reddit.com{link}")).or(url);
    let author = fields.text(AUTHOR);
    let is_company_board = fields.first(&["companyname", "company", "hiringorganization"]).is_some();
    let title = prose::line(&fields.text(TITLE).unwrap_or_default());
    Some(Draft {
        id: fields.text(ID),
        marketplace: fields.text(MARKETPLACE).filter(|name| name.len() < 30 && !name.contains(['/', ' ', '.'])).map(|name| name.to_lowercase()),
        url,
        body: prose::rich(&fields.text(BODY).unwrap_or_default()),
        published: fields.moment(PUBLISHED),
        updated: fields.moment(UPDATED),
        author: author.map(|author| prose::line(&author)),
        skills: skills(&fields),
        pay: pay(&fields),
        client: client_facts(&fields, client.as_ref(), is_company_board),
        proposals: proposals(&fields),
        stated_kind: EMPLOYMENT
            .iter()
            .find_map(|name| employment(&texts(fields.0.get(*name)?)))
            .or_else(|| crate::read::sites::kind_of(title.split_once(']').filter(|_| title.starts_with('['))?.0)),
        title,
        ..Draft::default()
    })
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(array) => array.iter().filter_map(text_of).collect(),
        value => text_of(value).into_iter().collect(),
    }
}

fn skills(fields: &Fields<'_>) -> Vec<String> {
    let mut skills = Vec::new();
    for value in SKILLS.iter().filter_map(|name| fields.0.get(*name)) {
        match value {
            Value::Array(array) => skills.extend(array.iter().filter_map(text_of)),
            Value::String(text) => skills.extend(text.split([',', ';', '|']).map(str::trim).map(str::to_owned)),
            _ => continue,
        }
        break;
    }
    skills.into_iter().map(|skill| prose::line(&skill)).filter(|skill| !skill.is_empty()).collect()
}

fn pay(fields: &Fields<'_>) -> Pay {
    let kind = || PAY_KIND.iter().find_map(|name| stated::unit(&text_of(fields.0.get(*name)?)?));
    let named = || {
        if fields.0.keys().any(|name| name.starts_with("annual")) {
            Some(PayKind::Yearly)
        } else if fields.0.keys().any(|name| name.starts_with("hourly") || name.ends_with("hourlyrate")) {
            Some(PayKind::Hourly)
        } else {
            None
        }
    };
    let currency = || fields.text(CURRENCY).map(|code| code.trim().to_ascii_uppercase()).filter(|code| code.len() == 3);
    let pay = stated::amounts(fields.figure(&PAY_MIN[..PAY_MIN.len() - 2]), fields.figure(&PAY_MAX[..PAY_MAX.len() - 2]), currency(), kind().or_else(named));
    if pay.is_stated() {
        return pay;
    }
    for name in PAY {
        let Some(value) = fields.0.get(*name) else { continue };
        let own = if name.starts_with("hourly") { Some(PayKind::Hourly) } else { kind() };
        let read = match value {
            Value::String(text) => {
                let read = stated::money(text);
                Pay { kind: read.kind.or(own), currency: read.currency.clone().or_else(currency).filter(|_| read.is_stated()), ..read }
            }
            Value::Number(number) => stated::amounts(number.as_f64(), number.as_f64(), currency(), own),
            Value::Object(_) => {
                let Some(inner) = Fields::of(value) else { continue };
                let one = inner.figure(&["amount", "value", "rawvalue"]);
                let unit = PAY_KIND.iter().chain(&["kind"]).find_map(|name| stated::unit(&text_of(inner.0.get(*name)?)?)).or(own);
                let code =
                    inner.text(&["currencycode", "currency", "isocurrencycode", "code"]).filter(|code| code.len() == 3).map(|code| code.to_ascii_uppercase());
                stated::amounts(inner.figure(PAY_MIN).or(one), inner.figure(PAY_MAX).or(one), code.or_else(currency), unit)
            }
            _ => continue,
        };
        if read.is_stated() {
            return read;
        }
    }
    Pay { kind: kind().filter(|kind| matches!(kind, PayKind::Hourly | PayKind::Fixed)), ..Pay::default() }
}

fn proposals(fields: &Fields<'_>) -> Proposals {
    match fields.first(PROPOSALS) {
        Some(Value::Number(count)) => count.as_u64().and_then(|count| u32::try_from(count).ok()).map(stated::exactly).unwrap_or_default(),
        Some(Value::String(range)) => stated::proposals(range),
        Some(range @ Value::Object(_)) => {
            let count = |name: &str| range.get(name).and_then(Value::as_f64).filter(|count| *count >= 0.0).map(|count| count as u32);
            Proposals { min: count("min"), max: count("max") }
        }
        _ => Proposals::default(),
    }
}

/// What is said of the client, in an object of its own or under names that begin with "client".
fn client_facts(fields: &Fields<'_>, client: Option<&Fields<'_>>, is_company_board: bool) -> Client {
    let look = |inside: &[&str], beside: &[&str]| client.and_then(|client| client.first(inside)).or_else(|| fields.first(beside));
    let figure = |inside: &[&str], beside: &[&str]| look(inside, beside).and_then(figure_of);
    let verified = look(
        &["paymentverified", "ispaymentverified", "ispaymentmethodverified", "verified", "paymentverificationstatus", "verificationstatus"],
        &["paymentverified", "clientpaymentverified", "ispaymentverified", "clientverified"],
    );
    // The place of work is no country of the client's.
    let country = look(&["country", "countryname"], if is_company_board { &["clientcountry"] } else { &["clientcountry", "buyercountry", "country"] })
        .or_else(|| client.and_then(|client| client.inner(&["location"])).and_then(|location| location.first(&["country", "countryname"])));
    Client {
        payment_verified: verified.and_then(|value| match value {
            Value::Bool(verified) => Some(*verified),
            Value::String(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "verified" | "1" | "payment verified" => Some(true),
                "false" | "no" | "unverified" | "not verified" | "0" | "not_verified" | "payment unverified" => Some(false),
                _ => None,
            },
            _ => None,
        }),
        rating: figure(&["rating", "score", "feedback", "totalfeedback", "stars"], &["clientrating", "clientscore", "buyerrating"])
            .and_then(stated::rating)
            .filter(|_| figure(&["reviews", "reviewcount", "totalreviews", "feedbackcount"], &["clientreviews"]) != Some(0.0)),
        total_spent: figure(&["totalspent", "spent", "moneyspent", "totalcharges", "amountspent"], &["clienttotalspent", "clientspent", "totalspent"]),
        hires: figure(&["hires", "totalhires", "hirescount", "totalassignments"], &["clienthires", "clienttotalhires", "totalhires"]),
        jobs_posted: figure(
            &["jobsposted", "postedjobs", "totaljobsposted", "totalpostedjobs", "jobspostedcount", "postedcount"],
            &["clientjobsposted", "jobsposted"],
        ),
        hire_rate: figure(&["hirerate"], &["clienthirerate", "hirerate"]).filter(|rate| (0.0..=100.0).contains(rate)),
        country: country.and_then(text_of),
        member_since: look(&["membersince", "membersincedate", "registrationdate", "contractdate", "joined"], &["clientmembersince", "membersince"])
            .and_then(moment_of),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pay_under_usual_names() {
        use PayKind::{Fixed, Hourly, Yearly};
        for (value, wanted) in [
            (json!({"salary": "$90 - $130 /hour"}), (Some(Hourly), Some(90.0), Some(130.0), Some("USD"))),
            (json!({"salary_min": 0, "salary_max": 0}), (None, None, None, None)),
            (json!({"minSalary": null, "maxSalary": null, "currency": "USD"}), (None, None, None, None)),
            (json!({"annualSalaryMin": 50000, "annualSalaryMax": "60000", "salaryCurrency": "EUR"}), (Some(Yearly), Some(50e3), Some(60e3), Some("EUR"))),
            (json!({"budget": {"minimum": 30, "maximum": 250, "currency": "gbp"}, "type": "fixed"}), (Some(Fixed), Some(30.0), Some(250.0), Some("GBP"))),
            (json!({"budget": 400, "currency": "USD", "budget_type": "Fixed-price"}), (Some(Fixed), Some(400.0), Some(400.0), Some("USD"))),
            (json!({"hourly_rate": "25"}), (Some(Hourly), Some(25.0), Some(25.0), None)),
        ] {
            let pay = pay(&Fields::of(&value).expect("an object"));
            assert_eq!((pay.kind, pay.min, pay.max, pay.currency.as_deref()), wanted, "{value}");
        }
    }

    #[test]
    fn posts_are_found_where_they_are() {
        let post = json!({"title": "A leaflet", "description": "Eight pages.", "skills": [{"name": "Layout"}]});
        for (value, count) in [
            (post.clone(), 1),
            (json!({"status": "ok", "result": {"items": [post, post]}}), 2),
            (json!({"title": "All jobs", "description": "A list", "jobs": [post]}), 1),
            (json!({"data": {"children": [{"kind": "t3", "data": post}]}}), 1),
            (json!({"data": {"search": {"edges": [{"node": post}, {"node": post}]}}}), 2),
            (json!({"countries": [{"name": "Peru", "id": 3}]}), 0),
        ] {
            assert_eq!(drafts(&value).len(), count, "{value}");
        }
    }
}
