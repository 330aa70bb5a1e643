//! The shape of a text: how long, how structured, how loud, how much stock prose; and lengths and volumes demanded.

use std::sync::OnceLock;

use super::words::{Cursor, Phrases, figure_starts, is_word, singular};
use super::*;

/// Openings and turns of phrase of templates and text generators. They say little about the client.
const STOCK: &[&str] = &[
    "we are seeking",
    "we are looking for a",
    "the ideal candidate",
    "ideal candidate",
    "the successful candidate",
    "is a must",
    "if you are passionate",
    "we'd love to hear from you",
    "we would love to hear from you",
    "strong attention to detail",
    "excellent communication skills",
    "strong communication skills",
    "ability to work independently",
    "proven track record",
    "proven experience",
    "strong understanding of",
    "you will be responsible for",
    "will be responsible for",
    "team player",
    "work closely with",
    "fast-paced",
    "in a timely manner",
    "join our team",
    "if you have a passion",
    "keen eye for detail",
    "hands-on experience",
    "passionate about",
    "we encourage you to apply",
    "please submit your proposal",
    "should have experience",
    "should have a strong",
    "high-quality",
];

/// Sets the facts of shape.
pub(super) fn read(facts: &mut Facts, post: &Post, body: &Folded) {
    let count = |value: usize| value as f64;
    facts.set(TITLE_WORDS, count(post.title.split_whitespace().count()), None);
    facts.set(SKILLS, count(post.skills.len()), None);
    let words = post.body.split_whitespace().count();
    facts.set(TEXT_WORDS, count(words), None);
    let (mut lines, mut items, mut numbered, mut headings) = (0, 0, 0, 0);
    for line in post.body.lines().map(str::trim).filter(|line| !line.is_empty()) {
        lines += 1;
        let mut chars = line.chars();
        match chars.next() {
            Some('-' | '*' | '•' | '●' | '▪' | '·' | '–' | '✅' | '✔' | '➤' | '→') => items += 1,
            Some('0'..='9') if chars.find(|c| !c.is_ascii_digit()).is_some_and(|c| matches!(c, '.' | ')' | ':')) => numbered += 1,
            _ if line.len() < 60 && (line.ends_with(':') || line.starts_with('#')) => headings += 1,
            _ => {}
        }
    }
    facts.set(TEXT_LINES, count(lines), None);
    facts.set(TEXT_LIST_ITEMS, count(items + numbered), None);
    facts.set(TEXT_NUMBERED, count(numbered), None);
    facts.set(TEXT_HEADINGS, count(headings), None);
    let marks = |mark: u8| count(body.text.bytes().filter(|&byte| byte == mark).count());
    facts.set(TEXT_QUESTIONS, marks(b'?'), None);
    facts.set(TEXT_EXCLAMATIONS, marks(b'!'), None);
    let shouted = post.body.split_whitespace().filter(|word| is_shouted(word)).count();
    facts.set(TEXT_SHOUTED, 100.0 * count(shouted) / count(words.max(1)), None);
    let stock = stock_phrases(&body.text);
    facts.set(TEXT_TEMPLATE, count(stock), None);
    let sentences = crate::text::sentences(&body.text).len().max(1);
    facts.set(TEXT_TEMPLATE_SHARE, 100.0 * count(stock.min(sentences)) / count(sentences), None);
    demands(facts, body);
}

/// How many of the stock phrases stand in the text.
fn stock_phrases(text: &str) -> usize {
    static TABLE: OnceLock<Phrases<usize>> = OnceLock::new();
    let table = TABLE.get_or_init(|| Phrases::beginnings(STOCK.iter().enumerate().map(|(place, &phrase)| (phrase, place))));
    let mut stands = [false; STOCK.len()];
    for (_, place) in table.find(text) {
        stands[place] = true;
    }
    stands.iter().filter(|&&stands| stands).count()
}

