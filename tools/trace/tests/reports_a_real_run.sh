# A traced run becomes a page and the key numbers.
. "$(dirname "$0")/setup.sh"
make_trace

expect_status 0 "$tool" $trace
expect_in out 'tasks                 89'
expect_in out 'events lost           0'
expect_in out 'span'
expect_in out 'tile 17'
expect_in out 'stop latency'

expect_status 0 "$tool" $trace -o report.html
[ ! -s out ] || fail 'it prints although only a page was asked for'
expect_in report.html '<svg'
expect_in report.html 'tile 17'
expect_in report.html '&lt;&amp;&gt;'
if grep -E 'src=|href=|<script|url\(' report.html; then
  fail 'the page needs something else'
fi

expect_status 0 "$tool" $trace -o report.html --text
expect_in out 'parallelism'
