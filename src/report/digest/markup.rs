//! The digest as Markdown, and as HTML for mail. Text of posts is written by strangers: everything is escaped.

use std::fmt::Write;

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Value, context};

use super::{Digest, Item, REASONS, REPEATED};

/// The digest as Markdown.
pub fn markdown(digest: &Digest) -> String {
    let mut out = format!("# {}\n\n{}\n", escape(&digest.headline()), digest.made.strftime("%Y-%m-%d %H:%M UTC"));
    if digest.perhaps_repeated {
        let _ = write!(out, "\n**{REPEATED}**\n");
    }
    let mut section = |name: &str, items: Vec<&Item>, reasons: usize| {
        if !items.is_empty() {
            let _ = write!(out, "\n## {name}\n");
        }
        for item in items {
            let title = escape(&item.title);
            let title = item.url.as_deref().map_or_else(|| title.clone(), |url| format!("[{title}](<{}>)", url.replace(['<', '>', '\n', '\\'], "")));
            let about = escape(&item.about());
            let _ = write!(out, "\n- **{}** {title} `#{}`{}{about}\n", item.score, item.number, if about.is_empty() { "" } else { "; " });
            for line in item.reasons.iter().take(reasons) {
                let quote = if line.quote.is_empty() { String::new() } else { format!("\"{}\": ", escape(&line.quote)) };
                let _ = writeln!(out, "  - {:+} {quote}{}", line.points, escape(&line.why));
            }
        }
    };
    section("Worth applying to", digest.tier("apply").collect(), REASONS);
    section("Maybe", digest.tier("maybe").collect(), 1);
    section("Changed, and no longer worth it", digest.tier("skip").collect(), 1);
    section("Still open, no decision yet", digest.open.iter().collect(), 0);
    if digest.skipped > 0 {
        let by: Vec<String> = digest.skipped_by.iter().map(|by| format!("{} {}", by.posts, escape(&by.reason))).collect();
        let _ = write!(out, "\n## Skipped: {}\n\n{}\n", digest.skipped, by.join(", "));
        for item in &digest.near {
            let _ = write!(out, "\n- nearest: {} `#{}` {}", item.score, item.number, escape(&item.title));
        }
        out.push('\n');
    }
    out.push_str("\n## Sources\n\n");
    for source in &digest.sources {
        let _ = writeln!(out, "- {}", escape(&source.line()));
    }
    out.push('\n');
    out
}

/// Text that Markdown shows as it is, on one line.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => escaped.push(' '),
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '!' | '#' | '|' | '~' => escaped.extend(['\\', c]),
            _ => escaped.push(c),
        }
    }
    escaped
}

const PAGE: &str = include_str!("mail.html");

/// The digest as a page for mail: no scripts, no pictures, nothing loaded.
pub fn html(digest: &Digest) -> String {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let lines: Vec<String> = digest.sources.iter().map(super::SourceLine::line).collect();
    let page = context! { digest => Value::from(Serde(digest)), headline => digest.headline(), repeated => REPEATED, reasons => REASONS, lines };
    environment.render_str(PAGE, page).expect("the built-in template is checked by the tests")
}
