# Colours for grep.
alias grep='grep --color=auto' 2>/dev/null
