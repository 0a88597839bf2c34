/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the stand-ins for old generations of ib_uverbs have in common: two RDMA devices without
 * hardware, registered with the real ib_core, objects of which only a list is kept, and the file
 * /dev/contract.
 *
 * An open file of /dev/contract stands for a uverbs file; the first "context" binds it to a device.
 * A write(2) is one command:
 *
 *	context DEVICE [OPTION]...	make the file's context
 *	create KIND [OPTION]...		make an object
 *	destroy KIND HANDLE [fail]	destroy an object; fail: the driver refuses, once
 *	query KIND HANDLE		look whether there is such a handle
 *	unplug DEVICE			unregister the device, as by hot-unplug
 *	plug DEVICE			register a device of this name
 *	count				reset the counters of requests to the driver
 *
 * KIND is pd, cq, or full, a kind that never has a free handle. OPTION is
 *
 *	response=ADDRESS	where the handle is copied to (hexadecimal)
 *	fault			the handle is copied to an address that cannot be written
 *	fail-hw			the driver cannot make the object or the context
 *	fail-commit		the hardware object exists, but its handle cannot be made valid
 *	busy=N			the driver will refuse the first N attempts to destroy the object
 *	verb=NAME		the verb that makes the object, where there are several
 *
 * A read(2) returns the generation, the current and the highest numbers of hardware objects and
 * contexts, and how often the driver was asked to make one of either.
 *
 * A generation includes this file. Before that, it defines CONTRACT_GENERATION and struct
 * contract_ucontext, which begins with a struct ib_ucontext named base; after that, the functions
 * that are declared below as the generation's part.
 */
#ifndef CONTRACT_H
#define CONTRACT_H

#include <linux/fs.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <rdma/ib_marshall.h>
#include <rdma/ib_verbs.h>

/*
 * For functions that the compiler neither inlines nor clones in the original, because they have
 * several callers, or callers in other files.
 */
#define CONTRACT_KEPT	noinline __noclone

#define CONTRACT_TEXT	128

enum contract_kind { CONTRACT_PD, CONTRACT_CQ, CONTRACT_FULL, CONTRACT_KINDS };

enum contract_command {
	CONTRACT_CONTEXT, CONTRACT_CREATE, CONTRACT_DESTROY, CONTRACT_QUERY,
	CONTRACT_COMMANDS, CONTRACT_UNPLUG = CONTRACT_COMMANDS, CONTRACT_PLUG, CONTRACT_COUNT
};

/*
 * struct ib_uverbs_device - a device as uverbs sees it
 * @ref: held by the device and by every file that was opened for it
 * @ib_dev: the device; NULL when it was removed
 * @disassociate_srcu: commands run in its read side
 * @lists_mutex: for the list
 * @uverbs_file_list: open files
 * @node: place in the list of devices
 * @name: a copy, for files that outlive the device
 */
struct ib_uverbs_device {
	struct kref			ref;
	struct ib_device __rcu		*ib_dev;
	struct srcu_struct		disassociate_srcu;
	struct mutex			lists_mutex;
	struct list_head		uverbs_file_list;
	struct list_head		node;
	char				name[IB_DEVICE_NAME_MAX];
};

/* struct contract_request - what the words of a command say */
struct contract_request {
	int				command;
	int				kind;
	unsigned int			handle;
	unsigned int			busy;
	unsigned long long		response;
	bool				fail_hw;
	bool				fail_commit;
	char				verb[32];
	char				device[IB_DEVICE_NAME_MAX];
};

/*
 * struct contract_hw - a simulated hardware object
 * @node: place in the list of all existing ones
 * @busy: how often the driver will still refuse to destroy it
 * @fail_commit: its handle cannot be made valid
 */
struct contract_hw {
	struct list_head		node;
	unsigned int			busy;
	bool				fail_commit;
};

/* The generation's part. */
static struct ib_uverbs_file *ib_uverbs_open(struct ib_uverbs_device *dev);
static void ib_uverbs_close(struct ib_uverbs_file *file);
static int ib_uverbs_write(struct ib_uverbs_file *file, const struct contract_request *req,
			   const char __user *buf, size_t count);
static void ib_uverbs_free_hw_resources(struct ib_uverbs_device *dev);

