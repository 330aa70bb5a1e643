//! `gigsieve serve`: the local page.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{DONE, Failure, config, note, sieve_of};
use crate::cli::Common;
use crate::config::store_file;
use crate::serve::{self, remembered};
use crate::source::Manner;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The port on this machine; without it any that is free
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// Where it is remembered what was seen
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
}

pub fn run(arguments: &Arguments, common: &Common) -> Result<ExitCode, Failure> {
    let config = config(common)?;
    let sieve = sieve_of(common, &config)?;
    // A system without a data folder still has the page for pasting.
    let memory = store_file(arguments.store.as_deref(), &config)
        .map(|store| remembered::Memory { store, sources: config.sources.iter().map(|feed| feed.name()).collect() });
    let sections = memory.map(remembered::sections).unwrap_or_default();
    let failed = |cause| Failure::Usage(format!("cannot serve on port {} of this machine: {cause}", arguments.port));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(failed)?;
    runtime.block_on(async {
        let listener = serve::listen(arguments.port).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        // The address alone on standard output, so that a script can read it.
        let mut out = std::io::stdout();
        writeln!(out, "http://{address}/").and_then(|()| out.flush()).map_err(|cause| Failure::Write { path: "standard output".into(), cause })?;
        if !common.quiet {
            note(format_args!("Open this address in a browser; only this machine can. Ctrl-C ends it."));
        }
        serve::run(listener, sieve, Manner::of(&config).columns, sections).await.map_err(failed)?;
        Ok(ExitCode::from(DONE))
    })
}
