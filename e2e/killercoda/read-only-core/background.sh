#!/bin/bash
mkdir -p /var/lib/tool
printf '#!/bin/sh\necho "it works!"\n' > /var/lib/tool/greet
chmod 755 /var/lib/tool/greet
