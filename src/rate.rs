//! Token buckets. (Being written.)
