//! The pages of what the store remembers: today's digest, and history with its search. Marks are plain forms that
//! answer with a redirect, so these pages need no script; who may send them is the guard's business.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use jiff::{SignedDuration, Timestamp};
use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use serde::Deserialize;
use url::form_urlencoded;

use super::pages::Page;
use super::{Section, blocking};
use crate::report::digest::{Digest, Item, SourceLine};
use crate::report::html;
use crate::store::{Decision, Entry, Health, Store, StoreError};

const STYLE: &str = concat!(include_str!("../report/html/style.css"), include_str!("remembered.css"));

/// Label and path of each page.
const PAGES: [(&str, &str); 2] = [("Today’s digest", "/digest"), ("History", "/history")];
const DIGEST: &str = PAGES[0].1;
const HISTORY: &str = PAGES[1].1;

/// What the digest page takes for today.
const TODAY: SignedDuration = SignedDuration::from_hours(24);
/// Open posts shown at most.
const OPEN: usize = 20;
/// Posts of the history shown at first, and at most.
const FEW: usize = 50;
const MOST: usize = 1000;
/// Bytes of a mark: a number, a word, and what was searched for.
const MARK: usize = 1 << 14;

/// Where it is remembered, and the configured sources by name.
#[derive(Debug)]
pub struct Memory {
    pub store: PathBuf,
    pub sources: Vec<String>,
}

/// The pages over a store. It is opened for each request: a digest may run, or make it, at any time.
pub fn sections(memory: Memory) -> Vec<Section> {
    let memory = Arc::new(memory);
    let marking = DefaultBodyLimit::max(MARK);
    let digest = Router::new().route("/", get(digest)).route("/mark", post(mark_in_digest).layer(marking));
    let history = Router::new().route("/", get(history)).route("/mark", post(mark_in_history).layer(marking));
    PAGES.into_iter().zip([digest, history]).map(|((label, path), router)| Section { label, path, router: router.with_state(Arc::clone(&memory)) }).collect()
}

/// What an address of these pages may say.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    words: String,
    most: Option<usize>,
    /// The post that was just marked.
    marked: Option<i64>,
}

impl Asked {
    fn most(&self) -> usize {
        self.most.unwrap_or(FEW).clamp(1, MOST)
    }

