//! An alert mail is a list of posts, each with a link. Here the list is cut into its posts: by links that carry the
//! title, by links below a title, or by links that stand at the end of each post.

use scraper::{Html, Node, Selector, StrTendril};

use super::links::{self, Link};
use crate::text;

/// Characters of private use stand around the links of the flat text; a mail's own are taken out.
const OPEN: char = '\u{e000}';
const NAMED: char = '\u{e001}';
const CLOSE: char = '\u{e002}';

/// One post of a mail.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub title: String,
    pub body: String,
    pub link: Link,
}

/// Links of one mail that are looked at.
const LINKS_MOST: usize = 5_000;

/// A mail as flat text with the links that lead to posts.
pub(super) struct Flat {
    text: String,
    links: Vec<Link>,
    /// Where the words of a link start and end in the text, and which link it is.
    anchors: Vec<(usize, usize, usize)>,
}

impl Flat {
    /// An HTML mail; `sender` is the marketplace it came from, whose links may hide where they lead.
    pub(super) fn of_html(html: &str, sender: Option<&'static str>) -> Flat {
        let mut page = Html::parse_document(&html.replace([OPEN, NAMED, CLOSE], ""));
        let selector = Selector::parse("a[href]").expect("the selector is constant");
        let found = |wanted: &dyn Fn(&str) -> Option<Link>| -> Vec<_> {
            page.select(&selector).take(LINKS_MOST).filter_map(|anchor| Some((anchor.id(), wanted(anchor.attr("href")?)?))).collect()
        };
        let mut anchors = found(&links::job);
        if anchors.is_empty()
            && let Some(sender) = sender
        {
            anchors = found(&|address| links::opaque(address, sender));
        }
        let mut links = Vec::new();
        for (id, link) in anchors {
            let Some(mut anchor) = page.tree.get_mut(id) else { continue };
            let mark = |text: String| Node::Text(scraper::node::Text { text: StrTendril::from(text) });
            anchor.prepend(mark(format!("{OPEN}{}{NAMED}", links.len())));
            anchor.append(mark(CLOSE.to_string()));
            links.push(link);
        }
        let mut marked = String::new();
        text::node_text(page.tree.root(), &mut marked);
        Flat::of_marked(&text::clean(&marked), links)
    }

