//! Posts of a known marketplace whose layout is not known, guessed from structure: every link that leads to a page of
//! one post stands in a block of its own, and that block is the post.

use std::collections::HashMap;

use ego_tree::NodeId;
use scraper::ElementRef;

use super::super::page::dom::{Page, css, line, lines};
use super::super::page::jobposting::Found;
use super::super::stated;
use super::Site;
use crate::post::Draft;

/// Fewer letters than this are a button, not a title.
const TITLE_LEAST: usize = 8;
/// A block with less text beside the title is a list of links, not of posts, in bytes.
const BODY_LEAST: usize = 40;

/// Whether an address is that of a page of one post.
pub fn is_post_address(site: &Site, address: &str) -> bool {
    site.post_paths.iter().any(|path| path.is_match(address))
}

/// The posts of a list, as far as structure shows them.
pub fn read(page: &Page<'_>, site: &'static Site, most: usize) -> Vec<Found> {
    let mut links: Vec<(ElementRef<'_>, String)> = Vec::new();
    for link in page.select(css!("a[href]")) {
        let Some(address) = link.attr("href").filter(|href| is_post_address(site, href)).and_then(|href| page.resolve(href, Some(&site.base))) else {
            continue;
        };
        links.push((link, address.split(['?', '#']).next().unwrap_or_default().to_owned()));
    }
    // How many different posts each element leads to: the block of a post leads to one.
    let mut leads: HashMap<NodeId, Option<usize>> = HashMap::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut posts: Vec<(&str, Vec<ElementRef<'_>>)> = Vec::new();
    for (link, address) in &links {
        let index = *places.entry(address).or_insert(posts.len());
        if index == most {
            break;
        }
        match posts.get_mut(index) {
            Some((_, links)) => links.push(*link),
            None => posts.push((address, vec![*link])),
        }
        for ancestor in link.ancestors() {
            let seen = leads.entry(ancestor.id()).or_insert(Some(index));
            if *seen != Some(index) {
                *seen = None;
            }
        }
    }
    let mut found: Vec<Found> = Vec::new();
    for (index, (address, own)) in posts.iter().enumerate() {
        let own = || own.iter().copied();
        let Some(title) = own().map(line).filter(|title| title.chars().count() >= TITLE_LEAST).max_by_key(|title| usize::from(title.len() < 200) * title.len())
        else {
            continue;
        };
        let Some(block) = own()
            .flat_map(|link| link.ancestors().filter_map(ElementRef::wrap))
            .filter(|block| leads.get(&block.id()) == Some(&Some(index)) && !matches!(block.value().name(), "body" | "html"))
            .last()
        else {
            continue;
        };
        let text = lines(block);
        let body = text.replacen(&title, "", 1);
        if body.trim().len() < BODY_LEAST {
            continue;
        }
        let pay = body.lines().map(stated::money).find(|pay| pay.is_stated() && pay.currency.is_some()).unwrap_or_default();
        let published = block.select(css!("time[datetime]")).find_map(|time| stated::moment(time.attr("datetime")?));
        found.push(Found {
            draft: Draft { marketplace: Some(site.marketplace.clone()), url: Some((*address).to_owned()), title, body, pay, published, ..Draft::default() },
            node: block.id(),
        });
    }
    found
}
