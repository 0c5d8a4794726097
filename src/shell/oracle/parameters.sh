x=hello; echo ${x:1:3} ${x: -3} ${x: -3:2} ${x:0:-1} ${x:7} "[${x:5}]" ${x:(-2)} ${x:1+1}
####
x=hello; echo ${x:0:-9}; echo after $?
####
x=hello; i=2; echo ${x:i} ${x:i:i} ${x:$i:1} ${x:i+1:i-1} ${x:i?1:0}
####
x=/usr/local/lib/a.tar.gz; echo ${x#*/} ${x##*/} ${x%.*} ${x%%.*} ${x%/*} ${x#/usr} ${x%nothing} ${x##} ${x%%*}
####
x=aXbXc; echo ${x/X/-} ${x//X/-} ${x/#a/_} ${x/%c/_} ${x/X} ${x//X} ${x/#X/_} ${x//[a-c]/.} ${x/?/&&} ${x//X/\&} ${x//b/<&>}
####
x=aXbXc; y='&'; echo ${x//X/$y} "${x//X/$y}" "${x//X/"$y"}" ${x//X/"&"} ${x//X/'&'}
####
shopt -u patsub_replacement; x=aXbXc; echo ${x//X/&} ${x//X/\&} "${x//X/\&}"
####
x='a/b/c'; echo ${x//\//.} ${x////:} "${x//\//\\}" ${x/\//}
####
x=hello; echo ${x^} ${x^^} ${x^^[el]} ${x^h} ${x^x}; y=HELLO; echo ${y,} ${y,,} ${y,,[EL]} ${y,H} ${y~} ${y~~}
####
x='mixed Case'; echo "${x~}" "${x~~}" "${x^^?}" "${x^^[aeiou]}"
####
x=; unset y; echo "[${x-d}] [${x:-d}] [${y-d}] [${y:-d}] [${x+s}] [${x:+s}] [${y+s}] [${y:+s}]"
####
unset y; echo ${y=set} $y; unset y; echo ${y:=set2} $y; x=; echo ${x=no} "[$x]" ${x:=yes} $x
####
echo ${y?}; echo after
####
echo ${y:?}; echo after
####
y=; echo ${y:?is empty}; echo after
####
(echo ${y?gone}); echo after $?
####
f() { echo ${1?need arg}; echo in; }; f; echo after
####
echo ${1:?no arg}; echo after
####
set -- a b; echo ${3:?}; echo after
####
echo ${a[3]?elem}; echo x
####
set -- a 'b c' d; echo ${#} ${#@} ${#*} ${@:2} "${@:2:1}" ${@: -1} ${@:0:1} ${*:2} "${*:1:2}" "${@:4}" x
####
set -- a b c; echo ${@:1:-1}; echo after
####
set -- a b c; for i in "${@:2}"; do echo "<$i>"; done; for i; do echo "[$i]"; done; shift 2; echo $# $*; shift 5; echo $? $#; shift -1; echo $?
####
set -- one two three; echo ${@/o/0} ${@#t} ${@%e} ${*^} ${@^^} "${@/#/-}" "${*/%/;}"
####
set -- 1 2 3 4 5 6 7 8 9 10 11; echo $10 ${10} ${11} ${#11} $1$2 ${1}0
####
x=abc; echo ${#x} ${#y} ${#} ${#?} ${#-} ${#$}0 | head -c 8
####
x='héllo wörld'; echo ${#x} ${x:1:1} ${x^^} ${x//ö/o} ${x%rld}
####
a=(x yy zzz); echo ${#a} ${#a[1]} ${#a[@]} ${#a[*]} ${#a[9]} ${a[-1]} ${a[-2]} ${a[1+1]} $a ${a} ${a[@]:1} "${a[*]:0:2}"
####
a=(one two three); echo ${a[@]#o} ${a[@]%e} ${a[@]/e/E} ${a[@]//e/E} ${a[@]^} ${a[@]^^} ${a[*]/#/p} "${a[@]/%/s}" ${a[@]:(-2):1}
####
a=(a b c); IFS=-; echo "${a[*]}" ${a[*]} "${a[@]}"; IFS=; echo "${a[*]}" ${a[*]}; unset IFS; echo "${a[*]}"
####
set -- a b c; IFS=:; echo "$*" $* "$@"; x=$*; echo "$x"; y="$@"; echo "$y"; IFS=''; echo "$*"; z=$*; echo "$z"
####
x=y; y=z; echo ${!x} ${!x:-q} ${!x/z/w} ${#x}; z=deep; echo ${!y}; unset n; echo "[${!n}]"; echo after
####
n=a; a=(1 2 3); echo ${!n}; n='a[1]'; echo ${!n}; n='a[@]'; echo "${!n}" ${!n#1}; n='a[*]'; echo "${!n}"
####
set -- p q r; i=2; echo ${!i} ${!#} ${!1}; p=val; echo ${!1}
####
abc1=x; abc2=y; abd=z; echo ${!abc*} ${!ab@} "${!abc@}" "${!nothing@}" end
####
a=(x [5]=y z); echo ${!a[@]} "${!a[*]}" ${!a} ; declare -A m=([k]=v); echo ${!m[@]} ${m[k]} ${#m[@]} ${m[none]-unset}
####
x="it's"; echo ${x@Q} ${x@U} ${x@u} ${x@L} ${x@A} ${x@E}; y='a\tb\n'; echo "${y@E}|" "${y@Q}"; z=$'a\nb'; echo "${z@Q}" "${z@A}"
####
x=1; declare -i n=5; declare -rx r=2; declare -l l=LOW; echo "${x@a}|${n@a}|${r@a}|${l@a}|${l}" ${n@A} ${r@A}
####
a=(1 'b c'); declare -A m=([k]='v w'); echo "${a[@]@Q}" "${a[@]@A}" "${m[@]@A}" "${a[@]@K}" "${m[@]@K}"; echo "${a[@]@k}"; echo ${a@a} ${a[@]@a} ${m@a}
####
set -- a 'b c'; echo "${@@Q}" "${*@Q}" ${@@U} "${@@A}" ${1@Q}
####
x='\u@\h \W'; y='\101\x42'; echo "${y@P}" ; p='$((1+2)) \$ \\'; echo "${p@P}"
####
unset u; echo "[${u@Q}] [${u@A}] [${u@a}]"; e=; echo "[${e@Q}] [${e@A}]"
####
x=abc; echo ${x@Z}
####
echo ${x!}; echo after
####
echo ${}; echo after
####
echo ${x y}; echo after
####
echo ${-} | tr -d B; echo ${!} x; echo ${$:-no} | grep -c .
####
echo "${x:-"a  b"}" ${x:-"a  b"} ${x:-a  b} "${x:-a  b}" "${x:-'a'}" ${x:-'a  b'} "${x:-\"q\"}" ${x:-\"q\"} "${x:-\$y}"
####
echo ${x:-{a,b}} ${x:-$(echo '}')} "${x:-}}" ${x:-\}} "${x:-\}}" ${x:-'}'}
####
set -- ; echo "a${@}b" "a$*b" "${@:-none}" "${*:+some}" [${@+x}] ["$@"] [$@]
####
set -- ''; echo "${@:-none}" "${@+set}" $# [${@-d}]; set -- a ''; for i in "$@" ; do echo "<$i>"; done; for i in $@; do echo "($i)"; done
####
x='a b  c'; for i in $x; do echo "<$i>"; done; for i in "$x"; do echo "<$i>"; done; IFS=b; for i in $x; do echo "<$i>"; done
####
IFS=,; x='a,b,,c,'; for i in $x; do echo "<$i>"; done; x=',a'; set -- $x; echo $#; x=',,'; set -- $x; echo $#
####
IFS=' ,'; x=' a , b ,, c '; set -- $x; echo $#; for i; do echo "<$i>"; done
####
x=$'a\tb\nc'; set -- $x; echo $# "$x"; IFS=$'\n'; set -- $x; echo $#; IFS=x; y=1x2x3; echo $y "$y"
####
p='a*c'; x=aXXc; echo ${x#$p} [${x#"$p"}] ${x/a*X/-} ${x%%X*} ${x##*X}; case $x in $p) echo match;; esac; case $x in "$p") echo no;; *) echo lit;; esac
####
x='[a]'; echo ${x#[} ${x#'['} ${x#\[} ${x//[]]/} ${x//[][]/} ${x/\[a/b}
####
shopt -s extglob; x=aaabbb; echo ${x/+(a)/X} ${x##+(a)} ${x%%+(b)} ${x//@(a|b)/-} ${x/!(a)/Y} ${x#?(a)} ${x##*(a|b)}
####
x=abcabc; echo ${x#*b} ${x##*b} ${x%b*} ${x%%b*} ${x/b*/} ${x//b?/} ${x/*b/} ${x//*/all}
####
x='  lead'; echo "[${x#"${x%%[![:space:]]*}"}]"; y='trail  '; echo "[${y%"${y##*[![:space:]]}"}]"
####
x=; echo "${x//a/b}" "${x/#/pre}" "${x/%/suf}" "${x/*/any}" [${x^}] [${x:0:3}]
####
echo $x$y"$z"'' | od -c | head -1; set -- $x"" ; echo $#; set -- $x; echo $#; set -- "$x"; echo $#; set -- ''$x; echo $#
####
x=~; echo $x; x=a:~; echo $x; y=~/b:~; echo $y; echo ~ ~/x a~ ~nosuch ~root "~" \~ ~+ ~-; echo x=~ --p=~/z
####
OLDPWD=/old; echo ~- ~+ | sed "s#$PWD#PWD#"; HOME=/h; echo ~ ~/a; unset HOME; echo ~ 
####
a=5; echo $a[0] ${a}[1] ${a[0]} ${a[1]-none}; b[2]=x; echo ${b[2]} ${#b[@]} ${!b[@]}
####
set -u; echo ${x-ok} ${x:-ok} ${x+no}; echo $x; echo after
####
set -u; echo "${a[@]}" ${a[*]} $@ $*; echo ok; echo ${a[0]}; echo after
####
set -u; a=(); echo "${a[@]}" "${#a[@]}" ; echo $1; echo after
####
set -u; echo ${#x}; echo after
####
set -u; echo $!; echo after
####
set -u; echo $((x+1)); echo after
####
set -u; (echo $x; echo in); echo after $?
####
set -u; echo ${!x}; echo after
####
set -u; x=(1); echo ${x[1]}; echo after
####
set -u; [[ -v x ]] && echo y; [[ $x ]]; echo after
####
set -u; declare -A m; echo ${m[k]}; echo after
####
readonly x=1; x=2; echo after $?
####
readonly x=1; x=2 echo hi; echo after $?
####
readonly x=1; (x=2; echo in); echo after $?; for x in 1 2; do echo loop; done; echo a $?; read x <<<5; echo $? $x
####
readonly x=1; unset x; echo $?; x+=3; echo after
####
readonly a=(1 2); a[0]=9; echo x
####
readonly x=1; f() { local x=2; echo $x; }; f; echo $?; declare x=3; echo $?; export x=4; echo $?; readonly x=5; echo $?
####
readonly x=1; ((x=2)); echo $?; ((x++)); echo $?; let x=4; echo $?; echo $((x=5)); echo after
####
readonly x=1; printf -v x %s a; echo $?; mapfile x <<<a; echo $?; getopts a x -a; echo $? $x
####
readonly -p | grep -v -e BASH -e EUID -e PPID -e SHELLOPTS -e UID; readonly q=1 r; readonly -p | grep -e ' q' -e ' r$'; readonly -a arr=(1); readonly -p | grep arr
####
unset a[0]; unset -v nope; echo $?; unset -f nope; echo $?; unset 1x; echo $?; unset -x; echo $?
####
f() { echo fn; }; f=var; unset f; type f >/dev/null && echo still fn; unset f; type f; echo $?; unset -n; echo $?
####
a=(1 2 3); unset 'a[1]'; echo ${!a[@]} ${#a[@]}; unset 'a[-1]'; echo ${a[@]}; unset a; echo ${a-gone}; unset 'b[0]'; echo $?
####
declare -A m=([a]=1 [b]=2 ['c d']=3); unset 'm[a]' 'm[c d]'; echo ${m[@]}; k=b; unset "m[$k]"; echo ${#m[@]}; m=([x]=1); unset 'm[@]'; echo ${#m[@]}
####
x=1; f() { unset x; echo "[${x-unset}]"; x=2; }; f; echo $x; g() { local x=5; unset x; echo "[${x-unset}]"; x=6; }; g; echo $x
####
x=5; f() { local x; echo "[${x-unset}]"; x=6; g; echo $x; }; g() { echo "g sees $x"; x=7; }; f; echo $x
####
v=1 f2=2 env | grep -e ^v= -e ^f2 | sort; f() { echo "v=$v"; }; v=9 f; echo "[$v]"; v=3 eval 'echo $v'; echo "[$v]"; v=4 : ; echo "[$v]"
####
export a=1 b; echo $?; b=2; env | grep -e ^a= -e ^b= | sort; export -n a; env | grep ^a=; echo $?; export -p | grep -e ' a' -e ' b'; export 1x; echo $?; export -z; echo $?
####
export -f nofn; echo $?; f() { echo exported; }; export -f f; bash -c f; export -fn f; bash -c f; echo $?
####
x=old; x=new printenv x; echo $x; x=a y=$x; echo $y; x=1 y=2 z=3 bash -c 'echo $x$y$z'; HOME=/q; echo ~ $HOME
####
x=1; x+=2; echo $x; declare -i n=1; n+=2; echo $n; n=3*4; echo $n; n=abc; echo $n; n="2 + 3"; echo $n; a=(1); a+=(2 3); echo ${a[@]}; a[0]+=5; echo ${a[@]}; a+=x; echo ${a[@]}
####
declare -u U=abc; U+=def; echo $U; declare -l L=ABC; echo $L; declare -u L=xyz; echo $L; declare +u U; U+=low; echo $U
####
x=3; ((x+=2, y=x*2)); echo $x $y; : $((x++)) $((--y)); echo $x $y; echo $(( (x>y) ? x : y )) $((x<<2)) $((~x)) $((!x)) $((-x)) $((+x)) $((x%4)) $((2**10))
####
echo "$(echo "a $(echo "b $(echo c)")")" `echo \`echo nested\`` "`echo "q"`" $(echo '$x') "$(printf 'a\n\n\n')"x
####
x=$(exit 3); echo $?; echo $(exit 4) $?; x=$(false) y=$(true); echo $?; local_() { local v=$(false); echo $?; }; local_; export e=$(exit 5); echo $?
####
x=`echo 'a\\b' "\\$HOME" \\\\ \$x`; echo "$x"; echo `echo \\\\a` "`echo \\\\a`" $(echo \\\\a)
####
echo "a
b" $'c\td' $'\x41\u00e9\101\e[0m' $'it\'s' "tab	x" $"loc" 'si''ngle' "do""uble" a\ b \n \\ "\n" "\$" "\`" "\"" "\a"
####
echo $'\cA\c?\c[' | od -c | head -1; echo -n $'\400\x\u' | od -c | head; echo $'a\0b' $'\x{41}' $'\u263A' $'\U0001F600'
