# "rollback goes back": it makes the root that runs the default; the old one is chosen in the boot menu.
sudo abroot rollback; echo $?
#>  INFO  Rollback is not necessary, current root is already the present one.
#> 0
