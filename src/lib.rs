//! A Terraform provider in which every ClickHouse Kafka table of an Aiven integration is a resource of its own.
//!
//! # Map
//!
//! | module | what it is for | what it must never know |
//! | --- | --- | --- |
//! | [`plugin`] | being started by Terraform: handshake, mutual TLS, logs, shutdown | Aiven, and what is served |
//! | [`tf`] | Terraform's types, schemas, plan rules and provider protocol | Aiven, and how the process was started |
//! | [`aiven`] | Aiven's HTTP API: a write is one request, a read may be repeated | Terraform |
//! | [`api`] | single requests beside the write engine, with patience | Terraform, and any resource |
//! | [`advice`] | what the user is told about failures of the API | any resource |
//! | [`clickhouse`] | ClickHouse's column types and identifiers | everything else |
//! | [`connection`] | where the API is and whom to ask as | what is asked |
//! | [`document`] | one integration's `user_config` as text that is edited in place | HTTP, Terraform, what a table means |
//! | [`engine`] | many edits, one document: nothing lost, few requests | HTTP, Terraform, any key of a table but its name |
//! | [`endpoint`] | the resource `aiven_external_kafka_endpoint` | HTTP, and any integration |
//! | [`integration`] | the resource and data source `aiven_clickhouse_kafka_integration` | HTTP, and any key of a table but its name |
//! | [`naming`] | how projects, integrations and endpoints are named | any resource, and any request |
//! | [`session`] | the configured provider as resources see it | what is behind it |
//! | [`table`] | tables: the resource, the data sources and the list resource | HTTP |
//! | [`functions`] | the provider's functions: from arguments to a value | HTTP, credentials |
//! | [`export`] | all tables of an integration as configuration | standard output; it writes nothing to Aiven |
//! | [`provider`] | the provider's own configuration; wires all of the above together | |
//!
//! # Direction
//!
//! Dependencies point one way, and a test holds them to it:
//!
//! ```text
//! main -> plugin
//!      -> provider -> table -> engine -> aiven
//!                                     -> document
//!                           -> { api -> aiven, clickhouse }
//!                  -> { integration, endpoint } -> api
//!                     integration -> document
//!                  -> functions -> { table, clickhouse }
//!                  -> connection -> aiven
//!      -> command_line -> export -> { api, connection, table }
//!                     all of these -> { naming, session } -> tf
//!                                  -> advice -> aiven
//! ```
//!
//! `main` and `command_line` are the binary; they know of standard output and exit codes.

pub mod advice;
pub mod aiven;
pub mod api;
pub mod clickhouse;
pub mod connection;
pub mod document;
pub mod endpoint;
pub mod engine;
pub mod export;
pub mod functions;
pub mod integration;
pub mod naming;
pub mod plugin;
pub mod provider;
pub mod session;
pub mod table;
pub mod tf;

#[cfg(test)]
mod direction {
    //! Holds the modules to the direction that the map above promises.

    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    /// A module, and all it may use.
    const ALLOWED: &[(&str, &[&str])] = &[
        ("advice", &["aiven"]),
        ("aiven", &[]),
        ("api", &["aiven"]),
        ("clickhouse", &[]),
        ("connection", &["aiven", "session", "tf"]),
        ("document", &[]),
        ("endpoint", &["advice", "aiven", "api", "naming", "session", "tf"]),
        ("engine", &["aiven", "document"]),
        ("export", &["advice", "aiven", "api", "connection", "document", "engine", "session", "table", "tf"]),
        ("functions", &["clickhouse", "table", "tf"]),
        ("integration", &["advice", "aiven", "api", "document", "naming", "session", "tf"]),
        ("naming", &["tf"]),
        ("plugin", &[]),
        (
            "provider",
            &[
                "aiven",
                "api",
                "connection",
                "endpoint",
                "engine",
                "functions",
                "integration",
                "session",
                "table",
                "tf",
            ],
        ),
        ("session", &["tf"]),
        ("table", &["advice", "api", "clickhouse", "document", "engine", "naming", "session", "tf"]),
        ("tf", &[]),
    ];

    /// Words that the module must not say, in code or comments.
    const UNSPOKEN: &[(&str, &[&str])] =
        &[("tf", &["Aiven", "ClickHouse"]), ("plugin", &["ClickHouse", "reqwest"]), ("engine", &["reqwest"])];

    fn sources(path: &Path) -> Vec<PathBuf> {
        if path.is_file() {
            return vec![path.to_owned()];
        }
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|entry| sources(&entry)).collect()
    }

    fn text_of(module: &str) -> Vec<(PathBuf, String)> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let folder = source.join(module);
        let place = if folder.is_dir() { folder } else { source.join(format!("{module}.rs")) };
        sources(&place).into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
    }

    #[test]
    fn dependencies_point_one_way() {
        for (module, allowed) in ALLOWED {
            for (path, text) in text_of(module) {
                let used = text.split("crate::").skip(1).map(|rest| {
                    rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
                        .next()
                        .unwrap_or_default()
                });
                let strangers: BTreeSet<_> = used
                    .filter(|name| name != module && ALLOWED.iter().any(|(known, _)| known == name))
                    .collect();
                let strangers: Vec<_> =
                    strangers.into_iter().filter(|name| !allowed.contains(name)).collect();
                assert!(strangers.is_empty(), "{} uses {strangers:?}", path.display());
            }
        }
    }

    #[test]
    fn each_module_keeps_to_its_own_subject() {
        for (module, words) in UNSPOKEN {
            for (path, text) in text_of(module) {
                // Module comments may say what a module does not know.
                let lines = text.lines().filter(|line| !line.trim_start().starts_with("//!"));
                let said: Vec<_> =
                    lines.filter(|line| words.iter().any(|word| line.contains(word))).collect();
                assert!(said.is_empty(), "{}: {said:?}", path.display());
            }
        }
    }
}