    /// A plain text mail: an address is a link without words.
    pub(super) fn of_text(plain: &str) -> Flat {
        let plain = plain.replace([OPEN, NAMED, CLOSE], "");
        let (mut marked, mut links, mut rest) = (String::with_capacity(plain.len()), Vec::new(), plain.as_str());
        while let Some(at) = rest.find("http") {
            let end = rest[at..].find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | ')' | ']')).map_or(rest.len(), |length| at + length);
            let address = rest[at..end].trim_end_matches(['.', ',', ';']);
            marked.push_str(&rest[..at]);
            match links::job(address).filter(|_| links.len() < LINKS_MOST) {
                Some(link) => {
                    marked.push_str(&format!("{OPEN}{}{NAMED}{CLOSE}", links.len()));
                    links.push(link);
                }
                None => marked.push_str(&rest[at..end]),
            }
            rest = &rest[end..];
        }
        marked.push_str(rest);
        Flat::of_marked(&text::clean(&marked), links)
    }

    fn of_marked(marked: &str, links: Vec<Link>) -> Flat {
        let mut flat = Flat { text: String::with_capacity(marked.len()), links, anchors: Vec::new() };
        let mut open: Option<(usize, usize)> = None;
        let mut characters = marked.chars();
        while let Some(c) = characters.next() {
            match c {
                OPEN => {
                    let number: String = characters.by_ref().take_while(|&c| c != NAMED).collect();
                    open = number.trim().parse().ok().map(|link| (flat.text.len(), link));
                }
                CLOSE => {
                    if let Some((start, link)) = open.take()
                        && link < flat.links.len()
                    {
                        flat.anchors.push((start, flat.text.len(), link));
                    }
                }
                c => flat.text.push(c),
            }
        }
        flat
    }

    /// The text without the marks.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The only post the mail links to, if it links to one alone.
    pub(super) fn only_link(&self) -> Option<&Link> {
        let groups = self.groups();
        (groups.len() == 1).then(|| &self.links[groups[0].link])
    }

    /// The anchors that lead to the same post, in the order of the first of them.
    fn groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        let mut known: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
        for &(start, end, link) in &self.anchors {
            let at = *known.entry(&self.links[link].key).or_insert_with(|| {
                groups.push(Group { link, start, end, title: None });
                groups.len() - 1
            });
            let group = &mut groups[at];
            group.end = group.end.max(end);
            if group.title.is_none() && is_title(&self.text[start..end]) {
                group.title = Some((start, end));
            }
        }
        groups
    }

    /// The posts of the mail, where it is a list of them; none where it is one post or no list.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let groups = self.groups();
        let titled = groups.iter().filter(|group| group.title.is_some()).count();
        let mut pieces: Vec<Piece> = if groups.is_empty() || (groups.len() == 1 && titled == 0) {
            Vec::new()
        } else if titled * 2 > groups.len() {
            self.by_title(&groups)
        } else {
            self.by_place(&groups)
        };
        if let Some(last) = pieces.last_mut() {
            last.body = without_footer(&last.body).to_owned();
        }
        pieces.retain(|piece| !piece.title.is_empty() || !piece.body.is_empty());
        pieces
    }

    /// Each post starts with a link that carries its title.
    fn by_title(&self, groups: &[Group]) -> Vec<Piece> {
        let groups: Vec<&Group> = groups.iter().filter(|group| group.title.is_some()).collect();
        let mut pieces = Vec::new();
        for (at, group) in groups.iter().enumerate() {
            let Some((start, end)) = group.title else { continue };
            let until = groups.get(at + 1).map_or(self.text.len(), |next| self.line_start(next.start)).max(end);
            // A card may be a link as a whole: its first line is the title.
            let words = self.text[start..end].trim();
            let (title, rest) = words.split_once('\n').unwrap_or((words, ""));
            let body = format!("{rest}\n{}", self.without_buttons(end, until));
            pieces.push(self.piece(group, title, &body));
        }
        pieces
    }

    /// The titles stand above the links, or the links at the end of the posts.
    fn by_place(&self, groups: &[Group]) -> Vec<Piece> {
        let line_end = |at: usize| self.text[at..].find('\n').map_or(self.text.len(), |length| at + length);
        let after_link = |group: &Group| {
            let next = self.text[line_end(group.end)..].trim_start_matches('\n').lines().next().unwrap_or("");
            let directly = self.text[line_end(group.end)..].strip_prefix('\n').is_some_and(|rest| !rest.starts_with('\n') && !rest.is_empty());
            directly && !is_rule(next)
        };
        let followed = groups.iter().filter(|group| after_link(group)).count();
        let mut pieces = Vec::new();
        if followed * 2 > groups.len() {
            // Title, link, text.
            let starts: Vec<usize> = groups.iter().map(|group| self.title_start(group)).collect();
            for (at, group) in groups.iter().enumerate() {
                let until = starts.get(at + 1).copied().unwrap_or(self.text.len()).max(starts[at]);
                let piece = self.without_buttons(starts[at], until);
                let (title, body) = piece.trim_start().split_once('\n').unwrap_or((piece.trim(), ""));
                pieces.push(self.piece(group, title, body));
            }
        } else {
            // Title, text, link.
            let spans: Vec<&str> = groups
                .iter()
                .enumerate()
                .map(|(at, group)| &self.text[if at == 0 { 0 } else { line_end(groups[at - 1].end).min(group.start) }..group.start])
                .collect();
            let paragraphs = |text: &str| text.split("\n\n").filter(|part| !part.trim().is_empty() && !is_rule(part.trim())).count();
            let usual = spans.get(1).map_or(usize::MAX, |span| paragraphs(span));
            for (at, (group, span)) in groups.iter().zip(&spans).enumerate() {
                // The first has the greeting before it.
                let parts: Vec<&str> = span.split("\n\n").filter(|part| !part.trim().is_empty() && !is_rule(part.trim())).collect();
                let skip = if at == 0 { parts.len().saturating_sub(usual) } else { 0 };
                let whole = parts[skip..].join("\n\n");
                let whole: String = whole.lines().filter(|line| !is_rule(line)).collect::<Vec<_>>().join("\n");
                let whole = whole.trim().trim_end_matches(':');
                let (title, body) = whole.split_once('\n').unwrap_or((whole, ""));
                let body = body.trim_end();
                let body = body.rsplit_once('\n').filter(|(_, last)| is_button(last)).map_or(body, |(body, _)| body);
                pieces.push(self.piece(group, title, body));
            }
        }
        pieces
    }

    fn piece(&self, group: &Group, title: &str, body: &str) -> Piece {
        let title = without_number(title);
        let title = if title.is_empty() { body.trim_start().lines().next().unwrap_or("") } else { title };
        Piece { title: text::clean_line(title), body: text::clean(body), link: self.links[group.link].clone() }
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |line| line + 1)
    }

    /// Where the title of a link without words starts: on its line, or on the line above.
    fn title_start(&self, group: &Group) -> usize {
        let line = self.line_start(group.start);
        if is_title(&self.text[line..group.start]) || line == 0 {
            return line;
        }
        let above = self.text[..line].trim_end_matches('\n').len();
        self.line_start(above)
    }

    /// A span of the text without the links that are buttons.
    fn without_buttons(&self, from: usize, until: usize) -> String {
        let mut text = String::with_capacity(until.saturating_sub(from));
        let mut at = from;
        for &(start, end, _) in self.anchors.iter().filter(|&&(start, end, _)| start >= from && end <= until && is_button(&self.text[start..end])) {
            if start >= at {
                text.push_str(&self.text[at..start]);
                at = end;
            }
        }
        text.push_str(&self.text[at.min(until)..until]);
        text
    }
}

