//! The operations of the API, in one table.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{AppState, agents, api_keys, contacts, custom_fields, tags, whoami};

/// Adds every operation, with its description, to a router.
pub(crate) fn add(router: OpenApiRouter<AppState>) -> OpenApiRouter<AppState> {
    router
        .routes(routes!(contacts::list::list_contacts, contacts::create::create_contact))
        .routes(routes!(
            contacts::get::get_contact,
            contacts::update::update_contact,
            contacts::delete::delete_contact
        ))
        .routes(routes!(contacts::batch::write_batch))
        .routes(routes!(contacts::restore::restore_contact))
        .routes(routes!(contacts::set_active_agent::set_active_agent))
        .routes(routes!(contacts::list_threads::list_threads, contacts::record_thread::record_thread))
        .routes(routes!(tags::add::add_tags))
        .routes(routes!(tags::remove::remove_tag))
        .routes(routes!(tags::list::list_tags))
        .routes(routes!(tags::rename::rename_tag))
        .routes(routes!(agents::list::list_agents, agents::create::create_agent))
        .routes(routes!(agents::update::update_agent, agents::delete::delete_agent))
        .routes(routes!(custom_fields::list::list_custom_fields, custom_fields::create::create_custom_field))
        .routes(routes!(
            custom_fields::rename::rename_custom_field,
            custom_fields::delete::delete_custom_field
        ))
        .routes(routes!(api_keys::list::list_api_keys, api_keys::create::create_api_key))
        .routes(routes!(api_keys::revoke::revoke_api_key))
        .routes(routes!(whoami::whoami))
}
