//! Rules arranged for searching: which strings make which expressions due, and every expression as a program. Made once
//! by the build script for the rules gigsieve ships, or when a person's own rules are loaded.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::pattern::{self, Compiled};
use crate::rules::{Expression, RuleSet, file};

/// The rules of a set by their strings. Rules, expressions, clauses, strings and programs are known by their numbers.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Index {
    /// What the automaton looks for.
    pub strings: Vec<String>,
    /// For each string, what it means to meet it.
    pub meanings: Vec<Meaning>,
    /// For each clause, the expressions that wait for it first of all.
    pub waiting: Vec<Vec<u32>>,
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
    pub code: Vec<u8>,
}

/// What it means that a string is in the text.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Meaning {
    /// The rules of which it is a phrase.
    pub phrase_of: Vec<u32>,
    /// The clauses it satisfies.
    pub clauses: Vec<u32>,
}

/// An expression and when it is due: when its first clause and all others are met within its reach.
#[derive(Debug, Serialize, Deserialize)]
pub struct Wanted {
    pub rule: u32,
    pub program: u32,
    /// In bytes.
    pub reach: u32,
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
                let string = known.string(&mut index, phrase);
                index.meanings[string].phrase_of.push(number as u32);
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
            if !rule.has_words {
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
        index
    }
}

/// What has a number already.
#[derive(Default)]
struct Known {
    strings: HashMap<String, usize>,
    clauses: HashMap<Vec<String>, u32>,
    programs: HashMap<String, u32>,
}

impl Known {
    fn string(&mut self, index: &mut Index, string: &str) -> usize {
        *self.strings.entry(string.to_owned()).or_insert_with(|| {
            index.strings.push(string.to_owned());
            index.meanings.push(Meaning::default());
            index.strings.len() - 1
        })
    }

    fn clause(&mut self, index: &mut Index, atoms: &[String]) -> u32 {
        if let Some(&known) = self.clauses.get(atoms) {
            return known;
        }
        let number = index.waiting.len() as u32;
        index.waiting.push(Vec::new());
        self.clauses.insert(atoms.to_vec(), number);
        for atom in atoms {
            let string = self.string(index, atom);
            index.meanings[string].clauses.push(number);
        }
        number
    }

    fn program(&mut self, index: &mut Index, source: &str, compiled: &Compiled) -> u32 {
        *self.programs.entry(source.to_owned()).or_insert_with(|| {
            let start = index.code.len() as u32;
            index.code.extend(compiled.pattern.to_bytes());
            index.programs.push((start, index.code.len() as u32));
            (index.programs.len() - 1) as u32
        })
    }

    fn expression(&mut self, index: &mut Index, rule: u32, expression: &Expression) {
        let number = index.expressions.len() as u32;
        let clauses: Vec<u32> = expression.compiled.clauses.iter().map(|atoms| self.clause(index, atoms)).collect();
        let program = self.program(index, &expression.source, &expression.compiled);
        let others = match clauses.split_first() {
            Some((&first, others)) => {
                index.waiting[first as usize].push(number);
                others.to_vec()
            }
            None => {
                index.always.push(number);
                Vec::new()
            }
        };
        index.expressions.push(Wanted { rule, program, reach: expression.compiled.reach, others });
    }
}
