/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between kernels in /proc.
 */
#ifndef RCG_COMPAT_PROC_H
#define RCG_COMPAT_PROC_H

#include <linux/fs.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

/**
 * compat_proc_create - make a file in /proc that one function prints
 * @name: its name
 * @mode: its mode
 * @show: prints it
 * @fops: what DEFINE_SHOW_ATTRIBUTE() has made of @show
 *
 * Context: process, may sleep.
 * Return: the entry, or NULL.
 */
static inline struct proc_dir_entry *compat_proc_create(const char *name, umode_t mode,
							int (*show)(struct seq_file *seq, void *v),
							const struct file_operations *fops)
{
	/* 4.18; from 5.6 on, files of /proc have operations of their own */
#ifdef RCG_HAVE_PROC_CREATE_SINGLE
	return proc_create_single(name, mode, NULL, show);
#else
	return proc_create(name, mode, NULL, fops);
#endif
}

#endif /* RCG_COMPAT_PROC_H */
