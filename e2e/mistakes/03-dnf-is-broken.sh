# "dnf is broken": it works, on systems where /usr may be written.
sudo dnf install -y htop
#> Error: /usr is configured to be read-only. You may be running an image-based or immutable operating system. For more information, refer to your distribution's documentation.
