//! An endpoint's life: made, changed, changed by somebody else, imported, deleted.

use serde_json::{Value, json};

use super::{ADDRESS, PLAINTEXT, SASL, endpoint, stored};
use crate::harness::{Avn, ENDPOINT, Simulator, Terraform, cores, newest_core};

#[tokio::test]
async fn an_endpoint_is_made_changed_and_deleted() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &endpoint(&[PLAINTEXT]));
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        let made = stored(&simulator).await;
        assert_eq!(
            made["user_config"],
            json!({"bootstrap_servers": "kafka.example.com:9092", "security_protocol": "PLAINTEXT"})
        );
        let attributes = terraform.attributes(ADDRESS).await;
        assert_eq!(attributes["endpoint_id"], made["endpoint_id"]);
        assert_eq!(attributes["id"], format!("demo/{}", made["endpoint_id"].as_str().expect("a text")));

        let all = [
            SASL,
            "sasl_plain_password = \"pass word\"",
            "ssl_ca_cert = \"ca\"",
            "ssl_client_cert = \"cert\"",
            "ssl_client_key = \"key\"",
            "ssl_endpoint_identification_algorithm = \"https\"",
        ];
        terraform.configure(&endpoint(&all));
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        let expected = json!({
            "bootstrap_servers": "kafka.example.com:9092",
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": "PLAIN",
            "sasl_plain_username": "reader",
            "sasl_plain_password": "pass word",
            "ssl_ca_cert": "ca",
            "ssl_client_cert": "cert",
            "ssl_client_key": "key",
            "ssl_endpoint_identification_algorithm": "https",
        });
        assert_eq!(stored(&simulator).await["user_config"], expected);
        assert_eq!(stored(&simulator).await["endpoint_id"], made["endpoint_id"]);

        terraform.destroy().await.succeeded();
        assert_eq!(stored(&simulator).await, Value::Null);
    }
}

#[tokio::test]
async fn another_name_is_another_endpoint() {
    let simulator = Simulator::start().await;
    let terraform = Terraform::new(&newest_core(), &simulator, &endpoint(&[PLAINTEXT]));
    terraform.apply().await.succeeded();
    terraform.configure(&endpoint(&[PLAINTEXT]).replace("\"outside\"\n", "\"elsewhere\"\n"));
    let changes = terraform.planned_changes().await;
    assert_eq!(changes[0]["change"]["replace_paths"], json!([["endpoint_name"]]));
    terraform.apply().await.succeeded();
    assert_eq!(simulator.endpoints().await.len(), 2);
}

#[tokio::test]
async fn somebody_elses_change_is_shown_and_taken_back() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &endpoint(&[PLAINTEXT]));
        terraform.apply().await.succeeded();
        let id = stored(&simulator).await["endpoint_id"].clone();
        let config = r#"{"bootstrap_servers": "elsewhere.example.com:1", "security_protocol": "SSL"}"#;
        let update = ["integration-endpoint-update", "--project", "demo", "--user-config-json", config];
        let arguments = [&update[..], &[id.as_str().expect("a text")]].concat();
        Avn::new(&simulator).service(&arguments).await.succeeded();

        let changes = terraform.planned_changes().await;
        assert_eq!(changes[0]["change"]["before"]["bootstrap_servers"], "elsewhere.example.com:1");
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        assert_eq!(stored(&simulator).await["user_config"]["security_protocol"], "PLAINTEXT");
    }
}

#[tokio::test]
async fn a_removed_setting_is_no_difference_for_ever_whether_aiven_keeps_it_or_not() {
    for core in cores() {
        for (semantics, kept) in [("merge", true), ("replace", false)] {
            let simulator = Simulator::start().await;
            simulator.set(json!({"put_semantics": semantics})).await;
            let ssl = "bootstrap_servers = \"a:1\"\n  security_protocol = \"SSL\"";
            let terraform = Terraform::new(&core, &simulator, &endpoint(&[ssl, "ssl_ca_cert = \"ca\""]));
            terraform.apply().await.succeeded();
            terraform.configure(&endpoint(&[ssl]));
            let output = terraform.apply().await.succeeded();
            assert_eq!(
                output.stdout.contains("Aiven keeps `ssl_ca_cert` of endpoint `outside`"),
                kept,
                "{output}"
            );
            assert_eq!(stored(&simulator).await["user_config"]["ssl_ca_cert"].is_null(), !kept);
            assert_eq!(terraform.attributes(ADDRESS).await["ssl_ca_cert"], Value::Null);
            terraform.assert_plan_is_empty().await;

            // Configured again, it is a setting as any other.
            terraform.configure(&endpoint(&[ssl, "ssl_ca_cert = \"ca\""]));
            terraform.apply().await.succeeded();
            terraform.assert_plan_is_empty().await;
            assert_eq!(stored(&simulator).await["user_config"]["ssl_ca_cert"], "ca");
        }
    }
}

