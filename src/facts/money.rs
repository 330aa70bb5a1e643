//! Money in words: amount, currency, magnitude, unit and, above all, role. Five dollars may be the fee, the price of
//! the app, the cost per click or five million of revenue; only a fee may raise a flag about pay.

use std::ops::Range;
use std::sync::OnceLock;

use regex::bytes::{Captures, Regex, RegexBuilder};

use super::{Facts, Field, currency};
use crate::post::{PayKind, Post};
use crate::text::Folded;

/// What the amount is counted by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unit {
    Hour,
    Day,
    Week,
    Month,
    Year,
    /// For so many words.
    Words(f64),
    /// An article, a page, a video, a call.
    Piece,
    /// No unit is given.
    Whole,
}

/// What the money is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The freelancer's fee, or the budget for the work.
    Pay,
    /// Anything else: a price, revenue, a cost per click, funding.
    Other,
}

/// One mention of money.
#[derive(Debug, Clone, PartialEq)]
pub struct Money {
    pub min: f64,
    pub max: f64,
    /// ISO 4217 code.
    pub currency: &'static str,
    pub unit: Unit,
    pub role: Role,
    /// Bytes of the folded text.
    pub span: Range<usize>,
}

const SYMBOL: &str = r"(?:us\$|a\$|au\$|c\$|ca\$|nz\$|s\$|hk\$|r\$|\$|\x{20ac}|\x{a3}|\x{20b9}|\x{a5}|\x{20b1}|\x{20a6}|\x{20aa}|\x{20ba}|\x{20b4}|usd ?\$?|eur |gbp |inr |rs\.? ?)";
const WORD: &str =
    r"(?:(?:usd|dollars?|bucks|euros?|eur|gbp|pounds|inr|rupees|rs|aud|cad|nzd|sgd|chf|aed|pkr|bdt|php|zar|usdt|pln)(?-u:\b)|\$|\x{20ac}|\x{a3}|\x{20b9})";
const NUMBER: &str = r"[0-9]{1,3}(?:,[0-9]{2,3})+(?:\.[0-9]+)?|[0-9]+(?:[.,][0-9]{1,3})?";

fn money_regex() -> &'static Regex {
    static REGEX: OnceLock<Regex> = OnceLock::new();
    REGEX.get_or_init(|| {
        let number = |name: &str| format!(r"(?P<{name}>{NUMBER}) ?(?P<{name}_mag>k|m|mm|million|mio|bn|billion|b|lakhs?|crores?|grand|thousand|hundred)?");
        let range = format!(r"(?: ?(?:-|to|and|or|~|/) ?(?P<sign2>{SYMBOL})? ?{}(?-u:\b))?", number("b"));
        let unit = concat!(
            r"(?: ?\+)?(?: ?(?:usd|dollars?|euros?))?(?: ?\(?(?:max|only|fixed|total|flat)\)?)? ?",
            r"(?:(?:/|per|an?|each|for (?:each|every|one)|every|p/|x) ?(?P<count>[0-9][0-9,]*k?)?[ -]?",
            r"(?P<unit>hours?|hrs?|h|days?|weeks?|wk|months?|mo|mth|years?|yr|annum|words?|w|articles?|posts?|blogs?|pages?|videos?|images?|pieces?|items?|products?|logos?|",
            r"designs?|calls?|leads?|listings?|emails?|reviews?|tasks?|units?|minutes?|chapters?|slides?|photos?|sites?|websites?|tests?|sessions?|reels?|clips?|thumbnails?|scripts?|episodes?|records?|rows?|entry|entries|lessons?|translations?|contacts?)(?-u:\b)",
            r"|(?P<adverb>hourly|monthly|weekly|daily|apiece|ph|pw|pm|p\.h\.|p/h|annually|yearly)(?-u:\b))?"
        );
        let before = format!(r"(?P<sign>{SYMBOL}) ?{}(?-u:\b){range}{unit}", number("a"));
        let after = number("c") + r"(?: ?(?:-|to) ?" + &number("d") + ")? ?(?P<name>" + WORD + ")";
        let unit2 = unit.replace("?P<count>", "?P<count2>").replace("?P<unit>", "?P<unit2>").replace("?P<adverb>", "?P<adverb2>");
        RegexBuilder::new(&format!(r"{before}|(?:^|[^0-9a-z.$]){after}{unit2}")).unicode(true).build().expect("the expression is constant")
    })
}

