//! Compresses the script of the documentation page, so that the program contains it only once and compressed.

use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let script =
        scalar_api_reference::get_asset("scalar.js").ok_or("scalar_api_reference has no scalar.js")?;
    let directory = std::env::var_os("OUT_DIR").ok_or("cargo has not set OUT_DIR")?;
    let file = File::create(Path::new(&directory).join("scalar.js.gz"))?;
    let mut encoder = GzEncoder::new(file, Compression::best());
    encoder.write_all(&script)?;
    encoder.finish()?;
    Ok(())
}
