//! What is known of marketplaces: where their pages keep the fields of a post, as data in `patterns/sites/*.toml`, and
//! code for the few that need it.
//!
//! A layout is tried on every page, its own marketplace's first: a fragment cut out of a page does not say where it is
//! from, and layouts are specific enough to match nothing else.

pub mod guessed;
pub mod pattern;
pub mod peopleperhour;
pub mod upwork;
pub mod workana;

use ego_tree::NodeId;
use scraper::ElementRef;

use super::page::dom::Page;
use super::page::jobposting::Found;
use crate::post::{Draft, Kind, Pay, Proposals};

pub use pattern::{Site, sites};

/// The marketplace an address belongs to.
pub fn of_address(address: &str) -> Option<&'static Site> {
    let host = super::page::dom::host_of(address)?.to_ascii_lowercase();
    sites()
        .iter()
        .find(|site| site.hosts.iter().any(|known| host == *known || host.ends_with(known.as_str()) && host[..host.len() - known.len()].ends_with('.')))
}

/// The marketplace a page is from: its address, its name for itself, else where most of its known links lead.
pub fn of_page(page: &Page<'_>) -> Option<&'static Site> {
    use super::page::dom::css;
    if let Some(address) = page.address.as_deref() {
        return of_address(address);
    }
    if let Some(name) = page.meta(css!("meta[property='og:site_name']"))
        && let Some(site) = sites().iter().find(|site| site.name.eq_ignore_ascii_case(&name))
    {
        return Some(site);
    }
    let mut counts = vec![0usize; sites().len()];
    for link in page.select(css!("a[href^='http'], link[href^='http'], img[src^='http']")).take(2_000) {
        if let Some(site) = link.attr("href").or_else(|| link.attr("src")).and_then(of_address)
            && let Some(at) = sites().iter().position(|known| std::ptr::eq(known, site))
        {
            counts[at] += 1;
        }
    }
    let (at, count) = counts.into_iter().enumerate().max_by_key(|&(_, count)| count)?;
    (count > 0).then(|| &sites()[at])
}

/// Posts read by a layout.
pub struct Laid {
    pub site: &'static Site,
    /// The layout's name.
    pub layout: &'static str,
    /// The year of the real page the layout was checked on; `None`: best effort.
    pub seen: Option<&'static str>,
    /// Whether the layout is that of a page of one post.
    pub one: bool,
    pub found: Vec<Found>,
}

/// Reads a page by the layouts known: all of its marketplace that match. A page that does not say where it is from is
/// tried against all, and believed where its links are those of the marketplace.
pub fn laid_out(page: &mut Page<'_>, own: Option<&'static Site>, most: usize) -> Vec<Laid> {
    let is_unknown = own.is_none() && page.address.is_none();
    let others = sites().iter().filter(|_| is_unknown);
    for site in own.into_iter().chain(others) {
        if !site.layouts.iter().any(|layout| page.first(&layout.post).is_some()) {
            continue;
        }
        if own.is_some() {
            pattern::leave_out(page, site);
        }
        let mut laid: Vec<Laid> = layouts(page, site, most);
        if is_unknown {
            let is_its_own = |draft: &Draft| {
                draft.url.as_deref().is_some_and(|url| guessed::is_post_address(site, url)) || draft.id.as_deref().is_some_and(|id| id.len() > 8)
            };
            if !laid.iter().any(|laid| laid.found.iter().any(|found| is_its_own(&found.draft))) {
                continue;
            }
            pattern::leave_out(page, site);
            laid = layouts(page, site, most);
        }
        if !laid.is_empty() {
            return laid;
        }
    }
    Vec::new()
}

fn layouts(page: &Page<'_>, site: &'static Site, most: usize) -> Vec<Laid> {
    let read = |layout: &'static pattern::Layout| Laid {
        site,
        layout: &layout.name,
        seen: layout.seen.as_deref(),
        one: layout.one,
        found: pattern::read(page, site, layout, most),
    };
    site.layouts.iter().map(read).filter(|laid| !laid.found.is_empty()).collect()
}

