//! `gigsieve.toml`: sources, profile, thresholds, delivery. It is read once, whole, and an unknown key or a value that
//! makes no sense is an error that points at its place. Nothing here opens a source or sends anything.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde::Deserialize;
use toml::Spanned;

use crate::profile::Profile;
use crate::read::columns::Columns;

mod bounds;
pub mod channels;
mod measure;
pub mod opml;

pub use channels::Delivery;

/// The commented file that `gigsieve init` writes.
pub const EXAMPLE: &str = include_str!("config/example.toml");

/// The variable that names the configuration file.
pub const VARIABLE: &str = "GIGSIEVE_CONFIG";
/// The variable that names the store.
pub const STORE_VARIABLE: &str = "GIGSIEVE_STORE";

/// A person's configuration.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    #[serde(rename = "source")]
    pub sources: Vec<Feed>,
    #[serde(rename = "profile")]
    written: measure::Written,
    /// Amounts are in US dollars, whatever currency they were given in.
    #[serde(skip)]
    pub profile: Profile,
    pub thresholds: Thresholds,
    /// Points of single rules by id: the sign of signals on which people differ is theirs to choose.
    points: BTreeMap<Spanned<String>, i32>,
    /// Which column of a table holds which field: field to the names of its columns.
    pub columns: Columns,
    /// US dollars for one unit, by ISO 4217 code; goes before the built-in table.
    pub currencies: BTreeMap<String, f64>,
    /// Rule files and folders of the person's own.
    pub rules: Vec<PathBuf>,
    /// Where the store lies, if not in the platform's data folder.
    pub store: Option<PathBuf>,
    pub fetch: Fetch,
    pub delivery: Delivery,
    #[serde(skip)]
    file: PathBuf,
    #[serde(skip)]
    text: String,
}

/// A source by its name: an address to fetch, or a path to read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    #[serde(rename = "name")]
    given_name: Option<Spanned<String>>,
    url: Option<Spanned<String>>,
    path: Option<Spanned<PathBuf>>,
    #[serde(default)]
    pub tags: Vec<String>,
}

impl Feed {
    /// The name given, else the address or path.
    pub fn name(&self) -> String {
        self.given_name.as_ref().map_or_else(|| self.address(), |name| name.get_ref().clone())
    }

    /// The address or path.
    pub fn address(&self) -> String {
        match (&self.url, &self.path) {
            (Some(url), _) => url.get_ref().clone(),
            (None, Some(path)) => path.get_ref().display().to_string(),
            (None, None) => String::new(),
        }
    }

    /// The address, where it is one.
    pub fn url(&self) -> Option<&str> {
        self.url.as_ref().map(|url| url.get_ref().as_str())
    }
}

/// Scores at which posts become `apply` and `skip`; absent: the fitted ones.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    pub apply: Option<i32>,
    pub skip: Option<i32>,
}

/// Bounds of the fetcher; absent: those of [`crate::fetch::Options`].
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fetch {
    /// Seconds to wait for a connection.
    #[serde(deserialize_with = "bounds::seconds")]
    pub connect_seconds: Option<f64>,
    /// Seconds without a byte.
    #[serde(deserialize_with = "bounds::seconds")]
    pub read_seconds: Option<f64>,
    /// Seconds for one attempt as a whole.
    #[serde(deserialize_with = "bounds::seconds")]
    pub total_seconds: Option<f64>,
    /// Attempts for one source.
    #[serde(deserialize_with = "bounds::at_least_one")]
    pub attempts: Option<u32>,
    /// Requests in flight, all hosts together.
    #[serde(deserialize_with = "bounds::at_least_one")]
    pub in_flight: Option<usize>,
    /// Bytes of one document as sent.
    #[serde(deserialize_with = "bounds::at_least_one")]
    pub wire_bytes: Option<usize>,
}

/// An error in the configuration file, with its place.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{message}")]
    Text { file: String, text: String, span: Range<usize>, message: String, help: Option<String> },
    #[error("cannot read the configuration {file}: {cause}{}", if cause.kind() == io::ErrorKind::NotFound { "; `gigsieve init` writes one" } else { "" })]
    Read { file: String, cause: io::Error },
}

impl Config {
    /// The configuration named on the command line, else by [`VARIABLE`], else the platform's, else an empty one.
    ///
    /// # Errors
    /// A file that was named and cannot be read; anything wrong in the text.
    pub fn find(named: Option<&Path>) -> Result<Config, ConfigError> {
        let chosen = named.map(Path::to_owned).or_else(|| env::var_os(VARIABLE).filter(|name| !name.is_empty()).map(PathBuf::from));
        match (chosen, default_file()) {
            (Some(file), _) => Config::read(&file),
            (None, Some(file)) if file.exists() => Config::read(&file),
            _ => Ok(Config::default()),
        }
    }

    /// Reads one file. Relative paths in it start at its folder.
    pub fn read(file: &Path) -> Result<Config, ConfigError> {
        let text = fs::read_to_string(file).map_err(|cause| ConfigError::Read { file: file.display().to_string(), cause })?;
        Config::parse(&text, file)
    }

