trap 'echo bye' EXIT; kill -TERM $$; echo never
####
trap 'echo bye' EXIT; kill -INT $BASHPID; echo after
####
trap 'echo ret' RETURN; f() { echo in; }; f; trap - RETURN; f; set -T; trap 'echo ret2' RETURN; f
####
trap 'echo "dbg $BASH_COMMAND"' DEBUG; echo a; x=1; trap - DEBUG; echo b
####
set -E; trap 'echo err' ERR; f() { false; }; f; (false); echo end
####
f() { false; echo in; }; trap 'echo err' ERR; f; f || true; ! f; if f; then :; fi; echo $?
####
wait -n; echo $?; (sleep 0.1; exit 3) & (sleep 0.05; exit 4) & wait -n; echo $?; wait -n; echo $?; wait
####
f() { local -; set -f; echo *.none; }; touch a.none; f; echo *.none
####
shopt -s lastpipe; echo x | read y; echo "[$y]"
####
a=(1 2 3 4 5); echo ${a[@]:2} ${a[@]::2} ${a[@]: -2:1} ${a[*]:1:3} "${a[@]:5}" ${#a[@]:1}
####
a=(b c a); printf '%s\n' "${a[@]}" | sort | tr '\n' ' '; echo; for i in "${!a[@]}"; do echo $i=${a[i]}; done; b=("${a[@]/#/x}"); echo ${b[@]}
####
s=hello; for ((i=${#s}-1;i>=0;i--)); do printf %s "${s:i:1}"; done; echo; echo ${s:0:1}${s: -1}
####
while IFS=: read -r u _ id _; do [ "$u" = root ] && echo "$u $id"; done < /etc/passwd
####
printf '%s\n' one two three | { n=0; while read -r l; do ((n++)); done; echo $n; }
####
n=0; while read -r l; do ((n++)); done < <(printf '%s\n' a b c); echo $n; n=0; printf 'x\n' | while read l; do n=9; done; echo $n
####
x=abc; [[ $x == ab? ]] && echo 1; [[ $x == [[:alpha:]]* ]] && echo 2; p='a*'; [[ $x == $p ]] && echo 3; [[ $x == "$p" ]] || echo 4; [[ $x != x* && $x < b ]] && echo 5
####
[[ "a b" == a\ b ]] && echo 1; [[ a =~ ^[a-z]$ ]] && echo 2; [[ "x.y" =~ ^x\.y$ ]] && echo 3; r='^(a|b)+$'; [[ abab =~ $r ]] && echo 4 "${BASH_REMATCH[1]}"; [[ ab =~ (a)(c)? ]] && echo "${#BASH_REMATCH[@]}:${BASH_REMATCH[2]}:"
####
[[ -e /etc && ! -e /no ]] && echo 1; [[ /etc -ef /etc/. ]] && echo 2; [[ -d /etc && -r /etc/passwd && -x /bin/sh ]] && echo 3; [[ -z $nope ]] && echo 4; [[ a -eq 0 ]] && echo 5; [[ -o braceexpand ]] && echo 6; [[ -t 0 ]] || echo 7
####
echo {1..3}{,x} {a,b}-{c..e} pre{fix,}{1,2} {{a,b},c} a{b,c d}e {1..6..2} {e..a..2} {-3..-1} {0x1..3} {1,2
####
echo "${x:-a b}" ${x:-"$HOME"} ${x:-$(echo sub)} ${x:-`echo bq`} ${x:+no}${x-yes} "${x:-"q"}" ${x:-'$HOME'} "${x:-'$HOME'}"
####
x='a/b/c'; IFS=/; for p in $x; do echo -n "[$p]"; done; echo; set -- $x; echo $#; y=($x); echo ${y[1]}
####
IFS=,; a="x,y z"; for i in $a; do echo "<$i>"; done; echo $a; b=$a; echo "$b"; printf '<%s>' $a; echo; unset IFS
####
echo a > "x y"; cat "x y"; for f in x*; do echo "$f"; cat "$f"; done; rm x\ y; ls | wc -l
####
f() { echo "args: $*"; for a in "$@"; do echo "- $a"; done; shift; echo "$1"; }; f "a b" 'c d' e; g() { f "$@"; }; g 1 "2 3"
####
f() { if [ $# -eq 0 ]; then return 1; fi; echo "$1"; shift; f "$@"; }; f a b c; echo $?
####
outer() { inner() { echo inner; }; inner; }; outer; inner; unset -f inner; inner 2>/dev/null || echo gone
####
x=1; f() { x=2; local x=3; echo $x; }; f; echo $x; g() { unset x; x=5; }; g; echo $x; h() { local x; unset x; x=7; }; h; echo $x
####
f() { local a=(1 2 3); a+=(4); echo ${#a[@]}; local -A m=([k]=v); echo ${m[k]}; local -r c=5; c=6; }; f; echo after
####
f() { declare -g G=1; declare L=2; typeset -i N=3+4; echo $N; }; f; echo $G $L $N.
####
printf '%s %s\n' "$(printf '%03d' 5)" "$(printf '%.3f' 2)"; printf '%-10s|%10s|\n' left right; printf '%s\n' 'a%sb'; printf '%%\n'; printf '%5.2s|\n' abc
####
printf '\tx\\n\n%b' 'a\nb\n'; printf '%s\0' a b | tr '\0' ' '; echo; printf '\e[1m' | cat -A; echo
####
echo -e "a\tb\nc\\\\d"; echo "a\\b"; echo 'a\\b'; echo -e 'x\x21y\u41'; echo -e '\0101'; echo -n; echo -e "no\c"; echo
####
date() { echo fake; }; date; unset -f date; type -t date; command -v cd; command -V f 2>&1 | head -1
####
cd /; cd usr; cd -; cd ~; pwd; cd ~-; pwd; cd; cd /etc; cd ..; echo $PWD $OLDPWD; (cd /usr; pwd); pwd
####
mkdir -p d/e; cd d/e; cd ../..; ls; cd ./d; echo ${PWD##*/}; cd ..; cd d/../d/e/.; echo ${PWD##*/}; cd nosuch 2>&1; cd -- ..; echo ${PWD##*/}
####
test -f /etc/passwd -a -d /etc; echo $?; test ! -f /no; echo $?; [ "a" "=" "a" ]; echo $?; [ -n ]; echo $?; [ ! ]; echo $?; [ a -o b ]; echo $?; [ '(' a ')' ]; echo $?; [ -f = -f ]; echo $?
####
test 010 -eq 10; echo $?; test ' 5 ' -eq 5; echo $?; test 1.5 -gt 1; echo $?; [ 9223372036854775808 -gt 1 ]; echo $?; [ -1 -lt 0 ]; echo $?; [ + -eq 1 ]; echo $?
####
x=5; ((x > 3 && x < 10)) && echo in; ((x == 5 ? (y=1) : (y=2))); echo $y; ((z = x * 2, w = z + 1)); echo $z $w; (( x += 1 )); echo $x; echo $(( x++ + ++x )) $x
####
a=5 b=3; echo $((a+b)) $((a-b)) $((a*b)) $((a/b)) $((a%b)) $((a**b)) $((a<<b)) $((a>>1)) $((a&b)) $((a|b)) $((a^b)) $((~a)) $((!a)) $((a>b)) $((a==b)) $((a!=b)) $((-a)) $((a,b))
####
echo $((a)) $((a+1)) $((b=5)) $b $(( b == 5 )) $(( "5" + 1 )) $(( $b + 1 )) $(( ${b}1 + 1 )) $((010 + 0x10)) $((1 ? 2 : 3))
####
i=5; echo $((i--)) $((--i)) $((i**2)) $((-i**2)) $((2*-3)) $((1- -1)) $(( (i) )) $((i ? i : 0)); a[0]=1; ((a[0]++, a[i]=9)); echo ${a[@]} ${!a[@]}
####
echo $((1.5)); echo next
####
((1.5)); echo $?; let 1.5; echo $?; x=1.5; ((x+1)); echo $?; declare -i y=1.5; echo "$?[$y]"
####
echo $((x y)); echo n
####
echo $(( 1 + )); echo $((a b)); echo n
echo $((5 % 0)); echo n
echo $((2 ** -1)); echo n
echo done
####
x=`echo '$HOME'`; echo "$x"; y=`echo \$HOME`; echo "$y"; z=$(echo '$HOME'); echo "$z"; echo `echo "a  b"`; echo "`echo "a  b"`"
####
echo $(echo a | tr a b; echo c) "$(cat << E
x
E
)" $(( $(echo 3) + 1 )); echo $(if true; then echo y; fi) $(case a in a) echo z;; esac) $(# comment
echo after comment)
####
echo "$(printf 'a\n\n\n')" | wc -l; x=$(printf 'a\n\nb\n\n'); echo "$x" | wc -l; echo "[$(printf '\n')]"
####
false; x=$(echo $?); echo $x; true; echo $(false; echo $?) $?; x=$(exit 7); echo $?; echo "$(exit 8)" $?; local_test() { local v=$(exit 9); echo $?; local w; w=$(exit 9); echo $?; }; local_test
####
set -e; x=$(false) || echo caught; f() { false; echo not; }; if f; then :; fi; echo $(false; echo sub); y=$(false; echo z); echo $y; false; echo never
####
set -euo pipefail; echo ${1:-none}; arr=(); echo "${arr[@]}" ${#arr[@]}; true | cat; grep zzz /etc/passwd | cat; echo never
####
set -e; (exit 3); echo never
####
set -e; { false; echo no; } || echo yes; false && true; echo still; true && false; echo never
####
exec 3>out; echo a >&3; (echo b >&3); { echo c; } >&3; exec 3>&-; cat out; exec 4<out; read x <&4; read y <&4; echo $x $y; exec 4<&-
####
{ echo 1; echo 2 >&2; } > o 2>&1; cat o; { echo 3; echo 4 >&2; } 2>&1 > p | tr 4 5; cat p; echo x | cat > q - ; cat q; echo y > r | cat; cat r
####
cat nosuch 2>&1 | head -1; cat nosuch 2>/dev/null || echo failed; ls nosuch /etc/passwd 2>/dev/null; echo $?; (echo a; cat nosuch) 2>&1 >/dev/null
####
echo a >b>c; ls; cat <c >d; cat d; >e <d cat; echo f>g h; cat g; echo "redir>quoted"; echo a\>b; echo 1>f2; cat f2; echo x 2>f3 y; cat f3
####
cat <<A <<B; echo mid; cat <<C
a
A
b
B
c
C
####
cat <<-"E" | tr a-z A-Z > out; cat out
	tabbed $x
		more
	E
####
f() { cat <<E
arg: $1 $(echo $2) $((1+1)) \$x \\ "q"
E
}; f a b
####
for i in 1 2; do cat <<E; done
line $i
E
####
while read -r a b; do echo "$b $a"; done <<< "x y
z w"; tr a-z A-Z <<< "$(echo sub)"; cat <<< 'single $x'; cat <<< ~; read a b <<< "1 2"; echo $((a+b))
####
case $- in *i*) echo interactive;; *) echo not;; esac; case "" in "") echo empty;; esac; case a.b in *.*) echo dot;; esac; case x in [!a-w]) echo neg;; esac; case "a*b" in a\*b) echo lit;; esac
####
case 5 in [0-9]) echo digit;; esac; case abc in a|abc) echo alt;; esac; v='a|b'; case a in $v) echo no;; *) echo star;; esac; case $(echo hi) in hi) echo sub;; esac; case a in a) ;; esac; echo $?
####
for x in a b c; do case $x in b) continue;; esac; echo $x; done; for x in 1 2 3; do if [ $x = 2 ]; then break; fi; echo $x; done; echo x=$x
####
i=0; until ((i>=3)); do ((i++)); ((i==2)) && continue; echo $i; done; while true; do ((i--)) || break; done; echo $i; for ((;;)); do break; done; for ((i=0,j=5;i<j;i++,j--)); do echo $i$j; done
####
select_x() { select o in "a b" c; do echo "$REPLY:$o"; [ -n "$o" ] || break; done; }; printf '1\n2\n9\n' | select_x 2>/dev/null
####
echo one & echo two; wait; { echo three; } & wait $!; (echo four) & wait; echo $!  | grep -c '[0-9]'
####
sleep 0.1 & p=$!; kill -0 $p && echo alive; wait $p; echo $?; kill -0 $p 2>/dev/null || echo dead; jobs
####
(sleep 10; echo no) & kill $!; wait $! 2>/dev/null; echo $?; trap 'echo T' TERM; (trap - TERM; kill -TERM $BASHPID); echo $?; kill -TERM $$; echo end
####
trap '' INT; bash -c 'kill -INT $$; echo survived'; trap - INT; bash -c 'trap "echo c; exit 3" INT; kill -INT $$; echo no'; echo $?
####
bash -c 'echo $1 "$2" $#' name a 'b c'; bash -s a b <<< 'echo $0 $1 $2'; echo 'echo $#' > s; bash s 1 2 3; bash -x s 2>&1; bash -c 'echo "$@"' _ x y; sh -c 'echo ${1+set}' _ q
####
bash -c 'f() { echo $FOO; }; FOO=1 f; echo "[$FOO]"'; FOO=2 bash -c 'echo $FOO'; export BAR=3; bash -c 'echo $BAR; BAR=4'; echo $BAR; env -i X=1 /bin/bash --norc -c 'echo $X $BAR $SHLVL'
####
type -a cd; type -t for; alias foo='echo bar'; type foo; alias foo; unalias foo; foo 2>&1; hash -r; type hash; which_test() { :; }; type -t which_test
####
unset x; echo ${x=default} $x; unset x; echo "${x:=a b}" $x; : ${y:=1} ${z:=2}; echo $y$z; echo ${a[2]:=el}; echo ${a[@]} ${!a[@]}; echo ${1:=no}; echo n
####
x=; echo "[${x-d}][${x:-d}][${x+s}][${x:+s}]"; unset x; echo "[${x-d}][${x:-d}][${x+s}][${x:+s}]"; x=v; echo "[${x-d}][${x:-d}][${x+s}][${x:+s}]"
####
v=/a/b/c.d.e; echo ${v##*/} ${v%/*} ${v%%.*} ${v#*.} ${v##*.} ${v/b/B} ${v//\//_} ${v/%e/E} ${v/#\/a/Z} ${v:1:1} ${v: -1} ${#v}
####
v='hello world'; echo ${v^} ${v^^} "${v^^[lo]}" ${v/o/0} ${v//o/0} "${v/ /}" ${v% *} ${v#* } "${v:0:5}" "${v:6}" ${v/#hello/bye} ${v/%world/all}
####
a=(one two three); echo ${a[@]/o/0} ${a[@]#t} ${a[@]%e} ${a[@]^} ${#a[@]} ${#a[0]} ${a[@]:1} "${a[*]}" ${a[-2]}; IFS=-; echo "${a[*]}"
####
declare -A h; h[a]=1; h["b c"]=2; k=d; h[$k]=3; echo ${h[a]} "${h[b c]}" ${h[d]} ${#h[@]}; unset 'h[a]'; echo ${#h[@]}; [[ -v h[d] ]] && echo has; echo ${h[nope]-none}; for k in "${!h[@]}"; do echo "$k"; done | sort
####
declare -p PATH | cut -d= -f1; x=5; declare -p x; declare -i x; declare -p x; declare -r x; declare -p x; declare +r x; echo $?; a=(1 'b c'); declare -p a; declare -A m=([a]=1); declare -p m; declare -x e; declare -p e
####
readonly a=(1 2); a[0]=5; echo same
echo next; readonly -p | grep ' a='; f() { local a=3; echo $a; }; f; echo $?
####
set -- "${@:-x}"; echo $1; set -- a b c; echo "${@:2}" "${@: -1}" "${*:1:2}" $#; set -- "$@" d; echo $#; set -- "${@:1:2}"; echo $@; echo ${@/a/z} ${*#b}
####
eval 'x=5; echo $x'; eval "f() { echo dynamic; }"; f; c='echo a; echo b'; eval "$c"; eval echo '$x' "'\$x'"; v=x; eval "echo \$$v"; eval 'false'; echo $?; eval 'exit 3'; echo no
####
. /dev/stdin <<< 'echo sourced; x=1'; echo $x; echo 'echo $1 $#; set -- z; echo $1' > s; set -- a b; . ./s; echo $1 $#; . ./s q; echo $1; source s; echo 'return 4' > r; . ./r; echo $?
####
umask 022; touch f; mkdir d; stat -c '%a' f d; umask 077; touch g; stat -c %a g; (umask 0; umask); umask; umask -S; umask u=rwx,go=; umask
####
echo *; touch b a C; echo *; echo [a-b]; echo [^a]; echo *[!C]; mkdir z; touch z/1 z/2; echo z/*; echo */; echo z/[1]; echo "*"; x='[ab]'; echo $x "$x"; echo nope*; echo ~/[ab]
####
touch .hid vis; echo *; echo .h*; echo .[!.]*; shopt -s dotglob nullglob; echo *; echo q*; shopt -u nullglob; echo q*; set -o noglob; echo *
####
shopt -s extglob
touch a.txt b.md c.txt d; echo !(*.txt); echo *.@(txt|md); echo ?(a|b).*; echo *(c).txt; ls !(a*|b*)
####
GLOBIGNORE='*.o'; touch a.c a.o; echo *; unset GLOBIGNORE; echo *
####
history -c; history; set -o history 2>/dev/null; echo $?; HISTSIZE=5; echo $HISTSIZE; fc -l; echo $?
####
getopts 'a:b' opt -a; echo "$opt $?"; OPTIND=1; getopts ':a:b' opt -a; echo "$opt $OPTARG"; OPTIND=1; getopts 'ab' o -ab x; echo $o $OPTIND; getopts 'ab' o -ab x; echo $o $OPTIND; getopts 'ab' o -ab x; echo $? $o $OPTIND
####
while getopts 'vf:' o; do case $o in v) v=1;; f) f=$OPTARG;; \?) echo bad; exit 2;; esac; done; echo $v $f
####
let; echo $?; let a=; echo $?; let 'a = 5 + 5' b=a; echo $a $b; let a--; echo $a; let 'a<5' || echo false; let "b<<=2"; echo $b
####
printf -v out '%s-%s' a b; echo $out; printf -v 'arr[3]' x; echo ${arr[3]}; printf -v 1bad x; echo $?; printf '%d %s\n' 1 a 2 b 3; printf '%d\n' "'a" '"b'; printf '%x %o %X %#x\n' 10 10 10 10
####
read -r a b c <<< '  one   two three four  '; echo "[$a][$b][$c]"; IFS=: read -r a b <<< 'x:y:z'; echo "[$a][$b]"; read -r <<< '  raw  '; echo "[$REPLY]"; IFS= read -r l <<< '  keep  '; echo "[$l]"; read -ra w <<< 'p q r'; echo ${#w[@]}
####
printf 'a b\nc' | while read -r x || [ -n "$x" ]; do echo "<$x>"; done; read -d '' v < <(printf 'a\nb\0c'); echo "$v"; read -n1 c <<< xyz; echo $c; echo abc | (read -N2 x; read y; echo $x-$y)
####
mapfile -t a <<< $'x\ny\nz'; echo ${#a[@]} ${a[2]}; mapfile a <<< one; printf '[%s]' "${a[@]}"; echo; readarray -t -s1 -n1 b <<< $'1\n2\n3'; echo ${b[@]}; mapfile -t -d, c <<< 'p,q,r'; echo "${c[1]}"
####
x=1 y=2 z=$x$y; echo $z; x=5 y=$x; echo $y; a=b=c; echo $a; a+=d; echo $a; b="x y" c=$b; echo "$c"; d=~; [ "$d" = "$HOME" ] && echo tilde; e="~"; echo $e; f=$(echo a  b); echo "$f"; g='a'"b"c; echo $g
####
echo $UNSET_VAR"x"${UNSET}y; echo "$@" "$*" $# "$#"; echo ${#} $$ | grep -c '^0 [0-9]*$'; echo "a${x}b" 'a${x}b' "a\${x}b" a\${x}b; echo $'tab\there' "no\ttab"
####
nosuchcommand1; nosuchcommand2 arg | cat; echo ${PIPESTATUS[0]}; nosuchcommand3 2>/dev/null; echo $?; ./; echo $?; /etc/passwd; echo $?; /nonexistent/cmd; echo $?; "" ; echo $?; ' '; echo $?
####
touch notexec; ./notexec; echo $?; mkdir adir; ./adir; echo $?; adir; echo $?; chmod +x notexec; ./notexec; echo $?; printf '\x01\x02\0\0' > bin; chmod +x bin; ./bin 2>&1 | head -1; . ./adir; echo $?
####
printf '#!/bin/bash\necho "script: $0 $# $*"\nexit 7\n' > s.sh; chmod +x s.sh; ./s.sh a "b c"; echo $?; bash s.sh; PATH=.:$PATH; s.sh x; printf '#! /bin/sh -e\nfalse\necho no\n' > e; chmod +x e; ./e; echo $?; printf '#!/usr/bin/env bash\necho env $1\n' > v; chmod +x v; ./v ok
####
echo "$(nosuch_in_sub)"; echo $?; x=$(nosuch_in_sub 2>&1); echo "$x"; (nosuch_in_paren); { nosuch_in_group; }; if nosuch_in_if; then :; fi; nosuch_and && :; nosuch_bg & wait $!; echo $?
####
exit 3 | exit 4; echo $? ${PIPESTATUS[@]}; (exit 5); echo $?; { (exit 6); }; echo $?; f() { (exit 7); }; f; echo $?; ! (exit 8); echo $?; if (exit 9); then :; else echo $?; fi; while (exit 10); do :; done; echo $?
####
true & wait $!; echo $?; false & wait $!; echo $?; wait; echo $?; exit $(( 256 + 7 ))
####
set -x; a="x y"; b=(1 2); echo "$a" 'q' $((1+1)); [[ $a == x* && -n $b ]]; case $a in x*) :;; esac; while false; do :; done; { echo g; } 2>/dev/null; x=1 y=2 true; export Z=3; local_f() { local v=1; return 0; }; local_f "a b"; set +x
####
PS4='+$LINENO: '; set -x; echo a
echo b; f() {
echo c; }; f
####
echo $BASH_COMMAND; echo ${BASH_SOURCE[@]}.; echo $SHLVL | grep -c '[0-9]'; echo ${BASH##*/}; echo $PPID | grep -c '[0-9]'; echo "$OSTYPE $HOSTTYPE"; echo ${#DIRSTACK[@]}; echo $OPTIND $OPTERR; printf '%q\n' "$IFS"
####
f() { echo $FUNCNAME ${#FUNCNAME[@]} ${BASH_LINENO[0]}; }
f
g() {
  f
}
g
####
true | { read x; echo "[$x]"; } ; echo a b | { read x y; echo $y; }; seq 3 | while read n; do echo $((n*n)); done; seq 10 | head -3 | tail -1
####
echo "a
b" | while read l; do echo "l=$l"; done; cat <(sort <(printf 'b\na\n')) <(echo c); comm_test=$(cat <(echo 1) <(echo 2)); echo $comm_test; while read x; do echo "p$x"; done < <(seq 2)
####
shopt -s nocasematch; [[ ABC == abc ]] && echo y; case FOO in foo) echo c;; esac; [[ ABC =~ b ]] && echo r; x=ABC; echo ${x/b/-}; shopt -u nocasematch; [[ ABC == abc ]] || echo n
####
enable -n echo; echo still; type -t echo; enable echo; type -t echo; builtin echo b; command builtin echo c; builtin command echo d; \echo e; 'echo' f; "echo" g
####
coproc W { read x; echo "got $x"; }; echo hi >&"${W[1]}"; read r <&"${W[0]}"; echo $r; wait $W_PID; echo $?
####
ulimit -n | grep -c '[0-9]'; ulimit -S -n > /dev/null; echo $?; ulimit -Z; echo $?; times | head -1 | grep -c m; suspend; echo $?
####
export PATH; export A=1 B='x y' C; export -p | grep -E ' (A|B|C)'; env | grep -c '^C='; export -n A; env | grep -c '^A='; unset B; export -p | grep -c ' B='
####
time_it() { local TIMEFORMAT='%R'; time true; }; time_it 2>&1 | grep -c '^0\.'; ! false; echo $?; ! true | false; echo $?; time ! true 2>/dev/null; echo $?
####
a=1; { a=2; }; echo $a; (a=3); echo $a; a=4 | cat; echo $a; f() { a=5; }; f; echo $a; f | cat; x=$(a=6; echo $a); echo $x $a; a=7 eval 'echo $a'; echo $a; if a=8; then echo $a; fi
####
: <<'COMMENT'
ignored $(nosuch)
COMMENT
echo after; true; : "${x:=set}"; echo $x; : > newfile; ls newfile; : | cat; echo $?
####
[ -t 1 ] || echo notty; [ -p /dev/stdin ] || echo nopipe; echo x | [ -p /dev/stdin ] && echo pipe; [ -S /tmp ] || echo nosock; [ -c /dev/null ] && echo char; [ -b /dev/null ] || echo noblock; [ -g /tmp ] || echo nog; [ -k /tmp ] && echo sticky
####
touch -d '2020-01-01' old; touch new; [ new -nt old ] && echo newer; [ old -ot new ] && echo older; [ old -nt nosuch ] && echo exists-nt; [ nosuch -ot old ] && echo missing-ot; ln old hard; [ old -ef hard ] && echo same; [ -N new ]; echo $?
####
x='a b'; y=($x); echo ${#y[@]}; z=("$x"); echo ${#z[@]}; w=($x "$x" 'c d'); echo ${#w[@]}; v=(*); echo ${#v[@]}; u=([3]=x y); echo ${!u[@]}; t=(); t+=(a); t+=("b c"); echo ${#t[@]} "${t[1]}"; s=(1 2); s=(3); echo ${s[@]}
####
a=(1 2 3); unset a[1]; echo ${a[@]} ${#a[@]}; a=("${a[@]}"); echo ${!a[@]}; a[10]=x; echo ${#a[@]} ${a[-1]}; b=(${a[@]}); echo ${!b[@]}; unset a; echo ${#a[@]}; a[2]=y; a[0]=x; echo "${a[@]}"
