//! From hits to a verdict: one pure function.
//!
//! The score starts at [`START`]; every reason moves it by its points, a rule once, a family at most by its cap. What
//! a cap or the ends of the scale take off is a line of its own, so that the lines add up to the score on paper.

use std::borrow::Cow;

use crate::cues::{Spoken, WORDS_LEAST};
use crate::facts::{self, Facts};
use crate::matcher::Hit;
use crate::post::{Kind, Post};
use crate::profile::Profile;
use crate::rules::{Polarity, RuleSet};

/// Where every score starts: nothing is known yet.
pub const START: i32 = 50;

/// Questions asked at most.
pub const QUESTIONS: usize = 4;

/// What to do with a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    Apply,
    Maybe,
    Skip,
}

impl Tier {
    pub fn name(self) -> &'static str {
        match self {
            Tier::Apply => "apply",
            Tier::Maybe => "maybe",
            Tier::Skip => "skip",
        }
    }
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub cause: Cause,
    pub points: i32,
}

/// What moved the score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A hit, by its index in [`Verdict::hits`].
    Hit(usize),
    /// A family (index in the rule set) reached its cap; the points beyond are given back.
    Cap(usize),
    /// The post is no request.
    NotARequest,
    /// A word of the profile.
    Profile(String),
    /// The fixed price is below the floor of the profile.
    Floor,
    /// The scale ends at 0 and 100.
    ScaleEnd,
}

/// The verdict on one post.
#[derive(Debug, Clone)]
pub struct Verdict {
    pub tier: Tier,
    /// 0 to 100; the sum of [`START`] and all reasons.
    pub score: i32,
    pub kind: Kind,
    /// How objective-driven the post is, 0 to 100.
    pub objective: i32,
    /// How tactical, 0 to 100.
    pub tactical: i32,
    /// Hits whose family is claimed, and hints; signs are left out.
    pub hits: Vec<Finding>,
    pub reasons: Vec<Reason>,
    /// Polite enough to send.
    pub questions: Vec<String>,
    /// Why the score does not decide: a veto, the kind, too little to tell.
    pub note: Option<String>,
}

/// A hit in the verdict.
#[derive(Debug, Clone)]
pub struct Finding {
    pub hit: Hit,
    /// Whether its family is believed, all evidence taken together; else it is a hint.
    pub claimed: bool,
    /// Points before the cap of the family.
    pub points: i32,
    /// Of learned words: the strongest.
    pub words: Vec<String>,
}

impl Finding {
    /// The sentence the report prints: that of the rule, and the learned words it rests on.
    pub fn why<'a>(&self, set: &'a RuleSet) -> Cow<'a, str> {
        let why = set.rules[self.hit.rule].why.as_str();
        if self.words.is_empty() { Cow::Borrowed(why) } else { Cow::Owned(format!("{why} Here: {}.", self.words.join(", "))) }
    }
}

/// Points for a post that is no request, so that it sorts below those that are.
const NOT_A_REQUEST: i32 = -40;
/// Points for each wanted or avoided word of the profile.
const PROFILE_WORD: i32 = 6;
/// Points for a fixed price below the floor of the profile: a post of which nothing else is known is skipped then.
const BELOW_FLOOR: i32 = -20;

