sudo transactional-update --no-selfupdate --non-interactive pkg install htop
:reboot
:count
sudo transactional-update rollback 1
