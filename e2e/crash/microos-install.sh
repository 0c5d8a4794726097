echo mine | sudo tee /etc/mine.conf
sudo transactional-update --no-selfupdate --non-interactive pkg install htop
