# nano is the editor unless you say otherwise.
if [ -z "$EDITOR" ]; then
    export EDITOR=/usr/bin/nano
fi
