//! The local page: paste a post and see it judged while typing, drop a file and get its report. Loopback only; every
//! request passes [`guard`]. The judging is the library's; pages of digest and history ([`remembered`]) join as a
//! [`Section`].

mod guard;
mod pages;
pub mod remembered;

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};

use crate::read::columns::Columns;
use crate::read::{self, Document, Limits, Reading};
use crate::report::{Judged, Report, cards, html};
use crate::sieve::Sieve;

/// Bytes of a pasted post.
const PASTE: usize = 1 << 20;
/// Reports kept in memory; the oldest goes first.
const KEPT: usize = 8;

/// What the pages work with.
pub struct Service {
    sieve: Sieve,
    limits: Limits,
    /// The person's own names for the columns of tables.
    columns: Option<Arc<Columns>>,
    /// Reports of dropped files: number and page.
    reports: Mutex<VecDeque<(u64, String)>>,
}

/// A group of pages with a state of their own (digest, history): its router is nested at `path`, under the same guard, and
/// `label` links to it.
pub struct Section {
    pub label: &'static str,
    /// As `/history`.
    pub path: &'static str,
    pub router: Router,
}

/// A port of the loopback address; 0 takes any that is free.
///
/// # Errors
/// The port is taken, or loopback is not there.
pub async fn listen(port: u16) -> std::io::Result<tokio::net::TcpListener> {
    tokio::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await
}

/// Serves until the process ends.
///
/// # Errors
/// What the listener says.
pub async fn run(listener: tokio::net::TcpListener, sieve: Sieve, columns: Option<Arc<Columns>>, sections: Vec<Section>) -> std::io::Result<()> {
    let port = listener.local_addr()?.port();
    axum::serve(listener, router(sieve, columns, port, sections)).await
}

/// All pages, guarded.
fn router(sieve: Sieve, columns: Option<Arc<Columns>>, port: u16, sections: Vec<Section>) -> Router {
    let limits = Limits::default();
    let most = limits.document_bytes;
    let start = pages::start(&sections);
    let service = Arc::new(Service { sieve, limits, columns, reports: Mutex::new(VecDeque::new()) });
    let mut router = Router::new()
        .route("/", get(move || async move { start.into_response() }))
        .route("/judge", post(judge).layer(DefaultBodyLimit::max(PASTE)))
        .route("/report", post(report).layer(DefaultBodyLimit::max(most)))
        .route("/report/{number}", get(kept))
        .with_state(service);
    for section in sections {
        router = router.nest(section.path, section.router);
    }
    router.layer(axum::middleware::from_fn_with_state(guard::Guard::new(port), guard::guard))
}

/// A deck of what a text holds, and what of it could not be read.
#[derive(Serialize)]
struct Reply<'a> {
    #[serde(flatten)]
    deck: cards::Deck<'a>,
    problems: Vec<String>,
}

/// Judges a pasted text.
async fn judge(State(service): State<Arc<Service>>, text: Bytes) -> Response {
    blocking(move || {
        // What was pasted is what a person sees: text, even where it looks like markup or records.
        let document = Document { source: "paste".into(), media_type: Some("text/plain; charset=utf-8".into()), bytes: text.into(), ..Document::default() };
        let (judged, problems) = judged(&service, read::text::read(&document, &service.limits));
        let deck = cards::deck(&service.sieve, &judged, jiff::Timestamp::now());
        json(&Reply { deck, problems })
    })
    .await
}

#[derive(Deserialize)]
struct Dropped {
    #[serde(default)]
    name: String,
}

/// Where the report of a dropped file is.
#[derive(Serialize)]
struct Made {
    path: Option<String>,
    posts: usize,
    problems: Vec<String>,
}

/// Makes the report of a dropped file and says where it is.
async fn report(State(service): State<Arc<Service>>, Query(dropped): Query<Dropped>, bytes: Bytes) -> Response {
    blocking(move || {
        let name = crate::text::clean_line(&dropped.name);
        let name = if name.is_empty() { "dropped file" } else { &name };
        let document = Document { source: name.to_owned(), bytes: bytes.into(), columns: service.columns.clone(), ..Document::default() };
        let (judged, problems) = judged(&service, read::read(&document, &service.limits));
        let posts = judged.len();
        let path = (posts > 0).then(|| {
            let report = Report { problems: problems.clone(), ..Report::new(judged, jiff::Timestamp::now()) };
            let page = html::page(&service.sieve, &report);
            let mut reports = service.reports.lock().unwrap_or_else(PoisonError::into_inner);
            let number = reports.back().map_or(1, |(last, _)| last + 1);
            reports.push_back((number, page));
            if reports.len() > KEPT {
                reports.pop_front();
            }
            format!("/report/{number}")
        });
        json(&Made { path, posts, problems })
    })
    .await
}

/// A report made before.
async fn kept(State(service): State<Arc<Service>>, Path(number): Path<u64>) -> Response {
    let reports = service.reports.lock().unwrap_or_else(PoisonError::into_inner);
    match reports.iter().find(|(of, _)| *of == number) {
        // The page brings its own policy, for it is the same file that `--format html` writes.
        Some((_, page)) => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page.clone()).into_response(),
        None => (StatusCode::NOT_FOUND, "This report is gone: only the last few are kept. Drop the file again.").into_response(),
    }
}

fn judged(service: &Service, reading: Reading) -> (Vec<Judged>, Vec<String>) {
    let Reading { posts, problems, .. } = reading;
    let judged = posts.into_iter().map(|post| Judged { judgement: service.sieve.judge(&post), post }).collect();
    (judged, problems.iter().map(ToString::to_string).collect())
}

/// Runs work that would hold up other requests.
async fn blocking(work: impl FnOnce() -> Response + Send + 'static) -> Response {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn json(value: &impl Serialize) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], html::island(value)).into_response()
}
