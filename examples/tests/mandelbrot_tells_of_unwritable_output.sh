# What cannot be written is said, with a status that is not zero.
. "$(dirname "$0")/../../tools/support/tool_setup.sh"

expect_status 1 "$tool" --size 4x3 --out no/such/folder/a.png
expect_in err 'mandelbrot: cannot write no/such/folder/a.png: No such file or directory'
expect_status 1 "$tool" --size 4x3 --out .
expect_in err 'cannot write .: Is a directory'
expect_status 1 "$tool" --size 4x3 --out a.png --json no/such/folder/a.json
expect_in err 'cannot write no/such/folder/a.json: No such file or directory'
mkdir b.png.state
expect_status 1 "$tool" --size 4x3 --out b.png
expect_in err 'cannot write b.png.state: Is a directory'

# No room for the rows that are to be kept: the limit of the shell is 512 bytes, as is dash's unit.
(
  trap '' XFSZ
  ulimit -f 1
  status=0
  "$tool" --size 400x50 --out c.png 2>err || status=$?
  [ "$status" -eq 1 ] || fail "status $status without room for the state"
)
expect_in err 'cannot write c.png.state: File too large'
[ -s c.png.state ] || fail 'the state is gone'

[ -w /dev/full ] || exit 77
expect_status 1 "$tool" --size 4x3 --out /dev/full
expect_in err 'cannot write /dev/full: No space left on device'
[ ! -e /dev/full.state ] || fail 'a state beside a device'
expect_status 1 "$tool" --size 4x3 --out /dev/full --resume
expect_in err '/dev/full is no regular file: it has no state to resume'
expect_status 1 "$tool" --size 4x3 --out d.png --json /dev/full
expect_in err 'cannot write /dev/full: No space left on device'
[ -s d.png ] || fail 'the picture is lost'
expect_status 0 "$tool" --size 4x3 --out /dev/null
