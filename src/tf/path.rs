//! Where in a value something is, as Terraform shows it beside the user's own configuration.

use std::fmt;

use super::proto;

/// One step into a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Into an attribute or block of an object.
    Attribute(String),
    /// Into an element of a list.
    Index(usize),
    /// Into an element of a map.
    Key(String),
    /// Into an element of a set, which has neither index nor key.
    Element,
}

/// A path from the top of a resource's configuration. Terraform cannot point into a set: what it is sent ends there.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(Vec<Step>);

impl Path {
    /// The path to a top-level attribute.
    pub fn attribute(name: impl Into<String>) -> Self {
        Self::default().join(name)
    }

    /// This path, one attribute further.
    #[must_use]
    pub fn join(&self, name: impl Into<String>) -> Self {
        self.step(Step::Attribute(name.into()))
    }

    /// This path, one list element further.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.step(Step::Index(index))
    }

    /// This path, one map element further.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        self.step(Step::Key(key.into()))
    }

    /// This path, into any element of a set.
    #[must_use]
    pub fn element(&self) -> Self {
        self.step(Step::Element)
    }

    /// The steps, outermost first.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether this is the value itself.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn step(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => write!(formatter, "{name}")?,
                Step::Attribute(name) => write!(formatter, ".{name}")?,
                Step::Index(index) => write!(formatter, "[{index}]")?,
                Step::Key(key) => write!(formatter, "[{key:?}]")?,
                Step::Element => write!(formatter, "[*]")?,
            }
        }
        Ok(())
    }
}

impl From<&Path> for proto::AttributePath {
    fn from(path: &Path) -> Self {
        use proto::attribute_path::{Step as Message, step::Selector};
        let selector = |step: &Step| match step {
            Step::Attribute(name) => Some(Selector::AttributeName(name.clone())),
            Step::Index(index) => Some(Selector::ElementKeyInt(i64::try_from(*index).unwrap_or(i64::MAX))),
            Step::Key(key) => Some(Selector::ElementKeyString(key.clone())),
            Step::Element => None,
        };
        let steps =
            path.0.iter().map_while(selector).map(|selector| Message { selector: Some(selector) }).collect();
        Self { steps }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_like_terraform() {
        assert_eq!(Path::attribute("columns").index(2).join("type").to_string(), "columns[2].type");
        assert_eq!(Path::attribute("labels").key("a b").to_string(), r#"labels["a b"]"#);
        assert_eq!(Path::attribute("topics").element().join("name").to_string(), "topics[*].name");
    }

    #[test]
    fn what_is_sent_ends_at_a_set() {
        let message = proto::AttributePath::from(&Path::attribute("topics").element().join("name"));
        assert_eq!(message, (&Path::attribute("topics")).into());
    }
}
