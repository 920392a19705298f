# Sourced by the tests of covey-trace. Arguments: the program, a program to trace, a folder, and what tools have in common.
sample=$2
setup=$4
set -- "$1" "$3"
. "$setup"
trace=trace.json

make_trace() {
  COVEY_TRACE=$trace "$sample" || fail 'the traced program failed'
}
