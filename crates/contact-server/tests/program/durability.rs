//! Acknowledged writes are kept if the process is killed.
//!
//! The operating system keeps the files of a killed process, so this proves that a write has left the process before
//! its response is sent. Whether it is on the disk depends on the settings of the databases.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use contact_testing::{Backend, TestDatabase, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::caller::{Caller, response};
use crate::process::Server;

on_both_databases!(
    acknowledged_writes_survive_a_kill,
    keyed_writes_repeated_after_a_kill_are_executed_once,
    repeating_a_killed_rename_completes_it,
);

const ROUNDS: usize = 3;
/// The number of concurrent clients.
const WRITERS: usize = 8;
/// The number of acknowledged writes in each round before the process is killed.
const ACKNOWLEDGED: usize = 400;

/// The number of the last acknowledged update of each contact, by its path; 0 is its creation.
type Acknowledged = BTreeMap<String, u64>;

async fn acknowledged_writes_survive_a_kill(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let mut key = None;
    let mut acknowledged = Acknowledged::new();
    let mut reader = FeedReader::default();
    for round in 0..ROUNDS {
        let server = Server::start(database.url()).await;
        let key = match &key {
            Some(key) => String::clone(key),
            None => key.insert(server.first_key().await).clone(),
        };
        let caller = server.caller(&key);
        check(&caller, &acknowledged).await;
        let reads = reader.read_until_killed(&caller);
        let (written, ()) = tokio::join!(write_until_killed(server, &caller), reads);
        assert!(written.values().any(|update| *update > 0), "round {round} updated something");
        acknowledged.extend(written);
    }
    let server = Server::start(database.url()).await;
    let caller = server.caller(&key.unwrap());
    check(&caller, &acknowledged).await;
    while reader.read(&caller, 0).await.expect("the server runs") {}
    reader.check(&caller, &acknowledged).await;
    server.stop().await.text();
}

/// A reader of the feed, which continues after each kill.
#[derive(Default)]
struct FeedReader {
    cursor: Option<String>,
    changes: Vec<Value>,
}

impl FeedReader {
    /// Reads the next part. Returns true if there is more; `None` if no response arrives.
    async fn read(&mut self, caller: &Caller, wait: u8) -> Option<bool> {
        let after = self.cursor.as_ref().map(|cursor| format!("&after={cursor}")).unwrap_or_default();
        let path = format!("/changes/?limit=50&wait={wait}{after}");
        let response = caller.request(Method::GET, &path).send().await.ok()?;
        assert_eq!(response.status(), 200, "a kill invalidates no cursor");
        let mut feed: Value = response.json().await.ok()?;
        self.cursor = Some(feed["cursor"].as_str().unwrap().to_owned());
        self.changes.append(feed["results"].as_array_mut().unwrap());
        feed["more"].as_bool()
    }

    async fn read_until_killed(&mut self, caller: &Caller) {
        while self.read(caller, 1).await.is_some() {}
    }

    /// Asserts that each acknowledged write was read exactly once, in the order of its contact.
    async fn check(&self, caller: &Caller, acknowledged: &Acknowledged) {
        let mut updates = BTreeMap::<String, u64>::new();
        for (number, change) in (1_i64..).zip(&self.changes) {
            assert_eq!(change["sequence"], number, "the numbers have no gap");
            let contact = format!("/contacts/{}/", change["contact_id"].as_str().unwrap());
            let notes = change["changed"]["notes"]["after"].as_str();
            let update = notes.map_or(0, |notes| notes.parse::<u64>().unwrap());
            let next = updates.get(&contact).map_or(0, |update| update + 1);
            assert_eq!(update, next, "the next change of {contact}");
            updates.insert(contact, update);
        }
        for (contact, update) in acknowledged {
            assert!(updates.get(contact).is_some_and(|read| read >= update), "{contact} {update} was read");
        }
        let (status, verified) = caller.get("/changes/verify/").await;
        assert_eq!(status, 200);
        let last = self.changes.last().unwrap();
        assert_eq!((&verified["sequence"], &verified["hash"]), (&last["sequence"], &last["hash"]));
    }
}

/// Asserts that every acknowledged write is stored. A write that was running when the process was killed may be
/// stored, too.
async fn check(caller: &Caller, expected: &Acknowledged) {
    for (contact, update) in expected {
        let (status, found) = caller.get(contact).await;
        assert_eq!(status, 200, "{contact} was created: {found}");
        let stored = found["notes"].as_str().map_or(0, |notes| notes.parse().unwrap());
        assert!(
            (*update..=update + 1).contains(&stored),
            "{contact} is at {stored}; {update} was acknowledged"
        );
    }
}

async fn write_until_killed(server: Server, caller: &Caller) -> Acknowledged {
    let (acknowledged_count, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let acknowledged = Arc::new(Mutex::new(Acknowledged::new()));
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let (caller, acknowledged) = (caller.clone(), Arc::clone(&acknowledged));
        let (acknowledged_count, enough) = (Arc::clone(&acknowledged_count), Arc::clone(&enough));
        writers.spawn(async move {
            let acknowledge = |contact: &str, update| {
                acknowledged.lock().unwrap().insert(contact.to_owned(), update);
                if acknowledged_count.fetch_add(1, Ordering::Relaxed) + 1 == ACKNOWLEDGED {
                    enough.notify_one();
                }
            };
            // Each contact is updated a few times, then a new one is created, until the server is gone.
            'contacts: loop {
                let Some(contact) = create(&caller).await else { return };
                acknowledge(&contact, 0);
                for update in 1..=9 {
                    let Some(()) = set_notes(&caller, &contact, update).await else { break 'contacts };
                    acknowledge(&contact, update);
                }
            }
        });
    }
    tokio::select! {
        () = enough.notified() => {}
        // A writer ends before the server only after an error.
        ended = writers.join_next() => ended.unwrap().expect("a write succeeds"),
    }
    server.kill().await;
    writers.join_all().await;
    Arc::into_inner(acknowledged).unwrap().into_inner().unwrap()
}

