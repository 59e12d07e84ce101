//! whole-program tests
