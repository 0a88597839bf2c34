// SPDX-License-Identifier: GPL-2.0-only
/*
 * A random history of one RDMA controller, and what could be seen of it.
 *
 *	history CGROUPS FILES SEED STEPS NAMESPACES FILE...
 *
 * CGROUPS is the directory of a cgroup to work below, FILES the directory in which the controller
 * shows that cgroup, and each FILE the name of a file there. NAMESPACES is how many network
 * namespaces are made for devices to move to, or 0 where devices cannot move; else the namespace of
 * the caller must have the name "history0". The transcript on standard output has a line for each
 * step, "N: what was done: its result", and below it each file of a cgroup that is now different
 * from what it was, byte for byte. Two controllers that behave alike give the same transcript for
 * the same seed: every choice follows from the seed and from what has been seen.
 *
 * Where the controller has rdma.types.current, which the kernel's has not, each line of it must be
 * what this program has counted itself: the objects of each kind and the bytes of registered memory
 * that have been made in the cgroup and in those below it. A line on standard error says how many
 * lines were compared; the first one that differs ends the transcript.
 *
 * The adapters rxe0 and rxe1 on port0 and port1 must exist; they are as they were at the end, and
 * the cgroups and the namespaces are gone.
 *
 * What the kernel finishes after the system call (the end of a process in its cgroup, a device with
 * its address table, the end of a namespace) is waited for, so that a step begins when the one
 * before it is over.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <infiniband/verbs.h>

#include "../guest/errname.h"
#include "random.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

enum { GROUPS = 10, DEPTH = 5, WORKERS = 5, CONTEXTS = 4, OBJECTS = 160, DEVICES = 2, FILES = 5 };
enum { SNAPSHOT = 4096, NAME = 32, PATH = 512, LEFT = 4096 };

/* Network namespaces are numbered, and named "history" and their number. All begins in HOME. */
enum { HOME, NAMESPACES_MAX = 4 };

/* What can be created. The last ones cannot: in the core, in the driver, after creation. */
enum kind { PD, MR, MW, CQ, QP, SRQ, AH, CHANNEL, BAD_MR, BAD_CQ, BAD_PD, KINDS };
static const char *const kind_names[KINDS] = {
	"pd", "mr", "mw", "cq", "qp", "srq", "ah", "channel", "bad mr", "bad cq", "bad pd",
};

/* The bytes that an MR registers, by the number of the object */
#define MR_LENGTH(id)	(sizeof(page) - 20 * (id))

enum op { OPEN, CLOSE, CREATE, DESTROY };

struct command {
	enum op		op;
	enum kind	kind;
	int		id;		/* of the context or the object */
	int		context;
	int		pd, cq;		/* objects that it needs, or -1 */
	int		namespace;	/* to open the device in */
	char		device[NAME];
};

struct group {
	bool		live;
	int		parent;
	char		path[PATH];	/* below CGROUPS */
	int		fd[FILES];
	char		text[FILES][SNAPSHOT];
	int		types_fd;	/* of rdma.types.current, or -1 */
};

struct worker {
	pid_t		pid;		/* 0: none */
	int		socket;
	int		group;
	int		device[CONTEXTS];	/* -1: not open */
	unsigned int	used;		/* bit per device that it has ever opened */
};

struct object {
	bool		live;
	int		worker;
	int		context;
	enum kind	kind;
	int		device;
	int		group;		/* where it was made; if that is gone, the nearest above */
	unsigned int	bytes;		/* that it registers */
};

struct device {
	char		name[NAME];
	bool		present;
	int		namespace;
};

static const char *cgroups, *files_root;
static char **files;
static int nr_files;
static struct group groups[GROUPS];
static struct worker workers[WORKERS];
static struct object objects[OBJECTS];
/* Those of contexts that were closed and live on with them, see close_context() */
static struct object left[LEFT];
static int nr_left;
static unsigned long lines_counted;
static struct device devices[DEVICES] = { { "rxe0", true, HOME }, { "rxe1", true, HOME } };
static bool devices_reordered;		/* since one was deleted */
static int nr_namespaces;		/* with HOME */
static bool namespace_exists[NAMESPACES_MAX];

static void die(const char *what)
{
	printf("history: %s: %s\n", what, strerror(errno));
	fflush(stdout);
	_exit(2);
}

