// SPDX-License-Identifier: Apache-2.0
// nested with a rayon::scope in every task.
use crate::harness::{chew, run, Run};

pub const WORKLOADS: &[(&str, Run)] = &[("nested", run::<Problem>)];

const SEEDS: u64 = 64;
const STEPS: u32 = 80;

struct Problem {
    depth: u64,
    result: u64,
}

fn visit(place: u64, level: u64) -> u64 {
    let (mut left, mut right) = (0, 0);
    let (to_left, to_right) = (&mut left, &mut right);
    let own = rayon::scope(|scope| {
        if level > 0 {
            scope.spawn(move |_| *to_left = visit(2 * place, level - 1));
            scope.spawn(move |_| *to_right = visit(2 * place + 1, level - 1));
        }
        u64::from(chew(place % SEEDS + 1, STEPS)) + place
    });
    own + left + right
}

impl crate::harness::Problem for Problem {
    fn new(size: u64) -> Self {
        Problem { depth: size, result: 0 }
    }
    fn solve(&mut self) {
        self.result = visit(1, self.depth);
    }
    fn found(&self) -> u64 {
        self.result
    }
}
