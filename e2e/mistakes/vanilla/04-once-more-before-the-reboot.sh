# "I can go on before the reboot": after a transaction nothing more until then, not even a way back.
sudo abroot upgrade
#>  INFO  Upgrade completed successfully.
sudo abroot upgrade
#>  ERROR  another operation finished successfully, a reboot is required
sudo abroot rollback; echo $?
#>  ERROR  an operation finished successfully, can't roll back until reboot
#> 2
