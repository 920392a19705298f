// SPDX-License-Identifier: Apache-2.0
// nqueens with a parallel iterator over the safe rows of a board.
use crate::harness::{run, Run};
use rayon::prelude::*;

pub const WORKLOADS: &[(&str, Run)] = &[("nqueens", run::<Problem>)];

#[derive(Clone, Copy)]
struct Board<const N: usize> {
    rows: [u8; N],
    placed: usize,
}

impl<const N: usize> Board<N> {
    /// Whether a queen in the next column at `row` attacks none of those placed.
    fn safe(&self, row: i32) -> bool {
        self.rows[..self.placed].iter().enumerate().all(|(column, &taken)| {
            let distance = (self.placed - column) as i32;
            let taken = i32::from(taken);
            row != taken && row != taken - distance && row != taken + distance
        })
    }
    fn with(&self, row: i32) -> Self {
        let mut next = *self;
        next.rows[next.placed] = row as u8;
        next.placed += 1;
        next
    }
}

fn count<const N: usize>(board: Board<N>) -> u64 {
    if board.placed == N {
        return 1;
    }
    (0..N as i32)
        .into_par_iter()
        .filter(|&row| board.safe(row))
        .map(|row| count(board.with(row)))
        .sum()
}

fn solutions<const N: usize>() -> u64 {
    count(Board::<N> { rows: [0; N], placed: 0 })
}

struct Problem {
    n: u64,
    result: u64,
}

impl crate::harness::Problem for Problem {
    fn new(size: u64) -> Self {
        Problem { n: size, result: 0 }
    }
    fn solve(&mut self) {
        self.result = match self.n {
            8 => solutions::<8>(),
            9 => solutions::<9>(),
            10 => solutions::<10>(),
            11 => solutions::<11>(),
            12 => solutions::<12>(),
            13 => solutions::<13>(),
            14 => solutions::<14>(),
            _ => 0,
        };
    }
    fn found(&self) -> u64 {
        self.result
    }
}
