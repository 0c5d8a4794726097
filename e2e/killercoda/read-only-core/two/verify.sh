#!/bin/bash
set -e
test -x /usr/local/bin/greet
/usr/local/bin/greet | grep -q "it works!"
