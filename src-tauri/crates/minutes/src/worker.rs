//! Reading in a child process.
//!
//! A reader of hostile files may panic, run out of memory or never end. The
//! program therefore starts itself once more with a hidden argument; the child
//! gives itself limits, reads one file from its standard input, writes the
//! result to its standard output and ends. Name and content of the file never
//! appear in the argument list, where other users of the machine could see them.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::{Error, Imported, Limits, parse};

/// The hidden argument by which a binary of ours knows it is the child.
pub const ARGUMENT: &str = "--ducha-read-minutes";
/// Address space of the child, in bytes. The shared libraries of the desktop
/// program take part of it.
const ADDRESS_SPACE: u64 = 2 << 30;
/// Most bytes of the child's answer that are believed.
const MOST_ANSWER: u64 = 512 << 20;
/// Stack for the readers, in bytes; nothing in them recurses far.
const STACK: usize = 16 << 20;

/// Does the child's work and ends the process when this process was started
/// for it; returns at once otherwise. Must be the first call in `main` of every
/// binary whose path is given to [`parse_in_child`].
pub fn run_if_asked() {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_none_or(|argument| argument != ARGUMENT) {
        return;
    }
    let mut number = || arguments.next()?.to_str()?.parse::<u64>().ok();
    let seconds = number().unwrap_or(60);
    let memory = number().unwrap_or(ADDRESS_SPACE);
    // A panic message could hold words of the document.
    std::panic::set_hook(Box::new(|_| {}));
    confine(seconds, memory);
    let answered = thread::Builder::new()
        .stack_size(STACK)
        .spawn(answer)
        .is_ok_and(|work| matches!(work.join(), Ok(Ok(()))));
    std::process::exit(i32::from(!answered));
}

/// Reads the request, parses, writes the answer.
fn answer() -> io::Result<()> {
    let mut input = io::stdin().lock();
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let mut name = vec![0; u32::from_le_bytes(length).min(1 << 16) as usize];
    input.read_exact(&mut name)?;
    let limits = Limits::default();
    let mut bytes = Vec::new();
    // One byte more than allowed, so that `parse` sees that it is too much.
    input.take(limits.input_bytes + 1).read_to_end(&mut bytes)?;
    let result = parse(&String::from_utf8_lossy(&name), &bytes, &limits);
    drop(bytes);
    let mut output = io::BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut output, &result)?;
    output.flush()
}

/// Gives this process limits that it cannot lift again. Where the system
/// refuses one, the timeout of the parent still holds.
#[cfg(unix)]
fn confine(seconds: u64, memory: u64) {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limits = [
        (Resource::As, memory),
        (Resource::Cpu, seconds.max(1)),
        // No memory image with the text of the document is left on the disk.
        (Resource::Core, 0),
        // No file is written at all.
        (Resource::Fsize, 0),
    ];
    for (resource, most) in limits {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        // Pipes are not files: the answer still gets out.
        let _ = setrlimit(resource, limit);
    }
}

#[cfg(not(unix))]
fn confine(_seconds: u64, _memory: u64) {}

/// Reads a file in a child process of `exe`, a binary that calls
/// [`run_if_asked`] first. The child is killed when `timeout` has passed.
///
/// Blocks the calling thread; the desktop calls it away from the window's thread.
pub fn parse_in_child(
    exe: &Path,
    name: &str,
    bytes: &[u8],
    timeout: Duration,
) -> Result<Imported, Error> {
    parse_in_child_of_size(exe, name, bytes, timeout, ADDRESS_SPACE)
}

/// [`parse_in_child`] with another limit on the child's address space, in bytes.
pub fn parse_in_child_of_size(
    exe: &Path,
    name: &str,
    bytes: &[u8],
    timeout: Duration,
    memory: u64,
) -> Result<Imported, Error> {
    let limits = Limits::default();
    if bytes.len() as u64 > limits.input_bytes {
        return Err(Error::TooLarge {
            mebibytes: limits.input_bytes >> 20,
        });
    }
    let mut child = Command::new(exe)
        .arg(ARGUMENT)
        .arg(timeout.as_secs().saturating_add(1).to_string())
        .arg(memory.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|_| Error::NotStarted)?;
    let result = converse(&mut child, name, bytes, timeout);
    // Ended or not, the child must not outlive the question, nor stay a zombie.
    let _ = child.kill();
    let _ = child.wait();
    result
}

/// Sends the file and waits for the answer, each in a thread of its own, so
/// that neither a full pipe nor a silent child can block the caller.
fn converse(
    child: &mut Child,
    name: &str,
    bytes: &[u8],
    timeout: Duration,
) -> Result<Imported, Error> {
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Error::NotStarted);
    };
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || {
            // A child that gave up early closes the pipe; its answer tells why.
            let _ = request(&mut input, name, bytes);
        });
        scope.spawn(move || {
            let mut answer = Vec::new();
            let read = output.take(MOST_ANSWER).read_to_end(&mut answer);
            let _ = sender.send(read.map(|_| answer));
        });
        let answer = match receiver.recv_timeout(timeout) {
            Ok(Ok(answer)) => serde_json::from_slice(&answer).unwrap_or(Err(Error::Crashed)),
            Ok(Err(_)) | Err(mpsc::RecvTimeoutError::Disconnected) => Err(Error::Crashed),
            Err(mpsc::RecvTimeoutError::Timeout) => Err(Error::TimedOut {
                seconds: timeout.as_secs(),
            }),
        };
        // Both threads end only when the child is gone.
        let _ = child.kill();
        answer
    })
}

fn request(input: &mut impl Write, name: &str, bytes: &[u8]) -> io::Result<()> {
    let name = name.as_bytes();
    let name = &name[..name.len().min(1 << 16)];
    input.write_all(&(name.len() as u32).to_le_bytes())?;
    input.write_all(name)?;
    input.write_all(bytes)
}
