//! What we say of ClickHouse's types, compared with what ClickHouse says: its schema inference of Avro and Protobuf,
//! the tables it lets one make, and what becomes of messages that are read into them; what the guide on reading and
//! storing says of Kafka tables and views; and which tables and views we refuse.
//!
//! `differences` has every case in which we mean to differ, and the guide on columns has each of them, too.

#![expect(clippy::expect_used, clippy::panic, reason = "a test's panic is its report")]

mod avro;
mod calls;
mod configurations;
mod differences;
mod formats;
mod json_schema;
mod messages;
mod oracle;
mod protobuf;
mod python;
mod quoting;
mod reading;
mod sorting;
mod types;
