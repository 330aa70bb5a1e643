//! What a person names on the command line or in the configuration, turned into sources: files, folders and all
//! readable files below them, standard input, addresses.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::WalkDir;

use crate::fetch;
use crate::read::columns::Columns;
use crate::read::{Document, Limits, Problem};
use crate::text::clean_line;

/// How sources are opened: what the configuration says of fetching and of tables.
#[derive(Debug, Clone, Default)]
pub struct Manner {
    pub fetch: fetch::Options,
    /// A person's own names for the columns of tables.
    pub columns: Option<Arc<Columns>>,
}

impl Manner {
    /// As a configuration says.
    pub fn of(config: &crate::config::Config) -> Manner {
        let own = !config.columns.is_empty();
        Manner { fetch: fetch::Options::of(&config.fetch), columns: own.then(|| Arc::new(config.columns.clone())) }
    }
}

/// A place posts come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Stdin,
    File(PathBuf),
    /// Fetched when it is opened.
    Address(String),
}

impl Source {
    /// How the source is called in reports and messages. Names of files are hostile too: what a terminal would obey is
    /// taken out.
    pub fn name(&self) -> String {
        match self {
            Source::Stdin => "-".to_owned(),
            Source::File(path) => shown(path),
            Source::Address(address) => clean_line(address),
        }
    }

    /// Opens the source: its document without the bytes, and where the bytes come from.
    ///
    /// # Errors
    /// A problem with the cause: a file may have vanished since its folder was listed, a server may not answer.
    pub fn open(&self, manner: &Manner) -> Result<(Document, Box<dyn Read>), Problem> {
        let document = Document { source: self.name(), columns: manner.columns.clone(), ..Document::default() };
        match self {
            Source::Stdin => Ok((document, Box::new(io::stdin().lock()))),
            Source::File(path) => match File::open(path) {
                Ok(file) => Ok((document, Box::new(file))),
                Err(cause) => Err(problem(path, cause_of(&cause))),
            },
            Source::Address(address) => Ok(fetched(fetch::fetch_one(address, &manner.fetch)?, manner)),
        }
    }
}

/// A document that was fetched, as one that is opened.
pub fn fetched(mut document: Document, manner: &Manner) -> (Document, Box<dyn Read>) {
    document.columns.clone_from(&manner.columns);
    let bytes = std::mem::take(&mut document.bytes);
    (document, Box::new(io::Cursor::new(bytes)))
}

/// A path fit to print.
fn shown(path: &Path) -> String {
    clean_line(&path.to_string_lossy())
}

fn problem(path: &Path, message: impl Into<String>) -> Problem {
    Problem::new(&path.to_string_lossy(), message)
}

fn cause_of(cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        io::ErrorKind::IsADirectory => "a folder: `gigsieve scan` reads all that is in it".to_owned(),
        io::ErrorKind::PermissionDenied => "may not be read: permission denied".to_owned(),
        _ => format!("cannot be read: {cause}"),
    }
}

/// The sources a name of the command line stands for; a file may have a name that is no text.
pub fn named(name: &OsStr, limits: &Limits, problems: &mut Vec<Problem>) -> Vec<Source> {
    match name.to_str() {
        Some(name) => sources(name, limits, problems),
        None => at_path(Path::new(name), limits, problems),
    }
}

/// The sources a name stands for: a folder stands for every file below it, in the order of their names. Hidden files
/// are left out unless named; what is neither file nor folder is a problem, never waited for.
pub fn sources(name: &str, limits: &Limits, problems: &mut Vec<Problem>) -> Vec<Source> {
    if name == "-" || name == "/dev/stdin" {
        return vec![Source::Stdin];
    }
    if fetch::is_address(name) {
        return vec![Source::Address(name.to_owned())];
    }
    // The shell's <(command): a pipe that already has its writer.
    if name.starts_with("/dev/fd/") {
        return vec![Source::File(PathBuf::from(name))];
    }
    at_path(Path::new(name), limits, problems)
}

