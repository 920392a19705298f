// SPDX-License-Identifier: Apache-2.0
// nqueens with an errgroup per board.
package main

import "golang.org/x/sync/errgroup"

const nqueensMost = 14

type nqueensBoard struct {
	rows      [nqueensMost]uint8
	placed, n int
}

// Whether a queen in the next column at row attacks none of those placed.
func (board *nqueensBoard) safe(row int) bool {
	for column := 0; column < board.placed; column++ {
		taken := int(board.rows[column])
		distance := board.placed - column
		if row == taken || row == taken-distance || row == taken+distance {
			return false
		}
	}
	return true
}

func (board nqueensBoard) with(row int) nqueensBoard {
	board.rows[board.placed] = uint8(row)
	board.placed++
	return board
}

func nqueensCount(board nqueensBoard) uint64 {
	if board.placed == board.n {
		return 1
	}
	var parts [nqueensMost]uint64
	var group errgroup.Group
	for row := 0; row < board.n; row++ {
		if !board.safe(row) {
			continue
		}
		row := row
		group.Go(func() error {
			parts[row] = nqueensCount(board.with(row))
			return nil
		})
	}
	_ = group.Wait()
	total := uint64(0)
	for _, part := range parts {
		total += part
	}
	return total
}

type nqueensProblem struct{ n, result uint64 }

func (p *nqueensProblem) solve()        { p.result = nqueensCount(nqueensBoard{n: int(p.n)}) }
func (p *nqueensProblem) found() uint64 { return p.result }

func init() {
	workloads["nqueens"] = func(size uint64) problem { return &nqueensProblem{n: size} }
}
