//! `gigsieve.toml`: what it holds, what is refused and where the caret stands, OPML in and out.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use gigsieve::config::{Config, ConfigError, EXAMPLE, opml};
use gigsieve::profile::Profile;
use gigsieve::rules::{RuleSet, file};

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, Path::new("/home/me/gigsieve.toml"))
}

/// The text must be refused, with the caret on `at` and these words in the message.
fn check_refused(text: &str, at: &str, words: &str) {
    match parse(text) {
        Err(ConfigError::Text { span, message, .. }) => {
            assert!(message.contains(words), "{text}\n{message}");
            assert_eq!(&text[span], at, "{text}\n{message}");
        }
        other => panic!("{text}\n{other:?}"),
    }
}

fn run(arguments: &[&str], config: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gigsieve"))
        .args(arguments)
        .env("GIGSIEVE_CONFIG", config)
        .env_remove("GIGSIEVE_STORE")
        .output()
        .expect("the program starts")
}

#[test]
fn the_commented_example_is_a_configuration_and_so_are_its_examples() {
    let plain = parse(EXAMPLE).expect("the example itself");
    assert!(plain.sources.is_empty() && plain.delivery.is_empty());
    let used: String = EXAMPLE
        .lines()
        .map(|line| {
            let key = line.strip_prefix("# ").filter(|rest| {
                rest.starts_with("[[")
                    || rest.split(" = ").next().is_some_and(|key| rest.contains(" = ") && key.trim().chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
            });
            format!("{}\n", key.unwrap_or(line))
        })
        .collect();
    let used = parse(&used).unwrap_or_else(|error| panic!("{error}\n{used}"));
    assert!(used.sources.len() >= 12, "{} sources", used.sources.len());
    assert_eq!((used.delivery.file.len(), used.delivery.atom.len(), used.delivery.mail.len(), used.delivery.webhook.len()), (1, 1, 1, 1));
    assert!(EXAMPLE.contains("NOT TESTED LIVE"));
}

#[test]
fn what_is_wrong_is_pointed_at() {
    check_refused("[profile]\nfloor_hourley = 3.0\n", "floor_hourley", "unknown field `floor_hourley`");
    check_refused("colour = 1\n", "colour", "unknown field");
    check_refused("[fetch]\nread_seconds = -1.0\n", "-1.0", "more than 0 seconds");
    check_refused("[fetch]\nattempts = 0\n", "0", "at least 1");
    check_refused("[[delivery.mail]]\nserver = \"localhost\"\nfrom = \"a@example.org\"\nto = []\nsubject = \"x\"\n", "subject", "unknown field");
    check_refused("[[source]]\nname = \"a\"\n", "\"a\"", "either `url` or `path`");
    check_refused("[[source]]\nurl = \"https://www.upwork.com/ab/feed\"\n", "\"https://www.upwork.com/ab/feed\"", "Upwork forbids");
    check_refused("[[source]]\nurl = \"example.org/feed\"\n", "\"example.org/feed\"", "no address");
    check_refused("[[source]]\nname = \"a\"\nurl = \"http://a.example/\"\n[[source]]\nname = 'a'\npath = \"x\"\n", "'a'", "two sources");
    check_refused("[[delivery.file]]\npath = \"a\"\n[[delivery.file]]\npath = 'b'\n", "'b'", "two channels");
    check_refused("[[delivery.webhook]]\npreset = \"pigeon\"\nurl = \"http://localhost/\"\n", "\"pigeon\"", "unknown variant `pigeon`");
    check_refused("[profile]\ncurrency = \"XQX\"\n", "\"XQX\"", "no rate is known for the currency `XQX`");
    check_refused("[profile]\nfloor_project = -5\n", "-5", "0 or more");
    check_refused("[profile]\nfloor_word = nan\n", "nan", "0 or more");
    check_refused("[columns]\ntitle = \"Job\"\ntitel = \"Arbeit\"\n", "titel", "unknown variant `titel`");
    check_refused("[columns]\ntitle = 7\n", "7", "a column is given by a name");
    check_refused("[columns]\ntitle = \"Job\"\nbody = [\"Text\", \"job\"]\n", "[columns]", "the column `job` is named under two fields");
    check_refused("[thresholds]\napply = \"high\"\n", "\"high\"", "invalid type");
}

#[test]
fn the_program_shows_the_line_and_ends_with_two() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let file = folder.path().join("gigsieve.toml");
    fs::write(&file, "[profile]\nfloor_houry = 3.0\n").expect("a written file");
    let output = run(&["digest"], &file);
    let notes = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(notes.contains("floor_houry = 3.0") && notes.contains("unknown field") && notes.contains("gigsieve.toml:2"), "{notes}");
    let missing = run(&["digest"], &folder.path().join("none.toml"));
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("gigsieve init"), "{missing:?}");
}

