//! The picture of the code map, held against the `use crate::` lines: the core knows nothing of the application, and
//! values go one way.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// For each module, what it may use. A module missing here is a new stage: add it, and say in the commit why.
const MAY_USE: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("post", &["text", "fields"]),
    ("fields", &["text", "post"]),
    ("profile", &[]),
    ("pattern", &[]),
    ("rules", &["post", "facts", "pattern", "profile"]),
    ("facts", &["text", "post", "profile", "rules"]),
    ("cues", &["facts", "matcher", "rules", "text"]),
    ("matcher", &["text", "facts", "pattern", "profile", "rules"]),
    ("verdict", &["cues", "facts", "matcher", "post", "profile", "rules"]),
    ("sieve", &["text", "post", "facts", "rules", "matcher", "profile", "cues", "verdict"]),
];

/// The modules of the core: no network, files, clock or terminal.
const CORE_LACKS: &[&str] =
    &["std::fs", "std::net", "std::process", "std::env", "std::io", "SystemTime", "Timestamp::now", "reqwest", "tokio", "rusqlite", "clap", "anstream"];

fn sources(module: &str) -> Vec<(PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![src.join(format!("{module}.rs"))];
    let mut folders = vec![src.join(module)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("an entry of the source folder is readable").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.into_iter().filter(|path| path.is_file()).map(|path| (path.clone(), fs::read_to_string(&path).expect("a source file is readable"))).collect()
}

/// The modules named after `crate::` in a text.
fn used(text: &str) -> Vec<&str> {
    text.match_indices("crate::")
        .flat_map(|(at, found)| {
            let rest = &text[at + found.len()..];
            match rest.strip_prefix('{') {
                // use crate::{post::Post, text}: names at the start and after each comma of the outer braces.
                Some(inner) => inner.split('}').next().unwrap_or_default().split(',').collect::<Vec<_>>(),
                None => vec![rest],
            }
        })
        .map(|path| path.trim().split(|c: char| !(c.is_ascii_lowercase() || c == '_')).next().unwrap_or_default())
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn the_core_uses_only_what_the_picture_allows() {
    let known: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    for (module, may) in &known {
        let sources = sources(module);
        assert!(!sources.is_empty(), "no source file for module {module}");
        for (path, text) in sources {
            // Comments may point anywhere.
            let text: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            for name in used(&text) {
                if name != *module && !may.contains(&name) {
                    wrong.push(format!("{} uses crate::{name}", path.display()));
                }
            }
            for lacking in CORE_LACKS.iter().filter(|lacking| text.contains(**lacking)) {
                wrong.push(format!("{} names {lacking}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_module_is_a_drawer() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![src];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the source folder is readable") {
            let path = entry.expect("an entry of the source folder is readable").path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            assert!(
                !["utils", "util", "common", "helpers", "helper", "manager", "misc"].contains(&name.as_str()),
                "{} says nothing of what it holds",
                path.display()
            );
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
}
