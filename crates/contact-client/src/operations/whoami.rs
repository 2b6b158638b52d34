//! The caller of the API.

use reqwest::Method;

use crate::operation::Whoami;
use crate::{Call, Client};

impl Client {
    /// Returns the id, name, access and expiry of this client's API key, and the company that it belongs to. Any key
    /// may call it.
    ///
    /// ```
    /// # use contact_client::Client;
    /// # use contact_testing::{Backend, TestServer};
    /// use contact_client::model::Access;
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let server = TestServer::start(Backend::Sqlite).await;
    /// # let client = Client::builder(&server.url, server.company().await.key).build()?;
    /// let whoami = client.whoami().await?.into_body();
    /// assert_eq!(whoami.company.name, "Example Ltd");
    /// assert_eq!(whoami.api_key.access, Access::Write);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The call fails with [`Unauthorized`](contact_model::ProblemType::Unauthorized) if the key is unknown, revoked or
    /// expired. On a server of a version without the operation, the error [is not found](crate::Error::is_not_found).
    pub fn whoami(&self) -> Call<Whoami> {
        self.call(Method::GET, &["whoami"])
    }
}
