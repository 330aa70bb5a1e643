//! What money is for, by the words around it. Five dollars may be the fee, the price of the app, the cost per click or
//! five million of revenue; only a fee may raise a flag about pay.

use std::ops::Range;
use std::sync::OnceLock;

use super::money::{Role, Unit};
use super::words::{Cursor, Phrases, is_word, words_back};
use crate::text;

/// Words around a sum that make it pay.
const PAY: &[&str] = &[
    "budget",
    "pay/pays/paid/paying/payment",
    "payments are/of",
    "payments will be",
    "rate/rates",
    "compensation",
    "salary",
    "fee/fees",
    "offer/offering/offered",
    "price range",
    "fixed price",
    "fixed",
    "per hour",
    "hourly",
    "wage",
    "remuneration",
    "stipend",
    "bid/bids",
    "for this/the job/task/project/work",
    "you get/earn/receive/make",
    "you will get/earn/receive/make",
    "earn",
    "reward",
    "bounty",
    "quote",
    "cost for this",
    "willing to",
    "up to",
    "upto",
    "milestone",
    "retainer",
];

/// Words before a sum that make it something else.
const OTHER_BEFORE: &[&str] = &[
    // What a business takes, spends and is worth.
    "revenue/revenues",
    "sales",
    "raised",
    "funding",
    "arr",
    "mrr",
    "turnover",
    "worth",
    "valued",
    "valuation",
    "profit/profits",
    "income",
    "savings",
    "starting capital",
    "capital",
    "balance",
    "invest/invested/investment/investing/investor/investors",
    "loan/loans",
    "portfolio",
    "assets",
    "generat/generate/generates/generated/generating",
    "gross/grossing",
    "managing",
    "managed",
    "spend/spends/spending/spent",
    "save/saves/saved/saving",
    "ad spend",
    "ad/ads/marketing/advertising/media budget",
    "cpc",
    "cpa",
    "cpl",
    "roas",
    "deal/deals",
    "contract/contracts of/worth",
    // What it sells, and what others pay for it.
    "sell/sells/selling/sold",
    "priced at",
    "price/prices start/starts/from/of",
    "from",
    "subscription/subscriptions",
    "plan/plans",
    "tier/tiers",
    "charge/charges/charged users/customers/clients/them",
    "customer/customers/user/users/client/clients pay/pays/paying",
    "ticket/tickets",
    "cost/costs/costing",
    "buy/buying",
    "purchase/purchases/purchased/purchasing",
    "order value",
    "aov",
    "average order",
    "order/orders at",
    "product/products",
    "app/apps",
    "service/services",
    "gift card/cards",
    // What the freelancer is asked to pay, or is sent to pay on.
    "deposit/deposits",
    "registration/training/joining/application/processing/activation/enrollment/enrolment/onboarding/security/refundable fee/fees",
    "you pay",
    "you must/should/first pay",
    "you have/need to pay",
    "required/asked to pay",
    "pay us",
    "pay a/the/your fee",
    "pay a small/refundable/one-time fee",
    "starter kit",
    "cheque/check for/of",
    // What comes on top of the pay.
    "bonus/bonuses",
    "tip/tips",
];

/// Words right after a sum that make it something else, "in", "of" or "a year" between.
const OTHER_AFTER: &[&str] = &[
    "revenue",
    "sales",
    "arr",
    "mrr",
    "turnover",
    "funding",
    "profit",
    "company",
    "business",
    "brand",
    "startup",
    "store",
    "app",
    "service/services",
    "product/products",
    "subscription",
    "plan",
    "cpc",
    "cpa",
    "cpl",
    "per click",
    "per lead generated",
    "ad spend",
    "ad",
    "budget for ads",
    "ads",
    "gift",
    "voucher",
    "customers",
    "user/users",
    "member/members/membership",
    "seat",
    "course",
    "package",
    "deal",
    "program",
    "loan",
    "ticket",
    "savings",
    "assets",
    "transaction",
    "order/orders",
    "item price",
    "client/clients",
    "value",
    "mark",
    "level",
    "to us",
    "deposit",
    "registration/training/joining fee",
    "security deposit",
    "refundable",
    "bonus",
    "tip",
    "gift card",
];

/// What no freelancer makes, after "per", "a" or "/".
const PER_OTHER: &[&str] = &["user/customer/seat/click/member/subscriber/transaction/order/sale/share/barrel/night/guest/ticket/sqft/square", "month per"];

