# A wrong argument gets a sentence with the valid range, the usage, and status 2; nothing is digested.
. "$(dirname "$0")/digest_setup.sh"
echo text >file

for jobs in 0 -1 abc 1025 1.5 '' ' 1' 99999999999999999999; do
  expect_status 2 "$digest" --jobs "$jobs" file
  expect_lines out 0
  expect_in err "'$jobs' is not a whole number from 1 to 1024"
  expect_in err 'Usage: digest'
done
for in_flight in 0 -1 x 1000001; do
  expect_status 2 "$digest" --in-flight "$in_flight" file
  expect_in err "'$in_flight' is not a whole number from 1 to 1000000"
done
for seconds in -1 nan inf 1e10 soon 1s; do
  expect_status 2 "$digest" --timeout "$seconds" file
  expect_in err "'$seconds' is not a number of seconds from 0 to 1000000000"
done
expect_status 2 "$digest" --interval 0 file
expect_in err "'0' is not a number of seconds from 0.01 to 3600"
expect_status 2 "$digest" --algorithm md5 file
expect_in err "'md5' is not sha256, xxh3 or both"
# A variable of a script that is unset: nothing would be written, or the folder that nobody named be digested.
expect_status 2 "$digest" --json '' file
expect_in err 'a file name cannot be empty'
expect_lines out 0
expect_status 2 "$digest" ''
expect_in err 'a file name cannot be empty'
expect_status 2 "$digest" --jobs
expect_status 2 "$digest" --no-such-flag file
expect_in err 'Usage: digest'
expect_status 2 "$digest" --jobs 1 --jobs 2 file

expect_status 0 "$digest" --help
expect_in out 'Usage: digest'
expect_in out '124 the timeout was hit'
