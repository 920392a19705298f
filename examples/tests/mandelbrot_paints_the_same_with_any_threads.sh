# The picture does not depend on the number of threads, and is a PNG of the size that was asked for.
. "$(dirname "$0")/../../tools/support/tool_setup.sh"

for jobs in 1 2 8; do
  expect_status 0 "$tool" --size 120x80 --iterations 500 --jobs "$jobs" --out "$jobs.png" --json "$jobs.json"
  cmp 1.png "$jobs.png" || fail "another picture with $jobs threads"
  grep '"checksum"' "$jobs.json" >"$jobs.checksum"
  cmp 1.checksum "$jobs.checksum" || fail "another checksum with $jobs threads"
  expect_in "$jobs.json" "\"threads\": $jobs"
  expect_in "$jobs.json" '"state": "done"'
  expect_in "$jobs.json" '"rows_done": 80'
done
[ ! -e 1.png.state ] || fail 'a complete picture leaves its state behind'
expect_in err '80 of 80 rows done, 0 of them by an earlier run; checksum of the pixels '
expect_in err '0.01 Mpixel in '

# Signature, IHDR, width, height, 8 bits, RGB.
head -c 26 1.png | od -An -tx1 | tr -d ' \n' >head
expect_in head '89504e470d0a1a0a0000000d494844520000007800000050''0802'

# Another part of the plane is another picture; black is inside, and one pixel is a picture, too.
expect_status 0 "$tool" --size 120x80 --iterations 500 --center=0.3,0.5 --scale 0.1 --out other.png
cmp -s 1.png other.png && fail 'center and scale change nothing'
expect_status 0 "$tool" --size 1x1 --center 0,0 --out dot.png --json dot.json --quiet
expect_lines err 0
expect_in dot.json '"checksum": "ff41d912"' # CRC-32 of three zero bytes
expect_status 0 "$tool" --size 1x1 --center 2,2 --out dot.png --json dot.json
expect_in dot.json '"checksum": "43538fb1"' # escapes at once: the bytes 25, 67 and 131
