echo a > f; cat f; echo b >> f; cat f; echo c >| f; cat f; > f; wc -c < f; : > g; ls; cat < nosuch; echo $?; cat < f > h; ls
####
echo out; echo err >&2; { echo o; echo e >&2; } 2>&1 | cat; { echo o; echo e >&2; } 2>/dev/null; { echo o; echo e >&2; } >/dev/null; echo x 1>&2 2>/dev/null
####
{ echo o; echo e >&2; } > f 2>&1; cat f; { echo o; echo e >&2; } &> g; cat g; { echo o2; echo e2 >&2; } &>> g; cat g; { echo o; echo e >&2; } >& h; cat h; { echo o; echo e >&2; } 2>&1 >i | cat; cat i
####
exec 3> f; echo a >&3; echo b >&3; exec 3>&-; cat f; echo c >&3; echo $?; exec 4< f; read -u 4 x; read y <&4; echo $x $y; exec 4<&-; read z <&4; echo $?
####
exec {fd}> f; echo $((fd >= 10)); echo hi >&$fd; exec {fd}>&-; cat f; echo x >&$fd 2>/dev/null; echo $?; exec {r}<f; read -u $r l; echo $l; { echo grouped; } {q}>g; [ -n "$q" ] && echo left open; cat g
####
exec 3<> f; echo abc >&3; cat f; exec 3>&-; echo 12345 > g; exec 4<> g; read -n 2 x <&4; echo $x; echo -n Z >&4; exec 4>&-; cat g; echo hi 1<> g; cat g
####
set -C; echo a > f; echo b > f; echo $?; cat f; echo c >| f; cat f; echo d >> f; cat f; echo x > /dev/null; echo $?; set +C; echo e > f; cat f; set -o noclobber; echo z > f; echo $?
####
mkdir d; echo x > d; echo $?; echo x > d/; echo $?; echo x > nosuch/f; echo $?; cat < d; echo $?; echo > ''; echo $?; x='a b'; echo hi > $x; echo $?; echo hi > "$x"; ls
####
touch a1 a2; echo x > a*; echo $?; echo y > b*; ls; echo > $nothing; echo $?; echo > $(echo); echo $?; echo x > ~/tilde; cat ~/tilde; echo z > {p,q}; echo $?
####
cat <<E
a $HOME $(echo sub) `echo bq` $((1+1)) \$x \\ \a "q" 'q'
E
cat <<'E'
$HOME $(echo) \$ \\
E
cat <<"E"
$x
E
cat <<\E
$y
E
####
cat <<-E
	tab
		two
	  mixed
	E
