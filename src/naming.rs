//! How things of a project are named: the project itself, integrations and endpoints by UUID, and the database of an
//! integration. Pure; knows no resource and no request.

use std::fmt;

use uuid::Uuid;

use crate::tf::checks::{self, Check};
use crate::tf::schema::Attribute;
use crate::tf::{Diagnostics, ImportRequest, Path, Type, Value};

/// The type of the integrations that this provider is about, in Aiven's words.
pub const INTEGRATION_TYPE: &str = "clickhouse_kafka";

/// The attribute that names the project.
pub fn project(description: &str) -> Attribute {
    let slash = Check::new(|value, path, diagnostics| {
        if value.as_str().is_some_and(|project| project.contains('/')) {
            diagnostics.error_at(
                path.clone(),
                "`project` must not contain a `/`",
                "Give the project's name alone, as `avn project list` shows it.",
            );
        }
    });
    Attribute::required("project", Type::String, description)
        .check(checks::length(1..=63))
        .check(slash)
        .check(no_dots())
}

/// The name of a service: 1 to 64 characters, and no mere dots.
pub fn service(attribute: Attribute) -> Attribute {
    attribute.check(checks::length(1..=64)).check(no_dots())
}

/// Refuses the two names that a URL takes for something else.
fn no_dots() -> Check {
    Check::new(|value, path, diagnostics| {
        if let Some(name @ ("." | "..")) = value.as_str() {
            diagnostics.error_at(
                path.clone(),
                format!("`{path}` cannot be `{name}`"),
                "Nothing of Aiven's has this name, and no request can contain it. Write the name in full.",
            );
        }
    })
}

/// What a UUID names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A service integration.
    Integration,
    /// An integration endpoint.
    Endpoint,
}

impl Kind {
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Integration => (
                "integration",
                "a service integration",
                "`avn service integration-list` shows the IDs of a service's integrations.",
            ),
            Self::Endpoint => (
                "endpoint",
                "an integration endpoint",
                "`avn service integration-endpoint-list` shows the IDs of a project's endpoints.",
            ),
        }
    }

    /// The attribute that holds the UUID, in the resource and in its identity.
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Integration => "service_integration_id",
            Self::Endpoint => "endpoint_id",
        }
    }
}

/// Something of a project, as users write it: `UUID`, or `PROJECT/UUID`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The project, where the text names it.
    pub project: Option<String>,
    /// The UUID.
    pub id: Uuid,
}

/// Text that is no reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither a UUID nor `PROJECT/UUID`")]
pub struct NotAReference(String);

impl Reference {
    /// Reads either spelling, in any letter case.
    pub fn parse(text: &str) -> Result<Self, NotAReference> {
        let wrong = || NotAReference(text.to_owned());
        let (project, id) = match text.rsplit_once('/') {
            Some((project, id)) if !project.is_empty() && !project.contains('/') => {
                (Some(project.to_owned()), id)
            }
            Some(_) => return Err(wrong()),
            None => (None, text),
        };
        Ok(Self { project, id: parse_uuid(id).ok_or_else(wrong)? })
    }

    /// Whether two texts name the same thing. The project is no part of that: it has an attribute of its own.
    pub fn same(one: &str, other: &str) -> bool {
        let [first, second] = [one, other].map(|text| Self::parse(text).ok());
        one == other || first.zip(second).is_some_and(|(first, second)| first.id == second.id)
    }
}

/// The one spelling of the UUID that identities and requests use.
impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.as_hyphenated().fmt(formatter)
    }
}

/// Checks that the attribute `name` of `config`, where it is known, refers to something of the configured project.
pub fn check_reference(config: &Value, name: &str, kind: Kind, diagnostics: &mut Diagnostics) {
    let Some(text) = config.get(name).as_str() else { return };
    let path = Path::attribute(name);
    let (noun, article_and_noun, advice) = kind.words();
    match Reference::parse(text) {
        Err(error) => diagnostics.error_at(
            path,
            format!("`{name}` is not the ID of {article_and_noun}"),
            format!("{error}. {advice}"),
        ),
        Ok(Reference { project: Some(named), .. }) => {
            if let Some(project) = config.get("project").as_str().filter(|project| *project != named) {
                diagnostics.error_at(
                    path,
                    format!("The {noun} is in project `{named}`, not in `{project}`"),
                    format!("Set `project` to \"{named}\", or give the ID of an {noun} of `{project}`."),
                );
            }
        }
        Ok(_) => {}
    }
}

/// What names something of a project for good: `PROJECT/UUID`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectId {
    /// The Aiven project.
    pub project: String,
    /// The UUID, in lower case.
    pub id: String,
}