/* Move the calling process to a network namespace. */
static void enter(int namespace)
{
	char path[PATH];
	int fd;

	if (nr_namespaces == 1)
		return;
	snprintf(path, sizeof(path), "/run/netns/history%d", namespace);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die(path);
	close(fd);
}

/* --- The worker: carries out requests, and answers each with an error number. */

static struct ibv_context *contexts[CONTEXTS];
static void *made[OBJECTS];
static char page[4096] __attribute__((aligned(4096)));

/* In the namespace of the device, but no longer than that: a process in it keeps it alive. */
static int work_open(const struct command *c)
{
	struct ibv_device **list;
	int error = ENODEV;

	enter(c->namespace);
	list = ibv_get_device_list(NULL);
	for (int i = 0; list && list[i]; i++) {
		if (strcmp(ibv_get_device_name(list[i]), c->device))
			continue;
		errno = 0;
		contexts[c->id] = ibv_open_device(list[i]);
		error = contexts[c->id] ? 0 : errno ?: EIO;
	}
	if (list)
		ibv_free_device_list(list);
	enter(HOME);
	return error;
}

static struct ibv_qp *create_qp(const struct command *c)
{
	struct ibv_qp_init_attr attr = {
		.qp_type = IBV_QPT_RC, .send_cq = made[c->cq], .recv_cq = made[c->cq],
		.cap = { .max_send_wr = 4, .max_recv_wr = 4, .max_send_sge = 1,
			 .max_recv_sge = 1 },
	};

	return ibv_create_qp(made[c->pd], &attr);
}

static struct ibv_srq *create_srq(const struct command *c)
{
	struct ibv_srq_init_attr attr = { .attr = { .max_wr = 4, .max_sge = 1 } };

	return ibv_create_srq(made[c->pd], &attr);
}

static struct ibv_ah *create_ah(const struct command *c)
{
	struct ibv_ah_attr attr = { .port_num = 1, .is_global = 1, .grh = { .hop_limit = 1 } };

	if (ibv_query_gid(contexts[c->context], 1, 0, &attr.grh.dgid))
		return NULL;
	return ibv_create_ah(made[c->pd], &attr);
}

/* The answer cannot be copied to where it is wanted, which is found when the object exists. */
static void *create_bad_pd(const struct command *c, void *nowhere)
{
	struct {
		uint32_t command;
		uint16_t in_words, out_words;
		uint64_t response;
	} alloc_pd = { 3, sizeof(alloc_pd) / 4, 1, (uintptr_t)nowhere };

	return write(contexts[c->context]->cmd_fd, &alloc_pd, sizeof(alloc_pd)) > 0 ? page : NULL;
}

