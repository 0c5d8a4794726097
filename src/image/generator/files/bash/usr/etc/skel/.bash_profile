# Read by your login shells.

if [ -f ~/.bashrc ]; then
    . ~/.bashrc
fi
