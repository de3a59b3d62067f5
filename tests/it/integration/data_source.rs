//! Finding an integration by the names of its ends, instead of by `avn service integration-list | grep`.

use serde_json::{Value, json};

use crate::harness::{
    ENDPOINT, EXTERNAL_INTEGRATION, INTEGRATION, Simulator, Terraform, cores, minimal_table, resource, said,
};

const ADDRESS: &str = "data.aiven_clickhouse_kafka_integration.found";

fn data(service: &str, source: &str) -> String {
    format!(
        "\ndata \"aiven_clickhouse_kafka_integration\" \"found\" {{\n  project = \"demo\"\n  \
         clickhouse_service_name = \"{service}\"\n  {source}\n}}\n"
    )
}

fn from_service(name: &str) -> String {
    data("clickhouse", &format!("kafka_service_name = \"{name}\""))
}

/// An output makes an apply that keeps the data source in the state.
fn kept(configuration: &str) -> String {
    format!("{configuration}\noutput \"id\" {{\n  value = {ADDRESS}.service_integration_id\n}}\n")
}

#[tokio::test]
async fn the_integration_from_a_service_is_described() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &kept(&from_service("kafka")));
        terraform.apply().await.succeeded();
        let expected = json!({
            "project": "demo",
            "clickhouse_service_name": "clickhouse",
            "kafka_service_name": "kafka",
            "kafka_endpoint_name": null,
            "id": format!("demo/{INTEGRATION}"),
            "service_integration_id": INTEGRATION,
            "database_name": "service_kafka",
            "active": true,
            "enabled": true,
            "description": "Access a Kafka cluster from ClickHouse",
            "source_project": "demo",
            "source_service_name": "kafka",
            "source_endpoint_name": null,
            "source_endpoint_id": null,
            "destination_project": "demo",
            "destination_service_name": "clickhouse",
            "status": null,
            "status_description": null,
            "status_errors": [],
        });
        assert_eq!(terraform.attributes(ADDRESS).await, expected);
        terraform.assert_plan_is_empty().await;
    }
}

#[tokio::test]
async fn the_integration_from_an_endpoint_is_described_with_its_troubles() {
    let status = json!({
        "state": {"status": "failed", "errors": ["no route", "no login"]},
        "status_user_desc": "It does not work",
    });
    for core in cores() {
        let simulator = Simulator::start().await;
        simulator.set(json!({"integration_status": status})).await;
        let configuration = data("clickhouse", "kafka_endpoint_name = \"self-hosted\"");
        let terraform = Terraform::new(&core, &simulator, &kept(&configuration));
        terraform.apply().await.succeeded();
        let found = terraform.attributes(ADDRESS).await;
        assert_eq!(found["service_integration_id"], EXTERNAL_INTEGRATION);
        assert_eq!(found["database_name"], "endpoint_self-hosted");
        assert_eq!(found["source_endpoint_name"], "self-hosted");
        assert_eq!(found["source_endpoint_id"], ENDPOINT);
        assert_eq!(found["source_service_name"], Value::Null);
        assert_eq!(found["status"], "failed");
        assert_eq!(found["status_description"], "It does not work");
        assert_eq!(found["status_errors"], json!(["no route", "no login"]));
    }
}

#[tokio::test]
async fn a_table_finds_its_integration() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let table = resource("events", &minimal_table("events"), "");
        let table = table.replace(&format!("\"{INTEGRATION}\""), &format!("{ADDRESS}.id"));
        let terraform = Terraform::new(&core, &simulator, &[from_service("kafka"), table].concat());
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        assert_eq!(simulator.tables().await[0]["name"], "events");
    }
}

