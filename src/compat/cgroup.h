/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels in the cgroup core: first the cgroup core of
 * 3.15 and later, which is built on kernfs, then the one before.
 */
#ifndef RCG_COMPAT_CGROUP_H
#define RCG_COMPAT_CGROUP_H

#include <linux/cgroup.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/slab.h>
#include <linux/string.h>

/* 4.14: cgroups whose tasks count for a cgroup above */
#ifdef RCG_HAVE_CGROUP_DOM_CGRP
#define COMPAT_CGROUP_THREADED	1
#else
#define COMPAT_CGROUP_THREADED	0
#endif

/* 4.5: v2 can be mounted */
#ifdef CGROUP2_SUPER_MAGIC
#define COMPAT_CGROUP_V2	1
#else
#define COMPAT_CGROUP_V2	0
#endif

/* 3.15: cgroups are directories of kernfs, to which files can be added */
#ifdef RCG_HAVE_CGROUP_KERNFS
#define COMPAT_CGROUP_KERNFS	1
#else
#define COMPAT_CGROUP_KERNFS	0
#endif

/**
 * compat_intree_controller - what about the kernel's own RDMA controller?
 *
 * Context: any.
 * Return: "absent", "disabled" (cgroup_disable=rdma) or "active".
 */
static inline const char *compat_intree_controller(void)
{
#ifdef CONFIG_CGROUP_RDMA
	return cgroup_subsys_enabled(rdma_cgrp_subsys) ? "active" : "disabled";
#else
	return "absent";
#endif
}

#ifdef RCG_HAVE_CGROUP_KERNFS

#include <linux/kernfs.h>

#ifndef RCG_HAVE_CGROUP_PARENT
static inline struct cgroup *cgroup_parent(struct cgroup *cgroup)
{
	struct cgroup_subsys_state *parent = cgroup->self.parent;

	return parent ? container_of(parent, struct cgroup, self) : NULL;
}
#endif

static inline void compat_cgroup_get(struct cgroup *cgroup)
{
	css_get(&cgroup->self);
}

/* RCU read side; false if the cgroup is being freed. */
static inline bool compat_cgroup_tryget(struct cgroup *cgroup)
{
	return css_tryget(&cgroup->self);
}

static inline void compat_cgroup_put(struct cgroup *cgroup)
{
	css_put(&cgroup->self);
}

/*
 * Has its mkdir passed the point after which it cannot fail? A cgroup can be found
 * among its siblings, or by its name, before that.
 */
static inline bool compat_cgroup_made(const struct cgroup *cgroup)
{
	/* 4.6 to 5.4: it is among its siblings before it has a directory. */
	const struct kernfs_node *kn = READ_ONCE(cgroup->kn);

	/* kernfs sets the flag under a lock that we cannot take, and never clears it. */
	return kn && data_race(READ_ONCE(kn->flags)) & KERNFS_ACTIVATED;
}

/* Has rmdir removed it? References may be left. */
static inline bool compat_cgroup_removed(const struct cgroup *cgroup)
{
	/*
	 * The cgroup core changes the flags under a lock that we cannot take.
	 * If a caller reads the old value, the hook of rmdir comes after it, or
	 * the next scan.
	 */
	return !(data_race(READ_ONCE(cgroup->self.flags)) & CSS_ONLINE);
}

/* The cgroup that the tasks of this one count for */
static inline struct cgroup *compat_cgroup_domain(struct cgroup *cgroup)
{
#ifdef RCG_HAVE_CGROUP_DOM_CGRP
	/*
	 * The cgroup core changes it under a lock that we cannot take, from the
	 * cgroup itself to one that outlives it: both values are right then.
	 */
	return data_race(READ_ONCE(cgroup->dom_cgrp));
#else
	return cgroup;
#endif
}

/*
 * Is the controller that has this root state attached to a v1 hierarchy? That may be
 * freed at any time: only the address of its root is compared.
 */
static inline bool compat_css_on_v1(const struct cgroup_subsys_state *css)
{
	return READ_ONCE(css->cgroup) != &cgrp_dfl_root.cgrp;
}

/* Is a cgroup in a mounted v1 hierarchy? All others are v2's root, or below it. */
static inline bool compat_cgroup_on_v1(const struct cgroup *cgroup)
{
	return cgroup->root != &cgrp_dfl_root;
}

static inline struct cgroup *compat_v2_root(void)
{
	return &cgrp_dfl_root.cgrp;
}

/* RCU read side */
static inline struct cgroup *compat_task_v2_cgroup(struct task_struct *task)
{
	return task_css_set(task)->dfl_cgrp;
}

/* RCU read side */
static inline struct cgroup_subsys_state *compat_task_css(struct task_struct *task, int id)
{
	return task_css(task, id);
}

