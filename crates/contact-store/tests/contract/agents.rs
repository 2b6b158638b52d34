//! Agents, and their threads with contacts.

use std::time::Duration;

use contact_model::{Agent, AgentUpdate, CompanyId, NewAgent};
use contact_store::company::{CreateAgent, DeleteAgent, ListAgents, ListThreads, UpdateAgent};
use contact_store::{Action, ContactWrite, StoreError, WriteOperation};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;
use sqlx::{Connection as _, Executor as _};

use crate::world::{ALL, World, bad_fields, nobody, set_agent, thread, update};

on_both_databases!(
    the_active_agent_is_set_and_taken_away_within_a_set,
    the_latest_three_threads_are_shown_newest_first,
    a_thread_of_the_past_does_not_move_the_last_activity_back,
    threads_of_one_moment_are_all_kept,
    an_agent_needs_a_company,
    an_agent_is_listed_changed_and_deleted,
    an_agent_that_is_referred_to_stays_and_touches_no_other_of_its_set,
    a_deletion_and_what_would_refer_to_the_agent_exclude_each_other,
    a_deleted_contact_keeps_its_agent_and_threads_and_shows_none_of_them,
);

/// The agents of a company that has no more than a page of them.
async fn all_agents(world: &World, company_id: CompanyId) -> Vec<Agent> {
    let page = world.store.run_one(ListAgents { company_id, after: None, size: 50 }).await.unwrap();
    assert!(!page.has_more);
    page.entries
}

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
        assert_eq!(
            written.contact.as_ref().unwrap().last_activity.unwrap().to_string(),
            "2026-01-02T00:00:00Z"
        );
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

async fn an_agent_is_listed_changed_and_deleted(backend: Backend) {
    let world = World::new(backend).await;
    let company_id = world.company().await;
    let [a, b] = [world.agent(company_id, "A").await, world.agent(company_id, "B").await];
    let list = || all_agents(&world, company_id);
    assert_eq!(list().await, [a.clone(), b.clone()]);
    let update = |name: Option<&str>, active| UpdateAgent {
        company_id,
        id: a.id,
        update: AgentUpdate { name: name.map(str::to_owned), active },
    };
    // In one set: the second sees what the first did.
    let answers =
        world.store.run(vec![update(Some("Z"), None), update(None, Some(false)), update(None, None)]).await;
    let changed = Agent { name: "Z".to_owned(), active: false, ..a.clone() };
    assert_eq!(answers[2].as_ref().unwrap(), &changed);
    assert_eq!(list().await, [changed.clone(), b.clone()]);

    let delete = DeleteAgent { company_id, id: b.id };
    world.store.run_one(delete).await.unwrap();
    assert_eq!(list().await, [changed]);
    assert!(matches!(world.store.run_one(delete).await, Err(StoreError::AgentNotFound)), "once");
    let gone = UpdateAgent { id: b.id, ..update(Some("B"), None) };
    assert!(matches!(world.store.run_one(gone).await, Err(StoreError::AgentNotFound)));
}

async fn an_agent_that_is_referred_to_stays_and_touches_no_other_of_its_set(backend: Backend) {
    let world = World::new(backend).await;
    let company_id = world.company().await;
    let contact = world.create(company_id, json!({})).await;
    let [chosen, busy, free] = [
        world.agent(company_id, "Chosen").await.id,
        world.agent(company_id, "Busy").await.id,
        world.agent(company_id, "Free").await.id,
    ];
    let moment = "2026-01-01T00:00:00Z";
    world
        .write(vec![set_agent(company_id, contact, Some(chosen)), thread(company_id, contact, busy, moment)])
        .await;
    let delete = |id| DeleteAgent { company_id, id };
    let answers = world.store.run([chosen, busy, free].map(delete).into()).await;
    assert!(matches!(answers[0], Err(StoreError::AgentInUse)), "{answers:?}");
    assert!(matches!(answers[1], Err(StoreError::AgentInUse)), "{answers:?}");
    assert!(answers[2].is_ok(), "{answers:?}");
    let left = all_agents(&world, company_id).await;
    assert_eq!(left.iter().map(|agent| agent.id).collect::<Vec<_>>(), [chosen, busy]);
}

