// SPDX-License-Identifier: Apache-2.0
// flat as goroutines of one errgroup.
package main

import "golang.org/x/sync/errgroup"

type flatProblem struct{ cells []uint32 }

func flatMark(i int) uint32 { return uint32(i)*2654435761 | 1 }

func (p *flatProblem) solve() {
	var group errgroup.Group
	for i := range p.cells {
		i := i
		group.Go(func() error {
			p.cells[i] = flatMark(i)
			return nil
		})
	}
	_ = group.Wait()
}

func (p *flatProblem) found() uint64 {
	right := uint64(0)
	for i, cell := range p.cells {
		if cell == flatMark(i) {
			right++
		}
	}
	return right
}

func init() {
	workloads["flat"] = func(size uint64) problem { return &flatProblem{make([]uint32, size)} }
}
