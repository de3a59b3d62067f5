//! Handlers that panic or fail, one after the other.

use super::*;

const BROKEN: [Behavior; 2] = [Behavior::Panics, Behavior::Fails];

#[tokio::test]
async fn a_create_that_panics_keeps_what_may_exist() {
    let (service, _) = serve(Behavior::Panics);
    let answer = apply(&service, &Value::Null, &new_thing()).await;
    assert_error(&answer.diagnostics);
    assert_eq!(value(answer.new_state.as_ref()), new_thing().unknown_as_null());
    assert_eq!(answer.private, PRIVATE);
}

#[tokio::test]
async fn a_create_that_fails_leaves_nothing() {
    let (service, _) = serve(Behavior::Fails);
    let answer = apply(&service, &Value::Null, &new_thing()).await;
    assert_error(&answer.diagnostics);
    assert_eq!(value(answer.new_state.as_ref()), Value::Null);
}

#[tokio::test]
async fn an_update_or_delete_that_breaks_says_nothing_about_the_object() {
    for behavior in BROKEN {
        let (service, _) = serve(behavior);
        for planned in [thing("changed"), Value::Null] {
            let answer = apply(&service, &thing("old"), &planned).await;
            assert_error(&answer.diagnostics);
            // Terraform then keeps the whole object it has, with its private bytes and identity.
            assert_eq!((answer.new_state, answer.new_identity), (None, None));
        }
    }
}

#[tokio::test]
async fn what_works_is_answered_in_full() {
    let (service, _) = serve(Behavior::Works);
    for (prior, planned) in [(Value::Null, thing("new")), (thing("old"), thing("changed"))] {
        let answer = apply(&service, &prior, &planned).await;
        assert_eq!(answer.diagnostics, []);
        assert_eq!(value(answer.new_state.as_ref()), planned);
        assert_eq!((answer.private.as_slice(), answer.new_identity), (PRIVATE, Some(identity_message())));
    }
    let answer = apply(&service, &thing("old"), &Value::Null).await;
    assert_eq!((answer.diagnostics.len(), value(answer.new_state.as_ref())), (0, Value::Null));
}

#[tokio::test]
async fn a_read_that_breaks_changes_nothing() {
    for behavior in [Behavior::Panics, Behavior::Fails, Behavior::Works] {
        let (service, _) = serve(behavior);
        let request = proto::read_resource::Request {
            type_name: NAME.to_owned(),
            current_state: message(&thing("old")),
            private: PRIVATE.to_vec(),
            current_identity: Some(identity_message()),
            ..Default::default()
        };
        let answer = service.read_resource(request).await;
        if behavior != Behavior::Works {
            assert_error(&answer.diagnostics);
        }
        assert_eq!(value(answer.new_state.as_ref()), thing("old"));
        assert_eq!((answer.private.as_slice(), answer.new_identity), (PRIVATE, Some(identity_message())));
    }
}

#[tokio::test]
async fn a_plan_that_panics_is_an_error_and_keeps_what_is_private() {
    let (service, _) = serve(Behavior::Panics);
    let request = proto::plan_resource_change::Request {
        type_name: NAME.to_owned(),
        prior_state: message(&thing("old")),
        proposed_new_state: message(&thing("new")),
        config: message(&thing("new")),
        prior_private: PRIVATE.to_vec(),
        prior_identity: Some(identity_message()),
        ..Default::default()
    };
    let answer = service.plan_resource_change(request).await;
    assert_error(&answer.diagnostics);
    assert_eq!(
        (answer.planned_private.as_slice(), answer.planned_identity),
        (PRIVATE, Some(identity_message()))
    );
}

#[tokio::test]
async fn a_new_object_does_not_get_the_identity_of_the_one_it_replaces() {
    let (service, _) = serve(Behavior::Works);
    // The second plan of a replacement: no prior object, but its identity.
    let request = proto::plan_resource_change::Request {
        type_name: NAME.to_owned(),
        proposed_new_state: message(&thing("new")),
        config: message(&thing("new")),
        prior_state: message(&Value::Null),
        prior_identity: Some(identity_message()),
        ..Default::default()
    };
    assert_eq!(service.plan_resource_change(request).await.planned_identity, None);
}

