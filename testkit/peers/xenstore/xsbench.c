/* xsbench: figures of libxenstore. usage: xsbench WHAT N [PROCESSES]; the server is found as libxenstore finds it
 * (XENSTORED_PATH, XENSTORED_RUNDIR). setup.sh builds it. Without arguments it says "ready", reads such lines from
 * standard input and answers each with a line, until the end of the input.
 *   read write ls mkrm rmw connect   N of these, one after the other
 *   readthr                          as read, with libxenstore's reader thread running
 *   pipe                             N reads over a raw socket, 32 in flight
 *   pipewrite                        N writes the same way
 *   watch                            N times: write on one handle until the event arrives at another
 *   load                             N nodes in directories of 100
 *   hold                             N unrelated watches, held from then on
 *   idle                             N connections that do nothing, open from then on
 *   flatdir                          N children in one directory: made, listed, removed
 *   bigtx                            one transaction that writes N new nodes
 *   contend                          PROCESSES processes, each N increments of one counter
 *   fan                              N reads in all by 16 processes that stay
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <xenstore.h>

#define KEY "/bench/k"
#define VALUE "0123456789abcdef"
#define IN_FLIGHT 32
#define FAN 16

static struct xs_handle *h;
static const char *what;
static long n;
static int processes;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void die(const char *message) { perror(message); exit(1); }

static struct xs_handle *opened(void)
{
    struct xs_handle *handle = xs_open(0);
    if (!handle) die("open");
    return handle;
}

static void write_node(xs_transaction_t t, const char *path, const char *value)
{
    if (!xs_write(h, t, path, value, strlen(value))) die("write");
}

static void rate(double start, long done) { printf("%s %.0f ops/s\n", what, done / (now() - start)); }

/* ---- one after the other ---- */

static void connects(void)
{
    unsigned len;
    double start = now();
    for (long i = 0; i < n; i++) {
        h = opened();
        free(xs_read(h, 0, "/", &len));
        xs_close(h);
    }
    rate(start, n);
}

static void reads(void)
{
    unsigned len;
    double start = now();
    for (long i = 0; i < n; i++) {
        void *value = xs_read(h, 0, KEY, &len);
        if (!value) die("read");
        free(value);
    }
    rate(start, n);
}

static void reads_with_thread(void)
{
    if (!xs_watch(h, "/nobody", "t")) die("watch");
    reads();
}

static void writes(void)
{
    double start = now();
    for (long i = 0; i < n; i++) write_node(0, KEY, VALUE);
    rate(start, n);
}

static void lists(void)
{
    unsigned count;
    double start = now();
    for (long i = 0; i < n; i++) {
        char **names = xs_directory(h, 0, "/bench", &count);
        if (!names) die("ls");
        free(names);
    }
    rate(start, n);
}

static void makes_and_removes(void)
{
    double start = now();
    for (long i = 0; i < n; i++)
        if (!xs_mkdir(h, 0, "/bench/m") || !xs_rm(h, 0, "/bench/m")) die("mkrm");
    rate(start, n);
}

static void read_modify_writes(void)
{
    double start = now();
    for (long i = 0; i < n; i++) {
        for (;;) {
            unsigned len;
            xs_transaction_t t = xs_transaction_start(h);
            void *value = xs_read(h, t, KEY, &len);
            if (!value || !xs_write(h, t, KEY, value, len)) die("rmw");
            free(value);
            if (xs_transaction_end(h, t, 0)) break;
            if (errno != EAGAIN) die("end");
        }
    }
    rate(start, n);
}

/* ---- many in flight, without libxenstore, which has one at a time ---- */

static int connected(void)
{
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    strncpy(a.sun_path, xs_daemon_socket(), sizeof a.sun_path - 1);
    if (s < 0 || connect(s, (void *)&a, sizeof a)) die("connect");
    return s;
}

