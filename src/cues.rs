//! Learned words: single words and pairs of neighbours that together speak for a family, or against it.
//!
//! No rule writer thinks of "currently" or "our existing", yet careful readers go by such words. `gigsieve rules fit`
//! learns from labelled posts how much each adds to the belief in a family; `patterns/en/cues.toml` holds the result,
//! and a rule with `cues = true` stands for the sum. Nothing here decides: [`crate::verdict`] does.

use std::collections::HashMap;
use std::ops::Range;

use crate::facts::Field;
use crate::matcher::Hit;
use crate::rules::RuleSet;
use crate::text::Folded;

/// Sums nearer to nothing than this say nothing, in tenths of a unit of log-odds.
const LEAST: i32 = 3;

/// Posts of fewer words than this are left to the rules: their words are too few to be weighed.
pub const WORDS_LEAST: usize = 40;

/// What stands for every post in the table: where the sum begins.
pub const EVERY: &str = "*";

/// Words named with a sum: the strongest tell enough.
const NAMED: usize = 5;

/// The learned words of a set of rules, arranged for looking up.
pub struct Cues {
    /// Word or pair, by its hash, to its weights.
    table: HashMap<u64, Weights>,
    /// Rules of figures, by their index, to their weights.
    of_rules: HashMap<usize, Weights>,
    /// For each family that has learned words, the rule that stands for them, and where its sum begins.
    rules: Vec<(usize, i32)>,
}

/// For rules, by their place in [`Cues::rules`]: tenths of a unit of log-odds.
type Weights = Vec<(u16, i16)>;

/// What the words of a post come to for one family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// Index in [`RuleSet::rules`] of the rule that stands for them.
    pub rule: usize,
    /// In tenths of a unit of log-odds; below zero the words speak against the family.
    pub strength: i32,
    /// Where the strongest stands, in bytes of the post's own title or body.
    pub spot: Option<(Field, Range<usize>)>,
    /// The strongest, as they stand in the table.
    pub words: Vec<String>,
}

/// A word, or two neighbours in a sentence, as met in a folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gram<'a> {
    pub hash: u64,
    pub words: (&'a str, Option<&'a str>),
    pub span: Range<usize>,
}

impl Gram<'_> {
    /// As it stands in the table.
    pub fn text(&self) -> String {
        match self.words {
            (first, None) => first.to_owned(),
            (first, Some(second)) => format!("{first} {second}"),
        }
    }
}

impl Cues {
    pub fn of(set: &RuleSet) -> Cues {
        let mut cues = Cues { table: HashMap::new(), of_rules: HashMap::new(), rules: Vec::new() };
        for (rule, _) in set.rules.iter().enumerate().filter(|(_, rule)| rule.cues) {
            let Some(words) = set.cues.get(&set.family(&set.rules[rule]).id) else { continue };
            let place = cues.rules.len() as u16;
            cues.rules.push((rule, words.iter().find(|(text, _)| text == EVERY).map_or(0, |(_, weight)| i32::from(*weight))));
            for (text, weight) in words {
                let weights = match text.strip_prefix('@') {
                    Some(id) => match set.rules.iter().position(|rule| rule.id == id) {
                        Some(figure) => cues.of_rules.entry(figure).or_default(),
                        None => continue,
                    },
                    None => cues.table.entry(hash_of(text)).or_default(),
                };
                weights.push((place, *weight));
            }
        }
        cues
    }