/* --- the words of a command */

static const char * const contract_kind_names[] = {
	[CONTRACT_PD] = "pd", [CONTRACT_CQ] = "cq", [CONTRACT_FULL] = "full",
};

static const char * const contract_command_names[] = {
	[CONTRACT_CONTEXT] = "context", [CONTRACT_CREATE] = "create",
	[CONTRACT_DESTROY] = "destroy", [CONTRACT_QUERY] = "query",
	[CONTRACT_UNPLUG] = "unplug", [CONTRACT_PLUG] = "plug", [CONTRACT_COUNT] = "count",
};

static void contract_word(struct contract_request *req, const char *word)
{
	int kind = match_string(contract_kind_names, CONTRACT_KINDS, word);

	if (kind >= 0)
		req->kind = kind;
	else if (!strcmp(word, "fault"))
		req->response = 8;
	else if (!strcmp(word, "fail-hw"))
		req->fail_hw = true;
	else if (!strcmp(word, "fail-commit"))
		req->fail_commit = true;
	else if (!strcmp(word, "fail"))
		req->busy = 1;
	else if (sscanf(word, "busy=%u", &req->busy) != 1 &&
		 sscanf(word, "response=%llx", &req->response) != 1 &&
		 sscanf(word, "verb=%31s", req->verb) != 1 &&
		 sscanf(word, "%u", &req->handle) != 1)
		strscpy(req->device, word, sizeof(req->device));
}

static int contract_parse(struct contract_request *req, const char __user *buf, size_t len)
{
	char text[CONTRACT_TEXT], *rest = text, *word;

	if (len >= sizeof(text))
		return -E2BIG;
	if (copy_from_user(text, buf, len))
		return -EFAULT;
	text[len] = '\0';
	memset(req, 0, sizeof(*req));
	word = strsep(&rest, " \n");
	req->command = match_string(contract_command_names, ARRAY_SIZE(contract_command_names),
				    word);
	if (req->command < 0)
		return -ENOSYS;
	while ((word = strsep(&rest, " \n")))
		if (*word)
			contract_word(req, word);
	return 0;
}

static int contract_respond(const struct contract_request *req, u32 value)
{
	if (!req->response)
		return 0;
	return copy_to_user(u64_to_user_ptr(req->response), &value, sizeof(value)) ? -EFAULT : 0;
}

/* --- the hardware */

/*
 * struct contract_count - a count of hardware objects or of contexts
 * @now: current number
 * @most: highest number
 * @asked: how often the driver was asked to make one
 */
struct contract_count {
	unsigned int			now, most, asked;
};

static LIST_HEAD(contract_hw_list);
static DEFINE_MUTEX(contract_hw_lock);
static struct contract_count contract_objects, contract_contexts;

static void contract_asked(struct contract_count *count)
{
	mutex_lock(&contract_hw_lock);
	count->asked++;
	mutex_unlock(&contract_hw_lock);
}

static void contract_count_locked(struct contract_count *count, int difference)
{
	count->now += difference;
	count->most = max(count->most, count->now);
}

static void contract_count_anew(struct contract_count *count)
{
	mutex_lock(&contract_hw_lock);
	count->most = count->now;
	count->asked = 0;
	mutex_unlock(&contract_hw_lock);
}

static struct contract_hw *contract_hw_create(const struct contract_request *req)
{
	struct contract_hw *hw;

	contract_asked(&contract_objects);
	if (req->fail_hw)
		return ERR_PTR(-ENOMEM);
	hw = kzalloc(sizeof(*hw), GFP_KERNEL);
	if (!hw)
		return ERR_PTR(-ENOMEM);
	hw->busy = req->busy;
	hw->fail_commit = req->fail_commit;
	mutex_lock(&contract_hw_lock);
	list_add(&hw->node, &contract_hw_list);
	contract_count_locked(&contract_objects, 1);
	mutex_unlock(&contract_hw_lock);
	return hw;
}

/* If the driver refuses, the object stays in the list, as it would stay in an adapter. */
static int contract_hw_destroy(struct contract_hw *hw)
{
	if (hw->busy) {
		hw->busy--;
		return -EBUSY;
	}
	mutex_lock(&contract_hw_lock);
	list_del(&hw->node);
	contract_count_locked(&contract_objects, -1);
	mutex_unlock(&contract_hw_lock);
	kfree(hw);
	return 0;
}

