//! A connection for requests that a client library cannot send.

use contact_testing::TestCompany;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// A persistent connection to a server.
pub(crate) struct RawConnection {
    stream: BufReader<TcpStream>,
    authorization: String,
}

impl RawConnection {
    /// Opens a connection whose requests have the key of a company.
    pub(crate) async fn open(company: &TestCompany) -> Self {
        let address = company.server.url.strip_prefix("http://").expect("the URL begins with http://");
        let stream = TcpStream::connect(address).await.expect("the server listens");
        Self { stream: BufReader::new(stream), authorization: format!("Authorization: {}\r\n", company.key) }
    }

    /// Sends a request with a JSON body and returns the response's status and body.
    pub(crate) async fn send(&mut self, method: &str, path: &str, body: &[u8]) -> (u16, String) {
        self.write(method, path, &format!("Content-Length: {}\r\n", body.len()), body).await;
        self.read().await
    }

    /// Like [`RawConnection::send`], with a chunked body.
    pub(crate) async fn send_chunked(&mut self, method: &str, path: &str, body: &[u8]) -> (u16, String) {
        let mut chunks = Vec::with_capacity(body.len() + 64);
        for chunk in body.chunks(100_000) {
            chunks.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            chunks.extend_from_slice(chunk);
            chunks.extend_from_slice(b"\r\n");
        }
        chunks.extend_from_slice(b"0\r\n\r\n");
        self.write(method, path, "Transfer-Encoding: chunked\r\n", &chunks).await;
        self.read().await
    }

    /// Sends a request whose body is shorter than its `Content-Length`.
    pub(crate) async fn send_half(&mut self, method: &str, path: &str, body: &[u8]) -> (u16, String) {
        self.write(method, path, &format!("Content-Length: {}\r\n", body.len() * 2), body).await;
        self.read().await
    }

    /// Sends these bytes and returns the response's status and body.
    pub(crate) async fn exchange(&mut self, bytes: &[u8]) -> (u16, String) {
        self.stream.write_all(bytes).await.expect("the connection is open");
        self.read().await
    }

    /// Sends these bytes, closes this side of the connection, and returns the response's status and body.
    pub(crate) async fn exchange_and_close(&mut self, bytes: &[u8]) -> (u16, String) {
        self.stream.write_all(bytes).await.expect("the connection is open");
        self.stream.shutdown().await.expect("the connection is open");
        self.read().await
    }

    /// Returns true if the server closes the connection without sending anything.
    pub(crate) async fn is_closed(&mut self) -> bool {
        matches!(self.stream.read(&mut [0]).await, Ok(0))
    }

    async fn write(&mut self, method: &str, path: &str, headers: &str, body: &[u8]) {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{}{headers}\r\n",
            self.authorization
        );
        self.stream.write_all(head.as_bytes()).await.expect("the connection is open");
        self.stream.write_all(body).await.expect("the connection stays open");
        self.stream.flush().await.expect("the connection stays open");
    }

    async fn read(&mut self) -> (u16, String) {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            let length = self.stream.read_line(&mut line).await.expect("the server answers");
            assert!(length > 0, "the server closed the connection after {head:?}");
            if line == "\r\n" {
                break;
            }
            head.push(line.trim_end().to_ascii_lowercase());
        }
        let status = head[0].split(' ').nth(1).and_then(|status| status.parse().ok());
        let length = head.iter().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.expect("a response has a length")];
        self.stream.read_exact(&mut body).await.expect("the response's body arrives");
        (status.expect("a status"), String::from_utf8(body).expect("a response is UTF-8"))
    }
}
