/* The plain C user of AF_XDP: one socket on queue 0 of an interface, rings and program by the kernel's own interface.
 *
 * usage: afxdp IF transmit|receive|forward skb|native|none FRAME_BYTES BATCH CPU
 *
 * transmit: the same frame as fast as the kernel takes it; nothing is copied here. receive: gives every frame back at once.
 * forward: sends every frame back the way it came, in the same chunk. The program is attached in the named mode, or not
 * at all (none, for transmit). Spins on the given processor, as DPDK does. Prints "ready", then a line for every byte on
 * standard input: frames so far, runs of frames that were taken in one go, 0, and since a byte 't' asked for the clock
 * the nanoseconds spent in such runs and their frames, without runs in which another one had the processor; ends at the
 * end of input. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { CHUNKS = 4096, CHUNK_BYTES = 2048, ENTRIES = 2048, LONG_RUN_NS = 100000 };

struct ring {
    uint32_t *producer, *consumer, *flags;
    void *entries;
    uint32_t made, used; /* our copies of the two indexes; the kernel's one of them may be older than it is */
};

static struct ring fill, completion, receive_ring, transmit_ring;
static char *umem;
static uint64_t idle[CHUNKS]; /* chunks that nobody has */
static uint32_t idle_count;
static int fd, batch;
static volatile unsigned long frames, runs, busy_ns, busy_frames;
static volatile int timed;

static long check(long result, const char *call) {
    if (result < 0) {
        perror(call);
        exit(1);
    }
    return result;
}

static void map_ring(struct ring *ring, int option, uint64_t page, const struct xdp_ring_offset *at, size_t entry_bytes) {
    int entries = ENTRIES;
    check(setsockopt(fd, SOL_XDP, option, &entries, sizeof entries), "setsockopt of a ring");
    char *map = mmap(NULL, at->desc + ENTRIES * entry_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, page);
    if (map == MAP_FAILED) check(-1, "mmap of a ring");
    ring->producer = (uint32_t *) (map + at->producer);
    ring->consumer = (uint32_t *) (map + at->consumer);
    ring->flags = (uint32_t *) (map + at->flags);
    ring->entries = map + at->desc;
}

/* The offsets are known once a ring was made; asking before gives them as well. */
static void open_rings(void) {
    struct xdp_mmap_offsets at;
    socklen_t length = sizeof at;
    umem = mmap(NULL, (size_t) CHUNKS * CHUNK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (umem == MAP_FAILED) check(-1, "mmap");
    struct xdp_umem_reg memory = {.addr = (uintptr_t) umem, .len = (uint64_t) CHUNKS * CHUNK_BYTES, .chunk_size = CHUNK_BYTES};
    check(setsockopt(fd, SOL_XDP, XDP_UMEM_REG, &memory, sizeof memory), "XDP_UMEM_REG");
    check(getsockopt(fd, SOL_XDP, XDP_MMAP_OFFSETS, &at, &length), "XDP_MMAP_OFFSETS");
    map_ring(&fill, XDP_UMEM_FILL_RING, XDP_UMEM_PGOFF_FILL_RING, &at.fr, sizeof(uint64_t));
    map_ring(&completion, XDP_UMEM_COMPLETION_RING, XDP_UMEM_PGOFF_COMPLETION_RING, &at.cr, sizeof(uint64_t));
    map_ring(&receive_ring, XDP_RX_RING, XDP_PGOFF_RX_RING, &at.rx, sizeof(struct xdp_desc));
    map_ring(&transmit_ring, XDP_TX_RING, XDP_PGOFF_TX_RING, &at.tx, sizeof(struct xdp_desc));
}

static long bpf(int command, union bpf_attr *attributes) {
    return syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

/* "Give the frame to the socket of its queue, else to the stack", linked until this process ends. */
static void attach(int ifindex, unsigned flags) {
    union bpf_attr a = {.map_type = BPF_MAP_TYPE_XSKMAP, .key_size = 4, .value_size = 4, .max_entries = 1};
    int map = check(bpf(BPF_MAP_CREATE, &a), "BPF_MAP_CREATE"), queue = 0;
    struct bpf_insn code[] = {
        {.code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = 2, .src_reg = 1, .off = 16}, /* rx_queue_index */
        {.code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_FD, .imm = map},
        {0},
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3, .imm = XDP_PASS},
        {.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect_map},
        {.code = BPF_JMP | BPF_EXIT},
    };
    memset(&a, 0, sizeof a);
    a.prog_type = BPF_PROG_TYPE_XDP;
    a.insns = (uintptr_t) code;
    a.insn_cnt = sizeof code / sizeof *code;
    a.license = (uintptr_t) "Apache-2.0";
    int program = check(bpf(BPF_PROG_LOAD, &a), "BPF_PROG_LOAD");
    memset(&a, 0, sizeof a);
    a.map_fd = map;
    a.key = (uintptr_t) &queue;
    a.value = (uintptr_t) &fd;
    check(bpf(BPF_MAP_UPDATE_ELEM, &a), "BPF_MAP_UPDATE_ELEM");
    memset(&a, 0, sizeof a);
    a.link_create.prog_fd = program;
    a.link_create.target_ifindex = ifindex;
    a.link_create.attach_type = BPF_XDP;
    a.link_create.flags = flags;
    check(bpf(BPF_LINK_CREATE, &a), "BPF_LINK_CREATE");
}

/* Entries that can be made, or read; the kernel's index is looked at only when it must be. */
static uint32_t room(struct ring *ring, uint32_t wanted) {
    if (ENTRIES - (ring->made - ring->used) < wanted) ring->used = __atomic_load_n(ring->consumer, __ATOMIC_ACQUIRE);
    return ENTRIES - (ring->made - ring->used);
}

static uint32_t waiting(struct ring *ring, uint32_t wanted) {
    if (ring->made - ring->used < wanted) ring->made = __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);
    uint32_t count = ring->made - ring->used;
    return count < wanted ? count : wanted;
}

