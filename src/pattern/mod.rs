//! Expressions of rules: the syntax of the `regex` crate over bytes, made into small programs that are ready when the
//! build is done.
//!
//! There are thousands of expressions, and a post needs a few dozen of them once: whatever is built per expression when
//! the program starts, or when an expression first runs, is dearer than all the matching. So [`compile`] runs in
//! the build script, its result is stored, and [`Pattern::find`] runs it as it lies. The tests hold every answer
//! against the `regex` crate. What announces a match is in [`triggers`], and found
//! with [`trie`].

mod compile;
mod lead;
mod machine;
mod packed;
mod sample;
pub mod trie;
mod triggers;

use std::ops::{Range, RangeInclusive};

pub use machine::{Haystack, Scratch};
pub use sample::Sample;
pub use triggers::{Trigger, Way};

/// A compiled expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    steps: Vec<Step>,
    /// Where a match begins.
    start: u32,
    /// The bytes of all literals.
    literals: Vec<u8>,
    sets: Vec<Set>,
    arms: Vec<Arm>,
    /// What a match can begin with.
    lead: Option<Lead>,
    starts: Starts,
    /// What can follow runs.
    leads: Vec<Lead>,
    /// How many places remember what was tried there.
    marks: u32,
    /// How many runs have no bound.
    runs: u16,
}

/// Where a match can begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Starts {
    Anywhere,
    /// Where a word begins.
    Word,
    /// Where a word begins or ends.
    Edge,
    /// Where a line begins.
    Line,
}

/// One step of a program. `next` is the number of the step after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// These bytes, `at` in the literals.
    Literal {
        at: u32,
        length: u32,
        next: u32,
    },
    /// One byte of a set.
    Byte {
        set: u16,
        next: u32,
    },
    /// Between `least` and `most` bytes of a set, then a byte of `then`, if there is such a set, which is not consumed.
    /// Runs without a bound have a `number`, under which the ends tried are remembered.
    /// `onward` is the number of the lead of what follows, where it has one.
    Run {
        set: u16,
        least: u32,
        most: u32,
        greedy: bool,
        then: Option<u16>,
        onward: Option<u16>,
        number: Option<u16>,
        next: u32,
    },
    Look {
        look: Look,
        next: u32,
    },
    /// The first way, and if it leads nowhere the second.
    Split {
        first: u32,
        second: u32,
    },
    /// The way for the next byte, among `count` arms; `end` is the way at the end of the text.
    Switch {
        arms: u32,
        count: u32,
        end: Option<u32>,
    },
    /// Whoever comes here a second time at the same place has nothing to hope for.
    Mark {
        number: u32,
        next: u32,
    },
    Match,
}

/// The way of a range of bytes, as it is stored: its first and its last byte, and the number of the next step.
type Arm = [u8; 4];

/// Conditions on a place between two bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Start,
    End,
    LineStart,
    LineEnd,
    WordBoundary,
    NoWordBoundary,
    WordStart,
    WordEnd,
}

/// A set of bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
struct Set([u64; 4]);

impl Set {
    fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    fn union(&self, other: &Set) -> Set {
        Set(std::array::from_fn(|at| self.0[at] | other.0[at]))
    }
}

/// Beginnings of one, two and three bytes, the longer ones as hashes: what is not in it does not begin so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Lead {
    /// Whether they stand only where a word begins.
    at_word: bool,
    one: Set,
    two: Set,
    /// Wide, for lists of hundreds of words begin in hundreds of ways.
    three: [u64; 16],
}

impl Lead {
    fn of(beginnings: &[Vec<u8>]) -> Lead {
        let mut lead = Lead::default();
        for bytes in beginnings {
            match bytes[..] {
                [a] => lead.one.insert(a),
                [a, b] => lead.two.insert(hash(a, b, 0) as u8),
                [a, b, c, ..] => {
                    let hash = hash(a, b, c);
                    lead.three[usize::from(hash >> 6)] |= 1 << (hash & 63);
                }
                [] => {}
            }
        }
        lead
    }

    /// Whether something may begin with this byte, and with these two and three by their hashes.
    fn has(&self, one: u8, two: u8, three: u16) -> bool {
        self.one.has(one) || self.two.has(two) || self.three[usize::from(three >> 6)] >> (three & 63) & 1 == 1
    }
}

