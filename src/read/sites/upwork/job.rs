//! One Upwork job as page state and GraphQL answers describe it: a dozen shapes of the same words.

use serde_json::Value;

use super::super::super::{prose, stated};
use crate::post::{Client, Draft, Pay, PayKind, Proposals};

/// What stands at a path such as `info.location.country`; null counts as nothing.
pub fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, key| value.get(key)).filter(|value| !value.is_null())
}

/// The first path of several that leads to something.
pub fn first<'v>(value: &'v Value, paths: &[&str]) -> Option<&'v Value> {
    paths.iter().find_map(|path| at(value, path))
}

fn text(value: &Value, paths: &[&str]) -> Option<String> {
    paths.iter().find_map(|path| match at(value, path)? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// A figure that may be a number, a text, or an amount of money.
fn figure(value: &Value, paths: &[&str]) -> Option<f64> {
    paths.iter().find_map(|path| figure_of(at(value, path)?))
}

fn figure_of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => stated::figure(text),
        Value::Object(_) => ["amount", "rawValue", "value", "displayValue"].iter().find_map(|key| figure_of(at(value, key)?)),
        _ => None,
    }
}

/// Whether an object describes a job: it has a title, a text, and an id of Upwork's.
pub fn is_job(value: &Value) -> bool {
    text(value, TITLE).is_some()
        && text(value, DESCRIPTION).is_some()
        && (text(value, CIPHERTEXT).is_some() || text(value, UID).is_some_and(|uid| uid.len() >= 16))
}

const TITLE: &[&str] = &["title", "info.title", "content.title", "job.title", "jobTile.job.title"];
const DESCRIPTION: &[&str] = &["description", "content.description", "job.description", "info.description", "jobTile.job.description"];
const CIPHERTEXT: &[&str] = &[
    "ciphertext", "cipherText", "info.ciphertext", "info.cipherText", "jobTile.job.ciphertext", "jobTile.job.cipherText", "job.ciphertext",
    "content.ciphertext",
];
const UID: &[&str] = &["uid", "id", "info.id", "info.uid", "jobTile.job.id", "job.id"];

/// The draft of a job; its client is in it, or beside it as `buyer`.
pub fn draft(job: &Value, buyer: Option<&Value>) -> Draft {
    if let Some(inner) = ["job", "opening.job"].iter().filter_map(|path| at(job, path)).find(|inner| is_job(inner)) {
        return draft(inner, buyer.or_else(|| first(job, &["buyer", "client"])));
    }
    let moment = |paths: &[&str]| text(job, paths).and_then(|text| stated::moment(&text));
    let published = moment(&["publishTime", "publishedOn", "publishedDateTime", "jobTile.job.publishTime", "job.publishTime", "info.publishTime"])
        .or_else(|| moment(&["postedOn", "createdOn", "createdDateTime", "info.createdOn", "jobTile.job.createTime", "job.createdOn", "createTime"]));
    let renewed = moment(&["renewedOn", "renewedDateTime", "jobTile.job.renewTime"]);
    let client = buyer.or_else(|| first(job, &["buyer", "client", "upworkHistoryData.client", "jobTile.upworkHistoryData.client", "clientCompanyPublic"]));
    let mut draft = Draft {
        id: text(job, UID).filter(|uid| uid.len() >= 16),
        url: text(job, CIPHERTEXT),
        title: prose::line(&text(job, TITLE).unwrap_or_default()),
        body: prose::plain(&text(job, DESCRIPTION).unwrap_or_default()),
        published,
        updated: renewed.filter(|renewed| published.is_none_or(|published| *renewed > published)),
        skills: skills(job),
        pay: pay(job),
        client: client.map(client_facts).unwrap_or_default(),
        proposals: proposals(job),
        ..Draft::default()
    };
    super::finish(&mut draft);
    draft
}

/// The skills a job asks for, beside the job or in it.
pub fn skills(job: &Value) -> Vec<String> {
    let mut skills: Vec<String> = Vec::new();
    for path in [
        "attrs",
        "ontologySkills",
        "additionalSkills",
        "skills",
        "sands.ontologySkills",
        "sands.additionalSkills",
        "sandsData.ontologySkills",
        "sandsData.additionalSkills",
        "jobTile.job.ontologySkills",
        "classification.skills",
        "classification.additionalSkills",
    ] {
        if let Some(Value::Array(list)) = at(job, path) {
            named(list, 0, &mut skills);
        }
    }
    skills
}

