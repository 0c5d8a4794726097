#!/bin/bash -e
# Lays out releases of an application side by side and switches between them with a link.
# Run: mkdir -p in/bin in/etc; printf '#!/bin/sh\necho "app @VERSION@ $*"\n' > in/bin/app; printf '[main]\nversion = @VERSION@\ncolour=red ; or blue\n\n[paths]\ndata = @PREFIX@/data\n# list = a\n' > in/etc/app.ini; ln -s bin/app in/app
# Run: ./release-tree.sh install 1.0 in
# Run: srv/current/app hello; cat srv/current/etc/app.ini
# Run: echo extra > in/new; ./release-tree.sh install 1.1 in; ./release-tree.sh ls; readlink srv/current
# Run: ./release-tree.sh diff 1.0 1.1
# Run: ./release-tree.sh set main.colour green; ./release-tree.sh set paths.list 'b c'; ./release-tree.sh set extra.key 1; ./release-tree.sh get main.colour; ./release-tree.sh get paths.data; cat srv/current/etc/app.ini
# Run: ./release-tree.sh get main.nothing; echo $?
# Run: ./release-tree.sh rollback; ./release-tree.sh ls; srv/current/app
# Run: ./release-tree.sh rollback
# Run: ./release-tree.sh install 1.1 in; echo $?
# Run: ./release-tree.sh install 2.0-beta.3 in && ./release-tree.sh install 10.0 in && ./release-tree.sh install 9.9 in; ./release-tree.sh ls -r
# Run: ./release-tree.sh prune 2; ls srv/releases
# Run: ./release-tree.sh verify; chmod u+w srv/releases/*/bin; echo x >> srv/current/bin/app; ./release-tree.sh verify; echo "verify $?"
# Run: mkdir srv/lock; ./release-tree.sh prune 1; echo $?; rmdir srv/lock
# Run: ./release-tree.sh install '../evil' in; ./release-tree.sh install 3.0 nowhere; ./release-tree.sh; echo $?
# Run: umask 077; ./release-tree.sh stat

BASE=srv
RELEASES=$BASE/releases
CURRENT=$BASE/current

function oops() { echo "release-tree: $1" >&2; exit ${2:-1}; }

function lock {
  mkdir -p $BASE
  mkdir $BASE/lock 2>/dev/null || oops "somebody else is at work" 75
  trap 'rmdir $BASE/lock' EXIT
  trap 'exit 143' TERM INT HUP
}

function valid_version { [[ $1 =~ ^[0-9]+(\.[0-9]+)*(-[a-z]+(\.[0-9]+)?)?$ ]]; }

function versions { (cd $RELEASES 2>/dev/null && ls -1) | sort "$@" -V; }

function current_version {
  local target
  target=$(readlink $CURRENT) || return 0
  echo ${target##*/}
}

function switch_to {
  ln -sfn releases/$1 $BASE/.next
  mv -T $BASE/.next $CURRENT
  echo $1 >> $BASE/history
  echo "now at $1"
}

# Copies a tree, filling in what stands between at signs.
function fill_in {
  local from=$1 to=$2 version=$3 path
  find $from -mindepth 1 -printf '%y %P\n' | LC_ALL=C sort -k2 | while read -r kind path; do
    case $kind in
      d) mkdir $to/$path ;;
      l) ln -s "$(readlink $from/$path)" $to/$path ;;
      f) sed -e "s|@VERSION@|$version|g" -e "s|@PREFIX@|/$to|g" $from/$path > $to/$path
         if [ -x $from/$path ] || head -1 $from/$path | grep -q '^#!'; then chmod 755 $to/$path; fi ;;
    esac
  done
}

function sums { (cd $1; find . -type f ! -name .sums -exec sha1sum {} \; | sort -k2); }

function do_install {
  local version=$1 from=$2
  valid_version "$version" || oops "$version is no version"
  [[ -d $from ]] || oops "$from is no directory"
  lock
  local to=$RELEASES/$version
  [[ ! -e $to ]] || oops "$version is installed" 3
  mkdir -p $RELEASES
  local part
  part=$(mktemp -d $BASE/.part.XXXX)
  fill_in $from $part $version
  sed -i "s|/$part|/$to|g" $part/etc/*.ini
  sums $part > $part/.sums
  chmod -R a-w $part/bin
  mv $part $to
  chmod 755 $to
  switch_to $version
}

function do_ls {
  local here version
  here=$(current_version)
  for version in $(versions $1); do
    if [ $version = "$here" ]; then echo "* $version"; else echo "  $version"; fi
  done
}

function do_diff { diff -r -x .sums $RELEASES/$1 $RELEASES/$2 || :; }

function do_rollback {
  lock
  local -a past
  mapfile -t past < <(tac $BASE/history 2>/dev/null | awk '!seen[$0]++')
  ((${#past[@]} > 1)) || oops "nothing to go back to"
  sed -i '$d' $BASE/history
  local back=$(tail -n 1 $BASE/history)
  [[ $back ]] || oops "this is the first release"
  sed -i '$d' $BASE/history
  switch_to $back
}

# get SECTION.KEY
function do_get {
  awk -v want="$1" '
    /^[ \t]*(#|;|$)/ { next }
    /^\[.*\]/ { section = substr($0, 2, index($0, "]") - 2); next }
    {
      split($0, part, /[ \t]*=[ \t]*/)
      if (section "." part[1] == want) { value = part[2]; sub(/[ \t]*;.*/, "", value); print value; found = 1 }
    }
    END { exit !found }
  ' $CURRENT/etc/app.ini
}

# set SECTION.KEY VALUE
function do_set {
  local section=${1%%.*} key=${1#*.} value=$2 file=$CURRENT/etc/app.ini
  if ! grep -qF "[$section]" $file; then
    printf '\n[%s]\n' $section >> $file
  fi
  if sed -n "/^\[$section\]/,/^\[/p" $file | grep -q "^$key *="; then
    sed -i "/^\[$section\]/,/^\[/s|^\($key *= *\)[^;]*\( ;.*\)\{0,1\}$|\1$value\2|" $file
  else
    sed -i "/^\[$section\]/a $key = $value" $file
  fi
}

function do_prune {
  local keep=$1 here
  lock
  here=$(current_version)
  versions -r | tail -n +$((keep + 1)) | grep -vxF "$here" | while read version; do
    chmod -R u+w $RELEASES/$version
    rm -r $RELEASES/$version
    echo "pruned $version"
  done || true
}

function do_verify {
  local version bad=0
  for version in $(versions); do
    if diff <(sums $RELEASES/$version) $RELEASES/$version/.sums > /dev/null; then
      echo "$version ok"
    else
      echo "$version changed: $(diff <(sums $RELEASES/$version) $RELEASES/$version/.sums | awk '/^</ { print $3 }' | xargs)"
      let bad+=1
    fi
  done
  return $bad
}

function do_stat {
  touch $BASE/mark
  stat -c '%A %n' $BASE/mark $CURRENT $RELEASES/*/bin/app | sort -k2 -u
}

set -o pipefail
verb=${1-}
type -t do_$verb > /dev/null || oops "usage: release-tree.sh install|ls|diff|get|set|rollback|prune|verify|stat ..." 64
shift
do_$verb "$@"