/// Every mention of money in a folded text.
pub fn read_money(folded: &str) -> Vec<Money> {
    static MAY: OnceLock<Regex> = OnceLock::new();
    let may = MAY.get_or_init(|| {
        RegexBuilder::new(r"\$|\xe2\x82|\xc2[\xa3\xa5]|\b(?:usd|dollars?|bucks|euros?|eur|gbp|pounds|inr|rupees|rs|aud|cad|chf|aed|pkr|bdt|php|zar|usdt|pln)\b")
            .unicode(false)
            .build()
            .expect("the expression is constant")
    });
    if !may.is_match(folded.as_bytes()) {
        return Vec::new();
    }
    money_regex().captures_iter(folded.as_bytes()).filter_map(|found| money(folded, &found)).collect()
}

fn money(folded: &str, found: &Captures<'_>) -> Option<Money> {
    let text = |name: &str| found.name(name).and_then(|part| std::str::from_utf8(part.as_bytes()).ok());
    let whole = found.get(0)?;
    let prefix = text("sign").is_some();
    let (first, first_mag, second, second_mag) = if prefix { ("a", "a_mag", "b", "b_mag") } else { ("c", "c_mag", "d", "d_mag") };
    let currency = currency::code(text("sign").or_else(|| text("name"))?.trim()).or_else(|| currency::code(text("sign")?.trim_end_matches('$').trim()))?;
    let (unit, count) = (text("unit").or_else(|| text("unit2")), text("count").or_else(|| text("count2")));
    let adverb = text("adverb").or_else(|| text("adverb2"));
    let last_magnitude = text(second_mag).or_else(|| text(first_mag)).and_then(magnitude);
    let min = number(text(first)?)? * text(first_mag).and_then(magnitude).or(text(second).and(last_magnitude)).unwrap_or(1.0);
    let max = match text(second) {
        Some(figure) => number(figure)? * text(second_mag).and_then(magnitude).unwrap_or(1.0),
        None => min,
    };
    let (min, max) = if min <= max { (min, max) } else { (max, max) };
    let start = found.name("sign").or_else(|| found.name(first)).map_or(whole.start(), |part| part.start());
    let span = start..whole.start() + trimmed_len(whole.as_bytes());
    let unit = unit_of(unit, adverb, count);
    let role = role(folded, &span, unit, max, currency);
    Some(Money { min, max, currency, unit, role, span })
}

