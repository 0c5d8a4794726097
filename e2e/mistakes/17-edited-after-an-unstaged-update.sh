# "I edited /etc after the update, and it is gone": what is not staged has merged /etc already.
sudo ostree admin upgrade
#> Bootloader updated; bootconfig swap: yes; bootversion: boot.…, deployment count change: 0
echo late | sudo tee /etc/late
:reboot
cat /etc/late
#> cat: /etc/late: No such file or directory
