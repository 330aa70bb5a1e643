//! Deadlines, payment terms and hours of work in words.

use super::pay::WEEKS;
use super::words::{Cursor, figure_starts, word_starts, words_back};
use super::{DEADLINE_HOURS, EFFORT_HOURS, Facts, Field, HOURS_MONTH, TERMS_DAYS};
use crate::text::{self, Folded};

/// Sets the deadline, the payment terms and the hours of work.
pub(super) fn read(facts: &mut Facts, title: &Folded, body: &Folded) {
    for (field, folded) in [(Field::Title, title), (Field::Body, body)] {
        let text = &folded.text;
        let mut set = |name: &'static str, found: Option<(f64, usize, usize)>| {
            if let Some((value, start, end)) = found.filter(|_| facts.get(name).is_none()) {
                facts.set(name, value, Some((field, folded.original(start..end))));
            }
        };
        set(DEADLINE_HOURS, word_starts(text).find_map(|at| deadline(text, at)));
        set(TERMS_DAYS, figure_starts(text).find_map(|at| terms(text, at)));
        // Most posts name no hours; finding that out so is far cheaper.
        let names_hours = ["hour", "hr", "h/", "h a ", "h per "].iter().any(|hours| text.contains(hours));
        let hours: Vec<_> = word_starts(if names_hours { text } else { "" }).filter_map(|at| hours(text, at)).collect();
        set(HOURS_MONTH, hours.iter().filter_map(|hours| hours.a_month()).max_by(|one, other| one.0.total_cmp(&other.0)));
        set(EFFORT_HOURS, hours.iter().find_map(|hours| hours.in_all()));
    }
}

/// Words that a deadline follows, with these or none between: "needed by tomorrow", "deliver it within 2 days".
const DUE: &[&str] = &[
    "by", "before", "until", "deadline", "due", "needed", "deliver", "delivered", "finish", "finished", "complete", "completed", "done", "ready", "submit",
    "submitted", "around", "it",
];
const FILLERS: &[&str] = &["it", "this", "them", "by", "in", "within", "on", "for", "is", "the"];

/// Days with a name, in hours.
const DAYS: &[(&str, f64)] = &[
    ("today", 8.0),
    ("tonight", 8.0),
    ("tomorrow", 24.0),
    ("end of the day", 8.0),
    ("end of day", 8.0),
    ("eod", 8.0),
    ("this evening", 8.0),
    ("this afternoon", 8.0),
    ("this morning", 8.0),
    ("overnight", 24.0),
    ("yesterday", 8.0),
];

/// The deadline that a word begins: hours until it, and its place.
fn deadline(text: &str, start: usize) -> Option<(f64, usize, usize)> {
    // One look at the first letter spares most words the table.
    if !text.as_bytes().get(start).is_some_and(|first| b"abcdfinrsu".contains(first)) {
        return None;
    }
    let mut cursor = Cursor::new(text, start);
    let word = cursor.word(|word| DUE.iter().find(|due| **due == word))?;
    // "Turn it around", "have it".
    let leads = |lead: &[&str]| lead.iter().any(|lead| text[..start].ends_with(lead));
    if *word == "around" && !leads(&["turn ", "turned ", "turn it ", "turned it "]) || *word == "it" && !leads(&["have "]) {
        return None;
    }
    let mut value;
    loop {
        cursor.take(":");
        if !cursor.take(" ") {
            return None;
        }
        value = cursor;
        if let Some((name, hours)) = DAYS.iter().find(|(name, _)| cursor.rest().starts_with(name)) {
            value.at += name.len();
            return (!value.is_inside_word()).then_some((*hours, start, value.at));
        }
        if !cursor.one_of(FILLERS) {
            break;
        }
    }
    value.take_one(&["next ", "under ", "max ", "max of ", "maximum ", "maximum of ", "less than "]);
    let (hours, end) = duration(value)?;
    Some((hours, start, end))
}

/// "3-5 days", "a couple of hours", "48h": hours, of a range the most.
fn duration(mut cursor: Cursor<'_>) -> Option<(f64, usize)> {
    let count = cursor.count().filter(|count| *count < 1000.0)?;
    let count = cursor.to().unwrap_or(count);
    let mut unit = *cursor.blank();
    unit.one_of(&["business", "working", "calendar"]);
    let hours = unit.blank().word(|unit| {
        Some(match unit {
            "minute" | "minutes" | "min" | "mins" => 1.0 / 60.0,
            "hour" | "hours" | "hr" | "hrs" | "h" => 1.0,
            "day" | "days" => 24.0,
            "week" | "weeks" => 168.0,
            "month" | "months" => 730.0,
            _ => return None,
        })
    })?;
    Some((count * hours, unit.at))
}

/// Payment terms at a figure: "net 30", "paid 45 days after receipt".
fn terms(text: &str, start: usize) -> Option<(f64, usize, usize)> {
    let mut cursor = Cursor::new(text, start);
    let days = cursor.figure()?;
    let before = &text[..start];
    let net = before.trim_end_matches([' ', '-']);
    if net.ends_with("net") && before.len() - net.len() <= 1 && !net[..net.len() - 3].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.') {
        let is_usual = [15.0, 30.0, 45.0, 60.0, 75.0, 90.0, 120.0, 180.0].contains(&days);
        return (is_usual && !cursor.is_inside_word()).then_some((days, net.len() - 3, cursor.at));
    }
    if !cursor.take_one(&[" ", "-"]) || !cursor.one_of(&["day", "days"]) || !cursor.take(" ") || !cursor.one_of(&["after", "from", "of", "upon", "following"]) {
        return None;
    }
    let sentence = &before[before.rfind(['.', '!', '?', '\n']).map_or(0, |at| at + 1)..];
    let pay = word_starts(sentence).find(|&at| {
        let paid =
            Cursor::new(sentence, at).word(|word| ["paid", "pay", "pays", "payment", "payments", "invoice", "invoices"].contains(&word).then_some(word.len()));
        paid.is_some_and(|length| sentence.len() - at - length <= 31)
    })?;
    Some((days, start - sentence.len() + pay, cursor.at))
}

