//! Form fields that a feed glues to the prose ("Hourly Range: $8-$10 Posted On: ... Skills: ..."): they become fields
//! of the post and leave the text, so that no rule takes a form for a client's words.

use std::sync::OnceLock;

use regex::Regex;

use crate::post::{PayKind, Post};

fn tail_regex() -> &'static Regex {
    static REGEX: OnceLock<Regex> = OnceLock::new();
    REGEX.get_or_init(|| {
        Regex::new(r"(?:^|\s)(?:Hourly Range\s?:[^\n]*?|Budget\s?:\s?[^\n]{1,24}?)?\s*Posted On\s?: [A-Z][a-z]+ \d{1,2}, \d{4} \d{2}:\d{2} UTC")
            .expect("the expression is constant")
    })
}

/// Moves the glued fields of a post's body into its fields; stated fields are not overwritten.
pub(crate) fn cut(post: &mut Post) {
    if !post.body.contains("Posted On") {
        return;
    }
    let Some(found) = tail_regex().find(&post.body) else { return };
    let tail = post.body[found.start()..].to_owned();
    post.body.truncate(found.start());
    post.body.truncate(post.body.trim_end().len());
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
    let figures = |text: &str| {
        text.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == ',')).filter_map(|part| part.replace(',', "").parse::<f64>().ok()).collect::<Vec<_>>()
    };
    if !post.pay.is_stated() {
        if let Some(range) = field("Hourly Range") {
            post.pay.kind = Some(PayKind::Hourly);
            let range = figures(&range);
            post.pay.min = range.first().copied();
            post.pay.max = range.last().copied();
            post.pay.currency = Some("USD".into());
        } else if let Some(&budget) = field("Budget").map(|budget| figures(&budget)).and_then(|figures| figures.first().copied()).as_ref() {
            post.pay.kind = Some(PayKind::Fixed);
            post.pay.min = Some(budget);
            post.pay.max = Some(budget);
            post.pay.currency = Some("USD".into());
        }
    }
    if post.published.is_none()
        && let Some(date) = field("Posted On")
    {
        post.published = jiff::civil::DateTime::strptime("%B %d, %Y %H:%M UTC", &date).ok().and_then(|date| jiff::tz::TimeZone::UTC.to_timestamp(date).ok());
    }
    if post.skills.is_empty()
        && let Some(skills) = field("Skills")
    {
        post.skills = skills.split(',').map(|skill| skill.trim().to_owned()).filter(|skill| !skill.is_empty()).collect();
    }
    if post.client.country.is_none() {
        post.client.country = field("Country");
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
}
