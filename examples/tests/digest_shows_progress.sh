# Progress is a line redrawn on a terminal, plain lines elsewhere, and nothing with --quiet.
. "$(dirname "$0")/digest_setup.sh"
truncate -s 256G huge

expect_status 124 "$digest" --interval 0.02 --timeout 1 huge
grep -Eq '^\[[#.]{24}\] [0-9]+ %  0 of 1 file  [0-9.]+ MB/s  0 files/s  ETA [0-9]+[0-9a-z ]+$' err || {
  cat err >&2
  fail 'no plain progress line'
}
expect_status 124 "$digest" --interval 0.02 --timeout 1 --quiet huge
expect_lines err 0

command -v script >/dev/null || exit 77
script -qec "'$digest' --interval 0.02 --timeout 1 huge" /dev/null </dev/null >typescript || true
grep -qF "$(printf '\r\033[K[')" typescript || fail 'no progress bar on a terminal'
