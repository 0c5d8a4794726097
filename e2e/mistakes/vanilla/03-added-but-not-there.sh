# "I added it and it is not there": add only notes it, apply makes the other root with it, which the next boot starts.
sudo abroot pkg add -f htop
#>  INFO  Package(s) htop added.
command -v htop || echo none
#> none
sudo abroot pkg apply
#>  INFO  Successfully applied packages.
command -v htop || echo none
#> none
:reboot
command -v htop
#> /usr/bin/htop
