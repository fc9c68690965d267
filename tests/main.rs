//! All test suites, one binary.
