//! Posts as the pages show them (the HTML report and `gigsieve serve`): one JSON object a post, the text cut at its
//! flags, everything that needs the rules worked out. The page only puts text into elements.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Serialize;

use super::{Judged, marks, wording};
use crate::facts::{self, Field};
use crate::rules::Polarity;
use crate::sieve::Sieve;
use crate::verdict::Finding;

/// All a page needs to show some posts.
#[derive(Serialize)]
pub struct Deck<'a> {
    pub cards: Vec<Card<'a>>,
    /// The rules that hit, each once.
    pub rules: Vec<RuleText<'a>>,
}

/// What a page says of a rule.
#[derive(Serialize)]
pub struct RuleText<'a> {
    pub id: &'a str,
    /// In words.
    pub family: String,
    pub green: bool,
    pub why: Cow<'a, str>,
}

/// One post.
#[derive(Serialize)]
pub struct Card<'a> {
    pub title: Vec<Cut<'a>>,
    /// Where the post has no title: the start of its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    pub body: Vec<Cut<'a>>,
    /// A web address, safe to link to.
    pub url: Option<&'a str>,
    /// Any other address, to be shown as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<&'a str>,
    pub verdict: &'a str,
    pub score: i32,
    pub objective: i32,
    pub tactical: i32,
    pub particulars: Vec<String>,
    pub source: Option<&'a str>,
    pub skills: &'a [String],
    /// Seconds since 1970.
    pub published: Option<i64>,
    /// US dollars an hour: stated, or what the price comes to.
    pub hourly: Option<f64>,
    pub note: Option<&'a str>,
    pub questions: &'a [String],
    /// The ledger; its first line, 50, is left to the page.
    pub ledger: Vec<Entry>,
    /// The strongest reasons on both sides.
    pub reasons: Vec<Strong>,
}

/// A piece of text: plain, or with the numbers of the ledger's lines that it carries.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Cut<'a> {
    Plain(&'a str),
    Marked(&'a str, Vec<usize>),
}

/// A line of the ledger.
#[derive(Serialize)]
pub struct Entry {
    pub points: i32,
    /// Index in [`Deck::rules`]; else `what` says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hint: bool,
    /// Where the evidence is no part of the text: what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// A reason with its sentence.
#[derive(Serialize)]
pub struct Strong {
    pub rule: usize,
    /// Before the quote, the quote, after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<[String; 3]>,
    /// A figure that was read; nobody wrote it, so it is no quote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figure: Option<String>,
}

/// Reasons of either polarity.
const REASONS: usize = 2;

/// The deck of these posts.
pub fn deck<'a>(sieve: &'a Sieve, judged: impl IntoIterator<Item = &'a Judged>, now: jiff::Timestamp) -> Deck<'a> {
    let mut rules = Rules { sieve, texts: Vec::new(), places: HashMap::new() };
    let cards = judged.into_iter().map(|judged| card(&mut rules, judged, now)).collect();
    Deck { cards, rules: rules.texts }
}

/// Gives rules their place in the deck when they are first met.
struct Rules<'a> {
    sieve: &'a Sieve,
    texts: Vec<RuleText<'a>>,
    /// By rule, and by the learned words it rests on.
    places: HashMap<(usize, Vec<String>), usize>,
}

impl<'a> Rules<'a> {
    fn place(&mut self, finding: &Finding) -> usize {
        let set = self.sieve.rules();
        let texts = &mut self.texts;
        *self.places.entry((finding.hit.rule, finding.words.clone())).or_insert_with(|| {
            let rule = &set.rules[finding.hit.rule];
            let family = set.family(rule);
            texts.push(RuleText { id: &rule.id, family: wording::family(&family.id), green: family.polarity == Polarity::Green, why: finding.why(set) });
            texts.len() - 1
        })
    }
}

fn card<'a>(rules: &mut Rules<'a>, judged: &'a Judged, now: jiff::Timestamp) -> Card<'a> {
    let sieve = rules.sieve;
    let post = &judged.post;
    let verdict = &judged.judgement.verdict;
    let lines = wording::ledger(sieve, judged);
    let cut = |field: Field| -> Vec<Cut<'a>> {
        let spots = lines.iter().enumerate().filter_map(|(index, line)| match &line.finding?.hit.spot {
            Some((of, span)) if *of == field => Some((index, span.clone())),
            _ => None,
        });
        let cut = marks::pieces(judged.text(field), &spots.collect::<Vec<_>>());
        cut.into_iter().map(|piece| if piece.flags.is_empty() { Cut::Plain(piece.text) } else { Cut::Marked(piece.text, piece.flags) }).collect()
    };
    let (title, body) = (cut(Field::Title), cut(Field::Body));
    let mut reasons = Vec::new();
    for polarity in [Polarity::Green, Polarity::Red] {
        for finding in wording::telling(sieve, judged, polarity, REASONS) {
            let (figure, quote) = match wording::quote(sieve, judged, finding) {
                Some(quote) if quote.is_figure => (Some(quote.quote), None),
                quote => (None, quote.map(|quote| [quote.before, quote.quote, quote.after])),
            };
            reasons.push(Strong { rule: rules.place(finding), quote, figure });
        }
    }
    let ledger = lines
        .iter()
        .map(|line| Entry {
            points: line.points,
            rule: line.finding.map(|finding| rules.place(finding)),
            what: line.finding.is_none().then(|| line.what.clone()),
            hint: line.finding.is_some_and(|finding| !finding.claimed),
            field: line
                .finding
                .filter(|finding| finding.hit.spot.is_none())
                .and_then(|finding| wording::quote(sieve, judged, finding))
                .map(|quote| quote.quote),
        })
        .collect();
    let url = wording::link(post);
    Card {
        heading: post.title.is_empty().then(|| wording::title(post)),
        title,
        body,
        address: post.url.as_deref().filter(|_| url.is_none()),
        url,
        verdict: verdict.tier.name(),
        score: verdict.score,
        objective: verdict.objective,
        tactical: verdict.tactical,
        particulars: wording::particulars(judged, now),
        source: post.marketplace.as_deref().or(post.source.as_deref()),
        skills: &post.skills,
        published: post.published.map(jiff::Timestamp::as_second),
        hourly: hourly(judged),
        note: verdict.note.as_deref(),
        questions: &verdict.questions,
        ledger,
        reasons,
    }
}

fn hourly(judged: &Judged) -> Option<f64> {
    let facts = &judged.judgement.facts;
    facts.get(facts::PAY_HOURLY_MAX).or_else(|| facts.get(facts::PAY_IMPLIED_HOURLY)).map(|value| (value * 100.0).round() / 100.0)
}
