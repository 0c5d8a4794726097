if true; then echo a; elif false; then echo b; else echo c; fi; if false; then :; fi; echo $?
####
for i in 1 2 3; do echo $i; done; for i in; do echo never; done; echo $?; for ((i=0;i<3;i++)); do echo -n $i; done; echo
####
i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done; until [ $i = 0 ]; do i=$((i-1)); done; echo $i
####
for i in 1 2 3 4 5; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done
####
for i in 1 2; do for j in a b; do [ $j = b ] && continue 2; echo $i$j; done; done; for i in 1 2; do for j in a b; do break 2; done; done; echo $i$j
####
while :; do break; done; echo $?; while false; do :; done; echo $?; for i in 1; do false; done; echo $?
####
break; continue; echo $?
####
case abc in a*) echo 1;; esac; case abc in b*|*c) echo 2;; esac; case x in y) echo 3;; esac; echo $?; case "a b" in "a b") echo 4;; esac; case '*' in '*') echo 5;; esac
####
case foo in (foo) echo paren;; esac; x=o; case foo in f$x$x) echo var;; esac; case a in [[:alpha:]]) echo cls;; esac
####
f() { echo $1 $#; return 3; }; f a b; echo $?; function g { echo g; }; g; h() (echo sub; exit 4); h; echo $?
####
f() { [ $1 -le 1 ] && { echo 1; return; }; echo $(( $1 * $(f $(($1-1))) )); }; f 5
####
fib() { if (( $1 < 2 )); then REPLY=$1; else fib $(($1-1)); local a=$REPLY; fib $(($1-2)); REPLY=$((a+REPLY)); fi; }; fib 12; echo $REPLY
####
return 5; echo $?
####
(exit 3); echo $?; (false); echo $?; { false; }; echo $?; ! true; echo $?; ! false; echo $?
####
true && echo a || echo b; false && echo a || echo b; true || echo c; false; echo $?
####
set -e; false || true; if false; then :; fi; ! true; echo here; (false); echo never
####
set -e; f() { false; echo in f; }; f || echo failed; f; echo never
####
set -e; x=$(false); echo never
####
set -e; false | true; echo ok; true | false; echo never
####
set -e; while false; do :; done; until true; do :; done; [[ a == b ]] || echo c; ((0)) || echo d; ((0)); echo never
####
set -o pipefail; false | true; echo $?; true | true; echo $?; exit 3 | exit 5 | true; echo $?
####
true | false | (exit 3) | true; echo "${PIPESTATUS[@]}"; echo ${PIPESTATUS[@]}; false; echo ${PIPESTATUS[0]}
####
trap 'echo bye' EXIT; echo hi
####
trap 'echo exit $?' EXIT; exit 7
####
trap 'echo err $? $LINENO' ERR; false; true; (exit 2); if false; then :; fi; echo end
####
trap 'echo usr1' USR1; kill -USR1 $$; echo after; trap - USR1; trap; trap '' USR1; trap -p
####
trap 'echo t1' EXIT; (echo sub); trap - EXIT; echo done
####
(trap 'echo sub exit' EXIT; echo in sub); echo out
####
trap 'echo int; exit 9' INT; kill -INT $$; echo never
####
f() { trap 'echo f' EXIT; }; f; echo x
####
select x in a b c; do echo "got $x $REPLY"; break; done <<< 2
####
PS3='pick: '; select x in one two; do echo "[$x]"; [ "$x" ] && break; done <<< $'9\n\n1'
####
echo a & wait; echo b; sleep 0.1 & wait $!; echo $?; (exit 5) & wait $!; echo $?
####
(sleep 0.2; echo late) & echo early; wait; echo done; jobs
####
{ echo a; echo b; } | while read x; do echo "<$x>"; done; echo $x
####
echo abc | { read x; echo "got $x"; }; echo "[$x]"
####
yes | head -2; echo ${PIPESTATUS[@]}
####
seq 1000 | head -1; seq 5 | tail -1 | cat
####
x=1; (x=2; echo $x); echo $x; { x=3; }; echo $x; x=4 | true; echo $x
####
f() { echo out; echo err >&2; }; f 2>/dev/null; f 2>&1 >/dev/null | sed s/^/e:/; f > o 2> e; cat e o
####
f() { cat; } <<< "from redirect"; f
####
while read l; do echo "[$l]"; done < <(printf 'a\nb\n'); cat <(echo 1) <(echo 2)
####
[[ abc == a* ]] && echo 1; [[ abc == "a*" ]] || echo 2; [[ abc != b* ]] && echo 3; [[ a < b ]] && echo 4; [[ -n x && -z "" ]] && echo 5; [[ ! -e /nonexist ]] && echo 6
####
[[ abc =~ ^a(.)c$ ]] && echo ${BASH_REMATCH[0]} ${BASH_REMATCH[1]}; re='[0-9]+'; [[ ab12 =~ $re ]] && echo ${BASH_REMATCH[0]}; [[ a.b =~ a\.b ]] && echo dot; [[ axb =~ "a.b" ]] || echo quoted
####
[[ 2024-01-15 =~ ^([0-9]{4})-([0-9]{2})-([0-9]{2})$ ]] && echo "${BASH_REMATCH[@]:1}"
####
[[ 10 -gt 9 && 1+1 -eq 2 ]] && echo num; [[ (1 -eq 1 || 1 -eq 2) && 3 -lt 4 ]] && echo group; x=; [[ $x ]] || echo empty; [[ -v x ]] && echo isset
####
touch f; mkdir d; ln -s f l; [ -f f ] && [ -d d ] && [ -L l ] && [ -e l ] && [ ! -s f ] && [ -r f ] && [ -w f ] && [ ! -x f ] && echo ok; [ f -ef l ] && echo same
####
[ a = a ] && [ a != b ] && [ 1 -lt 2 ] && [ -z "" ] && [ -n x ] && [ x ] && echo ok; [ "" ]; echo $?; [ ]; echo $?; test; echo $?
####
[ 1 -eq 1 -a 2 -eq 2 ] && echo and; [ 1 -eq 2 -o 2 -eq 2 ] && echo or; [ ! 1 -eq 2 ] && echo not; [ \( a = a \) ] && echo paren; [ a \< b ] && echo lt
####
[ 1 -eq x ]; echo $?; [ a = ]; echo $?; [ a b ]; echo $?; [ a = b; echo $?; [ -f a b ]; echo $?; [ a b c ]; echo $?; [ 1 2 3 4 5 ]; echo $?
####
x="a b"; [ $x = a ]; echo $?; [ -n $undefined ]; echo $?; [ -n "$undefined" ]; echo $?
####
i=0; while ((i++<3)); do echo $i; done; for ((;;)); do ((i--)) || break; done; echo $i
####
f() { for i in 1 2 3; do [ $i = 2 ] && return 9; done; }; f; echo $? $i
####
g() { local IFS=,; echo "$*"; }; g a b c; echo "$IFS" | cat -A
####
f() { shift; echo "$@" $#; }; f a b c; set -- x y; f 1 2; echo "$@"
####
set -- -a -b arg -c; while getopts ab:c o; do echo $o $OPTARG $OPTIND; done; shift $((OPTIND-1)); echo $#
####
while getopts :a:b o -x -a; do echo "$o $OPTARG"; done; while getopts z o -abc; do echo $o; done
####
getopts_f() { local OPTIND; while getopts "n:v" o; do case $o in n) echo "n=$OPTARG";; v) echo v;; *) echo bad;; esac; done; shift $((OPTIND-1)); echo "rest: $*"; }; getopts_f -v -n5 file; getopts_f -vn 7 -- -x
####
eval 'for i in 1 2; do echo $i; done'; eval 'exit_status() { return 4; }'; exit_status; echo $?; eval; echo $?; eval false; echo $?
####
echo 'echo sourced $1; y=5; return 3; echo never' > s; . ./s arg; echo $? $y; source ./s; set -- p; . ./s; . ./nonexistent; echo $?
####
echo 'x=$((x+1))' > s; x=1; . ./s; . ./s; echo $x; (. ./s; echo $x); echo $x
####
type echo; type if; type ls; f() { :; }; type f; type nosuch; echo $?; type -t echo if ls f; alias zz=ls; type zz
####
command -v echo ls nosuch; echo $?; command echo hi; command nosuch; echo $?; echo() { builtin echo "wrapped $*"; }; echo x; command echo y; unset -f echo; echo z
####
hash; ls >/dev/null; hash; hash -r; hash
####
f() { echo a; }; unset f; f; echo $?; f() { echo b; }; unset -f f; declare -F f; echo $?
####
nosuchcmd; echo $?; ./nosuch; echo $?; /; echo $?; touch nx; ./nx; echo $?
####
printf '#!/bin/sh\necho script $0 $1\n' > s; chmod +x s; ./s arg; printf 'echo plain $1\n' > p; chmod +x p; ./p x; printf '#!/no/interp\n' > b; chmod +x b; ./b; echo $?
####
bash -c 'echo $0 $1 $#' a b c; bash -c 'exit 5'; echo $?; echo 'echo in $1' | bash -s x; bash nosuch.sh; echo $?; bash -c; echo $?
####
bash -ec 'false; echo never'; echo $?; bash -xc 'echo a' 2>&1; bash -uc 'echo $u'; echo $?
####
sh -c 'echo posix $0'; bash -o pipefail -c 'false | true'; echo $?; bash +e -c 'false; echo y'
####
kill -9 $$; echo never
####
sleep 5 & kill $!; wait $!; echo $?; sleep 5 & kill -9 $!; wait $! 2>/dev/null; echo $?
####
exit 256; 
####
exit 300
####
exit abc
####
exit -1
####
(exit 1 2); echo $?
####
: ${x:=5}; echo $x; : > f; ls -l f | wc -l; true; echo $?; false; echo $?
####
times | wc -l; umask; umask 077; umask; umask -S; touch f; stat -c %a f; umask u=rwx,g=rx,o=; umask
####
f() { echo "$@"; }; f $(echo a b) "$(echo c d)"; f "${@:-none}"
####
declare -f f; f() { echo hi; }; declare -f f; declare -F; type f
####
f() { if true; then echo "a b" > x; else for i in 1 2; do (ls | cat); done; fi; while a; do [[ a == b ]] && ((i++)); done; case $x in a|b) c;; *) d;; esac; x=1 foo <<< bar 2>&1 & }; declare -f f
####
f() { a && b || c; a | b; ! a; { x; y; } > z; for ((i=0;i<3;i++)); do :; done; until q; do w; done; if a; then b; elif c; then d; else e; fi; local v="$1" w=(1 2); echo $(date) `x` ${y:-z}; }; declare -f f
####
x=1; unset x; echo ${x-unset}; unset nosuch; echo $?; unset -v PATH; ls; echo $?
####
set -x; x=5; echo "a b" $x; [ a = b ]; for i in 1; do :; done; x=$(echo hi); ((x=1)); [[ a == b ]]; f() { :; }; f 1 ''
####
set -v; echo a
####
set -n; echo never
####
set -C; echo a > f; echo b > f; echo $?; echo c >| f; cat f; set +C; echo d > f; cat f
####
set -a; x=5; env | grep ^x=; set +a; y=6; env | grep -c ^y=
####
set -o | head -3; set +o | head -2; shopt -s nosuch; echo $?; shopt nullglob; echo $?; shopt -p nullglob; shopt -q extglob; echo $?; set -o nosuch; echo $?; set -Z; echo $?
####
set -- a b; echo $@; set x; echo $@; set --; echo $#; set -- -a; echo $1; set - q; echo $1
####
alias ll='ls -l'; alias; alias ll; unalias ll; alias ll; echo $?; unalias nosuch; echo $?
####
shopt -s expand_aliases
alias hi='echo hello' e='echo '
hi world
e hi
alias loop='loop x'
loop
####
shopt -s expand_aliases; alias q='echo no'; q 2>/dev/null; echo $?
q yes
####
pushd /usr; dirs; pushd /bin; popd; dirs; popd; popd; echo $?
####
cd /usr; pwd; cd bin; pwd; cd ..; pwd; cd -; cd /nonexistent; echo $?; cd a b; echo $?; cd; pwd; echo $OLDPWD
####
mkdir -p a/b; ln -s a/b l; cd l; pwd; pwd -P; cd ..; pwd; cd -P l; pwd; cd ../..; pwd
####
mkdir x; cd x; rmdir ../x; pwd; cd ..; pwd
####
mkdir -p p/q; CDPATH=p; cd q; pwd; cd ../..; HOME=; cd; pwd; unset HOME; cd; echo $?
####
touch f; cd f; echo $?; cd ""; echo $?; pwd; mkdir -m 000 no; ls -d no
####
read x y z <<< "a b c d"; echo "$x|$y|$z"; read x <<< "  sp  "; echo "[$x]"; read <<< " keep "; echo "[$REPLY]"; read x < /dev/null; echo $?
####
read -r x <<< 'a\tb'; echo "$x"; read x <<< 'a\tb'; echo "$x"; printf 'a\\\nb\n' | { read x; echo "$x"; }; printf 'a\\\nb\n' | { read -r x; echo "$x"; }
####
read -n 3 x <<< abcdef; echo $x; read -d : x <<< a:b; echo $x; read -a arr <<< "1 2 3"; echo ${arr[2]}; read -N 4 x <<< $'ab\ncd'; echo "$x"; printf 'no newline' | { read x; echo $? $x; }
####
IFS=, read a b <<< "1,2,3"; echo "$a $b"; IFS=, read a b c <<< "1,,3"; echo "[$a][$b][$c]"; IFS=: read -r a b <<< "x:"; echo "[$a][$b]"; read a b <<< ""; echo "[$a]$?"
####
printf 'a\nb\n' | while read x; do echo $x; read y; echo "y=$y"; done; read 1x; echo $?; read -t 0.1 x < /dev/null; echo $?
####
mapfile -n 2 a < <(seq 5); echo ${#a[@]}; mapfile -s 3 -t a < <(seq 5); echo ${a[@]}; mapfile -d : -t a <<< a:b:c; echo ${a[1]}; mapfile -O 2 -t b <<< x; echo ${!b[@]}
####
disown; jobs; fg; echo $?; bg; echo $?; wait %5; echo $?; kill %1; echo $?; kill 99999999; echo $?; kill; echo $?; kill -NOSUCH 1; echo $?
####
kill -l 9; kill -l TERM; kill -l 137; kill -l | head -1; trap -l | head -1
####
ulimit -n >/dev/null; echo $?; enable -n test; type -t test; enable test; type -t test; help cd | head -1; builtin nosuch; echo $?
####
caller; f() { caller; caller 0; }; f; let; echo $?; shift 5; echo $?; shift a; echo never
####
coproc cat; echo hi >&${COPROC[1]}; read x <&${COPROC[0]}; echo $x; kill $COPROC_PID
####
exec 3> f; echo x >&3; exec 3>&-; cat f; exec echo replaced; echo never
####
exec nosuch; echo never
####
exec 4< /etc/passwd; read l <&4; echo ${l%%:*}; exec 4<&-; read l <&4; echo $?
####
{ echo a; exit 3; echo b; } | cat; echo $?; (exit 2) | cat; echo ${PIPESTATUS[0]}
####
time -p true 2>&1 | cut -c1-4; { time true; } 2>&1 | wc -l; TIMEFORMAT=%R; { time :; } 2>&1 | cut -c1-2
####
echo $- | tr -d '\n' ; set -x 2>/dev/null; set +x; [[ $- == *x* ]] || echo nox
####
f() { set -- new; echo $1; }; set -- old; f; echo $1; f2() { x=changed; unset y; }; y=1; f2; echo $x ${y-gone}
####
declare -r R=5; declare -p R; declare -x E=6; declare -p E; declare -i I=7; declare -p I; declare -a A=(1 "b c"); declare -p A; declare -p nosuch; echo $?
####
declare x y=2; declare -p x y; x=; declare -p x; export Z; declare -p Z; f() { declare -p; }; unset f; typeset -i t=3+3; echo $t
####
export | grep -c PATH; readonly -p | grep -c EUID; readonly r=5; readonly -p | grep ' r='; export -p | grep HOME=
####
export 1a=2; echo $?; declare 'a b=1'; echo $?; x='1 2'; export y=$x; echo "$y"; readonly q; q=1; echo n
####
export -f nosuch; echo $?; f() { echo exported f; }; export -f f; bash -c f
####
set | grep ^FOO; FOO='a b'; set | grep ^FOO; BAR=$'x\ny'; set | grep ^BAR; arr=(1 2); set | grep ^arr
