//! The format of `patterns/sites/MARKETPLACE.toml`, and the one reader of pages laid out that way.
//!
//! A field names selectors, tried in order inside the element of the post until one gives a text: `"h2 a"`; with an
//! attribute `"h2 a @href"`; of the post's element itself `"@data-id"`; anywhere in the page `"^link[rel=canonical] @href"`;
//! a part of the text `{ css = ".stats", find = '(\d+) hires' }`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use ego_tree::NodeId;
use regex::Regex;
use scraper::{ElementRef, Selector};
use serde::Deserialize;

use super::super::page::dom::{Page, lines};
use super::super::page::jobposting::Found;
use super::super::{prose, stated};
use crate::post::{Draft, Pay, PayKind};

/// One marketplace.
pub struct Site {
    /// The short name, as in records: `freelancer`.
    pub marketplace: String,
    /// As it writes itself: "Freelancer.com".
    pub name: String,
    pub hosts: Vec<String>,
    /// What relative links are resolved against.
    pub base: String,
    /// Paths of the pages of single posts.
    pub post_paths: Vec<Regex>,
    /// What the salaries of its API and JSON-LD are counted by where they don't say.
    pub salary: Option<PayKind>,
    pub currency: Option<String>,
    leave_out: Vec<Selector>,
    pub layouts: Vec<Layout>,
}

