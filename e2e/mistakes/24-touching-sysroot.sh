# "restorecon or a hand in /sysroot mends it": the physical root is read-only, too.
sudo touch /sysroot/ostree/repo/x
#> touch: cannot touch '/sysroot/ostree/repo/x': Read-only file system
sudo rm -rf /sysroot/ostree/deploy/fedora/deploy
#> rm: cannot remove '/sysroot/ostree/deploy/fedora/deploy/…': Read-only file system
ostree admin status
#> * fedora ….0
