//! Files that contain API keys.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use contact_client::model::secret_file;

use crate::failure::Failure;
use crate::output::messages;

/// Reads an API key from a file. Warns if other users can read the file.
///
/// # Errors
/// The file cannot be read or is empty. The error names the file and never its content.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    let cannot = |error| Failure::local(format!("cannot read {}", path.display()), error);
    let file = File::open(path).map_err(cannot)?;
    warn_if_others_can_read(path);
    let mut content = Vec::new();
    file.take(secret_file::MAX_BYTES as u64 + 1).read_to_end(&mut content).map_err(cannot)?;
    secret_file::read(content).map_err(|why| {
        Failure::usage(format!("{} contains no API key", path.display())).because(why.to_string())
    })
}

/// Warns if other users can access a file that contains keys.
#[cfg(unix)]
pub(crate) fn warn_if_others_can_read(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    const OTHERS: u32 = 0o077;
    let is_open =
        |metadata: std::fs::Metadata| metadata.is_file() && metadata.permissions().mode() & OTHERS != 0;
    if std::fs::metadata(path).is_ok_and(is_open) {
        let path = path.display();
        messages::warn(&format!(
            "other users can access {path}, which contains API keys: run `chmod 600 {path}`"
        ));
    }
}

#[cfg(not(unix))]
pub(crate) fn warn_if_others_can_read(_: &Path) {}
