//! Every format over one report: what it looks like (snapshots), and that hostile text stays text in it.

#[path = "report/world.rs"]
mod world;

use clap::ValueEnum;
use gigsieve::cli::Format;
use gigsieve::read::{self, Document, Limits};
use gigsieve::report::{self, Report, Screen};

const SCREEN: Screen = Screen { columns: 80, links: false };

/// A report as a pipe gets it.
fn plain(format: Format, report: &Report, explain: bool) -> String {
    let sieve = world::sieve();
    let text = if explain { report::explain(format, &sieve, report, SCREEN) } else { report::write(format, &sieve, report, SCREEN) };
    match format {
        Format::Terminal => anstream::adapter::strip_str(&text).to_string(),
        // Style and script are files of their own; their hashes change with them.
        Format::Html => without_own_files(&text),
        _ => text,
    }
}

fn without_own_files(page: &str) -> String {
    let mut page = page.to_owned();
    for (start, end) in [("<style>", "</style>"), ("<script>", "</script>"), ("-src 'sha256-", "'"), ("-src 'sha256-", "' ")] {
        if let Some(at) = page.rfind(start).map(|at| at + start.len())
            && let Some(length) = page[at..].find(end)
        {
            page.replace_range(at..at + length, "");
        }
    }
    page
}

#[test]
fn every_format_has_its_look() {
    let sieve = world::sieve();
    for &format in Format::value_variants() {
        let report = Report { problems: vec!["broken.xml (line 3): no feed".into()], ..world::report(&sieve, world::posts()) };
        let name = format!("{format:?}").to_lowercase();
        insta::assert_snapshot!(name, plain(format, &report, false));
    }
}

#[test]
fn one_post_is_explained_in_full() {
    let sieve = world::sieve();
    for format in [Format::Terminal, Format::Markdown] {
        for post in [1, 3] {
            let report = world::report(&sieve, vec![world::posts().swap_remove(post)]);
            insta::assert_snapshot!(format!("{format:?}-explained-{post}").to_lowercase(), plain(format, &report, true));
        }
    }
}

#[test]
fn the_skipped_are_shown_on_demand() {
    let sieve = world::sieve();
    let all = Report { all: true, ..world::report(&sieve, world::posts()) };
    let some = world::report(&sieve, world::posts());
    for format in [Format::Terminal, Format::Markdown] {
        assert!(plain(format, &all, false).contains("Article of 432 words"), "{format:?}");
        assert!(!plain(format, &some, false).contains("Article of 432 words"), "{format:?}");
    }
}

#[test]
fn the_ledger_adds_up_on_paper() {
    let sieve = world::sieve();
    for post in world::posts() {
        let report = world::report(&sieve, vec![post]);
        let text = plain(Format::Terminal, &report, true);
        let ledger: Vec<&str> = text.lines().skip_while(|line| !line.contains("── Why")).skip(1).take_while(|line| !line.contains("───")).collect();
        let sum: i32 = ledger.iter().filter_map(|line| line.get(..5)?.trim().parse::<i32>().ok()).sum();
        assert_eq!(sum, report.judged[0].judgement.verdict.score, "{text}");
    }
}

#[test]
fn ledgers_name_what_counts_and_figures_are_no_quotes() {
    let rule = |id: &str, weight: i32, test: &str| {
        format!(
            "[[rule]]\nid = \"{id}\"\nweight = {weight}\nsure = 80\nwhy = \"Why of {id}.\"\n{test}\nhits = [\"one ferry\", \"two ferry\"]\nmisses = [\"x\", \"y\"]\n"
        )
    };
    let text = [
        "family = \"poor-figures\"\npolarity = \"red\"\n".to_owned(),
        rule("nothing", 0, "phrases = [\"ferry\"]"),
        rule("short", 5, "fact = { name = \"text.words\", below = 60 }"),
    ]
    .concat();
    let set = gigsieve::rules::file::load(&[("red/poor-figures.toml".to_owned(), text)]).unwrap_or_else(|errors| panic!("{}", errors[0]));
    let sieve = gigsieve::sieve::Sieve::new(set, gigsieve::profile::Profile::default());
    let post = gigsieve::post::Draft { title: "Copy".into(), body: "Words for a ferry line.".into(), ..Default::default() }.finish();
    let report = world::report(&sieve, vec![post]);
    for (format, figure) in [(Format::Terminal, "(5 words) · short"), (Format::Markdown, "(**5 words**)")] {
        let text = report::explain(format, &sieve, &report, SCREEN);
        let text = anstream::adapter::strip_str(&text).to_string();
        assert!(text.contains(figure) && text.contains("Words for a ferry line.") && text.contains("Why of short."), "{text}");
        assert!(!text.contains("Why of nothing.") && !text.contains("+0") && !text.contains("-0"), "{text}");
    }
}

#[test]
fn lines_keep_to_the_width_of_the_terminal() {
    let sieve = world::sieve();
    for columns in [40, 57, 120] {
        let report = Report { all: true, ..world::report(&sieve, world::posts()) };
        let screen = Screen { columns, links: true };
        for text in [report::write(Format::Terminal, &sieve, &report, screen), report::explain(Format::Terminal, &sieve, &report, screen)] {
            for line in text.lines().filter(|line| !line.contains("https://")) {
                let width = textwrap::core::display_width(line);
                assert!(width <= columns, "{width} of {columns}: {line:?}");
            }
        }
    }
}

