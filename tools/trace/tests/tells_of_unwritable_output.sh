# What cannot be written is said in one line, with status 1, and nothing else is lost by it.
. "$(dirname "$0")/setup.sh"
make_trace

expect_status 1 "$tool" $trace -o no/such/folder/report.html
expect_in err 'cannot write no/such/folder/report.html: No such file or directory'
expect_lines err 1

[ -w /dev/full ] || exit 77
expect_status 1 "$tool" $trace -o /dev/full
expect_in err 'cannot write /dev/full: No space left on device'
expect_status 1 "$tool" $trace --repair /dev/full
expect_in err 'cannot write /dev/full: No space left on device'
status=0
"$tool" $trace >/dev/full 2>err || status=$?
[ "$status" -eq 1 ] || fail "status $status for a full disk"
expect_in err 'cannot write to standard output: No space left on device'

# The library, too: the program ends as it would have.
COVEY_TRACE=/dev/full "$sample" 2>err || fail 'the program fails for its trace'
expect_in err 'covey: cannot write the trace /dev/full: it is not a regular file'
expect_lines err 1
mkfifo fifo
COVEY_TRACE=fifo timeout 60 "$sample" 2>err || fail 'the program waits for a reader of its trace'
expect_in err 'covey: cannot write the trace fifo: it is not a regular file'
expect_lines err 1
(
  ulimit -f 1
  trap '' XFSZ
  COVEY_TRACE=cut.json "$sample" 2>err || fail 'the program fails for its trace'
)
expect_in err 'covey: cannot write the trace cut.json: File too large'
expect_lines err 1
COVEY_TRACE=no/such/folder/trace.json "$sample" 2>err || fail 'the program fails for its trace'
expect_in err 'covey: cannot write the trace no/such/folder/trace.json: No such file or directory'
expect_lines err 1
COVEY_TRACE=trace.%p.json "$sample" || fail 'the traced program failed'
expect_status 0 "$tool" trace.[0-9]*.json