async fn a_deletion_and_what_would_refer_to_the_agent_exclude_each_other(backend: Backend) {
    let world = World::new(backend).await;
    let company_id = world.company().await;
    let contact = world.create(company_id, json!({})).await;
    let another = world.another_store().await;
    let (mut deleted, mut kept) = (0, 0);
    for turn in 0..60 {
        let id = world.agent(company_id, "Front desk").await.id;
        let write = if turn % 2 == 0 {
            thread(company_id, contact, id, "2026-01-01T00:00:00Z")
        } else {
            set_agent(company_id, contact, Some(id))
        };
        // By turns the one or the other has a little time ahead.
        let pause = Duration::from_micros(100 * (turn % 5));
        let (deletion, written) = tokio::join!(
            async {
                tokio::time::sleep(if turn % 4 < 2 { pause } else { Duration::ZERO }).await;
                another.run_one(DeleteAgent { company_id, id }).await
            },
            async {
                tokio::time::sleep(if turn % 4 < 2 { Duration::ZERO } else { pause }).await;
                world.store.write_one(write).await
            },
        );
        match deletion {
            Ok(()) => {
                assert_eq!(bad_fields(&written.map(|_| ())), ["/agent_id"]);
                deleted += 1;
            }
            Err(StoreError::AgentInUse) => {
                written.unwrap();
                kept += 1;
            }
            Err(failure) => panic!("neither deleted nor in use: {failure:?}"),
        }
    }
    assert_eq!(deleted + kept, 60);
    another.close().await;
}

async fn a_deleted_contact_keeps_its_agent_and_threads_and_shows_none_of_them(backend: Backend) {
    let world = World::new(backend).await;
    let company_id = world.company().await;
    let contact_id = world.create(company_id, json!({})).await;
    let chosen = world.agent(company_id, "Chosen").await.id;
    let busy = world.agent(company_id, "Busy").await.id;
    let moment = "2026-01-01T00:00:00Z";
    let to = |operation| ContactWrite::new(company_id, operation, ALL);
    world
        .write(vec![
            set_agent(company_id, contact_id, Some(chosen)),
            thread(company_id, contact_id, busy, moment),
        ])
        .await;
    let threads = || {
        let list = ListThreads { company_id, contact_id, cursor: None, size: 9 };
        world.store.run_one(list)
    };
    let before = threads().await.unwrap();
    assert_eq!((before.entries.len(), before.has_more), (1, false));

    world.write(vec![to(WriteOperation::Delete(contact_id))]).await;
    let found = threads().await;
    assert!(matches!(found, Err(StoreError::ContactNotFound)), "{found:?}");
    let delete = |id| DeleteAgent { company_id, id };
    for id in [chosen, busy] {
        let outcome = world.store.run_one(delete(id)).await;
        assert!(matches!(outcome, Err(StoreError::AgentInUse)), "the contact may be restored: {outcome:?}");
    }
    world.write(vec![to(WriteOperation::Restore(contact_id, moment.parse().unwrap()))]).await;
    assert_eq!(threads().await.unwrap(), before);

    world.write(vec![to(WriteOperation::Erase(contact_id))]).await;
    for id in [chosen, busy] {
        world.store.run_one(delete(id)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn a_deletion_on_postgres_waits_for_who_is_about_to_refer_to_the_agent() {
    let world = World::new(Backend::Postgres).await;
    let company_id = world.company().await;
    let contact = world.create(company_id, json!({})).await;
    let id = world.agent(company_id, "Front desk").await.id;
    // What a write of another server does between its check of the agent and its commit.
    let mut writing = sqlx::PgConnection::connect(world.database.url()).await.unwrap();
    writing.execute("BEGIN").await.unwrap();
    let refer = format!(
        "UPDATE contacts SET active_agent_id = '{id}' WHERE company_id = '{company_id}' AND id = '{contact}'"
    );
    writing.execute(sqlx::AssertSqlSafe(refer)).await.unwrap();
    let store = world.store.clone();
    let deletion = tokio::spawn(async move { store.run_one(DeleteAgent { company_id, id }).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!deletion.is_finished(), "it cannot know yet");
    writing.execute("COMMIT").await.unwrap();
    let outcome = deletion.await.unwrap();
    assert!(matches!(outcome, Err(StoreError::AgentInUse)), "{outcome:?}");
}
