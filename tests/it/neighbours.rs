//! What a plan says about a table and the others of its integration, word for word, and which requests that takes. None
//! of it may alter a plan, or stop one.

use serde_json::{Value, json};

use crate::harness::{
    Core, EXTERNAL_INTEGRATION, INTEGRATION, Simulator, Terraform, cores, minimal_table, resource,
};

/// A table that reads these topics in this group.
fn reader(name: &str, group: &str, topics: &[&str]) -> Value {
    let mut table = minimal_table(name);
    table["group_name"] = json!(group);
    table["topics"] = topics.iter().map(|topic| json!({"name": topic})).collect();
    table
}

/// A table with a view of this name.
fn with_view(mut table: Value, view: &str) -> Value {
    table["materialized_view"] = json!({"view_name": view, "order_by": ["id"]});
    table
}

fn configuration(tables: &[Value]) -> String {
    tables.iter().map(|table| resource(&name(table), table, "")).collect()
}

fn name(table: &Value) -> String {
    table["name"].as_str().expect("a table has a name").to_owned()
}

/// What a plan says, and at which resource.
async fn said(terraform: &Terraform, arguments: &[&str]) -> String {
    let output = terraform.run(&[&["plan", "-json"], arguments].concat()).await;
    let lines = output.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let diagnostics =
        lines.filter(|line| line["type"] == "diagnostic").map(|line| line["diagnostic"].clone());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut said: Vec<_> = diagnostics
        .filter(|each| each["summary"] != "Provider development overrides are in effect")
        .map(|each| {
            let address = text(&each["address"]).replace("aiven_clickhouse_kafka_table.", "");
            let [severity, summary, detail] = ["severity", "summary", "detail"].map(|key| text(&each[key]));
            format!("{severity} at {address}\n{summary}\n{detail}\n")
        })
        .collect();
    said.sort();
    said.join("\n")
}

/// What a scenario says, which must be the same on every Terraform.
async fn everywhere<const COUNT: usize>(scenario: impl AsyncFn(&Core) -> [String; COUNT]) -> [String; COUNT] {
    let mut said = None;
    for core in cores() {
        let here = scenario(&core).await;
        assert_eq!(said.get_or_insert_with(|| here.clone()), &here, "{core:?}");
    }
    said.expect("there is a Terraform")
}