static void contract_hw_reset(void)
{
	struct contract_hw *hw, *next;

	list_for_each_entry_safe(hw, next, &contract_hw_list, node)
		kfree(hw);
}

static void contract_count_context(int difference)
{
	mutex_lock(&contract_hw_lock);
	contract_count_locked(&contract_contexts, difference);
	mutex_unlock(&contract_hw_lock);
}

/* --- the devices, and their driver */

/* The type of a port number differs between kernels. */
typedef typeof(((struct ib_device *)NULL)->phys_port_cnt) contract_port_t;

static int contract_query_device(struct ib_device *ibdev, struct ib_device_attr *attr,
				 struct ib_udata *udata)
{
	return 0;
}

static int contract_query_port(struct ib_device *ibdev, contract_port_t port,
			       struct ib_port_attr *attr)
{
	attr->gid_tbl_len = 1;
	attr->state = IB_PORT_ACTIVE;
	return 0;
}

static int contract_get_port_immutable(struct ib_device *ibdev, contract_port_t port,
				       struct ib_port_immutable *immutable)
{
	immutable->gid_tbl_len = 1;
	return 0;
}

/* Any input for the driver makes it fail. */
static int contract_alloc_ucontext(struct ib_ucontext *ucontext, struct ib_udata *udata)
{
	contract_asked(&contract_contexts);
	if (udata->inlen)
		return -ENOMEM;
	contract_count_context(1);
	return 0;
}

static void contract_dealloc_ucontext(struct ib_ucontext *ucontext)
{
	contract_count_context(-1);
}

static const struct ib_device_ops contract_ops = {
	.owner			= THIS_MODULE,
	.driver_id		= RDMA_DRIVER_UNKNOWN,
	.query_device		= contract_query_device,
	.query_port		= contract_query_port,
	.get_port_immutable	= contract_get_port_immutable,
	.alloc_ucontext		= contract_alloc_ucontext,
	.dealloc_ucontext	= contract_dealloc_ucontext,
	INIT_RDMA_OBJ_SIZE(ib_ucontext, contract_ucontext, base),
};

static int contract_ucontext_start(struct contract_ucontext *ucontext,
				   const struct contract_request *req)
{
	struct ib_udata udata = { .inlen = req->fail_hw };

	return ucontext->base.device->ops.alloc_ucontext(&ucontext->base, &udata);
}

static void contract_ucontext_destroy(struct contract_ucontext *ucontext)
{
	ucontext->base.device->ops.dealloc_ucontext(&ucontext->base);
	kfree(ucontext);
}

/*
 * The driver makes its part of a context first, and undoes it if the rest fails. With @late, as in
 * other generations, it makes that part last.
 */
static struct contract_ucontext *contract_ucontext_create(struct ib_device *ib_dev,
							  const struct contract_request *req,
							  bool late)
{
	struct contract_ucontext *ucontext = kzalloc(ib_dev->ops.size_ib_ucontext, GFP_KERNEL);
	int ret;

	if (!ucontext)
		return ERR_PTR(-ENOMEM);
	ucontext->base.device = ib_dev;
	ret = late ? 0 : contract_ucontext_start(ucontext, req);
	if (ret)
		goto free;
	ret = contract_respond(req, 0);
	if (ret && !late) {
		contract_ucontext_destroy(ucontext);
		return ERR_PTR(ret);
	}
	if (!ret && late)
		ret = contract_ucontext_start(ucontext, req);
	if (!ret)
		return ucontext;
free:
	kfree(ucontext);
	return ERR_PTR(ret);
}

struct contract_device {
	struct ib_device	ibdev;
};

static const char * const contract_names[] = { "contract0", "contract1" };
static struct contract_device *contract_devices[ARRAY_SIZE(contract_names)];
static DEFINE_MUTEX(contract_devices_lock);

