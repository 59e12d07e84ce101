//! The program without a window: papers and files to look at.

use crate::packages;
use crate::run::{Failure, Outcome, cargo, program, run, step, target, top};

pub(crate) fn demo() -> Outcome {
    packages::for_the_program()?;
    step("x", || run(cargo(&["build"])))?;
    let _ = (program("", &[]), target(), top(), Failure(String::new()));
    Ok(())
}
