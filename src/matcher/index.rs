//! Rules arranged for searching: which strings make which expressions due, and every expression as a program. Made once
//! by the build script for the rules gigsieve ships, or when a person's own rules are loaded.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::pattern::trie::{self, Trie};
use crate::pattern::{self, Compiled, Sample, Way};
use crate::rules::{Expression, RuleSet, file};

/// The rules of a set by their strings. Rules, expressions, phrases and programs are known by their numbers.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Index {
    /// What makes phrases and expressions due: numbers of ways, doubled, one more for what a way needs beside its
    /// trigger; numbers of phrases, from [`PHRASE`] on.
    #[serde(skip)]
    pub trie: Trie,
    /// The rule and the length of each phrase.
    pub phrases: Vec<(u32, u32)>,
    pub expressions: Vec<Wanted>,
    pub ways: Vec<WayOf>,
    /// Expressions that no string announces.
    pub always: Vec<u32>,
    /// For each rule, the programs of its windows.
    pub windows: Vec<Windows>,
    /// For each rule, what other rules must have done.
    pub conditions: Vec<Conditions>,
    /// Rules with facts alone, and composite rules, in the order of the files.
    pub wordless: Vec<u32>,
    pub guards: Words,
    /// Where each program lies in the code.
    pub programs: Vec<(u32, u32)>,
    /// All programs, one after the other.
    #[serde(skip)]
    pub code: Cow<'static, [u8]>,
}

/// The number of the first phrase.
pub const PHRASE: u32 = 1 << 31;

/// An expression that the trie makes due.
#[derive(Debug, Serialize, Deserialize)]
pub struct Wanted {
    pub rule: u32,
    pub program: u32,
    /// No match is longer, in bytes.
    pub reach: u32,
}

/// A way in which an expression can match.
#[derive(Debug, Serialize, Deserialize)]
pub struct WayOf {
    pub expression: u32,
    /// How far after the beginning of a match something stands that it needs beside its trigger, if it does.
    pub also: Option<(u32, u32)>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Windows {
    pub near: Vec<u32>,
    pub unless: Vec<u32>,
}

/// For each name of another rule or family, the rules of which one must have hit.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Conditions {
    pub all_of: Vec<Vec<u32>>,
    pub any_of: Vec<Vec<u32>>,
    pub none_of: Vec<Vec<u32>>,
}

/// Programs of the words that guards go by.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Words {
    pub negation: Option<u32>,
    pub not_negation: Option<u32>,
    pub systems: Option<u32>,
    pub persons: Option<u32>,
    pub afar: Option<u32>,
}

impl Index {
    /// Arranges a set.
    pub fn of(set: &RuleSet) -> Index {
        let mut index = Index::default();
        let examples = set.rules.iter().flat_map(|rule| rule.hits.iter().chain(&rule.misses));
        let sample = Sample::of(examples.map(String::as_str));
        let expressions: Vec<&Expression> = set.rules.iter().flat_map(|rule| &rule.regexes).collect();
        let mut ways = ways_of(&expressions, &sample).into_iter();
        let mut known = Known::default();
        for (number, rule) in set.rules.iter().enumerate() {
            for phrase in &rule.phrases {
                let item = trie::Item { what: PHRASE + index.phrases.len() as u32, least: 0, most: 0 };
                index.phrases.push((number as u32, phrase.len() as u32));
                known.trie.add(phrase.as_bytes(), phrase.starts_with(|first: char| first.is_ascii_alphanumeric()), false, item);
            }
            for expression in &rule.regexes {
                known.expression(&mut index, number as u32, expression, ways.next().flatten());
            }
            let mut windows = |windows: &[crate::rules::Window]| {
                windows.iter().filter_map(|window| window.words.as_ref()).map(|words| known.program(&mut index, &words.source, &words.compiled)).collect()
            };
            let windows = Windows { near: windows(&rule.near), unless: windows(&rule.unless) };
            index.windows.push(windows);
            let rules_of = |name: &String| -> Vec<u32> {
                let named = |other: &crate::rules::Rule| other.id == *name;
                let of_family = |other: &crate::rules::Rule| set.family(other).id == *name;
                let is_rule = set.rules.iter().any(named);
                (0u32..).zip(&set.rules).filter(|(_, other)| if is_rule { named(other) } else { of_family(other) }).map(|(at, _)| at).collect()
            };
            let rules_of = |names: &[String]| names.iter().map(rules_of).collect();
            index.conditions.push(Conditions { all_of: rules_of(&rule.all_of), any_of: rules_of(&rule.any_of), none_of: rules_of(&rule.none_of) });
            if !rule.has_words && !rule.cues {
                index.wordless.push(number as u32);
            }
        }
        let mut words = |name: &str| {
            let source = file::whole_words(&set.lists.expand(&format!("@{name}")).ok()?);
            let compiled = pattern::compile(&source).ok()?;
            Some(known.program(&mut index, &source, &compiled))
        };
        index.guards = Words {
            negation: words("negation"),
            not_negation: words("not_negation"),
            systems: words("systems"),
            persons: words("persons"),
            afar: words("afar"),
        };
        index.trie = known.trie.grown();
        index
    }
}