/// Judges a post by its hits.
pub fn judge(set: &RuleSet, post: &Post, facts: &Facts, hits: Vec<Hit>, spoken: Vec<Spoken>, profile: &Profile) -> Verdict {
    let (kind, hits) = split_kind(set, post, hits);
    let is_short = post.title.split_whitespace().chain(post.body.split_whitespace()).take(WORDS_LEAST).count() < WORDS_LEAST;
    let believed = beliefs(set, &hits, &spoken, is_short);
    let mut by_figures = vec![false; set.families.len()];
    hits.iter().map(|hit| &set.rules[hit.rule]).for_each(|rule| by_figures[rule.family] |= !rule.facts.is_empty());
    let is_claimed = |rule: usize| {
        let family = set.rules[rule].family;
        let least = if set.families[family].polarity == Polarity::Red { CLAIM_RED } else { CLAIM };
        believed[family] >= if is_short && !by_figures[family] { CLAIM_SHORT } else { least }
    };
    // Words against a family that no rule found take nothing away, and are no finding.
    let found: Vec<usize> = hits.iter().map(|hit| set.rules[hit.rule].family).collect();
    let by_rule = hits.into_iter().map(|hit| Finding { claimed: is_claimed(hit.rule), points: set.rules[hit.rule].points, words: Vec::new(), hit });
    let spoken = spoken.into_iter().filter(|spoken| spoken.strength > 0 || found.contains(&set.rules[spoken.rule].family));
    let by_words = spoken.map(|spoken| Finding {
        // Words that speak against a family claim nothing, whatever its rules found; and words alone accuse nobody.
        claimed: spoken.strength > 0
            && is_claimed(spoken.rule)
            && (set.family(&set.rules[spoken.rule]).polarity == Polarity::Green || found.contains(&set.rules[spoken.rule].family)),
        points: points_of(set, &spoken),
        words: spoken.words,
        hit: Hit { rule: spoken.rule, spot: spoken.spot },
    });
    let findings: Vec<Finding> = by_rule.chain(by_words).collect();
    let mut reasons = Vec::new();
    let (mut objective, mut tactical) = (0, 0);
    for (family_index, family) in set.families.iter().enumerate() {
        let mut moved = 0;
        for (index, finding) in findings.iter().enumerate().filter(|(_, finding)| set.rules[finding.hit.rule].family == family_index) {
            moved += finding.points;
            reasons.push(Reason { cause: Cause::Hit(index), points: finding.points });
        }
        // A red family never adds, a green one never takes.
        let capped = if family.polarity == Polarity::Red { moved.clamp(-family.cap, 0) } else { moved.clamp(0, family.cap) };
        if capped != moved {
            reasons.push(Reason { cause: Cause::Cap(family_index), points: capped - moved });
        }
        match family.polarity {
            Polarity::Green => objective += capped,
            Polarity::Red => tactical -= capped,
            _ => {}
        }
    }
    profile_reasons(post, facts, profile, &mut reasons);
    let is_wanted = kind == Kind::Request || (kind == Kind::Employment && profile.employment);
    if !is_wanted {
        reasons.push(Reason { cause: Cause::NotARequest, points: NOT_A_REQUEST });
    }
    let sum = START + reasons.iter().map(|reason| reason.points).sum::<i32>();
    let score = sum.clamp(0, 100);
    if score != sum {
        reasons.push(Reason { cause: Cause::ScaleEnd, points: score - sum });
    }
    let veto = findings.iter().map(|finding| &set.rules[finding.hit.rule]).find(|rule| rule.veto);
    let evidence = findings.iter().filter(|finding| finding.claimed).count();
    let (tier, note) = if !is_wanted {
        (Tier::Skip, Some(not_a_request(kind).to_owned()))
    } else if let Some(rule) = veto {
        (Tier::Skip, Some(rule.why.clone()))
    } else if score >= set.thresholds.apply {
        (Tier::Apply, None)
    } else if score <= set.thresholds.skip {
        (Tier::Skip, None)
    } else {
        (Tier::Maybe, (evidence == 0).then(|| "Too little to tell: nothing in the post says how its client works.".to_owned()))
    };
    let questions = questions(set, &findings, facts, tier);
    Verdict { tier, score, kind, objective: objective.clamp(0, 100), tactical: tactical.clamp(0, 100), hits: findings, reasons, questions, note }
}

fn not_a_request(kind: Kind) -> &'static str {
    match kind {
        Kind::Offer => "This is a freelancer advertising, not a client asking.",
        Kind::Employment => "This is a permanent position, not a freelance request.",
        _ => "This is no job post.",
    }
}

/// The kind with the most belief, if it is believed more than doubted; the hits without those that only tell the kind.
fn split_kind(set: &RuleSet, post: &Post, hits: Vec<Hit>) -> (Kind, Vec<Hit>) {
    let mut doubts = [(Kind::Request, 1.0), (Kind::Offer, 1.0), (Kind::Employment, 1.0), (Kind::Other, 1.0)];
    let mut rest = Vec::with_capacity(hits.len());
    for hit in hits {
        let rule = &set.rules[hit.rule];
        match (set.kind(rule), set.family(rule).polarity) {
            (Some(kind), _) => {
                for (_, doubt) in doubts.iter_mut().filter(|(of, _)| *of == kind) {
                    *doubt *= 1.0 - f64::from(rule.sure) / 100.0;
                }
            }
            (None, Polarity::Sign) => {}
            (None, _) => rest.push(hit),
        }
    }
    let request = doubts[0].1;
    let surest = doubts[1..].iter().copied().min_by(|a, b| a.1.total_cmp(&b.1));
    // What speaks for a request takes back as much belief as it brings.
    let kind = match (post.stated_kind, surest) {
        (Some(kind), _) => kind,
        (None, Some((kind, doubt))) if doubt <= 0.5 * request => kind,
        _ => Kind::Request,
    };
    (kind, rest)
}

/// A family is claimed from this belief on, in tenths of a unit of log-odds: where careful readers see it in every other
/// post. A red flag accuses a client: it must be right in seven of ten. Lower ones find no more than they are wrong (micro
/// F1 on labelled posts .768; .762 with -2 for both and .757 with -5, where eight and ten red families of fourteen have a
/// precision below .8, not three).
const CLAIM: i32 = 0;
const CLAIM_RED: i32 = 8;
/// In a text of a sentence or two nothing around words bears them out, and they are wrong twice as often: they must be
/// right in six of seven. What rests on figures is no less sure there.
const CLAIM_SHORT: i32 = 18;

