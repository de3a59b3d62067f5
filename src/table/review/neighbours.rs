//! The other tables of an integration, and what a planned table has to do with them. Pure: from what is stored, seen
//! through what this process has been told of the plan, to findings.
//!
//! Terraform plans its resources in no order, so what becomes of a table may be open when another is planned. What is
//! between two tables is found when both are planned, at the second; and once, since Terraform plans some twice.
//!
//! Nor does Terraform plan deletions first: a stored table that it has told nothing of yet may be somebody else's, or one
//! that the same plan deletes. One that is like a new table in all that it claims is more likely the former name of it,
//! and is told apart. A table that is refreshed and then never planned, because a `removed` block forgets it for
//! instance, stays open: it is never a neighbour.

use std::collections::{BTreeMap, BTreeSet};

use crate::document::Element;

use super::claims::Claims;

/// The most tables that Aiven allows in an integration.
pub const MOST_TABLES: usize = 400;

/// An element of the integration, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    name: Option<String>,
    claims: Claims,
}

impl From<&Element> for Stored {
    fn from(element: &Element) -> Self {
        Self { name: element.name().map(str::to_owned), claims: Claims::stored(&element.value()) }
    }
}

/// What a plan does to a table that is there afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It stays as it is.
    Nothing,
}

/// What becomes of a table.
#[derive(Debug, Clone)]
enum Fate {
    /// Terraform has refreshed it, and is going to plan it, or to forget it.
    Open,
    /// It is going to be deleted.
    Gone,
    /// It is going to be there, with these claims.
    There(Change, Claims),
}

/// What this process has been told of the plan for one integration.
#[derive(Debug, Default)]
pub struct Plans {
    /// By the name of the table.
    fates: BTreeMap<String, Fate>,
    /// Two tables of which it has been said that they split messages, and two that want one view.
    split: BTreeSet<[String; 2]>,
    same_view: BTreeSet<[String; 2]>,
    has_refreshed: bool,
}

/// What is questionable about a table beside its neighbours.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The tables that read some of its topics in its consumer group.
    pub group: Vec<String>,
    /// Those topics.
    pub topics: BTreeSet<String>,
    /// The tables that want a view of the same name.
    pub view: Vec<String>,
    /// The tables that claim all that it claims, and of which nothing has been told. They are in neither of the others.
    pub alike: Vec<String>,
    /// Whether the integration is full without it.
    pub is_full: bool,
}

impl Plans {
    /// Terraform refreshes a table.
    pub fn refreshed(&mut self, name: &str) {
        self.has_refreshed = true;
        self.fates.entry(name.to_owned()).or_insert(Fate::Open);
    }

    /// Whether Terraform has refreshed any.
    pub fn has_refreshed(&self) -> bool {
        self.has_refreshed
    }

    /// Terraform plans to delete a table, or to put another in its place.
    pub fn gone(&mut self, name: &str) {
        // Where one of this name is going to be there, it is a former one that goes: another resource's, or what an
        // earlier apply could not delete.
        if !matches!(self.fates.get(name), Some(Fate::There(..))) {
            self.fates.insert(name.to_owned(), Fate::Gone);
        }
    }

    /// Terraform plans a table that is there afterwards. What is stored matters to a table that changes; one that does
    /// not has questions only with those that do, and were planned before it.
    pub fn planned(&mut self, name: &str, change: Change, claims: Claims, stored: &[Stored]) -> Findings {
        let mut findings = Findings::default();
        let stored = if change == Change::Nothing { &[] } else { stored };
        let (mut split, mut same_view, mut alike) = (Vec::new(), Vec::new(), Vec::new());
        for (other, others_claims) in self.others(name, change, stored) {
            let is_untold = !self.fates.contains_key(other);
            if change == Change::Create && is_untold && claims.are_those_of(others_claims) {
                alike.push(other.to_owned());
                continue;
            }
            let topics = claims.split_with(others_claims);
            if !topics.is_empty() {
                split.push((other.to_owned(), topics.into_iter().map(str::to_owned).collect::<Vec<_>>()));
            }
            if claims.same_view(others_claims) {
                same_view.push(other.to_owned());
            }
        }
        for other in alike {
            let pair = pair(name, &other);
            // What is said of the two covers both, so neither is said again.
            if self.split.insert(pair.clone()) {
                self.same_view.insert(pair);
                findings.alike.push(other);
            }
        }
        for (other, topics) in split {
            if self.split.insert(pair(name, &other)) {
                findings.group.push(other);
                findings.topics.extend(topics);
            }
        }
        same_view.retain(|other| self.same_view.insert(pair(name, other)));
        findings.view = same_view;
        findings.is_full = change == Change::Create && self.count_without(name, stored) >= MOST_TABLES;
        self.noted(name, change, claims);
        findings
    }

