// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who has made a cgroup that was there before the module.
 *
 * The cgroup core gives the files of a cgroup to who makes it. Its directory and
 * some of the files may be given to somebody else later (delegation), who must not
 * be able to lift the limit that he was given. So we look at a file of the cgroup
 * core that is never given away, by the only way that is open to a module: names
 * are looked up in a mount.
 */
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat/kernfs.h"
#include "hierarchy.h"

/*
 * struct search - the search for the owner of a file
 * @path: of the file, from the root of the hierarchy
 * @owner: set to what was found
 */
struct search {
	const char		*path;
	struct hierarchy_owner	*owner;
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
	search->owner->uid = dentry->d_inode->i_uid;
	search->owner->gid = dentry->d_inode->i_gid;
	dput(dentry);
}

/**
 * hierarchy_find_owner - find out who has made a cgroup
 * @cgroup: the cgroup, referenced
 * @owner: set to its maker; to root where that cannot be found out
 *
 * Context: process, may sleep; takes locks of directories, so that no lock of this
 * room may be held, and no hook be under way.
 */
void hierarchy_find_owner(struct cgroup *cgroup, struct hierarchy_owner *owner)
{
	const char *name = hierarchy_is_v2() ? "/cgroup.controllers" : "/notify_on_release";
	char *buf = kmalloc(PATH_MAX, GFP_KERNEL);
	struct search search = { buf, owner };

	owner->uid = GLOBAL_ROOT_UID;
	owner->gid = GLOBAL_ROOT_GID;
	if (buf && compat_cgroup_path(cgroup, buf, PATH_MAX - strlen(name))) {
		strcat(buf, name);
		hierarchy_each_super(search_super, &search);
	}
	kfree(buf);
}
