nosuch; echo $?; ./nosuch; echo $?; /nosuch/x; echo $?; /; echo $?; ./; echo $?; ''; echo $?; touch f; ./f; echo $?; chmod +x f; ./f; echo $?; mkdir d; d; echo $?; ./d; echo $?; f/x; echo $?
####
printf '#!/nosuch/interp\necho hi\n' > s; chmod +x s; ./s; echo $?; printf '#!\necho nointerp\n' > s; ./s; echo $?; printf 'echo plain $0 $1\n' > s; ./s arg; echo $?; printf '#!/bin/bash -e\nfalse\necho never\n' > s; ./s; echo $?; printf '#! /bin/bash\necho space\n' > s; ./s
####
printf '#!/bin/bash\r\necho crlf\r\n' > s; chmod +x s; ./s; echo $?; bash s | od -c | head -3; printf 'echo a\r\nif true\r\nthen echo b\r\nfi\r\n' > s; bash s; echo $?
####
printf 'x\0y\0\1\2\n' > s; chmod +x s; ./s; echo $?; bash s; echo $?; printf '\177ELFjunk' > e; chmod +x e; ./e; echo $?; bash e; echo $?; . ./e; echo $?
####
printf 'echo "$0 $@ $#"; exit 3\n' > s; bash s a b; echo $?; sh s c; echo $?; . ./s x; echo never
####
printf 'echo "$0 $@ $#"; return 3\n' > s; set -- m n; . ./s x y; echo $? $@; source ./s; echo $?; . s; echo $?; PATH=$PATH:. ; . s; echo $?; . nosuch; echo $?; .; echo $?; source /; echo $?; . -x; echo $?
####
printf 'x=5; f() { echo ff; }; cd /; set -- q\n' > s; . ./s; echo $x $PWD $#; f; (. /dev/null); printf 'echo $LINENO ${BASH_SOURCE[0]} ${FUNCNAME[0]}\n' > /tmp/sh-oracle/t; . /tmp/sh-oracle/t; f2() { . /tmp/sh-oracle/t; }; f2
####
#: script a b
echo $0 $1 $2 $# $LINENO ${BASH_SOURCE[0]}
f() { echo ${FUNCNAME[@]} ${BASH_LINENO[@]} ${BASH_SOURCE[@]} $LINENO; g; }
g() {
  echo ${FUNCNAME[@]} ${BASH_LINENO[@]}; caller; caller 0; caller 1; caller 2
  caller 9; echo $?
}
f
caller; echo $?
####
#: script
f() {
  echo $LINENO
  nosuch
  echo "$(nosuch2)"

  echo $LINENO $(echo $LINENO)
}
f; echo $LINENO
eval 'echo $LINENO
echo $LINENO'
x="a
b"; echo $LINENO
cat <<E
$LINENO
E
echo $LINENO
trap 'echo trap $LINENO' USR1
kill -USR1 $$
####
f() { echo $# $1 "$@"; return 7; }; f a b; echo $?; f; g() { echo $0 $FUNCNAME; }; g; h() { return; }; false; h; echo $?; i() { :; }; i; echo $?; j() { return -1; }; j; echo $?; k() { return 256; }; k; echo $?; l() { return x; }; l; echo $?; m() { return 1 2; }; m; echo $?
####
return 5; echo $?; f() { return 2>/dev/null; }; f; (return 3); echo $?; f() { (return 4); echo $?; }; f; x=$(return 2); echo $?
####
fact() { local n=$1; if ((n<=1)); then echo 1; else echo $((n * $(fact $((n-1))))); fi; }; fact 5; fib() { if (($1<2)); then r=$1; else fib $(($1-1)); local a=$r; fib $(($1-2)); r=$((a+r)); fi; }; fib 10; echo $r
####
FUNCNEST=3; f() { echo $1; f $(($1+1)); }; f 1; echo $?; f() { f() { echo redefined; }; echo orig; }; f; f; unset -f f; f; echo $?
####
f() { echo f; }; alias f='echo alias'; f; shopt -s expand_aliases
f; alias ll='echo l '; alias x=y; ll x; \f; unalias f; f; alias; alias nosuch; echo $?; unalias nosuch; echo $?; unalias; echo $?; alias 'a/b=c'; echo $?; alias -p
####
shopt -s expand_aliases; alias e='echo hi; echo'
e there; alias i='if true; then'
i echo in; fi; alias n='e nested'
n x; 'e' y; echo $?; alias e=e2 e2='echo chain'
e z; alias -- -='echo dash'
- q; unalias -a
e w
####
type echo cd if for [ [[ f ls; echo $?; f() { :; }; type f; type -t echo if f ls nosuch; type -a echo; type -p ls echo; type -P echo; type -f f; echo $?; type; echo $?; type -z; echo $?
####
command -v echo if ls nosuch; echo $?; command -V echo if nosuch; echo $?; f() { echo func; }; command -v f; command -V f; echo() { builtin echo wrapped "$@"; }; echo a; command echo b; builtin echo c; command nosuch; command; command -z; unset -f echo; echo $?
####
builtin nosuch; echo $?; builtin; echo $?; builtin ls; echo $?; command -p ls -d /; command -pv ls; enable -n echo; type echo; enable echo; type echo; enable nosuch; echo $?; enable -n | head -1; enable | head -2
####
hash; hash -r; ls >/dev/null; hash; hash -t ls; hash -d ls; hash -t ls; echo $?; hash nosuch; echo $?; hash -p /bin/cat mycat; mycat <<< via; hash -l; hash ls cat; hash | sort
####
eval; echo $?; eval 'echo a; echo b'; eval echo '$HOME' | grep -c /; eval "x=5"; echo $x; eval 'f() { echo ef; }'; f; eval "echo 'q q'" r; eval -x; echo $?; eval -- echo dd; y=x; eval "echo \$$y"; eval 'exit 3'; echo never
####
exec nosuch; echo never
####
exec ./nosuch; echo never
####
shopt -s execfail; exec nosuch; echo $?; exec -z; echo $?; exec; echo $?; (exec -a myname bash -c 'echo $0'); (exec -c env | grep -c HOME); (exec -l bash -c 'echo $0'); exec echo bye
####
touch t; exec ./t; echo never
####
x=1; exec 3>&1; exec env Y=2 bash -c 'echo $Y; echo fd >&3'
####
test; echo $?; test a; echo $?; test ''; echo $?; test -n; echo $?; test -z; echo $?; test ! a; echo $?; test ! ''; echo $?; test a = a; echo $?; test a == a; echo $?; test a != a; echo $?; test '(' a ')'; echo $?; test ! a = b; echo $?; test a -a b; echo $?; test a -a ''; echo $?; test '' -o b; echo $?
####
[ a ; echo $?; [ ; echo $?; [ ]; echo $?; [ a b ]; echo $?; [ a b c ]; echo $?; [ a b c d ]; echo $?; [ a = ]; echo $?; [ = a ]; echo $?; [ -f ]; echo $?; [ ! ]; echo $?; [ ! ! ]; echo $?; [ '(' ]; echo $?; [ '(' ')' ]; echo $?; [ -z -a -z ]; echo $?
####
[ 1 -eq 1 ]; echo $?; [ 1 -eq a ]; echo $?; [ a -lt 1 ]; echo $?; [ '' -eq 0 ]; echo $?; [ ' 5 ' -eq 5 ]; echo $?; [ 1 -ne 2 -a 3 -gt 2 ]; echo $?; [ 08 -eq 8 ]; echo $?; [ -1 -lt 0 ]; echo $?; [ 99999999999999999999 -gt 1 ]; echo $?; [ a '<' b ]; echo $?; [ b \> a ]; echo $?; [ 1 -xx 2 ]; echo $?
####
touch f; mkdir d; ln -s f l; ln -s no dang; chmod 000 f; mkfifo p; for t in b c d e f g h k L p r s S u w x O G N; do for n in f d l dang p nosuch; do [ -$t $n ] && echo -n "$t:$n "; done; done; echo; [ -t 0 ]; echo $?; [ -t x ]; echo $?; [ f -nt nosuch ]; echo $?; [ nosuch -ot f ]; echo $?; [ f -ef l ]; echo $?
####
[[ abc == a* ]]; echo $?; [[ abc == "a*" ]]; echo $?; [[ a < b ]]; echo $?; [[ abc =~ ^(a)(b)(x)?(c)$ ]]; echo $? "${BASH_REMATCH[@]}" ${#BASH_REMATCH[@]}; [[ x =~ y ]]; echo $? ${#BASH_REMATCH[@]}; [[ -n '' || -z '' ]]; echo $?; [[ ! a ]]; echo $?; [[ (a == b || c == c) && d ]]; echo $?; [[ a = a ]]; echo $?
####
r='^[0-9]+$'; [[ 123 =~ $r ]]; echo $?; [[ 12a =~ $r ]]; echo $?; [[ 'a b' =~ a\ b ]]; echo $?; [[ a.b =~ a\.b ]]; echo $?; [[ axb =~ "a.b" ]]; echo $?; [[ a =~ [ ]]; echo $?; [[ aaa =~ a{2} ]]; echo $BASH_REMATCH; [[ ab =~ (a|b)+ ]]; echo ${BASH_REMATCH[@]}; [[ $'a\nb' =~ a.b ]]; echo $?; [[ abc =~ b ]]; echo $BASH_REMATCH
####
[[ 2024-01-15 =~ ^([0-9]{4})-([0-9]{2})-([0-9]{2})$ ]] && echo "${BASH_REMATCH[1]}/${BASH_REMATCH[2]}/${BASH_REMATCH[3]}"; shopt -s nocasematch; [[ ABC == abc ]]; echo $?; [[ ABC =~ b ]]; echo $?; case FOO in foo) echo m;; esac; shopt -u nocasematch; [[ é =~ ^.$ ]]; echo $?; [[ a =~ '' ]]; echo $?; [[ '' =~ ^$ ]]; echo $?
####
[[ -v HOME ]]; echo $?; [[ -v nosuch ]]; echo $?; [[ -o errexit ]]; echo $?; [[ -R x ]]; echo $?; declare -n q=z; [[ -R q ]]; echo $?; [[ 1 -lt 2 && 2 -le 2 && 3 -ge 3 && 3 -gt 2 && 1 -ne 2 ]]; echo $?; [[ 'a' -ef 'a' ]]; echo $?; [[ / -ef /. ]]; echo $?; [[ a -eq b ]]; echo $?; [[ 3 -eq '1+2' ]]; echo $?
####
case abc in a) echo 1;; a*) echo 2;; *) echo 3;; esac; case a in a|b) echo ab;& c) echo fall;; d) echo no;; esac; case a in a) echo 1;;& *) echo 2;;& b) echo 3;; a) echo 4;; esac; case '' in '') echo empty;; esac; case x in y) ;; esac; echo $?; case x in x) false;; esac; echo $?
####
case '*' in '*') echo lit;; esac; case a in [[:alpha:]]) echo al;; esac; case 5 in [0-4]) echo lo;; [5-9]) echo hi;; esac; case a in [!a]) echo na;; [^b]) echo nb;; esac; x='a b'; case $x in a\ b) echo sp;; esac; case "$x" in "a b") echo q;; esac; case $(echo z) in z) echo sub;; esac; case -x in -*) echo opt;; esac
####
case a in (a) echo p;; esac; case a in a) ;; esac; echo $?; case $((1+1)) in 2) echo two;; esac; case a in
b) echo b;;
a) echo a
esac; case x in *) case y in y) echo inner;; esac;; esac; case / in /) echo slash;; esac; case a/b in a*b) echo star-slash;; esac; case ]
in []]) echo br;; esac
####
for i in; do echo x; done; echo $?; for i in a b c; do [ $i = b ] && continue; echo $i; done; for i in a b; do for j in 1 2; do [ $j = 2 ] && continue 2; echo $i$j; done; done; for i in a b; do for j in 1 2; do break 2; done; done; echo $i$j; for i in "a b" c; do echo "<$i>"; done; for i in *; do echo $i; done
####
i=0; while [ $i -lt 3 ]; do i=$((i+1)); [ $i = 2 ] && continue; echo $i; done; until [ $i -eq 0 ]; do i=$((i-1)); done; echo $i; while true; do break; done; echo $?; while false; do :; done; echo $?; while read x; do echo $x; done <<< $'a\nb'; echo $?; for x in 1; do false; done; echo $?
####
select x in a b c; do echo "$x $REPLY"; [ "$x" = b ] && break; done <<< $'1\n9\nfoo\n\n2'; PS3='? '; select y; do echo "[$y]"; done < /dev/null; echo $?; set -- p q; select z; do echo $z; break; done <<< 2; select w in $(seq 12); do break; done <<< 1
####
getopts ab:c x -a -b val -c rest; echo $? $x $OPTIND; while getopts ab:c x -a -b val -c rest; do echo "$x [$OPTARG] $OPTIND"; done; echo $? $x $OPTIND; OPTIND=1; while getopts :ab: x -a -z -b; do echo "$x [$OPTARG]"; done; OPTIND=1; while getopts ab: x -z -b; do echo "$x [$OPTARG]"; done; echo $x
####
f() { local OPTIND=1 o; while getopts 'vf:' o; do case $o in v) echo v;; f) echo f=$OPTARG;; *) echo bad; return 1;; esac; done; shift $((OPTIND-1)); echo "rest: $*"; }; f -v -f file a b; f -vffile -- -x y; f -vx; echo $?; f -f; echo $?; f a -v; f -v - b
####
set -- -a -bc -- d; while getopts abc o; do echo $o $OPTIND; done; shift $((OPTIND-1)); echo $@; getopts; echo $?; getopts a; echo $?; getopts 'a:' 1x -a v; echo $?; OPTIND=1; OPTERR=0; getopts a y -z; echo $? $y "[$OPTARG]"; OPTIND=1; getopts a: y -a ''; echo "$y [$OPTARG] $OPTIND"
####
read x <<< 'a b c'; echo $x; read x y <<< 'a b c'; echo "$x|$y"; read x y z w <<< 'a b'; echo "$x|$y|$z|$w"; read <<< ' sp '; echo "[$REPLY]"; read x <<< ' sp '; echo "[$x]"; IFS= read x <<< ' sp '; echo "[$x]"; read x <<< 'a\b\\c'; echo "$x"; read -r x <<< 'a\b\\c'; echo "$x"; read x <<< $'a\\\nb'; echo $x
####
read -n 3 x <<< abcdef; echo $x; read -N 3 x <<< $'a\nbc'; echo "$x"; read -d : x <<< 'a:b'; echo $x; read -d '' x <<< $'a\nb'; echo $? "$x"; read -a arr <<< 'p q r'; echo ${arr[1]} ${#arr[@]}; read -p prompt x <<< v; echo $x; read -s x <<< sec; echo $x; read -t 0 x <<< a; echo $?; read -t 1 x <<< tm; echo $x; read -t 0.01 x < <(sleep 0.2); echo $?
####
read x < /dev/null; echo $? "[$x]"; read x y < <(printf 'a b'); echo $? "$x|$y"; read 1x <<< a; echo $?; read -z; echo $?; read -u 9 x; echo $?; read -n x y; echo $?; read -t x y; echo $?; read -n; echo $?; IFS=: read a b c <<< 'x:y::z'; echo "$a|$b|$c"; IFS=: read a b <<< 'x:y:'; echo "$a|$b"; IFS=: read a b <<< 'x:'; echo "$a|$b"
####
IFS=', ' read a b c <<< 'x , y,z'; echo "$a|$b|$c"; IFS=: read -ra f <<< 'a::b:'; declare -p f; read -r a b <<< 'x   y  z  '; echo "[$a][$b]"; IFS=x read a b <<< axbxc; echo "$a|$b"; printf 'l1\nl2\n' | { read a; read b; echo $b$a; }; read a b <<< 'one\ two three'; echo "$a|$b"; read -e x <<< e; echo $x; read -i def x <<< i; echo $x
####
cd /nosuch; echo $?; cd /etc; pwd; cd -; cd; pwd; cd ''; echo $?; cd a b; echo $?; cd -z; echo $?; mkdir d; cd d; pwd | sed s,.*/,,; cd ..; CDPATH=/; cd etc; pwd; unset HOME; cd; echo $?; unset OLDPWD; cd -; echo $?; touch f; cd f; echo $?
####
mkdir -p a/b; ln -s a/b l; cd l; pwd; pwd -P | sed s,.*/,,; pwd -L | sed s,.*/,,; cd ..; ls; cd -P l; pwd | sed s,.*/,,; cd .. ; pwd | sed s,.*/,,; cd ../l/..; ls; pwd -z; echo $?; echo $OLDPWD | sed s,.*/,,; cd ./a/./b/../; echo $PWD | sed s,.*/,,
####
cd /; pushd /etc; pushd /usr; dirs; dirs -v; dirs -p; popd; pushd; dirs -l; pushd +1; popd +0; popd; popd; echo $?; pushd /nosuch; echo $?; pushd; echo $?; dirs -c; dirs; pushd -n /tmp; dirs; popd -n; pushd +9; echo $?; dirs +0; dirs -z; echo $?
####
ulimit -n 1>/dev/null; echo $?; ulimit -f; ulimit -Z; echo $?; times | sed 's/[0-9]/N/g'; times x >/dev/null; echo $?
####
x=1; { x=2; }; echo $x; (x=3; echo $x); echo $x; echo | x=4; echo $x; f() { x=5; }; f; echo $x; $(x=6); echo $x; x=7 true; echo $x; x=8 f2; echo $x; f | cat; x=9 | cat; echo $x; eval x=10; echo $x; . /dev/stdin <<< 'x=11'; echo $x
####
a=1 b=$a c=$b; echo $b $c; d=x$d e=$d; echo $d $e; x= y=2 ; echo "[$x]$y"; x=1; x=2 eval 'echo $x'; echo $x; x=3 sh -c 'echo $x'; z=$x w=$z env | grep -e ^w; p=5 ; p=6 q=$p bash -c 'echo $p $q'; IFS=: read m n <<< 1:2; echo $m-$n "[$IFS]" | head -1
####
let_() { let "$@"; }; caller; echo $?; true arg; false arg; echo $?; : args $(echo side >&2); times >/dev/null; logout; echo $?; suspend; echo $?; fc; echo $?; history; echo $?; bind -z; echo $?; complete -p nosuch; echo $?; compgen -W 'aa ab b' a; help nosuch; echo $?
####
echo $BASH_VERSINFO $BASH_SUBSHELL; (echo $BASH_SUBSHELL; (echo $BASH_SUBSHELL)); echo $(echo $BASH_SUBSHELL); echo | { cat; echo $BASH_SUBSHELL; }; echo $BASH_COMMAND $0 $-; echo ${BASH_ARGV[@]} ${#BASH_SOURCE[@]} $FUNCNAME; echo $SHLVL; bash -c 'echo $SHLVL'; (bash -c 'echo $SHLVL'); echo $_; echo a b; echo $_
####
wait; echo $?; wait 999999; echo $?; wait %1; echo $?; wait abc; echo $?; wait -n; echo $?; (exit 3) & wait $!; echo $?; (exit 4) & p=$!; wait $p; wait $p; echo $?; (exit 5) & (exit 6) & wait; echo $?; true & false & wait $!; echo $?; wait -z; echo $?
####
(sleep 0.05; exit 3) & (sleep 0.01; exit 4) & wait -n; echo $?; wait -n -p v; echo $? $((v>0)); wait -n; echo $?; (sleep 0.01; exit 2) & a=$!; wait -n $a; echo $?; (exit 7) & wait -f $!; echo $?; (exit 8) & wait -p v $!; echo $? $((v==$!))
####
jobs; sleep 0.1 & jobs; jobs -p | grep -c .; jobs -r; jobs -s; kill %1; wait; jobs; sleep 0.1 & disown; jobs; disown; echo $?; disown %5; echo $?; fg; echo $?; bg; echo $?; fg %1; echo $?; jobs %9; echo $?; jobs -z; echo $?
####
set -m; sleep 0.05 & jobs; fg; echo $?; sleep 0.1 & kill %1; wait %1; echo $?; jobs; (exit 3) & wait %1; echo $?; bg; echo $?; fg %nosuch; echo $?; sleep 0.01 & sleep 0.02 & fg %1; fg %-; echo $?
####
sleep 0.3 & echo $! | grep -c '^[0-9]*$'; kill $!; wait $! 2>/dev/null; echo $?; { sleep 0.01; echo bg; } & wait; echo fg; (echo sub &) ; sleep 0.02; f() { sleep 0.01 & wait $!; echo waited; }; f & wait; x=$(sleep 0.01 & echo quick); echo $x
####
{ echo a; exit 3; echo b; } | cat; echo $?; (exit 4); echo $?; { (exit 5); }; echo $?; if (exit 6); then :; else echo $?; fi; (exit 7) || echo $?; ! (exit 8); echo $?; while (exit 9); do :; done; echo $?; echo $(exit 10)$?; echo $?
####
time -p true 2>/dev/null; { time true; } 2>&1 | grep -c real; TIMEFORMAT='%R'; { time :; } 2>&1 | grep -c '^0\.0'; TIMEFORMAT=; time :; ! time true 2>/dev/null; echo $?; { time -p sleep 0.01; } 2>&1 | head -1 | sed 's/[0-9]/N/g'
####
echo {a,b}{1,2} {1..5} {5..1} {a..e} {1..10..3} {01..03} {a,b,} {} {a} {a,{b,c}} pre{x,y}post "{a,b}" {a\,b,c} \{a,b} {'a,b',c} {1..3}{a..b} ${x}{a,b} {$HOME,b} {-5..5..5} {z..w..2} {a..C} {1..a} {a,b}c{d,e} {,a} {a,,b} a{b}c
####
touch a b.c .hid 'sp ace' A1 b2; echo *; echo ?; echo [a-b]*; echo [!a]*; echo *.c; echo .*; echo *' '*; echo [[:upper:]]*; echo nosuch*; echo "*"; echo \*; x='*'; echo $x "$x"; echo [ab]; echo [; echo ./*; echo */; mkdir d; touch d/x; echo */ d/* */x; echo d/../a
####
touch a b .h; shopt -s nullglob; echo x* y; shopt -u nullglob; shopt -s failglob; echo x*; echo $?
####
touch a b .h; shopt -s dotglob; echo *; shopt -u dotglob; shopt -s nocaseglob; echo A*; mkdir -p p/q/r; touch p/q/f p/g; shopt -s globstar; echo **; echo **/; echo p/**; echo **/f; echo p/**/r; set -f; echo *; GLOBIGNORE='a*'; set +f; echo *
####
shopt -s extglob; touch a ab abc b c.txt d.log
echo !(a*); echo +(a|b); echo *.@(txt|log); echo ?(a)b; echo *(a|b)c; echo !(*.*); echo @(a|b); echo a!(b); echo !(a|b|c.txt); ls -d !(a*) | head -1; [[ aab == +(a)b ]] && echo m; case foo in @(foo|bar)) echo c;; esac