    /// The same without a question.
    pub fn noted(&mut self, name: &str, change: Change, claims: Claims) {
        self.fates.insert(name.to_owned(), Fate::There(change, claims));
    }

    /// The neighbours of a table: those of which nothing is planned as they are stored, the others as planned.
    fn others<'a>(
        &'a self,
        name: &'a str,
        change: Change,
        stored: &'a [Stored],
    ) -> impl Iterator<Item = (&'a str, &'a Claims)> {
        let untold = stored.iter().filter_map(|stored| Some((stored.name.as_deref()?, &stored.claims)));
        let untold = untold.filter(|(other, _)| !self.fates.contains_key(*other));
        let told = self.fates.iter().filter_map(move |(other, fate)| match fate {
            Fate::There(Change::Nothing, _) if change == Change::Nothing => None,
            Fate::There(_, claims) => Some((other.as_str(), claims)),
            Fate::Open | Fate::Gone => None,
        });
        untold.chain(told).filter(move |(other, _)| *other != name)
    }

    /// How many tables there will be, as far as is known, but for the one of this name.
    fn count_without(&self, name: &str, stored: &[Stored]) -> usize {
        let names: BTreeSet<_> = stored.iter().filter_map(|stored| stored.name.as_deref()).collect();
        let stays = |stored: &&Stored| {
            let gone = |other: &str| other == name || matches!(self.fates.get(other), Some(Fate::Gone));
            !stored.name.as_deref().is_some_and(gone)
        };
        let is_new = |(other, fate): &(&String, &Fate)| {
            matches!(fate, Fate::There(Change::Create, _))
                && *other != name
                && !names.contains(other.as_str())
        };
        stored.iter().filter(stays).count() + self.fates.iter().filter(is_new).count()
    }
}

