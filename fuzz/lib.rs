//! What all targets check: a reader takes any bytes within its bounds, and what comes out of it is fit to print and to
//! judge. Each target starts its documents so that detection hands them to the reader it is named after.

use std::sync::OnceLock;

use gigsieve::post::Post;
use gigsieve::read::{Document, Limits, read};
use gigsieve::report::{self, Judged};
use gigsieve::sieve::Sieve;

/// Reads bytes as a document and checks what comes out.
pub fn check(bytes: Vec<u8>) {
    let limits = Limits { document_bytes: 1 << 20, archive_bytes: 4 << 20, ..Limits::default() };
    let reading = read(&Document { source: "fuzz".into(), bytes, ..Document::default() }, &limits);
    for post in &reading.posts {
        for text in [&post.title, &post.body] {
            assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')), "{text:?}");
        }
        assert!(!post.title.contains('\n') && post.body.len() <= limits.post_bytes);
        judge(post);
        for amount in [post.pay.min, post.pay.max].into_iter().flatten() {
            assert!(amount.is_finite() && amount >= 0.0, "{amount}");
        }
    }
    for problem in &reading.problems {
        assert!(!problem.to_string().chars().any(char::is_control), "{problem:?}");
    }
}

/// Judges a post and writes its record, as `scan` does: every hit must be a span of the text.
fn judge(post: &Post) {
    static SIEVE: OnceLock<Sieve> = OnceLock::new();
    let sieve = SIEVE.get_or_init(Sieve::default);
    let line = report::json::line(sieve, &Judged { judgement: sieve.judge(post), post: post.clone() });
    assert!(line.ends_with("}\n"));
}

/// The bytes after a start that makes detection choose one reader.
pub fn check_after(start: &str, bytes: &[u8]) {
    check([start.as_bytes(), bytes].concat());
}
