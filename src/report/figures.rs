//! Facts in words, for quotes of rules that rest on figures and for the list of what was read.

use crate::facts::{self, Facts};
use crate::profile::Profile;

/// A fact as a person would say it; `None` for facts that say nothing by themselves.
pub fn in_words(name: &str, value: f64) -> Option<String> {
    let many = |one: &str, more: &str| format!("{} {}", figure(value), if value == 1.0 { one } else { more });
    let hours = |count: &str| format!("{count} {}", if count == "1" { "hour" } else { "hours" });
    Some(match name {
        facts::PAY_STATED | facts::SKILLS | facts::TITLE_WORDS | facts::TEXT_LINES => return None,
        facts::PAY_FIXED => format!("${} in all", figure(value)),
        facts::PAY_HOURLY_MIN => format!("from ${} an hour", figure(value)),
        facts::PAY_HOURLY_MAX => format!("up to ${} an hour", figure(value)),
        facts::PAY_WORD => format!("${} a word", figure(value)),
        facts::PAY_PIECE => format!("${} apiece", figure(value)),
        facts::PAY_MONTHLY => format!("${} a month", figure(value)),
        facts::PAY_YEARLY => format!("${} a year", figure(value)),
        facts::PAY_PLACEHOLDER => "a placeholder for a budget".to_owned(),
        facts::PAY_IMPLIED_HOURLY => format!("about ${} an hour of work", estimate(value)),
        facts::EFFORT_HOURS => format!("about {} of work", hours(&estimate(value))),
        facts::HOURS_MONTH => format!("{} of work a month", hours(&estimate(value))),
        facts::DEADLINE_HOURS => format!("{} until the deadline", many("hour", "hours")),
        facts::LENGTH_WORDS => format!("{} words wanted", figure(value)),
        facts::VOLUME_DAILY => format!("{} pieces a day", figure(value)),
        facts::TERMS_DAYS => format!("payment after {}", many("day", "days")),
        facts::CLIENT_VERIFIED => if value > 0.0 { "payment verified" } else { "payment not verified" }.to_owned(),
        facts::CLIENT_RATING => format!("{} of 5 stars", figure(value)),
        facts::CLIENT_SPENT => format!("${} spent", figure(value)),
        facts::CLIENT_HIRES => many("hire", "hires"),
        facts::CLIENT_JOBS => many("job posted", "jobs posted"),
        facts::CLIENT_HIRE_RATE => format!("{value:.0} % hire rate"),
        facts::PROPOSALS_MIN => format!("at least {}", many("proposal", "proposals")),
        facts::PROPOSALS_MAX => format!("at most {}", many("proposal", "proposals")),
        facts::TEXT_WORDS => many("word", "words"),
        facts::TEXT_LIST_ITEMS => many("list item", "list items"),
        facts::TEXT_HEADINGS => many("heading", "headings"),
        facts::TEXT_NUMBERED => many("numbered point", "numbered points"),
        facts::TEXT_QUESTIONS => many("question", "questions"),
        facts::TEXT_EXCLAMATIONS => many("exclamation mark", "exclamation marks"),
        facts::TEXT_SHOUTED => format!("{value:.0} % in capitals"),
        facts::TEXT_TEMPLATE => many("stock sentence", "stock sentences"),
        facts::TEXT_TEMPLATE_SHARE => format!("{value:.0} % stock sentences"),
        // A fact added later: its name says what it is.
        other => format!("{} {}", other.replace(['.', '_'], " "), figure(value)),
    })
}

/// Why a fixed price is too small for this freelancer.
pub fn below_floor(facts: &Facts, profile: &Profile) -> String {
    let fixed = facts.get(facts::PAY_FIXED).unwrap_or_default();
    format!("a fixed price of ${} is below your floor of ${} a project", figure(fixed), figure(profile.floor_project))
}

/// As many decimals as mean something: tenths of a cent below one, cents below 1,000; none where they are 0.
fn figure(value: f64) -> String {
    let text = match value.abs() {
        ..1.0 => format!("{value:.3}"),
        ..1000.0 => format!("{value:.2}"),
        _ => return format!("{value:.0}"),
    };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// An estimate: as exact as it can be, which is not very.
fn estimate(value: f64) -> String {
    if value < 10.0 { figure((value * 2.0).round() / 2.0) } else { format!("{value:.0}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_has_words_of_its_own() {
        for name in facts::NAMES {
            let words = in_words(name, 2.0).unwrap_or_default();
            assert!(!words.contains(&name.replace(['.', '_'], " ")), "{name}: {words}");
        }
        assert_eq!(in_words(facts::CLIENT_HIRES, 1.0).as_deref(), Some("1 hire"));
        for (name, value, words) in [
            (facts::PAY_WORD, 0.05, "$0.05 a word"),
            (facts::PAY_WORD, 0.008, "$0.008 a word"),
            (facts::PAY_FIXED, 199.6, "$199.6 in all"),
            (facts::CLIENT_SPENT, 30540.2, "$30540 spent"),
            (facts::PAY_IMPLIED_HOURLY, 1051.96, "about $1052 an hour of work"),
            (facts::EFFORT_HOURS, 9.96, "about 10 hours of work"),
            (facts::EFFORT_HOURS, 2.4, "about 2.5 hours of work"),
        ] {
            assert_eq!(in_words(name, value).as_deref(), Some(words));
        }
    }
}
