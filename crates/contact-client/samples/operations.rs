//! A sample for each operation, in a function of its name. The API reference of the server shows the bodies, with the
//! creation of the client before them. Therefore a body has its imports first, and ends with `Ok(())`.

use std::error::Error;

use contact_client::Client;

type Outcome = Result<(), Box<dyn Error>>;

pub(crate) async fn list_contacts(client: Client) -> Outcome {
    use contact_client::Filters;
    use futures::TryStreamExt as _;

    let mut leads = client.list_contacts(Filters::new().tag("lead")).search("jan").items();
    while let Some(lead) = leads.try_next().await? {
        println!("{} {:?}", lead.id, lead.name);
    }
    Ok(())
}

pub(crate) async fn create_contact(client: Client) -> Outcome {
    use contact_client::ContactCreate;

    let contact = ContactCreate::new()
        .full_name("jane doe")
        .email("Jane@Example.com")
        .phone_number("(415) 555-2671")
        .tags(["lead"])
        .is_dnd(false);
    let written = client.create_contact(contact).await?.into_body();
    println!("{}", written.id());
    Ok(())
}

pub(crate) async fn get_contact(client: Client) -> Outcome {
    let id = "3c90c3cc-0d44-4b50-8888-8dd25736052a".parse()?;
    let contact = client.get_contact(id).await?.into_body();
    println!("{:?}", contact.contact.name);
    Ok(())
}

pub(crate) async fn update_contact(client: Client) -> Outcome {
    use contact_client::{Clear, ContactUpdate};

    let id = "3c90c3cc-0d44-4b50-8888-8dd25736052a".parse()?;
    let update = ContactUpdate::new().notes("Called today").email(Clear).add_tags(["vip"]);
    let contact = client.update_contact(id, update).await?.into_body();
    println!("{:?}", contact.tags);
    Ok(())
}

pub(crate) async fn delete_contact(client: Client) -> Outcome {
    let id = "3c90c3cc-0d44-4b50-8888-8dd25736052a".parse()?;
    client.delete_contact(id).await?;
    Ok(())
}

pub(crate) async fn restore_contact(client: Client) -> Outcome {
    let id = "3c90c3cc-0d44-4b50-8888-8dd25736052a".parse()?;
    let contact = client.restore_contact(id).await?.into_body();
    println!("{:?}", contact.name);
    Ok(())
}

pub(crate) async fn list_duplicates(client: Client) -> Outcome {
    use contact_client::model::list::DuplicateReason;
    use futures::TryStreamExt as _;

    let mut groups = client.list_duplicates([DuplicateReason::Phone]).items();
    while let Some(group) = groups.try_next().await? {
        println!("{} contacts have {:?}", group.count, group.contacts[0].phone);
    }
    Ok(())
}

pub(crate) async fn merge_contacts(client: Client) -> Outcome {
    use contact_client::ContactMerge;

    let id = "3c90c3cc-0d44-4b50-8888-8dd25736052a".parse()?;
    let merge = ContactMerge::new("018bab2f-5d60-7c31-9a55-8dd25736052a".parse()?).preferring("email");
    let contact = client.merge_contacts(id, merge).await?.into_body();
    println!("{:?} {:?}", contact.email, contact.tags);
    Ok(())
}

pub(crate) async fn write_batch(client: Client) -> Outcome {
    use contact_client::{BatchItem, ContactCreate, ContactUpdate};

    let id = "3c90c3cc-0d44-4b50-8888-8dd25736052a".parse()?;
    let written = client
        .write_batch([
            BatchItem::upsert(ContactCreate::new().phone_number("(415) 555-2671").is_dnd(true)),
            BatchItem::update(id, ContactUpdate::new().notes("Called today")),
        ])
        .await?
        .into_body();
    println!("{}", written.results.len());
    Ok(())
}

pub(crate) async fn set_active_agent(client: Client) -> Outcome {
    use contact_client::model::AgentId;

    let contact_id = "3c90c3cc-0d44-4b50-8888-8dd25736052a".parse()?;
    let agent_id: AgentId = "018bab2f-0000-7c31-9a55-3c90c3cc0d44".parse()?;
    client.set_active_agent(contact_id, agent_id).await?;
    Ok(())
}

pub(crate) async fn list_threads(client: Client) -> Outcome {
    use futures::TryStreamExt as _;

    let contact_id = "3c90c3cc-0d44-4b50-8888-8dd25736052a".parse()?;
    let mut threads = client.list_threads(contact_id).items();
    while let Some(thread) = threads.try_next().await? {
        println!("{thread:?}");
    }
    Ok(())
}

