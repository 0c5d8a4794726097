# "Another instance is running": nobody is. Without root it may not write its lock, and its own message names another reason.
transactional-update dup
#> bash: transactional-update: command not found
/usr/sbin/transactional-update dup; echo $?
#> 1
/usr/sbin/transactional-update dup 2>&1 | cat
#> /usr/sbin/transactional-update: line …: /var/run/transactional-update.pid.…: Permission denied
#> Couldn't get lock, is another instance already running?
