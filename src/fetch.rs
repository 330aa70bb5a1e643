//! Addresses to documents, politely: conditional requests, bounds on time and size, at most two requests in flight to
//! a host, one honest name. A failing address never delays or hides the others. What the bytes mean is for `read`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::read::{Document, Limits, Problem};

pub mod body;
mod cookies;
mod failure;
mod hop;
mod host;
pub mod hosts;
mod retry;

use host::Host;
pub use hosts::{Refusal, is_address};

/// Who asks.
pub const USER_AGENT: &str = concat!("gigsieve/", env!("CARGO_PKG_VERSION"), " (job feed reader for one person)");

/// The bounds of fetching; [`Options::default`] is what the program uses.
#[derive(Debug, Clone)]
pub struct Options {
    pub connect: Duration,
    /// Without a byte.
    pub read: Duration,
    /// One attempt, redirects included; time spent waiting for a turn does not count.
    pub total: Duration,
    /// Requests for one address at most, the first included.
    pub attempts: u32,
    /// The wait before the second attempt; doubled for each further one, with jitter.
    pub back_off: Duration,
    /// A `Retry-After` up to this is waited for; a longer one is left for a later run.
    pub patience: Duration,
    pub redirects: usize,
    /// Requests in flight, all hosts together.
    pub in_flight: usize,
    /// Requests in flight to one host.
    pub per_host: usize,
    /// Bytes of one document as sent.
    pub wire_bytes: usize,
    /// Bytes of one document after decompression.
    pub body_bytes: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            connect: Duration::from_secs(10),
            read: Duration::from_secs(10),
            total: Duration::from_secs(30),
            attempts: 3,
            back_off: Duration::from_millis(700),
            patience: Duration::from_secs(10),
            redirects: 10,
            in_flight: 100,
            per_host: 2,
            wire_bytes: 16 << 20,
            body_bytes: Limits::default().document_bytes,
        }
    }
}

impl Options {
    /// The defaults, with what the configuration says otherwise.
    pub fn of(config: &crate::config::Fetch) -> Options {
        let default = Options::default();
        let seconds = |value: Option<f64>, default| value.and_then(|value| Duration::try_from_secs_f64(value).ok()).unwrap_or(default);
        Options {
            connect: seconds(config.connect_seconds, default.connect),
            read: seconds(config.read_seconds, default.read),
            total: seconds(config.total_seconds, default.total),
            attempts: config.attempts.unwrap_or(default.attempts).max(1),
            in_flight: config.in_flight.unwrap_or(default.in_flight).max(1),
            wire_bytes: config.wire_bytes.unwrap_or(default.wire_bytes),
            ..default
        }
    }
}

/// What a server said of the version it sent, byte for byte, and the address it said it of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    pub address: String,
    pub etag: Option<Vec<u8>>,
    pub last_modified: Option<Vec<u8>>,
}

/// An address to fetch.
#[derive(Debug, Clone, Default)]
pub struct Request {
    pub address: String,
    /// Those of the version already known, if any.
    pub validators: Option<Validators>,
}

/// How a fetch ended.
#[derive(Debug)]
pub enum Outcome {
    Fresh(Document, Validators),
    /// The version already known is still the newest.
    Unchanged,
    Failed(FetchError),
}

/// The end of a fetch, with what else was learned.
#[derive(Debug)]
pub struct Fetched {
    pub outcome: Outcome,
    /// Where the address has moved to for good.
    pub moved_to: Option<String>,
    /// The server asks not to come back before.
    pub not_before: Option<Timestamp>,
    pub attempts: u32,
    /// Only the end of the connection told that the document was complete; it may have been cut off.
    pub end_unmarked: bool,
}

/// Why an address could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("cannot set up fetching: {0}")]
    SetUp(String),
    #[error("no connection: {0}; check the address, or wait until the server is back")]
    Connect(String),
    #[error("the name of the server is not found ({0}); check the address and your network")]
    Name(String),
    #[error("the server's certificate is not to be trusted ({0}); look at the address in a browser, and make your system trust it if it is yours")]
    Certificate(String),
    #[error("no connection within {0:?}; check the address, or wait until the server is back")]
    ConnectTime(Duration),
    #[error("{0} did not take a connection for other sources either; it is tried again with the next run")]
    HostDown(String),
    #[error("silent for {0:?}, or slower than that to answer; the server may be overloaded, and is asked again with the next run")]
    ReadTime(Duration),
    #[error("not done within {0:?}; the server sends too slowly, and is asked again with the next run")]
    TotalTime(Duration),
    #[error("410: gone for good; take it out of your sources")]
    Gone,
    #[error("{}", failure::status_text(*.0))]
    Status(u16),
    #[error("304: not modified, though nothing was known of it yet; the server is at fault")]
    StrayNotModified,
    #[error("the server sent nothing at all; look at the address in a browser")]
    Empty,
    #[error("redirected without saying where ({0}); open it in a browser and put the new address into your sources")]
    NoLocation(u16),
    #[error("redirected to `{0}`, which is no address; open it in a browser")]
    BadLocation(String),
    #[error("redirected to {to}, from {from}: to another scheme; if that is right, put the new address in your sources")]
    OtherScheme { from: String, to: String },
    #[error("redirected in a circle, by {0}; open it in a browser, and look for the new address")]
    Circle(String),
    #[error("redirected more than {0} times; open it in a browser, and look for the new address")]
    TooManyRedirects(usize),
    #[error("larger than {} kB{}, which no feed is; left out", .limit >> 10, if *.wire { " as sent" } else { " after decompression" })]
    TooLarge { limit: usize, wire: bool },
    #[error("the transfer broke off: {0}; it is tried again with the next run")]
    Broken(String),
    #[error("compressed as `{0}`, which is not understood; save it with a browser and scan the file")]
    UnknownCoding(String),
    #[error("damaged compression ({0}); it is tried again with the next run")]
    Damaged(String),
    #[error("no valid HTTP answer: {0}; check the address")]
    Protocol(String),
}

