# "pin 0 pins what I run": index 0 is what boots next.
rpm-ostree upgrade
sudo ostree admin pin 0
#> error: Cannot pin staged deployment
rpm-ostree status -v
#> ● fedora:fedora/43/x86_64/silverblue (index: 1)
sudo ostree admin pin 1
#> Deployment 1 is now pinned
