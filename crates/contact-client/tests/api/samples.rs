//! The samples of the API reference: each sends the operation that it is named after.

use contact_client::Client;
use contact_testing::{ScriptedServer, described_operations, respond};

#[allow(clippy::print_stdout, reason = "samples print their results")]
#[path = "../../samples/operations.rs"]
mod operations;

/// Runs samples by name, and asserts that each of them sends its operation and that no operation is left out.
macro_rules! assert_samples_send_their_operations {
    ($($name:ident)+) => {
        let server = ScriptedServer::start([respond(418, "", "")]).await;
        let mut operations = described_operations();
        $(
            let client = Client::builder(&server.url, "key").build().unwrap();
            // The server refuses everything.
            operations::$name(client).await.unwrap_err();
            let sent = server.received().pop().unwrap();
            let at = operations.iter().position(|operation| operation.id == stringify!($name)).unwrap();
            operations.remove(at).assert_addressed(sent.method.as_str(), &sent.url);
        )+
        assert!(operations.is_empty(), "without a sample: {operations:?}");
    };
}

#[tokio::test]
async fn every_operation_has_a_sample_that_sends_it() {
    assert_samples_send_their_operations! {
        list_contacts create_contact get_contact update_contact delete_contact restore_contact list_duplicates merge_contacts write_batch
        set_active_agent list_history revert_changes read_changes verify_changes list_threads record_thread add_tags remove_tag list_tags rename_tag list_agents create_agent
        update_agent delete_agent list_custom_fields create_custom_field rename_custom_field delete_custom_field
        list_api_keys create_api_key revoke_api_key list_webhooks create_webhook update_webhook delete_webhook
        rotate_webhook_secret replay_webhook resend_webhook_change test_webhook list_webhook_attempts
        describe_caller
    }
}
