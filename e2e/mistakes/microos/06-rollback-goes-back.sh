# "rollback goes one back": without a number it makes the snapshot that runs the default, which it is already.
sudo transactional-update rollback; echo $?
#> transactional-update finished
#> 1
sudo transactional-update rollback 2>&1 | grep -i snapshot
#> Active snapshot is already default snapshot.
#> ERROR: Rollback to snapshot 1 failed!