#[tokio::test]
async fn what_is_only_a_candidate_is_not_found_and_what_there_is_is_listed() {
    for core in cores() {
        let simulator = Simulator::start().await;
        // The API lists it, without an id, because it could be made.
        simulator.add_service("kafka-2", "kafka").await;
        let terraform = Terraform::new(&core, &simulator, &from_service("kafka-2"));
        let service =
            format!("{INTEGRATION}: `clickhouse_kafka` from service `kafka` to service `clickhouse`, active");
        let endpoint = format!("{EXTERNAL_INTEGRATION}: `clickhouse_kafka` from endpoint `self-hosted`");
        terraform.run(&["plan"]).await.failed().tells(&[
            "There is no `clickhouse_kafka` integration from Kafka service `kafka-2` to ClickHouse service `clickhouse`",
            &service,
            &endpoint,
            "Did you mean `kafka`?",
        ]);

        simulator.add_service("lonely", "clickhouse").await;
        terraform.configure(&data("lonely", "kafka_endpoint_name = \"self-hosted\""));
        let told = ["from Kafka endpoint `self-hosted`", "Service `lonely` has no integrations at all"];
        terraform.run(&["plan"]).await.failed().tells(&told);
    }
}

#[tokio::test]
async fn an_integration_of_another_type_is_none() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let configuration = data("postgres", "kafka_service_name = \"kafka\"");
        let terraform = Terraform::new(&core, &simulator, &configuration);
        terraform.run(&["plan"]).await.failed().tells(&["There is no `clickhouse_kafka`", "`metrics` from"]);
    }
}

#[tokio::test]
async fn a_service_that_does_not_exist_and_a_token_without_access_are_told_apart() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &data("nowhere", "kafka_service_name = \"kafka\""));
        let told = ["There is no service `nowhere` in project `demo`", "avn service list"];
        terraform.run(&["plan"]).await.failed().tells(&told);

        let terraform =
            Terraform::new(&core, &simulator, &from_service("kafka")).with("AIVEN_TOKEN", "wrong");
        let told =
            ["The integrations of service `clickhouse` could not be read", "Access denied", "AIVEN_TOKEN"];
        terraform.run(&["plan"]).await.failed().tells(&told);
    }
}

#[tokio::test]
async fn a_rate_limit_is_waited_out_and_an_interrupt_ends_the_wait() {
    let limited = |wait: &str| json!({"kind": "status", "code": 429, "body": {"message": format!("Rate limit 120 exceeded - try again in {wait}")}});
    for core in cores() {
        let simulator = Simulator::start().await;
        simulator.add_fault(json!({"method": "GET", "fault": limited("1s")})).await;
        let terraform = Terraform::new(&core, &simulator, &from_service("kafka"));
        terraform.run(&["plan"]).await.succeeded();

        simulator.add_fault(json!({"method": "GET", "fault": limited("299s")})).await;
        simulator.add_fault(json!({"method": "GET", "fault": {"kind": "hold_after"}})).await;
        let source = from_service("kafka");
        let second = source.replace("\"found\"", "\"second\"");
        terraform.configure(&[source, second].concat());
        let running = terraform.start(&["plan"]);
        // One is held, and the other waits for longer than this test may take.
        simulator.wait_until_held().await;
        running.interrupt().await;
        simulator.release().await;
        let output = running.output().await;
        assert_ne!(output.code, 0, "{output}");
    }
}

#[tokio::test]
async fn mistakes_are_told_offline() {
    insta::assert_snapshot!(said(&data("clickhouse", "")).await, @r#"
    error
    The source of the integration is missing
    Set `kafka_service_name` to the name of a Kafka service, or `kafka_endpoint_name` for an external Kafka.
      main.tf line 8: data "aiven_clickhouse_kafka_integration" "found" {
    "#);
    let both = data("clickhouse", "kafka_service_name = \"kafka\"\n  kafka_endpoint_name = \"self-hosted\"");
    insta::assert_snapshot!(said(&both).await, @r#"
    error
    `kafka_service_name` and `kafka_endpoint_name` exclude each other
    An integration has one source. Remove one of the two, and make two integrations for two sources.
      main.tf line 12: kafka_endpoint_name = "self-hosted"
    "#);
}
