//! How long the everyday actions take.

fn main() {
    divan::main();
}
