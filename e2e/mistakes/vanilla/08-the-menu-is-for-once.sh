# "I chose the old one, so it stays": the menu's choice is for one boot; abroot rollback, run there, makes it the default.
sudo abroot upgrade
#>  INFO  Upgrade completed successfully.
:reboot 0
sudo abroot rollback -c; echo $?
#>  INFO  It is possible to rollback to the previous root.
#> 0
sudo abroot status | grep ✓
#>  • Future: vos-b ✓
:reboot
sudo abroot status | grep ✓
#>  • Present: vos-b ✓
:reboot 0
sudo abroot rollback
#>  INFO  Rollback completed successfully.
:reboot
sudo abroot status | grep ✓
#>  • Present: vos-a ✓
