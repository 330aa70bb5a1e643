//! Values that make no sense, and keys that are nearly right: said where they stand, not put right in silence.

use serde::de::{Deserialize, Deserializer, Error};

/// Seconds: more than none.
pub(super) fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let seconds = f64::deserialize(deserializer)?;
    if seconds > 0.0 && seconds.is_finite() { Ok(Some(seconds)) } else { Err(D::Error::custom("a time is more than 0 seconds")) }
}

/// A number of things of which one is needed.
pub(super) fn at_least_one<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default + PartialEq>(deserializer: D) -> Result<Option<T>, D::Error> {
    let number = T::deserialize(deserializer)?;
    if number == T::default() { Err(D::Error::custom("this is at least 1")) } else { Ok(Some(number)) }
}

/// Letters by which a key may differ from the one that was meant.
const SLIPS: usize = 2;

/// The key that was meant where a message of the deserializer names an unknown one and those it expected.
pub(super) fn meant(message: &str) -> Option<&str> {
    let mut names = message.strip_prefix("unknown field ")?.split('`').skip(1).step_by(2);
    let unknown = names.next()?;
    names.map(|name| (slips(unknown, name), name)).filter(|(slips, name)| *slips <= SLIPS.min(name.len() / 2)).min().map(|(_, name)| name)
}

/// Letters to put in, take out or replace.
fn slips(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (at, letter) in a.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], at + 1);
        for (column, other) in b.chars().enumerate() {
            let replaced = corner + usize::from(letter != other);
            corner = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(corner + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_right_keys_are_recognised() {
        let of = |unknown: &str| meant(Box::leak(format!("unknown field `{unknown}`, expected one of `name`, `url`, `path`, `tags`").into_boxed_str()));
        for (unknown, key) in [("urll", Some("url")), ("nmae", Some("name")), ("tag", Some("tags")), ("nonsense", None), ("x", None)] {
            assert_eq!(of(unknown), key, "{unknown}");
        }
        assert_eq!(meant("invalid type"), None);
    }
}
