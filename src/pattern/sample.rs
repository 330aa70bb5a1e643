//! How often strings stand in the language that rules are about, asked of the examples of the rules themselves.

use std::ops::Range;

/// Texts, and the places in them in the order of what follows.
pub struct Sample {
    text: Vec<u8>,
    words: Vec<u32>,
    bytes: Vec<u32>,
}

/// Strings are in order as far as so many bytes.
const ORDERED: usize = 24;

impl Sample {
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Sample {
        let mut text = Vec::new();
        for one in texts {
            text.extend(one.bytes().map(|byte| byte.to_ascii_lowercase()));
            text.push(b'\n');
        }
        let key = |&at: &u32| &text[at as usize..text.len().min(at as usize + ORDERED)];
        let mut bytes: Vec<u32> = (0..text.len() as u32).collect();
        bytes.sort_by(|a, b| key(a).cmp(key(b)));
        let is_word = |at: usize| text[at].is_ascii_alphanumeric() || text[at] == b'_';
        let begins = |&&at: &&u32| is_word(at as usize) && (at == 0 || !is_word(at as usize - 1));
        let words = bytes.iter().filter(begins).copied().collect();
        Sample { text, words, bytes }
    }

    fn places(&self, begins: bool) -> &[u32] {
        if begins { &self.words } else { &self.bytes }
    }

    /// All places, or those where a word begins.
    pub fn all(&self, begins: bool) -> Range<usize> {
        0..self.places(begins).len()
    }

    /// Of places with the same bytes before `depth`, those with this byte there.
    pub fn narrow(&self, begins: bool, among: Range<usize>, depth: usize, byte: u8) -> Range<usize> {
        let places = &self.places(begins)[among.clone()];
        let there = |at: &u32| self.text.get(*at as usize + depth).copied();
        let first = places.partition_point(|at| there(at) < Some(byte));
        let length = places[first..].partition_point(|at| there(at) == Some(byte));
        among.start + first..among.start + first + length
    }

    /// How many places these are; with `end` only those where a word ends after so many bytes.
    pub fn count(&self, begins: bool, among: Range<usize>, end: Option<usize>) -> usize {
        let Some(end) = end else { return among.len() };
        let ends = |at: &&u32| self.text.get(**at as usize + end).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
        self.places(begins)[among].iter().filter(ends).count()
    }
}
