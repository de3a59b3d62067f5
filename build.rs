//! Turns `proto/` into Rust inside this process, so that building needs no `protoc`.
//! Knows nothing of what the messages mean.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    let descriptors = protox::compile(["tfplugin6.proto", "plugin.proto", "health.proto"], ["proto"])?;
    tonic_prost_build::configure()
        // Schemas are sent in the same order in every process.
        .btree_map(".")
        // Only tests call a provider; in their builds, integration tests included, `test` is set.
        .client_mod_attribute(".", "#[cfg(test)]")
        .build_transport(false)
        .compile_fds(descriptors)?;
    Ok(())
}