/// Ten bits of three bytes.
fn hash(a: u8, b: u8, c: u8) -> u16 {
    (u32::from_le_bytes([a, b, c, 0]).wrapping_mul(0x9e37_79b1) >> 22) as u16
}

/// What is wrong with an expression.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct PatternError(String);

/// The expression as a tree: bytes, lines, no Unicode classes, as rules see text.
fn parse(expression: &str) -> Result<regex_syntax::hir::Hir, PatternError> {
    regex_syntax::ParserBuilder::new().unicode(false).utf8(false).multi_line(true).build().parse(expression).map_err(|error| {
        PatternError(match &error {
            regex_syntax::Error::Parse(error) => error.kind().to_string(),
            regex_syntax::Error::Translate(error) => error.kind().to_string(),
            _ => error.to_string(),
        })
    })
}

/// The bytes of a class; `None` where it has letters of several bytes.
fn bytes_of(class: &regex_syntax::hir::Class) -> Option<Vec<u8>> {
    use regex_syntax::hir::Class;
    let class = match class {
        Class::Bytes(class) => class.clone(),
        Class::Unicode(class) => class.to_byte_class()?,
    };
    Some(class.ranges().iter().flat_map(|range| range.start()..=range.end()).collect())
}

/// Everything about an expression that can be known before there is a text.
#[derive(Debug)]
pub struct Compiled {
    pub pattern: Pattern,
    /// No match is longer, in bytes; gaps without a bound are taken to end with the sentence.
    pub reach: u32,
}

/// Compiles an expression.
///
/// # Errors
/// A syntax that is none, or counted repetitions that make the program larger than [`compile::STEPS_MOST`].
pub fn compile(expression: &str) -> Result<Compiled, PatternError> {
    let tree = parse(expression)?;
    Ok(Compiled { pattern: compile::compile(&tree)?, reach: compile::reach(&tree) })
}

/// The ways in which an expression matches, and the strings that announce them; `None` where none do.
pub fn ways(expression: &str, sample: &Sample) -> Option<Vec<Way>> {
    triggers::ways(&parse(expression).ok()?, sample)
}

