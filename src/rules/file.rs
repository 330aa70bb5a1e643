//! The rule file format: reading, checking, expanding.
//!
//! Everything that is wrong with a file is said, with the place; a set with any error is refused whole, because a
//! rule that is silently left out is the worst kind of wrong.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::{Bound, Expression, FactCheck, FactTest, Family, Guards, Lists, Place, Polarity, Rule, RuleSet, Side, Thresholds, Window, written};
use crate::{facts, pattern, post::Kind, profile};

/// What is wrong with a rule file, and where.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct RuleError {
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// Bytes in `text` that the message is about.
    pub span: std::ops::Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The text of the file.
    pub text: Arc<str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    family: Spanned<String>,
    polarity: Polarity,
    #[serde(default = "no_cap")]
    cap: i32,
    /// Guards that all its rules have beside their own.
    #[serde(default)]
    guards: Vec<Spanned<String>>,
    /// Lists that mostly this family needs; their names are known everywhere.
    #[serde(default)]
    lists: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    rule: Vec<Spanned<RawRule>>,
}

/// A family without a cap of its own may move the score by this much.
fn no_cap() -> i32 {
    30
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    id: Spanned<String>,
    #[serde(default)]
    weight: i32,
    #[serde(default = "claims")]
    sure: u8,
    #[serde(default)]
    why: String,
    ask: Option<String>,
    #[serde(default)]
    veto: bool,
    #[serde(default)]
    cues: bool,
    #[serde(default)]
    place: Place,
    #[serde(default)]
    phrases: Vec<Spanned<String>>,
    #[serde(default)]
    regexes: Vec<Spanned<String>>,
    #[serde(default)]
    near: Vec<Spanned<RawWindow>>,
    #[serde(default)]
    unless: Vec<Spanned<RawWindow>>,
    guards: Option<Vec<Spanned<String>>>,
    #[serde(default)]
    marketplaces: Vec<String>,
    fact: Option<Spanned<OneOrMany<RawFact>>>,
    #[serde(default)]
    all_of: Vec<String>,
    #[serde(default)]
    any_of: Vec<String>,
    #[serde(default)]
    none_of: Vec<String>,
    #[serde(default)]
    hits: Vec<String>,
    #[serde(default)]
    misses: Vec<String>,
}

