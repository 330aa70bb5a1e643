//! Standard output, or the file of `--output`: what cron sends by mail. A pipe acknowledges nothing, so what was being
//! written when the run was killed is written again, marked.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;

use super::Undelivered;
use crate::report::digest::{self, Digest};

/// How the digest is printed.
#[derive(Debug, Clone, Default)]
pub struct Printed {
    pub form: Form,
    pub output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Form {
    #[default]
    Text,
    Markdown,
    Html,
    /// The stored records, as an array.
    Json,
    /// The stored records, one a line.
    Jsonl,
}

pub(super) struct Stdout(pub Printed);

impl Stdout {
    pub(super) fn send(&self, digest: &Digest) -> Result<(), Undelivered> {
        let text = written(self.0.form, digest);
        let done = match &self.0.output {
            Some(path) => File::create(path).and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all())),
            None => {
                let mut out = anstream::stdout().lock();
                out.write_all(text.as_bytes()).and_then(|()| out.flush())
            }
        };
        done.map_err(|cause: io::Error| Undelivered::NotSent(cause.to_string()))
    }
}

/// The digest in a form.
pub(super) fn written(form: Form, digest: &Digest) -> String {
    match form {
        Form::Text => digest::text(digest),
        Form::Markdown => digest::markdown(digest),
        Form::Html => digest::html(digest),
        Form::Json => format!("[\n{}\n]\n", digest.records.iter().map(|record| record.trim_end()).collect::<Vec<_>>().join(",\n")),
        Form::Jsonl => digest.records.iter().map(|record| format!("{}\n", record.trim_end())).collect(),
    }
}
