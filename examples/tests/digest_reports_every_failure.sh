# Files that cannot be read do not stop the others; each of them is named at the end, and the status is 1.
# Nothing here depends on permissions, as root may read everything.
. "$(dirname "$0")/digest_setup.sh"
mkdir tree
echo good >tree/good
ln -s nowhere dangling
ln -s loop loop

expect_status 1 "$digest" missing1 tree dangling tree/good loop 'missing 2' tree/good/below
expect_lines out 2
sha256sum tree/good tree/good | cmp - out || fail 'the good files are not there'
expect_in err 'digest: missing1: No such file or directory'
expect_in err 'digest: missing 2: No such file or directory'
expect_in err 'digest: dangling: No such file or directory'
expect_in err 'digest: loop: Too many levels of symbolic links'
expect_in err 'digest: tree/good/below: Not a directory'
expect_in err '2 of 7 files digested, 5 failed'
[ "$(grep -n missing1 err | cut -d: -f1)" -lt "$(grep -n dangling err | cut -d: -f1)" ] ||
  fail 'failures are not in the order of the walk'

# Many failures are all told.
seq 1 3000 | sed 's/^/gone/' | xargs "$digest" --quiet >out 2>err && fail 'status 0 for missing files'
expect_lines err 3000

# Followed links that lead upwards are an error of that place, not an endless walk.
ln -s .. tree/up
expect_status 0 "$digest" tree
expect_status 1 "$digest" --follow tree
expect_in err 'tree/up/tree: Too many levels of symbolic links'
expect_in out '  tree/good'

if [ "$(id -u)" -ne 0 ]; then
  echo secret >tree/secret
  chmod 000 tree/secret
  expect_status 1 "$digest" tree
  expect_in err 'tree/secret: Permission denied'
fi
