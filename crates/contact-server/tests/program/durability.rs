//! What was answered is kept, even where the process is killed in the middle of its work.
//!
//! A killed process leaves its files to the operating system, so this proves that nothing is answered
//! before it has left the process for good. That it is on the disk itself rests on the settings of the
//! databases.

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
    what_was_answered_is_there_after_a_kill,
    what_is_sent_again_after_a_kill_is_done_once,
    a_rename_that_a_kill_interrupts_is_finished_by_the_same_request,
);

const ROUNDS: usize = 3;
/// Clients that write at once.
const WRITERS: usize = 8;
/// Writes that are answered before the process is killed, each round.
const ANSWERED: usize = 400;

/// For each contact by its path the last update of it that was answered; 0 stands for its creation.
type Kept = BTreeMap<String, u64>;

async fn what_was_answered_is_there_after_a_kill(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let mut key = None;
    let mut kept = Kept::new();
    for round in 0..ROUNDS {
        let server = Server::start(database.url()).await;
        let key = match &key {
            Some(key) => String::clone(key),
            None => key.insert(server.first_key().await).clone(),
        };
        let caller = server.caller(&key);
        check(&caller, &kept).await;
        let written = write_until_killed(server, &caller).await;
        assert!(written.values().any(|update| *update > 0), "round {round} updated something");
        kept.extend(written);
    }
    let server = Server::start(database.url()).await;
    check(&server.caller(&key.unwrap()), &kept).await;
    server.stop().await.text();
}

/// Everything that was answered is there. A write that was under way when the process was killed may
/// be there too.
async fn check(caller: &Caller, kept: &Kept) {
    for (contact, update) in kept {
        let (status, found) = caller.get(contact).await;
        assert_eq!(status, 200, "{contact} was created: {found}");
        let stored = found["notes"].as_str().map_or(0, |notes| notes.parse().unwrap());
        assert!((*update..=update + 1).contains(&stored), "{contact} is at {stored}; {update} was answered");
    }
}

async fn write_until_killed(server: Server, caller: &Caller) -> Kept {
    let (answered, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let kept = Arc::new(Mutex::new(Kept::new()));
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let (caller, kept) = (caller.clone(), Arc::clone(&kept));
        let (answered, enough) = (Arc::clone(&answered), Arc::clone(&enough));
        writers.spawn(async move {
            let keep = |contact: &str, update| {
                kept.lock().unwrap().insert(contact.to_owned(), update);
                if answered.fetch_add(1, Ordering::Relaxed) + 1 == ANSWERED {
                    enough.notify_one();
                }
            };
            // Each contact is updated a few times, then a new one is created, until the server is gone.
            'contacts: loop {
                let Some(contact) = create(&caller).await else { return };
                keep(&contact, 0);
                for update in 1..=9 {
                    let Some(()) = set_notes(&caller, &contact, update).await else { break 'contacts };
                    keep(&contact, update);
                }
            }
        });
    }
    tokio::select! {
        () = enough.notified() => {}
        // No writer ends before the server does, unless it met a fault.
        ended = writers.join_next() => ended.unwrap().expect("a write was answered as it should be"),
    }
    server.kill().await;
    writers.join_all().await;
    Arc::into_inner(kept).unwrap().into_inner().unwrap()
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

/// Whatever was under way when the process was killed is sent again with its key: done before or not, it is done
/// once.
async fn what_is_sent_again_after_a_kill_is_done_once(backend: Backend) {
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let key = server.first_key().await;
    let caller = server.caller(&key);
    let sent = Arc::new(AtomicUsize::new(0));
    let (answered, enough) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let (caller, sent) = (caller.clone(), Arc::clone(&sent));
        let (answered, enough) = (Arc::clone(&answered), Arc::clone(&enough));
        writers.spawn(async move {
            loop {
                let number = sent.fetch_add(1, Ordering::Relaxed);
                let Some(_) = create_keyed(&caller, number).await else { return };
                if answered.fetch_add(1, Ordering::Relaxed) + 1 == ANSWERED {
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
    let (sent, answered) = (sent.load(Ordering::Relaxed), answered.load(Ordering::Relaxed));
    let mut replayed = 0;
    for number in 0..sent {
        replayed += usize::from(loop {
            match create_keyed(&caller, number).await.unwrap() {
                // What the killed server was at holds its lock until the database has noticed.
                (409, _) => tokio::task::yield_now().await,
                (_, again) => break again,
            }
        });
    }
    assert!(replayed >= answered, "{replayed} of {answered} answers were kept");
    let (_, listed) = caller.get("/contacts/?count=true").await;
    assert_eq!(listed["count"], sent, "each was done once");
    server.stop().await.text();
}

/// Creates a contact that only its key tells from others; its status and whether it was answered before.
async fn create_keyed(caller: &Caller, number: usize) -> Option<(u16, bool)> {
    let request =
        caller.request(Method::POST, "/contacts/").header("Idempotency-Key", format!("contact-{number}"));
    let response = request.json(&json!({ "notes": number.to_string() })).send().await.ok()?;
    assert!(matches!(response.status().as_u16(), 201 | 409), "{response:?}");
    Some((response.status().as_u16(), response.headers().contains_key("idempotent-replayed")))
}

/// A killed rename leaves each contact with the old tag or the new one, and the same request renames the rest.
async fn a_rename_that_a_kill_interrupts_is_finished_by_the_same_request(backend: Backend) {
    const CONTACTS: u64 = 4_000;
    let database = TestDatabase::new(backend).await;
    let server = Server::start(database.url()).await;
    let key = server.first_key().await;
    let caller = server.caller(&key);
    let items = vec![json!({ "op": "insert", "tags": ["old", "kept"] }); 1_000];
    for _ in 0..CONTACTS / 1_000 {
        let batch = caller.request(Method::POST, "/contacts/batch/").json(&json!({ "items": items }));
        assert_eq!(batch.send().await.unwrap().status(), 200);
    }
    let rename = |caller: &Caller| {
        let request = caller.request(Method::PATCH, "/tags/old/").header("Idempotency-Key", "rename");
        request.json(&json!({ "name": "new" })).send()
    };
    let under_way = tokio::spawn(rename(&caller));
    while !counts(&caller).await.contains_key("new") {}
    server.kill().await;
    assert!(under_way.await.unwrap().is_err(), "the server was killed before the rename was done");

    let server = Server::start(database.url()).await;
    let caller = server.caller(&key);
    let left = counts(&caller).await;
    assert_eq!((left["old"] + left["new"], left["kept"]), (CONTACTS, CONTACTS), "{left:?}");
    let (status, response) = response(rename(&caller).await.unwrap()).await;
    assert_eq!((status, &response["changed"]), (200, &json!(left["old"])));
    let done = BTreeMap::from([("kept".to_owned(), CONTACTS), ("new".to_owned(), CONTACTS)]);
    assert_eq!(counts(&caller).await, done);
}

/// How many contacts have each tag.
async fn counts(caller: &Caller) -> BTreeMap<String, u64> {
    let (_, tags) = caller.get("/tags/").await;
    let count = |tag: &Value| (tag["tag"].as_str().unwrap().to_owned(), tag["contacts"].as_u64().unwrap());
    tags["results"].as_array().unwrap().iter().map(count).collect()
}
