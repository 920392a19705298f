// SPDX-License-Identifier: Apache-2.0
// uts with a parallel iterator over the children of a node.
use crate::harness::{mix64, run, Run};
use rayon::prelude::*;

pub const WORKLOADS: &[(&str, Run)] = &[("uts", run::<Problem>)];

const MOST_CHILDREN: u64 = 16;
const ROUNDS: u32 = 16;

#[derive(Clone, Copy)]
struct Node {
    state: u64,
    depth: u64,
}

impl Node {
    fn children(&self, limit: u64) -> u64 {
        const TWO_THIRDS: u64 = (1 << 33) / 3;
        if self.depth == limit {
            return 0;
        }
        let drawn = self.state >> 32;
        let mut count = 0;
        let mut bound = TWO_THIRDS;
        while drawn < bound && count < MOST_CHILDREN {
            bound = (bound * TWO_THIRDS) >> 32;
            count += 1;
        }
        count
    }
    fn child(&self, index: u64) -> Node {
        let mut state = self.state.wrapping_add(index);
        for _ in 0..ROUNDS {
            state = mix64(state);
        }
        Node { state, depth: self.depth + 1 }
    }
}

fn count(node: Node, limit: u64) -> u64 {
    let children = node.children(limit);
    if children == 0 {
        return 1;
    }
    1 + (0..children).into_par_iter().map(|i| count(node.child(i), limit)).sum::<u64>()
}

struct Problem {
    limit: u64,
    result: u64,
}

impl crate::harness::Problem for Problem {
    fn new(size: u64) -> Self {
        Problem { limit: size, result: 0 }
    }
    fn solve(&mut self) {
        self.result = count(Node { state: 1, depth: 0 }, self.limit);
    }
    fn found(&self) -> u64 {
        self.result
    }
}
