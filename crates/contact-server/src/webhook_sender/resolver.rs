//! Resolves the names of hosts to public addresses. The connection is made to one of the addresses that were checked, so
//! a name cannot resolve to another address in between.

use std::net::SocketAddr;

use contact_model::webhooks::address::is_public;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Resolves names as the operating system does, without the addresses that are not public.
pub(super) struct PublicResolver;

/// The error if a name has no public address.
#[derive(Debug)]
struct NoPublicAddress;

impl std::fmt::Display for NoPublicAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the host has no public address")
    }
}

impl std::error::Error for NoPublicAddress {}

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(NoPublicAddress.into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_of_this_machine_has_no_public_address() {
        let resolved = PublicResolver.resolve("localhost".parse().unwrap()).await;
        assert_eq!(resolved.err().unwrap().to_string(), "the host has no public address");
    }
}
