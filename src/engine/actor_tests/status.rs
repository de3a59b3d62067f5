//! The status of the integration, which is passed on: as it was before a write, and as it is after it.

use super::*;

/// The status in the read before the write, and the one that came with the verdict. In these tests it says how many
/// tables there are.
async fn told(server: &Server, policy: Policy, want: Want<Set>) -> (Option<String>, Option<String>) {
    let engine: TestEngine =
        Arc::new(Engine::new(server.clone(), TYPE, policy, Locks::none(), TaskTracker::new()));
    let answer = engine.submit(&key(), operation("a", want)).await;
    let Outcome::Done(snapshot) = answer.outcome else { panic!("{answer:?}") };
    let state =
        |status: &Option<Arc<crate::aiven::Status>>| status.as_ref().map(|status| status.state.clone());
    (state(&answer.status_before), state(&snapshot.facts.status))
}

fn says(before: &str, after: &str) -> (Option<String>, Option<String>) {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    (text(before), text(after))
}

#[tokio::test(start_paused = true)]
async fn a_write_is_answered_with_the_status_before_it_and_after_it() {
    let creation = || Want::Create(set("a", 1, None));
    for policy in [EAGER, Policy::default()] {
        let server = Server::default().with("other", 1).with_status();
        assert_eq!(told(&server, policy, creation()).await, says("1", "2"));
    }
    let lost = Server::default().with_status().write(Fault::LostAnswer);
    assert_eq!(told(&lost, EAGER, creation()).await, says("0", "1"));
    assert_eq!(
        told(&Server::default(), EAGER, creation()).await,
        says("", ""),
        "what is not said is not made up"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_not_written_changes_no_status() {
    let server = Server::default().with("a", 2).with_status();
    assert_eq!(told(&server, EAGER, Want::Update(set("a", 2, Some(1)))).await, says("1", "1"));
}