/// Creates a contact; returns `None` if no response arrives.
async fn create(caller: &Caller) -> Option<String> {
    let response = caller.request(Method::POST, "/contacts/").json(&json!({})).send().await.ok()?;
    assert_eq!(response.status(), 201);
    Some(response.headers()["location"].to_str().unwrap().to_owned())
}

/// Updates a contact; returns `None` if no response arrives.
async fn set_notes(caller: &Caller, contact: &str, update: u64) -> Option<()> {
    let body = json!({ "notes": update.to_string() });
    let response = caller.request(Method::PATCH, contact).json(&body).send().await.ok()?;
    assert_eq!(response.status(), 200);
    let _: Option<Value> = response.json().await.ok();
    Some(())
}

/// Every write is repeated with its key after the process was killed, and is executed once.
async fn keyed_writes_repeated_after_a_kill_are_executed_once(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let key = server.first_key().await;
    let caller = server.caller(&key);
    let sent = Arc::new(AtomicUsize::new(0));
    let (acknowledged_count, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let (caller, sent) = (caller.clone(), Arc::clone(&sent));
        let (acknowledged_count, enough) = (Arc::clone(&acknowledged_count), Arc::clone(&enough));
        writers.spawn(async move {
            loop {
                let number = sent.fetch_add(1, Ordering::Relaxed);
                let Some(_) = create_keyed(&caller, number).await else { return };
                if acknowledged_count.fetch_add(1, Ordering::Relaxed) + 1 == ACKNOWLEDGED {
                    enough.notify_one();
                }
            }
        });
    }
    enough.notified().await;
    server.kill().await;
    writers.join_all().await;

    let server = Server::start(database.url()).await;
    let caller = server.caller(&key);
    let (sent, acknowledged_count) =
        (sent.load(Ordering::Relaxed), acknowledged_count.load(Ordering::Relaxed));
    let mut replayed = 0;
    for number in 0..sent {
        replayed += usize::from(loop {
            match create_keyed(&caller, number).await.unwrap() {
                // A write of the killed server holds its lock until the database has noticed.
                (409, _) => tokio::task::yield_now().await,
                (_, again) => break again,
            }
        });
    }
    assert!(replayed >= acknowledged_count, "{replayed} of {acknowledged_count} responses were replayed");
    let (_, listed) = caller.get("/contacts/?count=true").await;
    assert_eq!(listed["count"], sent, "each write was executed once");
    server.stop().await.text();
}

/// Creates a contact with an idempotency key; returns the status, and true if the response is a replay.
async fn create_keyed(caller: &Caller, number: usize) -> Option<(u16, bool)> {
    let request =
        caller.request(Method::POST, "/contacts/").header("Idempotency-Key", format!("contact-{number}"));
    let response = request.json(&json!({ "notes": number.to_string() })).send().await.ok()?;
    assert!(matches!(response.status().as_u16(), 201 | 409), "{response:?}");
    Some((response.status().as_u16(), response.headers().contains_key("idempotent-replayed")))
}

/// A killed rename leaves each contact with either the old or the new tag, and repeating it renames the rest.
async fn repeating_a_killed_rename_completes_it(backend: Backend) {
    const CONTACTS: u64 = 4_000;
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let key = server.first_key().await;
    let caller = server.caller(&key);
    let items = vec![json!({ "op": "insert", "tags": ["old", "other"] }); 1_000];
    for _ in 0..CONTACTS / 1_000 {
        let batch = caller.request(Method::POST, "/contacts/batch/").json(&json!({ "items": items }));
        assert_eq!(batch.send().await.unwrap().status(), 200);
    }
    let rename = |caller: &Caller| {
        let request = caller.request(Method::PATCH, "/tags/old/").header("Idempotency-Key", "rename");
        request.json(&json!({ "name": "new" })).send()
    };
    let running = tokio::spawn(rename(&caller));
    while !counts(&caller).await.contains_key("new") {}
    server.kill().await;
    assert!(running.await.unwrap().is_err(), "the server was killed before the rename was complete");

    let server = Server::start(database.url()).await;
    let caller = server.caller(&key);
    let left = counts(&caller).await;
    assert_eq!((left["old"] + left["new"], left["other"]), (CONTACTS, CONTACTS), "{left:?}");
    let (status, response) = response(rename(&caller).await.unwrap()).await;
    assert_eq!((status, &response["changed"]), (200, &json!(left["old"])));
    let expected = BTreeMap::from([("other".to_owned(), CONTACTS), ("new".to_owned(), CONTACTS)]);
    assert_eq!(counts(&caller).await, expected);
}

/// Returns the number of contacts with each tag.
async fn counts(caller: &Caller) -> BTreeMap<String, u64> {
    let (_, tags) = caller.get("/tags/").await;
    let count = |tag: &Value| (tag["tag"].as_str().unwrap().to_owned(), tag["contacts"].as_u64().unwrap());
    tags["results"].as_array().unwrap().iter().map(count).collect()
}
