# Sourced by the tests of the tools: a fresh folder to work in, and what the tests say and check.
# Arguments of each test: the program, and the folder that it may empty.
set -eu
export LC_ALL=C
tool=$1
folder=$2
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# expect_status STATUS COMMAND...: output goes to the files `out` and `err`
expect_status() {
  wanted=$1
  shift
  status=0
  "$@" >out 2>err || status=$?
  if [ "$status" -ne "$wanted" ]; then
    cat err >&2
    fail "$* ended with $status, wanted was $wanted"
  fi
}

expect_in() { # FILE TEXT: the file has a line that contains the text
  grep -qF -e "$2" "$1" || {
    cat "$1" >&2
    fail "no line of $1 contains: $2"
  }
}

expect_lines() { # FILE COUNT
  lines=$(wc -l <"$1")
  [ "$lines" -eq "$2" ] || {
    cat "$1" >&2
    fail "$1 has $lines lines, wanted were $2"
  }
}
