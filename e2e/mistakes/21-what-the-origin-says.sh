# "Bluefin is Silverblue": the desktop looks the same, but the origin says what is followed, a branch of commits or an image in a registry.
rpm-ostree status -b
#> ● fedora:fedora/43/x86_64/silverblue
#>                   Version: 43.20260110.0 (2026-01-10T00:38:33Z)
#>                    Commit: …
#>              GPGSignature: Valid signature by …
sudo cat /ostree/deploy/fedora/deploy/*.0.origin
#> [origin]
#> refspec=fedora:fedora/43/x86_64/silverblue
rpm-ostree status --json | grep -c container-image-reference
#> 0
# It is no branch of Fedora's.
rpm-ostree rebase fedora:fedora/43/x86_64/bluefin
#> error: While pulling fedora/43/x86_64/bluefin: No such branch 'fedora/43/x86_64/bluefin' in repository summary
# A registry that nobody knows, an image that is not there (GitHub tells nobody that), a tag that is not there.
rpm-ostree rebase ostree-unverified-registry:ghcr.example/ublue-os/bluefin:stable
#> Pulling manifest: ostree-unverified-registry:ghcr.example/ublue-os/bluefin:stable
#> error: …: pinging container registry ghcr.example: Get "https://ghcr.example/v2/": dial tcp: lookup ghcr.example: no such host
rpm-ostree rebase ostree-unverified-registry:ghcr.io/ublue-os/blufin:stable
#> error: Preparing import: Fetching manifest: …: Requesting bearer token: invalid status code from registry 403 (Forbidden)
rpm-ostree rebase ostree-unverified-registry:quay.io/fedora/fedora-bluefin:43
#> error: …: reading manifest 43 in quay.io/fedora/fedora-bluefin: unauthorized: access to the requested resource is not authorized
rpm-ostree rebase ostree-unverified-registry:ghcr.io/ublue-os/bluefin:latest-41.20241113.1
#> error: …: reading manifest latest-41.20241113.1 in ghcr.io/ublue-os/bluefin: manifest unknown
# Silverblue's policy accepts anything, which is no signature at all; so the signed name is refused, and the first step is unverified.
rpm-ostree rebase ostree-image-signed:docker://ghcr.io/ublue-os/bluefin:stable
#> error: Preparing import: Fetching manifest: containers-policy.json specifies a default of `insecureAcceptAnything`; refusing usage
rpm-ostree status | grep -c ostree-
#> 0
rpm-ostree rebase ostree-unverified-registry:ghcr.io/ublue-os/bluefin:stable
#> Pulling manifest: ostree-unverified-registry:ghcr.io/ublue-os/bluefin:stable
#> Importing: ostree-unverified-registry:ghcr.io/ublue-os/bluefin:stable (digest: sha256:…)
#> ostree chunk layers needed: 64 (…)
#> [1/64] Fetching ostree chunk … (…)...done
#> Staging deployment...done
#> Removed:
#>   firefox-146.0.1-1.fc43.x86_64
#> Added:
#>   ublue-os-signing-0.5-1.fc43.noarch
#> Changes queued for next boot. Run "systemctl reboot" to start a reboot
:reboot
grep -h -e ^NAME -e ^ID -e ^VARIANT /etc/os-release
#> NAME="Bluefin"
#> ID=bluefin
#> ID_LIKE="fedora"
#> VARIANT="Silverblue"
#> VARIANT_ID=bluefin
sudo grep -h ^title /boot/loader/entries/ostree-2.conf
#> title Bluefin (Version: 43.20260110) (ostree:0)
rpm-ostree status
#> ● ostree-unverified-registry:ghcr.io/ublue-os/bluefin:stable
#>                    Digest: sha256:…
#>                   Version: 43.20260110 (2026-01-10T00:38:33Z)
#> 
#>   fedora:fedora/43/x86_64/silverblue
#>                    Commit: …
rpm -q firefox
#> package firefox is not installed
# What it brought are a policy and keys: now a signature is asked for, and there is one.
sudo ls /etc/pki/containers
#> ublue-os-backup.pub
#> ublue-os.pub
rpm-ostree rebase ostree-unverified-registry:ghcr.io/ublue-os/bluefin:stable
#> error: Old and new refs are equal: ostree-unverified-registry:ghcr.io/ublue-os/bluefin:stable
rpm-ostree rebase ostree-image-signed:docker://ghcr.io/ublue-os/bluefin:stable
#> Pulling manifest: ostree-image-signed:docker://ghcr.io/ublue-os/bluefin:stable
#> ostree chunk layers already present: 40
#> ostree chunk layers needed: 24 (…)
:reboot
rpm-ostree status
#> ● ostree-image-signed:docker://ghcr.io/ublue-os/bluefin:stable
#>                    Digest: sha256:…
#>                   Version: 43.20260112 (2026-01-12T00:41:07Z)
rpm-ostree status --json
#>       "container-image-reference" : "ostree-image-signed:docker://ghcr.io/ublue-os/bluefin:stable",
#>       "container-image-reference-digest" : "sha256:…",
rpm-ostree status --json | grep -c '"origin"'
#> 0
sudo bootc status --format humanreadable
#> ● Booted image: ghcr.io/ublue-os/bluefin:stable
#>         Digest: sha256:… (amd64)
#>        Version: 43.20260112 (2026-01-12T00:41:07Z)
# It follows its image, not Fedora's branch, and takes layers as a branch does; bootc then keeps its hands off.
rpm-ostree deploy 43.20260110.0
#> error: Cannot look up version while tracking a container image reference
rpm-ostree upgrade
#> note: automatic updates (stage) are enabled
#> Pulling manifest: ostree-image-signed:docker://ghcr.io/ublue-os/bluefin:stable
#> ostree chunk layers already present: …
#> Run "systemctl reboot" to start a reboot
rpm-ostree install htop
#> Changes queued for next boot. Run "systemctl reboot" to start a reboot
:reboot
rpm-ostree status -b
#> ● ostree-image-signed:docker://ghcr.io/ublue-os/bluefin:stable
#>                    Digest: sha256:…
#>                   Version: 43.20260115 (2026-01-15T00:40:12Z)
#>           LayeredPackages: htop
sudo bootc upgrade
#> error: Upgrading: Deployment contains local rpm-ostree modifications; cannot upgrade via bootc. You can run `rpm-ostree reset` to undo the modifications.
rpm-ostree upgrade
#> No upgrade available.
# Back to Fedora's branch, which is a rebase, too; a rollback leads to the image again.
rpm-ostree rebase --uninstall htop fedora:fedora/43/x86_64/silverblue
#> Changes queued for next boot. Run "systemctl reboot" to start a reboot
:reboot
rpm-ostree status
#> ● fedora:fedora/43/x86_64/silverblue
#>                    Commit: …
#>              GPGSignature: Valid signature by …
#> 
#>   ostree-image-signed:docker://ghcr.io/ublue-os/bluefin:stable
grep -c Bluefin /etc/os-release
#> 0
rpm-ostree rollback
#> Moving '….0' to be first deployment
#> Changes queued for next boot. Run "systemctl reboot" to start a reboot
rpm-ostree status
#>   ostree-image-signed:docker://ghcr.io/ublue-os/bluefin:stable
#> 
#> ● fedora:fedora/43/x86_64/silverblue