#[tokio::test]
async fn a_change_that_is_there_already_is_done() {
    for core in cores() {
        for status in [400, 409] {
            let simulator = Simulator::start().await;
            simulator.set(json!({"unchanged_status": status})).await;
            let settings =
                [SASL, "sasl_plain_password_wo = \"password\"", "sasl_plain_password_wo_version = 1"];
            let terraform = Terraform::new(&core, &simulator, &endpoint(&settings));
            terraform.apply().await.succeeded();
            terraform.configure(&endpoint(&settings).replace("version = 1", "version = 2"));
            terraform.apply().await.succeeded();
            terraform.assert_plan_is_empty().await;
        }
    }
}

#[tokio::test]
async fn import_needs_no_change_afterwards_but_a_secret_is_sent_once() {
    let settings = "bootstrap_servers = \"kafka.example.com:9092\"\n  security_protocol = \"SASL_SSL\"\n  \
                    sasl_mechanism = \"PLAIN\"\n  sasl_plain_username = \"reader\"";
    for core in cores() {
        let simulator = Simulator::start().await;
        let seeded = |more: &str| endpoint(&[settings, more]).replace("\"outside\"\n", "\"self-hosted\"\n");
        let terraform = Terraform::new(&core, &simulator, &seeded(""));
        terraform.run(&["import", ADDRESS, &format!("demo/{}", ENDPOINT.to_uppercase())]).await.succeeded();
        terraform.assert_plan_is_empty().await;
        assert_eq!(terraform.attributes(ADDRESS).await["id"], format!("demo/{ENDPOINT}"));

        terraform.configure(&seeded("sasl_plain_password = \"new\""));
        let changes = terraform.planned_changes().await;
        assert_eq!(changes[0]["change"]["actions"], json!(["update"]));
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        assert_eq!(simulator.endpoints().await[0]["user_config"]["sasl_plain_password"], "new");
        assert_eq!(simulator.writes().await, 1);

        // Without a password a change is sent all the same, with a word about it.
        terraform.configure(&seeded("ssl_ca_cert = \"ca\""));
        terraform.run(&["state", "rm", ADDRESS]).await.succeeded();
        terraform.run(&["import", ADDRESS, &format!("demo/{ENDPOINT}")]).await.succeeded();
        let output = terraform.apply().await.succeeded();
        let told = "The change of endpoint `self-hosted` was sent without `sasl_plain_password`";
        assert!(output.stdout.contains(told), "{output}");

        for id in ["self-hosted", "demo/self-hosted", ENDPOINT] {
            let output = terraform.run(&["import", "aiven_external_kafka_endpoint.outside", id]).await;
            assert_ne!(output.code, 0, "{output}");
        }
    }
}

#[tokio::test]
async fn import_by_identity_and_a_generated_configuration_need_no_change() {
    let required = "terraform {\n  required_providers {\n    aiven-clickhouse-kafka = { source = \
                    \"terraform.local/community/aiven-clickhouse-kafka\" }\n  }\n}\n";
    for core in cores().into_iter().filter(|core| core.at_least(1, 12)) {
        let simulator = Simulator::start().await;
        let block = format!(
            "import {{\n  provider = aiven-clickhouse-kafka\n  to = {ADDRESS}\n  identity = {{\n    project = \
             \"demo\"\n    endpoint_id = \"{ENDPOINT}\"\n  }}\n}}\n"
        );
        let terraform = Terraform::new(&core, &simulator, "");
        terraform.write("main.tf", &[required, &block].concat());
        terraform.run(&["plan", "-generate-config-out=generated.tf"]).await.succeeded();
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        assert_eq!(simulator.writes().await, 0);
    }
}

#[tokio::test]
async fn an_endpoint_that_exists_is_shown_with_the_block_that_imports_it() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let configuration = endpoint(&[PLAINTEXT]).replace("\"outside\"\n", "\"self-hosted\"\n");
        let terraform = Terraform::new(&core, &simulator, &configuration);
        let id = format!("id = \"demo/{ENDPOINT}\"");
        let told = ["Endpoint `self-hosted` already exists in project `demo`", "import {", &id];
        terraform.apply().await.failed().tells(&told);
        assert_eq!(simulator.writes().await, 0);
        assert_eq!(terraform.attributes(ADDRESS).await, Value::Null);
    }
}