    /// Reads the text of a configuration.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &str, file: &Path) -> Result<Config, ConfigError> {
        let failed = |span: Range<usize>, message: String, help: Option<&str>| ConfigError::Text {
            file: file.display().to_string(),
            text: text.to_owned(),
            span,
            message,
            help: help.map(str::to_owned),
        };
        let mut config: Config = toml::from_str(text).map_err(|error| {
            let help = bounds::meant(error.message()).map(|key| format!("perhaps `{key}` was meant"));
            failed(error.span().unwrap_or(0..0), error.message().to_owned(), help.as_deref())
        })?;
        config.file = file.to_owned();
        config.text = text.to_owned();
        config.profile = config.written.profile(&config.currencies).map_err(|(span, message, help)| failed(span, message, help))?;
        let mut names = HashSet::new();
        for feed in &config.sources {
            let place = [feed.given_name.as_ref().map(Spanned::span), feed.url.as_ref().map(Spanned::span), feed.path.as_ref().map(Spanned::span)];
            let place = place.into_iter().flatten().next().unwrap_or(0..0);
            if feed.url.is_some() == feed.path.is_some() {
                return Err(failed(place, "a source has either `url` or `path`".into(), Some("write one of them")));
            }
            if let Some(url) = &feed.url
                && let Err(error) = crate::fetch::hosts::check(url.get_ref())
            {
                return Err(failed(url.span(), error.to_string(), None));
            }
            if !names.insert(feed.name()) {
                return Err(failed(place, format!("two sources are called `{}`", feed.name()), Some("the store knows sources by name: give each its own")));
            }
        }
        if let Some((name, span)) = config.delivery.twice() {
            return Err(failed(span, format!("two channels are called `{name}`"), Some("each channel remembers by its name what it has delivered")));
        }
        let folder = file.parent().unwrap_or(Path::new("")).to_owned();
        config.rules.iter_mut().chain(config.store.iter_mut()).for_each(|path| *path = folder.join(&*path));
        config.delivery.anchor(&folder);
        for feed in &mut config.sources {
            if let Some(path) = &mut feed.path {
                *path = Spanned::new(path.span(), folder.join(path.get_ref()));
            }
        }
        Ok(config)
    }

    /// The file it came from; empty for the default configuration.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Leaves only the sources that bear one of these tags; all of them where none is named.
    ///
    /// # Errors
    /// The tag that no source bears.
    pub fn keep_tagged(&mut self, tags: &[String]) -> Result<(), String> {
        let bears = |feed: &Feed, tag: &String| feed.tags.iter().any(|own| own.to_lowercase() == tag.to_lowercase());
        if let Some(unknown) = tags.iter().find(|tag| !self.sources.iter().any(|feed| bears(feed, tag))) {
            let mut known: Vec<&str> = self.sources.iter().flat_map(|feed| &feed.tags).map(String::as_str).collect();
            known.sort_unstable();
            known.dedup();
            let known = if known.is_empty() { "none has tags".to_owned() } else { format!("the tags are {}", known.join(", ")) };
            return Err(format!("no source is tagged `{unknown}`; {known}"));
        }
        self.sources.retain(|feed| tags.is_empty() || tags.iter().any(|tag| bears(feed, tag)));
        Ok(())
    }

    /// Puts the person's thresholds and points in place of the fitted ones.
    ///
    /// # Errors
    /// A rule id that does not exist.
    pub fn adjust(&self, rules: &mut crate::rules::RuleSet) -> Result<(), ConfigError> {
        rules.thresholds.apply = self.thresholds.apply.unwrap_or(rules.thresholds.apply);
        rules.thresholds.skip = self.thresholds.skip.unwrap_or(rules.thresholds.skip);
        for (id, points) in &self.points {
            let Some(rule) = rules.rules.iter_mut().find(|rule| rule.id == *id.get_ref()) else {
                return Err(ConfigError::Text {
                    file: self.file.display().to_string(),
                    text: self.text.clone(),
                    span: id.span(),
                    message: format!("no rule is called `{}`", id.get_ref()),
                    help: Some("`gigsieve rules list` shows them all".into()),
                });
            };
            rule.points = *points;
        }
        Ok(())
    }
}

/// Where the configuration lies when nobody says otherwise.
pub fn default_file() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "gigsieve").map(|folders| folders.config_dir().join("gigsieve.toml"))
}

/// Where the store lies: as the flag says, else the variable, else the configuration, else the platform's data folder.
pub fn store_file(flag: Option<&Path>, config: &Config) -> Option<PathBuf> {
    flag.map(Path::to_owned)
        .or_else(|| env::var_os(STORE_VARIABLE).filter(|name| !name.is_empty()).map(PathBuf::from))
        .or_else(|| config.store.clone())
        .or_else(|| directories::ProjectDirs::from("", "", "gigsieve").map(|folders| folders.data_dir().join("gigsieve.sqlite")))
}
