//! What has been brought about, what ClickHouse refused, and what is to be done next. Pure: it asks nobody what there
//! is, so whoever does the steps records each of them, and tells it what is there.

use super::desired::{Database, Desired, Table, Wanted};
use super::entry::ViewEntry;
use super::server_configuration::{self, Topics};
use super::statements;
use std::collections::{BTreeMap, BTreeSet};

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Start ClickHouse anew on what it has stored.
    Restart {
        /// The configuration to start it with, as XML.
        server_configuration: String,
    },
    /// A statement.
    Query(String),
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How.
    pub action: Action,
    change: Change,
}

/// What is true once a step is done.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    Configured(String),
    DatabaseMade { database: String, integration: String },
    DatabaseDropped { database: String },
    TableMade { of: Place, statement: String },
    TableDropped { of: Place },
    ViewMade { of: Place, view: MadeView },
    ViewDropped { of: Place },
}

/// A table's name in its database.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    database: String,
    table: String,
}

/// What a refusal is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Configuration,
    Database(String),
    Table(Place),
    View(Place),
}

/// A view that exists, and the identifier in the name of the table behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct MadeView {
    view: ViewEntry,
    identity: String,
}

/// A database that exists.
#[derive(Clone, Debug, Default)]
struct Holding {
    integration: String,
    /// Whether somebody else has dropped it.
    is_gone: bool,
    /// Statements, by table.
    tables: BTreeMap<String, String>,
    /// By the table that they read.
    views: BTreeMap<String, MadeView>,
}

/// What has been brought about so far. It begins with nothing, and with ClickHouse started on the configuration for
/// nothing: [`Made::first_configuration`].
#[derive(Debug, Default)]
pub struct Made {
    /// `None` as long as it is the first.
    server_configuration: Option<String>,
    databases: BTreeMap<String, Holding>,
    /// ClickHouse's words.
    refusals: BTreeMap<Subject, String>,
    /// By integration.
    problems: BTreeMap<String, Vec<String>>,
    /// The integrations whose databases were wanted last, or are still there.
    integrations: BTreeMap<String, String>,
}

impl Made {
    /// What ClickHouse is started with before anything is made.
    pub fn first_configuration() -> String {
        server_configuration::text(&Topics::default())
    }

    /// Forgets what somebody else has dropped: only these are there, databases and, in them, tables and views.
    pub fn see(&mut self, databases: &BTreeSet<String>, tables: &BTreeSet<(String, String)>) {
        for (name, holding) in &mut self.databases {
            holding.is_gone = !databases.contains(name);
            holding.tables.retain(|table, _| tables.contains(&(name.clone(), table.clone())));
            holding
                .views
                .retain(|_, made| tables.contains(&(made.view.database.clone(), made.view.name.clone())));
        }
    }

    /// What is to be done, in this order. What was refused before is tried again; what is as it should be is not touched.
    ///
    /// What is no longer wanted goes first, so that its names are free; then the configuration, since a table reads it
    /// when it begins to read.
    pub fn steps_to(&mut self, desired: &Desired) -> Vec<Step> {
        self.forget(desired);
        let mut steps = self.drops(desired);
        if !self.configured_as(desired) {
            steps.push(Step {
                action: Action::Restart { server_configuration: desired.server_configuration.clone() },
                change: Change::Configured(desired.server_configuration.clone()),
            });
        }
        for database in &desired.databases {
            self.creates(database, &mut steps);
        }
        // What is not tried again is as it was before it was refused, and is wanted so again.
        self.refusals.retain(|subject, _| steps.iter().any(|step| step.change.subject() == *subject));
        steps
    }

    /// Takes note of how a step ended. The error is in ClickHouse's words.
    pub fn record(&mut self, step: &Step, result: Result<(), String>) {
        let subject = step.change.subject();
        match result {
            Ok(()) => {
                self.refusals.remove(&subject);
                self.apply(step.change.clone());
            }
            Err(words) => drop(self.refusals.insert(subject, words)),
        }
    }

