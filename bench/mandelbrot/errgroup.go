// SPDX-License-Identifier: Apache-2.0
// mandelbrot with a goroutine per row, all in one errgroup.
package main

import "golang.org/x/sync/errgroup"

const mandelbrotPatience = 1000

type mandelbrotProblem struct {
	n     int
	steps []uint16
}

// Go may fuse x*y + z on some processors; a conversion of the product forbids it.
func mandelbrotEscape(real, imaginary float64) uint16 {
	x, y := 0.0, 0.0
	steps := uint16(0)
	for ; steps < mandelbrotPatience && float64(x*x)+float64(y*y) <= 4; steps++ {
		next := float64(x*x) - float64(y*y) + real
		y = float64(2*x*y) + imaginary
		x = next
	}
	return steps
}

func (p *mandelbrotProblem) work(row int) {
	scale := 2.5 / float64(p.n)
	imaginary := -1.25 + float64(scale*float64(row))
	for col := 0; col < p.n; col++ {
		p.steps[row*p.n+col] = mandelbrotEscape(-2+float64(scale*float64(col)), imaginary)
	}
}

func (p *mandelbrotProblem) solve() {
	var group errgroup.Group
	for row := 0; row < p.n; row++ {
		row := row
		group.Go(func() error {
			p.work(row)
			return nil
		})
	}
	_ = group.Wait()
}

func (p *mandelbrotProblem) found() uint64 {
	sum := uint64(0)
	for i, cell := range p.steps {
		sum += uint64(cell) * (2*uint64(i) + 1)
	}
	return sum
}

func init() {
	workloads["mandelbrot"] = func(size uint64) problem {
		return &mandelbrotProblem{int(size), make([]uint16, size*size)}
	}
}
