#!/bin/bash
sudo cat /var/tmp/drafts/motd.draft