static void give(struct ring *ring) {
    __atomic_store_n(ring->producer, ring->made, __ATOMIC_RELEASE);
}

static void take(struct ring *ring) {
    __atomic_store_n(ring->consumer, ring->used, __ATOMIC_RELEASE);
}

static int wants_wakeup(struct ring *ring) {
    return __atomic_load_n(ring->flags, __ATOMIC_RELAXED) & XDP_RING_NEED_WAKEUP;
}

static void kick(void) {
    if (!wants_wakeup(&transmit_ring)) return;
    if (sendto(fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 && errno != EAGAIN && errno != EBUSY && errno != ENOBUFS)
        check(-1, "sendto");
}

static void collect_sent(void) {
    uint32_t count = waiting(&completion, ENTRIES);
    uint64_t *done = completion.entries;
    for (uint32_t i = 0; i < count; i++) idle[idle_count++] = done[completion.used++ % ENTRIES];
    if (count) take(&completion);
}

static void refill(void) {
    uint64_t *entries = fill.entries;
    uint32_t count = room(&fill, batch);
    if (count > idle_count) count = idle_count;
    for (uint32_t i = 0; i < count; i++) entries[fill.made++ % ENTRIES] = idle[--idle_count];
    if (count) give(&fill);
    if (wants_wakeup(&fill)) recvfrom(fd, NULL, 0, MSG_DONTWAIT, NULL, NULL);
}

static uint32_t transmit(uint32_t frame_bytes) {
    struct xdp_desc *entries = transmit_ring.entries;
    collect_sent();
    uint32_t count = room(&transmit_ring, batch);
    if (count > (uint32_t) batch) count = batch;
    if (count > idle_count) count = idle_count;
    for (uint32_t i = 0; i < count; i++)
        entries[transmit_ring.made++ % ENTRIES] = (struct xdp_desc){.addr = idle[--idle_count], .len = frame_bytes};
    if (count) give(&transmit_ring);
    kick(); /* also without new ones: the last call may have left some */
    return count;
}

static uint32_t receive(void) {
    struct xdp_desc *arrived = receive_ring.entries;
    uint32_t count = waiting(&receive_ring, batch);
    for (uint32_t i = 0; i < count; i++)
        idle[idle_count++] = arrived[receive_ring.used++ % ENTRIES].addr & ~(uint64_t) (CHUNK_BYTES - 1);
    if (count) take(&receive_ring);
    refill();
    return count;
}

static uint32_t forward(void) {
    struct xdp_desc *arrived = receive_ring.entries, *entries = transmit_ring.entries;
    collect_sent();
    uint32_t count = waiting(&receive_ring, batch), space = room(&transmit_ring, batch);
    if (count > space) count = space;
    for (uint32_t i = 0; i < count; i++) entries[transmit_ring.made++ % ENTRIES] = arrived[receive_ring.used++ % ENTRIES];
    if (count) {
        take(&receive_ring);
        give(&transmit_ring);
    }
    if (*transmit_ring.consumer != transmit_ring.made) kick();
    refill();
    return count;
}

/* What DPDK's transmit-only mode sends: UDP to a station that is not there. */
static void make_frame(uint8_t *at, int frame_bytes) {
    static const uint8_t head[] = {0x02, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0x01, 0x08, 0x00, 0x45, 0, 0, 0, 0, 0, 0, 0,
                                   64, 17, 0, 0, 198, 18, 0, 1, 198, 18, 0, 2, 0, 9, 0, 9, 0, 0, 0, 0};
    memcpy(at, head, sizeof head);
    at[17] = frame_bytes - 14;
    at[39] = frame_bytes - 34;
    uint32_t sum = 0;
    for (int i = 14; i < 34; i += 2) sum += at[i] << 8 | at[i + 1];
    sum = (sum & 0xFFFF) + (sum >> 16);
    at[24] = ~sum >> 8;
    at[25] = ~sum;
}

static long now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000L + now.tv_nsec;
}

