//! Searches: streams of findings.

use super::*;

fn search(service: &Service, name: &str, include: bool, limit: i64) -> Events<proto::list_resource::Event> {
    let config = message(&Value::object([("name", Value::string("any")), ("id", Value::Null)]));
    let request = proto::list_resource::Request {
        type_name: name.to_owned(),
        config,
        include_resource_object: include,
        limit,
    };
    service.list_resource(request)
}

#[tokio::test]
async fn findings_have_all_that_was_asked_for() {
    let (service, _) = serve(Behavior::Works);
    for include in [false, true] {
        let events: Vec<_> = search(&service, NAME, include, 40).map(Result::unwrap).collect().await;
        assert_eq!(events.len(), 40);
        for (number, event) in events.iter().enumerate() {
            assert_eq!(event.display_name, number.to_string());
            assert_eq!(event.identity, Some(identity_message()));
            let expected = if include { thing("found") } else { Value::Null };
            assert_eq!(value(event.resource_object.as_ref()), expected);
        }
    }
}

#[tokio::test]
async fn a_search_that_breaks_or_is_unknown_ends_with_an_error() {
    for (behavior, name) in [(Behavior::Panics, NAME), (Behavior::Fails, NAME), (Behavior::Works, "unknown")]
    {
        let (service, _) = serve(behavior);
        let events: Vec<_> = search(&service, name, false, 3).map(Result::unwrap).collect().await;
        assert_eq!(events.len(), 1);
        assert_error(&events[0].diagnostic);
    }
}

#[tokio::test]
async fn a_search_ends_when_nobody_listens_any_more() {
    let (service, fake) = serve(Behavior::Works);
    let (ended, end) = oneshot::channel();
    *fake.ended.lock().unwrap() = Some(ended);
    let mut events = search(&service, NAME, false, i64::MAX);
    assert!(events.next().await.is_some());
    drop(events);
    end.await.unwrap();
}
