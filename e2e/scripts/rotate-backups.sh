#!/bin/sh
# Keeps numbered copies of a directory's files, and throws away the oldest. Written for any Bourne shell.
#
# Run: mkdir -p src/etc src/var/log; printf 'port=80\nhost=a\n' > src/etc/app.conf; echo one > src/var/log/app.log; echo 'a b' > 'src/with space'
# Run: ./rotate-backups.sh -h
# Run: ./rotate-backups.sh -n src dest
# Run: ./rotate-backups.sh -v src dest
# Run: echo two >> src/var/log/app.log; rm 'src/with space'; ./rotate-backups.sh -v -k 2 src dest
# Run: echo three > src/var/log/app.log; chmod 600 src/etc/app.conf; ./rotate-backups.sh -k 2 -v src dest
# Run: ./rotate-backups.sh -l dest
# Run: ./rotate-backups.sh -c dest
# Run: echo broken > dest/backup.0001/etc/app.conf; ./rotate-backups.sh -c dest
# Run: ./rotate-backups.sh -r 1 dest restored; find restored -type f | sort | xargs cat
# Run: ./rotate-backups.sh -k x src dest
# Run: ./rotate-backups.sh -q
# Run: ./rotate-backups.sh nowhere dest
# Run: ./rotate-backups.sh -r 9 dest elsewhere

PROG=`basename "$0"`
KEEP=3
VERBOSE=0
DRYRUN=0
MODE=backup
RESTORE=
TMP=

usage() {
	cat <<-EOF
	Usage: $PROG [-hnvq] [-k COUNT] SOURCE DEST
	       $PROG -l DEST
	       $PROG -c DEST
	       $PROG -r NUMBER DEST TARGET

	  -k COUNT   keep this many copies (default $KEEP)
	  -l         list the copies
	  -c         check the copies against their sums
	  -r NUMBER  put copy NUMBER back into TARGET
	  -n         say what would be done
	  -v         say what is done
	EOF
}

die() {
	echo "$PROG: $*" >&2
	exit 1
}

note() {
	if [ "$VERBOSE" -gt 0 ]; then
		echo "$PROG: $*"
	fi
}

cleanup() {
	status=$?
	trap - 0
	if [ -n "$TMP" ] && [ -d "$TMP" ]; then
		rm -rf "$TMP"
	fi
	exit $status
}

run() {
	if [ "$DRYRUN" = 1 ]; then
		echo "would run: $*"
	else
		"$@"
	fi
}

# Prints the number of the newest copy, 0 when there is none.
newest() {
	last=0
	for d in "$1"/backup.[0-9][0-9][0-9][0-9]; do
		[ -d "$d" ] || continue
		n=`expr "$d" : '.*\.0*\([1-9][0-9]*\)$'`
		[ "$n" -gt "$last" ] && last=$n
	done
	echo "$last"
}

name_of() {
	printf '%s/backup.%04d' "$1" "$2"
}

backup() {
	src=$1
	dest=$2
	[ -d "$src" ] || die "$src: no such directory"
	if [ ! -d "$dest" ]; then
		run mkdir -p "$dest" || die "cannot make $dest"
	fi
	n=`newest "$dest"`
	next=`expr $n + 1`
	target=`name_of "$dest" $next`
	note "copy $next of $src goes to $target"
	run mkdir "$target"
	( cd "$src" && find . -type d ! -name . ) | sort | while read -r dir; do
		run mkdir -p "$target/${dir#./}"
	done
	( cd "$src" && find . -type f ) | sort > "$TMP/files"
	count=0
	bytes=0
	while IFS= read -r file; do
		file=${file#./}
		if [ $n -gt 0 ] && cmp -s "$src/$file" "`name_of "$dest" $n`/$file"; then
			run ln "`name_of "$dest" $n`/$file" "$target/$file"
			kind=linked
		else
			run cp -p "$src/$file" "$target/$file"
			kind=copied
		fi
		size=`wc -c < "$src/$file"`
		count=`expr $count + 1`
		bytes=`expr $bytes + $size`
		note "$kind $file"
	done < "$TMP/files"
	if [ "$DRYRUN" = 0 ]; then
		( cd "$target" && find . -type f ! -name SUMS -print0 | sort -z | xargs -0 sha256sum ) > "$TMP/sums"
		mv "$TMP/sums" "$target/SUMS"
	fi
	echo "$count files, $bytes bytes"
	expire "$dest" $next
}

expire() {
	oldest=`expr $2 - $KEEP`
	i=$oldest
	while [ "$i" -gt 0 ]; do
		old=`name_of "$1" $i`
		[ -d "$old" ] || break
		note "copy $i is too old"
		run rm -r "$old"
		i=`expr $i - 1`
	done
	return 0
}

list() {
	[ -d "$1" ] || die "$1: no such directory"
	found=
	for d in "$1"/backup.*; do
		case $d in
		*'*') break ;;
		*.[0-9][0-9][0-9][0-9]) ;;
		*) continue ;;
		esac
		found=yes
		files=`find "$d" -type f ! -name SUMS | wc -l`
		set -- "$1" `find "$d" -type f ! -name SUMS -exec wc -c {} + | sed -n '$s/ *\([0-9]*\).*/\1/p'`
		printf '%-20s %3d files %6d bytes\n' "${d##*/}" "$files" "$2"
	done
	[ -n "$found" ] || echo "no copies"
}

check() {
	bad=0
	for d in "$1"/backup.*; do
		if ( cd "$d" && sha256sum --quiet -c SUMS ) > "$TMP/log" 2>&1; then
			echo "${d##*/}: good"
		else
			echo "${d##*/}: bad"
			sed -e '/WARNING/d' -e 's/^/    /' "$TMP/log"
			bad=`expr $bad + 1`
		fi
	done
	return $bad
}

restore() {
	from=`name_of "$2" "$1"`
	[ -d "$from" ] || die "there is no copy $1"
	[ -e "$3" ] && die "$3 is in the way"
	cp -R "$from" "$3" && rm -f "$3/SUMS"
	note "copy $1 is in $3"
}

trap cleanup 0
trap 'exit 130' 2 15

while getopts hnvk:lcr: opt; do
	case $opt in
	h) usage; exit 0 ;;
	n) DRYRUN=1 ;;
	v) VERBOSE=`expr $VERBOSE + 1` ;;
	k) case $OPTARG in
	   ''|*[!0-9]*) die "-k wants a number, not \`$OPTARG'" ;;
	   *) KEEP=$OPTARG ;;
	   esac ;;
	l) MODE=list ;;
	c) MODE=check ;;
	r) MODE=restore; RESTORE=$OPTARG ;;
	*) usage >&2; exit 2 ;;
	esac
done
shift `expr $OPTIND - 1`

TMP=`mktemp -d "${TMPDIR:-/tmp}/rotate.XXXXXX"` || die "no place for temporary files"

case $MODE:$# in
backup:2) backup "$1" "$2" ;;
list:1) list "$1" ;;
check:1) check "$1" || die "$? bad copies" ;;
restore:2) restore "$RESTORE" "$1" "$2" ;;
*) usage >&2; exit 2 ;;
esac
