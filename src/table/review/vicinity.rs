//! What a plan can know of the integration around a table: one look at it, shared by all tables, and what Terraform has
//! told of its plan so far. Both begin anew when the provider is configured again.
//!
//! # Which requests a plan makes
//!
//! One for each integration in which it changes something, or none, because it shares the request of a refresh. One
//! that changes nothing makes none. An apply plans again what it changes, in a process of its own: no word of it is needed
//! any more, and nothing tells it from a plan but that it refreshes nothing. So an update is looked at only where
//! something has been refreshed, and nothing at all from the first edit on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::OnceCell;

use crate::engine::{Engine, IntegrationKey, Snapshot, Store};
use crate::session::Session;
use crate::tf::{Diagnostics, PlannedChange, Value};

use super::super::located::{Located, table_id};
use super::super::looking::wrong_type;
use super::super::{PLAN_LOOK_TIMEOUT, TableEdit};
use super::claims::Claims;
use super::neighbours::{Change, Plans, Stored};
use super::{neighbour_messages, source};

/// What is known for as long as an engine lasts.
pub struct Vicinity<S: Store> {
    // Never held across an await: it guards a look-up.
    known: Mutex<KnownBy<Engine<S, TableEdit>>>,
}

/// What is known for each integration, and to which engine it belongs.
struct KnownBy<E> {
    engine: Weak<E>,
    integrations: HashMap<IntegrationKey, Arc<Known>>,
}

/// What is known for one integration.
#[derive(Default)]
struct Known {
    // Never held across an await, either.
    plans: Mutex<Plans>,
    look: OnceCell<Option<Look>>,
}

/// The integration as it was before this process changed anything.
struct Look {
    snapshot: Arc<Snapshot>,
    stored: Vec<Stored>,
}

impl<S: Store> Default for Vicinity<S> {
    fn default() -> Self {
        Self { known: Mutex::new(KnownBy { engine: Weak::new(), integrations: HashMap::new() }) }
    }
}

impl<S: Store> Vicinity<S> {
    /// Takes notice that Terraform refreshes a table.
    pub fn refreshed(&self, engine: &Arc<Engine<S, TableEdit>>, located: &Located) {
        self.of(engine, &located.integration).plans().refreshed(&located.table.name);
    }

    /// Takes notice of a plan, and says what is questionable about it where it is carried out. Nothing here fails: a plan
    /// needs no API.
    pub async fn review(
        &self,
        change: &PlannedChange,
        session: &Session<Engine<S, TableEdit>>,
        diagnostics: &mut Diagnostics,
    ) {
        if (change.planned.is_null() || change.replaces)
            && let (Some(was), Some(engine)) = (table_id(&change.prior), session.open_quietly())
        {
            let was = Located::at(was);
            self.of(&engine, &was.integration).plans().gone(&was.table.name);
        }
        let Some(located) = table_id(&change.planned).map(Located::at) else { return };
        let kind = kind(change);
        let engine = if kind == Change::Nothing { session.opened() } else { session.open_quietly() };
        let Some(engine) = engine.filter(|engine| !engine.has_submitted()) else { return };
        let known = self.of(&engine, &located.integration);
        let claims = Claims::planned(&change.planned);
        if kind != Change::Create && !known.plans().has_refreshed() {
            known.plans().noted(&located.table.name, kind, claims);
            return;
        }
        let look = match kind {
            Change::Nothing => None,
            Change::Create | Change::Update => known.look(&engine, &located.integration).await,
        };
        if engine.has_submitted() {
            return;
        }
        if let Some(look) = look {
            // What takes the place of a table is new. Terraform plans it once more by itself, but shows no warning then.
            let prior = if change.replaces { &Value::Null } else { &change.prior };
            source::review(prior, &change.planned, &located, &look.snapshot, diagnostics);
        }
        let stored = look.map_or(&[][..], |look| &look.stored);
        let findings = known.plans().planned(&located.table.name, kind, claims.clone(), stored);
        neighbour_messages::report(&findings, &claims, &located, diagnostics);
    }

    fn of(&self, engine: &Arc<Engine<S, TableEdit>>, key: &IntegrationKey) -> Arc<Known> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let engine = Arc::downgrade(engine);
        if !Weak::ptr_eq(&known.engine, &engine) {
            *known = KnownBy { engine, integrations: HashMap::new() };
        }
        Arc::clone(known.integrations.entry(key.clone()).or_default())
    }
}

impl Known {
    fn plans(&self) -> MutexGuard<'_, Plans> {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The one look at the integration, tried once.
    async fn look<S: Store>(&self, engine: &Engine<S, TableEdit>, key: &IntegrationKey) -> Option<&Look> {
        let look = async || match engine.read(key, PLAN_LOOK_TIMEOUT).await {
            Ok(snapshot) if wrong_type(&snapshot.facts).is_none() => {
                let stored = snapshot.document.elements().iter().map(Stored::from).collect();
                Some(Look { snapshot, stored })
            }
            Ok(_) => None,
            Err(error) => {
                tracing::debug!(integration = key.id, %error, "the plan is not compared with other tables");
                None
            }
        };
        self.look.get_or_init(look).await.as_ref()
    }
}

fn kind(change: &PlannedChange) -> Change {
    if change.prior.is_null() || change.replaces {
        Change::Create
    } else if change.prior == change.planned {
        Change::Nothing
    } else {
        Change::Update
    }
}
