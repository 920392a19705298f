# XXH3-128 agrees with published values; `both` prints lines that carry the algorithm's name.
. "$(dirname "$0")/digest_setup.sh"
: >empty

expect_status 0 "$digest" --algorithm xxh3 empty
expect_lines out 1
expect_in out '99aa06d3014798d86001c324468d497f  empty'

expect_status 0 "$digest" --algorithm both empty
expect_lines out 2
expect_in out 'SHA256 (empty) = e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
expect_in out 'XXH128 (empty) = 99aa06d3014798d86001c324468d497f'
