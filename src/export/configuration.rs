//! Tables as blocks of configuration, and what is said beside them. Pure.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use hcl_edit::expr::{Expression, Traversal, TraversalOperator};
use hcl_edit::structure::{Block, Body};
use hcl_edit::{Decorate as _, Decorated, Ident};

use crate::engine::IntegrationKey;
use crate::table::{self, Listed, TableId, Unlisted};
use crate::tf::Value;

use super::expression::{Argument, text};
use super::failure::shown;
use super::labels::labels;

/// What an export prints.
#[derive(Debug)]
pub struct Export {
    /// The configuration, as `terraform fmt` would leave it.
    pub configuration: String,
    /// How many tables are in it.
    pub tables: usize,
    /// What is not.
    pub left_out: Vec<LeftOut>,
}

/// An element of an integration that is not in the configuration.
#[derive(Debug)]
pub struct LeftOut {
    integration: IntegrationKey,
    reason: String,
}

/// In one line, whatever the name of a table holds.
impl fmt::Display for LeftOut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("integration {}: {}", shown(&self.integration), self.reason);
        text.chars().try_for_each(|letter| match letter {
            // Characters that steer a terminal, or end the comment this stands in.
            _ if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') => {
                letter.escape_default().fmt(formatter)
            }
            _ => write!(formatter, "{letter}"),
        })
    }
}

/// A provider as resources name it: its local name, perhaps with an alias.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderReference {
    name: Ident,
    alias: Option<Ident>,
}

/// Text that names no provider.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it must be the local name of a provider, such as aiven-clickhouse-kafka, or NAME.ALIAS")]
pub struct NotAProvider;

impl FromStr for ProviderReference {
    type Err = NotAProvider;

    fn from_str(text: &str) -> Result<Self, NotAProvider> {
        let identifier = |text| Ident::try_new(text).map_err(|_| NotAProvider);
        Ok(match text.split_once('.') {
            None => Self { name: identifier(text)?, alias: None },
            Some((name, alias)) => Self { name: identifier(name)?, alias: Some(identifier(alias)?) },
        })
    }
}

impl Export {
    /// Writes out what was found in these integrations.
    pub fn of(
        integrations: &[(&IntegrationKey, Vec<Result<Listed, Unlisted>>)],
        provider: Option<&ProviderReference>,
    ) -> Self {
        let (mut tables, mut left_out) = (Vec::new(), Vec::new());
        for (integration, listing) in integrations {
            for listed in listing {
                match listed {
                    Ok(listed) => tables.push(Exported::of(listed)),
                    Err(unlisted) => left_out
                        .push(LeftOut { integration: (*integration).clone(), reason: unlisted.to_string() }),
                }
            }
        }
        let names: Vec<_> = tables.iter().map(|table| table.id.name.as_str()).collect();
        let labels = labels(&names);

        let mut body = Body::new();
        for (table, label) in tables.iter().zip(&labels) {
            body.push(table.resource(label, provider).decorated(("\n", "")));
        }
        for (position, (table, label)) in tables.iter().zip(&labels).enumerate() {
            let before = if position == 0 { IMPORTS } else { "\n" };
            body.push(table.import(label).decorated((before, "")));
        }
        let configuration = format!("{}{body}", preface(integrations, tables.len(), &left_out));
        Self { configuration, tables: tables.len(), left_out }
    }
}

/// Before the first `import` block.
const IMPORTS: &str =
    "\n# Once applied, the blocks from here on have done their work and may be deleted.\n\n";

/// What is exported, and what is not.
fn preface<T>(integrations: &[(&IntegrationKey, T)], tables: usize, left_out: &[LeftOut]) -> String {
    let names: BTreeSet<_> = integrations.iter().map(|(integration, _)| shown(integration)).collect();
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    let mut comment = format!("# {tables} {} of {names}\n", if tables == 1 { "table" } else { "tables" });
    for left_out in left_out {
        comment.push_str(&format!("# Not exported: {left_out}\n"));
    }
    comment
}

/// A table and the configuration that leaves it as it is.
struct Exported<'listed> {
    id: &'listed TableId,
    configuration: Value,
}

impl<'listed> Exported<'listed> {
    fn of(listed: &'listed Listed) -> Self {
        Self { id: &listed.table, configuration: table::configuration(&listed.value) }
    }

    fn resource(&self, label: &Ident, provider: Option<&ProviderReference>) -> Block {
        let mut body = Body::new();
        let mut arguments = Argument::of(&table::SCHEMA.attributes, &self.configuration, 1)
            .into_iter()
            .map(|argument| argument.into_attribute(1));
        if let Some(ProviderReference { name, alias }) = provider {
            body.push(Argument::plain("provider", reference(name, alias.as_ref())).into_attribute(1));
            if let Some(first) = arguments.next() {
                body.push(first.decorated(("\n  ", "")));
            }
        }
        arguments.for_each(|argument| body.push(argument));
        let mut resource = block("resource");
        resource.labels = vec![table::TYPE_NAME.into(), label.as_str().into()];
        resource.body = body;
        resource
    }

    fn import(&self, label: &Ident) -> Block {
        let mut import = block("import");
        let address = reference(&Ident::new_sanitized(table::TYPE_NAME), Some(label));
        for (name, value) in [("to", address), ("id", text(&self.id.to_string()))] {
            import.body.push(Argument::plain(name, value).into_attribute(1));
        }
        import
    }
}

fn block(kind: &str) -> Block {
    Block::new(Ident::new_sanitized(kind))
}

/// `first`, or `first.second`.
fn reference(first: &Ident, second: Option<&Ident>) -> Expression {
    let attribute = |name: &Ident| Decorated::new(TraversalOperator::GetAttr(Decorated::new(name.clone())));
    let first = Expression::from(first.clone());
    match second {
        None => first,
        Some(second) => Traversal::new(first, vec![attribute(second)]).into(),
    }
}
