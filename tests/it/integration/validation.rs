//! What `terraform validate` says about mistakes in an integration, word for word and at which line.

use super::integration;
use crate::harness::said;

#[tokio::test]
async fn an_integration_has_exactly_one_source() {
    assert_eq!(said(&integration("kafka_service_name = \"kafka\"", "force_destroy = true")).await, "");
    insta::assert_snapshot!(said(&integration("", "")).await, @r#"
    error
    The source of the integration is missing
    Set `kafka_service_name` to the name of a Kafka service, or `kafka_endpoint_id` for an external Kafka.
      main.tf line 8: resource "aiven_clickhouse_kafka_integration" "kafka" {
    "#);
    let both =
        "kafka_service_name = \"kafka\"\n  kafka_endpoint_id = \"demo/00000000-0000-4000-8000-000000000101\"";
    insta::assert_snapshot!(said(&integration(both, "")).await, @r#"
    error
    `kafka_service_name` and `kafka_endpoint_id` exclude each other
    An integration has one source. Remove one of the two, and make two integrations for two sources.
      main.tf line 12: kafka_endpoint_id = "demo/00000000-0000-4000-8000-000000000101"
    "#);
}

#[tokio::test]
async fn an_endpoint_is_named_by_its_id_and_of_the_same_project() {
    insta::assert_snapshot!(said(&integration("kafka_endpoint_id = \"self-hosted\"", "")).await, @r#"
    error
    `kafka_endpoint_id` is not the ID of an integration endpoint
    `self-hosted` is neither a UUID nor `PROJECT/UUID`. `avn service integration-endpoint-list` shows the IDs of a project's endpoints.
      main.tf line 11: kafka_endpoint_id = "self-hosted"
    "#);
    let other = "kafka_endpoint_id = \"other/00000000-0000-4000-8000-000000000101\"";
    insta::assert_snapshot!(said(&integration(other, "")).await, @r#"
    error
    The endpoint is in project `other`, not in `demo`
    Set `project` to "other", or give the ID of an endpoint of `demo`.
      main.tf line 11: kafka_endpoint_id = "other/00000000-0000-4000-8000-000000000101"
    "#);
}

#[tokio::test]
async fn a_timeout_is_a_duration() {
    let configuration =
        integration("kafka_service_name = \"kafka\"", "timeouts {\n    create = \"soon\"\n  }");
    insta::assert_snapshot!(said(&configuration).await, @r#"
    error
    `timeouts.create` is not a duration
    `soon` is not a duration such as `30s`, `20m` or `1h30m`.
      main.tf line 13: create = "soon"
    "#);
}

#[tokio::test]
async fn names_that_no_request_can_contain_are_refused() {
    let dots = integration("kafka_service_name = \".\"", "").replace("\"demo\"", "\"..\"");
    insta::assert_snapshot!(said(&dots).await, @r#"
    error
    `kafka_service_name` cannot be `.`
    Nothing of Aiven's has this name, and no request can contain it. Write the name in full.
      main.tf line 11: kafka_service_name = "."

    error
    `project` cannot be `..`
    Nothing of Aiven's has this name, and no request can contain it. Write the name in full.
      main.tf line 9: project = ".."
    "#);
}