    /// Everything that keeps the integration's tables from being what its document says, each with the table's name.
    pub fn errors(&self, integration: &str) -> Vec<String> {
        let mut errors = Vec::new();
        for (subject, words) in &self.refusals {
            let belongs =
                |database: &str| self.integrations.get(database).is_some_and(|id| id == integration);
            match subject {
                Subject::Configuration => errors.push(format!("ClickHouse does not start anew: {words}")),
                Subject::Database(name) if belongs(name) => {
                    errors.push(format!("Database '{name}': {words}"));
                }
                Subject::Table(place) if belongs(&place.database) => {
                    errors.push(format!("Table '{}': {words}", place.table));
                }
                // Without its table there can be no view; the table's refusal says it all.
                Subject::View(place) if belongs(&place.database) && self.has(place) => {
                    errors.push(format!("Table '{}', its view: {words}", place.table));
                }
                _ => {}
            }
        }
        errors.extend(self.problems.get(integration).into_iter().flatten().cloned());
        errors
    }

    fn configured_as(&self, desired: &Desired) -> bool {
        let text = self.server_configuration.clone().unwrap_or_else(Self::first_configuration);
        text == desired.server_configuration
    }

    fn has(&self, place: &Place) -> bool {
        self.databases.get(&place.database).is_some_and(|holding| {
            holding.tables.contains_key(&place.table) || holding.views.contains_key(&place.table)
        })
    }

    /// Drops refusals of what is neither there nor wanted any more, and takes over the problems of the documents.
    fn forget(&mut self, desired: &Desired) {
        self.problems.clone_from(&desired.problems);
        self.integrations = self
            .databases
            .iter()
            .map(|(name, holding)| (name.clone(), holding.integration.clone()))
            .collect();
        let mut wanted = BTreeSet::new();
        for database in &desired.databases {
            self.integrations.insert(database.name.clone(), database.integration.clone());
            wanted.insert(Subject::Database(database.name.clone()));
            for table in database.readable() {
                let Some(Wanted { view, .. }) = &table.wanted else { continue };
                let of = Place { database: database.name.clone(), table: table.name.clone() };
                if view.is_some() {
                    wanted.insert(Subject::View(of.clone()));
                }
                wanted.insert(Subject::Table(of));
            }
        }
        self.refusals.retain(|subject, _| *subject == Subject::Configuration || wanted.contains(subject));
        if self.configured_as(desired) {
            self.refusals.remove(&Subject::Configuration);
        }
    }

    fn drops(&self, desired: &Desired) -> Vec<Step> {
        let mut steps = Vec::new();
        for (name, holding) in &self.databases {
            let database = desired.databases.iter().find(|database| {
                // Another integration of the same name begins with an empty database.
                database.name == *name && database.integration == holding.integration
            });
            if database.is_some_and(|database| database.tables.is_none()) {
                continue;
            }
            let wanted = |table: &str| database.and_then(|database| find(database, table));
            let place = |table: &String| Place { database: name.clone(), table: table.clone() };
            for (table, made) in &holding.views {
                if wanted(table).is_none_or(|wanted| unwanted_view(wanted, &made.view)) {
                    let statement = statements::drop_table(&made.view.database, &made.view.name);
                    steps.push(query(statement, Change::ViewDropped { of: place(table) }));
                }
            }
            if database.is_none() {
                let change = Change::DatabaseDropped { database: name.clone() };
                steps.push(query(statements::drop_database(name), change));
                continue;
            }
            for table in holding.tables.keys().filter(|table| wanted(table).is_none()) {
                let statement = statements::drop_table(name, table);
                steps.push(query(statement, Change::TableDropped { of: place(table) }));
            }
        }
        steps
    }

