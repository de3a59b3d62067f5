//! All tables of an integration, each as the resource would read it right after an import. Data sources, lists and
//! exports show these. Pure: knows no request.

use std::collections::BTreeSet;

use unicode_normalization::is_nfc;

use crate::document::{Ambiguous, Document, Element};
use crate::engine::{Facts, IntegrationKey};
use crate::tf::{Severity, Value};

use super::edit::{SCHEMA, see};
use super::element::{Strictness, Unexpected};
use super::fills::Fills;
use super::identifier::{NotATable, TableId};
use super::located::database_name;
use super::next_step::TELL_APART;
use super::{configuration, problems};

/// A table as an import finds it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// What names it.
    pub table: TableId,
    /// Its attributes. A setting that equals its documented default is null, and so is what an import cannot know:
    /// `timeouts`, `additional_settings_json` and `wait_for_table`.
    pub value: Value,
}

/// Why an element of the integration is no table that could be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unlisted {
    /// It has no name to be addressed by.
    #[error("element {position} of `user_config.tables` has no name")]
    Nameless {
        /// Its position in the array, from 0.
        position: usize,
    },
    /// It shares its name.
    #[error("{ambiguous}: `{name}`")]
    Ambiguous {
        /// The name.
        name: String,
        /// How many there are.
        ambiguous: Ambiguous,
    },
    /// Terraform composes the letters of every text, so it could never ask for this name.
    #[error(
        "table `{name}` has a name that Terraform cannot hold: its letters are not composed (Unicode NFC)"
    )]
    Decomposed {
        /// The name.
        name: String,
    },
    /// Where it is cannot be written as an ID.
    #[error(transparent)]
    Unnamable(#[from] NotATable),
    /// A setting has a value that its attribute cannot hold.
    #[error("table `{name}` cannot be read: {unexpected}")]
    Unexpected {
        /// The name.
        name: String,
        /// The setting.
        unexpected: Unexpected,
    },
    /// Terraform would refuse its configuration, and whatever else is in the same configuration with it.
    #[error("table `{name}` would be refused in a configuration: {reason}")]
    Refused {
        /// The name.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Unlisted {
    /// What can be done about it.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Nameless { .. } => {
                "Terraform finds tables by their names. If it is a table, give it one with `avn service \
                 integration-update`; else it can stay, and no change made here touches it."
            }
            Self::Ambiguous { .. } => TELL_APART,
            Self::Decomposed { .. } => {
                "Terraform would compose them and look for another name. Rename the table to manage it here; else it \
                 can stay, and no change made here touches it."
            }
            Self::Unnamable(_) => "Check the name of the project, which must not contain a `/`.",
            Self::Unexpected { .. } | Self::Refused { .. } => {
                "Upgrade the provider, if a later version knows such values, or repair the table with the Aiven \
                 Console or `avn service integration-update`."
            }
        }
    }
}

/// Every element once, in the server's order: as a table, or as a reason why it is none.
pub fn listing(
    integration: &IntegrationKey,
    facts: &Facts,
    document: &Document,
) -> impl Iterator<Item = Result<Listed, Unlisted>> {
    let mut seen = BTreeSet::new();
    let elements = document.elements().iter().enumerate();
    // The second of a name says nothing that the first has not said.
    elements.filter(move |(_, element)| element.name().is_none_or(|name| seen.insert(name))).map(
        |(position, element)| {
            let name =
                element.name().filter(|name| !name.is_empty()).ok_or(Unlisted::Nameless { position })?;
            document
                .get(name)
                .map_err(|ambiguous| Unlisted::Ambiguous { name: name.to_owned(), ambiguous })?;
            listed(integration, facts, name, element).and_then(acceptable)
        },
    )
}

/// One element that is known to have this name alone.
pub fn listed(
    integration: &IntegrationKey,
    facts: &Facts,
    name: &str,
    element: &Element,
) -> Result<Listed, Unlisted> {
    if !is_nfc(name) {
        return Err(Unlisted::Decomposed { name: name.to_owned() });
    }
    let table = TableId::new(&integration.project, &integration.id, name)?;
    let value = see(&element.value(), &imported(&table, facts), &Fills::default(), Strictness::Meaning)
        .map_err(|unexpected| Unlisted::Unexpected { name: name.to_owned(), unexpected })?;
    Ok(Listed { table, value })
}

