//! Rules arranged for searching: which strings make which expressions due, and every expression as a program. Made once
//! by the build script for the rules gigsieve ships, or when a person's own rules are loaded.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::pattern::{self, Compiled};
use crate::rules::{Expression, RuleSet, file};

/// The rules of a set by their strings. Rules, expressions, clauses, strings and programs are known by their numbers.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Index {
    /// What the automaton looks for: the first bytes of the strings.
    pub stems: Vec<String>,
    /// For each stem, the strings that begin with it.
    pub strings_of: Groups<u32>,
    /// The bytes of each string.
    pub strings: Groups<u8>,
    /// For each string, the rules of which it is a phrase.
    pub phrase_of: Groups<u32>,
    /// For each string, the clauses it satisfies.
    pub clauses_of: Groups<u32>,
    /// For each clause, the expressions that wait for it first of all.
    pub waiting: Groups<u32>,
    pub expressions: Vec<Wanted>,
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

/// Numbered lists, one after the other.
#[derive(Debug, Serialize, Deserialize)]
pub struct Groups<T> {
    items: Vec<T>,
    ends: Vec<u32>,
}

impl<T> Default for Groups<T> {
    fn default() -> Groups<T> {
        Groups { items: Vec::new(), ends: Vec::new() }
    }
}

impl<T> Groups<T> {
    fn push(&mut self, items: impl IntoIterator<Item = T>) {
        self.items.extend(items);
        self.ends.push(self.items.len() as u32);
    }

    /// The list with this number.
    pub fn of(&self, number: u32) -> &[T] {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.items[start as usize..self.ends[number] as usize]
    }

    /// How many lists there are.
    pub fn count(&self) -> usize {
        self.ends.len()
    }
}

/// An expression and when it is due: when its first clause and all others are met within its reach.
#[derive(Debug, Serialize, Deserialize)]
pub struct Wanted {
    pub rule: u32,
    pub program: u32,
    /// No match is longer, in bytes.
    pub reach: u32,
    /// A match begins at most so many bytes before a string of the first clause.
    pub before: u32,
    pub others: Vec<u32>,
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
}

impl Index {
    /// Arranges a set.
    pub fn of(set: &RuleSet) -> Index {
        let mut index = Index::default();
        let mut known = Known::default();
        for (number, rule) in set.rules.iter().enumerate() {
            for phrase in &rule.phrases {
                let string = known.string(phrase);
                known.phrase_of[string].push(number as u32);
            }
            for expression in &rule.regexes {
                known.expression(&mut index, number as u32, expression);
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
        let (negation, not_negation, systems, persons) = (words("negation"), words("not_negation"), words("systems"), words("persons"));
        index.guards = Words { negation, not_negation, systems, persons };
        known.strings_into(&mut index);
        index
    }
}

/// What has a number already, and lists that still grow.
#[derive(Default)]
struct Known {
    strings: HashMap<String, usize>,
    phrase_of: Vec<Vec<u32>>,
    clauses_of: Vec<Vec<u32>>,
    clauses: HashMap<Vec<String>, u32>,
    waiting: Vec<Vec<u32>>,
    programs: HashMap<String, u32>,
}

/// Bytes of a stem: few make a small automaton, which is soon built, and leave few strings to compare.
const STEM: usize = 4;

impl Known {
    fn string(&mut self, string: &str) -> usize {
        *self.strings.entry(string.to_owned()).or_insert_with(|| {
            self.phrase_of.push(Vec::new());
            self.clauses_of.push(Vec::new());
            self.phrase_of.len() - 1
        })
    }

    fn clause(&mut self, atoms: &[String]) -> u32 {
        if let Some(&known) = self.clauses.get(atoms) {
            return known;
        }
        let number = self.waiting.len() as u32;
        self.waiting.push(Vec::new());
        self.clauses.insert(atoms.to_vec(), number);
        for atom in atoms {
            let string = self.string(atom);
            self.clauses_of[string].push(number);
        }
        number
    }

    fn program(&mut self, index: &mut Index, source: &str, compiled: &Compiled) -> u32 {
        *self.programs.entry(source.to_owned()).or_insert_with(|| {
            let start = index.code.len() as u32;
            index.code.to_mut().extend(compiled.pattern.to_bytes());
            index.programs.push((start, index.code.len() as u32));
            (index.programs.len() - 1) as u32
        })
    }

    fn expression(&mut self, index: &mut Index, rule: u32, expression: &Expression) {
        let number = index.expressions.len() as u32;
        let compiled = &expression.compiled;
        let program = self.program(index, &expression.source, compiled);
        let clauses: Vec<u32> = compiled.clauses.iter().map(|clause| self.clause(&clause.atoms)).collect();
        let others = match clauses.split_first() {
            Some((&first, others)) => {
                self.waiting[first as usize].push(number);
                others.to_vec()
            }
            None => {
                index.always.push(number);
                Vec::new()
            }
        };
        let before = compiled.clauses.first().map_or(0, |clause| clause.before);
        index.expressions.push(Wanted { rule, program, reach: compiled.reach, before, others });
    }

    fn strings_into(self, index: &mut Index) {
        let mut by_stem: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        let mut strings: Vec<(String, usize)> = self.strings.into_iter().collect();
        strings.sort_by_key(|(_, number)| *number);
        for (string, number) in &strings {
            // A stem may end inside a character; strings beyond ASCII are phrases, and few.
            let stem = if string.is_ascii() { &string[..string.len().min(STEM)] } else { string };
            by_stem.entry(stem.to_owned()).or_default().push(*number as u32);
            index.strings.push(string.bytes());
        }
        for (stem, strings) in by_stem {
            index.stems.push(stem);
            index.strings_of.push(strings);
        }
        self.phrase_of.into_iter().for_each(|rules| index.phrase_of.push(rules));
        self.clauses_of.into_iter().for_each(|clauses| index.clauses_of.push(clauses));
        self.waiting.into_iter().for_each(|expressions| index.waiting.push(expressions));
    }
}
