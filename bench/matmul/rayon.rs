// SPDX-License-Identifier: Apache-2.0
// matmul with nested rayon::join for the four quarters of a phase.
use crate::harness::{run, Run};

pub const WORKLOADS: &[(&str, Run)] = &[("matmul", run::<Problem>)];

const LEAF: usize = 32;

/// One product of square blocks whose rows are `stride` apart.
#[derive(Clone, Copy)]
struct Product {
    left: *const i32,
    right: *const i32,
    out: *mut i32,
    n: usize,
    stride: usize,
}

// Products that run at the same time write different quarters of `out`, and nobody writes `left` or `right`.
unsafe impl Send for Product {}
unsafe impl Sync for Product {}

impl Product {
    /// The product of one quarter of `left` and one of `right`. The quarters lie inside the blocks.
    fn quarter(&self, row: usize, mid: usize, col: usize) -> Product {
        let half = self.n / 2;
        let at = |down: usize, along: usize| down * half * self.stride + along * half;
        unsafe {
            Product {
                left: self.left.add(at(row, mid)),
                right: self.right.add(at(mid, col)),
                out: self.out.add(at(row, col)),
                n: half,
                stride: self.stride,
            }
        }
    }

    #[inline(never)]
    fn multiply_leaf(&self) {
        for row in 0..self.n {
            // Rows of `out` do not overlap rows of the others: they are different matrices.
            let (left, out) = unsafe {
                (
                    std::slice::from_raw_parts(self.left.add(row * self.stride), self.n),
                    std::slice::from_raw_parts_mut(self.out.add(row * self.stride), self.n),
                )
            };
            for (mid, &factor) in left.iter().enumerate() {
                let right = unsafe {
                    std::slice::from_raw_parts(self.right.add(mid * self.stride), self.n)
                };
                for (cell, &other) in out.iter_mut().zip(right) {
                    *cell += factor * other;
                }
            }
        }
    }
}

fn multiply(whole: Product) {
    if whole.n <= LEAF {
        whole.multiply_leaf();
        return;
    }
    for mid in 0..2 {
        rayon::join(
            || {
                rayon::join(
                    || multiply(whole.quarter(0, mid, 0)),
                    || multiply(whole.quarter(0, mid, 1)),
                )
            },
            || {
                rayon::join(
                    || multiply(whole.quarter(1, mid, 0)),
                    || multiply(whole.quarter(1, mid, 1)),
                )
            },
        );
    }
}

/// Aligned to a cache line, as the matrices of the others.
#[repr(align(64))]
#[derive(Clone, Copy)]
struct Line([i32; 16]);

struct Matrix {
    lines: Vec<Line>,
    n: usize,
}

impl Matrix {
    fn new(n: usize, cell: impl Fn(usize, usize) -> i32) -> Matrix {
        let mut lines = vec![Line([0; 16]); n * n / 16];
        for (i, value) in lines.iter_mut().flat_map(|line| line.0.iter_mut()).enumerate() {
            *value = cell(i / n, i % n);
        }
        Matrix { lines, n }
    }
    fn times(&self, vector: &[i64]) -> Vec<i64> {
        let mut result = vec![0; self.n];
        for (i, &cell) in self.lines.iter().flat_map(|line| line.0.iter()).enumerate() {
            result[i / self.n] += i64::from(cell) * vector[i % self.n];
        }
        result
    }
}

struct Problem {
    left: Matrix,
    right: Matrix,
    out: Matrix,
}

impl crate::harness::Problem for Problem {
    fn new(size: u64) -> Self {
        let n = size as usize;
        Problem {
            left: Matrix::new(n, |row, col| ((3 * row + col) % 11) as i32),
            right: Matrix::new(n, |row, col| ((row + 5 * col) % 7) as i32),
            out: Matrix::new(n, |_, _| 0),
        }
    }
    fn solve(&mut self) {
        multiply(Product {
            left: self.left.lines.as_ptr().cast(),
            right: self.right.lines.as_ptr().cast(),
            out: self.out.lines.as_mut_ptr().cast(),
            n: self.out.n,
            stride: self.out.n,
        });
    }
    /// The rows for which out * v == left * (right * v).
    fn found(&self) -> u64 {
        let probe: Vec<i64> =
            (0..self.out.n as i64).map(|i| i * 2_654_435_761 % 1_009 + 1).collect();
        let is = self.out.times(&probe);
        let wanted = self.left.times(&self.right.times(&probe));
        is.iter().zip(&wanted).filter(|pair| pair.0 == pair.1).count() as u64
    }
}
