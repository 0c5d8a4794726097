echo $((1+2*3-4/2%3)) $(((1+2)*3)) $((7/2)) $((-7/2)) $((7%-3)) $((-7%3)) $((2**3**2)) $((-2**2)) $((1<<62)) $((1<<63)) $((1<<64)) $((-1>>1))
####
echo $((0x1F)) $((017)) $((2#101)) $((16#ff)) $((36#z)) $((64#_)) $((64#@)) $((37#A)) $((10#08)) $((0X1f)) $((16#FF))
####
echo $((08)); echo after
####
echo $((2#2)); echo after
####
echo $((65#1)); echo after
####
echo $((1#1)); echo after
####
echo $((1/0)); echo after $?
####
echo $((1%0)); echo after
####
echo $((2**-1)); echo after
####
echo $((1+)); echo after
####
echo $((+)); echo after
####
echo $((1 2)); echo after
####
echo $((a b)); echo after
####
echo $((1+(2)); echo after
####
echo $(( (1+2 )); echo after
####
echo $((5=3)); echo after
####
echo $((x=)); echo after
####
echo $((1++)); echo after
####
echo $((1 ? 2)); echo after
####
echo $((1 ? : 2)); echo after
####
echo $((1,2,3)) $((1?2:3)) $((0?2:3?4:5)) $((1&&0||1)) $((1||(x=5))) "[$x]" $((0&&(y=5))) "[$y]"
####
echo $((3&5)) $((3|5)) $((3^5)) $((~0)) $((!5)) $((!0)) $((1==1)) $((1!=1)) $((2>1)) $((2>=2)) $((1<2)) $((1<=0))
####
x=5; echo $((x)) $(($x)) $((x+1)) $((x*=2)) $((x-=3)) $((x/=2)) $((x%=2)) $((x+=7)) $((x<<=2)) $((x>>=1)) $((x&=12)) $((x|=3)) $((x^=1)) $x
####
x=5; echo $((x++)) $((x)) $((x--)) $((--x)) $((++x)) $((x++ + ++x)) $((- -x)) $((-(-x))) $((x+++1))
####
x=y; y=z; z=7; echo $((x)) $((x+1)); w='1+2'; echo $((w)) $((w*2)) $(($w*2)); v='x+1'; echo $((v))
####
x=x; echo $((x)); echo after
####
a=b; b=a; echo $((a)); echo after
####
echo $((9223372036854775807+1)) $((9223372036854775808)) $((-9223372036854775808)) $((0xffffffffffffffff)) $((99999999999999999999))
####
a=(5 6 7); echo $((a)) $((a[1])) $((a[a[0]-4])) $((a[2]++)) ${a[2]} $((a[5]=9)) ${!a[@]} $((a[-1]))
####
declare -A m=([k]=3 [j]=4); echo $((m[k]+m[j])) $((m[k]++)) ${m[k]} $((m[new]=8)) ${m[new]}; k=j; echo $((m[$k]))
####
((0)); echo $?; ((1)); echo $?; ((x=0)); echo $?; ((x=5)); echo $? $x; (( x > 3 && x < 10 )) && echo in; ((x)) && echo nz; ((!x)) || echo z
####
((1/0)); echo after $?; ((1+)); echo $?; ((x y)); echo $?; (()); echo $?; (( )); echo $?
####
let 'x=3' y=x*2 'z = y + 1'; echo $? $x $y $z; let 0; echo $?; let; echo $?; let 'a=0' ; echo $?; let 1/0; echo $?; let 'b = (2'; echo $?
####
let x=5 y++ ++y; echo $x $y $?; let "x<<=1"; echo $x; let x==10; echo $?; let -- -1; echo $?; let x+=; echo $?
####
for ((i=0;i<3;i++)); do echo -n $i; done; echo; for ((;;)); do break; done; for ((i=0,j=5;i<j;i++,j--)); do echo -n $i$j' '; done; echo; for ((i=3;i;i--)) { echo -n $i; }; echo
####
for ((i=0;i<1/0;i++)); do echo x; done; echo after $?
####
for ((i=0;i<3)); do echo $i; done; echo after
####
i=5; while ((i-- > 2)); do ((i==3)) && continue; echo $i; done; until ((i >= 3)); do ((i++)); done; echo $i
####
x='a b'; echo $((x)); echo after
####
x=08; echo $((x)); echo after
####
x=1.5; echo $((x)); echo after
####
x='$y'; y=3; echo $((x)); echo after
####
echo $((1 + 'x')); echo after
####
echo $(("1"+"2")) $((`echo 3`+$(echo 4))) $((${#HOME}>0)) $(( ${x:-5} + 1 ))
####
echo $[1+2] $[3*4]; x=2; echo $[x**3] "$[x]"
####
[[ 1+1 -eq 2 ]] && echo eq; [[ x -eq 0 ]] && echo unset0; [[ 08 -eq 8 ]]; echo $?; [[ 1/0 -eq 1 ]]; echo $?; [ 1+1 -eq 2 ]; echo $?; [ 0x10 -eq 16 ]; echo $?
####
declare -i x; x=1+1; echo $x; x='5 * 5'; echo $x; x=foo; echo $x; x=1/0; echo after
####
declare -i x=5 y; y=x*2; echo $y; x+=y; echo $x; declare -ia arr=(1+1 2*3); echo ${arr[@]}; arr[5]=3+3; echo ${arr[5]}; local_() { local -i z=3*3; echo $z; }; local_
####
echo $((1 <2)) $((1< 2 ? 10 : 20)) $(( 1 , 2 )) $((	3 )) $((
4
+ 5 ))
####
echo $((x[0]=1, x[1]=2, x[0]+x[1])) ${x[@]}; i=0; y[i++]=a; y[i++]=b; echo ${y[@]} $i; echo ${y[i-1]} ${y[--i]} $i
####
x=3; echo $((x = x > 2 ? x * 2 : 0)) $((x == 6 ? 1 : 0 , x + 1)) $((x > 5 && (x = 1))) $x
####
echo $((1.5)); echo after
####
echo $((@)); echo after
####
echo $((1 @ 2)); echo after
####
echo $((0x)); echo after
####
echo $((0xg)); echo after
####
echo $((a[)); echo after
####
#: gap an empty subscript counts as 0 without a word
echo $((a[])); echo after
####
a[1/0]=x; echo after
####
a[-1]=x; echo after $?
####
a=(1 2); echo ${a[-3]}; echo after $?; a[-3]=x; echo after $?
####
echo ${a[1+]}; echo after
####
x=abc; echo ${x:1+}; echo after
####
x=abc; echo ${x:b}; b=1; echo ${x:b} ${x:b+1}
####
printf '%d\n' 0x1f 017 "'A" 08; echo $?; printf '%d\n' abc; echo $?; printf '%d\n' 9223372036854775808; echo $?
####
: $((x=5)); echo $x; echo "$((x+1))a" a$((x))b "$(( $((1+1)) + x ))"; a=$((x))$((x)); echo $a
####
f() { return $(( $1 * 2 )); }; f 5; echo $?; f 200; echo $?; (exit $((3-1))); echo $?; exit $((10%4))
####
((x = 1, y = 2)); if ((x < y)); then echo lt; fi; ((x > y)) || echo no; if (( x == 1 )) && (( y == 2 )); then echo both; fi; while ((x < 4)); do ((x++)); done; echo $x
####
x=5; [ $((x>3)) = 1 ] && echo ok; test $((x)) -gt 3 && echo gt; echo $((x>3?x:3)); ((x>3)) && ((x<10)) && echo range
####
echo $((RANDOM < 32768)) $((SECONDS < 5)) $((LINENO)) $((BASHPID == $$)) $((UID)); echo $((10 > 9 > 8)) $((5 - - 3)) $((5--3)); echo z
####
a=10; echo $((a=a+5, a)) $a; b=$((a > 12 ? (c=1) : (c=2))); echo $b $c; echo $((!a + !!a)) $((~a & 0xff)) $((a**2%7))
####
n=0; for i in 1 2 3; do let n+=i; done; echo $n; for i in {1..3}; do ((n*=i)); done; echo $n; echo $((n/2)).$((n*10/2%10))
