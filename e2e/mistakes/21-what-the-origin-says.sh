# "It is all Silverblue": the origin says what is followed, a branch or an image.
rpm-ostree status -b
#> ● fedora:fedora/43/x86_64/silverblue
#>                   Version: 43.20260110.0 (2026-01-10T00:38:33Z)
#>                    Commit: …
