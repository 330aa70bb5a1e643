//! The facts about pay: from the fields, else from the mentions of money in the words, and whether those words call the
//! stated budget a placeholder.

use std::ops::Range;
use std::sync::OnceLock;

use super::words::{Cursor, Phrases, words_back};
use super::*;

/// Weeks in a month.
pub(super) const WEEKS: f64 = 4.33;

/// Sets the pay facts: fields first, words where there is no field.
pub(super) fn read(facts: &mut Facts, post: &Post, title: &Folded, body: &Folded) {
    let pay = &post.pay;
    if pay.is_stated() {
        let usd = |amount: f64| currency::to_usd(amount, pay.currency.as_deref());
        let max = pay.max.or(pay.min).map(usd).unwrap_or_default();
        let min = pay.min.or(pay.max).map(usd).unwrap_or_default();
        let unit = match pay.kind {
            Some(PayKind::Fixed) | None => Unit::Whole,
            Some(PayKind::Hourly) => Unit::Hour,
            Some(PayKind::Daily) => Unit::Day,
            Some(PayKind::Weekly) => Unit::Week,
            Some(PayKind::Monthly) => Unit::Month,
            Some(PayKind::Yearly) => Unit::Year,
            Some(PayKind::Word) => Unit::Words(1.0),
            Some(PayKind::Piece) => Unit::Piece,
        };
        set(facts, unit, min, max, None);
        facts.pay_text = pay_in_words(post);
    }
    for (field, folded) in [(Field::Title, title), (Field::Body, body)] {
        for money in read_money(&folded.text).into_iter().filter(|money| money.role == Role::Pay) {
            let usd = |amount: f64| currency::to_usd(amount, Some(money.currency));
            set(facts, money.unit, usd(money.min), usd(money.max), Some((field, folded.original(money.span.clone()))));
            if facts.pay_text.is_none() {
                facts.pay_text = Some(folded.text[money.span].to_owned());
            }
        }
    }
    if facts.get(PAY_STATED).is_some()
        && let Some((field, span)) = [(Field::Title, title), (Field::Body, body)].into_iter().find_map(|(field, folded)| Some((field, placeholder(folded)?)))
    {
        facts.set(PAY_PLACEHOLDER, 1.0, Some((field, span)));
    }
}

/// Sets what one sum says, in US dollars; what was said before stays.
fn set(facts: &mut Facts, unit: Unit, min: f64, max: f64, spot: Spot) {
    let mut first = |name: &'static str, value: f64| {
        if facts.get(name).is_none() {
            facts.set(name, value, spot.clone());
        }
    };
    first(PAY_STATED, 1.0);
    match unit {
        Unit::Hour => {
            first(PAY_HOURLY_MAX, max);
            first(PAY_HOURLY_MIN, min);
        }
        Unit::Day => first(PAY_HOURLY_MAX, max / 8.0),
        Unit::Week => first(PAY_MONTHLY, max * WEEKS),
        Unit::Month => first(PAY_MONTHLY, max),
        Unit::Year => first(PAY_YEARLY, max),
        Unit::Words(count) => first(PAY_WORD, max / count.max(1.0)),
        Unit::Piece => first(PAY_PIECE, max),
        Unit::Whole => first(PAY_FIXED, max),
    }
}

/// Wordings that take the stated budget back.
const TAKEN_BACK: &[&str] = &[
    "ignore/disregard the/this/my/our/that budget/price/amount/bid/rate",
    "ignore/disregard the listed/stated/posted/shown budget/price/amount/rate",
    "not the/my/our real/actual/final budget/price",
    "not a real budget/price",
    "budget/price is not real/accurate/actual",
    "dummy/arbitrary budget/price",
    "budget/price/amount/rate is arbitrary/random",
    "budget/price/amount is set to the minimum",
    "because/since/as the site/platform/form requires/needs one/it",
    "because/since/as upwork/freelancer requires/needs one/it",
];

/// Of these a placeholder may be the figure; of images and texts it is not.
const SUMS: &[&str] = &["budget", "price", "pricing", "rate", "bid", "amount", "pay", "payment", "cost", "fee"];

/// Where the text says that its budget is a placeholder.
fn placeholder(folded: &Folded) -> Option<Range<usize>> {
    static TABLE: OnceLock<Phrases<bool>> = OnceLock::new();
    let table = TABLE.get_or_init(|| Phrases::new(TAKEN_BACK.iter().map(|&phrase| (phrase, true)).chain([("placeholder", false)])));
    let text = &folded.text;
    let mut found = table.find(text).filter(|(span, is_enough)| *is_enough || is_a_sum(text, span));
    found.next().map(|(span, _)| folded.original(span))
}

fn is_a_sum(text: &str, placeholder: &Range<usize>) -> bool {
    let mut after = Cursor::new(text, placeholder.end);
    if after.blank().one_of(SUMS) {
        return true;
    }
    // "The budget of $5 is just a placeholder": no noun follows, and the sentence speaks of a sum.
    let ends =
        after.rest().starts_with(|next: char| !next.is_alphanumeric()) || after.one_of(&["only", "and", "for", "as", "because", "since", "please", "so"]);
    let line = &text[..placeholder.start];
    let line = &line[line.rfind(['\n', '!', '?']).map_or(0, |at| at + 1)..];
    let line = line.rfind(". ").map_or(line, |at| &line[at + 2..]);
    let mut words = words_back(line);
    let calls = words.next().is_some_and(|word| ["a", "is", "are", "just", "only", "as", "merely", "simply"].contains(&word));
    ends && (calls || line.ends_with('(')) && (words_back(line).take(12).any(|word| SUMS.contains(&word)) || line.contains('$'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_budgets() {
        for (body, is_placeholder) in [
            ("Budget: $5 - this is just a placeholder budget, please quote your own price.", true),
            ("Budget: $5. The budget is placeholder only, you may submit your best bid.", true),
            ("The project budget of $3,000 is a placeholder - it depends on the app.", true),
            ("Budget $5 (placeholder).", true),
            ("Budget: $10. Please ignore the budget, we don't know what is usual.", true),
            ("Budget: $10, which is not the real budget.", true),
            ("Budget: $10. The amount is set to the minimum because the site requires one.", true),
            ("Budget: $500 for a page with placeholder images.", false),
            ("Budget: $500. The text on the page is a placeholder.", false),
            ("Budget: $500. Use a placeholder for the price of each book.", false),
            ("The price shown is a placeholder.", false),
        ] {
            let facts = Facts::read(&Post::default(), &Folded::default(), &Folded::of(body));
            assert_eq!(facts.get(PAY_PLACEHOLDER).is_some(), is_placeholder, "{body:?}");
            assert_eq!(facts.spot(PAY_PLACEHOLDER).is_some(), is_placeholder, "{body:?}");
        }
    }

    #[test]
    fn a_bonus_is_not_the_pay() {
        let facts = Facts::read(&Post::default(), &Folded::default(), &Folded::of("Hourly: $60 per hour. We pay a $50 bonus when the page is up."));
        assert_eq!((facts.get(PAY_HOURLY_MAX), facts.get(PAY_FIXED)), (Some(60.0), None));
    }
}
