/* The plain C user of the same kernel interface: sends frames as fast as it can and prints nanoseconds per frame.
 *
 * usage: peer tap|udp FRAME_BYTES FRAMES_PER_CALL SAMPLES SAMPLE_MS
 *
 * tap: one writev(2) per frame, a virtio-net header before it, into a tap that is up. udp: sendmmsg(2) to a socket that
 * nobody reads. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { FRAMES_LIMIT = 64, VIRTIO_HEADER_BYTES = 10 };

static struct mmsghdr messages[FRAMES_LIMIT];
static struct iovec pieces[FRAMES_LIMIT][2];
static char header[VIRTIO_HEADER_BYTES];
static char frames[FRAMES_LIMIT][2048];

static void check(int result, const char *call) {
    if (result >= 0) return;
    perror(call);
    exit(1);
}

static int open_tap(void) {
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
    strcpy(request.ifr_name, "dbbench0");
    int tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
    check(tap, "open");
    check(ioctl(tap, TUNSETIFF, &request), "TUNSETIFF");
    int any = socket(AF_INET, SOCK_DGRAM, 0);
    check(any, "socket");
    request.ifr_flags = IFF_UP;
    check(ioctl(any, SIOCSIFFLAGS, &request), "SIOCSIFFLAGS");
    return tap;
}

static int open_udp(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int reader = socket(AF_INET, SOCK_DGRAM, 0), writer = socket(AF_INET, SOCK_DGRAM, 0);
    check(bind(reader, (struct sockaddr *) &address, sizeof address), "bind");
    check(getsockname(reader, (struct sockaddr *) &address, &length), "getsockname");
    check(connect(writer, (struct sockaddr *) &address, sizeof address), "connect");
    return writer;
}

static long now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000L + now.tv_nsec;
}

int main(int argc, char **argv) {
    if (argc != 6) return 2;
    int tap = !strcmp(argv[1], "tap");
    size_t frame_bytes = strtoul(argv[2], NULL, 10);
    unsigned per_call = strtoul(argv[3], NULL, 10);
    int samples = atoi(argv[4]);
    long sample_ns = atol(argv[5]) * 1000000L;
    int fd = tap ? open_tap() : open_udp();
    for (int i = 0; i < FRAMES_LIMIT; i++) {
        memset(frames[i], 0xFF, 12);
        pieces[i][0] = (struct iovec){header, sizeof header};
        pieces[i][1] = (struct iovec){frames[i], frame_bytes};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &pieces[i][1], .msg_iovlen = 1};
    }
    for (int sample = -1; sample < samples; sample++) { /* the first is for warming up */
        long sent = 0, start = now_ns(), now;
        do {
            if (tap)
                for (unsigned i = 0; i < per_call; i++) check(writev(fd, pieces[i], 2), "writev");
            else
                for (unsigned i = 0; i < per_call;) {
                    int taken = sendmmsg(fd, messages + i, per_call - i, 0);
                    check(taken, "sendmmsg");
                    i += taken;
                }
            sent += per_call;
            now = now_ns();
        } while (now - start < sample_ns);
        if (sample >= 0) printf("%.1f\n", (double) (now - start) / sent);
    }
    return 0;
}
