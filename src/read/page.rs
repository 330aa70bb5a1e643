//! Saved pages: from HTML to posts.
//!
//! The evidence is taken in this order: the data a known marketplace leaves in its pages, what the page shows in a
//! layout that is known, schema.org `JobPosting`, a marketplace's structure, at last the main text of any page. A
//! challenge, a login or a private job is said, not read. What each reading rests on is told in [`Reading::why`].

pub mod dom;
pub mod jobposting;
pub mod prose;
pub mod wall;

use std::collections::{HashMap, HashSet};

use ego_tree::NodeId;

use dom::Page;
use jobposting::Found;

use super::sites::{self, Laid, Site, peopleperhour, upwork, workana};
use super::{Document, Limits, Problem, Reading};
use crate::post::Draft;

/// A page with less text says nothing, in bytes.
const TEXT_LEAST: usize = 20;
/// What is said of a reading that rests on no real page.
const UNSEEN: &str = "best effort: no real page was at hand";

/// Reads a saved page.
pub fn read(document: &Document, limits: &Limits) -> Reading {
    let mut page = Page::parse(document);
    let own = sites::of_page(&page);
    let mut reading = Reading { format: "page".to_owned(), ..Reading::default() };
    if let Some(left_out) = &page.left_out {
        reading.problems.push(Problem::of(document, format!("a page with {left_out}")));
    }
    let drafts = structured(&mut page, own, limits, &mut reading);
    let drafts = if drafts.is_empty() { unstructured(&mut page, own, limits, &mut reading) } else { drafts };
    reading.posts = drafts
        .into_iter()
        .take(limits.posts)
        .map(|mut draft| {
            draft.source = Some(document.source.clone());
            draft.format = Some("page".to_owned());
            draft.url = draft.url.or_else(|| document.base.clone());
            draft.body.truncate(draft.body.floor_char_boundary(limits.post_bytes));
            draft.finish()
        })
        .collect();
    reading
}

/// Posts of state, layouts and `JobPosting`.
fn structured(page: &mut Page<'_>, own: Option<&'static Site>, limits: &Limits, reading: &mut Reading) -> Vec<Draft> {
    let state = upwork::state::of_page(&page.html);
    let unread = state.as_ref().map(|state| state.problems.clone()).unwrap_or_default();
    let (postings, broken) = jobposting::read(page);
    let laid = sites::laid_out(page, own, limits.posts);
    let site = laid.first().map(|laid| laid.site).or(own);
    if let Some(state) = state
        && (state.one.is_some() || !state.listed.is_empty())
    {
        return of_upwork(state, laid, reading);
    }
    let mut why = unread;
    let mut drafts = combined(page, postings, laid, &mut why);
    if site.is_some_and(|site| site.marketplace == "peopleperhour") && peopleperhour::complete_from_state(&page.html, page.address.as_deref(), &mut drafts) {
        why.push(format!("the page's state (window.PPHReact; {UNSEEN})"));
    }
    if drafts.is_empty() && site.is_some_and(|site| site.marketplace == "workana") {
        drafts = workana::undrawn(page);
        why.extend((!drafts.is_empty()).then(|| format!("the list in the page's <search> element ({UNSEEN})")));
    }
    if drafts.is_empty() {
        reading.problems.extend(why.into_iter().chain(broken).map(|message| Problem::of(page.document, message)));
        return drafts;
    }
    for draft in &mut drafts {
        finish(page, site, draft);
    }
    // The page of one post shows others beside it.
    if let Some(address) = page.address.as_deref().filter(|address| site.is_some_and(|site| sites::guessed::is_post_address(site, address))) {
        let is_it = |draft: &Draft| draft.url.as_deref().is_some_and(|url| sites::is_same_address(url, address));
        if drafts.iter().any(is_it) {
            drafts.retain(is_it);
        }
    }
    reading.format = site.map_or_else(|| "job page".to_owned(), |site| format!("{} page", site.name));
    reading.why = why.join("; ");
    drafts
}

