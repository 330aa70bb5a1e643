//! The main text of any page: the part that is about something, without menus, footers and forms.

use std::collections::HashMap;

use ego_tree::{NodeId, iter::Edge};
use scraper::{ElementRef, Node};

use super::dom::{Page, css, line, lines};

/// The part of the text a child must hold to be gone into.
const SHARE: f64 = 0.75;

/// The main text, and the page's heading. The page loses what is not text.
pub fn main_text(page: &mut Page<'_>) -> (String, String) {
    let clutter: Vec<NodeId> = page
        .select(css!(
            "nav, header:not(article header):not(main header), footer:not(article footer), aside, form:not(:has(article)):not(:has(main)), dialog, button, [role=navigation], [role=banner], [role=contentinfo], [role=search], [hidden], [aria-hidden=true], [style*='display:none'], [style*='display: none'], .sr-only, .visually-hidden, .cookie-banner, #cookie-banner"
        ))
        .map(|element| element.id())
        .collect();
    for id in clutter {
        if let Some(mut node) = page.html.tree.get_mut(id) {
            node.detach();
        }
    }
    let Some(body) = page.first(css!("body")) else { return (String::new(), String::new()) };
    let weights = weights(body);
    let weight = |element: &ElementRef<'_>| weights.get(&element.id()).copied().unwrap_or(0);
    let only = |selector| {
        let mut all = page.select(selector);
        all.next().filter(|_| all.next().is_none())
    };
    let named = only(css!("main")).or_else(|| only(css!("article"))).or_else(|| only(css!("[role=main]"))).filter(|part| weight(part) * 4 > weight(&body));
    let mut part = named.unwrap_or(body);
    while let Some(child) = part.child_elements().find(|child| weight(child) as f64 > SHARE * weight(&part) as f64) {
        if matches!(child.value().name(), "p" | "pre" | "ul" | "ol" | "table" | "span" | "blockquote") {
            break;
        }
        part = child;
    }
    let heading = page.first(css!("h1")).map(line).filter(|heading| !heading.is_empty());
    let title = heading.or_else(|| page.meta(css!("meta[property='og:title']"))).unwrap_or_else(|| page.title());
    let text = lines(part);
    let text = text.strip_prefix(title.as_str()).map(|rest| rest.trim_start().to_owned()).unwrap_or(text);
    (title, text)
}

/// How many bytes of text outside links are below each element.
fn weights(root: ElementRef<'_>) -> HashMap<NodeId, usize> {
    let mut weights = HashMap::new();
    let mut open: Vec<usize> = Vec::new();
    let mut silent = 0usize;
    for edge in root.traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Element(element) => {
                    silent += usize::from(is_silent(element.name()));
                    open.push(0);
                }
                Node::Text(text) if silent == 0 => {
                    if let Some(weight) = open.last_mut() {
                        *weight += text.trim().len();
                    }
                }
                _ => {}
            },
            Edge::Close(node) => {
                if let Node::Element(element) = node.value() {
                    silent -= usize::from(is_silent(element.name()));
                    let weight = open.pop().unwrap_or(0);
                    weights.insert(node.id(), weight);
                    if let Some(above) = open.last_mut() {
                        *above += weight;
                    }
                }
            }
        }
    }
    weights
}

fn is_silent(name: &str) -> bool {
    matches!(name, "a" | "script" | "style" | "noscript" | "template" | "svg" | "select" | "iframe")
}
