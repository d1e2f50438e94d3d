// Nothing: what is demanded of this subproject as a library is in the system's shared one.