/// Until a rule is measured it is believed enough to claim its family, in a text of a sentence too.
fn claims() -> u8 {
    85
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWindow {
    any: Vec<String>,
    within: Option<usize>,
    #[serde(default)]
    side: Side,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFact {
    name: String,
    stated: Option<bool>,
    below: Option<RawBound>,
    above: Option<RawBound>,
    at_least: Option<RawBound>,
    at_most: Option<RawBound>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawBound {
    Number(f64),
    Name(String),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

/// Points and belief as fitted, `patterns/weights.toml`.
#[derive(Debug, Clone, Default, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    pub thresholds: Option<Thresholds>,
    #[serde(default)]
    pub families: BTreeMap<String, FamilyWeights>,
    /// Rule to `[points, sure, sure in short texts]`.
    #[serde(default)]
    pub rules: BTreeMap<String, (i32, u8, u8)>,
}

/// What is fitted of a family: see [`Family`].
#[derive(Debug, Clone, Copy, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct FamilyWeights {
    pub base: i32,
    pub worth: i32,
    pub cap: i32,
}

/// The belief in a family that nobody has fitted: one post in twenty has it.
const BASE: i32 = -30;

/// Files of `patterns/` that hold other things than rules.
const NO_RULES: &[&str] = &["lists.toml", "weights.toml", "cues.toml", "currencies.toml", "effort.toml", "advice.toml", "columns.toml", "job-links.toml"];

/// Loads rule files, `(name, text)`. A later file's rule replaces an earlier one's of the same id, so that a person's
/// own folder can follow the built-in files; twice the same id within one file is an error.
pub fn load(files: &[(String, String)]) -> Result<RuleSet, Vec<RuleError>> {
    let mut loader = Loader::default();
    for (name, text) in files.iter().filter(|(name, _)| file_name(name) == "lists.toml") {
        loader.lists_file(name, text);
    }
    let raw: Vec<_> = files.iter().filter(|(name, _)| !NO_RULES.contains(&file_name(name)) && !name.contains("sites/")).collect();
    // All lists before any rule: a rule may use the list of a file that comes later.
    let raw: Vec<_> = raw.into_iter().filter_map(|(name, text)| loader.parse(name, text)).collect();
    for (within, file) in raw {
        loader.rule_file(&within, file);
    }
    let mut set = RuleSet {
        families: loader.families,
        rules: loader.rules,
        lists: loader.lists,
        thresholds: Thresholds::default(),
        cues: BTreeMap::new(),
        by_id: HashMap::new(),
    };
    set.index();
    for rule in &set.rules {
        for other in rule.all_of.iter().chain(&rule.any_of).chain(&rule.none_of) {
            if set.rule(other).is_none() && !set.families.iter().any(|family| family.id == *other) {
                loader.errors.push(RuleError {
                    file: rule.file.to_string(),
                    line: rule.line,
                    span: 0..0,
                    message: format!("rule `{}` names `{other}`, which is neither a rule nor a family", rule.id),
                    help: Some("`gigsieve rules list` shows them all".into()),
                    text: Arc::from(""),
                });
            }
        }
    }
    for (name, text) in files.iter().filter(|(name, _)| file_name(name) == "weights.toml") {
        let text: Arc<str> = Arc::from(text.as_str());
        match toml::from_str::<Weights>(&text) {
            Ok(weights) => apply(&mut set, &weights),
            Err(error) => loader.errors.push(toml_error(name, &text, &error)),
        }
    }
    for (name, text) in files.iter().filter(|(name, _)| file_name(name) == "cues.toml") {
        match toml::from_str::<BTreeMap<String, BTreeMap<String, i16>>>(text) {
            Ok(cues) => set.cues = cues.into_iter().map(|(family, words)| (family, words.into_iter().collect())).collect(),
            Err(error) => loader.errors.push(toml_error(name, &Arc::from(text.as_str()), &error)),
        }
    }
    if loader.errors.is_empty() { Ok(set) } else { Err(loader.errors) }
}

impl Weights {
    /// The text of a weights file: one rule a line, so that a change shows as one line.
    pub fn to_toml(&self) -> String {
        let mut text = String::from(
            "# Written by `gigsieve rules fit`. Thresholds of the score. Of each family the belief where no rule hits (in tenths of a\n# unit of log-odds), the points for a unit of log-odds beyond it (in tenths), and the most points. Of each rule the points,\n# and how sure, in percent, it is of its family: in posts, and in texts of a sentence or three.\n",
        );
        if let Some(thresholds) = self.thresholds {
            text.push_str(&format!("\n[thresholds]\napply = {}\nskip = {}\n", thresholds.apply, thresholds.skip));
        }
        text.push_str("\n[families]\n");
        for (family, FamilyWeights { base, worth, cap }) in &self.families {
            text.push_str(&format!("{family} = {{ base = {base}, worth = {worth}, cap = {cap} }}\n"));
        }
        text.push_str("\n[rules]\n");
        for (rule, (points, sure, in_short)) in &self.rules {
            text.push_str(&format!("{rule} = [{points}, {sure}, {in_short}]\n"));
        }
        text
    }
}

/// Gives rules the fitted points. Rules that the weights do not name keep their own.
pub fn apply(set: &mut RuleSet, weights: &Weights) {
    if let Some(thresholds) = weights.thresholds {
        set.thresholds = thresholds;
    }
    for family in &mut set.families {
        if let Some(&FamilyWeights { base, worth, cap }) = weights.families.get(&family.id) {
            (family.base, family.worth, family.cap) = (base, worth, cap);
        }
    }
    for rule in &mut set.rules {
        if let Some(&(points, sure, in_short)) = weights.rules.get(&rule.id) {
            (rule.points, rule.sure, rule.sure_in_short) = (points, sure, in_short);
        }
    }
}

/// An expression for any of these alternatives as whole words.
pub(crate) fn whole_words(alternatives: &str) -> String {
    format!(r"(?:\b|_)(?:{alternatives})(?:\b|_)")
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The language folder a rule file stands in: `en` of `patterns/en/red/rush-deadline.toml`. The innermost counts.
fn language(path: &str) -> Option<String> {
    path.rsplit(['/', '\\']).find(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_lowercase())).map(str::to_owned)
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|&&byte| byte == b'\n').count() + 1
}

fn toml_error(file: &str, text: &Arc<str>, error: &toml::de::Error) -> RuleError {
    let span = error.span().unwrap_or(0..0);
    RuleError { file: file.to_owned(), line: line_of(text, span.start), span, message: error.message().to_owned(), help: None, text: text.clone() }
}

#[derive(Default)]
struct Loader {
    lists: Lists,
    families: Vec<Family>,
    rules: Vec<Rule>,
    errors: Vec<RuleError>,
}

/// Where the file being read is in the set of files, for messages.
struct Within<'a> {
    file: &'a str,
    text: Arc<str>,
}

