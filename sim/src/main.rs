//! A stateful stand-in for a slice of Aiven's API.
fn main() {}
