/* SPDX-License-Identifier: GPL-2.0-only */
/* Generation "class with ufile", of Linux 5.4: attributes are handed to destroy_hw as well. */
#ifndef CONTRACT_DESTROY_HW_ATTRS
#define CONTRACT_DESTROY_HW_ATTRS
#endif
#include "../../../class_ufile/include/rdma/uverbs_types.h"
