//! `gigsieve init`: a commented configuration to start from. An existing one is never overwritten.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{DONE, Failure, note};
use crate::cli::Common;
use crate::config::{self, EXAMPLE};

#[derive(Debug, Args)]
pub struct Arguments {
    /// Print it instead of writing it
    #[arg(long)]
    print: bool,
}

pub fn run(arguments: &Arguments, common: &Common) -> Result<ExitCode, Failure> {
    if arguments.print {
        let mut out = super::Out::open(common)?;
        out.write(EXAMPLE)?;
        out.close()?;
        return Ok(ExitCode::from(DONE));
    }
    let named = common.config.clone().or_else(|| std::env::var_os(config::VARIABLE).filter(|name| !name.is_empty()).map(PathBuf::from));
    let file =
        named.or_else(config::default_file).ok_or_else(|| Failure::Usage("this system names no configuration folder; say where with --config FILE".into()))?;
    let failed = |cause: io::Error| match cause.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::Usage(format!("{} is there already and is left as it is; `gigsieve init --print` shows the commented one", file.display()))
        }
        _ => Failure::Write { path: file.display().to_string(), cause },
    };
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    File::create_new(&file).and_then(|mut new| new.write_all(EXAMPLE.as_bytes())).map_err(failed)?;
    if !common.quiet {
        note(format_args!("Wrote {}. Add sources to it, then run `gigsieve digest`.", file.display()));
    }
    Ok(ExitCode::from(DONE))
}
