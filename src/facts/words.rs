//! Walking folded text by hand: a cursor that takes figures and words, and tables of phrases to look for. What the
//! words mean is said in the tables of the modules that use this one.

use std::ops::Range;

/// A place in a folded text. What is found moves it on; what is not leaves it where it is.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    pub at: usize,
}

impl<'t> Cursor<'t> {
    pub fn new(text: &'t str, at: usize) -> Cursor<'t> {
        Cursor { text, at }
    }

    pub fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Takes exactly these characters.
    pub fn take(&mut self, literal: &str) -> bool {
        let found = self.rest().starts_with(literal);
        self.at += if found { literal.len() } else { 0 };
        found
    }

    /// Takes the first of several that stands here.
    pub fn take_one(&mut self, literals: &[&str]) -> bool {
        literals.iter().any(|literal| self.take(literal))
    }

    /// Takes a blank, if there is one; cleaned text has no two.
    pub fn blank(&mut self) -> &mut Self {
        self.take(" ");
        self
    }

    /// Takes the word that stands here if the table knows it.
    pub fn word<T>(&mut self, table: impl FnOnce(&'t str) -> Option<T>) -> Option<T> {
        let rest = self.rest();
        let length = rest.bytes().take_while(u8::is_ascii_lowercase).count();
        if length == 0 || rest.as_bytes().get(length).copied().is_some_and(is_word) {
            return None;
        }
        let found = table(&rest[..length])?;
        self.at += length;
        Some(found)
    }

    /// Takes the word that stands here if it is one of these.
    pub fn one_of(&mut self, words: &[&str]) -> bool {
        self.word(|word| words.contains(&word).then_some(())).is_some()
    }

    /// Whether a word goes on here.
    pub fn is_inside_word(&self) -> bool {
        self.rest().bytes().next().is_some_and(is_word)
    }

    /// Takes a figure as people write it: "1,500", "1.500,50", "1,50,000", "12,5", ".02".
    pub fn figure(&mut self) -> Option<f64> {
        let bytes = self.rest().as_bytes();
        let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let mut length = 0;
        while is_digit(length) || matches!(bytes.get(length), Some(b'.' | b',')) && is_digit(length + 1) {
            length += 1;
        }
        let figure = &self.rest()[..length];
        let value = match figure.rfind([',', '.']) {
            None => figure.parse().ok(),
            Some(last) => {
                let (before, after) = (&figure[..last], &figure[last + 1..]);
                let mark = figure.as_bytes()[last] as char;
                let first = before.split([',', '.']).next().unwrap_or_default();
                let is_grouped = after.len() == 3 && (1..=3).contains(&first.len()) && first != "0";
                match (is_grouped || mark == ',' && before.contains(mark), before.contains(mark)) {
                    (true, _) => figure.replace([',', '.'], "").parse().ok(),
                    (false, false) => format!("{}.{after}", before.replace([',', '.'], "")).parse().ok(),
                    // A version, a date, an address.
                    (false, true) => None,
                }
            }
        }?;
        self.at += length;
        Some(value)
    }

    /// Takes a figure or a small number in words; `a` is one.
    pub fn count(&mut self) -> Option<f64> {
        if let Some(figure) = self.figure() {
            return Some(figure);
        }
        let mut ahead = *self;
        if ahead.word(|word| (word == "a").then_some(())).is_some() && ahead.take(" ") && ["few", "couple"].iter().any(|few| ahead.rest().starts_with(few)) {
            *self = ahead;
        }
        let count = self.word(number_word)?;
        self.take(" of");
        Some(count)
    }

    /// Takes the end of a range after its start: "-20", " to 20", " or 20".
    pub fn to(&mut self) -> Option<f64> {
        let mut ahead = *self;
        if !ahead.blank().take_one(&["-", "to ", "or "]) {
            return None;
        }
        let end = ahead.blank().figure()?;
        *self = ahead;
        Some(end)
    }
}

fn number_word(word: &str) -> Option<f64> {
    Some(match word {
        "a" | "an" | "one" => 1.0,
        "two" | "couple" => 2.0,
        "three" | "few" => 3.0,
        "four" => 4.0,
        "five" => 5.0,
        "six" => 6.0,
        "seven" => 7.0,
        "eight" => 8.0,
        "nine" => 9.0,
        "ten" => 10.0,
        "twelve" => 12.0,
        "fifteen" => 15.0,
        "twenty" => 20.0,
        "thirty" => 30.0,
        "forty" => 40.0,
        _ => return None,
    })
}

pub(super) fn is_word(byte: u8) -> bool {
    WORD[usize::from(byte)]
}

/// Which bytes are of words: a table, since every byte of every post is asked several times.
const WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    table
};

/// A word without the `s` of its plural.
pub(super) fn singular(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

/// Where the words of a text begin; figures are words.
pub(super) fn word_starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    let mut inside = false;
    text.bytes().enumerate().filter_map(move |(at, byte)| {
        let was = std::mem::replace(&mut inside, is_word(byte));
        (inside && !was).then_some(at)
    })
}

/// Where the figures of a text begin, those glued to a word ("rs500") included.
pub(super) fn figure_starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    let bytes = text.as_bytes();
    let back = move |at: usize, by: usize| at.checked_sub(by).map_or(b' ', |before| bytes[before]);
    (0..bytes.len()).filter(move |&at| bytes[at].is_ascii_digit()).filter_map(move |at| match back(at, 1) {
        b'0'..=b'9' => None,
        b',' if back(at, 2).is_ascii_digit() => None,
        b'.' if is_word(back(at, 2)) => None,
        b'.' => Some(at - 1),
        _ => Some(at),
    })
}