static int work_create(const struct command *c)
{
	struct ibv_context *context = contexts[c->context];
	void *object = NULL, *nowhere;

	nowhere = mmap(NULL, 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(nowhere, 65536);
	errno = 0;
	switch (c->kind) {
	case PD: object = ibv_alloc_pd(context); break;
	case MR:
		object = ibv_reg_mr(made[c->pd], page, MR_LENGTH(c->id),
				    IBV_ACCESS_LOCAL_WRITE);
		break;
	case MW: object = ibv_alloc_mw(made[c->pd], IBV_MW_TYPE_1); break;
	case CQ: object = ibv_create_cq(context, 4, NULL, NULL, 0); break;
	case QP: object = create_qp(c); break;
	case SRQ: object = create_srq(c); break;
	case AH: object = create_ah(c); break;
	case CHANNEL: object = ibv_create_comp_channel(context); break;
	case BAD_MR:
		object = ibv_reg_mr(made[c->pd], nowhere, 4096, IBV_ACCESS_LOCAL_WRITE);
		break;
	case BAD_CQ: object = ibv_create_cq(context, 0x7ffffff, NULL, NULL, 0); break;
	case BAD_PD: object = create_bad_pd(c, nowhere); break;
	case KINDS: break;
	}
	made[c->id] = object;
	return object ? 0 : errno ?: EIO;
}

static int work_destroy(const struct command *c)
{
	void *object = made[c->id];

	switch (c->kind) {
	case PD: return ibv_dealloc_pd(object);
	case MR: return ibv_dereg_mr(object);
	case MW: return ibv_dealloc_mw(object);
	case CQ: return ibv_destroy_cq(object);
	case QP: return ibv_destroy_qp(object);
	case SRQ: return ibv_destroy_srq(object);
	case AH: return ibv_destroy_ah(object);
	case CHANNEL: return ibv_destroy_comp_channel(object);
	default: return EINVAL;
	}
}

static void work(int s)
{
	struct command c;
	int error;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Close the inherited sockets of other workers: open copies would keep them running. */
	dup2(s, STDIN_FILENO);
	close_range(STDERR_FILENO + 1, ~0U, 0);
	while (read(STDIN_FILENO, &c, sizeof(c)) == sizeof(c)) {
		switch (c.op) {
		case OPEN: error = work_open(&c); break;
		case CLOSE: error = ibv_close_device(contexts[c.id]); break;
		case CREATE: error = work_create(&c); break;
		default: error = work_destroy(&c); break;
		}
		if (write(STDIN_FILENO, &error, sizeof(error)) != sizeof(error))
			break;
	}
	_exit(0);
}

/* --- What there is to choose from. */

/* One of the numbers below @n for which @fits holds, or -1. */
static int choose(int n, bool (*fits)(int i, int with), int with)
{
	int fitting = 0, chosen;

	for (int i = 0; i < n; i++)
		fitting += fits(i, with);
	if (!fitting)
		return -1;
	chosen = below(fitting);
	for (int i = 0; i < n; i++)
		if (fits(i, with) && !chosen--)
			return i;
	return -1;
}

static bool group_live(int g, int with)
{
	return groups[g].live;
}

static bool group_other(int g, int with)
{
	return groups[g].live && g != with;
}

static bool worker_live(int w, int with)
{
	return workers[w].pid;
}

static bool worker_free(int w, int with)
{
	return !workers[w].pid;
}

static bool device_present(int d, int with)
{
	return devices[d].present;
}

static bool context_open(int i, int with)
{
	return workers[i / CONTEXTS].pid && workers[i / CONTEXTS].device[i % CONTEXTS] >= 0;
}

static bool object_live(int o, int with)
{
	return objects[o].live;
}

/* --- Steps. Each prints its action and the result. */

static const char *result(int error)
{
	return error < 0 ? errname(errno) : errname(0);
}

static char *path_of(int group, const char *root, const char *file)
{
	static char path[2 * PATH];

	snprintf(path, sizeof(path), "%s%s%s%s", root, groups[group].path, file ? "/" : "",
		 file ?: "");
	return path;
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY), ret;

	if (fd < 0)
		return -1;
	ret = write(fd, text, strlen(text));
	close(fd);
	return ret;
}

static void watch(int group)
{
	groups[group].live = true;
	for (int f = 0; f < nr_files; f++) {
		groups[group].text[f][0] = 0;
		groups[group].fd[f] = open(path_of(group, files_root, files[f]),
					  O_RDONLY | O_CLOEXEC);
		if (groups[group].fd[f] < 0)
			die(path_of(group, files_root, files[f]));
	}
	groups[group].types_fd = open(path_of(group, files_root, "rdma.types.current"),
				      O_RDONLY | O_CLOEXEC);
}

/* What was made in a cgroup that is gone counts above it as before. */
static void inherit(struct object *of, int number, int group)
{
	for (int o = 0; o < number; o++)
		if (of[o].group == group)
			of[o].group = groups[group].parent;
}

static void unwatch(int group)
{
	groups[group].live = false;
	inherit(objects, OBJECTS, group);
	inherit(left, nr_left, group);
	if (groups[group].types_fd >= 0)
		close(groups[group].types_fd);
	for (int f = 0; f < nr_files; f++)
		close(groups[group].fd[f]);
}

static void step_mkdir(void)
{
	int parent = choose(GROUPS, group_live, 0), g = 1, error;
	const char *slash = groups[parent].path;
	int depth = 0;

	while ((slash = strchr(slash, '/'))) {
		slash++;
		depth++;
	}
	while (g < GROUPS && groups[g].live)
		g++;
	if (g == GROUPS || depth == DEPTH) {
		printf("no mkdir\n");
		return;
	}
	groups[g].parent = parent;
	strcpy(groups[g].path, groups[parent].path);
	sprintf(groups[g].path + strlen(groups[g].path), "/%c", 'a' + below(4));
	error = mkdir(path_of(g, cgroups, NULL), 0755);
	printf("mkdir %s: %s\n", groups[g].path, result(error));
	if (!error)
		watch(g);
}

