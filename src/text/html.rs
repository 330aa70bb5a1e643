//! HTML to text: of a fragment by its tokens, of a parsed page by its nodes, with the same blocks becoming the same
//! lines. What is left of markup and blanks is `clean`'s to put in order.

use std::borrow::Cow;
use std::cell::RefCell;

use ego_tree::{NodeRef, iter::Edge};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use scraper::Node;

/// The text of an HTML fragment: blocks become lines, list items start with `- `, scripts and styles are left out.
/// A text without tags keeps its line breaks. The result still wants [`super::clean`].
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
            push_flowing(piece, &mut self.text);
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

/// Line breaks of the source are blanks; `clean` folds them.
fn push_flowing(piece: &str, text: &mut String) {
    let mut rest = piece;
    while let Some((before, after)) = rest.split_once(['\n', '\r', '\t']) {
        text.push_str(before);
        text.push(' ');
        rest = after;
    }
    text.push_str(rest);
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
                        push_flowing(piece, text);
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

#[cfg(test)]
mod tests {
    use super::super::clean;
    use super::*;

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
}