static void in_flight(uint32_t type, const char *payload, size_t length, long reply_length)
{
    static int s = -1;
    char batch[IN_FLIGHT * 64], buffer[65536];
    uint32_t header[4] = { type, 1, 0, length };
    size_t request = sizeof header + length;
    if (s < 0) s = connected();
    for (int i = 0; i < IN_FLIGHT; i++) {
        memcpy(batch + request * i, header, sizeof header);
        memcpy(batch + request * i + sizeof header, payload, length);
    }
    double start = now();
    long rounds = (n + IN_FLIGHT - 1) / IN_FLIGHT;
    long bytes = rounds * IN_FLIGHT * reply_length, got = 0, sent = 0;
    while (got < bytes) {
        if (sent <= got) {
            if (write(s, batch, request * IN_FLIGHT) != (ssize_t)(request * IN_FLIGHT)) die("write");
            sent += IN_FLIGHT * reply_length;
        }
        ssize_t more = read(s, buffer, sizeof buffer);
        if (more <= 0) die("read");
        got += more;
    }
    rate(start, rounds * IN_FLIGHT);
}

static void piped_reads(void) { in_flight(2, KEY, sizeof KEY, 16 + strlen(VALUE)); }
static void piped_writes(void) { in_flight(11, KEY "\0" VALUE, sizeof KEY + strlen(VALUE), 16 + 3); }

/* ---- watches ---- */

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void watch_latency(void)
{
    static struct xs_handle *watcher;
    double *micros = malloc(n * sizeof *micros);
    unsigned count;
    if (!watcher) {
        watcher = opened();
        if (!xs_watch(watcher, KEY, "tok")) die("watch");
        free(xs_read_watch(watcher, &count));
    }
    for (long i = 0; i < n; i++) {
        double start = now();
        write_node(0, KEY, "x");
        free(xs_read_watch(watcher, &count));
        micros[i] = (now() - start) * 1e6;
    }
    qsort(micros, n, sizeof *micros, ascending);
    printf("%s p50 %.1f p99 %.1f max %.1f us\n", what, micros[n / 2], micros[n * 99 / 100], micros[n - 1]);
    free(micros);
}

static void unrelated_watches(void)
{
    char path[64];
    double start = now();
    struct xs_handle *watcher = opened();
    for (long i = 0; i < n; i++) {
        snprintf(path, sizeof path, "/w/%ld", i);
        if (!xs_watch(watcher, path, "t")) die("watch");
    }
    rate(start, n);
}

static void idle_connections(void)
{
    double start = now();
    for (long i = 0; i < n; i++) connected();
    rate(start, n);
}

/* ---- size ---- */

static void load(void)
{
    char path[64];
    double start = now();
    for (long i = 0; i < n; i++) {
        snprintf(path, sizeof path, "/load/d%05ld/n%02ld", i / 100, i % 100);
        write_node(0, path, VALUE);
    }
    rate(start, n);
}

static void flat_directory(void)
{
    char path[64];
    unsigned count = 0;
    double start = now();
    for (long i = 0; i < n; i++) {
        snprintf(path, sizeof path, "/flat/n%06ld", i);
        write_node(0, path, "x");
    }
    double made = now();
    char **names = xs_directory(h, 0, "/flat", &count);
    double listed = now();
    if (!xs_rm(h, 0, "/flat")) die("rm");
    double removed = now();
    printf("%s make %.0f ops/s list %u in %.2f ms rm %.2f ms\n", what, n / (made - start), names ? count : 0,
           1e3 * (listed - made), 1e3 * (removed - listed));
    free(names);
}

static void big_transaction(void)
{
    char path[64];
    double start = now();
    xs_transaction_t t = xs_transaction_start(h);
    for (long i = 0; i < n; i++) {
        snprintf(path, sizeof path, "/btx/d%03ld/n%03ld", i / 100, i % 100);
        write_node(t, path, "x");
    }
    double written = now();
    if (!xs_transaction_end(h, t, 0)) die("end");
    double committed = now();
    printf("%s %.0f ops/s commit %.2f ms, both %.0f ops/s\n", what, n / (written - start),
           1e3 * (committed - written), n / (committed - start));
    xs_rm(h, 0, "/btx");
}

/* ---- processes ---- */

