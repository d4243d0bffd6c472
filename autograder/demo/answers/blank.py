# Earns 0 of 29: handed in untouched; every check says "Not started" and none shows a NameError.
