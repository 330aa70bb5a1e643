//! Colour, symbols, bars and lines of a terminal. Every colour comes with a sign that says the same without it; where
//! colours do not belong (a pipe, `NO_COLOR`, a file) the writer strips them.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};
use textwrap::{Options, WordSeparator, WrapAlgorithm};

use crate::rules::Polarity;
use crate::verdict::Tier;

pub const BOLD: Style = Style::new().bold();
pub const DIM: Style = Style::new().dimmed();
const GREEN: Style = AnsiColor::Green.on_default();
const RED: Style = AnsiColor::Red.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();

/// A text in a style.
pub fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// The colour of a polarity.
pub fn of_polarity(polarity: Polarity) -> Style {
    match polarity {
        Polarity::Green => GREEN,
        Polarity::Red => RED,
        Polarity::Kind | Polarity::Sign => DIM,
    }
}

/// The sign of a polarity.
pub fn sign(polarity: Polarity) -> char {
    match polarity {
        Polarity::Green => '+',
        Polarity::Red => '-',
        Polarity::Kind | Polarity::Sign => '~',
    }
}

pub fn of_tier(tier: Tier) -> Style {
    match tier {
        Tier::Apply => GREEN.bold(),
        Tier::Maybe => YELLOW.bold(),
        Tier::Skip => RED.bold(),
    }
}

/// "✔ APPLY", "? MAYBE", "✘ SKIP".
pub fn badge(tier: Tier) -> String {
    let words = match tier {
        Tier::Apply => "✔ APPLY",
        Tier::Maybe => "? MAYBE",
        Tier::Skip => "✘ SKIP ",
    };
    paint(of_tier(tier), words)
}

/// A bar of ten cells for 0 to 100.
pub fn bar(style: Style, value: i32) -> String {
    let full = usize::try_from((value.clamp(0, 100) + 5) / 10).unwrap_or(0);
    format!("{}{}", paint(style, "█".repeat(full)), paint(DIM, "░".repeat(10 - full)))
}

/// A heading with a rule to the end of the line.
pub fn heading(text: &str, columns: usize) -> String {
    let rest = columns.saturating_sub(unicode_width::UnicodeWidthStr::width(text) + 4);
    format!("{} {}\n", paint(BOLD, format_args!("── {text}")), paint(DIM, "─".repeat(rest)))
}

/// Breaks a text (colours included) into lines of so many columns; `first` and `rest` stand before them.
pub fn wrapped(text: &str, columns: usize, first: &str, rest: &str) -> String {
    let options = Options::new(columns)
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    let mut lines = textwrap::wrap(text, options).join("\n");
    lines.push('\n');
    lines
}

/// A text that opens an address when clicked, where the terminal is known to do that.
pub fn linked(text: &str, url: Option<&str>, links: bool) -> String {
    match url.filter(|_| links) {
        Some(url) => format!("\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_to_their_columns_whatever_is_in_them() {
        for text in [
            "plain words that go on for a while and then some",
            &format!("{} words and more of them", paint(GREEN, "green words that are long enough to break")),
            "東京でウェブサイトのデザイナーを探しています、長い文章",
            "https://example.com/an/address/that/is/longer/than/a/line/of/this/terminal",
        ] {
            for columns in [20, 33] {
                for line in wrapped(text, columns, "  ", "    ").lines() {
                    let width = textwrap::core::display_width(line);
                    assert!(width <= columns, "{width} columns of {columns}: {line:?}");
                }
            }
        }
    }

    #[test]
    fn a_bar_has_ten_cells() {
        for (value, full) in [(-5, 0), (0, 0), (4, 0), (5, 1), (50, 5), (96, 10), (100, 10), (250, 10)] {
            let bar = anstream::adapter::strip_str(&bar(GREEN, value)).to_string();
            assert_eq!((bar.matches('█').count(), bar.chars().count()), (full, 10), "{value}");
        }
    }
}
