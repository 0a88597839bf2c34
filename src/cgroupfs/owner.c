// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whose the files of a cgroup are that was there before the module.
 *
 * The cgroup core gives the files of a cgroup to who makes it. Its directory and
 * some of the files may be given to somebody else later (delegation), who must not
 * be able to lift the limit that he was given. So we look at a file of the cgroup
 * core that is never given away, by the only way that is open to a module: the
 * inodes of a mount.
 */
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "cgroupfs.h"
#include "compat/kernfs.h"
#include "hierarchy/hierarchy.h"

/*
 * struct search - the search for the owner of a file
 * @path: of the file, from the root of the hierarchy
 * @uid: what was found, or what it is before
 * @gid: the same
 */
struct search {
	const char	*path;
	kuid_t		uid;
	kgid_t		gid;
};

/* The dentry of a path below a directory, referenced, or NULL */
static struct dentry *look_up(struct dentry *root, const char *path)
{
	struct dentry *dentry = dget(root), *parent;
	size_t len;

	for (; *path; path += len) {
		path += strspn(path, "/");
		len = strcspn(path, "/");
		parent = dentry;
		dentry = compat_lookup(path, len, parent);
		dput(parent);
		if (IS_ERR(dentry))
			return NULL;
		if (!dentry->d_inode) {
			dput(dentry);
			return NULL;
		}
	}
	return dentry;
}

static void search_super(struct super_block *sb, void *arg)
{
	struct search *search = arg;
	struct dentry *dentry;

	if (!sb->s_root || !hierarchy_has(compat_sb_root(sb)))
		return;
	dentry = look_up(sb->s_root, search->path);
	if (!dentry)
		return;
	search->uid = dentry->d_inode->i_uid;
	search->gid = dentry->d_inode->i_gid;
	dput(dentry);
}

/**
 * cgroupfs_owner - find out who has made a cgroup
 * @cgroup: the cgroup, referenced
 * @uid: set to its maker; to root where that cannot be found out
 * @gid: the same
 *
 * Context: process, may sleep.
 */
void cgroupfs_owner(struct cgroup *cgroup, kuid_t *uid, kgid_t *gid)
{
	struct search search = { .uid = GLOBAL_ROOT_UID, .gid = GLOBAL_ROOT_GID };
	char *buf = kmalloc(PATH_MAX, GFP_KERNEL);
	const char *name = hierarchy_is_v2() ? "/cgroup.controllers" : "/notify_on_release";

	if (buf && compat_cgroup_path(cgroup, buf, PATH_MAX - strlen(name))) {
		search.path = strcat(buf, name);
		hierarchy_each_super(search_super, &search);
	}
	kfree(buf);
	*uid = search.uid;
	*gid = search.gid;
}