#[test]
fn init_writes_once_and_overwrites_nothing() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let file = folder.path().join("deep/gigsieve.toml");
    assert_eq!(run(&["init"], &file).status.code(), Some(0));
    assert_eq!(fs::read_to_string(&file).expect("it was written"), EXAMPLE);
    fs::write(&file, "# mine\n").expect("a written file");
    assert_eq!(run(&["init"], &file).status.code(), Some(2));
    assert_eq!(fs::read_to_string(&file).expect("it is there"), "# mine\n");
}

#[test]
fn thresholds_and_points_go_into_the_rules() {
    let own = "family = \"own\"\npolarity = \"green\"\n[[rule]]\nid = \"new-client\"\nweight = 5\nwhy = \"Somebody has to be the first.\"\nphrases = [\"first project\"]\n\
        hits = [\"My first project here.\", \"Our first project on this site.\"]\nmisses = [\"The second project.\", \"We projected growth.\"]\n";
    let mut rules: RuleSet = file::load(&[("own.toml".to_owned(), own.to_owned())]).unwrap_or_else(|errors| panic!("{errors:?}"));
    parse("[thresholds]\napply = 71\n[points]\nnew-client = -7\n").expect("valid").adjust(&mut rules).expect("the rule exists");
    assert_eq!((rules.thresholds.apply, rules.rules[0].points), (71, -7));
    let error = parse("[points]\nno-such-rule = 1\n").expect("valid so far").adjust(&mut rules).expect_err("no such rule");
    assert!(error.to_string().contains("no rule is called `no-such-rule`"));
}

#[test]
fn relative_paths_start_at_the_configuration() {
    let config = parse("store = \"s.sqlite\"\n[[source]]\npath = \"saved\"\n[[delivery.file]]\npath = \"/tmp/x\"\n").expect("valid");
    assert_eq!(config.store.as_deref(), Some(Path::new("/home/me/s.sqlite")));
    assert_eq!(config.sources[0].address(), "/home/me/saved");
    assert_eq!(config.delivery.file[0].path.get_ref(), Path::new("/tmp/x"));
}

#[test]
fn opml_comes_in_with_folders_as_tags_and_goes_out_again() {
    let text = r#"<?xml version="1.0"?><opml version="2.0"><head><title>mine</title></head><body>
        <outline text="Design &amp; more"><outline type="rss" text="Say &quot;hi&quot;" xmlUrl="https://a.example/feed?a=1&amp;b=2"/></outline>
        <outline text="Bare" xmlUrl="https://b.example/feed" category="web, data"/>
        <outline text="Bare" xmlUrl="https://c.example/feed"/>
        <outline text="Forbidden" xmlUrl="https://www.upwork.com/ab/feed"/>
        <outline text="Known" xmlUrl="https://known.example/"/></body></opml>"#;
    let outlines = opml::read(text).expect("OPML");
    assert_eq!(outlines[0].tags, ["Design & more"]);
    let before = "[[source]]\nname = \"mine\"\nurl = \"https://known.example/\"\n";
    let (tables, added) = opml::tables(&outlines, &parse(before).expect("valid"));
    assert_eq!(added, 3, "{tables}");
    let config = parse(&format!("{before}{tables}")).expect("what is added is valid");
    let names: Vec<String> = config.sources.iter().map(gigsieve::config::Feed::name).collect();
    assert_eq!(names, ["mine", "Say \"hi\"", "Bare", "Bare (2)"]);
    assert_eq!(config.sources[1].url(), Some("https://a.example/feed?a=1&b=2"));
    let again = opml::read(&opml::write(&config)).expect("what is written reads");
    assert_eq!(again.len(), 4);
    assert_eq!(again[2].tags, ["web", "data"]);
    for broken in ["", "<html></html>", "<opml><body>", "<opml><outline xmlUrl='x'</opml>"] {
        // An unclosed list still names its feeds; anything else is an error and never a panic.
        let _ = opml::read(broken);
    }
    assert!(opml::read("<html></html>").is_err());
}