static inline const char *compat_subsys_name(int id)
{
	struct cgroup_subsys_state *css = task_css_check(&init_task, id, true);

	return css ? css->ss->legacy_name : NULL;
}

/**
 * compat_cgroup_next - walk the cgroups of a hierarchy, parents before children
 * @pos: the one before; referenced if the RCU read side was left since
 * @root: the root, referenced
 *
 * Context: RCU read side.
 * Return: the next one, or NULL after the last; the root may be among them.
 */
static inline struct cgroup *compat_cgroup_next(struct cgroup *pos, struct cgroup *root)
{
#ifdef RCG_HAVE_EXPORT_CSS_NEXT_DESCENDANT_PRE
	struct cgroup_subsys_state *css = pos ? &pos->self : NULL;

	css = css_next_descendant_pre(css, &root->self);
	return css ? css->cgroup : NULL;
#else
	struct cgroup_subsys_state *css = pos ? &pos->self : &root->self, *next;

	next = list_first_or_null_rcu(&css->children, struct cgroup_subsys_state, sibling);
	if (next)
		return next->cgroup;
	for (; css != &root->self; css = css->parent) {
		next = list_entry_rcu(css->sibling.next, struct cgroup_subsys_state, sibling);
		if (&next->sibling != &css->parent->children)
			return next->cgroup;
	}
	return NULL;
#endif
}

/**
 * compat_cgroup_walked - go on with the walk after the RCU read side was left
 * @pos: the cgroup that was reached, referenced
 *
 * Context: RCU read side.
 * Return: what compat_cgroup_next() goes on from.
 */
static inline struct cgroup *compat_cgroup_walked(struct cgroup *pos)
{
	/* A cgroup that is referenced is still among its siblings. */
	return pos;
}

/**
 * compat_cgroup_name - a cgroup's own name
 * @cgroup: the cgroup, not a root
 *
 * Context: process, may sleep.
 * Return: a copy, to be freed by the caller, or NULL.
 */
static inline char *compat_cgroup_name(struct cgroup *cgroup)
{
#ifdef RCG_HAVE_KERNFS_PATH_FROM_NODE
	/* Its path seen from its parent, without the slash; most are short. */
	static const int sizes[] = { 64, NAME_MAX + 3 };
	char *path;
	int i, len;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		path = kmalloc(sizes[i], GFP_KERNEL);
		if (!path)
			break;
		len = kernfs_path_from_node(cgroup->kn, cgroup_parent(cgroup)->kn, path, sizes[i]);
		/* A path that does not fit is cut off, and from 6.9 on its length, too. */
		if (len > 0 && len < sizes[i] - 1)
			return memmove(path, path + 1, len);
		kfree(path);
	}
	return NULL;
#else
	char *buffer = kmalloc(PATH_MAX, GFP_KERNEL);
	const char *path = buffer ? kernfs_path(cgroup->kn, buffer, PATH_MAX) : NULL;
	char *name = path ? kstrdup(kbasename(path), GFP_KERNEL) : NULL;

	kfree(buffer);
	return name;
#endif
}

/**
 * compat_cgroup_path - a cgroup's path from the root of its hierarchy
 * @cgroup: the cgroup, referenced
 * @buf: where to
 * @size: of @buf
 *
 * Context: any.
 * Return: false if it is too long.
 */
static inline bool compat_cgroup_path(struct cgroup *cgroup, char *buf, size_t size)
{
#ifdef RCG_HAVE_KERNFS_PATH_FROM_NODE
	int len = kernfs_path_from_node(cgroup->kn, NULL, buf, size);

	/* A path that does not fit is cut off, and from 6.9 on its length, too. */
	return len > 0 && len < size - 1;
#else
	char *path = kernfs_path(cgroup->kn, buf, size);

	if (path)
		memmove(buf, path, strlen(path) + 1);
	return path;
#endif
}

/**
 * compat_cgroup_id - the inode number of a cgroup's directory
 * @cgroup: the cgroup, referenced, not a root
 *
 * Context: any.
 * Return: the number; from 5.5 on, that is what cgroup ids are in the whole kernel.
 */
static inline u64 compat_cgroup_id(struct cgroup *cgroup)
{
#if defined(RCG_HAVE_KERNFS_NODE_ID_INO)
	return cgroup->kn->id.ino;
#elif defined(RCG_HAVE_KERNFS_NODE_INO)
	return cgroup->kn->ino;
#else
	return cgroup_id(cgroup);
#endif
}

/* The kernfs node of a dentry */
static inline struct kernfs_node *compat_kernfs_node(const struct dentry *dentry)
{
	return dentry->d_inode->i_private;
}

/* The root cgroup of a super block that is alive */
static inline struct cgroup *compat_sb_root(const struct super_block *sb)
{
	return compat_kernfs_node(sb->s_root)->priv;
}

