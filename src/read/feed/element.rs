//! A piece of a feed as a small tree: one entry, or one field of the feed itself. Names are canonical (`dc:creator`
//! whatever prefix the feed chose, lower case), text is decoded.

use std::fmt::Write;

use url::Url;

/// An element with what is in it.
#[derive(Debug, Default)]
pub struct Element {
    /// `title` for the feed's own vocabulary, `prefix:name` for another.
    pub name: String,
    /// In document order; names as for elements.
    pub attributes: Vec<(String, String)>,
    pub nodes: Vec<Node>,
    /// What `xml:base` says relative links in it stand against.
    pub base: Option<Url>,
}

#[derive(Debug)]
pub enum Node {
    Text(String),
    Element(Element),
}

impl Element {
    /// The value of an attribute, if it says anything.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// The elements directly in this one.
    pub fn children(&self) -> impl Iterator<Item = &Element> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements of a name directly in this one.
    pub fn named<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children().filter(move |child| child.name == name)
    }

    /// All text in this element, that of the elements in it included.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.push_text(&mut text);
        text
    }

    fn push_text(&self, to: &mut String) {
        for node in &self.nodes {
            match node {
                Node::Text(text) => to.push_str(text),
                Node::Element(element) => element.push_text(to),
            }
        }
    }

    /// Appends text; neighbours become one node.
    pub fn push(&mut self, text: &str) {
        match self.nodes.last_mut() {
            Some(Node::Text(last)) => last.push_str(text),
            _ => self.nodes.push(Node::Text(text.to_owned())),
        }
    }

    /// What is in this element, as HTML without attributes. `escape` is for text that is text; without it the text is
    /// taken for HTML source itself, as when a feed mixes both.
    pub fn html(&self, escape: bool) -> String {
        let mut html = String::new();
        self.push_html(escape, &mut html);
        html
    }

    fn push_html(&self, escape: bool, to: &mut String) {
        for node in &self.nodes {
            match node {
                Node::Text(text) if escape => to.push_str(&quick_xml::escape::partial_escape(text.as_str())),
                Node::Text(text) => to.push_str(text),
                Node::Element(element) => {
                    let name = element.name.rsplit(':').next().unwrap_or_default();
                    let _ = write!(to, "<{name}>");
                    element.push_html(escape, to);
                    if !is_void(name) {
                        let _ = write!(to, "</{name}>");
                    }
                }
            }
        }
    }
}

/// HTML elements that hold nothing; what stands in one because the feed never closed it comes after it.
fn is_void(name: &str) -> bool {
    matches!(name, "area" | "base" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link" | "meta" | "source" | "track" | "wbr")
}
