//! The name of a table, as Terraform stores it.

use std::fmt;

use crate::naming::parse_uuid;

pub use crate::naming::{NotAReference as NotAnIntegration, Reference as IntegrationReference};

/// What names one table: `PROJECT/SERVICE_INTEGRATION_ID/NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableId {
    /// The Aiven project.
    pub project: String,
    /// The integration's UUID, in lower case.
    pub integration: String,
    /// The table's name, which may hold slashes.
    pub name: String,
}

/// Text that names no table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotATable {
    /// A part is missing.
    #[error("`{0}` does not have the form PROJECT/SERVICE_INTEGRATION_ID/NAME")]
    Form(String),
    /// The second part is no UUID.
    #[error("`{0}` is not the UUID of a service integration")]
    Integration(String),
}

impl TableId {
    /// Reads the text form. It is split at its first two slashes; what follows is the name, verbatim.
    pub fn parse(text: &str) -> Result<Self, NotATable> {
        let parts: Vec<_> = text.splitn(3, '/').collect();
        let [project, integration, name] = parts.as_slice() else {
            return Err(NotATable::Form(text.to_owned()));
        };
        Self::new(project, integration, name)
    }

    /// Puts an identifier together from its parts; the integration may be spelled in any letter case.
    pub fn new(project: &str, integration: &str, name: &str) -> Result<Self, NotATable> {
        if project.is_empty() || project.contains('/') || name.is_empty() {
            return Err(NotATable::Form(format!("{project}/{integration}/{name}")));
        }
        let id = parse_uuid(integration).ok_or_else(|| NotATable::Integration(integration.to_owned()))?;
        let integration = id.as_hyphenated().to_string();
        Ok(Self { project: project.to_owned(), integration, name: name.to_owned() })
    }
}

impl fmt::Display for TableId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}/{}", self.project, self.integration, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOWER: &str = "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f";

    #[test]
    fn a_name_may_hold_anything() {
        let id = TableId::parse(&format!("demo/{}/a/b%2F c", LOWER.to_uppercase())).unwrap();
        assert_eq!((id.integration.as_str(), id.name.as_str()), (LOWER, "a/b%2F c"));
        assert_eq!(TableId::parse(&id.to_string()).unwrap(), id);
        for text in [
            "",
            "demo",
            "demo/x",
            &format!("demo/{LOWER}"),
            &format!("demo/{LOWER}/"),
            &format!("/{LOWER}/t"),
        ] {
            assert!(matches!(TableId::parse(text), Err(NotATable::Form(_))), "{text:?}");
        }
        assert!(matches!(TableId::parse("demo/x/t"), Err(NotATable::Integration(_))));
    }
}
