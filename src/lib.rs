//! gigsieve reads freelance job posts, finds what is said between the lines, and says which are worth applying to.
//!
//! # Code map
//!
//! The core does no I/O and cannot fail; it builds without the `app` feature:
//!
//! - [`text`]: cleaning, HTML to text, folding for matching
//! - [`post`]: the post, [`fields`]: form fields glued to prose
//! - [`facts`]: figures in fields and words
//! - [`rules`]: the rule format, [`pattern`]: the expressions of rules, [`matcher`]: where rules hit
//! - [`cues`]: learned words of families
//! - [`profile`]: what one freelancer wants
//! - [`verdict`]: hits to score and reasons, [`sieve`]: all of it in one call
//!
//! The application around it:
//!
//! - [`read`]: bytes to posts, one file a format
//! - [`config`]: what a person wants, [`fetch`]: addresses to documents
//! - [`store`]: what was seen, delivered, decided
//! - [`report`]: verdicts to text, one file a format
//! - [`fit`]: weights from labelled posts
//! - [`serve`]: the local page
//! - [`deliver`]: digests to the person, one file a channel
//!
//! Values go one way: source, document, post, hits, verdict, report.

#![forbid(unsafe_code)]

pub mod cues;
pub mod facts;
pub mod fields;
pub mod matcher;
pub mod pattern;
pub mod post;
pub mod profile;
pub mod rules;
pub mod sieve;
pub mod text;
pub mod verdict;

#[cfg(feature = "app")]
pub mod cli;
#[cfg(feature = "app")]
pub mod commands;
#[cfg(feature = "app")]
pub mod config;
#[cfg(feature = "app")]
pub mod deliver;
#[cfg(feature = "app")]
pub mod fetch;
#[cfg(feature = "app")]
pub mod fit;
#[cfg(feature = "app")]
pub mod read;
#[cfg(feature = "app")]
pub mod report;
#[cfg(feature = "app")]
pub mod serve;
#[cfg(feature = "app")]
pub mod source;
#[cfg(feature = "app")]
pub mod store;
