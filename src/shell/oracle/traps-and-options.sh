trap 'echo exit $?' EXIT; (exit 3); echo a; exit 5
####
trap 'echo bye' EXIT; trap; trap -p EXIT; trap - EXIT; trap -p EXIT; trap 'echo x' INT TERM; trap -p; trap '' HUP; trap -p HUP; trap INT; trap -p INT; trap -- - TERM; trap
####
trap 'echo usr1' USR1; kill -USR1 $$; echo after; trap '' USR1; kill -USR1 $$; echo ignored; trap - USR1; trap 'echo t; exit 7' TERM; kill $$; echo never
####
trap 'echo sig' 10; kill -10 $$; trap 'echo s2' SIGUSR2; kill -s USR2 $$; kill -n 12 $$; kill -SIGUSR2 $$; trap 'x' NOSUCH; echo $?; trap 'x' 99; echo $?; trap x KILL; echo $?; trap -z; echo $?
####
trap 'echo err $? $LINENO $BASH_COMMAND' ERR; false; true; (exit 3); f() { false; }; f; if false; then :; fi; false || true; ! true; false | true; true | false; x=$(false); echo end
####
set -E; trap 'echo err in ${FUNCNAME[0]:-main}' ERR; f() { false; true; }; f; (false; true); x=$(false; echo q); echo $x; f || echo or
####
trap 'echo debug: $BASH_COMMAND' DEBUG; x=1; echo $x; for i in 1 2; do :; done; case a in a) echo c;; esac; ((x++)); [[ a ]]; f() { echo f; }; f; (echo sub); trap - DEBUG; echo end
####
trap 'echo return' RETURN; f() { echo in f; return 3; }; f; declare -ft f; f; echo $?; . /dev/null; echo 'echo sourced; return 2' > s; . ./s; echo $?
####
trap 'echo int' INT; (trap; kill -INT $BASHPID; echo sub survived); trap 'echo E' EXIT; (echo in sub); (trap 'echo subexit' EXIT); echo x | (trap 'echo pipeexit' EXIT; cat); y=$(trap 'echo cs' EXIT; echo v); echo $y
####
f() { trap 'echo fexit' EXIT; echo in f; }; f; echo main; g() { trap 'echo ret; trap - RETURN' RETURN; echo in g; }; g; echo end
####
trap 'echo a; false; echo b $?' EXIT; true
####
trap 'exit 9' EXIT; exit 1
####
trap 'echo "status $?"' EXIT; nosuch
####
trap 'echo exit trap' EXIT; set -e; false; echo never
####
trap 'echo exit $?' EXIT; set -u; echo $nope; echo never
####
trap 'echo exit $?' EXIT; : ${x:?oops}; echo never
####
trap 'echo exit $?' EXIT; readonly r=1; r=2; echo never
####
trap 'echo exit $?' EXIT; kill -TERM $$; echo never
####
trap 'echo caught; trap - TERM; kill -TERM $$' TERM; kill -TERM $$; echo never
####
trap 'echo exit' EXIT; exec echo replaced
####
trap 'echo on err; exit 4' ERR; false; echo never
####
set -e; trap 'echo err trap' ERR; trap 'echo exit trap $?' EXIT; f() { return 3; }; f; echo never
####
trap 'echo chld' CHLD; sleep 0.01; (true); /bin/true; trap - CHLD; echo done
####
sleep 0.05 & trap 'echo got' USR1; (sleep 0.01; kill -USR1 $$) & wait %1; echo $?; wait; echo $?
####
trap 'echo t1' EXIT; trap 'echo t2' EXIT; bash -c 'trap "echo inner" EXIT; echo in'; trap 0; echo e
####
trap 'echo $1 $#' EXIT; set -- a b; f() { exit 3; }; f x y z
####
f() { trap 'echo sig in $FUNCNAME' USR1; kill -USR1 $$; }; f; kill -USR1 $$; g() { kill -USR1 $$; echo g; }; g
####
trap -l | head -2; kill -l | head -1; kill -l 9 15 TERM 130 SIGINT; kill -l 99; echo $?; kill -l NOSUCH; echo $?
####
kill; echo $?; kill -9; echo $?; kill abc; echo $?; kill -NOSUCH $$; echo $?; kill -0 $$; echo $?; kill 999999; echo $?; kill -s; echo $?; kill -n; echo $?; kill %1; echo $?; kill -s TERM; echo $?
####
bash -c 'kill -TERM $$'; echo $?; bash -c 'kill -INT $$'; echo $?; bash -c 'kill -9 $$'; echo $?; bash -c 'kill -HUP $$'; echo $?; bash -c 'kill -PIPE $$'; echo $?; bash -c 'kill -SEGV $$' ; echo $?; (kill -USR1 $BASHPID); echo $?; bash -c 'exit 300'; echo $?
####
bash -c 'kill -ABRT $$' | cat; echo ${PIPESTATUS[@]}; x=$(bash -c 'kill -TERM $$'); echo $?; bash -c 'kill -TERM $$' & wait $!; echo $?; (kill -TERM $BASHPID) ; echo $?; { kill -KILL $BASHPID; } & wait $!; echo $?
####
set -e; false || true; if false; then :; fi; while false; do :; done; ! true; false && true; echo here; true && false; echo never
####
set -e; f() { false; echo in f; }; f || echo or; if f; then echo ok; fi; f && echo and; ! f; f; echo never
####
set -e; x=$(false); echo never
####
set -e; echo $(false) ok; local_() { local v=$(false); echo local ok; }; local_; export v=$(false); echo export ok; v=$(false; echo in); echo never
####
set -e; (false; echo in sub); echo never
####
set -e; (false) || echo caught; { false; echo in group; } || echo g; false | true; echo pipe ok; true | false; echo never
####
set -e; ((0)); echo never
####
set -e; [[ a == b ]]; echo never
####
set -e; [ a = b ] || echo x; [[ a == b ]] && echo y; ((0)) || echo z; let 0; echo never
####
set -e; for i in 1 2; do [ $i = 2 ] && false; echo $i; done; echo never
####
set -e; for i in 1 2; do false; done; echo never
####
set -e; case x in x) false;; esac; echo never
####
set -e; eval false; echo never
####
set -e; eval 'false || true'; . /dev/stdin <<< 'echo s; false; echo never'; echo never
####
set -e; trap 'echo T $?' EXIT; command false; echo never
####
set -e; ! false; echo a; ! true; echo b; ! { false; true; }; echo c; (! true); echo d
####
set -e; f() { set +e; false; echo on; }; f; false; echo still; set -e; g() { return 1; }; g || :; until false; do break; done; false & wait $!; echo never
####
set -e; x=$(echo a; false; echo b); echo "[$x]"; shopt -s inherit_errexit; x=$(echo a; false; echo b) || echo "failed [$x]"; echo $(false; echo c) d; y=$(false; echo b); echo never
####
set -e; cd /nosuch; echo never
####
set -e; nosuch; echo never
####
set -e; f() { if true; then false; fi; echo f; }; f; echo never
####
set -e; true && f() { :; }; f; unset x; [ -n "$x" ] && echo set; echo after list; [ -n "$x" ]; echo never
####
set -e; while :; do false; break; done; echo never
####
set -e; test -f nosuch && echo; if ! false; then echo neg; fi; { true && false; } ; echo never
####
set -eo pipefail; false | true; echo never
####
set -x; echo a 'b c' "$HOME" $((1+1)); x=5; y=$x; [ $x = 5 ]; [[ $x == 5 ]]; ((x++)); a=(1 'b c'); for i in p q; do :; done; case $x in 6) :;; esac; f() { echo in; }; f z; set +x; echo off
####
set -x; echo $(echo sub; echo sub2); (echo paren); if true; then echo t; fi; while false; do :; done; x=1 y='a b' env true; echo > f; echo "q'q" $'t\tt' ''; local=1; { echo g; }
####
PS4='+$LINENO: '; set -x; echo a; f() { echo b; }; f; PS4='>> '; echo c; BASH_XTRACEFD=1; echo d; eval 'echo e'; . /dev/null; trap 'echo trap' EXIT
####
set -x; [[ a == b* && -n x || ! -f y ]]; [[ a =~ b ]]; ((1+2)); let y=1+1; declare z=3; export w='a b'; readonly v; printf '%s\n' x; for ((i=0;i<1;i++)); do :; done; select s in a; do break; done <<< 1; : ${q:=d}; unset q
####
set -v; echo a
echo b; set +v; echo c
####
set -f; echo * ?; set +f; touch a; echo *; set -n; echo never
####
#: gap set -k: assignments after the command's name
set -a; x=1; y=2; env | grep -c -e ^x= -e ^y=; set +a; z=3; env | grep -c ^z=; set -k; echo a b=1; echo $b; env k=2 2>/dev/null | grep ^k; set +k
####
set -o | head -5; set +o | head -3; set -o errexit; echo $-; set +o errexit; echo $-; [[ -o nounset ]]; echo $?; set -o nosuch; echo $?; shopt -o nounset; echo $?; shopt -so nounset; echo $SHELLOPTS; set -o xtrace; set +o xtrace
####
shopt nullglob; echo $?; shopt -s nullglob; shopt nullglob; shopt -q nullglob; echo $?; shopt -u nullglob; shopt -p nullglob extglob; shopt nosuch; echo $?; shopt -s nosuch; echo $?; shopt -z; echo $?; shopt | head -2; shopt -s | head -2; shopt -su; echo $?
####
set -- -a b; echo $1 $2; set - x y; echo $*; set -- ; echo $#; set a -b c; echo $*; set -e -- q; echo $1 $-; set +e; set -o; echo $? | tail -1
####
set | grep -c '^HOME='; x='a b'; set | grep '^x='; f() { echo hi; }; set | tail -3; set -o posix; set | grep -c '^f ()'; set | grep '^x='
####
set -o posix; echo ${BASH_VERSION:+posix}; f() { export y=1; }; x=5 f; echo "[$x]"; x=6 :; echo $x; x=7 eval 'echo $x'; echo $x; . nosuch; echo never
####
set -o posix; unset nosuch; shift 3; echo after $?; set -Z; echo never
####
set -o posix; readonly q=1; export q=2; echo never
####
set -o posix; cd /; type cd; alias a=b; a; command export x=1; echo $x; break; echo $?; exit 3
####
#: bash sh -c "echo $0; shopt -o posix; set -o | grep posix; echo $SHELLOPTS; x=1 export y; echo [$x]; type test"
####
#: bash sh -c "[[ a == a ]] && echo dbl; a=(1 2); echo ${a[1]}; echo {1..3}; echo $'a\tb'; source /dev/null; echo $?; function f { echo f; }; f; let x=1+1; echo $x; cat <(echo ps)"
####
#: bash sh t.sh
echo $0
echo -e 'a\tb'
. nosuch
echo never
####
#: bash bash --posix -c "set -o | grep posix; x=2 :; echo $x; <(echo)"
####
#: bash bash -n t.sh
echo hi
x=$(rm -rf nothing)
####
#: bash bash -n t.sh
echo hi
if true
####
#: bash bash -x t.sh a b
echo "$1" $2
for i in "$@"; do
  echo $i
