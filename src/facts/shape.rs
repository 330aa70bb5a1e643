//! The shape of a text: how long, how structured, how loud, how much stock prose; and lengths and volumes demanded.

use std::sync::OnceLock;

use regex::Regex;

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
    let stock = STOCK.iter().filter(|phrase| body.text.contains(**phrase)).count();
    facts.set(TEXT_TEMPLATE, count(stock), None);
    let sentences = crate::text::sentences(&body.text).len().max(1);
    facts.set(TEXT_TEMPLATE_SHARE, 100.0 * count(stock.min(sentences)) / count(sentences), None);
    demands(facts, body);
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

fn demands(facts: &mut Facts, body: &Folded) {
    static LENGTH: OnceLock<Regex> = OnceLock::new();
    static VOLUME: OnceLock<Regex> = OnceLock::new();
    let length = LENGTH.get_or_init(|| {
        Regex::new(r"(?-u:\b)(?P<count>[0-9]{1,3},[0-9]{3}|[0-9]{1,2}k|[0-9]{2,5})(?:[ -](?:to|-) ?[0-9,]{3,6}|-[0-9,]{3,6})?[ +-]{0,2}words?(?-u:\b)")
            .expect("the expression is constant")
    });
    let volume = VOLUME.get_or_init(|| {
        Regex::new(concat!(
            r"(?-u:\b)(?P<count>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,6})\+? (?:[a-z-]+ ){0,2}?(?:calls|articles?|posts?|blogs?|products?|emails?|leads?|listings?|profiles?|videos?|designs?|pages?|images?|messages?|entries|records|reviews?|comments?|words|dials|applications?|contacts|connections|thumbnails?|reels?|tweets?)",
            r" (?:per|a|each|every|/) ?(?P<unit>day|daily|hour|week|month)(?-u:\b)"
        ))
        .expect("the expression is constant")
    });
    let spot = |found: &regex::Captures<'_>| found.get(0).map(|whole| (Field::Body, body.original(whole.range())));
    if let Some(found) = length.captures(&body.text).filter(|_| body.text.contains("word")) {
        let figure = found["count"].replace(',', "");
        let words = figure.strip_suffix('k').map_or_else(|| figure.parse().ok(), |thousands| thousands.parse::<f64>().ok().map(|thousands| thousands * 1e3));
        if let Some(words) = words {
            facts.set(LENGTH_WORDS, words, spot(&found));
        }
    }
    if let Some(found) = volume.captures(&body.text)
        && let Ok(count) = found["count"].replace(',', "").parse::<f64>()
    {
        let a_day = match &found["unit"] {
            "hour" => 8.0,
            "week" => 0.2,
            "month" => 1.0 / 21.0,
            _ => 1.0,
        };
        facts.set(VOLUME_DAILY, count * a_day, spot(&found));
    }
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
