/* Debian's libsquashfuse.a refers to liblzo2, which is GPL; our images are zstd. This stands in its place and refuses. */
int lzo1x_decompress_safe(const unsigned char *from, unsigned long size, unsigned char *to, unsigned long *to_size, void *memory);

int lzo1x_decompress_safe(const unsigned char *from, unsigned long size, unsigned char *to, unsigned long *to_size, void *memory) {
    (void)from, (void)size, (void)to, (void)to_size, (void)memory;
    return -1;
}
