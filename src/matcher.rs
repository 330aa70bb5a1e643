//! Where rules hit a post.
//!
//! One pass of one automaton over the text finds every phrase, and for every expression the strings without which it
//! cannot match (its atoms, derived from the parsed expression, so nobody can get them wrong). Only expressions whose
//! atoms were seen are due, and each is compiled when it is first due: a pasted post pays for the few it needs.
//! Guards then take hits back: negation, quotation, subject, the windows of a rule, and always addresses.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex_automata::meta::{Config, Regex};
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::util::syntax;
use regex_syntax::hir::{Hir, HirKind};

use crate::facts::{Facts, Field};
use crate::profile::Profile;
use crate::rules::{Place, Rule, RuleSet, Side, Window};
use crate::text::{self, Folded};

/// A rule matched here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Index in [`RuleSet::rules`].
    pub rule: usize,
    /// Where, in bytes of the post's own title or body; `None` for evidence that is a field or a combination.
    pub spot: Option<(Field, Range<usize>)>,
}

/// A hit that a guard took back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancelled {
    pub rule: usize,
    pub field: Field,
    pub span: Range<usize>,
    /// What took it back: `negation`, `quotation`, `subject`, `address`, `unless`, `near`.
    pub by: &'static str,
}

/// What the rules found in one post.
#[derive(Debug, Default)]
pub struct Findings {
    /// At most one hit a rule, in the order of the rules.
    pub hits: Vec<Hit>,
    pub cancelled: Vec<Cancelled>,
}

/// What the matcher reads of a post.
#[derive(Debug, Clone, Copy)]
pub struct PostText<'a> {
    pub title: &'a Folded,
    pub body: &'a Folded,
    /// The post's language, where it is known: rules for other languages are silent.
    pub language: Option<&'a str>,
    /// Where the post comes from, where it is known.
    pub marketplace: Option<&'a str>,
}

/// The compiled rules. Shared by all threads.
pub struct Matcher {
    automaton: AhoCorasick,
    /// For each pattern of the automaton: the phrase's rule, or the expressions it makes due.
    targets: Vec<Target>,
    expressions: Vec<Expression>,
    /// For each rule: its windows, compiled when first asked.
    windows: Vec<RuleWindows>,
    /// Rules with facts alone, and composite rules, in the order of the files.
    wordless: Vec<usize>,
    negation: Lazy,
    not_negation: Lazy,
    systems: Lazy,
    persons: Lazy,
}

#[derive(Default)]
struct Target {
    phrase_of: Vec<usize>,
    /// Expressions with this atom, and which of their clauses it satisfies, as a bit.
    due: Vec<(usize, u8)>,
}

struct Expression {
    rule: usize,
    regex: Lazy,
    /// A bit for each clause of atoms: the expression is due when all are satisfied.
    clauses: u8,
}

struct RuleWindows {
    near: Vec<Lazy>,
    unless: Vec<Lazy>,
}

/// An expression compiled when first used. Expressions are checked when rules are loaded; one that is too large to
/// compile all the same never matches, and the test of its examples says so.
struct Lazy {
    source: String,
    regex: OnceLock<Option<Regex>>,
}

impl Lazy {
    fn new(source: String) -> Lazy {
        Lazy { source, regex: OnceLock::new() }
    }

    fn words(alternatives: &str) -> Lazy {
        Lazy::new(format!(r"(?:\b|_)(?:{alternatives})(?:\b|_)"))
    }

    /// Most expressions run once or twice over one post, so what is dear to build is left out: no captures, no one-pass
    /// and no full automaton. It halves the time of a pasted post.
    fn get(&self) -> Option<&Regex> {
        let build = || {
            Regex::builder()
                .configure(
                    Config::new()
                        .utf8_empty(false)
                        .which_captures(WhichCaptures::None)
                        .onepass(false)
                        .dfa(false)
                        .nfa_size_limit(Some(SIZE_MOST))
                        .hybrid_cache_capacity(CACHE),
                )
                .syntax(syntax::Config::new().unicode(false).utf8(false).multi_line(true))
                .build(&self.source)
                .ok()
        };
        self.regex.get_or_init(build).as_ref()
    }
}

/// What one expression may remember while it runs, in bytes, for each thread: there are hundreds of them.
const CACHE: usize = 192 << 10;

