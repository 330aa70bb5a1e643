//! The command line: what can be said, and what each command is given. The commands themselves are in `commands/`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands;

/// Reads freelance job posts and lists the ones worth applying to, with the sentence that says why.
#[derive(Debug, Parser)]
#[command(name = "gigsieve", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub common: Common,
}

/// What every command understands.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// How the report is written; without it, for a terminal on a terminal, plain text in a pipe
    #[arg(long, value_enum, global = true)]
    pub format: Option<Format>,
    /// Write the report to a file
    #[arg(long, short, value_name = "FILE", global = true)]
    pub output: Option<PathBuf>,
    /// Read this configuration instead of the platform's (or of that in GIGSIEVE_CONFIG)
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Show the skipped posts too
    #[arg(long, global = true)]
    pub all: bool,
    /// Add your own rule files or folders of them; a rule with a known id replaces the built-in one
    #[arg(long, value_name = "PATH", global = true)]
    pub rules: Vec<PathBuf>,
    /// Use only the rules given with --rules
    #[arg(long, global = true, requires = "rules")]
    pub no_builtin: bool,
    /// No notes on standard error but errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// More notes on standard error; twice for all
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Terminal,
    Markdown,
    Html,
    Json,
    Jsonl,
    Csv,
    Atom,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge the posts of files, folders, addresses or standard input
    Scan(commands::scan::Arguments),
    /// Judge one pasted or saved post and explain the verdict in full
    Check(commands::check::Arguments),
    /// List, show and test the rules
    Rules(commands::rules::Arguments),
    /// Open a local page to paste posts into and drop files on
    Serve(commands::serve::Arguments),
    /// Fetch the configured sources and deliver what is new, once
    Digest(commands::digest::Arguments),
    /// Write a commented configuration
    Init(commands::init::Arguments),
    /// Show the sources and how they are; import and export lists of feeds
    Sources(commands::sources::Arguments),
    /// Find posts again
    History(commands::history::Search),
    /// Say why a stored post got its verdict
    Why(commands::history::Why),
    /// Note what became of a post
    Mark(commands::history::Mark),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let done = match &cli.command {
        Command::Scan(arguments) => commands::scan::run(arguments, &cli.common),
        Command::Check(arguments) => commands::check::run(arguments, &cli.common),
        Command::Rules(arguments) => commands::rules::run(arguments, &cli.common),
        Command::Serve(arguments) => commands::serve::run(arguments, &cli.common),
        Command::Digest(arguments) => commands::digest::run(arguments, &cli.common),
        Command::Init(arguments) => commands::init::run(arguments, &cli.common),
        Command::Sources(arguments) => commands::sources::run(arguments, &cli.common),
        Command::History(arguments) => commands::history::search(arguments, &cli.common),
        Command::Why(arguments) => commands::history::why(arguments, &cli.common),
        Command::Mark(arguments) => commands::history::mark(arguments, &cli.common),
    };
    match done {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
