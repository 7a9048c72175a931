"""How do files that are no shell scripts look after an edit? Pure: bytes in, bytes out; what is not meant stays byte for byte."""
