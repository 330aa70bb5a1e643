//! One post in full, for `check`: the verdict with what speaks loudest, the text with every flag in its place, the
//! ledger that adds up, what to ask, and the facts that were read.

use super::paint::{BOLD, DIM, badge, bar, heading, linked, of_polarity, of_tier, paint, sign, wrapped};
use crate::facts::Field;
use crate::report::wording::{self, Line};
use crate::report::{Judged, Screen, figures, marks};
use crate::rules::Polarity;
use crate::sieve::Sieve;

/// One post, with everything that was found out about it.
pub fn explained(sieve: &Sieve, judged: &Judged, now: jiff::Timestamp, screen: Screen) -> String {
    let columns = screen.columns;
    let ledger = wording::ledger(sieve, judged);
    let mut text = verdict(judged, columns);
    let loudest = super::reasons(sieve, judged, columns);
    if !loudest.is_empty() {
        text.push_str(&format!("\n{loudest}"));
    }
    text.push_str(&post(sieve, judged, &ledger, now, screen));
    text.push_str(&format!("\n{}", heading("Why", columns)));
    text.push_str(&why(sieve, judged, &ledger, columns));
    let questions = &judged.judgement.verdict.questions;
    if !questions.is_empty() {
        text.push_str(&format!("\n{}", heading("Ask the client", columns)));
        for question in questions {
            text.push_str(&wrapped(&wording::one_line(question), columns, "  ? ", "    "));
        }
    }
    let facts = facts(judged);
    if !facts.is_empty() {
        text.push_str(&format!("\n{}", heading("Figures read", columns)));
        text.push_str(&wrapped(&facts.join(" · "), columns, "  ", "  "));
    }
    text
}

fn verdict(judged: &Judged, columns: usize) -> String {
    let verdict = &judged.judgement.verdict;
    let mut text = format!("{} {} {} of 100\n", badge(verdict.tier), bar(of_tier(verdict.tier), verdict.score), verdict.score);
    for (name, polarity, value) in [("objective", Polarity::Green, verdict.objective), ("tactical ", Polarity::Red, verdict.tactical)] {
        text.push_str(&format!("  {} {name} {} {value}\n", sign(polarity), bar(of_polarity(polarity), value)));
    }
    if let Some(note) = &verdict.note {
        text.push_str(&wrapped(&wording::one_line(note), columns, "  ", "  "));
    }
    text
}

/// The post as it was written, flags marked: `[+1 words]` is the flag of line 1 of the ledger.
fn post(sieve: &Sieve, judged: &Judged, ledger: &[Line<'_>], now: jiff::Timestamp, screen: Screen) -> String {
    let columns = screen.columns;
    let mut text = String::from("\n");
    let title = marked(sieve, judged, ledger, Field::Title);
    let title = if title.is_empty() { wording::title(&judged.post) } else { title };
    text.push_str(&wrapped(&paint(BOLD, title), columns, "", "  "));
    let particulars = wording::particulars(judged, now);
    if !particulars.is_empty() {
        text.push_str(&wrapped(&particulars.join(" · "), columns, "", "  "));
    }
    if !judged.post.skills.is_empty() {
        text.push_str(&wrapped(&format!("skills: {}", judged.post.skills.join(", ")), columns, "", "  "));
    }
    if let Some(url) = &judged.post.url {
        text.push_str(&format!("{}\n", linked(&paint(DIM, url), wording::link(&judged.post), screen.links)));
    }
    text.push('\n');
    let margin = format!("{} ", paint(DIM, "│"));
    for line in marked(sieve, judged, ledger, Field::Body).lines() {
        text.push_str(&wrapped(line, columns, &margin, &margin));
    }
    text
}

fn marked(sieve: &Sieve, judged: &Judged, ledger: &[Line<'_>], field: Field) -> String {
    let set = sieve.rules();
    let flags: Vec<(usize, std::ops::Range<usize>)> = ledger
        .iter()
        .enumerate()
        .filter_map(|(index, line)| match &line.finding?.hit.spot {
            Some((of, span)) if *of == field && line.points != 0 => Some((index, span.clone())),
            _ => None,
        })
        .collect();
    let mut text = String::new();
    for piece in marks::pieces(judged.text(field), &flags) {
        let lines: Vec<&Line<'_>> = piece.flags.iter().filter_map(|&index| ledger.get(index)).collect();
        let Some(strongest) = lines.iter().max_by_key(|line| (line.finding.is_some_and(|finding| finding.claimed), line.points.abs())) else {
            text.push_str(piece.text);
            continue;
        };
        let is_claimed = |line: &Line<'_>| line.finding.is_some_and(|finding| finding.claimed);
        let polarity = |line: &Line<'_>| line.finding.map_or(Polarity::Sign, |finding| set.family(&set.rules[finding.hit.rule]).polarity);
        let style = of_polarity(polarity(strongest));
        let style = if is_claimed(strongest) { style.bold() } else { style };
        // Where flags and hints meet, the flags are what is said.
        let has_flag = lines.iter().any(|line| is_claimed(line));
        let numbers: Vec<String> = lines
            .iter()
            .filter(|line| is_claimed(line) || !has_flag)
            .map(|line| format!("{}{}", sign(polarity(line)), line.number.map(|number| number.to_string()).unwrap_or_default()))
            .collect();
        // A style ends with its line, so that it does not colour the margin.
        let painted: Vec<String> = format!("[{} {}]", numbers.join(" "), piece.text).lines().map(|line| paint(style, line)).collect();
        text.push_str(&painted.join("\n"));
    }
    text
}

/// The ledger. Hints stand in it as paler lines: they count, but claim no flag. What counts nothing is left out.
fn why(sieve: &Sieve, judged: &Judged, ledger: &[Line<'_>], columns: usize) -> String {
    let set = sieve.rules();
    let (start, what) = wording::START_LINE;
    let mut text = format!("{start:>5}      {what}\n");
    for line in ledger.iter().filter(|line| line.points != 0) {
        let number = line.number.map_or(String::new(), |number| number.to_string());
        let rest = " ".repeat(11);
        let Some(finding) = line.finding else {
            text.push_str(&wrapped(&line.what, columns, &format!("{:>+5}      ", line.points), &rest));
            continue;
        };
        let rule = &set.rules[finding.hit.rule];
        let polarity = set.family(rule).polarity;
        let style = if finding.claimed { of_polarity(polarity) } else { DIM };
        let hint = if finding.claimed { "" } else { " (a hint)" };
        let first = format!("{} {number:>3}  ", paint(style, format_args!("{:>+5}", line.points)));
        text.push_str(&wrapped(
            &format!("{} {}", paint(style, format_args!("{}{hint}:", line.what)), line.why.as_deref().unwrap_or_default()),
            columns,
            &first,
            &rest,
        ));
        // The rule's name, for `gigsieve rules show` and for points of one's own.
        let quote = super::quoted(sieve, judged, finding, polarity).unwrap_or_default();
        let parting = if quote.is_empty() { "" } else { " · " };
        text.push_str(&wrapped(&format!("{quote}{}", paint(DIM, format_args!("{parting}{}", rule.id))), columns, &rest, &rest));
    }
    text.push_str(&format!("{}\n", paint(DIM, "  ───")));
    text.push_str(&format!("{:>5}      of 100\n", paint(BOLD, format_args!("{:>5}", judged.judgement.verdict.score))));
    text
}

/// Facts in words; those of the text's mere shape are left out.
fn facts(judged: &Judged) -> Vec<String> {
    judged.judgement.facts.known().filter(|(name, _)| !name.starts_with("text.")).filter_map(|(name, value)| figures::in_words(name, value)).collect()
}
