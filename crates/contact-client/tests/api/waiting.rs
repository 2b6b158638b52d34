//! The client in a program without an asynchronous runtime.

use contact_client::ContactCreate;
use contact_client::model::list::Filters;
use contact_testing::Backend;

use crate::start;

#[test]
fn calls_and_lists_work_without_a_runtime() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    // Only the server uses this runtime.
    let (_company, client) = runtime.block_on(start(Backend::Sqlite));

    for name in ["Ann", "Ben", "Cid"] {
        client.create_contact(ContactCreate::new().full_name(name)).wait().unwrap();
    }
    let list = client.list_contacts(Filters::new()).page_size(2);
    let names: Result<Vec<_>, _> = list.clone().items().wait().map(|c| c.map(|c| c.name)).collect();
    assert_eq!(names.unwrap(), ["Cid", "Ben", "Ann"].map(|name| Some(name.to_owned())));
    assert_eq!(list.pages().wait().count(), 2);
}
