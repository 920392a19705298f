# Whatever a file holds: what is printed, on both streams, and the page are text without commands.
. "$(dirname "$0")/setup.sh"

commands='[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]'
expect_text() { # FILE
  if grep -nP "$commands" "$1"; then
    fail "$1 commands the terminal"
  fi
}

evil='\u001b]0;x\u0007\u001b[31m\u009b2J\u202e\u2066\u061c\u200f\u2028\u007f\r\b'
event() { # MEMBERS
  printf '{"pid":1,"tid":7,%s},\n' "$1"
}
{
  printf '{"otherData":{"covey":1},"traceEvents":[\n'
  event '"ph":"M","ts":0,"name":"thread_name","args":{"name":"'"$evil"'"}'
  event '"ph":"b","cat":"nursery","id":1,"ts":0,"name":"'"$evil"'","args":{"site":"'"$evil"'"}'
  event '"ph":"X","cat":"task","ts":1,"dur":9e3,"name":"'"$evil"'","args":{"id":2,"nursery":1,"site":"'"$evil"'"}'
  event '"ph":"b","cat":"stop","id":1,"ts":2,"name":"'"$evil"'"'
  event '"ph":"e","cat":"stop","id":1,"ts":3,"name":"'"$evil"'"'
  printf '{"pid":1,"tid":7,"ph":"e","cat":"nursery","id":1,"ts":9e4}\n]}\n'
} >evil.json
expect_status 0 "$tool" evil.json -o page.html --text
expect_text out
expect_text page.html
expect_in out '\x1b]0;x\x07'
expect_in page.html '\x1b]0;x\x07'

name=$(printf 'a\033[2Jb')
expect_status 1 "$tool" "$name"
expect_text err
cp evil.json "$name"
expect_status 0 "$tool" "$name" -o page.html --text
expect_text out
expect_text page.html
expect_status 1 "$tool" evil.json -o "no/$name"
expect_text err
expect_status 2 "$tool" evil.json -o ''
expect_in err 'a file name cannot be empty'
