//! Text as people see it and text as rules see it.
//!
//! [`clean`] is done once, when a post is made: what a person could not see or must not be sent (control characters,
//! bidi overrides, zero-width characters) goes out, runs of blanks become one. [`Folded`] is the same text for
//! matching: lower case, straight quotes, compatibility forms resolved, with the way back to the original offsets.

mod bound;

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;

use ego_tree::{NodeRef, iter::Edge};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use scraper::Node;
use unicode_normalization::{UnicodeNormalization, is_nfc};

pub use bound::bound;

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
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn normalized(raw: &str) -> Cow<'_, str> {
    if is_nfc(raw) { Cow::Borrowed(raw) } else { Cow::Owned(raw.nfc().collect()) }
}

fn push_words(to: &mut String, line: &str) {
    let start = to.len();
    let mut blank = false;
    for c in line.chars() {
        if c.is_whitespace() || c == '\0' {
            blank = true;
        } else if !is_unseen(c) {
            if blank && to.len() > start {
                to.push(' ');
            }
            blank = false;
            to.push(c);
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

/// The text of an HTML fragment: blocks become lines, list items start with `- `, scripts and styles are left out.
/// A text without tags keeps its line breaks. The result still wants [`clean`].
///
/// Only the tokenizer of an HTML parser runs here, no tree is built: time and memory grow with the length of the
/// text whatever its tags do, 100,000 of them inside one another included.
pub fn html_to_text(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return html.to_owned();
    }
    let flow = Flow { verbatim: if html.contains('<') { 0 } else { 1 }, text: String::with_capacity(html.len() / 2), ..Flow::default() };
    let tokenizer = Tokenizer::new(Sink(RefCell::new(flow)), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(&without_giant_tags(html)));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish()
}

/// Tags longer than this are cut out unread, in bytes: the tokenizer compares each attribute with all before it.
const GIANT_TAG: usize = 16 << 10;

fn without_giant_tags(html: &str) -> Cow<'_, str> {
    if html.len() < GIANT_TAG {
        return Cow::Borrowed(html);
    }
    let mut kept = String::new();
    let mut from = 0;
    let mut at = 0;
    while let Some(start) = html[at..].find('<').map(|found| at + found) {
        let end = html[start + 1..].find(['<', '>']).map_or(html.len(), |found| start + 1 + found);
        if end - start > GIANT_TAG && html[start + 1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            kept.push_str(&html[from..start]);
            from = if html[end..].starts_with('>') { end + 1 } else { end };
        }
        at = end;
    }
    if from == 0 {
        return Cow::Borrowed(html);
    }
    kept.push_str(&html[from..]);
    Cow::Owned(kept)
}

struct Sink(RefCell<Flow>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut flow = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(piece) => flow.words(&piece),
            Token::TagToken(tag) if tag.kind == TagKind::EndTag => flow.close(&tag.name),
            Token::TagToken(tag) => {
                flow.open(&tag.name);
                // Feeds are half XHTML: there an element that closes itself is empty, whatever its name.
                if tag.self_closing {
                    flow.close(&tag.name);
                } else if &*tag.name == "script" {
                    return TokenSinkResult::RawData(RawKind::ScriptData);
                } else if matches!(&*tag.name, "style" | "xmp") {
                    return TokenSinkResult::RawData(RawKind::Rawtext);
                } else if matches!(&*tag.name, "textarea" | "title") {
                    return TokenSinkResult::RawData(RawKind::Rcdata);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// The text of a stream of tags and words.
#[derive(Default)]
struct Flow {
    text: String,
    hidden: Option<Hidden>,
    verbatim: usize,
}

/// The outermost hidden element that is open. Its text goes when it closes; if it never does, what follows it was not
/// meant to be in it.
struct Hidden {
    name: String,
    /// How often it is open.
    depth: usize,
    /// Where its text starts.
    start: usize,
}

impl Flow {
    fn words(&mut self, piece: &str) {
        if self.verbatim > 0 {
            self.text.push_str(piece);
        } else {
            // Line breaks of the source are blanks; `clean` folds them.
            self.text.extend(piece.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }));
        }
    }

    fn open(&mut self, name: &str) {
        match &mut self.hidden {
            // A head that is never closed ends where the body starts.
            Some(hidden) if hidden.name == "head" && name == "body" => self.show(),
            Some(hidden) => hidden.depth += usize::from(hidden.name == name),
            // What a frame holds is for those who cannot see into it, as we.
            None if is_hidden(name) && name != "iframe" => self.hidden = Some(Hidden { name: name.to_owned(), depth: 1, start: self.text.len() }),
            None => {}
        }
        self.verbatim += usize::from(matches!(name, "pre" | "textarea"));
        open_block(name, &mut self.text);
    }

    fn close(&mut self, name: &str) {
        self.verbatim = self.verbatim.saturating_sub(usize::from(matches!(name, "pre" | "textarea")));
        close_block(name, &mut self.text);
        if let Some(hidden) = &mut self.hidden {
            hidden.depth -= usize::from(hidden.name == name);
            if hidden.depth == 0 {
                self.show();
            }
        }
    }

    /// Ends the hidden element and drops its text.
    fn show(&mut self) {
        if let Some(hidden) = self.hidden.take() {
            self.text.truncate(hidden.start);
        }
    }

    fn finish(mut self) -> String {
        if self.hidden.as_ref().is_some_and(|hidden| matches!(hidden.name.as_str(), "script" | "style")) {
            self.show();
        }
        self.text
    }
}

fn open_block(name: &str, text: &mut String) {
    if name == "li" {
        text.push_str(if text.ends_with('\n') { "- " } else { "\n- " });
    } else if is_block(name) {
        text.push('\n');
    }
}

fn close_block(name: &str, text: &mut String) {
    if is_paragraph(name) {
        text.push_str("\n\n");
    } else if is_block(name) && name != "br" {
        text.push('\n');
    } else if matches!(name, "td" | "th") {
        text.push(' ');
    }
}

/// Appends the text below a node of a parsed page, as [`html_to_text`] does.
pub fn node_text(root: NodeRef<'_, Node>, text: &mut String) {
    let mut hidden = 0usize;
    let mut verbatim = 0usize;
    for edge in root.traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Text(piece) if hidden == 0 => {
                    if verbatim > 0 {
                        text.push_str(piece);
                    } else {
                        // Line breaks of the source are blanks; `clean` folds them.
                        text.extend(piece.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c }));
                    }
                }
                Node::Element(element) => {
                    let name = element.name();
                    hidden += usize::from(is_hidden(name));
                    verbatim += usize::from(matches!(name, "pre" | "textarea"));
                    open_block(name, text);
                }
                _ => {}
            },
            Edge::Close(node) => {
                if let Node::Element(element) = node.value() {
                    let name = element.name();
                    hidden -= usize::from(is_hidden(name));
                    verbatim -= usize::from(matches!(name, "pre" | "textarea"));
                    close_block(name, text);
                }
            }
        }
    }
}

