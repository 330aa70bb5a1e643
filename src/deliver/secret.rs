//! Secrets: from the environment, or from a file that only its owner can read. A secret never shows itself in messages.

use std::path::Path;
use std::{env, fmt, fs};

/// A password, token or address that must not be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text from being shown.
    pub fn new(text: String) -> Secret {
        Secret(text)
    }

    /// The secret itself; for the one who must send it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("(secret)")
    }
}

/// Reads a secret from the variable or the file named in the configuration; `None` where neither is named.
///
/// # Errors
/// The variable is not set, the file cannot be read or can be read by others.
pub fn read(variable: Option<&str>, file: Option<&Path>) -> Result<Option<Secret>, String> {
    if let Some(variable) = variable {
        let value = env::var(variable).map_err(|_| format!("the variable {variable} is not set"))?;
        return Ok(Some(Secret(value)));
    }
    let Some(file) = file else { return Ok(None) };
    let failed = |cause| format!("cannot read the secret in {}: {cause}", file.display());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(file).map_err(failed)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(format!("others can read the secret in {}; `chmod 600` it first", file.display()));
        }
    }
    Ok(Some(Secret(fs::read_to_string(file).map_err(failed)?.trim().to_owned())))
}
