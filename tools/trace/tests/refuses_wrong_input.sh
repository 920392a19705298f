# What is no trace is told in one line, with a status that is not zero.
. "$(dirname "$0")/setup.sh"

refused() { # STATUS TEXT ARGUMENTS...
  wanted_status=$1
  text=$2
  shift 2
  expect_status "$wanted_status" "$tool" "$@"
  expect_in err "$text"
  [ "$wanted_status" -ne 1 ] || expect_lines err 1
}

refused 1 'cannot read no/such/file: No such file or directory' no/such/file
refused 1 'cannot read .: Is a directory' .
: >empty
refused 1 'it is not JSON' empty
echo 'hello' >text
refused 1 'it is not JSON' text
echo '[1, 2]' >array
refused 1 'it is not a trace of covey' array
echo '{"traceEvents": []}' >other
refused 1 'it is not a trace of covey' other
refused 1 'it is not a trace of covey' other --repair repaired
echo '{"otherData": {"covey": 1}, "traceEvents": [5]}' >odd
refused 1 'an element of traceEvents is no object' odd
printf '{"otherData":{"covey":1},"traceEvents":[\n{"ph":"M"},\n{"ph":"X",\n{"ph":"M"}\n]}\n' >broken
refused 1 'line 3 is not JSON' broken
echo '{"otherData": {"covey": 1}, "traceEvents": [{"ph":"X","cat":"task","ts":"soon","dur":-1e300,"tid":-4}]}' >types
expect_status 0 "$tool" types
refused 2 'TRACE' --text
refused 2 '--no-such-option' --no-such-option text
expect_status 0 "$tool" --help
expect_in out 'Exit status'
