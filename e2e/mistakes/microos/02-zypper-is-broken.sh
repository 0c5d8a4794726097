# "zypper is broken": it sees that the root is a snapshot that nobody may change, and says who can make another one.
zypper install htop; echo $?
#> Root privileges are required to run this command.
sudo zypper install htop; echo $?
#> Transactional system detected:
#> A transactional-wrapper command is not installed.
#> Please use transactional-update to modify or update the system.
sudo rpm -e nano
#> error: can't create transaction lock on /usr/lib/sysimage/rpm/.rpm.lock (Read-only file system)
