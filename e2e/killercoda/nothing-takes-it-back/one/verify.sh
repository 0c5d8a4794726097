#!/bin/bash
test ! -e /usr/bin/factor
