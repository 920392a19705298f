# A wrong argument gets a sentence with the valid range, the usage, and status 2; nothing is written.
. "$(dirname "$0")/../../tools/support/tool_setup.sh"

refused() { # TEXT OPTION…
  text=$1
  shift
  expect_status 2 "$tool" --out a.png "$@"
  expect_lines out 0
  expect_in err "$text"
  expect_in err 'Usage: mandelbrot'
  [ ! -e a.png ] || fail 'a picture was begun'
}
for size in 0x10 10x0 10 x 10x 10x10x10 -1x10 65537x1 65536x65536 10X10 '10 x10' '' 1e2x10 99999999999x1; do
  refused "'$size' is not WIDTHxHEIGHT, each from 1 to 65536, with at most 100000000 pixels" --size "$size"
done
for center in 0 0, ,0 nan,0 0,inf 11,0 0,-11 0,0,0 'a,b' ''; do
  refused "'$center' is not X,Y, two numbers from -10 to 10" --center "$center"
done
for scale in 0 -1 nan inf 101 1e-14 wide ''; do
  refused "'$scale' is not a number from 1e-13 to 100" --scale "$scale"
done
for count in 0 -1 1.5 1000000001 many ''; do
  refused "'$count' is not a whole number from 1 to 1000000000" --iterations "$count"
done
for jobs in 0 -1 1025 abc ''; do
  refused "'$jobs' is not a whole number from 1 to 1024" --jobs "$jobs"
done
for seconds in -1 nan inf 1e10 soon ''; do
  refused "'$seconds' is not a number of seconds from 0 to 1000000000" --timeout "$seconds"
done
refused "'0' is not a number of seconds from 0.01 to 3600" --interval 0
refused 'no-such-flag' --no-such-flag
refused 'argument' argument
expect_status 2 "$tool" --out ''
expect_in err 'a file name cannot be empty'
expect_status 2 "$tool" --size
expect_status 2 "$tool" --size 1x1 --size 2x2

expect_status 0 "$tool" --help
expect_in out 'Usage: mandelbrot'
expect_in out '124 the timeout was hit'
# A negative number is no option.
expect_status 0 "$tool" --size 2x2 --center -0.5,-0.25 --out a.png
