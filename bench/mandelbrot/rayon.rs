// SPDX-License-Identifier: Apache-2.0
// mandelbrot with a parallel iterator over the rows.
use crate::harness::{run, Run};
use rayon::prelude::*;

pub const WORKLOADS: &[(&str, Run)] = &[("mandelbrot", run::<Problem>)];

const PATIENCE: u16 = 1000;

struct Problem {
    n: usize,
    steps: Vec<u16>,
}

fn escape(real: f64, imaginary: f64) -> u16 {
    let mut x = 0.0;
    let mut y = 0.0;
    let mut steps = 0;
    while steps < PATIENCE && x * x + y * y <= 4.0 {
        let next = x * x - y * y + real;
        y = 2.0 * x * y + imaginary;
        x = next;
        steps += 1;
    }
    steps
}

impl crate::harness::Problem for Problem {
    fn new(size: u64) -> Self {
        let n = size as usize;
        Problem { n, steps: vec![0; n * n] }
    }
    fn solve(&mut self) {
        let scale = 2.5 / self.n as f64;
        self.steps.par_chunks_mut(self.n).enumerate().for_each(|(row, cells)| {
            let imaginary = -1.25 + scale * row as f64;
            for (col, cell) in cells.iter_mut().enumerate() {
                *cell = escape(-2.0 + scale * col as f64, imaginary);
            }
        });
    }
    fn found(&self) -> u64 {
        let weighted = |(i, &cell): (usize, &u16)| u64::from(cell) * (2 * i as u64 + 1);
        self.steps.iter().enumerate().map(weighted).sum()
    }
}