fn named(list: &[Value], depth: usize, skills: &mut Vec<String>) {
    for skill in list {
        match skill.get("children").filter(|children| children.as_array().is_some_and(|children| !children.is_empty())) {
            // A group of skills: its own name is a heading.
            Some(Value::Array(children)) if depth < 3 => named(children, depth + 1, skills),
            _ => {
                let name = skill
                    .as_str()
                    .map(str::to_owned)
                    .or_else(|| text(skill, &["prettyName", "prefLabel", "preferredLabel", "name", "skill.prettyName", "skill.preferredLabel"]));
                let name = name.map(|name| prose::line(&name)).filter(|name| !skills.contains(name));
                skills.extend(name);
            }
        }
    }
}

fn pay(job: &Value) -> Pay {
    if at(job, "hideBudget").or_else(|| at(job, "info.hideBudget")) == Some(&Value::Bool(true)) {
        return Pay { kind: kind(job), ..Pay::default() };
    }
    let hourly_min = figure(
        job,
        &[
            "hourlyBudget.min",
            "extendedBudgetInfo.hourlyBudgetMin",
            "hourlyBudgetMin",
            "jobTile.job.hourlyBudgetMin",
            "contractTerms.hourlyContractTerms.hourlyBudgetMin",
        ],
    );
    let hourly_max = figure(
        job,
        &[
            "hourlyBudget.max",
            "extendedBudgetInfo.hourlyBudgetMax",
            "hourlyBudgetMax",
            "jobTile.job.hourlyBudgetMax",
            "contractTerms.hourlyContractTerms.hourlyBudgetMax",
        ],
    );
    let fixed =
        figure(job, &["fixedPriceAmount", "jobTile.job.fixedPriceAmount", "amount", "budget", "contractTerms.fixedPriceContractTerms.amount", "fixedBudget"]);
    let currency = text(
        job,
        &[
            "amount.currencyCode",
            "budget.currencyCode",
            "amount.isoCurrencyCode",
            "amount.currency",
            "fixedPriceAmount.isoCurrencyCode",
            "jobTile.job.fixedPriceAmount.isoCurrencyCode",
            "hourlyBudgetMax.currency",
            "hourlyBudgetMin.currency",
        ],
    )
    .filter(|code| code.len() == 3);
    let currency = Some(currency.unwrap_or_else(|| "USD".to_owned()));
    let some = |value: Option<f64>| value.is_some_and(|value| value > 0.0);
    let kind = kind(job).or_else(|| if some(hourly_min) || some(hourly_max) { Some(PayKind::Hourly) } else { some(fixed).then_some(PayKind::Fixed) });
    match kind {
        Some(PayKind::Hourly) => {
            let pay = stated::amounts(hourly_min, hourly_max, currency, kind);
            if pay.is_stated() {
                return pay;
            }
            let read = text(job, &["hourlyBudgetText", "budgetText"]).map(|text| stated::money(&text)).unwrap_or_default();
            Pay { kind, ..read }
        }
        _ => stated::amounts(fixed, fixed, currency, kind),
    }
}

/// Type 1 is a fixed price, 2 hourly.
fn kind(job: &Value) -> Option<PayKind> {
    ["type", "info.type", "jobType", "jobTile.job.jobType", "contractTerms.contractType", "job.type", "contractType"].iter().find_map(|path| {
        match at(job, path)? {
            Value::Number(number) if number.as_i64() == Some(1) => Some(PayKind::Fixed),
            Value::Number(number) if number.as_i64() == Some(2) => Some(PayKind::Hourly),
            Value::String(name) => match name.to_ascii_lowercase().as_str() {
                "1" => Some(PayKind::Fixed),
                "2" => Some(PayKind::Hourly),
                name if name.contains("hourly") => Some(PayKind::Hourly),
                name if name.contains("fixed") => Some(PayKind::Fixed),
                _ => None,
            },
            _ => None,
        }
    })
}

fn proposals(job: &Value) -> Proposals {
    let exact =
        first(job, &["clientActivity.totalApplicants", "totalApplicants", "jobTile.job.totalApplicants", "activityStat.applicationsBidStats.totalApplicants"]);
    match exact.and_then(Value::as_u64).and_then(|count| u32::try_from(count).ok()) {
        Some(count) => stated::exactly(count),
        None => text(job, &["proposalsTier", "jobTile.job.proposalsTier", "proposals"]).map(|tier| stated::proposals(&tier)).unwrap_or_default(),
    }
}