/// Compiled expressions larger than this are refused, in bytes.
const SIZE_MOST: usize = 4 << 20;

/// A folded field with its sentences, found when first needed.
struct Scene<'a> {
    field: Field,
    folded: &'a Folded,
    sentences: OnceLock<Vec<Range<usize>>>,
}

impl Scene<'_> {
    /// The sentence, or the run of sentences, that holds a span.
    fn sentence(&self, span: &Range<usize>) -> Range<usize> {
        let sentences = self.sentences.get_or_init(|| text::sentences(&self.folded.text));
        let first = sentences.partition_point(|sentence| sentence.end <= span.start);
        let last = sentences.partition_point(|sentence| sentence.end < span.end);
        match (sentences.get(first), sentences.get(last.max(first))) {
            (Some(first), Some(last)) => first.start..last.end,
            _ => span.clone(),
        }
    }
}

impl Matcher {
    /// Compiles what must be compiled at once: the automaton, not the expressions.
    pub fn new(set: &RuleSet) -> Matcher {
        let mut patterns: Vec<String> = Vec::new();
        let mut numbers: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
        let mut targets: Vec<Target> = Vec::new();
        let mut number = |pattern: String, targets: &mut Vec<Target>| {
            *numbers.entry(pattern).or_insert_with_key(|pattern| {
                patterns.push(pattern.clone());
                targets.push(Target::default());
                targets.len() - 1
            })
        };
        let mut expressions = Vec::new();
        for (index, rule) in set.rules.iter().enumerate() {
            for phrase in &rule.phrases {
                let at = number(phrase.clone(), &mut targets);
                targets[at].phrase_of.push(index);
            }
            for regex in &rule.regexes {
                let clauses = clauses_of(regex);
                for (clause, atoms) in clauses.iter().enumerate() {
                    for atom in atoms {
                        let at = number(atom.clone(), &mut targets);
                        targets[at].due.push((expressions.len(), 1 << clause));
                    }
                }
                expressions.push(Expression { rule: index, regex: Lazy::new(regex.clone()), clauses: (1 << clauses.len()) - 1 });
            }
        }
        let automaton =
            AhoCorasick::builder().match_kind(MatchKind::Standard).build(&patterns).expect("patterns are short strings, fewer than the automaton's limit");
        let windows = set.rules.iter().map(|rule| RuleWindows {
            near: rule.near.iter().map(|window| Lazy::words(&window.expression)).collect(),
            unless: rule.unless.iter().map(|window| Lazy::words(&window.expression)).collect(),
        });
        let list = |name: &str| Lazy::words(&set.lists.expand(&format!("@{name}")).unwrap_or_else(|_| "[^\\x00-\\xff]".into()));
        Matcher {
            automaton,
            targets,
            expressions,
            windows: windows.collect(),
            wordless: set.rules.iter().enumerate().filter(|(_, rule)| !rule.has_words()).map(|(index, _)| index).collect(),
            negation: list("negation"),
            not_negation: list("not_negation"),
            systems: list("systems"),
            persons: list("persons"),
        }
    }

    /// Every rule that hits a post.
    pub fn find(&self, set: &RuleSet, text: &PostText<'_>, facts: &Facts, profile: &Profile) -> Findings {
        let mut search = Search {
            matcher: self,
            set,
            facts,
            profile,
            language: text.language,
            marketplace: text.marketplace,
            spots: vec![None; set.rules.len()],
            hit: vec![false; set.rules.len()],
            cancelled: Vec::new(),
        };
        for (field, folded) in [(Field::Title, text.title), (Field::Body, text.body)] {
            search.field(&Scene { field, folded, sentences: OnceLock::new() });
        }
        for &index in &self.wordless {
            let rule = &set.rules[index];
            if search.may_hit(rule) && search.composite_holds(rule) {
                search.hit[index] = true;
                search.spots[index] = rule.facts.iter().find_map(|test| facts.spot(test.name));
            }
        }
        // A composite with words of its own found them already; now its conditions must hold as well.
        for (index, rule) in set.rules.iter().enumerate() {
            if search.hit[index] && rule.has_words() && rule.is_composite() && !search.composite_holds(rule) {
                search.hit[index] = false;
            }
        }
        let Search { spots, hit, cancelled, .. } = search;
        let hits = spots.into_iter().enumerate().filter(|&(rule, _)| hit[rule]).map(|(rule, spot)| Hit { rule, spot }).collect();
        Findings { hits, cancelled }
    }
}

