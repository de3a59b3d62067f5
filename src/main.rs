//! Starts the plugin.
fn main() {}
