//! A TCP proxy between the server and its database, which can disturb their connections.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_util::task::AbortOnDropHandle;

/// How long an abandoned connection stays open.
const ABANDONED: Duration = Duration::from_secs(10);

/// A proxy. Dropping it closes its connections.
pub(crate) struct Proxy {
    /// The address that the server connects to.
    pub(crate) address: SocketAddr,
    state: watch::Sender<State>,
    _accepting: AbortOnDropHandle<()>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    target: SocketAddr,
    mode: Mode,
    /// The number of times that all connections were cut. A connection that began with a lower number ends.
    cuts: u32,
    /// The number of times that all connections were abandoned.
    abandonments: u32,
}

/// What happens to the bytes of all connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// They are forwarded.
    Open,
    /// They are forwarded after a delay.
    Slow(Duration),
    /// They are kept until the mode changes.
    Frozen,
    /// New connections are closed at once. Existing ones are forwarded.
    Refusing,
}

impl Proxy {
    /// Starts a proxy that forwards to the target.
    pub(crate) async fn start(target: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (state, states) = watch::channel(State { target, mode: Mode::Open, cuts: 0, abandonments: 0 });
        let accepting = tokio::spawn(async move {
            loop {
                let Ok((client, _)) = listener.accept().await else { continue };
                if states.borrow().mode == Mode::Refusing {
                    reset(&client);
                    continue;
                }
                // The states end when the proxy is dropped, and so does the task.
                tokio::spawn(connect(client, states.clone()));
            }
        });
        Ok(Self { address, state, _accepting: AbortOnDropHandle::new(accepting) })
    }

    pub(crate) fn set_mode(&self, mode: Mode) {
        self.state.send_modify(|state| state.mode = mode);
    }

    /// Forwards new connections to another target, and cuts the existing ones.
    pub(crate) fn set_target(&self, target: SocketAddr) {
        self.state.send_modify(|state| state.target = target);
        self.cut();
    }

    /// Closes all connections.
    pub(crate) fn cut(&self) {
        self.state.send_modify(|state| state.cuts += 1);
    }

    /// Forwards nothing more on the existing connections, but does not close them: as if the other machine had
    /// disappeared. New connections are not affected.
    pub(crate) fn abandon(&self) {
        self.state.send_modify(|state| state.abandonments += 1);
    }
}

/// Connects a client with the target until one of them closes its side, or the connection is cut.
async fn connect(client: TcpStream, mut states: watch::Receiver<State>) {
    let begin = *states.borrow();
    let Ok(server) = TcpStream::connect(begin.target).await else {
        reset(&client);
        return;
    };
    for stream in [&client, &server] {
        // The delays of the proxy are intended ones only.
        let _ = stream.set_nodelay(true);
    }
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    tokio::select! {
        _ = forward(from_client, to_server, states.clone(), begin) => {}
        _ = forward(from_server, to_client, states.clone(), begin) => {}
        _ = states.wait_for(|state| state.cuts > begin.cuts) => {}
    }
}

/// Forwards bytes in one direction.
async fn forward(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut states: watch::Receiver<State>,
    begin: State,
) -> io::Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let length = from.read(&mut bytes).await?;
        // The wait fails only if the proxy was dropped.
        let Ok(state) = states.wait_for(|state| state.mode != Mode::Frozen).await.map(|state| *state) else {
            return Ok(());
        };
        if state.abandonments > begin.abandonments {
            // Closes the connection after a while, so that abandoned connections do not accumulate.
            sleep(ABANDONED).await;
            return Ok(());
        }
        if let Mode::Slow(delay) = state.mode {
            sleep(delay).await;
        }
        if length == 0 {
            return Ok(());
        }
        to.write_all(&bytes[..length]).await?;
    }
}

/// Makes dropping the stream send a RST, like a host that does not know the connection.
fn reset(stream: &TcpStream) {
    let _ = stream.set_zero_linger();
}