static void move(int w, int g)
{
	char pid[16];
	int error;

	snprintf(pid, sizeof(pid), "%d", workers[w].pid);
	error = write_file(path_of(g, cgroups, "cgroup.procs"), pid);
	printf("move worker %d to '%s': %s\n", w, groups[g].path, result(error));
	if (error >= 0)
		workers[w].group = g;
}

static void remove_group(int g)
{
	bool used = false;
	int error;

	for (int other = 0; other < GROUPS; other++)
		used |= groups[other].live && groups[other].parent == g && other;
	for (int w = 0; w < WORKERS; w++)
		used |= workers[w].pid && workers[w].group == g;
	/* A process that has been waited for may be in its cgroup for a little longer. */
	for (int tries = 0; tries < 5000; tries++) {
		error = rmdir(path_of(g, cgroups, NULL));
		if (!error || used)
			break;
		usleep(1000);
	}
	printf("rmdir %s: %s\n", groups[g].path, result(error));
	if (!error)
		unwatch(g);
}

static void step_rmdir(void)
{
	int g = choose(GROUPS, group_other, 0);
	bool empty = g > 0 && below(4);

	if (g < 0) {
		printf("no rmdir\n");
		return;
	}
	for (int w = 0; w < WORKERS && empty; w++)
		if (workers[w].pid && workers[w].group == g)
			move(w, choose(GROUPS, group_other, g));
	remove_group(g);
}

static void step_spawn(void)
{
	int w = choose(WORKERS, worker_free, 0), g = choose(GROUPS, group_live, 0), s[2];

	if (w < 0) {
		printf("no more workers\n");
		return;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s))
		die("socketpair");
	fflush(stdout);
	workers[w].pid = fork();
	if (workers[w].pid < 0)
		die("fork");
	if (!workers[w].pid)
		work(s[1]);
	close(s[1]);
	workers[w].socket = s[0];
	workers[w].used = 0;
	for (int i = 0; i < CONTEXTS; i++)
		workers[w].device[i] = -1;
	printf("new ");
	move(w, g);
}

static void forget_objects(int w, int context)
{
	for (int o = 0; o < OBJECTS; o++)
		if (objects[o].worker == w && (context < 0 || objects[o].context == context))
			objects[o].live = false;
}

/* What lived on of a worker or on a device, -1 for any, has gone. */
static void forget_left(int worker, int device)
{
	int kept = 0;

	for (int o = 0; o < nr_left; o++)
		if ((worker >= 0 && left[o].worker != worker) ||
		    (device >= 0 && left[o].device != device))
			left[kept++] = left[o];
	nr_left = kept;
}

/* Everything of a worker, or of one of its contexts, has gone. */
static void forget(int w, int context)
{
	forget_objects(w, context);
	for (int i = 0; i < CONTEXTS; i++)
		if (context < 0 || i == context)
			workers[w].device[i] = -1;
}

static void end_worker(int w, bool by_force)
{
	if (by_force)
		kill(workers[w].pid, SIGKILL);
	close(workers[w].socket);
	waitpid(workers[w].pid, NULL, 0);
	printf("worker %d %s\n", w, by_force ? "killed" : "ended");
	workers[w].pid = 0;
	forget(w, -1);
	forget_left(w, -1);
}

static void step_end(void)
{
	int w = choose(WORKERS, worker_live, 0);

	if (w < 0)
		printf("no worker to end\n");
	else
		end_worker(w, below(2));
}

static void step_move(void)
{
	int w = choose(WORKERS, worker_live, 0);

	if (w < 0)
		printf("no worker to move\n");
	else
		move(w, choose(GROUPS, group_live, 0));
}

static int ask(int w, const struct command *c)
{
	int error;

	if (write(workers[w].socket, c, sizeof(*c)) != sizeof(*c) ||
	    read(workers[w].socket, &error, sizeof(error)) != sizeof(error))
		die("worker");
	return error;
}

static void step_open(void)
{
	int w = choose(WORKERS, worker_live, 0), d = choose(DEVICES, device_present, 0);
	struct command c = { .op = OPEN };
	int error;

	if (w < 0) {
		step_spawn();
		return;
	}
	while (c.id < CONTEXTS && workers[w].device[c.id] >= 0)
		c.id++;
	if (d < 0 || c.id == CONTEXTS) {
		printf("no open\n");
		return;
	}
	strcpy(c.device, devices[d].name);
	c.namespace = devices[d].namespace;
	workers[w].used |= 1U << d;
	error = ask(w, &c);
	printf("worker %d opens %s in namespace %d as %d: %s\n", w, c.device, c.namespace, c.id,
	       errname(error));
	if (!error)
		workers[w].device[c.id] = d;
}

