//! Form fields that a feed glues to the prose ("Hourly Range: $8-$10 Posted On: ... Skills: ..."): they become fields
//! of the post and leave the text, so that no rule takes a form for a client's words.

use std::sync::OnceLock;

use regex::Regex;

use crate::post::{PayKind, Post};

fn regex(cell: &'static OnceLock<Regex>, expression: &str) -> &'static Regex {
    cell.get_or_init(|| Regex::new(expression).expect("the expression is constant"))
}

/// Moves the glued fields of a post's body into its fields; stated fields are not overwritten.
pub(crate) fn cut(post: &mut Post) {
    if post.body.contains("Posted On") {
        upwork(post);
    }
    if post.body.ends_with(')') && post.body.contains("(Budget:") {
        freelancer(post);
    }
    if post.body.contains("[comments]") {
        reddit(post);
    }
    if post.url.as_deref().is_some_and(|url| url.contains("weworkremotely.com")) {
        we_work_remotely(post);
    }
}

/// Cuts a body off at a place.
fn truncate(post: &mut Post, at: usize) {
    post.body.truncate(at);
    post.body.truncate(post.body.trim_end().len());
}

fn figures(text: &str) -> Vec<f64> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == ','))
        .filter_map(|part| part.replace(',', "").parse::<f64>().ok())
        .filter(|figure| *figure > 0.0)
        .collect()
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// Upwork's feeds: "Hourly Range: $8.00-$10.00 Posted On: May 13, 2024 10:21 UTC Category: ... Skills: ... Country: ...".
fn upwork(post: &mut Post) {
    static TAIL: OnceLock<Regex> = OnceLock::new();
    let tail = regex(&TAIL, r"(?:^|\s)(?:Hourly Range\s?:[^\n]*?|Budget\s?:\s?[^\n]{1,24}?)?\s*Posted On\s?: [A-Z][a-z]+ \d{1,2}, \d{4} \d{2}:\d{2} UTC");
    let Some(found) = tail.find(&post.body) else { return };
    let tail = post.body[found.start()..].to_owned();
    let start = found.start();
    truncate(post, start);
    let field = |label: &str| {
        let at = tail.find(label)? + label.len();
        let rest = tail[at..].trim_start_matches([' ', ':', '\n']);
        let end = ["Hourly Range", "Budget", "Posted On", "Category", "Skills", "Location Requirement", "Country", "click to apply", "\n"]
            .iter()
            .filter_map(|next| rest.find(next))
            .min()
            .unwrap_or(rest.len());
        Some(rest[..end].trim().to_owned()).filter(|value| !value.is_empty())
    };
    if !post.pay.is_stated() {
        let hourly = field("Hourly Range");
        let stated = figures(&hourly.clone().or_else(|| field("Budget")).unwrap_or_default());
        if let (Some(&first), Some(&last)) = (stated.first(), stated.last()) {
            let (kind, max) = if hourly.is_some() { (PayKind::Hourly, last) } else { (PayKind::Fixed, first) };
            post.pay.kind = Some(kind);
            post.pay.min = Some(first);
            post.pay.max = Some(max);
            post.pay.currency = Some("USD".into());
        }
    }
    if post.published.is_none()
        && let Some(date) = field("Posted On")
    {
        post.published = jiff::civil::DateTime::strptime("%B %d, %Y %H:%M UTC", &date).ok().and_then(|date| jiff::tz::TimeZone::UTC.to_timestamp(date).ok());
    }
    if post.skills.is_empty() {
        post.skills = field("Skills").map(|skills| list(&skills)).unwrap_or_default();
    }
    if post.client.country.is_none() {
        post.client.country = field("Country");
    }
}

/// Freelancer.com's feeds: "... (Budget: $30 - $250 USD, Jobs: Copywriting, SEO)" at the end.
fn freelancer(post: &mut Post) {
    static TAIL: OnceLock<Regex> = OnceLock::new();
    let tail = regex(&TAIL, r"\s*\(Budget: (?P<budget>[^()\n]{1,60}?)(?:, Jobs: (?P<jobs>[^\n]*))?\)$");
    let Some(found) = tail.captures(&post.body) else { return };
    let stated = figures(&found["budget"]);
    let currency = found["budget"].split(|c: char| !c.is_ascii_uppercase()).find(|code| code.len() == 3).map(str::to_owned);
    let skills = found.name("jobs").map(|jobs| list(jobs.as_str())).unwrap_or_default();
    let hourly = found["budget"].contains("hour") || found["budget"].contains("/ hr");
    let start = found.get(0).map_or(post.body.len(), |all| all.start());
    truncate(post, start);
    if !post.pay.is_stated()
        && let (Some(&first), Some(&last)) = (stated.first(), stated.last())
    {
        post.pay.kind = post.pay.kind.or(hourly.then_some(PayKind::Hourly));
        post.pay.min = Some(first);
        post.pay.max = Some(last.max(first));
        post.pay.currency = currency;
    }
    if post.skills.is_empty() {
        post.skills = skills;
    }
}

