// SPDX-License-Identifier: Apache-2.0
// skynet with an errgroup per node: nine children are goroutines, the last one is called.
package main

import "golang.org/x/sync/errgroup"

const skynetFanOut = 10

type skynetProblem struct{ leaves, result uint64 }

// The sum of the leaves numbers from first on.
func skynetSum(first, leaves uint64) uint64 {
	if leaves == 1 {
		return first
	}
	share := leaves / skynetFanOut
	var parts [skynetFanOut - 1]uint64
	var group errgroup.Group
	for i := range parts {
		i := i
		group.Go(func() error {
			parts[i] = skynetSum(first+uint64(i)*share, share)
			return nil
		})
	}
	total := skynetSum(first+uint64(len(parts))*share, share)
	_ = group.Wait()
	for _, part := range parts {
		total += part
	}
	return total
}

func (p *skynetProblem) solve()        { p.result = skynetSum(0, p.leaves) }
func (p *skynetProblem) found() uint64 { return p.result }

func init() {
	workloads["skynet"] = func(size uint64) problem {
		leaves := uint64(1)
		for ; size > 0; size-- {
			leaves *= skynetFanOut
		}
		return &skynetProblem{leaves: leaves}
	}
}