static int contract_plug_locked(int i)
{
	struct contract_device *dev;
	int ret;

	if (contract_devices[i])
		return -EEXIST;
	dev = ib_alloc_device(contract_device, ibdev);
	if (!dev)
		return -ENOMEM;
	/* Neither InfiniBand nor Ethernet: ib_core needs the fewest functions of such a device. */
	dev->ibdev.node_type = RDMA_NODE_UNSPECIFIED;
	dev->ibdev.phys_port_cnt = 1;
	dev->ibdev.num_comp_vectors = 1;
	ib_set_device_ops(&dev->ibdev, &contract_ops);
	ret = ib_register_device(&dev->ibdev, contract_names[i], NULL);
	if (ret)
		ib_dealloc_device(&dev->ibdev);
	else
		contract_devices[i] = dev;
	return ret;
}

static int contract_unplug_locked(int i)
{
	struct contract_device *dev = contract_devices[i];

	if (!dev)
		return -ENODEV;
	contract_devices[i] = NULL;
	ib_unregister_device(&dev->ibdev);
	ib_dealloc_device(&dev->ibdev);
	return 0;
}

static int contract_plug(const char *name, bool plug)
{
	int i = match_string(contract_names, ARRAY_SIZE(contract_names), name);
	int ret;

	if (i < 0)
		return -ENODEV;
	mutex_lock(&contract_devices_lock);
	ret = plug ? contract_plug_locked(i) : contract_unplug_locked(i);
	mutex_unlock(&contract_devices_lock);
	return ret;
}

/* --- uverbs as a client of ib_core */

static LIST_HEAD(uverbs_devices);
static DEFINE_MUTEX(uverbs_devices_lock);

static void ib_uverbs_release_dev(struct kref *ref)
{
	struct ib_uverbs_device *dev = container_of(ref, struct ib_uverbs_device, ref);

	cleanup_srcu_struct(&dev->disassociate_srcu);
	kfree(dev);
}

static void ib_uverbs_put_dev(struct ib_uverbs_device *dev)
{
	kref_put(&dev->ref, ib_uverbs_release_dev);
}

static struct ib_uverbs_device *ib_uverbs_get_dev(const char *name)
{
	struct ib_uverbs_device *dev, *found = NULL;

	mutex_lock(&uverbs_devices_lock);
	list_for_each_entry(dev, &uverbs_devices, node) {
		if (!strcmp(dev->name, name)) {
			kref_get(&dev->ref);
			found = dev;
			break;
		}
	}
	mutex_unlock(&uverbs_devices_lock);
	return found;
}

static struct ib_client uverbs_client;

static int ib_uverbs_add_one(struct ib_device *device)
{
	struct ib_uverbs_device *dev;
	int ret;

	if (device->ops.owner != THIS_MODULE)
		return -EOPNOTSUPP;
	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return -ENOMEM;
	ret = init_srcu_struct(&dev->disassociate_srcu);
	if (ret) {
		kfree(dev);
		return ret;
	}
	kref_init(&dev->ref);
	mutex_init(&dev->lists_mutex);
	INIT_LIST_HEAD(&dev->uverbs_file_list);
	strscpy(dev->name, dev_name(&device->dev), sizeof(dev->name));
	rcu_assign_pointer(dev->ib_dev, device);
	mutex_lock(&uverbs_devices_lock);
	list_add(&dev->node, &uverbs_devices);
	mutex_unlock(&uverbs_devices_lock);
	ib_set_client_data(device, &uverbs_client, dev);
	return 0;
}

static void ib_uverbs_remove_one(struct ib_device *device, void *client_data)
{
	struct ib_uverbs_device *dev = client_data;

	mutex_lock(&uverbs_devices_lock);
	list_del(&dev->node);
	mutex_unlock(&uverbs_devices_lock);
	rcu_assign_pointer(dev->ib_dev, NULL);
	/* Wait for the commands that are running. */
	synchronize_srcu(&dev->disassociate_srcu);
	ib_uverbs_free_hw_resources(dev);
	ib_uverbs_put_dev(dev);
}

static struct ib_client uverbs_client = {
	.name		= "uverbs",
	.no_kverbs_req	= true,
	.add		= ib_uverbs_add_one,
	.remove		= ib_uverbs_remove_one,
};

/* --- /dev/contract */

struct contract_file {
	struct mutex		mutex;
	struct ib_uverbs_file	*ufile;
};

