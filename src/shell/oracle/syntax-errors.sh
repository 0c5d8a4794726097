if
####
if true; then echo x
####
fi
####
echo a; fi
####
done
####
do echo
####
for
####
for i
####
for i in a b
####
for i in a b; do echo $i
####
for i in a b; echo $i; done
####
for 1 in a; do :; done; echo after
####
while true; echo x; done
####
while; do :; done
####
until do done
####
if; then echo; fi
####
if true then echo; fi
####
if true; then; fi
####
if true; then fi
####
if true; else echo; fi
####
if true; then echo a; elif; then echo b; fi
####
case
####
case x
####
case x in
####
case x in a) echo
####
case x in a echo;; esac
####
case x in a) echo;; b
####
case x a) ;; esac
####
case x in esac; echo ok
####
case x in (x) echo paren;; esac; case x in x) ;; esac; echo $?
####
esac
####
)
####
(
####
( echo a
####
()
####
( )
####
}
####
{
####
{ echo a
####
{ echo a }
####
{ }
####
{}; echo $?
####
echo a; }
####
;
####
;;
####
&
####
&&
####
|| echo
####
| cat
####
echo |
####
echo &&
####
echo ||
####
echo | | cat
####
echo && && echo
####
echo ; ; echo
####
echo ;; echo
####
echo & ; echo
####
echo & & echo
####
echo &| cat
####
!
####
! ! true; echo $?
####
true && ! false; echo $?
####
echo >
####
echo > ; echo
####
echo > > x
####
echo <
####
echo <<
####
echo <<<
####
echo >& 
####
echo 2>&1>
####
echo a > $(
####
cat <<EOF
hello
####
#: gap a here-document's expansions are read with it, not when it is expanded
cat <<EOF; echo after
hello $(
EOF
####
echo "abc
####
echo 'abc
####
echo `abc
####
echo $(abc
####
echo ${abc
####
echo ${
####
echo $((1
####
echo $'abc
####
#: gap of two open constructs bash names the quote around the substitution
echo "a $(echo "b)
####
echo (a)
####
echo a(b)
####
echo $(a
echo b
####
f(
####
f( echo
####
f()
####
f() echo x
####
f() { echo x
####
function
####
function f
####
function f echo
####
function f { echo x; }; f
####
function f() { echo x; }; f; function g () ( echo sub ); g
####
f() (echo body); f; g() if true; then echo ifbody; fi; g; h() [[ 1 ]]; h; echo $?; i() ((0)); i; echo $?
####
f-g() { echo dash; }; f-g; a.b() { echo dot; }; a.b; 1f() { echo num; }; 1f; @x() { echo at; }; @x
####
$x() { echo; }
####
"f"() { echo; }
####
f\x() { echo; }
####
if() { echo; }
####
[[ a
####
[[ a == 
####
[[ a ==
####
[[ ]]
####
[[ a b ]]; echo $?
####
[[ a b c ]]; echo $?
####
[[ ( a ]]; echo $?
####
[[ a ) ]]; echo $?
####
[[ a && ]]; echo $?
####
[[ && a ]]; echo $?
####
[[ -f ]]; echo $?
####
[[ -f a b ]]; echo $?
####
[[ -z ]]; echo $?
####
[[ a == b c ]]; echo $?
####
[[ ! ]]; echo $?
####
#: gap the parser takes the operator for a word
[[ a || ; ]]
####
((
####
(( 1 + 
####
#: gap bash tells of the arithmetic that it tried first
((1+2)
####
a=(1 2
####
a=(1 2; echo
####
a=(1 & 2)
####
a=(1 | 2)
####
a=(1 (2))
####
a=( ) b=(
) ; echo ok ${#a[@]}
####
x=(a
b # comment
c); echo ${#x[@]}
####
select x in a b; echo; done
####
select
####
coproc
####
time
####
time ; echo ok
####
echo a
if
echo b
####
echo one
echo two )
echo three
####
echo one; echo two
echo three; done
echo four
####
f() {
  echo in
  if true; then
    echo x
}
f
####
while read l; do
  echo $l
done <<E
a
E
fi
####
echo "unclosed
line two
line three
####
echo start
cat <<A
text
B
####
for i in 1 2 3; do
  echo $i
done done
####
echo $(if)
####
echo $(echo a; fi)
####
echo `if`; echo after
####
echo "$(for)"
####
eval 'if'; echo $?
####
eval 'echo a; fi'; echo $?
####
eval 'echo "'; echo $?
####
eval 'echo )'; echo $?; eval ')'; echo $?
####
eval 'for i in; do echo x; done'; echo $?; eval 'for i in
do echo x; done'; echo $?
####
. /dev/stdin <<< 'if'; echo $?
####
source /dev/stdin <<< 'echo a
fi
echo b'; echo $?
####
trap 'if' EXIT; echo x
####
trap ')' USR1; kill -USR1 $$; echo after
####
bash -c 'if'; echo $?; bash -c ')'; echo $?; bash -c 'echo "'; echo $?
####
bash -n -c 'echo hi'; echo $?; bash -n -c 'if'; echo $?
####
echo a \
b; echo \
####
# only a comment
####
echo a # comment ; fi
####
echo a#b #c
####
echo {a,b # }
####
if [ 1 ] then echo a; fi
####
if [ 1 = 1 ; then echo a; fi
####
if[ 1 ]; then echo; fi
####
while[ 1 ]; do :; done
####
echo if then else fi do done case esac { } ! [[ ]] function select time coproc in
####
for in in in; do echo $in; done; for do in do; do echo $do; done
####
if=1; echo $if; then=2; case=x; echo $then$case; echo=y; echo $echo
####
\if; echo $?; 'if'; echo $?; "fi"; echo $?; i\f; echo $?
####
{echo a; }
####
{ echo a;}; echo b; { echo c
}
####
(echo a;); (echo b
); ( (echo c) ); ((echo d) ); ( ( echo e ) )
####
! true | false; echo $?; ! { false; }; echo $?; !; echo $?; ! ; echo $?
####
! (exit 3); echo $?; !(true); echo $?
####
true & false; echo $?; wait; true &
####
echo a | { cat; } | (cat); { echo x; } > f; cat f; if true; then echo y; fi > g; cat g; for i in 1 2; do echo $i; done | tac
####
#: script
echo one

foo(
echo two
####
#: script
# comment
x=1

echo "never closed
echo more
####
#: script
echo 1; echo 2 )
####
#: script
case $1 in
  a) echo a
  b) echo b;;
esac
####
#: script
function f {
  echo $((
}
####
#: script
while true
  echo x
done
####
#: script
cat <<-END
	indented
	END
cat << 'EOF'
$x
EOF2
####
#: script
echo "line 1"
nosuchcommand
echo "line 3 $(nosuch2)"
f() {
  nosuch3
}
f
( nosuch4 )
. ./nosuchfile
cd /nosuchdir
: ${x:?msg}
echo not reached
####
#: script
set -e
echo a
false
echo b
####
#: script
set -eu
f() { echo "$undefined"; }
f
echo b
####
#: script
readonly r=1
r=2
echo after
####
#: script
echo $((1/0))
echo after
(( 1/0 ))
echo after2
let 1/0
echo $((08)) x
echo end
####
#: script
foo=bar
foo bar
./nosuch
/tmp
/etc/passwd
"" 
''
$empty
echo $?
####
#: script
x=
[ $x = a ] && echo eq
[ a = b = c ]
[ a b ]
[ -f ]
[ ( a ) ]
####
#: script
shift 5; echo $?
set -o nosuch; echo $?
set -Z; echo $?
exit abc
####
#: script
exit 300
####
#: script
exit -1
####
#: script
exit 1 2
echo after $?
####
#: script
return 3; echo $?
break; echo $?
continue 2; echo $?
f() { break; echo $?; }; f
for i in 1; do break 0; echo $?; done
for i in 1; do break x; echo $?; done; echo $?
####
#: input
echo a
if
echo b
####
#: input
echo a
echo )
echo b
####
#: input
for i in 1 2
do echo $i
done
cat <<E
x
E
read line
this is input
echo "got $line"
exit 4
echo never
####
#: input
nosuch
echo $?
${x:?}
echo never
####
#: input
echo $0 $# $-
cat
rest of
input
####
#: input -s a b
echo $0 $# $1 $2 $-
####
#: input -x
echo a
x=1
####
#: input -v
echo a
x=1; echo $x
####
#: input -e
false
echo never
####
#: input -n
echo a
if
####
#: input -u
echo $x
echo never
