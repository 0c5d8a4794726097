# "Transaction in progress": somebody else is at it; wait, or cancel that.
:fault busy-transaction
rpm-ostree upgrade
#> error: Transaction in progress: …
#>  You can cancel the current transaction with `rpm-ostree cancel`
rpm-ostree status
#> State: busy
#> Transaction: …
rpm-ostree cancel
#> Cancelling transaction: …
#> Cancelled.