/* The caller keeps its super block alive; or it is v2's, which is never freed. */
static inline bool compat_root_tryget(struct cgroup *root)
{
	return compat_cgroup_tryget(root);
}

static inline void compat_root_put(struct cgroup *root)
{
	compat_cgroup_put(root);
}

#else /* !RCG_HAVE_CGROUP_KERNFS */

static inline struct cgroup *cgroup_parent(struct cgroup *cgroup)
{
	return cgroup->parent;
}

/* The state of one controller of its hierarchy; it has a reference to the directory. */
static inline struct cgroup_subsys_state *compat_cgroup_css(struct cgroup *cgroup)
{
	return cgroup->subsys[__ffs(cgroup->root->subsys_mask)];
}

static inline void compat_cgroup_get(struct cgroup *cgroup)
{
	css_get(compat_cgroup_css(cgroup));
}

static inline bool compat_cgroup_tryget(struct cgroup *cgroup)
{
	return css_tryget(compat_cgroup_css(cgroup));
}

static inline void compat_cgroup_put(struct cgroup *cgroup)
{
	css_put(compat_cgroup_css(cgroup));
}

/* This cannot be told: see hierarchy_scanning() for what follows. */
static inline bool compat_cgroup_made(const struct cgroup *cgroup)
{
	return true;
}

static inline bool compat_cgroup_removed(const struct cgroup *cgroup)
{
	return test_bit(CGRP_REMOVED, &cgroup->flags);
}

static inline struct cgroup *compat_cgroup_domain(struct cgroup *cgroup)
{
	return cgroup;
}

/* Only the root could tell, which may be freed at any time: the caller looks for a mount. */
static inline bool compat_css_on_v1(const struct cgroup_subsys_state *css)
{
	return true;
}

/* The root of a hierarchy that is not mounted has no super block. */
static inline bool compat_cgroup_on_v1(const struct cgroup *cgroup)
{
	return cgroup->root->sb;
}

static inline struct cgroup *compat_v2_root(void)
{
	return NULL;
}

static inline struct cgroup *compat_task_v2_cgroup(struct task_struct *task)
{
	return NULL;
}

static inline struct cgroup_subsys_state *compat_task_css(struct task_struct *task, int id)
{
	return task_css_set(task)->subsys[id];
}

static inline const char *compat_subsys_name(int id)
{
/* RHEL 7 hides one name from all code but that which numbers them, see its cgroup.h. */
#define ENABLE_NETPRIO_NOW
#define IS_SUBSYS_ENABLED(option) IS_ENABLED(option)
#define SUBSYS(name) [name##_subsys_id] = #name,
	static const char * const names[CGROUP_SUBSYS_COUNT] = {
#include <linux/cgroup_subsys.h>
	};
#undef SUBSYS
#undef IS_SUBSYS_ENABLED
#undef ENABLE_NETPRIO_NOW
	const char *name = names[id];

	/* The name of the C symbol is not always that of the controller. */
	if (!name || !strcmp(name, "cpu_cgroup"))
		return name ? "cpu" : NULL;
	if (!strcmp(name, "mem_cgroup"))
		return "memory";
	return strcmp(name, "perf") ? name : "perf_event";
}

static inline struct cgroup *compat_cgroup_next(struct cgroup *pos, struct cgroup *root)
{
	return cgroup_next_descendant_pre(pos, root);
}

/*
 * A removed cgroup may be unlinked from its siblings, even if it is referenced: begin
 * anew. One that is found removed inside the RCU read side is still linked, while the
 * memory controller waits for RCU.
 */
static inline struct cgroup *compat_cgroup_walked(struct cgroup *pos)
{
	return compat_cgroup_removed(pos) ? NULL : pos;
}

static inline char *compat_cgroup_name(struct cgroup *cgroup)
{
	char *name;

	rcu_read_lock();
	name = kstrdup(cgroup_name(cgroup), GFP_ATOMIC);
	rcu_read_unlock();
	return name;
}

static inline bool compat_cgroup_path(struct cgroup *cgroup, char *buf, size_t size)
{
	return !cgroup_path(cgroup, buf, size);
}

/* The reference to the cgroup is one to its directory. */
static inline u64 compat_cgroup_id(struct cgroup *cgroup)
{
	return cgroup->dentry->d_inode->i_ino;
}

static inline struct cgroup *compat_sb_root(const struct super_block *sb)
{
	struct cgroupfs_root *root = sb->s_fs_info;

	return &root->top_cgroup;
}

/* A root has no references of its own, and is freed with its super block. */
static inline bool compat_root_tryget(struct cgroup *root)
{
	return atomic_inc_not_zero(&root->root->sb->s_active);
}

static inline void compat_root_put(struct cgroup *root)
{
	deactivate_super(root->root->sb);
}

#endif /* RCG_HAVE_CGROUP_KERNFS */

#endif /* RCG_COMPAT_CGROUP_H */
