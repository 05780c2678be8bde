//! Accepting connections. (Being written.)