/// What is said of a client. Visitors get blanks with "not verified" between them: that says nothing.
pub fn client_facts(client: &Value) -> Client {
    let of = |paths: &[&str]| figure(client, paths);
    let verified =
        ["isPaymentMethodVerified", "isPaymentVerified", "paymentVerificationStatus", "verificationStatus", "paymentVerified", "info.isPaymentMethodVerified"]
            .iter()
            .find_map(|path| match at(client, path)? {
                Value::Bool(verified) => Some(*verified),
                Value::Number(status) => Some(status.as_i64() == Some(1)),
                Value::String(status) => Some(matches!(status.to_ascii_uppercase().as_str(), "VERIFIED" | "1")),
                _ => None,
            });
    let reviews = of(&["stats.feedbackCount", "info.stats.feedbackCount", "totalReviews"]);
    let score = of(&["stats.score", "info.stats.score", "totalFeedback"]);
    let jobs_posted = of(&["jobs.postedCount", "info.jobs.postedCount", "totalPostedJobs", "totalJobsPosted"]);
    let with_hires = of(&["stats.totalJobsWithHires", "info.stats.totalJobsWithHires"]);
    let facts = Client {
        payment_verified: verified,
        rating: score.and_then(stated::rating).filter(|_| reviews != Some(0.0)),
        total_spent: of(&["stats.totalCharges", "info.stats.totalCharges", "totalSpent"]),
        hires: of(&["stats.totalAssignments", "info.stats.totalAssignments", "totalHires"]),
        jobs_posted,
        hire_rate: with_hires.zip(jobs_posted).filter(|&(_, posted)| posted > 0.0).map(|(hired, posted)| (100.0 * hired / posted).min(100.0).round()),
        country: text(client, &["location.country", "info.location.country", "country.name", "country"]),
        member_since: text(client, &["company.contractDate", "info.company.contractDate", "memberSinceDateTime", "contractDate"])
            .and_then(|text| stated::moment(&text)),
    };
    let is_withheld =
        facts.country.is_none() && facts.total_spent.is_none() && facts.hires.is_none() && jobs_posted.is_none() && reviews.is_none() && score.is_none();
    Client { payment_verified: facts.payment_verified.filter(|verified| *verified || !is_withheld), ..facts }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pay_of_many_shapes() {
        use PayKind::{Fixed, Hourly};
        for (job, wanted) in [
            (json!({"type": 2, "amount": {"amount": 0}, "hourlyBudget": {"min": 15, "max": 30}}), (Some(Hourly), Some(15.0), Some(30.0))),
            (json!({"type": 1, "amount": {"amount": 500}, "hourlyBudget": {"min": 0, "max": 0}}), (Some(Fixed), Some(500.0), Some(500.0))),
            (json!({"type": 2, "budget": {"amount": 0, "currencyCode": "USD"}, "extendedBudgetInfo": {"hourlyBudgetMin": null}}), (Some(Hourly), None, None)),
            (
                json!({"jobTile": {"job": {"jobType": "FIXED", "fixedPriceAmount": {"isoCurrencyCode": "USD", "amount": "250.0"}}}}),
                (Some(Fixed), Some(250.0), Some(250.0)),
            ),
            (
                json!({"amount": {"rawValue": "0", "currency": "USD"}, "hourlyBudgetMin": {"rawValue": "20.0"}, "hourlyBudgetMax": {"rawValue": "40.0"}}),
                (Some(Hourly), Some(20.0), Some(40.0)),
            ),
            (json!({"type": 1, "hideBudget": true, "amount": {"amount": 5}}), (Some(Fixed), None, None)),
        ] {
            let pay = pay(&job);
            assert_eq!((pay.kind, pay.min, pay.max), wanted, "{job}");
        }
    }

    #[test]
    fn a_job_and_its_client_may_be_wrapped() {
        let wrapped = json!({"job": {"id": "2018675860566966277", "title": "A", "description": "B", "type": 2, "extendedBudgetInfo": {"hourlyBudgetMin": 35, "hourlyBudgetMax": 60}, "clientActivity": {"totalApplicants": 8}}, "buyer": {"location": {"country": "Peru"}}});
        let draft = draft(&wrapped, None);
        assert_eq!((draft.pay.min, draft.proposals.min, draft.client.country.as_deref()), (Some(35.0), Some(8), Some("Peru")));
    }

    #[test]
    fn blanks_say_nothing_of_a_client() {
        let withheld =
            client_facts(&json!({"location": {"country": null}, "isPaymentVerified": false, "totalSpent": null, "totalReviews": null, "totalFeedback": null}));
        assert_eq!(withheld, Client::default());
        let new = client_facts(&json!({"location": {"country": "Peru"}, "isPaymentVerified": false, "totalReviews": 0, "totalFeedback": 0}));
        assert_eq!((new.payment_verified, new.rating, new.country.as_deref()), (Some(false), None, Some("Peru")));
    }
}
