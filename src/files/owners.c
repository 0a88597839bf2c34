// SPDX-License-Identifier: GPL-2.0-only
/*
 * rdma.owners: which processes have made what is charged in a cgroup and below it.
 *
 *	DEVICE pid PID (COMM) hca_handle=N hca_object=N mr_mem=N
 *
 * Device by device, and for each first who has the most objects. A process that has ended, and
 * whose objects live on because others have the same file open, is marked by a word at the end.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "files.h"
#include "ledger/owner.h"

/* Enough for most cgroups at the first attempt */
#define ROWS	32

static int by_process(const void *a, const void *b)
{
	const struct ledger_owned *x = a, *y = b;

	return x->pid != y->pid ? (x->pid < y->pid ? -1 : 1) : x->nr - y->nr;
}

static int most_first(const void *a, const void *b)
{
	const struct ledger_owned *x = a, *y = b;
	int sum;

	for (sum = 0; sum < LEDGER_NR_SUMS; sum++)
		if (x->sum[sum] != y->sum[sum])
			return x->sum[sum] > y->sum[sum] ? -1 : 1;
	return x->nr - y->nr;
}

/* A process that was moved has charges in more than one cgroup: make one row of them. */
static size_t merge(struct ledger_owned *rows, size_t nr)
{
	size_t i, merged = 0;
	int sum;

	sort(rows, nr, sizeof(*rows), by_process, NULL);
	for (i = 0; i < nr; i++) {
		if (!merged || by_process(&rows[merged - 1], &rows[i])) {
			rows[merged++] = rows[i];
			continue;
		}
		for (sum = 0; sum < LEDGER_NR_SUMS; sum++)
			rows[merged - 1].sum[sum] += rows[i].sum[sum];
	}
	return merged;
}

/* Those of one device */
static void show_rows(struct seq_file *seq, struct ledger_owned *rows, size_t nr)
{
	const struct ledger_owned *row;

	nr = merge(rows, nr);
	sort(rows, nr, sizeof(*rows), most_first, NULL);
	for (row = rows; row < rows + nr; row++) {
		rcg_show_device(seq, row->device);
		seq_printf(seq, " pid %d (", row->nr);
		seq_escape(seq, row->comm, "\n\\)");
		seq_printf(seq, ") hca_handle=%lld hca_object=%lld mr_mem=%lld%s\n",
			   row->sum[LEDGER_HANDLES], row->sum[LEDGER_OBJECTS],
			   row->sum[LEDGER_MR_MEM], row->is_gone ? " gone" : "");
	}
}

/* The rows of all devices, one after the other; rcg_lock is held. Returns how many there are. */
static size_t collect(struct rcg_group *group, struct ledger_owned *rows, size_t room)
{
	struct rdmacg_oot_device *device = NULL;
	size_t nr = 0;

	while ((device = rcg_device_next(device)))
		nr += ledger_owners_list(group, device, rows + min(nr, room), room - min(nr, room));
	return nr;
}

static void show(struct seq_file *seq, struct ledger_owned *rows, size_t nr)
{
	struct ledger_owned *row = rows, *end = rows + nr, *first;

	while (row < end) {
		first = row;
		while (row < end && row->device == first->device)
			row++;
		show_rows(seq, first, row - first);
	}
}

/**
 * files_owners_show - print rdma.owners
 * @seq: where to
 * @group: whose
 * @keys: not used
 *
 * Memory for the rows is allocated without rcg_lock: who waits for memory keeps nobody waiting.
 *
 * Context: process; takes rcg_lock.
 */
void files_owners_show(struct seq_file *seq, struct rcg_group *group, const struct rcg_keys *keys)
{
	struct ledger_owned *rows;
	size_t room, nr = ROWS;

	do {
		room = nr;
		rows = kvcalloc(room, sizeof(*rows), GFP_KERNEL);
		if (!rows) {
			seq_printf(seq, "out of memory for %zu processes: read again\n", room);
			return;
		}
		mutex_lock(&rcg_lock);
		nr = collect(group, rows, room);
		if (nr <= room)
			show(seq, rows, nr);
		mutex_unlock(&rcg_lock);
		kvfree(rows);
	} while (nr > room);
}
