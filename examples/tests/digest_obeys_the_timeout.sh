# A timeout ends the run early, with status 124; what was finished is printed.
. "$(dirname "$0")/digest_setup.sh"
mkdir tree
echo small >tree/a_small
truncate -s 256G tree/b_huge # a hole: reading it takes minutes, keeping it takes nothing

expect_status 124 "$digest" --timeout 0.000001 tree
grep -q b_huge out && fail 'a digest of what cannot be finished'
expect_in err 'stopped by the timeout of 0.000001 s'
expect_status 124 "$digest" --timeout 0 --quiet tree # expired before it starts
expect_lines out 0
expect_lines err 0

expect_status 124 "$digest" --timeout 1 --json report.json tree
sha256sum tree/a_small | cmp - out || fail 'what was finished is not there'
expect_in report.json '"state": "timed out"'

# A failure is told beside the timeout.
expect_status 124 "$digest" --timeout 1 missing tree
expect_in err 'digest: missing: No such file or directory'

expect_status 0 "$digest" --timeout 1000 tree/a_small