    /// What the words of a post, and the figures its rules found, come to for each family with learned words.
    pub fn find(&self, title: &Folded, body: &Folded, hits: &[Hit]) -> Vec<Spoken> {
        if self.rules.is_empty() {
            return Vec::new();
        }
        let mut sums: Vec<i32> = self.rules.iter().map(|(_, start)| *start).collect();
        let mut count = 0;
        let mut met: Vec<(u64, &Weights, Field, Gram<'_>)> = Vec::new();
        for (field, folded) in [(Field::Title, title), (Field::Body, body)] {
            grams(&folded.text, |gram| {
                count += usize::from(gram.words.1.is_none());
                if let Some(weights) = self.table.get(&gram.hash) {
                    met.push((gram.hash, weights, field, gram));
                }
            });
        }
        if count < WORDS_LEAST {
            return Vec::new();
        }
        // Each counts once: the first time it stands in the post.
        met.sort_by_key(|(hash, ..)| *hash);
        met.dedup_by_key(|(hash, ..)| *hash);
        let weights = met.iter().map(|(_, weights, ..)| *weights).chain(hits.iter().filter_map(|hit| self.of_rules.get(&hit.rule)));
        for (place, weight) in weights.flatten() {
            sums[usize::from(*place)] += i32::from(*weight);
        }
        let spoken = sums.iter().enumerate().filter(|(_, sum)| sum.abs() >= LEAST);
        spoken.map(|(place, &strength)| self.spoken(place as u16, strength, &met, title, body)).collect()
    }

    fn spoken(&self, place: u16, strength: i32, met: &[(u64, &Weights, Field, Gram<'_>)], title: &Folded, body: &Folded) -> Spoken {
        let weight_of = |weights: &Weights| weights.iter().find(|(of, _)| *of == place).map_or(0, |(_, weight)| i32::from(*weight) * strength.signum());
        let mut telling: Vec<_> = met.iter().map(|(_, weights, field, gram)| (weight_of(weights), *field, gram)).filter(|(weight, ..)| *weight > 0).collect();
        telling.sort_by_key(|(weight, field, gram)| (-weight, *field == Field::Body, gram.span.start));
        let spot = telling.first().map(|(_, field, gram)| (*field, if *field == Field::Title { title } else { body }.original(gram.span.clone())));
        let words = telling.iter().take(NAMED).map(|(_, _, gram)| gram.text()).collect();
        Spoken { rule: self.rules[usize::from(place)].0, strength, spot, words }
    }
}

/// Whether the learned words are of this language; a text too short to tell counts as English.
pub fn reads(language: Option<&str>) -> bool {
    matches!(language, None | Some("en"))
}

/// Every word and every pair of neighbours in a sentence. A figure is `#`, whatever its value; signs of money are words.
pub fn grams<'a>(folded: &'a str, mut each: impl FnMut(Gram<'a>)) {
    let bytes = folded.as_bytes();
    let mut before: Option<(&str, u64, usize)> = None;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let (word, end) = match byte {
            b'a'..=b'z' => {
                let mut end = at + 1;
                while end < bytes.len() && (bytes[end].is_ascii_lowercase() || bytes[end] == b'\'' && bytes.get(end + 1).is_some_and(u8::is_ascii_lowercase)) {
                    end += 1;
                }
                (&folded[at..end], end)
            }
            b'0'..=b'9' => {
                let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                ("#", at + digits)
            }
            b'$' => ("$", at + 1),
            _ => {
                if matches!(byte, b'.' | b'!' | b'?' | b'\n' | b';' | b':') {
                    before = None;
                }
                at += 1;
                continue;
            }
        };
        let hash = hash_word(word);
        each(Gram { hash, words: (word, None), span: at..end });
        if let Some((first, first_hash, start)) = before {
            each(Gram { hash: pair(first_hash, hash), words: (first, Some(word)), span: start..end });
        }
        before = Some((word, hash, at));
        at = end;
    }
}

/// The hash of a word, or of a pair with one blank between, as it stands in the table.
pub fn hash_of(text: &str) -> u64 {
    match text.split_once(' ') {
        Some((first, second)) => pair(hash_word(first), hash_word(second)),
        None => hash_word(text),
    }
}

/// FNV-1a: short words, no enemies (a table is as good as its words, whoever wrote the post).
fn hash_word(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn pair(first: u64, second: u64) -> u64 {
    (first.rotate_left(17) ^ second).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_stay_within_a_sentence_and_figures_are_alike() {
        let mut met = Vec::new();
        grams("we don't pay $500. our 12 shops", |gram| met.push(gram.text()));
        let expected = ["we", "don't", "we don't", "pay", "don't pay", "$", "pay $", "#", "$ #", "our", "#", "our #", "shops", "# shops"];
        assert_eq!(met, expected);
    }

    #[test]
    fn the_hash_of_a_text_is_that_of_its_gram() {
        grams("for our bakery", |gram| assert_eq!(gram.hash, hash_of(&gram.text())));
    }
}
