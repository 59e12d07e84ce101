//! Measures finished papers from the command line:
//!
//! `cargo run -p ducha-tests --example measure -- F.pdf F.json [G.pdf G.json …]`

use ducha_tests::measure::{Facts, Paper, measure};
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.is_empty() || arguments.len() % 2 == 1 {
        eprintln!("usage: measure F.pdf F.json [G.pdf G.json …]");
        return Ok(ExitCode::from(2));
    }
    let mut off = 0;
    for pair in arguments.chunks(2) {
        let facts = Facts::read(&std::fs::read_to_string(&pair[1])?)?;
        let sheet = measure(&Paper::open(Path::new(&pair[0])), &facts);
        println!("{}\n{sheet}", pair[0]);
        off += sheet.faults().count();
    }
    Ok(ExitCode::from(u8::from(off > 0)))
}
