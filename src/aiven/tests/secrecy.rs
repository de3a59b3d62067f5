//! The token shows up nowhere: not in logs, not in errors, not in debug output.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::{Layer, Registry};

use super::super::Client;
use super::server::{Reply, Server};
use super::{FOUND, TOKEN, client, settings};

/// Collects every event and span of every level and library, with all fields.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<String>>);

impl Visit for &Collector {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0.lock().unwrap(), " {field}={value:?}").unwrap();
    }
}

impl<S: tracing::Subscriber> Layer<S> for Collector {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        write!(self.0.lock().unwrap(), "\n{}", event.metadata().target()).unwrap();
        event.record(&mut &*self);
    }

    fn on_new_span(&self, attributes: &tracing::span::Attributes<'_>, _: &tracing::Id, _: Context<'_, S>) {
        attributes.record(&mut &*self);
    }
}

#[tokio::test]
async fn neither_token_nor_document_is_logged_or_told() {
    let collector = Collector::default();
    // With a single dispatcher alive, tracing lets whichever thread first reaches a log line decide for all
    // whether anybody listens; a test beside this one would decide no.
    let _second = tracing::Dispatch::new(Registry::default());
    let _guard = tracing::subscriber::set_default(Registry::default().with(collector.clone()));

    // A server that says back all it was sent, in every place a message is taken from.
    let echo = format!(r#"{{"message":"you sent aivenv1 {TOKEN}","error":"{TOKEN}"}}"#);
    let entries = format!(r#"{{"errors":["{TOKEN}"]}}"#);
    let location = format!("location: https://elsewhere.example/{TOKEN}\r\n");
    let replies = |found: &str| {
        vec![
            Reply::json(200, found),
            Reply::json(200, &echo),
            Reply::json(400, &echo),
            Reply::json(403, &entries),
            Reply::json(429, &echo),
            Reply::with(302, &location, TOKEN),
            Reply::json(404, TOKEN),
        ]
    };
    let mut told = String::new();
    for reply in replies(FOUND).into_iter().chain([Reply::Reset]) {
        let server = Server::start(vec![reply; 6]).await;
        let client = client(&server.url());
        if let Err(error) = client.integration("p", "i").await {
            write!(told, "{error:?} {error}").unwrap();
        }
        if let Err(error) = client.integrations_of_service("p", "s").await {
            write!(told, "{error:?} {error}").unwrap();
        }
    }
    let all = replies(r#"{"service_integration":{"user_config":{"password":"hunter2"}}}"#);
    let server = Server::start(all.clone()).await;
    let client = client(&server.url());
    for _ in all {
        match client.update_integration("p", "i", r#"{"password":"hunter2"}"#).await {
            Ok(integration) => write!(told, "{integration:?}").unwrap(),
            Err(error) => write!(told, "{error:?} {error}").unwrap(),
        }
    }
    write!(told, "{:?} {:?}", settings("http://localhost"), Client::new(settings("http://localhost")))
        .unwrap();

    let logged = collector.0.lock().unwrap().clone();
    assert!(logged.contains("method=PUT path=\"/v1/project/p/integration/i\" status=200"), "{logged}");
    assert!(logged.contains("method=GET"), "{logged}");
    for text in [&logged, &told] {
        assert!(!text.contains(TOKEN), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
        assert!(!text.contains("aivenv1 t0"), "{text}");
    }
    assert!(told.contains("[token]"), "the server's echo was not scrubbed but lost");
}