impl Loader {
    fn error(&mut self, within: &Within<'_>, span: std::ops::Range<usize>, message: impl Into<String>, help: Option<&str>) {
        self.errors.push(RuleError {
            file: within.file.to_owned(),
            line: line_of(&within.text, span.start),
            span,
            message: message.into(),
            help: help.map(str::to_owned),
            text: within.text.clone(),
        });
    }

    fn lists_file(&mut self, file: &str, text: &str) {
        let text: Arc<str> = Arc::from(text);
        match toml::from_str::<BTreeMap<String, Vec<String>>>(&text) {
            Ok(lists) => lists.into_iter().for_each(|(name, entries)| self.lists.insert(name, entries)),
            Err(error) => self.errors.push(toml_error(file, &text, &error)),
        }
    }

    fn parse<'a>(&mut self, file: &'a str, text: &str) -> Option<(Within<'a>, RawFile)> {
        let within = Within { file, text: Arc::from(text) };
        match toml::from_str::<RawFile>(text) {
            Ok(mut raw) => {
                std::mem::take(&mut raw.lists).into_iter().for_each(|(name, entries)| self.lists.insert(name, entries));
                Some((within, raw))
            }
            Err(error) => {
                self.errors.push(toml_error(file, &within.text, &error));
                None
            }
        }
    }

    fn rule_file(&mut self, within: &Within<'_>, raw: RawFile) {
        let file = within.file;
        if raw.polarity == Polarity::Kind && Kind::from_id(raw.family.get_ref()).is_none() {
            self.error(within, raw.family.span(), "no such kind of post", Some("kinds are `request`, `offer`, `employment` and `other`"));
        }
        let family = self.family(&raw, language(file));
        let guards = self.guards(within, &raw.guards);
        let name: Arc<str> = Arc::from(file);
        let first = self.rules.len();
        for spanned in raw.rule {
            let span = spanned.span();
            let rule = self.rule(within, &name, family, raw.polarity, spanned.into_inner(), span);
            let Some(mut rule) = rule else { continue };
            rule.guards = rule.guards.and(guards);
            match self.rules.iter().position(|known| known.id == rule.id) {
                Some(known) if known >= first => {
                    let at = within.text.rfind(&format!("\"{}\"", rule.id)).unwrap_or(0);
                    self.error(within, at..at + rule.id.len() + 2, format!("a second rule with the id `{}`", rule.id), Some("give it a name of its own"));
                }
                Some(known) => self.rules[known] = rule,
                None => self.rules.push(rule),
            }
        }
    }

    fn family(&mut self, raw: &RawFile, language: Option<String>) -> usize {
        let id = raw.family.get_ref();
        match self.families.iter().position(|family| family.id == *id && family.language == language) {
            Some(known) => known,
            None => {
                self.families.push(Family { id: id.clone(), polarity: raw.polarity, cap: raw.cap, base: BASE, worth: 0, language });
                self.families.len() - 1
            }
        }
    }

    fn rule(&mut self, within: &Within<'_>, file: &Arc<str>, family: usize, polarity: Polarity, raw: RawRule, span: std::ops::Range<usize>) -> Option<Rule> {
        let errors = self.errors.len();
        let id = raw.id.get_ref().clone();
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            self.error(within, raw.id.span(), format!("`{id}` is no id"), Some("lower-case letters, digits and `-`"));
        }
        if raw.hits.len() < 2 || raw.misses.len() < 2 {
            self.error(
                within,
                raw.id.span(),
                format!("rule `{id}` has {} `hits` and {} `misses`", raw.hits.len(), raw.misses.len()),
                Some("write two sentences that must hit and two look-alikes that must not"),
            );
        }
        let scored = matches!(polarity, Polarity::Red | Polarity::Green);
        if scored && !(raw.why.ends_with('.') && raw.why.starts_with(|c: char| c.is_uppercase()) && raw.why.contains(' ')) {
            self.error(
                within,
                raw.id.span(),
                format!("the `why` of rule `{id}` is not a sentence"),
                Some("the report prints it: start with a capital, end with a full stop"),
            );
        }
        let mut regexes = Vec::new();
        for regex in &raw.regexes {
            if let Some(expanded) = self.expand(within, &written::expression(regex.get_ref()), regex.span()) {
                regexes.extend(self.expression(within, expanded, regex.span()));
                if regex.get_ref().replace("\\S", "").replace("\\W", "").replace("\\D", "").replace("\\B", "").contains(|c: char| c.is_ascii_uppercase()) {
                    self.error(within, regex.span(), "an expression with capitals never hits", Some("rules see text in lower case"));
                }
            }
        }
        let mut phrases = Vec::new();
        for phrase in &raw.phrases {
            if phrase.get_ref().trim().len() < 2 {
                self.error(within, phrase.span(), "a phrase needs at least two letters", None);
            }
            phrases.push(phrase.get_ref().to_lowercase());
        }
        let near = raw.near.iter().filter_map(|window| self.window(within, window)).collect();
        let unless = raw.unless.iter().filter_map(|window| self.window(within, window)).collect();
        let guards = raw.guards.as_ref().map_or_else(Guards::default, |names| self.guards(within, names));
        let mut facts = Vec::new();
        if let Some(fact) = raw.fact {
            let span = fact.span();
            let tests = match fact.into_inner() {
                OneOrMany::One(fact) => vec![fact],
                OneOrMany::Many(facts) => facts,
            };
            facts.extend(tests.into_iter().filter_map(|test| self.fact(within, test, &span)));
        }
        let rule = Rule {
            id,
            family,
            points: if polarity == Polarity::Red { -raw.weight.abs() } else { raw.weight.abs() },
            sure: raw.sure.min(100),
            sure_in_short: raw.sure.min(100),
            cues: raw.cues,
            why: raw.why,
            ask: raw.ask,
            veto: raw.veto,
            place: raw.place,
            has_words: !phrases.is_empty() || !regexes.is_empty(),
            phrases,
            regexes,
            near,
            unless,
            guards,
            marketplaces: raw.marketplaces,
            facts,
            all_of: raw.all_of,
            any_of: raw.any_of,
            none_of: raw.none_of,
            hits: raw.hits,
            misses: raw.misses,
            file: file.clone(),
            line: line_of(&within.text, span.start),
        };
        if !rule.has_words && !rule.cues && rule.facts.is_empty() && rule.marketplaces.is_empty() && !rule.is_composite() && errors == self.errors.len() {
            self.error(within, raw.id.span(), format!("rule `{}` has no evidence", rule.id), Some("give it `phrases`, `regexes`, a `fact` or other rules"));
        }
        (errors == self.errors.len()).then_some(rule)
    }

    fn expand(&mut self, within: &Within<'_>, expression: &str, span: std::ops::Range<usize>) -> Option<String> {
        match self.lists.expand(expression) {
            Ok(expanded) => Some(expanded),
            Err(name) => {
                self.error(within, span, format!("no list is called `@{name}`"), Some("lists stand in patterns/lists.toml; a plain @ is written \\x40"));
                None
            }
        }
    }

    fn expression(&mut self, within: &Within<'_>, source: String, span: std::ops::Range<usize>) -> Option<Expression> {
        match pattern::compile(&source) {
            Ok(compiled) => Some(Expression { source, compiled: Arc::new(compiled) }),
            Err(error) => {
                self.error(within, span, format!("bad expression: {error}"), None);
                None
            }
        }
    }

    fn guards(&mut self, within: &Within<'_>, names: &[Spanned<String>]) -> Guards {
        let mut guards = Guards::NONE;
        for name in names {
            match name.get_ref().as_str() {
                "negation" => guards.negation = true,
                "quotation" => guards.quotation = true,
                "subject" => guards.subject = true,
                "afar" => guards.afar = true,
                other => self.error(within, name.span(), format!("no guard is called `{other}`"), Some("`negation`, `quotation`, `subject`, `afar`")),
            }
        }
        guards
    }

    fn window(&mut self, within: &Within<'_>, raw: &Spanned<RawWindow>) -> Option<Window> {
        let window = raw.get_ref();
        let alternatives = window.any.iter().map(|any| written::expression(any)).collect::<Vec<_>>().join("|");
        let expanded = self.expand(within, &alternatives, raw.span())?;
        if window.any.is_empty() {
            self.error(within, raw.span(), "a window without words", None);
            return None;
        }
        let words = Some(self.expression(within, whole_words(&expanded), raw.span())?);
        Some(Window { words, within: window.within, side: window.side })
    }

    fn fact(&mut self, within: &Within<'_>, raw: RawFact, span: &std::ops::Range<usize>) -> Option<FactTest> {
        let span = span.clone();
        let Some(fact) = facts::NAMES.iter().position(|name| *name == raw.name) else {
            self.error(within, span, format!("no fact is called `{}`", raw.name), Some(&format!("facts are {}", facts::NAMES.join(", "))));
            return None;
        };
        let bound = |raw: RawBound| match raw {
            RawBound::Number(number) => Ok(Bound::Number(number)),
            RawBound::Name(given) => profile::NUMBERS.iter().position(|known| *known == given).map(Bound::Profile).ok_or(given),
        };
        let checks = [
            raw.stated.map(|stated| Ok(FactCheck::Stated(stated))),
            raw.below.map(|raw| bound(raw).map(FactCheck::Below)),
            raw.above.map(|raw| bound(raw).map(FactCheck::Above)),
            raw.at_least.map(|raw| bound(raw).map(FactCheck::AtLeast)),
            raw.at_most.map(|raw| bound(raw).map(FactCheck::AtMost)),
        ];
        let mut given = checks.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(Ok(check)), None) => Some(FactTest { fact, check }),
            (Some(Err(unknown)), None) => {
                self.error(within, span, format!("the profile has no number called `{unknown}`"), Some(&format!("it has {}", profile::NUMBERS.join(", "))));
                None
            }
            _ => {
                self.error(
                    within,
                    span,
                    format!("the test of `{}` needs one of `stated`, `below`, `above`, `at_least`, `at_most`", raw.name),
                    Some("two bounds are two tests"),
                );
                None
            }
        }
    }
}