static bool belongs(const struct object *object, int w, int context)
{
	return object->live && object->worker == w && object->context == context;
}

/* With objects that have a mapping, the kernel keeps it until the end of the process. */
static void close_context(int w, int context)
{
	struct command c = { .op = CLOSE, .id = context };
	bool kept = false;

	for (int o = 0; o < OBJECTS; o++)
		if (belongs(&objects[o], w, context))
			kept |= objects[o].kind == CQ || objects[o].kind == QP ||
				objects[o].kind == SRQ;
	for (int o = 0; o < OBJECTS && kept; o++) {
		if (!belongs(&objects[o], w, context))
			continue;
		if (nr_left == LEFT)
			die("too many objects left");
		left[nr_left++] = objects[o];
	}
	printf("worker %d closes %d: %s\n", w, context, errname(ask(w, &c)));
	forget(w, context);
}

static void step_close(void)
{
	int i = choose(WORKERS * CONTEXTS, context_open, 0);

	if (i < 0)
		printf("no close\n");
	else
		close_context(i / CONTEXTS, i % CONTEXTS);
}

/* A live object of a context, the youngest, or -1 */
static int part(int w, int context, enum kind kind)
{
	for (int o = OBJECTS - 1; o >= 0; o--)
		if (objects[o].live && objects[o].worker == w && objects[o].kind == kind &&
		    objects[o].context == context)
			return o;
	return -1;
}

/* Create up to @n objects of a kind, until one is refused */
static void create(int n)
{
	int i = choose(WORKERS * CONTEXTS, context_open, 0), w = i / CONTEXTS, context, id, error;
	enum kind kind = below(KINDS);
	struct command c;

	if (i < 0) {
		step_open();
		return;
	}
	context = i % CONTEXTS;
	c = (struct command){ .op = CREATE, .kind = kind, .context = context,
			      .pd = part(w, context, PD), .cq = part(w, context, CQ) };
	if (c.pd < 0 && kind != CQ && kind != CHANNEL && kind != BAD_CQ && kind != BAD_PD)
		c.kind = PD;
	else if (c.cq < 0 && kind == QP)
		c.kind = CQ;
	printf("worker %d creates %d %s in %d:", w, n, kind_names[c.kind], context);
	for (error = 0, id = 0; !error && id < OBJECTS; id++) {
		if (objects[id].live)
			continue;
		if (!n--)
			break;
		c.id = id;
		error = ask(w, &c);
		printf(" %d %s", id, errname(error));
		if (!error)
			objects[id] = (struct object){ true, w, context, c.kind,
				workers[w].device[context], workers[w].group,
				c.kind == MR ? MR_LENGTH(id) : 0 };
	}
	printf("\n");
}

static void step_create(void)
{
	create(1);
}

static void step_fill(void)
{
	create(2 + below(12));
}

/* Children first or not: the kernel refuses what is in use. */
static void destroy(int n)
{
	int o = choose(OBJECTS, object_live, 0), error;
	struct command c = { .op = DESTROY };

	if (o < 0) {
		printf("no destroy\n");
		return;
	}
	printf("destroy:");
	for (; o >= 0 && n--; o = choose(OBJECTS, object_live, 0)) {
		c.kind = objects[o].kind;
		c.id = o;
		error = ask(objects[o].worker, &c);
		printf(" %s %d %s", kind_names[c.kind], o, errname(error));
		if (!error)
			objects[o].live = false;
	}
	printf("\n");
}

static void step_destroy(void)
{
	destroy(1);
}

static void step_drain(void)
{
	destroy(2 + below(12));
}

/* What the group uses of a resource, by its rdma.current, which is the second file. */
static int usage_of(int group, int device, const char *resource)
{
	const char *line = groups[group].text[1];
	size_t len = strlen(devices[device].name);

	for (; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, devices[device].name, len) && line[len] == ' ') {
			line = strstr(line, resource);
			return line ? atoi(line + strlen(resource) + 1) : 0;
		}
	}
	return 0;
}

