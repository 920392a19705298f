// SPDX-License-Identifier: Apache-2.0
// uts with an errgroup per inner node: all children but the last are goroutines, the last one is called.
package main

import "golang.org/x/sync/errgroup"

const utsMostChildren = 16
const utsRounds = 16

type utsNode struct{ state, depth uint64 }

func (node utsNode) children(limit uint64) int {
	if node.depth == limit {
		return 0
	}
	const twoThirds = uint64(1<<33) / 3
	drawn := node.state >> 32
	count := 0
	for bound := twoThirds; drawn < bound && count < utsMostChildren; count++ {
		bound = (bound * twoThirds) >> 32
	}
	return count
}

func (node utsNode) child(index int) utsNode {
	state := node.state + uint64(index)
	for round := 0; round < utsRounds; round++ {
		state = mix64(state)
	}
	return utsNode{state, node.depth + 1}
}

func utsCount(node utsNode, limit uint64) uint64 {
	children := node.children(limit)
	if children == 0 {
		return 1
	}
	var parts [utsMostChildren]uint64
	var group errgroup.Group
	for i := 0; i < children-1; i++ {
		i := i
		group.Go(func() error {
			parts[i] = utsCount(node.child(i), limit)
			return nil
		})
	}
	total := 1 + utsCount(node.child(children-1), limit)
	_ = group.Wait()
	for _, part := range parts {
		total += part
	}
	return total
}

type utsProblem struct{ limit, result uint64 }

func (p *utsProblem) solve()        { p.result = utsCount(utsNode{state: 1}, p.limit) }
func (p *utsProblem) found() uint64 { return p.result }

func init() {
	workloads["uts"] = func(size uint64) problem { return &utsProblem{limit: size} }
}
