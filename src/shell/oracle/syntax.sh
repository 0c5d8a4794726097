fi
####
echo a; fi
####
echo a
fi
echo b
####
if true; then fi
####
a | | b
####
a && || b
####
echo )
####
echo (a)
####
(
####
{ echo a
####
if true; then
####
while true; do
####
for x in a b; do echo $x
####
case x in
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
echo $((1+2
####
((1+2
####
echo a &&
####
echo a |
####
;
####
;;
####
&
####
| a
####
&& a
####
a;;b
####
a & & b
####
for
####
for x in
####
for 1x in a; do :; done
####
case
####
case x in a) b
####
esac
####
done
####
do
####
then
####
else
####
}
####
)
####
f() { echo; } x
####
f() b
####
function
####
echo >
####
echo > > a
####
echo a <
####
<<<
####
[[ a b ]]
####
[[ a == ]]
####
[[ -f ]]
####
[[ a
####
[[ ]]
####
[[ a && ]]
####
[[ ( a ]]
####
x=(a
####
x=(a & b)
####
if a; then b; done
####
while do
####
if ; then a; fi
####
until a; b; done
####
select
####
echo a
echo b
if x; then
echo "multi
line" )
####
echo start
for i in 1 2; do
  echo $i
done done
####
#: script
echo $(fi)
####
echo `fi`; echo after
####
eval 'fi'; echo $?
####
eval 'echo a
fi'; echo $?
####
f() {
  echo a
  )
}
####
! 
####
echo a ; ; echo b
####
for ((i=0;i<3)); do :; done
####
a() { echo 1; }; a
####
function f() { echo 2; }; f; function g { echo 3; }; g
####
if true; then echo 1; fi; while false; do :; done; { echo 2; }; (echo 3)
####
for i in a b
do
  echo $i
done
case a in
  a) echo yes ;;
  *) echo no
esac
####
# only a comment
####
echo a # comment
# another
echo b
####
echo a; # c

echo b
####
echo {a,b; echo c}
####
echo a\
 b; echo "x\
y"
####
true && \
  echo joined
true |
  echo piped
true &&

  echo and
####
x=1; if [ $x = 1 ]
then
  echo one
elif [ $x = 2 ]; then
  echo two
else echo three
fi
####
time
####
coproc
####
{ }
####
()
####
$(echo echo hi)
####
a=b c=d
echo $a$c
####
if
