//! A file each digest is added to. Where it will be added, and what, is noted in the store first; after a kill, looking
//! there tells whether it was written, so nothing is written twice.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};

use super::stdout::{Form, written};
use super::{Fate, Undelivered};
use crate::config::channels::{FileChannel, FileFormat};
use crate::report::digest::Digest;
use crate::store::Batch;

pub(super) struct Appended(pub FileChannel);

impl Appended {
    /// How long the file is now, and what will be added.
    pub(super) fn prepare(&self, digest: &Digest) -> Result<(u64, Vec<u8>), Undelivered> {
        let path = self.0.path.get_ref();
        let form = match self.0.format {
            FileFormat::Markdown => Form::Markdown,
            FileFormat::Text => Form::Text,
            FileFormat::Jsonl => Form::Jsonl,
        };
        let length = match fs::metadata(path) {
            Ok(metadata) => metadata.len(),
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => 0,
            Err(cause) => return Err(self.failed(&cause)),
        };
        Ok((length, written(form, digest).into_bytes()))
    }

    pub(super) fn append(&self, payload: &[u8]) -> Result<(), Undelivered> {
        let path = self.0.path.get_ref();
        let work = || {
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                fs::create_dir_all(folder)?;
            }
            let mut file = File::options().create(true).append(true).open(path)?;
            file.write_all(payload)?;
            file.sync_all()
        };
        // A full disk may have taken a part: what is there is looked up before the next try.
        work().map_err(|cause| Undelivered::Unknown(format!("cannot write {}: {cause}", path.display())))
    }

    /// Whether what an interrupted run noted is there. A part of it is taken away again.
    pub(super) fn fate(&self, batch: &Batch) -> Fate {
        let (Some(start), Some(payload)) = (batch.start, &batch.payload) else { return Fate::NotSent };
        let look = || -> io::Result<Fate> {
            let mut file = match File::options().read(true).write(true).open(self.0.path.get_ref()) {
                Err(cause) if cause.kind() == io::ErrorKind::NotFound && start == 0 => return Ok(Fate::NotSent),
                file => file?,
            };
            if file.metadata()?.len() < start {
                return Ok(Fate::Unknown);
            }
            file.seek(SeekFrom::Start(start))?;
            let mut there = Vec::new();
            (&mut file).take(payload.len() as u64).read_to_end(&mut there)?;
            if there == *payload {
                return Ok(Fate::Arrived);
            }
            if payload.starts_with(&there) && file.metadata()?.len() == start + there.len() as u64 {
                file.set_len(start)?;
                return Ok(Fate::NotSent);
            }
            Ok(Fate::Unknown)
        };
        look().unwrap_or(Fate::Unknown)
    }

    fn failed(&self, cause: &io::Error) -> Undelivered {
        Undelivered::NotSent(format!("cannot write {}: {cause}", self.0.path.get_ref().display()))
    }
}
