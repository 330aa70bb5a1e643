//! `gigsieve serve`: the local page.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;

use super::{DONE, Failure, note, sieve};
use crate::cli::Common;
use crate::serve;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The port on this machine; without it any that is free
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    port: u16,
}

pub fn run(arguments: &Arguments, common: &Common) -> Result<ExitCode, Failure> {
    let sieve = sieve(common)?;
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
        serve::run(listener, sieve, Vec::new()).await.map_err(failed)?;
        Ok(ExitCode::from(DONE))
    })
}