struct Search<'a> {
    matcher: &'a Matcher,
    set: &'a RuleSet,
    facts: &'a Facts,
    profile: &'a Profile,
    language: Option<&'a str>,
    marketplace: Option<&'a str>,
    spots: Vec<Option<(Field, Range<usize>)>>,
    hit: Vec<bool>,
    cancelled: Vec<Cancelled>,
}

impl Search<'_> {
    fn field(&mut self, scene: &Scene<'_>) {
        let matcher = self.matcher;
        let haystack = scene.folded.text.as_bytes();
        if haystack.is_empty() {
            return;
        }
        let mut satisfied = vec![0u8; matcher.expressions.len()];
        for found in matcher.automaton.find_overlapping_iter(haystack) {
            let target = &matcher.targets[found.pattern().as_usize()];
            for &(expression, clause) in &target.due {
                satisfied[expression] |= clause;
            }
            if !target.phrase_of.is_empty() && is_whole(haystack, &found.range()) {
                for &rule in &target.phrase_of {
                    self.candidate(scene, rule, found.range());
                }
            }
        }
        let due = satisfied.iter().enumerate().filter(|&(number, satisfied)| *satisfied == matcher.expressions[number].clauses);
        for (number, _) in due {
            let expression = &matcher.expressions[number];
            let rule = &self.set.rules[expression.rule];
            if self.hit[expression.rule] || !self.may_hit(rule) || !fits(rule.place, scene.field) {
                continue;
            }
            let Some(regex) = expression.regex.get() else { continue };
            for found in regex.find_iter(haystack) {
                if self.candidate(scene, expression.rule, found.range()) {
                    break;
                }
            }
        }
    }

    /// Whether the language and the facts of the post let the rule hit at all.
    fn may_hit(&self, rule: &Rule) -> bool {
        let spoken = match (&self.set.family(rule).language, self.language) {
            (Some(of_rule), Some(of_post)) => of_rule == of_post,
            _ => true,
        };
        let at_home = rule.marketplaces.is_empty() || self.marketplace.is_some_and(|marketplace| rule.marketplaces.iter().any(|name| name == marketplace));
        spoken && at_home && rule.facts.iter().all(|test| self.facts.passes(test, self.profile))
    }

    fn composite_holds(&self, rule: &Rule) -> bool {
        let has = |name: &String| match self.set.rules.iter().position(|other| other.id == *name) {
            Some(other) => self.hit[other],
            None => self.set.rules.iter().enumerate().any(|(index, other)| self.hit[index] && self.set.family(other).id == *name),
        };
        rule.all_of.iter().all(has) && (rule.any_of.is_empty() || rule.any_of.iter().any(has)) && !rule.none_of.iter().any(has)
    }

    /// Takes a match as a hit unless a guard objects; says whether it was taken.
    fn candidate(&mut self, scene: &Scene<'_>, index: usize, span: Range<usize>) -> bool {
        let rule = &self.set.rules[index];
        if self.hit[index] || span.is_empty() || !fits(rule.place, scene.field) || !self.may_hit(rule) {
            return false;
        }
        let span = snap(&scene.folded.text, span);
        match self.objection(scene, index, &span) {
            None => {
                self.hit[index] = true;
                self.spots[index] = Some((scene.field, scene.folded.original(trim(&scene.folded.text, span))));
                true
            }
            Some(by) => {
                self.cancelled.push(Cancelled { rule: index, field: scene.field, span: scene.folded.original(span), by });
                false
            }
        }
    }

    fn objection(&self, scene: &Scene<'_>, index: usize, span: &Range<usize>) -> Option<&'static str> {
        let rule = &self.set.rules[index];
        let text = scene.folded.text.as_str();
        if is_in_address(text, span) {
            return Some("address");
        }
        let sentence = scene.sentence(span);
        if rule.guards.quotation && is_quoted(text, &sentence, span) {
            return Some("quotation");
        }
        if rule.guards.negation && self.is_negated(text, &sentence, span) {
            return Some("negation");
        }
        if rule.guards.subject && self.is_about_a_system(text, &sentence, span) {
            return Some("subject");
        }
        let windows = &self.matcher.windows[index];
        let holds = |window: &Window, lazy: &Lazy| window_holds(window, lazy, text, &sentence, span);
        if rule.unless.iter().zip(&windows.unless).any(|(window, lazy)| holds(window, lazy)) {
            return Some("unless");
        }
        if !rule.near.iter().zip(&windows.near).all(|(window, lazy)| holds(window, lazy)) {
            return Some("near");
        }
        None
    }

    /// "not", "never", "without" at most four words before, in the same clause.
    fn is_negated(&self, text: &str, sentence: &Range<usize>, span: &Range<usize>) -> bool {
        let before = &text[sentence.start..span.start];
        let clause = &before[before.rfind([',', ';', ':', '(']).map_or(0, |at| at + 1)..];
        let clause = clause.rfind(" but ").map_or(clause, |at| &clause[at + 5..]);
        let Some(regex) = self.matcher.negation.get() else { return false };
        let Some(found) = regex.find_iter(clause.as_bytes()).last() else { return false };
        let between = &clause[ceil(clause, found.end())..];
        let revoked = self.matcher.not_negation.get().is_some_and(|only| only.find(between.as_bytes()).is_some_and(|found| found.start() <= 1));
        text::words(between).count() <= 4 && !revoked
    }

    /// Whether the nearest subject before the span, in the sentence, is the thing to be built.
    fn is_about_a_system(&self, text: &str, sentence: &Range<usize>, span: &Range<usize>) -> bool {
        let before = &text.as_bytes()[sentence.start..span.start];
        let last = |lazy: &Lazy| lazy.get().and_then(|regex| regex.find_iter(before).last()).map(|found| found.start());
        match (last(&self.matcher.systems), last(&self.matcher.persons)) {
            (Some(system), Some(person)) => system > person,
            (Some(_), None) => true,
            _ => false,
        }
    }
}

