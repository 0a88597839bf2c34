/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of error numbers. The C library has such a function only since version 2.32, and the
 * helpers must build on older systems.
 */
#ifndef ERRNAME_H
#define ERRNAME_H

#include <errno.h>
#include <stdio.h>

static inline const char *errname(int error)
{
	static char number[16];

	switch (error) {
#define NAME(e) case e: return #e
	case 0: return "ok";
	NAME(EPERM); NAME(ENOENT); NAME(EIO); NAME(E2BIG); NAME(EBADF); NAME(EAGAIN);
	NAME(ENOMEM); NAME(EACCES); NAME(EFAULT); NAME(EBUSY); NAME(EEXIST); NAME(ENODEV);
	NAME(EINVAL); NAME(EMFILE); NAME(ENOSPC); NAME(ENOSYS); NAME(ENOTUNIQ); NAME(EOPNOTSUPP);
	NAME(EPROTONOSUPPORT); NAME(ENOTSOCK); NAME(ETIMEDOUT); NAME(ENODATA);
#undef NAME
	}
	snprintf(number, sizeof(number), "%d", error);
	return number;
}

#endif /* ERRNAME_H */
