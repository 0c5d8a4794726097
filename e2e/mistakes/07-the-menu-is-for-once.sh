# "I went back in the boot menu, and it came back": the menu's choice holds for one boot.
:reboot 1
ostree admin status
#>   fedora ….0 (pending)
#> * fedora ….0
:reboot
ostree admin status
#> * fedora ….0
#>   fedora ….0 (rollback)
