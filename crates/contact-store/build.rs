//! Rebuilds the crate when a migration is added. Without this, Cargo notices only changes of existing migrations.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
