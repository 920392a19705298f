// SPDX-License-Identifier: Apache-2.0
// kmeans with a parallel iterator, map and reduce, per round.
use crate::harness::{mix64, run, Run};
use rayon::prelude::*;

pub const WORKLOADS: &[(&str, Run)] = &[("kmeans", run::<Problem>)];

const DIMENSIONS: usize = 4;
const CLUSTERS: usize = 16;
const ROUNDS: usize = 20;
const BLOCK: usize = 512;

type Point = [i32; DIMENSIONS];

#[derive(Clone, Copy, Default)]
struct Sums {
    total: [[i64; DIMENSIONS]; CLUSTERS],
    count: [i64; CLUSTERS],
}

impl Sums {
    fn plus(mut self, other: Sums) -> Sums {
        for c in 0..CLUSTERS {
            self.count[c] += other.count[c];
            for d in 0..DIMENSIONS {
                self.total[c][d] += other.total[c][d];
            }
        }
        self
    }
}

fn made(i: u64) -> Point {
    let heap = mix64(i % CLUSTERS as u64);
    let offset = mix64(i + CLUSTERS as u64);
    let mut result = [0; DIMENSIONS];
    for (d, coordinate) in result.iter_mut().enumerate() {
        *coordinate = ((heap >> (16 * d)) % 12_288 + (offset >> (16 * d)) % 4_096) as i32;
    }
    result
}

fn nearest(from: &Point, centres: &[Point; CLUSTERS]) -> usize {
    let mut best = 0;
    let mut shortest = i32::MAX;
    for (c, centre) in centres.iter().enumerate() {
        let mut square = 0;
        for d in 0..DIMENSIONS {
            let along = from[d] - centre[d];
            square += along * along;
        }
        if square < shortest {
            shortest = square;
            best = c;
        }
    }
    best
}

fn sums_of(block: &[Point], centres: &[Point; CLUSTERS]) -> Sums {
    let mut result = Sums::default();
    for point in block {
        let c = nearest(point, centres);
        result.count[c] += 1;
        for d in 0..DIMENSIONS {
            result.total[c][d] += i64::from(point[d]);
        }
    }
    result
}

struct Problem {
    points: Vec<Point>,
    centres: [Point; CLUSTERS],
}

impl Problem {
    fn move_centres(&mut self, all: &Sums) {
        for c in (0..CLUSTERS).filter(|&c| all.count[c] > 0) {
            for d in 0..DIMENSIONS {
                self.centres[c][d] = (all.total[c][d] / all.count[c]) as i32;
            }
        }
    }
}

impl crate::harness::Problem for Problem {
    fn new(size: u64) -> Self {
        let points: Vec<Point> = (0..size).map(made).collect();
        let mut centres = [[0; DIMENSIONS]; CLUSTERS];
        centres.copy_from_slice(&points[..CLUSTERS]);
        Problem { points, centres }
    }
    fn solve(&mut self) {
        for _ in 0..ROUNDS {
            let centres = &self.centres;
            let all = self
                .points
                .par_chunks(BLOCK)
                .map(|block| sums_of(block, centres))
                .reduce(Sums::default, Sums::plus);
            self.move_centres(&all);
        }
    }
    fn found(&self) -> u64 {
        let coordinates = self.centres.iter().flatten();
        coordinates.fold(0, |mixed, &one| mix64(u64::wrapping_add(mixed, one as u64)))
    }
}
