//! The report for a terminal: [`listed`] for many posts, [`explained`] for one. Colours are always written; whoever
//! writes to something that is no terminal strips them, and the text reads as well without.

mod advised;
mod explained;
mod paint;

pub use advised::advised;
pub use explained::explained;

use super::{Judged, Report, Screen, wording};
use crate::rules::Polarity;
use crate::sieve::Sieve;
use crate::verdict::{Finding, Tier};
use paint::{BOLD, DIM, badge, bar, heading, linked, of_polarity, of_tier, paint, sign, wrapped};

/// Reasons of either polarity shown for a post that is worth more than a line.
const REASONS: usize = 2;
/// Commonest reasons shown for the skipped.
const SKIP_REASONS: usize = 6;

/// All posts: those worth applying to, best first; then maybes, shorter; then what was skipped and why.
pub fn listed(sieve: &Sieve, report: &Report, screen: Screen) -> String {
    let columns = screen.columns;
    let mut text = wrapped(&paint(BOLD, wording::summary(report)), columns, "", "");
    let tiers = [Tier::Apply, Tier::Maybe, Tier::Skip].map(|tier| (tier, report.tier(tier)));
    for (tier, posts) in &tiers {
        if posts.is_empty() {
            continue;
        }
        text.push_str(&format!("\n{}", heading(&format!("{} ({})", wording::heading(*tier), posts.len()), columns)));
        if *tier == Tier::Skip {
            text.push_str(&skipped(sieve, posts, columns));
            if !report.all {
                text.push_str(&wrapped(&paint(DIM, "--all shows them one by one."), columns, "  ", "  "));
                continue;
            }
        }
        for judged in posts {
            text.push('\n');
            text.push_str(&head(judged, report, screen));
            text.push_str(&if *tier == Tier::Apply { reasons(sieve, judged, columns) } else { brief(sieve, judged, columns) });
        }
    }
    for problem in &report.problems {
        text.push_str(&wrapped(&format!("Not read: {problem}"), columns, "\n", "  "));
    }
    text
}

/// Verdict, title, particulars and address.
fn head(judged: &Judged, report: &Report, screen: Screen) -> String {
    let verdict = &judged.judgement.verdict;
    let title = linked(&paint(BOLD, wording::title(&judged.post)), wording::link(&judged.post), screen.links);
    let first = format!("{} {} {:>3}  ", badge(verdict.tier), bar(of_tier(verdict.tier), verdict.score), verdict.score);
    let mut text = wrapped(&format!("{first}{title}"), screen.columns, "", "    ");
    let particulars = wording::particulars(judged, report.now);
    if !particulars.is_empty() {
        text.push_str(&wrapped(&particulars.join(" · "), screen.columns, "    ", "    "));
    }
    if let Some(url) = &judged.post.url {
        // An address is not wrapped: in pieces it could not be copied.
        text.push_str(&format!("    {}\n", linked(&paint(DIM, url), wording::link(&judged.post), screen.links)));
    }
    if let Some(note) = &verdict.note {
        text.push_str(&wrapped(&wording::one_line(note), screen.columns, "    ", "    "));
    }
    text
}

/// The strongest reasons on both sides, each with its sentence and the rule's; first the side that the verdict is on.
fn reasons(sieve: &Sieve, judged: &Judged, columns: usize) -> String {
    let set = sieve.rules();
    let mut text = String::new();
    let mut sides = [Polarity::Green, Polarity::Red];
    if judged.judgement.verdict.tier == Tier::Skip {
        sides.reverse();
    }
    for polarity in sides {
        for finding in wording::telling(sieve, judged, polarity, REASONS) {
            let rule = &set.rules[finding.hit.rule];
            let start = format!("  {} ", paint(of_polarity(polarity).bold(), sign(polarity)));
            let why = format!("{} {}", paint(of_polarity(polarity), format_args!("{}:", wording::family(&set.family(rule).id))), finding.why(set));
            text.push_str(&wrapped(&why, columns, &start, "    "));
            if let Some(quote) = quoted(sieve, judged, finding, polarity) {
                text.push_str(&wrapped(&quote, columns, "      ", "      "));
            }
        }
    }
    text
}

/// One line a polarity: the families, strongest first, with one quote.
fn brief(sieve: &Sieve, judged: &Judged, columns: usize) -> String {
    let set = sieve.rules();
    let mut text = String::new();
    for polarity in [Polarity::Green, Polarity::Red] {
        let findings = wording::telling(sieve, judged, polarity, 3);
        let Some(first) = findings.first() else { continue };
        let families: Vec<String> = findings.iter().map(|finding| wording::family(&set.family(&set.rules[finding.hit.rule]).id)).collect();
        let start = format!("  {} ", paint(of_polarity(polarity).bold(), sign(polarity)));
        let quote = quoted(sieve, judged, first, polarity).unwrap_or_default();
        text.push_str(&wrapped(&format!("{}  {quote}", paint(of_polarity(polarity), families.join(", "))), columns, &start, "    "));
    }
    text
}

/// How many were skipped, for which reasons.
fn skipped(sieve: &Sieve, posts: &[&Judged], columns: usize) -> String {
    let reasons = wording::skip_reasons(sieve, posts);
    let more = reasons.len().saturating_sub(SKIP_REASONS);
    let mut told: Vec<String> = reasons.into_iter().take(SKIP_REASONS).map(|(reason, count)| format!("{count} × {reason}")).collect();
    if more > 0 {
        told.push(format!("{more} more reasons"));
    }
    wrapped(&told.join(" · "), columns, "  ", "  ")
}

/// A quote in its sentence, marked by colour and by brackets with the sign of its polarity; a figure stands in
/// parentheses, for nobody wrote it.
fn quoted(sieve: &Sieve, judged: &Judged, finding: &Finding, polarity: Polarity) -> Option<String> {
    let quote = wording::quote(sieve, judged, finding)?;
    if quote.is_figure {
        return Some(format!("({})", paint(of_polarity(polarity), &quote.quote)));
    }
    let marked = paint(of_polarity(polarity).bold(), format_args!("[{}{}]", sign(polarity), quote.quote));
    Some(format!("“{}{marked}{}”", quote.before, quote.after))
}
