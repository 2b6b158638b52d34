//! The caller itself.

use reqwest::Method;

use crate::operation::Whoami;
use crate::{Call, Client};

impl Client {
    /// Describes this client's API key and the company that it belongs to.
    ///
    /// A server that lacks the operation responds with status 404.
    pub fn whoami(&self) -> Call<Whoami> {
        self.call(self.request(Method::GET, &["whoami"]))
    }
}
