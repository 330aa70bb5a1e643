//! The report as Markdown, for notes, issues and mail. Words of a post are escaped: they make no links, headings,
//! pictures or tags.

use super::{Judged, Report, client, wording};
use crate::rules::Polarity;
use crate::sieve::Sieve;
use crate::verdict::{Finding, Tier};

/// All posts: those worth applying to in full, maybes in a few lines, the skipped counted (and, on demand, listed).
pub fn listed(sieve: &Sieve, report: &Report) -> String {
    let mut text = format!("# Posts worth applying to\n\n{}.\n", wording::summary(report));
    for tier in [Tier::Apply, Tier::Maybe, Tier::Skip] {
        let posts = report.tier(tier);
        if posts.is_empty() {
            continue;
        }
        text.push_str(&format!("\n## {} ({})\n", wording::heading(tier), posts.len()));
        if tier == Tier::Skip {
            let reasons: Vec<String> = wording::skip_reasons(sieve, &posts).into_iter().map(|(reason, count)| format!("{count} × {reason}")).collect();
            text.push_str(&format!("\n{}.\n", reasons.join(" · ")));
            if !report.all {
                continue;
            }
        }
        for judged in posts {
            text.push_str(&head(judged, report));
            for polarity in [Polarity::Green, Polarity::Red] {
                for finding in wording::telling(sieve, judged, polarity, if tier == Tier::Apply { 2 } else { 1 }) {
                    text.push_str(&reason(sieve, judged, finding, polarity));
                }
            }
            if tier == Tier::Apply {
                text.push_str(&questions(judged));
            }
        }
    }
    if !report.problems.is_empty() {
        text.push_str(&format!("\n## Not read ({})\n\n", report.problems.len()));
        for problem in &report.problems {
            text.push_str(&format!("- {}\n", escaped(problem)));
        }
    }
    text.replace("\n\n\n", "\n\n")
}

/// One post in full: the ledger as a table, the questions, the text.
pub fn explained(sieve: &Sieve, judged: &Judged, report: &Report) -> String {
    let verdict = &judged.judgement.verdict;
    let mut text = head(judged, report).trim_start().replacen("### ", "# ", 1);
    text.push_str(&format!("\nVerdict: **{}**, objective {}, tactical {}.\n", verdict.tier.name(), verdict.objective, verdict.tactical));
    let (start, what) = wording::START_LINE;
    text.push_str(&format!("\n| points | reason | in the post |\n|---:|---|---|\n| {start} | {what} | |\n"));
    for line in wording::ledger(sieve, judged).iter().filter(|line| line.points != 0) {
        let hint = if line.finding.is_some_and(|finding| !finding.claimed) { " (a hint)" } else { "" };
        let why = line.why.as_deref().map(|why| format!(": {}", escaped(why))).unwrap_or_default();
        let quote = line.finding.and_then(|finding| quoted(sieve, judged, finding)).unwrap_or_default();
        text.push_str(&format!("| {:+} | **{}**{hint}{why} | {quote} |\n", line.points, escaped(&line.what)));
    }
    text.push_str(&format!("| **{}** | the score | |\n", verdict.score));
    text.push_str(&questions(judged));
    if !judged.post.body.is_empty() {
        text.push_str("\n> ");
        let lines: Vec<String> = judged.post.body.lines().map(escaped).collect();
        text.push_str(&lines.join("\n> "));
        text.push('\n');
    }
    text.replace("\n\n\n", "\n\n")
}

/// One post as advice to its writer.
pub fn advised(sieve: &Sieve, judged: &Judged) -> String {
    let advices = client::advices(sieve, judged);
    let mut text = format!("# {}\n\n{}\n", escaped(&wording::title(&judged.post)), client::outlook(judged));
    for (title, advices) in [("Change", &advices.change), ("Add", &advices.add), ("Keep", &advices.keep)] {
        if !advices.is_empty() {
            text.push_str(&format!("\n## {title}\n\n"));
        }
        for advice in advices {
            let quote = advice.quote.as_deref().map(|quote| format!("  \n  you write “{}”", escaped(quote))).unwrap_or_default();
            text.push_str(&format!("- {}{quote}\n", escaped(&advice.sentence)));
        }
    }
    text
}

fn head(judged: &Judged, report: &Report) -> String {
    let title = escaped(&wording::title(&judged.post));
    let title = wording::link(&judged.post).map_or_else(|| title.clone(), |url| format!("[{title}](<{url}>)"));
    let verdict = &judged.judgement.verdict;
    let mut text = format!("\n### {} · {title}\n", verdict.score);
    let particulars = wording::particulars(judged, report.now);
    if !particulars.is_empty() {
        text.push_str(&format!("\n{}\n", escaped(&particulars.join(" · "))));
    }
    if let Some(note) = &verdict.note {
        text.push_str(&format!("\n{}\n", escaped(note)));
    }
    text.push('\n');
    text
}

fn reason(sieve: &Sieve, judged: &Judged, finding: &Finding, polarity: Polarity) -> String {
    let set = sieve.rules();
    let rule = &set.rules[finding.hit.rule];
    let sign = if polarity == Polarity::Green { "➕" } else { "➖" };
    let quote = quoted(sieve, judged, finding).map(|quote| format!("  \n  {quote}")).unwrap_or_default();
    format!("- {sign} **{}**: {}{quote}\n", escaped(&wording::family(&set.family(rule).id)), escaped(&finding.why(set)))
}

fn quoted(sieve: &Sieve, judged: &Judged, finding: &Finding) -> Option<String> {
    let quote = wording::quote(sieve, judged, finding)?;
    let bold = quote.quote.trim();
    if quote.is_figure {
        return Some(format!("(**{}**)", escaped(bold)));
    }
    Some(format!("“{}**{}**{}”", escaped(&quote.before), escaped(bold), escaped(&quote.after)))
}

fn questions(judged: &Judged) -> String {
    let questions = &judged.judgement.verdict.questions;
    if questions.is_empty() {
        return String::new();
    }
    let list: String = questions.iter().map(|question| format!("- {}\n", escaped(question))).collect();
    format!("\nAsk the client:\n\n{list}")
}

/// A text on one line that Markdown shows as it is. A backslash before any punctuation is allowed; those characters
/// that could mean something get one, digits and signs that would start a list do too.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut at_start = true;
    for c in wording::one_line(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '<' | '>' | '&' | '#' | '|' | '~' | '!' | '@' | '$' | '{' | '}' | '=')
            || (at_start && matches!(c, '-' | '+'))
            || (matches!(c, '.' | ')') && !escaped.is_empty() && escaped.chars().all(|before| before.is_ascii_digit()))
        {
            escaped.push('\\');
        }
        at_start &= c.is_whitespace();
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn words_of_a_post_mean_nothing_to_markdown() {
        for (text, safe) in [
            ("plain words, really.", "plain words, really."),
            ("# no heading", "\\# no heading"),
            ("- no list", "\\- no list"),
            ("well-known", "well-known"),
            ("1. no list", "1\\. no list"),
            ("![x](http://e.example/p.png)", "\\!\\[x\\]\\(http://e.example/p.png\\)"),
            ("<img src=x onerror=y> &lt;", "\\<img src\\=x onerror\\=y\\> \\&lt;"),
            ("a | b\n**c** `d` ~~e~~", "a \\| b \\*\\*c\\*\\* \\`d\\` \\~\\~e\\~\\~"),
        ] {
            assert_eq!(escaped(text), safe);
        }
    }
}
