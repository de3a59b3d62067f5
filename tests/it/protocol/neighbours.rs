//! What a plan says of neighbours depends on what Terraform has told before, and Terraform tells it in any order.

use aiven_clickhouse_kafka::table::TYPE_NAME;
use aiven_clickhouse_kafka::tf::Value;
use serde_json::json;

use super::proto;
use super::session::{Session, Stored, message, minimal, value, with};
use crate::harness::minimal_table;

/// A table that is there, with the topic and the group of [`minimal`].
async fn with_table(name: &str) -> (Session, Stored) {
    let session = Session::start().await;
    let mut table = minimal_table(name);
    table["topics"] = json!([{"name": "events"}]);
    table["group_name"] = json!("group");
    table["columns"] = json!([{"name": "id", "type": "UInt64"}, {"name": "day", "type": "Date"}]);
    table["data_format"] = json!("JSONEachRow");
    session.simulator.set_user_config(json!({"tables": [table]})).await;
    let value = with(&minimal(name), &["id"], Value::string("known"));
    (session, Stored { value, private: Vec::new(), identity: None })
}

impl Session {
    /// What a plan says, in short.
    async fn told(&mut self, prior: &Value, config: &Value) -> Vec<String> {
        let request = proto::plan_resource_change::Request {
            type_name: TYPE_NAME.to_owned(),
            prior_state: Some(message(prior)),
            proposed_new_state: Some(message(config)),
            config: Some(message(config)),
            ..Default::default()
        };
        let answer = self.client.plan_resource_change(request).await.expect("no gRPC error").into_inner();
        answer.diagnostics.into_iter().map(|each| each.summary).collect()
    }

    /// A table as a refresh shows it.
    async fn refreshed(&mut self, stored: &Stored) -> Value {
        let answer = self.read(stored).await;
        assert_eq!(answer.diagnostics, []);
        value(answer.new_state.as_ref())
    }
}

const NOTHING: Vec<String> = Vec::new();

/// What is said of a new table that may have been renamed.
const ALIKE: &str = "A table like this one is in the integration already";

fn shares(one: &str, other: &str) -> Vec<String> {
    vec![format!("Table `{one}` shares consumer group `group` with table `{other}`")]
}

#[tokio::test]
async fn a_table_that_nobody_here_plans_is_a_neighbour_as_it_is() {
    let (mut session, _) = with_table("theirs").await;
    assert_eq!(session.told(&Value::Null, &minimal("new")).await, [ALIKE]);
    assert_eq!(session.told(&Value::Null, &minimal("theirs")).await, NOTHING, "it was told, and is no news");
    assert_eq!(session.simulator.requests().await, ["GET 200"]);
}

#[tokio::test]
async fn a_table_that_is_deleted_is_no_neighbour_before_or_after_that_is_known() {
    for known_first in [true, false] {
        let (mut session, old) = with_table("old").await;
        let old = Stored { value: session.refreshed(&old).await, ..old };
        for deletes in [known_first, !known_first] {
            let (prior, config) =
                if deletes { (&old.value, &Value::Null) } else { (&Value::Null, &minimal("new")) };
            assert_eq!(session.told(prior, config).await, NOTHING, "{known_first}, {deletes}");
        }
    }
}

#[tokio::test]
async fn a_table_that_stays_is_told_of_a_new_one_that_was_planned_before() {
    let (mut session, old) = with_table("old").await;
    let old = session.refreshed(&old).await;
    assert_eq!(session.told(&Value::Null, &minimal("new")).await, NOTHING);
    assert_eq!(session.told(&old, &minimal("old")).await, shares("old", "new"));
    let other = with(&minimal("new"), &["group_name"], Value::string("other"));
    assert_eq!(session.told(&Value::Null, &other).await, NOTHING);
}

#[tokio::test]
async fn a_table_is_seen_as_it_is_planned() {
    let (mut session, old) = with_table("old").await;
    let old = session.refreshed(&old).await;
    let other = with(&minimal("old"), &["group_name"], Value::string("other"));
    assert_eq!(session.told(&old, &other).await, NOTHING);
    assert_eq!(session.told(&Value::Null, &minimal("new")).await, NOTHING);
    let renamed = with(&minimal("renamed"), &["group_name"], Value::string("other"));
    assert_eq!(session.told(&Value::Null, &renamed).await.len(), 1);
}

#[tokio::test]
async fn a_name_that_is_given_up_and_taken_is_there() {
    let (mut session, old) = with_table("old").await;
    let old = session.refreshed(&old).await;
    // A replacement is planned as a change first, and then as a creation. Two tables swap their names here.
    assert_eq!(session.told(&Value::Null, &minimal("old")).await, NOTHING);
    assert_eq!(session.told(&old, &minimal("renamed")).await, shares("renamed", "old"));
    assert_eq!(session.told(&Value::Null, &minimal("renamed")).await, NOTHING);
}

#[tokio::test]
async fn a_configure_starts_anew_and_the_first_edit_ends_it() {
    let (mut session, old) = with_table("theirs").await;
    assert_eq!(session.told(&Value::Null, &minimal("new")).await, [ALIKE]);
    session.configure().await;
    session.simulator.set_user_config(json!({"tables": []})).await;
    assert_eq!(session.told(&Value::Null, &minimal("newer")).await, NOTHING, "all of it is forgotten");
    assert_eq!(session.simulator.requests().await.len(), 2);

    let elsewhere = with(&minimal("made"), &["group_name"], Value::string("other"));
    session.apply(None, &elsewhere).await;
    session.simulator.clear_log().await;
    assert_eq!(session.told(&Value::Null, &minimal("last")).await, NOTHING, "it shares with `newer`");
    assert_eq!(
        session.told(&old.value, &with(&minimal("theirs"), &["num_consumers"], 2.into())).await,
        NOTHING
    );
    assert_eq!(session.simulator.requests().await, NOTHING);
}