/// Four capitals and more: abbreviations such as CSS and HTML mostly have fewer, or are known.
fn is_shouted(word: &str) -> bool {
    let letters = word.trim_matches(|c: char| !c.is_alphanumeric());
    letters.len() >= 4
        && letters.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'\'')
        && !matches!(
            letters,
            "HTML"
                | "JSON"
                | "HTTP"
                | "HTTPS"
                | "REST"
                | "AJAX"
                | "LAMP"
                | "MERN"
                | "MEAN"
                | "MYSQL"
                | "HIPAA"
                | "GDPR"
                | "SAAS"
                | "CCTV"
                | "LLMS"
                | "ARIA"
                | "NGINX"
                | "CRUD"
                | "JIRA"
                | "ASAP"
        )
}

/// Pieces whose number a day says how much is wanted: singular.
const VOLUMES: &[&str] = &[
    "call", "article", "post", "blog", "product", "email", "lead", "listing", "profile", "video", "design", "page", "image", "message", "entrie", "record",
    "review", "comment", "word", "dial", "application", "contact", "connection", "thumbnail", "reel", "tweet",
];

fn demands(facts: &mut Facts, body: &Folded) {
    let text = &body.text;
    for start in figure_starts(text).filter(|&start| !text[..start].bytes().next_back().is_some_and(is_word)) {
        let mut cursor = Cursor::new(text, start);
        let Some(count) = cursor.figure() else { continue };
        let mut demand = |name, value: Option<(f64, usize)>| {
            if let Some((value, end)) = value.filter(|_| facts.get(name).is_none()) {
                facts.set(name, value, Some((Field::Body, body.original(start..end))));
            }
        };
        demand(LENGTH_WORDS, length(cursor, count));
        demand(VOLUME_DAILY, volume(cursor, count));
    }
}

/// "1,500-word", "800 to 1,000 words", "2k words": the words wanted, of a range the fewest.
fn length(mut cursor: Cursor<'_>, count: f64) -> Option<(f64, usize)> {
    let count = if cursor.take("k") { count * 1e3 } else { count };
    if cursor.to().is_some() {
        cursor.take("k");
    }
    while cursor.take_one(&[" ", "+", "-"]) {}
    (cursor.one_of(&["word", "words"]) && (10.0..100_000.0).contains(&count)).then_some((count, cursor.at))
}

/// "50 cold calls a day": pieces a working day.
fn volume(mut cursor: Cursor<'_>, count: f64) -> Option<(f64, usize)> {
    cursor.take("+");
    for _ in 0..3 {
        if !cursor.take(" ") {
            return None;
        }
        let is_piece = cursor.word(|word| Some(VOLUMES.contains(&singular(word))))?;
        let mut ahead = cursor;
        if is_piece && ahead.blank().take_one(&["per ", "a ", "each ", "every ", "/ ", "/"]) {
            let a_day = ahead.word(|unit| {
                Some(match unit {
                    "day" | "daily" => 1.0,
                    "hour" => 8.0,
                    "week" => 0.2,
                    "month" => 1.0 / 21.0,
                    _ => return None,
                })
            });
            return a_day.map(|a_day| (count * a_day, ahead.at));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demands_and_shape_are_counted() {
        let post = Post {
            body: "Make 2,300 cold calls a day.\nEach article is a 1,500-word text\n- one\n2. two\nSteps:\nWRITE NOTHING ELSE".into(),
            ..Post::default()
        };
        let facts = Facts::read(&post, &Folded::default(), &Folded::of(&post.body));
        for (name, value) in
            [(VOLUME_DAILY, 2300.0), (LENGTH_WORDS, 1500.0), (TEXT_LIST_ITEMS, 2.0), (TEXT_NUMBERED, 1.0), (TEXT_HEADINGS, 1.0), (TEXT_LINES, 6.0)]
        {
            assert_eq!(facts.get(name), Some(value), "{name}");
        }
        assert_eq!(facts.get(TEXT_SHOUTED).map(|share| share > 10.0), Some(true));
    }
}