static int limit_word(char *to, size_t size, int group, int device, const char *resource)
{
	int usage = usage_of(group, device, resource);

	switch (below(8)) {
	case 0: case 1: return snprintf(to, size, " %s=max", resource);
	case 2: return snprintf(to, size, " %s=%d", resource, below(12));
	case 3: return snprintf(to, size, " %s=%d", resource, usage / 2);
	case 4: return snprintf(to, size, " %s=%d", resource, below(2) * 0x7fffffff);
	default: return snprintf(to, size, " %s=%d", resource, usage + below(4));
	}
}

static void step_limit(void)
{
	int g = choose(GROUPS, group_other, 0), d = choose(DEVICES, device_present, 0), len;
	char line[256];
	int which = below(4), error;

	if (g < 0 || (!below(5)))
		g = 0;
	if (d < 0) {
		printf("no device to limit\n");
		return;
	}
	len = snprintf(line, sizeof(line), "%s", devices[d].name);
	if (which != 1)
		len += limit_word(line + len, sizeof(line) - len, g, d, "hca_object");
	if (which < 2)
		limit_word(line + len, sizeof(line) - len, g, d, "hca_handle");
	error = write_file(path_of(g, files_root, files[0]), line);
	printf("limit '%s' %s: %s\n", groups[g].path, line, result(error));
}

/* Run a command in a network namespace; its process id */
__attribute__((format(printf, 2, 3)))
static pid_t run(int namespace, const char *format, ...)
{
	char command[256];
	va_list ap;
	pid_t pid;

	va_start(ap, format);
	vsnprintf(command, sizeof(command), format, ap);
	va_end(ap);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		enter(namespace);
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	return pid;
}

/* Run iproute2's "rdma" where a device is; its process id */
static pid_t rdma(const char *what, int d, const char *more)
{
	return run(devices[d].namespace, "rdma %s %s %s", what, devices[d].name, more);
}

static int finished(pid_t pid)
{
	int status;

	waitpid(pid, &status, 0);
	return status;
}

