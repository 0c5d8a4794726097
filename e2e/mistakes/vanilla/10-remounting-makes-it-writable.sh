# "Remount it and root may write": of a mount that is read-only that is true, until the next upgrade fills the other root from its image.
sudo mount -o remount,rw /usr
sudo touch /usr/bin/mine && ls /usr/bin/mine
#> /usr/bin/mine
sudo abroot upgrade
#>  INFO  Upgrade completed successfully.
:reboot
ls /usr/bin/mine
#> ls: cannot access '/usr/bin/mine': No such file or directory
