# "The disk is 100 % full": that is the image's index; there is room in /sysroot.
df -hT /
#> composefs… overlay… 100% /
df -h /sysroot
#> /dev/… /sysroot
