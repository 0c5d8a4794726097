#!/bin/bash
grep -q "Read-only file system" /home/learner/refusal.txt
