# "restorecon -R / or a hand in /sysroot mends it": contexts come with the image, and the physical root is read-only, too.
getenforce
#> Enforcing
sestatus
#> SELinux status:                 enabled
#> Loaded policy name:             targeted
#> Current mode:                   enforcing
# What the policy knows are the names of the running system; below /sysroot it knows none, and would make all of it default_t.
matchpathcon /usr/bin/bash /etc/hosts /var/home/learner /sysroot/ostree/repo/config
#> /usr/bin/bash	system_u:object_r:shell_exec_t:s0
#> /etc/hosts	system_u:object_r:etc_t:s0
#> /var/home/learner	unconfined_u:object_r:user_home_dir_t:s0
#> /sysroot/ostree/repo/config	system_u:object_r:default_t:s0
sudo restorecon -nRv /sysroot/ostree/repo/config
#> Would relabel /sysroot/ostree/repo/config from system_u:object_r:usr_t:s0 to system_u:object_r:default_t:s0
# That is what made such a system unbootable once. Today the kernel refuses each file, and nothing has changed.
sudo restorecon -R /sysroot/ostree/repo/config; echo $?
#> 255
#> restorecon: Could not set context for /sysroot/ostree/repo/config:  Read-only file system
sudo restorecon -R / 2>&1 | grep -vc 'Could not set context for /sysroot.*:  Read-only file system$'
#> 0
sudo restorecon -nRv /sysroot/ostree/repo/config
#> Would relabel /sysroot/ostree/repo/config from system_u:object_r:usr_t:s0 to system_u:object_r:default_t:s0
# In /usr there is nothing to mend, and nothing that could be.
sudo restorecon -Rv /usr; echo $?
#> 0
sudo chcon -t etc_t /usr/bin/bash
#> chcon: failed to change context of '/usr/bin/bash' to ‘system_u:object_r:etc_t:s0’: Read-only file system
# What it is for: a place of one's own, in /etc or /var, where a context is wrong.
sudo touch /etc/app.conf
sudo chcon -t user_home_t /etc/app.conf
matchpathcon -V /etc/app.conf
#> /etc/app.conf has context system_u:object_r:user_home_t:s0, should be system_u:object_r:etc_t:s0
sudo restorecon -nv /etc/app.conf
#> Would relabel /etc/app.conf from system_u:object_r:user_home_t:s0 to system_u:object_r:etc_t:s0
sudo restorecon -v /etc/app.conf
#> Relabeled /etc/app.conf from system_u:object_r:user_home_t:s0 to system_u:object_r:etc_t:s0
sudo restorecon -v /etc/app.conf | wc -l
#> 0
# A type that an administrator chooses stays, unless all of it is asked for.
sudo chcon -t container_file_t /etc/app.conf
sudo restorecon -v /etc/app.conf
#> /etc/app.conf not reset as customized by admin to system_u:object_r:container_file_t:s0
sudo restorecon -Fv /etc/app.conf
#> Relabeled /etc/app.conf from system_u:object_r:container_file_t:s0 to system_u:object_r:etc_t:s0
sudo mkdir /etc/app.d
sudo chcon -t var_t /etc/app.d
sudo restorecon -Rv -e /etc/app.d /etc | wc -l
#> 0
# A mode is for until the next boot.
setenforce 0
#> setenforce:  security_setenforce() failed:  Operation not permitted
sudo setenforce 0
getenforce
#> Permissive
# And a hand in /sysroot is refused likewise.
sudo touch /sysroot/ostree/repo/x
#> touch: cannot touch '/sysroot/ostree/repo/x': Read-only file system
sudo rm -rf /sysroot/ostree/deploy/fedora/deploy
#> rm: cannot remove '/sysroot/ostree/deploy/fedora/deploy/…': Read-only file system
:reboot
getenforce
#> Enforcing
ostree admin status
#> * fedora ….0
matchpathcon -V /etc/app.d
#> /etc/app.d has context system_u:object_r:var_t:s0, should be system_u:object_r:etc_t:s0
