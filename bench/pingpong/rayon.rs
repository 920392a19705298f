// SPDX-License-Identifier: Apache-2.0
// pingpong as spawns into one rayon::scope, each by the one before.
use crate::harness::{run, Run};
use rayon::Scope;

pub const WORKLOADS: &[(&str, Run)] = &[("pingpong", run::<Problem>)];

struct Problem {
    hops: u64,
    token: u64,
    hits: u64,
}

impl Problem {
    /// The player, 0 or 1, has the token. Whether the other one is to get it.
    fn hit(&mut self, player: u64) -> bool {
        self.hits += u64::from(self.token % 2 == player);
        self.token += 1;
        self.token < self.hops
    }
}

fn receive<'scope>(player: u64, game: &'scope mut Problem, scope: &Scope<'scope>) {
    if game.hit(player) {
        scope.spawn(move |scope| receive(1 - player, game, scope));
    }
}

impl crate::harness::Problem for Problem {
    fn new(size: u64) -> Self {
        Problem { hops: size, token: 0, hits: 0 }
    }
    fn solve(&mut self) {
        rayon::scope(|scope| receive(0, self, scope));
    }
    fn found(&self) -> u64 {
        self.hits
    }
}