#[tokio::test]
async fn everything_else_that_breaks_is_an_error() {
    let type_name = || NAME.to_owned();
    let config = || message(&Value::object([("name", Value::string("any")), ("id", Value::Null)]));
    for behavior in BROKEN {
        let (service, _) = serve(behavior);

        let request = proto::validate_provider_config::Request { config: config() };
        assert_error(&service.validate_provider_config(request).await.diagnostics);
        let request = proto::configure_provider::Request { config: config(), ..Default::default() };
        assert_error(&service.configure_provider(request).await.diagnostics);
        let request = proto::validate_resource_config::Request {
            type_name: type_name(),
            config: config(),
            ..Default::default()
        };
        assert_error(&service.validate_resource_config(request).await.diagnostics);
        let request =
            proto::validate_data_resource_config::Request { type_name: type_name(), config: config() };
        assert_error(&service.validate_data_resource_config(request).await.diagnostics);
        let request = proto::validate_list_resource_config::Request {
            type_name: type_name(),
            config: config(),
            ..Default::default()
        };
        assert_error(&service.validate_list_resource_config(request).await.diagnostics);

        let request = proto::read_data_source::Request {
            type_name: type_name(),
            config: config(),
            ..Default::default()
        };
        let answer = service.read_data_source(request).await;
        assert_error(&answer.diagnostics);
        assert_eq!(answer.state, None);

        let request = proto::import_resource_state::Request {
            type_name: type_name(),
            id: "1".to_owned(),
            ..Default::default()
        };
        let answer = service.import_resource_state(request).await;
        assert_error(&answer.diagnostics);
        assert_eq!(answer.imported_resources, []);
    }
}

#[tokio::test]
async fn a_configuration_that_cannot_be_generated_is_an_error() {
    let (service, _) = serve(Behavior::Panics);
    let request = proto::generate_resource_config::Request {
        type_name: NAME.to_owned(),
        state: message(&thing("any")),
    };
    let answer = service.generate_resource_config(request).await;
    assert_error(&answer.diagnostics);
    assert_eq!(answer.config, None);
}

#[tokio::test]
async fn a_data_source_answers_with_what_it_read() {
    let (service, _) = serve(Behavior::Works);
    let request = proto::read_data_source::Request {
        type_name: NAME.to_owned(),
        config: message(&thing("any")),
        ..Default::default()
    };
    let answer = service.read_data_source(request).await;
    assert_eq!((answer.diagnostics.len(), value(answer.state.as_ref())), (0, thing("any")));
}

fn text(message: Option<&proto::DynamicValue>) -> Value {
    message.map_or(Value::Null, |message| crate::tf::decode(&message.msgpack, &Type::String).unwrap())
}

#[tokio::test]
async fn a_function_answers_with_a_result_or_an_error() {
    let msgpack = crate::tf::encode(&Value::string("hello"), &Type::String).unwrap();
    let argument = proto::DynamicValue { msgpack, json: Vec::new() };
    for (behavior, name, arguments, at) in [
        (Behavior::Works, "fake", vec![argument.clone()], None),
        (Behavior::Fails, "fake", vec![argument.clone()], Some(0)),
        (Behavior::Panics, "fake", vec![argument.clone()], None),
        (Behavior::Works, "fake", Vec::new(), None),
        (Behavior::Works, "unknown", vec![argument], None),
    ] {
        let works = behavior == Behavior::Works && name == "fake" && !arguments.is_empty();
        let (service, _) = serve(behavior);
        let answer =
            service.call_function(proto::call_function::Request { name: name.to_owned(), arguments }).await;
        let error = answer.error.as_ref();
        assert_eq!(error.is_none(), works, "{error:?}");
        assert!(
            error.is_none_or(|error| !error.text.is_empty() && error.function_argument == at),
            "{error:?}"
        );
        let expected = if works { Value::string("hello") } else { Value::Null };
        assert_eq!(text(answer.result.as_ref()), expected);
    }
}

#[tokio::test]
async fn a_stop_reaches_the_provider_and_ends_nothing() {
    let (service, fake) = serve(Behavior::Works);
    for _ in 0..2 {
        assert_eq!(service.stop_provider().error, "");
    }
    assert!(fake.stopped.load(Ordering::Relaxed));
    let answer = apply(&service, &Value::Null, &thing("new")).await;
    assert_eq!(answer.diagnostics, []);
}

#[tokio::test]
async fn a_name_that_was_never_announced_is_an_error() {
    let (service, _) = serve(Behavior::Works);
    let request =
        proto::plan_resource_change::Request { type_name: "other".to_owned(), ..Default::default() };
    assert_error(&service.plan_resource_change(request).await.diagnostics);
    let request = proto::read_data_source::Request { type_name: "other".to_owned(), ..Default::default() };
    assert_error(&service.read_data_source(request).await.diagnostics);
}
