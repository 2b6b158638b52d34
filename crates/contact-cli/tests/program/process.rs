//! Runs the program and reads its output.

pub(crate) use contact_testing::{Finished, TEST_TIMEOUT, finish, finish_with_input, send_signal, wait};
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::timeout;

/// Returns the program with these arguments and an empty environment.
pub(crate) fn program(arguments: &[&str]) -> Command {
    contact_testing::program(env!("CARGO_BIN_EXE_contacts"), arguments)
}

/// Reads standard error until it contains a text.
pub(crate) async fn read_until(stderr: &mut ChildStderr, text: &str) -> String {
    let mut read = String::new();
    let reads = async {
        let mut bytes = [0; 1_024];
        while !read.contains(text) {
            let length = stderr.read(&mut bytes).await.unwrap();
            assert_ne!(length, 0, "`{text}` is missing in {read}");
            read += std::str::from_utf8(&bytes[..length]).unwrap();
        }
    };
    timeout(TEST_TIMEOUT, reads).await.expect("the program prints it");
    read
}

/// Waits until a program exits. Its standard error begins with what was already read.
pub(crate) async fn wait_after(child: Child, read: String) -> Finished {
    let finished = wait(child).await;
    Finished { stderr: read + &finished.stderr, ..finished }
}