static bool device_ready(int d)
{
	char path[PATH], gid[64] = "";
	int fd;

	snprintf(path, sizeof(path), "/sys/class/infiniband/%s/ports/1/gids/0", devices[d].name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return false;
	if (read(fd, gid, sizeof(gid) - 1) < 0)
		gid[0] = 0;
	close(fd);
	return strspn(gid, "0:\n") != strlen(gid);
}

static void add_device(int d)
{
	char more[64];

	snprintf(devices[d].name, NAME, "rxe%d", d);
	snprintf(more, sizeof(more), "type rxe netdev port%d", d);
	printf("add %s: %d\n", devices[d].name, finished(rdma("link add", d, more)));
	for (int tries = 0; !device_ready(d) && tries < 10000; tries++)
		usleep(1000);
	devices[d].present = true;
}

/* With its users killed before, or while it is on its way and perhaps waits for them. */
static void delete_device(int d)
{
	bool first = below(2);
	pid_t pid = 0;

	if (first) {
		pid = rdma("link delete", d, "");
		usleep(50000);
	}
	/* A process that has closed the file may still have it mapped. */
	for (int w = 0; w < WORKERS; w++)
		if (workers[w].pid && workers[w].used & 1U << d)
			end_worker(w, true);
	if (!first)
		pid = rdma("link delete", d, "");
	printf("delete %s: %d\n", devices[d].name, finished(pid));
	devices[d].present = false;
	devices[d].namespace = HOME;
	devices_reordered = true;
}

static void rename_device(int d, const char *name)
{
	char more[64];

	snprintf(more, sizeof(more), "name %s", name);
	printf("rename %s %s", devices[d].name, name);
	if (finished(rdma("dev set", d, more))) {
		printf(": no\n");
		return;
	}
	printf(": yes\n");
	strcpy(devices[d].name, name);
}

static void step_device(void)
{
	char name[NAME];
	int d = below(DEVICES);
	/*
	 * Before 7.2, the kernel's controller leaves the limits of a removed cgroup on the device's
	 * list, with a link into freed memory that it follows when the device goes.
	 */
	bool may_go = nr_files == FILES;

	snprintf(name, sizeof(name), "other%d", d);
	if (!devices[d].present)
		add_device(d);
	else if (below(3) && may_go)
		delete_device(d);
	else if (strcmp(devices[d].name, name))
		rename_device(d, name);
	else
		rename_device(d, name[5] == '0' ? "rxe0" : "rxe1");
}

/*
 * The move has destroyed all contexts of the device with their objects. Some processes close their
 * file at once, others go on to use it, and all that they ask for fails.
 */
static void device_moved(int d, int namespace)
{
	devices[d].namespace = namespace;
	forget_left(-1, d);
	for (int i = 0; i < WORKERS * CONTEXTS; i++) {
		if (!context_open(i, 0) || workers[i / CONTEXTS].device[i % CONTEXTS] != d)
			continue;
		forget_objects(i / CONTEXTS, i % CONTEXTS);
		if (below(4))
			close_context(i / CONTEXTS, i % CONTEXTS);
	}
}

static void move_device(int d, int namespace)
{
	char more[64];
	int error;

	if (namespace != HOME && !namespace_exists[namespace]) {
		finished(run(HOME, "ip netns add history%d", namespace));
		namespace_exists[namespace] = true;
	}
	snprintf(more, sizeof(more), "netns history%d", namespace);
	error = finished(rdma("dev set", d, more));
	printf("%s to namespace %d: %d\n", devices[d].name, namespace, error);
	if (!error)
		device_moved(d, namespace);
}

/*
 * Is a device in HOME again, and can it be opened? ib_uverbs shows its files in every namespace; it
 * removes them before the kernel moves the device, and makes new ones afterwards.
 */
static bool device_home(int d)
{
	return device_ready(d) &&
	       !finished(run(HOME, "grep -qsx %s /sys/class/infiniband_verbs/*/ibdev",
			     devices[d].name));
}

/* As at the end of a container: the kernel moves the devices in it to the first namespace. */
static void delete_namespace(int namespace)
{
	printf("namespace %d ends: %d\n", namespace,
	       finished(run(HOME, "ip netns delete history%d", namespace)));
	namespace_exists[namespace] = false;
	for (int d = 0; d < DEVICES; d++) {
		if (devices[d].namespace != namespace)
			continue;
		for (int tries = 0; !device_home(d) && tries < 10000; tries++)
			usleep(1000);
		device_moved(d, HOME);
	}
}

static void step_namespace(void)
{
	int d = choose(DEVICES, device_present, 0), to = below(nr_namespaces);

	if (d < 0)
		printf("no device to move\n");
	else if (to != devices[d].namespace)
		move_device(d, to);
	else if (to != HOME)
		delete_namespace(to);
	else
		move_device(d, 1 + below(nr_namespaces - 1));
}

/* What these objects add to a key of rdma.types.current of a group: those made there or below it */
static unsigned long sum_of(const struct object *of, int number, int group, int device,
			    const char *key)
{
	unsigned long sum = 0;
	int g;

	for (int o = 0; o < number; o++) {
		if (!of[o].live || of[o].device != device)
			continue;
		for (g = of[o].group; g && g != group; g = groups[g].parent)
			;
		if (g == group)
			sum += !strcmp(key, "mr_mem") ? of[o].bytes :
				!strcmp(key, kind_names[of[o].kind]);
	}
	return sum;
}

static unsigned long own_count(int group, int device, const char *key)
{
	return sum_of(objects, OBJECTS, group, device, key) +
	       sum_of(left, nr_left, group, device, key);
}

/* A line of rdma.types.current, without the name of the device. Returns what differs, or NULL. */
static const char *compare_line(const char *line, int group, int device)
{
	static char difference[PATH];
	unsigned long value, own;
	char key[NAME];
	int n;

	for (; sscanf(line, " %31[a-z_]=%lu%n", key, &value, &n) == 2; line += n) {
		own = own_count(group, device, key);
		if (value == own)
			continue;
		snprintf(difference, sizeof(difference), "%s %s=%lu, own count %lu",
			 devices[device].name, key, value, own);
		return difference;
	}
	return *line == '\n' ? NULL : "a line of another form";
}

/* The same for a whole file; @lines: to add the number of lines to */
static const char *compare_file(int group, int *lines)
{
	static char text[SNAPSHOT];
	const char *difference;
	ssize_t len = pread(groups[group].types_fd, text, sizeof(text) - 1, 0);
	size_t name;

	if (len < 0)
		return strerror(errno);
	text[len] = 0;
	for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
		for (int d = 0; d < DEVICES; d++) {
			name = strlen(devices[d].name);
			if (strncmp(line, devices[d].name, name) || line[name] != ' ')
				continue;
			difference = compare_line(line + name, group, d);
			if (difference)
				return difference;
			++*lines;
		}
		if (!strchr(line, '\n'))
			return "no end of a line";
	}
	return NULL;
}