/// The links to one post.
struct Group {
    link: usize,
    start: usize,
    end: usize,
    /// The span of the words that can be its title.
    title: Option<(usize, usize)>,
}

/// What buttons and labels before links say, in any language met.
const BUTTONS: &[&str] = &[
    "view job", "view", "apply", "apply now", "apply here", "see more", "read more", "view details", "view project", "bid now", "bid on this project",
    "learn more", "more", "details", "open", "see job", "click here", "here", "view job post", "submit proposal", "submit a proposal", "job details",
    "view posting", "view full job", "see details", "link", "url", "view the job", "view job posting", "easy apply", "view this job", "see this job",
    "view project details", "place bid", "send proposal", "zum projekt", "ver proyecto", "see full post", "view full post", "go to job",
];

fn is_button(words: &str) -> bool {
    let plain: String = words.chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect::<String>().trim().to_lowercase();
    plain.is_empty() || BUTTONS.contains(&plain.as_str())
}

/// Whether the words of a link can be the title of a post.
fn is_title(words: &str) -> bool {
    let words = words.trim();
    !is_button(words) && !words.starts_with("http") && (words.contains(' ') || words.chars().count() >= 12)
}

/// A title without the number or bullet of its list; figures that belong to it stay ("3 logos", "2026 plan").
fn without_number(title: &str) -> &str {
    let title = title.trim().trim_start_matches(['-', '*', '\u{2022}', '#', ' ']);
    let digits = title.bytes().take_while(u8::is_ascii_digit).count();
    match title[digits..].strip_prefix(['.', ')']) {
        Some(rest) if (1..=3).contains(&digits) && rest.starts_with(' ') => rest.trim_start(),
        _ => title,
    }
}

/// A line of dashes or the like.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 3 && line.chars().all(|c| matches!(c, '-' | '=' | '_' | '*' | '~' | '\u{2014}' | '\u{2500}'))
}

/// What the foot of an alert mail starts with.
const FOOTERS: &[&str] = &[
    "unsubscribe",
    "you are receiving",
    "you're receiving",
    "you received this",
    "manage your",
    "manage alerts",
    "manage job alerts",
    "see all jobs",
    "view all jobs",
    "view all projects",
    "see all projects",
    "view more jobs",
    "browse more",
    "\u{a9}",
    "privacy policy",
    "this email was",
    "this message was",
    "email preferences",
    "update your preferences",
    "notification settings",
    "edit your alert",
    "edit alert",
    "to stop receiving",
    "sent to you because",
    "copyright",
    "happy freelancing",
    "see more jobs",
    "if you no longer",
];

