//! The clipboard, by the programs that desktops have for it. No library: those want a display at build or run time.

use std::process::{Command, Stdio};

use crate::commands::Failure;
use crate::read::{Document, Limits};

/// Programs that print the clipboard, in the order they are tried; the first that succeeds is believed.
const PROGRAMS: &[(&str, &[&str])] = &[
    ("wl-paste", &["--no-newline"]),
    ("xclip", &["-selection", "clipboard", "-out"]),
    ("xsel", &["--clipboard", "--output"]),
    ("pbpaste", &[]),
    ("powershell.exe", &["-NoProfile", "-Command", "[Console]::OutputEncoding=[Text.Encoding]::UTF8; Get-Clipboard -Raw"]),
    ("termux-clipboard-get", &[]),
];

/// What is on the clipboard.
///
/// # Errors
/// None of the programs is there and works; the clipboard is empty, or larger than a document may be.
pub fn document(limits: &Limits) -> Result<Document, Failure> {
    let output = PROGRAMS.iter().find_map(|(program, arguments)| {
        let output = Command::new(program).args(*arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        output.status.success().then_some(output.stdout)
    });
    let tried: Vec<&str> = PROGRAMS.iter().map(|(program, _)| *program).collect();
    match output {
        None => Err(Failure::Usage(format!("no clipboard here: none of {} printed one; paste the post into `gigsieve check` instead", tried.join(", ")))),
        Some(bytes) if bytes.iter().all(u8::is_ascii_whitespace) => Err(Failure::Usage("the clipboard is empty: copy the post first".into())),
        Some(bytes) if bytes.len() > limits.document_bytes => Err(Failure::Usage(format!("the clipboard holds more than {} MB", limits.document_bytes >> 20))),
        Some(bytes) => Ok(Document { source: "clipboard".into(), bytes, ..Document::default() }),
    }
}
