sudo ostree admin pin 1