static void increments(void)
{
    h = opened();
    for (long i = 0; i < n; i++) {
        for (;;) {
            unsigned len;
            char text[32];
            xs_transaction_t t = xs_transaction_start(h);
            char *value = xs_read(h, t, "/bench/ctr", &len);
            if (!value) die("read");
            snprintf(text, sizeof text, "%ld", atol(value) + 1);
            free(value);
            write_node(t, "/bench/ctr", text);
            if (xs_transaction_end(h, t, 0)) break;
            if (errno != EAGAIN) die("end");
        }
    }
}

static void in_processes(void (*work)(void))
{
    int status;
    for (int i = 0; i < processes; i++) {
        pid_t pid = fork();
        if (pid < 0) die("fork");
        if (!pid) { work(); _exit(0); }
    }
    while (wait(&status) > 0)
        if (status) exit(1);
}

static void contend(void)
{
    unsigned len;
    write_node(0, "/bench/ctr", "0");
    double start = now();
    in_processes(increments);
    double taken = now() - start;
    char *value = xs_read(h, 0, "/bench/ctr", &len);
    printf("%s %.0f ops/s final %s expected %ld\n", what, processes * n / taken, value, processes * n);
}

/* One of the processes of fan: reads as often as it is told, until its parent is gone. */
static void fan_child(int orders, int done)
{
    long count;
    unsigned len;
    h = opened();
    while (read(orders, &count, sizeof count) == sizeof count) {
        for (long i = 0; i < count; i++) free(xs_read(h, 0, KEY, &len));
        if (write(done, "", 1) != 1) break;
    }
    _exit(0);
}

static void fan(void)
{
    static int orders[FAN], done[2];
    long each = (n + FAN - 1) / FAN;
    char dones[FAN];
    for (int i = 0; !orders[FAN - 1] && i < FAN; i++) {
        int order[2];
        if ((!i && pipe2(done, O_CLOEXEC)) || pipe2(order, O_CLOEXEC)) die("pipe");
        pid_t pid = fork();
        if (pid < 0) die("fork");
        if (!pid) {
            for (int j = 0; j < i; j++) close(orders[j]);
            close(order[1]);
            fan_child(order[0], done[1]);
        }
        close(order[0]);
        orders[i] = order[1];
    }
    double start = now();
    for (int i = 0; i < FAN; i++)
        if (write(orders[i], &each, sizeof each) != sizeof each) die("order");
    for (long left = FAN; left > 0;) {
        ssize_t more = read(done[0], dones, left);
        if (more <= 0) die("fan");
        left -= more;
    }
    rate(start, each * FAN);
}

static const struct { const char *name; void (*run)(void); } all[] = {
    { "connect", connects }, { "read", reads }, { "readthr", reads_with_thread }, { "write", writes }, { "ls", lists },
    { "mkrm", makes_and_removes }, { "rmw", read_modify_writes }, { "pipe", piped_reads }, { "pipewrite", piped_writes },
    { "watch", watch_latency }, { "hold", unrelated_watches }, { "idle", idle_connections }, { "load", load }, { "flatdir", flat_directory },
    { "bigtx", big_transaction }, { "contend", contend }, { "fan", fan },
};

static int run(void)
{
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (strcmp(what, all[i].name)) continue;
        if (!h) {
            h = opened();
            write_node(0, KEY, VALUE);
        }
        all[i].run();
        fflush(stdout);
        return 0;
    }
    fprintf(stderr, "xsbench: no such thing: %s\n", what);
    return 2;
}

static int serve(void)
{
    char word[32];
    what = word;
    processes = 1;
    puts("ready");
    fflush(stdout);
    while (scanf("%31s %ld", word, &n) == 2)
        if (run()) return 2;
    return 0;
}

int main(int count, char **words)
{
    if (count == 1) return serve();
    if (count >= 3) {
        what = words[1];
        n = atol(words[2]);
        processes = count > 3 ? atoi(words[3]) : 1;
        return run();
    }
    fprintf(stderr, "usage: xsbench [WHAT N [PROCESSES]]\n");
    return 2;
}
