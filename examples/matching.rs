//! The matcher beside other engines: hands them its expressions and the texts, times itself over posts in memory, tries
//! every rule on every post with the `regex` crate, and grows its rules. Runs for `benches/whole/measure.py`, which
//! makes the ratios; reading, folding, facts and verdict are not in the times, but for `judge`.
//!
//! ```text
//! matching dump FOLDER   expressions (rule, tab, expression; one a line) and folded texts (each ends with a zero byte)
//! matching find          Matcher::find, every rule with its guards
//! matching judge         Sieve::judge: folding, facts and verdict as well
//! matching each          every expression of every rule, until one of the rule matches: the way of SpamAssassin
//! matching grow          Matcher::find with 250 to 4,000 rules
//! ```
//!
//! Posts come as JSON lines on standard input. Times are seconds of processor time.

use gigsieve::facts::Facts;
use gigsieve::matcher::{Matcher, PostText};
use gigsieve::pattern;
use gigsieve::post::Post;
use gigsieve::profile::Profile;
use gigsieve::read::{Document, Limits, read};
use gigsieve::rules::{Expression, Rule, RuleSet};
use gigsieve::sieve::{Sieve, language};
use gigsieve::text::{Folded, fingerprint};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::{Read, Write};
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

type Failure = Box<dyn std::error::Error>;

/// Rounds of which the median counts, and what one takes at least: shorter times are not told exactly.
const ROUNDS: usize = 5;
const ROUND_LEAST: f64 = 0.3;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_default();
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    let posts = read(&Document { bytes, ..Document::default() }, &Limits::default()).posts;
    match what.as_str() {
        "dump" => dump(&posts, &arguments.next().unwrap_or_default())?,
        "find" => {
            let (set, matcher) = Matcher::ready();
            find(&set, &matcher, &ready(&posts)).print();
        }
        "judge" => {
            let sieve = Sieve::default();
            let in_words = |post| sieve.judge(black_box(post)).verdict.hits.iter().filter(|finding| sieve.rules().rules[finding.hit.rule].has_words).count();
            timed(|| posts.iter().map(in_words).sum()).print();
        }
        "each" => each(&posts)?,
        "grow" => grow(&posts)?,
        _ => return Err("dump, find, judge, each or grow, please".into()),
    }
    Ok(())
}

/// What rounds took, and how many rules each found by their words.
struct Taken {
    seconds: f64,
    found: usize,
}

impl Taken {
    fn print(&self) {
        println!(r#"{{"seconds": {}, "found": {}}}"#, self.seconds, self.found);
    }
}

/// The median of some rounds; the first, which reads programs and fills caches, does not count.
fn timed(mut work: impl FnMut() -> usize) -> Taken {
    work();
    let start = Instant::now();
    let found = work();
    let repeats = (ROUND_LEAST / start.elapsed().as_secs_f64()).ceil().max(1.0) as usize;
    let mut taken: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = processor_seconds();
            (0..repeats).for_each(|_| _ = black_box(work()));
            (processor_seconds() - start) / repeats as f64
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    Taken { seconds: taken[ROUNDS / 2], found }
}

/// What this thread has had of a processor, where the system tells it; else the time that went by.
fn processor_seconds() -> f64 {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split_whitespace().next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| START.elapsed().as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}

/// A post as the matcher takes it.
struct Ready<'a> {
    title: Folded,
    body: Folded,
    facts: Facts,
    language: Option<&'static str>,
    marketplace: Option<&'a str>,
}

fn ready(posts: &[Post]) -> Vec<Ready<'_>> {
    let ready = |post| {
        let post: &Post = post;
        let (title, body) = (Folded::of(&post.title), Folded::of(&post.body));
        Ready { facts: Facts::read(post, &title, &body), title, body, language: language(post), marketplace: post.marketplace.as_deref() }
    };
    posts.iter().map(ready).collect()
}

fn find(set: &RuleSet, matcher: &Matcher, posts: &[Ready<'_>]) -> Taken {
    let profile = Profile::default();
    let hits = |post: &Ready<'_>| {
        let text = PostText { title: &post.title, body: &post.body, language: post.language, marketplace: post.marketplace };
        let findings = matcher.find(set, black_box(&text), &post.facts, &profile);
        findings.hits.iter().filter(|hit| set.rules[hit.rule].has_words).count()
    };
    timed(|| posts.iter().map(hits).sum())
}

/// What a rule looks for in words: its expressions, and its phrases as expressions.
fn expressions(rule: &Rule) -> impl Iterator<Item = String> + '_ {
    rule.phrases.iter().map(|phrase| whole(phrase)).chain(rule.regexes.iter().map(|expression| expression.source.clone()))
}

fn whole(phrase: &str) -> String {
    let edge = |byte: Option<u8>| if byte.is_some_and(|byte| byte.is_ascii_alphanumeric()) { r"\b" } else { "" };
    format!("{}{}{}", edge(phrase.bytes().next()), regex::escape(phrase), edge(phrase.bytes().last()))
}