/// Reddit's feeds: "submitted by /u/name [link] [comments]" at the end.
fn reddit(post: &mut Post) {
    static TAIL: OnceLock<Regex> = OnceLock::new();
    let tail = regex(&TAIL, r"\s*submitted by\s+(?P<author>/?u/[\w-]+)(?:\s+to\s+/?r/\w+)?\s*\[link\]\s*\[comments\]\s*$");
    let Some(found) = tail.captures(&post.body) else { return };
    let author = found["author"].trim_start_matches('/').to_owned();
    let start = found.get(0).map_or(post.body.len(), |all| all.start());
    truncate(post, start);
    post.author.get_or_insert(author);
}

/// We Work Remotely's feed: "Headquarters: ... URL: ..." at the start, "To apply: (address of the post)" at the end.
fn we_work_remotely(post: &mut Post) {
    static HEAD: OnceLock<Regex> = OnceLock::new();
    static TAIL: OnceLock<Regex> = OnceLock::new();
    if let Some(found) = regex(&TAIL, r"\s*To apply:\s*https?://(?:www\.)?weworkremotely\.com/\S+\s*$").find(&post.body) {
        let start = found.start();
        truncate(post, start);
    }
    if let Some(found) = regex(&HEAD, r"^(?:Headquarters:[^\n]*\s+)?(?:URL:\s+\S+\s+)?").find(&post.body) {
        let end = found.end();
        post.body.drain(..end);
    }
}

#[cfg(test)]
mod tests {
    use crate::post::{Draft, Markup, PayKind};

    #[test]
    fn a_glued_form_becomes_fields() {
        let body = "We need help.<br /><br /><b>Hourly Range</b>: $8.00-$10.00\n\n<br /><b>Posted On</b>: May 13, 2024 10:21 UTC<br /><b>Category</b>: Writing<br /><b>Skills</b>:Essays, Editing<br /><b>Country</b>: Norway<br /><a href='x'>click to apply</a>";
        let post = Draft { body: body.into(), markup: Markup::Both, ..Draft::default() }.finish();
        assert_eq!(post.body, "We need help.");
        assert_eq!((post.pay.kind, post.pay.min, post.pay.max), (Some(PayKind::Hourly), Some(8.0), Some(10.0)));
        assert_eq!(post.skills, ["Essays", "Editing"]);
        assert_eq!(post.client.country.as_deref(), Some("Norway"));
        assert_eq!(post.published.map(|at| at.to_string()).as_deref(), Some("2024-05-13T10:21:00Z"));
    }

    #[test]
    fn other_feeds_glue_other_forms() {
        for (url, body, text) in [
            ("https://www.freelancer.com/projects/x", "A leaflet (two sides).\n(Budget: $30 - $250 USD, Jobs: Layout, Copywriting)", "A leaflet (two sides)."),
            ("https://www.reddit.com/r/x", "Sixteen pages.\n\nsubmitted by /u/inkwell\n[link] [comments]", "Sixteen pages."),
            (
                "https://weworkremotely.com/remote-jobs/x",
                "Headquarters: Porto\nURL: https://alder.example\n\nGuides.\n\nTo apply: https://weworkremotely.com/remote-jobs/x",
                "Guides.",
            ),
            ("https://elsewhere.example", "Our budget (Budget: none) is open.", "Our budget (Budget: none) is open."),
        ] {
            let post = Draft { url: Some(url.into()), body: body.into(), ..Draft::default() }.finish();
            assert_eq!(post.body, text);
        }
        let post = Draft { body: "Nine breads. (Budget: \u{20b9}600 - \u{20b9}1,500 INR, Jobs: Naming)".into(), ..Draft::default() }.finish();
        assert_eq!((post.pay.kind, post.pay.min, post.pay.max, post.pay.currency.as_deref()), (None, Some(600.0), Some(1500.0), Some("INR")));
        assert_eq!(post.skills, ["Naming"]);
    }
}