fn without_footer(body: &str) -> &str {
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let lower = line.trim().to_lowercase();
        if at > 0 && (FOOTERS.iter().any(|footer| lower.starts_with(footer)) || lower == "--") {
            return body[..at].trim_end();
        }
        at += line.len();
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(flat: &Flat, expected: &[(&str, &str, &str)]) {
        let pieces = flat.pieces();
        let found: Vec<(&str, &str, &str)> = pieces.iter().map(|piece| (piece.title.as_str(), piece.body.as_str(), piece.link.key.as_str())).collect();
        assert_eq!(found, expected, "{}", flat.text());
    }

    #[test]
    fn titles_that_are_links_start_their_posts() {
        let html = "<p>Hi, new jobs for you:</p>
            <h3><a href='https://jobs.example.org/jobs/101'>A menu for a bakery</a></h3><p>Two pages, <b>by Friday</b>.</p><a href='https://jobs.example.org/jobs/101?apply=1'>Apply now</a>
            <h3><a href='https://jobs.example.org/jobs/102'>Edit a podcast</a></h3><p>Weekly.</p><a href='https://jobs.example.org/jobs/102'>View job</a>
            <p>Unsubscribe from this list</p>";
        check(
            &Flat::of_html(html, None),
            &[("A menu for a bakery", "Two pages, by Friday.", "jobs.example.org/101"), ("Edit a podcast", "Weekly.", "jobs.example.org/102")],
        );
    }

    #[test]
    fn a_card_that_is_one_link_is_a_post() {
        let html = "<a href='https://www.linkedin.com/comm/jobs/view/1234567/?t=x'><p>Copy editor</p><p>Paper Lantern Press</p></a>
            <a href='https://www.linkedin.com/comm/jobs/view/1234568/?t=x'><p>Video editor</p><p>Low Tide Films</p></a>";
        check(
            &Flat::of_html(html, None),
            &[("Copy editor", "Paper Lantern Press", "linkedin.com/1234567"), ("Video editor", "Low Tide Films", "linkedin.com/1234568")],
        );
    }

    #[test]
    fn buttons_at_the_end_close_their_posts() {
        let html = "<p>Hello there</p><p>Your matches</p><p>A menu for a bakery<br>Two pages.</p><a href='https://jobs.example.org/jobs/101'>View job</a>
            <p>Edit a podcast<br>Weekly.</p><a href='https://jobs.example.org/jobs/102'>View job</a>";
        check(
            &Flat::of_html(html, None),
            &[("A menu for a bakery", "Two pages.", "jobs.example.org/101"), ("Edit a podcast", "Weekly.", "jobs.example.org/102")],
        );
    }

    #[test]
    fn plain_lists_are_cut_at_their_addresses() {
        let above = "New projects:\n\n1. A menu for a bakery\nhttps://jobs.example.org/jobs/101\nTwo pages.\n\n2. Edit a podcast\nhttps://jobs.example.org/jobs/102\nWeekly.\n\n--\nUnsubscribe: https://x.example/u";
        check(&Flat::of_text(above), &[("A menu for a bakery", "Two pages.", "jobs.example.org/101"), ("Edit a podcast", "Weekly.", "jobs.example.org/102")]);
        let below = "Your alert\n\nA menu for a bakery\nTwo pages.\nView job: https://jobs.example.org/jobs/101\n\n-------\n\nEdit a podcast\nWeekly.\nView job: https://jobs.example.org/jobs/102\n\n-------\n\nSee all jobs";
        check(&Flat::of_text(below), &[("A menu for a bakery", "Two pages.", "jobs.example.org/101"), ("Edit a podcast", "Weekly.", "jobs.example.org/102")]);
    }

    #[test]
    fn one_link_without_a_title_is_no_list() {
        let flat = Flat::of_html("<p>We need a menu.</p><a href='https://jobs.example.org/jobs/101'>View job</a>", None);
        check(&flat, &[]);
        assert_eq!(flat.only_link().map(|link| link.key.as_str()), Some("jobs.example.org/101"));
    }
}
