//! Agents and threads.

use std::time::Duration;

use contact_model::{Agent, AgentUpdate, CompanyId, NewAgent};
use contact_store::company::{CreateAgent, DeleteAgent, ListAgents, ListThreads, UpdateAgent};
use contact_store::{Action, ContactWrite, StoreError, WriteOperation};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;
use sqlx::{Connection as _, Executor as _};

use crate::fixture::{ALL, Fixture, invalid_fields, set_agent, thread, unknown_id, update};

on_both_databases!(
    active_agent_is_set_and_cleared_within_a_set,
    latest_three_threads_are_returned_newest_first,
    older_thread_does_not_change_last_activity,
    threads_with_equal_times_are_all_stored,
    agent_of_an_unknown_company_is_refused,
    agent_is_listed_changed_and_deleted,
    referenced_agent_is_not_deleted_and_does_not_affect_other_items,
    deletion_and_use_of_an_agent_exclude_each_other,
    agent_and_threads_of_a_deleted_contact_are_kept_but_not_returned,
);

/// Returns the agents of a company, which fit on one page.
async fn all_agents(fixture: &Fixture, company_id: CompanyId) -> Vec<Agent> {
    let page = fixture.store.run(ListAgents { company_id, cursor: None, size: 50 }).await.unwrap();
    assert!(!page.has_more);
    page.entries
}

async fn active_agent_is_set_and_cleared_within_a_set(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let [a, b] = [fixture.agent(company, "A").await, fixture.agent(company, "B").await];
    let contact = fixture.create(company, json!({})).await;
    let written = fixture
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
    let stored = fixture.read(company, contact).await;
    assert_eq!(stored["active_chat_agent"], json!({ "id": b.id, "name": "B", "active": true }));
    assert_eq!(stored["last_activity"], json!(null), "setting the agent is not an activity");
}

async fn latest_three_threads_are_returned_newest_first(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let agent = fixture.agent(company, "Front desk").await.id;
    let [contact, other] =
        [fixture.create(company, json!({})).await, fixture.create(company, json!({})).await];
    let at = |day: u8| format!("2026-01-0{day}T00:00:00Z");
    let days = [3, 1, 5, 2, 4];
    let written = fixture.write(days.map(|day| thread(company, contact, agent, &at(day))).into()).await;
    fixture.write(vec![thread(company, other, agent, &at(9))]).await;
    let recorded = written[0].thread.as_ref().unwrap();
    assert_eq!((recorded.agent_name.as_str(), recorded.duration), ("Front desk", 1.5));

    let stored = fixture.read(company, contact).await;
    let shown: Vec<_> = stored["recent_activity"]
        .as_array()
        .unwrap()
        .iter()
        .map(|thread| thread["created_at"].clone())
        .collect();
    assert_eq!(shown, [at(5), at(4), at(3)]);
    assert_eq!(stored["recent_activity"][2], json!(recorded), "equals the result of the write");
    assert_eq!(stored["last_activity"], at(5));
}

async fn older_thread_does_not_change_last_activity(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let agent = fixture.agent(company, "Front desk").await.id;
    let contact = fixture.create(company, json!({})).await;
    for at in ["2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"] {
        let written = fixture.write(vec![thread(company, contact, agent, at)]).await.remove(0);
        assert_eq!(
            written.contact.as_ref().unwrap().last_activity.unwrap().to_string(),
            "2026-01-02T00:00:00Z"
        );
    }
    assert_eq!(fixture.read(company, contact).await["last_activity"], "2026-01-02T00:00:00Z");
}

async fn threads_with_equal_times_are_all_stored(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let agent = fixture.agent(company, "Front desk").await.id;
    let contact = fixture.create(company, json!({})).await;
    let moment = "2026-01-01T00:00:00.123456Z";
    let written = fixture.write((0..3).map(|_| thread(company, contact, agent, moment)).collect()).await;
    let mut ids: Vec<_> = written.iter().map(|w| w.thread.as_ref().unwrap().id).collect();
    ids.sort();
    ids.reverse();
    let shown = fixture.find(company, contact).await.unwrap().recent_activity;
    assert_eq!(shown.iter().map(|thread| thread.id).collect::<Vec<_>>(), ids, "ordered by descending IDs");
}

async fn agent_of_an_unknown_company_is_refused(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let agent = NewAgent { name: "Front desk".to_owned(), active: true };
    let result = fixture.store.run(CreateAgent { company_id: unknown_id(), agent }).await;
    assert!(matches!(result, Err(StoreError::CompanyNotFound)), "{result:?}");
}

async fn agent_is_listed_changed_and_deleted(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company_id = fixture.company().await;
    let [a, b] = [fixture.agent(company_id, "A").await, fixture.agent(company_id, "B").await];
    let list = || all_agents(&fixture, company_id);
    assert_eq!(list().await, [a.clone(), b.clone()]);
    let update = |name: Option<&str>, active| UpdateAgent {
        company_id,
        id: a.id,
        update: AgentUpdate { name: name.map(str::to_owned), active },
    };
    let results =
        fixture.run_all([update(Some("Z"), None), update(None, Some(false)), update(None, None)]).await;
    let changed = Agent { name: "Z".to_owned(), active: false, ..a.clone() };
    assert_eq!(results[2].as_ref().unwrap(), &changed);
    assert_eq!(list().await, [changed.clone(), b.clone()]);

    let delete = DeleteAgent { company_id, id: b.id };
    fixture.store.run(delete).await.unwrap();
    assert_eq!(list().await, [changed]);
    assert!(matches!(fixture.store.run(delete).await, Err(StoreError::AgentNotFound)), "already deleted");
    let deleted = UpdateAgent { id: b.id, ..update(Some("B"), None) };
    assert!(matches!(fixture.store.run(deleted).await, Err(StoreError::AgentNotFound)));
}

