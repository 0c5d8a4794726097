echo a'b'"c"\d
####
x='a  b'; echo $x; echo "$x"; echo '$x'; echo \$x
####
echo "a\tb\$c\`d\"e\\f\g"
####
echo 'it'\''s' "it's" it\'s
####
echo $'a\tb\n\x41\101\u00e9\e[0m' | cat
####
echo $'\'q\' \"d\" \\ \cA' | cat -A
####
echo "a
b"
####
echo a\
b
####
echo "a\
b"
####
echo 'a\
b'
####
x=; echo [$x] ["$x"] [""] ['']
####
set -- "" a ""; echo $#; for i in "$@"; do echo "<$i>"; done; for i in $@; do echo "<$i>"; done
####
set -- 'a b' c; for i in $*; do echo "<$i>"; done; for i in "$*"; do echo "<$i>"; done; for i in "$@"; do echo "<$i>"; done
####
set -- a b c; IFS=,; echo "$*" $*; x=$*; echo "$x"; x="$@"; echo "$x"
####
set --; f() { echo $#; }; f "$@"; f "$*"; f $@ ; f "x$@"; f "$@" "$@"; f ""$@; f "$@"''
####
set -- 1 2 3; f() { echo $#; for a; do echo "<$a>"; done; }; f "a$@b"; f "$@$@"; f x"$@" y
####
echo "${x:-"a b"}" ${x:-'a  b'} "${x:-'a  b'}" "${x:-a\}b}"
####
x='*'; echo "$x" '*' \*
####
echo ~ "~" '~' ~/x ~root \~ a~ x=~ x=a:~
####
x=~/a:~; echo $x; y="~"; echo $y
####
echo "$(echo "nested $(echo "deep")")" `echo a \`echo b\`` "`echo \"q\"`"
####
echo \a\b "\a\b" '\a\b'
####
IFS=:; x='a:b::c:'; set -- $x; echo $#; for i; do echo "<$i>"; done
####
IFS=' :'; x=' a : b::c : '; set -- $x; echo $#; for i; do echo "<$i>"; done
####
IFS=; x='a b c'; set -- $x; echo $#
####
unset IFS; x='  a   b  '; set -- $x; echo $#; set -- -$x-; for i; do echo "<$i>"; done
####
x='a b'; y='c d'; set -- $x$y "$x"$y; for i; do echo "<$i>"; done
####
x="a b"; z=$x; echo "$z"; z=$x$x; echo "$z"; z="$x"\ c; echo "$z"
####
printf '<%s>' "a b" c\ d 'e f'; echo
####
echo "a$b" "a${b}c" 'a'$b'c' "$" "a$" a$
####
echo {a,b}{1,2} {1..5} {5..1} {a..e} {1..10..3} {01..10..4} {a,b{c,d}} {} {a} {a..} x{,y}z {-2..2} {a,"b c",'d,e'}
####
a=1; echo {$a,2} "{a,b}" {a\,b,c} \{a,b\} {a,b}$a ${a}{x,y}
####
echo a{b,c}d{e,f}g {1..3}{a..b} {z..w} {10..0..5} {001..3} {x,y,{1..3}}
####
set +B; echo {a,b}
####
x=abc; echo "${x}"'$x'"\$x"$'\x24x'
####
echo "# not a comment" a#b # a comment
####
echo $((1+2)) "$((3*4))" '$((1))' $(( (1+2) * 3 ))
####
x='a\tb'; echo "$x"; echo -e "$x"; printf "$x\n"; printf '%b\n' "$x"
####
v="x  y"; echo ${v} "${v}" ${#v} "${#v}"
####
echo "a"b'c'd"e" ; echo ""''"" | wc -c
####
f() { printf '[%s]' "$@"; echo; }; f a\ b "c d" 'e f' $'g\th' "" i
####
echo $"locale string" "a!b" 'a!b'
####
eval "echo \"a  b\" 'c  d'"; eval echo '"x  y"'
####
x='echo "a  b"'; $x; eval $x; eval "$x"
####
a='$b'; b=c; echo $a; eval echo $a; eval "echo \"$a\""
####
echo a;echo b&&echo c||echo d
####
echo 'x' "y" z | cat -
####
echo \\ \\\\ "\\" '\\' $'\\'
####
x=$'a\nb'; echo $x; echo "$x"
####
cat <<E
$HOME \$HOME `echo c` $((1+1)) "q" 'q' \\ \a
E
####
cat <<'E'
$HOME `x` \\ "
E
####
cat <<-E
	a
		b
	E
####
cat <<A; cat <<B
one
A
two
B
####
x=5; cat <<E | tr a-z A-Z
val $x ${x}y ${z:-def}
E
####
cat <<"E F"
a $x
E F
####
cat <<< "a b"; cat <<< $'x\ny'; x="1 2"; cat <<< $x
