//! Data evaluation: does the generated data hold what its IR says?