fn fits(place: Place, field: Field) -> bool {
    matches!((place, field), (Place::Any, _) | (Place::Title, Field::Title) | (Place::Body, Field::Body))
}

fn window_holds(window: &Window, lazy: &Lazy, text: &str, sentence: &Range<usize>, span: &Range<usize>) -> bool {
    let Some(regex) = lazy.get() else { return false };
    let before = || {
        regex.find_iter(&text.as_bytes()[sentence.start..span.start]).any(|found| {
            let end = ceil(text, sentence.start + found.end());
            window.within.is_none_or(|most| text::words(&text[end.min(span.start)..span.start]).count() <= most)
        })
    };
    let after = || {
        regex.find_iter(&text.as_bytes()[span.end..sentence.end.max(span.end)]).any(|found| {
            let start = floor(text, span.end + found.start());
            window.within.is_none_or(|most| text::words(&text[span.end..start.max(span.end)]).count() <= most)
        })
    };
    let inside = || regex.is_match(&text.as_bytes()[span.clone()]);
    match window.side {
        Side::Before => before(),
        Side::After => after(),
        Side::Either => before() || after() || inside(),
    }
}

fn is_whole(haystack: &[u8], span: &Range<usize>) -> bool {
    let word_before = span.start > 0 && text::is_word_byte(haystack[span.start - 1]) && text::is_word_byte(haystack[span.start]);
    let word_after = haystack.get(span.end).is_some_and(|&next| text::is_word_byte(next)) && text::is_word_byte(haystack[span.end - 1]);
    !word_before && !word_after
}

/// Whether the whole span stands inside one web address, e-mail address, domain or piece of code.
fn is_in_address(text: &str, span: &Range<usize>) -> bool {
    let bytes = text.as_bytes();
    if bytes[span.clone()].iter().any(u8::is_ascii_whitespace) {
        return false;
    }
    let start = bytes[..span.start].iter().rposition(u8::is_ascii_whitespace).map_or(0, |at| at + 1);
    let end = bytes[span.end..].iter().position(u8::is_ascii_whitespace).map_or(bytes.len(), |at| span.end + at);
    let token = text[start..end].trim_end_matches(['.', ',', '!', '?', ')', ';', ':']);
    let outside = token.len() > span.len();
    outside && (token.contains("://") || token.starts_with("www.") || (token.contains('@') && token.contains('.')) || token.contains("()") || is_domain(token))
}

