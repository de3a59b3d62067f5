//! What is read from a successful answer, and what is said of one that cannot be read.

use super::*;

#[test]
fn the_document_stays_the_text_that_was_sent() {
    let text =
        r#"{ "tables" : [ {"n":1e2, "b":123456789012345678901234567890, "u":"\u00e9\/"} ] , "x":null}"#;
    let body = format!(r#"{{"service_integration":{{"user_config":{text},"service_integration_id":"i"}}}}"#);
    assert_eq!(one(body.as_bytes(), "i").unwrap().user_config.get(), text);
}

#[test]
fn an_absent_document_is_an_empty_one() {
    for row in [r#"{"user_config":null}"#, "{}"] {
        let body = format!(r#"{{"service_integration":{row}}}"#);
        let integration = one(body.as_bytes(), "asked-for").unwrap();
        assert_eq!(integration.user_config.get(), "{}");
        assert_eq!(integration.id, "asked-for");
    }
}

#[test]
fn every_field_is_read() {
    let body = br#"{"service_integration":{
        "service_integration_id":"4d4e","integration_type":"clickhouse_kafka","active":true,"enabled":true,
        "description":"Access a Kafka cluster from ClickHouse","source_project":"p","source_service":null,
        "source_service_type":"external_kafka","source_endpoint":"my-kafka","source_endpoint_id":"e1",
        "dest_project":"q","dest_service":"ch","dest_service_type":"clickhouse","dest_endpoint":null,
        "dest_endpoint_id":null,"user_config":{"tables":[]},"a_future_key":[1],
        "integration_status":{"state":{"status":"failed","errors":["no route"],"nodes":{}},"status_user_desc":"Failed"}}}"#;
    let integration = one(body, "4d4e").unwrap();
    assert!(integration.active && integration.enabled);
    assert_eq!(integration.id, "4d4e");
    assert_eq!(integration.integration_type, "clickhouse_kafka");
    assert_eq!(integration.description, "Access a Kafka cluster from ClickHouse");
    assert_eq!(integration.source_project.as_deref(), Some("p"));
    assert_eq!(integration.source_service, None);
    assert_eq!(integration.source_service_type.as_deref(), Some("external_kafka"));
    assert_eq!(integration.source_endpoint.as_deref(), Some("my-kafka"));
    assert_eq!(integration.source_endpoint_id.as_deref(), Some("e1"));
    assert_eq!(integration.dest_project.as_deref(), Some("q"));
    assert_eq!(integration.dest_service.as_deref(), Some("ch"));
    assert_eq!(integration.dest_service_type.as_deref(), Some("clickhouse"));
    assert_eq!(integration.dest_endpoint, None);
    assert_eq!(integration.dest_endpoint_id, None);
    let expected = Status {
        state: "failed".to_owned(),
        description: "Failed".to_owned(),
        errors: vec!["no route".to_owned()],
    };
    assert_eq!(integration.status, Some(expected));
}

#[test]
fn a_status_of_another_shape_breaks_nothing() {
    for status in ["null", "7", "[]", r#"{"state":"running"}"#, r#"{"state":{"errors":[3]}}"#] {
        let body = format!(r#"{{"service_integration":{{"integration_status":{status}}}}}"#);
        assert_eq!(one(body.as_bytes(), "i").unwrap().status, None, "{status}");
    }
}

#[test]
fn candidates_are_kept_out_of_a_list() {
    let body = br#"{"service_integrations":[
        {"service_integration_id":null,"integration_type":"kafka_logs","enabled":false,"active":false},
        {"service_integration_id":"a","integration_type":"clickhouse_kafka","enabled":true,"active":true},
        {"integration_type":"clickhouse_postgresql"}]}"#;
    let found = many(body).unwrap();
    assert_eq!(found.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["a"]);
    assert!(many(br#"{"service_integrations":[]}"#).unwrap().is_empty());
}

#[test]
fn a_success_with_an_error_is_a_failure() {
    for (error, words) in [
        (r#""locked""#, "at once: locked"),
        (r#"{"message":"locked"}"#, "at once: locked"),
        (r#"" line\nfeed\u001b[2J ""#, "at once: line feed [2J"),
        ("true", "it gives no words"),
        ("[1]", "it gives no words"),
    ] {
        let body = format!(r#"{{"error":{error},"service_integration":{{}},"service_integrations":[]}}"#);
        assert!(one(body.as_bytes(), "i").unwrap_err().ends_with(words), "{error}");
        assert!(many(body.as_bytes()).unwrap_err().ends_with(words), "{error}");
    }
    for error in ["null", "false", "0", r#""""#, "[]", "{}"] {
        let body = format!(r#"{{"error":{error},"service_integration":{{}}}}"#);
        assert!(one(body.as_bytes(), "i").is_ok(), "{error}");
    }
}

#[test]
fn an_unreadable_answer_is_described_without_its_values() {
    for (body, words) in [
        ("", "not JSON"),
        ("<html>hunter2</html>", "not JSON"),
        (r#"{"service_integration":{"user_config":{"password":"hunter2"#, "not JSON"),
        (r#"{"service_integration":{"active":"hunter2"}}"#, "unexpected shape"),
        (r#"["hunter2"]"#, "unexpected shape"),
        (r#"{"message":"hunter2"}"#, "holds no `service_integration`"),
    ] {
        let description = one(body.as_bytes(), "i").unwrap_err();
        assert!(description.contains(words), "{body}: {description}");
        assert!(!description.contains("hunter2"), "{description}");
    }
}

#[test]
fn debug_output_leaves_the_document_out() {
    let body = br#"{"service_integration":{"user_config":{"password":"hunter2"}}}"#;
    let printed = format!("{:?}", one(body, "i").unwrap());
    assert!(printed.contains("Integration") && !printed.contains("hunter2"), "{printed}");
}