fn is_hidden(name: &str) -> bool {
    matches!(name, "script" | "style" | "noscript" | "template" | "head" | "svg" | "iframe" | "object" | "select")
}

fn is_paragraph(name: &str) -> bool {
    matches!(name, "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "table" | "blockquote" | "pre" | "section" | "article")
}

fn is_block(name: &str) -> bool {
    is_paragraph(name)
        || matches!(
            name,
            "address"
                | "aside"
                | "br"
                | "dd"
                | "details"
                | "div"
                | "dl"
                | "dt"
                | "fieldset"
                | "figcaption"
                | "figure"
                | "footer"
                | "form"
                | "header"
                | "hr"
                | "li"
                | "main"
                | "nav"
                | "summary"
                | "tr"
        )
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
    fn blocks_of_html_become_lines() {
        for (html, text) in [
            ("<p>One</p><p>two <b>three</b></p>", "One\n\ntwo three"),
            ("a<br>b<ul><li>c</li><li>d</li></ul>e", "a\nb\n- c\n- d\n\ne"),
            ("<script>x</script>5 &lt; 6 &amp; 7", "5 < 6 & 7"),
            ("no markup", "no markup"),
            ("two\nlines &amp; no tag", "two\nlines & no tag"),
            ("two\nlines<br/>and a tag", "two lines\nand a tag"),
            ("<pre>a\nb</pre>c\nd", "a\nb\n\nc d"),
            ("a<style>p { }</style><script>if (a < b) </script>b", "ab"),
            ("<svg/>a<object>b<object>c</object>d</object>e", "ae"),
            ("a<iframe src='x'> b</iframe><select>c</select>", "a b"),
            ("a<select>b <i>c</i>", "ab c"),
            ("a<style>b <i>c</i>", "a"),
            ("<script/>a", "a"),
            ("<head><title>t</title><body>b", "b"),
            ("<p title='a > b'>x<p>y", "x\ny"),
            ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
            ("a<!-- b -->c</p>d", "ac\n\nd"),
        ] {
            assert_eq!(clean(&html_to_text(html)), text, "{html:?}");
        }
    }

    #[test]
    fn depth_and_width_of_tags_cost_no_more_than_their_length() {
        let deep = format!("{}x{}", "<div><p><b>".repeat(100_000), "</b></p></div>".repeat(100_000));
        assert_eq!(clean(&html_to_text(&deep)), "x");
        let wide = format!("a<p {}>b", (0..100_000).map(|n| format!("a{n} ")).collect::<String>());
        assert_eq!(clean(&html_to_text(&wide)), "ab");
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
        for (span, was) in [(2..3, "\u{fb03}"), (3..4, "\u{fb03}"), (3..6, "\u{fb03}x"), (0..3, "a \u{fb03}"), (5..6, "x"), (7..folded.text.len(), "\u{fdfa}")] {
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
