//! The kinds of post, which is all that rule files know of a post.

use serde::{Deserialize, Serialize};

/// What a post is. Only a request is ever worth applying to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A client wants something made.
    Request,
    /// A freelancer advertises.
    Offer,
    /// A permanent position.
    Employment,
    /// News, questions, digests.
    Other,
}

impl Kind {
    /// The id used in rules and records.
    pub fn id(self) -> &'static str {
        match self {
            Kind::Request => "request",
            Kind::Offer => "offer",
            Kind::Employment => "employment",
            Kind::Other => "other",
        }
    }

    /// The kind with this id.
    pub fn from_id(id: &str) -> Option<Kind> {
        [Kind::Request, Kind::Offer, Kind::Employment, Kind::Other].into_iter().find(|kind| kind.id() == id)
    }
}
