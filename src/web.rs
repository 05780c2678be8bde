//! HTTP handlers. (Being written.)