/// Adds to a draft what another source of the same post knows and this one does not.
pub fn complete(draft: &mut Draft, other: Draft) {
    fn fill<T>(to: &mut Option<T>, from: Option<T>) {
        if to.is_none() {
            *to = from;
        }
    }
    if draft.title.trim().is_empty() {
        draft.title = other.title;
    }
    if draft.body.trim().is_empty() {
        draft.body = other.body;
    }
    if draft.skills.is_empty() {
        draft.skills = other.skills;
    }
    fill(&mut draft.id, other.id);
    fill(&mut draft.url, other.url);
    fill(&mut draft.marketplace, other.marketplace);
    fill(&mut draft.published, other.published);
    fill(&mut draft.updated, other.updated);
    fill(&mut draft.author, other.author);
    fill(&mut draft.stated_kind, other.stated_kind);
    if !draft.pay.is_stated() && other.pay.is_stated() {
        let kind = draft.pay.kind.or(other.pay.kind);
        draft.pay = Pay { kind, ..other.pay };
    } else {
        fill(&mut draft.pay.kind, other.pay.kind);
    }
    let (client, more) = (&mut draft.client, other.client);
    fill(&mut client.payment_verified, more.payment_verified);
    fill(&mut client.rating, more.rating);
    fill(&mut client.total_spent, more.total_spent);
    fill(&mut client.hires, more.hires);
    fill(&mut client.jobs_posted, more.jobs_posted);
    fill(&mut client.hire_rate, more.hire_rate);
    fill(&mut client.country, more.country);
    fill(&mut client.member_since, more.member_since);
    if draft.proposals == Proposals::default() {
        draft.proposals = other.proposals;
    }
}

/// Whether two drafts are of the same post: their ids, else their addresses, else (where one has neither) their titles.
pub fn is_same(one: &Draft, other: &Draft) -> bool {
    let known = |draft: &Draft| draft.id.is_some() || draft.url.is_some();
    if let (Some(one), Some(other)) = (&one.id, &other.id) {
        return one == other;
    }
    if let (Some(one), Some(other)) = (&one.url, &other.url)
        && path_of(one) == path_of(other)
    {
        return true;
    }
    if one.title.is_empty() || known(one) && known(other) {
        return false;
    }
    one.title.trim() == other.title.trim()
}

/// Whether two addresses lead to the same page.
pub fn is_same_address(one: &str, other: &str) -> bool {
    path_of(one) == path_of(other)
}

/// An address without scheme, host, query and closing slash.
fn path_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = rest.find('/').map_or(rest, |at| &rest[at..]);
    path.split(['?', '#']).next().unwrap_or(path).trim_end_matches('/')
}

/// Whether an element is inside another.
pub fn is_inside(page: &Page<'_>, node: NodeId, outer: NodeId) -> bool {
    page.html.tree.get(node).is_some_and(|node| node.id() == outer || node.ancestors().any(|ancestor| ancestor.id() == outer))
}

/// The kind of post behind what boards print as a flair, a tag or in brackets: "[Hiring]", "For Hire".
pub fn kind_of(text: &str) -> Option<Kind> {
    let lower = text.trim().to_lowercase();
    if lower.contains("for hire") || lower.contains("forhire") || lower.contains("seeking work") {
        Some(Kind::Offer)
    } else if lower.contains("hiring") || lower == "task" || lower.contains("seeking freelancer") {
        Some(Kind::Request)
    } else {
        super::page::jobposting::employment(&[lower])
    }
}

/// A comment has no title: its first line stands in, shortened.
pub fn first_line_as_title(draft: &mut Draft) {
    const MOST: usize = 160;
    if !draft.title.trim().is_empty() {
        return;
    }
    let body = crate::text::clean(&draft.body);
    let line = body.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let sentence = line.find(". ").map_or(line, |end| &line[..=end]);
    let part = if line.chars().count() > MOST { sentence } else { line };
    draft.title = match part.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", part[..end].trim_end()),
        None => part.to_owned(),
    };
}

/// The text of an element's own attribute or of itself.
pub fn attribute_or_line(element: ElementRef<'_>, attribute: Option<&str>) -> String {
    match attribute {
        Some(name) => element.attr(name).map(crate::text::clean_line).unwrap_or_default(),
        None => super::page::dom::line(element),
    }
}
