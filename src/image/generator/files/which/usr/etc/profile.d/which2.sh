# Nothing: aliases and functions are not told to which(1).
