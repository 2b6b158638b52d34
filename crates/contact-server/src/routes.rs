//! Adds the operations to the router.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::operations::with_operations;
use crate::{
    SharedState, agents, api_keys, changes, contacts, custom_fields, revert, tags, webhooks, whoami,
};

macro_rules! add_all {
    ($($method:ident $path:ident $source:ident $($handler:ident)::+;)+) => {
        /// Adds every operation, with its description, to a router. The router takes an operation's method and path
        /// from the attribute of its handler, and a test compares them with the table.
        pub(crate) fn add(router: OpenApiRouter<SharedState>) -> OpenApiRouter<SharedState> {
            router$(.routes(routes!($($handler)::+)))+
        }
    };
}
with_operations!(add_all);
