//! The memory of a process.

use std::fs;

/// Returns the peak of the resident memory of a process in megabytes, if the system has `/proc`.
pub(crate) fn peak_memory(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0 / 1_000_000.0)
}