done
f() {
  local x=$1
  echo "$x"
}
f 'q r'
####
#: bash bash -v t.sh
# comment
echo a
if true; then
  echo b
fi
####
#: bash bash -eu t.sh
echo a
echo $undefined
echo b
####
#: bash bash -o nounset +B -c "echo {a,b} $-; echo $x"
####
#: bash bash -O extglob -c "echo !(t.sh); shopt extglob"
####
#: bash bash -c "echo $0 $1 $#" name arg1 arg2
####
#: bash bash -c
####
#: bash bash -Z
####
#: bash bash --nosuch
####
#: bash bash nosuch.sh
####
#: bash bash /tmp
####
#: bash bash -o nosuch -c "echo a"
####
#: bash bash +O nosuch -c "echo a"
####
#: bash bash -xc "echo a; x=1"
####
#: bash bash -ec "false; echo never"
####
#: bash bash -l -c "echo login; shopt login_shell; exit 3"
####
#: bash bash -s a b < /dev/null
####
#: bash bash - t.sh x
echo dash $0 $1
####
#: bash bash -- t.sh x
echo ddash $0 $1
####
#: gap the default PATH is the distribution's
#: bash env -i bash -c "env | sort; echo $PATH; echo $HOME [$TERM] $SHLVL; set | grep -c ^PATH"
####
#: bash env -i bash --norc --noprofile -c "declare -p TERM IFS PS4 OPTIND SHELL; echo $-"
####
#: bash env -i A=1 /bin/bash -c "echo $A; cd; echo $?; cd -; echo $?; echo ~"
####
#: bash env BASH_ENV=./t.sh bash -c "echo main"
echo from BASH_ENV
####
#: bash env X=1 Y-Z=2 bash -c "echo $X; env | grep Y-Z; unset X; env | grep -c ^X="
####
#: gap -D lists translatable strings
#: bash bash -D -c "echo $'hi'"
####
#: gap the restricted shell
#: bash bash -r -c "cd /; echo $?; PATH=x; echo a > f; /bin/ls; exec ls; echo $-"
