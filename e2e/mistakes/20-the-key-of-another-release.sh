# "public key not found": signed by a release whose keys this one does not have.
:fault bad-signature
rpm-ostree upgrade
#> error: While pulling fedora/43/x86_64/silverblue: Commit …: Signature made … using RSA key ID D0622462E99D6AD1
#> Can't check signature: public key not found
# Once the release that brings the new keys is there, its updates are known.
:fault bad-signature off
rpm-ostree upgrade
#> Run "systemctl reboot" to start a reboot
