//! Where ClickHouse 25.8 takes each setting of a table. Knows names, never a value.

/// The place of one setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// What the table is made of: its name, columns, topics and view.
    Structure,
    /// A setting in the statement that creates the table.
    Table(&'static str),
    /// The same, where 0 leaves the choice to the server, so that it is not written.
    TableUnlessZero(&'static str),
    /// A property of librdkafka for the consumers of a topic, in the server's configuration.
    Consumer(&'static str),
    /// A property of librdkafka for the producers of a topic, in the server's configuration.
    Producer(&'static str),
    /// ClickHouse 25.8 knows nothing like it. It is accepted and changes nothing.
    Nowhere,
}

/// Every documented key of a table.
///
/// Table settings are those of ClickHouse's Kafka engine, and the format setting that the engine takes beside them.
/// Properties are those of librdkafka's `CONFIGURATION.md`; ClickHouse reads them with underscores for dots.
pub const PLACES: &[(&str, Place)] = &[
    ("name", Place::Structure),
    ("columns", Place::Structure),
    ("topics", Place::Structure),
    ("data_format", Place::Table("kafka_format")),
    ("group_name", Place::Table("kafka_group_name")),
    ("auto_offset_reset", Place::Consumer("auto.offset.reset")),
    ("auto_offset_reset_by_duration_ms", Place::Nowhere),
    ("date_time_input_format", Place::Table("date_time_input_format")),
    ("handle_error_mode", Place::Table("kafka_handle_error_mode")),
    ("max_block_size", Place::TableUnlessZero("kafka_max_block_size")),
    ("max_rows_per_message", Place::Table("kafka_max_rows_per_message")),
    ("num_consumers", Place::Table("kafka_num_consumers")),
    ("poll_max_batch_size", Place::TableUnlessZero("kafka_poll_max_batch_size")),
    ("poll_max_timeout_ms", Place::TableUnlessZero("kafka_poll_timeout_ms")),
    ("skip_broken_messages", Place::Table("kafka_skip_broken_messages")),
    ("thread_per_consumer", Place::Table("kafka_thread_per_consumer")),
    ("producer_batch_num_messages", Place::Producer("batch.num.messages")),
    ("producer_batch_size", Place::Producer("batch.size")),
    ("producer_compression_codec", Place::Producer("compression.codec")),
    ("producer_compression_level", Place::Producer("compression.level")),
    ("producer_linger_ms", Place::Producer("linger.ms")),
    ("producer_queue_buffering_max_kbytes", Place::Producer("queue.buffering.max.kbytes")),
    ("producer_queue_buffering_max_messages", Place::Producer("queue.buffering.max.messages")),
    ("producer_request_required_acks", Place::Producer("request.required.acks")),
    ("materialized_view", Place::Structure),
];

/// What librdkafka does without the property, as far as it can be set here: the defaults of its `CONFIGURATION.md`, and
/// ClickHouse's own choice for the offset. A table that spells a default out does as one that says nothing.
pub fn default_of(property: &str) -> &'static str {
    match property {
        "auto.offset.reset" => "earliest",
        "batch.num.messages" => "10000",
        "batch.size" => "1000000",
        "compression.codec" => "none",
        "compression.level" | "request.required.acks" => "-1",
        "linger.ms" => "5",
        "queue.buffering.max.kbytes" => "1048576",
        "queue.buffering.max.messages" => "100000",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::{PLACES, Place, default_of};
    use crate::schema::{Kind, clickhouse_kafka::USER_CONFIG};
    use std::collections::BTreeSet;

    /// The published properties of a table.
    fn published() -> BTreeSet<&'static str> {
        let Kind::Object([tables]) = USER_CONFIG else { panic!("tables only") };
        let Kind::List { of: Kind::Object(properties), .. } = tables.kind else { panic!("a list of tables") };
        properties.iter().map(|property| property.name).collect()
    }

    #[test]
    fn every_published_setting_has_one_place() {
        let placed: BTreeSet<_> = PLACES.iter().map(|(name, _)| *name).collect();
        assert_eq!(placed, published());
        assert_eq!(placed.len(), PLACES.len());
    }

    #[test]
    fn every_property_has_a_default_to_compare_with() {
        for (name, place) in PLACES {
            if let Place::Consumer(property) | Place::Producer(property) = place {
                assert!(!default_of(property).is_empty(), "{name}");
            }
        }
    }
}
