# "chattr +i makes it immutable": partly, and not since composefs.
:flavour classic
lsattr -d /
#> ----i---… /
sudo touch /x
#> touch: cannot touch '/x': Operation not permitted
sudo chattr -i /
sudo touch /x && echo made
#> made
sudo touch /usr/x
#> touch: cannot touch '/usr/x': Read-only file system
