//! Functions, called in Terraform's own language: what they return, what they say of mistakes and at which argument,
//! and tables whose columns they make.

use serde_json::{Value, json};

use crate::harness::{Core, INTEGRATION, Simulator, Terraform, cores};

const AVRO: &str = r#"{"type": "record", "name": "Order", "fields": [
  {"name": "id", "type": "long"},
  {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
  {"name": "by", "type": ["null", {"type": "record", "name": "Buyer", "fields": [{"name": "vat", "type": "string"}]}]}
]}"#;
const JSON_SCHEMA: &str = r##"{"type": "object", "required": ["z"], "properties": {
  "z": {"$ref": "#/$defs/id"}, "a": {"type": "object", "properties": {"tree": {"$ref": "#"}, "b": {"type": "boolean"}}}},
  "$defs": {"id": {"type": "string", "format": "uuid"}}}"##;
const PROTOBUF: &str = r#"syntax = "proto3"; package shop.v1;
message Order { int64 order_id = 1; optional string note = 2; repeated Line lines = 3; }
message Line { string sku = 1; Order part_of = 2; }
"#;

/// A working folder with the schemas, and these lines of configuration.
fn folder(core: &Core, configuration: &str) -> Terraform {
    let terraform = Terraform::offline(core);
    terraform.configure(configuration);
    for (name, schema) in
        [("order.avsc", AVRO), ("order.schema.json", JSON_SCHEMA), ("order.proto", PROTOBUF)]
    {
        terraform.write(name, schema);
    }
    terraform
}

/// The value of an expression in which `f::` stands for the provider's namespace.
async fn value(core: &Core, expression: &str) -> Value {
    let expression = expression.replace("f::", "provider::aiven::");
    let terraform = folder(core, &format!("output \"it\" {{\n  value = {expression}\n}}\n"));
    terraform.apply().await.succeeded();
    let output = terraform.run(&["output", "-json", "it"]).await.succeeded();
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output}"))
}

/// What Terraform says of an expression, the same in every release.
async fn complaint(expression: &str) -> String {
    let expression = expression.replace("f::", "provider::aiven::");
    let mut complaints = Vec::new();
    for core in cores() {
        let terraform = folder(&core, &format!("output \"it\" {{\n  value = {expression}\n}}\n"));
        let output = terraform.run(&["plan"]).await;
        assert_eq!(output.code, 1, "{output}");
        complaints.push(told(&output.stderr));
    }
    let first = complaints.swap_remove(0);
    assert!(complaints.iter().all(|complaint| *complaint == first), "{complaints:?} and {first}");
    first
}

/// The sentences of a message, without the frame and the line breaks that Terraform adds. They name the argument.
fn told(message: &str) -> String {
    let words = message.split_whitespace().filter(|word| !["│", "╷", "╵"].contains(word));
    let text = words.collect::<Vec<_>>().join(" ");
    let start = text.find("Invalid value for").unwrap_or_else(|| panic!("another message: {message}"));
    text[start..].to_owned()
}

fn columns(columns: &[(&str, &str)]) -> Value {
    columns.iter().map(|(name, ty)| json!({"name": name, "type": ty})).collect()
}