#[test]
fn sources_come_in_and_out_by_command() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let (file, list) = (folder.path().join("gigsieve.toml"), folder.path().join("feeds.opml"));
    fs::write(&file, "# my comment stays\n").expect("a written file");
    fs::write(&list, "<opml version='2.0'><body><outline text='A' xmlUrl='https://a.example/feed'/></body></opml>").expect("a written file");
    for _ in 0..2 {
        let output = run(&["sources", "import", list.to_str().expect("a plain path")], &file);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    let text = fs::read_to_string(&file).expect("it is there");
    assert!(text.starts_with("# my comment stays\n") && text.matches("https://a.example/feed").count() == 1, "{text}");
    let exported = run(&["sources", "export"], &file);
    assert!(String::from_utf8_lossy(&exported.stdout).contains("xmlUrl=\"https://a.example/feed\""), "{exported:?}");
}

/// The titles and bodies that `scan` reads from a file under a configuration.
fn scanned(configuration: &str, name: &str, content: &str) -> Vec<(String, String)> {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let (config, file) = (folder.path().join("gigsieve.toml"), folder.path().join(name));
    fs::write(&config, configuration).expect("a written file");
    fs::write(&file, content).expect("a written file");
    let output = run(&["scan", "--format", "jsonl", &file.display().to_string()], &config);
    let text = |record: &serde_json::Value, key: &str| record[key].as_str().unwrap_or_default().to_owned();
    let records = String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("a record")).collect::<Vec<serde_json::Value>>();
    records.iter().map(|record| (text(record, "title"), text(record, "body"))).collect()
}

#[test]
fn columns_of_the_configuration_hold_for_tables_and_records() {
    let columns = "[columns]\ntitle = \"Kop\"\nbody = [\"Verhaal\", \"Noot\"]\n";
    let table = "Kop;Verhaal;Noot;Wanneer\nA menu;Two pages;;x\nA sign;;Three words;y\nA map;Of town;;z\n";
    let records =
        "[{\"Kop\": \"A menu\", \"Verhaal\": \"Two pages\"}, {\"Kop\": \"A sign\", \"Noot\": \"Three words\"}, {\"Kop\": \"A map\", \"Verhaal\": \"Of town\"}]";
    let lines =
        "{\"Kop\": \"A menu\", \"Verhaal\": \"Two pages\"}\n{\"Kop\": \"A sign\", \"Noot\": \"Three words\"}\n{\"Kop\": \"A map\", \"Verhaal\": \"Of town\"}\n";
    let expected = [("A menu", "Two pages"), ("A sign", "Three words"), ("A map", "Of town")].map(|(title, body)| (title.to_owned(), body.to_owned()));
    for (name, content) in [("posts.csv", table), ("posts.json", records), ("posts.jsonl", lines)] {
        assert_eq!(scanned(columns, name, content), expected, "{name}");
        assert_ne!(scanned("", name, content), expected, "{name} is not read so without the section");
    }
}

#[test]
fn amounts_of_the_profile_are_held_in_dollars() {
    let rate = |code: &str| gigsieve::facts::currency::rates().usd[code];
    let default = Profile::default();
    for (text, floor_hourly, floor_project) in [
        ("", default.floor_hourly, 0.0),
        ("[profile]\nfloor_project = 300\n", default.floor_hourly, 300.0),
        ("[profile]\ncurrency = \"EUR\"\nfloor_hourly = 20.0\nfloor_project = 300\n", 20.0 * rate("EUR"), 300.0 * rate("EUR")),
        ("[profile]\ncurrency = \"gbp\"\nfloor_project = 300\n", default.floor_hourly, 300.0 * rate("GBP")),
        ("[profile]\ncurrency = \"EUR\"\nfloor_hourly = 20\n[currencies]\nEUR = 2.0\n", 40.0, 0.0),
        ("[profile]\ncurrency = \"XQX\"\nfloor_hourly = 20\n[currencies]\nXQX = 0.5\n", 10.0, 0.0),
    ] {
        let profile = parse(text).unwrap_or_else(|error| panic!("{text}\n{error}")).profile;
        assert_eq!((profile.floor_hourly, profile.floor_project), (floor_hourly, floor_project), "{text}");
        assert_eq!(profile.floor_word, default.floor_word, "what is not given stays in dollars: {text}");
    }
    for key in ["currency", "floor_project"] {
        assert!(EXAMPLE.lines().any(|line| line.starts_with(&format!("# {key} "))), "the example names {key}");
    }
}
