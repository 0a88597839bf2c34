// SPDX-License-Identifier: GPL-2.0-only
/* 5.0 or so, and RHEL 7: so named. */
#include <rdma/ib_verbs.h>

struct ib_ucontext *probe(struct ib_uverbs_file *ufile);
struct ib_ucontext *probe(struct ib_uverbs_file *ufile)
{
	return ib_uverbs_get_ucontext_file(ufile);
}