cat <<A <<B
a
A
b
B
cat <<A; cat <<B
1
A
2
B
####
cat <<E | tr a-z A-Z; echo after
piped
E
while read l; do echo "[$l]"; done <<E
one
two
E
x=$(cat <<E
in sub
E
); echo "$x"
####
cat <<< word; cat <<< "two words"; x='a  b'; cat <<< $x; cat <<< "$x"; cat <<< *; cat <<< ''; cat <<< a"b"c | od -c; read a b <<< 'p q r'; echo $b; tr a b <<<aaa
####
cat <<E
line \
joined
E
cat <<'E'
line \
not
E
cat <<E
$(cat <<I
inner
I
)
E
####
f() { cat; }; f <<< hi; f <<E
doc
E
{ cat; echo x; } < /dev/null; if read x; then echo $x; fi <<< q; case $(cat) in z) echo z;; esac <<< z; (cat) <<< sub; while read x; do echo $x; done < <(echo ps; echo ps2)
####
exec > f; echo to file; exec >&2; cat f; echo done >&2
####
exec 2> f; nosuch; echo x; exec 2>&1; cat f; ls /nosuch
####
exec 5>&1 1>f; echo a; exec 1>&5 5>&-; echo b; cat f; echo c >&5; echo $?
####
exec 3>&1; x=$(echo out; echo side >&3); echo "[$x]"; x=$(echo e >&2) 2>/dev/null; { x=$(echo e >&2); } 2>/dev/null; y=$( { echo o; echo e >&2; } 2>&1 ); echo "$y"; z=$(ls /nosuch 2>&1 >/dev/null); echo "$z"
####
echo x >&9; echo $?; cat <&9; echo $?; exec 9>&8; echo after $?; echo a >&-; echo $?; read x <&-; echo $?
####
exec < nosuch; echo after
####
exec 3< nosuch; echo after $?
####
: < nosuch; echo $?; < nosuch; echo $?; > /nosuch/x; echo $?; { echo a; } < nosuch; echo $?; (echo a) < nosuch; echo $?; if true; then echo; fi < nosuch; echo $?; while read x; do :; done < nosuch; echo $?; f() { echo in; }; f < nosuch; echo $?
####
: > /nosuch/f; echo after $?; set > /nosuch/f; echo $?; export x > /nosuch/f; echo $?; eval echo a > /nosuch/f; echo $?; x=1 > /nosuch/f; echo $? "[$x]"
####
set -e; echo a > /nosuch/f; echo not reached
####
echo a 2>&1 >f 3>&1; cat f; echo b 3>&1 >&3; echo 1>&2 2>&1 c 2>f; cat f; >f echo d; cat f; 2>&1 >g ls /nosuch; echo 5 >f6; echo 5>f6; cat f6; echo 5 6>f7; cat f7
####
echo a>f b>g c; cat f g; echo "x"2>h; cat h; echo x2>i; cat i; echo x 2 >j; cat j; echo {fd}>k; cat k; echo \2>l; cat l
####
ls /nosuch f 2>&1 | cat; ls /nosuch |& cat; (echo a; echo b >&2) |& sort; { ls /nosuch; } |& wc -l; f() { echo e >&2; }; f |& tr e E
####
cat < f 2>/dev/null; echo $?; cat 2>/dev/null < f; echo $?; { cat < f; } 2>/dev/null; echo $?; exec 2>/dev/null; cat <f; echo $?
####
echo a | cat - <(echo b) ; diff <(echo a) <(echo b); echo $?; echo >(cat >/dev/null) | grep -c /dev/fd; tee >(tr a-z A-Z > up) <<< low > /dev/null; sleep 0.1; cat up; cat <(cat <(echo nested)); paste <(seq 3) <(seq 4 6)
####
while read -u 3 a && read -u 4 b; do echo $a$b; done 3< <(seq 3) 4< <(printf '%s\n' x y z); exec 3< <(echo a; echo b); read -u 3 x; read -u 3 y; echo $x$y; exec 3<&-
####
f() { echo body; echo err >&2; } > ff; f; cat ff; g() { cat; } <<< fixed; g; g <<< other; h() { echo $1 >&3; } 3>&1; h x; declare -f f
####
for i in 1 2; do echo $i; echo e$i >&2; done > o 2> e; cat o e; for i in 1 2; do cat; done <<< once; i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done >> o; cat o; until false; do echo u; break; done >o; cat o; echo $i
####
{ echo a; cat f; } > f; cat f; cat f f > g; wc -l < g; sort f -o f; cat f > f; wc -c < f; echo 1 > n; read x < n; echo $((x+1)) > n; cat n; cat n | cat > n2; cat n2
####
umask 077; echo > f; stat -c %a f; umask; umask -S; umask u=rwx,g=rx,o=; umask; umask -p; umask 022; umask g-w,o+x; umask; umask 9; echo $?; umask -z; echo $?; umask a+q; echo $?; umask -S 027; umask 0; > g; stat -c %a g
####
echo test >&1; echo test 1>&1 2>&2; echo x >&f; cat f; echo y 1>&f2; echo $?; echo z 2>&f3; echo $?; echo w <&f; echo $?; n=1; echo v >&$n; n=; echo u >&$n; echo $?; m=2; echo t >&$m
####
exec 3>&1-; echo lost; echo kept >&3
####
exec 3>f 4>&3; echo a >&4; exec 3>&-; echo b >&4; cat f; exec 5>&4-; echo c >&5; echo d >&4; echo $?; cat f; ls -l /proc/self/fd | grep -c f$
####
cat /dev/fd/3 3<<< x; cat /dev/stdin <<< y; echo z > /dev/stdout; echo e > /dev/stderr; cat < /dev/fd/0 <<< w; echo v | cat /dev/fd/0; [ -e /dev/fd/1 ] && echo ok; echo a >/dev/tcp/x; echo $?
####
read x < <(echo a b); echo $x; x=$(< f); echo $?; echo c > f; x=$(<f); echo $x; echo $(< f) "$(<f)"; x=`< f`; echo $x; echo $(< nosuch) $?; y=$(cat f; echo d); echo "$y"
####
true > f | cat; ls; echo x | cat > f; cat f | tee g; cat f g; echo x | read y; echo "[$y]"; echo a b | { read p q; echo $q; }; seq 5 | while read n; do [ $n = 3 ] && break; echo $n; done; seq 3 | (read a; cat)
####
false | true; echo $? ${PIPESTATUS[@]}; true | false | (exit 3); echo ${PIPESTATUS[*]}; (exit 2) | (exit 4) | true; echo $? ${PIPESTATUS[1]}; echo ${PIPESTATUS[@]}; false; echo ${PIPESTATUS[@]}; ! false | true; echo $? ${PIPESTATUS[@]}
####
set -o pipefail; false | true; echo $?; (exit 2) | (exit 3) | true; echo $?; true | true; echo $?; ! false | true; echo $?; set +o pipefail; false | true; echo $?; yes | head -1; echo ${PIPESTATUS[@]}; seq 100000 | head -1; echo ${PIPESTATUS[0]}
####
nosuch | cat; echo ${PIPESTATUS[@]}; cat < nosuch | cat; echo ${PIPESTATUS[@]}; x=1 | true; echo "[$x]"; if false | true; then echo t; fi; false | true && echo and; exit 3 | cat; echo still; (exit 5) | exit 6; echo $?
####
echo a | cat | cat | tr a b | tac; echo x |
cat; echo y &&
echo z; false ||
echo w; echo a | # comment
cat
####
cat nosuch 2>&1 | sed 's/nosuch/FILE/'; ls nosuch 2>&1; cat nosuch . 2>&1; echo a >. ; echo $?; echo a > /dev; echo $?
####
chmod 0 f 2>/dev/null; touch f; chmod 0 f; echo x > f; echo $?; cat f; ln -s nowhere l; cat < l; echo $?; echo y > l; cat nowhere; ln -s loop loop; echo > loop; echo $?; echo > f/x; echo $?
####
mkfifo p; echo hi > p & cat p; wait; { echo a; echo b; } > p & while read x; do echo "<$x>"; done < p; wait; exec 3<> p; echo q >&3; read y <&3; echo $y
####
coproc { read x; echo "got $x"; }; echo hello >&${COPROC[1]}; read r <&${COPROC[0]}; echo $r; wait $COPROC_PID; echo $?; coproc NAME { cat; }; echo z >&${NAME[1]}; exec {NAME[1]}>&-; cat <&${NAME[0]}; wait; echo ${#NAME[@]}
####
echo a >f; echo b >>f; { echo c; } >>f; cat <f; cat <f - <<<d; cat f - <<<e; tail -n1 <f; head -n1 f >g; cat <g; rm f g; ls; echo nl >f; echo "$(cat f)$(cat f)"
####
x=f; echo 1 > $x; echo 2 > "$x.b"; echo 3 > ${x}c; echo 4 > $(echo cmdsub); echo 5 > `echo bq`; ls; a=(arr1 arr2); echo 6 > ${a[1]}; echo 7 > ${a[@]}; echo $?; ls
####
echo hi > f; while IFS= read -r line || [ -n "$line" ]; do echo "<$line>"; done < f; printf 'no newline' > f; while IFS= read -r line || [ -n "$line" ]; do echo "<$line>"; done < f; while read line; do echo "($line)"; done < f; echo $line
