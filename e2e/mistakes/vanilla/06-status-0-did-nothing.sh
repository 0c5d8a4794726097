# "status 0, so it worked": without root abroot says so and does nothing, and its status is 0 all the same.
abroot upgrade; echo $?
#>  ERROR  You must be root to run this command.
#> 0
abroot upgrade --check-only; echo $?
#>  INFO  There is an update for your system.
#> 0
