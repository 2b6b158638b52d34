//! Terminals: one in which the blocks of a document run, and one for its server.

use std::fs;
use std::io::{Read as _, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::place::Place;

/// The time limit of a block. It is long because a block may build an example.
const TIME_LIMIT: Duration = Duration::from_secs(900);

const COLUMNS: u16 = 160;

/// More rows than a block prints.
const ROWS: u16 = 2_000;

/// Ends the output of a block.
const END: char = '\u{1e}';

/// What the server prints when it accepts connections.
const LISTENING: &str = "Contacts API: http://127.0.0.1:";

/// A shell that runs the blocks of a document one after the other.
pub(crate) struct Terminal {
    program: Program,
    blocks: usize,
}

impl Terminal {
    pub(crate) fn open(place: &Place) -> Self {
        let script = format!(
            r#"stty -echo
printf '\{END:o}'
while IFS= read -r block; do
  . "$block" < /dev/null
  printf '\{END:o}'
done
"#,
            END = u32::from(END),
        );
        let mut terminal = Self { program: Program::start(place, "shell", &script), blocks: 0 };
        terminal.program.read_to(&END.to_string()).expect("the shell starts");
        terminal
    }

    /// Runs a block and returns what the terminal shows. The error is the output of a block that failed.
    pub(crate) fn run(&mut self, place: &Place, block: &str) -> Result<String, String> {
        self.blocks += 1;
        let file = place.root().join(format!("block-{}", self.blocks));
        fs::write(&file, block).unwrap();
        writeln!(self.program.input, "{}", file.display()).unwrap();
        let output = self.program.read_to(&END.to_string());
        output.map(|output| screen(&output)).map_err(|output| screen(&output))
    }
}

/// A server that a block has started.
pub(crate) struct Server {
    program: Program,
    pub(crate) port: u16,
    printed: String,
}

impl Server {
    /// Starts the server and waits until it accepts connections.
    pub(crate) fn start(place: &Place, block: &str) -> Self {
        let mut program = Program::start(place, "server", block);
        let printed = program.read_to(LISTENING).and_then(|mut printed| {
            printed += LISTENING;
            program.read_to("\n").map(|line| (printed, line))
        });
        let (mut printed, line) = printed.unwrap_or_else(|output| panic!("the server ended: {output}"));
        let port = line.trim().parse().unwrap();
        printed += &line;
        printed += "\n";
        Self { program, port, printed }
    }

    /// Stops the server with Ctrl-C and returns what its terminal shows.
    pub(crate) fn stop(mut self) -> String {
        self.program.input.write_all(b"\x03").unwrap();
        let rest = self.program.read_to(&END.to_string()).expect_err("the server ends");
        // The terminal shows the key that was pressed.
        screen(&(self.printed + &rest)).replace("^C", "")
    }
}

/// A shell script that runs on a terminal.
struct Program {
    child: Box<dyn Child + Send + Sync>,
    input: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    unread: Vec<u8>,
    _terminal: Box<dyn MasterPty + Send>,
}

impl Program {
    fn start(place: &Place, name: &str, script: &str) -> Self {
        let file = place.root().join(name);
        fs::write(&file, script).unwrap();
        let mut command = CommandBuilder::new("sh");
        command.args(["-e".as_ref(), file.as_os_str()]);
        command.cwd(place.folder());
        command.env_clear();
        for (name, value) in place.environment() {
            command.env(name, value);
        }
        let size = PtySize { rows: 50, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
        let terminal = native_pty_system().openpty(size).unwrap();
        let child = terminal.slave.spawn_command(command).unwrap();
        let input = terminal.master.take_writer().unwrap();
        let mut reader = terminal.master.try_clone_reader().unwrap();
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut bytes = vec![0; 65_536];
            // On Linux, reading fails when the last program on the terminal has ended.
            while let Ok(length @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { child, input, output, unread: Vec::new(), _terminal: terminal.master }
    }

    /// Returns the output before the next `mark`. The error is the rest of the output if the program ends first.
    ///
    /// # Panics
    /// The time limit is over.
    fn read_to(&mut self, mark: &str) -> Result<String, String> {
        loop {
            let found = self.unread.windows(mark.len()).position(|window| window == mark.as_bytes());
            if let Some(position) = found {
                let rest = self.unread.split_off(position + mark.len());
                let mut output = std::mem::replace(&mut self.unread, rest);
                output.truncate(position);
                return Ok(String::from_utf8(output).unwrap());
            }
            match self.output.recv_timeout(TIME_LIMIT) {
                Ok(bytes) => self.unread.extend(bytes),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(String::from_utf8_lossy(&std::mem::take(&mut self.unread)).into_owned());
                }
                Err(RecvTimeoutError::Timeout) => {
                    panic!("no end after {TIME_LIMIT:?}: {}", String::from_utf8_lossy(&self.unread))
                }
            }
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.input.write_all(b"\x03");
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns what a terminal shows after this output: a finished progress bar, for example, is gone.
fn screen(output: &str) -> String {
    let mut screen = vt100::Parser::new(ROWS.try_into().unwrap(), COLUMNS.try_into().unwrap(), 0);
    screen.process(output.as_bytes());
    screen.screen().contents()
}

#[test]
fn a_terminal_shows_what_remains() {
    assert_eq!(screen("one\r\n50 %\r\x1b[2K\x1b[1mtwo\x1b[0m\r\n"), "one\ntwo");
    assert_eq!(screen(&"a".repeat(400)), "a".repeat(400));
}
