//! Which column of a table, or key of a flat record, is which field of a post. The usual names are data
//! (`patterns/columns.toml`); a person's own come on top of them.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use serde::Deserialize;

/// A field of a post that a column may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Id,
    Title,
    Body,
    Url,
    Published,
    Updated,
    Author,
    Skills,
    /// A figure, a range, a figure with its unit.
    Pay,
    /// The same, for an hour.
    PayHourly,
    PayMin,
    PayMax,
    HourlyMin,
    HourlyMax,
    PayKind,
    Currency,
    Marketplace,
    Country,
    Rating,
    TotalSpent,
    Hires,
    JobsPosted,
    HireRate,
    Verified,
    MemberSince,
    /// A count, or a range.
    Proposals,
    ProposalsMin,
    ProposalsMax,
}

/// A name, or several of which the first that holds something counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "a column is given by a name or several in brackets")]
pub enum Names {
    One(String),
    Several(Vec<String>),
}

impl Names {
    fn all(&self) -> &[String] {
        match self {
            Names::One(name) => std::slice::from_ref(name),
            Names::Several(names) => names,
        }
    }
}

/// The names of columns: `[columns]` of the configuration, as `title = "Betreff"`, `pay = ["Lohn", "Honorar"]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "BTreeMap<Field, Names>")]
pub struct Columns {
    own: BTreeMap<Field, Names>,
}

/// A column that two fields claim.
#[derive(Debug, thiserror::Error)]
#[error("the column `{name}` is named under two fields: a column holds one")]
pub struct Twice {
    name: String,
}

impl TryFrom<BTreeMap<Field, Names>> for Columns {
    type Error = Twice;

    fn try_from(own: BTreeMap<Field, Names>) -> Result<Columns, Twice> {
        let mut known = HashSet::new();
        match own.values().flat_map(Names::all).find(|name| !known.insert(plain(name))) {
            Some(name) => Err(Twice { name: name.clone() }),
            None => Ok(Columns { own }),
        }
    }
}

impl Columns {
    /// Columns with these names before the usual ones.
    pub fn named(own: impl IntoIterator<Item = (Field, Names)>) -> Columns {
        Columns { own: own.into_iter().collect() }
    }

    /// Whether there are none but the usual ones.
    pub fn is_empty(&self) -> bool {
        self.own.is_empty()
    }

    /// The field this name stands for, and how far down the list of its names it is: a person's own names come first.
    pub fn field(&self, name: &str) -> Option<(Field, usize)> {
        let plain = plain(name);
        if plain.is_empty() {
            return None;
        }
        for (&field, names) in &self.own {
            if let Some(at) = names.all().iter().position(|own| self::plain(own) == plain) {
                return Some((field, at));
            }
        }
        usual().get(&plain).map(|&(field, at)| (field, at + OWN))
    }
}

/// The usual names are ranked after a person's own.
const OWN: usize = 1000;

fn usual() -> &'static HashMap<String, (Field, usize)> {
    static USUAL: OnceLock<HashMap<String, (Field, usize)>> = OnceLock::new();
    USUAL.get_or_init(|| {
        let table: BTreeMap<Field, Vec<String>> =
            toml::from_str(include_str!("../../patterns/columns.toml")).expect("patterns/columns.toml is checked by the tests");
        table.into_iter().flat_map(|(field, names)| names.into_iter().enumerate().map(move |(at, name)| (plain(&name), (field, at)))).collect()
    })
}

/// A name in small letters and digits: `Job Title (EN)`, `job_title` and `jobTitle` differ in what does not count.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_however_it_is_spelt() {
        let columns = Columns::named([(Field::Title, Names::One("Betreff!".into())), (Field::Body, Names::Several(vec!["Notiz".into(), "title".into()]))]);
        for (name, field) in [
            ("Job Title", Some(Field::Title)),
            ("job_title", Some(Field::Title)),
            ("JobTitle", Some(Field::Title)),
            ("betreff", Some(Field::Title)),
            ("title", Some(Field::Body)),
            ("Budget ($)", Some(Field::Pay)),
            ("shoe size", None),
            ("", None),
        ] {
            assert_eq!(columns.field(name).map(|(field, _)| field), field, "{name:?}");
        }
        assert!(columns.field("betreff").unwrap().1 < columns.field("jobtitle").unwrap().1, "a person's own name goes before the usual ones");
    }

    #[test]
    fn every_usual_name_stands_for_one_field() {
        let table: BTreeMap<String, Vec<String>> = toml::from_str(include_str!("../../patterns/columns.toml")).unwrap();
        let mut all: Vec<String> = table.values().flatten().map(|name| plain(name)).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
