//! The SQL that ClickHouse is given. Knows how to quote, and nothing of documents or of what exists.

use super::entry::{Entry, Literal, ViewEntry};

/// How long ClickHouse collects messages before it stores them, in milliseconds. Its own choice, 7.5 s, is made for
/// throughput; here somebody waits for rows.
const FLUSH_INTERVAL_MS: i64 = 500;

/// The storage policy of stored rows, and the name of its volume beside the local disk.
pub const TIERED: &str = "tiered";

/// How a table reaches its Kafka: settings of the table beside those of its entry, the broker list first.
pub type Connection = Vec<(&'static str, String)>;

/// A name, whatever it holds.
pub fn identifier(name: &str) -> String {
    format!("`{}`", name.replace('\\', "\\\\").replace('`', "\\`"))
}

/// A text, whatever it holds.
pub fn text(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// Makes the database of an integration.
pub fn create_database(database: &str) -> String {
    format!("CREATE DATABASE IF NOT EXISTS {}", identifier(database))
}

/// Removes the database of an integration, tables included.
pub fn drop_database(database: &str) -> String {
    format!("DROP DATABASE IF EXISTS {}", identifier(database))
}

/// Makes a table, or puts a new one in the place of that name. A view that reads it goes on with the new one; where
/// ClickHouse refuses, the old one stays.
pub fn create_table(database: &str, entry: &Entry, connection: &Connection) -> String {
    // A line break ends each type, in case it ends in a comment.
    let columns: Vec<_> =
        entry.columns.iter().map(|(name, ty)| format!("    {} {ty}\n", identifier(name))).collect();
    let mut settings: Vec<_> = connection.iter().map(|(name, value)| (*name, text(value))).collect();
    settings.push(("kafka_topic_list", text(&entry.topics.join(","))));
    settings.push(("kafka_flush_interval_ms", FLUSH_INTERVAL_MS.to_string()));
    settings.extend(entry.settings.iter().map(|(name, value)| (*name, literal(value))));
    let settings: Vec<_> = settings.iter().map(|(name, value)| format!("    {name} = {value}")).collect();
    format!(
        "CREATE OR REPLACE TABLE {}\n(\n{})\nENGINE = Kafka\nSETTINGS\n{}",
        within(database, &entry.name),
        columns.join("    ,\n"),
        settings.join(",\n"),
    )
}

/// Removes a table, or a view with the table behind it.
pub fn drop_table(database: &str, table: &str) -> String {
    // With SYNC, ClickHouse would wait for the consumers of a Kafka table, and never see them end.
    format!("DROP TABLE IF EXISTS {}", within(database, table))
}

/// Makes a view, and the table of its own that it stores into. The identifier, a UUID, is in the name of that table.
///
/// All rows are stored, with `handle_error_mode` `stream` also those of broken messages: how Aiven writes the view is
/// not public, and `SELECT *` is the least that it can be.
pub fn create_view(database: &str, table: &str, view: &ViewEntry, identity: &str) -> String {
    let age = time_to_live(view).map(|expression| format!("\nTTL {expression}")).unwrap_or_default();
    let policy = text(TIERED);
    format!(
        "CREATE MATERIALIZED VIEW {} UUID {}\nENGINE = {}({})\nORDER BY ({}){age}\n\
         SETTINGS storage_policy = {policy}\nAS SELECT * FROM {}",
        within(&view.database, &view.name),
        text(identity),
        view.engine,
        identifiers(&view.engine_parameters),
        identifiers(&view.order_by),
        within(database, table),
    )
}

/// Changes after how long the rows of a view are moved and deleted.
pub fn change_age(view: &ViewEntry, identity: &str) -> String {
    let target = within(&view.database, &format!(".inner_id.{identity}"));
    match time_to_live(view) {
        Some(expression) => format!("ALTER TABLE {target} MODIFY TTL {expression}"),
        None => format!("ALTER TABLE {target} REMOVE TTL"),
    }
}

/// When a row is moved and deleted, if ever.
pub fn time_to_live(view: &ViewEntry) -> Option<String> {
    let column = identifier(view.age_column.as_ref()?);
    let age = |days: i64| format!("{column} + toIntervalDay({days})");
    let moved = view.moved_after.map(|days| format!("{} TO VOLUME {}", age(days), text(TIERED)));
    let ways: Vec<_> = moved.into_iter().chain(view.deleted_after.map(age)).collect();
    (!ways.is_empty()).then(|| ways.join(", "))
}

fn within(database: &str, name: &str) -> String {
    format!("{}.{}", identifier(database), identifier(name))
}

fn identifiers(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| identifier(name)).collect();
    names.join(", ")
}

fn literal(value: &Literal) -> String {
    match value {
        Literal::Number(number) => number.to_string(),
        Literal::Text(value) => text(value),
    }
}

#[cfg(test)]
mod tests {
    use super::{change_age, create_table, create_view, identifier, text};
    use crate::data_plane::entry::{Entry, read};
    use serde_json::json;

    fn entry() -> Entry {
        let entry = json!({
            "name": "or`ders",
            "columns": [{"name": "id", "type": "UInt64"}, {"name": "at", "type": "DateTime -- UTC"}],
            "topics": [{"name": "a"}, {"name": "b.c"}],
            "data_format": "CSV",
            "group_name": "it's",
            "num_consumers": 2,
            "materialized_view": {
                "view_name": "stored",
                "order_by": ["id", "at"],
                "engine": "ReplacingMergeTree",
                "engine_params": ["at"],
                "ttl_column": "at",
                "ttl_days": 3,
            },
        });
        read(&entry).unwrap()
    }

    #[test]
    fn nothing_ends_a_quotation_early() {
        assert_eq!(identifier(r"a`b\"), r"`a\`b\\`");
        assert_eq!(text(r"a'b\"), r"'a\'b\\'");
    }

    #[test]
    fn a_table_is_written_with_its_settings() {
        let connection = vec![("kafka_broker_list", "127.0.0.1:9".to_owned())];
        let expected = r"CREATE OR REPLACE TABLE `service_k`.`or\`ders`
(
    `id` UInt64
    ,
    `at` DateTime -- UTC
)
ENGINE = Kafka
SETTINGS
    kafka_broker_list = '127.0.0.1:9',
    kafka_topic_list = 'a,b.c',
    kafka_flush_interval_ms = 500,
    kafka_format = 'CSV',
    kafka_group_name = 'it\'s',
    kafka_num_consumers = 2";
        assert_eq!(create_table("service_k", &entry(), &connection), expected);
    }

    #[test]
    fn a_view_is_written_with_its_table() {
        let expected = r"CREATE MATERIALIZED VIEW `default`.`stored` UUID 'u'
ENGINE = ReplacingMergeTree(`at`)
ORDER BY (`id`, `at`)
TTL `at` + toIntervalDay(3)
SETTINGS storage_policy = 'tiered'
AS SELECT * FROM `service_k`.`or\`ders`";
        let view = entry().view.unwrap();
        assert_eq!(create_view("service_k", "or`ders", &view, "u"), expected);
    }

    #[test]
    fn an_age_is_changed_and_removed_on_the_table_behind_the_view() {
        let mut view = entry().view.unwrap();
        view.deleted_after = Some(5);
        let changed = change_age(&view, "u");
        assert_eq!(changed, "ALTER TABLE `default`.`.inner_id.u` MODIFY TTL `at` + toIntervalDay(5)");
        view.moved_after = Some(2);
        let changed = change_age(&view, "u");
        let expected = "MODIFY TTL `at` + toIntervalDay(2) TO VOLUME 'tiered', `at` + toIntervalDay(5)";
        assert!(changed.ends_with(expected), "{changed}");
        view.moved_after = None;
        view.deleted_after = None;
        assert_eq!(change_age(&view, "u"), "ALTER TABLE `default`.`.inner_id.u` REMOVE TTL");
    }
}
