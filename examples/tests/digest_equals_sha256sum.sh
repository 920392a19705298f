# The lines of digest are those of sha256sum, odd names included; their order does not depend on the threads.
. "$(dirname "$0")/digest_setup.sh"
make_tree tree

expect_status 0 "$digest" tree
cp out first
expect_in err 'skipped 1 symbolic link and 1 special file'

find tree -type f -exec sha256sum {} + | sort >wanted
sort first | cmp - wanted || fail 'not what sha256sum prints'
sha256sum --quiet --strict --check first || fail 'sha256sum does not accept the lines'

for jobs in 1 2 5; do
  expect_status 0 "$digest" --jobs "$jobs" --in-flight "$jobs" tree
  cmp out first || fail "another output with $jobs threads"
done

# Paths keep the order of the arguments, and one given twice is digested twice.
set -- 'tree/folder/one chunk' 'tree/a file' 'tree/a file' tree/folder/../empty tree/-dash
expect_status 0 "$digest" "$@"
sha256sum "$@" | cmp - out || fail 'not the order of the arguments'
