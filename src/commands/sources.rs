//! `gigsieve sources`: how each configured source is; lists of feeds in and out as OPML.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{DONE, Failure, Out, config, note};
use crate::cli::Common;
use crate::config::{Config, opml, store_file};
use crate::report::digest::SourceLine;
use crate::store::Store;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
    /// Only sources with this tag; may be given several times
    #[arg(long, value_name = "NAME")]
    tag: Vec<String>,
    /// The store to look into
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Add the feeds of an OPML file to the configuration
    Import { file: PathBuf },
    /// Write the feeds of the configuration as OPML
    Export {
        /// Without it, standard output
        file: Option<PathBuf>,
    },
}

pub fn run(arguments: &Arguments, common: &Common) -> Result<ExitCode, Failure> {
    let mut config = config(common)?;
    if !matches!(arguments.action, Some(Action::Import { .. })) {
        config.keep_tagged(&arguments.tag).map_err(Failure::Usage)?;
    }
    match &arguments.action {
        None => list(arguments, common, &config)?,
        Some(Action::Import { file }) => import(file, common, &config)?,
        Some(Action::Export { file }) => {
            let common = Common { output: file.clone().or_else(|| common.output.clone()), ..common.clone() };
            let mut out = Out::open(&common)?;
            out.write(&opml::write(&config))?;
            out.close()?;
        }
    }
    Ok(ExitCode::from(DONE))
}

fn list(arguments: &Arguments, common: &Common, config: &Config) -> Result<(), Failure> {
    if config.sources.is_empty() {
        return Err(Failure::Usage("no sources are configured; `gigsieve init` writes a configuration to add them to".into()));
    }
    let path = store_file(arguments.store.as_deref(), config).filter(|path| path.exists());
    let store = path.map(|path| Store::open(&path)).transpose()?;
    let mut out = Out::open(common)?;
    for feed in &config.sources {
        let health = match &store {
            Some(store) => store.health(&feed.name())?,
            None => crate::store::Health { name: feed.name(), ..Default::default() },
        };
        let tags = if feed.tags.is_empty() { String::new() } else { format!(" [{}]", feed.tags.join(", ")) };
        out.write(&format!("{}{tags}\n    {}\n", SourceLine::from(&health).line(), crate::fetch::shown(&feed.address())))?;
    }
    out.close()
}

fn import(file: &PathBuf, common: &Common, config: &Config) -> Result<(), Failure> {
    let failed = |cause| Failure::Read { path: file.display().to_string(), cause };
    let bytes = fs::read(file).map_err(failed)?;
    let outlines = opml::read(&String::from_utf8_lossy(&bytes)).map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))?;
    if config.file().as_os_str().is_empty() {
        return Err(Failure::Usage("there is no configuration to add them to yet; `gigsieve init` writes one".into()));
    }
    let (text, added) = opml::tables(&outlines, config);
    let whole = format!("{}{text}", fs::read_to_string(config.file()).map_err(failed)?);
    // What would be written is read first: a broken configuration helps nobody.
    Config::parse(&whole, config.file())?;
    let failed = |cause| Failure::Write { path: config.file().display().to_string(), cause };
    let mut target = fs::File::options().append(true).open(config.file()).map_err(failed)?;
    target.write_all(text.as_bytes()).map_err(failed)?;
    if !common.quiet {
        note(format_args!("{added} of {} feeds added to {}", outlines.len(), config.file().display()));
    }
    Ok(())
}
