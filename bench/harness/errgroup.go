// SPDX-License-Identifier: Apache-2.0
// What the Go contenders share: the timed part of a run, as harness/measure.hpp does it, and the report of it.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// To make a problem and to look at its answer is not timed.
type problem interface {
	solve()
	found() uint64
}

var workloads = map[string]func(size uint64) problem{}

// The same numbers as harness/mix64.hpp.
func mix64(seed uint64) uint64 {
	x := seed + 0x9e3779b97f4a7c15
	x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93
	x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93
	return x ^ (x >> 32)
}

func peakKiB() uint64 {
	status, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(status), "\n") {
		if strings.HasPrefix(line, "VmHWM:") {
			kib, _ := strconv.ParseUint(strings.Fields(line)[1], 10, 64)
			return kib
		}
	}
	return 0
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, "covey-bench-errgroup: "+message)
	os.Exit(2)
}

// covey-bench-errgroup WORKLOAD THREADS SIZE WARM_UP: one line of JSON on descriptor 3.
func main() {
	numbers := []uint64{}
	for _, word := range os.Args[1:] {
		if number, err := strconv.ParseUint(word, 10, 64); err == nil {
			numbers = append(numbers, number)
		}
	}
	if len(os.Args) != 5 || len(numbers) != 3 {
		fail("usage: covey-bench-errgroup WORKLOAD THREADS SIZE WARM_UP 3>REPORT")
	}
	makeProblem, known := workloads[os.Args[1]]
	if !known {
		fail("no such workload")
	}
	runtime.GOMAXPROCS(int(numbers[0]))
	makeProblem(numbers[2]).solve()
	p := makeProblem(numbers[1])
	start := time.Now()
	p.solve()
	seconds := time.Since(start).Seconds()
	_, err := fmt.Fprintf(os.NewFile(3, "report"), "{\"seconds\":%g,\"found\":%d,\"peak_kib\":%d}\n",
		seconds, p.found(), peakKiB())
	if err != nil {
		fail(err.Error())
	}
}
