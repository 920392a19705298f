# --compare-serial does the same work once more, says how long that took, and finds the digests equal.
. "$(dirname "$0")/digest_setup.sh"
make_tree tree

expect_status 0 "$digest" --compare-serial --algorithm both --json report.json tree
grep -Eq '^digest: serial: [0-9.]+ s, in the nursery again: [0-9.]+ s; speed-up [0-9.]+; all digests equal$' err || {
  cat err >&2
  fail 'no line about the serial pass'
}
grep -Eq '^digest: [0-9.]+ MB in [0-9.]+ s: [0-9.]+ MB/s, [0-9]+ files/s with [0-9]+ threads?, at most [0-9]+ files in flight$' err ||
  fail 'no line about the throughput'
expect_in report.json '"speed_up"'
