# Earns nothing: handed in untouched; every check says "Not started" and none shows a NameError.