/// Upwork's state goes first; tiles decide what is on the page where state is of a page visited before.
fn of_upwork(state: upwork::state::Jobs, laid: Vec<Laid>, reading: &mut Reading) -> Vec<Draft> {
    let mut tiles: Vec<Draft> = Vec::new();
    let mut shown: Option<Draft> = None;
    for laid in laid.into_iter().filter(|laid| laid.site.marketplace == "upwork") {
        let drafts = laid.found.into_iter().map(|found| {
            let mut draft = found.draft;
            upwork::finish(&mut draft);
            draft
        });
        if laid.one { shown = drafts.into_iter().next() } else { tiles.extend(drafts) }
    }
    let mut drafts = state.listed;
    let listed: HashMap<String, usize> = drafts.iter().enumerate().filter_map(|(at, draft)| Some((draft.id.clone()?, at))).collect();
    let place = |tile: &Draft| tile.id.as_ref().and_then(|id| listed.get(id)).copied();
    if !tiles.is_empty() && !drafts.is_empty() && tiles.iter().all(|tile| place(tile).is_none()) {
        reading.why = "the page shows other jobs than its state holds: what it shows was read".to_owned();
        drafts = tiles;
    } else {
        for tile in tiles {
            match place(&tile).and_then(|at| drafts.get_mut(at)) {
                Some(draft) => sites::complete(draft, tile),
                // Beside a single job, tiles are other jobs.
                None if state.one.is_none() => drafts.push(tile),
                None => {}
            }
        }
    }
    let kind = if drafts.is_empty() { "job page" } else { "search page" };
    if let Some(mut one) = state.one {
        if let Some(shown) = shown.filter(|shown| shown.title == one.title || sites::is_same(&one, shown)) {
            sites::complete(&mut one, shown);
        }
        match drafts.iter_mut().find(|draft| sites::is_same(draft, &one)) {
            Some(draft) => {
                let listed = std::mem::replace(draft, one);
                sites::complete(draft, listed);
            }
            None => drafts.insert(0, one),
        }
    }
    reading.format = format!("upwork {kind}");
    if reading.why.is_empty() {
        reading.why = format!("{} with {} in it", state.place, if drafts.len() == 1 { "a job".to_owned() } else { format!("{} jobs", drafts.len()) });
    }
    drafts
}

/// Joins what layouts and `JobPosting` say of the same posts. The list of a page counts first, a single post is part
/// of it or stands alone.
fn combined(page: &Page<'_>, postings: Vec<Found>, laid: Vec<Laid>, why: &mut Vec<String>) -> Vec<Draft> {
    let mut found: Vec<Found> = Vec::new();
    let mut ids = HashSet::new();
    for laid in laid {
        let sure = match laid.seen {
            Some(year) => format!("checked on a real page of {year}"),
            None => UNSEEN.to_owned(),
        };
        why.push(format!("{} layout \"{}\" ({sure})", laid.site.name, laid.layout));
        for one in laid.found {
            if laid.one {
                // What is shown in full completes its tile, and goes first.
                match found.iter_mut().find(|known| sites::is_same(&known.draft, &one.draft) || sites::is_inside(page, one.node, known.node)) {
                    Some(known) => {
                        let tile = std::mem::replace(&mut known.draft, one.draft);
                        sites::complete(&mut known.draft, tile);
                    }
                    None => found.push(one),
                }
            } else if one.draft.id.as_ref().is_none_or(|id| ids.insert(id.clone())) {
                // Two tiles may share title and text and be two posts; with one id they are one.
                found.push(one);
            }
        }
    }
    if postings.is_empty() {
        return found.into_iter().map(|found| found.draft).collect();
    }
    why.push("schema.org JobPosting".to_owned());
    let alone = postings.len() == 1 && found.len() == 1;
    let by_node: HashMap<NodeId, usize> = found.iter().enumerate().map(|(at, found)| (found.node, at)).collect();
    let by_title: HashMap<String, usize> = found.iter().enumerate().rev().map(|(at, found)| (found.draft.title.trim().to_owned(), at)).collect();
    let mut found: Vec<Option<Draft>> = found.into_iter().map(|found| Some(found.draft)).collect();
    let mut drafts: Vec<Draft> = Vec::new();
    for posting in postings {
        let mut draft = posting.draft;
        let around = || page.html.tree.get(posting.node).and_then(|node| node.ancestors().find_map(|ancestor| by_node.get(&ancestor.id())).copied());
        let known = if alone { Some(0) } else { around().or_else(|| by_title.get(draft.title.trim()).copied()) };
        if let Some(shown) = known.and_then(|at| found.get_mut(at)).and_then(Option::take) {
            // The address in a posting may be the company's; that of the page is the post's.
            draft.url = shown.url.clone().or(draft.url);
            sites::complete(&mut draft, shown);
        }
        drafts.push(draft);
    }
    drafts.extend(found.into_iter().flatten());
    drafts
}