pub(crate) async fn list_history(client: Client) -> Outcome {
    use futures::TryStreamExt as _;

    let contact_id = "3c90c3cc-0d44-4b50-8888-8dd25736052a".parse()?;
    let mut changes = client.list_history(contact_id).items();
    while let Some(change) = changes.try_next().await? {
        println!("{}: {} {:?}", change.at, change.action, change.changed);
    }
    Ok(())
}

pub(crate) async fn read_changes(client: Client) -> Outcome {
    use contact_client::model::changes::{ChangeQuery, FeedPosition};

    let query = ChangeQuery { after: Some(FeedPosition::Latest), ..ChangeQuery::default() };
    let feed = client.read_changes(&query).await?.into_body();
    for change in feed.results {
        println!("{}: {} {:?}", change.at, change.action, change.contact_id);
    }
    println!("continue after {}", feed.cursor);
    Ok(())
}

pub(crate) async fn verify_changes(client: Client) -> Outcome {
    let latest = client.verify_changes(None).await?.into_body();
    println!("change {} has the hash {}", latest.sequence, latest.hash);
    Ok(())
}

pub(crate) async fn revert_changes(client: Client) -> Outcome {
    use contact_client::model::RevertChanges;

    let operation_id = Some("018bab2f-5d60-7c31-9a55-8dd25736052a".to_owned());
    let mut selection = RevertChanges { operation_id, ..RevertChanges::default() };
    loop {
        let undone = client.revert_changes(selection.clone()).await?.into_body();
        println!("{undone:?}");
        selection.cursor = undone.next_cursor;
        if selection.cursor.is_none() {
            return Ok(());
        }
    }
}

pub(crate) async fn record_thread(client: Client) -> Outcome {
    use contact_client::model::NewThread;

    let contact_id = "3c90c3cc-0d44-4b50-8888-8dd25736052a".parse()?;
    let agent_id = "018bab2f-0000-7c31-9a55-3c90c3cc0d44".parse()?;
    let thread = NewThread::new(agent_id, "call", "completed", "inbound");
    client.record_thread(contact_id, thread).await?;
    Ok(())
}

pub(crate) async fn add_tags(client: Client) -> Outcome {
    let contact_id = "3c90c3cc-0d44-4b50-8888-8dd25736052a".parse()?;
    let contact = client.add_tags(contact_id, ["vip", "newsletter"]).await?.into_body();
    println!("{:?}", contact.tags);
    Ok(())
}

pub(crate) async fn remove_tag(client: Client) -> Outcome {
    let contact_id = "3c90c3cc-0d44-4b50-8888-8dd25736052a".parse()?;
    let contact = client.remove_tag(contact_id, "vip").await?.into_body();
    println!("{:?}", contact.tags);
    Ok(())
}

pub(crate) async fn list_tags(client: Client) -> Outcome {
    use futures::TryStreamExt as _;

    let mut tags = client.list_tags().items();
    while let Some(tag) = tags.try_next().await? {
        println!("{tag:?}");
    }
    Ok(())
}

pub(crate) async fn rename_tag(client: Client) -> Outcome {
    let renamed = client.rename_tag("vip", "customer").await?.into_body();
    println!("{renamed:?}");
    Ok(())
}

pub(crate) async fn list_agents(client: Client) -> Outcome {
    use futures::TryStreamExt as _;

    let mut agents = client.list_agents().items();
    while let Some(agent) = agents.try_next().await? {
        println!("{} {}", agent.id, agent.name);
    }
    Ok(())
}

pub(crate) async fn create_agent(client: Client) -> Outcome {
    use contact_client::model::NewAgent;

    let agent = client.create_agent(NewAgent::new("Front desk")).await?.into_body();
    println!("{}", agent.id);
    Ok(())
}

pub(crate) async fn update_agent(client: Client) -> Outcome {
    use contact_client::model::AgentUpdate;

    let id = "018bab2f-0000-7c31-9a55-3c90c3cc0d44".parse()?;
    let agent = client.update_agent(id, AgentUpdate::new().active(false)).await?.into_body();
    println!("{}", agent.active);
    Ok(())
}

pub(crate) async fn delete_agent(client: Client) -> Outcome {
    let id = "018bab2f-0000-7c31-9a55-3c90c3cc0d44".parse()?;
    client.delete_agent(id).await?;
    Ok(())
}

pub(crate) async fn list_custom_fields(client: Client) -> Outcome {
    let fields = client.list_custom_fields().await?.into_body();
    for field in &fields.results {
        println!("{}", field.name);
    }
    Ok(())
}

pub(crate) async fn create_custom_field(client: Client) -> Outcome {
    use contact_client::model::{CustomFieldType, custom_field::NewCustomField};

    let plan = NewCustomField::new("Plan", CustomFieldType::Text);
    let field = client.create_custom_field(plan).await?.into_body();
    println!("{}", field.id);
    Ok(())
}

