#!/bin/bash
# log-digest.sh -- sums up web server logs: who came, what was asked for, what failed
#
# Run: mkdir logs; for i in 1 2 3; do for h in 10.0.0.1 10.0.0.2 192.168.7.9; do echo "$h - - [day $i] \"GET /page$i?x=$h HTTP/1.1\" 200 $((i * 100))"; done; done > logs/access.1
# Run: printf '%s\n' '10.0.0.1 - bob [day 4] "POST /login HTTP/1.1" 401 12' '10.0.0.1 - bob [day 4] "POST /login HTTP/1.1" 401 12' '172.16.0.5 - - [day 5] "GET /missing HTTP/1.0" 404 -' '10.0.0.2 - - [day 5] "GET /page1 HTTP/1.1" 304 0' 'garbage' '10.0.0.9 - - [day 6] "GET /a/../b HTTP/1.1" 500 7' > logs/access.2
# Run: : > logs/empty.log; echo 'not a log' > logs/README
# Run: ./log-digest.sh
# Run: ./log-digest.sh logs/access.1
# Run: ./log-digest.sh -t 2 logs/access.*
# Run: ./log-digest.sh -o out -t 3 logs && cat out/summary.txt out/hosts.tsv && ls out
# Run: ./log-digest.sh -f '^10\.' -s bytes logs/access.1 logs/access.2
# Run: cat logs/access.2 | ./log-digest.sh -e -
# Run: ./log-digest.sh -s size logs
# Run: ./log-digest.sh -t
# Run: ./log-digest.sh logs/empty.log logs/none.log
# Run: ./log-digest.sh -x -o out logs/access.1 | sed 's/[a-f0-9]\{32\}/SUM/'; find out -type f -newer logs/README -print | sort | wc -l

top=5
filter=
sortby=hits
outdir=
errors_only=false
archive=false
work=$(mktemp -d) || exit 1
trap 'rm -rf -- "$work"' EXIT
trap 'echo interrupted >&2; exit 130' INT TERM

function usage {
    echo "usage: ${0##*/} [-t TOP] [-f REGEX] [-s hits|bytes] [-o DIR] [-ex] [FILE|DIR|-]..."
}

function warn {
    local IFS=' '
    echo "${0##*/}: warning: $*" 1>&2
}

# The files behind the operands, one a line.
function expand_operands {
    local operand
    for operand; do
        if [ "$operand" = - ]; then
            cat > "$work/stdin"
            echo "$work/stdin"
        elif [ -d "$operand" ]; then
            find "$operand" -maxdepth 1 -type f -name 'access*' | LC_ALL=C sort
        elif [ -f "$operand" ] && [ -r "$operand" ]; then
            echo "$operand"
        else
            warn "$operand: skipped"
        fi
    done
}

# Turns log lines into: host TAB user TAB method TAB path TAB status TAB bytes
function normalise {
    sed -n -E 's/^([^ ]+) [^ ]+ ([^ ]+) \[[^]]*\] "([A-Z]+) ([^ ?"]*)[^"]*" ([0-9]{3}) ([0-9]+|-)$/\1\t\2\t\3\t\4\t\5\t\6/p' "$@" |
        sed 's/\t-$/\t0/'
}

function count_rejected {
    local total good
    total=$(cat -- "$@" | wc -l)
    good=$(wc -l < "$work/all")
    echo $((total - good))
}

function human {
    local n=$1 unit
    for unit in B K M; do
        if ((n < 1024)); then
            printf '%d%s' "$n" "$unit"
            return
        fi
        ((n /= 1024))
    done
    printf '%dG' "$n"
}

function section {
    local title=$1 line
    printf '\n%s\n' "$title"
    line=${title//?/-}
    printf '%s\n' "$line"
}

function by_host {
    local key=2
    [[ $sortby == bytes ]] && key=3
    awk -F'\t' '
        { hits[$1]++; bytes[$1] += $6 }
        END { for (h in hits) printf "%s\t%d\t%d\n", h, hits[h], bytes[h] }
    ' "$work/all" | sort -t$'\t' -k${key},${key}nr -k1,1
}

function summary {
    local requests bytes hosts
    requests=$(wc -l < "$work/all" | tr -d ' ')
    bytes=$(awk -F'\t' '{ sum += $6 } END { print sum + 0 }' "$work/all")
    hosts=$(cut -f1 "$work/all" | sort -u | wc -l)
    echo "requests : $requests"
    echo "hosts    : $hosts"
    echo "traffic  : $(human "$bytes") ($bytes bytes)"
    echo "rejected : $rejected"
    ((requests)) && echo "average  : $(awk -v b="$bytes" -v r="$requests" 'BEGIN { printf "%.1f", b / r }') bytes"

    section "Hosts"
    by_host | head -n "$top" | while IFS=$'\t' read -r host hits size; do
        printf '%-15s %4d %8s\n' "$host" "$hits" "$(human "$size")"
    done

    section "Pages"
    cut -f4 "$work/all" | sort | uniq -c | sort -k1,1nr -k2 | head -n "$top" |
    while read -r hits page; do
        bar=
        for ((i = 0; i < hits && i < 20; i++)); do bar+='#'; done
        printf '%-12s %s\n' "$page" "$bar"
    done

    section "Answers"
    declare -A classes=([2]=fine [3]=elsewhere [4]='asked wrongly' [5]='our fault')
    local class
    for class in 2 3 4 5; do
        n=$(cut -f5 "$work/all" | grep -c "^$class")
        ((n == 0)) || echo "${class}xx $n (${classes[$class]})"
    done
}

function errors {
    grep -P '\t[45]\d\d\t' "$work/all" 2> /dev/null | sort | uniq -c |
    while read -r times host user method path status bytes; do
        case $status in
            401 | 403) what=refused ;;
            404) what=missing ;;
            5*) what=broken ;;
            *) what=other ;;
        esac
        [ "$user" = - ] && user=anonymous
        echo "$what: $method $path by $user@$host, ${times}x"
    done | sort
}

while getopts ':t:f:s:o:ex' option; do
    case "$option" in
        t) top=$OPTARG ;;
        f) filter=$OPTARG ;;
        s) sortby=$OPTARG
           if [[ $sortby != @(hits|bytes) ]]; then
               echo "cannot sort by $sortby" >&2
               exit 64
           fi ;;
        o) outdir=$OPTARG ;;
        e) errors_only=true ;;
        x) archive=true ;;
        :) echo "-$OPTARG needs a value" >&2; usage >&2; exit 64 ;;
        \?) echo "-$OPTARG is unknown" >&2; usage >&2; exit 64 ;;
    esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || { usage; exit 0; }

readarray -t files < <(expand_operands "$@")
if [ ${#files[@]} -eq 0 ]; then
    echo 'nothing to read' >&2
    exit 66
fi

normalise "${files[@]}" > "$work/all"
rejected=$(count_rejected "${files[@]}")
if [ -n "$filter" ]; then
    grep -E -- "$filter" "$work/all" > "$work/some" || true
    mv "$work/some" "$work/all"
fi

if $errors_only; then
    errors
    exit
fi

if [ -z "$outdir" ]; then
    summary
    exit 0
fi

mkdir -p "$outdir"
summary > "$outdir/summary.txt"
by_host > "$outdir/hosts.tsv"
errors > "$outdir/errors.txt"
if $archive; then
    find "$outdir" -type f -name '*.t*' -print0 | sort -z | xargs -0 md5sum
    printf '%s\n' "${files[@]}" | xargs -I{} sh -c 'cp "$1" "$2/$(basename "$1").bak"' _ {} "$outdir"
fi
exit 0
