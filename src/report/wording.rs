//! What every report for people says in the same words: pay, age, client, competition, the sentence a quote stands in,
//! the lines of the ledger. Plain text only; each format escapes and colours for itself.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use jiff::Timestamp;

use super::{Judged, Report, figures};
use crate::post::{Kind, Post};
use crate::rules::Polarity;
use crate::sieve::Sieve;
use crate::text;
use crate::verdict::{Cause, Finding, START, Tier};

/// The heading of a tier in a list.
pub fn heading(tier: Tier) -> &'static str {
    match tier {
        Tier::Apply => "Worth applying to",
        Tier::Maybe => "Maybe",
        Tier::Skip => "Skipped",
    }
}

/// "2 worth applying to, 1 maybe, 3 skipped, of 6 posts".
pub fn summary(report: &Report) -> String {
    let count = |tier| report.tier(tier).len();
    let posts = report.judged.len();
    format!(
        "{} worth applying to, {} maybe, {} skipped, of {posts} {}",
        count(Tier::Apply),
        count(Tier::Maybe),
        count(Tier::Skip),
        if posts == 1 { "post" } else { "posts" }
    )
}

/// The title, else the start of the text.
pub fn title(post: &Post) -> String {
    let first = if post.title.is_empty() { post.body.lines().next().unwrap_or_default() } else { &post.title };
    if first.is_empty() { "(no title)".to_owned() } else { shortened(first, 120) }
}

/// At most so many characters, cut between words where there are any, with an ellipsis.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => {
            let cut = &text[..end];
            let cut = cut.rfind(' ').filter(|&at| at > end / 2).map_or(cut, |at| &cut[..at]);
            format!("{}…", cut.trim_end())
        }
    }
}

/// A family's id as words: `bargain-pay` is "bargain pay".
pub fn family(id: &str) -> String {
    id.replace('-', " ")
}

/// Pay, age, client and competition, as far as the post tells.
pub fn particulars(judged: &Judged, now: Timestamp) -> Vec<String> {
    let post = &judged.post;
    [pay(judged), post.published.map(|published| age(published, now)), client(post), competition(post)].into_iter().flatten().collect()
}

/// The stated pay, from fields or from words.
pub fn pay(judged: &Judged) -> Option<String> {
    crate::facts::pay_in_words(&judged.post).or_else(|| judged.judgement.facts.pay_text.as_deref().map(one_line))
}

/// How long ago; a date where that is longer than two weeks, or in the future.
pub fn age(published: Timestamp, now: Timestamp) -> String {
    let minutes = (now.as_second() - published.as_second()).div_euclid(60);
    match minutes {
        0 => "just now".to_owned(),
        1..60 => format!("{minutes} min ago"),
        60..2880 => format!("{} h ago", minutes / 60),
        2880..20160 => format!("{} days ago", minutes / 1440),
        _ => published.strftime("%Y-%m-%d").to_string(),
    }
}

/// What the marketplace says of the client.
pub fn client(post: &Post) -> Option<String> {
    let client = &post.client;
    let said: Vec<String> = [
        client.payment_verified.map(|verified| if verified { "payment verified" } else { "payment not verified" }.to_owned()),
        client.rating.map(|rating| format!("{rating:.1} of 5 stars")),
        client.total_spent.map(|spent| format!("{} spent", dollars(spent))),
        client.hire_rate.map(|rate| format!("{rate:.0} % hire rate")),
        client.hires.filter(|_| client.hire_rate.is_none()).map(|hires| format!("{hires:.0} {}", if hires == 1.0 { "hire" } else { "hires" })),
        client.country.clone(),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!said.is_empty()).then(|| format!("client: {}", said.join(", ")))
}

/// "$950", "$12.4k", "$1.2M".
fn dollars(amount: f64) -> String {
    match amount {
        ..1000.0 => format!("${amount:.0}"),
        ..1_000_000.0 => format!("${}k", trimmed(amount / 1000.0)),
        _ => format!("${}M", trimmed(amount / 1_000_000.0)),
    }
}

/// One decimal, none where it is 0.
fn trimmed(value: f64) -> String {
    format!("{value:.1}").trim_end_matches(".0").to_owned()
}

/// How many have already applied.
pub fn competition(post: &Post) -> Option<String> {
    match (post.proposals.min, post.proposals.max) {
        (Some(min), Some(max)) if min == max => Some(format!("{min} {}", if min == 1 { "proposal" } else { "proposals" })),
        (Some(min), Some(max)) if min > 0 => Some(format!("{min} to {max} proposals")),
        (_, Some(max)) => Some(format!("up to {max} proposals")),
        (Some(min), None) => Some(format!("{min}+ proposals")),
        (None, None) => None,
    }
}

