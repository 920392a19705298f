// SPDX-License-Identifier: Apache-2.0
// The loops with a parallel iterator over the results.
use crate::harness::{chew, run, Run};
use rayon::prelude::*;
use std::marker::PhantomData;

pub const WORKLOADS: &[(&str, Run)] = &[
    ("loop10ns", run::<Problem<Equal<20>>>),
    ("loop1us", run::<Problem<Equal<750>>>),
    ("loop100us", run::<Problem<Equal<75_000>>>),
    ("loopskew", run::<Problem<Skewed>>),
];

const SEEDS: u64 = 64;

trait Kind: Send + Sync {
    fn steps(i: u64) -> u32;
}

struct Equal<const STEPS: u32>;
impl<const STEPS: u32> Kind for Equal<STEPS> {
    fn steps(_: u64) -> u32 {
        STEPS
    }
}

struct Skewed;
impl Kind for Skewed {
    fn steps(i: u64) -> u32 {
        let mut x = (i + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        x = (x ^ (x >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        if (x >> 32) < (1 << 32) / 1_000 {
            7_500
        } else {
            20
        }
    }
}

struct Problem<K> {
    results: Vec<u32>,
    kind: PhantomData<K>,
}

fn work<K: Kind>(i: u64) -> u32 {
    let mark = (i as u32).wrapping_mul(2_654_435_761);
    chew(i % SEEDS + 1, K::steps(i)).wrapping_add(mark)
}

impl<K: Kind> crate::harness::Problem for Problem<K> {
    fn new(size: u64) -> Self {
        Problem { results: vec![0; size as usize], kind: PhantomData }
    }
    fn solve(&mut self) {
        let results = self.results.par_iter_mut().enumerate();
        results.for_each(|(i, result)| *result = work::<K>(i as u64));
    }
    fn found(&self) -> u64 {
        let weighted = |(i, &result): (usize, &u32)| u64::from(result).wrapping_mul(2 * i as u64 + 1);
        self.results.iter().enumerate().map(weighted).fold(0, u64::wrapping_add)
    }
}
