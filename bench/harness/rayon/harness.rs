// SPDX-License-Identifier: Apache-2.0
// What the rayon contenders share: the timed part of a run, as harness/measure.hpp does it, and the report of it.
use std::io::Write;
use std::os::unix::io::FromRawFd;
use std::time::Instant;

/// A workload's problem: to make one and to look at its answer is not timed.
pub trait Problem {
    fn new(size: u64) -> Self;
    fn solve(&mut self);
    fn found(&self) -> u64;
}

pub struct Report {
    seconds: f64,
    found: u64,
}

/// Solves a problem of a size after one of the second size; runs on a thread of the pool.
pub type Run = fn(u64, u64) -> Report;

pub fn run<P: Problem>(size: u64, warm_up: u64) -> Report {
    P::new(warm_up).solve();
    let mut problem = P::new(size);
    let start = Instant::now();
    problem.solve();
    let seconds = start.elapsed().as_secs_f64();
    Report { seconds, found: problem.found() }
}

/// The same numbers as harness/mix64.hpp.
pub fn mix64(seed: u64) -> u64 {
    let mut x = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    x = (x ^ (x >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    x ^ (x >> 32)
}

/// The steps of harness/chew.hpp, with its empty asm.
pub fn chew(seed: u64, steps: u32) -> u32 {
    let mut x = seed;
    for _ in 0..steps {
        unsafe { std::arch::asm!("/* {0} */", inout(reg) x, options(nomem, nostack, preserves_flags)) };
        x ^= x >> 29;
        x = x.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    }
    (x >> 32) as u32
}

fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("");
    line.split_whitespace().next().and_then(|kib| kib.parse().ok()).unwrap_or(0)
}

fn fail(message: &str) -> ! {
    eprintln!("covey-bench-rayon: {}", message);
    std::process::exit(2);
}

/// covey-bench-rayon WORKLOAD THREADS SIZE WARM_UP: one line of JSON on descriptor 3.
pub fn main(workloads: &[&[(&str, Run)]]) {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Vec<u64> = arguments.iter().skip(1).filter_map(|word| word.parse().ok()).collect();
    if arguments.len() != 4 || numbers.len() != 3 {
        fail("usage: covey-bench-rayon WORKLOAD THREADS SIZE WARM_UP 3>REPORT");
    }
    let named = workloads.iter().flat_map(|some| some.iter()).find(|one| one.0 == arguments[0]);
    let solve = match named {
        Some(workload) => workload.1,
        None => fail("no such workload"),
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(numbers[0] as usize).build();
    let report = match pool {
        Ok(pool) => pool.install(|| solve(numbers[1], numbers[2])),
        Err(error) => fail(&error.to_string()),
    };
    // Descriptor 3 is the driver's pipe, which nobody else in this process owns.
    let mut pipe = unsafe { std::fs::File::from_raw_fd(3) };
    let told = writeln!(
        pipe,
        "{{\"seconds\":{:e},\"found\":{},\"peak_kib\":{}}}",
        report.seconds,
        report.found,
        peak_kib()
    );
    if let Err(error) = told {
        fail(&error.to_string());
    }
}
