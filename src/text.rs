//! Text as people see it and text as rules see it.
//!
//! [`clean`] is done once, when a post is made: what a person could not see or must not be sent (control characters,
//! bidi overrides, zero-width characters) goes out, runs of blanks become one. [`Folded`] is the same text for
//! matching: lower case, straight quotes, compatibility forms resolved, with the way back to the original offsets.

mod bound;
mod html;

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, is_nfc};

pub use bound::bound;
pub use html::{html_to_text, node_text};

/// Cleans a text of several lines: at most one blank line in a row, no blanks at the ends of lines.
pub fn clean(raw: &str) -> String {
    let mut cleaned = String::with_capacity(raw.len());
    for line in normalized(raw).split(['\n', '\r', '\u{2028}', '\u{2029}', '\u{b}', '\u{c}']) {
        let start = cleaned.len();
        push_words(&mut cleaned, line);
        if cleaned.len() > start || cleaned.ends_with(|end| end != '\n') || !cleaned.ends_with("\n\n") {
            cleaned.push('\n');
        }
    }
    let end = cleaned.trim_end().len();
    cleaned.truncate(end);
    let blank = cleaned.len() - cleaned.trim_start().len();
    cleaned.drain(..blank);
    cleaned
}

/// Cleans a text that belongs on one line.
pub fn clean_line(raw: &str) -> String {
    let mut cleaned = String::with_capacity(raw.len());
    push_words(&mut cleaned, &normalized(raw));
    cleaned
}

/// The longest beginning of a text that is no longer than `most` bytes.
pub fn beginning(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

fn normalized(raw: &str) -> Cow<'_, str> {
    if raw.is_ascii() || is_nfc(raw) { Cow::Borrowed(raw) } else { Cow::Owned(raw.nfc().collect()) }
}

fn push_words(to: &mut String, line: &str) {
    let start = to.len();
    for word in line.split(|c: char| c.is_whitespace() || c == '\0') {
        let end = to.len();
        if end > start {
            to.push(' ');
        }
        let before = to.len();
        if word.bytes().all(|byte| byte.is_ascii_graphic()) {
            to.push_str(word);
        } else {
            to.extend(word.chars().filter(|&c| !is_unseen(c)));
        }
        if to.len() == before {
            to.truncate(end);
        }
    }
}

/// Characters that are not seen but change what is: controls (a terminal obeys them), bidi controls (text that reads
/// otherwise than it is), zero-width characters (words that rules would miss), soft hyphens, byte order marks.
/// Joiners inside emoji and Indic scripts go too: the text stays readable, its words stay findable.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A text for matching, and the way back. Offsets are bytes.
#[derive(Debug, Clone, Default)]
pub struct Folded {
    /// Lower case, straight quotes, plain dashes and blanks, compatibility forms resolved.
    pub text: String,
    /// (offset here, offset in the original) of each place from which the distance differs; empty where all are equal.
    shifts: Vec<(u32, u32)>,
}

impl Folded {
    /// Folds a cleaned text.
    pub fn of(original: &str) -> Folded {
        if original.is_ascii() {
            return Folded { text: original.to_ascii_lowercase(), shifts: Vec::new() };
        }
        let mut folded = Folded { text: String::with_capacity(original.len()), shifts: Vec::new() };
        let mut was_several = false;
        for (at, c) in original.char_indices() {
            let here = folded.text.len();
            let (last_here, last_at) = folded.shifts.last().copied().unwrap_or((0, 0));
            let differs = here as i64 - last_here as i64 != at as i64 - last_at as i64;
            folded.push(c);
            // A character that became several: each of them came from the start of it.
            let mut several = folded.text[here..].char_indices().map(|(inner, _)| (here + inner) as u32).skip(1).peekable();
            let is_several = several.peek().is_some();
            if differs || was_several || is_several {
                folded.shifts.push((here as u32, at as u32));
            }
            folded.shifts.extend(several.map(|inner| (inner, at as u32)));
            was_several = is_several;
        }
        let here = folded.text.len() as u32;
        folded.shifts.push((here, original.len() as u32));
        folded
    }

    fn push(&mut self, c: char) {
        let plain = match c {
            'A'..='Z' => c.to_ascii_lowercase(),
            '\0'..='\u{7f}' => c,
            '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' | '\u{2032}' | '\u{b4}' | '\u{2bc}' => '\'',
            '\u{201c}'..='\u{201f}' | '\u{2033}' | '\u{ab}' | '\u{bb}' => '"',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            '\u{2022}' | '\u{25cf}' | '\u{25aa}' | '\u{b7}' => '*',
            _ => {
                for compatible in std::iter::once(c).nfkc() {
                    self.text.extend(compatible.to_lowercase());
                }
                return;
            }
        };
        self.text.push(plain);
    }

