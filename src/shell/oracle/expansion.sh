x=hello; echo ${x} ${#x} ${x:1} ${x:1:3} ${x: -2} ${x:0:-1} ${x:(-3):2}
####
echo ${u:-def} ${u-def} "[${u:+alt}]" "[${u+alt}]"; u=; echo "[${u:-def}]" "[${u-def}]" "[${u:+alt}]" "[${u+alt}]"
####
echo ${n:=5} $n; echo ${m=6} $m
####
echo ${x:?}; echo after
####
echo ${x?custom message}; echo after
####
x=; echo ${x:?is empty}; echo after
####
p=/usr/local/lib/a.tar.gz; echo ${p#*/} ${p##*/} ${p%.*} ${p%%.*} ${p%/*} ${p##*.}
####
x=aXbXc; echo ${x/X/-} ${x//X/-} ${x/#a/Z} ${x/%c/Z} ${x//X} ${x/X}
####
x='a.b*c'; echo "${x//./-}" "${x//\*/S}" "${x//[.*]/_}" "${x/"*"/q}"
####
x=abc; echo ${x/b/[&]} ${x/b/\&} ${x/b/"&"} ${x//?/<&>}
####
x=hello; echo ${x^} ${x^^} ${x^^[el]} ${x^[h]}; y=WORLD; echo ${y,} ${y,,} ${y,,[WO]}
####
x="it's"; echo ${x@Q} ${x@U} ${x@u} ${x@L}; y=$'a\tb'; echo ${y@Q}; z='a\tb'; echo "${z@E}"
####
declare -i n=5; readonly r=1; export e=2; a=(1 2); declare -A m=([k]=v); echo ${n@a} ${r@a} ${e@a} ${a@a} ${m@a}; echo ${n@A} ${a[@]@A} ${m[@]@A}
####
a=(zero one two three); echo ${a[0]} ${a[-1]} ${a[@]} ${#a[@]} ${a[@]:1:2} ${!a[@]} ${#a[1]} $a
####
a=(a b c); a[5]=f; echo ${a[@]} ${!a[@]} ${#a[@]}; unset 'a[1]'; echo ${a[@]} ${!a[@]}; a+=(g h); echo ${!a[@]}; a[0]+=x; echo ${a[0]}
####
a=("x y" z); for i in "${a[@]}"; do echo "<$i>"; done; for i in ${a[@]}; do echo "<$i>"; done; for i in "${a[*]}"; do echo "<$i>"; done
####
a=([2]=c [0]=a b); echo ${!a[@]} ${a[@]}; declare -p a
####
declare -A m=([one]=1 [two]=2 ["a b"]=3); echo ${m[one]} ${m[two]} "${m[a b]}" ${#m[@]}; m[three]=4; unset 'm[one]'; for k in "${!m[@]}"; do echo "$k=${m[$k]}"; done | sort
####
declare -A m=([x]=1 [foo]=2 [bar]=3 [k]=4 [zz]=5 [hello]=6 [1]=7); echo ${!m[@]}; echo ${m[@]}; declare -p m
####
x=y; y=z; echo ${!x}; n=2; set -- a b c; echo ${!n}; arr=(p q); r='arr[1]'; echo ${!r}; r='arr[@]'; echo ${!r}
####
abc1=1; abc2=2; echo ${!abc*} ${!abc@}; for v in "${!abc@}"; do echo $v; done
####
set -- a b c d; echo ${@:2} ${@:2:2} ${*:1:1} ${@: -1} ${#@} ${#*} $# ${@:0:1}
####
set -- 1 2 3 4 5 6 7 8 9 10 11; echo $1 $10 ${10} ${11} $11; shift 3; echo $1 $#; shift 20; echo $? $#
####
x=abcdef; echo ${x:2:100} ${x:10} "[${x:6}]" ${x:1+1:1+1}; i=1; echo ${x:i:i+1}
####
x=abc; echo ${x:0:-5}; echo after
####
echo ${x!}; echo same
echo next
####
echo ${}; echo $?
####
echo $((5/2)) $((-5/2)) $((5%3)) $((-5%3)) $((2**10)) $((1<<4)) $((255>>2)) $((5&3)) $((5|3)) $((5^3)) $((~5)) $((!5)) $((!0))
####
echo $((1<2)) $((2<=2)) $((3==4)) $((3!=4)) $((1&&0)) $((1||0)) $((1?2:3)) $((0?2:3)) $((1,2,3))
####
x=5; echo $((x++)) $x $((++x)) $x $((x--)) $((--x)) $((x+=10)) $((x*=2)) $((x-=1)) $((x/=3)) $((x%=4)) $((x<<=3)) $((x|=1)) $((x^=3)) $((x&=6))
####
echo $((0x1f)) $((010)) $((2#1011)) $((16#ff)) $((36#z)) $((64#_)) $((0xFF))
####
x=3; y=x; z=y+1; echo $((y)) $((z*2)) $((x+y)) $(($x+1)) $(("x"+1))
####
a=(1 2 3); echo $((a[1]+a[2])) $((a[0]++)) ${a[0]} $((a[x=2])); declare -A m=([k]=5); echo $((m[k]+1)) $((m["k"]*2))
####
echo $((9223372036854775807+1)) $((-9223372036854775808)) $((2**63)) $((2**64)) $((9223372036854775807*2))
####
echo $((1+)); echo after
####
echo $((1/0)); echo after
####
echo $((1 2)); echo after
echo line2
####
echo $((08)); echo $((x=)); echo $((2**-1))
####
echo $(( 3 > 2 ? 10 : 20 )) $(( (1+2)*(3+4) )) $((- -3)) $((+3)) $((1 - -1)) $((10-5-2)) $((2**3**2)) $((-2**2))
####
((x=5)); echo $? $x; ((0)); echo $?; ((x>3)) && echo big; ((x--)); echo $x; ((1/0)); echo $?
####
let x=3+4 y=x*2; echo $x $y $?; let "z = 1"; let 0; echo $?; let x++; echo $x; let "1+"; echo $?
####
echo "${a[@]}" ${#a[@]}; a=(); echo ${#a[@]}; declare -a b; echo ${#b[@]}
####
x=1 y=2; echo $x$y; x+=3; echo $x; declare -i n=5; n+=3; echo $n; n=2+2; echo $n; n=abc; echo $n
####
declare -l low=ABC; declare -u up=abc; echo $low $up; low+=DEF; echo $low
####
declare -n ref=target; target=5; echo $ref; ref=6; echo $target; echo ${!ref}; unset -n ref; echo ${ref-unset}
####
readonly r=1; r=2; echo not reached on this line
echo next $r
####
readonly r=1; unset r; echo $?; declare r=5; echo $?; echo $r
####
export A=1; B=2; env | grep -E '^(A|B)='; C=3 env | grep '^C='; echo "[$C]"; export -n A; env | grep -c '^A='
####
A=1; f() { local A=2; g; }; g() { echo $A; A=3; }; f; echo $A
####
f() { local x=1; local -i n=2+3; local -a arr=(a b); echo $x $n ${arr[1]}; unset x; echo "[$x]"; }; x=out; f; echo $x
####
local x=1; echo $?
####
f() { local a b=2 c; echo "[$a][$b][$c]"; a=1; declare d=4; declare -g e=5; }; f; echo "[$a][$b][$d][$e]"
####
x=1 f; f() { echo in $x; }; x=1 f; echo "[$x]"; y=2 eval 'echo $y'; echo "[$y]"
####
IFS=: read a b c <<< "1:2:3:4"; echo "$a|$b|$c"; echo "[$IFS]" | cat -A
####
echo ${HOME:+home} ${UNSETVAR-}${X:-${Y:-${Z:-deep}}}
####
x=abc; echo ${x#a} ${x#b} ${x%c} ${x##*} "[${x##*b}]" ${x#?} ${x%?} ${x%%[bc]*}
####
x='a b c'; echo ${x// /_} "${x// /, }" ${x//[[:space:]]/}; y=A1b2; echo ${y//[[:digit:]]/} ${y//[a-z]/} ${y//[!0-9]/}
####
shopt -s extglob; x=aaabbb; echo ${x##+(a)} ${x%%+(b)} ${x/+(b)/X} ${x//@(a|b)/.} ${x##!(b)}
####
x=foo.tar.gz; echo ${x%.@(gz|bz2)}; echo ${x/.*(t)ar/}
####
a=(foo bar baz); echo ${a[@]#b} ${a[@]/a/A} ${a[@]^} ${a[*]%?} "${a[@]: -1}" ${a[@]@Q}
####
echo ${#} ${?} ${$+set} ${!-none} ${-//[!c]/}
####
x=10; echo $[x+5] $[ 2 * 3 ]
####
x='$(echo hi)'; echo "$x"; echo "${x}"; echo $x
####
x=$(echo a; echo b; echo; echo); echo "[$x]"; y=`printf 'c\n\n'`; echo "[$y]"
####
x=$(false); echo $?; y=$(exit 3); echo $?; echo $(exit 4) $?; z=$(true) w=$(exit 5); echo $?
####
f() { echo "$(( $1 * 2 ))"; }; echo $(f $(f $(f 1)))
####
echo $(echo 'a  b') "$(echo 'a  b')"; echo $(printf '%s\n' a b c)
####
echo "$(cat <<E
in heredoc
E
)"
####
printf 'line1\nline2\n' > f; x=$(<f); echo "$x"; echo "$(< f)"
####
set -u; echo ${x-ok}; echo ${x:-ok}; echo $x; echo never
####
set -u; a=(1); echo ${a[1]}; echo never
####
set -u; echo $1; echo never
####
set -u; echo "$@" $# $*; echo ok
####
touch a.c b.c .h d1; mkdir d; touch d/e.c; echo *; echo *.c; echo */*; echo .*; echo [ab].c; echo [!a].c; echo ?.c; echo nomatch*; echo "*.c" '*'.c \*.c
####
touch a b; shopt -s nullglob; echo x*; shopt -u nullglob; shopt -s failglob; echo x*; echo after
echo next
####
touch .a b; shopt -s dotglob; echo *; shopt -u dotglob; set -f; echo *; set +f; echo *
####
mkdir -p a/b/c; touch a/x a/b/y a/b/c/z; shopt -s globstar; echo **; echo **/; echo **/z; echo a/**
####
shopt -s extglob
touch aa ab ba bb; echo @(a|b)a; echo !(a*); echo +(a); echo ?(x)ab; echo *(a)
####
touch 'a b' 'c*d' e; for f in *; do echo "<$f>"; done; x='*'; echo $x; echo "$x"; y='c\*d'; echo $y
####
touch A a B b; shopt -s nocaseglob; echo [a]; shopt -s nocasematch; case ABC in abc) echo m;; esac; [[ FOO == foo ]] && echo y
####
mkdir dir; touch dir/f; echo dir/* dir/*/ */f ./dir/f* d*r/; cd dir; echo ../dir/f
####
touch 1 2 10 a1 a10 a2; echo *; echo a*; echo [0-9]*
####
x=/; echo ${x}bin/ba?h; echo /bin/[b]ash
####
RANDOM=5; a=$RANDOM; RANDOM=5; b=$RANDOM; [ $a = $b ] && echo same; [ $RANDOM -lt 32768 ] && echo ok
####
echo $LINENO; echo $LINENO
echo $LINENO
f() { echo $LINENO
echo $LINENO; }
f
####
echo $BASH_SUBSHELL; (echo $BASH_SUBSHELL; (echo $BASH_SUBSHELL)); echo $(echo $BASH_SUBSHELL)
####
echo a b c; echo $_; true x y; echo "$_"; x=1; echo "[$_]"
####
f() { echo ${FUNCNAME[@]} ${FUNCNAME}; g; }; g() { echo ${FUNCNAME[*]} ${#FUNCNAME[@]}; }; f; echo "[$FUNCNAME]"
####
echo ${BASH_VERSINFO[0]} $EUID $UID $PPID | grep -c '^5 0 0 [0-9]*$'; UID=5; echo $?
####
echo $0 $#; set a b; echo $0 $# $1
####
printf -v x '%05d' 42; echo $x; printf -v a[2] '%s' hi; echo ${a[2]}
####
x=(1 2 3); y=("${x[@]}" 4); echo ${#y[@]} ${y[@]}; z=(${x[@]/2/two}); echo ${z[@]}
####
s='a,b,c'; IFS=, read -ra parts <<< "$s"; echo ${#parts[@]} ${parts[1]}; IFS=,; echo "${parts[*]}"
####
mapfile -t lines < <(printf 'a\nb b\nc\n'); echo ${#lines[@]} "${lines[1]}"; readarray -t x <<< $'1\n2'; echo ${x[@]}
####
a=(3 1 2); IFS=$'\n'; sorted=($(sort <<< "${a[*]}")); echo ${sorted[@]}
####
declare -A m; m[a]=1; m[b]=2; for k in "${!m[@]}"; do ((m[$k]*=10)); done; echo ${m[a]} ${m[b]}; [[ -v m[a] ]] && echo set; [[ -v m[z] ]] || echo unset
####
x=a; case $x in a) echo one;& b) echo two;; c) echo three;; esac; case $x in ?) echo q;;& [a-c]) echo r;; *) echo s;; esac
####
v=value; declare "dyn_$v=5"; echo $dyn_value; eval "dyn2_$v=6"; echo $dyn2_value; printf -v "dyn3_$v" 7; echo $dyn3_value
