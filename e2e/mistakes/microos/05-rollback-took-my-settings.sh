# "A rollback leaves my settings alone": /etc is part of the snapshot; /var and the home directory are not.
sudo transactional-update -n dup
:reboot
echo mine | sudo tee /etc/mine.conf
#> mine
echo kept > kept.txt
sudo transactional-update rollback 1
#> Please reboot to finish rollback!
:reboot
cat /etc/mine.conf
#> cat: /etc/mine.conf: No such file or directory
cat kept.txt
#> kept
