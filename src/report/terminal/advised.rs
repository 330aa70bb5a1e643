//! One post as advice to its writer, for `check --as-client`.

use super::paint::{BOLD, heading, of_polarity, paint, sign, wrapped};
use crate::report::client::{self, Advice};
use crate::report::{Judged, Screen, wording};
use crate::rules::Polarity;
use crate::sieve::Sieve;

/// What to change, what to add, what to keep.
pub fn advised(sieve: &Sieve, judged: &Judged, screen: Screen) -> String {
    let columns = screen.columns;
    let advices = client::advices(sieve, judged);
    let mut text = wrapped(&paint(BOLD, wording::title(&judged.post)), columns, "", "  ");
    text.push_str(&wrapped(client::outlook(judged), columns, "", "  "));
    for (title, polarity, advices) in
        [("Change", Polarity::Red, &advices.change), ("Add", Polarity::Sign, &advices.add), ("Keep", Polarity::Green, &advices.keep)]
    {
        if advices.is_empty() {
            continue;
        }
        text.push_str(&format!("\n{}", heading(title, columns)));
        for advice in advices {
            text.push_str(&told(advice, polarity, columns));
        }
    }
    text
}

fn told(advice: &Advice, polarity: Polarity, columns: usize) -> String {
    let style = of_polarity(polarity);
    let first = format!("  {} ", paint(style.bold(), sign(polarity)));
    let mut text = wrapped(&advice.sentence, columns, &first, "    ");
    if let Some(quote) = &advice.quote {
        text.push_str(&wrapped(&format!("you write “{}”", paint(style.bold(), quote)), columns, "      ", "      "));
    }
    text
}