    /// The address of a page that says the same, but for these.
    fn address(&self, path: &str, most: Option<usize>, marked: Option<i64>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !self.words.is_empty() {
            query.append_pair("words", &self.words);
        }
        for (name, value) in [("most", most.map(|most| most.to_string())), ("marked", marked.map(|marked| marked.to_string()))] {
            if let Some(value) = value {
                query.append_pair(name, &value);
            }
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

/// What a mark button sends.
#[derive(Debug, Deserialize)]
struct Marked {
    post: i64,
    /// The name of a decision; `none` takes it back.
    decision: String,
    #[serde(default)]
    words: String,
    most: Option<usize>,
}

async fn digest(State(memory): State<Arc<Memory>>, Query(asked): Query<Asked>) -> Response {
    blocking(move || with_store(&memory.store, DIGEST, |store| Ok(digest_page(store, &memory.sources, &asked, Timestamp::now())?.into_response()))).await
}

async fn history(State(memory): State<Arc<Memory>>, Query(asked): Query<Asked>) -> Response {
    blocking(move || with_store(&memory.store, HISTORY, |store| Ok(history_page(store, &asked)?.into_response()))).await
}

async fn mark_in_digest(State(memory): State<Arc<Memory>>, Form(marked): Form<Marked>) -> Response {
    blocking(move || mark(&memory.store, DIGEST, marked)).await
}

async fn mark_in_history(State(memory): State<Arc<Memory>>, Form(marked): Form<Marked>) -> Response {
    blocking(move || mark(&memory.store, HISTORY, marked)).await
}

/// Works on the store; where there is none yet, says what fills it.
fn with_store(path: &Path, page: &str, work: impl FnOnce(&mut Store) -> Result<Response, StoreError>) -> Response {
    if !path.exists() {
        let nothing = format!("Nothing is remembered yet in {}; the command “gigsieve digest” fills it.", path.display());
        return rendered(page, context! { nothing }).into_response();
    }
    match Store::open(path).and_then(|mut store| work(&mut store)) {
        Ok(response) => response,
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Notes a decision and leads back to the page, to the very post.
fn mark(path: &Path, page: &str, marked: Marked) -> Response {
    let decision = Decision::ALL.into_iter().find(|decision| decision.name() == marked.decision);
    if decision.is_none() && marked.decision != "none" {
        return (StatusCode::UNPROCESSABLE_ENTITY, "no such decision").into_response();
    }
    with_store(path, page, |store| {
        if numbered(store, marked.post)?.is_none() {
            return Ok((StatusCode::NOT_FOUND, "no such post").into_response());
        }
        match decision {
            Some(decision) => store.mark(marked.post, decision, Timestamp::now())?,
            None => store.unmark(marked.post)?,
        }
        let asked = Asked { words: marked.words, most: marked.most, marked: None };
        let most = asked.most.map(|_| asked.most());
        Ok(Redirect::to(&format!("{}#post-{}", asked.address(page, most, Some(marked.post)), marked.post)).into_response())
    })
}

fn numbered(store: &Store, number: i64) -> Result<Option<Entry>, StoreError> {
    // What looks like a number may also be another post's own id.
    Ok(store.find(&number.to_string())?.filter(|entry| entry.number == number))
}

fn digest_page(store: &Store, sources: &[String], asked: &Asked, now: Timestamp) -> Result<Page, StoreError> {
    let due = store.due_since(now.checked_sub(TODAY).unwrap_or(Timestamp::MIN))?;
    let open = store.open_posts(now, OPEN)?;
    let health: Vec<Health> = sources.iter().map(|name| store.health(name)).collect::<Result<_, _>>()?;
    let digest = Digest::new(String::new(), &due, &open, &health, now, false);
    let entries: Vec<&Entry> = due.iter().map(|due| &due.entry).chain(&open).collect();
    let shown = |item: &Item| entries.iter().find(|entry| entry.number == item.number).map(|entry| shown(item, entry));
    let section = |name: &str, reasons: usize, items: Vec<&Item>| {
        let posts: Vec<Value> = items.into_iter().filter_map(shown).collect();
        context! { name, reasons, posts }
    };
    let sections = vec![
        section("Worth applying to", 3, digest.tier("apply").collect()),
        section("Maybe", 1, digest.tier("maybe").collect()),
        section("Changed, and no longer worth it", 1, digest.tier("skip").collect()),
        section("Still open, no decision yet", 0, digest.open.iter().collect()),
        section("Skipped, but nearest", 0, digest.near.iter().collect()),
    ];
    let lines: Vec<String> = digest.sources.iter().map(SourceLine::line).collect();
    let about = format!("What came or changed in the 24 hours before {}.", now.strftime("%Y-%m-%d %H:%M UTC"));
    Ok(rendered(
        DIGEST,
        context! {
            about,
            sections,
            nothing => digest.items.is_empty().then_some("Nothing new worth applying to."),
            skipped => (digest.skipped > 0).then(|| context! { posts => digest.skipped, by => Value::from(Serde(&digest.skipped_by)) }),
            sources => lines,
            told => told(store, asked)?,
        },
    ))
}

fn history_page(store: &Store, asked: &Asked) -> Result<Page, StoreError> {
    let words: Vec<String> = asked.words.split_whitespace().map(str::to_owned).collect();
    let most = asked.most();
    // One more than is shown tells whether there is more.
    let mut entries = store.search(&words, most + 1)?;
    let more = (entries.len() > most && most < MOST).then(|| asked.address(HISTORY, Some((most + FEW).min(MOST)), None));
    entries.truncate(most);
    let posts: Vec<Value> = entries.iter().map(|entry| shown(&Item::of(entry, "changed"), entry)).collect();
    let name = if words.is_empty() { "Newest first" } else { "Found, newest first" };
    let mut kept = Vec::new();
    if !asked.words.is_empty() {
        kept.push(("words", asked.words.clone()));
    }
    if asked.most.is_some() {
        kept.push(("most", most.to_string()));
    }
    Ok(rendered(
        HISTORY,
        context! {
            about => format!("{} posts are stored.", store.count()?),
            search => asked.words.clone(),
            sections => vec![context! { name, reasons => 1, posts }],
            nothing => entries.is_empty().then_some("No stored post holds these words."),
            more,
            kept => kept.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect::<Vec<_>>(),
            told => told(store, asked)?,
        },
    ))
}

fn shown(item: &Item, entry: &Entry) -> Value {
    context! { post => Value::from(Serde(item)), decision => entry.decision.clone(), day => entry.first_seen.strftime("%Y-%m-%d").to_string() }
}

/// The post that was just marked, for the line that says so.
fn told(store: &Store, asked: &Asked) -> Result<Option<Value>, StoreError> {
    let Some(number) = asked.marked else { return Ok(None) };
    Ok(numbered(store, number)?.map(|entry| shown(&Item::of(&entry, "new"), &entry)))
}

fn rendered(path: &str, parts: Value) -> Page {
    static ENVIRONMENT: OnceLock<Environment<'static>> = OnceLock::new();
    let environment = ENVIRONMENT.get_or_init(|| {
        let mut environment = Environment::new();
        environment.add_template("remembered.html", include_str!("remembered.html")).expect("the template is checked by a test");
        environment
    });
    let links: Vec<Value> = PAGES.into_iter().map(|(label, path)| context! { label, path }).collect();
    let title = PAGES.iter().find(|(_, of)| *of == path).map_or("gigsieve", |(label, _)| label);
    let decisions: Vec<&str> = Decision::ALL.into_iter().map(Decision::name).collect();
    let text = environment
        .get_template("remembered.html")
        .and_then(|template| template.render(context! { style => Value::from_safe_string(STYLE.to_owned()), title, path, links, decisions, ..parts }))
        .expect("the template fits its values");
    Page::without_script(text, &html::style_policy(STYLE))
}
