//! Agents, and their threads with contacts.

use contact_model::NewAgent;
use contact_store::directory::CreateAgent;
use contact_store::{Action, ContactStore, StoreError};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::world::{World, nobody, set_agent, thread, update};

on_both_databases!(
    the_active_agent_is_set_and_taken_away_within_a_set,
    the_latest_three_threads_are_shown_newest_first,
    a_thread_of_the_past_does_not_move_the_last_activity_back,
    threads_of_one_moment_are_all_kept,
    an_agent_needs_a_company,
);

async fn the_active_agent_is_set_and_taken_away_within_a_set(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let [a, b] = [world.agent(company, "A").await, world.agent(company, "B").await];
    let contact = world.create(company, json!({})).await;
    let written = world
        .write(vec![
            set_agent(company, contact, Some(a.id)),
            set_agent(company, contact, Some(a.id)),
            set_agent(company, contact, None),
            set_agent(company, contact, Some(b.id)),
            update(company, contact, json!({ "notes": "n" })),
        ])
        .await;
    let actions: Vec<_> = written.iter().map(|w| w.action).collect();
    use Action::{Unchanged, Updated};
    assert_eq!(actions, [Updated, Unchanged, Updated, Updated, Updated]);
    let stored = world.read(company, contact).await;
    assert_eq!(stored["active_chat_agent"], json!({ "id": b.id, "name": "B", "active": true }));
    assert_eq!(stored["last_activity"], json!(null), "that is no activity");
}

async fn the_latest_three_threads_are_shown_newest_first(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let agent = world.agent(company, "Front desk").await.id;
    let [contact, other] = [world.create(company, json!({})).await, world.create(company, json!({})).await];
    let at = |day: u8| format!("2026-01-0{day}T00:00:00Z");
    let days = [3, 1, 5, 2, 4];
    let written = world.write(days.map(|day| thread(company, contact, agent, &at(day))).into()).await;
    world.write(vec![thread(company, other, agent, &at(9))]).await;
    let recorded = written[0].thread.as_ref().unwrap();
    assert_eq!((recorded.agent_name.as_str(), recorded.duration), ("Front desk", 1.5));

    let stored = world.read(company, contact).await;
    let shown: Vec<_> = stored["recent_activity"]
        .as_array()
        .unwrap()
        .iter()
        .map(|thread| thread["created_at"].clone())
        .collect();
    assert_eq!(shown, [at(5), at(4), at(3)]);
    assert_eq!(stored["recent_activity"][2], json!(recorded), "as it was answered");
    assert_eq!(stored["last_activity"], at(5));
}

async fn a_thread_of_the_past_does_not_move_the_last_activity_back(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let agent = world.agent(company, "Front desk").await.id;
    let contact = world.create(company, json!({})).await;
    for at in ["2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"] {
        let written = world.write(vec![thread(company, contact, agent, at)]).await.remove(0);
        assert_eq!(written.contact.last_activity.unwrap().to_string(), "2026-01-02T00:00:00Z");
    }
    assert_eq!(world.read(company, contact).await["last_activity"], "2026-01-02T00:00:00Z");
}

async fn threads_of_one_moment_are_all_kept(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let agent = world.agent(company, "Front desk").await.id;
    let contact = world.create(company, json!({})).await;
    let moment = "2026-01-01T00:00:00.123456Z";
    let written = world.write((0..3).map(|_| thread(company, contact, agent, moment)).collect()).await;
    let mut ids: Vec<_> = written.iter().map(|w| w.thread.as_ref().unwrap().id).collect();
    ids.sort();
    ids.reverse();
    let shown = world.find(company, contact).await.unwrap().recent_activity;
    assert_eq!(shown.iter().map(|thread| thread.id).collect::<Vec<_>>(), ids, "by their ids, the last first");
}

async fn an_agent_needs_a_company(backend: Backend) {
    let world = World::new(backend).await;
    let agent = NewAgent { name: "Front desk".to_owned(), active: true };
    let answer = world.store.run_one(CreateAgent { company_id: nobody(), agent }).await;
    assert!(matches!(answer, Err(StoreError::CompanyNotFound)), "{answer:?}");
}
