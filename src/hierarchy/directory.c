// SPDX-License-Identifier: GPL-2.0-only
/*
 * Adding a cgroup that was there before the module, with its directory held.
 *
 * A file may be made in the directory of a cgroup only while rmdir(2) is locked out:
 * it would free the file while we use it. The hook of mkdir(2) runs under the lock of
 * the parent's directory, which rmdir(2) needs. A scan holds no lock, so it takes that
 * of the cgroup's own directory, which rmdir(2) needs as well.
 *
 * The scan also finds out who made the cgroup, since the maker owns our files, as he
 * owns those of the cgroup core. He may have given the directory and some files to
 * another user (delegation), who must not be able to lift his own limit. So the owner
 * of a core file is taken that is never given away.
 *
 * A module can reach directory and file only by name, in a mounted hierarchy.
 */
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat/kernfs.h"
#include "hierarchy.h"

/*
 * struct search - the search for the directory of a cgroup
 * @cgroup: the cgroup, referenced
 * @path: its path from the root of the hierarchy
 * @mounted: set if the hierarchy is mounted
 * @found: set if the directory was found; then hierarchy_add() was called, if there was
 *         memory to find out the maker
 * @ret: what that returned; -ENOMEM also if there was no memory for the search
 */
struct search {
	struct cgroup	*cgroup;
	const char	*path;
	bool		mounted;
	bool		found;
	int		ret;
};

/*
 * The dentry of a path below a directory, referenced; or an error, -ENOENT if there is
 * none. The path does not end with a slash.
 */
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
			return dentry;
		if (!dentry->d_inode) {
			dput(dentry);
			return ERR_PTR(-ENOENT);
		}
	}
	return dentry;
}

/* Where there is no such file, root has made the cgroup. Returns 0 or -ENOMEM. */
static int find_owner(struct dentry *dir, struct hierarchy_owner *owner)
{
	struct dentry *file = look_up(dir, hierarchy_is_v2() ? "cgroup.controllers" :
						"notify_on_release");

	if (file == ERR_PTR(-ENOMEM))
		return -ENOMEM;
	owner->uid = IS_ERR(file) ? GLOBAL_ROOT_UID : file->d_inode->i_uid;
	owner->gid = IS_ERR(file) ? GLOBAL_ROOT_GID : file->d_inode->i_gid;
	if (!IS_ERR(file))
		dput(file);
	return 0;
}

static void search_super(struct super_block *sb, void *arg)
{
	struct search *search = arg;
	struct hierarchy_owner owner;
	struct dentry *dir;

	if (search->found || !sb->s_root || !hierarchy_has(compat_sb_root(sb)))
		return;
	search->mounted = true;
	dir = look_up(sb->s_root, search->path);
	if (IS_ERR(dir)) {
		search->ret = dir == ERR_PTR(-ENOMEM) ? -ENOMEM : 0;
		return;
	}
	/* By now another cgroup may have the name. */
	if (compat_kernfs_node(dir) == search->cgroup->kn) {
		search->found = true;
		search->ret = find_owner(dir, &owner);
		if (!search->ret) {
			compat_inode_lock(dir->d_inode);
			search->ret = hierarchy_add(search->cgroup, &owner);
			compat_inode_unlock(dir->d_inode);
		}
	}
	dput(dir);
}

/**
 * hierarchy_add_existing - add a cgroup that a scan has found
 * @cgroup: the cgroup, not a root, referenced; its mkdir can fail no more
 *
 * A cgroup that is renamed or removed at this moment is left to the next scan.
 *
 * Context: process, may sleep; takes s_umount of the hierarchy, locks of its
 * directories, hierarchy_lock and locks of nodes. Not to be called with a lock of
 * this room held, nor from a hook, which runs under locks of directories.
 * Return: 0 or -ENOMEM.
 */
int hierarchy_add_existing(struct cgroup *cgroup)
{
	struct search search = { .cgroup = cgroup };
	char *buf;

	/* No observer makes files in its directory. */
	if (!hierarchy_owner_matters())
		return hierarchy_add(cgroup, NULL);
	/* Its mkdir may be about to remove the node, for lack of memory: leave that to it. */
	if (hierarchy_owner_known(cgroup))
		return 0;
	buf = kmalloc(PATH_MAX, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	search.path = buf;
	if (compat_cgroup_path(cgroup, buf, PATH_MAX)) {
		hierarchy_each_super(search_super, &search);
		/* Without a mount nobody can remove it, unless one is made just now. */
		if (!search.mounted)
			search.ret = hierarchy_add(cgroup, NULL);
	} else {
		pr_warn_ratelimited("a cgroup whose path is longer than %d characters was there before: it has no files and is charged to the cgroup above it\n",
				    PATH_MAX);
	}
	kfree(buf);
	return search.ret;
}
