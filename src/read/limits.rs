//! Bounds of what readers take in. A document beyond a bound is read up to it, and the rest is said to be left out.

/// The bounds, all settable; [`Limits::default`] is what the program uses.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of one document, after decompression.
    pub document_bytes: usize,
    /// Posts of one document.
    pub posts: usize,
    /// Bytes of one post's text.
    pub post_bytes: usize,
    /// Depth of nested tags, arrays, objects, archives in archives.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { document_bytes: 64 << 20, posts: 100_000, post_bytes: 256 << 10, depth: 256 }
    }
}
