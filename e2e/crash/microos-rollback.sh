sudo snapper create -d spare
sudo transactional-update rollback 2
