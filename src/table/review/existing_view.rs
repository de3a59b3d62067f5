//! Changes of an existing view that Aiven cannot carry out. Pure: what is planned tells it all.

use serde_json::Value as Json;

use crate::document::json_equal;
use crate::tf::{Diagnostics, Path, PlannedChange, Value};

use super::super::settings::documented_default;
use super::super::{VIEW, element};
use super::claims::database_of_the_view;

/// What the table behind a view is made with.
const FIXED: [&str; 3] = ["order_by", "engine", "engine_params"];

/// Warns of a change that the table behind a view may not follow.
pub fn review(change: &PlannedChange, diagnostics: &mut Diagnostics) {
    let (prior, planned) = (change.prior.get(VIEW), change.planned.get(VIEW));
    if change.replaces || !same_view(prior, planned) {
        return;
    }
    let Some(name) = change.planned.get("name").as_str() else { return };
    for attribute in FIXED {
        let [before, now] = [prior, planned].map(|view| view.get(attribute));
        if !now.is_wholly_known() || same_setting(attribute, before, now) {
            continue;
        }
        let path = Path::attribute(VIEW).join(attribute);
        diagnostics.warning_at(
            path.clone(),
            format!("Aiven may not be able to change `{path}`"),
            format!(
                "Unless this plan replaces the table: Aiven says that some settings, such as the sorting key, cannot be changed once the table of a view \
                 exists: it may refuse this change, or the change may have no effect. To have the view made anew, \
                 run `terraform apply -replace=ADDRESS`, where ADDRESS is the address that is shown above. That deletes \
                 table `{name}` and its view, and the rows that the view has stored may go with them: copy them \
                 first."
            ),
        );
    }
}

fn same_view(one: &Value, other: &Value) -> bool {
    let key = |view: &Value| Some((view.get("view_name").as_str()?.to_owned(), database_of_the_view(view)?));
    key(one).is_some_and(|one| key(other) == Some(one))
}

/// Whether both mean the same; what is left out means its default.
fn same_setting(attribute: &str, one: &Value, other: &Value) -> bool {
    let meaning = |value: &Value| -> Json {
        element::to_json(value).or_else(|| documented_default(&[VIEW, attribute])).unwrap_or_default()
    };
    json_equal(&meaning(one), &meaning(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(attributes: &[(&str, Value)]) -> Value {
        let mut view =
            Value::object([("view_name", "v".into()), ("order_by", Value::List(vec!["id".into()]))]);
        for (name, value) in attributes {
            view.set_attribute(name, value.clone());
        }
        view
    }

    /// The attributes that are warned of.
    fn warned(prior: Value, planned: Value, replaces: bool) -> Vec<String> {
        let table = |view| Value::object([("name", "t".into()), (VIEW, view)]);
        let mut diagnostics = Diagnostics::default();
        let change =
            PlannedChange { prior: table(prior), config: Value::Null, planned: table(planned), replaces };
        review(&change, &mut diagnostics);
        assert!(!diagnostics.has_errors());
        diagnostics.iter().map(|each| each.path.to_string()).collect()
    }

    #[test]
    fn what_the_table_behind_a_view_is_made_with_cannot_change() {
        let changes = [
            ("order_by", Value::List(vec!["at".into()])),
            ("engine", "ReplacingMergeTree".into()),
            ("engine_params", Value::List(vec!["at".into()])),
        ];
        for (name, value) in &changes {
            let other = view(&[(name, value.clone())]);
            let path = format!("materialized_view.{name}");
            assert_eq!(warned(view(&[]), other.clone(), false), [path.as_str()]);
            assert_eq!(warned(other.clone(), view(&[]), false), [path.as_str()]);
            assert!(warned(view(&[]), other, true).is_empty());
        }
        assert_eq!(warned(view(&[]), view(&changes), false).len(), 3);
    }

    #[test]
    fn a_default_may_be_written_out_and_another_view_is_another() {
        let written = [("engine", "MergeTree".into()), ("engine_params", Value::List(vec![]))];
        assert!(warned(view(&[]), view(&written), false).is_empty());
        assert!(warned(view(&written), view(&[]), false).is_empty());
        assert!(
            warned(view(&[]), view(&[("ttl_days", 3.into()), ("ttl_column", "at".into())]), false).is_empty()
        );
        let engine = ("engine", "SummingMergeTree".into());
        for other in
            [("view_name", "w".into()), ("database_name", "x".into()), ("database_name", Value::Unknown)]
        {
            assert!(warned(view(&[]), view(&[engine.clone(), other]), false).is_empty());
        }
        let same = [engine, ("database_name", "default".into())];
        assert_eq!(warned(view(&[]), view(&same), false), ["materialized_view.engine"]);
        assert!(warned(view(&[]), view(&[("order_by", Value::Unknown)]), false).is_empty());
        assert!(warned(Value::Null, view(&[]), false).is_empty());
        assert!(warned(view(&[]), Value::Null, false).is_empty());
    }
}
