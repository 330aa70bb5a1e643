//! Deadlines and payment terms in words.

use std::sync::OnceLock;

use regex::Regex;

use super::{DEADLINE_HOURS, Facts, Field, TERMS_DAYS};
use crate::text::Folded;

fn deadline_regex() -> &'static Regex {
    static REGEX: OnceLock<Regex> = OnceLock::new();
    REGEX.get_or_init(|| {
        Regex::new(concat!(
            r"(?-u:\b)(?:by|before|until|deadline(?: is|:)?|due|needed|delivered?|finish(?:ed)?|complet(?:e|ed)|done|ready|submit(?:ted)?|have it|turn(?:ed)? (?:it )?around)(?: (?:it|this|them|by|in|within|on|for|is|the))*:? ",
            r"(?:(?P<word>today|tonight|tomorrow|end of (?:the )?day|eod|this (?:evening|afternoon|morning)|overnight|yesterday)",
            r"|(?:the )?(?:next |under |max(?:imum)?(?: of)? |less than )?(?P<count>[0-9]{1,3}|one|two|three|four|five|six|seven|ten|a|an|couple(?: of)?|few)(?: ?(?:-|to|or) ?(?P<to>[0-9]{1,3}))? ?(?P<unit>minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?))(?-u:\b)"
        ))
        .expect("the expression is constant")
    })
}

fn terms_regex() -> &'static Regex {
    static REGEX: OnceLock<Regex> = OnceLock::new();
    REGEX.get_or_init(|| {
        Regex::new(concat!(
            r"(?-u:\b)(?:net[ -]?(?P<net>15|30|45|60|75|90|120|180)(?: days)?(?: terms)?(?-u:\b)",
            r"|(?:paid|pay|pays|payment|payments|invoices?)[^.!?\n]{0,30}? (?P<days>[0-9]{1,3})[ -]days? (?:after|from|of|upon|following)(?-u:\b))"
        ))
        .expect("the expression is constant")
    })
}

/// Sets the deadline and the payment terms.
pub(super) fn read(facts: &mut Facts, title: &Folded, body: &Folded) {
    for (field, folded) in [(Field::Title, title), (Field::Body, body)] {
        if facts.get(DEADLINE_HOURS).is_none()
            && let Some(found) = deadline_regex().captures(&folded.text)
            && let Some(hours) = hours(&found)
        {
            facts.set(DEADLINE_HOURS, hours, Some((field, folded.original(found.get(0).map_or(0..0, |whole| whole.range())))));
        }
        if facts.get(TERMS_DAYS).is_none()
            && let Some(found) = terms_regex().captures(&folded.text)
            && let Some(days) = found.name("net").or_else(|| found.name("days")).and_then(|days| days.as_str().parse().ok())
        {
            facts.set(TERMS_DAYS, days, Some((field, folded.original(found.get(0).map_or(0..0, |whole| whole.range())))));
        }
    }
}

fn hours(found: &regex::Captures<'_>) -> Option<f64> {
    if let Some(word) = found.name("word") {
        return Some(match word.as_str() {
            "tomorrow" | "overnight" => 24.0,
            _ => 8.0,
        });
    }
    let count = found.name("to").or_else(|| found.name("count"))?.as_str();
    let count = match count {
        "a" | "an" | "one" => 1.0,
        "two" | "couple" | "couple of" => 2.0,
        "three" | "few" => 3.0,
        "four" => 4.0,
        "five" => 5.0,
        "six" => 6.0,
        "seven" => 7.0,
        "ten" => 10.0,
        figure => figure.parse().ok()?,
    };
    let unit = found.name("unit")?.as_str();
    Some(
        count
            * match unit.as_bytes()[..2.min(unit.len())] {
                [b'm', b'i'] => 1.0 / 60.0,
                [b'h', ..] => 1.0,
                [b'd', ..] => 24.0,
                [b'w', ..] => 168.0,
                _ => 730.0,
            },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::Post;

    fn check(text: &str, name: &str, value: Option<f64>) {
        let facts = Facts::read(&Post::default(), &Folded::default(), &Folded::of(text));
        assert_eq!(facts.get(name), value, "{text:?}");
    }

    #[test]
    fn deadlines_are_hours() {
        check("A 432-word post by tomorrow", DEADLINE_HOURS, Some(24.0));
        check("needed within 2 hours", DEADLINE_HOURS, Some(2.0));
        check("must be completed in 3-5 days", DEADLINE_HOURS, Some(120.0));
        check("we meet the team by the river", DEADLINE_HOURS, None);
    }

    #[test]
    fn terms_are_days() {
        check("Payment terms are net 180.", TERMS_DAYS, Some(180.0));
        check("Invoices are paid 45 days after receipt", TERMS_DAYS, Some(45.0));
        check("a .net 8 developer", TERMS_DAYS, None);
    }
}