async fn referenced_agent_is_not_deleted_and_does_not_affect_other_items(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company_id = fixture.company().await;
    let contact = fixture.create(company_id, json!({})).await;
    let [active, with_thread, unused] = [
        fixture.agent(company_id, "Active").await.id,
        fixture.agent(company_id, "With thread").await.id,
        fixture.agent(company_id, "Unused").await.id,
    ];
    let moment = "2026-01-01T00:00:00Z";
    fixture
        .write(vec![
            set_agent(company_id, contact, Some(active)),
            thread(company_id, contact, with_thread, moment),
        ])
        .await;
    let delete = |id| DeleteAgent { company_id, id };
    let results = fixture.run_all([active, with_thread, unused].map(delete)).await;
    assert!(matches!(results[0], Err(StoreError::AgentInUse)), "{results:?}");
    assert!(matches!(results[1], Err(StoreError::AgentInUse)), "{results:?}");
    assert!(results[2].is_ok(), "{results:?}");
    let left = all_agents(&fixture, company_id).await;
    assert_eq!(left.iter().map(|agent| agent.id).collect::<Vec<_>>(), [active, with_thread]);
}

async fn deletion_and_use_of_an_agent_exclude_each_other(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company_id = fixture.company().await;
    let contact = fixture.create(company_id, json!({})).await;
    let another = fixture.another_store().await;
    let (mut deleted, mut kept) = (0, 0);
    for turn in 0..60 {
        let id = fixture.agent(company_id, "Front desk").await.id;
        let write = if turn % 2 == 0 {
            thread(company_id, contact, id, "2026-01-01T00:00:00Z")
        } else {
            set_agent(company_id, contact, Some(id))
        };
        // The two operations start first alternately.
        let pause = Duration::from_micros(100 * (turn % 5));
        let (deletion, written) = tokio::join!(
            async {
                tokio::time::sleep(if turn % 4 < 2 { pause } else { Duration::ZERO }).await;
                another.run(DeleteAgent { company_id, id }).await
            },
            async {
                tokio::time::sleep(if turn % 4 < 2 { Duration::ZERO } else { pause }).await;
                fixture.store.write_one(write).await
            },
        );
        match deletion {
            Ok(()) => {
                assert_eq!(invalid_fields(&written.map(|_| ())), ["/agent_id"]);
                deleted += 1;
            }
            Err(StoreError::AgentInUse) => {
                written.unwrap();
                kept += 1;
            }
            Err(failure) => panic!("unexpected error: {failure:?}"),
        }
    }
    assert_eq!(deleted + kept, 60);
    another.close().await;
}

async fn agent_and_threads_of_a_deleted_contact_are_kept_but_not_returned(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company_id = fixture.company().await;
    let contact_id = fixture.create(company_id, json!({})).await;
    let active = fixture.agent(company_id, "Active").await.id;
    let with_thread = fixture.agent(company_id, "With thread").await.id;
    let moment = "2026-01-01T00:00:00Z";
    let to = |operation| ContactWrite::new(company_id, operation, ALL);
    fixture
        .write(vec![
            set_agent(company_id, contact_id, Some(active)),
            thread(company_id, contact_id, with_thread, moment),
        ])
        .await;
    let threads = || {
        let list = ListThreads { company_id, contact_id, cursor: None, size: 9 };
        fixture.store.run(list)
    };
    let before = threads().await.unwrap();
    assert_eq!((before.entries.len(), before.has_more), (1, false));

    fixture.write(vec![to(WriteOperation::Delete(contact_id))]).await;
    let found = threads().await;
    assert!(matches!(found, Err(StoreError::ContactNotFound)), "{found:?}");
    let delete = |id| DeleteAgent { company_id, id };
    for id in [active, with_thread] {
        let outcome = fixture.store.run(delete(id)).await;
        assert!(matches!(outcome, Err(StoreError::AgentInUse)), "the contact may be restored: {outcome:?}");
    }
    fixture.write(vec![to(WriteOperation::Restore(contact_id, moment.parse().unwrap()))]).await;
    assert_eq!(threads().await.unwrap(), before);

    fixture.write(vec![to(WriteOperation::Erase(contact_id))]).await;
    for id in [active, with_thread] {
        fixture.store.run(delete(id)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: cargo xtask test starts one"]
async fn postgres_deletion_waits_for_an_uncommitted_reference_to_the_agent() {
    let fixture = Fixture::new(Backend::Postgres).await;
    let company_id = fixture.company().await;
    let contact = fixture.create(company_id, json!({})).await;
    let id = fixture.agent(company_id, "Front desk").await.id;
    // The state of another server's write between its check of the agent and its commit.
    let mut writing = sqlx::PgConnection::connect(fixture.database.url()).await.unwrap();
    writing.execute("BEGIN").await.unwrap();
    let refer = format!(
        "UPDATE contacts SET active_agent_id = '{id}' WHERE company_id = '{company_id}' AND id = '{contact}'"
    );
    writing.execute(sqlx::AssertSqlSafe(refer)).await.unwrap();
    let store = fixture.store.clone();
    let deletion = tokio::spawn(async move { store.run(DeleteAgent { company_id, id }).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!deletion.is_finished(), "the deletion waits");
    writing.execute("COMMIT").await.unwrap();
    let outcome = deletion.await.unwrap();
    assert!(matches!(outcome, Err(StoreError::AgentInUse)), "{outcome:?}");
}
