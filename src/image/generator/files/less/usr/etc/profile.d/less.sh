# less needs no preprocessor here.
