a=(1 2 "3 4" five); declare -p a; echo "${a[2]}" ${#a[2]}; a[10]=ten; declare -p a; a=(); declare -p a; unset a; declare -p a; echo $?
####
declare -a a; declare -p a; declare -A m; declare -p m; a=x; declare -p a; m[k]=v; declare -p m; declare -a b=(); declare -p b; declare -i -a c=(1+1); declare -p c
####
declare -A m=([a]=1 [b]=2); m+=([c]=3 [a]=9); for k in a b c; do echo $k=${m[$k]}; done; declare -A n=(k1 v1 k2 v2); echo ${n[k1]} ${n[k2]}; declare -A o=(odd); declare -p o
####
declare -A m; m["x y"]=1; m['a$b']=2; m[*]=3; m[@]=4; k='*'; echo "${m["x y"]}" ${m['a$b']} "${m[$k]}"; echo $?
####
declare -A m; m[]=x; echo $?; m['']=y; echo after; echo "${m[]}"
####
a=([3]=c [1]=a b); declare -p a; a=(x [0]=y z); declare -p a; a+=([7]=q r); declare -p a; a[2]+=zz; declare -p a
####
a=(1 2 3); a=("${a[@]}" 4); a=(0 "${a[@]}"); echo ${a[@]}; a=("${a[@]:1:2}"); echo ${a[@]}; b=("${a[@]/#/n}"); echo ${b[@]}; a=(${a[@]} ${b[@]}); echo ${#a[@]}
####
a=(*.none); echo ${a[@]}; touch x.t y.t; a=(*.t); echo ${a[@]} ${#a[@]}; a=($(echo p q r)); echo ${#a[@]}; s='a b c'; a=($s "$s"); echo ${#a[@]}; a=({1..3}); echo ${a[@]}
####
x=1; x[1]=2; declare -p x; declare -A x; echo $?; y=(1 2); y=scalar; declare -p y; declare -a z=5; declare -p z; declare -A w=5; declare -p w; echo $?
####
a=(1 2 3); for i in "${!a[@]}"; do echo $i:${a[i]}; done; for v in "${a[@]}"; do echo -n $v; done; echo; i=1; echo ${a[i]} ${a[$i]} ${a[i+1]} ${a["1"]}; ((a[i]=9)); echo ${a[@]}
####
a=(5 3 9); readarray -t s < <(printf '%s\n' "${a[@]}" | sort -n); echo ${s[@]}; mapfile m <<< $'x\ny'; declare -p m; mapfile -t -n 1 m <<< $'p\nq'; declare -p m; mapfile -t -s 1 m <<< $'p\nq'; declare -p m; mapfile -t -O 2 m <<< z; declare -p m
####
mapfile -t -d : m <<< 'a:b:c'; declare -p m; mapfile -d '' m < <(printf 'a\0b\0'); declare -p m; mapfile -t -c 1 -C 'echo cb' m <<< $'a\nb'; mapfile -t -c 2 -C 'echo two' m <<< $'a\nb\nc'; mapfile <<< def; declare -p MAPFILE
####
mapfile -t -u 3 m 3<<< 'fd3'; declare -p m; mapfile -n; echo $?; mapfile -n x; echo $?; mapfile -O -1 m; echo $?; mapfile 1x; echo $?; mapfile -z; echo $?; mapfile -u 9 m; echo $?
####
f() { local -a l=(1 2); local -A h=([a]=b); declare -p l h; local -n r=$1; r+=(new); echo ${#r[@]}; }; g=(x); f g; declare -p g
####
a=(1 2 3); f() { local a=("$@"); a+=(z); echo ${a[@]}; }; f p q; echo ${a[@]}; h() { a=(reset); }; h; echo ${a[@]}; (a=(sub)); echo ${a[@]}
####
declare -n r=t; t=5; echo $r; r=6; echo $t; declare -p r; unset r; echo ${t-unset}; declare -n r; declare -p r; unset -n r; declare -p r; echo $?
####
declare -n r=a[1]; a=(x y z); echo $r; r=new; echo ${a[@]}; declare -n q='m[k]'; declare -A m; q=v; declare -p m
####
#: gap circular references are refused, not warned of
declare -n r=r; echo $?; declare -n s=1x; echo $?; f() { local -n x=x; x=1; }; x=0; f; echo $x; declare -n l1=l2 l2=l1; echo $l1; echo after $?
####
declare -n r=arr; arr=(1 2 3); echo ${r[1]} ${#r[@]} "${r[@]}" ${!r[@]}; r[5]=x; declare -p arr; for r in a b; do echo $r; done; declare -p r; echo ${!r}
####
a=1 b=2; declare -n v; for v in a b; do echo $v; v=$((v*10)); done; echo $a $b
####
set -- a b; x=("$@"); echo ${#x[@]}; y=("$*"); echo ${#y[@]}; z=("${x[@]}" "${x[*]}"); echo ${#z[@]}; unset 'x[0]'; echo ${!x[@]} ${x[0]-none}; x=("${x[@]}"); echo ${!x[@]}
####
a=(a b c d e); echo ${a[@]:1:3} ${a[@]: -2} ${a[@]:0:1} ${a[@]:5} "${a[@]:2:0}" x; echo ${a[@]::2} ${a[@]:3:9}; echo "${a[@]: -9}" y; echo ${a[@]:1:-1}; echo after
####
a=([0]=z [5]=y [9]=x); echo ${a[@]:1} ${a[@]:5:1} ${a[@]:6} ${a[@]:1:2}; echo ${#a[@]} ${a[-1]} ${a[-5]} ; echo ${a[-20]}; echo after
####
declare -A m=([one]=1 [two]=2 [three]=3); for k in $(printf '%s\n' "${!m[@]}" | sort); do printf '%s=%s\n' $k ${m[$k]}; done; [[ -v m[one] ]] && echo has; [[ -v m[four] ]] || echo hasnt; echo ${m[one]+set} ${m[four]+set}; echo ${#m[@]}
####
[[ -v a ]]; echo $?; a=(); [[ -v a ]]; echo $?; a=(1); [[ -v a ]]; echo $?; [[ -v a[0] ]]; echo $?; [[ -v a[1] ]]; echo $?; [ -v a[0] ]; echo $?; x=; [[ -v x ]]; echo $?; test -v 1; echo $?; set -- q; [[ -v 1 ]]; echo $?
####
declare -A m; m[a]=1; declare -A m; echo ${m[a]}; declare -A m=(); echo ${#m[@]}; declare -a m; echo $?; declare +A m; echo $?; unset m; declare -a m=([0]=x [2]=y); declare +a m; echo $?
####
#: gap single quotes in a subscript are removed
a=(1 2); a[x]=9; echo ${a[@]}; x=1; a[x]=8; echo ${a[@]}; a[x+1]=7; echo ${a[@]}; a["2"]=6; a['0']=5; echo ${a[@]}; a[$x$x]=e; echo ${!a[@]}
####
a=(1 2 3) env | grep -c '^a='; a=(1 2) echo ok; echo ${a[@]-none}; a=([0]=x); export a; env | grep -c ^a=; bash -c 'echo ${a-notset}'
####
IFS=, read -ra a <<< 'x,y z,,w'; declare -p a; read -a b <<< ''; declare -p b; read -ra c -d ';' <<< 'p q;r'; declare -p c; printf '%s\n' "${a[@]@Q}"
####
a=("a b" c); printf '<%s>' ${a[@]} "${a[@]}" "${a[*]}" ${a[*]}; echo; x="${a[@]}"; echo "$x"; x=${a[*]}; echo "$x"; case "${a[@]}" in "a b c") echo joined;; esac; [[ ${a[@]} == 'a b c' ]] && echo same
####
a=(x); echo "${a[@]}"y "p${a[@]}" "p${a[@]}s"; a=(x y); printf '<%s>' "p${a[@]}s" "${a[@]}${a[@]}"; echo; a=(); printf '<%s>' "p${a[@]}s" "${a[@]}"; echo
####
stack=(); stack+=(a); stack+=(b); stack+=(c); echo ${stack[-1]}; unset 'stack[-1]'; echo ${stack[@]}; q=(1 2 3); q=("${q[@]:1}"); echo ${q[@]}; rev=(); for ((i=${#q[@]}-1;i>=0;i--)); do rev+=("${q[i]}"); done; echo ${rev[@]}
####
a=($'x\ny' 'q"q' 'b\s' '$d' '`e`'); declare -p a; declare -A m=(['a"b']='c$d' [$'n\nl']=1); declare -p m | sort; s=$'t\tx'; declare -p s; e=; declare -p e; set | grep -e ^a= -e ^s= -e ^e=
####
declare -p nosuch; declare -p HOME | sed 's/=.*//'; export X=1; declare -p X; declare -px | grep X; declare -r R=1; declare -p R; declare -xr XR=2; declare -p XR; declare -i I=3; declare -p I; declare -lx L=A; declare -p L; declare -t T=1; declare -p T
####
f() { :; }; g () { echo hi; }; declare -f f; declare -F f g; declare -F nosuch; echo $?; declare -f nosuch; echo $?; declare -F; typeset -f g
####
declare 1x; echo $?; declare x-y=1; echo $?; declare -z; echo $?; declare x=1 y=2; echo $x$y; declare 'a[0]=5'; echo ${a[0]}; declare a[1]=6; echo ${a[@]}; declare x+=5; echo $x
####
f() { declare v=1; declare -g w=2; typeset u=3; echo $v$w$u; }; f; echo "[$v][$w][$u]"; local q=1; echo $?; f2() { local a b=2 c; echo "[$a$b$c]"; local; }; f2
####
f() { local -r x=1; x=2; echo no; }; f; echo $?; g() { local -i n=1+1; n+=3; echo $n; local -u s=abc; echo $s; local -x e=1; env | grep ^e=; }; g; env | grep -c ^e=
####
f() { local x=1; g; echo $x; }; g() { local -I x; echo I:$x; x=9; }; x=0; f; h() { local -g x 2>&1; }; h; echo $?; i() { local - ; set -e; false; echo unreached; }; j() { local -; set -f; echo $-; }; j | tr -d hBc; echo $- | tr -d hBc