#[test]
fn nothing_a_post_says_reaches_the_terminal_as_a_command() {
    let sieve = world::sieve();
    let report = Report { all: true, ..world::report(&sieve, vec![world::hostile()]) };
    let screen = Screen { columns: 80, links: true };
    for text in [report::write(Format::Terminal, &sieve, &report, screen), report::explain(Format::Terminal, &sieve, &report, screen)] {
        assert!(!text.contains("\u{1b}]8"), "an address that is no web address is no link: {text:?}");
        let plain = anstream::adapter::strip_str(&text).to_string();
        assert!(!plain.contains(|c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{200b}' | '\u{feff}')), "{plain:?}");
        assert!(plain.contains("</script><script>alert(1)</script>"), "text stays text: {plain}");
    }
}

#[test]
fn links_are_only_written_where_they_work() {
    let sieve = world::sieve();
    for links in [true, false] {
        let report = world::report(&sieve, world::posts());
        let text = report::write(Format::Terminal, &sieve, &report, Screen { columns: 80, links });
        assert_eq!(text.contains("\u{1b}]8;;https://jobs.example/posts/7?from=feed\u{1b}\\"), links);
    }
}

#[test]
fn hostile_words_mean_nothing_to_markdown() {
    let sieve = world::sieve();
    let report = Report { all: true, ..world::report(&sieve, vec![world::hostile()]) };
    for explain in [false, true] {
        let text = plain(Format::Markdown, &report, explain);
        for raw in ["<script", "<img", "![p]", "[link](", "](<javascript", "\n# heading", "\n| a | b |", "<svg"] {
            assert!(!text.replace("\\<", "").replace("\\[", "").replace("\\!", "").contains(raw), "{raw} in {text}");
        }
    }
}

#[test]
fn a_table_computes_nothing() {
    let sieve = world::sieve();
    let mut posts = world::posts();
    posts.push(world::hostile());
    let count = posts.len();
    let text = plain(Format::Csv, &world::report(&sieve, posts), false);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), count, "every post has a row");
    for row in &rows {
        for (name, cell) in columns.iter().zip(row) {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{name}: {cell}");
        }
    }
    assert!(rows.iter().any(|row| row[4].starts_with("'=HYPERLINK")), "the words are all there");
}

#[test]
fn a_table_reads_back() {
    let sieve = world::sieve();
    let posts = world::posts();
    let text = plain(Format::Csv, &world::report(&sieve, posts.clone()), false);
    let back = read::read(&Document { source: "report.csv".into(), bytes: text.into_bytes(), ..Document::default() }, &Limits::default());
    assert_eq!((back.posts.len(), back.problems), (posts.len(), vec![]));
    for mut post in posts {
        let mut read = back.posts.iter().find(|read| read.id == post.id).unwrap_or_else(|| panic!("{}", post.id)).clone();
        // A table has no column for what a document says the post is; the format is that of the table.
        (post.stated_kind, post.format, read.format) = (None, None, None);
        // Where the post came from goes with its table.
        (post.source, read.source) = (None, None);
        assert_eq!(read, post);
    }
}

#[test]
fn the_feed_reads_as_a_feed_and_holds_what_got_through() {
    let sieve = world::sieve();
    let mut posts = world::posts();
    posts.push(world::hostile());
    let report = world::report(&sieve, posts);
    let through = report.judged.iter().filter(|judged| judged.judgement.verdict.tier != gigsieve::verdict::Tier::Skip).count();
    let text = plain(Format::Atom, &report, false);
    let document = Document { source: "report.atom".into(), bytes: text.clone().into_bytes(), ..Document::default() };
    let read = read::read(&document, &Limits::default());
    assert_eq!((read.posts.len(), read.problems), (through, vec![]));
    let mut ids: Vec<&str> = read.posts.iter().map(|post| post.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), through, "every entry has an id of its own");
    assert!(read.posts.iter().filter_map(|post| post.url.as_deref()).all(|url| !url.starts_with("javascript")));
    assert!(!text.contains("href=\"javascript"));
    // In content, which is HTML, tags of ours are escaped once, words of a post twice.
    let contents: String = text.split("<content type=\"html\">").skip(1).filter_map(|rest| rest.split_once("</content>")).map(|(content, _)| content).collect();
    assert!(contents.contains("&lt;strong&gt;") && contents.contains("&amp;lt;img src=x"), "{contents}");
    for raw in ["<", "&lt;script", "&lt;img", "&lt;svg", "&lt;b&gt;"] {
        assert!(!contents.contains(raw), "{raw} in {contents}");
    }
}

#[test]
fn clients_get_advice_on_their_own_words() {
    let sieve = world::sieve();
    for format in [Format::Terminal, Format::Markdown] {
        let report = world::report(&sieve, vec![world::posts().swap_remove(3)]);
        let text = report::advise(format, &sieve, &report, SCREEN);
        insta::assert_snapshot!(format!("{format:?}-advised").to_lowercase(), anstream::adapter::strip_str(&text).to_string());
    }
}

#[test]
fn every_red_family_has_advice() {
    for family in gigsieve::rules::RuleSet::builtin().families.iter().filter(|family| family.polarity == gigsieve::rules::Polarity::Red) {
        let advice = report::client::advice(&family.id).unwrap_or_default();
        assert!(advice.ends_with('.') && advice.contains(' '), "{}: {advice:?}", family.id);
    }
}
