# "I can always boot the previous version": there is no previous version. What every version of the system needs is gone for all.
sudo rm /usr/lib/systemd/systemd
sudo sync
:reboot
echo "in the initramfs, and nothing to go back to"; ls /sysroot/usr/lib/systemd/systemd
#> in the initramfs, and nothing to go back to
#> ls: cannot access '/sysroot/usr/lib/systemd/systemd': No such file or directory
