//! The client over TLS.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

use std::sync::Arc;

use contact_client::reqwest::{self, Certificate};
use contact_client::{Client, Error};
use rcgen::CertifiedKey;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Starts a server with a self-signed certificate, which responds with an empty list of agents. Returns its URL and the
/// certificate.
async fn start() -> (String, Certificate) {
    let CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let config =
        ServerConfig::builder().with_no_client_auth().with_single_cert(vec![cert.der().clone()], key);
    let acceptor = TlsAcceptor::from(Arc::new(config.unwrap()));
    let listener = TcpListener::bind("localhost:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        loop {
            let (connection, _) = listener.accept().await.unwrap();
            // A client that does not trust the certificate closes the connection here.
            let Ok(mut connection) = acceptor.accept(connection).await else { continue };
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                connection.read_buf(&mut request).await.unwrap();
            }
            let response = b"HTTP/1.1 200 OK\r\ncontent-length: 14\r\n\r\n{\"results\":[]}";
            connection.write_all(response).await.unwrap();
            connection.shutdown().await.unwrap();
        }
    });
    (url, Certificate::from_der(cert.der()).unwrap())
}

#[tokio::test]
async fn only_a_client_that_trusts_a_certificate_accepts_it() {
    let (url, certificate) = start().await;
    let http = reqwest::Client::builder().tls_certs_only([certificate]).build().unwrap();
    let trusting = Client::builder(&url, "key").http_client(http).build().unwrap();
    assert_eq!(trusting.list_agents().await.unwrap().body().results, []);

    let default = Client::builder(&url, "key").max_retries(0).build().unwrap();
    match default.list_agents().await {
        Err(Error::Transport(error)) => {
            assert!(format!("{error:?}").contains("InvalidCertificate"), "{error:?}")
        }
        other => panic!("{other:?}"),
    }
}