/// Letters, digits and `_`, as `\b` sees them.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl Pattern {
    /// The pattern as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        packed::pack(self)
    }

    /// The pattern from [`Pattern::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Option<Pattern> {
        packed::unpack(bytes)
    }

    /// The first match that lies within a window of the text, as the `regex` crate would find it.
    pub fn find(&self, text: &Haystack<'_>, window: Range<usize>, scratch: &mut Scratch) -> Option<Range<usize>> {
        machine::find(self, text, window.start..=window.end, window.end, scratch)
    }

    /// The first match that begins within a part of the text and ends before `end`.
    pub fn find_beginning(&self, text: &Haystack<'_>, starts: RangeInclusive<usize>, end: usize, scratch: &mut Scratch) -> Option<Range<usize>> {
        machine::find(self, text, starts, end, scratch)
    }

    /// The matches within a window, one after the other.
    pub fn find_all<'a>(&'a self, text: &'a Haystack<'_>, window: Range<usize>, scratch: &'a mut Scratch) -> impl Iterator<Item = Range<usize>> + 'a {
        let mut from = window.start;
        std::iter::from_fn(move || {
            let found = self.find(text, from.min(window.end)..window.end, scratch).filter(|_| from <= window.end)?;
            from = if found.is_empty() { found.end + 1 } else { found.end };
            Some(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every way an expression can be built, with words short enough that random texts match them.
    pub(super) const EXPRESSIONS: &[&str] = &[
        r"\b(?:ab|abc|b)c?\b",
        r"a[^.\n]{0,5}b",
        r"a[^.\n]{0,5}?b",
        r"(?:[a-c]+ ){0,3}?(?:c|ab)d?",
        r"(?:[a-c]+ ){1,3}d",
        r"(?:a|b|c|)d",
        r"(?:a*b?)*c",
        r"(?:ab|cd)+?\.",
        r"^a.*$",
        r"\Aab|b\z",
        r"(?:a|ab)(?:c|bcd)(?:d*)",
        r"[a-z]+\b \bb",
        r"\Bb",
        r"(?:aa|ab|ac|ba|bb) ?(?:a|b)?",
        r"",
        r"a{2,3}b{0}c{1}|(?:ab){2}",
        r"(?:(?:a|b) )*?d",
        r"a(?:b|é|€)c?",
        r"(?:é|a|\xe9)+d",
    ];

    pub(super) fn compiled(expression: &str) -> Pattern {
        compile(expression).expect("the expression is one").pattern
    }

    fn check(expression: &str, text: &str) {
        let oracle = regex::bytes::RegexBuilder::new(expression).unicode(false).multi_line(true).build().expect("the expression is one");
        let pattern = compiled(expression);
        let expected: Option<Range<usize>> = oracle.find(text.as_bytes()).map(|found| found.range());
        assert_eq!(pattern.find(&Haystack::of(text.as_bytes()), 0..text.len(), &mut Scratch::default()), expected, "{expression} in {text:?}");
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_the_regex_crate_finds(text in "[a-dé .\n€]{0,24}") {
            for expression in EXPRESSIONS {
                check(expression, &text);
            }
        }
    }

    /// What the matcher relies on: before every match stands a trigger of one of its ways, and what the way needs beside.
    fn check_triggers(expression: &str, text: &str, sample: &Sample) {
        let (Some(ways), pattern) = (ways(expression, sample), compiled(expression)) else { return };
        let bytes = text.as_bytes();
        let mut growing = trie::Growing::default();
        for (number, way) in (0..).zip(&ways) {
            for (what, triggers) in [(number * 2, &way.triggers), (number * 2 + 1, &way.also)] {
                for trigger in triggers {
                    let item = trie::Item { what, least: trigger.least as u16, most: trigger.most as u16 };
                    growing.add(&trigger.atom, trigger.begins, trigger.ends, item);
                }
            }
        }
        let trie = growing.grown();
        let haystack = Haystack::of(bytes);
        let mut seen = Vec::new();
        haystack.words().for_each(|at| trie.at_word(bytes, at, |item| seen.push((at, item))));
        (0..bytes.len()).for_each(|at| trie.anywhere(bytes, at, |item| seen.push((at, item))));
        for start in 0..=bytes.len() {
            if pattern.find_beginning(&haystack, start..=start, bytes.len(), &mut Scratch::default()).is_some() {
                let stands = |what: u32| {
                    seen.iter().any(|(at, item)| item.what == what && (start + usize::from(item.least)..=start + usize::from(item.most)).contains(at))
                };
                let announced = (0..).zip(&ways).any(|(number, way)| stands(number * 2) && (way.also.is_empty() || stands(number * 2 + 1)));
                assert!(announced, "{expression} at {start} in {text:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_match_is_without_its_triggers(text in "[a-dé .\n€]{0,24}", example in "[a-d ]{0,60}") {
            for sample in [Sample::of(["abcd ab cd. a b"]), Sample::of([example.as_str(), "ab ab ab abc abc c d"])] {
                for expression in EXPRESSIONS {
                    check_triggers(expression, &text, &sample);
                }
            }
        }
    }

    #[test]
    fn a_match_begins_and_ends_within_the_window_and_looks_beyond_it() {
        let pattern = compiled(r"\bab+");
        let found = |window| pattern.find(&Haystack::of(b"ab cabbb abbb"), window, &mut Scratch::default());
        assert_eq!(found(0..13), Some(0..2));
        assert_eq!(found(1..13), Some(9..13), "the a at 4 stands inside a word");
        assert_eq!(found(1..11), Some(9..11));
        assert_eq!(found(3..8), None);
        let beginning = |starts, end| pattern.find_beginning(&Haystack::of(b"ab cabbb abbb"), starts, end, &mut Scratch::default());
        assert_eq!(beginning(1..=9, 13), Some(9..13));
        assert_eq!(beginning(1..=8, 13), None, "it begins later");
        assert_eq!(beginning(1..=9, 10), None, "it ends later");
    }

    #[test]
    fn nested_repetitions_take_no_longer_than_their_text() {
        let text = "a".repeat(50_000);
        let pattern = compiled(r"(?:(?:a+)+a*)+b");
        assert_eq!(pattern.find(&Haystack::of(text.as_bytes()), 0..text.len(), &mut Scratch::default()), None);
    }

    #[test]
    fn an_expression_too_large_is_refused() {
        assert!(compile(r"(?:(?:(?:ab){200}){200}){200}").is_err());
    }
}
