//! What is said about a planned table and its neighbours. Warnings all: Aiven decides, and what looks like a slip may be
//! what is meant.

use crate::tf::checks::list_of_code;
use crate::tf::{Diagnostics, Path};

use super::super::VIEW;
use super::super::located::Located;
use super::claims::{Claims, View};
use super::neighbours::{Findings, MOST_TABLES};

/// How many names a message has.
const FEW: usize = 3;

/// Reports what was found of a table with these claims.
pub fn report(findings: &Findings, claims: &Claims, located: &Located, diagnostics: &mut Diagnostics) {
    let (name, integration) = (&located.table.name, &located.integration.id);
    if let (Some(group), Some((others, other))) = (&claims.group, tables(&findings.group)) {
        let topics = some(findings.topics.iter().map(String::as_str));
        diagnostics.warning_at(
            Path::attribute("group_name"),
            format!("Table `{name}` shares consumer group `{group}` with {others}"),
            format!(
                "Topics in common: {topics}. Kafka gives each message to a group once, so each of the tables gets only a \
                 part of the messages. If each is to get all of them, set another `group_name`. Nothing is wrong if \
                 the parts are what is meant, or if this plan deletes or changes {other}."
            ),
        );
    }
    if let (Some(View { database, name: view }), Some((others, other))) =
        (&claims.view, tables(&findings.view))
    {
        diagnostics.warning_at(
            Path::attribute(VIEW).join("view_name"),
            format!("View `{view}` is also that of {others}"),
            format!(
                "Both would be in database `{database}`, and Aiven may refuse the second. Set another `view_name` or \
                 `database_name`, unless this plan deletes or changes {other}."
            ),
        );
    }
    if findings.is_full {
        diagnostics.warning(
            format!("Integration {integration} has no room for table `{name}`"),
            format!(
                "Aiven allows {MOST_TABLES} tables in an integration, and there are as many without this one, those that \
                 this plan creates included. Aiven is expected to refuse it. Delete tables that are not needed, or \
                 create it in another integration."
            ),
        );
    }
}

/// The tables of these names, and what to call them once they have been named.
fn tables(names: &[String]) -> Option<(String, &'static str)> {
    let list = some(names.iter().map(String::as_str));
    match names.len() {
        0 => None,
        1 => Some((format!("table {list}"), "the other table")),
        _ => Some((format!("tables {list}"), "the others")),
    }
}

/// The first few, and how many more there are.
fn some<'name>(names: impl ExactSizeIterator<Item = &'name str>) -> String {
    let more = names.len().saturating_sub(FEW);
    let first = list_of_code(&names.take(FEW).collect::<Vec<_>>());
    if more == 0 { first } else { format!("{first} and {more} more") }
}

#[cfg(test)]
mod tests {
    use super::super::super::identifier::TableId;
    use super::*;

    #[test]
    fn each_finding_is_told_at_its_attribute() {
        let table = TableId::new("demo", "3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f", "t").unwrap();
        let claims = Claims {
            group: Some("g".to_owned()),
            view: Some(View { database: "default".to_owned(), name: "v".to_owned() }),
            ..Claims::default()
        };
        let told = |findings: &Findings| {
            let mut diagnostics = Diagnostics::default();
            report(findings, &claims, &Located::at(table.clone()), &mut diagnostics);
            assert!(!diagnostics.has_errors(), "none of this is for a plan to refuse");
            let each = diagnostics.iter().map(|each| format!("{}: {}", each.path, each.summary));
            each.collect::<Vec<_>>().join("\n")
        };
        assert_eq!(told(&Findings::default()), "");
        let names = |count: usize| (1..=count).map(|number| format!("t{number}")).collect::<Vec<_>>();
        let findings = Findings {
            group: names(4),
            topics: names(1).into_iter().collect(),
            view: names(3),
            is_full: true,
        };
        insta::assert_snapshot!(told(&findings), @r"
        group_name: Table `t` shares consumer group `g` with tables `t1`, `t2`, `t3` and 1 more
        materialized_view.view_name: View `v` is also that of tables `t1`, `t2`, `t3`
        : Integration 3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f has no room for table `t`
        ");
    }
}
