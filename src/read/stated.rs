//! What a field states: money, moments, counts and ranges as marketplaces print them ("$6K+ spent", "5 to 10").
//!
//! These are fields, so the text is known to be about pay, or a date. Money in prose, where its role must be told
//! first, is read by [`crate::facts`].

mod moment;
mod money;

use std::sync::OnceLock;

use regex::Regex;

use crate::post::Proposals;

pub use moment::{epoch, moment};
pub use money::{amounts, money, unit};

/// The first figure of a text with its magnitude: "$6K+" is 6000, "1,085 hours" is 1085, "4.9 of 5" is 4.9.
pub fn figure(text: &str) -> Option<f64> {
    money::figures(text).next()
}

/// A rating of 0 to 5; 0 is what marketplaces print for nobody's opinion.
pub fn rating(value: f64) -> Option<f64> {
    (value > 0.0 && value <= 5.0).then_some(value)
}

/// How many have applied: "Less than 5", "5 to 10", "10to15", "50+", "50Plus", "27".
pub fn proposals(text: &str) -> Proposals {
    static NUMBER: OnceLock<Regex> = OnceLock::new();
    let number = NUMBER.get_or_init(|| Regex::new(r"\d[\d,]*").expect("the expression is constant"));
    // State keeps the key of a translation: "usnuxt_JobProposalTier_418.10to15".
    let text = text.rsplit('.').next().unwrap_or(text).trim().to_lowercase();
    let mut counts = number.find_iter(&text).filter_map(|found| found.as_str().replace(',', "").parse::<u32>().ok());
    let (Some(first), second) = (counts.next(), counts.next()) else { return Proposals::default() };
    if text.contains("less") || text.contains("fewer") || text.starts_with('<') {
        Proposals { min: Some(0), max: Some(first.saturating_sub(1)) }
    } else if text.contains('+') || text.contains("plus") || text.contains("more") || text.contains("over") {
        Proposals { min: Some(first), max: None }
    } else {
        Proposals { min: Some(first), max: Some(second.filter(|&second| second >= first).unwrap_or(first)) }
    }
}

/// An exact count of proposals.
pub fn exactly(count: u32) -> Proposals {
    Proposals { min: Some(count), max: Some(count) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proposals_are_ranges() {
        for (text, min, max) in [
            ("Less than 5", Some(0), Some(4)),
            ("usnuxt_JobProposalTier_418.lessThan5", Some(0), Some(4)),
            ("5 to 10", Some(5), Some(10)),
            ("x_418.10to15", Some(10), Some(15)),
            ("50+", Some(50), None),
            ("tier.50Plus", Some(50), None),
            ("1,027 bids", Some(1027), Some(1027)),
            ("none yet", None, None),
        ] {
            assert_eq!(proposals(text), Proposals { min, max }, "{text:?}");
        }
    }

    #[test]
    fn figures_keep_their_magnitude() {
        for (text, value) in [("$6K+ spent", 6000.0), ("1,085 hours", 1085.0), ("$2.5M", 2.5e6), ("4.94 of 5", 4.94), ("1.250,50", 1250.5)] {
            assert_eq!(figure(text), Some(value), "{text:?}");
        }
        assert_eq!(figure("none"), None);
        assert_eq!((rating(0.0), rating(4.9), rating(49.0)), (None, Some(4.9), None));
    }
}
