# "etc is shared": each root has its own upper directory; what is written after the update stays with the old root.
echo before | sudo tee /etc/before.conf
#> before
sudo abroot upgrade
#>  INFO  Upgrade completed successfully.
echo after | sudo tee /etc/after.conf
#> after
echo home > kept.txt
:reboot
cat /etc/before.conf
#> before
cat /etc/after.conf
#> cat: /etc/after.conf: No such file or directory
cat kept.txt
#> home
:reboot 0
cat /etc/after.conf
#> after
