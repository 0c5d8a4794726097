#!/usr/bin/env bash
#
# account-audit: reads passwd, group and shadow files of a tree and reports what is odd about them.
#
# Run: mkdir -p root/etc root/home/ann root/home/bob; cat > root/etc/passwd <<< $'root:x:0:0:root:/root:/bin/bash\nann:x:1000:1000:Ann Other,,,:/home/ann:/bin/bash\nbob:x:1001:1001::/home/bob:/bin/zsh\neve:x:0:1002:second root:/home/eve:/bin/sh\nsvc:x:999:999:a service:/var/lib/svc:/sbin/nologin\nann:x:1003:1003:again:/home/ann2:/bin/bash\nbroken line\n#comment'
# Run: printf '%s\n' root:x:0: ann:x:1000: bob:x:1001: 'wheel:x:10:ann,bob,ghost' svc:x:999: 'users:x:100:ann' 'ops:x:1001:bob' > root/etc/group
# Run: printf '%s\n' 'root:$6$salt$hash:19000:0:99999:7:::' 'ann::19000:0:90:7:::' 'bob:!:19000:0:99999:7:::' 'svc:*:19000::::::' > root/etc/shadow; chmod 644 root/etc/shadow
# Run: ./account-audit.sh --root root
# Run: ./account-audit.sh --root root --format csv | head -n 4
# Run: ./account-audit.sh -r root --only shadow,homes --quiet; echo "status $?"
# Run: ./account-audit.sh --root=root --members wheel
# Run: ./account-audit.sh --root root --explain uid
# Run: ./account-audit.sh --root root --only nonsense
# Run: ./account-audit.sh --frobnicate
# Run: ./account-audit.sh --root /nonexistent
# Run: sed -i -e '/^eve/d' -e '/^broken/d' -e '7,$d' root/etc/passwd; sed -i '2{/again/!b};/again/d' root/etc/passwd; mkdir -p root/root root/var/lib/svc; chmod 600 root/etc/shadow; sed -i 's/^ann::/ann:!:/' root/etc/shadow; sed -i -e 's/,ghost//' -e '/^ops/d' root/etc/group; ./account-audit.sh -r root -v

set -o errexit -o nounset -o pipefail
shopt -s extglob nullglob

