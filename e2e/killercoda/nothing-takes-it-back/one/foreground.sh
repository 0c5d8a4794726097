#!/bin/bash
# what is there
ls -l /usr/bin/factor
