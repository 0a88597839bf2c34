/* SPDX-License-Identifier: GPL-2.0-only */
/* Generation "class with attrs", of RHEL 8.3: attributes are handed to alloc_begin as well. */
#ifndef CONTRACT_ALLOC_BEGIN_ATTRS
#define CONTRACT_ALLOC_BEGIN_ATTRS
#endif
#include "../../../class_ufile_attrs/include/rdma/uverbs_types.h"