fn trimmed_len(bytes: &[u8]) -> usize {
    bytes.len() - bytes.iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// "1,500", "1.500,50" and "12,5" as people write them.
fn number(figure: &str) -> Option<f64> {
    let decimal_comma = figure.rsplit_once(',').is_some_and(|(before, after)| after.len() <= 2 && !before.contains(',') && !figure.contains('.'));
    if decimal_comma { figure.replace(',', ".").parse().ok() } else { figure.replace(',', "").parse().ok() }
}

fn magnitude(word: &str) -> Option<f64> {
    Some(match word {
        "hundred" => 1e2,
        "k" | "grand" | "thousand" => 1e3,
        "lakh" | "lakhs" => 1e5,
        "m" | "mm" | "mio" | "million" => 1e6,
        "crore" | "crores" => 1e7,
        "b" | "bn" | "billion" => 1e9,
        _ => return None,
    })
}

fn unit_of(unit: Option<&str>, adverb: Option<&str>, count: Option<&str>) -> Unit {
    let count = count.and_then(|count| match count.strip_suffix('k') {
        Some(thousands) => number(thousands).map(|thousands| thousands * 1e3),
        None => number(count),
    });
    match (unit, adverb) {
        (Some("hour" | "hours" | "hr" | "hrs" | "h"), _) if count.is_none_or(|count| count == 1.0) => Unit::Hour,
        (Some("day" | "days"), _) if count.is_none_or(|count| count == 1.0) => Unit::Day,
        (Some("week" | "weeks" | "wk"), _) if count.is_none_or(|count| count == 1.0) => Unit::Week,
        (Some("month" | "months" | "mo" | "mth"), _) if count.is_none_or(|count| count == 1.0) => Unit::Month,
        (Some("year" | "years" | "yr" | "annum"), _) if count.is_none_or(|count| count == 1.0) => Unit::Year,
        (
            Some(
                "hour" | "hours" | "hr" | "hrs" | "h" | "day" | "days" | "week" | "weeks" | "wk" | "month" | "months" | "mo" | "mth" | "year" | "years" | "yr"
                | "annum",
            ),
            _,
        ) => Unit::Whole,
        (Some("word" | "words" | "w"), _) => Unit::Words(count.unwrap_or(1.0)),
        (Some(_), _) if count.is_none_or(|count| count == 1.0) => Unit::Piece,
        (Some(_), _) => Unit::Whole,
        (None, Some("hourly" | "ph" | "p.h." | "p/h")) => Unit::Hour,
        (None, Some("weekly" | "pw")) => Unit::Week,
        (None, Some("monthly" | "pm")) => Unit::Month,
        (None, Some("daily")) => Unit::Day,
        (None, Some("annually" | "yearly")) => Unit::Year,
        (None, Some("apiece")) => Unit::Piece,
        _ => Unit::Whole,
    }
}

/// How far around an amount its role is looked for, in bytes.
const REACH: usize = 60;

fn role(folded: &str, span: &Range<usize>, unit: Unit, max: f64, currency: &str) -> Role {
    static PAY: OnceLock<Regex> = OnceLock::new();
    static OTHER_BEFORE: OnceLock<Regex> = OnceLock::new();
    static OTHER_AFTER: OnceLock<Regex> = OnceLock::new();
    let build = |expression: &str| RegexBuilder::new(expression).unicode(false).build().expect("the expression is constant");
    let pay = PAY.get_or_init(|| {
        build(r"\b(?:budget|pay|pays|paid|paying|payment|rate|rates|compensation|salary|fee|fees|offer|offering|offered|price range|fixed price|fixed|per hour|hourly|wage|remuneration|stipend|bid|bids|for this (?:job|task|project|work)|for the (?:job|task|project|work)|you (?:will )?(?:get|earn|receive|make)|earn|reward|bounty|quote|cost for this|willing to|up to|upto|milestone|bonus|retainer)\b")
    });
    let other_before = OTHER_BEFORE.get_or_init(|| {
        build(r"\b(?P<word>revenue|sales|raised|funding|arr|mrr|turnover|worth|valued|valuation|sell(?:s|ing)?|sold|priced at|prices? (?:start|starts|from|of)|ad spend|ad budget|ads? budget|marketing budget|advertising budget|media budget|spend(?:s|ing)?|spent|saves?|saved|profit|subscription|plan|tier|charge(?:s|d)? (?:users|customers|clients|them)|customers? pay(?:s|ing)?|users? pay(?:s|ing)?|clients? pay(?:s|ing)?|tickets?|deposit|costs? (?:us|them|users)|costs?|cpc|cpa|cpl|roas|from|invest(?:ed|ment)?|loan|loans|buy|purchase|order value|aov|average order|deals?|contracts? (?:of|worth)|income|savings|starting capital|capital|balance|product|app|service|gift card|generat(?:e|es|ed|ing)|gross(?:ing)?|managing|managed|portfolio|assets)[^.!?\n]{0,24}$")
    });
    let other_after = OTHER_AFTER.get_or_init(|| {
        build(r"^[^.!?\n]{0,3}(?:(?:in|of|per|a|worth of|/)? ?(?:month(?:ly)? |year(?:ly)? |annual )?(?:revenue|sales|arr|mrr|turnover|funding|profit|company|business|brand|startup|store|app|service|services|product|products|subscription|plan|cpc|cpa|cpl|per click|per lead generated|ad spend|in ad|in sales|budget for ads|ads|gift|voucher|customers|users?|members?(?:hip)?|seat|course|package|deal|program|loan|ticket|savings|in assets|transaction|order|orders|item price|client|clients|value|mark|level)\b|\+? ?(?:per|a|/) ?(?:user|customer|seat|click|member|subscriber|transaction|order|month per|sale|share|barrel|night|guest|ticket|sqft|square)\b)")
    });
    if max >= 1e6 && matches!(currency, "USD" | "EUR" | "GBP") {
        return Role::Other;
    }
    let from = floor_boundary(folded, span.start.saturating_sub(REACH));
    let to = ceil_boundary(folded, (span.end + REACH).min(folded.len()));
    let before = &folded[from..span.start];
    let before = &before[before.rfind(['\n', '!', '?']).map_or(0, |at| at + 1)..];
    let before = before.rfind(". ").map_or(before, |at| &before[at + 2..]);
    let after = &folded[span.end..to];
    if other_after.is_match(after.as_bytes()) {
        return Role::Other;
    }
    if before.ends_with('+') || before.trim_end().ends_with("under") && unit == Unit::Whole {
        return Role::Other;
    }
    let cue = pay.find_iter(before.as_bytes()).last().map(|cue| cue.start());
    // "Customers pay $20" holds the cue; "we sell apps, budget $500" has it after the counter-cue.
    let counter = other_before.captures(before.as_bytes()).and_then(|counter| counter.name("word")).map(|word| word.end());
    match (cue, counter) {
        (_, Some(counter)) if cue.is_none_or(|cue| cue < counter) => Role::Other,
        (Some(_), _) => Role::Pay,
        (None, None) => {
            let line_end = after.find(['\n', '.', '!', '?']).unwrap_or(after.len());
            let labour = matches!(unit, Unit::Hour | Unit::Words(_) | Unit::Piece | Unit::Day | Unit::Week);
            let alone = before.trim_matches(|c: char| !c.is_alphanumeric()).is_empty() && after[..line_end].split_whitespace().count() <= 3;
            if labour || alone || pay.is_match(&after.as_bytes()[..line_end.min(40)]) { Role::Pay } else { Role::Other }
        }
        (None, Some(_)) => Role::Other,
    }
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// Sets the pay facts: fields first, words where there is no field.
pub(super) fn read(facts: &mut Facts, post: &Post, title: &Folded, body: &Folded) {
    use super::{PAY_FIXED, PAY_HOURLY_MAX, PAY_HOURLY_MIN, PAY_MONTHLY, PAY_PIECE, PAY_STATED, PAY_WORD, PAY_YEARLY};
    let pay = &post.pay;
    if pay.is_stated() {
        let usd = |amount: f64| currency::to_usd(amount, pay.currency.as_deref());
        let max = pay.max.or(pay.min).map(usd).unwrap_or_default();
        let min = pay.min.or(pay.max).map(usd).unwrap_or_default();
        match pay.kind {
            Some(PayKind::Fixed) | None => facts.set(PAY_FIXED, max, None),
            Some(PayKind::Hourly) => {
                facts.set(PAY_HOURLY_MIN, min, None);
                facts.set(PAY_HOURLY_MAX, max, None);
            }
            Some(PayKind::Daily) => facts.set(PAY_HOURLY_MAX, max / 8.0, None),
            Some(PayKind::Weekly) => facts.set(PAY_MONTHLY, max * 4.33, None),
            Some(PayKind::Monthly) => facts.set(PAY_MONTHLY, max, None),
            Some(PayKind::Yearly) => facts.set(PAY_YEARLY, max, None),
            Some(PayKind::Word) => facts.set(PAY_WORD, max, None),
            Some(PayKind::Piece) => facts.set(PAY_PIECE, max, None),
        }
        facts.set(PAY_STATED, 1.0, None);
        facts.pay_text = super::pay_in_words(post);
    }
    for (field, folded) in [(Field::Title, title), (Field::Body, body)] {
        for money in read_money(&folded.text).into_iter().filter(|money| money.role == Role::Pay) {
            let spot = Some((field, folded.original(money.span.clone())));
            let max = currency::to_usd(money.max, Some(money.currency));
            let min = currency::to_usd(money.min, Some(money.currency));
            let mut first = |name: &'static str, value: f64| {
                if facts.get(name).is_none() {
                    facts.set(name, value, spot.clone());
                }
            };
            first(PAY_STATED, 1.0);
            match money.unit {
                Unit::Hour => {
                    first(PAY_HOURLY_MAX, max);
                    first(PAY_HOURLY_MIN, min);
                }
                Unit::Day => first(PAY_HOURLY_MAX, max / 8.0),
                Unit::Week => first(PAY_MONTHLY, max * 4.33),
                Unit::Month => first(PAY_MONTHLY, max),
                Unit::Year => first(PAY_YEARLY, max),
                Unit::Words(count) => first(PAY_WORD, max / count.max(1.0)),
                Unit::Piece => first(PAY_PIECE, max),
                Unit::Whole => first(PAY_FIXED, max),
            }
            if facts.pay_text.is_none() {
                facts.pay_text = Some(folded.text[money.span].to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_with_unit_and_role() {
        use Role::{Other, Pay};
        for (text, min, max, unit, role) in [
            ("we pay $5/hr", 5.0, 5.0, Unit::Hour, Pay),
            ("5 usd an hour", 5.0, 5.0, Unit::Hour, Pay),
            ("\u{a3}10 per 500 words", 10.0, 10.0, Unit::Words(500.0), Pay),
            ("$15k/month service", 15e3, 15e3, Unit::Month, Other),
            ("a $5 million company", 5e6, 5e6, Unit::Whole, Other),
            ("budget: $1,500", 1500.0, 1500.0, Unit::Whole, Pay),
            ("budget is $8 - $12 per hour", 8.0, 12.0, Unit::Hour, Pay),
            ("$0.02 per word", 0.02, 0.02, Unit::Words(1.0), Pay),
            ("a $9 app", 9.0, 9.0, Unit::Whole, Other),
            ("our fee is 300 dollars per article", 300.0, 300.0, Unit::Piece, Pay),
            ("customers pay $20 per month", 20.0, 20.0, Unit::Month, Other),
            ("rate 20-30k usd", 20e3, 30e3, Unit::Whole, Pay),
        ] {
            let found = read_money(text);
            let Some(money) = found.first() else { panic!("no money in {text:?}") };
            assert_eq!((money.min, money.max, money.unit, money.role), (min, max, unit, role), "{text:?}");
        }
        assert_eq!(read_money("net 30, 5 articles, 432 words"), []);
    }
}