/// How far each family is believed, in tenths of a unit of log-odds: what its base and its hits leave no doubt about, and
/// what learned words add.
fn beliefs(set: &RuleSet, hits: &[Hit], spoken: &[Spoken], is_short: bool) -> Vec<i32> {
    let mut doubts: Vec<f64> = set.families.iter().map(|family| 1.0 - chance(family.base)).collect();
    for rule in hits.iter().map(|hit| &set.rules[hit.rule]) {
        doubts[rule.family] *= doubt(if is_short { rule.sure_in_short } else { rule.sure });
    }
    let mut believed: Vec<i32> = doubts.into_iter().map(|doubt| (((1.0 - doubt) / doubt).ln() * 10.0).round() as i32).collect();
    for spoken in spoken {
        believed[set.rules[spoken.rule].family] += spoken.strength;
    }
    believed
}

/// The doubt that a hit of a rule leaves that is so sure, in percent. None is ever certain: a person reads otherwise now
/// and then.
pub fn doubt(sure: u8) -> f64 {
    1.0 - f64::from(sure.min(98)) / 100.0
}

/// The chance that goes with tenths of a unit of log-odds.
pub fn chance(tenths: i32) -> f64 {
    1.0 / (1.0 + (-f64::from(tenths) / 10.0).exp())
}

/// The points of learned words: their strength by the worth of their family.
fn points_of(set: &RuleSet, spoken: &Spoken) -> i32 {
    let family = set.family(&set.rules[spoken.rule]);
    let points = (f64::from(spoken.strength) * f64::from(family.worth) / 100.0).round() as i32;
    if family.polarity == Polarity::Red { -points } else { points }
}

fn profile_reasons(post: &Post, facts: &Facts, profile: &Profile, reasons: &mut Vec<Reason>) {
    // Beside an hourly rate a sum is a bonus or a cost, and a placeholder says nothing of the pay.
    let is_priced = [facts::PAY_HOURLY_MAX, facts::PAY_PLACEHOLDER].iter().all(|name| facts.get(name).is_none());
    if is_priced && facts.get(facts::PAY_FIXED).is_some_and(|fixed| fixed < profile.floor_project) {
        reasons.push(Reason { cause: Cause::Floor, points: BELOW_FLOOR });
    }
    if profile.wanted.is_empty() && profile.avoid.is_empty() && profile.avoid_countries.is_empty() {
        return;
    }
    let text = format!(" {} {} {} ", post.title, post.body, post.skills.join(" , ")).to_lowercase();
    let has = |word: &str| {
        let word = word.to_lowercase();
        text.match_indices(&word)
            .any(|(at, _)| !text[..at].ends_with(|c: char| c.is_alphanumeric()) && !text[at + word.len()..].starts_with(|c: char| c.is_alphanumeric()))
    };
    for (words, points) in [(&profile.wanted, PROFILE_WORD), (&profile.avoid, -PROFILE_WORD)] {
        for word in words.iter().filter(|word| !word.trim().is_empty() && has(word)) {
            reasons.push(Reason { cause: Cause::Profile(word.clone()), points });
        }
    }
    if let Some(country) = &post.client.country
        && profile.avoid_countries.iter().any(|avoided| avoided.eq_ignore_ascii_case(country))
    {
        reasons.push(Reason { cause: Cause::Profile(country.clone()), points: -2 * PROFILE_WORD });
    }
}

/// What to ask the client: what flags leave doubtful, then what the post leaves out.
fn questions(set: &RuleSet, findings: &[Finding], facts: &Facts, tier: Tier) -> Vec<String> {
    let mut questions: Vec<String> = Vec::new();
    // Rules of one family may ask the same in a few words more.
    let mut ask = |question: &str| {
        let is_like = |asked: &String| asked.split(' ').take(5).eq(question.split(' ').take(5));
        if questions.len() < QUESTIONS && !questions.iter().any(is_like) {
            questions.push(question.to_owned());
        }
    };
    let mut rules: Vec<_> = findings.iter().filter(|finding| finding.claimed).map(|finding| &set.rules[finding.hit.rule]).collect();
    rules.sort_by_key(|rule| rule.points);
    for rule in rules {
        if let Some(question) = &rule.ask {
            ask(question);
        }
    }
    if tier != Tier::Skip {
        let has = |family: &str| findings.iter().any(|finding| finding.claimed && set.family(&set.rules[finding.hit.rule]).id == family);
        if !has("business-objective") && !has("purpose-context") && !has("problem-symptom") {
            ask("What should this work achieve, and for whom?");
        }
        if facts.get(crate::facts::PAY_STATED).is_none() {
            ask("What budget have you set aside for this?");
        }
        if !has("measurable-outcome") {
            ask("How will you know that the work has succeeded?");
        }
        if !has("clear-priorities") {
            ask("What must be there on the first day, and what can wait?");
        }
    }
    questions
}
