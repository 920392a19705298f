// SPDX-License-Identifier: Apache-2.0
// fib with a rayon::join per call.
use crate::harness::{run, Run};

pub const WORKLOADS: &[(&str, Run)] = &[("fib", run::<Problem>)];

struct Problem {
    n: u64,
    result: u64,
}

fn number(n: u64) -> u64 {
    if n < 2 {
        return n;
    }
    let (left, right) = rayon::join(|| number(n - 1), || number(n - 2));
    left + right
}

impl crate::harness::Problem for Problem {
    fn new(size: u64) -> Self {
        Problem { n: size, result: 0 }
    }
    fn solve(&mut self) {
        self.result = number(self.n);
    }
    fn found(&self) -> u64 {
        self.result
    }
}
