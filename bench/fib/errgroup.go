// SPDX-License-Identifier: Apache-2.0
// fib with an errgroup per call.
package main

import "golang.org/x/sync/errgroup"

type fibProblem struct{ n, result uint64 }

func fib(n uint64) uint64 {
	if n < 2 {
		return n
	}
	var left uint64
	var group errgroup.Group
	group.Go(func() error {
		left = fib(n - 1)
		return nil
	})
	right := fib(n - 2)
	_ = group.Wait()
	return left + right
}

func (p *fibProblem) solve()        { p.result = fib(p.n) }
func (p *fibProblem) found() uint64 { return p.result }

func init() {
	workloads["fib"] = func(size uint64) problem { return &fibProblem{n: size} }
}
