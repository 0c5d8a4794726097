echo ${x:?$(echo computed)}
####
printf '%s\n' "${!BASH_V@}" | head -3; echo "${@:-}" "${#*}"; set -- a b c; echo "${*:2:1}" "${@: -2:1}" "${!#}"; shift $(($#-1)); echo $1
####
while getopts "a:b" o -- -a 1 -b; do echo $o; done; unset OPTIND; getopts x y -x; echo $y $OPTIND
####
s='one two  three'; read -r -a w <<< "$s"; echo ${#w[@]}; IFS=' ' read -r a b <<< "$s"; echo "$b"; while IFS='=' read -r k v; do echo "$k->$v"; done <<< $'a=1\nb=2=3\nc'; read -r -d $'\0' z <<< 'nul'; echo "$z" $?
####
x=10; until ((x-- < 8)); do echo $x; done; for ((;x<9;)); do ((x++)); done; echo $x; let "y = x ** 2 % 7" || true; echo $y; ((z = y ? x : -1)); echo $z; declare -i n="2#1010"; echo $n
####
f() { local IFS=,; echo "$*"; }; f a b c; g() { local -a arr=("$@"); echo "${arr[*]/#/<}"; }; g 1 2; h() { printf '%s|' "${@/a/b}"; echo; }; h aa ba; k() { echo "${FUNCNAME[0]} ${#FUNCNAME[@]}"; }; k
####
v='a.b.c'; echo "${v%.*}|${v##*.}|${v//./-}|${v/./}|${v^^}|${v:2:1}|${#v}"; p=/a/b/c.tar.gz; f=${p##*/}; echo "${f%%.*} ${f#*.} ${p%/*}"; u=; echo "${u:-d}${u:+n}"; echo "${v@Q}"; w="it's"; printf '%q\n' "$w"
####
cat > f <<'E'
k1=v1
# c
k2="v 2"
E
while IFS= read -r l; do [[ $l == \#* || -z $l ]] && continue; declare "${l%%=*}=$(eval echo "${l#*=}")"; done < f; echo "$k1,$k2"; source ./f; echo $k2; . f 2>&1; set -a; . ./f; env | grep ^k1
####
trap 'rm -f tmp.$$; echo cleaned' EXIT; trap 'exit 3' TERM; touch tmp.$$; ls tmp.* | wc -l; (trap - EXIT; exit 1); kill -TERM $$; echo no
####
exec 9> lock; echo locked >&9; ( exec 9>&-; echo in ); [ -s lock ] && echo yes; { echo a; echo b >&2; } 2>&1 >/dev/null | sed 's/^/E:/'; diff <(echo 1) <(echo 2) > d; echo $?; cat d; tee a b <<< t >/dev/null; cat a b
####
case "$(uname -s)" in Linux) echo L;; *) echo other;; esac; [ "$(id -u)" -eq 0 ] && echo root; test -x /bin/sh -a -d /tmp && echo ok; [[ -z ${NOPE-} && ! -e nofile ]] && echo fine; if ! cmp -s /etc/passwd /etc/group; then echo differ; fi; command -v nosuch || echo missing; type -P nosuch; echo $?
####
arr=(); arr+=("x y"); arr+=(z); for i in "${!arr[@]}"; do printf '%d=%s;' "$i" "${arr[$i]}"; done; echo; declare -A c; for w in a b a c a; do ((c[$w]++)); done; for k in a b c; do echo "$k ${c[$k]}"; done; printf '%s\n' "${arr[@]}" | sort -r | paste -sd, ; IFS=$'\n' sorted=($(sort <<<"${arr[*]}")); echo ${#sorted[@]}
####
nested() { if [ "$1" -gt 0 ]; then for i in 1 2; do case $i in 1) while :; do nested $(($1-1)); break; done;; *) echo "$1.$i";; esac; done; fi; }; nested 2; (( $(nested 1 | wc -l) == 1 )) && echo one
####
echo {1..3}.{a,b} | tr ' ' '\n' | while read x; do echo -n "[$x]"; done; echo; seq 1 3 | xargs -n1 echo n; seq 3 | xargs -I{} echo "<{}>"; find . -name '*.none' -print0 | xargs -0 -r ls; printf 'a\0b\0' | xargs -0 -n1 echo
####
set -o errexit; cleanup() { echo "cleanup $?"; }; trap cleanup EXIT; check() { [ -n "$1" ] || return 2; echo ok; }; check x; check "" || echo "got $?"; val=$(check y); echo $val; check ""; echo never
####
logfile=l; log() { printf '%s %s\n' "[$1]" "${*:2}" | tee -a "$logfile"; }; log INFO a b; log WARN "c  d"; wc -l < l
####
a=5; b=3; echo "$a + $b = $((a + b))"; echo $((a > b)) $((a & b)) $((a ^ b)); printf '%.2f\n' $(awk "BEGIN{print $a/$b}"); [ $((a % 2)) -eq 1 ] && echo odd; echo $((16#ff)) $((8#17)) $((2#11)); printf '%x %o\n' 255 8
####
time_it() { local s=$SECONDS; "$@"; echo $((SECONDS - s)); }; time_it sleep 0; retry() { local n=0; until "$@"; do ((++n >= 3)) && return 1; done; }; retry false; echo $?; retry true; echo $?; timeout 0.1 sleep 5; echo $?; timeout 5 true; echo $?
####
select_one() { select x in "$@"; do [ -n "$x" ] && { echo "$x"; break; } || echo bad; done; }; select_one a b c <<< $'7\n2' 2>/dev/null; yes | head -2; yes n | (read a; echo $a); printf 'y\n' | { read -p 'sure? ' r; [[ $r == [yY] ]] && echo done; }
####
usage() { cat <<EOF >&2
Usage: ${0##*/} [-v]
	tabbed $1
EOF
exit ${1:-1}
}; (usage 4); echo $?; x=$(usage 2>&1); echo "$? $x"; main() { local -r v=1; echo "$v"; }; main "$@"
####
mkdir -p a/b/c && cd a/b/c && pwd | sed 's,.*oracle,,' && cd - > /dev/null && ls -R | head -4; for d in */; do (cd "$d" && echo "in ${PWD##*/}"); done; pushd a > /dev/null && popd > /dev/null; [ -d a ] && rm -r a; ls | wc -l
####
n=0; while read -r line; do n=$((n + ${#line})); done < /etc/hostname; [ $n -gt 0 ] && echo some; cat /etc/passwd | while IFS=: read -r user _ uid _; do [ "$uid" = 0 ] && echo $user; done; awk -F: '$3 == 0 {print $1}' /etc/passwd; cut -d: -f1 /etc/passwd | grep -c root
####
echo "a b c" | { read -r first rest; echo "$rest $first"; }; echo 'x:y:z' | tr ':' '\n' | tail -1; printf '%s\n' 3 1 2 | sort | head -1; echo hello | rev 2>/dev/null || echo norev; echo abc | cut -c2; echo 'foo bar' | sed 's/\(.*\) \(.*\)/\2 \1/'
####
i=5; while [ $i -gt 0 ]; do case $i in 4) i=$((i-1)); continue;; 2) break;; esac; echo $i; i=$((i-1)); done; for f in x y; do :> $f; done; for f in *; do mv "$f" "$f.bak"; done; ls; for f in *.bak; do mv -- "$f" "${f%.bak}"; done; ls
####
./nothere 2>&1; nothere2 2>&1; ls nothere3 2>&1; cd nothere4 2>&1; cat < nothere5 2>&1; echo x > no/there6; rm nothere7 2>&1; [ nothere8 2>&1; source nothere9 2>&1; kill %9 2>&1; fg 2>&1; exit 2>&1
####
#: interactive
echo hi; nosuch; echo $?
cd /nosuch
x=(1 2 3); echo ${x[@]: -1}
for i in a b; do
echo $i
done
f() { echo "in f: $1"; }; f x
false || echo or; true && echo and
(exit 3); echo $?
echo "multi
line"
jobs; wait
set -o | grep -c on
alias ll='ls -d'; ll /
unalias ll; ll
history | tail -1 | wc -l
