//! A job post as every reader hands it on and every report shows it.
//!
//! Readers fill a [`Draft`] with what a document states, raw; [`Draft::finish`] cleans the text once and gives the
//! [`Post`]. What a document does not state stays `None`: never 0, never "".

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::text;

mod kind;

pub use kind::Kind;

/// One job post, cleaned: the text in it is the text a person sees, and spans of hits are spans of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Post {
    /// The post's own identifier (guid, marketplace id), else its address, else a hash of its text.
    pub id: String,
    /// Where the document came from: a path, an address, or `-`.
    pub source: Option<String>,
    /// The marketplace's short name, as `upwork`, `freelancer`, `reddit`.
    pub marketplace: Option<String>,
    /// What the document was taken for, as `rss`, `atom`, `page`, `jsonl`.
    pub format: Option<String>,
    /// The address of the post.
    pub url: Option<String>,
    /// One line.
    pub title: String,
    /// Plain text; blocks are separated by newlines, list items start with `- `.
    pub body: String,
    /// When the post was published.
    pub published: Option<Timestamp>,
    /// When the post was last changed.
    pub updated: Option<Timestamp>,
    /// The client's or the feed author's name.
    pub author: Option<String>,
    /// Skills, tags and categories the post was filed under.
    pub skills: Vec<String>,
    /// Pay in fields, not in prose (prose is read by [`crate::facts`]).
    pub pay: Pay,
    /// What the marketplace says of the client.
    pub client: Client,
    /// How many have already applied.
    pub proposals: Proposals,
    /// The kind of post where the document itself says so (`employmentType`, "[For Hire]" flair).
    pub stated_kind: Option<Kind>,
}

/// Stated pay. A fixed price has `min` equal to `max`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pay {
    pub kind: Option<PayKind>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// ISO 4217 code, upper case.
    pub currency: Option<String>,
}

impl Pay {
    /// Whether a figure is stated.
    pub fn is_stated(&self) -> bool {
        self.min.is_some() || self.max.is_some()
    }
}

/// What the stated figures pay for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PayKind {
    Fixed,
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
    /// Per word.
    Word,
    /// Per article, page, video, call: any unit of output.
    Piece,
}

impl PayKind {
    /// The name used in records.
    pub fn name(self) -> &'static str {
        match self {
            PayKind::Fixed => "fixed",
            PayKind::Hourly => "hourly",
            PayKind::Daily => "daily",
            PayKind::Weekly => "weekly",
            PayKind::Monthly => "monthly",
            PayKind::Yearly => "yearly",
            PayKind::Word => "word",
            PayKind::Piece => "piece",
        }
    }

    /// The reading of a name in a record; `None` for one this version does not know.
    pub fn from_name(name: &str) -> Option<PayKind> {
        Some(match name.to_ascii_lowercase().as_str() {
            "fixed" | "fixed-price" | "fixed_price" => PayKind::Fixed,
            "hourly" | "hour" => PayKind::Hourly,
            "daily" | "day" => PayKind::Daily,
            "weekly" | "week" => PayKind::Weekly,
            "monthly" | "month" => PayKind::Monthly,
            "yearly" | "year" | "annual" => PayKind::Yearly,
            "word" => PayKind::Word,
            "piece" => PayKind::Piece,
            _ => return None,
        })
    }
}

/// The client's record at the marketplace.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Client {
    pub payment_verified: Option<bool>,
    /// Stars, 0 to 5; `None` where nobody has rated yet.
    pub rating: Option<f64>,
    /// US dollars.
    pub total_spent: Option<f64>,
    pub hires: Option<f64>,
    pub jobs_posted: Option<f64>,
    /// Hires for each job posted, in percent.
    pub hire_rate: Option<f64>,
    /// As the marketplace writes it.
    pub country: Option<String>,
    pub member_since: Option<Timestamp>,
}

/// The competition: how many proposals the post has drawn. "50+" has no `max`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Proposals {
    pub min: Option<u32>,
    pub max: Option<u32>,
}

/// A post as a document states it: text may be HTML, fields may be glued to the prose.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub id: Option<String>,
    pub source: Option<String>,
    pub marketplace: Option<String>,
    pub format: Option<String>,
    pub url: Option<String>,
    pub title: String,
    pub body: String,
    /// Whether `title` and `body` are HTML; plain text keeps its `<` and `&`.
    pub markup: Markup,
    pub published: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub author: Option<String>,
    pub skills: Vec<String>,
    pub pay: Pay,
    pub client: Client,
    pub proposals: Proposals,
    pub stated_kind: Option<Kind>,
}

/// How the text of a draft is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Markup {
    /// Title and body are plain text.
    #[default]
    None,
    /// The body is HTML, the title plain text.
    Body,
    /// Title and body are HTML.
    Both,
}

impl Draft {
    /// Cleans the text, moves form fields glued to it into fields, and gives the post its id.
    pub fn finish(self) -> Post {
        let title = match self.markup {
            Markup::Both => text::html_to_text(&self.title),
            _ => self.title,
        };
        let body = match self.markup {
            Markup::None => self.body,
            _ => text::html_to_text(&self.body),
        };
        let mut post = Post {
            id: String::new(),
            source: self.source,
            marketplace: self.marketplace,
            format: self.format,
            url: self.url.map(|url| text::clean_line(&url)).filter(|url| !url.is_empty()),
            title: text::clean_line(&title),
            body: text::clean(&body),
            published: self.published,
            updated: self.updated,
            author: self.author.map(|author| text::clean_line(&author)).filter(|author| !author.is_empty()),
            skills: self.skills.iter().map(|skill| text::clean_line(skill)).filter(|skill| !skill.is_empty()).collect(),
            pay: self.pay,
            client: self.client,
            proposals: self.proposals,
            stated_kind: self.stated_kind,
        };
        crate::fields::cut(&mut post);
        post.id = match self.id.map(|id| text::clean_line(&id)) {
            Some(id) if !id.is_empty() => id,
            _ => post.url.clone().unwrap_or_else(|| format!("text:{:016x}", text::fingerprint(&[&post.title, &post.body]))),
        };
        post
    }
}
