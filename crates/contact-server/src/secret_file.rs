//! Reads secrets from files, so that a secret is not in the list of processes.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use anyhow::{Context as _, anyhow};
use contact_model::secret_file;

/// Reads a secret from a file, such as the address of a database. Logs a warning if other users can read the file.
///
/// # Errors
/// The file cannot be read, or contains no secret. The error names the file and never its content.
pub(crate) fn read(path: &Path) -> anyhow::Result<String> {
    let cannot = || format!("the file {} cannot be read", path.display());
    let file = File::open(path).with_context(cannot)?;
    warn_if_others_have_access(&file, path);
    let mut content = Vec::new();
    file.take(secret_file::MAX_BYTES as u64 + 1).read_to_end(&mut content).with_context(cannot)?;
    secret_file::read(content)
        .map_err(|error| anyhow!("the file {} contains no secret: {error}", path.display()))
}

fn warn_if_others_have_access(file: &File, path: &Path) {
    const OTHERS: u32 = 0o077;
    if file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.mode() & OTHERS != 0) {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string();
        let quoted = path.replace('\'', r"'\''");
        tracing::warn!(
            "other users of this machine can access {path}, which contains a secret: `chmod 600 '{quoted}'` \
             prevents that"
        );
    }
}