/// The table, unless its configuration would be refused: one such table would keep all others from being imported.
fn acceptable(listed: Listed) -> Result<Listed, Unlisted> {
    let problems = problems(&configuration(&listed.value));
    match problems.iter().find(|problem| problem.severity == Severity::Error) {
        None => Ok(listed),
        Some(problem) => Err(Unlisted::Refused { name: listed.table.name, reason: problem.summary.clone() }),
    }
}

/// What is known of a table before it is looked at.
fn imported(table: &TableId, facts: &Facts) -> Value {
    let names = SCHEMA.attributes.iter().map(|attribute| attribute.name);
    let mut value = Value::object(
        names.chain(SCHEMA.blocks.iter().map(|block| block.name)).map(|name| (name, Value::Null)),
    );
    for (name, known) in [
        ("id", Value::string(table.to_string())),
        ("project", Value::string(&table.project)),
        ("service_integration_id", Value::string(&table.integration)),
        ("name", Value::string(&table.name)),
        ("database_name", database_name(facts)),
    ] {
        value.set_attribute(name, known);
    }
    value
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::to_raw_value;

    use super::*;

    #[test]
    fn every_element_is_a_table_or_a_reason() {
        let table = |name: &str, more: serde_json::Value| {
            let mut table = json!({"name": name, "columns": [{"name": "id", "type": "UInt64"}], "topics": [{"name": "t"}],
                    "data_format": "CSV", "group_name": "g"});
            table.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
            table
        };
        let tables = json!({"tables": [
            table("a/b", json!({"num_consumers": 1, "max_block_size": 7, "fresh": true})),
            table("twice", json!({})),
            table("twice", json!({})),
            table("", json!({})),
            table("e\u{301}", json!({})),
            table("odd", json!({"num_consumers": "many"})),
            json!({"name": "lacking", "columns": [{"name": "id", "type": "UInt64"}], "topics": [{"name": "t"}]}),
            table("untyped", json!({"columns": [{"name": "id", "type": "UInt64"}, {"name": "at"}]})),
            table("unsorted", json!({"materialized_view": {"view_name": "v"}})),
            table("empty", json!({"columns": []})),
            7,
        ]});
        let document = Document::parse(&to_raw_value(&tables).unwrap()).unwrap();
        let facts = Facts {
            integration_type: "clickhouse_kafka".into(),
            source_service: Some("kafka".into()),
            source_endpoint: None,
            destination_service: None,
            active: true,
            status: None,
        };
        let id = "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f";
        let integration = IntegrationKey { project: "demo".into(), id: id.into() };
        let all: Vec<_> = listing(&integration, &facts, &document).collect();

        let listed = all[0].as_ref().unwrap();
        assert_eq!(listed.table.to_string(), format!("demo/{id}/a/b"));
        assert_eq!(listed.value.get("id").as_str(), Some(&*format!("demo/{id}/a/b")));
        assert_eq!(listed.value.get("database_name").as_str(), Some("service_kafka"));
        assert_eq!(listed.value.get("max_block_size").as_i64(), Some(7));
        for null in ["num_consumers", "additional_settings_json", "wait_for_table", "timeouts"] {
            assert!(listed.value.get(null).is_null(), "{null}");
        }
        let reasons: Vec<_> = all[1..].iter().map(|each| each.as_ref().unwrap_err().to_string()).collect();
        insta::assert_snapshot!(reasons.join("\n").replace('\u{301}', "\\u{301}"), @r#"
        2 elements of `tables` have this name: `twice`
        element 3 of `user_config.tables` has no name
        table `e\u{301}` has a name that Terraform cannot hold: its letters are not composed (Unicode NFC)
        table `odd` cannot be read: `num_consumers` is text, which is not of type "number"
        table `lacking` would be refused in a configuration: `data_format` is required
        table `untyped` would be refused in a configuration: `columns[1].type` is required
        table `unsorted` would be refused in a configuration: `materialized_view.order_by` is required
        table `empty` would be refused in a configuration: `columns` must not be empty
        element 10 of `user_config.tables` has no name
        "#);
    }
}
