//! The methods of the client, one for each operation of the API.

mod agents;
mod api_keys;
mod changes;
mod contacts;
mod custom_fields;
mod tags;
mod threads;
mod webhooks;
mod whoami;
