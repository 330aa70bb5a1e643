//! What a person names on the command line or in the configuration, turned into documents: files, folders and all
//! readable files below them, standard input, addresses.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::fetch;
use crate::read::{Document, Limits, Problem};

/// A place posts come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Stdin,
    File(PathBuf),
    /// Fetched when its document is asked for.
    Address(String),
}

/// The sources a name stands for: a folder stands for every file below it, in the order of their names.
pub fn sources(name: &str, problems: &mut Vec<Problem>) -> Vec<Source> {
    if name == "-" {
        return vec![Source::Stdin];
    }
    if fetch::is_address(name) {
        return vec![Source::Address(name.to_owned())];
    }
    let mut found = Vec::new();
    walk(Path::new(name), 0, &mut found, problems);
    if found.is_empty() && problems.is_empty() {
        problems.push(problem(Path::new(name), "the folder holds no files"));
    }
    found
}

/// Folders deeper than this are taken for a loop.
const DEPTH: usize = 32;

fn walk(path: &Path, depth: usize, found: &mut Vec<Source>, problems: &mut Vec<Problem>) {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(cause) => return problems.push(problem(path, cause.to_string())),
    };
    if metadata.is_file() {
        return found.push(Source::File(path.to_owned()));
    }
    if !metadata.is_dir() {
        return problems.push(problem(path, "neither a file nor a folder; pipe it in with `-` instead"));
    }
    if depth > DEPTH {
        return problems.push(problem(path, "too many folders in folders"));
    }
    match fs::read_dir(path) {
        Ok(entries) => {
            let mut below: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
            below.sort();
            for path in below.iter().filter(|path| !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))) {
                walk(path, depth + 1, found, problems);
            }
        }
        Err(cause) => problems.push(problem(path, cause.to_string())),
    }
}

/// The document of a source.
pub fn document(source: &Source, limits: &Limits) -> Result<Document, Problem> {
    match source {
        Source::Address(address) => fetch::fetch_one(address, &fetch::Options::default()),
        Source::Stdin => load("-".to_owned(), std::io::stdin().lock(), limits),
        Source::File(path) => {
            let file = File::open(path).map_err(|cause| problem(path, cause.to_string()))?;
            load(path.display().to_string(), file, limits)
        }
    }
}

fn load(source: String, reader: impl Read, limits: &Limits) -> Result<Document, Problem> {
    let mut bytes = Vec::new();
    let read = reader.take(limits.document_bytes as u64 + 1).read_to_end(&mut bytes);
    let document = Document { source, bytes, ..Document::default() };
    match read {
        Err(cause) => Err(Problem::of(&document, cause.to_string())),
        Ok(_) if document.bytes.len() > limits.document_bytes => Err(Problem::of(&document, format!("larger than {} MB", limits.document_bytes >> 20))),
        Ok(_) => Ok(document),
    }
}

fn problem(path: &Path, message: impl Into<String>) -> Problem {
    Problem { source_name: path.display().to_string(), place: None, message: message.into() }
}