#[tokio::test]
async fn every_function_answers() {
    let upper = INTEGRATION.to_uppercase();
    for core in cores() {
        let quoted = value(&core, r#"f::quote_identifier("it`s \\ odd")"#).await;
        assert_eq!(quoted, r"`it\`s \\ odd`");
        let parts = value(&core, &format!(r#"f::parse_table_id("demo/{upper}/a/b")"#)).await;
        assert_eq!(parts, json!({"project": "demo", "service_integration_id": INTEGRATION, "name": "a/b"}));

        let avro = value(&core, r#"f::columns_from_avro(file("order.avsc"))"#).await;
        let by = ("by", "Tuple(vat Nullable(String))");
        assert_eq!(avro, columns(&[("id", "Int64"), ("at", "DateTime64(3)"), by]));
        let avro =
            r#"f::columns_from_avro(file("order.avsc"), { nested = "flatten", omit = "at", enums = null })"#;
        assert_eq!(
            value(&core, avro).await,
            columns(&[("id", "Int64"), ("by.Buyer.vat", "Nullable(String)")])
        );

        let schema = r#"f::columns_from_json_schema(file("order.schema.json"), { untyped = "string" })"#;
        let a = ("a", "Tuple(tree Nullable(String), b Nullable(Bool))");
        assert_eq!(value(&core, schema).await, columns(&[("z", "UUID"), a]));

        let protobuf =
            r#"f::columns_from_protobuf(file("order.proto"), "Order", { omit = "lines[].partOf" })"#;
        let expected =
            [("orderId", "Int64"), ("note", "Nullable(String)"), ("lines", "Array(Tuple(sku String))")];
        assert_eq!(value(&core, protobuf).await, columns(&expected));
    }
}

#[tokio::test]
async fn mistakes_are_named_at_their_argument() {
    let mut said = Vec::new();
    for expression in [
        r#"f::quote_identifier("")"#,
        r#"f::parse_table_id("demo/events")"#,
        r#"f::parse_table_id("demo/events/x")"#,
        r#"f::columns_from_avro("{\"type\": \"record\"}")"#,
        r#"f::columns_from_avro("\"int\"")"#,
        r#"f::columns_from_avro(file("order.avsc"), { nested = "flat" })"#,
        r#"f::columns_from_avro(file("order.avsc"), { nestd = "tuple" })"#,
        r#"f::columns_from_avro(file("order.avsc"), {}, {})"#,
        r#"f::columns_from_avro(file("order.avsc"), { omit = "by.vat, by.vta" })"#,
        r#"f::columns_from_json_schema("{")"#,
        r#"f::columns_from_json_schema(file("order.schema.json"))"#,
        r#"f::columns_from_json_schema("{\"properties\": {\"a\": {\"$ref\": \"https://example.com/a.json\"}}}")"#,
        r##"f::columns_from_json_schema("{\"properties\": {\"a\": {\"$ref\": \"#/$defs/a\"}}}")"##,
        r#"f::columns_from_protobuf("syntax = \"proto3\";\nmessage Order { oops }", "Order")"#,
        r#"f::columns_from_protobuf("syntax = \"proto3\";\nimport \"other.proto\";", "Order")"#,
        r#"f::columns_from_protobuf(file("order.proto"), "Ordr")"#,
        r#"f::columns_from_protobuf(file("order.proto"), "Order")"#,
    ] {
        said.push(format!("{expression}\n  {}", complaint(expression).await));
    }
    insta::assert_snapshot!(said.join("\n\n"), @r##"
    f::quote_identifier("")
      Invalid value for "name" parameter: A name must not be empty; ClickHouse has no database, table or column without one.

    f::parse_table_id("demo/events")
      Invalid value for "id" parameter: `demo/events` does not have the form PROJECT/SERVICE_INTEGRATION_ID/NAME.

    f::parse_table_id("demo/events/x")
      Invalid value for "id" parameter: `events` is not the UUID of a service integration.

    f::columns_from_avro("{\"type\": \"record\"}")
      Invalid value for "schema" parameter: This is not an Avro schema: No `name` field.

    f::columns_from_avro("\"int\"")
      Invalid value for "schema" parameter: The schema must be a record, whose fields become the columns.

    f::columns_from_avro(file("order.avsc"), { nested = "flat" })
      Invalid value for "options" parameter: The option `nested` is "flat", and may be one of `tuple`, `flatten`.

    f::columns_from_avro(file("order.avsc"), { nestd = "tuple" })
      Invalid value for "options" parameter: There is no option `nestd`. Did you mean `nested`? The options of this function are `nested`, `enums`, `omit`.

    f::columns_from_avro(file("order.avsc"), {}, {})
      Invalid value for "options" parameter: Options are given as one map; put them all into the first.

    f::columns_from_avro(file("order.avsc"), { omit = "by.vat, by.vta" })
      Invalid value for "options" parameter: The option `omit` names `by.vta`, where the schema has no field. Places are written like `order.items[].price`, with `[]` for the elements of an array and `{}` for the values of a map.

    f::columns_from_json_schema("{")
      Invalid value for "schema" parameter: This is not a JSON Schema: EOF while parsing an object at line 1 column 1.

    f::columns_from_json_schema(file("order.schema.json"))
      Invalid value for "schema" parameter: `a.tree` is recursive: it holds itself, and ClickHouse has no type for that. Keep its JSON text with the option `untyped = "string"`, or leave it out with `omit`.

    f::columns_from_json_schema("{\"properties\": {\"a\": {\"$ref\": \"https://example.com/a.json\"}}}")
      Invalid value for "schema" parameter: `a` refers to `https://example.com/a.json`: it is not in the text. Only references inside the text are followed. Put the other schema under `$defs`, or leave this out with the option `omit`.

    f::columns_from_json_schema("{\"properties\": {\"a\": {\"$ref\": \"#/$defs/a\"}}}")
      Invalid value for "schema" parameter: `a` refers to `#/$defs/a`: Pointer '/$defs/a' does not exist. Only references inside the text are followed. Put the other schema under `$defs`, or leave this out with the option `omit`.

    f::columns_from_protobuf("syntax = \"proto3\";\nmessage Order { oops }", "Order")
      Invalid value for "schema" parameter: This is not a Protobuf schema: schema.proto:2:22: expected '.' or an identifier, but found '}'.

    f::columns_from_protobuf("syntax = \"proto3\";\nimport \"other.proto\";", "Order")
      Invalid value for "schema" parameter: The schema imports a file: import 'other.proto' not found. Only the files of `google/protobuf` can be imported; put what another defines into the text.

    f::columns_from_protobuf(file("order.proto"), "Ordr")
      Invalid value for "message" parameter: The schema has no message `Ordr`. It has `shop.v1.Order`, `shop.v1.Line`.

    f::columns_from_protobuf(file("order.proto"), "Order")
      Invalid value for "schema" parameter: `lines[].partOf` is recursive: the message `shop.v1.Order` holds itself, and ClickHouse has no type for that. Keep its JSON text with the option `untyped = "string"`, or leave it out with `omit`.
    "##);
}

#[tokio::test]
async fn a_table_has_the_columns_of_its_schema_and_follows_it() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let table = format!(
            r#"
resource "aiven_clickhouse_kafka_table" "orders" {{
  project                = "demo"
  service_integration_id = "{INTEGRATION}"
  name                   = "orders"
  columns                = provider::aiven::columns_from_avro(file("order.avsc"))
  topics                 = [{{ name = "orders" }}]
  data_format            = "AvroConfluent"
  group_name             = "one"
}}
"#
        );
        let terraform = Terraform::new(&core, &simulator, &table);
        terraform.write("order.avsc", AVRO);
        terraform.apply().await.succeeded();
        let by = ("by", "Tuple(vat Nullable(String))");
        let expected = columns(&[("id", "Int64"), ("at", "DateTime64(3)"), by]);
        assert_eq!(simulator.tables().await[0]["columns"], expected);
        terraform.assert_plan_is_empty().await;

        terraform.write("order.avsc", &AVRO.replace("timestamp-millis", "timestamp-micros"));
        let changes = terraform.planned_changes().await;
        assert_eq!(changes[0]["change"]["actions"], json!(["update"]));
        terraform.apply().await.succeeded();
        assert_eq!(simulator.tables().await[0]["columns"][1], json!({"name": "at", "type": "DateTime64(6)"}));
    }
}

/// A schema that another resource of the same apply makes.
#[tokio::test]
async fn a_schema_may_be_unknown_until_apply() {
    let configuration = r#"
resource "terraform_data" "schema" {
  input = file("order.avsc")
}
output "it" {
  value = provider::aiven::columns_from_avro(terraform_data.schema.output, { omit = "at,by" })
}
"#;
    for core in cores() {
        let terraform = folder(&core, configuration);
        terraform.apply().await.succeeded();
        let output = terraform.run(&["output", "-json", "it"]).await.succeeded();
        let value: Value = serde_json::from_str(&output.stdout).expect("JSON");
        assert_eq!(value, columns(&[("id", "Int64")]));
    }
}