/// The address, if it is one that a click may open: web addresses only, no `javascript:` and the like.
pub fn link(post: &Post) -> Option<&str> {
    let url = post.url.as_deref()?;
    let scheme = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    let is_web = scheme.starts_with("https://") || scheme.starts_with("http://");
    (is_web && !url.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '\\' | '^' | '`' | '{' | '|' | '}'))).then_some(url)
}

/// A quote with the rest of its sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    pub before: String,
    pub quote: String,
    pub after: String,
    /// A figure read from the post, not words that stand in it.
    pub is_figure: bool,
}

/// Characters of a sentence shown on either side of a quote.
const AROUND: usize = 90;

/// The quote of a finding in its sentence; `None` for evidence without words.
pub fn quote(sieve: &Sieve, judged: &Judged, finding: &Finding) -> Option<Quote> {
    let Some((field, span)) = &finding.hit.spot else {
        let words = judged.quote(&sieve.rules().rules[finding.hit.rule], finding);
        return (!words.is_empty()).then(|| Quote { before: String::new(), quote: one_line(&words), after: String::new(), is_figure: true });
    };
    let whole = judged.text(*field);
    let quote = whole.get(span.clone()).filter(|quote| !quote.is_empty())?;
    let sentence = sentence(whole, span);
    let before = whole.get(sentence.start..span.start).unwrap_or_default();
    // The sign of a list item is no word of the sentence.
    let before = before.trim_start_matches(['-', '*', '•', '·', '–', ' ', '\n']);
    let after = whole.get(span.end..sentence.end).unwrap_or_default().trim_end();
    Some(Quote { before: last(&one_line(before), AROUND), quote: one_line(quote), after: shortened(&one_line(after), AROUND), is_figure: false })
}

/// The end of a text, cut between words, with an ellipsis before it.
fn last(text: &str, most: usize) -> String {
    let characters = text.chars().count();
    if characters <= most {
        return text.to_owned();
    }
    let start = text.char_indices().nth(characters - most).map_or(0, |(at, _)| at);
    let cut = &text[start..];
    format!("…{}", cut.find(' ').map_or(cut, |at| &cut[at + 1..]))
}

fn sentence(whole: &str, span: &Range<usize>) -> Range<usize> {
    let sentences = text::sentences(whole);
    let start = sentences.iter().find(|sentence| sentence.end > span.start).map_or(span.start, |sentence| sentence.start);
    let end = sentences.iter().find(|sentence| sentence.end >= span.end).map_or(span.end, |sentence| sentence.end);
    start.min(span.start)..end.max(span.end)
}

/// Line breaks as blanks.
pub fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

/// One line of the ledger, for people.
#[derive(Debug)]
pub struct Line<'a> {
    /// Numbers the findings that count; other lines have none.
    pub number: Option<usize>,
    pub points: i32,
    /// A few words.
    pub what: String,
    /// The sentence of the rule.
    pub why: Option<Cow<'a, str>>,
    pub finding: Option<&'a Finding>,
}

/// The lines that, with 50 at the start, add up to the score. Hits of no points are among them, for their marks in the
/// text, but have no number: printed ledgers leave them out.
pub fn ledger<'a>(sieve: &'a Sieve, judged: &'a Judged) -> Vec<Line<'a>> {
    let set = sieve.rules();
    let verdict = &judged.judgement.verdict;
    let mut number = 0;
    let line = |reason: &'a crate::verdict::Reason| {
        let (what, why, finding) = match &reason.cause {
            Cause::Hit(index) => {
                let finding = verdict.hits.get(*index)?;
                let rule = &set.rules[finding.hit.rule];
                number += usize::from(reason.points != 0);
                (family(&set.family(rule).id), Some(finding.why(set)), Some(finding))
            }
            Cause::Cap(index) => (format!("{} counts {} points at most", family(&set.families[*index].id), set.families[*index].cap), None, None),
            Cause::NotARequest => (not_a_request(verdict.kind).to_owned(), None, None),
            Cause::Profile(word) => (format!("your profile names “{}”", one_line(word)), None, None),
            Cause::Floor => (figures::below_floor(&judged.judgement.facts, sieve.profile()), None, None),
            Cause::ScaleEnd => (format!("the scale ends at {}", if reason.points < 0 { 100 } else { 0 }), None, None),
        };
        Some(Line { number: finding.filter(|_| reason.points != 0).map(|_| number), points: reason.points, what, why, finding })
    };
    verdict.reasons.iter().filter_map(line).collect()
}

/// Where every ledger starts.
pub const START_LINE: (i32, &str) = (START, "where every post starts");