/// The words of a text from its end to its start, cut at what is not a letter.
pub(super) fn words_back(text: &str) -> impl Iterator<Item = &str> {
    text.rsplit(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty())
}

/// Phrases to look for in folded text, each with what it stands for. Within a phrase `/` parts words of which any may
/// stand, and a blank also stands for a hyphen: `web/mobile app/apps`.
pub(super) struct Phrases<T> {
    /// By the first letter, longest first.
    by_letter: [Vec<(String, T)>; 32],
    /// Whether the last word may go on.
    are_beginnings: bool,
}

impl<T: Copy> Phrases<T> {
    pub fn new<'a>(phrases: impl IntoIterator<Item = (&'a str, T)>) -> Phrases<T> {
        let mut by_letter: [Vec<(String, T)>; 32] = Default::default();
        for (phrase, value) in phrases {
            let mut written = vec![String::new()];
            for (place, words) in phrase.split(' ').enumerate() {
                let blank = if place == 0 { "" } else { " " };
                written = written.iter().flat_map(|so_far| words.split('/').map(move |word| [so_far, blank, word].concat())).collect();
            }
            for phrase in written {
                let letter = phrase.bytes().next().map_or(0, letter);
                by_letter[letter].push((phrase, value));
            }
        }
        for phrases in &mut by_letter {
            phrases.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
        }
        Phrases { by_letter, are_beginnings: false }
    }

    /// Phrases whose last word may go on: `team player` stands in "team players".
    pub fn beginnings<'a>(phrases: impl IntoIterator<Item = (&'a str, T)>) -> Phrases<T> {
        Phrases { are_beginnings: true, ..Phrases::new(phrases) }
    }

    /// The longest phrase that stands at a place, and where it ends.
    pub fn at(&self, text: &str, at: usize) -> Option<(usize, T)> {
        let rest = text.as_bytes().get(at..)?;
        let stands = |phrase: &[u8]| {
            rest.len() >= phrase.len()
                && rest.get(1) == phrase.get(1)
                && phrase.iter().zip(rest).all(|(&wanted, &byte)| byte == wanted || wanted == b' ' && byte == b'-')
                && (self.are_beginnings || rest.get(phrase.len()).is_none_or(|&next| !is_word(next)))
        };
        let phrases = &self.by_letter[letter(*rest.first()?)];
        phrases.iter().find(|(phrase, _)| stands(phrase.as_bytes())).map(|(phrase, value)| (at + phrase.len(), *value))
    }

    /// All places where a phrase stands.
    pub fn find<'s>(&'s self, text: &'s str) -> impl Iterator<Item = (Range<usize>, T)> + 's {
        word_starts(text).filter_map(move |at| self.at(text, at).map(|(end, value)| (at..end, value)))
    }
}

fn letter(byte: u8) -> usize {
    usize::from(byte & 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_as_people_write_them() {
        for (text, value) in [
            ("1,500.", Some(1500.0)),
            ("1.500,50", Some(1500.5)),
            ("1,500.50", Some(1500.5)),
            ("1,50,000", Some(150_000.0)),
            ("1.500", Some(1500.0)),
            ("12,5", Some(12.5)),
            ("0.025", Some(0.025)),
            (".02", Some(0.02)),
            ("7, 8", Some(7.0)),
            ("1.2.3", None),
            ("", None),
        ] {
            assert_eq!(Cursor::new(text, 0).figure(), value, "{text:?}");
        }
    }

    #[test]
    fn phrases_stand_as_whole_words() {
        let phrases = Phrases::new([("web/mobile app/apps", 1), ("app", 2)]);
        for (text, found) in [("a mobile-app", Some((2..12, 1))), ("web apps", Some((0..8, 1))), ("apply by app", Some((9..12, 2))), ("apply", None)] {
            assert_eq!(phrases.find(text).next(), found, "{text:?}");
        }
    }
}
