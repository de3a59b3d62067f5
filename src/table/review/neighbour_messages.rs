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
            format!("View `{view}` may also be that of {others}"),
            format!(
                "Both would be in database `{database}`, and Aiven may refuse the second. Set another `view_name` or \
                 `database_name`, unless this plan deletes or changes {other}."
            ),
        );
    }
    if let Some((others, _)) = tables(&findings.alike) {
        // The summary is the same for all, so that Terraform shows the tables of a plan that renames many as one.
        diagnostics.warning_at(
            Path::attribute("name"),
            "A table like this one is in the integration already",
            like(&others, findings.alike.len(), claims, integration),
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

/// What is said about other tables that claim the same.
fn like(others: &str, count: usize, claims: &Claims, integration: &str) -> String {
    let (same, other_names) = match claims.view {
        Some(_) => ("topics, consumer group and view", "`group_name` and another `view_name`"),
        None => ("topics and consumer group", "`group_name`"),
    };
    let (others, have, them) = match count {
        1 => (others.replacen("table", "Table", 1), "has", "it"),
        _ => (others.replacen("tables", "Tables", 1), "have", "them"),
    };
    format!(
        "{others} of integration {integration} {have} the same {same}. If this plan deletes {them}, or renames {them} \
         to this one, all is well. Otherwise each of the tables gets only a part of the messages: set another \
         {other_names}, or delete the table that is not needed."
    )
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
            alike: names(5),
            is_full: true,
        };
        insta::assert_snapshot!(told(&findings), @r"
        group_name: Table `t` shares consumer group `g` with tables `t1`, `t2`, `t3` and 1 more
        materialized_view.view_name: View `v` may also be that of tables `t1`, `t2`, `t3`
        name: A table like this one is in the integration already
        : Integration 3f2c8e4a-1b5d-4c7e-9a0f-6d2b8c4e1a7f has no room for table `t`
        ");
    }
}
