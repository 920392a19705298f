# A run that was stopped by a signal, or by its timeout, is resumed: only the missing rows are computed, and the picture
# is the one of an undisturbed run.
. "$(dirname "$0")/../../tools/support/tool_setup.sh"

# Starts a run and sends the signal when the first rows are kept. Sets $status.
stop_by() { # SIGNAL ITERATIONS
  rm -f part.png part.png.state
  env --default-signal=INT,TERM "$tool" --size 60x60 --iterations "$2" --out part.png --json part.json 2>err &
  process=$!
  while [ "$(stat -c %s part.png.state 2>/dev/null || echo 0)" -lt 1000 ] && kill -0 "$process" 2>/dev/null; do
    sleep 0.01
  done
  kill -s "$1" "$process" 2>/dev/null || true
  status=0
  wait "$process" || status=$?
}

for signal in INT TERM; do
  # On a fast machine the first run may be over before the signal comes.
  for iterations in 20000 200000 2000000; do
    stop_by "$signal" "$iterations"
    [ "$status" -ne 0 ] && break
  done
  case $signal in INT) wanted=130 ;; *) wanted=143 ;; esac
  [ "$status" -eq "$wanted" ] || {
    cat err >&2
    fail "status $status after SIG$signal"
  }
  expect_in err "stopped by SIG$signal; --resume goes on"
  expect_in part.json '"state": "stopped"'
  cp part.png.state kept

  expect_status 0 "$tool" --size 60x60 --iterations "$iterations" --out part.png --resume --json part.json
  grep -Eq '"rows_resumed": [1-9]' part.json || fail 'no row was resumed'
  expect_in part.json '"rows_done": 60'
  [ ! -e part.png.state ] || fail 'the state is left behind'
  [ -e whole.$iterations.png ] ||
    expect_status 0 "$tool" --size 60x60 --iterations "$iterations" --out "whole.$iterations.png"
  cmp part.png "whole.$iterations.png" || fail 'another picture after a stop'
done

# A timeout: what is done is in the picture, the rest is grey; a second timeout adds to it.
expect_status 124 "$tool" --size 60x60 --iterations "$iterations" --out late.png --timeout 0 --json late.json
expect_in err 'stopped by the timeout of 0.000000 s; --resume goes on'
expect_in late.json '"state": "timed out"'
expect_in late.json '"rows_done": 0'
[ -s late.png ] || fail 'no picture after a timeout'
cp kept late.png.state
expect_status 124 "$tool" --size 60x60 --iterations "$iterations" --out late.png --timeout 0 --resume --json late.json
grep -Eq '"rows_done": [1-9]' late.json || fail 'the kept rows are lost'
expect_status 0 "$tool" --size 60x60 --iterations "$iterations" --out late.png --timeout 1000 --resume
cmp late.png "whole.$iterations.png" || fail 'another picture after a timeout'

# Without --resume a picture is begun anew.
cp kept late.png.state
expect_status 0 "$tool" --size 60x60 --iterations "$iterations" --out late.png --json late.json
expect_in late.json '"rows_resumed": 0'