/// What is the same for every page: marketplace, absolute address, the page's own address for a single post.
fn finish(page: &Page<'_>, site: Option<&'static Site>, draft: &mut Draft) {
    draft.url = draft.url.take().and_then(|url| page.resolve(&url, site.map(|site| site.base.as_str())));
    let Some(site) = site else {
        draft.url = draft.url.take().or_else(|| page.address.clone());
        return;
    };
    draft.marketplace.get_or_insert_with(|| site.marketplace.clone());
    let is_own = |url: &str| sites::of_address(url).is_some_and(|of| of.marketplace == site.marketplace);
    if !draft.url.as_deref().is_some_and(is_own) {
        draft.url = page.address.clone().filter(|address| is_own(address)).or_else(|| draft.url.take());
    }
    if draft.pay.is_stated() && draft.pay.kind.is_none() {
        draft.pay.kind = site.salary.filter(|_| draft.pay.max.or(draft.pay.min).is_some_and(|most| most >= 5_000.0));
    }
    match site.marketplace.as_str() {
        "upwork" => upwork::finish(draft),
        "hackernews" => sites::first_line_as_title(draft),
        "reddit" => draft.stated_kind = draft.stated_kind.or_else(|| draft.title.starts_with('[').then(|| sites::kind_of(&draft.title)).flatten()),
        _ => {}
    }
    if draft.author.as_deref() == Some(site.name.as_str()) {
        draft.author = None;
    }
}

/// What is left when nothing in a page is marked: structure, a wall, the main text.
fn unstructured(page: &mut Page<'_>, own: Option<&'static Site>, limits: &Limits, reading: &mut Reading) -> Vec<Draft> {
    let is_single = own.is_some_and(|site| page.address.as_deref().is_some_and(|address| sites::guessed::is_post_address(site, address)));
    if let Some(site) = own.filter(|_| !is_single) {
        let found = sites::guessed::read(page, site, limits.posts);
        if found.len() > 1 {
            reading.format = format!("{} page", site.name);
            reading.why = format!("links to posts of {}, each with a block of its own: guessed from structure, fields may be missing", site.name);
            return found
                .into_iter()
                .map(|found| {
                    let mut draft = found.draft;
                    finish(page, Some(site), &mut draft);
                    draft
                })
                .collect();
        }
    }
    let (title, text) = prose::main_text(page);
    if let Some(message) = wall::wall(page, &format!("{title}\n{text}")) {
        let from = own.map(|site| format!(" ({})", site.name)).unwrap_or_default();
        reading.format = "no post".to_owned();
        reading.why = "the title and the few words of the page".to_owned();
        reading.problems.push(Problem::of(page.document, format!("not a post{from}: {message}")));
        return Vec::new();
    }
    if let Some(site) = own.filter(|site| !is_single && page.address.is_some() && !site.post_paths.is_empty()) {
        reading.format = "no post".to_owned();
        reading.why = format!("the page's address is none of a post of {}", site.name);
        let message = format!("a page of {} without a post that can be told: if it shows one, paste its text into `gigsieve check`", site.name);
        reading.problems.push(Problem::of(page.document, message));
        return Vec::new();
    }
    if text.len() < TEXT_LEAST {
        reading.format = "no post".to_owned();
        reading.why = "no text in the page".to_owned();
        reading.problems.push(Problem::of(
            page.document,
            "the page holds no text: if it is filled by a script, save it after it has loaded, or paste the text into `gigsieve check`",
        ));
        return Vec::new();
    }
    reading.format = "any page".to_owned();
    reading.why = "no post is marked as such: the main text of the page was read".to_owned();
    let mut draft = Draft { title, body: text, url: page.address.clone(), ..Draft::default() };
    if let Some(site) = own {
        finish(page, Some(site), &mut draft);
    }
    vec![draft]
}
