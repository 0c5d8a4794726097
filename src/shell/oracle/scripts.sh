#: script a "b c"
echo "$0 $# $1 $2"
nosuchcmd
echo x > /nonexistent/y
echo line $LINENO
cd /nonexistent
exit 3
#### 
#: script
set -u
echo $undefined
echo never
####
#: script
echo ${x?msg}
echo never
####
#: script
echo $((1/0)); echo same
echo next
readonly r=1
r=2; echo same
echo next2
####
#: script
f() {
  echo "in f: ${BASH_LINENO[0]} ${FUNCNAME[1]} $LINENO"
  caller
  nosuch_in_f
}
f
g() { f; }
g
####
#: script
set -e
echo a
false
echo never
####
#: script
echo a
if true; then
  echo b
fi )
echo never
####
#: script
cat <<E
a
E
echo "unterminated
####
#: script
. ./nosuch.sh
echo $?
echo 'nosuch_sourced
echo $LINENO ${BASH_SOURCE[0]}' > inc.sh
. ./inc.sh
source ./inc.sh
####
#: script
trap 'echo "exit $?"' EXIT
trap 'echo "err line $LINENO"' ERR
false
(exit 4)
exit 2
####
#: script
while read -r line; do
  case $line in
    \#*) continue ;;
    *=*) echo "key ${line%%=*} value ${line#*=}" ;;
    '') break ;;
  esac
done <<'E'
# comment
a=1
b=two words

c=3
E
####
#: script
set -x
x=1
echo $x
f() { echo "$1"; }
f 'a b'
for i in 1 2; do echo $i; done
if [ $x = 1 ]; then :; fi
set +x
echo done
####
#: script
declare -A count
for w in the cat the dog the cat; do ((count[$w]++)); done
for w in the cat dog; do echo "$w ${count[$w]}"; done
####
#: script
stack=()
push() { stack+=("$1"); }
pop() { local n=${#stack[@]}; echo "${stack[n-1]}"; unset "stack[n-1]"; }
push a; push "b c"; pop > /dev/null; pop; echo ${#stack[@]}
push x; push y
echo "${stack[@]}"
####
#: script
usage() { echo "usage: ${0##*/} [-v] file" >&2; exit 2; }
[ $# -ge 1 ] || usage
echo never
####
#: script
n=10
a=0 b=1
while [ $n -gt 0 ]; do
  echo -n "$a "
  t=$((a+b)); a=$b; b=$t
  n=$((n-1))
done
echo
####
#: script
is_prime() { local i; for ((i=2; i*i<=$1; i++)); do (( $1 % i == 0 )) && return 1; done; return 0; }
for n in {2..30}; do is_prime $n && printf '%d ' $n; done; echo
####
#: script
sort_array() { local i j t; for ((i=0;i<${#arr[@]};i++)); do for ((j=i+1;j<${#arr[@]};j++)); do if (( arr[i] > arr[j] )); then t=${arr[i]}; arr[i]=${arr[j]}; arr[j]=$t; fi; done; done; }
arr=(5 3 9 1 7); sort_array; echo "${arr[@]}"
####
#: script
exec 3>&1 4>&2
{ echo out; echo err >&2; } 3>/dev/null
exec 1>log 2>&1
echo logged
nosuch
exec 1>&3 2>&4
cat log
####
#: script
kill -TERM $$
echo never
####
#: script
(kill -KILL $BASHPID)
echo $?
bash -c 'kill -SEGV $$'
echo $?
sleep 0.05 &
wait %1
echo $?
####
#: script
return 3
echo $?
####
#: script
for f in /etc/passwd /nosuch; do
  if [ -f "$f" ]; then echo "$f ok"; else echo "$f missing" >&2; fi
done
echo "${BASH_SOURCE[@]}" "${#BASH_SOURCE[@]}" "$0"
####
#: script
alias x='echo alias'
x
shopt -s expand_aliases
x
####
#: input
echo a
read x
this is data
echo "got $x"
nosuch
fi
echo still
if true
then echo multi
fi
cat <<E
heredoc
E
cat
rest goes
to cat
####
#: input
echo $0 $-; set -e
false
echo never
####
#: input
exit 3
echo never
####
#: input
f() {
  echo in function
}
f
f | cat
echo "a
b"
x=$((1/0)); echo no
echo yes
####
#: interactive
echo hi
nosuch
cd /nonexistent
echo x > /nonexistent/y
echo $((1/0)); echo no
echo ${x?msg}; echo no
set -u; echo $und; echo no
fi
for i in 1 2
do echo $i
done
echo $?
[ 1 -eq x ]
sleep 0.01 &
wait
echo "unfinished
####
#: interactive
alias ll='echo LL' e='echo '
ll a
e ll
type ll
false
echo $?
exit 7
####
#: interactive
f() { echo "$1"; }
f "a  b"
readonly r=1
r=2; echo same
echo next
return 3
echo $?
break
unset HISTFILE
####
#: interactive
trap 'echo bye' EXIT
x=(1 2 3)
echo ${x[@]:1}
cat <<E
h $x
E
if true; then
echo t
fi
kill -INT $$
echo after
