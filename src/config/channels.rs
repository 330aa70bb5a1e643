//! `[delivery]`: the channels a digest goes to and what each needs to know. Sending is the work of `crate::deliver`.

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

/// All channels; with none, the digest goes to standard output.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Delivery {
    /// Write to standard output although other channels are there.
    pub stdout: bool,
    pub file: Vec<FileChannel>,
    pub atom: Vec<AtomChannel>,
    pub mail: Vec<MailChannel>,
    pub webhook: Vec<WebhookChannel>,
}

/// A file each digest is added to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileChannel {
    pub name: Option<Spanned<String>>,
    pub path: Spanned<PathBuf>,
    #[serde(default)]
    pub format: FileFormat,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileFormat {
    #[default]
    Markdown,
    Text,
    /// The stored records, one a line.
    Jsonl,
}

/// An Atom feed of the posts that were worth it, for any reader.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtomChannel {
    pub name: Option<Spanned<String>>,
    pub path: Spanned<PathBuf>,
    #[serde(default = "AtomChannel::title")]
    pub title: String,
    /// The newest so many entries stay in the file.
    #[serde(default = "AtomChannel::entries")]
    pub entries: usize,
}

impl AtomChannel {
    fn title() -> String {
        "gigsieve".into()
    }

    fn entries() -> usize {
        200
    }
}

/// Mail by SMTP.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailChannel {
    pub name: Option<Spanned<String>>,
    pub server: Spanned<String>,
    pub port: Option<u16>,
    #[serde(default)]
    pub tls: TlsMode,
    /// A file of PEM certificates to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    pub user: Option<String>,
    /// The variable that holds the password.
    pub password_env: Option<String>,
    /// The file that holds the password, readable by its owner alone.
    pub password_file: Option<PathBuf>,
    pub from: String,
    pub to: Vec<String>,
    #[serde(default = "seconds")]
    pub timeout_seconds: f64,
}

/// How a mail server is spoken to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TlsMode {
    /// TLS after a plain greeting; never without. Port 587.
    #[default]
    Starttls,
    /// TLS from the first byte. Port 465.
    Implicit,
    /// No TLS: a server on this machine only.
    None,
}

/// An HTTP POST of JSON.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookChannel {
    pub name: Option<Spanned<String>>,
    pub preset: Option<Spanned<Preset>>,
    pub url: Option<String>,
    /// The variable that holds the address, where the address is a secret.
    pub url_env: Option<String>,
    pub url_file: Option<PathBuf>,
    /// The variable that holds a token: of the bot (Telegram), else sent as `Authorization: Bearer`.
    pub token_env: Option<String>,
    pub token_file: Option<PathBuf>,
    /// Telegram: the chat to write to.
    pub chat: Option<String>,
    #[serde(default = "seconds")]
    pub timeout_seconds: f64,
    #[serde(default = "attempts")]
    pub attempts: u32,
}

/// The payload a service understands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// The digest as data.
    #[default]
    Json,
    Slack,
    Discord,
    Telegram,
    Ntfy,
}

impl WebhookChannel {
    /// The payload to send.
    pub fn preset(&self) -> Preset {
        self.preset.as_ref().map_or(Preset::Json, |preset| *preset.get_ref())
    }
}

fn seconds() -> f64 {
    20.0
}

fn attempts() -> u32 {
    3
}

impl Delivery {
    /// Whether no channel is configured.
    pub fn is_empty(&self) -> bool {
        !self.stdout && self.file.is_empty() && self.atom.is_empty() && self.mail.is_empty() && self.webhook.is_empty()
    }

    /// The name of each channel and where it stands.
    fn names(&self) -> Vec<(String, Range<usize>)> {
        let name = |given: &Option<Spanned<String>>, kind: &str, place: Range<usize>| match given {
            Some(name) => (name.get_ref().clone(), name.span()),
            None => (kind.to_owned(), place),
        };
        let mut names = Vec::new();
        names.extend(self.file.iter().map(|channel| name(&channel.name, "file", channel.path.span())));
        names.extend(self.atom.iter().map(|channel| name(&channel.name, "atom", channel.path.span())));
        names.extend(self.mail.iter().map(|channel| name(&channel.name, "mail", channel.server.span())));
        names.extend(self.webhook.iter().map(|channel| name(&channel.name, "webhook", channel.preset.as_ref().map_or(0..0, Spanned::span))));
        names
    }

    /// The first name that two channels share.
    pub(super) fn twice(&self) -> Option<(String, Range<usize>)> {
        let names = self.names();
        let reserved = std::iter::once("stdout");
        let mut seen: std::collections::HashSet<&str> = reserved.collect();
        names.iter().find(|(name, _)| !seen.insert(name)).cloned()
    }

    /// Makes relative paths start at the configuration's folder.
    pub(super) fn anchor(&mut self, folder: &Path) {
        for path in self.file.iter_mut().map(|channel| &mut channel.path).chain(self.atom.iter_mut().map(|channel| &mut channel.path)) {
            *path = Spanned::new(path.span(), folder.join(path.get_ref()));
        }
        let mail = self.mail.iter_mut().flat_map(|channel| channel.password_file.iter_mut().chain(channel.ca_file.iter_mut()));
        let webhook = self.webhook.iter_mut().flat_map(|channel| channel.url_file.iter_mut().chain(channel.token_file.iter_mut()));
        mail.chain(webhook).for_each(|path| *path = folder.join(&*path));
    }
}
