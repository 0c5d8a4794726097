# "sudo can write anywhere": /usr and / are read-only mounts, whoever asks; an existing file asks for permission first.
sudo touch /usr/bin/x
#> touch: cannot touch '/usr/bin/x': Read-only file system
sudo touch /x
#> touch: cannot touch '/x': Read-only file system
echo hi >> /usr/bin/ls
#> bash: /usr/bin/ls: Permission denied
sudo sh -c 'echo hi > /etc/x' && cat /etc/x
#> hi
