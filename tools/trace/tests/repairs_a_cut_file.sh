# A file that a killed process left is read up to its last whole event, and repaired.
. "$(dirname "$0")/setup.sh"
make_trace

size=$(wc -c <$trace)
for less in 1 3 5 60 500 $((size / 2)); do
  head -c $((size - less)) $trace >cut.json
  expect_status 0 "$tool" cut.json
  expect_status 0 "$tool" cut.json --repair whole.json
  expect_status 0 "$tool" whole.json
  if grep -q 'has no end' out; then
    fail "repaired, and still cut ($less)"
  fi
done
expect_status 0 "$tool" $trace --repair same.json
cmp $trace same.json || fail 'a whole file was changed'
head -n 1 $trace >cut.json
expect_status 0 "$tool" cut.json --repair whole.json
expect_status 0 "$tool" whole.json
expect_in out 'tasks                 0'
