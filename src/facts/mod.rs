//! Facts: what a post states in figures, read from its fields and its words. Nothing here judges.
//!
//! Every fact is a number with a name (yes is 1, no is 0) so that a rule can test it and a report can print it. Money
//! is in US dollars here, by the dated table of [`currency`]; the post keeps what was stated.

pub mod currency;
mod effort;
mod money;
mod names;
mod pay;
mod role;
mod shape;
mod time;
mod words;

use std::ops::Range;
use std::sync::OnceLock;

use crate::post::{PayKind, Post};
use crate::profile::{self, Profile};
use crate::rules::{Bound, FactCheck, FactTest};
use crate::text::Folded;

pub use money::{Money, Role, Unit, read_money};
pub use names::*;

/// Which text of the post a span is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    Title,
    Body,
}

impl Field {
    pub fn name(self) -> &'static str {
        match self {
            Field::Title => "title",
            Field::Body => "body",
        }
    }
}

/// Where a fact was read: a span of the post's own text; `None` where it was a field.
pub type Spot = Option<(Field, Range<usize>)>;

/// The facts of one post.
#[derive(Debug, Clone)]
pub struct Facts {
    values: Vec<Option<f64>>,
    /// The places of those read in words, by the place of their name: few have one.
    spots: Vec<(usize, Field, Range<usize>)>,
    /// The stated pay in words a person would use ("15 USD fixed"), for quotes.
    pub pay_text: Option<String>,
}

impl Facts {
    fn new() -> Facts {
        Facts { values: vec![None; NAMES.len()], spots: Vec::new(), pay_text: None }
    }

    /// The facts of a post.
    pub fn of(post: &Post) -> Facts {
        Facts::read(post, &Folded::of(&post.title), &Folded::of(&post.body))
    }

    /// The facts of a post whose texts have been folded.
    pub fn read(post: &Post, title: &Folded, body: &Folded) -> Facts {
        let mut facts = Facts::new();
        facts.client(post);
        shape::read(&mut facts, post, body);
        time::read(&mut facts, title, body);
        pay::read(&mut facts, post, title, body);
        effort::read(&mut facts, title, body);
        facts
    }

    /// The value of the fact with this name; `None` where the post does not tell.
    pub fn get(&self, name: &str) -> Option<f64> {
        index(name).and_then(|at| self.values[at])
    }

    /// Where it was read.
    pub fn spot(&self, name: &str) -> Spot {
        self.spot_at(index(name)?)
    }

    /// Where the fact with this place in [`NAMES`] was read.
    pub fn spot_at(&self, at: usize) -> Spot {
        self.spots.iter().find(|(fact, ..)| *fact == at).map(|(_, field, span)| (*field, span.clone()))
    }

    /// All that are known, in the order of [`NAMES`].
    pub fn known(&self) -> impl Iterator<Item = (&'static str, f64)> + '_ {
        NAMES.iter().zip(&self.values).filter_map(|(&name, value)| value.map(|value| (name, value)))
    }

    fn set(&mut self, name: &'static str, value: f64, spot: Spot) {
        if let Some(at) = index(name).filter(|_| value.is_finite()) {
            self.values[at] = Some(value);
            self.spots.retain(|(fact, ..)| *fact != at);
            self.spots.extend(spot.map(|(field, span)| (at, field, span)));
        }
    }

    fn client(&mut self, post: &Post) {
        let client = &post.client;
        let fields = [
            (CLIENT_VERIFIED, client.payment_verified.map(|verified| f64::from(u8::from(verified)))),
            (CLIENT_RATING, client.rating),
            (CLIENT_SPENT, client.total_spent),
            (CLIENT_HIRES, client.hires),
            (CLIENT_JOBS, client.jobs_posted),
            (CLIENT_HIRE_RATE, client.hire_rate.or_else(|| Some(100.0 * client.hires? / client.jobs_posted.filter(|&jobs| jobs > 0.0)?))),
            (PROPOSALS_MIN, post.proposals.min.map(f64::from)),
            (PROPOSALS_MAX, post.proposals.max.map(f64::from)),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                self.set(name, value, None);
            }
        }
    }

    /// Whether a rule's test holds. What is not stated passes no test but `stated = false`.
    pub fn passes(&self, test: &FactTest, profile: &Profile) -> bool {
        let bound = |bound: &Bound| match bound {
            Bound::Number(number) => *number,
            Bound::Profile(number) => profile.number(profile::NUMBERS[*number]),
        };
        let value = self.values[test.fact];
        match &test.check {
            FactCheck::Stated(stated) => value.is_some() == *stated,
            FactCheck::Below(limit) => value.is_some_and(|value| value < bound(limit)),
            FactCheck::Above(limit) => value.is_some_and(|value| value > bound(limit)),
            FactCheck::AtLeast(limit) => value.is_some_and(|value| value >= bound(limit)),
            FactCheck::AtMost(limit) => value.is_some_and(|value| value <= bound(limit)),
        }
    }
}

fn index(name: &str) -> Option<usize> {
    static INDEX: OnceLock<std::collections::HashMap<&'static str, usize>> = OnceLock::new();
    INDEX.get_or_init(|| NAMES.iter().enumerate().map(|(at, &name)| (name, at)).collect()).get(name).copied()
}

/// The pay of a post in words, as "15 USD fixed" or "8 to 12 USD an hour".
pub fn pay_in_words(post: &Post) -> Option<String> {
    let pay = &post.pay;
    let figure = |value: f64| if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.2}") };
    let amount = match (pay.min, pay.max) {
        (Some(min), Some(max)) if min < max => format!("{} to {}", figure(min), figure(max)),
        (_, Some(one)) | (Some(one), None) => figure(one),
        (None, None) => return None,
    };
    let currency = pay.currency.as_deref().unwrap_or("USD");
    let unit = match pay.kind {
        Some(PayKind::Fixed) => " fixed",
        Some(PayKind::Hourly) => " an hour",
        Some(PayKind::Daily) => " a day",
        Some(PayKind::Weekly) => " a week",
        Some(PayKind::Monthly) => " a month",
        Some(PayKind::Yearly) => " a year",
        Some(PayKind::Word) => " a word",
        Some(PayKind::Piece) => " apiece",
        None => "",
    };
    Some(format!("{amount} {currency}{unit}"))
}
