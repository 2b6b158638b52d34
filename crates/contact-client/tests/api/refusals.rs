//! Requests that are refused, by the server or by the client.

use contact_client::model::ViolationCode;
use contact_client::{ContactCreate, ContactUpdate, Error, InvalidRequest, ProblemType, model::ContactId};
use contact_testing::Backend;

use crate::{client_of, create, start};

#[tokio::test]
async fn a_problem_contains_all_invalid_fields_and_the_request_id() {
    let (_company, client) = start(Backend::Sqlite).await;
    let id = create(&client, ContactCreate::new()).await;
    let update = ContactUpdate::new().notes("x".repeat(70_000)).tags(["a\0"]);
    match client.update_contact(id, update).await {
        Err(Error::Problem { problem, retry_after: None }) => {
            assert_eq!((problem.status, problem.problem_type()), (400, Some(ProblemType::InvalidFields)));
            let fields: Vec<_> = problem.errors.iter().map(|bad| (bad.pointer.as_str(), bad.code)).collect();
            let expected = [("/notes", ViolationCode::TooLong), ("/tags/0", ViolationCode::NulCharacter)];
            assert_eq!(fields, expected);
            assert!(!problem.request_id.is_empty());
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_error_is_displayed_on_one_line() {
    let (_company, client) = start(Backend::Sqlite).await;
    let error = client.get_contact(ContactId(uuid::Uuid::nil())).await.unwrap_err();
    let line = "There is no such contact (404): The company has no contact with this id.";
    assert!(error.to_string().starts_with(line), "{error}");
    assert_eq!(error.problem_type(), Some(ProblemType::ContactNotFound));
    assert!(error.request_id().is_some_and(|id| !id.is_empty()));
}

#[tokio::test]
async fn an_unknown_key_is_a_problem() {
    let (company, _) = start(Backend::Sqlite).await;
    let client = client_of(&company.with_key("ctk_made_up"));
    let error = client.list_agents().await.unwrap_err();
    assert_eq!(error.problem_type(), Some(ProblemType::Unauthorized));
}

#[tokio::test]
async fn an_invalid_request_is_not_sent() {
    let (_company, client) = start(Backend::Sqlite).await;
    let id = create(&client, ContactCreate::new().tags([".."])).await;
    let error = client.remove_tag(id, "..").await.unwrap_err();
    assert!(matches!(error, Error::Request(InvalidRequest::Path(ref tag)) if tag == ".."), "{error:?}");
    let delete = client.delete_contact(id).idempotency_key("two\nlines");
    assert!(matches!(delete.await, Err(Error::Request(InvalidRequest::IdempotencyKey(_)))));
    assert_eq!(client.get_contact(id).await.unwrap().body().contact.tags, [".."]);
}