/// What all fetches of a run share.
struct Shared {
    client: Client,
    /// Makes a connection for every request; for servers that close them without a word.
    fresh: OnceLock<Result<Client, FetchError>>,
    options: Options,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
    all: Arc<Semaphore>,
}

/// The right to one request; given back when dropped.
struct Turn {
    host: Arc<Host>,
    _turn: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

/// Headers of one answer at most; the client's own bound is lower than what some servers send.
const HEADERS: usize = 1000;

fn client(options: &Options, idle: usize) -> Result<Client, FetchError> {
    Client::builder()
        .user_agent(USER_AGENT)
        .redirect(Policy::none())
        .connect_timeout(options.connect)
        .read_timeout(options.read)
        .pool_max_idle_per_host(idle)
        .http1_max_headers(HEADERS)
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        // Bodies are unpacked in `body`, where both sizes are bounded.
        .no_gzip()
        .no_brotli()
        .no_deflate()
        .no_zstd()
        .retry(reqwest::retry::never())
        .build()
        .map_err(|cause| FetchError::SetUp(failure::chain(&cause)))
}

impl Shared {
    fn new(options: &Options) -> Result<Shared, FetchError> {
        let client = client(options, options.per_host)?;
        Ok(Shared { client, fresh: OnceLock::new(), options: options.clone(), hosts: Mutex::default(), all: Arc::new(Semaphore::new(options.in_flight)) })
    }

    fn client(&self, fresh: bool) -> Result<&Client, FetchError> {
        if fresh { self.fresh.get_or_init(|| client(&self.options, 0)).as_ref().map_err(FetchError::clone) } else { Ok(&self.client) }
    }

    /// Waits for a turn: first at the host, then overall, so that a slow host holds no places of others.
    async fn turn(&self, url: &Url) -> Turn {
        let host = {
            let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(hosts.entry(hosts::host(url)).or_insert_with(|| Arc::new(Host::new(self.options.per_host))))
        };
        let turn = Arc::clone(&host.turns).acquire_owned().await.expect("the semaphore is never closed");
        let all = Arc::clone(&self.all).acquire_owned().await.expect("the semaphore is never closed");
        Turn { host, _turn: turn, _all: all }
    }
}

/// Fetches all addresses at once, within the bounds; `each` gets every end with the index of its request, as they come.
///
/// # Errors
/// Fetching as such could not be set up; whatever goes wrong with one address comes through `each`.
pub fn fetch_all(requests: Vec<Request>, options: &Options, mut each: impl FnMut(usize, Fetched)) -> Result<(), FetchError> {
    if requests.is_empty() {
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(|cause| FetchError::SetUp(cause.to_string()))?;
    let shared = Arc::new({
        let _inside = runtime.enter();
        Shared::new(options)?
    });
    let (sender, mut receiver) = mpsc::unbounded_channel();
    for (index, request) in requests.into_iter().enumerate() {
        let (shared, sender) = (Arc::clone(&shared), sender.clone());
        runtime.spawn(async move {
            let fetched = retry::fetch(&shared, &request).await;
            // Nobody listening means the run is over.
            let _ = sender.send((index, fetched));
        });
    }
    drop(sender);
    while let Some((index, fetched)) = receiver.blocking_recv() {
        each(index, fetched);
    }
    // A name look-up may still hang in a thread of its own; it is not waited for.
    runtime.shutdown_background();
    Ok(())
}

/// Fetches addresses, unconditionally and within the same bounds. Whatever goes wrong with one is a problem that names it.
pub fn fetch_each(addresses: &[String], options: &Options) -> HashMap<String, Result<Document, Problem>> {
    let failed = |address: &str, error: FetchError| Problem { source_name: shown(address), place: None, message: error.to_string() };
    let requests: Vec<Request> = addresses.iter().map(|address| Request { address: address.clone(), validators: None }).collect();
    let mut documents = HashMap::new();
    let done = fetch_all(requests, options, |index, fetched| {
        let document = match fetched.outcome {
            Outcome::Fresh(document, _) => Ok(document),
            Outcome::Unchanged => Err(FetchError::StrayNotModified),
            Outcome::Failed(error) => Err(error),
        };
        documents.insert(addresses[index].clone(), document.map_err(|error| failed(&addresses[index], error)));
    });
    let missing = done.err().unwrap_or_else(|| FetchError::SetUp("the fetch ended without an answer".into()));
    for address in addresses {
        documents.entry(address.clone()).or_insert_with(|| Err(failed(address, missing.clone())));
    }
    documents
}

/// Fetches one address, unconditionally.
///
/// # Errors
/// Whatever went wrong, as a problem that names the address.
pub fn fetch_one(address: &str, options: &Options) -> Result<Document, Problem> {
    let ended = fetch_each(&[address.to_owned()], options).remove(address);
    ended.unwrap_or_else(|| Err(Problem { source_name: shown(address), place: None, message: FetchError::Empty.to_string() }))
}

/// An error with its causes and without the address, which may be a secret.
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
    failure::chain(error)
}

/// `Retry-After` in either form, from now.
pub(crate) fn retry_after(value: &str) -> Option<Duration> {
    retry::retry_after(value, Timestamp::now())
}

/// An address for people, without a password in it.
pub fn shown(address: &str) -> String {
    Url::parse(address).map_or_else(|_| crate::text::clean_line(address), |url| hosts::shown(&url))
}