fn pair(one: &str, other: &str) -> [String; 2] {
    let mut pair = [one.to_owned(), other.to_owned()];
    pair.sort_unstable();
    pair
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    fn element(name: &str, group: &str, topics: &[&str]) -> Json {
        let topics: Vec<_> = topics.iter().map(|topic| json!({"name": topic})).collect();
        json!({"name": name, "group_name": group, "topics": topics, "materialized_view": {"view_name": format!("{group}_view")}})
    }

    fn claims(group: &str, topics: &[&str]) -> Claims {
        Claims::stored(&element("", group, topics))
    }

    fn stored(elements: &[Json]) -> Vec<Stored> {
        let elements = elements.iter().map(|json| json!({"tables": [json]}).to_string());
        let documents = elements.map(|text| {
            let text = serde_json::value::RawValue::from_string(text).unwrap();
            crate::document::Document::parse(&text).unwrap()
        });
        documents.map(|document| Stored::from(&document.elements()[0])).collect()
    }

    /// What is found, in short: the tables of the group, the topics, the tables of the view, and whether it is full.
    fn found(findings: &Findings) -> (Vec<&str>, Vec<&str>, Vec<&str>, bool) {
        let Findings { group, topics, view, is_full, alike } = findings;
        assert!(alike.is_empty(), "{alike:?}");
        (texts(group), topics.iter().map(String::as_str).collect(), texts(view), *is_full)
    }

    fn texts(texts: &[String]) -> Vec<&str> {
        texts.iter().map(String::as_str).collect()
    }

    const NOTHING: (Vec<&str>, Vec<&str>, Vec<&str>, bool) = (vec![], vec![], vec![], false);

    #[test]
    fn those_of_the_same_group_and_topic_are_named_once() {
        let stored = stored(&[
            element("a", "g", &["t", "u"]),
            element("a", "g", &["t"]),
            element("b", "g", &["x"]),
            element("c", "h", &["t"]),
            element("new", "g", &["t"]),
            element("d", "g", &["v"]),
        ]);
        let mut plans = Plans::default();
        let findings = plans.planned("new", Change::Create, claims("g", &["t", "v"]), &stored);
        assert_eq!(found(&findings), (vec!["a", "d"], vec!["t", "v"], vec!["a", "b", "d"], false));
        let again = plans.planned("new", Change::Create, claims("g", &["t", "v"]), &stored);
        assert_eq!(found(&again), NOTHING, "Terraform plans a table that is to be replaced twice");
    }

    #[test]
    fn a_table_is_seen_as_planned_not_as_stored() {
        let stored = stored(&[element("a", "g", &["t"]), element("b", "h", &["t"])]);
        let mut plans = Plans::default();
        plans.planned("a", Change::Update, claims("other", &["t"]), &stored);
        plans.planned("b", Change::Nothing, claims("h", &["t"]), &stored);
        assert_eq!(found(&plans.planned("new", Change::Create, claims("g", &["t"]), &stored)), NOTHING);
        let findings = plans.planned("newer", Change::Create, claims("g", &["t"]), &stored);
        assert_eq!(findings.group, ["new"], "told at the second of two new ones");
        assert_eq!(plans.planned("c", Change::Update, claims("h", &["t"]), &stored).group, ["b"]);
    }

    #[test]
    fn what_is_deleted_or_replaced_is_no_neighbour_unless_it_is_made_again() {
        let stored = stored(&[element("a", "g", &["t"])]);
        let mut plans = Plans::default();
        plans.gone("a");
        assert_eq!(found(&plans.planned("new", Change::Create, claims("g", &["t"]), &stored)), NOTHING);
        // Two resources that swap names: the former table of this name goes, and the new one is there.
        plans.planned("a", Change::Create, claims("g", &["t"]), &stored);
        plans.gone("a");
        assert_eq!(plans.planned("newer", Change::Create, claims("g", &["t"]), &stored).group, ["a", "new"]);
    }

    #[test]
    fn where_the_fate_of_a_table_is_open_the_second_to_be_planned_is_told() {
        let stored =
            stored(&[element("a", "g", &["t"]), element("b", "g", &["t"]), element("c", "g", &["t"])]);
        let mut plans = Plans::default();
        assert!(!plans.has_refreshed());
        for name in ["a", "b"] {
            plans.refreshed(name);
        }
        assert!(plans.has_refreshed());
        let findings = plans.planned("new", Change::Create, claims("g", &["t", "u"]), &stored);
        assert_eq!(findings.group, ["c"], "nobody has refreshed it, so nobody here is going to plan it");
        plans.gone("a");
        assert_eq!(plans.planned("b", Change::Nothing, claims("g", &["t"]), &stored).group, ["new"]);
        // It was told already, and a table that does not change has no questions with what is stored.
        assert_eq!(found(&plans.planned("c", Change::Nothing, claims("g", &["t"]), &stored)), NOTHING);
    }

    #[test]
    fn a_stored_table_that_claims_the_same_may_be_the_former_name() {
        let same = || claims("g", &["t", "u"]);
        let mut without_a_view = element("d", "g", &["t", "u"]);
        without_a_view["materialized_view"] = json!(null);
        let stored = stored(&[
            element("a", "g", &["u", "t"]),
            element("b", "g", &["t", "u"]),
            element("c", "g", &["t"]),
            without_a_view,
            element("refreshed", "g", &["t", "u"]),
        ]);
        let mut plans = Plans::default();
        plans.refreshed("refreshed");
        let findings = plans.planned("new", Change::Create, same(), &stored);
        assert_eq!(findings.alike, ["a", "b"]);
        assert_eq!((texts(&findings.group), texts(&findings.view)), (vec!["c", "d"], vec!["c"]));
        assert_eq!(plans.planned("new", Change::Create, same(), &stored), Findings::default(), "once");
        plans.gone("a");
        // It stays after all, which the message has in it.
        assert_eq!(plans.planned("b", Change::Nothing, same(), &stored), Findings::default());
        let findings = plans.planned("newer", Change::Create, same(), &stored);
        assert!(findings.alike.is_empty(), "what becomes of them is known by now");
        assert_eq!(findings.group, ["c", "d", "b", "new"]);
        let mut plans = Plans::default();
        let findings = plans.planned("new", Change::Update, same(), &stored);
        assert!(findings.alike.is_empty() && findings.group.len() == 5, "only a new table has a former name");
        let nothing = [json!({"name": "a"})];
        let findings =
            plans.planned("empty", Change::Create, Claims::default(), &super::tests::stored(&nothing));
        assert_eq!(findings, Findings::default(), "nothing in common is nothing alike");
    }

    #[test]
    fn what_an_apply_could_not_delete_has_the_name_of_what_is_there() {
        for change in [Change::Create, Change::Update, Change::Nothing] {
            let mut plans = Plans::default();
            plans.planned("a", change, claims("g", &["t"]), &[]);
            plans.gone("a");
            let findings = plans.planned("new", Change::Create, claims("g", &["t"]), &[]);
            assert_eq!(findings.group, ["a"], "{change:?}");
        }
    }

    #[test]
    fn the_table_after_the_four_hundredth_is_told() {
        let mut elements: Vec<_> = (0..397).map(|number| element(&format!("t{number}"), "g", &[])).collect();
        elements.push(json!(7));
        let stored = stored(&elements);
        let mut plans = Plans::default();
        let create = |plans: &mut Plans, name: &str| {
            plans.planned(name, Change::Create, claims("h", &[]), &stored).is_full
        };
        assert_eq!(["x", "y", "y", "z"].map(|name| create(&mut plans, name)), [false, false, false, true]);
        plans.gone("t0");
        assert!(!create(&mut plans, "z"), "a table that goes makes room");
        assert!(create(&mut plans, "late"));
        plans.gone("t3");
        assert!(!create(&mut plans, "t1"), "replaced by one of the same name");
        assert!(!plans.planned("t2", Change::Update, claims("h", &[]), &stored).is_full);
    }
}
