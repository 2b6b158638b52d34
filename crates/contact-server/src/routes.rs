//! The operations of the API, in one table.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{SharedState, agents, api_keys, contacts, custom_fields, tags, whoami};

/// Adds every operation, with its description, to a router.
pub(crate) fn add(router: OpenApiRouter<SharedState>) -> OpenApiRouter<SharedState> {
    router
        .routes(routes!(contacts::list::list_contacts, contacts::create::create_contact))
        .routes(routes!(
            contacts::get::get_contact,
            contacts::update::update_contact,
            contacts::delete::delete_contact
        ))
        .routes(routes!(contacts::batch::write_batch))
        .routes(routes!(contacts::delete::restore_contact))
        .routes(routes!(contacts::update::set_active_agent))
        .routes(routes!(contacts::threads::list_threads, contacts::threads::record_thread))
        .routes(routes!(tags::add_tags))
        .routes(routes!(tags::remove_tag))
        .routes(routes!(tags::list_tags))
        .routes(routes!(tags::rename_tag))
        .routes(routes!(agents::list_agents, agents::create_agent))
        .routes(routes!(agents::update_agent, agents::delete_agent))
        .routes(routes!(custom_fields::list_custom_fields, custom_fields::create_custom_field))
        .routes(routes!(custom_fields::rename_custom_field, custom_fields::delete_custom_field))
        .routes(routes!(api_keys::list_api_keys, api_keys::create_api_key))
        .routes(routes!(api_keys::revoke_api_key))
        .routes(routes!(whoami::whoami))
}