static void *answer(void *nothing) {
    char asked;
    while (read(0, &asked, 1) == 1) {
        if (asked == 't') timed = 1;
        printf("%lu %lu 0 %lu %lu\n", frames, runs, busy_ns, busy_frames);
        fflush(stdout);
    }
    exit(0);
    return nothing;
}

int main(int argc, char **argv) {
    if (argc != 7) return 2;
    int ifindex = if_nametoindex(argv[1]), frame_bytes = atoi(argv[4]);
    if (!ifindex) check(-1, argv[1]);
    batch = atoi(argv[5]);
    struct rlimit any = {RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_MEMLOCK, &any);
    fd = check(socket(AF_XDP, SOCK_RAW, 0), "socket");
    open_rings();
    for (int i = 0; i < CHUNKS; i++) {
        make_frame((uint8_t *) umem + i * CHUNK_BYTES, frame_bytes);
        idle[idle_count++] = (uint64_t) i * CHUNK_BYTES;
    }
    struct sockaddr_xdp to = {.sxdp_family = AF_XDP, .sxdp_ifindex = ifindex, .sxdp_flags = XDP_USE_NEED_WAKEUP};
    if (strcmp(argv[3], "none")) attach(ifindex, strcmp(argv[3], "skb") ? XDP_FLAGS_DRV_MODE : XDP_FLAGS_SKB_MODE);
    check(bind(fd, (struct sockaddr *) &to, sizeof to), "bind");
    pthread_t thread;
    pthread_create(&thread, NULL, answer, NULL);
    cpu_set_t processor;
    CPU_ZERO(&processor);
    CPU_SET(atoi(argv[6]), &processor);
    sched_setaffinity(0, sizeof processor, &processor); /* this thread only */
    int work = argv[2][0];
    if (work != 't')
        while (fill.made < ENTRIES && idle_count) refill();
    puts("ready");
    fflush(stdout);
    for (;;) {
        long start_ns = timed ? now_ns() : 0;
        uint32_t count = work == 't' ? transmit(frame_bytes) : work == 'r' ? receive() : forward();
        if (!count) continue;
        long ns = start_ns ? now_ns() - start_ns : LONG_RUN_NS;
        if (ns < LONG_RUN_NS) busy_ns += ns, busy_frames += count;
        frames += count;
        runs++;
    }
}
