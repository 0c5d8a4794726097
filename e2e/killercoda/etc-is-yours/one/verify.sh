#!/bin/bash
cmp -s /var/tmp/drafts/motd.draft /etc/motd || fail-message "/etc/motd is not the draft."
[ "$(stat -c %a /etc/motd)" = 644 ] || fail-message "Not everybody can read it."