/* In the original, done by open(2) of the device's own file. */
static struct ib_uverbs_file *contract_bind(struct contract_file *file, const char *name)
{
	struct ib_uverbs_file *ufile = NULL;
	struct ib_uverbs_device *dev;

	mutex_lock(&file->mutex);
	if (file->ufile || !*name)
		goto out;
	dev = ib_uverbs_get_dev(name);
	if (!dev) {
		ufile = ERR_PTR(-ENODEV);
		goto out;
	}
	ufile = ib_uverbs_open(dev);
	if (IS_ERR(ufile))
		ib_uverbs_put_dev(dev);
	else
		file->ufile = ufile;
out:
	ufile = ufile ?: file->ufile;
	mutex_unlock(&file->mutex);
	return ufile ?: ERR_PTR(-EINVAL);
}

static int contract_open(struct inode *inode, struct file *filp)
{
	struct contract_file *file = kzalloc(sizeof(*file), GFP_KERNEL);

	if (!file)
		return -ENOMEM;
	mutex_init(&file->mutex);
	filp->private_data = file;
	return 0;
}

static int contract_release(struct inode *inode, struct file *filp)
{
	struct contract_file *file = filp->private_data;

	if (file->ufile)
		ib_uverbs_close(file->ufile);
	kfree(file);
	return 0;
}

static ssize_t contract_write(struct file *filp, const char __user *buf, size_t count, loff_t *pos)
{
	struct ib_uverbs_file *ufile;
	struct contract_request req;
	int ret;

	ret = contract_parse(&req, buf, count);
	if (ret)
		return ret;
	if (req.command == CONTRACT_COUNT) {
		contract_count_anew(&contract_objects);
		contract_count_anew(&contract_contexts);
		return count;
	}
	if (req.command >= CONTRACT_COMMANDS)
		return contract_plug(req.device, req.command == CONTRACT_PLUG) ?: (ssize_t)count;
	ufile = contract_bind(filp->private_data, req.device);
	if (IS_ERR(ufile))
		return PTR_ERR(ufile);
	return ib_uverbs_write(ufile, &req, buf, count) ?: (ssize_t)count;
}

static ssize_t contract_read(struct file *filp, char __user *buf, size_t count, loff_t *pos)
{
	char text[CONTRACT_TEXT];
	int len;

	mutex_lock(&contract_hw_lock);
	len = scnprintf(text, sizeof(text),
			"generation=%s hw=%u contexts=%u most=%u,%u asked=%u,%u\n",
			CONTRACT_GENERATION, contract_objects.now, contract_contexts.now,
			contract_objects.most, contract_contexts.most, contract_objects.asked,
			contract_contexts.asked);
	mutex_unlock(&contract_hw_lock);
	return simple_read_from_buffer(buf, count, pos, text, len);
}

static const struct file_operations contract_fops = {
	.owner		= THIS_MODULE,
	.open		= contract_open,
	.release	= contract_release,
	.write		= contract_write,
	.read		= contract_read,
};

static struct miscdevice contract_misc = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "contract",
	.fops	= &contract_fops,
	.mode	= 0600,
};

/* The symbol by which rdmacg_oot holds a reference to ib_uverbs. */
void ib_copy_qp_attr_to_user(struct ib_device *device, struct ib_uverbs_qp_attr *dst,
			     struct ib_qp_attr *src)
{
}
EXPORT_SYMBOL(ib_copy_qp_attr_to_user);

static void contract_stop(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(contract_names); i++)
		contract_plug(contract_names[i], false);
	ib_unregister_client(&uverbs_client);
	contract_hw_reset();
}

static int __init contract_init(void)
{
	int ret = ib_register_client(&uverbs_client);
	int i;

	if (ret)
		return ret;
	for (i = 0; i < ARRAY_SIZE(contract_names) && !ret; i++)
		ret = contract_plug(contract_names[i], true);
	if (!ret)
		ret = misc_register(&contract_misc);
	if (ret)
		contract_stop();
	return ret;
}

static void __exit contract_exit(void)
{
	misc_deregister(&contract_misc);
	contract_stop();
}

module_init(contract_init);
module_exit(contract_exit);

MODULE_DESCRIPTION("Test: stands in for ib_uverbs of generation " CONTRACT_GENERATION);
MODULE_LICENSE("GPL");

#endif /* CONTRACT_H */
