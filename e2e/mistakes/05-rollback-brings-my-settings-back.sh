# "rollback brings my files back": /etc is each deployment's own, /var and /home are everybody's.
rpm-ostree upgrade
:reboot
echo after | sudo tee /etc/setting
echo after | sudo tee /var/data
rpm-ostree rollback
#> Moving '…' to be first deployment
:reboot
cat /etc/setting
#> cat: /etc/setting: No such file or directory
cat /var/data
#> after
