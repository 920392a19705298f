# Progress is a line redrawn on a terminal, plain lines elsewhere, and nothing with --quiet.
. "$(dirname "$0")/../../tools/support/tool_setup.sh"
# All points are inside: it would take minutes.
set -- --size 100x1000 --center -0.1,0 --scale 0.01 --iterations 1000000 --interval 0.02 --timeout 1 --out a.png

expect_status 124 "$tool" "$@"
grep -Eq '^\[[#.]{24}\] [0-9]+ %  [0-9]+ of 1000 rows  [0-9.]+ Mpixel/s(  ETA [0-9]+[0-9a-z ]+)?$' err || {
  cat err >&2
  fail 'no plain progress line'
}
expect_status 124 "$tool" "$@" --quiet
expect_lines err 0

command -v script >/dev/null || exit 77
script -qec "'$tool' $*" /dev/null </dev/null >typescript || true
grep -qF "$(printf '\r\033[K[')" typescript || fail 'no progress bar on a terminal'
