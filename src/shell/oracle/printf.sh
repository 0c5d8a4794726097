printf '%s\n' a b c; printf '%s %s\n' a b c; printf 'no args\n'; printf '%s'; printf '\n'; printf '%%\n'; printf; echo $?
####
printf '%5s|%-5s|%05d|%+d|% d|%x|%X|%o|%#x|%#o|%e|%.2f|%g|%c|%i|%u\n' ab ab 42 42 42 255 255 8 255 8 1234.5 3.14159 0.0001 xyz 7 9
####
printf '%*d|%-*d|%.*f|%*s\n' 5 42 5 42 2 3.14159 -6 ab; printf '%.3s|%10.3s|%-10.3s|\n' abcdef abcdef abcdef
####
printf '%b\n' 'a\tb\n' 'a\x41' '\0101' '\101' 'stop\chere' ; echo; printf 'a\tb\x41\101\0101\e[0m\n' | od -c | head -3
####
printf '%q\n' 'a b' "it's" '' 'a$b' $'a\nb' '*' '~' 'a~' '#x' 'x#' '!' 'a,b' '{a}' 'é' 'a=b' '[x]' 'a;b' '-n' $'\x01'
####
printf '%q %q\n' a; printf '%Q\n' 'a b'; printf '%.2Q|\n' abcdef; printf '%10q|%-10q|\n' 'a b' 'a b'
####
printf -v x '%03d' 7; echo $x; printf -v a[2] '%s' hi; echo ${a[2]} ${!a[@]}; printf -v 1x a; echo $?; printf -v; echo $?; printf -v x; echo $?
####
declare -A m; printf -v 'm[k]' %s v; echo ${m[k]}; printf -v x '%s-' a b c; echo "$x"; printf -v y '\n\n'; echo ${#y}
####
printf '%d %d\n' 1 2 3; printf '%d\n' ''; printf '%d\n'; printf '%s|' ; echo; printf '%d\n' "'a" '"b' "'é" "'"; echo $?
####
printf '%d\n' 12abc; echo $?; printf '%d\n' 0x; echo $?; printf '%f\n' x; echo $?; printf '%d\n' 1.5; echo $?; printf '%d %s\n' bad ok; echo $?
####
printf '%z\n' a; echo $?; printf 'ab%'; echo $?; printf '%5'; echo $?; printf '%ll d\n' 5; echo $?; printf '%-\n'; echo $?
####
printf -- '%s\n' -x; printf -x; echo $?; printf '-%s\n' a; printf '%s\n' --; printf -- -- ; echo
####
printf '%(%Y-%m-%d %H:%M:%S)T\n' 0 86399; printf '%(%A %a %B %b %d %e %j %U %w %u %y %Z %z)T\n' 1000000000; printf '%(%s)T\n' 5; printf '%(%F %T %D %R %I %p)T|\n' 1000000000; printf '%()T\n' 0; printf '%(%%)T %5(%d)T|\n' 0 0
####
#: gap a time format that is not closed
printf '%(%Y)T\n' -1 | grep -c '^[0-9]*$'; printf '%(%Y)T\n' | grep -c '^[0-9]*$'; printf '%(%F)T\n' abc; echo $?; printf '%(%F\n' 0; echo $?
####
printf '\a\b\f\r\v\\\"\?' | od -c; printf "\'\n"; printf '\q\n'; printf '\x\n'; echo $?; printf '\u41\u00e9\U1f600\n'; printf '\xe9' | od -An -tx1
####
printf '%s %d\n' a 1 b 2 c; printf '%s, ' x y z; echo; printf '%s=%s\n' k1 v1 k2; printf '[%s]' "$@"; echo; set -- 'a b' c; printf '[%s]' "$@"; echo
####
printf '%x %X %#X %o\n' -1 255 255 -1; printf '%u\n' -1; printf '%d\n' 0777 0b1; echo $?; printf '%08.3f|%-8.2e|%+.1f|% f\n' 3.14159 31415.9 2 1
####
printf '%g %g %g %G\n' 1e10 1e-5 100000 1e-10; printf '%.0f %.0f %.0f\n' 0.5 1.5 2.5; printf '%a\n' 1; printf '%f %f\n' inf nan; printf '%5.1f|%-7.3f|\n' 2.25 2.25
####
printf '%c%c%c\n' abc '' x; printf '%c\n' é | od -An -tx1; printf '%3c|%-3c|\n' a b; printf '%5%|\n'; printf '%s\n' "$(printf 'a\nb')"
####
printf '%b' 'a\n' 'b\n'; printf '%b|%b\n' '\\n' '\101\0101\x41'; printf '%5b|%-5b|\n' 'a\t' b; printf 'a\cb'; echo; printf '%bx' 'y\cz' w; echo
####
printf '%s\n' > /dev/full; echo $?; echo a > /dev/full; echo $?
####
printf 'a\0b\n' | od -c; printf '%s\0' a b | od -c; printf '%.5d|%5.3d|%-6.2d|\n' 42 7 3; printf '%+5d|%+-5d|% 5d|\n' 3 3 3
####
echo -e 'a\tb\nc\\d\x41\0101\e' | od -c | head -3; echo -n x; echo; echo -e 'a\cb' c; echo; echo -E 'a\tb'; echo -ne 'x\n'; echo -nx; echo -e -n y; echo; echo - -n; echo -- x; echo -en 'z\n' | cat
####
echo -e '\u263a \U0001f600 \x4 \18 \08 \0 \q \c'; echo 'a\tb'; shopt -s xpg_echo; echo 'a\tb' 'c\c'; echo end; echo -n x
####
printf '%s\n' "${a[@]}"; printf '%s\n'; printf '%d\n' "" 2>&1; printf '%i%%\n' 50; printf '%-10s%5s%8.2f\n' name 3 1.005 longername 44 22.5
####
printf '%1$s\n' a; echo $?; printf '%hd %ld %lld %jd %zd %hhd\n' 1 2 3 4 5 6; printf '%Lf\n' 1.5; printf "%'d\n" 1234567; printf '%s%n\n' abc x; echo $?; echo "[$x]"
