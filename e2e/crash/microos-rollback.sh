sudo transactional-update --no-selfupdate run touch /usr/share/marker
sudo transactional-update rollback 1