pub(crate) async fn rename_custom_field(client: Client) -> Outcome {
    let id = "018bab2f-1111-7c31-9a55-3c90c3cc0d44".parse()?;
    let field = client.rename_custom_field(id, "Tariff").await?.into_body();
    println!("{}", field.name);
    Ok(())
}

pub(crate) async fn delete_custom_field(client: Client) -> Outcome {
    let id = "018bab2f-1111-7c31-9a55-3c90c3cc0d44".parse()?;
    client.delete_custom_field(id).await?;
    Ok(())
}

pub(crate) async fn list_api_keys(client: Client) -> Outcome {
    use futures::TryStreamExt as _;

    let mut keys = client.list_api_keys().items();
    while let Some(key) = keys.try_next().await? {
        println!("{} {:?}", key.id, key.name);
    }
    Ok(())
}

pub(crate) async fn create_api_key(client: Client) -> Outcome {
    use contact_client::model::{Access, NewApiKey};

    let key = NewApiKey { name: Some("reporting".to_owned()), access: Access::Read, expires_at: None };
    let key = client.create_api_key(key).await?.into_body();
    println!("{}", key.key.reveal());
    Ok(())
}

pub(crate) async fn revoke_api_key(client: Client) -> Outcome {
    let id = "018bab2f-2222-7c31-9a55-3c90c3cc0d44".parse()?;
    client.revoke_api_key(id).await?;
    Ok(())
}

pub(crate) async fn list_webhooks(client: Client) -> Outcome {
    use futures::TryStreamExt as _;

    let mut webhooks = client.list_webhooks().items();
    while let Some(webhook) = webhooks.try_next().await? {
        println!("{} {} {:?}", webhook.id, webhook.url, webhook.disabled_reason);
    }
    Ok(())
}

pub(crate) async fn create_webhook(client: Client) -> Outcome {
    use contact_client::model::NewWebhook;

    let webhook = NewWebhook::new("https://example.com/contacts");
    let created = client.create_webhook(webhook).await?.into_body();
    println!("{}", created.secret.reveal());
    Ok(())
}

pub(crate) async fn update_webhook(client: Client) -> Outcome {
    use contact_client::model::WebhookUpdate;

    let id = "018bab2f-3333-7c31-9a55-3c90c3cc0d44".parse()?;
    let update = WebhookUpdate { active: Some(true), ..WebhookUpdate::default() };
    client.update_webhook(id, update).await?;
    Ok(())
}

pub(crate) async fn delete_webhook(client: Client) -> Outcome {
    let id = "018bab2f-3333-7c31-9a55-3c90c3cc0d44".parse()?;
    client.delete_webhook(id).await?;
    Ok(())
}

pub(crate) async fn rotate_webhook_secret(client: Client) -> Outcome {
    let id = "018bab2f-3333-7c31-9a55-3c90c3cc0d44".parse()?;
    let rotated = client.rotate_webhook_secret(id).await?.into_body();
    println!("{}", rotated.secret.reveal());
    Ok(())
}

pub(crate) async fn replay_webhook(client: Client) -> Outcome {
    use contact_client::model::WebhookReplay;

    let id = "018bab2f-3333-7c31-9a55-3c90c3cc0d44".parse()?;
    let replayed = client.replay_webhook(id, WebhookReplay { from: 1042 }).dry_run().await?.into_body();
    println!("{} changes", replayed.count);
    Ok(())
}

pub(crate) async fn resend_webhook_change(client: Client) -> Outcome {
    use contact_client::model::WebhookResend;

    let id = "018bab2f-3333-7c31-9a55-3c90c3cc0d44".parse()?;
    let attempt = client.resend_webhook_change(id, WebhookResend { sequence: 1042 }).await?.into_body();
    println!("{} {:?}", attempt.outcome, attempt.error);
    Ok(())
}

pub(crate) async fn test_webhook(client: Client) -> Outcome {
    let id = "018bab2f-3333-7c31-9a55-3c90c3cc0d44".parse()?;
    let attempt = client.test_webhook(id).await?.into_body();
    println!("{} {:?}", attempt.outcome, attempt.error);
    Ok(())
}

pub(crate) async fn list_webhook_attempts(client: Client) -> Outcome {
    let id = "018bab2f-3333-7c31-9a55-3c90c3cc0d44".parse()?;
    for attempt in client.list_webhook_attempts(id).await?.into_body().results {
        println!("{} {:?} {}", attempt.at, attempt.sequence, attempt.outcome);
    }
    Ok(())
}

pub(crate) async fn describe_caller(client: Client) -> Outcome {
    let caller = client.whoami().await?.into_body();
    println!("{}", caller.company.id);
    Ok(())
}
