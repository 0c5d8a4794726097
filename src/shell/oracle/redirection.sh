echo a > f; cat f; echo b >> f; cat f; cat < f; > f; wc -c < f
####
ls nosuch > out 2> err; cat out; cat err; ls nosuch &> both; cat both; ls nosuch >& both2; cat both2; ls nosuch &>> both; wc -l < both
####
echo o 1>&2; echo e 2>&1 >&2 | cat; { echo x; echo y >&2; } 2>&1 | sort
####
echo x > /nonexistent/f; echo $?; echo y > .; echo $?; cat < nosuch; echo $?; mkdir d; echo z > d; echo $?
####
exec 3>&1; echo a >&3; exec 3>&-; echo b >&3; echo $?; echo c 3>&1 >&3
####
echo 1 > a > b; wc -c a b; cat a b > c; cat c; cat b - < a
####
exec 5<> rw; echo hello >&5; cat rw; exec 5>&-; exec 6<rw; read x <&6; echo $x
####
exec {fd}>f; echo $((fd>=10)); echo hi >&$fd; exec {fd}>&-; cat f
####
f=nosuch/x; echo a > $f; echo a > "$f"; x='a b'; echo q > $x; echo $?; echo q > "$x"; ls
####
touch a1 a2; echo q > a*; echo $?; ls
####
echo a > f; cat < f > g; cat g; cat f | cat - f | cat
####
(echo sub; echo err >&2) > o 2>&1; cat o; { echo grp; } >> o; cat o; for i in 1 2; do echo $i; done > l; cat l; while read x; do echo "<$x>"; done < l
####
if true; then echo x; fi > f; cat f; case a in a) echo c;; esac > f; cat f; f() { echo fn; } > g; f; cat g
####
echo a >&-; echo $?; ls >&- 2>/dev/null; echo $?
####
echo x >/dev/null; echo w >/dev/full; echo $?
####
cat <<E > f
to file
E
cat f; cat > g <<E
order
E
cat g
####
cat <<E1 <<E2
first
E1
second
E2
####
read x <<E
line $((1+1))
E
echo $x; while read l; do echo "[$l]"; done <<E
a
b
E
####
if true; then cat <<E
in if
E
fi; f() { cat <<E
in f $1
E
}; f x
####
cat <<E
unterminated
####
2>err ls nosuch; cat err; >out echo hi; cat out; echo a 2>&1 b > c; cat c; < c cat
####
set -C; echo a > n; echo b > n; echo c >> n; echo d >| n; cat n; echo x > /dev/null; echo $?
####
echo a | tee f | cat; cat f; echo b | cat > g; cat g; echo c |& cat; ls nosuch |& cat
####
exec > log; echo to log; exec >/dev/null; echo gone; cat log >&2
####
exec 2> e; nosuchcmd; echo out; cat e
####
echo hi 4>&1 >&4; echo $(echo a >&2; echo b) 2>/dev/null; x=$(echo err >&2) 2>/dev/null
####
cat 0< /etc/hostname > /dev/null; echo $?; echo a 1> f 2> g; cat f; echo 2 > f; cat f; echo 2> f; cat f; echo a2>f; cat f
####
3>f; ls f; echo a 3>&1 1>&2 2>&3 3>&-; ls nosuch 3>&1 1>&2 2>&3 3>&- | cat
####
echo $(cat <<< "a
b"); cat <<< ""; cat <<<a<<<b
####
mkfifo p; echo through > p & cat p; wait
####
printf 'a\nb\nc\n' > f; { read x; read y; echo $x $y; cat; } < f; head -1 < f; exec < f; read a; echo $a; cat
####
echo "$(< nosuch)"; echo $?; x=$(< nosuch); echo $?; echo $(< /etc/hostname) | wc -l
####
> a > b; ls; > c echo x; cat c; >d; [ -f d ] && echo d
####
cat /dev/fd/3 3<<< three; cat /dev/stdin <<< in; { echo x >&3; } 3>&1; ls /dev/fd/ > /dev/null; echo $?
####
while read -u 3 l; do echo "$l"; done 3<<< $'p\nq'; read -u 9 x; echo $?
####
f() { echo "$1" >&2; return 1; }; f oops 2> e || echo "failed: $(cat e)"; ! f x 2>/dev/null && echo neg
####
echo before; exec 1>&-; echo lost; echo $? >&2
####
for i in a b; do echo $i; done | while read x; do echo "got $x"; done > out; cat out
####
cat < <(echo ps); wc -l < <(seq 3); echo <(:) | grep -c /dev/fd
####
echo data | tee >(cat > copy) > /dev/null; sleep 0.1; cat copy
####
echo a 1>&2 2>/dev/null; echo b 2>/dev/null 1>&2; echo $?
####
echo x > ~/tf; cat ~/tf; y=tf; cat < $HOME/$y; echo >f"oo bar"; ls
####
echo hi >&file1; cat file1; echo x >&1; echo y 2>&file2; echo $?
####
dd() { cat; }; dd <<E
$(echo cmd) `echo bq` ${HOME:0:1} $((2*3))
E
####
cat <<E
a\
b
$(cat <<F
inner
F
)
E
####
echo "a b c" | while read -r f1 rest; do echo "$rest|$f1"; done; printf '%s\n' x y | { mapfile -t m; echo ${#m[@]}; }
