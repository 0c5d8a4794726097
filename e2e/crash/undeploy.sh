sudo ostree admin undeploy 1
