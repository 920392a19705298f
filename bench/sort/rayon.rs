// SPDX-License-Identifier: Apache-2.0
// sort with a rayon::join per partition.
use crate::harness::{mix64, run, Run};

pub const WORKLOADS: &[(&str, Run)] = &[("sort", run::<Problem>)];

const LEAF: usize = 2048;
const FEW: usize = 24;

/// The keys before and behind those that are in their places; by the median of the first, the middle and the last key.
fn partition(all: &mut [u64]) -> (&mut [u64], &mut [u64]) {
    let (first, middle, last) = (all[0], all[all.len() / 2], all[all.len() - 1]);
    let pivot = first.min(middle).max(first.max(middle).min(last));
    let mut low = 0;
    let mut high = all.len() - 1;
    loop {
        while all[low] < pivot {
            low += 1;
        }
        while pivot < all[high] {
            high -= 1;
        }
        if low >= high {
            break;
        }
        all.swap(low, high);
        low += 1;
        high -= 1;
    }
    let (left, right) = all.split_at_mut(high + 1);
    (&mut left[..low], right)
}

fn insertion_sort(all: &mut [u64]) {
    for i in 1..all.len() {
        let key = all[i];
        let mut place = i;
        while place > 0 && key < all[place - 1] {
            all[place] = all[place - 1];
            place -= 1;
        }
        all[place] = key;
    }
}

fn sort_here(all: &mut [u64]) {
    if all.len() <= FEW {
        insertion_sort(all);
        return;
    }
    let (left, right) = partition(all);
    sort_here(left);
    sort_here(right);
}

fn sort_all(all: &mut [u64]) {
    if all.len() <= LEAF {
        sort_here(all);
        return;
    }
    let (left, right) = partition(all);
    rayon::join(|| sort_all(left), || sort_all(right));
}

struct Problem {
    keys: Vec<u64>,
}

impl crate::harness::Problem for Problem {
    fn new(size: u64) -> Self {
        Problem { keys: (0..size).map(mix64).collect() }
    }
    fn solve(&mut self) {
        sort_all(&mut self.keys);
    }
    /// The sum of the keys, as long as each is in order with the one before.
    fn found(&self) -> u64 {
        let unsorted = self.keys.windows(2).position(|pair| pair[0] > pair[1]);
        let sorted = unsorted.map_or(self.keys.len(), |place| place + 1);
        self.keys[..sorted].iter().fold(0, |sum, &key| sum.wrapping_add(key))
    }
}
