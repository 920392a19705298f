// SPDX-License-Identifier: Apache-2.0
// flat as spawns into one rayon::scope.
use crate::harness::{run, Run};

pub const WORKLOADS: &[(&str, Run)] = &[("flat", run::<Problem>)];

struct Problem {
    cells: Vec<u32>,
}

fn mark(i: usize) -> u32 {
    (i as u32).wrapping_mul(2_654_435_761) | 1
}

impl crate::harness::Problem for Problem {
    fn new(size: u64) -> Self {
        Problem { cells: vec![0; size as usize] }
    }
    fn solve(&mut self) {
        rayon::scope(|scope| {
            for (i, cell) in self.cells.iter_mut().enumerate() {
                scope.spawn(move |_| *cell = mark(i));
            }
        });
    }
    fn found(&self) -> u64 {
        self.cells.iter().enumerate().filter(|&(i, &cell)| cell == mark(i)).count() as u64
    }
}