    fn creates(&mut self, database: &Database, steps: &mut Vec<Step>) {
        let kept = self.databases.get(&database.name);
        let kept = kept.filter(|holding| holding.integration == database.integration);
        if kept.is_none_or(|holding| holding.is_gone) {
            let change = Change::DatabaseMade {
                database: database.name.clone(),
                integration: database.integration.clone(),
            };
            steps.push(query(statements::create_database(&database.name), change));
        }
        let mut problems = Vec::new();
        for table in database.readable() {
            let Some(wanted) = &table.wanted else { continue };
            let of = Place { database: database.name.clone(), table: table.name.clone() };
            let made = kept.and_then(|holding| holding.tables.get(&table.name));
            if made != Some(&wanted.statement) {
                let change = Change::TableMade { of: of.clone(), statement: wanted.statement.clone() };
                steps.push(query(wanted.statement.clone(), change));
            }
            let Some(view) = &wanted.view else { continue };
            let made = kept.and_then(|holding| holding.views.get(&table.name));
            match made.filter(|made| !unwanted_view(table, &made.view)) {
                None => {
                    // A name that was never used: the table behind a dropped view may take a while to go.
                    let identity = uuid::Uuid::new_v4().to_string();
                    let statement = statements::create_view(&of.database, &of.table, view, &identity);
                    let view = MadeView { view: view.clone(), identity };
                    steps.push(query(statement, Change::ViewMade { of, view }));
                }
                Some(made) => {
                    if let Some(differing) = unalterable(&made.view, view) {
                        problems.push(format!(
                            "Table '{}': the view '{}.{}' exists with {differing}, which cannot be changed",
                            table.name, view.database, view.name
                        ));
                    }
                    if statements::time_to_live(&made.view) != statements::time_to_live(view) {
                        let statement = statements::change_age(view, &made.identity);
                        // All but its age stays what it is.
                        let view = ViewEntry {
                            age_column: view.age_column.clone(),
                            moved_after: view.moved_after,
                            deleted_after: view.deleted_after,
                            ..made.view.clone()
                        };
                        let view = MadeView { view, identity: made.identity.clone() };
                        steps.push(query(statement, Change::ViewMade { of, view }));
                    }
                }
            }
        }
        if !problems.is_empty() {
            self.problems.entry(database.integration.clone()).or_default().extend(problems);
        }
    }

    fn apply(&mut self, change: Change) {
        match change {
            Change::Configured(text) => self.server_configuration = Some(text),
            Change::DatabaseMade { database, integration } => {
                let holding = self.databases.entry(database).or_default();
                if holding.integration != integration {
                    *holding = Holding::default();
                }
                (holding.integration, holding.is_gone) = (integration, false);
            }
            Change::DatabaseDropped { database } => drop(self.databases.remove(&database)),
            Change::TableMade { of, statement } => {
                drop(self.holding(&of).tables.insert(of.table, statement));
            }
            Change::TableDropped { of } => drop(self.holding(&of).tables.remove(&of.table)),
            Change::ViewMade { of, view } => drop(self.holding(&of).views.insert(of.table, view)),
            Change::ViewDropped { of } => drop(self.holding(&of).views.remove(&of.table)),
        }
    }

    fn holding(&mut self, of: &Place) -> &mut Holding {
        self.databases.entry(of.database.clone()).or_default()
    }
}

impl Change {
    fn subject(&self) -> Subject {
        match self {
            Self::Configured(_) => Subject::Configuration,
            Self::DatabaseMade { database, .. } | Self::DatabaseDropped { database } => {
                Subject::Database(database.clone())
            }
            Self::TableMade { of, .. } | Self::TableDropped { of } => Subject::Table(of.clone()),
            Self::ViewMade { of, .. } | Self::ViewDropped { of } => Subject::View(of.clone()),
        }
    }
}

fn query(statement: String, change: Change) -> Step {
    Step { action: Action::Query(statement), change }
}

fn find<'a>(database: &'a Database, table: &str) -> Option<&'a Table> {
    database.readable().iter().find(|candidate| candidate.name == table)
}

/// Whether the table is wanted without this view. A table that cannot be read says nothing about it.
fn unwanted_view(table: &Table, made: &ViewEntry) -> bool {
    let Some(wanted) = &table.wanted else { return false };
    wanted.view.as_ref().is_none_or(|view| (&view.database, &view.name) != (&made.database, &made.name))
}

/// What differs between a view and the one that exists, of what neither Aiven nor ClickHouse changes.
fn unalterable(made: &ViewEntry, wanted: &ViewEntry) -> Option<&'static str> {
    if made.order_by != wanted.order_by {
        Some("another sorting key")
    } else if made.engine != wanted.engine {
        Some("another engine")
    } else if made.engine_parameters != wanted.engine_parameters {
        Some("other parameters of its engine")
    } else {
        None
    }
}

#[cfg(test)]
#[path = "made_tests.rs"]
mod tests;
