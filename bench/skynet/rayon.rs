// SPDX-License-Identifier: Apache-2.0
// skynet with a parallel iterator over the ten children of a node.
use crate::harness::{run, Run};
use rayon::prelude::*;

pub const WORKLOADS: &[(&str, Run)] = &[("skynet", run::<Problem>)];

const FAN_OUT: u64 = 10;

struct Problem {
    leaves: u64,
    result: u64,
}

/// The sum of the `leaves` numbers from `first` on.
fn sum(first: u64, leaves: u64) -> u64 {
    if leaves == 1 {
        return first;
    }
    let share = leaves / FAN_OUT;
    (0..FAN_OUT).into_par_iter().map(|i| sum(first + i * share, share)).sum()
}

impl crate::harness::Problem for Problem {
    fn new(size: u64) -> Self {
        Problem { leaves: FAN_OUT.pow(size as u32), result: 0 }
    }
    fn solve(&mut self) {
        self.result = sum(0, self.leaves);
    }
    fn found(&self) -> u64 {
        self.result
    }
}
