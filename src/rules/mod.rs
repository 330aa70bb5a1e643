//! Rules: what they are once loaded. The file format is in [`file`], the built-in set in [`builtin`].
//!
//! A rule is data: evidence (phrases, expressions, facts, other rules), guards that take a hit back, the sentence the
//! report prints, and examples that must and must not hit. This module knows no text; [`crate::matcher`] does.

mod builtin;
pub mod file;
mod lists;
mod written;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::pattern::Compiled;
use crate::post::Kind;

pub use file::RuleError;
pub use lists::Lists;

/// Whether a family speaks for a post, against it, says what kind of post it is, or only serves other rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Polarity {
    Green,
    Red,
    /// Says what kind of post it is; moves no score.
    Kind,
    /// Evidence for composite rules only; never shown.
    Sign,
}

/// A reason a freelancer would give: the family of some rules.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Family {
    /// The id of the taxonomy, as `bargain-pay`.
    pub id: String,
    pub polarity: Polarity,
    /// The most points the family can move the score.
    pub cap: i32,
    /// How far the family is believed where no rule hits, in tenths of a unit of log-odds.
    pub base: i32,
    /// Points of the score for one unit of log-odds beyond the base, in tenths.
    pub worth: i32,
    /// The language its words are of; `None` for facts, which need none.
    pub language: Option<String>,
}

/// One rule. What only its making and its tests need is left out where the set was made ready by the build.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rule {
    /// Unique over all files.
    pub id: String,
    /// Index in [`RuleSet::families`].
    pub family: usize,
    /// Points by which a hit moves the score: as written, or as fitted.
    pub points: i32,
    /// How often, in percent, careful readers saw the family where this rule hit. Hits of a family that together
    /// leave too much doubt are hints: they count, but claim no flag.
    pub sure: u8,
    /// The same in texts of a sentence or three, where nothing around the words bears them out.
    pub sure_in_short: u8,
    /// The rule stands for the learned words of its family, see [`crate::cues`].
    pub cues: bool,
    /// The sentence the report prints.
    pub why: String,
    /// A question for the client.
    pub ask: Option<String>,
    /// A hit means skip, whatever the score.
    pub veto: bool,
    pub place: Place,
    /// Whether the rule looks at words (and not only at facts and other rules).
    pub has_words: bool,
    #[serde(skip)]
    pub phrases: Vec<String>,
    /// Expressions over folded text.
    #[serde(skip)]
    pub regexes: Vec<Expression>,
    /// All must hold in the sentence of a hit.
    pub near: Vec<Window>,
    /// None may hold in the sentence of a hit.
    pub unless: Vec<Window>,
    pub guards: Guards,
    /// The rule is for posts of these marketplaces only; empty: for all.
    pub marketplaces: Vec<String>,
    /// All must hold for the post.
    pub facts: Vec<FactTest>,
    /// Families or rules that must all have hit.
    pub all_of: Vec<String>,
    /// Families or rules of which one must have hit.
    pub any_of: Vec<String>,
    /// Families or rules of which none may have hit.
    pub none_of: Vec<String>,
    #[serde(skip)]
    pub hits: Vec<String>,
    #[serde(skip)]
    pub misses: Vec<String>,
    /// The file it stands in, and the line.
    pub file: Arc<str>,
    pub line: usize,
}

impl Rule {
    /// Whether the rule waits for other rules.
    pub fn is_composite(&self) -> bool {
        !(self.all_of.is_empty() && self.any_of.is_empty() && self.none_of.is_empty())
    }
}

/// An expression, lists put in, and what was made of it.
#[derive(Debug, Clone)]
pub struct Expression {
    pub source: String,
    pub compiled: Arc<Compiled>,
}

/// Which part of a post a rule looks at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    #[default]
    Any,
    Title,
    Body,
}

/// Words that must, or must not, stand near a hit, in its sentence.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Window {
    /// Alternatives, whole words.
    #[serde(skip)]
    pub words: Option<Expression>,
    /// At most this many words between; `None`: anywhere in the sentence.
    pub within: Option<usize>,
    pub side: Side,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    Before,
    After,
    #[default]
    Either,
}

/// Reasons to take a hit back that most rules share. Hits inside addresses, e-mail and code are always taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guards {
    /// "We never ask for a free sample."
    pub negation: bool,
    /// Words in quotation marks: examples, texts of an interface.
    pub quotation: bool,
    /// "The system must be available 24/7": the thing to be built, not the person.
    pub subject: bool,
    /// "Our last agency demanded ...", "the app lets guests ...": others, other times and products do so, not this client.
    pub afar: bool,
}

impl Guards {
    pub const NONE: Guards = Guards { negation: false, quotation: false, subject: false, afar: false };

    /// These and those.
    pub fn and(self, other: Guards) -> Guards {
        Guards {
            negation: self.negation || other.negation,
            quotation: self.quotation || other.quotation,
            subject: self.subject || other.subject,
            afar: self.afar || other.afar,
        }
    }
}

impl Default for Guards {
    fn default() -> Guards {
        Guards { negation: true, quotation: true, ..Guards::NONE }
    }
}

/// A test of one fact, see [`crate::facts`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FactTest {
    /// Its place in [`crate::facts::NAMES`].
    pub fact: usize,
    pub check: FactCheck,
}

impl FactTest {
    /// The name of the fact.
    pub fn name(&self) -> &'static str {
        crate::facts::NAMES[self.fact]
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FactCheck {
    Stated(bool),
    Below(Bound),
    Above(Bound),
    AtLeast(Bound),
    AtMost(Bound),
}

/// A number, or one of the profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Bound {
    Number(f64),
    /// Its place in [`crate::profile::NUMBERS`].
    Profile(usize),
}

/// All rules, with what they share.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RuleSet {
    pub families: Vec<Family>,
    pub rules: Vec<Rule>,
    #[serde(skip)]
    pub lists: Lists,
    pub thresholds: Thresholds,
    /// The learned words of families, each with tenths of a unit of log-odds. A list, for the program reads it at every start.
    pub cues: BTreeMap<String, Vec<(String, i16)>>,
    #[serde(skip)]
    by_id: HashMap<String, usize>,
}

/// Where the score of a post becomes a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// The lowest score listed as worth applying to.
    pub apply: i32,
    /// The highest score that is skipped.
    pub skip: i32,
}

impl Default for Thresholds {
    fn default() -> Thresholds {
        Thresholds { apply: 60, skip: 40 }
    }
}

impl RuleSet {
    /// The rules gigsieve ships, weights fitted, from their files: with their examples, and a hundred times slower than
    /// what the build made ready for [`crate::sieve::Sieve::default`].
    pub fn builtin() -> RuleSet {
        file::load(&builtin::files()).unwrap_or_else(|errors| panic!("built-in rules: {}", errors[0]))
    }

    /// The files of the built-in rules: name and text.
    pub fn builtin_files() -> Vec<(String, String)> {
        builtin::files()
    }

    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.by_id.get(id).map(|&index| &self.rules[index])
    }

    /// The family of a rule.
    pub fn family(&self, rule: &Rule) -> &Family {
        &self.families[rule.family]
    }

    /// The kind a rule of polarity `kind` stands for.
    pub fn kind(&self, rule: &Rule) -> Option<Kind> {
        let family = self.family(rule);
        (family.polarity == Polarity::Kind).then(|| Kind::from_id(&family.id)).flatten()
    }

    pub(crate) fn index(&mut self) {
        self.by_id = self.rules.iter().enumerate().map(|(index, rule)| (rule.id.clone(), index)).collect();
    }
}