    /// The span in the original that this span came from: whole characters, also where a span starts or ends inside one
    /// that became several.
    pub fn original(&self, span: Range<usize>) -> Range<usize> {
        self.original_at(span.start, false)..self.original_at(span.end, true)
    }

    fn original_at(&self, here: usize, is_end: bool) -> usize {
        let after = self.shifts.partition_point(|&(from, _)| from as usize <= here);
        let Some(last) = after.checked_sub(1) else { return here };
        let (from, original) = self.shifts[last];
        let is_inside = last > 0 && self.shifts[last - 1].1 == original;
        if !is_inside {
            return original as usize + (here - from as usize);
        }
        let next = self.shifts[after..].iter().map(|&(_, at)| at).find(|&at| is_end && at > original);
        next.unwrap_or(original) as usize
    }
}

/// The sentences of a folded text: cut at line breaks and at `.`, `!`, `?`, `;` before a blank.
pub fn sentences(folded: &str) -> Vec<Range<usize>> {
    let bytes = folded.as_bytes();
    let mut found = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'\n' => true,
            b'!' | b'?' | b';' => bytes.get(at + 1).is_none_or(|next| next.is_ascii_whitespace()),
            b'.' => bytes.get(at + 1).is_none_or(|next| next.is_ascii_whitespace()) && !is_abbreviation(&folded[start..at]),
            _ => false,
        };
        at += 1;
        if end {
            if start < at {
                found.push(start..at);
            }
            start = at;
        }
    }
    if start < bytes.len() {
        found.push(start..bytes.len());
    }
    found
}

/// Whether a dot after this text belongs to an abbreviation ("e.g.", "approx.").
fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(|c: char| c.is_ascii_whitespace() || c == '(').next().unwrap_or("");
    matches!(word, "e.g" | "i.e" | "eg" | "ie" | "approx" | "vs" | "incl" | "mr" | "mrs" | "dr" | "st" | "inc" | "ltd" | "est")
}

/// The words of a folded text with their spans: runs of letters, digits and inner `'`, `-`, `.`, `+`, `#`.
pub fn words(folded: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let bytes = folded.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && !is_word_byte(bytes[at]) {
            at += 1;
        }
        let start = at;
        while at < bytes.len()
            && (is_word_byte(bytes[at]) || (matches!(bytes[at], b'\'' | b'-' | b'.' | b'&') && bytes.get(at + 1).is_some_and(|&next| is_word_byte(next))))
        {
            at += 1;
        }
        (start < at).then_some(start..at)
    })
}

/// Letters, digits, and every byte of a character beyond ASCII.
pub fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || byte == b'_'
}

/// A hash of some texts that stays the same over versions and machines (64-bit FNV-1a).
pub fn fingerprint(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for part in parts {
        for byte in part.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_goes_and_lines_stay() {
        for (raw, cleaned) in
            [("a\u{200b}b  c\r\n\r\n\r\n\r\nd \n", "ab c\n\nd"), ("\u{1b}[31mred\u{202e}", "[31mred"), ("  \n\n x\0y", "x y"), ("e\u{301}", "\u{e9}"), ("", "")]
        {
            assert_eq!(clean(raw), cleaned, "{raw:?}");
        }
    }

    #[test]
    fn spans_of_folded_text_lead_back() {
        let original = "Don\u{2019}t \u{ff35}\u{ff32}\u{ff27}\u{ff25}\u{ff2e}\u{ff34} \u{fb01}x \u{20ac}5";
        let folded = Folded::of(original);
        assert_eq!(folded.text, "don't urgent fix \u{20ac}5");
        for (word, was) in
            [("don't", "Don\u{2019}t"), ("urgent", "\u{ff35}\u{ff32}\u{ff27}\u{ff25}\u{ff2e}\u{ff34}"), ("fix", "\u{fb01}x"), ("\u{20ac}5", "\u{20ac}5")]
        {
            let at = folded.text.find(word).unwrap();
            assert_eq!(&original[folded.original(at..at + word.len())], was);
        }
    }

    #[test]
    fn a_span_inside_a_character_that_became_several_takes_all_of_it() {
        let original = "a \u{fb03}x \u{fdfa}";
        let folded = Folded::of(original);
        assert!(folded.text.starts_with("a ffix "));
        for (span, was) in [(2..3, "\u{fb03}"), (3..4, "\u{fb03}"), (3..6, "\u{fb03}x"), (0..3, "a \u{fb03}"), (5..6, "x"), (7..folded.text.len(), "\u{fdfa}")]
        {
            assert_eq!(&original[folded.original(span.clone())], was, "{span:?}");
        }
    }

    #[test]
    fn sentences_end_where_a_reader_stops() {
        let text = "we pay $5.50 an hour. really? yes; e.g. today\n- next";
        let found: Vec<&str> = sentences(text).into_iter().map(|span| text[span].trim()).collect();
        assert_eq!(found, ["we pay $5.50 an hour.", "really?", "yes;", "e.g. today", "- next"]);
    }
}
