// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls the controller of rdmacg_oot, the kernel's, or none, and measures the time. A line written
 * to /sys/kernel/debug/rdmacg_bench says what to do; the same open file then reads the result:
 *
 *	SIDE DEVICE count N	N pairs of charge and uncharge: nanoseconds
 *	SIDE DEVICE for MS	pairs for MS milliseconds: pairs, nanoseconds
 *	SIDE DEVICE each N	N pairs, each measured: the 99.9th percentile and the maximum in
 *				nanoseconds, how many charges were refused
 *	SIDE DEVICE hold N	N charges, kept: nanoseconds
 *	SIDE DEVICE files N	no charges: a directory with five files in debugfs, as a cgroup has,
 *				made and removed N times: nanoseconds
 *	SIDE DEVICE pools 1	a pair on each device below DEVICE, which leaves a pool on it
 *	none 0 peek ADDRESS	the word at ADDRESS
 *	none 0 chains ADDRESS	the entries in the BENCH_CHAINS hash chains whose heads are at
 *				ADDRESS, and the sum of the steps of a look-up of each entry
 *
 * SIDE is none, kernel or module; DEVICE is a number below BENCH_DEVICES. The cgroup of the writing
 * task is charged; charges that "hold" keeps are uncharged when the file is closed.
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#ifdef CONFIG_CGROUP_RDMA
#include <linux/cgroup_rdma.h>
#endif

#include <rdmacg_oot.h>

#define BENCH_DEVICES	256
/* Heads of a hash table of rdmacg_oot that one "chains" walks */
#define BENCH_CHAINS	4096
/* Pairs between two readings of the clock */
#define BENCH_BATCH	64

struct bench;

/* A controller: charge and uncharge one object. @owner is what charge returns for uncharge. */
struct side {
	const char *name;
	int (*charge)(int device, void **owner);
	void (*uncharge)(int device, void *owner);
};

struct bench {
	const struct side *side;
	int device;
	unsigned long kept;
	void **owner;
	char answer[80];
};

static struct rdmacg_oot_device ours[BENCH_DEVICES];
static char names[BENCH_DEVICES][16];
static struct dentry *file;
static const struct file_operations fops;

static noinline int none_charge(int device, void **owner)
{
	return 0;
}

static noinline void none_uncharge(int device, void *owner)
{
}

static int module_charge(int device, void **owner)
{
	return rdmacg_oot_try_charge((struct rdmacg_oot_pool **)owner, &ours[device],
				     RDMACG_OOT_HCA_OBJECT);
}

static void module_uncharge(int device, void *owner)
{
	rdmacg_oot_uncharge(owner, &ours[device], RDMACG_OOT_HCA_OBJECT);
}

#ifdef CONFIG_CGROUP_RDMA
static struct rdmacg_device theirs[BENCH_DEVICES];

static int kernel_charge(int device, void **owner)
{
	return rdmacg_try_charge((struct rdma_cgroup **)owner, &theirs[device],
				 RDMACG_RESOURCE_HCA_OBJECT);
}

static void kernel_uncharge(int device, void *owner)
{
	rdmacg_uncharge(owner, &theirs[device], RDMACG_RESOURCE_HCA_OBJECT);
}
#endif

static const struct side sides[] = {
	{ "none", none_charge, none_uncharge },
	{ "module", module_charge, module_uncharge },
#ifdef CONFIG_CGROUP_RDMA
	{ "kernel", kernel_charge, kernel_uncharge },
#endif
};

static int run_count(struct bench *b, unsigned long count)
{
	const struct side *side = b->side;
	u64 began = ktime_get_ns();
	unsigned long i;
	void *owner;
	int ret;

	for (i = 0; i < count; i++) {
		ret = side->charge(b->device, &owner);
		if (ret)
			return ret;
		side->uncharge(b->device, owner);
	}
	snprintf(b->answer, sizeof(b->answer), "%llu\n", ktime_get_ns() - began);
	return 0;
}

static int run_for(struct bench *b, unsigned long ms)
{
	const struct side *side = b->side;
	u64 began = ktime_get_ns(), now = began;
	unsigned long pairs = 0;
	void *owner;
	int i, ret;

	while (now - began < ms * NSEC_PER_MSEC) {
		for (i = 0; i < BENCH_BATCH; i++) {
			ret = side->charge(b->device, &owner);
			if (ret)
				return ret;
			side->uncharge(b->device, owner);
		}
		pairs += BENCH_BATCH;
		cond_resched();
		now = ktime_get_ns();
	}
	snprintf(b->answer, sizeof(b->answer), "%lu %llu\n", pairs, now - began);
	return 0;
}

static int compare(const void *a, const void *b)
{
	return *(const u32 *)a < *(const u32 *)b ? -1 : *(const u32 *)a > *(const u32 *)b;
}

static int run_each(struct bench *b, unsigned long count)
{
	u32 *took = vmalloc(array_size(count, sizeof(*took)));
	unsigned long i, refused = 0;
	void *owner;
	u64 began;

	if (!took)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		began = ktime_get_ns();
		if (b->side->charge(b->device, &owner))
			refused++;
		else
			b->side->uncharge(b->device, owner);
		took[i] = min_t(u64, ktime_get_ns() - began, U32_MAX);
		cond_resched();
	}
	sort(took, count, sizeof(*took), compare, NULL);
	snprintf(b->answer, sizeof(b->answer), "%u %u %lu\n", took[count - 1 - count / 1000],
		 took[count - 1], refused);
	vfree(took);
	return 0;
}