fn not_a_request(kind: Kind) -> &'static str {
    match kind {
        Kind::Offer => "a freelancer's offer, not a request",
        Kind::Employment => "a permanent position, not a request",
        _ => "not a job post",
    }
}

/// What to show of a side: the strongest findings; where no family is claimed, the hint that counts most if the verdict
/// is on that side or undecided, for a verdict must have a reason.
pub fn telling<'a>(sieve: &'a Sieve, judged: &'a Judged, polarity: Polarity, most: usize) -> Vec<&'a Finding> {
    let found = strongest(sieve, judged, polarity, most);
    let against = match judged.judgement.verdict.tier {
        Tier::Apply => Polarity::Red,
        Tier::Skip => Polarity::Green,
        Tier::Maybe => Polarity::Sign,
    };
    if !found.is_empty() || polarity == against {
        return found;
    }
    let set = sieve.rules();
    let points = |finding: &&Finding| finding.points.abs();
    let hints = judged.judgement.verdict.hits.iter().filter(|finding| set.family(&set.rules[finding.hit.rule]).polarity == polarity && points(finding) > 0);
    hints.max_by_key(points).into_iter().collect()
}

/// The strongest claimed findings of a polarity, one a family.
pub fn strongest<'a>(sieve: &'a Sieve, judged: &'a Judged, polarity: Polarity, most: usize) -> Vec<&'a Finding> {
    let set = sieve.rules();
    let rule = |finding: &Finding| &set.rules[finding.hit.rule];
    let mut findings: Vec<&Finding> =
        judged.judgement.verdict.hits.iter().filter(|finding| finding.claimed && set.family(rule(finding)).polarity == polarity).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.points.abs()));
    let mut families = Vec::new();
    findings.retain(|finding| {
        let family = rule(finding).family;
        !families.contains(&family) && families.len() < most && {
            families.push(family);
            true
        }
    });
    findings
}

/// Why posts were skipped, commonest first: what it was, and of how many posts. A post may have several reasons.
pub fn skip_reasons(sieve: &Sieve, skipped: &[&Judged]) -> Vec<(String, usize)> {
    let set = sieve.rules();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for judged in skipped {
        let verdict = &judged.judgement.verdict;
        let mut reasons: Vec<String> = if verdict.reasons.iter().any(|reason| reason.cause == Cause::NotARequest) {
            vec![not_a_request(verdict.kind).to_owned()]
        } else {
            verdict
                .hits
                .iter()
                .filter(|finding| finding.claimed)
                .map(|finding| set.family(&set.rules[finding.hit.rule]))
                .filter(|family| family.polarity == Polarity::Red)
                .map(|one| family(&one.id))
                .collect()
        };
        reasons.sort();
        reasons.dedup();
        if reasons.is_empty() {
            reasons.push("several weak hints".to_owned());
        }
        for reason in reasons {
            *counts.entry(reason).or_default() += 1;
        }
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_as_people_would() {
        let now: Timestamp = "2026-03-10T12:00:00Z".parse().unwrap();
        for (published, told) in [
            ("2026-03-10T12:00:00Z", "just now"),
            ("2026-03-10T11:48:00Z", "12 min ago"),
            ("2026-03-09T11:59:00Z", "24 h ago"),
            ("2026-03-07T12:00:00Z", "3 days ago"),
            ("2026-01-02T12:00:00Z", "2026-01-02"),
            ("2026-03-11T12:00:00Z", "2026-03-11"),
        ] {
            assert_eq!(age(published.parse().unwrap(), now), told, "{published}");
        }
    }

    #[test]
    fn only_web_addresses_are_links() {
        for (url, is_link) in [
            ("https://example.com/a?b=c#d", true),
            ("HTTP://example.com", true),
            ("javascript:alert(1)", false),
            ("data:text/html,x", false),
            ("https://example.com/\"onclick=", false),
            ("//example.com", false),
        ] {
            let post = Post { url: Some(url.to_owned()), ..Post::default() };
            assert_eq!(link(&post).is_some(), is_link, "{url}");
        }
    }

    #[test]
    fn texts_are_cut_between_words() {
        for (text, most, cut) in [("one two three", 9, "one two…"), ("short", 9, "short"), ("ääääääääää", 4, "ääää…")] {
            assert_eq!(shortened(text, most), cut);
        }
        assert_eq!(last("one two three", 9), "…three");
        assert_eq!(last("short", 9), "short");
    }

    #[test]
    fn money_spent_is_rounded_for_reading() {
        for (amount, told) in [(0.0, "$0"), (950.0, "$950"), (12_400.0, "$12.4k"), (20_000.0, "$20k"), (1_240_000.0, "$1.2M")] {
            assert_eq!(dollars(amount), told);
        }
    }
}
