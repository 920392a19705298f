# A state that is not there, belongs to another picture, is damaged or in use is refused, and stays as it is.
. "$(dirname "$0")/../../tools/support/tool_setup.sh"

# A timeout of zero leaves a state without rows: the header alone.
expect_status 124 "$tool" --size 4x3 --timeout 0 --out a.png
[ "$(stat -c %s a.png.state)" -eq 48 ] || fail 'the header has another size'
cp a.png.state good

refused() { # TEXT [OPTIONS]
  text=$1
  shift
  cp a.png.state before
  expect_status 1 "$tool" --size 4x3 --out a.png --resume "$@"
  expect_in err "$text"
  cmp before a.png.state || fail 'a refused state was changed'
}
expect_status 1 "$tool" --size 4x3 --out never.png --resume
expect_in err 'nothing to resume: there is no never.png.state'

refused 'belongs to a picture with other size, center, scale or iterations' --iterations 7
refused 'belongs to a picture with other size, center, scale or iterations' --center 0,0
refused 'belongs to a picture with other size, center, scale or iterations' --scale 3
cp a.png.state before
expect_status 1 "$tool" --size 4x4 --out a.png --resume
expect_in err 'belongs to a picture with other size'
cmp before a.png.state || fail 'a refused state was changed'

: >a.png.state
refused 'is no state of an unfinished picture'
head -c 47 good >a.png.state
refused 'is no state of an unfinished picture'
head -c 100 /dev/zero >a.png.state
refused 'is no state of an unfinished picture'
{ head -c 20 good && printf '\001' && tail -c +22 good; } >a.png.state
refused 'is damaged: its header is not what was written'
{ cat good && printf 'half a row'; } >a.png.state
refused 'is damaged: it ends in the middle of a row'
{ cat good && printf 'a record of 20 bytes'; } >a.png.state
refused 'is damaged: record 0 is not what was written'

cp good a.png.state
(exec 9<>a.png.state && flock 9 && exec sleep 100) >/dev/null 2>&1 &
holder=$!
trap 'kill $holder 2>/dev/null || true' EXIT
until ! flock -n a.png.state true; do sleep 0.01; done
refused 'is in use by another process'
expect_status 1 "$tool" --size 4x3 --out a.png
expect_in err 'is in use by another process'
cmp good a.png.state || fail 'a state in use was changed'
