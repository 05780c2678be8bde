//! Log output. (Being written.)
