# "dnf is broken": it works, on systems where /usr may be written.
sudo dnf install -y htop
#> Error: /usr is configured to be read-only. You may be running an image-based or immutable operating system. For more information, refer to your distribution's documentation.
dnf install -y htop
#> The requested operation requires superuser privileges. Please log in as a user with elevated rights, or use the "--assumeno" or "--downloadonly" options to run the command without modifying the system state.
dnf list --installed bash
#> bash.x86_64 …
rpm -q htop
#> package htop is not installed
