//! A search as a stream: it ends where it was asked to end, and where nobody listens any more.

use std::time::Duration;

use aiven_clickhouse_kafka::table::TYPE_NAME;
use aiven_clickhouse_kafka::tf::{Type, Value};
use futures_util::StreamExt as _;
use serde_json::json;
use tokio::time::timeout;

use super::proto;
use super::session::{Session, encoded};
use crate::harness::{INTEGRATION, minimal_table};

/// More tables than a stream and its buffers hold.
const TABLES: usize = 400;

async fn session() -> Session {
    let session = Session::start().await;
    let tables: Vec<_> = (0..TABLES).map(|index| minimal_table(&format!("table_{index}"))).collect();
    session.simulator.set_user_config(json!({"tables": tables})).await;
    session
}

fn request(limit: i64, include_resource_object: bool) -> proto::list_resource::Request {
    let names = ["project", "service_integration_id", "clickhouse_service_name"];
    let values = ["demo".into(), INTEGRATION.into(), Value::Null];
    proto::list_resource::Request {
        type_name: TYPE_NAME.to_owned(),
        config: Some(encoded(
            &Value::object(names.into_iter().zip(values)),
            &Type::object(names.map(|name| (name, Type::String))),
        )),
        include_resource_object,
        limit,
    }
}

#[tokio::test]
async fn a_search_ends_at_its_limit_and_shows_objects_only_where_wanted() {
    let mut session = session().await;
    for (limit, expected) in [(0, 0), (3, 3), (i64::MAX, TABLES)] {
        for include in [false, true] {
            let answer = session.client.list_resource(request(limit, include)).await.expect("no gRPC error");
            let events: Vec<_> = answer.into_inner().collect().await;
            assert_eq!(events.len(), expected);
            for event in events {
                let event = event.expect("no gRPC error");
                assert_eq!(event.diagnostic, []);
                assert!(event.identity.is_some() && !event.display_name.is_empty());
                assert_eq!(event.resource_object.is_some(), include);
            }
        }
    }
}

#[tokio::test]
async fn a_search_that_nobody_waits_for_harms_no_other() {
    let mut session = session().await;
    let mut abandoned =
        session.client.list_resource(request(1_000, true)).await.expect("no gRPC error").into_inner();
    assert!(abandoned.next().await.is_some());
    drop(abandoned);
    let answer = session.client.list_resource(request(1_000, true)).await.expect("no gRPC error");
    let all = timeout(Duration::from_mins(1), answer.into_inner().count()).await;
    assert_eq!(all, Ok(TABLES));
}