/// One kind of page of a marketplace.
pub struct Layout {
    pub name: String,
    pub seen: Option<String>,
    pub one: bool,
    pub post: Selector,
    /// What pay is counted by where the field names no unit.
    pay_unit: Option<PayKind>,
    fields: BTreeMap<Field, Vec<Pick>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Field {
    Id,
    Title,
    Body,
    Url,
    Published,
    Updated,
    Author,
    /// All matches, each a skill.
    Skills,
    Pay,
    /// "Hourly", "Fixed-price"; several are read as one text.
    PayKind,
    Country,
    Rating,
    /// How many have rated: a rating by nobody is none.
    Reviews,
    Spent,
    Hires,
    HireRate,
    JobsPosted,
    MemberSince,
    /// "Payment verified", "not verified".
    Payment,
    Proposals,
    /// Employment type or flair.
    Kind,
}

/// A selector and what is taken of the elements it finds.
struct Pick {
    /// `None`: the post's element itself.
    css: Option<Selector>,
    attribute: Option<String>,
    anywhere: bool,
    find: Option<Regex>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteFile {
    marketplace: String,
    name: String,
    hosts: Vec<String>,
    #[serde(default)]
    post_paths: Vec<String>,
    salary: Option<PayKind>,
    currency: Option<String>,
    #[serde(default)]
    leave_out: Vec<String>,
    #[serde(default)]
    layout: Vec<LayoutFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LayoutFile {
    name: String,
    seen: Option<String>,
    #[serde(default)]
    one: bool,
    post: String,
    pay_unit: Option<PayKind>,
    fields: BTreeMap<Field, Picks>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Picks {
    One(PickFile),
    Many(Vec<PickFile>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum PickFile {
    Css(String),
    Part { css: String, find: String },
}

macro_rules! site_files {
    ($($name:literal),* $(,)?) => { [$(($name, include_str!(concat!("../../../patterns/sites/", $name, ".toml")))),*] };
}

/// Every marketplace known.
pub fn sites() -> &'static [Site] {
    static SITES: OnceLock<Vec<Site>> = OnceLock::new();
    SITES.get_or_init(|| {
        let files = site_files!(
            "fiverr", "freelancer", "freelancermap", "guru", "hackernews", "himalayas", "jobicy", "peopleperhour", "reddit", "remoteok", "remotive", "upwork",
            "weworkremotely", "workana", "workingnomads",
        );
        files.into_iter().map(|(name, text)| site(text).unwrap_or_else(|error| panic!("patterns/sites/{name}.toml: {error}"))).collect()
    })
}

fn site(text: &str) -> Result<Site, String> {
    let file: SiteFile = toml::from_str(text).map_err(|error| error.to_string())?;
    let base = format!("https://www.{}", file.hosts.first().ok_or("no hosts")?);
    Ok(Site {
        base,
        post_paths: file.post_paths.iter().map(|path| Regex::new(path).map_err(|error| error.to_string())).collect::<Result<_, _>>()?,
        leave_out: file.leave_out.iter().map(|css| selector(css)).collect::<Result<_, _>>()?,
        layouts: file.layout.into_iter().map(layout).collect::<Result<_, _>>()?,
        marketplace: file.marketplace,
        name: file.name,
        hosts: file.hosts,
        salary: file.salary,
        currency: file.currency,
    })
}

fn layout(file: LayoutFile) -> Result<Layout, String> {
    let fields = file.fields.into_iter().map(|(field, picks)| {
        let picks = match picks {
            Picks::One(pick) => vec![pick],
            Picks::Many(picks) => picks,
        };
        Ok((field, picks.into_iter().map(pick).collect::<Result<_, String>>()?))
    });
    Ok(Layout {
        name: file.name,
        seen: file.seen,
        one: file.one,
        post: selector(&file.post)?,
        pay_unit: file.pay_unit,
        fields: fields.collect::<Result<_, String>>()?,
    })
}

fn pick(file: PickFile) -> Result<Pick, String> {
    let (css, find) = match file {
        PickFile::Css(css) => (css, None),
        PickFile::Part { css, find } => (css, Some(Regex::new(&find).map_err(|error| error.to_string())?)),
    };
    let (css, attribute) = match css.rsplit_once('@') {
        Some((css, attribute)) => (css.trim().to_owned(), Some(attribute.trim().to_owned())),
        None => (css, None),
    };
    let (css, anywhere) = match css.strip_prefix('^') {
        Some(css) => (css.to_owned(), true),
        None => (css, false),
    };
    let css = if css.is_empty() { None } else { Some(selector(&css)?) };
    Ok(Pick { css, attribute, anywhere, find })
}

fn selector(css: &str) -> Result<Selector, String> {
    Selector::parse(css).map_err(|error| format!("{css}: {error}"))
}

impl Pick {
    fn elements<'p>(&self, page: &'p Page<'_>, post: ElementRef<'p>) -> Vec<ElementRef<'p>> {
        match &self.css {
            None => vec![post],
            Some(css) if self.anywhere => page.select(css).collect(),
            Some(css) => post.select(css).collect(),
        }
    }

    fn texts(&self, page: &Page<'_>, post: ElementRef<'_>) -> Vec<String> {
        self.elements(page, post).into_iter().filter_map(|element| self.part(super::attribute_or_line(element, self.attribute.as_deref()))).collect()
    }

    /// The part of a text that is asked for.
    fn part(&self, text: String) -> Option<String> {
        let text = match &self.find {
            Some(find) => find.captures(&text).and_then(|found| found.get(1).or_else(|| found.get(0))).map(|part| part.as_str().trim().to_owned())?,
            None => text,
        };
        Some(text).filter(|text| !text.is_empty())
    }
}

/// Takes out of a page what is never a post's: similar jobs, menus, report forms.
pub fn leave_out(page: &mut Page<'_>, site: &Site) {
    let nodes: Vec<NodeId> = site.leave_out.iter().flat_map(|css| page.select(css).map(|element| element.id()).collect::<Vec<_>>()).collect();
    for node in nodes {
        if let Some(mut node) = page.html.tree.get_mut(node) {
            node.detach();
        }
    }
}

/// The posts of a page in one layout.
pub fn read(page: &Page<'_>, site: &Site, layout: &Layout, most: usize) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for post in page.select(&layout.post).take(most) {
        // A tile inside a tile of the same layout is a part of it.
        if found.last().is_some_and(|last| super::is_inside(page, post.id(), last.node)) {
            continue;
        }
        let draft = draft(page, site, layout, post);
        if !draft.title.is_empty() || (!draft.body.is_empty() && !layout.fields.contains_key(&Field::Title)) {
            found.push(Found { draft, node: post.id() });
        }
        if layout.one && !found.is_empty() {
            break;
        }
    }
    found
}

fn draft(page: &Page<'_>, site: &Site, layout: &Layout, post: ElementRef<'_>) -> Draft {
    let picks = |field: Field| layout.fields.get(&field).map_or(&[][..], Vec::as_slice);
    let all = |field: Field| picks(field).iter().map(|pick| pick.texts(page, post)).find(|texts| !texts.is_empty()).unwrap_or_default();
    let first = |field: Field| picks(field).iter().find_map(|pick| pick.texts(page, post).into_iter().next());
    let figure = |field: Field| first(field).and_then(|text| stated::figure(&text));
    // The first text that is a date: others say "yesterday".
    let moment = |field: Field| picks(field).iter().flat_map(|pick| pick.texts(page, post)).find_map(|text| stated::moment(&text));
    let body = picks(Field::Body).iter().find_map(|pick| body(pick.elements(page, post), pick.attribute.as_deref()));
    let mut draft = Draft {
        marketplace: Some(site.marketplace.clone()),
        id: first(Field::Id),
        url: first(Field::Url).and_then(|link| page.resolve(&link, Some(&site.base))),
        title: prose::line(&first(Field::Title).unwrap_or_default()),
        body: body.unwrap_or_default(),
        published: moment(Field::Published),
        updated: moment(Field::Updated),
        author: first(Field::Author),
        skills: all(Field::Skills).into_iter().filter(|skill| skill.chars().any(char::is_alphabetic)).collect(),
        pay: pay(picks(Field::Pay), &all(Field::PayKind).join(" "), page, post),
        stated_kind: first(Field::Kind).and_then(|text| super::kind_of(&text)),
        ..Draft::default()
    };
    draft.pay.kind = draft.pay.kind.or(layout.pay_unit.filter(|_| draft.pay.is_stated()));
    let reviews = figure(Field::Reviews);
    draft.client.rating = figure(Field::Rating).and_then(stated::rating).filter(|_| reviews != Some(0.0));
    draft.client.total_spent = figure(Field::Spent);
    draft.client.hires = figure(Field::Hires);
    draft.client.hire_rate = figure(Field::HireRate).filter(|rate| *rate <= 100.0);
    draft.client.jobs_posted = figure(Field::JobsPosted);
    draft.client.member_since = moment(Field::MemberSince);
    draft.client.country = first(Field::Country);
    draft.client.payment_verified = picks(Field::Payment).iter().flat_map(|pick| pick.texts(page, post)).find_map(|text| verified(&text));
    draft.proposals = first(Field::Proposals).map(|text| stated::proposals(&text)).unwrap_or_default();
    draft
}

/// The text of the first element that has one, and of its siblings found with it: paragraphs of one description.
fn body(elements: Vec<ElementRef<'_>>, attribute: Option<&str>) -> Option<String> {
    let text = |element: &ElementRef<'_>| match attribute {
        Some(name) => element.attr(name).map(prose::rich).map(|text| crate::text::clean(&text)),
        None => Some(lines(*element)),
    };
    let mut texts = elements.iter().filter_map(|element| Some((element.parent()?.id(), text(element).filter(|text| !text.is_empty())?)));
    let (parent, first) = texts.next()?;
    let mut parts = vec![first];
    for (_, part) in texts.filter(|(other, _)| *other == parent) {
        // A page may show the same text twice, for large and small screens.
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    Some(parts.join("\n\n"))
}

/// The first pick that states a figure; two elements are the ends of a range.
fn pay(picks: &[Pick], kind: &str, page: &Page<'_>, post: ElementRef<'_>) -> Pay {
    let mut named = stated::unit(kind);
    for pick in picks {
        let text = pick.texts(page, post).join(" - ");
        // What others bid is not what the client pays.
        if ["avg", "average"].iter().any(|word| text.to_lowercase().contains(word)) {
            continue;
        }
        let pay = stated::money(&text);
        if pay.is_stated() {
            return Pay { kind: pay.kind.filter(|_| named.is_none()).or(named), ..pay };
        }
        named = named.or(pay.kind);
    }
    Pay { kind: named, ..Pay::default() }
}

/// Whether a text says that payment is verified, or that it is not.
fn verified(text: &str) -> Option<bool> {
    let lower = text.to_lowercase();
    if !lower.contains("verif") && !lower.contains("payment") {
        return None;
    }
    Some(
        !["unverified", "not verified", "not payment", "not been verified", "isn't", "no verificado", "n\u{e3}o verificado"]
            .iter()
            .any(|no| lower.contains(no)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_marketplace_of_the_folder_loads() {
        assert!(sites().len() >= 15);
        for site in sites() {
            assert!(site.layouts.iter().all(|layout| !layout.fields.is_empty()), "{}", site.marketplace);
        }
    }

    #[test]
    fn payment_is_verified_or_not_or_not_told() {
        for (text, is) in [
            ("Payment verified", Some(true)),
            ("Payment unverified", Some(false)),
            ("Is not Payment Verified", Some(false)),
            ("payment-unverified", Some(false)),
            ("Email", None),
        ] {
            assert_eq!(verified(text), is, "{text:?}");
        }
    }
}