fn at_path(path: &Path, limits: &Limits, problems: &mut Vec<Problem>) -> Vec<Source> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => below(path, limits, problems),
        Ok(metadata) if metadata.is_file() => vec![Source::File(path.to_owned())],
        Ok(metadata) => {
            problems.push(problem(path, format!("{}, neither a file nor a folder; pipe it in with `-` if posts come from it", kind_of(metadata.file_type()))));
            Vec::new()
        }
        Err(cause) => {
            problems.push(problem(path, cause_of(&cause)));
            Vec::new()
        }
    }
}

/// Whether a folder holds what belongs to a page saved beside it: `Job_files` next to `Job.html`. Scripts, pictures and
/// frames in it are no posts.
fn belongs_to_page(folder: &Path) -> bool {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = ["_files", "-Dateien", "_fichiers", "_archivos", "_arquivos", "_file", "_bestanden"].iter().find_map(|end| name.strip_suffix(end));
    stem.is_some_and(|stem| ["html", "htm"].iter().any(|ending| folder.with_file_name(format!("{stem}.{ending}")).is_file()))
}

/// Every file below a folder. Links are followed, each file and folder counts once, so that loops end.
fn below(folder: &Path, limits: &Limits, problems: &mut Vec<Problem>) -> Vec<Source> {
    let before = problems.len();
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    let visible = |entry: &walkdir::DirEntry| entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".");
    let mut walk = WalkDir::new(folder).follow_links(true).sort_by_file_name().max_depth(limits.folder_depth).into_iter().filter_entry(visible);
    while let Some(entry) = walk.next() {
        let entry = match entry {
            Ok(entry) => entry,
            // A link to a folder that holds it: all below is read once as it is.
            Err(error) if error.loop_ancestor().is_some() => continue,
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                problems.push(problem(&path, error.into_io_error().map_or_else(|| "cannot be read".to_owned(), |cause| cause_of(&cause))));
                continue;
            }
        };
        let kind = entry.file_type();
        if (kind.is_dir() || kind.is_file()) && !seen.insert(fs::canonicalize(entry.path()).unwrap_or_else(|_| entry.path().to_owned())) {
            if kind.is_dir() {
                walk.skip_current_dir();
            }
        } else if kind.is_dir() && entry.depth() > 0 && belongs_to_page(entry.path()) {
            walk.skip_current_dir();
        } else if kind.is_file() {
            if found.len() == limits.files {
                problems.push(problem(folder, format!("more than {} files; the rest is left out", limits.files)));
                break;
            }
            found.push(Source::File(entry.into_path()));
        } else if kind.is_dir() && entry.depth() == limits.folder_depth {
            problems.push(problem(entry.path(), format!("more than {} folders in folders; what is deeper is left out", limits.folder_depth)));
        } else if !kind.is_dir() {
            problems.push(problem(entry.path(), format!("{}, not a file; left out", kind_of(kind))));
        }
    }
    if found.is_empty() && problems.len() == before {
        problems.push(problem(folder, "the folder holds no files"));
    }
    found
}

#[cfg(unix)]
fn kind_of(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    match kind {
        kind if kind.is_fifo() => "a pipe",
        kind if kind.is_socket() => "a socket",
        kind if kind.is_char_device() || kind.is_block_device() => "a device",
        _ => "a special file",
    }
}

#[cfg(not(unix))]
fn kind_of(_: FileType) -> &'static str {
    "a special file"
}

/// The document of a source, whole.
///
/// # Errors
/// A problem with the cause, where the source cannot be read or is larger than the limits allow.
pub fn document(source: &Source, manner: &Manner, limits: &Limits) -> Result<Document, Problem> {
    let (mut document, reader) = source.open(manner)?;
    match reader.take(limits.document_bytes as u64 + 1).read_to_end(&mut document.bytes) {
        Err(cause) => Err(Problem::of(&document, cause_of(&cause))),
        Ok(_) if document.bytes.len() > limits.document_bytes => Err(Problem::of(&document, format!("larger than {} MB", limits.document_bytes >> 20))),
        Ok(_) => Ok(document),
    }
}
