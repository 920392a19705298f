# What cannot be written is said, with a status that is not zero; the other output is still there.
. "$(dirname "$0")/digest_setup.sh"
echo text >file

expect_status 1 "$digest" --json no/such/folder/report.json file
expect_in err 'cannot write no/such/folder/report.json: No such file or directory'

[ -w /dev/full ] || exit 77
expect_status 1 "$digest" --json /dev/full file
expect_in err 'cannot write /dev/full: No space left on device'
sha256sum file | cmp - out || fail 'the digests are lost'

status=0
"$digest" --json report.json file >/dev/full 2>err || status=$?
[ "$status" -eq 1 ] || fail "status $status for a full disk"
expect_in err 'cannot write to standard output: No space left on device'
expect_in report.json '"sha256"'
