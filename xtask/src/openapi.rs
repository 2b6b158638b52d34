//! `cargo xtask openapi`: the generated `openapi.yaml`, written or held against the one in the
//! tree.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Serialize;
use serde_json::Value;
use similar::TextDiff;

/// The first line of the file.
const HEADER: &str = "# Generated from the server's routes by `cargo xtask openapi generate`. Do not edit.\n";

/// How the file in the tree relates to the server's routes.
#[derive(Debug, PartialEq, Eq)]
pub enum Freshness {
    /// It says the same.
    Fresh,
    /// It is not there.
    Missing,
    /// It says something else: the unified diff from what stands there to what should.
    Stale(String),
}

impl fmt::Display for Freshness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MEND: &str = "mend it with `cargo xtask openapi generate`";
        match self {
            Self::Fresh => writeln!(f, "openapi.yaml: fresh"),
            Self::Missing => writeln!(f, "openapi.yaml: missing; {MEND}"),
            Self::Stale(diff) => writeln!(f, "{diff}\nopenapi.yaml: stale; {MEND}"),
        }
    }
}

/// Where the file stands: at the top of the repository.
#[must_use]
pub fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("openapi.yaml")
}

/// The description as a JSON value in which equal descriptions are equal to the last byte.
///
/// # Errors
/// Where the description cannot be serialized.
pub fn to_value(description: &impl Serialize) -> anyhow::Result<Value> {
    let value = serde_json::to_value(description).context("cannot serialize the API description")?;
    Ok(settle_extensions(value))
}

/// The text of the file.
///
/// # Errors
/// Where the description cannot be serialized.
pub fn render(description: &impl Serialize) -> anyhow::Result<String> {
    let value = to_value(description)?;
    let yaml = yaml_serde::to_string(&value).context("cannot write the API description as YAML")?;
    Ok(format!("{HEADER}{}\n", yaml.trim_end()))
}

/// Writes the file where it does not say `wanted` already; tells whether it did.
///
/// # Errors
/// Where the file can be neither read nor written.
pub fn generate(path: &Path, wanted: &str) -> anyhow::Result<bool> {
    if check(path, wanted)? == Freshness::Fresh {
        return Ok(false);
    }
    fs::write(path, wanted).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(true)
}

/// Holds the file against `wanted`.
///
/// # Errors
/// Where the file is there and cannot be read.
pub fn check(path: &Path, wanted: &str) -> anyhow::Result<Freshness> {
    let standing = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Freshness::Missing),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    if standing == wanted {
        return Ok(Freshness::Fresh);
    }
    let diff = TextDiff::from_lines(standing.as_str(), wanted)
        .unified_diff()
        .context_radius(3)
        .header("openapi.yaml (in the tree)", "openapi.yaml (generated)")
        .to_string();
    Ok(Freshness::Stale(diff))
}

/// Puts the `x-` keys of every object last and in order: utoipa keeps them in a hash map, whose
/// order is another one in every run.
fn settle_extensions(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(settle_extensions).collect()),
        Value::Object(map) => {
            let (mut extensions, mut rest): (Vec<_>, Vec<_>) = map
                .into_iter()
                .map(|(key, value)| (key, settle_extensions(value)))
                .partition(|(key, _)| key.starts_with("x-"));
            extensions.sort_by(|(one, _), (two, _)| one.cmp(two));
            rest.append(&mut extensions);
            Value::Object(rest.into_iter().collect())
        }
        other => other,
    }
}
