echo -n a; echo -e 'b\tc\x41\0101\n' ; echo -E 'd\te'; echo -ne 'x\ny'; echo; echo -- -a; echo -z; echo -nq; echo -e 'a\cb'; echo
####
printf '%s %d %x %o %c|%5s|%-5s|%05d|%+d|%.2f|%e|%g\n' str 42 255 8 char ab cd 42 7 3.14159 1234.5 0.0001
####
printf '%s\n' a b c; printf '%s-%s\n' a b c; printf 'no args\n'; printf '%s|%s|\n' only; printf '%d\n'; printf '%q %q\n' "a b" "it's"; printf '%b\n' 'a\tb'
####
printf '%d\n' 0x1f 010 "'A" -5 +3; printf '%i %u\n' 5 -1; printf '%d\n' abc; echo $?; printf '%d\n' 12x; echo $?
####
printf '%*d|%-*d|%.*f\n' 5 42 5 42 2 3.14159; printf '%%|%5%|\n' 2>/dev/null; printf '%.3s|%10.2s|\n' abcdef xyz; printf '%#x %#o\n' 255 8; printf '% d\n' 5
####
printf '\x41\101\u00e9\n'; printf 'a\nb\\n\n'; printf "%s\n" 'a\nb'; printf '%s'; printf ''; printf; echo $?
####
printf '%(%Y)T\n' 0; printf '%(%F %T)T\n' 86400; printf '%z\n' 1; echo $?; printf '%'; echo $?; printf '%s %' a; echo $?
####
printf '%q\n' '' 'a b' $'a\nb' 'a$b' '~x' 'a~' '#c' 'x=y' 'a;b' "a'b" 'é'; printf '%Q\n' 'a b'
####
printf '%5d|%-5d|%05d|%+5d|% 5d\n' 42 42 42 42 42; printf '%5.1f|%-8.3e|%G\n' 2.25 12345.678 0.00001; printf '%x %X\n' -1 255; printf '%s %s %s\n' 1 2 3 4
####
printf '%s\n' "${x[@]}"; printf '<%s>\n' "$@"; printf -- '-%s-\n' a; printf -z; echo $?
####
printf '%f\n' 1 2.5 1e3 .5 abc; printf '%.0f %.0f %.0f\n' 0.5 1.5 2.5; printf '%g %g %g\n' 100000 1000000 1e-5; printf '%e\n' 0
####
printf '%c%c\n' abc def; printf '%5c|\n' x; printf '%s\n' $((16#ff)); printf '%03d-%03d\n' 7 77; printf '%d%%\n' 50
####
test -z; echo $?; test -n; echo $?; test a -o b; test '!' ; echo $?; test ! a; echo $?; test a = b -o c = c; echo $?
####
type -a echo | head -2; type -p ls; type -P ls; type -t nosuch; echo $?; command -V ls; command -V if; command -V nosuch; echo $?
####
getopts; echo $?; getopts a; echo $?; OPTIND=1; set -- -ab; getopts ab o; echo $o $OPTIND; getopts ab o; echo $o $OPTIND; getopts ab o; echo $? $o
####
let 'x=5' 'y=x+1'; echo $x $y; let x+=2; echo $x; let 'a[1]=3'; echo ${a[1]}; let 'x>3' && echo gt
####
hash nosuch; echo $?; hash ls; hash -t ls; hash -d ls; hash -t ls; echo $?
####
unset; echo $?; unset -z; echo $?; unset 'a b'; echo $?; readonly ro=1; unset ro; echo $?; a=(1 2 3); unset a; echo ${a-gone}
####
declare -Z; echo $?; export -z; echo $?; cd -z; echo $?; read -z; echo $?; set -o; echo $? | tail -1
####
pwd -P; pwd x; echo $?; dirs -v; dirs +0; dirs -c; pushd; echo $?; popd; echo $?; pushd nosuch; echo $?; pushd /usr > /dev/null; pushd +1; dirs -p; popd +0
####
source; echo $?; . ; echo $?; source nosuch; echo $?; eval 'echo $((1/0))'; echo after
####
eval 'if'; echo $?; eval 'echo "a'; echo $?; eval ')'; echo $?
####
wait 99999; echo $?; wait abc; echo $?; jobs %3; echo $?; sleep 0.05 & jobs | sed 's/  */ /g'; wait
####
trap 'echo' NOSUCH; echo $?; trap 'x' 0; trap; trap - EXIT; trap -p INT; trap '' INT TERM; trap
####
umask 8; echo $?; umask abc; echo $?; umask -p; umask 022; umask g-w; umask
####
shopt -s; shopt -u | wc -l; shopt | wc -l; shopt -so pipefail; set -o | grep pipefail; shopt -q nosuch; echo $?
####
alias a=b c='d e' 'f=g'; alias; alias -p | wc -l; unalias -a; alias; unalias; echo $?; alias 'x y=z'; echo $?
####
exec -a name bash -c 'echo $0'
####
help nosuchtopic; echo $?; help -d true; enable | wc -l | grep -c '[0-9]'; enable -n nosuch; echo $?
####
history | wc -l; fc -l 2>/dev/null; bind 2>/dev/null; complete -W "a b" foo; complete -p foo; compgen -W "apple banana" a; compgen -b ec
####
echo $SECONDS | grep -c '^[0-9]$'; SECONDS=100; [ $SECONDS -ge 100 ] && echo ok; echo $EPOCHSECONDS | grep -c '^[0-9]*$'; echo $HOSTNAME | grep -c .
####
ulimit -s >/dev/null; echo $?; suspend 2>&1; echo $?; logout; echo $?
####
mapfile a b c < /dev/null; echo $?; mapfile 1a; echo $?; mapfile < <(printf 'a\nb'); echo "${MAPFILE[1]}"
####
readonly x=1 y; x=2
echo $x; y=3
echo end
####
declare -a a=(1 2); declare -A a; echo $?; declare -A m; m=(a 1 b 2); echo ${m[a]} ${m[b]}; declare -A n=([x]=1); n+=([y]=2); echo ${n[x]}${n[y]}; m[]=3; echo $?
####
a=(1 2 3); a[-1]=9; echo ${a[@]}; a[-5]=0; echo $?; echo ${a[-9]}; b[5]=x; echo ${#b[@]} ${b[5]}; a[1+1]=c; echo ${a[2]}
####
declare -i i; i=5*5; echo $i; i='1 + '; echo $?; declare +i i; i=5*5; echo $i; declare -u u; u=abc; echo $u; declare +u u; u=abc; echo $u
####
declare -x X=1; declare +x X; env | grep -c ^X=; declare -p X; typeset -r Q=1; Q=2; echo z
####
f() { local -n r=$1; r=new; }; v=old; f v; echo $v; g() { local -n a=$1; echo ${a[1]} ${#a[@]}; }; arr=(x y); g arr; declare -n self=self; echo $?
####
f() { local x; echo ${x-unset}; x=1; local x; echo $x; }; x=g; f; echo $x; f2() { local x=$x; x+=1; echo $x; }; f2; echo $x
####
x=5; f() { local x=$((x+1)) y=$x; echo $x $y; }; f; export x; f3() { local x=loc; env | grep ^x=; }; f3
####
f() { return; }; false; f; echo $?; g() { return 256; }; g; echo $?; h() { return -1; }; h; echo $?; i() { return abc; }; i; echo $?
####
type while do \[ : . source; type -t [ [[ time
####
true; echo ${PIPESTATUS[@]}; false | true | false; x=(${PIPESTATUS[@]}); echo ${x[@]}; ! false; echo ${PIPESTATUS[@]}
####
command -p ls -d /; command; echo $?; builtin; echo $?; command -z; echo $?; command cd /; pwd; builtin cd /usr; pwd; command export CE=1; env | grep ^CE
####
caller; echo $?; times > /dev/null; echo $?; true --help; echo $?; false --version; echo $?; : a b c; echo $?
####
echo a b | (read x y; echo $y $x); echo 'a\ b c' | (read x y; echo "$x|$y"); echo ' a  b ' | (IFS= read x; echo "[$x]")
####
printf 'a b\nc d\n' | while IFS=' ' read -r p q; do printf '%s:%s\n' "$q" "$p"; done; read -p 'prompt: ' x <<< v; echo $x
####
printf 'k1=v1\nk2=v2\n' > conf; while IFS='=' read -r k v; do declare "cfg_$k=$v"; done < conf; echo $cfg_k1 $cfg_k2
####
for b in cd export kill umask wait shift printf; do $b --help | head -n 1; echo ${PIPESTATUS[0]}; done; echo --help; test --help; echo $?; true --help; cd -- --help
