su nosuch; echo $?; su -z; echo $?; su -c; echo $?; su -c 'exit 5'; echo $?; su -g nosuch nobody; echo $?
####
su -s /bin/sh nobody -c 'echo $HOME $USER $LOGNAME $SHELL $0; id -un; pwd; echo $# $1' a b; su root -c 'kill -TERM $$'; echo $?; su -s /nosuch nobody -c x; echo $?
####
su -m -s /bin/sh nobody -c 'echo $HOME $USER $SHELL'; su -g daemon -s /bin/sh nobody -c id; su -G daemon -s /bin/sh nobody -c id; su -G daemon -g daemon -s /bin/sh nobody -c 'id -G'; su -s /bin/sh nobody -- -c 'echo dd'; su --session-command 'echo sc' root; su -g daemon root -c 'id -g'
####
su -s /bin/bash - nobody -c 'shopt login_shell; echo $0 $USER $SHELL'; FOO=1 BAR=2 su -w FOO -s /bin/sh - nobody -c 'echo [$FOO][$BAR]'; FOO=1 su -s /bin/sh nobody -c 'echo [$FOO]'; su - nobody -s /bin/sh -c pwd
####
echo 'echo $1; id -un' > s; su -s /bin/bash nobody s arg; su nobody -s /bin/bash -c 'cat < /etc/shadow'; echo $?; su nobody -s /bin/bash -c 'touch /x; echo $?; cd; umask'; x=5; export x; su -c 'echo $x; x=6'; echo $x
####
for f in .bash_profile .bash_login .profile .bashrc .bash_logout env; do echo "echo read $f" > $f; done; bash -l -c 'echo main'; rm .bash_profile; bash --login -c 'echo main'; rm .bash_login; bash -l -c :; bash --noprofile -l -c 'echo none'; bash -c 'echo plain'; BASH_ENV=./env bash -c 'echo with env'; ENV=./env bash -c 'echo env is not for bash'
####
for f in .bash_profile .bashrc .profile env; do echo "echo read $f" > $f; done; bash -i -c 'echo interactive' 2>/dev/null; bash --norc -i -c 'echo norc' 2>/dev/null; bash --rcfile env -i -c 'echo rcfile' 2>/dev/null; bash -l -i -c 'echo both' 2>/dev/null; bash -s <<< 'echo from input $#' ; bash -ls x <<< 'echo login input $#'
####
echo 'echo out' > .bash_logout; bash -l -c 'exit 3'; echo $?; bash -l <<< 'echo in'; bash -l <<< 'exit 4'; echo $?; bash -l <<< 'logout 5'; echo $?; exec -l bash -c 'echo $0; shopt login_shell'
####
echo 'echo profile; return 3; echo never' > .bash_profile; bash -l -c 'echo $?'; echo 'echo bad; if' > .bash_profile; bash -l -c 'echo went on'; echo 'exit 7' > .bash_profile; bash -l -c 'echo never'; echo $?; chmod 0 .bash_profile; mkdir .bash_login; bash -l -c 'echo end'
####
#: bash env -i HOME=/nonexistent bash -c "echo $HOME; cd; echo $?; echo ~; echo $PWD"
####
#: bash env -i PWD=/wrong OLDPWD=/old SHLVL=5 _=x bash -c "echo $PWD $OLDPWD $SHLVL"
####
#: bash env -i SHLVL=abc bash -c "echo $SHLVL"
####
#: bash env -i SHLVL=-3 bash -c "echo $SHLVL"
####
#: bash env -i SHLVL=999 bash -c "echo $SHLVL"
####
#: bash env -i SHLVL=1000 bash -c "echo $SHLVL"
####
#: bash env IFS=x PS4=y bash -c "a=1x2; echo $a; printf %q $IFS; echo; echo $PS4"
####
#: bash env UID=5 PPID=1 SHELLOPTS=xtrace BASHOPTS=nullglob bash -c "echo $((UID != 5)); echo x*"