/// The ways of each expression, found on all cores: a person's own rules are arranged whenever the program starts.
fn ways_of(expressions: &[&Expression], sample: &Sample) -> Vec<Option<Vec<Way>>> {
    let of = |part: &[&Expression]| -> Vec<_> { part.iter().map(|expression| pattern::ways(&expression.source, sample)).collect() };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    if threads == 1 {
        return of(expressions);
    }
    // Small parts, for a few expressions cost as much as all others.
    let next = std::sync::atomic::AtomicUsize::new(0);
    let parts: Vec<_> = expressions.chunks(16).collect();
    let work = || -> Vec<_> {
        let turns = std::iter::repeat_with(|| next.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        turns.map_while(|turn| Some((turn, of(parts.get(turn)?)))).collect()
    };
    let mut done: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("deriving strings cannot fail")).collect()
    });
    done.sort_by_key(|(turn, _)| *turn);
    done.into_iter().flat_map(|(_, ways)| ways).collect()
}

/// What still grows, and what has a number already.
#[derive(Default)]
struct Known {
    trie: trie::Growing,
    programs: HashMap<String, u32>,
}

impl Known {
    fn program(&mut self, index: &mut Index, source: &str, compiled: &Compiled) -> u32 {
        *self.programs.entry(source.to_owned()).or_insert_with(|| {
            let start = index.code.len() as u32;
            index.code.to_mut().extend(compiled.pattern.to_bytes());
            index.programs.push((start, index.code.len() as u32));
            (index.programs.len() - 1) as u32
        })
    }

    fn expression(&mut self, index: &mut Index, rule: u32, expression: &Expression, ways: Option<Vec<Way>>) {
        let number = index.expressions.len() as u32;
        let program = self.program(index, &expression.source, &expression.compiled);
        index.expressions.push(Wanted { rule, program, reach: expression.compiled.reach });
        let Some(ways) = ways else {
            index.always.push(number);
            return;
        };
        let short = |distance: u32| u16::try_from(distance).unwrap_or(u16::MAX);
        for way in ways {
            let what = index.ways.len() as u32 * 2;
            for (what, triggers) in [(what, &way.triggers), (what + 1, &way.also)] {
                for trigger in triggers {
                    let item = trie::Item { what, least: short(trigger.least), most: short(trigger.most) };
                    self.trie.add(&trigger.atom, trigger.begins, trigger.ends, item);
                }
            }
            let least = way.also.iter().map(|trigger| trigger.least).min();
            let most = way.also.iter().map(|trigger| trigger.most).max();
            index.ways.push(WayOf { expression: number, also: least.zip(most) });
        }
    }
}
