# Sourced by the tests of digest as `. digest_setup.sh`.
. "$(dirname "$0")/../../tools/support/tool_setup.sh"
digest=$tool

# A small tree with what real trees have: odd names, an empty file, folders in folders, one file of 5 MB.
make_tree() {
  mkdir -p "$1/folder/deep er" "$1/empty folder"
  : >"$1/empty"
  echo text >"$1/a file"
  echo quotes >"$1/it's \"quoted\""
  echo newline >"$1/$(printf 'new\nline')"
  echo return >"$1/$(printf 'carriage\rreturn')"
  echo backslash >"$1/back\\slash"
  echo 'backslash n' >"$1/not\\na newline"
  echo tab >"$1/$(printf 'tab\tinside')"
  echo bytes >"$1/$(printf 'not utf-8 \377\376')"
  echo unicode >"$1/$(printf '\303\274ber \360\237\220\246')"
  echo dash >"$1/-dash"
  echo hidden >"$1/.hidden"
  echo deep >"$1/folder/deep er/file"
  head -c 5000000 /dev/urandom >"$1/folder/five megabytes"
  head -c 65536 /dev/urandom >"$1/folder/one chunk"
  head -c 65537 /dev/urandom >"$1/folder/one chunk and a byte"
  ln -s file "$1/folder/deep er/link"
  mkfifo "$1/pipe"
}