#[tokio::test]
async fn a_conflict_is_told_in_aivens_words_unless_it_is_about_existence_or_use() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let body = json!({"message": "The project is being moved"});
        let conflict = json!({"kind": "status", "code": 409, "body": body});
        simulator.add_fault(json!({"method": "POST", "fault": conflict})).await;
        let terraform = Terraform::new(&core, &simulator, &endpoint(&[PLAINTEXT]));
        terraform.apply().await.failed().tells(&["was not created", "The project is being moved"]);

        terraform.apply().await.succeeded();
        simulator.add_fault(json!({"method": "DELETE", "times": null, "fault": conflict})).await;
        let output = terraform.destroy().await.failed().tells(&["The project is being moved"]);
        assert!(!output.message().contains("An integration still uses it"), "{output}");
        simulator.clear_faults().await;

        // It may be about an integration that was deleted a moment ago.
        simulator.add_fault(json!({"method": "DELETE", "times": 2, "fault": conflict})).await;
        terraform.destroy().await.succeeded();
        assert_eq!(stored(&simulator).await, Value::Null);
    }
}

#[tokio::test]
async fn one_not_found_is_no_proof() {
    let message = "Service integration endpoint not found";
    let error =
        json!({"message": message, "status": 404, "error_code": "service_integration_endpoint_not_found"});
    let missing = json!({"kind": "status", "code": 404, "body": {"message": message, "errors": [error]}});
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &endpoint(&[PLAINTEXT]));
        terraform.apply().await.succeeded();
        simulator.add_fault(json!({"method": "DELETE", "fault": missing})).await;
        let told = ["may or may not have been deleted", "could not be seen to be gone"];
        terraform.destroy().await.failed().tells(&told);
        terraform.destroy().await.succeeded();
        assert_eq!(stored(&simulator).await, Value::Null);
    }
}

#[tokio::test]
async fn an_interrupt_during_the_first_look_sends_nothing() {
    for core in cores() {
        let simulator = Simulator::start().await;
        simulator.add_fault(json!({"method": "GET", "fault": {"kind": "hold_before"}})).await;
        let terraform = Terraform::new(&core, &simulator, &endpoint(&[PLAINTEXT]));
        let running = terraform.start(&["apply", "-auto-approve"]);
        simulator.wait_until_held().await;
        running.interrupt().await;
        running.output().await.failed().tells(&["was not created", "interrupted before anything was sent"]);
        simulator.release().await;
        assert_eq!(simulator.writes().await, 0);
    }
}

#[tokio::test]
async fn a_lost_answer_is_looked_up() {
    for core in cores() {
        let simulator = Simulator::start().await;
        simulator.add_fault(json!({"method": "POST", "fault": {"kind": "reset_after"}})).await;
        let terraform = Terraform::new(&core, &simulator, &endpoint(&[PLAINTEXT]));
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        assert_eq!(simulator.writes().await, 1);

        // A change is not looked up: Aiven does not show all of it. It is sent again by the next apply.
        simulator.add_fault(json!({"method": "PUT", "fault": {"kind": "reset_after"}})).await;
        terraform.configure(&endpoint(&[PLAINTEXT]).replace("9092", "9093"));
        terraform.apply().await.failed().tells(&["may or may not have been changed", "Apply again"]);
        terraform.apply().await.succeeded();
        terraform.assert_plan_is_empty().await;
        assert_eq!(stored(&simulator).await["user_config"]["bootstrap_servers"], "kafka.example.com:9093");

        simulator.add_fault(json!({"method": "DELETE", "fault": {"kind": "reset_after"}})).await;
        terraform.destroy().await.succeeded();

        simulator.add_fault(json!({"method": "POST", "fault": {"kind": "reset_before"}})).await;
        terraform.apply().await.failed().tells(&["may or may not have been created"]);
        assert_eq!(terraform.attributes(ADDRESS).await, Value::Null);
    }
}

#[tokio::test]
async fn an_endpoint_in_use_is_not_deleted_and_one_that_is_gone_is_made_again() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &endpoint(&[PLAINTEXT]));
        terraform.apply().await.succeeded();
        let id = stored(&simulator).await["endpoint_id"].clone();
        let id = id.as_str().expect("a text");
        let avn = Avn::new(&simulator);
        let create = ["integration-create", "-t", "clickhouse_kafka", "-S", id, "-d", "clickhouse"];
        avn.service(&create).await.succeeded();
        let told = ["was not deleted", "An integration still uses it", "avn service integration-list"];
        terraform.destroy().await.failed().tells(&told);

        let integrations = simulator.integrations().await;
        let ours = integrations.iter().find(|each| each["source_endpoint_id"] == id).expect("it is there");
        let ours = ours["service_integration_id"].as_str().expect("a text");
        avn.service(&["integration-delete", ours]).await.succeeded();
        avn.service(&["integration-endpoint-delete", "--project", "demo", id]).await.succeeded();
        let changes = terraform.planned_changes().await;
        assert_eq!(changes[0]["change"]["actions"], json!(["create"]));
        terraform.run(&["destroy", "-auto-approve", "-refresh=false"]).await.succeeded();
    }
}