/* A killed process may give back what it had a little after its end. */
static void compare_types(int group)
{
	const char *difference;
	int lines;

	for (int tries = 0; tries < 1000; tries++) {
		lines = 0;
		difference = compare_file(group, &lines);
		if (!difference) {
			lines_counted += lines;
			return;
		}
		usleep(1000);
	}
	printf("history: '%s' rdma.types.current: %s\n", groups[group].path, difference);
	fflush(stdout);
	_exit(2);
}

static void show_changes(void)
{
	static char now[SNAPSHOT];
	ssize_t len;

	for (int g = 0; g < GROUPS; g++) {
		for (int f = 0; groups[g].live && f < nr_files; f++) {
			len = pread(groups[g].fd[f], now, sizeof(now) - 1, 0);
			if (len < 0)
				die(path_of(g, files_root, files[f]));
			now[len] = 0;
			if (!strcmp(now, groups[g].text[f]))
				continue;
			strcpy(groups[g].text[f], now);
			printf("'%s' %s\n%s", groups[g].path, files[f], now);
		}
		if (groups[g].live && groups[g].types_fd >= 0)
			compare_types(g);
	}
}

/* Deepest first: a child comes after its parent in path, not always in number. */
static void clean_up(void)
{
	int deepest;

	for (int w = 0; w < WORKERS; w++)
		if (workers[w].pid)
			end_worker(w, true);
	show_changes();
	do {
		deepest = 0;
		for (int g = 0; g < GROUPS; g++)
			if (groups[g].live && strlen(groups[g].path) > strlen(groups[deepest].path))
				deepest = g;
		remove_group(deepest);
	} while (deepest);
	for (int n = HOME + 1; n < nr_namespaces; n++)
		if (namespace_exists[n])
			delete_namespace(n);
	/* Only in this order do they come back in this order. */
	for (int d = 0; d < DEVICES; d++) {
		if (devices[d].present && devices_reordered)
			delete_device(d);
		else if (devices[d].present && devices[d].name[0] == 'o')
			rename_device(d, d ? "rxe1" : "rxe0");
	}
	for (int d = 0; d < DEVICES; d++)
		if (!devices[d].present)
			add_device(d);
}

static const struct {
	void	(*take)(void);
	int	weight;
} steps[] = {
	{ step_mkdir, 10 }, { step_rmdir, 8 }, { step_spawn, 10 }, { step_end, 4 },
	{ step_move, 10 }, { step_open, 14 }, { step_close, 4 }, { step_create, 30 },
	{ step_fill, 14 }, { step_destroy, 14 }, { step_drain, 6 }, { step_limit, 26 },
	{ step_device, 1 }, { step_namespace, 4 },
};

int main(int argc, char **argv)
{
	int weights = 0, nr_steps, choice;
	unsigned int i;

	if (argc < 8 || argc > 6 + FILES) {
		fprintf(stderr, "usage: %s CGROUPS FILES SEED STEPS NAMESPACES FILE...\n",
			argv[0]);
		return 2;
	}
	cgroups = argv[1];
	files_root = argv[2];
	seed_random(strtoull(argv[3], NULL, 0));
	nr_steps = atoi(argv[4]);
	nr_namespaces = 1 + atoi(argv[5]);
	if (nr_namespaces > NAMESPACES_MAX)
		return 2;
	files = argv + 6;
	nr_files = argc - 6;
	signal(SIGPIPE, SIG_IGN);
	if (mkdir(cgroups, 0755))
		die(cgroups);
	watch(0);
	/* Where devices cannot move, the last kind of step is left out. */
	for (i = 0; i < ARRAY_SIZE(steps) - (nr_namespaces == 1); i++)
		weights += steps[i].weight;
	for (int step = 1; step <= nr_steps; step++) {
		choice = below(weights);
		for (i = 0; choice >= steps[i].weight; i++)
			choice -= steps[i].weight;
		printf("%d: ", step);
		steps[i].take();
		show_changes();
	}
	printf("end: ");
	clean_up();
	if (lines_counted)
		fprintf(stderr, "# counted: %lu lines of rdma.types.current\n", lines_counted);
	return 0;
}