/// Beginnings of a sentence that is all about the sum: "That's $1,200 a month."
const PLAINLY: &[&str] = &["it is", "it's", "that is", "that's", "this is", "is", "monthly", "yearly"];

/// Pay for a month is at least so much; less is the price of a subscription, in any currency.
const MONTH_LEAST: f64 = 100.0;

/// How far around an amount its role is looked for, in bytes.
const REACH: usize = 60;
/// A counter-cue further from the amount than this is about something else, in bytes.
const COUNTER_REACH: usize = 24;

struct Tables {
    pay: Phrases<()>,
    before: Phrases<()>,
    after: Phrases<()>,
    per: Phrases<()>,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    let table = |phrases: &[&'static str]| Phrases::new(phrases.iter().map(|&phrase| (phrase, ())));
    TABLES.get_or_init(|| Tables { pay: table(PAY), before: table(OTHER_BEFORE), after: table(OTHER_AFTER), per: table(PER_OTHER) })
}

/// What a sum is for: that of this span, counted by this unit.
pub(super) fn of(folded: &str, span: &Range<usize>, unit: Unit, max: f64, currency: &str) -> Role {
    if max >= 1e6 && matches!(currency, "USD" | "EUR" | "GBP") || is_other_after(folded, span.end) {
        return Role::Other;
    }
    let tables = tables();
    let before = sentence_before(folded, span.start);
    let after = text::beginning(&folded[span.end..], REACH);
    // On top of something, or a threshold.
    if before.trim_end().ends_with(['+', '\u{2265}']) {
        return Role::Other;
    }
    let cue = tables.pay.find(before).last().map(|(cue, ())| cue.start);
    // "Customers pay $20" holds the cue; "we sell apps, budget $500" has it after the counter-cue.
    let counter = tables.before.find(before).map(|(counter, ())| counter.end).find(|&end| {
        let between = &before[end..];
        between.len() <= COUNTER_REACH && !between.contains(['.', '!', '?'])
    });
    match (cue, counter) {
        (cue, Some(counter)) if cue.is_none_or(|cue| cue < counter) => Role::Other,
        (Some(_), _) => Role::Pay,
        (None, _) if words_back(before).next() == Some("under") && unit == Unit::Whole => Role::Other,
        (None, _) => {
            let line_end = after.find(['\n', '.', '!', '?']).unwrap_or(after.len());
            let labour = matches!(unit, Unit::Hour | Unit::Words(_) | Unit::Piece | Unit::Day | Unit::Week);
            let opening = before.trim_matches(|c: char| !c.is_alphanumeric());
            let alone = opening.is_empty() && after[..line_end].split_whitespace().count() <= 3;
            let plainly = matches!(unit, Unit::Month | Unit::Year) && max >= MONTH_LEAST && (opening.is_empty() || PLAINLY.contains(&opening));
            if labour || alone || plainly || tables.pay.find(text::beginning(&after[..line_end], 40)).next().is_some() { Role::Pay } else { Role::Other }
        }
    }
}

/// The part of the sentence before the sum, as far as the reach goes.
fn sentence_before(folded: &str, end: usize) -> &str {
    let mut from = end.saturating_sub(REACH);
    while !folded.is_char_boundary(from) {
        from -= 1;
    }
    // A word cut in two is none.
    let cut = from > 0 && is_word(folded.as_bytes()[from - 1]);
    let before = &folded[from..end];
    let before = if cut { before.trim_start_matches(|c: char| c.is_ascii_alphanumeric()) } else { before };
    let before = &before[before.rfind(['\n', '!', '?']).map_or(0, |at| at + 1)..];
    before.rfind(". ").map_or(before, |at| &before[at + 2..])
}

/// Whether the words right after the sum say that it is no pay: "$5 app", "$20 in revenue", "$3 per user".
fn is_other_after(folded: &str, end: usize) -> bool {
    let tables = tables();
    let mut cursor = Cursor::new(folded, end);
    let stands = |table: &Phrases<()>, cursor: &Cursor<'_>| table.at(folded, cursor.at).is_some();
    cursor.take("+");
    cursor.blank();
    if stands(&tables.after, &cursor) {
        return true;
    }
    if cursor.take_one(&["per ", "a ", "/"]) && stands(&tables.per, cursor.blank()) {
        return true;
    }
    cursor.take_one(&["in ", "of ", "worth of "]);
    cursor.take_one(&["monthly ", "month ", "yearly ", "year ", "annual "]);
    stands(&tables.after, &cursor)
}
