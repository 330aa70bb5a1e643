//! An HTTP POST of JSON, in the shape a service understands. A delivery that was refused is tried again; one whose
//! answer never came is left to the next run, which marks it.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use serde_json::{Value, json};

use super::Undelivered;
use super::secret::{self, Secret};
use crate::config::channels::{Preset, WebhookChannel};
use crate::fetch;
use crate::report::digest::{self, Digest};

pub(super) struct Webhook {
    preset: Preset,
    url: Secret,
    token: Option<Secret>,
    chat: Option<String>,
    /// ntfy: the topic, which its JSON names.
    topic: Option<String>,
    time_out: Duration,
    attempts: u32,
    /// Made beforehand: loading certificates takes a while, and nothing should take a while once a batch is open.
    client: Client,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Webhook").field("preset", &self.preset).finish_non_exhaustive()
    }
}

/// The wait before the second attempt, doubled for each further one.
const BACK_OFF: Duration = Duration::from_millis(300);
/// A longer `Retry-After` is left to the next run.
const PATIENCE: Duration = Duration::from_secs(20);

impl Webhook {
    pub(super) fn new(channel: &WebhookChannel) -> Result<Webhook, String> {
        let token = secret::read(channel.token_env.as_deref(), channel.token_file.as_deref())?;
        let secret_url = secret::read(channel.url_env.as_deref(), channel.url_file.as_deref())?;
        let written = secret_url.as_ref().map(Secret::reveal).or(channel.url.as_deref());
        let preset = channel.preset();
        let mut url = match (written, preset) {
            (Some(url), _) => url.to_owned(),
            (None, Preset::Telegram) => "https://api.telegram.org".to_owned(),
            (None, _) => return Err("it has no address: set `url`, `url_env` or `url_file`".into()),
        };
        let mut topic = None;
        match preset {
            Preset::Telegram => {
                let token = token.as_ref().ok_or("Telegram needs the token of a bot: set `token_env` or `token_file`")?;
                channel.chat.as_ref().ok_or("Telegram needs `chat`, the chat to write to")?;
                url = format!("{}/bot{}/sendMessage", url.trim_end_matches('/'), token.reveal());
            }
            Preset::Ntfy => {
                let (server, last) = url
                    .trim_end_matches('/')
                    .rsplit_once('/')
                    .filter(|(server, _)| server.contains("://"))
                    .ok_or("ntfy needs an address that ends with the topic")?;
                topic = Some(last.to_owned());
                url = server.to_owned();
            }
            _ => {}
        }
        // The address may be a secret: the message does not show it.
        Url::parse(&url).ok().filter(|url| matches!(url.scheme(), "http" | "https")).ok_or("its address is no http or https address")?;
        let time_out =
            Duration::try_from_secs_f64(channel.timeout_seconds).ok().filter(|time| !time.is_zero()).ok_or("`timeout_seconds` must be more than 0")?;
        let client = Client::builder().user_agent(fetch::USER_AGENT).redirect(Policy::none()).timeout(time_out).retry(reqwest::retry::never()).build();
        let client = client.map_err(|cause| fetch::causes(&cause))?;
        Ok(Webhook { client, preset, url: Secret::new(url), token, chat: channel.chat.clone(), topic, time_out, attempts: channel.attempts.max(1) })
    }

    /// Whether a service takes a message of this length.
    pub(super) fn fits(&self, digest: &Digest) -> bool {
        let text = digest::brief(digest);
        match self.preset {
            Preset::Json => true,
            Preset::Slack => text.len() <= 35_000,
            Preset::Discord => text.encode_utf16().count() <= 1_900,
            Preset::Telegram => text.encode_utf16().count() <= 4_000,
            Preset::Ntfy => text.len() <= 3_900,
        }
    }

    fn payload(&self, digest: &Digest) -> Value {
        let text = digest::brief(digest);
        match self.preset {
            Preset::Json => serde_json::to_value(digest).expect("a digest has string keys and finite numbers"),
            Preset::Slack => json!({ "text": text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"), "unfurl_links": false }),
            Preset::Discord => json!({ "content": text, "allowed_mentions": { "parse": [] } }),
            Preset::Telegram => json!({ "chat_id": self.chat, "text": text, "link_preview_options": { "is_disabled": true } }),
            Preset::Ntfy => json!({ "topic": self.topic, "title": digest.headline(), "message": text }),
        }
    }

    pub(super) fn send(&self, digest: &Digest) -> Result<(), Undelivered> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|cause| Undelivered::NotSent(cause.to_string()))?;
        runtime.block_on(self.attempts(digest))
    }

    async fn attempts(&self, digest: &Digest) -> Result<(), Undelivered> {
        let body = self.payload(digest).to_string();
        let mut wait = BACK_OFF;
        for attempt in 1.. {
            // A receiver that keeps the keys it has seen can drop a repeat.
            let mut request =
                self.client.post(self.url.reveal()).header("content-type", "application/json").header("idempotency-key", &digest.id).body(body.clone());
            if let Some(token) = self.token.as_ref().filter(|_| self.preset != Preset::Telegram) {
                request = request.bearer_auth(token.reveal());
            }
            let (failure, asked) = match request.send().await {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                Ok(answer) => {
                    let status = answer.status().as_u16();
                    let asked = answer.headers().get("retry-after").and_then(|value| value.to_str().ok()).and_then(fetch::retry_after);
                    match status {
                        // A gateway does not know what became of the request behind it.
                        502 | 504 => return Err(Undelivered::Unknown(format!("a gateway answered {status}"))),
                        408 | 425 | 429 | 500 | 503 => (format!("the receiver answered {status}"), asked),
                        _ => return Err(Undelivered::NotSent(format!("the receiver answered {status}"))),
                    }
                }
                Err(cause) if cause.is_connect() => (format!("no connection: {}", fetch::causes(&cause)), None),
                Err(cause) if cause.is_timeout() => return Err(Undelivered::Unknown(format!("no answer within {:?}", self.time_out))),
                Err(cause) => return Err(Undelivered::Unknown(fetch::causes(&cause))),
            };
            if attempt >= self.attempts || asked.is_some_and(|asked| asked > PATIENCE) {
                return Err(Undelivered::NotSent(failure));
            }
            tokio::time::sleep(asked.unwrap_or(wait)).await;
            wait *= 2;
        }
        unreachable!("the loop ends with an answer or the last attempt")
    }
}