fn is_domain(token: &str) -> bool {
    let host = token.split('/').next().unwrap_or(token);
    host.rsplit_once('.').is_some_and(|(name, top)| {
        !name.is_empty()
            && !name.ends_with('.')
            && matches!(
                top,
                "com"
                    | "net"
                    | "org"
                    | "io"
                    | "co"
                    | "ai"
                    | "app"
                    | "dev"
                    | "me"
                    | "info"
                    | "biz"
                    | "uk"
                    | "de"
                    | "in"
                    | "us"
                    | "guru"
                    | "ninja"
                    | "js"
                    | "py"
                    | "php"
            )
    })
}

/// Whether the span stands between two straight quotes of its sentence.
fn is_quoted(text: &str, sentence: &Range<usize>, span: &Range<usize>) -> bool {
    let before = text[sentence.start..span.start].bytes().filter(|&byte| byte == b'"').count();
    let inside = text[span.clone()].contains('"');
    before % 2 == 1 && !inside && text[span.end..sentence.end.max(span.end)].contains('"')
}

fn trim(text: &str, span: Range<usize>) -> Range<usize> {
    let found = &text[span.clone()];
    let start = span.start + (found.len() - found.trim_start().len());
    start..start + found.trim().len()
}

fn snap(text: &str, span: Range<usize>) -> Range<usize> {
    floor(text, span.start)..ceil(text, span.end)
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// Atoms shorter than this are too common to tell anything.
const ATOM_LEAST: usize = 3;
/// More atoms than this cost more in the automaton than they save.
const ATOMS_MOST: usize = 120;
/// Clauses kept of an expression: more hardly tell more.
const CLAUSES_MOST: usize = 4;

/// Sets of strings of which every match holds at least one each: an expression is due when all sets were met.
fn clauses_of(expression: &str) -> Vec<Vec<String>> {
    let Ok(hir) = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).multi_line(true).build().parse(expression) else { return Vec::new() };
    let mut clauses = clauses(&hir);
    for atoms in &mut clauses {
        atoms.sort();
        atoms.dedup();
    }
    clauses.sort_by_key(|atoms| std::cmp::Reverse(worth(atoms)));
    clauses.truncate(CLAUSES_MOST);
    clauses
}

fn clauses(hir: &Hir) -> Vec<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) if text.len() >= ATOM_LEAST && text.is_ascii() => vec![vec![text.to_owned()]],
            _ => Vec::new(),
        },
        HirKind::Concat(parts) => parts.iter().flat_map(clauses).collect(),
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                // One part without atoms, and a match may hold none.
                let Some(best) = clauses(part).into_iter().max_by_key(|atoms| worth(atoms)) else { return Vec::new() };
                all.extend(best);
            }
            if all.len() <= ATOMS_MOST { vec![all] } else { Vec::new() }
        }
        HirKind::Repetition(repetition) if repetition.min > 0 => clauses(&repetition.sub),
        HirKind::Capture(capture) => clauses(&capture.sub),
        _ => Vec::new(),
    }
}

/// Long and few is better than short and many.
fn worth(atoms: &[String]) -> i64 {
    let shortest = atoms.iter().map(String::len).min().unwrap_or(0) as i64;
    shortest.min(8) * 16 - atoms.len() as i64 * 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_strings_no_match_is_without() {
        for (expression, expected) in [
            (r"(?:sample|test)[^.]{0,40}\b(?:unpaid|for free)", &[&["for free", "unpaid"][..], &["sample", "test"]][..]),
            (r"net ?\d+", &[&["net"]]),
            (r"\d+ ?%", &[]),
            (r"(?:ab|milestone)", &[]),
            (r"pays?\b", &[&["pay"]]),
            (r"(?:no )?(?:very )+late", &[&["very "], &["late"]]),
        ] {
            assert_eq!(clauses_of(expression), expected, "{expression}");
        }
    }

    #[test]
    fn words_inside_addresses_are_no_words() {
        for (text, word, inside) in [
            ("see https://citymd.com/urgent-care now", "urgent", true),
            ("ask cargurus.com", "gurus", true),
            ("a guru, please", "guru", false),
            ("mail hustle@example.org", "hustle", true),
        ] {
            let at = text.find(word).unwrap();
            assert_eq!(is_in_address(text, &(at..at + word.len())), inside, "{text}");
        }
    }
}
