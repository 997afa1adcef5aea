/* DPDK's af_xdp driver has no word for the mode of its program and takes the native one; before it (LD_PRELOAD), this has
 * libxdp attach in skb mode instead. libbpf is a plugin's library there, so it is asked for by name. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <linux/if_link.h>
#include <stddef.h>

int bpf_xdp_attach(int ifindex, int program, unsigned flags, const void *options) {
    void *libbpf = dlopen("libbpf.so.1", RTLD_LAZY | RTLD_NOLOAD);
    if (!libbpf) return -1;
    int (*attach)(int, int, unsigned, const void *);
    *(void **) &attach = dlsym(libbpf, "bpf_xdp_attach");
    return attach(ifindex, program, (flags & ~XDP_FLAGS_DRV_MODE) | XDP_FLAGS_SKB_MODE, options);
}