readonly VERSION=1.4
readonly ME=${0##*/}
declare -A options=([root]=/ [format]=text [only]='' [quiet]=no [verbose]=no)
declare -A uid_of gid_of home_of shell_of gecos_of group_gid group_members password_of
declare -a order=() findings=()
declare -Ar CHECKS=(
  [uid]="no two accounts share a number, and only root has 0"
  [names]="no name is there twice"
  [groups]="members of groups exist, and no two groups share a number"
  [shells]="shells are known"
  [homes]="home directories exist"
  [shadow]="passwords are set or locked, and the file is not for everybody"
)

log()  { [[ ${options[verbose]} == no ]] || printf '%s: %s\n' "$ME" "$*" >&2; }
fail() { printf '%s: error: %s\n' "$ME" "$1" >&2; exit "${2:-2}"; }

usage() {
  cat <<EOF
$ME $VERSION
usage: $ME [--root DIR] [--format text|csv] [--only CHECK[,CHECK...]] [--members GROUP] [--explain CHECK] [-qv]
checks: $(printf '%s\n' "${!CHECKS[@]}" | sort | paste -sd' ')
EOF
}

# finding SEVERITY CHECK WHO TEXT...
finding() {
  local severity=$1 check=$2 who=$3
  shift 3
  findings+=("$severity|$check|$who|$*")
}

read_passwd() {
  local file=${options[root]%/}/etc/passwd line number=0
  [[ -r $file ]] || fail "cannot read $file" 3
  while IFS= read -r line || [[ -n $line ]]; do
    ((++number))
    [[ $line == '#'* || -z ${line//[[:space:]]/} ]] && continue
    if [[ ! $line =~ ^([^:]+):([^:]*):([0-9]+):([0-9]+):([^:]*):([^:]*):([^:]*)$ ]]; then
      finding error names "line $number" "cannot be understood: ${line@Q}"
      continue
    fi
    local name=${BASH_REMATCH[1]}
    if [[ -v uid_of[$name] ]]; then
      finding error names "$name" "is there again on line $number (uid ${BASH_REMATCH[3]})"
      continue
    fi
    order+=("$name")
    uid_of[$name]=${BASH_REMATCH[3]} gid_of[$name]=${BASH_REMATCH[4]}
    gecos_of[$name]=${BASH_REMATCH[5]%%,*}
    home_of[$name]=${BASH_REMATCH[6]} shell_of[$name]=${BASH_REMATCH[7]:-/bin/sh}
  done < "$file"
  log "${#order[@]} accounts, ${number} lines"
}

read_groups() {
  local name gid members
  while IFS=: read -r name _ gid members; do
    group_gid[$name]=$gid
    group_members[$name]=$members
  done < <(grep -v '^\(#\|$\)' "${options[root]%/}/etc/group")
  log "${#group_gid[@]} groups"
}

read_shadow() {
  local file=${options[root]%/}/etc/shadow
  [[ -e $file ]] || { finding warning shadow - "there is no shadow file"; return 0; }
  eval "$(awk -F: '/^[a-z_][a-z0-9_-]*:/ { gsub(/\047/, "", $2); printf "password_of[%s]=\047%s\047\n", $1, $2 }' "$file")"
  local mode
  mode=$(stat -c %a "$file")
  (( 8#$mode & 8#044 )) && finding error shadow "$file" "can be read by others (mode $mode)"
  return 0
}

check_uid() {
  local -A seen=()
  local name uid
  for name in "${order[@]}"; do
    uid=${uid_of[$name]}
    if [[ -n ${seen[$uid]+x} ]]; then
      finding error uid "$name" "has uid $uid, as ${seen[$uid]} has"
    fi
    seen[$uid]+=${seen[$uid]:+, }$name
    if ((uid == 0)) && [[ $name != root ]]; then finding error uid "$name" "is a superuser"; fi
  done
}

check_names() { :; }

check_groups() {
  local group member
  local -A by_gid=()
  for group in $(printf '%s\n' "${!group_gid[@]}" | sort); do
    local gid=${group_gid[$group]}
    [[ -z ${by_gid[$gid]:-} ]] || finding warning groups "$group" "has gid $gid, as ${by_gid[$gid]} has"
    by_gid[$gid]=$group
    local IFS=,
    for member in ${group_members[$group]}; do
      [[ -v uid_of[$member] ]] || finding warning groups "$group" "has the member $member, who does not exist"
    done
    unset IFS
  done
}

check_shells() {
  local name
  for name in "${order[@]}"; do
    case ${shell_of[$name]} in
      */bash | */sh | */nologin | */false) ;;
      *) finding notice shells "$name" "uses ${shell_of[$name]}" ;;
    esac
  done
}

check_homes() {
  local name home
  for name in "${order[@]}"; do
    home=${options[root]%/}${home_of[$name]}
    [[ -d $home ]] || finding notice homes "$name" "has no home: ${home_of[$name]}"
  done
}

check_shadow() {
  local name
  for name in "${order[@]}"; do
    if ! [[ ${password_of[$name]+known} ]]; then
      finding warning shadow "$name" "has no entry"
    elif [[ -z ${password_of[$name]} ]]; then
      finding error shadow "$name" "needs no password"
    fi
  done
}

report_text() {
  local severity
  for severity in error warning notice; do
    local -a mine=()
    local each
    for each in ${findings[@]+"${findings[@]}"}; do [[ $each == "$severity|"* ]] && mine+=("${each#*|}"); done
    ((${#mine[@]})) || continue
    printf '%s (%d)\n' "${severity^^}S" "${#mine[@]}"
    printf '%s\n' "${mine[@]}" | sort -t'|' -k1,1 -k2,2 -s | awk -F'|' '{ printf "  %-8s %-12s %s\n", $1, $2, $3 }'
  done
  printf 'checked %d accounts and %d groups: %d finding%s\n' "${#order[@]}" "${#group_gid[@]}" "${#findings[@]}" "$( ((${#findings[@]} == 1)) || echo s)"
}

report_csv() {
  echo severity,check,subject,text
  local each
  for each in ${findings[@]+"${findings[@]}"}; do
    local IFS='|' fields
    read -ra fields <<< "$each"
    printf '%s,%s,"%s","%s"\n' "${fields[@]}"
  done
}

members() {
  local group=$1 member
  [[ -v group_gid[$group] ]] || fail "no group $group" 4
  for member in ${group_members[$group]//,/ }; do
    printf '%-10s %s\n' "$member" "${gecos_of[$member]:-(unknown)}"
  done
}

main() {
  local -a wanted=()
  local show_members=''
  while (($#)); do
    case $1 in
      --root|-r) options[root]=${2:?--root needs a directory}; shift ;;
      --root=*) options[root]=${1#*=} ;;
      --format|-f) options[format]=$2; shift ;;
      --only) IFS=, read -ra wanted <<< "$2"; shift ;;
      --members) show_members=$2; shift ;;
      --explain) printf '%s: %s\n' "$2" "${CHECKS[$2]:-no such check}"; return ;;
      -q|--quiet) options[quiet]=yes ;;
      -v|--verbose) options[verbose]=yes ;;
      -h|--help) usage; return ;;
      *) usage >&2; fail "what is ${1@Q}?" ;;
    esac
    shift
  done
  ((${#wanted[@]})) || mapfile -t wanted < <(printf '%s\n' "${!CHECKS[@]}" | sort)
  local check
  for check in "${wanted[@]}"; do [[ -v CHECKS[$check] ]] || fail "no check ${check@Q}"; done
  read_passwd
  read_groups
  read_shadow
  if [[ $show_members ]]; then members "$show_members"; return; fi
  for check in "${wanted[@]}"; do log "check: ${CHECKS[$check]}"; "check_$check"; done
  [[ ${options[quiet]} == yes ]] || "report_${options[format]}"
  ! printf '%s\n' ${findings[@]+"${findings[@]}"} | grep -q '^error|'
}

main "$@"