impl ProjectId {
    /// Reads the text form; the UUID may be in any letter case.
    pub fn parse(text: &str) -> Option<Self> {
        let (project, id) = text.split_once('/')?;
        Self::new(project, id)
    }

    /// Puts the two parts together.
    pub fn new(project: &str, id: &str) -> Option<Self> {
        let id = parse_uuid(id)?.as_hyphenated().to_string();
        let is_project = !matches!(project, "" | "." | "..") && !project.contains('/');
        is_project.then(|| Self { project: project.to_owned(), id })
    }

    /// Reads a state or an identity.
    pub fn of(value: &Value, kind: Kind) -> Option<Self> {
        Self::new(value.get("project").as_str()?, value.get(kind.attribute()).as_str()?)
    }

    /// The ID in a state. It becomes a URL, so it is parsed once more: a state may have been edited by hand.
    pub fn stored(value: &Value, kind: Kind, diagnostics: &mut Diagnostics) -> Option<Self> {
        let id = Self::of(value, kind);
        if id.is_none() {
            let (noun, ..) = kind.words();
            diagnostics.error_at(
                Path::attribute(kind.attribute()),
                format!("The state names no {noun}"),
                format!(
                    "`project` and `{}` in it are no name and UUID. Take the resource out of the state with a `removed` \
                     block, and import the {noun} again.",
                    kind.attribute()
                ),
            );
        }
        id
    }

    /// The ID that an import gives.
    pub fn imported(request: &ImportRequest, kind: Kind, diagnostics: &mut Diagnostics) -> Option<Self> {
        let id = match request {
            ImportRequest::Id(text) => Self::parse(text),
            ImportRequest::Identity(identity) => Self::of(identity, kind),
        };
        if id.is_none() {
            let (_, article_and_noun, advice) = kind.words();
            diagnostics.error(
                format!("This is not the ID of {article_and_noun}"),
                format!(
                    "Import it by PROJECT/{}, for example \"my-project/3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f\". {advice}",
                    kind.attribute().to_uppercase()
                ),
            );
        }
        id
    }

    /// A state in which nothing but the ID is known.
    pub fn imported_value(&self, kind: Kind) -> Value {
        let mut value = self.value(kind);
        value.set_attribute("id", Value::string(self.to_string()));
        value
    }

    /// An identity, or the beginning of a state: the project and the UUID.
    pub fn value(&self, kind: Kind) -> Value {
        Value::object([
            ("project", Value::string(&self.project)),
            (kind.attribute(), Value::string(&self.id)),
        ])
    }
}

impl fmt::Display for ProjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.project, self.id)
    }
}

/// The database that Aiven makes for an integration: named after the Kafka service, or after the endpoint of an
/// external Kafka. Null where neither is known.
pub fn database_name(source_endpoint: Option<&str>, source_service: Option<&str>) -> Value {
    match (source_endpoint, source_service) {
        (Some(endpoint), _) => Value::string(format!("endpoint_{endpoint}")),
        (None, Some(service)) => Value::string(format!("service_{service}")),
        (None, None) => Value::Null,
    }
}

/// A UUID in its usual form with hyphens, the only one Aiven uses.
pub fn parse_uuid(text: &str) -> Option<Uuid> {
    const HYPHENATED: usize = 36;
    (text.len() == HYPHENATED).then(|| Uuid::try_parse(text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOWER: &str = "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f";

    #[test]
    fn every_spelling_of_a_reference_is_one() {
        let upper = LOWER.to_uppercase();
        for text in [LOWER, &upper, &format!("demo/{LOWER}"), &format!("demo/{upper}")] {
            assert_eq!(Reference::parse(text).unwrap().to_string(), LOWER, "{text}");
            assert!(Reference::same(text, LOWER), "{text}");
        }
        assert_eq!(Reference::parse(&format!("demo/{LOWER}")).unwrap().project.unwrap(), "demo");
        for text in [
            "",
            "demo",
            "/",
            &format!("/{LOWER}"),
            &format!("a/b/{LOWER}"),
            &LOWER.replace('-', ""),
            "demo/x",
        ] {
            assert!(Reference::parse(text).is_err(), "{text:?} was accepted");
            assert!(!Reference::same(text, LOWER), "{text:?}");
        }
    }

    #[test]
    fn an_id_has_a_project_and_a_uuid() {
        let id = ProjectId::parse(&format!("demo/{}", LOWER.to_uppercase())).unwrap();
        assert_eq!(id.to_string(), format!("demo/{LOWER}"));
        for text in [
            "",
            "demo",
            LOWER,
            &format!("/{LOWER}"),
            &format!("../{LOWER}"),
            "demo/x",
            &format!("a/b/{LOWER}"),
        ] {
            assert_eq!(ProjectId::parse(text), None, "{text:?}");
        }
    }
}
