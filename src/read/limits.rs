//! Bounds of what readers take in, so that no input, however made, costs more than a person would wait for. What is
//! beyond a bound is left out and said to be; the figures are ours, set where real documents end and hostile ones begin.

use serde::Deserialize;

use crate::text::beginning;

/// The bounds, all settable; [`Limits::default`] is what the program uses.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bytes of one document, after decompression; a file of JSON lines is read line by line and may be of any size.
    /// The largest saved pages and mail folders met are a tenth of it.
    pub document_bytes: usize,
    /// Posts of one document that is held whole; JSON lines have no such bound.
    pub posts: usize,
    /// Bytes of one post's text. The longest real post met has 30 KB.
    pub post_bytes: usize,
    /// Depth of nested tags, arrays, objects.
    pub depth: usize,
    /// Bytes of one HTML page: a parsed page takes about ten times its size. Tags and their depth are bounded where
    /// pages are parsed (`text::bound`).
    pub page_bytes: usize,
    /// Archives in archives.
    pub archive_depth: usize,
    /// Members of one archive.
    pub archive_members: usize,
    /// Bytes all members of one archive unpack to.
    pub archive_bytes: usize,
    /// How many times its packed size a member may unpack to; text shrinks to a twentieth, bombs to a thousandth.
    pub archive_ratio: usize,
    /// Messages of one mail folder.
    pub messages: usize,
    /// Skills of one post.
    pub skills: usize,
    /// Files below one folder.
    pub files: usize,
    /// Folders in folders.
    pub folder_depth: usize,
    /// Problems of one document that are listed; the rest is counted.
    pub problems: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            document_bytes: 64 << 20,
            posts: 100_000,
            post_bytes: 128 << 10,
            depth: 256,
            page_bytes: 16 << 20,
            archive_depth: 3,
            archive_members: 10_000,
            archive_bytes: 128 << 20,
            archive_ratio: 200,
            messages: 20_000,
            skills: 100,
            files: 100_000,
            folder_depth: 32,
            problems: 20,
        }
    }
}

impl Limits {
    /// The start of a text that is not longer than a post may be, whole characters only.
    pub fn cut<'a>(&self, text: &'a str) -> &'a str {
        beginning(text, self.post_bytes)
    }

    /// The start of a text, cut a little beyond what a post may hold: enough to tell later that it was longer.
    pub fn cut_beyond<'a>(&self, text: &'a str) -> &'a str {
        beginning(text, self.post_bytes + 64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        let limits = Limits { post_bytes: 4, ..Limits::default() };
        for (text, cut) in [("abcdef", "abcd"), ("abc", "abc"), ("ab\u{20ac}", "ab"), ("", "")] {
            assert_eq!(limits.cut(text), cut, "{text:?}");
        }
    }
}
