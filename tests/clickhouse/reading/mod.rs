//! What the guide on reading and storing calls measured: tables of the engine Kafka, made as Aiven makes them, and read
//! by views. A table of the engine MergeTree stands for the replicated one.

mod broken;
mod changes;
mod engines;
mod looking;
mod renaming;
mod scenario;