fn texts(posts: &[Post]) -> Vec<String> {
    posts.iter().map(|post| format!("{}\n{}", Folded::of(&post.title).text, Folded::of(&post.body).text)).collect()
}

fn dump(posts: &[Post], folder: &str) -> Result<(), Failure> {
    let mut file = std::fs::File::create(format!("{folder}/expressions"))?;
    for (number, rule) in RuleSet::builtin().rules.iter().enumerate() {
        expressions(rule).try_for_each(|expression| writeln!(file, "{number}\t{expression}"))?;
    }
    let mut file = std::fs::File::create(format!("{folder}/texts"))?;
    texts(posts).iter().try_for_each(|text| write!(file, "{text}\0"))?;
    Ok(())
}

fn each(posts: &[Post]) -> Result<(), Failure> {
    let compile = |expression: String| regex::bytes::RegexBuilder::new(&expression).unicode(false).multi_line(true).build();
    let set = RuleSet::builtin();
    let rules: Vec<Vec<_>> = set.rules.iter().map(|rule| expressions(rule).map(compile).collect()).collect::<Result<_, _>>()?;
    let texts = texts(posts);
    let hits = |text: &String| rules.iter().filter(|rule| rule.iter().any(|expression| expression.is_match(black_box(text.as_bytes())))).count();
    timed(|| texts.iter().map(hits).sum()).print();
    Ok(())
}

/// Rules in numbers: up to the built-in ones an even choice of them, beyond that varied copies as well.
fn grow(posts: &[Post]) -> Result<(), Failure> {
    let posts = ready(posts);
    let builtin = RuleSet::builtin();
    let all = builtin.rules.len();
    let vocabulary = Vocabulary::of(&builtin);
    for count in [250, all, 1000, 2000, 4000] {
        let mut set = builtin.clone();
        set.rules = if count <= all {
            (0..count).map(|at| builtin.rules[at * all / count].clone()).collect()
        } else {
            (0..count).map(|at| vocabulary.varied(&builtin.rules[at % all], at / all)).collect::<Result<_, _>>()?
        };
        let expressions: usize = set.rules.iter().map(|rule| rule.regexes.len() + rule.phrases.len()).sum();
        let taken = find(&set, &Matcher::new(&set), &posts);
        println!(r#"{{"rules": {count}, "expressions": {expressions}, "seconds": {}, "found": {}}}"#, taken.seconds, taken.found);
    }
    Ok(())
}

/// The words of all rules by their length, in an order without order. A copy of a rule has its words exchanged for
/// others of the list, so its triggers are others, but about as common in posts.
struct Vocabulary(BTreeMap<usize, Vec<(u64, String)>>);

/// A word's place in that order, and the word.
fn shuffled(word: &str) -> (u64, String) {
    (fingerprint(&[word]), word.to_owned())
}

/// Shorter runs of letters are endings and small words, which every rule shares.
const WORD_LEAST: usize = 4;

impl Vocabulary {
    fn of(set: &RuleSet) -> Vocabulary {
        let mut by_length: BTreeMap<usize, Vec<(u64, String)>> = BTreeMap::new();
        for rule in &set.rules {
            for expression in rule.regexes.iter().map(|expression| &expression.source).chain(&rule.phrases) {
                words(expression).into_iter().for_each(|word| by_length.entry(word.len()).or_default().push(shuffled(&expression[word])));
            }
        }
        for words in by_length.values_mut() {
            words.sort_unstable();
            words.dedup();
        }
        Vocabulary(by_length)
    }

    /// The same word everywhere becomes the same other word.
    fn exchanged(&self, expression: &str, copy: usize) -> String {
        let mut exchanged = expression.to_owned();
        for word in words(expression) {
            let others = &self.0[&word.len()];
            let at = others.binary_search(&shuffled(&expression[word.clone()])).unwrap_or_default();
            exchanged.replace_range(word, &others[(at + copy) % others.len()].1);
        }
        exchanged
    }

    fn varied(&self, rule: &Rule, copy: usize) -> Result<Rule, Failure> {
        let mut rule = rule.clone();
        if copy == 0 {
            return Ok(rule);
        }
        rule.id = format!("{}-{copy}", rule.id);
        for phrase in &mut rule.phrases {
            *phrase = self.exchanged(phrase, copy);
        }
        for expression in &mut rule.regexes {
            let source = self.exchanged(&expression.source, copy);
            *expression = Expression { compiled: Arc::new(pattern::compile(&source)?), source };
        }
        Ok(rule)
    }
}

/// The runs of letters of an expression that stand for themselves: no escapes, no classes.
fn words(expression: &str) -> Vec<Range<usize>> {
    let bytes = expression.as_bytes();
    let (mut found, mut at, mut in_class) = (Vec::new(), 0, false);
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b'\\' => at += 2,
            b'[' => (at, in_class) = (at + 1, true),
            b']' => (at, in_class) = (at + 1, false),
            b'a'..=b'z' => {
                at += bytes[at..].iter().take_while(|byte| byte.is_ascii_lowercase()).count();
                if at - start >= WORD_LEAST && !in_class {
                    found.push(start..at);
                }
            }
            _ => at += 1,
        }
    }
    found
}
