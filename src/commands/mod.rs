//! The commands, one file each, and what they share: the sieve to use, where the report goes, how failures end.

pub mod check;
pub mod digest;
pub mod history;
pub mod init;
pub mod rules;
pub mod scan;
pub mod serve;
pub mod sources;

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::{fmt, fs};

use crate::cli::{Common, Format};
use crate::config::{Config, ConfigError};
use crate::report::Screen;
use crate::rules::{RuleError, RuleSet, file};
use crate::sieve::Sieve;
use crate::store::StoreError;

/// All done.
pub const DONE: u8 = 0;
/// Done, but some source, file or item could not be read.
pub const PARTLY: u8 = 1;
/// Could not run.
pub const FAILED: u8 = 2;

/// Why a command could not run.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Rule files with errors; each points at its line.
    #[error("{} in the rules", if .0.len() == 1 { "an error".to_owned() } else { format!("{} errors", .0.len()) })]
    Rules(Vec<RuleError>),
    /// The configuration; points at its line.
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("cannot read {path}: {cause}")]
    Read { path: String, cause: io::Error },
    #[error("cannot write {path}: {cause}")]
    Write { path: String, cause: io::Error },
    /// Nothing to work on, or words that make no sense together.
    #[error("{0}")]
    Usage(String),
}

impl Failure {
    /// Says on standard error what went wrong; a reader that went away (`| head`) is no failure.
    pub fn report(self) -> ExitCode {
        match self {
            Failure::Write { cause, .. } if cause.kind() == io::ErrorKind::BrokenPipe => return ExitCode::from(DONE),
            Failure::Rules(errors) => {
                for error in &errors {
                    note(format_args!("{:?}", miette::Report::new(RuleReport::from(error))));
                }
            }
            Failure::Config(ConfigError::Text { file, text, span, message, help }) => {
                let report = RuleReport { message, help, text: miette::NamedSource::new(&file, text), span: (span.start, span.len()).into() };
                note(format_args!("{:?}", miette::Report::new(report)));
            }
            other => note(format_args!("gigsieve: {other}")),
        }
        ExitCode::from(FAILED)
    }
}

/// An error in a person's own file, with its line and caret.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{message}")]
struct RuleReport {
    message: String,
    #[help]
    help: Option<String>,
    #[source_code]
    text: miette::NamedSource<String>,
    #[label("here")]
    span: miette::SourceSpan,
}

impl From<&RuleError> for RuleReport {
    fn from(error: &RuleError) -> RuleReport {
        RuleReport {
            message: error.to_string(),
            help: error.help.clone(),
            text: miette::NamedSource::new(&error.file, error.text.to_string()),
            span: (error.span.start, error.span.len()).into(),
        }
    }
}

/// A note for the person, on standard error; if nobody listens there, so be it.
pub fn note(text: fmt::Arguments<'_>) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// The configuration of the command line.
pub fn config(common: &Common) -> Result<Config, Failure> {
    let config = Config::find(common.config.as_deref())?;
    crate::facts::currency::set_own(config.currencies.clone());
    Ok(config)
}

/// The sieve of a configuration: built-in rules, then the person's own, held to the person's measure.
pub fn sieve_of(common: &Common, config: &Config) -> Result<Sieve, Failure> {
    if !common.no_builtin && common.rules.is_empty() && config.rules.is_empty() {
        return Ok(Sieve::ready(config.profile.clone(), |rules| config.adjust(rules))?);
    }
    let mut rules = rule_set_of(common, config)?;
    config.adjust(&mut rules)?;
    Ok(Sieve::new(rules, config.profile.clone()))
}

/// The rules of the command line.
pub fn rule_set(common: &Common) -> Result<RuleSet, Failure> {
    rule_set_of(common, &config(common)?)
}

/// The rules of the command line as they are written, without fitted weights.
pub fn written_rules(common: &Common) -> Result<RuleSet, Failure> {
    let mut files = rule_texts(common, &config(common)?)?;
    files.retain(|(name, _)| !name.ends_with("weights.toml"));
    file::load(&files).map_err(Failure::Rules)
}

fn rule_set_of(common: &Common, config: &Config) -> Result<RuleSet, Failure> {
    file::load(&rule_texts(common, config)?).map_err(Failure::Rules)
}

fn rule_texts(common: &Common, config: &Config) -> Result<Vec<(String, String)>, Failure> {
    let mut files = RuleSet::builtin_files();
    if common.no_builtin {
        // Guards go by the words of the lists: without them a rule of one's own would hit what is denied.
        files.retain(|(name, _)| name.ends_with("/lists.toml"));
    }
    let configured = if common.no_builtin { &[][..] } else { &config.rules };
    for path in configured.iter().chain(&common.rules) {
        rule_files(path, &mut files)?;
    }
    Ok(files)
}

/// Adds a rule file, or all below a folder in the order of their names.
fn rule_files(path: &Path, files: &mut Vec<(String, String)>) -> Result<(), Failure> {
    let failed = |cause| Failure::Read { path: path.display().to_string(), cause };
    if path.is_dir() {
        let mut below =
            fs::read_dir(path).and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()).map_err(failed)?;
        below.sort();
        for path in below.iter().filter(|path| path.is_dir() || path.extension().is_some_and(|extension| extension == "toml")) {
            rule_files(path, files)?;
        }
    } else {
        files.push((path.display().to_string(), fs::read_to_string(path).map_err(failed)?));
    }
    Ok(())
}

/// Where the report goes: the file of `--output`, else standard output.
pub struct Out {
    sink: Box<dyn Write>,
    name: String,
}

impl Out {
    pub fn open(common: &Common) -> Result<Out, Failure> {
        match &common.output {
            Some(path) => {
                let name = path.display().to_string();
                let file = fs::File::create(path).map_err(|cause| Failure::Write { path: name.clone(), cause })?;
                // A file is no terminal: colours are left out.
                Ok(Out { sink: Box::new(io::BufWriter::new(anstream::StripStream::new(file))), name })
            }
            // Records hold no escapes to strip, and looking for some takes longer than writing them.
            None if matches!(format(common), Format::Json | Format::Jsonl) => {
                Ok(Out { sink: Box::new(io::BufWriter::with_capacity(1 << 16, io::stdout().lock())), name: "standard output".into() })
            }
            None => Ok(Out { sink: Box::new(io::BufWriter::new(anstream::stdout().lock())), name: "standard output".into() }),
        }
    }

    pub fn write(&mut self, text: &str) -> Result<(), Failure> {
        self.sink.write_all(text.as_bytes()).map_err(|cause| Failure::Write { path: self.name.clone(), cause })
    }

    /// Hands on what is still buffered.
    pub fn close(mut self) -> Result<(), Failure> {
        self.sink.flush().map_err(|cause| Failure::Write { path: self.name.clone(), cause })
    }
}

/// The format to write: as said, else terminal.
pub fn format(common: &Common) -> Format {
    common.format.unwrap_or(Format::Terminal)
}

/// What the report is shown on: the terminal, else 100 columns without links.
pub fn screen(common: &Common) -> Screen {
    if common.output.is_none() && io::stdout().is_terminal() {
        let columns = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0).clamp(40, 120));
        Screen { columns, links: supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout) }
    } else {
        Screen { columns: 100, links: false }
    }
}
