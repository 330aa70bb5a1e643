//! What one freelancer wants: floors, wishes, dislikes. The defaults are the conventions under which the labelled
//! posts were judged.

/// The names of the numbers a rule may compare a fact with.
pub const NUMBERS: &[&str] = &["floor_hourly", "floor_word", "fair_hourly", "fair_low", "floor_project"];

/// A freelancer's own measure of a post.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Below this an hour is a bargain, in US dollars.
    pub floor_hourly: f64,
    /// Below this a word is a bargain, in US dollars.
    pub floor_word: f64,
    /// Below this a fixed price is too small to be worth it, in US dollars; 0: none is.
    pub floor_project: f64,
    /// From this on an hour is plainly well paid, in US dollars.
    pub fair_hourly: f64,
    /// Of a range that is to count as well paid, the lower end should reach this, in US dollars an hour.
    pub fair_low: f64,
    /// List permanent positions too.
    pub employment: bool,
    /// Words in title, body or skills that make a post more welcome.
    pub wanted: Vec<String>,
    /// Words in title, body or skills that make a post less welcome.
    pub avoid: Vec<String>,
    /// Countries of clients to avoid, as marketplaces write them.
    pub avoid_countries: Vec<String>,
}

impl Default for Profile {
    fn default() -> Profile {
        Profile {
            floor_hourly: 12.0,
            floor_word: 0.03,
            floor_project: 0.0,
            fair_hourly: 40.0,
            fair_low: 27.0,
            employment: false,
            wanted: Vec::new(),
            avoid: Vec::new(),
            avoid_countries: Vec::new(),
        }
    }
}

impl Profile {
    /// The number with this name in [`NUMBERS`].
    pub fn number(&self, name: &str) -> f64 {
        match name {
            "floor_hourly" => self.floor_hourly,
            "floor_word" => self.floor_word,
            "floor_project" => self.floor_project,
            "fair_hourly" => self.fair_hourly,
            _ => self.fair_low,
        }
    }
}