/// "20 hours", "20+ h", "10 to 20 hrs", "ten-hour": how many, of a range the most, and where they stand.
struct Hours<'t> {
    count: f64,
    text: &'t str,
    start: usize,
    after: Cursor<'t>,
}

fn hours(text: &str, start: usize) -> Option<Hours<'_>> {
    let mut after = Cursor::new(text, start);
    let count = after.count()?;
    let count = after.to().unwrap_or(count);
    after.take("+");
    if !after.take("-") {
        after.blank();
    }
    after.one_of(&["hour", "hours", "hr", "hrs", "h"]).then_some(Hours { count, text, start, after })
}

impl Hours<'_> {
    /// "... a week", "/day", "of work a month": hours a month. More than a person works are the hours of a shop.
    fn a_month(&self) -> Option<(f64, usize, usize)> {
        let mut after = self.after;
        after.take(" of work");
        after.blank().take_one(&["a ", "per ", "each ", "every ", "/ ", "/"]);
        let (times, most) = after.word(|unit| {
            Some(match unit {
                "day" | "daily" => (5.0 * WEEKS, 12.0),
                "week" | "weekly" => (WEEKS, 84.0),
                "month" | "monthly" => (1.0, 360.0),
                _ => return None,
            })
        })?;
        let is_overlap = [" overlap", " of overlap", " meeting", " of meeting"].iter().any(|meeting| after.rest().starts_with(meeting));
        (self.count <= most && !is_overlap).then_some((self.count * times, self.start, after.at))
    }

    /// "... of work in all", "should take ...": hours that the whole work takes.
    fn in_all(&self) -> Option<(f64, usize, usize)> {
        let mut after = self.after;
        let of_work = after.take(" of work");
        let in_all = after.take_one(&[" in all", " in total", " altogether"]);
        let soon = text::beginning(after.rest(), 30);
        let is_rate = self.a_month().is_some() || ["day", "week", "month", "/", " each", " every"].iter().any(|unit| soon.contains(unit));
        let is_other = [" of ", " to ", " after", " before", " ago"].iter().any(|other| soon.starts_with(other));
        let mut before = words_back(&self.text[..self.start]).skip_while(|word| ["about", "around", "approximately", "roughly", "only", "just"].contains(word));
        let nearest = before.next().unwrap_or_default();
        let takes = nearest == "estimated"
            || nearest == "take"
                && match before.find(|word| !["only", "probably", "likely"].contains(word)) {
                    Some("should" | "would") => true,
                    Some("will") => before.next().is_some_and(|what| ["task", "job", "project", "work", "it", "this"].contains(&what)),
                    _ => false,
                };
        let says = takes || (of_work || in_all) && !["after", "first", "every", "per"].contains(&nearest);
        (says && !is_rate && !is_other && self.count >= 1.0).then_some((self.count, self.start, after.at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::Post;

    fn check(name: &str, cases: &[(&str, Option<f64>)]) {
        for (text, value) in cases {
            let facts = Facts::read(&Post::default(), &Folded::default(), &Folded::of(text));
            assert_eq!(facts.get(name).map(f64::round), *value, "{text:?}");
        }
    }

    #[test]
    fn deadlines_are_hours() {
        check(
            DEADLINE_HOURS,
            &[
                ("A 432-word post by tomorrow", Some(24.0)),
                ("needed within 2 hours", Some(2.0)),
                ("must be completed in 3-5 days", Some(120.0)),
                ("Deadline: a couple of days", Some(48.0)),
                ("Deliver it in a few days", Some(72.0)),
                ("done in 2 working days", Some(48.0)),
                ("Can you turn it around overnight?", Some(24.0)),
                ("we meet the team by the river", None),
                ("An editor is needed for a 4-minute video", None),
                ("We have shops around 3 days of the week", None),
            ],
        );
    }

    #[test]
    fn terms_are_days() {
        check(
            TERMS_DAYS,
            &[
                ("Payment terms are net 180.", Some(180.0)),
                ("We pay net-30 terms", Some(30.0)),
                ("Invoices are paid 45 days after receipt", Some(45.0)),
                ("The report is due 45 days after receipt", None),
                ("a .net 8 developer", None),
            ],
        );
    }

    #[test]
    fn hours_of_work_are_read() {
        check(
            HOURS_MONTH,
            &[
                ("About 10 hours a month", Some(10.0)),
                ("20+ hrs/week", Some(87.0)),
                ("10 to 20 hours per week", Some(87.0)),
                ("a 40-hour week", Some(173.0)),
                ("8h a day", Some(173.0)),
                ("Our desk answers 24 hours a day", None),
                ("4 hours per day of overlap with Lisbon", None),
                ("we answer within 24 hours", None),
            ],
        );
        check(
            EFFORT_HOURS,
            &[
                ("about ten hours of work in all", Some(10.0)),
                ("It should take about 5 hours.", Some(5.0)),
                ("ten hours of work a month", None),
                ("This task will take 3 hours.", Some(3.0)),
                ("we have 12 hours of video", None),
                ("It currently takes 2 hours, which is too long.", None),
                ("You get a raise after 700 hours of work.", None),
            ],
        );
    }
}