static int run_hold(struct bench *b, unsigned long count)
{
	u64 began;
	int ret = 0;

	if (b->owner)
		return -EBUSY;
	b->owner = vzalloc(array_size(count, sizeof(*b->owner)));
	if (!b->owner)
		return -ENOMEM;
	began = ktime_get_ns();
	for (b->kept = 0; !ret && b->kept < count; b->kept += !ret)
		ret = b->side->charge(b->device, &b->owner[b->kept]);
	snprintf(b->answer, sizeof(b->answer), "%llu\n", ktime_get_ns() - began);
	return ret;
}

static int run_files(struct bench *b, unsigned long count)
{
	static const char * const names[] = { "1", "2", "3", "4", "5" };
	u64 began = ktime_get_ns();
	struct dentry *dir;
	int i;

	while (count--) {
		dir = debugfs_create_dir("rdmacg_bench_files", NULL);
		for (i = 0; i < ARRAY_SIZE(names); i++)
			debugfs_create_file_unsafe(names[i], 0444, dir, NULL, &fops);
		debugfs_remove_recursive(dir);
	}
	snprintf(b->answer, sizeof(b->answer), "%llu\n", ktime_get_ns() - began);
	return 0;
}

static int run_pools(struct bench *b)
{
	void *owner;
	int i, ret;

	for (i = 0; i < b->device; i++) {
		ret = b->side->charge(i, &owner);
		if (ret)
			return ret;
		b->side->uncharge(i, owner);
	}
	snprintf(b->answer, sizeof(b->answer), "%d\n", i);
	return 0;
}

static int run_peek(struct bench *b, unsigned long address)
{
	snprintf(b->answer, sizeof(b->answer), "%ld\n", *(long *)address);
	return 0;
}

/* No task changes the lists meanwhile. Bit 0 of a head may be its lock; a node begins with next. */
static int run_chains(struct bench *b, unsigned long address)
{
	unsigned long *head = (unsigned long *)address, *node, entries = 0, steps = 0, length;
	int i;

	for (i = 0; i < BENCH_CHAINS; i++) {
		length = 0;
		for (node = (unsigned long *)(head[i] & ~1UL); node; node = (unsigned long *)*node)
			steps += ++length;
		entries += length;
	}
	snprintf(b->answer, sizeof(b->answer), "%lu %lu\n", entries, steps);
	return 0;
}

static int bench_open(struct inode *inode, struct file *file)
{
	file->private_data = kzalloc(sizeof(struct bench), GFP_KERNEL);
	return file->private_data ? 0 : -ENOMEM;
}

static ssize_t bench_write(struct file *file, const char __user *buf, size_t size, loff_t *pos)
{
	struct bench *b = file->private_data;
	char line[80] = "", name[8], how[8];
	/* Signed, because a kernel address is a negative number */
	long number;
	int i, ret;

	if (size >= sizeof(line) || copy_from_user(line, buf, size))
		return -EINVAL;
	if (sscanf(line, "%7s %d %7s %ld", name, &b->device, how, &number) != 4 || !number ||
	    b->device < 0 || b->device >= BENCH_DEVICES)
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(sides); i++)
		if (!strcmp(name, sides[i].name))
			break;
	if (i == ARRAY_SIZE(sides) || (b->owner && &sides[i] != b->side))
		return -EINVAL;
	b->side = &sides[i];
	if (!strcmp(how, "count"))
		ret = run_count(b, number);
	else if (!strcmp(how, "for"))
		ret = run_for(b, number);
	else if (!strcmp(how, "each"))
		ret = number > 1000 ? run_each(b, number) : -EINVAL;
	else if (!strcmp(how, "hold"))
		ret = run_hold(b, number);
	else if (!strcmp(how, "files"))
		ret = run_files(b, number);
	else if (!strcmp(how, "pools"))
		ret = run_pools(b);
	else if (!strcmp(how, "peek"))
		ret = run_peek(b, number);
	else if (!strcmp(how, "chains"))
		ret = run_chains(b, number);
	else
		ret = -EINVAL;
	return ret ?: size;
}

static ssize_t bench_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	struct bench *b = file->private_data;
	loff_t start = 0;

	return simple_read_from_buffer(buf, size, &start, b->answer, strlen(b->answer));
}

static int bench_release(struct inode *inode, struct file *file)
{
	struct bench *b = file->private_data;

	while (b->kept)
		b->side->uncharge(b->device, b->owner[--b->kept]);
	vfree(b->owner);
	kfree(b);
	return 0;
}

static const struct file_operations fops = {
	.owner		= THIS_MODULE,
	.open		= bench_open,
	.read		= bench_read,
	.write		= bench_write,
	.release	= bench_release,
};

static int __init bench_init(void)
{
	int i;

	for (i = 0; i < BENCH_DEVICES; i++) {
		snprintf(names[i], sizeof(names[i]), "bench%d", i);
		ours[i].name = names[i];
		/* Indices of RDMA devices begin at 0. */
		ours[i].index = 100000 + i;
		rdmacg_oot_register_device(&ours[i]);
#ifdef CONFIG_CGROUP_RDMA
		theirs[i].name = names[i];
		rdmacg_register_device(&theirs[i]);
#endif
	}
	file = debugfs_create_file("rdmacg_bench", 0600, NULL, NULL, &fops);
	return 0;
}

static void __exit bench_exit(void)
{
	int i;

	debugfs_remove(file);
	for (i = 0; i < BENCH_DEVICES; i++) {
		rdmacg_oot_unregister_device(&ours[i]);
#ifdef CONFIG_CGROUP_RDMA
		rdmacg_unregister_device(&theirs[i]);
#endif
	}
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_DESCRIPTION("Bench of RDMA cgroup controllers");
MODULE_LICENSE("GPL");