#[tokio::test]
async fn tables_of_others_that_share_a_group_and_a_topic_are_named() {
    let [one, many] = everywhere(async |core| {
        let simulator = Simulator::start().await;
        let theirs = reader("theirs", "one", &["clicks", "events"]);
        simulator.set_user_config(json!({"tables": [theirs]})).await;
        let ours = reader("ours", "one", &["events", "orders"]);
        let terraform = Terraform::new(core, &simulator, &configuration(&[ours]));
        let one = said(&terraform, &[]).await;
        assert_eq!(simulator.requests().await, ["GET 200"]);

        // What is not the same group and the same topic is not worth a word.
        for table in [reader("ours", "two", &["events"]), reader("ours", "one", &["orders"])] {
            terraform.configure(&configuration(&[table]));
            assert_eq!(said(&terraform, &[]).await, "");
        }

        let many = (0..5).map(|number| {
            let topics = ["a", "b", "c"].map(|topic| format!("{topic}{}", number % 2));
            reader(&format!("theirs{number}"), "one", &topics.each_ref().map(String::as_str))
        });
        simulator.set_user_config(json!({"tables": many.collect::<Vec<_>>()})).await;
        terraform.configure(&configuration(&[reader("ours", "one", &["a0", "b0", "c0", "a1", "x"])]));
        let many = said(&terraform, &[]).await;
        // None of it keeps anybody from what they mean to do.
        terraform.apply().await.succeeded();
        [one, many]
    })
    .await;
    insta::assert_snapshot!(one, @r"
    warning at ours
    Table `ours` shares consumer group `one` with table `theirs`
    Topics in common: `events`. Kafka gives each message to a group once, so each of the tables gets only a part of the messages. If each is to get all of them, set another `group_name`. Nothing is wrong if the parts are what is meant, or if this plan deletes or changes the other table.
    ");
    insta::assert_snapshot!(many, @r"
    warning at ours
    Table `ours` shares consumer group `one` with tables `theirs0`, `theirs1`, `theirs2` and 2 more
    Topics in common: `a0`, `a1`, `b0` and 1 more. Kafka gives each message to a group once, so each of the tables gets only a part of the messages. If each is to get all of them, set another `group_name`. Nothing is wrong if the parts are what is meant, or if this plan deletes or changes the others.
    ");
}

#[tokio::test]
async fn the_second_of_two_new_tables_is_told() {
    let [told] = everywhere(async |core| {
        let simulator = Simulator::start().await;
        let first = with_view(reader("first", "one", &["events"]), "stored");
        let second = with_view(reader("second", "one", &["events"]), "stored");
        let after = "depends_on = [aiven_clickhouse_kafka_table.first]";
        let both = resource("first", &first, "") + &resource("second", &second, after);
        let terraform = Terraform::new(core, &simulator, &both);
        [said(&terraform, &[]).await]
    })
    .await;
    insta::assert_snapshot!(told, @r"
    warning at second
    Table `second` shares consumer group `one` with table `first`
    Topics in common: `events`. Kafka gives each message to a group once, so each of the tables gets only a part of the messages. If each is to get all of them, set another `group_name`. Nothing is wrong if the parts are what is meant, or if this plan deletes or changes the other table.

    warning at second
    View `stored` may also be that of table `first`
    Both would be in database `default`, and Aiven may refuse the second. Set another `view_name` or `database_name`, unless this plan deletes or changes the other table.
    ");
}

#[tokio::test]
async fn the_view_of_another_table_is_not_free() {
    let [told] = everywhere(async |core| {
        let simulator = Simulator::start().await;
        let mut elsewhere = with_view(minimal_table("elsewhere"), "stored");
        elsewhere["materialized_view"]["database_name"] = json!("archive");
        let theirs = with_view(minimal_table("theirs"), "stored");
        simulator.set_user_config(json!({"tables": [theirs, elsewhere]})).await;
        let ours = with_view(minimal_table("ours"), "stored");
        let terraform = Terraform::new(core, &simulator, &configuration(&[ours]));
        [said(&terraform, &[]).await]
    })
    .await;
    insta::assert_snapshot!(told, @r"
    warning at ours
    View `stored` may also be that of table `theirs`
    Both would be in database `default`, and Aiven may refuse the second. Set another `view_name` or `database_name`, unless this plan deletes or changes the other table.
    ");
}

#[tokio::test]
async fn a_table_that_may_be_the_former_name_of_a_new_one_is_told_once() {
    let [one, many] = everywhere(async |core| {
        let simulator = Simulator::start().await;
        let reader = |name| reader(name, "one", &["clicks", "events"]);
        simulator.set_user_config(json!({"tables": [with_view(reader("theirs"), "stored")]})).await;
        let ours = with_view(reader("ours"), "stored");
        let terraform = Terraform::new(core, &simulator, &configuration(&[ours]));
        let one = said(&terraform, &[]).await;
        let many: Vec<_> = ["a", "b", "c", "d"].map(reader).into();
        simulator.set_user_config(json!({"tables": many})).await;
        terraform.configure(&configuration(&[reader("ours")]));
        [one, said(&terraform, &[]).await]
    })
    .await;
    insta::assert_snapshot!(one, @r"
    warning at ours
    A table like this one is in the integration already
    Table `theirs` of integration 00000000-0000-4000-8000-000000000001 has the same topics, consumer group and view. If this plan deletes it, or renames it to this one, all is well. Otherwise each of the tables gets only a part of the messages: set another `group_name` and another `view_name`, or delete the table that is not needed.
    ");
    insta::assert_snapshot!(many, @r"
    warning at ours
    A table like this one is in the integration already
    Tables `a`, `b`, `c` and 1 more of integration 00000000-0000-4000-8000-000000000001 have the same topics and consumer group. If this plan deletes them, or renames them to this one, all is well. Otherwise each of the tables gets only a part of the messages: set another `group_name`, or delete the table that is not needed.
    ");
}

#[tokio::test]
async fn a_plan_that_renames_many_tables_warns_once_at_most() {
    let tables = |prefix: &str| {
        let names: String = (0..6).map(|number| format!("{prefix}{number} = \"{number}\"\n")).collect();
        let mut table = with_view(minimal_table("KEY"), "view_VALUE");
        table["group_name"] = json!("group_VALUE");
        table["topics"] = json!([{"name": "topic_VALUE"}]);
        let block = resource("all", &table, &format!("for_each = {{\n{names}}}"));
        block.replace("KEY", "${each.key}").replace("VALUE", "${each.value}")
    };
    for core in cores() {
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &tables("old"));
        terraform.apply().await.succeeded();
        terraform.configure(&tables("new"));
        // An apply is two processes, of which each may say it.
        for (arguments, most) in
            [(&["plan"][..], 1), (&["plan", "-refresh=false"], 1), (&["apply", "-auto-approve"], 2)]
        {
            let output = terraform.run(arguments).await.succeeded();
            let said = format!("{}{}", output.stdout, output.stderr);
            assert!(!said.contains("shares consumer group"), "{said}");
            assert!(!said.contains("may also be that of"), "{said}");
            let count = said.matches("A table like this one is in the integration already").count();
            assert!(count <= most, "{said}");
        }
        terraform.assert_plan_is_empty().await;
    }
}

#[tokio::test]
async fn an_apply_does_not_know_of_a_deletion_that_waits() {
    let [told] = everywhere(async |core| {
        let simulator = Simulator::start().await;
        let table = |name| with_view(reader(name, "one", &["events"]), "stored");
        let block =
            |name| resource("events", &table(name), "lifecycle {\n    create_before_destroy = true\n  }");
        let terraform = Terraform::new(core, &simulator, &block("old"));
        terraform.apply().await.succeeded();
        terraform.configure(&block("new"));
        assert_eq!(said(&terraform, &["-out=plan"]).await, "", "the plan deletes it");
        let output = terraform.run(&["apply", "-json", "plan"]).await.succeeded();
        assert_eq!(simulator.tables().await.as_array().map(Vec::len), Some(1));
        [output.diagnostics().join("\n")]
    })
    .await;
    insta::assert_snapshot!(told, @r#"
    "Warning: A table like this one is in the integration already"
    "Table `old` of integration 00000000-0000-4000-8000-000000000001 has the same topics, consumer group and view. If this plan deletes it, or renames it to this one, all is well. Otherwise each of the tables gets only a part of the messages: set another `group_name` and another `view_name`, or delete the table that is not needed."
    "#);
}

#[tokio::test]
async fn the_table_after_the_four_hundredth_is_told() {
    let [told] = everywhere(async |core| {
        let simulator = Simulator::start().await;
        let tables: Vec<_> = (0..399).map(|number| minimal_table(&format!("t{number}"))).collect();
        simulator.set_user_config(json!({"tables": tables})).await;
        let after = "depends_on = [aiven_clickhouse_kafka_table.last]";
        let last = resource("last", &minimal_table("last"), "");
        let both = last + &resource("another", &minimal_table("another"), after);
        let terraform = Terraform::new(core, &simulator, &both);
        [said(&terraform, &[]).await]
    })
    .await;
    insta::assert_snapshot!(told, @r"
    warning at another
    Integration 00000000-0000-4000-8000-000000000001 has no room for table `another`
    Aiven allows 400 tables in an integration, and there are as many without this one, those that this plan creates included. Aiven is expected to refuse it. Delete tables that are not needed, or create it in another integration.
    ");
}

#[tokio::test]
async fn what_is_replaced_or_deleted_is_no_neighbour() {
    for core in cores() {
        let simulator = Simulator::start().await;
        let mut table = with_view(reader("events", "one", &["events"]), "stored");
        let terraform = Terraform::new(&core, &simulator, &resource("events", &table, ""));
        assert_eq!(said(&terraform, &[]).await, "");
        terraform.apply().await.succeeded();

        table["name"] = json!("renamed");
        terraform.configure(&resource("events", &table, ""));
        assert_eq!(said(&terraform, &[]).await, "");
        assert_eq!(said(&terraform, &["-destroy"]).await, "");
        table["materialized_view"]["view_name"] = json!("new");
        table["group_name"] = json!("two");
        let theirs = reader("theirs", "two", &["events"]);
        let managed = simulator.tables().await[0].clone();
        simulator.set_user_config(json!({"tables": [managed, theirs]})).await;
        terraform.configure(&resource("events", &table, ""));
        let told = said(&terraform, &[]).await;
        assert_eq!(told.matches("Table `renamed` shares consumer group `two`").count(), 1, "{told}");

        let mut table = managed;
        table["num_consumers"] = json!(2);
        terraform.configure(&resource("events", &table, ""));
        let replace = "-replace=aiven_clickhouse_kafka_table.events";
        assert_eq!(said(&terraform, &[replace]).await, "");
        let output = terraform.run(&["apply", "-auto-approve", "-json", replace]).await.succeeded();
        assert_eq!(output.diagnostics(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_no_neighbour() {
    let sense = reader("theirs", "one", &["events"]);
    let tables = format!(
        r#"{{"tables":[7,null,[],{{}},{{"name":7,"group_name":"one","topics":[{{"name":"events"}}]}},
        {{"name":"a","group_name":["one"],"topics":"events","materialized_view":[{{"view_name":"stored"}}]}},
        {{"name":"b","group_name":"one","topics":[7,null,"events",{{"name":["events"]}}],"materialized_view":7}},
        {{"name":"c","group_name":"one"}},{{"name":"c","group_name":"one"}},
        {{"name":"d","group_name":"one","group_name":"two","topics":[{{"name":"events"}}]}},{sense}]}}"#
    );
    let [told] = everywhere(async |core| {
        let simulator = Simulator::start().await;
        simulator.set_user_config_text(&tables).await;
        let ours = with_view(reader("ours", "one", &["events"]), "stored");
        let terraform = Terraform::new(core, &simulator, &configuration(&[ours]));
        [said(&terraform, &[]).await]
    })
    .await;
    assert!(told.contains("shares consumer group `one` with table `theirs`"), "{told}");
    assert_eq!(told.matches(" at ours").count(), 1, "{told}");
}

#[tokio::test]
async fn a_format_with_a_registry_is_refused_where_there_is_none() {
    let external = |table: &Value| resource("events", table, "").replace(INTEGRATION, EXTERNAL_INTEGRATION);
    let [new, there] = everywhere(async |core| {
        let simulator = Simulator::start().await;
        let mut table = minimal_table("events");
        table["data_format"] = json!("AvroConfluent");
        let terraform = Terraform::new(core, &simulator, &external(&table));
        let new = said(&terraform, &[]).await;

        // The integration from a service of Aiven's has a registry.
        terraform.configure(&resource("events", &table, ""));
        assert_eq!(said(&terraform, &[]).await, "");

        terraform.configure(&external(&minimal_table("events")));
        terraform.apply().await.succeeded();
        terraform.configure(&external(&table));
        assert_eq!(said(&terraform, &[]).await, new, "a change brings it in, too");

        // A table that has it already can be changed, and be made anew.
        simulator.set_other_user_config(json!({"tables": [table]})).await;
        assert_eq!(said(&terraform, &[]).await, "", "a plan that changes nothing says nothing");
        let replace = "-replace=aiven_clickhouse_kafka_table.events";
        assert_eq!(said(&terraform, &[replace]).await, "");
        table["group_name"] = json!("another");
        terraform.configure(&external(&table));
        [new, said(&terraform, &[]).await]
    })
    .await;
    insta::assert_snapshot!(new, @r"
    error at events
    `AvroConfluent` does not work with a Kafka outside Aiven
    It needs the Karapace schema registry of an Aiven for Apache Kafka service, and integration 00000000-0000-4000-8000-000000000002 reads from the external endpoint `self-hosted`. Set another `data_format`, or bring the topics to a Kafka service of Aiven's.
    ");
    insta::assert_snapshot!(there, @r"
    warning at events
    `AvroConfluent` does not work with a Kafka outside Aiven
    It needs the Karapace schema registry of an Aiven for Apache Kafka service, and integration 00000000-0000-4000-8000-000000000002 reads from the external endpoint `self-hosted`. Set another `data_format`, or bring the topics to a Kafka service of Aiven's.
    ");
}

#[tokio::test]
async fn what_the_table_of_a_view_is_made_with_may_not_change() {
    let [told] = everywhere(async |core| {
        let simulator = Simulator::start().await;
        let mut table = with_view(minimal_table("events"), "stored");
        table["columns"] = json!([{"name": "id", "type": "UInt64"}, {"name": "version", "type": "UInt64"}]);
        let terraform = Terraform::new(core, &simulator, &resource("events", &table, ""));
        terraform.apply().await.succeeded();

        table["materialized_view"]["engine"] = json!("MergeTree");
        table["materialized_view"]["engine_params"] = json!([]);
        terraform.configure(&resource("events", &table, ""));
        assert_eq!(said(&terraform, &[]).await, "", "a default that is written out is no change");

        table["materialized_view"]["engine"] = json!("ReplacingMergeTree");
        table["materialized_view"]["engine_params"] = json!(["version"]);
        table["materialized_view"]["order_by"] = json!(["version", "id"]);
        terraform.configure(&resource("events", &table, ""));
        let told = said(&terraform, &[]).await;

        table["name"] = json!("renamed");
        terraform.configure(&resource("events", &table, ""));
        assert_eq!(said(&terraform, &[]).await, "", "it is made anew in any case");
        [told]
    })
    .await;
    insta::assert_snapshot!(told, @r"
    warning at events
    Aiven may not be able to change `materialized_view.engine_params`
    Unless this plan replaces the table: Aiven says that some settings, such as the sorting key, cannot be changed once the table of a view exists: it may refuse this change, or the change may have no effect. To have the view made anew, run `terraform apply -replace=ADDRESS`, where ADDRESS is the address that is shown above. That deletes table `events` and its view, and the rows that the view has stored may go with them: copy them first.

    warning at events
    Aiven may not be able to change `materialized_view.engine`
    Unless this plan replaces the table: Aiven says that some settings, such as the sorting key, cannot be changed once the table of a view exists: it may refuse this change, or the change may have no effect. To have the view made anew, run `terraform apply -replace=ADDRESS`, where ADDRESS is the address that is shown above. That deletes table `events` and its view, and the rows that the view has stored may go with them: copy them first.

    warning at events
    Aiven may not be able to change `materialized_view.order_by`
    Unless this plan replaces the table: Aiven says that some settings, such as the sorting key, cannot be changed once the table of a view exists: it may refuse this change, or the change may have no effect. To have the view made anew, run `terraform apply -replace=ADDRESS`, where ADDRESS is the address that is shown above. That deletes table `events` and its view, and the rows that the view has stored may go with them: copy them first.
    ");
}

#[tokio::test]
async fn all_tables_share_one_look() {
    for core in cores() {
        let simulator = Simulator::start().await;
        // So that the answer to a write shows more than was sent, and no look has to follow it.
        simulator.set(json!({"fill": "undocumented"})).await;
        let theirs = minimal_table("theirs");
        simulator.set_user_config(json!({"tables": [theirs]})).await;
        let mut tables: Vec<_> = (0..5).map(|number| minimal_table(&format!("t{number}"))).collect();
        let terraform = Terraform::new(&core, &simulator, &configuration(&tables));
        terraform.apply().await.succeeded();

        let expect = async |arguments: &[&str], requests: &[&str]| {
            simulator.clear_log().await;
            terraform.run(arguments).await.succeeded();
            assert_eq!(simulator.requests().await, requests, "{arguments:?}");
        };
        expect(&["plan"], &["GET 200"]).await;
        expect(&["plan", "-refresh=false"], &[]).await;

        tables.extend((5..25).map(|number| minimal_table(&format!("t{number}"))));
        tables[0]["num_consumers"] = json!(2);
        terraform.configure(&configuration(&tables));
        expect(&["plan"], &["GET 200"]).await;
        expect(&["plan", "-refresh=false"], &["GET 200"]).await;

        // An apply has nothing to say of an update that its plan has not said: it reads once, to write.
        terraform.configure(&configuration(&tables[..5]));
        expect(&["plan", "-out=plan"], &["GET 200"]).await;
        expect(&["apply", "plan"], &["GET 200", "PUT 200"]).await;
    }
}

#[tokio::test]
async fn an_api_that_fails_does_not_fail_a_plan() {
    for core in cores() {
        for code in [403, 404] {
            let simulator = Simulator::start().await;
            let fault = json!({"kind": "status", "code": code});
            simulator.add_fault(json!({"times": null, "fault": fault})).await;
            let tables = [reader("one", "one", &["events"]), reader("two", "two", &["events"])];
            let terraform = Terraform::new(&core, &simulator, &configuration(&tables));
            assert_eq!(said(&terraform, &[]).await, "");
            terraform.run(&["plan"]).await.succeeded();
        }
        let simulator = Simulator::start().await;
        let terraform = Terraform::new(&core, &simulator, &configuration(&[minimal_table("one")]));
        let unreachable = terraform.with("AIVEN_WEB_URL", "http://127.0.0.1:1");
        assert_eq!(said(&unreachable, &[]).await, "");
        unreachable.run(&["plan"]).await.succeeded();
    }
}
