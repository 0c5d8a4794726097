# "If it failed, it is not installed": its files are there, and every later run of apt stumbles over it until it is removed.
sudo apt-get update
sudo apt-get install -y tillctl
#> Setting up tillctl (1.4-2) ...
#> dpkg: error processing package tillctl (--configure):
#>  installed tillctl package post-installation script subprocess returned error exit status 1
#> E: Sub-process /usr/bin/dpkg returned an error code (1)
tillctl
#> currency: EUR
dpkg -l tillctl
#> iF  tillctl …
sudo apt-get install -y hello
#> Setting up hello (2.10-5) ...
#> Errors were encountered while processing:
#>  tillctl
sudo apt-get remove -y tillctl
#> Removing tillctl (1.4-2) ...
dpkg --audit
