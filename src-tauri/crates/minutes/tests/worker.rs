//! Reading in a child process. The test binary is its own child, which is why
//! it has a `main`: the hidden argument must be answered before the harness runs.

use std::path::{Path, PathBuf};
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use minutes::{Error, Limits, worker};
use proptest::test_runner::{Config, TestRunner};

/// Far more than any of these files needs; only a hanging child meets it.
const PATIENCE: Duration = Duration::from_mins(2);

fn main() {
    worker::run_if_asked();
    let arguments = Arguments::from_args();
    let mut trials = vec![
        trial("the_answer_is_the_same_as_in_this_process", same_answer),
        trial("refusals_come_through_as_they_are", refusals),
        trial("any_bytes_get_an_answer", any_bytes),
        trial("a_file_that_eats_all_memory_is_refused", memory),
        trial("a_program_that_is_not_there_is_reported", not_there),
    ];
    if cfg!(unix) {
        trials.extend([
            trial("a_child_that_is_killed_is_reported", killed),
            trial("a_child_that_answers_nonsense_is_reported", nonsense),
            trial("a_child_that_never_answers_is_stopped", silent),
            trial("a_child_that_reads_nothing_blocks_nobody", deaf),
        ]);
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn trial(name: &str, test: fn()) -> Trial {
    Trial::test(name, move || {
        std::panic::catch_unwind(test).map_err(|_| Failed::from("see the message above"))
    })
}

fn this_binary() -> PathBuf {
    std::env::current_exe().expect("the test binary has a path")
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/minutes");
    std::fs::read(folder.join(name)).expect("the fixture is in the repository")
}

fn same_answer() {
    for name in [
        "示例局党组会议记录.docx",
        "示例局党组会议记录.pdf",
        "示例局党组会议记录.txt",
    ] {
        let bytes = fixture(name);
        let here = minutes::parse(name, &bytes, &Limits::default());
        let there = worker::parse_in_child(&this_binary(), name, &bytes, PATIENCE);
        assert!(here.is_ok(), "{here:?}");
        assert_eq!(there, here);
    }
}

fn refusals() {
    let cases: [(&[u8], Error); 3] = [
        (b"", Error::Empty),
        (b"\x00\x01\x02\x03", Error::NotText),
        (b"PK\x03\x04 cut off", Error::DamagedDocx),
    ];
    for (bytes, expected) in cases {
        let answer = worker::parse_in_child(&this_binary(), "x", bytes, PATIENCE);
        assert_eq!(answer, Err(expected));
    }
    let large = vec![b' '; (Limits::default().input_bytes + 1) as usize];
    let answer = worker::parse_in_child(&this_binary(), "x.txt", &large, PATIENCE);
    assert_eq!(answer, Err(Error::TooLarge { mebibytes: 64 }));
}

fn any_bytes() {
    let config = Config {
        cases: 48,
        failure_persistence: None,
        ..Config::default()
    };
    let heads = proptest::sample::select(vec![&b""[..], b"%PDF-1.7\n", b"PK\x03\x04", b"\xff\xfe"]);
    let tails = proptest::collection::vec(proptest::num::u8::ANY, 0..400);
    TestRunner::new(config)
        .run(&(heads, tails), |(head, tail)| {
            let bytes = [head, tail.as_slice()].concat();
            let answer = worker::parse_in_child(&this_binary(), "x", &bytes, PATIENCE);
            proptest::prop_assert_ne!(&answer, &Err(Error::Crashed));
            proptest::prop_assert_eq!(answer, minutes::parse("x", &bytes, &Limits::default()));
            Ok(())
        })
        .expect("every input has an answer");
}

/// A PDF whose cross-reference stream unpacks to more than the child may hold:
/// unpacked before any count of ours, it runs into the limits of the process.
fn memory() {
    use std::io::Write;
    let mut packed = Vec::new();
    let mut encoder = flate2::write::ZlibEncoder::new(&mut packed, flate2::Compression::best());
    let block = vec![0_u8; 1 << 20];
    for _ in 0..300 {
        encoder.write_all(&block).expect("memory takes it");
    }
    encoder.finish().expect("memory takes it");
    let mut pdf = b"%PDF-1.5\n".to_vec();
    let start = pdf.len();
    let head = format!(
        "1 0 obj\n<</Type/XRef/Size 9/W[1 2 1]/Root 2 0 R/Filter/FlateDecode/Length {}>>\nstream\n",
        packed.len()
    );
    pdf.extend(head.into_bytes());
    pdf.extend(packed);
    pdf.extend(format!("\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n").into_bytes());
    let exe = this_binary();
    let small = worker::parse_in_child_of_size(&exe, "x.pdf", &pdf, PATIENCE, 200 << 20);
    assert_eq!(small, Err(Error::Crashed));
    // The same child has room enough for an ordinary file.
    let text = worker::parse_in_child_of_size(&exe, "x", b"text", PATIENCE, 200 << 20);
    assert!(text.is_ok(), "{text:?}");
}

fn not_there() {
    let answer = worker::parse_in_child(Path::new("/nowhere/ducha"), "x", b"x", PATIENCE);
    assert_eq!(answer, Err(Error::NotStarted));
}

/// A stand-in for a broken child: a shell script that does `what`.
fn script(folder: &tempfile::TempDir, what: &str) -> PathBuf {
    use std::io::Write;
    let path = folder.path().join("child");
    let mut file = std::fs::File::create(&path).expect("a temporary file");
    writeln!(file, "#!/bin/sh\n{what}").expect("a temporary file");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(0o700))
            .expect("a temporary file");
    }
    path
}

fn ask(what: &str, bytes: &[u8], patience: Duration) -> Result<minutes::Imported, Error> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    worker::parse_in_child(&script(&folder, what), "x.txt", bytes, patience)
}

fn killed() {
    for signal in ["ABRT", "SEGV", "KILL"] {
        assert_eq!(
            ask(&format!("kill -{signal} $$"), b"x", PATIENCE),
            Err(Error::Crashed)
        );
    }
    assert_eq!(ask("exit 101", b"x", PATIENCE), Err(Error::Crashed));
}

fn nonsense() {
    assert_eq!(
        ask("cat >/dev/null; echo '{\"Ok\":1}'", b"x", PATIENCE),
        Err(Error::Crashed)
    );
}

fn silent() {
    let answer = ask("exec sleep 600", b"x", Duration::from_millis(200));
    assert_eq!(answer, Err(Error::TimedOut { seconds: 0 }));
}

fn deaf() {
    // More than a pipe holds, so that the sender would wait for ever.
    let bytes = vec![b'x'; 4 << 20];
    assert_eq!(ask("exit 0", &bytes, PATIENCE), Err(Error::Crashed));
}
